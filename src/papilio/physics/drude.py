"""Free electrons in two dimensions: density, mobility, Fermi wave number, mean free path."""

from __future__ import annotations

import numpy as np

from papilio.constants import ELEMENTARY_CHARGE, RESISTANCE_QUANTUM


def density(hall_slope: float) -> float:
    """
    Sheet density of one kind of carriers, n = 1 / (e |dR_xy/dB|).

    Parameters
    ----------
    hall_slope : float
        dR_xy/dB, ohm/T; its sign is that of the carriers and is not used.

    Returns
    -------
    float
        Density, m^-2.
    """
    return 1 / (ELEMENTARY_CHARGE * abs(hall_slope))


def mobility(density: float, sheet_resistance: float) -> float:
    """
    Drude mobility, mu = 1 / (e n R_S).

    Parameters
    ----------
    density : float
        Sheet density, m^-2.
    sheet_resistance : float
        Resistance per square, ohm.

    Returns
    -------
    float
        Mobility, m^2/(V s).
    """
    return 1 / (ELEMENTARY_CHARGE * density * sheet_resistance)


def fermi_wave_number(density: float) -> float:
    """
    Fermi wave number of one parabolic band with two spins, k_F = sqrt(2 pi n).

    Parameters
    ----------
    density : float
        Sheet density, m^-2.

    Returns
    -------
    float
        Wave number, 1/m.
    """
    return float(np.sqrt(2 * np.pi * density))


def mean_free_path(density: float, sheet_resistance: float) -> float:
    """
    Elastic mean free path, l = (h/e^2) / (k_F R_S).

    Parameters
    ----------
    density : float
        Sheet density, m^-2.
    sheet_resistance : float
        Resistance per square, ohm.

    Returns
    -------
    float
        Length, m.

    References
    ----------
    doi:10.1038/s41467-025-58300-9, text below Eq. (2).
    """
    return RESISTANCE_QUANTUM / (fermi_wave_number(density) * sheet_resistance)
