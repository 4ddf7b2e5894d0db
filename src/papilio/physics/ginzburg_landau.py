"""Ginzburg-Landau critical fields of a thin film, and the Pauli limit."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from papilio.constants import BOHR_MAGNETON, BOLTZMANN, FLUX_QUANTUM

#: Weak-coupling gap over kB T_C: pi exp(-Euler's constant).
BCS_GAP_RATIO = float(np.pi * np.exp(-np.euler_gamma))


def perpendicular_field_at_zero(coherence_length: float) -> float:
    """
    Linear extrapolation to T = 0 of the perpendicular upper critical field.

    mu0 Hc2(0) = Phi_0 / (2 pi xi(0)^2).

    Parameters
    ----------
    coherence_length : float
        Ginzburg-Landau coherence length xi(0), m.

    Returns
    -------
    float
        Field, T.

    References
    ----------
    Tinkham, Introduction to Superconductivity, 2nd ed. (1996), Eq. (4.62); in the form used here
    doi:10.1038/s41467-025-58300-9, Eq. (1).
    """
    return FLUX_QUANTUM / (2 * np.pi * coherence_length**2)


def coherence_length(perpendicular_field: float) -> float:
    """
    Ginzburg-Landau coherence length xi(0), the inverse of `perpendicular_field_at_zero`.

    Parameters
    ----------
    perpendicular_field : float
        mu0 Hc2(0) perpendicular to the film, T.

    Returns
    -------
    float
        Length, m.
    """
    return float(np.sqrt(FLUX_QUANTUM / (2 * np.pi * perpendicular_field)))


def thickness(perpendicular_field: float, parallel_field: float) -> float:
    """
    Superconducting thickness d of a film thinner than xi, from its two critical fields at T = 0.

    mu0 Hc2_par(0) = Phi_0 sqrt(12) / (2 pi xi(0) d). Pair breaking by the Pauli term goes as the
    square of the field like the orbital one, so where it acts d is an upper bound.

    Parameters
    ----------
    perpendicular_field, parallel_field : float
        mu0 Hc2(0) in the two directions, T.

    Returns
    -------
    float
        Thickness, m.

    References
    ----------
    Tinkham, Phys. Rev. 129, 2413 (1963), doi:10.1103/PhysRev.129.2413;
    doi:10.1038/s41467-025-58300-9, Eq. (2).
    """
    xi = coherence_length(perpendicular_field)
    return float(FLUX_QUANTUM * np.sqrt(12) / (2 * np.pi * xi * parallel_field))


def perpendicular_field(
    temperature: ArrayLike, field_at_zero: float, Tc: float
) -> NDArray[np.float64]:
    """
    Perpendicular upper critical field, linear in temperature.

    Parameters
    ----------
    temperature : array, any shape
        Temperature, K.
    field_at_zero : float
        mu0 Hc2(0), T.
    Tc : float
        Critical temperature, K.

    Returns
    -------
    ndarray
        Field, T; zero above Tc.

    References
    ----------
    doi:10.1038/s41467-025-58300-9, Eq. (1).
    """
    reduced = np.clip(1 - np.asarray(temperature, float) / Tc, 0, None)
    return np.asarray(field_at_zero * reduced)


def parallel_field(temperature: ArrayLike, field_at_zero: float, Tc: float) -> NDArray[np.float64]:
    """
    Parallel upper critical field of a film thinner than xi, a square root of temperature.

    Parameters
    ----------
    temperature : array, any shape
        Temperature, K.
    field_at_zero : float
        mu0 Hc2(0) parallel to the film, T.
    Tc : float
        Critical temperature, K.

    Returns
    -------
    ndarray
        Field, T; zero above Tc.

    References
    ----------
    doi:10.1038/s41467-025-58300-9, Eq. (2).
    """
    reduced = np.clip(1 - np.asarray(temperature, float) / Tc, 0, None)
    return np.asarray(field_at_zero * np.sqrt(reduced))


def pauli_limit(Tc: float) -> float:
    """
    Pauli (Clogston-Chandrasekhar) limit of a weakly coupled superconductor at T = 0.

    mu0 H_P = Delta(0) / (sqrt(2) mu_B), Delta(0) = 1.764 kB Tc.

    Parameters
    ----------
    Tc : float
        Critical temperature, K.

    Returns
    -------
    float
        Field, T; 1.86 T for each kelvin.

    References
    ----------
    Clogston, Phys. Rev. Lett. 9, 266 (1962), doi:10.1103/PhysRevLett.9.266, Eq. (3);
    Chandrasekhar, Appl. Phys. Lett. 1, 7 (1962), doi:10.1063/1.1777362.
    """
    return float(BCS_GAP_RATIO * BOLTZMANN * Tc / (np.sqrt(2) * BOHR_MAGNETON))
