"""Resistance along two directions: where they begin to differ, and by how much."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import ndimage

from papilio.analysis.bump import local_noise, onset_of, summit
from papilio.analysis.curve import Level, outliers, plateau
from papilio.analysis.estimate import Estimate, combine, mean
from papilio.analysis.noise_memory import noise_widening
from papilio.analysis.resistance import longitudinal
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.result import Quantity, Result
from papilio.sweep import split

Array = NDArray[np.float64]

#: Readings in the running mean that a difference is sought in.
SMOOTHING = 9
#: Standard deviations between a value and its one-sided 95 % limit.
LIMIT = 1.645
#: Parts of the temperature about that of the normal resistance whose readings give it.
NORMAL_WINDOW = 0.1


@dataclass(frozen=True)
class AnisotropyOptions:
    """Settings of `anisotropy`."""

    variable: str = option("", help="resistance to use, where the data hold several")
    second_variable: str = option("", help="that of the second direction; by default the same")
    normal_temperature: float | None = option(
        None,
        unit="K",
        help="where both are normal and are scaled to one another; by default the highest "
        "temperature that both reach",
    )
    scale: bool = option(
        True, help="scale both to the mean of their normal resistances before they are compared"
    )
    onset_fraction: float = option(
        0.1, help="part of the largest difference that is its onset; more where noise demands"
    )
    sigma: float = option(5.0, help="significance from which a difference counts")
    seed: int = option(0, help="seed of the bootstrap")


@dataclass(frozen=True)
class _Sweep:
    """One sweep of the temperature, sorted by temperature."""

    direction: int
    temperature: Array
    resistance: Array


@dataclass(frozen=True)
class _Difference:
    """Difference of two sweeps of one direction, and what it holds."""

    direction: int
    temperature: Array
    value: Array
    noise: float
    size: Estimate | None
    place: Estimate | None
    onset: Estimate | None
    fraction: float
    limit: float


def anisotropy(
    first: xr.Dataset, second: xr.Dataset, options: AnisotropyOptions | None = None
) -> Result:
    """
    Difference of the resistances along two directions against temperature.

    Both are scaled to the mean of their normal resistances (a Hall bar's contacts never have quite
    the same shape), and sweeps of one direction are subtracted, so that a lag of the thermometer
    drops out. The onset is the highest temperature at which the difference has reached a part of
    its largest value. A difference that the noise may have made is an upper limit.

    Parameters
    ----------
    first, second : xarray.Dataset
        Records with a temperature and a resistance along each direction.
    options : AnisotropyOptions, optional
        Settings.

    Returns
    -------
    Result
        ``anisotropy.size`` (ohm, first less second where it is largest), ``.relative_size`` (over
        the normal resistance), ``.T_max``, ``.T_onset`` (K), ``.normal_ratio`` (normal resistance
        of the first over that of the second). Curves: ``first_<n>``, ``second_<n>``
        (``temperature``, ``resistance`` along ``point``, scaled), ``difference_<n>``
        (``temperature``, ``difference`` along ``point``; attributes ``size``, ``T_max``,
        ``T_onset``, ``limit`` as far as known).

    Raises
    ------
    AnalysisError
        If temperature or resistance is missing or the two have no temperatures in common.
    """
    options = options or AnisotropyOptions()
    names = (options.variable, options.second_variable or options.variable)
    records = [_sweeps(data, name) for data, name in zip((first, second), names, strict=True)]
    sources = [str(data.attrs["source"]) for data in (first, second)]
    low = max(min(float(s.temperature.min()) for s in sweeps) for sweeps in records)
    high = min(max(float(s.temperature.max()) for s in sweeps) for sweeps in records)
    if not low < high:
        raise AnalysisError(f"{sources[0]} and {sources[1]} have no temperatures in common")
    at = options.normal_temperature or high
    normals = [_normal(sweeps, at) for sweeps in records]
    if min(level.value for level in normals) <= 0:
        raise AnalysisError(f"{sources[0]}: the normal resistance at {at:.3g} K is not positive")
    common = 0.5 * (normals[0].value + normals[1].value)
    scaled = [
        [_Sweep(s.direction, s.temperature, s.resistance * common / level.value) for s in sweeps]
        if options.scale
        else sweeps
        for sweeps, level in zip(records, normals, strict=True)
    ]
    flags: list[str] = []
    pairs = _pairs(scaled[0], scaled[1], flags)
    # The scale of both is shared by all readings: a relative error of the difference.
    shared = float(np.linalg.norm([level.std / level.value for level in normals]))
    generator = np.random.default_rng(options.seed)
    found = [
        _compare(one, two, (low, high), shared if options.scale else 0.0, options, generator)
        for one, two in pairs
    ]
    quantities = _quantities(found, normals, common, flags)
    return Result(
        "anisotropy",
        tuple(quantities),
        curves=_curves(scaled, found),
        options=dataclasses.asdict(options),
        sources=tuple(sources),
        synthetic=bool(first.attrs["synthetic"]) or bool(second.attrs["synthetic"]),
        flags=tuple(flags),
    )


def _sweeps(data: xr.Dataset, variable: str) -> list[_Sweep]:
    source = data.attrs["source"]
    if "temperature" not in data:
        raise AnalysisError(f"{source}: there is no 'temperature'; rename its column in the study")
    chosen = longitudinal(data, variable)
    usable = np.isfinite(chosen.values) & np.isfinite(data["temperature"].values)
    record, values = data.isel(row=np.flatnonzero(usable)), chosen.values[usable]
    found = []
    for sweep in split(record, "temperature"):
        if sweep.direction == 0 or sweep.rows.size < 4 * SMOOTHING:
            continue
        temperature = record["temperature"].values[sweep.rows].astype(float)
        resistance = values[sweep.rows]
        good = ~outliers(resistance)
        order = np.argsort(temperature[good], kind="stable")
        found.append(_Sweep(sweep.direction, temperature[good][order], resistance[good][order]))
    if not found:
        raise AnalysisError(
            f"{source}: no sweep of the temperature with {4 * SMOOTHING} readings; an anisotropy "
            f"needs R(T) along both directions"
        )
    return found


def _normal(sweeps: list[_Sweep], at: float) -> Level:
    temperature = np.concatenate([s.temperature for s in sweeps])
    resistance = np.concatenate([s.resistance for s in sweeps])
    near = np.abs(temperature - at) <= NORMAL_WINDOW * at
    if near.sum() < 8:
        near = np.zeros(temperature.size, bool)
        near[np.argsort(np.abs(temperature - at))[:8]] = True
    return plateau(temperature[near], resistance[near], at)


def _pairs(
    first: list[_Sweep], second: list[_Sweep], flags: list[str]
) -> list[tuple[_Sweep, _Sweep]]:
    pairs = []
    for direction in (-1, 1):
        one = [s for s in first if s.direction == direction]
        two = [s for s in second if s.direction == direction]
        pairs += list(zip(one, two, strict=False))
    if not pairs:
        flags.append(
            "one direction was measured on cooling, the other on warming: a lag of the thermometer "
            "looks like a difference"
        )
        pairs = [(first[0], second[0])]
    return pairs


def _compare(
    one: _Sweep,
    two: _Sweep,
    common: tuple[float, float],
    shared: float,
    options: AnisotropyOptions,
    generator: np.random.Generator,
) -> _Difference:
    # On the readings of the coarser sweep: interpolation of the finer one then picks readings that
    # differ, and the noise of neighbours stays independent.
    coarse, fine, sign = (
        (one, two, 1.0)
        if one.temperature.size <= two.temperature.size
        else (
            two,
            one,
            -1.0,
        )
    )
    inside = (coarse.temperature >= common[0]) & (coarse.temperature <= common[1])
    x = coarse.temperature[inside]
    other = np.interp(x, fine.temperature, fine.resistance)
    value = sign * (coarse.resistance[inside] - other)
    height = 0.5 * (coarse.resistance[inside] + other)
    if x.size < 4 * SMOOTHING:
        raise AnalysisError(
            f"the two directions have {x.size} readings at common temperatures; measure more"
        )
    smooth = ndimage.uniform_filter1d(value, SMOOTHING, mode="nearest")
    local = local_noise(value)
    widening = noise_widening(value)
    blur = local * widening / np.sqrt(SMOOTHING)
    error = np.hypot(blur, shared * height)
    limit = float(np.max(np.abs(smooth) + LIMIT * error))
    noise = float(np.median(local))
    top = int(np.argmax(np.abs(smooth)))
    if (
        np.max(np.abs(smooth) / np.maximum(error, 1e-300)) < options.sigma
        or abs(smooth[top]) < options.sigma * error[top]
    ):
        return _Difference(one.direction, x, value, noise, None, None, None, 0.0, limit)
    size, place = summit(x, value, smooth, top, shared * float(height[top]), generator, widening)
    fraction = min(max(options.onset_fraction, 4 * noise / abs(size.value)), 0.5)
    part = abs(size.value)
    # The level moves with the size of which it is a part.
    spread = np.hypot(shared * height, fraction * size.std) / part
    onset = onset_of(x, value / size.value, local / part, fraction, spread, widening)
    return _Difference(one.direction, x, value, noise, size, place, onset, fraction, limit)


def _quantities(
    found: list[_Difference], normals: list[Level], common: float, flags: list[str]
) -> list[Quantity]:
    ratio = normals[0].value / normals[1].value
    spread = ratio * float(np.linalg.norm([level.std / level.value for level in normals]))
    quantities = [
        Quantity("anisotropy.normal_ratio", ratio, "", spread, method=f"at {normals[0].at:.3g} K")
    ]
    sizes = [d.size for d in found if d.size is not None]
    if len(sizes) < len(found):
        if sizes:
            flags.append("the difference is seen on some sweeps only: it is given as a limit")
        limit = max(d.limit for d in found)
        how = "largest running mean of the difference plus 1.645 of its standard deviation"
        return [
            Quantity("anisotropy.size", limit, "ohm", limit="upper", method=how),
            Quantity("anisotropy.relative_size", limit / common, "", limit="upper", method=how),
            *quantities,
        ]
    size = mean(sizes)
    part = combine([1 / common], [size])
    fraction = max(d.fraction for d in found)
    places = [d.place for d in found if d.place is not None]
    onsets = [d.onset for d in found if d.onset is not None]
    quantities = [
        size.quantity("anisotropy.size", "ohm", method="first less second, where it is largest"),
        part.quantity("anisotropy.relative_size", "", method="over the normal resistance"),
        mean(places).quantity("anisotropy.T_max", "K", method="where the difference is largest"),
        *quantities,
    ]
    if len(onsets) == len(found):
        how = f"highest temperature of {fraction:.2g} of the largest difference"
        quantities.append(mean(onsets).quantity("anisotropy.T_onset", "K", method=how))
    else:
        flag = "the difference does not vanish within the common temperatures"
        quantities.append(Quantity("anisotropy.T_onset", None, "K", flags=(flag,)))
    return quantities


def _curves(scaled: list[list[_Sweep]], found: list[_Difference]) -> dict[str, xr.Dataset]:
    curves = {
        f"{name}_{number}": xr.Dataset(
            {
                "temperature": ("point", s.temperature, {"units": "K"}),
                "resistance": ("point", s.resistance, {"units": "ohm"}),
            },
            attrs={"direction": s.direction},
        )
        for name, sweeps in zip(("first", "second"), scaled, strict=True)
        for number, s in enumerate(sweeps)
    }
    for number, d in enumerate(found):
        marks = {"size": d.size, "T_max": d.place, "T_onset": d.onset}
        attributes = {name: e.value for name, e in marks.items() if e is not None}
        curves[f"difference_{number}"] = xr.Dataset(
            {
                "temperature": ("point", d.temperature, {"units": "K"}),
                "difference": ("point", d.value, {"units": "ohm"}),
            },
            attrs={"direction": d.direction, "limit": d.limit, **attributes},
        )
    return curves
