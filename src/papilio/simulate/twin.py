"""
The twin: measurements of a sample whose answers are known, through a realistic instrument.

The truth, in attribute ``truth``, is what the closed forms imply; no instrument enters it.
Where a field enters, half the normal resistance means half of it in that same field.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.simulate import closed_form, instrument, recording
from papilio.simulate.recording import MOMENTS, Truth
from papilio.simulate.twin_options import (
    ButterflyOptions,
    CooldownOptions,
    HallOptions,
    ParallelFieldOptions,
    PerpendicularFieldOptions,
)

Array = NDArray[np.float64]


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
    scale = options.transition_width / closed_form.WIDTH_OVER_SCALE
    truth: list[Truth] = [
        ("transition.Tc", options.critical_temperature, {}),
        ("transition.width", options.transition_width, {}),
        ("transition.T_zero", options.critical_temperature + scale * closed_form.ONE_PERCENT, {}),
    ]
    return ramped(
        "twin.cooldown",
        options,
        lambda T: closed_form.sheet_resistance(options, T, 0.0, "perpendicular"),
        truth,
    )


def ramped(
    protocol: str,
    options: CooldownOptions,
    sheet_resistance: Callable[[Array], Array],
    truth: list[Truth],
) -> xr.Dataset:
    """
    Record of cooling and warming a sample whose R(T) is given.

    Parameters
    ----------
    protocol : str
        Name of the simulation.
    options : CooldownOptions
        Instrument and ramp.
    sheet_resistance : callable
        Temperature of the sample (K) -> resistance per square (ohm).
    truth : list of Truth
        What that curve implies.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    random = instrument.generator(options.seed, protocol)
    corners = np.array(
        [options.highest_temperature, options.slow_below, options.lowest_temperature]
    )
    corners = np.concatenate([corners, corners[::-1]])
    slow, fast = options.slow_rate, options.fast_rate
    rates = np.array([fast, slow, math.inf, slow, fast])
    durations = np.abs(np.diff(corners)) / rates
    durations[2] = options.pause
    reached = np.concatenate([[0.0], np.cumsum(durations)])
    rows = recording.row_count(reached[-1], options.interval, "interval")
    moments = (rows - 1) * MOMENTS + 1
    time: Array = options.interval / MOMENTS * np.arange(moments, dtype=np.float64)
    thermometer: Array = np.interp(time, reached, corners)
    sample = instrument.low_pass(thermometer, time, options.thermometer_lag)
    bar = sheet_resistance(sample) * recording.squares(options)
    noise = options.thermometer_noise
    variables = {
        "time": time[::MOMENTS],
        "temperature": instrument.reading(thermometer[::MOMENTS], random, noise),
        "field": np.zeros(rows),
        "resistance": recording.lock_in(options, bar, time, random),
    }
    return recording.finished(protocol, options, variables, truth)


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
    variables = hall_readings(options, random)
    truth: list[Truth] = [
        ("hall.density", options.density, {}),
        ("hall.mobility", closed_form.mobility(options), {}),
        ("hall.mean_free_path", closed_form.mean_free_path(options), {}),
    ]
    return recording.finished("twin.hall", options, variables, truth)


def hall_readings(options: HallOptions, random: np.random.Generator) -> dict[str, Array]:
    """
    Readings of the Hall effect.

    Parameters
    ----------
    options : HallOptions
        Sample, instrument and magnet.
    random : numpy.random.Generator
        Source of the noise.

    Returns
    -------
    dict of str to ndarray, shape (row,)
        time, temperature, field, hall_resistance, resistance.
    """
    nominal, time, direction = recording.field_sweep(options, loops=1)
    field = instrument.field_at_sample(
        nominal, direction, options.field_offset, options.remanent_field
    )
    sheet = closed_form.sheet_resistance(options, options.temperature, field, "perpendicular")
    transverse = closed_form.hall_resistance(options, field) + options.misalignment * sheet
    rows = time[::MOMENTS].size
    return {
        "time": time[::MOMENTS],
        "temperature": recording.held(options, options.temperature, rows, random),
        "field": instrument.reading(nominal[::MOMENTS], random, options.field_noise),
        "hall_resistance": recording.lock_in(options, transverse, time, random),
        "resistance": recording.lock_in(options, sheet * recording.squares(options), time, random),
    }


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
    variables = butterfly_readings(options, random)
    return recording.finished("twin.butterfly", options, variables, butterfly_truth(options))


