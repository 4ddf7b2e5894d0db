"""
Paraconductivity: conductance per square that fluctuating pairs add above Tc, two dimensions.

The closed forms hold for epsilon = ln(T/Tc0) << 1, outside the critical region. They are the
leading terms of the full theory (Glatz, Varlamov and Vinokur, Phys. Rev. B 84, 104510 (2011),
doi:10.1103/PhysRevB.84.104510), with which they are compared in the tests where the package
fluctuoscopy is installed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from papilio.constants import BOLTZMANN, ELEMENTARY_CHARGE, REDUCED_PLANCK

#: e^2/(16 hbar), S: 1.52e-5.
ASLAMAZOV_LARKIN = ELEMENTARY_CHARGE**2 / (16 * REDUCED_PLANCK)


def aslamazov_larkin(epsilon: ArrayLike) -> NDArray[np.float64]:
    """
    Conductance of the fluctuating pairs themselves, e^2/(16 hbar epsilon).

    Parameters
    ----------
    epsilon : array, any shape
        ln(T/Tc0), above zero.

    Returns
    -------
    ndarray
        S, per square.

    References
    ----------
    Aslamazov and Larkin, Phys. Lett. A 26, 238 (1968), doi:10.1016/0375-9601(68)90623-3.
    """
    return np.asarray(ASLAMAZOV_LARKIN / np.asarray(epsilon, float))


def maki_thompson(epsilon: ArrayLike, delta: float) -> NDArray[np.float64]:
    """
    Conductance that coherent scattering off the pairs adds to the electrons.

    e^2/(8 hbar) ln(epsilon/delta)/(epsilon - delta).

    Parameters
    ----------
    epsilon : array, any shape
        ln(T/Tc0), above zero.
    delta : float
        Pair-breaking parameter pi hbar/(8 kB T tau_phi), above zero.

    Returns
    -------
    ndarray
        S, per square.

    References
    ----------
    Maki, Prog. Theor. Phys. 40, 193 (1968), doi:10.1143/PTP.40.193; Thompson, Phys. Rev. B 1, 327
    (1970), doi:10.1103/PhysRevB.1.327 (with the cut-off delta).
    """
    excess = np.asarray(epsilon, float) / delta - 1
    # ln(1 + x)/x, one where epsilon equals delta.
    small = np.abs(excess) < 1e-8
    ratio = np.log1p(excess) / np.where(small, 1.0, excess)
    return np.asarray(2 * ASLAMAZOV_LARKIN / delta * np.where(small, 1 - excess / 2, ratio))


def maki_thompson_slopes(
    epsilon: ArrayLike, delta: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Derivatives of `maki_thompson` by epsilon and by delta.

    Parameters
    ----------
    epsilon : array, any shape
        ln(T/Tc0), above zero.
    delta : float
        Pair-breaking parameter, above zero.

    Returns
    -------
    by_epsilon, by_delta : ndarray
        S, per square.

    References
    ----------
    The derivatives of `maki_thompson`.
    """
    epsilon = np.asarray(epsilon, float)
    excess = epsilon / delta - 1
    # f = ln(1 + x)/x; its derivative cancels to a series where epsilon is near delta.
    near = np.abs(excess) < 1e-4
    away = np.where(near, 1.0, excess)
    ratio = np.where(near, 1 - excess / 2 + excess**2 / 3, np.log1p(excess) / away)
    slope = (1 / (1 + away) - np.log1p(excess) / away) / away
    slope = np.where(near, -0.5 + 2 * excess / 3, slope)
    unit = 2 * ASLAMAZOV_LARKIN / delta**2
    return unit * slope, -unit * (ratio + (1 + excess) * slope)


def phase_breaking_time(delta: float, temperature: float) -> float:
    """
    Time over which electrons keep their phase, tau_phi = pi hbar/(8 kB T delta).

    Parameters
    ----------
    delta : float
        Pair-breaking parameter of the Maki-Thompson term.
    temperature : float
        K.

    Returns
    -------
    float
        s.

    References
    ----------
    doi:10.1103/PhysRevB.84.104510, below its Eq. (1): delta is gamma_phi = pi/(8 T tau_phi).
    """
    return float(np.pi * REDUCED_PLANCK / (8 * BOLTZMANN * temperature * delta))


def ginzburg_number(sheet_resistance: float) -> float:
    """
    Epsilon below which the pairs carry more than the electrons, e^2 R/(16 hbar).

    Parameters
    ----------
    sheet_resistance : float
        Normal resistance per square, ohm.

    Returns
    -------
    float
        The closed forms hold for epsilon well above it.

    References
    ----------
    The Aslamazov-Larkin conductance equal to the normal one, doi:10.1016/0375-9601(68)90623-3.
    """
    return ASLAMAZOV_LARKIN * sheet_resistance
