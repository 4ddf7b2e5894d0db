"""The five d orbitals in another frame: rotation of real harmonics, octahedra of the ions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papilio.dft.cell import Structure, neighbour_vectors

Array = NDArray[np.float64]

#: Order of the real d harmonics.
D_ORBITALS = ("xy", "yz", "3z2-r2", "zx", "x2-y2")
#: Of the octahedral field.
T2G = (0, 1, 3)
E_G = (2, 4)
#: B and O are neighbours up to this share of half the cubic lattice constant.
_REACH = 1.35


def harmonics(directions: Array) -> Array:
    """
    Real d harmonics, normalised on the sphere.

    Parameters
    ----------
    directions : array, shape (direction, 3)
        Unit vectors.

    Returns
    -------
    array, shape (direction, 5)
        In the order of `D_ORBITALS`.

    References
    ----------
    Condon and Odabasi, Atomic Structure (Cambridge, 1980); signs and order as in GPAW.
    """
    x, y, z = directions.T
    norm = np.sqrt(15 / (4 * np.pi))
    values: Array = norm * np.column_stack(
        [x * y, y * z, (3 * z**2 - 1) / np.sqrt(12), z * x, (x**2 - y**2) / 2]
    )
    return values


def rotation_of_d(axes: Array) -> Array:
    """
    Matrix that takes d orbitals of the frame of the cell to those of another frame.

    Parameters
    ----------
    axes : array, shape (3, 3)
        Rows are the axes of the other frame, orthonormal; inversion does not matter.

    Returns
    -------
    array, shape (5, 5)
        Orthogonal D with ``new[m] = sum_n D[m, n] old[n]``: amplitudes and orbitals alike.
    """
    # Five independent functions are known from their values in five directions or more; the
    # seed is fixed because any directions give the same matrix.
    generator = np.random.default_rng(0)
    directions = generator.normal(size=(24, 3))
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    old, new = harmonics(directions), harmonics(directions @ axes.T)
    return np.asarray(np.linalg.lstsq(old, new, rcond=None)[0].T, dtype=np.float64)


def lobe(direction: Array) -> Array:
    """
    The d orbital 3n2-r2 whose lobes point along a direction.

    Parameters
    ----------
    direction : array, shape (3,)
        n, of any length.

    Returns
    -------
    array, shape (5,)
        Its amplitudes on the d orbitals of the frame, normalised.

    References
    ----------
    Addition theorem of spherical harmonics: Condon and Odabasi, Atomic Structure (Cambridge, 1980).
    """
    values = harmonics(direction[None] / np.linalg.norm(direction))[0]
    amplitudes: Array = values / np.linalg.norm(values)
    return amplitudes


def octahedral_frame(structure: Structure, atom: int) -> Array:
    """
    Axes of the octahedron about an ion: orthonormal, nearest to its bonds.

    A missing oxygen is no hindrance, since the one across the ion gives the same axis; where both
    are missing, the axis of the ideal crystal stands in.

    Parameters
    ----------
    structure : Structure
        Relaxed atoms.
    atom : int
        Number of the ion.

    Returns
    -------
    array, shape (3, 3)
        Rows are the local axes, in the order of the cubic ones.

    References
    ----------
    The orthogonal matrix nearest to the mean bonds is their polar factor: Higham, SIAM J. Sci.
    Stat. Comput. 7, 1160 (1986), doi:10.1137/0907079.
    """
    near = neighbour_vectors(structure, structure.positions[atom][None], 1.45 * _bond(structure))[0]
    oxygens = np.array([structure.symbols[int(n)] == "O" for n in near[:, 0]], dtype=bool)
    bonds = near[oxygens, 1:]
    directions = bonds / np.linalg.norm(bonds, axis=1)[:, None]
    mean = np.zeros((3, 3))
    for number, axis in enumerate(structure.cubic_axes):
        along = directions @ axis
        chosen = np.abs(along) > np.sqrt(0.5)
        if not chosen.any():
            mean[number] = axis
            continue
        mean[number] = (np.sign(along[chosen])[:, None] * directions[chosen]).mean(axis=0)
    left, _, right = np.linalg.svd(mean)
    frame: Array = left @ right
    return frame


def _bond(structure: Structure) -> float:
    """Median of the shortest distances between an oxygen and anything else, angstrom."""
    oxygens = structure.of("O")
    near = neighbour_vectors(structure, structure.positions[oxygens], 3.5)
    return float(np.median([np.linalg.norm(n[:, 1:], axis=1).min() for n in near]))


def trigonal_states() -> Array:
    """
    t2g states of a trigonal field along [111]: a1g, and the two e_g'.

    Returns
    -------
    array, shape (3, 5)
        Rows a1g, e_g' 1, e_g' 2 in the d orbitals of the octahedron.

    References
    ----------
    a1g = (xy + yz + zx)/sqrt(3): Xiao et al., Nat. Commun. 2, 596 (2011), doi:10.1038/ncomms1602.
    """
    xy, yz, zx = np.eye(5)[[0, 1, 3]]
    return np.array(
        [
            (xy + yz + zx) / np.sqrt(3),
            (yz - zx) / np.sqrt(2),
            (2 * xy - yz - zx) / np.sqrt(6),
        ]
    )
