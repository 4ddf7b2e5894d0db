"""
The twin: measurements of a sample whose answers are known, through a realistic instrument.

The truth, in attribute ``truth``, is what the closed forms imply; no instrument enters it.
Where a field enters, half the normal resistance means half of it in that same field.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio import dataset
from papilio.errors import OptionsError
from papilio.simulate import closed_form, instrument
from papilio.simulate.twin_options import (
    ButterflyOptions,
    CooldownOptions,
    HallOptions,
    InstrumentOptions,
    MagnetOptions,
    ParallelFieldOptions,
    PerpendicularFieldOptions,
)

Array = NDArray[np.float64]

#: More rows than any laboratory records in one measurement: the settings must be a slip.
MOST_ROWS = 5_000_000

#: Moments for each reading: what the lock-in smears between two readings is no straight line.
MOMENTS = 8

#: Quantity, value, conditions.
Truth = tuple[str, float, Mapping[str, float | str]]


def cooldown(options: CooldownOptions) -> xr.Dataset:
    """
    Resistance against temperature, cooling and then warming, without field.

    Parameters
    ----------
    options : CooldownOptions
        Sample, instrument and ramp.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    random = instrument.generator(options.seed, "twin.cooldown")
    corners = np.array(
        [options.highest_temperature, options.slow_below, options.lowest_temperature]
    )
    corners = np.concatenate([corners, corners[::-1]])
    slow, fast = options.slow_rate, options.fast_rate
    rates = np.array([fast, slow, math.inf, slow, fast])
    durations = np.abs(np.diff(corners)) / rates
    durations[2] = options.pause
    reached = np.concatenate([[0.0], np.cumsum(durations)])
    rows = _row_count(reached[-1], options.interval, "interval")
    moments = (rows - 1) * MOMENTS + 1
    time: Array = options.interval / MOMENTS * np.arange(moments, dtype=np.float64)
    thermometer: Array = np.interp(time, reached, corners)
    sample = instrument.low_pass(thermometer, time, options.thermometer_lag)
    sheet = closed_form.sheet_resistance(options, sample, 0.0, "perpendicular")
    noise = options.thermometer_noise
    variables = {
        "time": time[::MOMENTS],
        "temperature": instrument.reading(thermometer[::MOMENTS], random, noise),
        "field": np.zeros(rows),
        "resistance": _lock_in(options, sheet * _squares(options), time, random),
    }
    truth: list[Truth] = [
        ("transition.Tc", options.critical_temperature, {}),
        ("transition.width", options.transition_width, {}),
    ]
    return _record("twin.cooldown", options, variables, truth)


def hall(options: HallOptions) -> xr.Dataset:
    """
    Hall and longitudinal resistance against perpendicular field in the normal state.

    Parameters
    ----------
    options : HallOptions
        Sample, instrument and magnet.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, hall_resistance, resistance, excitation_current.
    """
    random = instrument.generator(options.seed, "twin.hall")
    nominal, time, direction = _field_sweep(options, loops=1)
    field = instrument.field_at_sample(
        nominal, direction, options.field_offset, options.remanent_field
    )
    sheet = closed_form.sheet_resistance(options, options.temperature, field, "perpendicular")
    transverse = closed_form.hall_resistance(options, field) + options.misalignment * sheet
    variables = {
        "time": time[::MOMENTS],
        "temperature": _held(options, options.temperature, time[::MOMENTS].size, random),
        "field": instrument.reading(nominal[::MOMENTS], random, options.field_noise),
        "hall_resistance": _lock_in(options, transverse, time, random),
        "resistance": _lock_in(options, sheet * _squares(options), time, random),
    }
    truth: list[Truth] = [
        ("hall.density", options.density, {}),
        ("hall.mobility", closed_form.mobility(options), {}),
        ("hall.mean_free_path", closed_form.mean_free_path(options), {}),
    ]
    return _record("twin.hall", options, variables, truth)


def perpendicular_field(options: PerpendicularFieldOptions) -> xr.Dataset:
    """
    Resistance against field perpendicular to the layer, one temperature after another.

    Parameters
    ----------
    options : PerpendicularFieldOptions
        Sample, instrument, magnet and temperatures.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    return _critical_field("perpendicular", options)


def parallel_field(options: ParallelFieldOptions) -> xr.Dataset:
    """
    Resistance against field in the layer, one temperature after another.

    Parameters
    ----------
    options : ParallelFieldOptions
        Sample, instrument, magnet and temperatures.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    return _critical_field("parallel", options)


