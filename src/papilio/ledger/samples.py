"""Checks that span the samples of a study."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from papilio.ledger.facts import Facts
from papilio.ledger.finding import (
    INCONSISTENT_SIGMA,
    SUSPICIOUS_SIGMA,
    Verdict,
    finding,
    told,
    value_of,
)
from papilio.result import Quantity

#: Fewest samples that a statement about a trend needs.
FEWEST = 3


def Tc_proportional(samples: Sequence[Facts]) -> Quantity | None:
    """
    Intercept of T_C against density: zero if T_C were proportional to it.

    Errors are those of T_C, or the scatter about the line where that is larger.
    """
    fitted = next((q for f in samples if (q := f.find("scaling.Tc_intercept"))), None)
    if fitted is not None:
        return _intercept(value_of(fitted), fitted.std, "the fit of scaling")
    points = [
        (value_of(n), value_of(half), half.std or 0.0)
        for f in samples
        if (n := f.carriers) is not None and (half := f.find("transition.Tc")) is not None
    ]
    density, Tc, error = np.array(points).T if points else np.zeros((3, 0))
    if density.size < FEWEST or np.ptp(density) == 0:
        return None
    scale = float(density.mean())
    weight = 1 / error if (error > 0).all() else np.ones(density.size)
    design = np.column_stack([density / scale, np.ones(density.size)]) * weight[:, None]
    solution, residual, *_ = np.linalg.lstsq(design, Tc * weight, rcond=None)
    freedom = density.size - 2
    scatter = float(residual[0]) / freedom if residual.size and freedom else 1.0
    widening = scatter if not (error > 0).all() else max(1.0, scatter)
    std = math.sqrt(float(np.linalg.inv(design.T @ design)[1, 1]) * widening)
    return _intercept(float(solution[1]), std, f"a line through {density.size} samples")


def _intercept(value: float, std: float | None, how: str) -> Quantity:
    sigma = abs(value) / std if std else None
    verdict: Verdict = "undecided"
    if sigma is not None:
        verdict = "consistent"
        if sigma > SUSPICIOUS_SIGMA:
            verdict = "suspicious" if sigma <= INCONSISTENT_SIGMA else "inconsistent"
    return finding(
        value,
        "K",
        verdict,
        f"T_C against density has the intercept {told(value, 'K', std)} ({how}): a slope alone "
        f"does not describe it unless that is zero",
        std=std,
        method="straight line in the density",
    )


def barrier_monotonic(samples: Sequence[Facts]) -> Quantity | None:
    """
    Largest fall of Delta F(0) from one density to the next, in standard deviations.

    The barrier is a condensation energy and should grow with T_C, which grows with density.
    """
    points = []
    for facts in samples:
        quoted = facts.quoted("phase_slips.dF0")
        barrier = quoted.quantity() if quoted else facts.find("phase_slips.dF0")
        if barrier is not None and (carriers := facts.carriers) is not None:
            points.append((value_of(carriers), barrier))
    if len(points) < FEWEST:
        return None
    points.sort(key=lambda point: point[0])
    falls = [
        (value_of(a) - value_of(b), math.hypot(a.std or 0.0, b.std or 0.0), first, second, a, b)
        for (first, a), (second, b) in itertools.pairwise(points)
    ]
    fall, std, first, second, a, b = max(falls, key=lambda entry: entry[0])
    verdict: Verdict = "consistent"
    if fall > 0:
        verdict = "undecided" if std == 0 else "suspicious"
        verdict = "inconsistent" if std > 0 and fall > INCONSISTENT_SIGMA * std else verdict
    return finding(
        fall / std if std > 0 else None,
        "",
        verdict,
        f"Delta F(0) goes from {told(a)} at {first:.2g} to {told(b)} at {second:.2g} 1/m^2"
        + (", a fall with density" if fall > 0 else ", the least of all steps, and never falls"),
        std=1.0 if std > 0 else None,
        method="largest fall over sigma",
    )


def fit_equals_data(samples: Sequence[Facts]) -> Quantity | None:
    """
    Samples whose quoted fitted T_C^zero equals the quoted measured one exactly.

    Fits with an error bar scatter about the data: equality throughout means a fixed parameter.
    """
    pairs = [
        (fit, data)
        for facts in samples
        if (fit := facts.quoted("phase_slips.Tc_zero")) is not None
        and (data := facts.quoted("transition.T_zero")) is not None
    ]
    if len(pairs) < FEWEST:
        return None
    equal = sum(fit.value == data.value for fit, data in pairs)
    errors = [fit.std for fit, _ in pairs if fit.std]
    about = f", though the fits state errors up to {max(errors):.2g} K" if errors else ""
    return finding(
        float(equal),
        "",
        "suspicious" if equal == len(pairs) else "consistent",
        f"the quoted fits of T_C^zero equal the measured zero-resistance temperature in {equal} "
        f"of {len(pairs)} samples{about}",
        method="number of exact equalities",
    )
