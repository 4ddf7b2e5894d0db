"""Linear templates of a peak on an even grid: its height above a line, and over its feet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Full width at half height of sech^2(x), in units of x.
SECH_WIDTH = 2 * float(np.arccosh(np.sqrt(2)))
#: Narrowest full width, in steps of the grid, and the ratio of one width to the next.
NARROWEST, RATIO = 2.5, 2.0
#: Widest, as part of the largest field.
WIDEST = 0.4
#: The background is a straight line over so many full widths on each side.
REACH = 3.0
#: The top of a peak, and its feet, in full widths from its middle.
TOP, FEET = 0.35, (1.0, 2.5)


@dataclass(frozen=True)
class Templates:
    """
    Rows that turn readings on a grid into heights of a peak, for each place and width.

    Attributes
    ----------
    width : ndarray, shape (width,)
        Full width at half height, steps of the grid.
    height : ndarray, shape (width, place, point)
        Height of a peak of shape sech^2 above a straight line, by least squares.
    left, right : ndarray, shape (width, place, point)
        Mean of the top less mean of the foot on that side.
    usable : ndarray of bool, shape (width, place)
        Where the grid is long enough for all three.
    """

    width: Array
    height: Array
    left: Array
    right: Array
    usable: NDArray[np.bool_]


@lru_cache(maxsize=8)
def templates(half: int) -> Templates:
    """
    Templates on a grid of ``2 half + 1`` points.

    Parameters
    ----------
    half : int
        Points on either side of the middle.

    Returns
    -------
    Templates
        Of widths from 2.5 steps to 0.4 of the largest field.
    """
    size = 2 * half + 1
    count = max(1, int(np.log(max(WIDEST * half / NARROWEST, 1.0)) / np.log(RATIO)) + 1)
    width = NARROWEST * RATIO ** np.arange(count)
    shape = (count, size, size)
    height, left, right = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    usable = np.zeros((count, size), bool)
    place = np.arange(size)
    for number, full in enumerate(width):
        for middle in range(size):
            u = (place - middle) / full
            body = np.abs(u) <= REACH
            top = np.abs(u) <= TOP
            feet = [(u >= -FEET[1]) & (u <= -FEET[0]), (u >= FEET[0]) & (u <= FEET[1])]
            if min(feet[0].sum(), feet[1].sum()) < 2:
                continue
            usable[number, middle] = True
            x = u[body]
            design = np.column_stack([np.cosh(SECH_WIDTH * x) ** -2.0, np.ones(x.size), x])
            height[number, middle, body] = np.linalg.pinv(design)[0]
            for rows, foot in ((left, feet[0]), (right, feet[1])):
                rows[number, middle, top] = 1 / top.sum()
                rows[number, middle, foot] = -1 / foot.sum()
    return Templates(width, height, left, right, usable)