def butterfly(options: ButterflyOptions) -> xr.Dataset:
    """
    Resistance against in-plane field, with a peak on the branch that reverses the magnet.

    The record begins at zero field, saturated upwards: its first sweep shows no peak.

    Parameters
    ----------
    options : ButterflyOptions
        Sample, instrument, magnet and peak.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    random = instrument.generator(options.seed, "twin.butterfly")
    nominal, time, direction = _field_sweep(options, loops=options.loops)
    field = instrument.field_at_sample(
        nominal, direction, options.field_offset, options.remanent_field
    )
    reversing = np.where(np.logical_and.accumulate(direction > 0), 0.0, direction)
    sheet = _butterfly_sheet_resistance(options, field, reversing)
    variables = {
        "time": time[::MOMENTS],
        "temperature": _held(options, options.temperature, time[::MOMENTS].size, random),
        "field": instrument.reading(nominal[::MOMENTS], random, options.field_noise),
        "resistance": _lock_in(options, sheet * _squares(options), time, random),
    }
    # The field at which the paper defines Delta R_S, whatever the peak's own field is.
    there, zero = _butterfly_sheet_resistance(options, np.array([0.08, 0.0]), np.ones(2))
    truth: list[Truth] = [
        ("butterfly.peak_field", options.peak_field, {}),
        ("butterfly.height", options.peak_height, {}),
        ("butterfly.delta_R", float(there - zero), {}),
    ]
    return _record("twin.butterfly", options, variables, truth)


def _butterfly_sheet_resistance(options: ButterflyOptions, field: Array, reversing: Array) -> Array:
    background = closed_form.sheet_resistance(options, options.temperature, field, "parallel")
    peak = closed_form.reversal_peak(field, reversing, options.peak_field, options.peak_width)
    return background + options.peak_height * peak


def _critical_field(orientation: str, options: PerpendicularFieldOptions) -> xr.Dataset:
    protocol = f"twin.{orientation}_field"
    random = instrument.generator(options.seed, protocol)
    nominal, time, direction = _field_sweep(options, loops=1, back_to_zero=True)
    field = instrument.field_at_sample(
        nominal, direction, options.field_offset, options.remanent_field
    )
    begin = 0.0
    parts = []
    for temperature in options.temperatures:
        sheet = closed_form.sheet_resistance(options, temperature, field, orientation)
        parts.append(
            {
                "time": begin + time[::MOMENTS],
                "temperature": _held(options, temperature, time[::MOMENTS].size, random),
                "field": instrument.reading(nominal[::MOMENTS], random, options.field_noise),
                "resistance": _lock_in(options, sheet * _squares(options), time, random),
            }
        )
        begin += float(time[-1]) + options.settling
    variables = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return _record(protocol, options, variables, _critical_field_truth(orientation, options))


def _critical_field_truth(orientation: str, options: PerpendicularFieldOptions) -> list[Truth]:
    truth: list[Truth] = [
        (
            "critical_field.half_field",
            closed_form.half_resistance_field(options, temperature, orientation),
            {"temperature": temperature, "orientation": orientation},
        )
        for temperature in options.temperatures
        if temperature < options.critical_temperature
    ]
    truth.append(("critical_field.Tc", options.critical_temperature, {}))
    truth.append(("critical_field.xi_GL", options.coherence_length, {}))
    if orientation == "perpendicular":
        field = closed_form.perpendicular_field_zero_temperature(options)
        truth.append(("critical_field.Hc2_perpendicular_0", field, {}))
    else:
        field = closed_form.parallel_field_zero_temperature(options)
        truth.append(("critical_field.d_SC", options.superconducting_thickness, {}))
        truth.append(("critical_field.Hc2_parallel_0", field, {}))
    return truth


def _field_sweep(
    options: MagnetOptions, *, loops: int, back_to_zero: bool = False
) -> tuple[Array, Array, Array]:
    """Nominal field, time and direction of each moment: 0, +max, -max, +max ..., 0."""
    top = options.maximum_field
    corners = np.array([0.0, top, *[-top, top] * loops, *[0.0] * back_to_zero])
    _row_count(float(np.abs(np.diff(corners)).sum()), options.field_step, "field_step")
    nominal, distance, direction = instrument.path(corners, options.field_step / MOMENTS)
    return nominal, distance / options.rate, direction


def _row_count(length: float, spacing: float, name: str) -> int:
    rows = instrument.round_down(length / spacing) + 1
    if rows > MOST_ROWS:
        raise OptionsError(
            f"{name}: {spacing:g} makes {rows} rows, more than {MOST_ROWS}; give a larger one"
        )
    return rows


def _squares(options: InstrumentOptions) -> float:
    return options.length / options.width


def _held(
    options: InstrumentOptions, temperature: float, rows: int, random: np.random.Generator
) -> Array:
    return instrument.reading(np.full(rows, temperature), random, options.thermometer_noise)


def _lock_in(
    options: InstrumentOptions, resistance: Array, time: Array, random: np.random.Generator
) -> Array:
    return instrument.lock_in(
        resistance,
        time,
        random,
        current=options.excitation_current,
        time_constant=options.lock_in_time_constant,
        noise_density=options.voltage_noise,
        offset=options.voltage_offset,
        every=MOMENTS,
    )


def _record(
    protocol: str,
    options: InstrumentOptions,
    variables: Mapping[str, Array],
    truth: list[Truth],
) -> xr.Dataset:
    rows = variables["time"].size
    provenance = dataset.Provenance(
        source=protocol,
        reader="papilio.simulate.twin",
        synthetic=True,
        seed=options.seed,
        options=json.dumps(asdict(options)),
    )
    entries = [
        {"quantity": quantity, "value": value, "conditions": dict(conditions)}
        for quantity, value, conditions in truth
    ]
    recorded = dataset.record(
        {**variables, "excitation_current": np.full(rows, options.excitation_current)},
        provenance,
        attributes={
            "truth": json.dumps(entries),
            "lock_in_time_constant": options.lock_in_time_constant,
        },
    )
    return dataset.with_geometry(recorded, options.length, options.width)
