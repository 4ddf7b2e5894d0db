"""The atoms of a first-principles calculation: cell, layers, distances, symmetry."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papilio.errors import OptionsError

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Structure:
    """
    Atoms in a cell; lengths in angstrom, as the engines have them.

    Attributes
    ----------
    cell : array, shape (3, 3)
        Rows are the lattice vectors.
    symbols : tuple of str
        Elements.
    positions : array, shape (atom, 3)
        Cartesian.
    layers : tuple of str
        Name of the layer of each atom, from the bottom: Ta1, KO1, Ta2, ...
    periodic : tuple of bool
        Of the three lattice vectors.
    cubic_axes : array, shape (3, 3)
        Rows are the cubic axes [100], [010], [001] in the frame of the cell.
    removed : array, shape (vacancy, 3)
        Where the oxygens were that are left out.
    doped_electrons : float
        Electrons that the formal charges leave over.
    warnings : tuple of str
        What to mind.
    """

    cell: Array
    symbols: tuple[str, ...]
    positions: Array
    layers: tuple[str, ...]
    periodic: tuple[bool, bool, bool] = (True, True, True)
    cubic_axes: Array = field(default_factory=lambda: np.eye(3))
    removed: Array = field(default_factory=lambda: np.empty((0, 3)))
    doped_electrons: float = 0.0
    warnings: tuple[str, ...] = ()

    def to_table(self) -> dict[str, Any]:
        """
        Plain lists and numbers, for JSON.

        Returns
        -------
        dict
            One key for each attribute.
        """
        return {
            "cell": self.cell.tolist(),
            "symbols": list(self.symbols),
            "positions": self.positions.tolist(),
            "layers": list(self.layers),
            "periodic": list(self.periodic),
            "cubic_axes": self.cubic_axes.tolist(),
            "removed": self.removed.tolist(),
            "doped_electrons": self.doped_electrons,
            "warnings": list(self.warnings),
        }

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Structure:
        """
        A structure from what `to_table` gave.

        Parameters
        ----------
        table : mapping
            As read from JSON.

        Returns
        -------
        Structure
            The same atoms.
        """
        first, second, third = table["periodic"]
        return cls(
            np.array(table["cell"], dtype=float),
            tuple(table["symbols"]),
            np.array(table["positions"], dtype=float),
            tuple(table["layers"]),
            (bool(first), bool(second), bool(third)),
            np.array(table["cubic_axes"], dtype=float),
            np.array(table["removed"], dtype=float).reshape(-1, 3),
            float(table["doped_electrons"]),
            tuple(table["warnings"]),
        )

    def of(self, element: str) -> list[int]:
        """
        Numbers of the atoms of an element.

        Parameters
        ----------
        element : str
            Symbol.

        Returns
        -------
        list of int
            Counted from zero.
        """
        return [number for number, symbol in enumerate(self.symbols) if symbol == element]


def neighbour_vectors(structure: Structure, places: Array, reach: float) -> list[Array]:
    """
    Vectors from places to every atom within reach, periodic images among them.

    Parameters
    ----------
    structure : Structure
        Atoms.
    places : array, shape (place, 3)
        Where to look from, angstrom.
    reach : float
        Largest distance, angstrom.

    Returns
    -------
    list of array
        For each place, shape (neighbour, 4): atom number and vector.
    """
    # Enough images that a sphere of radius `reach` fits, whatever the angles of the cell.
    heights = 1 / np.linalg.norm(np.linalg.inv(structure.cell), axis=0)
    counts = [
        int(np.ceil(reach / height)) if periodic else 0
        for height, periodic in zip(heights, structure.periodic, strict=True)
    ]
    shifts = np.array(
        [
            np.array((i, j, k)) @ structure.cell
            for i in range(-counts[0] - 1, counts[0] + 2)
            for j in range(-counts[1] - 1, counts[1] + 2)
            for k in range(-counts[2] - 1, counts[2] + 2)
            if (structure.periodic[0] or i == 0)
            and (structure.periodic[1] or j == 0)
            and (structure.periodic[2] or k == 0)
        ]
    )
    found = []
    for place in places:
        vectors = structure.positions[:, None, :] + shifts[None, :, :] - place
        distances = np.linalg.norm(vectors, axis=2)
        atoms, images = np.nonzero((distances < reach) & (distances > 1e-6))
        found.append(np.column_stack((atoms, vectors[atoms, images])))
    return found


def shortest_distance(structure: Structure) -> float:
    """
    Shortest distance between two atoms.

    Parameters
    ----------
    structure : Structure
        Atoms.

    Returns
    -------
    float
        Angstrom; infinite where no two are closer than 4.
    """
    near = neighbour_vectors(structure, structure.positions, 4.0)
    return min(
        (float(np.linalg.norm(n[:, 1:], axis=1).min()) for n in near if len(n)), default=np.inf
    )


@dataclass(frozen=True, eq=False)
class Symmetry:
    """
    Space group as spglib finds it.

    Attributes
    ----------
    number : int
        In the International Tables.
    name : str
        International short symbol.
    rotations : array, shape (operation, 3, 3)
        Cartesian.
    permutations : array, shape (operation, atom)
        ``permutations[g, a]`` is the atom onto which operation g takes atom a.
    """

    number: int
    name: str
    rotations: Array
    permutations: NDArray[np.intp]


def symmetry(
    structure: Structure, marks: Sequence[float] = (), tolerance: float = 1e-3
) -> Symmetry:
    """
    Space group and what it does to the atoms.

    Parameters
    ----------
    structure : Structure
        Atoms.
    marks : sequence of float
        Moments of the atoms, say: only atoms of one mark, to a hundredth, are alike.
    tolerance : float
        How far atoms may be from where the operation takes them, angstrom.

    Returns
    -------
    Symmetry
        With operations in Cartesian form.

    Raises
    ------
    OptionsError
        Without spglib, or if it finds nothing.

    References
    ----------
    Togo, Shinohara and Tanaka, Sci. Technol. Adv. Mater. Meth. 4, 2384822 (2024),
    doi:10.1080/27660400.2024.2384822.
    """
    try:
        import spglib
    except ImportError as error:
        raise OptionsError("symmetry needs spglib: install the extra 'dft' of papilio") from error
    marked = [
        (symbol, round(mark, 2) + 0.0)
        for symbol, mark in zip(
            structure.symbols, marks or [0.0] * len(structure.symbols), strict=True
        )
    ]
    kinds = {kind: number for number, kind in enumerate(sorted(set(marked)), 1)}
    fractional = structure.positions @ np.linalg.inv(structure.cell)
    numbers = [kinds[kind] for kind in marked]
    with warnings.catch_warnings():
        # spglib says with every call that it will raise instead of returning None one day.
        warnings.simplefilter("ignore", DeprecationWarning)
        found = spglib.get_symmetry_dataset(
            (structure.cell, fractional, numbers), symprec=tolerance
        )
    if found is None:
        raise OptionsError("spglib finds no symmetry in the cell; check that no two atoms coincide")
    back = np.linalg.inv(structure.cell)
    rotations, permutations = [], []
    for rotation, translation in zip(found.rotations, found.translations, strict=True):
        moved = fractional @ rotation.T + translation
        apart = moved[:, None, :] - fractional[None, :, :]
        apart -= np.round(apart)
        permutations.append(np.linalg.norm(apart @ structure.cell, axis=2).argmin(axis=1))
        # Rows are lattice vectors: x = f A, so f' = f R^T gives x' = x A^-1 R^T A.
        rotations.append((back @ rotation.T @ structure.cell).T)
    return Symmetry(
        int(found.number), str(found.international), np.array(rotations), np.array(permutations)
    )
