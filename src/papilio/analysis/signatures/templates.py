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
    excess_seen, foot_seen : ndarray, shape (width, place above zero)
        Least part of the height of a pair at plus and minus that place which `height`, and `left`
        or `right`, show, for peaks narrower and wider than the template by up to 1.41.
    """

    width: Array
    height: Array
    left: Array
    right: Array
    usable: NDArray[np.bool_]
    excess_seen: Array
    foot_seen: Array


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
    width = np.asarray(NARROWEST * RATIO ** np.arange(count), float)
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
    seen = [
        _seen(half, full, *rows) for full, *rows in zip(width, height, left, right, strict=True)
    ]
    excess, foot = (np.array(found) for found in zip(*seen, strict=True))
    return Templates(width, height, left, right, usable, excess, foot)


def _seen(half: int, full: float, height: Array, left: Array, right: Array) -> tuple[Array, Array]:
    """Least part of a pair's height that templates of one width show, at each place above zero."""
    grid = np.arange(-half, half + 1)
    place = np.arange(1, half + 1)
    above = slice(half + 1, None)
    excess, foot = [], []
    for true in (full / np.sqrt(RATIO), full, full * np.sqrt(RATIO)):
        up, down = (
            np.cosh(np.clip(SECH_WIDTH * (grid - sign * place[:, None]) / true, -300, 300)) ** -2.0
            for sign in (1, -1)
        )
        excess.append(np.sum(height[above] * (up - down), axis=1))
        foot += [np.sum(rows[above] * up, axis=1) for rows in (left, right)]
    return np.min(excess, axis=0), np.min(foot, axis=0)
