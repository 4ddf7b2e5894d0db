"""What the spins of an ion differ by: exchange splitting, two ways, and moment of d states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit

from papilio.dft.electronic import States, density_of_atoms
from papilio.errors import AnalysisError


def exchange_splitting(states: States, atoms: Sequence[int], window: float) -> tuple[float, float]:
    """
    Exchange splitting of the states at the Fermi level on an atom, eV.

    In Stoner's model both spins have the same bands, shifted by the splitting. So bands of the same
    number at the same k are compared, each with its weight on the d orbitals of the atom and a
    Gaussian of the window about the Fermi level.

    Parameters
    ----------
    states : States
        Of a calculation with spin.
    atoms : sequence of int
        The atom and, since the irreducible points see each only in part, those that symmetry makes
        alike.
    window : float
        Standard deviation of the Gaussian, eV.

    Returns
    -------
    value : float
        Positive where the first spin lies lower.
    std : float
        Change when the window is half as wide.

    Raises
    ------
    AnalysisError
        Without two spins, or d states of the atom.

    References
    ----------
    Stoner, Proc. R. Soc. A 165, 372 (1938), doi:10.1098/rspa.1938.0066.
    """
    _check_spins(states, atoms)
    up, down = states.eigenvalues
    weight = states.weights[:, None] * states.total[:, :, :, list(atoms), 2].mean(axis=(0, 3))

    def mean(width: float) -> float:
        near = weight * np.exp(-0.5 * (0.5 * (up + down) / width) ** 2)
        return float((near * (down - up)).sum() / near.sum())

    value = mean(window)
    return value, abs(mean(window / 2) - value)


def _check_spins(states: States, atoms: Sequence[int]) -> None:
    if (
        len(states.eigenvalues) != 2
        or not set(atoms) <= set(states.d_atoms)
        or not states.total[..., list(atoms), 2].any()
    ):
        raise AnalysisError(
            f"atom {atoms[0]}: a splitting wants two spins and d states of the atom"
        )


def shift_of_densities(states: States, atoms: Sequence[int], window: float, width: float) -> float:
    """
    Shift that brings the densities of d states of an atom in both spins onto each other, eV.

    A second way to the splitting of `exchange_splitting`: as one reads it from a figure, without
    asking which band is which. Where a level and the bands that it lies in are split by different
    amounts, the two ways differ.

    Parameters
    ----------
    states : States
        Of a calculation with spin.
    atoms : sequence of int
        The atom and those that symmetry makes alike.
    window : float
        Densities are compared from minus to plus three of it about the Fermi level, eV.
    width : float
        Standard deviation of the Gaussian that stands for each state, eV.

    Returns
    -------
    float
        Positive where the first spin lies lower; the least squares of the difference, of shifts up
        to two windows: of larger ones too little is left to compare.

    Raises
    ------
    AnalysisError
        Without two spins or d states of the atom, and if a larger shift is better.
    """
    _check_spins(states, atoms)
    energies = np.arange(-6 * window, 6 * window, width / 10)
    densities = density_of_atoms(states, energies, width)[:, :, list(atoms), 2].mean(axis=2)
    near = np.abs(energies) < 3 * window

    def difference(shift: float) -> float:
        up = np.interp(energies - shift / 2, energies, densities[0])
        down = np.interp(energies + shift / 2, energies, densities[1])
        return float(((up - down)[near] ** 2).sum())

    tried = np.arange(-3 * window, 3 * window, width / 2)
    best = int(np.argmin([difference(shift) for shift in tried]))
    if abs(tried[best]) > 2 * window:
        raise AnalysisError(f"atom {atoms[0]}: no shift within {2 * window:g} eV joins the spins")
    bounds = (tried[best - 1], tried[best + 1])
    return float(minimize_scalar(difference, bounds=bounds, method="bounded").x)


def projected_moment(
    states: States, atoms: Sequence[int], smearing: float, filled: int = 0
) -> float:
    """
    Moment of the d electrons of an atom, counted as its density of states is, Bohr magnetons.

    A projection onto the bound partial wave counts what that wave has outside of the sphere of the
    atom as well, and the density of states at the Fermi level counts bands that are partly filled
    alone. The moment that an engine integrates within the sphere holds less of the first, and the
    polarisation of filled bands besides; a product of density and exchange parameter wants both
    counted alike.

    Parameters
    ----------
    states : States
        Of a calculation with spin.
    atoms : sequence of int
        The atom and those that symmetry makes alike.
    smearing : float
        Of the Fermi-Dirac occupation, eV.
    filled : int
        Bands of each spin, from the lowest, that are left out: those that are full in both.

    Returns
    -------
    float
        First spin minus second.
    """
    weight = states.total[:, :, filled:, list(atoms), 2].mean(axis=-1)
    occupation = expit(-states.eigenvalues[:, :, filled:] / smearing)
    electrons = states.weights[:, None] * occupation * weight
    up, down = electrons.sum(axis=(1, 2))
    return float(up - down)
