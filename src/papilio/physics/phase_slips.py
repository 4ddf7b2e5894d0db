"""
Phase slips of a superconducting strip: thermal (LAMH) and quantum (Golubev-Zaikin) resistance.

All in SI. The sources write the condensation energy as Hc^2/8pi, in CGS; it is Bc^2/(2 mu0) here,
in `condensation_energy` and nowhere else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from papilio.constants import (
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    REDUCED_PLANCK,
    RESISTANCE_QUANTUM_PAIR,
    VACUUM_PERMEABILITY,
)

Array = NDArray[np.float64]

#: Barrier over kB T at which Eq. (3), which then falls again towards Tc, is largest.
WEAKEST_BARRIER = 1.5
#: Action at which Eq. (4), which then falls again towards Tc, is largest.
WEAKEST_ACTION = 2.0


def condensation_energy(critical_field: float) -> float:
    """
    Condensation energy per volume, Bc^2/(2 mu0); the Hc^2/8pi of sources in CGS units.

    Parameters
    ----------
    critical_field : float
        Thermodynamic critical field Bc = mu0 Hc, T.

    Returns
    -------
    float
        J/m^3.
    """
    return critical_field**2 / (2 * VACUUM_PERMEABILITY)


def barrier_at_zero(critical_field: float, cross_section: float, coherence_length: float) -> float:
    """
    Energy barrier of a phase slip at T = 0, (8 sqrt(2)/3) Bc^2/(2 mu0) S xi.

    Parameters
    ----------
    critical_field : float
        Thermodynamic critical field at T = 0, T.
    cross_section : float
        Cross-section S of the strip, m^2.
    coherence_length : float
        Ginzburg-Landau coherence length xi(0), m.

    Returns
    -------
    float
        J.

    References
    ----------
    Langer and Ambegaokar, Phys. Rev. 164, 498 (1967), doi:10.1103/PhysRev.164.498; in the form
    used here doi:10.1038/s41467-025-58300-9, text below Eq. (3).
    """
    volume = cross_section * coherence_length
    return float(8 * np.sqrt(2) / 3 * condensation_energy(critical_field) * volume)


def barrier(temperature: ArrayLike, dF0: float, Tc: float) -> Array:
    """
    Energy barrier of a phase slip, dF0 (1 - T/Tc)^(3/2): Bc^2 xi with their laws near Tc.

    Parameters
    ----------
    temperature : array, any shape
        K.
    dF0 : float
        Barrier at T = 0, J.
    Tc : float
        Temperature where the barrier vanishes, K.

    Returns
    -------
    ndarray
        J; zero at Tc and above.

    References
    ----------
    doi:10.1038/s41467-025-58300-9, text below Eq. (3).
    """
    near = _distance(temperature, Tc)
    return np.asarray(dF0 * near * np.sqrt(near))


def coherence_length(temperature: ArrayLike, coherence_length_at_zero: float, Tc: float) -> Array:
    """
    Ginzburg-Landau coherence length, xi(0) (1 - T/Tc)^(-1/2).

    Parameters
    ----------
    temperature : array, any shape
        K, below Tc.
    coherence_length_at_zero : float
        xi(0), m.
    Tc : float
        Critical temperature, K.

    Returns
    -------
    ndarray
        m.

    References
    ----------
    doi:10.1038/s41467-025-58300-9, text below Eq. (3).
    """
    return np.asarray(coherence_length_at_zero * (1 - np.asarray(temperature, float) / Tc) ** -0.5)


def thermal_resistance(
    temperature: ArrayLike, Tc: float, dF0: float, length: float, coherence_length_at_zero: float
) -> Array:
    """
    Resistance of thermally activated phase slips (LAMH), literally as in Eq. (3).

    R = pi hbar^2 Omega/(2 e^2 kB T) exp(-dF/kB T) with the attempt frequency
    Omega = L/(xi tau) (dF/kB T)^(1/2) and tau = pi hbar/(8 kB (Tc - T)). This is the textbook
    form; McCumber and Halperin's own prefactor, and sources that count 2 pi for a slip
    differently, differ by factors of order one.
    It holds for barriers well above kB T: at dF = 1.5 kB T it is largest, and above that
    temperature it falls to zero at Tc, which has no physical meaning (see `thermal_channel`).

    Parameters
    ----------
    temperature : array, any shape
        K, above zero.
    Tc : float
        Temperature where the barrier vanishes, K.
    dF0 : float
        Barrier at T = 0, J.
    length : float
        Length L of the strip along the current, m.
    coherence_length_at_zero : float
        xi(0), m.

    Returns
    -------
    ndarray
        Resistance of the whole length, ohm; zero at Tc and above.

    References
    ----------
    doi:10.1038/s41467-025-58300-9, Eq. (3); McCumber and Halperin, Phys. Rev. B 1, 1054 (1970),
    doi:10.1103/PhysRevB.1.1054; Tinkham, Introduction to Superconductivity, 2nd ed. (1996),
    section 8.1.
    """
    temperature = np.asarray(temperature, float)
    near = _distance(temperature, Tc)
    thermal = BOLTZMANN * temperature
    root = np.sqrt(near)
    height = dF0 * near * root / thermal
    # L/(xi tau): both xi and tau diverge at Tc, so their rates are what is finite there.
    rate = length / coherence_length_at_zero * root
    rate = rate * 8 * BOLTZMANN * Tc * near / (np.pi * REDUCED_PLANCK)
    scale = np.pi * REDUCED_PLANCK**2 / (2 * ELEMENTARY_CHARGE**2 * thermal)
    return np.asarray(scale * rate * np.sqrt(height) * np.exp(-height))


def thermal_limit(Tc: float, dF0: float) -> float:
    """
    Temperature up to which Eq. (3) rises: the barrier is 1.5 kB T there.

    d ln R/dT = (dF/kB T - 3/2) (1/T + 3/(2 (Tc - T))) in Eq. (3), whatever its parameters.

    Parameters
    ----------
    Tc : float
        Temperature where the barrier vanishes, K.
    dF0 : float
        Barrier at T = 0, J.

    Returns
    -------
    float
        K, below Tc.
    """
    ratio = WEAKEST_BARRIER * BOLTZMANN * Tc / dF0
    # (1 - t)^(3/2) = ratio t is the cubic s^3 + ratio s^2 = ratio in s = (1 - t)^(1/2). From above
    # the root Newton's steps come down to it without passing it, for the cubic is convex there.
    root = min(float(np.cbrt(ratio)), 1.0)
    for _ in range(60):
        step = (root**3 + ratio * root**2 - ratio) / (3 * root**2 + 2 * ratio * root)
        root -= step
        if abs(step) <= 1e-15:
            break
    return float(Tc * (1 - root**2))


def thermal_channel(
    temperature: ArrayLike, Tc: float, dF0: float, length: float, coherence_length_at_zero: float
) -> Array:
    """
    Resistance of thermal phase slips, held at its largest value where Eq. (3) would fall again.

    Parameters
    ----------
    temperature : array, any shape
        K, above zero.
    Tc, dF0, length, coherence_length_at_zero : float
        As in `thermal_resistance`.

    Returns
    -------
    ndarray
        Resistance of the whole length, ohm; never falls with temperature.

    References
    ----------
    doi:10.1038/s41467-025-58300-9, Eq. (3), up to `thermal_limit`.
    """
    held = np.minimum(np.asarray(temperature, float), thermal_limit(Tc, dF0))
    return thermal_resistance(held, Tc, dF0, length, coherence_length_at_zero)


def quantum_action(
    temperature: ArrayLike,
    Tc: float,
    B2: float,
    normal_resistance: float,
    length: float,
    coherence_length_at_zero: float,
) -> Array:
    """
    Action of a quantum phase slip, S = B2 (R_Q/R_N) (L/xi(T)), in units of hbar.

    Parameters
    ----------
    temperature : array, any shape
        K.
    Tc : float
        Critical temperature, K.
    B2 : float
        Pure number.
    normal_resistance : float
        Normal resistance R_N of the length L, not per square, ohm.
    length : float
        L, m.
    coherence_length_at_zero : float
        xi(0), m.

    Returns
    -------
    ndarray
        Pure number; zero at Tc and above.

    References
    ----------
    Golubev and Zaikin, Phys. Rev. B 64, 014504 (2001), doi:10.1103/PhysRevB.64.014504; in the form
    used here doi:10.1038/s41467-025-58300-9, text below Eq. (4).
    """
    at_zero = B2 * RESISTANCE_QUANTUM_PAIR / normal_resistance * length / coherence_length_at_zero
    return np.asarray(at_zero * np.sqrt(_distance(temperature, Tc)))


def quantum_resistance(
    temperature: ArrayLike,
    Tc: float,
    B1: float,
    B2: float,
    normal_resistance: float,
    length: float,
    coherence_length_at_zero: float,
) -> Array:
    """
    Resistance of quantum phase slips, B1 R_Q S (L/xi(T)) exp(-S).

    Other sources write S^2 exp(-2 S) instead, so values of B1 and B2 do not compare with theirs.
    The expression is largest at S = 2; nearer to Tc it would fall to zero (`quantum_channel`).

    Parameters
    ----------
    temperature : array, any shape
        K.
    Tc : float
        Critical temperature, K.
    B1, B2 : float
        Pure numbers.
    normal_resistance : float
        Normal resistance of the length L, not per square, ohm.
    length : float
        L, m.
    coherence_length_at_zero : float
        xi(0), m.

    Returns
    -------
    ndarray
        Resistance of the whole length, ohm; zero at Tc and above.

    References
    ----------
    doi:10.1038/s41467-025-58300-9, Eq. (4); Golubev and Zaikin, Phys. Rev. B 64, 014504 (2001),
    doi:10.1103/PhysRevB.64.014504.
    """
    action = quantum_action(
        temperature, Tc, B2, normal_resistance, length, coherence_length_at_zero
    )
    sites = length / coherence_length_at_zero * np.sqrt(_distance(temperature, Tc))
    return np.asarray(B1 * RESISTANCE_QUANTUM_PAIR * action * sites * np.exp(-action))


def quantum_limit(
    Tc: float,
    B2: float,
    normal_resistance: float,
    length: float,
    coherence_length_at_zero: float,
) -> float:
    """
    Temperature up to which Eq. (4) rises: the action is 2 there.

    Parameters
    ----------
    Tc, B2, normal_resistance, length, coherence_length_at_zero : float
        As in `quantum_resistance`.

    Returns
    -------
    float
        K, below Tc; zero where the action is below 2 at all temperatures.
    """
    at_zero = quantum_action(0.0, Tc, B2, normal_resistance, length, coherence_length_at_zero)
    return float(Tc * max(1 - (WEAKEST_ACTION / float(at_zero)) ** 2, 0.0))


def quantum_channel(
    temperature: ArrayLike,
    Tc: float,
    B1: float,
    B2: float,
    normal_resistance: float,
    length: float,
    coherence_length_at_zero: float,
) -> Array:
    """
    Resistance of quantum phase slips, held at its largest value where Eq. (4) would fall again.

    Parameters
    ----------
    temperature : array, any shape
        K.
    Tc, B1, B2, normal_resistance, length, coherence_length_at_zero : float
        As in `quantum_resistance`.

    Returns
    -------
    ndarray
        Resistance of the whole length, ohm; never falls with temperature.

    References
    ----------
    doi:10.1038/s41467-025-58300-9, Eq. (4), up to `quantum_limit`.
    """
    limit = quantum_limit(Tc, B2, normal_resistance, length, coherence_length_at_zero)
    held = np.minimum(np.asarray(temperature, float), limit)
    return quantum_resistance(held, Tc, B1, B2, normal_resistance, length, coherence_length_at_zero)


def with_normal_channel(slips: ArrayLike, normal_resistance: float) -> Array:
    """
    Resistance of phase slips with the normal electrons in parallel, 1/(1/R_N + 1/R_slips).

    Parameters
    ----------
    slips : array, any shape
        Resistance of the phase slips of all kinds together, ohm.
    normal_resistance : float
        Normal resistance of the same length, ohm.

    Returns
    -------
    ndarray
        ohm, below `normal_resistance`.

    References
    ----------
    Lau, Markovic, Bockrath, Bezryadin and Tinkham, Phys. Rev. Lett. 87, 217003 (2001),
    doi:10.1103/PhysRevLett.87.217003.
    """
    slips = np.asarray(slips, float)
    return np.asarray(slips * normal_resistance / (slips + normal_resistance))


def _distance(temperature: ArrayLike, Tc: float) -> Array:
    """Reduced distance 1 - T/Tc below the critical temperature; zero above."""
    return np.asarray(np.maximum(1 - np.asarray(temperature, float) / Tc, 0.0))
