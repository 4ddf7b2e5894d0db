"""Hall effect: sheet density, mobility, Fermi wave number, mean free path."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis import resistance
from papilio.analysis.curve import outliers
from papilio.analysis.estimate import Estimate
from papilio.analysis.loops import nominal
from papilio.analysis.noise_memory import noise_widening
from papilio.errors import AnalysisError
from papilio.fit import BLOCK_COPIES, autocorrelation_factor, block_bootstrap, propagate
from papilio.options import option
from papilio.physics import drude
from papilio.result import Quantity, Result
from papilio.sweep import split

Array = NDArray[np.float64]

#: Part of the field range over which the longitudinal resistance is extrapolated to zero field.
ZERO_FIELD = 0.3


@dataclass(frozen=True)
class HallOptions:
    """Settings of `hall`."""

    variable: str = option("hall_resistance", help="transverse resistance to use")
    longitudinal_variable: str = option(
        "", help="longitudinal resistance to use, where the data hold several"
    )
    field_range: float | None = option(
        None, unit="T", help="largest field, either sign, that is used; by default all"
    )
    temperature: tuple[float, float] | None = option(
        None, unit="K", help="lowest and highest temperature of the readings used; by default all"
    )
    curvature_sigma: float = option(
        3.0, help="significance from which a cubic term counts as a second band"
    )
    seed: int = option(0, help="seed of the bootstrap")


@dataclass(frozen=True)
class _Line:
    """Coefficients of the odd part, with bootstrap draws of the slope."""

    slope: Estimate
    cubic: Estimate
    offset: float
    coefficients: Array
    residuals: Array
    two_bands: bool


def hall(
    data: xr.Dataset, longitudinal: xr.Dataset | None = None, options: HallOptions | None = None
) -> Result:
    """
    Sheet density and what follows from it, from the transverse resistance against field.

    The transverse resistance is split into the part odd in the field and an even part (pick-up of
    the longitudinal resistance, contact misalignment), with an own offset for each direction of the
    sweep. The odd part is a straight line, or a cubic where the cubic term is significant: then the
    slope is that at zero field, and a flag says that one band does not describe it.

    Parameters
    ----------
    data : xarray.Dataset
        A record with a field and a Hall resistance.
    longitudinal : xarray.Dataset, optional
        A record with the longitudinal resistance at the same temperature, where `data` has none.
    options : HallOptions, optional
        Settings.

    Returns
    -------
    Result
        ``hall.slope`` (ohm/T, signed), ``hall.density`` (m^-2), ``hall.pick_up`` (ohm), and where
        the resistance per square is known ``hall.sheet_resistance`` (ohm), ``hall.mobility``
        (m^2/(V s)), ``hall.fermi_wave_number`` (1/m), ``hall.mean_free_path`` (m). Curve ``loop``:
        ``field``, ``hall_resistance``, ``odd`` and ``fit`` along ``point``.

    Raises
    ------
    AnalysisError
        If a variable is missing or the field does not reach both signs.
    """
    options = options or HallOptions()
    source = str(data.attrs["source"])
    for name in ("field", options.variable):
        if name not in data:
            raise AnalysisError(
                f"{source}: there is no '{name}'; name the Hall channel with the option 'variable' "
                f"or rename it in the study"
            )
    record, direction = _directions(_chosen(data, options))
    field = record["field"].values.astype(float)
    transverse = record[options.variable].values.astype(float)
    bad = outliers(transverse)
    line = _fit(field[~bad], transverse[~bad], direction[~bad], options)
    flags = [f"{int(bad.sum())} outlying readings not followed"] if bad.any() else []
    if line.two_bands:
        flags.append(
            "the Hall resistance bends (cubic term "
            f"{line.cubic.value / line.cubic.std:+.1f} sigma): two bands, or an anomalous part; "
            "the density is that of the slope at zero field"
        )
    if abs(line.slope.value) < 5 * line.slope.std:
        raise AnalysisError(
            f"{source}: the Hall slope {line.slope.value:.3g} ohm/T is not resolved (std "
            f"{line.slope.std:.2g}); use a wider field or the right channel"
        )
    quantities = _densities(line.slope)
    quantities += _transport(line.slope, record, longitudinal, options, flags)
    quantities.append(
        Quantity("hall.pick_up", line.offset, "ohm", method="even part at zero field")
    )
    temperature = _temperature(record)
    if temperature is not None:
        quantities = [
            dataclasses.replace(quantity, conditions={"temperature": temperature})
            for quantity in quantities
        ]
    sources = [source] if longitudinal is None else [source, str(longitudinal.attrs["source"])]
    return Result(
        "hall",
        tuple(quantities),
        curves={"loop": _curve(field[~bad], transverse[~bad], line)},
        options=dataclasses.asdict(options),
        sources=tuple(sources),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(flags),
        references=("Mean free path l = (h/e^2)/(k_F R_S): doi:10.1038/s41467-025-58300-9",),
    )


def _chosen(data: xr.Dataset, options: HallOptions) -> xr.Dataset:
    keep = data["field"].notnull() & data[options.variable].notnull()
    if options.field_range is not None:
        keep &= np.abs(data["field"]) <= options.field_range
    if options.temperature is not None:
        low, high = options.temperature
        keep &= (data["temperature"] >= low) & (data["temperature"] <= high)
    record = data.isel(row=np.flatnonzero(keep.values))
    field = record["field"].values
    reach = min(-field.min(), field.max()) if field.size else 0.0
    if field.size < 8 or reach <= 0.05 * np.abs(field).max():
        raise AnalysisError(
            f"{data.attrs['source']}: {field.size} Hall readings do not reach both signs of the "
            f"field; the pick-up cannot be removed without"
        )
    return record


def _directions(record: xr.Dataset) -> tuple[xr.Dataset, NDArray[np.int64]]:
    """
    Index of the sweep direction of each row (0 held or unknown, 1 up, 2 down).

    Where the lock-in's time constant is known, the field is moved back by its delay.
    """
    index = np.zeros(record.sizes["row"], np.int64)
    field = record["field"].values.astype(float).copy()
    delay = float(record.attrs.get("lock_in_time_constant", 0.0))
    # Backwards: a turning point stands in two sweeps, and what lags belongs to the earlier one.
    for sweep in reversed(split(record, "field")):
        index[sweep.rows] = {0: 0, 1: 1, -1: 2}[sweep.direction]
        field[sweep.rows] = record["field"].values[sweep.rows] - delay * (sweep.rate or 0.0)
    moved = record["field"].copy(data=field)
    return record.assign(field=moved), index


def _fit(
    field: Array, transverse: Array, direction: NDArray[np.int64], options: HallOptions
) -> _Line:
    reach = float(np.abs(field).max())
    u = field / reach
    offsets = [np.asarray(direction == number, float) for number in np.unique(direction)]
    # The pick-up of the longitudinal resistance may have any even shape, a cusp included; odd and
    # even terms do not disturb each other.
    even = [np.abs(u), u**2, np.abs(u) ** 3, u**4]
    full = np.column_stack([u, u**3, *offsets, *even])
    coefficients, covariance, residuals = _linear(full, transverse)
    cubic_std = float(np.sqrt(covariance[1, 1]))
    two_bands = abs(coefficients[1]) > options.curvature_sigma * cubic_std
    cubic = Estimate(float(coefficients[1]) / reach**3, cubic_std / reach**3)
    design = full
    if not two_bands:
        design = np.column_stack([u, *offsets, *even])
        coefficients, covariance, residuals = _linear(design, transverse)
    generator = np.random.default_rng(options.seed)
    widened = residuals * np.sqrt(u.size / (u.size - design.shape[1]))
    resampled = block_bootstrap(widened, BLOCK_COPIES, generator)
    draws = coefficients[0] + resampled @ np.linalg.pinv(design)[0]
    slope = Estimate(
        float(coefficients[0]) / reach, float(np.sqrt(covariance[0, 0])) / reach, draws / reach
    )
    first = 2 if two_bands else 1
    offset = float(np.mean(coefficients[first : first + len(offsets)]))
    odd = np.array([coefficients[0] / reach, coefficients[1] / reach**3 if two_bands else 0.0])
    return _Line(slope, cubic, offset, odd, residuals, bool(two_bands))


def _linear(design: Array, values: Array) -> tuple[Array, Array, Array]:
    """Least squares with covariance, correlated noise included; values in order of acquisition."""
    freedom = values.size - design.shape[1]
    if freedom < 3:
        raise AnalysisError(f"{values.size} Hall readings are too few for a line; use more")
    inverse = np.linalg.pinv(design)
    coefficients = inverse @ values
    residuals = values - design @ coefficients
    noise = float(np.sqrt(residuals @ residuals / freedom)) * noise_widening(residuals)
    return coefficients, noise**2 * inverse @ inverse.T, residuals


def _densities(slope: Estimate) -> list[Quantity]:
    draws = None if slope.draws is None else np.array([drude.density(s) for s in slope.draws])
    density = drude.density(slope.value)
    estimate = Estimate(density, density * slope.std / abs(slope.value), draws)
    return [
        slope.quantity("hall.slope", "ohm/T", method="odd part of R_xy"),
        estimate.quantity("hall.density", "1/m^2", method="1/(e |dR_xy/dB|)"),
    ]


def _transport(
    slope: Estimate,
    record: xr.Dataset,
    other: xr.Dataset | None,
    options: HallOptions,
    flags: list[str],
) -> list[Quantity]:
    sheet = _sheet_resistance(record, other, options, flags)
    if sheet is None:
        return []
    values = np.array([slope.value, sheet.value])
    covariance = np.diag([slope.std**2, sheet.std**2])
    formulas: dict[str, tuple[str, Callable[[float, float], float], str]] = {
        "mobility": ("m^2/(V*s)", drude.mobility, "1/(e n R_S)"),
        "mean_free_path": ("m", drude.mean_free_path, "(h/e^2)/(k_F R_S)"),
    }
    quantities = [sheet.quantity("hall.sheet_resistance", "ohm", method="at zero field")]
    for name, (unit, formula, method) in formulas.items():

        def of(pair: Array, formula: Callable[[float, float], float] = formula) -> float:
            return formula(drude.density(pair[0]), pair[1])

        value, std = propagate(of, values, covariance)
        quantities.append(Quantity(f"hall.{name}", value, unit, std, method=method))
    value, std = propagate(
        lambda v: drude.fermi_wave_number(drude.density(v[0])), values[:1], covariance[:1, :1]
    )
    wave = Quantity("hall.fermi_wave_number", value, "1/m", std, method="sqrt(2 pi n)")
    return [*quantities, wave]


def _sheet_resistance(
    record: xr.Dataset, other: xr.Dataset | None, options: HallOptions, flags: list[str]
) -> Estimate | None:
    """Resistance per square at the temperature of the Hall loop, near zero field."""
    source = record if other is None else other
    try:
        chosen = resistance.longitudinal(source, options.longitudinal_variable)
    except AnalysisError:
        if other is not None:
            raise
        flags.append("no longitudinal resistance: mobility and mean free path are not given")
        return None
    if not chosen.per_square:
        flags.append("length and width of the bar are not given: no mobility, no mean free path")
        return None
    keep = np.isfinite(chosen.values)
    temperature = _temperature(record)
    if other is not None and temperature is not None and "temperature" in other:
        keep &= np.abs(other["temperature"].values - temperature) < 0.02 * temperature
    values = chosen.values[keep]
    if values.size < 3:
        flags.append("no longitudinal resistance at the temperature of the Hall loop")
        return None
    field = source["field"].values[keep] if "field" in source else np.zeros(values.size)
    reach = ZERO_FIELD * float(np.abs(field).max())
    near = np.abs(field) <= reach
    if reach == 0 or near.sum() < 12:
        widening = autocorrelation_factor(values - values.mean())
        return Estimate(
            float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size)) * widening
        )
    u = field[near] / reach
    design = np.column_stack([np.ones(u.size), u, np.abs(u), u**2])
    coefficients, covariance, _ = _linear(design, values[near])
    return Estimate(float(coefficients[0]), float(np.sqrt(covariance[0, 0])))


def _temperature(record: xr.Dataset) -> float | None:
    if "temperature" not in record or not record["temperature"].notnull().any():
        return None
    return nominal(float(record["temperature"].mean()))


def _curve(field: Array, transverse: Array, line: _Line) -> xr.Dataset:
    fit = line.coefficients[0] * field + line.coefficients[1] * field**3
    return xr.Dataset(
        {
            "field": ("point", field, {"units": "T"}),
            "hall_resistance": ("point", transverse, {"units": "ohm"}),
            "odd": ("point", fit + line.residuals, {"units": "ohm"}),
            "fit": ("point", fit, {"units": "ohm"}),
        },
        attrs={"pick_up": line.offset, "two_bands": int(line.two_bands)},
    )
