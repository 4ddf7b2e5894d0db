"""Checks of measured field sweeps: what both directions, both signs and several bars must share."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from papilio.ledger.facts import Facts
from papilio.ledger.finding import by_sigma, finding, graded, ratio, told, value_of
from papilio.result import Quantity

#: A difference is one from this many standard deviations on.
SEEN = 3.0
#: A fit whose reduced chi-square is above this leaves its points by ten error bars and more.
HOPELESS = 100.0
#: Reduced chi-square up to which few points may scatter by chance.
WELCOME = 4.0


def _mean(quantities: Sequence[Quantity]) -> Quantity | None:
    """Mean of numbers and its error: from their error bars, or their scatter where it is more."""
    known = [q for q in quantities if q.value is not None and q.std]
    if not known:
        return None
    value = np.array([value_of(q) for q in known])
    weight = np.array([(q.std or 1.0) ** -2 for q in known])
    mean = float(np.average(value, weights=weight))
    widening = 1.0
    if value.size > 1:
        widening = max(1.0, float(weight @ (value - mean) ** 2) / (value.size - 1))
    return Quantity("", mean, known[0].unit, math.sqrt(widening / float(weight.sum())))


def direction_of_sweep(facts: Facts) -> Quantity | None:
    """
    Half the distance of the zero of field on downward and on upward sweeps.

    What lags behind the sweep (a slow lock-in, a slow sample) shows its zero late: below zero on
    the way down. Flux trapped in the windings of the magnet shows it early.
    """
    offsets = facts.all("critical_field.offset", parts=True)
    down, up = (
        _mean([q for q in offsets if q.conditions.get("direction") == way])
        for way in ("down", "up")
    )
    fields = facts.all("critical_field.half_field")
    if down is None or up is None or not fields:
        return None
    smallest = min(fields, key=value_of)
    early = (value_of(down) - value_of(up)) / 2
    std = math.hypot(down.std or 0.0, up.std or 0.0) / 2
    half = Quantity("", abs(early), "T", std)
    text = (
        f"zero of the field comes at {told(down)} on the way down and at {told(up)} on the way up"
    )
    if abs(early) <= SEEN * std:
        return finding(early, "T", "consistent", f"{text}: no difference is seen", std=std)
    share = ratio(half, smallest)[0]
    why = (
        "too early, as flux trapped in the magnet makes it"
        if early > 0
        else "too late, as a slow instrument or sample makes it"
    )
    return finding(
        early,
        "T",
        graded(share, 0.1, 1.0),
        f"{text}, {why}: {share:.1%} of the smallest critical field {told(smallest)} if only one "
        "direction is swept",
        std=std,
        method="half of (offset down - offset up)",
    )


def mirrored_windows(facts: Facts) -> Quantity | None:
    """
    Whether reversing the field turns one branch into the other, but for one common shift.

    Twice that shift is found from the outer edges and from the inner edges of the two windows; a
    magnet that was saturated on both sides gives the same.
    """
    edges = {
        (q.conditions.get("branch"), q.conditions.get("side")): q
        for q in facts.all("butterfly.window_edge", parts=True)
    }
    wanted = (("down", "lower"), ("up", "upper"), ("down", "upper"), ("up", "lower"))
    if not all(key in edges and edges[key].std for key in wanted):
        return None
    left, right, inner_right, inner_left = (edges[key] for key in wanted)
    outer = (value_of(left) + value_of(right)) / 2
    inner = (value_of(inner_right) + value_of(inner_left)) / 2
    std = math.hypot(*((edges[key].std or 0.0) for key in wanted)) / 2
    sigma = abs(outer - inner) / std
    return finding(
        sigma,
        "",
        by_sigma(sigma),
        f"the outer edges of the two windows are symmetric about {told(outer, 'T')}, the inner "
        f"ones about {told(inner, 'T')}, with an error of {told(std, 'T')} on their difference: "
        "one remanent field shifts both alike",
        std=1.0,
        conditions={k: v for k, v in left.conditions.items() if k not in ("branch", "side")},
        method="|centre of outer edges - centre of inner edges|/sigma",
    )


def loop_without_peak(facts: Facts) -> Quantity | None:
    """Half the distance of the windows over its error, where the loop has an edge and no peak."""
    apart = facts.coldest("butterfly.window_hysteresis")
    if apart is None or not apart.std:
        return None
    sigma = value_of(apart) / apart.std
    seen = abs(sigma) > SEEN
    late = "late, as a magnet that keeps its direction makes them"
    early = "early: flux trapped in the magnet, not a magnetic sample, does that"
    return finding(
        sigma,
        "",
        "consistent" if sigma > SEEN else ("suspicious" if seen else "undecided"),
        f"the windows of both branches are {told(apart)} off centre, "
        + ((late if sigma > 0 else early) if seen else "which is not significant"),
        std=1.0,
        conditions=apart.conditions,
        method="window_hysteresis/sigma",
    )


def law_of_critical_field(facts: Facts) -> Quantity | None:
    """Smallest reduced chi-square of the laws fitted to the critical fields."""
    found = facts.all("critical_field.reduced_chi_square", parts=True)
    if not found:
        return None
    best = min(found, key=value_of)
    law = best.conditions.get("law", "the law")
    value = value_of(best)
    bars = math.sqrt(value)
    text = f"the best law, {law}, leaves the half-resistance fields by {bars:.3g} error bars"
    if value > WELCOME:
        text += ", which do not hold what the shape of the transition does to them"
    return finding(
        value,
        "",
        graded(value, WELCOME, HOPELESS),
        f"{text} (reduced chi-square {value:.3g})",
        conditions={"law": str(law)},
        method="smallest reduced chi-square",
    )


def extrapolated_Tc(facts: Facts) -> Quantity | None:
    """How far beyond the hottest critical field the fitted T_C lies, in parts of T_C."""
    Tc = facts.find("critical_field.Tc")
    hot = [
        float(q.conditions["temperature"])
        for q in facts.all("critical_field.half_field")
        if "temperature" in q.conditions
    ]
    if Tc is None or not hot:
        return None
    share = 1 - max(hot) / value_of(Tc)
    resistive = facts.find("transition.Tc")
    beside = f"; R(T) puts it at {told(resistive)}" if resistive else ""
    return finding(
        share,
        "",
        graded(share, 0.2, 1.0),
        f"T_C = {told(Tc)} of the critical fields is extrapolated from {max(hot):g} K, over "
        f"{share:.1%} of it{beside}",
        std=None if Tc.std is None else Tc.std * max(hot) / value_of(Tc) ** 2,
        method="1 - T of the hottest field/T_C",
    )


def one_magnet(samples: Sequence[Facts]) -> Quantity | None:
    """Largest disagreement of the remanent field that bars in one magnet show."""
    shifts = [
        (facts.sample, shift)
        for facts in samples
        if (shift := facts.coldest("butterfly.window_shift")) is not None and shift.std
    ]
    if len(shifts) < 2:
        return None
    pairs = []
    for (one, first), (two, second) in itertools.combinations(shifts, 2):
        apart = abs(value_of(first) - value_of(second))
        pairs.append((apart / math.hypot(first.std or 0.0, second.std or 0.0), one, two))
    sigma, one, two = max(pairs)
    listed = ", ".join(f"{name} {told(shift)}" for name, shift in shifts)
    return finding(
        sigma,
        "",
        by_sigma(sigma),
        f"the loops are shifted by {listed}: {one} and {two} differ most, and one magnet has one "
        "remanent field",
        std=1.0,
        method="largest difference of window_shift, in sigma",
    )
