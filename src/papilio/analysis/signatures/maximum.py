"""Signature of the peak against temperature: a maximum where the resistance vanishes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from papilio.analysis.signatures import verdict as says
from papilio.analysis.signatures.peak_table import (
    PeakSeriesOptions,
    peak_result,
    peak_series,
    shared,
)
from papilio.analysis.signatures.points import Points, contrast
from papilio.analysis.signatures.verdict import LIMIT, Verdict
from papilio.analysis.transition import TransitionOptions, transition
from papilio.options import option
from papilio.result import Quantity, Result


@dataclass(frozen=True)
class MaximumOptions(PeakSeriesOptions):
    """Settings of `maximum_near_zero_resistance`."""

    reach: float = option(
        0.15, unit="K", help="largest distance of the maximum from the zero-resistance temperature"
    )


def maximum_near_zero_resistance(
    data: xr.Dataset,
    cooldown: xr.Dataset | None = None,
    options: MaximumOptions | None = None,
) -> Result:
    """
    Whether Delta R against temperature has its maximum where the resistance vanishes.

    1: the largest value within 0.15 K of T_zero is above zero and above every value outside, which
    there are on both sides (each difference tested at 2.5 %, shared among the values inside that
    could have been the largest). 0: a value outside is above all inside at 2.5 %, shared among
    those outside; or all inside lie below what matters. Else undecided. Temperatures that the
    uncertainty of T_zero leaves on either side of the edge count neither inside nor outside.

    Parameters
    ----------
    data : xarray.Dataset
        A table of temperature and delta_R; or a record of field loops.
    cooldown : xarray.Dataset, optional
        A record R(T), or a table with ``critical_temperature``, here T_zero; without it that
        variable is sought in `data`.
    options : MaximumOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.maximum_near_zero_resistance``, its significance, and the
        ``signature.zero_resistance_temperature`` (K) it was held against.

    Raises
    ------
    AnalysisError
        If there is no Delta R against temperature.
    """
    options = options or MaximumOptions()
    name, flags = "maximum_near_zero_resistance", list[str]()
    found = peak_series(data, "temperature", options, flags)
    zero, std = _zero_temperature(data, cooldown, options)
    used = [data] if cooldown is None else [data, cooldown]
    numbers = []
    if np.isfinite(zero):
        numbers = [Quantity("signature.zero_resistance_temperature", zero, "K", std)]
        verdict = _near(found, zero, std, options)
    else:
        verdict = says.undecided("there is no zero-resistance temperature")
    return peak_result(name, verdict, found, "temperature", "K", used, options, flags, numbers)


def _near(found: Points, zero: float, std: float, options: MaximumOptions) -> Verdict:
    distance, margin = np.abs(found.x - zero), LIMIT * std
    inside = np.flatnonzero(distance <= options.reach - margin)
    left = np.flatnonzero(found.x < zero - options.reach - margin)
    right = np.flatnonzero(found.x > zero + options.reach + margin)
    where = f"within {options.reach:g} K of {zero:.3g} K"
    if not inside.size:
        return says.undecided(f"no temperature lies {where}")
    outside = [*left.tolist(), *right.tolist()]
    size = found.x.size
    upper = np.where(found.limited, 0.0, found.y)
    top = int(inside[int(np.argmax(upper[inside]))])
    # The largest of several is tested: each could have been it.
    share = shared(inside.size)
    higher = [
        (found.exceeds(contrast(size, [(top, 1.0), (row, -1.0)])) - share, "") for row in outside
    ]
    seen = found.exceeds(contrast(size, [(top, 1.0)])) - share
    present = [(seen, f"Delta R at {found.x[top]:.3g} K is above zero")]
    if left.size and right.size:
        weakest = min(value for value, _ in higher)
        present.append((weakest, f"it is above all values not {where}"))
    else:
        side = "colder" if not left.size else "warmer"
        present.append((-np.inf, f"it falls towards {side} temperatures, for none was measured"))
    absent = [
        (
            min(found.below(int(row), options.matters) for row in inside),
            f"nothing {where} reaches the {options.matters:g} ohm that would matter",
        )
    ]
    if outside:
        best = max(outside, key=lambda row: upper[row])
        over = min(found.exceeds(contrast(size, [(best, 1.0), (int(r), -1.0)])) for r in inside)
        absent.append((over - shared(len(outside)), f"Delta R is larger at {found.x[best]:.3g} K"))
    return says.decide(present, absent)


def _zero_temperature(
    data: xr.Dataset, cooldown: xr.Dataset | None, options: MaximumOptions
) -> tuple[float, float]:
    """Zero-resistance temperature and its standard deviation, K."""
    if cooldown is not None and "critical_temperature" not in cooldown:
        told = transition(cooldown, TransitionOptions())
        quantities = [q for q in told.quantities if q.name == "transition.T_zero"]
        quantities.sort(key=lambda q: len(q.conditions))
        first = quantities[0] if quantities else None
        if first is None or first.value is None:
            return float("nan"), 0.0
        return float(first.value), float(first.std or 0.0)
    table = data if cooldown is None else cooldown
    if "critical_temperature" not in table:
        return float("nan"), 0.0
    column = table["critical_temperature"].values.astype(float)
    std = np.zeros(column.size)
    if "critical_temperature_std" in table:
        std = np.nan_to_num(table["critical_temperature_std"].values.astype(float))
    known = np.flatnonzero(np.isfinite(column))
    if not known.size:
        return float("nan"), 0.0
    # The rows of one sample repeat one number; of several, their mean and its spread.
    spread = float(np.hypot(std[known].max(), column[known].std()))
    return float(column[known].mean()), spread
