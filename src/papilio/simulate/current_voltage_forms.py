"""Closed form of a current-voltage curve: power law, ohmic tail, normal branch."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from papilio.physics import berezinskii_kosterlitz_thouless as kt
from papilio.simulate.transition_forms import HalperinNelson
from papilio.simulate.twin_transport_options import CurrentVoltageOptions

Array = NDArray[np.float64]

#: The bar turns normal between the critical current and this many times it.
SWITCHED = 1.1


def exponent(options: CurrentVoltageOptions, temperature: float) -> float:
    """
    Exponent alpha of V ~ I^alpha, 1.

    The stiffness falls linearly to zero at the critical temperature, with the universal value at
    T_BKT: alpha = 1 + 2 (T_BKT/T) (Tc - T)/(Tc - T_BKT), which is 3 there. The jump to 1 is
    smeared, as it is in a bar of finite size.

    Parameters
    ----------
    options : CurrentVoltageOptions
        The sample.
    temperature : float
        K, below the critical temperature.

    Returns
    -------
    float
        Above 1.
    """
    Tc, T_BKT = options.critical_temperature, options.T_BKT
    stiffness = kt.stiffness_at_transition(T_BKT) * (Tc - temperature) / (Tc - T_BKT)
    return float(kt.power_law_exponent(stiffness, temperature))


def critical_current(options: CurrentVoltageOptions, temperature: float) -> float:
    """
    Current above which the bar turns normal, I(0) (1 - T/Tc)^1.5, A.

    Parameters
    ----------
    options : CurrentVoltageOptions
        The sample.
    temperature : float
        K, below the critical temperature.

    Returns
    -------
    float
        A.
    """
    reduced = 1 - temperature / options.critical_temperature
    return options.critical_current * reduced * math.sqrt(reduced)


def ohmic_resistance(options: CurrentVoltageOptions, temperature: float) -> float:
    """
    Resistance of the whole bar at small current, ohm.

    Parameters
    ----------
    options : CurrentVoltageOptions
        The sample.
    temperature : float
        K.

    Returns
    -------
    float
        That of a finite size, and above T_BKT the law of Halperin and Nelson on top.
    """
    normal = options.sheet_resistance * options.length / options.width
    linear = HalperinNelson.of(
        options.T_BKT, options.critical_temperature, options.transition_width, normal
    )
    return options.ohmic_tail * normal + float(linear(temperature))


def voltage(options: CurrentVoltageOptions, temperature: float, current: Array) -> Array:
    """
    Voltage along the bar, V.

    Below the critical current a power law beside the ohmic tail; from there to 1.1 times it the
    bar turns normal, smoothly and without theoretical claim.

    Parameters
    ----------
    options : CurrentVoltageOptions
        The sample.
    temperature : float
        K.
    current : ndarray, any shape
        A, signed.

    Returns
    -------
    ndarray
        V.
    """
    normal = options.sheet_resistance * options.length / options.width
    alpha = exponent(options, temperature)
    switch = critical_current(options, temperature)
    prefactor = options.branch_fraction * normal * switch ** (1 - alpha)
    ohmic = ohmic_resistance(options, temperature)
    # The power law ends with the superconducting state.
    held = np.sign(current) * np.minimum(np.abs(current), SWITCHED * switch)
    low = kt.voltage(held, prefactor, alpha, ohmic)
    part = np.clip((np.abs(current) / switch - 1) / (SWITCHED - 1), 0, 1)
    part = part**2 * (3 - 2 * part)
    return np.asarray((1 - part) * low + part * normal * current)
