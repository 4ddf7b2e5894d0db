"""Critical currents against temperature: Bardeen, Ambegaokar-Baratoff, and the BCS gap."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import polygamma

from papilio.constants import BOLTZMANN, ELEMENTARY_CHARGE

Array = NDArray[np.float64]

#: Gap over kB Tc at zero temperature, pi/exp(gamma).
GAP_RATIO = float(np.pi / np.exp(np.euler_gamma))
#: Matsubara frequencies summed one by one; the rest is an asymptotic series.
TERMS = 400


@lru_cache(maxsize=1)
def _gap_table() -> tuple[Array, Array]:
    """Reduced temperatures, and the gap in units of its zero-temperature value, falling."""
    # With x = Delta/(2 pi kB T) the gap equation gives ln(T/Tc) without solving anything.
    x = np.concatenate([np.geomspace(1e-4, 0.3, 200), np.geomspace(0.301, 12, 400)])[:, None]
    n = np.arange(TERMS) + 0.5
    near = np.sum(1 / n - 1 / np.sqrt(n**2 + x**2), axis=1)
    # Beyond: sum of x^2/(2 n^3) - 3 x^4/(8 n^5) + 5 x^6/(16 n^7), as polygamma functions.
    third, fifth, seventh = (
        abs(float(polygamma(order, TERMS + 0.5))) / factorial
        for order, factorial in ((2, 2), (4, 24), (6, 720))
    )
    x = x[:, 0]
    far = x**2 / 2 * third - 3 * x**4 / 8 * fifth + 5 * x**6 / 16 * seventh
    temperature = np.exp(-(near + far))
    gap = 2 * np.pi * x * temperature / GAP_RATIO
    return temperature[::-1], gap[::-1]


def bcs_gap(reduced_temperature: Array) -> Array:
    """
    Energy gap of a weak-coupling superconductor in units of its value at T = 0.

    Parameters
    ----------
    reduced_temperature : ndarray
        T/Tc.

    Returns
    -------
    ndarray
        Between 0 (at and above Tc) and 1.

    References
    ----------
    Bardeen, Cooper and Schrieffer, Phys. Rev. 108, 1175 (1957), doi:10.1103/PhysRev.108.1175,
    the gap equation, here as a sum over Matsubara frequencies: ln(Tc/T) = sum over n >= 0 of
    1/(n + 1/2) - 1/sqrt((n + 1/2)^2 + (Delta/(2 pi kB T))^2).
    """
    t = np.asarray(reduced_temperature, float)
    known, gap = _gap_table()
    # Its square is smooth up to Tc, where the gap itself has a vertical tangent.
    square = np.interp(t, known, gap**2, left=1.0)
    last, first = known[-1], gap[-1] ** 2
    square = np.where(t > last, first * np.maximum(1 - t, 0) / (1 - last), square)
    return np.asarray(np.sqrt(square))


def ambegaokar_baratoff(temperature: Array, zero: float, Tc: float) -> Array:
    """
    Critical current of a tunnel junction of two equal superconductors.

    Parameters
    ----------
    temperature : ndarray
        K.
    zero : float
        Critical current at T = 0, A.
    Tc : float
        K.

    Returns
    -------
    ndarray
        A; zero above Tc.

    References
    ----------
    Ambegaokar and Baratoff, Phys. Rev. Lett. 10, 486 (1963), doi:10.1103/PhysRevLett.10.486, and
    the erratum 11, 104, doi:10.1103/PhysRevLett.11.104: Ic = (pi Delta/2 e R) tanh(Delta/2 kB T).
    """
    t = np.maximum(np.asarray(temperature, float) / Tc, 1e-6)
    gap = bcs_gap(t)
    return np.asarray(zero * gap * np.tanh(GAP_RATIO * gap / (2 * t)))


def ambegaokar_baratoff_zero(resistance: float, Tc: float) -> float:
    """
    Critical current of a tunnel junction at T = 0, pi Delta(0)/(2 e R).

    Parameters
    ----------
    resistance : float
        Resistance of the junction in the normal state, ohm.
    Tc : float
        K.

    Returns
    -------
    float
        A.

    References
    ----------
    Ambegaokar and Baratoff, doi:10.1103/PhysRevLett.10.486 and doi:10.1103/PhysRevLett.11.104.
    """
    gap = GAP_RATIO * BOLTZMANN * Tc
    return float(np.pi * gap / (2 * ELEMENTARY_CHARGE * resistance))


def bardeen(temperature: Array, zero: float, Tc: float) -> Array:
    """
    Depairing current of a thin wire or film, I(0) (1 - (T/Tc)^2)^(3/2).

    Parameters
    ----------
    temperature : ndarray
        K.
    zero : float
        Critical current at T = 0, A.
    Tc : float
        K.

    Returns
    -------
    ndarray
        A; zero above Tc.

    References
    ----------
    Bardeen, Rev. Mod. Phys. 34, 667 (1962), doi:10.1103/RevModPhys.34.667.
    """
    t = np.asarray(temperature, float) / Tc
    return np.asarray(zero * np.maximum(1 - t**2, 0) ** 1.5)
