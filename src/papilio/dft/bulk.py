"""Bulk crystal: lattice constant from an equation of state, band gap along symmetry lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.errors import AnalysisError

Array = NDArray[np.float64]

#: One electronvolt for each cubic angstrom, GPa.
_GIGAPASCAL = 160.21766208


@dataclass(frozen=True)
class Equilibrium:
    """
    Where an equation of state has its minimum.

    Attributes
    ----------
    lattice_constant, lattice_constant_std : float
        Of the cubic cell, angstrom; the scatter of the energies about the curve.
    bulk_modulus : float
        GPa.
    energy : float
        Of the cell, eV.
    """

    lattice_constant: float
    lattice_constant_std: float
    bulk_modulus: float
    energy: float


def equilibrium(lattice_constants: Sequence[float], energies: Sequence[float]) -> Equilibrium:
    """
    Lattice constant at which the energy is least, by the equation of state of Birch and Murnaghan.

    Parameters
    ----------
    lattice_constants : sequence of float
        Of a cubic cell, angstrom; five or more.
    energies : sequence of float
        Of that cell, eV.

    Returns
    -------
    Equilibrium
        With a standard deviation from the scatter of the energies.

    Raises
    ------
    AnalysisError
        With fewer than five points, or where the least energy lies at an end.

    References
    ----------
    Birch, Phys. Rev. 71, 809 (1947), doi:10.1103/PhysRev.71.809, to third order: a polynomial of
    third degree in a^-2.
    """
    a, energy = np.asarray(lattice_constants, float), np.asarray(energies, float)
    if len(a) < 5:
        raise AnalysisError(f"equation of state: {len(a)} lattice constants; give five or more")
    if energy.argmin() in (a.argmin(), a.argmax()):
        raise AnalysisError(
            f"equation of state: the energy is least at the end, {a[energy.argmin()]:g} angstrom; "
            "shift the lattice constants"
        )
    # In units of the middle, so that the powers are of order one.
    middle = float(a[energy.argmin()])
    x = (middle / a) ** 2 - 1
    offset = energy.min()
    coefficients, covariance = np.polyfit(x, energy - offset, 3, cov="unscaled")
    place = _minimum(coefficients)
    slope = np.polyval(np.polyder(coefficients, 2), place)
    residual = energy - offset - np.polyval(coefficients, x)
    variance = float(residual @ residual) / (len(a) - 4)
    # d(place) = -(d slope of the curve at place) / curvature.
    gradient = -np.array([3 * place**2, 2 * place, 1.0, 0.0]) / slope
    place_std = np.sqrt(variance * gradient @ covariance @ gradient)
    best = middle / np.sqrt(1 + place)
    # dx/da = -2 (1 + x)/a, and B = V d2E/dV2 = (1/9a) d2E/da2 at the minimum.
    steep = 2 * (1 + place) / best
    modulus = slope * steep**2 / (9 * best) * _GIGAPASCAL
    lowest = float(np.polyval(coefficients, place) + offset)
    return Equilibrium(float(best), float(place_std / steep), float(modulus), lowest)


def _minimum(coefficients: Array) -> float:
    roots = np.roots(np.polyder(coefficients))
    curvatures = np.polyval(np.polyder(coefficients, 2), roots)
    good = (np.abs(roots.imag) < 1e-12) & (curvatures.real > 0)
    if not good.any():
        raise AnalysisError("equation of state: the energies have no minimum")
    return float(roots[good].real[np.abs(roots[good].real).argmin()])


@dataclass(frozen=True)
class Gap:
    """
    Band gap along symmetry lines.

    Attributes
    ----------
    indirect, direct : float
        Least energy from an occupied to an empty state, at any two points and at one, eV.
    top, bottom : tuple of float
        Where the occupied states are highest and the empty ones lowest, in units of the reciprocal
        lattice.
    """

    indirect: float
    direct: float
    top: tuple[float, ...]
    bottom: tuple[float, ...]


def gap(path: Array, eigenvalues: Array, electrons: float) -> Gap:
    """
    Band gap of an insulator without spin.

    Parameters
    ----------
    path : array, shape (point, 3)
        In units of the reciprocal lattice.
    eigenvalues : array, shape (1, point, band)
        eV.
    electrons : float
        In the cell.

    Returns
    -------
    Gap
        Negative where the bands overlap.

    Raises
    ------
    AnalysisError
        If the number of electrons is odd, spins are resolved, or no empty band was calculated.
    """
    filled = round(electrons) // 2
    if len(eigenvalues) != 1 or round(electrons) % 2 or eigenvalues.shape[2] <= filled:
        raise AnalysisError("band gap: wants an even number of electrons, no spin, an empty band")
    bands = np.sort(eigenvalues[0], axis=1)
    valence, conduction = bands[:, filled - 1], bands[:, filled]
    top, bottom = int(valence.argmax()), int(conduction.argmin())
    return Gap(
        float(conduction[bottom] - valence[top]),
        float((conduction - valence).min()),
        tuple(float(c) for c in path[top]),
        tuple(float(c) for c in path[bottom]),
    )
