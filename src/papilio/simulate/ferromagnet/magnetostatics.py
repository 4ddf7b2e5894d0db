"""Long-range fields of a sheet of moments by fast Fourier transform: dipolar field, stray flux."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from papilio.constants import VACUUM_PERMEABILITY
from papilio.physics.demagnetisation import cell_flux, prism_tensor

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]

#: Cells beyond which two prisms see each other as points: the error is 3e-4 of a field that is
#: 1e-6 of a cell's own.
POINTS_FROM = 32
#: Repetitions of a closed sheet that are summed one by one; beyond, the sum is an integral.
REPETITIONS = 12


@dataclass(frozen=True)
class Convolution:
    """
    A field that is linear in the moments of a sheet.

    Attributes
    ----------
    kernels : tuple of array, shape (py, px//2 + 1)
        Transforms of its kernels.
    padded : tuple of int
        Shape (py, px) of the transform: twice that of an open sheet, that of a closed one.
    largest : float
        Largest modulus of a kernel's modes, a bound of what the field can be for each moment.
    own : float
        Demagnetising factor of a cell along its edges, which is in the kernels at distance zero.
    """

    kernels: tuple[Complex, ...]
    padded: tuple[int, int]
    largest: float
    own: float = 0.0


def _distances(shape: tuple[int, int], periodic: bool) -> tuple[NDArray[np.int64], ...]:
    """Distances along x and y, in cells, in the order in which a transform wants them."""
    rows, columns = shape if periodic else (2 * shape[0], 2 * shape[1])
    y = np.rint(np.fft.fftfreq(rows) * rows).astype(np.int64)
    x = np.rint(np.fft.fftfreq(columns) * columns).astype(np.int64)
    return x[None, :], y[:, None]


@lru_cache(maxsize=8)
def _close_tensor(flatness: float) -> tuple[Floats, Floats]:
    """Components xx and xy at whole distances up to `POINTS_FROM` cells, of thickness over edge."""
    distances = np.arange(POINTS_FROM + 1.0)
    xx, xy, _, _ = prism_tensor(distances[None, :], distances[:, None], (1.0, 1.0, flatness))
    return xx, xy


def _tensor(
    x: NDArray[np.int64], y: NDArray[np.int64], flatness: float
) -> tuple[Floats, Floats, Floats]:
    """Components xx, xy, yy of the tensor of prisms at distances in cells, exact when close."""
    x, y = np.broadcast_arrays(x, y)
    square = (x * x + y * y).astype(float)
    close = square < POINTS_FROM**2
    far = -flatness / (4 * math.pi * np.where(close, 1.0, square) ** 2.5)
    parts = (far * (3 * x * x - square), far * 3 * x * y, far * (3 * y * y - square))
    if close.any():
        xx, xy = _close_tensor(flatness)
        right, up = np.abs(x[close]), np.abs(y[close])
        parts[0][close] = xx[up, right]
        parts[1][close] = xy[up, right] * np.sign(x[close] * y[close])
        parts[2][close] = xx[right, up]
    return parts


def dipolar(shape: tuple[int, int], cell: float, thickness: float, periodic: bool) -> Convolution:
    """
    Kernel of the field that a sheet makes in itself, averaged over each cell.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    cell, thickness : float
        Edge of a square cell and thickness of the sheet, m.
    periodic : bool
        Closed to a ring both ways: the sheet goes on for ever.

    Returns
    -------
    Convolution
        Of unit magnetisations; see `in_plane_field`.
    """
    x, y = _distances(shape, periodic)
    own = float(_close_tensor(thickness / cell)[0][0, 0])
    if not periodic:
        return replace(_transformed(_tensor(x, y, thickness / cell), (x, y)), own=own)
    rows, columns = shape
    total = [np.zeros((rows, columns)) for _ in range(3)]
    reach = REPETITIONS * max(shape)
    across, along = math.ceil(reach / columns), math.ceil(reach / rows)
    for i in range(-across, across + 1):
        for j in range(-along, along + 1):
            if math.hypot(i * columns, j * rows) <= reach:
                parts = _tensor(x + i * columns, y + j * rows, thickness / cell)
                total = [have + part for have, part in zip(total, parts, strict=True)]
    # The rest of the plane, where (3 cos^2 - 1)/r^3 averages to 1/(2 r^3).
    rest = -thickness / cell / (4 * rows * columns * reach)
    total[0] += rest
    total[2] += rest
    return replace(_transformed(tuple(total), (x, y)), own=own)


def stray(
    shape: tuple[int, int], cell: float, depth: float, periodic: bool, corners: bool
) -> Convolution:
    """
    Kernel of the flux through squares in a plane below a sheet.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    cell, depth : float
        Edge of a square cell and distance of the plane, m.
    periodic : bool
        Closed to a ring both ways.
    corners : bool
        Whether the squares have their centres below the upper right corners of the cells, as the
        plaquettes of a lattice whose sites lie below the cells, or below the cells' centres.

    Returns
    -------
    Convolution
        See `stray_flux`.
    """
    x, y = _distances(shape, periodic)
    offset = 0.5 * corners
    rows, columns = shape
    images = [(0, 0)]
    if periodic:
        # The flux of a cell falls as the fourth power of the distance.
        across, along = (math.ceil(64 / size) + 2 for size in (columns, rows))
        images = [(i, j) for i in range(-across, across + 1) for j in range(-along, along + 1)]
    total_x, total_y = np.zeros((y.size, x.size)), np.zeros((y.size, x.size))
    for i, j in images:
        dx = (x + i * columns + offset) * cell
        dy = (y + j * rows + offset) * cell
        total_x += cell_flux(dx, dy, cell, depth)
        total_y += cell_flux(dy, dx, cell, depth)
    if periodic:
        # No flux leaves a closed sheet on the whole; what the cut-off left over is taken out.
        total_x -= total_x.mean()
        total_y -= total_y.mean()
    return _transformed((total_x, total_y), (x, y))


def _transformed(
    kernels: tuple[Floats, ...], distances: tuple[NDArray[np.int64], ...]
) -> Convolution:
    padded = (distances[1].size, distances[0].size)
    modes = tuple(fft.rfft2(kernel) for kernel in kernels)
    return Convolution(modes, padded, max(float(np.abs(mode).max()) for mode in modes))


def _applied(
    convolution: Convolution,
    moments: tuple[Floats, Floats],
    combine: Callable[[Complex, Complex], tuple[Complex, ...]],
) -> tuple[Floats, ...]:
    rows, columns = moments[0].shape
    modes = [fft.rfft2(part, convolution.padded) for part in moments]
    return tuple(fft.irfft2(mode, convolution.padded)[:rows, :columns] for mode in combine(*modes))


def in_plane_field(
    convolution: Convolution, moment_x: Floats, moment_y: Floats, thickness: float
) -> tuple[Floats, Floats]:
    """
    Dipolar field in the sheet, averaged over each cell.

    Parameters
    ----------
    convolution : Convolution
        Of `dipolar`.
    moment_x, moment_y : array, shape (Ly, Lx)
        Areal moment, A.
    thickness : float
        m.

    Returns
    -------
    tuple of array, shape (Ly, Lx)
        mu0 H along x and y, T.
    """
    xx, xy, yy = convolution.kernels
    factor = -VACUUM_PERMEABILITY / thickness
    field = _applied(
        convolution,
        (moment_x, moment_y),
        lambda x, y: (factor * (xx * x + xy * y), factor * (xy * x + yy * y)),
    )
    return field[0], field[1]


def stray_flux(convolution: Convolution, moment_x: Floats, moment_y: Floats) -> Floats:
    """
    Flux along +z through each square of a plane below the sheet.

    Parameters
    ----------
    convolution : Convolution
        Of `stray`.
    moment_x, moment_y : array, shape (Ly, Lx)
        Areal moment, A.

    Returns
    -------
    array, shape (Ly, Lx)
        Wb.
    """
    kernel_x, kernel_y = convolution.kernels
    return (
        VACUUM_PERMEABILITY
        * _applied(convolution, (moment_x, moment_y), lambda x, y: (kernel_x * x + kernel_y * y,))[
            0
        ]
    )
