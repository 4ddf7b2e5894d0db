"""Magnetostatics of rectangular prisms: demagnetising tensors, and the flux of a sheet's cell."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def prism_factor(length: float, width: float, height: float) -> float:
    """
    Demagnetising factor of a uniformly magnetised prism along its height.

    Parameters
    ----------
    length, width, height : float
        Edges, in any one unit.

    Returns
    -------
    float
        Between 0 and 1; those along the three edges sum to 1.

    References
    ----------
    Aharoni, J. Appl. Phys. 83, 3432 (1998), doi:10.1063/1.367113, Eq. 1, with semi-axes.
    """
    a, b, c = length / 2, width / 2, height / 2
    ab, bc, ac = math.hypot(a, b), math.hypot(b, c), math.hypot(a, c)
    abc = math.sqrt(a * a + b * b + c * c)
    total = (b * b - c * c) / (2 * b * c) * math.log((abc - a) / (abc + a))
    total += (a * a - c * c) / (2 * a * c) * math.log((abc - b) / (abc + b))
    total += b / (2 * c) * math.log((ab + a) / (ab - a))
    total += a / (2 * c) * math.log((ab + b) / (ab - b))
    total += c / (2 * a) * math.log((bc - b) / (bc + b))
    total += c / (2 * b) * math.log((ac - a) / (ac + a))
    total += 2 * math.atan(a * b / (c * abc))
    total += (a**3 + b**3 - 2 * c**3) / (3 * a * b * c)
    total += (a * a + b * b - 2 * c * c) / (3 * a * b * c) * abc
    total += c / (a * b) * (ac + bc)
    total -= (ab**3 + bc**3 + ac**3) / (3 * a * b * c)
    return total / math.pi


def _newell_f(x: Any, y: Any, z: Any) -> Any:
    x, y, z = np.abs(x), np.abs(y), np.abs(z)
    r = np.sqrt(x * x + y * y + z * z)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (
            np.where(y > 0, y / 2 * (z * z - x * x) * np.arcsinh(y / np.hypot(x, z)), 0),
            np.where(z > 0, z / 2 * (y * y - x * x) * np.arcsinh(z / np.hypot(x, y)), 0),
            np.where(x * y * z > 0, -x * y * z * np.arctan(y * z / (x * r)), 0),
        )
    # At x = 0 = z the first part is y z^2 ln z -> 0, and NaN as computed; so are its like.
    return sum(np.nan_to_num(part) for part in parts) + (2 * x * x - y * y - z * z) * r / 6


def _newell_g(x: Any, y: Any, z: Any) -> Any:
    r = np.sqrt(x * x + y * y + z * z)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (
            x * y * z * np.arcsinh(z / np.hypot(x, y)),
            y / 6 * (3 * z * z - y * y) * np.arcsinh(x / np.hypot(y, z)),
            x / 6 * (3 * z * z - x * x) * np.arcsinh(y / np.hypot(x, z)),
            -(z**3) / 6 * np.arctan(x * y / (z * r)),
            -z * y * y / 2 * np.arctan(x * z / (y * r)),
            -z * x * x / 2 * np.arctan(y * z / (x * r)),
        )
    # Each part vanishes where its denominator does.
    return sum(np.nan_to_num(part) for part in parts) - x * y * r / 3


def prism_tensor(
    x: ArrayLike, y: ArrayLike, edges: tuple[float, float, float]
) -> tuple[Floats, Floats, Floats, Floats]:
    """
    Demagnetising tensor between two equal prisms in one plane, averaged over the second one.

    The field that a prism of magnetisation M makes in the other is H = -N M.

    Parameters
    ----------
    x, y : array, any shape
        Distance of their centres, m.
    edges : tuple of float
        Edges of a prism along x, y, z, m.

    Returns
    -------
    xx, xy, yy, zz : ndarray
        Components; at distance zero those of `prism_factor`.

    References
    ----------
    Newell, Williams and Dunlop, J. Geophys. Res. 98, 9551 (1993), doi:10.1029/93JB00694, Eqs. 19,
    27, 28 and 32. In extended precision where the machine has it, since the terms cancel.
    """
    # The longest edge as unit: the functions go as the cube of the distance.
    unit = max(edges)
    dx, dy, dz = (np.longdouble(edge / unit) for edge in edges)
    x, y = (np.asarray(v, np.longdouble) / unit for v in np.broadcast_arrays(x, y))
    sums = [np.zeros(x.shape, np.longdouble) for _ in range(4)]
    for i, wi in ((-1, 1), (0, -2), (1, 1)):
        for j, wj in ((-1, 1), (0, -2), (1, 1)):
            for k, wk in ((-1, 1), (0, -2), (1, 1)):
                at = (x + i * dx, y + j * dy, np.full(x.shape, k * dz))
                weight = wi * wj * wk
                sums[0] += weight * _newell_f(*at)
                sums[1] += weight * _newell_g(*at)
                sums[2] += weight * _newell_f(at[1], at[0], at[2])
                sums[3] += weight * _newell_f(at[2], at[1], at[0])
    factor = -1 / (4 * np.longdouble(np.pi) * dx * dy * dz)
    xx, xy, yy, zz = (np.asarray(factor * total, np.float64) for total in sums)
    return xx, xy, yy, zz


def cell_flux(x: ArrayLike, y: ArrayLike, cell: float, depth: float) -> Floats:
    """
    Flux through a square below a square of a sheet with unit areal moment along x, over mu0, m.

    Moments that end at the two edges of the square across x leave line charges of +-m there;
    their field is integrated over the other square in closed form.

    Parameters
    ----------
    x, y : array, any shape
        Where the centre of the lower square lies, from that of the upper one, m.
    cell : float
        Edge of both squares, m.
    depth : float
        Distance of the two planes, m, above zero.

    Returns
    -------
    ndarray
        Flux along +z, counted positive upward, for a moment of 1 A along +x; odd in x.

    References
    ----------
    Coulomb's law of magnetic charges, Jackson, Classical Electrodynamics, 3rd ed., Eqs. 5.98 to
    5.100; the integral is checked by quadrature in the tests.
    """
    total = np.zeros(np.broadcast_shapes(np.shape(x), np.shape(y)))
    for i, wi in ((-1, 1), (0, -2), (1, 1)):
        for j, wj in ((-1, 1), (0, -2), (1, 1)):
            total += wi * wj * _line_flux(np.asarray(x) + i * cell, np.asarray(y) + j * cell, depth)
    # Below the sheet a positive charge drives flux down.
    return np.asarray(total / (4 * math.pi))


def _line_flux(x: Floats, u: Floats, z: float) -> Floats:
    """Integral of z/(x^2+u^2+z^2)^(3/2) once over x and twice over u."""
    r = np.sqrt(x * x + u * u + z * z)
    return z * np.arcsinh(x / np.hypot(u, z)) + u * np.arctan(u * x / (z * r))
