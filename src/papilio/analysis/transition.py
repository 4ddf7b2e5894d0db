"""The resistive transition: critical temperature, width, onset, zero; each direction apart."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.curve import CROSSING_WINDOW, Crossing, Level, crossings, outliers, plateau
from papilio.analysis.estimate import Estimate, combine, mean
from papilio.analysis.noise_memory import noise_and_widening
from papilio.analysis.resistance import longitudinal
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.result import Quantity, Result
from papilio.sweep import split

Array = NDArray[np.float64]

#: A plateau whose resistance changes by more than this part of the step is none.
PLATEAU_TREND = 0.02
#: A plateau is read from readings within this part of its temperature.
NEAR = 0.1
#: The normal state is taken at most this many times above the transition, unless told otherwise.
NORMAL_OVER_TC = 6.0


@dataclass(frozen=True)
class TransitionOptions:
    """Settings of `transition`."""

    variable: str = option("", help="resistance to use, where the data hold several")
    thermometer: str = option("temperature", help="thermometer to use, where there are several")
    fraction: float = option(0.5, help="part of the step that defines Tc")
    width_low: float = option(0.2, help="lower part of the step that defines the width")
    width_high: float = option(0.8, help="upper part of the step that defines the width")
    zero_fraction: float = option(0.01, help="part of the step at which zero resistance ends")
    onset_fraction: float = option(0.95, help="part of the step at which the normal state ends")
    normal_temperature: float | None = option(
        None,
        unit="K",
        help="where the normal-state resistance is read, from readings within 10 %; by default the "
        "highest temperature, but at most six times Tc",
    )
    floor: Literal["measured", "zero"] = option(
        "measured",
        help="lower end of the step: the resistance measured below the transition (which removes "
        "an instrument's offset), or zero",
    )
    floor_temperature: float | None = option(
        None,
        unit="K",
        help="where the lower end of the step is read; by default all readings below half of Tc",
    )
    seed: int = option(0, help="seed of the bootstrap")


@dataclass(frozen=True)
class _Step:
    """One sweep through the transition: its readings, its two ends, its crossings by fraction."""

    direction: int
    rate: float | None
    temperature: Array
    resistance: Array
    outliers: int
    normal: Level
    floor: Level
    found: dict[str, tuple[float, Crossing]]
    flags: tuple[str, ...]

    def estimate(self, weights: dict[str, float]) -> Estimate | None:
        """Sum of weight times crossing temperature; both ends' uncertainty is shared."""
        if any(name not in self.found for name in weights):
            return None
        to_normal = to_floor = 0.0
        parts: list[Estimate] = []
        height = self.normal.value - self.floor.value
        for name, weight in weights.items():
            fraction, crossing = self.found[name]
            parts.append(crossing.estimate())
            to_normal += weight * fraction / (crossing.slope * height)
            to_floor += weight * (1 - fraction) / (crossing.slope * height)
        ends = np.hypot(to_normal * self.normal.std, to_floor * self.floor.std)
        return combine(list(weights.values()), parts).with_extra(float(ends))


