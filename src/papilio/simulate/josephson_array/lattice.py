"""What the kernels of the fast path work on: tables of the lattice, and room to work in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.josephson_array.transform import Axis


class Lattice(NamedTuple):
    """
    What all replicas share.

    Attributes
    ----------
    x, y : Axis
        Transforms along the two axes.
    stride, mode_stride : int
        Numbers in a row of a field in real space, and of one of modes along y.
    lanes : int
        Numbers in a vector.
    periodic : bool
        Both axes closed to a ring, or both open with current injected at the first column.
    twisting : bool
        The twist of a periodic array follows the current; otherwise it stays.
    amplitude : array, shape (mode_stride*Lx,)
        1/sqrt(eigenvalue of the Laplacian), zero for the uniform mode and in the padding; in strips
        of modes along y, a row for each mode along x.
    gauge_x, gauge_y : array, shape (patterns, Ly*stride)
        Gauge field of the bonds in turns; no pattern where there is no field.
    coupling_x, coupling_y : array, shape (patterns, Ly*stride)
        Couplings of the bonds; no pattern where all are one.
    """

    x: Axis
    y: Axis
    stride: int
    mode_stride: int
    lanes: int
    periodic: bool
    twisting: bool
    amplitude: NDArray[Any]
    gauge_x: NDArray[Any]
    gauge_y: NDArray[Any]
    coupling_x: NDArray[Any]
    coupling_y: NDArray[Any]


class Work(NamedTuple):
    """
    Room for intermediate results; nothing in it outlives a step.

    Attributes
    ----------
    strip, spare : array
        Strips of the longer axis.
    row : array
        Of `divergence`.
    force, earlier : array, shape (Ly*stride,)
        Forces now and at the start of the step.
    modes, change : array, shape (mode_stride*stride,)
        Modes along y, in strips of modes and in strips of columns.
    deviates, sums : array
        Noise of the twists; mean supercurrents.
    """

    strip: NDArray[Any]
    spare: NDArray[Any]
    row: NDArray[Any]
    force: NDArray[Any]
    earlier: NDArray[Any]
    modes: NDArray[Any]
    change: NDArray[Any]
    deviates: NDArray[Any]
    sums: NDArray[np.float64]


def room(lattice: Lattice) -> Work:
    """
    Room for the intermediate results of one thread.

    Parameters
    ----------
    lattice : Lattice
        The array.

    Returns
    -------
    Work
        Filled with zeros: padding must hold numbers.
    """
    dtype = lattice.amplitude.dtype
    length = max(lattice.stride, lattice.mode_stride) * 2 * lattice.lanes
    field = lattice.y.size * lattice.stride
    modes = lattice.mode_stride * lattice.stride
    return Work(
        strip=np.zeros(length, dtype),
        spare=np.zeros(length, dtype),
        row=np.zeros(3 * lattice.stride + lattice.lanes, dtype),
        force=np.zeros(field, dtype),
        earlier=np.zeros(field, dtype),
        modes=np.zeros(modes, dtype),
        change=np.zeros(modes, dtype),
        deviates=np.zeros(2 * lattice.lanes, dtype),
        sums=np.zeros(2),
    )
