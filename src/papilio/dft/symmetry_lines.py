"""Symmetry lines of the Brillouin zone, for bands."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from papilio.dft.cell import Structure

Array = NDArray[np.float64]

#: Special points of the hexagonal and of the cubic lattice, in units of the reciprocal vectors.
_POINTS = {
    "G": (0.0, 0.0, 0.0),
    "M": (0.5, 0.0, 0.0),
    "K": (1 / 3, 1 / 3, 0.0),
    "X": (0.5, 0.0, 0.0),
    "R": (0.5, 0.5, 0.5),
}


def symmetry_lines(structure: Structure, points: int) -> tuple[Array, list[tuple[int, str]]]:
    """
    Path through the Brillouin zone: G M K G of the plane, G X M R G of a cube.

    Parameters
    ----------
    structure : Structure
        Its cell decides between the two.
    points : int
        Number of points, about alike along each line.

    Returns
    -------
    path : array, shape (point, 3)
        In units of the reciprocal lattice.
    labels : list of (int, str)
        Where the special points are, and their names.
    """
    special = dict(_POINTS)
    cubic = np.allclose(structure.cell, structure.cell[0, 0] * np.eye(3))
    names = ["G", "X", "M", "R", "G"] if cubic else ["G", "M", "K", "G"]
    if cubic:
        special["M"] = (0.5, 0.5, 0.0)
    elif structure.cell[0] @ structure.cell[1] < 0:
        pass  # vectors at 120 degrees: (1/3, 1/3) is K
    else:
        special["K"] = (1 / 3, 2 / 3, 0.0)
    reciprocal = np.linalg.inv(structure.cell).T
    corners = [np.array(special[name]) for name in names]
    lengths = [float(np.linalg.norm((b - a) @ reciprocal)) for a, b in itertools.pairwise(corners)]
    path, labels = [corners[0]], [(0, names[0])]
    for a, b, length, name in zip(corners[:-1], corners[1:], lengths, names[1:], strict=True):
        count = max(2, round(points * length / sum(lengths)))
        path += [a + (b - a) * n / count for n in range(1, count + 1)]
        labels.append((len(path) - 1, name))
    return np.array(path), labels
