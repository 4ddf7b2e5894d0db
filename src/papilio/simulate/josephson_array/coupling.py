"""Coupling of a junction against temperature."""

from __future__ import annotations

import numpy as np

from papilio.constants import BOLTZMANN, ELEMENTARY_CHARGE, REDUCED_PLANCK
from papilio.errors import OptionsError
from papilio.physics.critical_current import (
    GAP_RATIO,
    ambegaokar_baratoff,
    ambegaokar_baratoff_zero,
)


def tunnel_coupling(temperature: float, normal_resistance: float, gap: float) -> float:
    """
    Coupling of a tunnel junction of two equal superconductors, over the Boltzmann constant.

    Parameters
    ----------
    temperature : float
        K.
    normal_resistance : float
        Of the junction, ohm.
    gap : float
        At zero temperature over the Boltzmann constant, K.

    Returns
    -------
    float
        K; zero where the gap has closed.

    References
    ----------
    E_J = hbar I_c/2e with I_c of Ambegaokar and Baratoff, doi:10.1103/PhysRevLett.10.486 and
    doi:10.1103/PhysRevLett.11.104: (R_Q/R) (Delta/2) tanh(Delta/2 k_B T), R_Q = h/4e^2.
    """
    critical_temperature = gap / GAP_RATIO
    zero = ambegaokar_baratoff_zero(normal_resistance, critical_temperature)
    current = float(ambegaokar_baratoff(np.array(temperature), zero, critical_temperature))
    return REDUCED_PLANCK * current / (2 * ELEMENTARY_CHARGE * BOLTZMANN)


def check_table(temperatures: tuple[float, ...], energies: tuple[float, ...]) -> None:
    """
    Refuse a table of couplings that says nothing or two things at once.

    Parameters
    ----------
    temperatures, energies : tuple of float
        K.

    Raises
    ------
    OptionsError
        Naming the option.
    """
    if not temperatures:
        raise OptionsError(
            "coupling_temperatures: the table is empty; give temperatures and coupling_energies"
        )
    if len(temperatures) != len(energies):
        raise OptionsError(
            f"coupling_energies: {len(energies)} values for {len(temperatures)} temperatures; "
            "give one each"
        )
    if not (np.diff(temperatures) > 0).all():
        raise OptionsError("coupling_temperatures: they do not rise; sort the table")
    if not (np.isfinite(energies).all() and min(energies) >= 0):
        raise OptionsError("coupling_energies: one is below zero; give 0 or more")
