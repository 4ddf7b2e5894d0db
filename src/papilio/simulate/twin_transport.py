"""The twin cooled through a transition that follows a theory, and its current-voltage curves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.constants import RESISTANCE_QUANTUM_PAIR
from papilio.simulate import current_voltage_forms, instrument, recording, twin
from papilio.simulate.recording import Truth
from papilio.simulate.transition_forms import HalperinNelson, PhaseSlips
from papilio.simulate.twin_series_options import DeltaResistanceOptions
from papilio.simulate.twin_transport_options import (
    CurrentVoltageOptions,
    HalperinNelsonCooldownOptions,
    PhaseSlipCooldownOptions,
)

Array = NDArray[np.float64]

#: Part of the critical temperature at which the quantum tail is given.
QUANTUM_AT = 0.6


def halperin_nelson_cooldown(options: HalperinNelsonCooldownOptions) -> xr.Dataset:
    """
    Resistance against temperature where vortices unbind at T_BKT, cooling and then warming.

    Parameters
    ----------
    options : HalperinNelsonCooldownOptions
        Sample, instrument and ramp.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    curve = HalperinNelson.of(
        options.T_BKT,
        options.critical_temperature,
        options.transition_width,
        options.sheet_resistance,
    )
    truth: list[Truth] = [
        ("transition.Tc", options.critical_temperature, {}),
        ("transition.width", options.transition_width, {}),
        ("transition.T_zero", curve.at(0.01), {}),
        ("bkt.T_BKT_halperin_nelson", options.T_BKT, {}),
        ("bkt.T_BKT_halperin_nelson_linearised", options.T_BKT, {}),
        ("bkt.T_BKT_joint", options.T_BKT, {}),
        ("bkt.b", curve.b, {}),
        ("bkt.R0", curve.R0, {}),
    ]
    return twin.ramped("twin.halperin_nelson_cooldown", options, curve, truth)


def phase_slip_curve(options: PhaseSlipCooldownOptions) -> PhaseSlips:
    """
    R(T) of the whole bar that the settings mean.

    Parameters
    ----------
    options : PhaseSlipCooldownOptions
        Sample, temperature of the barrier, quantum tail.

    Returns
    -------
    PhaseSlips
        With barrier and prefactor solved for, and B1, B2 from the tail and the action.
    """
    normal = options.sheet_resistance * recording.squares(options)
    sites = options.length / options.coherence_length
    # Sites and action both carry the root of 1 - T/Tc.
    root = float(np.sqrt(1 - QUANTUM_AT * options.critical_temperature / options.slip_temperature))
    action = options.quantum_action * root
    tail = options.quantum_tail * normal
    bar = PhaseSlips(
        Tc=options.slip_temperature,
        dF0=0.0,
        prefactor=1.0,
        length=options.length,
        coherence_length=options.coherence_length,
        normal=normal,
        B1=tail / (RESISTANCE_QUANTUM_PAIR * action * sites * root * float(np.exp(-action))),
        B2=options.quantum_action * normal / (RESISTANCE_QUANTUM_PAIR * sites),
    )
    return bar.with_transition(options.critical_temperature, options.transition_width)


def phase_slip_cooldown(options: PhaseSlipCooldownOptions) -> xr.Dataset:
    """
    Resistance against temperature where phase slips make it, cooling and then warming.

    Parameters
    ----------
    options : PhaseSlipCooldownOptions
        Sample, instrument and ramp.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    curve = phase_slip_curve(options)
    truth: list[Truth] = [
        ("transition.Tc", options.critical_temperature, {}),
        ("transition.width", options.transition_width, {}),
        ("phase_slips.Tc_zero", curve.Tc, {}),
        ("phase_slips.dF0", curve.dF0, {}),
        ("phase_slips.prefactor_ratio", curve.prefactor, {}),
    ]
    if curve.B1 > 0:
        truth += [
            ("phase_slips.B1", curve.B1, {}),
            ("phase_slips.B2", curve.B2, {}),
            ("phase_slips.crossover_temperature", curve.crossover(), {}),
        ]
    squares = recording.squares(options)
    return twin.ramped("twin.phase_slip_cooldown", options, lambda T: curve(T) / squares, truth)


def delta_resistance(options: DeltaResistanceOptions) -> xr.Dataset:
    """
    Resistance of phase slips in a field less that without, at several temperatures.

    The field lowers the barrier and the temperature where it vanishes, and leaves the prefactor.

    Parameters
    ----------
    options : DeltaResistanceOptions
        Sample, temperatures, and what the field does.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance (the difference) and resistance_std.
    """
    random = instrument.generator(options.seed, "twin.delta_resistance")
    squares = recording.squares(options)
    curve = phase_slip_curve(options)
    lowered = replace(
        curve, Tc=curve.Tc - options.Tc_lowering, dF0=curve.dF0 - options.dF0_lowering
    )
    temperature = np.array(options.temperatures)
    # Of the law itself, not of what joins it to the normal state: only the law knows a field.
    difference = lowered.law(temperature) - curve.law(temperature)
    rows = temperature.size
    std = options.delta_std * squares
    variables = {
        "time": 600.0 * np.arange(rows, dtype=np.float64),
        "temperature": temperature,
        "field": np.full(rows, options.delta_field),
        "resistance": instrument.reading(difference, random, std),
        "resistance_std": np.full(rows, std),
    }
    truth: list[Truth] = [
        ("phase_slips.Tc_lowering", options.Tc_lowering, {}),
        ("phase_slips.dF0_lowering", options.dF0_lowering, {}),
        ("phase_slips.Tc_zero_in_field", lowered.Tc, {}),
        ("phase_slips.dF0_in_field", lowered.dF0, {}),
    ]
    return recording.finished("twin.delta_resistance", options, variables, truth)


def current_voltage(options: CurrentVoltageOptions) -> xr.Dataset:
    """
    Voltage against direct current of both signs, one temperature after another.

    Parameters
    ----------
    options : CurrentVoltageOptions
        Sample, instrument and currents.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, current, voltage.
    """
    random = instrument.generator(options.seed, "twin.current_voltage")
    magnitude = np.geomspace(options.lowest_current, options.highest_current, options.readings)
    current = np.concatenate([magnitude, -magnitude])
    time = options.dwell * np.arange(current.size, dtype=np.float64)
    parts = []
    for number, temperature in enumerate(options.temperatures):
        voltage = current_voltage_forms.voltage(options, temperature, current)
        parts.append(
            {
                "time": number * (float(time[-1]) + options.settling) + time,
                "temperature": recording.held(options, temperature, current.size, random),
                "field": np.zeros(current.size),
                "current": current,
                "voltage": instrument.reading(
                    voltage + options.voltage_offset, random, options.voltage_noise
                ),
            }
        )
    variables = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    truth: list[Truth] = [
        ("bkt.T_BKT_iv", options.T_BKT, {}),
        ("bkt.T_BKT_joint", options.T_BKT, {}),
    ]
    return recording.finished("twin.current_voltage", options, variables, truth, alternating=False)
