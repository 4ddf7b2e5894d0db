"""How high a peak on one branch of a loop can be at most, where none is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papilio.analysis.curve import reading_noise
from papilio.analysis.loop_features import Hysteresis, Peak

Array = NDArray[np.float64]

#: Standard deviations between a value and its one-sided 95 % limit.
LIMIT = 1.645
#: Full width at half height of sech^2(x), in units of x.
SECH_WIDTH = 2 * float(np.arccosh(np.sqrt(2)))
#: The background below a peak is a line over this many widths on each side.
REACH = 3.0
#: Narrowest peak that a limit is given for: part of the field range, and field steps.
NARROWEST = (0.02, 5)


def default_width(field: Array) -> float:
    """
    Full width of the narrowest peak that a limit is given for.

    Parameters
    ----------
    field : ndarray, shape (point,)
        Evenly spaced fields, T.

    Returns
    -------
    float
        T.
    """
    step = float(np.abs(field[1] - field[0]))
    return max(NARROWEST[0] * float(np.abs(field).max()), NARROWEST[1] * step)


def excess_limit(
    field: Array, excess: Array, width: float, sign: int, near: tuple[float, float]
) -> float | None:
    """
    Upper limit, at 95 % confidence, of the height of a peak in the difference of two branches.

    At each field the height of a peak of shape sech^2 above a straight line is fitted; the limit
    is the largest height found plus 1.645 of its standard deviation, which is taken from the
    scatter of the heights over the whole loop, so correlated noise is in it. A wider peak raises
    the height found; a narrower one is not excluded. The background that both branches share is
    no matter, for it is not in the difference.

    It holds in 95 of 100 loops for a peak that is barely not found, and more often for a lower one:
    where it would stand is not known, so it may hide below the highest noise of the whole search,
    and no height is negative. A smaller factor than 1.645 would fail the highest ones.

    Parameters
    ----------
    field : ndarray, shape (point,)
        Evenly spaced and increasing, T.
    excess : ndarray, shape (point,)
        Resistance of the branch of interest less that of the other, ohm.
    width : float
        Full width at half height of the peak, T.
    sign : {-1, 1}
        Side of zero field on which the branch of interest reverses.
    near : (float, float)
        Smallest and largest magnitude of the field at which a peak is looked for, T.

    Returns
    -------
    float or None
        ohm; None where the loop is too short for a peak of that width.
    """
    found = _heights(field, excess, width)
    if found is None:
        return None
    place, heights, std = found
    here = (sign * place >= near[0]) & (sign * place <= near[1])
    if not here.any():
        return None
    return max(0.0, float(heights[here].max())) + LIMIT * std


def excess_significance(field: Array, excess: Array, width: float, at: float) -> float:
    """
    Significance of a peak at one field in the difference of two branches.

    Parameters
    ----------
    field : ndarray, shape (point,)
        Evenly spaced and increasing, T.
    excess : ndarray, shape (point,)
        Resistance of the branch of interest less that of the other, ohm.
    width : float
        Full width at half height of the peak, T.
    at : float
        Its field, T.

    Returns
    -------
    float
        Height over its standard deviation; zero where the loop is too short to tell.
    """
    found = _heights(field, excess, width)
    if found is None:
        return 0.0
    place, heights, std = found
    height = float(np.interp(at, place, heights))
    return height / std if std > 0 else np.inf


def forget_noise(found: dict[str, list[Peak | None]], loop: Hysteresis, sigma: float) -> None:
    """
    Drop the peaks of one branch alone that its difference to the other does not confirm.

    Parameters
    ----------
    found : dict of {"up", "down"} to list
        Peaks of the sweeps of each branch, or None; changed in place.
    loop : Hysteresis
        Difference of the branches.
    sigma : float
        Significance from which a peak counts.
    """
    seen = [word for word, known in found.items() if any(known)]
    if len(seen) != 1:
        return
    (word,) = seen
    excess = loop.difference if word == "up" else -loop.difference
    narrowest = default_width(loop.field)

    def confirmed(peak: Peak) -> bool:
        width = max(peak.width.value, narrowest)
        return excess_significance(loop.field, excess, width, peak.field.value) > sigma

    found[word] = [p if p is not None and confirmed(p) else None for p in found[word]]


def _heights(field: Array, excess: Array, width: float) -> tuple[Array, Array, float] | None:
    """Height of a peak at each field, and the standard deviation of such a height."""
    step = float(field[1] - field[0])
    half = max(3, round(REACH * width / step))
    if field.size < 4 * half:
        return None
    x = np.arange(-half, half + 1) * step
    shape = 1 / np.cosh(x / (width / SECH_WIDTH)) ** 2
    row = np.linalg.pinv(np.column_stack([shape, np.ones(x.size), x]))[0]
    heights = np.convolve(excess, row[::-1], mode="valid")
    scatter = 1.4826 * float(np.median(np.abs(heights - np.median(heights))))
    std = max(scatter, reading_noise(excess) * float(np.linalg.norm(row)))
    return field[half:-half], heights, std
