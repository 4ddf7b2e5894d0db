"""Core levels in photoelectron spectra: Voigt doublets on a Shirley background."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import wofz

Array = NDArray[np.float64]

#: Distance of the Ta 4f5/2 line above the 4f7/2 line in binding energy, eV: 1.91 in oxides,
#: Moulder et al., Handbook of X-ray Photoelectron Spectroscopy (Perkin-Elmer, 1992).
TA_4F_SPLITTING = 1.91
#: Intensity of 4f5/2 over 4f7/2: their numbers of states, 6 over 8.
F_BRANCHING = 6 / 8


def doublet(
    energy: Array,
    area: float,
    position: float,
    gaussian: float,
    lorentzian: float,
    splitting: float = TA_4F_SPLITTING,
    branching: float = F_BRANCHING,
) -> Array:
    """
    Intensity of a spin-orbit doublet of two Voigt lines.

    Parameters
    ----------
    energy : ndarray, shape (point,)
        Binding energy, eV.
    area : float
        Area of both lines, counts eV.
    position : float
        Binding energy of the line of larger angular momentum (4f7/2), eV.
    gaussian : float
        Standard deviation of the Gaussian part, eV.
    lorentzian : float
        Half width at half height of the Lorentzian part, eV. A little below zero the profile is
        continued analytically, a Gaussian that is sharpened.
    splitting : float, optional
        How much higher the other line is, eV.
    branching : float, optional
        Intensity of the other line over that of the first.

    Returns
    -------
    ndarray, shape (point,)
        Counts.
    """
    distance = np.stack([energy - position, energy - position - splitting])
    lines = wofz((distance + 1j * lorentzian) / (np.sqrt(2) * gaussian)).real
    lines /= np.sqrt(2 * np.pi) * gaussian
    return np.asarray(area * (lines[0] + branching * lines[1]) / (1 + branching))


def shirley(energy: Array, peaks: Array, step: float) -> Array:
    """
    Shirley background of given peaks: proportional to their area at lower binding energy.

    Parameters
    ----------
    energy : ndarray, shape (point,)
        Binding energy, increasing, eV.
    peaks : ndarray, shape (point,)
        Intensity without background, counts.
    step : float
        Background per area of the peaks, 1/eV.

    Returns
    -------
    ndarray, shape (point,)
        Counts.

    References
    ----------
    Shirley, Phys. Rev. B 5, 4709 (1972), doi:10.1103/PhysRevB.5.4709.
    """
    trapezia = 0.5 * (peaks[1:] + peaks[:-1]) * np.diff(energy)
    return np.asarray(step * np.concatenate([[0.0], np.cumsum(trapezia)]))