def transition(data: xr.Dataset, options: TransitionOptions | None = None) -> Result:
    """
    Critical temperature and its relatives from resistance against temperature.

    Each cooling and each warming sweep is treated alone: the normal-state resistance is a straight
    line read at one temperature, the lower end is the resistance far below the transition, and the
    temperature of a given part of the step is the root of a local polynomial. A lagging
    thermometer (or lock-in) shifts cooling and warming by equal and opposite amounts, so the mean
    of the two is free of the lag and their difference measures it.

    Parameters
    ----------
    data : xarray.Dataset
        A record with a temperature and a resistance.
    options : TransitionOptions, optional
        Settings.

    Returns
    -------
    Result
        ``transition.Tc``, ``.width``, ``.T_zero``, ``.T_onset`` (K; the mean of the directions, and
        each direction with the condition ``direction``), ``.hysteresis`` (K, cooling less warming),
        ``.R_normal`` and ``.R_floor`` (ohm, per square where the geometry is known). Curves: one
        for each sweep, ``temperature`` and ``resistance`` along ``point``; attributes hold the
        levels, and for Tc, low, high, zero and onset the fraction, temperature and window.

    Raises
    ------
    AnalysisError
        If temperature or resistance is missing or there are fewer than ten readings.
    """
    options = options or TransitionOptions()
    resistance = longitudinal(data, options.variable)
    if options.thermometer not in data:
        raise AnalysisError(
            f"{data.attrs['source']}: there is no '{options.thermometer}'; name a thermometer with "
            f"the option 'thermometer' or give a constant temperature"
        )
    usable = np.isfinite(resistance.values) & np.isfinite(data[options.thermometer].values)
    if int(usable.sum()) < 10:
        raise AnalysisError(
            f"{data.attrs['source']}: {int(usable.sum())} readings hold both temperature and "
            f"resistance; a transition needs ten"
        )
    record = data.isel(row=np.flatnonzero(usable))
    values = resistance.values[usable]
    generator = np.random.default_rng(options.seed)
    steps, left_out = [], []
    for sweep in split(record, options.thermometer):
        if sweep.direction and sweep.rows.size >= 10:
            temperature = record[options.thermometer].values[sweep.rows].astype(float)
            resistances = values[sweep.rows]
            missing = _missing(temperature, options)
            if missing:
                left_out.append(f"the sweep from {sweep.start:.4g} to {sweep.stop:.4g} K {missing}")
                continue
            steps.append(
                _step(temperature, resistances, sweep.direction, sweep.rate, options, generator)
            )
    if not steps:
        why = "; ".join(left_out[:2]) or "the temperature does not sweep"
        if len(left_out) > 2:
            why += f"; and {len(left_out) - 2} more sweeps likewise"
        raise AnalysisError(f"{data.attrs['source']}: {why}; a transition needs a full sweep")
    quantities, flags = _quantities(steps, options)
    flags += left_out
    if not resistance.per_square:
        flags.append("resistances are of the whole bar: its length and width are not given")
    return Result(
        "transition",
        tuple(quantities),
        curves={f"sweep_{number}": _curve(step) for number, step in enumerate(steps)},
        options=dataclasses.asdict(options),
        sources=(str(data.attrs["source"]),),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(dict.fromkeys(flags)),
        references=(
            "Definitions Tc = T(R_N/2) and width = T(0.8 R_N) - T(0.2 R_N): "
            "doi:10.1038/s41467-025-58300-9",
        ),
    )


def _step(
    temperature: Array,
    resistance: Array,
    direction: int,
    rate: float | None,
    options: TransitionOptions,
    generator: np.random.Generator,
) -> _Step:
    bad = outliers(resistance)
    x, y = temperature[~bad], resistance[~bad]
    flags = [f"{int(bad.sum())} outlying readings not followed"] if bad.any() else []
    guess = _middle(x, y)
    at = options.normal_temperature or min(float(x.max()), NORMAL_OVER_TC * guess)
    noise, widening = noise_and_widening(y)
    normal = plateau(*_near(x, y, at), at, widening)
    floor, why = _floor(x, y, guess, normal, options, widening)
    flags += why
    height = normal.value - floor.value
    if height <= 3 * max(normal.noise, floor.noise):
        return _Step(direction, rate, x, y, int(bad.sum()), normal, floor, {}, (*flags, "no step"))
    # Zero and normal resistance end where the curve leaves the noise, if that is later.
    foot = min(max(options.zero_fraction, 4 * floor.noise / height), 0.5)
    shoulder = max(min(options.onset_fraction, 1 - 4 * normal.noise / height), 0.5)
    wide = CROSSING_WINDOW
    found: dict[str, tuple[float, Crossing]] = {}
    for name, fraction, window in (
        ("Tc", options.fraction, wide),
        ("low", options.width_low, 0.6 * options.width_low),
        ("high", options.width_high, 0.6 * (1 - options.width_high)),
        ("zero", foot, wide),
        ("onset", shoulder, wide),
    ):
        passages = crossings(
            x, (y - floor.value) / height, fraction, generator, window, widening, noise / height
        )
        if passages:
            found[name] = (fraction, max(passages, key=lambda passage: passage.position))
        if len(passages) > 1:
            flags.append(
                f"the curve passes {fraction:.3g} of the step {len(passages)} times; the highest "
                f"temperature is taken"
            )
    return _Step(direction, rate, x, y, int(bad.sum()), normal, floor, found, tuple(flags))


