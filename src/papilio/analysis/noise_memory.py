"""How far the noise of a record remembers itself, from the quiet parts of a whole sweep."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from papilio.analysis.curve import reading_noise

Array = NDArray[np.float64]

#: A sweep is cut into parts of at least so many readings.
FEWEST = 24
#: Parts count as quiet up to what this share of the parts of pure noise stays within: the tails of
#: a step, which look like memory, do not.
QUIET = 0.995
#: Order of the polynomial that describes the curve over a quiet part.
PARABOLA = 2
#: Times that quiet parts are chosen anew, for noise with the memory found.
PASSES = 4
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
    return _of_quiet_parts(y)[0]


def _of_quiet_parts(y: Array, order: int = PARABOLA) -> tuple[float, float]:
    """Memory of the noise of a sweep, and one sigma of a reading."""
    count = y.size // FEWEST
    if count < 1:
        return 0.0, reading_noise(y)
    size = y.size // count
    parts = y[: count * size].reshape(count, size)
    hat, memories, expected, left, reach = _of_parts(size, order)
    residuals = parts @ hat
    power = (residuals**2).sum(axis=1)
    products = (residuals[:, 1:] * residuals[:, :-1]).sum(axis=1)
    quarter = float(np.percentile(power, 25))
    memory, sigma = 0.0, 0.0
    for _ in range(PASSES):
        # Not the quietest ones alone: those are quiet because their noise happens to vary fast.
        quiet = power <= quarter * np.interp(memory, memories, reach)
        total, number = float(power[quiet].sum()), int(quiet.sum())
        if total == 0:
            return 0.0, 0.0
        seen = float(products[quiet].sum()) / total
        before, memory = memory, float(np.interp(seen, expected, memories))
        if seen < expected[0] + SIGNIFICANT / np.sqrt(number * size):
            memory = 0.0
        sigma = float(np.sqrt(total / (number * np.interp(memory, memories, left))))
        if memory <= before:
            break
    return memory, sigma


@cache
def _of_parts(size: int, order: int) -> tuple[Array, Array, Array, Array, Array]:
    """
    What taking off a polynomial does to parts of some length.

    The projection on what it leaves, memories, and for noise of unit variance with each memory: the
    correlation of neighbours that its residuals show on average (as a ratio of means), the mean
    sum of squares of quiet parts, and the largest such sum over the lower quartile of the sums,
    taken as gamma distributed with their exact mean and variance.
    """
    design = np.vander(np.linspace(-1, 1, size), order + 1)
    hat = np.eye(size) - design @ np.linalg.pinv(design)
    neighbours = 0.5 * (np.eye(size, k=1) + np.eye(size, k=-1))
    memories = np.linspace(0, 0.95, 20)
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    expected, left, reach = [], [], []
    for memory in memories:
        seen = hat @ memory**distance @ hat
        expected.append(float(np.sum(neighbours * seen) / np.trace(seen)))
        freedom = np.trace(seen) ** 2 / np.sum(seen**2)
        low, high = stats.chi2.ppf([0.25, QUIET], freedom)
        reach.append(float(high / low))
        # Mean of what stays below `high`: that share of the mean of all.
        left.append(float(np.trace(seen) * stats.chi2.cdf(high, freedom + 2) / QUIET))
    return hat, memories, np.array(expected), np.array(left), np.array(reach)


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


def memory_and_noise(y: Array) -> tuple[float, float]:
    """
    Both `noise_memory` and `noise_behind_filter`.

    Parameters
    ----------
    y : ndarray, shape (point,)
        As in `noise_memory`.

    Returns
    -------
    memory, noise : float
        Without unit, and in the unit of y.
    """
    return _of_quiet_parts(y)


def noise_and_widening(y: Array, order: int = PARABOLA) -> tuple[float, float]:
    """
    Both `noise_behind_filter` and `noise_widening`.

    Parameters
    ----------
    y : ndarray, shape (point,)
        As in `noise_memory`.
    order : int, optional
        Of the polynomial that quiet parts lie on, by default a parabola. A curve that bends gently
        over most of a sweep needs more: what a parabola leaves of it counts as noise, and as
        memory.

    Returns
    -------
    noise, widening : float
        In the unit of y, and without one.
    """
    rho, noise = _of_quiet_parts(y, order)
    return noise, float(np.sqrt((1 + rho) / (1 - rho)))


def noise_behind_filter(y: Array) -> float:
    """
    One sigma of a reading of a sweep, with what an output filter hides from its neighbours.

    From the same quiet parts as the memory: what is left of them beside a parabola, whose loss the
    memory sets. Of fewer readings than a part has, `papilio.analysis.curve.reading_noise`.

    Parameters
    ----------
    y : ndarray, shape (point,)
        As in `noise_memory`.

    Returns
    -------
    float
        In the unit of y.
    """
    return _of_quiet_parts(y)[1]
