"""How far the noise of a record remembers itself, from the quiet parts of a whole sweep."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from papilio.analysis.curve import reading_noise

Array = NDArray[np.float64]

#: A sweep is cut into parts of at least so many readings.
FEWEST = 24
#: Parts count as quiet up to this many times the lower quartile of their residuals.
QUIET = 4.0
#: A memory below so many standard deviations of white noise's is none.
SIGNIFICANT = 1.0


def noise_memory(y: Array) -> float:
    """
    Correlation of the noise of neighbouring readings of a sweep.

    A lock-in's output filter lets a reading remember the one before. A few readings near a crossing
    do not show it, so it is read from the whole sweep: from those of its parts that are quiet
    because a parabola describes the curve.

    Parameters
    ----------
    y : ndarray, shape (point,)
        One sweep, equally spaced in time, in order of acquisition, without outliers.

    Returns
    -------
    float
        Zero where it is not significant, at most 0.95.
    """
    count = y.size // FEWEST
    if count < 1:
        return 0.0
    size = y.size // count
    parts = y[: count * size].reshape(count, size)
    hat, memories, expected = _of_parts(size)
    residuals = parts @ hat
    power = (residuals**2).sum(axis=1)
    # Not the quietest ones alone: those are quiet because their noise happens to vary fast.
    quiet = power <= QUIET * np.percentile(power, 25)
    total = float(power[quiet].sum())
    if total == 0:
        return 0.0
    seen = float((residuals[quiet, 1:] * residuals[quiet, :-1]).sum()) / total
    if seen < expected[0] + SIGNIFICANT / np.sqrt(quiet.sum() * size):
        return 0.0
    return float(np.interp(seen, expected, memories))


@cache
def _of_parts(size: int) -> tuple[Array, Array, Array]:
    """
    What taking off a parabola does to parts of some length.

    The projection on what it leaves, memories, and the correlation of neighbours that the residuals
    of noise with such a memory show on average (as a ratio of means).
    """
    design = np.vander(np.linspace(-1, 1, size), 3)
    hat = np.eye(size) - design @ np.linalg.pinv(design)
    neighbours = 0.5 * (np.eye(size, k=1) + np.eye(size, k=-1))
    memories = np.linspace(0, 0.95, 20)
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    expected = []
    for memory in memories:
        seen = hat @ memory**distance @ hat
        expected.append(float(np.sum(neighbours * seen) / np.trace(seen)))
    return hat, memories, np.array(expected)


def noise_widening(y: Array) -> float:
    """
    Factor by which the noise of a sweep widens error bars over those of white noise.

    Parameters
    ----------
    y : ndarray, shape (point,)
        As in `noise_memory`.

    Returns
    -------
    float
        sqrt((1 + rho) / (1 - rho)) of first-order autoregressive noise, at least one.

    References
    ----------
    Bartlett, J. R. Stat. Soc. Suppl. 8, 27 (1946), doi:10.2307/2983611.
    """
    rho = noise_memory(y)
    return float(np.sqrt((1 + rho) / (1 - rho)))


def noise_behind_filter(y: Array) -> float:
    """
    One sigma of a reading of a sweep, with what an output filter hides from its neighbours.

    Second differences of noise with memory rho have the variance (6 - 8 rho + 2 rho^2) sigma^2.

    Parameters
    ----------
    y : ndarray, shape (point,)
        As in `noise_memory`.

    Returns
    -------
    float
        In the unit of y.
    """
    rho = noise_memory(y)
    return reading_noise(y) * float(np.sqrt(6 / (6 - 8 * rho + 2 * rho**2)))
