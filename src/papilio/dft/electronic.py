"""Electronic structure of a finished calculation: states and their densities."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from papilio.dft.cell import Structure, Symmetry
from papilio.dft.orbitals import rotation_of_d
from papilio.errors import AnalysisError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class States:
    """
    Eigenvalues and projections of one calculation; energies in eV from the Fermi level.

    Attributes
    ----------
    eigenvalues : array, shape (spin, k, band)
        Energies.
    weights : array, shape (k,)
        Of the irreducible points; they add up to one.
    total : array, shape (spin, k, band, atom, 3)
        Weight on s, p, d waves of each atom.
    d_atoms : tuple of int
        Atoms with d waves.
    d : array, shape (spin, k, band, d_atom, 5)
        Complex amplitudes on them, in the frame of the cell.
    """

    eigenvalues: Array
    weights: Array
    total: Array
    d_atoms: tuple[int, ...]
    d: NDArray[np.complex128]

    @property
    def electrons_per_state(self) -> float:
        """Two where spin is not resolved."""
        return 2.0 / len(self.eigenvalues)


def load_states(path: Path) -> States:
    """
    States from the file that a program has written.

    Parameters
    ----------
    path : Path
        ``states.npz``.

    Returns
    -------
    States
        Energies from the Fermi level.

    Raises
    ------
    AnalysisError
        If the file is missing.
    """
    if not path.exists():
        raise AnalysisError(f"{path}: missing; the calculation was not asked for states")
    with np.load(path) as file:
        return States(
            file["eigenvalues"] - float(file["fermi_level"]),
            file["weights"],
            file["total"].astype(float),
            tuple(int(a) for a in file["d_atoms"]),
            file["d"].astype(complex),
        )


def _gaussian(energies: Array, centres: Array, width: float) -> Array:
    """Normalised Gaussians, shape (energy, *centres)."""
    apart = (energies.reshape(-1, *[1] * centres.ndim) - centres) / width
    gaussian: Array = np.exp(-0.5 * apart**2) / (width * np.sqrt(2 * np.pi))
    return gaussian


def density_of_states(states: States, energies: Array, width: float) -> Array:
    """
    Density of states of the cell, 1/eV.

    Parameters
    ----------
    states : States
        Of a calculation.
    energies : array, shape (energy,)
        From the Fermi level, eV.
    width : float
        Standard deviation of the Gaussian that stands for each state, eV.

    Returns
    -------
    array, shape (spin, energy)
        Electrons that the states hold: without spin, one row that counts both.
    """
    made = [
        np.einsum("ekn,k->e", _gaussian(energies, of, width), states.weights)
        for of in states.eigenvalues
    ]
    return states.electrons_per_state * np.array(made)


def density_of_atoms(states: States, energies: Array, width: float) -> Array:
    """
    Density of states on each atom and angular momentum, 1/eV.

    The projections are onto bound partial waves: what lies between the atoms is in none, so that
    their sum is less than `density_of_states`. Atoms that symmetry makes alike share what each of
    them gets from the irreducible points only after `symmetrised`; see `density_of_d` for orbitals.

    Parameters
    ----------
    states : States
        Of a calculation.
    energies : array, shape (energy,)
        From the Fermi level, eV.
    width : float
        Of the Gaussian, eV.

    Returns
    -------
    array, shape (spin, energy, atom, 3)
        For s, p and d.
    """
    made = [
        np.einsum("ekn,k,knal->eal", _gaussian(energies, of, width), states.weights, total)
        for of, total in zip(states.eigenvalues, states.total, strict=True)
    ]
    return states.electrons_per_state * np.array(made)


def symmetrised(per_atom: Array, symmetry: Symmetry) -> Array:
    """
    Mean over the atoms that symmetry makes alike.

    Parameters
    ----------
    per_atom : array, shape (spin, energy, atom, ...)
        From irreducible points alone.
    symmetry : Symmetry
        Of the structure.

    Returns
    -------
    array
        Of the same shape.
    """
    mean: Array = np.mean([per_atom[:, :, p] for p in symmetry.permutations], axis=0)
    return mean


def d_density_matrices(states: States, energies: Array, width: float, symmetry: Symmetry) -> Array:
    """
    Energy-resolved density matrix of the d orbitals of each atom, 1/eV.

    The irreducible points see only a part of the zone; the operations of the space group bring
    back the rest: ``D_a = mean over g of R_g D_{g a} R_g^T`` (up to the inverse of g, which the
    mean holds as well). Its real part is what real orbitals of any frame need.

    Parameters
    ----------
    states : States
        Of a calculation.
    energies : array, shape (energy,)
        From the Fermi level, eV.
    width : float
        Of the Gaussian, eV.
    symmetry : Symmetry
        Of the structure.

    Returns
    -------
    array, shape (spin, energy, d_atom, 5, 5)
        In the frame of the cell; its trace is the density of d states.
    """
    raw = np.array(
        [
            np.einsum(
                "ekn,k,knam,knap->eamp",
                _gaussian(energies, of, width),
                states.weights,
                d,
                d.conj(),
                optimize=True,
            ).real
            for of, d in zip(states.eigenvalues, states.d, strict=True)
        ]
    )
    numbers = {atom: number for number, atom in enumerate(states.d_atoms)}
    mean = np.zeros_like(raw)
    for rotation, permutation in zip(symmetry.rotations, symmetry.permutations, strict=True):
        # Rotating orbitals by R is looking at them from axes whose rows are the rows of R.
        turn = rotation_of_d(rotation)
        for atom, number in numbers.items():
            image = numbers[int(permutation[atom])]
            mean[:, :, number] += turn.T @ raw[:, :, image] @ turn
    return states.electrons_per_state * mean / len(symmetry.rotations)


def density_of_orbitals(matrices: Array, axes: Array) -> Array:
    """
    Density of states of the five d orbitals of a frame, 1/eV.

    Parameters
    ----------
    matrices : array, shape (..., 5, 5)
        From `d_density_matrices`.
    axes : array, shape (3, 3)
        Rows are the axes of the frame.

    Returns
    -------
    array, shape (..., 5)
        In the order of `papilio.dft.orbitals.D_ORBITALS`.
    """
    turn = rotation_of_d(axes)
    of: Array = np.einsum("mp,...pq,mq->...m", turn, matrices, turn)
    return of


def by_layer(per_atom: Array, structure: Structure, atoms: tuple[int, ...]) -> dict[str, Array]:
    """
    Sums over the atoms of each layer.

    Parameters
    ----------
    per_atom : array, shape (spin, energy, atom, ...)
        Densities of states.
    structure : Structure
        Names the layers.
    atoms : tuple of int
        Which atoms the third axis counts.

    Returns
    -------
    dict
        Layer -> array without the atom axis, from the bottom.
    """
    layers: dict[str, list[int]] = {}
    for number, atom in enumerate(atoms):
        layers.setdefault(structure.layers[atom], []).append(number)
    return {layer: per_atom[:, :, numbers].sum(axis=2) for layer, numbers in layers.items()}


def fermi_level_density(dense: States, coarse: States, width: float) -> tuple[float, float]:
    """
    Density of states at the Fermi level, 1/eV, and its standard deviation.

    Parameters
    ----------
    dense, coarse : States
        The same cell on two grids of k-points.
    width : float
        Of the Gaussian, eV.

    Returns
    -------
    value : float
        Of the whole cell and both spins, on the dense grid.
    std : float
        Change from the coarse to the dense grid and change when the Gaussian is half as wide, in
        quadrature: errors of the sampling, not of the functional.
    """
    zero = np.zeros(1)
    value = float(density_of_states(dense, zero, width).sum())
    from_grid = float(density_of_states(coarse, zero, width).sum()) - value
    from_width = float(density_of_states(dense, zero, width / 2).sum()) - value
    return value, float(np.hypot(from_grid, from_width))
