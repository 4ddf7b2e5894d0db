"""Magnetisation loops: linear slope, saturation moment, remanence, coercive field."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.curve import outliers
from papilio.analysis.estimate import Estimate
from papilio.analysis.loops import by_temperature, group_temperature, nominal
from papilio.analysis.moment_loop import (
    Branch,
    Reversal,
    Saturation,
    reversal,
    saturation,
    sparse_window,
)
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.result import Quantity, Result
from papilio.sweep import split

Array = NDArray[np.float64]

#: A bend or an opening of the loop counts from this significance on.
SIGNIFICANT = 3.0
#: Standard deviations between a value and its one-sided 95 % limit.
LIMIT = 1.645


@dataclass(frozen=True)
class MagnetisationOptions:
    """Settings of `magnetisation`."""

    variable: str = option("moment", help="moment to use, where the data hold several")
    saturation_field: float | None = option(
        None,
        unit="T",
        help="field, either sign, from which on the sample counts as saturated; by default "
        "saturation_fraction of the largest field",
    )
    saturation_fraction: float = option(
        0.7, help="part of the largest field from which on the sample counts as saturated"
    )
    area: float | None = option(
        None, unit="m^2", help="area of the magnetic film, for the moment per area"
    )
    area_std: float = option(0.0, unit="m^2", help="standard deviation of the area")
    seed: int = option(0, help="seed of the bootstrap")


def magnetisation(data: xr.Dataset, options: MagnetisationOptions | None = None) -> Result:
    """
    What a loop of the moment against field holds, temperature by temperature.

    The high-field parts of both branches are fitted with one slope (substrate, holder, linear
    response), one saturation moment and one offset for each branch. With slope and offsets taken
    off, half the distance of the zero crossings is the coercive field, their mean the shift, and
    half the distance of the branches at zero field the remanence.

    Parameters
    ----------
    data : xarray.Dataset
        A record of field loops with a moment.
    options : MagnetisationOptions, optional
        Settings.

    Returns
    -------
    Result
        ``magnetisation.slope`` (A m^2/T), ``.saturation_moment``, ``.remanence``, ``.offset``
        (A m^2), ``.coercive_field``, ``.shift`` (T), ``.squareness`` (remanence over saturation)
        and, with an area, ``.areal_moment`` and ``.areal_remanence`` (A). A quantity below three
        standard deviations that cannot be negative is an upper limit. Curves: for each branch
        ``loop_<number>`` with ``field``, ``moment`` and ``corrected`` (slope and offset off) along
        ``point``; attributes ``branch``, ``temperature``, ``saturation_field``, ``slope``,
        ``saturation_moment``, ``offset``.

    Raises
    ------
    AnalysisError
        If field or moment is missing, or no sweep reaches both signs of the field.
    """
    options = options or MagnetisationOptions()
    branches = _branches(data, options)
    generator = np.random.default_rng(options.seed)
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    for group in by_temperature(branches):
        _loop(group, options, generator, quantities, curves, flags)
    if not quantities:
        raise AnalysisError(f"{data.attrs['source']}: {flags[0]}")
    return Result(
        "magnetisation",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=(str(data.attrs["source"]),),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(dict.fromkeys(flags)),
    )


def _branches(data: xr.Dataset, options: MagnetisationOptions) -> list[Branch]:
    source = data.attrs["source"]
    for name in ("field", options.variable):
        if name not in data:
            raise AnalysisError(
                f"{source}: there is no '{name}'; name the moment with the option 'variable' or "
                f"rename its column in the study"
            )
    usable = data["field"].notnull().values & data[options.variable].notnull().values
    record = data.isel(row=np.flatnonzero(usable))
    temperatures = record["temperature"].values if "temperature" in record else None
    found = []
    last = -1
    for sweep in split(record, "field"):
        # The row of a turning point stands in two sweeps; it belongs to the earlier one.
        rows = sweep.rows[1:] if sweep.rows[0] == last else sweep.rows
        last = int(sweep.rows[-1])
        field = record["field"].values[rows].astype(float)
        if sweep.direction == 0 or field.size < 8:
            continue
        if not field.min() < 0 < field.max() or min(-field.min(), field.max()) < 0.3 * np.abs(
            field
        ).max(initial=0.0):
            continue
        moment = record[options.variable].values[rows].astype(float)
        temperature, drift = None, 0.0
        if temperatures is not None and np.isfinite(temperatures[rows]).any():
            temperature = float(np.nanmedian(temperatures[rows]))
            drift = float(np.nanstd(temperatures[rows]))
        bad = outliers(moment)
        found.append(Branch(sweep.direction, temperature, drift, field[~bad], moment[~bad]))
    if not found:
        raise AnalysisError(
            f"{source}: no sweep of the field reaches both signs; a magnetisation loop needs that"
        )
    return found


def _loop(
    group: Sequence[Branch],
    options: MagnetisationOptions,
    generator: np.random.Generator,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> None:
    """Everything about the branches at one temperature."""
    temperature = group_temperature(group)
    where = "" if temperature is None else f" at {nominal(temperature):g} K"
    reach = min(float(np.abs(branch.field).max()) for branch in group)
    wanted = options.saturation_fraction * reach
    low = options.saturation_field or min(wanted, sparse_window(group))
    if options.saturation_field is None and low < wanted:
        flags.append(f"few readings at high field: the window begins at {low:.3g} T{where}")
    lines = saturation(group, low)
    if lines is None:
        flags.append(
            f"fewer than six readings above {low:.3g} T on each side of a branch{where}: give a "
            f"lower 'saturation_field' or 'saturation_fraction'"
        )
        return
    conditions: dict[str, float | str] = {}
    if temperature is not None:
        conditions["temperature"] = nominal(temperature)
    unreliable = _saturation_flags(group, lines)
    flags += [f"{flag}{where}" for flag in unreliable]
    moment = _describe_saturation(group, lines, conditions, options, unreliable, quantities)
    if moment.value > SIGNIFICANT * moment.std:
        found = [reversal(branch, n, lines, generator) for n, branch in enumerate(group)]
        _describe_reversals(group, found, lines, moment, conditions, options, quantities, flags)
    else:
        flags.append(f"no saturation moment is resolved{where}: no coercive field, no remanence")
    for number, branch in enumerate(group):
        curves[f"loop_{len(curves)}"] = _curve(branch, number, lines)


def _saturation_flags(group: Sequence[Branch], lines: Saturation) -> tuple[str, ...]:
    flags = []
    if lines.bend > SIGNIFICANT:
        flags.append(
            f"the moment still bends above {lines.low:.3g} T ({lines.bend:.1f} sigma): saturation "
            f"is not reached, and the saturation moment depends on the window"
        )
    up = [n for n, branch in enumerate(group) if branch.direction > 0]
    down = [n for n, branch in enumerate(group) if branch.direction < 0]
    if up and down:
        row = np.zeros(lines.values.size)
        row[[2 + n for n in down]] = 1 / len(down)
        row[[2 + n for n in up]] = -1 / len(up)
        opening, std = float(row @ lines.values), float(np.sqrt(row @ lines.covariance @ row))
        if abs(opening) > SIGNIFICANT * std:
            flags.append(
                f"the branches stay {opening:.2g} A m^2 apart above {lines.low:.3g} T "
                f"({abs(opening) / std:.1f} sigma): a drift, or a loop that is not closed"
            )
    return tuple(flags)


def _describe_saturation(
    group: Sequence[Branch],
    lines: Saturation,
    conditions: dict[str, float | str],
    options: MagnetisationOptions,
    flags: tuple[str, ...],
    quantities: list[Quantity],
) -> Estimate:
    method = f"straight lines above {lines.low:.3g} T"
    std = np.sqrt(np.diag(lines.covariance))
    moment_std = float(std[1])
    if lines.bend > SIGNIFICANT:
        # What the choice of the window changes is part of the uncertainty.
        moment_std = float(np.hypot(moment_std, lines.shift))
    moment = Estimate(lines.moment, moment_std)
    quantities.append(
        Quantity(
            "magnetisation.slope",
            lines.slope,
            "A*m^2/T",
            float(std[0]),
            conditions=conditions,
            method=method,
            flags=flags,
        )
    )
    row = np.zeros(lines.values.size)
    row[2:] = 1 / len(group)
    quantities.append(
        Quantity(
            "magnetisation.offset",
            float(row @ lines.values),
            "A*m^2",
            float(np.sqrt(row @ lines.covariance @ row)),
            conditions=conditions,
            method="mean of the branches",
        )
    )
    quantities += _positive("saturation_moment", moment, conditions, method, flags)
    quantities += _per_area("areal_moment", moment, options, conditions, flags)
    return moment


def _positive(
    name: str,
    estimate: Estimate,
    conditions: dict[str, float | str],
    method: str,
    flags: tuple[str, ...] = (),
    unit: str = "A*m^2",
) -> list[Quantity]:
    """A number that cannot be negative: itself, or its upper limit where it is not resolved."""
    full = f"magnetisation.{name}"
    if estimate.value > SIGNIFICANT * estimate.std:
        return [estimate.quantity(full, unit, conditions, method=method, flags=flags)]
    limit = max(estimate.value, 0.0) + LIMIT * estimate.std
    return [Quantity(full, limit, unit, None, None, "upper", conditions, method, flags)]


def _per_area(
    name: str,
    moment: Estimate,
    options: MagnetisationOptions,
    conditions: dict[str, float | str],
    flags: tuple[str, ...] = (),
) -> list[Quantity]:
    if options.area is None:
        return []
    value = moment.value / options.area
    std = float(np.hypot(moment.std / options.area, value * options.area_std / options.area))
    return _positive(name, Estimate(value, std), conditions, "moment over area", flags, "A")


def _describe_reversals(
    group: Sequence[Branch],
    found: Sequence[Reversal],
    lines: Saturation,
    saturated: Estimate,
    conditions: dict[str, float | str],
    options: MagnetisationOptions,
    quantities: list[Quantity],
    flags: list[str],
) -> None:
    if any(reversed_.passages > 1 for reversed_ in found):
        flags.append("a branch passes zero moment several times; the steepest passage is taken")
    up = [n for n, branch in enumerate(group) if branch.direction > 0]
    down = [n for n, branch in enumerate(group) if branch.direction < 0]
    if not up or not down:
        flags.append("only one branch of the loop: no coercive field, no remanence")
        return
    half = {n: 0.5 / len(up) for n in up} | {n: -0.5 / len(down) for n in down}
    even = {n: abs(weight) for n, weight in half.items()}
    if all(reversed_.field is not None for reversed_ in found):
        fields = [(r.field, r.field_row) for r in found]
        method = "half the distance of the zero crossings"
        coercive = _combined(half, fields, lines.covariance)
        quantities += _positive("coercive_field", coercive, conditions, method, unit="T")
        shift = _combined(even, fields, lines.covariance)
        quantities.append(
            shift.quantity(
                "magnetisation.shift", "T", conditions, method="mean of the zero crossings"
            )
        )
    if all(reversed_.remanence is not None for reversed_ in found):
        moments = [(r.remanence, r.remanence_row) for r in found]
        remanence = _combined({n: -weight for n, weight in half.items()}, moments, lines.covariance)
        method = "half the distance of the branches at zero field"
        quantities += _positive("remanence", remanence, conditions, method)
        quantities += _per_area("areal_remanence", remanence, options, conditions)
        ratio = remanence.value / saturated.value
        std = float(np.hypot(remanence.std, ratio * saturated.std) / saturated.value)
        quantities += _positive(
            "squareness", Estimate(ratio, std), conditions, "remanence over saturation", unit=""
        )


def _combined(
    weights: dict[int, float],
    parts: Sequence[tuple[Estimate | None, Array]],
    covariance: Array,
) -> Estimate:
    """Weighted sum of what the branches hold; the lines that were taken off are shared."""
    value = variance = 0.0
    row = np.zeros(covariance.shape[0])
    for number, weight in weights.items():
        estimate, own = parts[number]
        if estimate is not None:
            value += weight * estimate.value
            variance += (weight * estimate.std) ** 2
            row += weight * own
    return Estimate(value, float(np.sqrt(variance + row @ covariance @ row)))


def _curve(branch: Branch, number: int, lines: Saturation) -> xr.Dataset:
    told: dict[str, float | str] = {
        "branch": branch.name,
        "saturation_field": lines.low,
        "slope": lines.slope,
        "saturation_moment": lines.moment,
        "offset": float(lines.values[2 + number]),
    }
    if branch.temperature is not None:
        told["temperature"] = branch.temperature
    corrected = branch.moment - lines.line(number, branch.field)
    return xr.Dataset(
        {
            "field": ("point", branch.field, {"units": "T"}),
            "moment": ("point", branch.moment, {"units": "A*m^2"}),
            "corrected": ("point", corrected, {"units": "A*m^2"}),
        },
        attrs=told,
    )
