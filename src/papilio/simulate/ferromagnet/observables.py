"""What a sheet shows: moment, walls, magnetic charge."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.ferromagnet.sheet import Field, Sheet, flatness

Floats = NDArray[np.float64]


def mean_moment(sheet: Sheet, angle: Floats, field: Field) -> tuple[float, float, float]:
    """
    Moment per area.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        rad.
    field : Field
        Its out-of-plane part tilts the moments.

    Returns
    -------
    tuple of float
        Along x, y, z, A.
    """
    flat = flatness(sheet, field)
    up = min(1.0, max(-1.0, field.z / sheet.easy_plane))
    scale = sheet.areal_moment
    return (
        scale * flat * float(np.cos(angle).mean()),
        scale * flat * float(np.sin(angle).mean()),
        scale * up,
    )


def walls(sheet: Sheet, angle: Floats) -> NDArray[np.bool_]:
    """
    Edges between cells whose moments differ by more than a right angle.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        rad.

    Returns
    -------
    array of bool, shape (2, Ly, Lx)
        Whether a wall stands between a cell and its neighbour to the right, or above.
    """
    found = np.stack([np.cos(angle - np.roll(angle, -1, 1)), np.cos(angle - np.roll(angle, -1, 0))])
    wall: NDArray[np.bool_] = found < 0
    if not sheet.periodic:
        wall[0, :, -1] = wall[1, -1, :] = False
    return wall


def wall_length(sheet: Sheet, angle: Floats) -> float:
    """
    Length of the walls along the edges of the cells.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        rad.

    Returns
    -------
    float
        m; a straight wall along a diagonal counts sqrt(2) times its length.
    """
    return float(walls(sheet, angle).sum()) * sheet.cell


def sheet_charge(sheet: Sheet, angle: Floats) -> Floats:
    """
    Magnetic charge per area, -div m, at the corners of the cells.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        rad.

    Returns
    -------
    array, shape (Ly, Lx) or (Ly + 1, Lx + 1)
        A/m. On a ring entry (y, x) is the upper right corner of that cell; an open sheet has one
        more row and column, its lower left corner first. The sum is zero.
    """
    x = sheet.areal_moment * np.cos(angle)
    y = sheet.areal_moment * np.sin(angle)
    if sheet.periodic:
        right, above = np.roll(x, -1, 1), np.roll(y, -1, 0)
        along_x = right + np.roll(right, -1, 0) - x - np.roll(x, -1, 0)
        along_y = above + np.roll(above, -1, 1) - y - np.roll(y, -1, 1)
    else:
        x, y = np.pad(x, 1), np.pad(y, 1)
        along_x = x[1:, 1:] + x[:-1, 1:] - x[1:, :-1] - x[:-1, :-1]
        along_y = y[1:, 1:] + y[1:, :-1] - y[:-1, 1:] - y[:-1, :-1]
    return -(along_x + along_y) / (2 * sheet.cell)


def directed(moment: tuple[float, float, float], azimuth: float, elevation: float) -> float:
    """
    Part of a moment along a direction.

    Parameters
    ----------
    moment : tuple of float
        x, y, z.
    azimuth, elevation : float
        rad.

    Returns
    -------
    float
        In the unit of the moment.
    """
    x, y, z = moment
    flat = x * math.cos(azimuth) + y * math.sin(azimuth)
    return flat * math.cos(elevation) + z * math.sin(elevation)