def butterfly_readings(
    options: ButterflyOptions, random: np.random.Generator, orientation: str = "parallel"
) -> dict[str, Array]:
    """
    Readings of a loop.

    Parameters
    ----------
    options : ButterflyOptions
        Sample, instrument, magnet and peak.
    random : numpy.random.Generator
        Source of the noise.
    orientation : {"parallel", "perpendicular"}, optional
        Of the field to the layer.

    Returns
    -------
    dict of str to ndarray, shape (row,)
        time, temperature, field, resistance.
    """
    nominal, time, direction = recording.field_sweep(options, loops=options.loops)
    field = instrument.field_at_sample(
        nominal, direction, options.field_offset, options.remanent_field
    )
    reversing = np.where(np.logical_and.accumulate(direction > 0), 0.0, direction)
    sheet = butterfly_sheet_resistance(options, field, reversing, orientation)
    rows = time[::MOMENTS].size
    return {
        "time": time[::MOMENTS],
        "temperature": recording.held(options, options.temperature, rows, random),
        "field": instrument.reading(nominal[::MOMENTS], random, options.field_noise),
        "resistance": recording.lock_in(options, sheet * recording.squares(options), time, random),
    }


def butterfly_truth(
    options: ButterflyOptions, conditions: Mapping[str, float | str] | None = None
) -> list[Truth]:
    """
    What a loop in the plane of the layer should show.

    Parameters
    ----------
    options : ButterflyOptions
        Sample and peak.
    conditions : mapping of str to float or str, optional
        That the numbers hold for.

    Returns
    -------
    list of Truth
        Peak field, height, and Delta R at the field where the paper reads it; nothing without a
        peak.
    """
    if options.peak_height == 0:
        return []
    # The field at which the paper defines Delta R_S, whatever the peak's own field is.
    there, zero = butterfly_sheet_resistance(options, np.array([0.08, 0.0]), np.ones(2))
    where = conditions or {}
    return [
        ("butterfly.peak_field", options.peak_field, where),
        ("butterfly.height", options.peak_height, where),
        ("butterfly.delta_R", float(there - zero), where),
    ]


def butterfly_sheet_resistance(
    options: ButterflyOptions, field: Array, reversing: Array, orientation: str = "parallel"
) -> Array:
    """
    Sheet resistance in a field loop, with the peak where the magnet reverses, ohm.

    Parameters
    ----------
    options : ButterflyOptions
        Sample and peak.
    field : ndarray, shape (...)
        At the sample, T.
    reversing : ndarray, shape (...)
        As `direction` of `closed_form.reversal_peak`.
    orientation : {"parallel", "perpendicular"}, optional
        Of the field to the layer.

    Returns
    -------
    ndarray, shape (...)
        ohm per square.
    """
    background = closed_form.sheet_resistance(options, options.temperature, field, orientation)
    peak = closed_form.reversal_peak(field, reversing, options.peak_field, options.peak_width)
    return background + options.peak_height * peak


def _critical_field(orientation: str, options: PerpendicularFieldOptions) -> xr.Dataset:
    protocol = f"twin.{orientation}_field"
    random = instrument.generator(options.seed, protocol)
    nominal, time, direction = recording.field_sweep(options, loops=1, back_to_zero=True)
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
                "temperature": recording.held(options, temperature, time[::MOMENTS].size, random),
                "field": instrument.reading(nominal[::MOMENTS], random, options.field_noise),
                "resistance": recording.lock_in(
                    options, sheet * recording.squares(options), time, random
                ),
            }
        )
        begin += float(time[-1]) + options.settling
    variables = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return recording.finished(
        protocol, options, variables, _critical_field_truth(orientation, options)
    )


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