def _middle(x: Array, y: Array) -> float:
    """First guess of the transition: where the curve is half-way between its ends."""
    order = np.argsort(x, kind="stable")
    count = max(3, x.size // 20)
    low, high = np.median(y[order[:count]]), np.median(y[order[-count:]])
    above = y[order] > (low + high) / 2
    crossing = np.flatnonzero(above[1:] != above[:-1])
    return float(x[order[crossing[crossing.size // 2]]]) if crossing.size else float(x.max())


def _missing(x: Array, options: TransitionOptions) -> str:
    """Why a sweep cannot be used: it does not reach a temperature that the options name."""
    for at in (options.normal_temperature, options.floor_temperature):
        if at is not None and (np.abs(x - at) <= NEAR * at).sum() < 5:
            return f"has fewer than five readings within {NEAR:.0%} of {at:g} K"
    return ""


def _near(x: Array, y: Array, at: float) -> tuple[Array, Array]:
    """Readings near a temperature, or the eight nearest ones."""
    close = np.abs(x - at) <= NEAR * at
    if close.sum() < 5:
        close = np.zeros(x.size, bool)
        close[np.argsort(np.abs(x - at))[:8]] = True
    return x[close], y[close]


def _floor(
    x: Array,
    y: Array,
    guess: float,
    normal: Level,
    options: TransitionOptions,
    widening: float,
) -> tuple[Level, list[str]]:
    nothing = Level(0.0, 0.0, 0.0, 0.0, 0.0, 0)
    if options.floor == "zero":
        return nothing, []
    if options.floor_temperature is not None:
        at = options.floor_temperature
        level = plateau(*_near(x, y, at), at, widening)
    else:
        level, why = _flat_part(x, y, guess, normal, widening)
        if why:
            return nothing, [f"{why}: the lower end of the step is taken as zero"]
    flags = []
    if abs(level.value) > 0.05 * abs(normal.value):
        flags.append(
            f"the lower end of the step is {level.value / normal.value:.0%} of the normal "
            f"resistance: a residual resistance, or an offset of the instrument"
        )
    return level, flags


def _flat_part(
    x: Array, y: Array, guess: float, normal: Level, widening: float
) -> tuple[Level, str]:
    """Readings far below the transition: less far where the sweep ends, further where not flat."""
    tops = [guess / part for part in (2, 2.5, 3, 4, 5, 6)]
    if (x <= tops[0]).sum() < 8:
        width = _rough_width(x, y, guess)
        tops = [guess - part * width for part in (4, 5, 6, 8)]
    level, why = Level(0.0, 0.0, 0.0, 0.0, 0.0, 0), ""
    for top in tops:
        below = x <= top
        if below.sum() < 8:
            few = "" if level.points else f"fewer than eight readings below {top:.3g} K"
            return level, why or few
        level = plateau(x[below], y[below], float(x[below].mean()), widening)
        # The foot of the transition would lift the mean before it stands out of the noise: the
        # warmest third must not lie above the others by more than noise does. (At one sigma every
        # sixth flat part would fail, and what is left of it lies low.)
        order = np.argsort(x[below], kind="stable")
        warm, cold = np.split(y[below][order], [2 * order.size // 3])[::-1]
        spread = level.noise * widening * np.sqrt(1 / warm.size + 1 / cold.size)
        if float(warm.mean() - cold.mean()) < 2 * spread:
            return level, ""
        steep = level.trend > PLATEAU_TREND * abs(normal.value)
        why = f"the resistance is not flat below {top:.3g} K" if steep else ""
    return level, why


def _rough_width(x: Array, y: Array, guess: float) -> float:
    """Rough T(0.8) - T(0.2) of the step between the medians of both ends."""
    order = np.argsort(x, kind="stable")
    count = max(3, x.size // 20)
    low, high = np.median(y[order[:count]]), np.median(y[order[-count:]])
    inside = np.abs((y - low) / (high - low) - 0.5) < 0.3
    return float(np.ptp(x[inside])) if inside.sum() > 1 else 0.05 * guess


def _quantities(steps: list[_Step], options: TransitionOptions) -> tuple[list[Quantity], list[str]]:
    parts = {
        "Tc": {"Tc": 1.0},
        "width": {"high": 1.0, "low": -1.0},
        "T_zero": {"zero": 1.0},
        "T_onset": {"onset": 1.0},
    }
    used = {name: fraction for step in steps for name, (fraction, _) in step.found.items()}
    methods = {
        "Tc": f"temperature at {options.fraction:g} of the resistance step",
        "width": f"T({options.width_high:g}) - T({options.width_low:g}) of the step",
        "T_zero": f"temperature at {used.get('zero', options.zero_fraction):.2g} of the step",
        "T_onset": f"temperature at {used.get('onset', options.onset_fraction):.2g} of the step",
    }
    flags = [flag for step in steps for flag in step.flags if flag != "no step"]
    quantities: list[Quantity] = []
    for name, weights in parts.items():
        by_direction: dict[str, Estimate] = {}
        for word, sign in (("cooling", -1), ("warming", 1)):
            estimates = [step.estimate(weights) for step in steps if step.direction == sign]
            known = [estimate for estimate in estimates if estimate is not None]
            if known:
                by_direction[word] = mean(known)
        if not by_direction:
            flag = "the resistance does not pass this part of the step"
            quantities.append(Quantity(f"transition.{name}", None, "K", flags=(flag,)))
            continue
        own = (
            () if len(by_direction) == 2 else (f"{next(iter(by_direction))} only: lag not removed",)
        )
        quantities.append(
            mean(list(by_direction.values())).quantity(
                f"transition.{name}", "K", method=methods[name], flags=own
            )
        )
        quantities += [
            estimate.quantity(f"transition.{name}", "K", {"direction": word}, method=methods[name])
            for word, estimate in by_direction.items()
        ]
        if name == "Tc" and len(by_direction) == 2:
            cooling, warming = by_direction["cooling"], by_direction["warming"]
            apart = combine([1.0, -1.0], [cooling, warming])
            quantities.append(
                Quantity(
                    "transition.hysteresis",
                    apart.value,
                    "K",
                    apart.wide,
                    method="Tc on cooling less Tc on warming",
                )
            )
    normal = mean([step.normal.estimate() for step in steps])
    at = float(np.mean([step.normal.at for step in steps]))
    quantities.append(
        normal.quantity("transition.R_normal", "ohm", {"temperature": at}, method="local line")
    )
    floors = [step.floor.estimate() for step in steps if step.floor.points]
    if floors:
        quantities.append(mean(floors).quantity("transition.R_floor", "ohm", method="mean"))
    return quantities, flags


def _curve(step: _Step) -> xr.Dataset:
    attributes: dict[str, str | float | int] = {
        "direction": {-1: "cooling", 1: "warming"}[step.direction],
        "outliers": step.outliers,
        "normal": step.normal.value,
        "normal_temperature": step.normal.at,
        "floor": step.floor.value,
    }
    if step.rate is not None:
        attributes["rate"] = step.rate
    for name, (fraction, crossing) in step.found.items():
        attributes[f"{name}_fraction"] = fraction
        attributes[f"{name}_temperature"] = crossing.position
        attributes[f"{name}_window_low"] = crossing.low
        attributes[f"{name}_window_high"] = crossing.high
    return xr.Dataset(
        {
            "temperature": ("point", step.temperature, {"units": "K"}),
            "resistance": ("point", step.resistance, {"units": "ohm"}),
        },
        attrs=attributes,
    )
