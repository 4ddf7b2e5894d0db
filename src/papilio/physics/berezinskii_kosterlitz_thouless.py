"""Berezinskii-Kosterlitz-Thouless transition of a superconducting film: R(T) above, V(I) below."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from papilio.constants import BOLTZMANN

Array = NDArray[np.float64]

#: Exponent of V ~ I^alpha at the transition: one plus pi times the universal jump 2/pi.
EXPONENT_AT_TRANSITION = 3.0


def power_law_exponent(stiffness: ArrayLike, temperature: ArrayLike) -> Array:
    """
    Exponent alpha of the current-voltage curve V ~ I^alpha below the transition.

    alpha = 1 + pi J_s / (kB T): the current pulls a vortex pair apart over a barrier that is a
    logarithm of the current with the prefactor 2 pi J_s.

    Parameters
    ----------
    stiffness : array, any shape
        Renormalised superfluid stiffness J_s at that temperature, J.
    temperature : array, any shape
        K.

    Returns
    -------
    ndarray
        Pure number; 3 at the transition, where J_s = 2 kB T/pi.

    References
    ----------
    Halperin and Nelson, J. Low Temp. Phys. 36, 599 (1979), doi:10.1007/BF00116988; Ambegaokar,
    Halperin, Nelson and Siggia, Phys. Rev. B 21, 1806 (1980), doi:10.1103/PhysRevB.21.1806.
    """
    return np.asarray(1 + np.pi * np.asarray(stiffness) / (BOLTZMANN * np.asarray(temperature)))


def stiffness_at_transition(T_BKT: float) -> float:
    """
    Superfluid stiffness just below the transition, J_s = (2/pi) kB T_BKT: the universal jump.

    Parameters
    ----------
    T_BKT : float
        Transition temperature, K.

    Returns
    -------
    float
        J.

    References
    ----------
    Nelson and Kosterlitz, Phys. Rev. Lett. 39, 1201 (1977), doi:10.1103/PhysRevLett.39.1201.
    """
    return 2 / np.pi * BOLTZMANN * T_BKT


def voltage(current: ArrayLike, prefactor: float, exponent: float, resistance: float) -> Array:
    """
    Voltage of current-induced vortices and, in series with it, of those that are free anyway.

    V = sign(I) A |I|^alpha + R I. Both kinds of vortices move under the same current and their
    densities add; the second term is the ohmic tail of a film of finite size.

    Parameters
    ----------
    current : array, any shape
        A, signed.
    prefactor : float
        A, in V/A^alpha.
    exponent : float
        alpha.
    resistance : float
        Ohmic resistance R at small current, ohm.

    Returns
    -------
    ndarray
        V.

    References
    ----------
    Halperin and Nelson, J. Low Temp. Phys. 36, 599 (1979), doi:10.1007/BF00116988.
    """
    current = np.asarray(current, float)
    strength = np.abs(current)
    return np.asarray(np.sign(current) * prefactor * strength**exponent + resistance * current)


def halperin_nelson(temperature: ArrayLike, R0: float, b: float, T_BKT: float) -> Array:
    """
    Resistance above the transition, R = R0 exp(-b (T/T_BKT - 1)^(-1/2)).

    Parameters
    ----------
    temperature : array, any shape
        K.
    R0 : float
        Prefactor, ohm.
    b : float
        Pure number of order one.
    T_BKT : float
        Transition temperature, K.

    Returns
    -------
    ndarray
        ohm; zero at T_BKT and below.

    References
    ----------
    Halperin and Nelson, J. Low Temp. Phys. 36, 599 (1979), doi:10.1007/BF00116988; in the form
    used here doi:10.1038/s41467-025-58300-9, text on the BKT transition.
    """
    reduced = np.asarray(temperature, float) / T_BKT - 1
    above = reduced > 0
    root = np.sqrt(np.where(above, reduced, 1.0))
    return np.asarray(np.where(above, R0 * np.exp(-b / root), 0.0))


def halperin_nelson_slope(temperature: ArrayLike, b: float, T_BKT: float) -> Array:
    """
    Logarithmic slope d ln R/dT of the Halperin-Nelson law.

    Its power -2/3 is a straight line in temperature, (2 T_BKT/b)^(2/3) (T/T_BKT - 1), which
    meets zero at T_BKT.

    Parameters
    ----------
    temperature : array, any shape
        K, above T_BKT.
    b : float
        Pure number of order one.
    T_BKT : float
        Transition temperature, K.

    Returns
    -------
    ndarray
        1/K.

    References
    ----------
    The derivative of `halperin_nelson`.
    """
    reduced = np.asarray(temperature, float) / T_BKT - 1
    return np.asarray(b / (2 * T_BKT) * reduced**-1.5)
