"""The twin's loops against temperature, rate, gate voltage and orientation."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio import dataset
from papilio.constants import ELEMENTARY_CHARGE, FLUX_QUANTUM, RESISTANCE_QUANTUM
from papilio.simulate import closed_form, instrument, recording, twin
from papilio.simulate.recording import Truth
from papilio.simulate.twin_options import ButterflyOptions
from papilio.simulate.twin_series_options import (
    ButterflyRatesOptions,
    ButterflyTemperaturesOptions,
    DensityTableOptions,
    GatedButterflyOptions,
    GatedHallOptions,
    GatedParallelFieldOptions,
    GateTableOptions,
    OutOfPlaneLoopOptions,
)
from papilio.vocabulary import VOCABULARY

Array = NDArray[np.float64]
Gated = TypeVar("Gated", bound=GateTableOptions)


def height_at_temperature(options: ButterflyTemperaturesOptions, temperature: float) -> float:
    """
    Height of the peak, per square: a part of the sample whose transition the reversal lowers, ohm.

    A constant, and R(T + lowering) - R(T) of that part; without theoretical claim.

    Parameters
    ----------
    options : ButterflyTemperaturesOptions
        The sample.
    temperature : float
        K.

    Returns
    -------
    float
        ohm.
    """
    scale = options.transition_width / closed_form.WIDTH_OVER_SCALE
    distance = (temperature - options.critical_temperature) / scale
    weakened = closed_form.transition_shape(distance + options.lowering / scale)
    whole = closed_form.transition_shape(distance)
    return options.floor_height + options.weak_part * float(weakened - whole)


def butterfly_temperatures(options: ButterflyTemperaturesOptions) -> xr.Dataset:
    """
    Resistance against in-plane field, one temperature after another.

    Parameters
    ----------
    options : ButterflyTemperaturesOptions
        Sample, instrument, magnet and peak.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    random = instrument.generator(options.seed, "twin.butterfly_temperatures")
    parts: list[dict[str, Array]] = []
    truth: list[Truth] = []
    for temperature in options.temperatures:
        loop = dataclasses.replace(
            options,
            temperature=temperature,
            peak_height=height_at_temperature(options, temperature),
        )
        parts.append(twin.butterfly_readings(loop, random))
        truth += _series_truth(loop, {"temperature": temperature})
    variables = recording.one_after_another(parts, options.settling)
    return recording.finished("twin.butterfly_temperatures", options, variables, truth)


def height_at_rate(options: ButterflyRatesOptions, rate: float) -> float:
    """
    Height of the peak at a rate of the field, a power law, ohm per square.

    Parameters
    ----------
    options : ButterflyRatesOptions
        Reference and exponent.
    rate : float
        T/s.

    Returns
    -------
    float
        ohm.
    """
    ratio: float = (rate / options.reference_rate) ** options.rate_exponent
    return options.peak_height * ratio


def butterfly_rates(options: ButterflyRatesOptions) -> xr.Dataset:
    """
    Resistance against in-plane field, one rate after another.

    Parameters
    ----------
    options : ButterflyRatesOptions
        Sample, instrument, magnet and peak.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, sweep_rate, excitation_current.
    """
    random = instrument.generator(options.seed, "twin.butterfly_rates")
    parts: list[dict[str, Array]] = []
    truth: list[Truth] = []
    for rate in options.rates:
        height = height_at_rate(options, rate)
        loop = dataclasses.replace(options, rate=rate, peak_height=height)
        part = twin.butterfly_readings(loop, random)
        parts.append({**part, "sweep_rate": np.full(part["time"].size, rate)})
        truth += _series_truth(loop, {"sweep_rate": rate})
    at_reference = dataclasses.replace(options, rate=options.reference_rate)
    truth += [
        ("butterfly_series.rate_exponent", options.rate_exponent, {}),
        (
            "butterfly_series.rate_delta_R",
            twin.butterfly_truth(at_reference)[-1][1],
            {"sweep_rate": options.reference_rate},
        ),
    ]
    variables = recording.one_after_another(parts, options.settling)
    return recording.finished("twin.butterfly_rates", options, variables, truth)


def _series_truth(loop: ButterflyOptions, where: Mapping[str, float | str]) -> list[Truth]:
    """Truth of one loop, also under the name that a series gives its Delta R."""
    own = twin.butterfly_truth(loop, where)
    return [*own, ("butterfly_series.delta_R", own[-1][1], where)]


