"""The field at which a field sweep passes a given part of the normal resistance."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.curve import Level, crossings, plateau
from papilio.analysis.estimate import Estimate, combine
from papilio.analysis.loops import (
    FieldSweep,
    by_temperature,
    field_sweeps,
    group_temperature,
    group_temperature_std,
)
from papilio.analysis.noise_memory import noise_and_widening
from papilio.errors import AnalysisError
from papilio.options import option

Array = NDArray[np.float64]

#: Outermost part of each side of a sweep that the normal resistance is read from.
NORMAL_WINDOW = 0.1
#: A normal resistance that still changes by more than this part over that window is not reached.
NORMAL_TREND = 0.02


@dataclass(frozen=True)
class HalfFieldOptions:
    """Settings of `half_fields`, shared by the analyses that start from them."""

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
    seed: int = option(0, help="seed of the bootstrap")


@dataclass(frozen=True)
class HalfField:
    """
    Half-resistance field of all sweeps at one temperature.

    Attributes
    ----------
    temperature, temperature_std : float
        Mean of the readings and its standard deviation from their scatter, K.
    field : Estimate
        Mean of both signs, which a field offset does not enter, T.
    signs : mapping of {"positive", "negative"} to Estimate
        Signed, each sign of the field alone, T.
    offsets : mapping of {"up", "down"} to Estimate
        Mean of the signed fields of sweeps in one direction, T.
    floor : float
        Part of the standard deviation of the field, signed, that comes from the floor of the step,
        which all temperatures share, T.
    """

    temperature: float
    temperature_std: float
    field: Estimate
    signs: Mapping[str, Estimate]
    offsets: Mapping[str, Estimate]
    floor: float


@dataclass(frozen=True)
class HalfFields:
    """
    Half-resistance fields of a record.

    Attributes
    ----------
    fields : tuple of HalfField
        By temperature, coldest first.
    sweeps : tuple of (FieldSweep, mapping)
        Every sweep, with the signed field of each sign where it passes the level, T.
    flags : tuple of str
        What makes them unreliable.
    """

    fields: tuple[HalfField, ...]
    sweeps: tuple[tuple[FieldSweep, Mapping[str, float]], ...]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class _Side:
    """
    One crossing: sweep, sign of the field, field without the uncertainty of the floor.

    `floor` is the change of the field with one standard deviation of the floor, signed: all sides
    share it.
    """

    direction: int
    sign: int
    estimate: Estimate
    floor: float


def _weighted(weights: Sequence[float], sides: Sequence[_Side]) -> Estimate:
    """Weighted sum of crossings; what a common floor does to one may cancel in it."""
    estimate = combine(weights, [side.estimate for side in sides])
    return estimate.with_extra(abs(_shared(weights, sides)))


def _shared(weights: Sequence[float], sides: Sequence[_Side]) -> float:
    return float(sum(weight * side.floor for weight, side in zip(weights, sides, strict=True)))


def half_fields(data: xr.Dataset, options: HalfFieldOptions, name: str = "field") -> HalfFields:
    """
    Half-resistance field at each temperature of a record of field sweeps.

    For each sweep and each sign of the field, the outermost field at which the resistance is a
    given part of the normal one; sweeps at one temperature are averaged over both signs.

    Parameters
    ----------
    data : xarray.Dataset
        A record of field sweeps with a temperature.
    options : HalfFieldOptions
        Settings.
    name : str, optional
        What the sweeps are called in flags ("perpendicular").

    Returns
    -------
    HalfFields
        Fields, sweeps and flags.

    Raises
    ------
    AnalysisError
        If field, resistance or temperature is missing.
    """
    sweeps, _ = field_sweeps(data, options.variable, options.time_constant)
    generator = np.random.default_rng(options.seed)
    groups = by_temperature(sweeps)
    floor = _floor(groups[0], options)
    fields: list[HalfField] = []
    marked: list[tuple[FieldSweep, Mapping[str, float]]] = []
    flags: list[str] = []
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
            marked.append((sweep, marks))
            if sweep.drift > 0.02 * temperature:
                flags.append(
                    f"the temperature drifts by {sweep.drift:.2g} K at {temperature:.3g} K"
                )
        if sides:
            fields.append(_half_field(temperature, group_temperature_std(group), sides))
        else:
            flags.append(f"at {temperature:.3g} K the {name} sweeps do not pass the level")
    return HalfFields(tuple(fields), tuple(marked), tuple(dict.fromkeys(flags)))


def _half_field(temperature: float, temperature_std: float, sides: Sequence[_Side]) -> HalfField:
    by_sign = {sign: [side for side in sides if side.sign == sign] for sign in (1, -1)}
    signs = {
        word: _weighted([1 / len(by_sign[sign])] * len(by_sign[sign]), by_sign[sign])
        for sign, word in ((1, "positive"), (-1, "negative"))
        if by_sign[sign]
    }
    weights = [side.sign / len(by_sign[side.sign]) / len(signs) for side in sides]
    half, floor = _weighted(weights, sides), _shared(weights, sides)
    offsets = {}
    for direction, word in ((1, "up"), (-1, "down")):
        own = [side for side in sides if side.direction == direction]
        count = {sign: sum(side.sign == sign for side in own) for sign in (1, -1)}
        if all(count.values()):
            offsets[word] = _weighted([0.5 / count[side.sign] for side in own], own)
    return HalfField(temperature, temperature_std, half, signs, offsets, floor)


def _sides(
    sweep: FieldSweep,
    floor: Level,
    options: HalfFieldOptions,
    generator: np.random.Generator,
    flags: list[str],
) -> list[_Side]:
    """Outermost crossing on each side of zero field."""
    found = []
    reach = float(np.abs(sweep.field).max())
    noise, widening = noise_and_widening(sweep.resistance)
    for sign in (1, -1):
        on_side = sweep.field * sign > 0
        field, resistance = sweep.field[on_side], sweep.resistance[on_side]
        if field.size < 8 or np.abs(field).max() < 0.9 * reach:
            continue
        outer = np.abs(field) >= (1 - NORMAL_WINDOW) * np.abs(field).max()
        end = sign * float(np.abs(field).max())
        normal = plateau(field[outer], resistance[outer], end, widening)
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
        passages = crossings(
            field, reduced, options.fraction, generator, widening=widening, noise=noise / height
        )
        if not passages:
            continue
        outermost = max(passages, key=lambda passage: abs(passage.position))
        # The line is less certain where it is extrapolated to.
        at_end = options.normal == "end"
        line_at = (
            normal
            if at_end
            else plateau(field[outer], resistance[outer], outermost.position, widening)
        )
        level_std = options.fraction * line_at.std / height / abs(outermost.slope)
        floor_std = (1 - options.fraction) * floor.std / height / outermost.slope
        # A first-order filter delays (removed from the field already) and smears: to second order
        # y(x + delay) = u(x) + delay^2 u''/2, which moves the crossing by delay^2 u''/(2 u').
        moved = 0.5 * sweep.delay**2 * outermost.bend
        estimate = dataclasses.replace(
            outermost.estimate().with_extra(level_std), value=outermost.position + moved
        )
        found.append(_Side(sweep.direction, sign, estimate, floor_std))
    return found


def _slope(field: Array, resistance: Array) -> float:
    return float(np.polyfit(field - field.mean(), resistance, 1)[0]) if field.size > 2 else 0.0


def _floor(coldest: Sequence[FieldSweep], options: HalfFieldOptions) -> Level:
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
    widening = max(noise_and_widening(sweep.resistance)[1] for sweep in coldest)
    level = plateau(field[inner], resistance[inner], 0.0, widening)
    return level if level.trend < 0.01 * top else nothing
