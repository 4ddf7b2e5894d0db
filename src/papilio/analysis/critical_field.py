"""Upper critical fields from field sweeps, and their Ginzburg-Landau description."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis import ginzburg_landau_fit
from papilio.analysis.curve import Crossing, Level, crossings, plateau
from papilio.analysis.estimate import Estimate, combine, mean
from papilio.analysis.ginzburg_landau_fit import HalfFields
from papilio.analysis.loops import (
    FieldSweep,
    by_temperature,
    curve,
    field_sweeps,
    group_temperature,
    nominal,
)
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.result import Quantity, Result

Array = NDArray[np.float64]

#: Outermost part of each side of a sweep that the normal resistance is read from.
NORMAL_WINDOW = 0.1
#: A normal resistance that still changes by more than this part over that window is not reached.
NORMAL_TREND = 0.02


@dataclass(frozen=True)
class CriticalFieldOptions:
    """Settings of `critical_field`."""

    variable: str = option("", help="resistance to use, where the data hold several")
    fraction: float = option(0.5, help="part of the normal resistance that defines the field")
    normal: Literal["end", "line"] = option(
        "end",
        help="normal resistance: its value at the largest field of the sweep, or a straight line "
        "through the outermost tenth, which follows a magnetoresistance of the normal state",
    )
    floor: Literal["measured", "zero"] = option(
        "measured",
        help="lower end of the step: the flat resistance around zero field at the lowest "
        "temperature (which removes an instrument's offset), or zero",
    )
    time_constant: float | None = option(
        None, unit="s", help="of the lock-in, if the data do not say it"
    )
    fit_temperature: tuple[float, float] | None = option(
        None, unit="K", help="lowest and highest temperature that the fit uses; by default all"
    )
    seed: int = option(0, help="seed of the bootstrap")


@dataclass(frozen=True)
class _Side:
    """One crossing: sweep, sign of the field, field with uncertainty."""

    direction: int
    sign: int
    estimate: Estimate
    crossing: Crossing


def critical_field(
    perpendicular: xr.Dataset | None = None,
    parallel: xr.Dataset | None = None,
    options: CriticalFieldOptions | None = None,
) -> Result:
    """
    Half-resistance fields against temperature, coherence length, thickness, Pauli ratio.

    For each sweep and each sign of the field, the outermost field at which the resistance is a
    given part of the normal one; sweeps at one temperature are averaged over both signs, which
    removes a field offset, and the offset is reported for each direction. The linear law
    (perpendicular) and the square root (parallel) are fitted together with one critical
    temperature.

    Parameters
    ----------
    perpendicular, parallel : xarray.Dataset, optional
        Records of field sweeps at one or more temperatures in the two directions; at least one.
    options : CriticalFieldOptions, optional
        Settings.

    Returns
    -------
    Result
        ``critical_field.half_field`` (T; conditions ``temperature``, ``orientation``, and ``side``
        for one sign alone), ``.offset`` (T; also ``direction``), ``.Tc`` (K), ``.xi_GL``, ``.d_SC``
        (m), ``.Hc2_perpendicular_0``, ``.Hc2_parallel_0``, ``.pauli_limit`` (T), ``.pauli_ratio``,
        ``.anisotropy``. Curves: ``<orientation>_<number>`` for each sweep,
        ``half_fields_<orientation>`` along ``temperature``, ``fit_<orientation>``.

    Raises
    ------
    AnalysisError
        If no sweep passes the level anywhere.
    """
    options = options or CriticalFieldOptions()
    given = {"perpendicular": perpendicular, "parallel": parallel}
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    fields: dict[str, HalfFields] = {}
    sources, synthetic = [], False
    for orientation, data in given.items():
        if data is None:
            continue
        sources.append(str(data.attrs["source"]))
        synthetic |= bool(data.attrs["synthetic"])
        found = _orientation(data, orientation, options, quantities, curves, flags)
        if found.temperature.size:
            fields[orientation] = found
    if not sources:
        raise AnalysisError(
            "there are no field sweeps; name a measurement, perpendicular or parallel"
        )
    if not fields:
        raise AnalysisError(
            f"{', '.join(sources)}: no sweep passes {options.fraction:g} of its largest "
            f"resistance; sweep further, or colder"
        )
    more, lines, why = ginzburg_landau_fit.fit(fields, options.fit_temperature)
    return Result(
        "critical_field",
        (*quantities, *more),
        curves={**curves, **lines},
        options=dataclasses.asdict(options),
        sources=tuple(sources),
        synthetic=synthetic,
        flags=tuple(dict.fromkeys([*flags, *why])),
        references=ginzburg_landau_fit.REFERENCES,
    )


def _orientation(
    data: xr.Dataset,
    orientation: str,
    options: CriticalFieldOptions,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> HalfFields:
    """Half fields of one orientation; appends its quantities, curves and flags."""
    sweeps, _ = field_sweeps(data, options.variable, options.time_constant)
    generator = np.random.default_rng(options.seed)
    groups = by_temperature(sweeps)
    floor = _floor(groups[0], options)
    temperatures, values, stds = [], [], []
    for group in groups:
        temperature = group_temperature(group)
        if temperature is None:
            raise AnalysisError(
                f"{data.attrs['source']}: there is no temperature; give it under 'constants'"
            )
        sides: list[_Side] = []
        for sweep in group:
            found = _sides(sweep, floor, options, generator, flags)
            sides += found
            marks = {("positive" if s.sign > 0 else "negative"): s.estimate.value for s in found}
            curves[f"{orientation}_{len(curves)}"] = curve(sweep, orientation=orientation, **marks)
            if sweep.drift > 0.02 * temperature:
                flags.append(
                    f"the temperature drifts by {sweep.drift:.2g} K at {temperature:.3g} K"
                )
        if not sides:
            flags.append(f"at {temperature:.3g} K the {orientation} sweeps do not pass the level")
            continue
        conditions: dict[str, float | str] = {
            "temperature": nominal(temperature),
            "orientation": orientation,
        }
        half = _half_field(sides, conditions, quantities, options)
        temperatures.append(temperature)
        values.append(half.value)
        stds.append(half.std)
    return HalfFields(np.array(temperatures), np.array(values), np.array(stds))


def _half_field(
    sides: list[_Side],
    conditions: dict[str, float | str],
    quantities: list[Quantity],
    options: CriticalFieldOptions,
) -> Estimate:
    method = f"field at {options.fraction:g} of the normal resistance"
    by_sign: dict[int, Estimate] = {}
    for sign, word in ((1, "positive"), (-1, "negative")):
        known = [side.estimate for side in sides if side.sign == sign]
        if known:
            by_sign[sign] = mean(known)
            quantities.append(
                by_sign[sign].quantity(
                    "critical_field.half_field", "T", {**conditions, "side": word}, method=method
                )
            )
    if len(by_sign) == 2:
        half = combine([0.5, -0.5], [by_sign[1], by_sign[-1]])
        flags: tuple[str, ...] = ()
    else:
        (sign, only), *_ = by_sign.items()
        half = combine([float(sign)], [only])
        flags = ("one sign of the field only: a field offset is not removed",)
    quantities.append(
        half.quantity("critical_field.half_field", "T", conditions, method=method, flags=flags)
    )
    for direction, word in ((1, "up"), (-1, "down")):
        pair = [
            [s.estimate for s in sides if s.direction == direction and s.sign == sign]
            for sign in (1, -1)
        ]
        if all(pair):
            offset = combine([0.5, 0.5], [mean(pair[0]), mean(pair[1])])
            quantities.append(
                offset.quantity(
                    "critical_field.offset",
                    "T",
                    {**conditions, "direction": word},
                    method="mean of the signed half fields",
                )
            )
    return half


def _sides(
    sweep: FieldSweep,
    floor: Level,
    options: CriticalFieldOptions,
    generator: np.random.Generator,
    flags: list[str],
) -> list[_Side]:
    """Outermost crossing on each side of zero field."""
    found = []
    reach = float(np.abs(sweep.field).max())
    for sign in (1, -1):
        on_side = sweep.field * sign > 0
        field, resistance = sweep.field[on_side], sweep.resistance[on_side]
        if field.size < 8 or np.abs(field).max() < 0.9 * reach:
            continue
        outer = np.abs(field) >= (1 - NORMAL_WINDOW) * np.abs(field).max()
        end = sign * float(np.abs(field).max())
        normal = plateau(field[outer], resistance[outer], end)
        if normal.trend > NORMAL_TREND * abs(normal.value):
            flags.append(
                "the resistance still changes with field at the end of the sweep: its value there "
                "stands for the normal state"
            )
        slope = _slope(field[outer], resistance[outer]) if options.normal == "line" else 0.0
        line = normal.value + slope * (field - end) - floor.value
        height = normal.value - floor.value
        if height <= 3 * max(normal.noise, floor.noise) or (line <= 0).any():
            continue
        reduced = (resistance - floor.value) / line
        passages = crossings(field, reduced, options.fraction, generator)
        if not passages:
            continue
        outermost = max(passages, key=lambda passage: abs(passage.position))
        # The line is less certain where it is extrapolated to.
        at = outermost.position if options.normal == "line" else end
        ends = np.hypot(
            options.fraction * plateau(field[outer], resistance[outer], at).std,
            (1 - options.fraction) * floor.std,
        )
        level_std = float(ends) / height / abs(outermost.slope)
        std = float(np.hypot(outermost.std, level_std))
        draws = outermost.draws if outermost.draws.size else None
        # A first-order filter delays (removed from the field already) and smears: to second order
        # y(x + delay) = u(x) + delay^2 u''/2, which moves the crossing by delay^2 u''/(2 u').
        position = outermost.position + 0.5 * sweep.delay**2 * outermost.bend
        estimate = Estimate(position, std, draws, level_std)
        found.append(_Side(sweep.direction, sign, estimate, outermost))
    return found


def _slope(field: Array, resistance: Array) -> float:
    return float(np.polyfit(field - field.mean(), resistance, 1)[0]) if field.size > 2 else 0.0


def _floor(coldest: Sequence[FieldSweep], options: CriticalFieldOptions) -> Level:
    """Resistance around zero field at the lowest temperature, where it is flat there."""
    nothing = Level(0.0, 0.0, 0.0, 0.0, 0.0, 0)
    if options.floor == "zero":
        return nothing
    field = np.concatenate([sweep.field for sweep in coldest])
    resistance = np.concatenate([sweep.resistance for sweep in coldest])
    top = float(np.percentile(resistance, 98))
    # Half of the field range over which the resistance stays below a twentieth of the top.
    low = np.abs(field[resistance < 0.05 * top])
    if low.size < 20:
        return nothing
    inner = np.abs(field) < 0.5 * low.max()
    level = plateau(field[inner], resistance[inner], 0.0)
    return level if level.trend < 0.01 * top else nothing