def out_of_plane_loop(options: OutOfPlaneLoopOptions) -> xr.Dataset:
    """
    Resistance in a loop of the field perpendicular to the layer.

    Parameters
    ----------
    options : OutOfPlaneLoopOptions
        Sample, instrument and magnet.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    random = instrument.generator(options.seed, "twin.out_of_plane_loop")
    variables = twin.butterfly_readings(options, random, "perpendicular")
    # An absent peak has no height that a measured one could be pulled to.
    return recording.finished("twin.out_of_plane_loop", options, variables, [])


def density_table(options: DensityTableOptions) -> xr.Dataset:
    """
    Critical temperature and Delta R of samples of several densities.

    Parameters
    ----------
    options : DensityTableOptions
        Line, percolation threshold and errors.

    Returns
    -------
    xarray.Dataset
        Record of density, critical_temperature, delta_R, each with its standard deviation, and
        delta_R_limit where there is no peak.
    """
    random = instrument.generator(options.seed, "twin.density_table")
    density = np.array(options.densities)
    density_std = options.density_part * density
    line = options.Tc_intercept + options.Tc_slope * density
    seen = density < options.percolation_density
    delta = np.full(density.size, np.nan)
    delta[seen] = options.delta_R
    truth: list[Truth] = [
        ("scaling.Tc_slope", options.Tc_slope, {}),
        ("scaling.Tc_intercept", options.Tc_intercept, {}),
        ("scaling.Tc_zero_density", -options.Tc_intercept / options.Tc_slope, {}),
        ("scaling.percolation_density", options.percolation_density, {}),
    ]
    variables = {
        "density": density + random.normal(0, density_std),
        "density_std": density_std,
        "critical_temperature": line + random.normal(0, options.Tc_std, density.size),
        "critical_temperature_std": np.full(density.size, options.Tc_std),
        "delta_R": delta + random.normal(0, options.delta_R_std, density.size),
        "delta_R_std": np.where(seen, options.delta_R_std, np.nan),
        # One-sided 95 % limit of a sample without a peak.
        "delta_R_limit": np.where(seen, np.nan, 1.645 * options.delta_R_std),
    }
    return dataset.record(
        variables,
        recording.origin("twin.density_table", options),
        attributes={"truth": recording.as_text(truth)},
    )


def gated_sheet_resistance(density: float, mean_free_path: float) -> float:
    """
    Normal sheet resistance, (h/e^2)/(k_F l) with k_F = sqrt(2 pi n), ohm.

    Parameters
    ----------
    density : float
        1/m^2.
    mean_free_path : float
        m.

    Returns
    -------
    float
        ohm.
    """
    return float(RESISTANCE_QUANTUM / (np.sqrt(2 * np.pi * density) * mean_free_path))


def gated_hall(options: GatedHallOptions) -> xr.Dataset:
    """
    Hall and longitudinal resistance against perpendicular field, one gate voltage after another.

    Parameters
    ----------
    options : GatedHallOptions
        Instrument, magnet and what the gate does.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, hall_resistance, resistance, gate_voltage,
        excitation_current.
    """
    random = instrument.generator(options.seed, "twin.gated_hall")
    parts: list[dict[str, Array]] = []
    truth: list[Truth] = []
    for place, voltage in enumerate(options.gate_voltages):
        part = twin.hall_readings(_gated(options, place), random)
        parts.append({**part, "gate_voltage": np.full(part["time"].size, voltage)})
        truth.append(("gate.density", options.densities[place], {"gate_voltage": voltage}))
    if len(options.gate_voltages) == 1:
        alone = _gated(options, 0)
        truth += [
            ("hall.density", alone.density, {}),
            ("hall.mobility", closed_form.mobility(alone), {}),
            ("hall.mean_free_path", closed_form.mean_free_path(alone), {}),
        ]
    volts, densities = np.array(options.gate_voltages), np.array(options.densities)
    line = np.polyfit(volts, densities, min(1, volts.size - 1))
    if volts.size > 1 and np.allclose(np.polyval(line, volts), densities, rtol=1e-6):
        truth += [
            ("gate.density_slope", float(line[0]), {}),
            ("gate.capacitance", float(line[0]) * ELEMENTARY_CHARGE, {}),
            ("gate.density_0", float(line[1]), {}),
        ]
    variables = recording.one_after_another(parts, options.settling)
    return recording.finished("twin.gated_hall", options, variables, truth)


def gated_butterfly(options: GatedButterflyOptions) -> xr.Dataset:
    """
    Resistance in in-plane loops, one gate voltage after another.

    Parameters
    ----------
    options : GatedButterflyOptions
        Instrument, magnet, peak and what the gate does.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, gate_voltage, excitation_current.
    """
    random = instrument.generator(options.seed, "twin.gated_butterfly")
    parts: list[dict[str, Array]] = []
    truth: list[Truth] = []
    for place, voltage in enumerate(options.gate_voltages):
        loop = dataclasses.replace(_gated(options, place), peak_height=options.delta_R[place])
        part = twin.butterfly_readings(loop, random)
        parts.append({**part, "gate_voltage": np.full(part["time"].size, voltage)})
        truth += _series_truth(loop, {"gate_voltage": voltage})
    variables = recording.one_after_another(parts, options.settling)
    return recording.finished("twin.gated_butterfly", options, variables, truth)


def gated_parallel_field(options: GatedParallelFieldOptions) -> xr.Dataset:
    """
    Resistance against field in the layer at one gate voltage, at several temperatures.

    Parameters
    ----------
    options : GatedParallelFieldOptions
        Instrument, magnet, temperatures and what the gate does.

    Returns
    -------
    xarray.Dataset
        As `twin.parallel_field`, with gate_voltage.
    """
    place = options.gate_voltages.index(options.gate_voltage)
    area = FLUX_QUANTUM * np.sqrt(12) / (2 * np.pi * options.parallel_fields[place])
    sample = dataclasses.replace(
        _gated(options, place),
        superconducting_thickness=float(area / options.coherence_length),
    )
    record = twin.parallel_field(sample)
    unit, meaning = VOCABULARY["gate_voltage"]
    column = np.full(record.sizes["row"], options.gate_voltage)
    gate = ("row", column, {"units": unit, "long_name": meaning})
    own = recording.origin("twin.gated_parallel_field", options)
    return record.assign(gate_voltage=gate).assign_attrs(source=own.source, options=own.options)


def _gated(options: Gated, place: int) -> Gated:
    """The sample at one of the gate voltages."""
    density, path = options.densities[place], options.mean_free_paths[place]
    return dataclasses.replace(
        options, density=density, sheet_resistance=gated_sheet_resistance(density, path)
    )
