"""A bump on a noisy curve: its summit, and where its upper flank begins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from papilio.analysis.estimate import Estimate
from papilio.analysis.local_polynomial import local_polynomial
from papilio.fit import BLOCK_COPIES

Array = NDArray[np.float64]

#: Second differences that the local noise is found from.
NOISE_WINDOW = 81
#: Part of the largest difference down to which its summit is fitted.
SUMMIT = 0.5
#: The flank is fitted from this many times the onset's level down to the same part of it.
FLANK = 3.0


def local_noise(value: Array) -> Array:
    """
    One sigma of each reading, larger where the resistance is steep in temperature.

    Parameters
    ----------
    value : ndarray, shape (point,)
        In order of temperature.

    Returns
    -------
    ndarray, shape (point,)
        In the unit of the value.
    """
    bend = np.abs(np.diff(value, 2))
    noise = ndimage.median_filter(bend, min(NOISE_WINDOW, bend.size | 1), mode="reflect")
    # A local median of few readings may be low by chance, and nowhere is it quieter than usual.
    noise = 1.4826 * np.maximum(noise, np.median(bend)) / np.sqrt(6)
    return np.asarray(np.pad(noise, 1, mode="edge"))


def summit(
    x: Array,
    value: Array,
    smooth: Array,
    top: int,
    extra: float,
    generator: np.random.Generator,
    widening: float,
) -> tuple[Estimate, Estimate]:
    """
    Largest value, signed, and where it is, from a polynomial about it.

    Parameters
    ----------
    x, value, smooth : ndarray, shape (point,)
        Abscissa, readings, and their running mean.
    top : int
        Where the running mean is largest.
    extra : float
        Standard deviation of the size that the scatter does not show.
    generator : numpy.random.Generator
        For the bootstrap.
    widening : float
        Factor by which correlated noise widens error bars.

    Returns
    -------
    size, place : Estimate
        In the units of value and abscissa.
    """
    sign = float(np.sign(smooth[top]))
    low = np.flatnonzero(sign * smooth < SUMMIT * sign * smooth[top])
    first = int(low[low < top].max()) + 1 if (low < top).any() else 0
    last = int(low[low > top].min()) if (low > top).any() else x.size
    first, last = max(0, min(first, top - 4)), min(x.size, max(last, top + 5))
    t, y = x[first:last], sign * value[first:last]
    middle, half = 0.5 * (t[0] + t[-1]), max(0.5 * float(t[-1] - t[0]), 1e-12)
    order, coefficients, inverse, residuals = local_polynomial(
        (t - middle) / half, y, np.ones(t.size), 6 if t.size >= 25 else 4 if t.size >= 9 else 2
    )
    freedom = t.size - order - 1
    scatter = float(np.sqrt(residuals @ residuals / freedom)) * widening
    copies = generator.normal(0.0, scatter, (BLOCK_COPIES, t.size)) @ inverse.T
    grid = np.linspace(-1, 1, 401)
    powers = np.vander(grid, order + 1)
    curve, curves = powers @ coefficients, (coefficients + copies) @ powers.T
    heights, places = curves.max(axis=1), grid[curves.argmax(axis=1)]
    size = Estimate(
        sign * float(curve.max()), float(heights.std()), sign * heights, freedom=freedom
    ).with_extra(extra)
    step = (grid[1] - grid[0]) / np.sqrt(12)
    place = Estimate(
        float(middle + half * grid[curve.argmax()]),
        half * float(np.hypot(places.std(), step)),
        middle + half * places,
        freedom=freedom,
    )
    return size, place


def onset_of(
    x: Array, reduced: Array, noise: Array, fraction: float, shared: Array, widening: float
) -> Estimate | None:
    """
    Highest abscissa at which a bump still reaches a part of its largest value.

    Parameters
    ----------
    x, reduced, noise : ndarray, shape (point,)
        Abscissa, readings over the largest value, and the standard deviation of each.
    fraction : float
        The part.
    shared : ndarray, shape (point,)
        Standard deviation that all readings share.
    widening : float
        Factor by which correlated noise widens error bars.

    Returns
    -------
    Estimate or None
        None where the bump does not vanish within the readings.
    """
    smooth = ndimage.uniform_filter1d(reduced, 5, mode="nearest")
    above = np.flatnonzero(smooth > min(FLANK * fraction, 0.9))
    if above.size == 0:
        return None
    first = int(above.max())
    below = np.flatnonzero(smooth[first:] < fraction / FLANK)
    if below.size == 0:
        return None
    rows = np.arange(max(0, first - 2), min(x.size, first + int(below.min()) + 3))
    middle, half = 0.5 * (x[rows[0]] + x[rows[-1]]), 0.5 * float(x[rows[-1]] - x[rows[0]])
    order, coefficients, inverse, residuals = local_polynomial(
        (x[rows] - middle) / half,
        reduced[rows] - fraction,
        np.ones(rows.size),
        3 if rows.size >= 8 else 2,
    )
    grid = np.linspace(-1, 1, 401)
    curve = np.polyval(coefficients, grid)
    falls = np.flatnonzero((curve[:-1] >= 0) & (curve[1:] < 0))
    if falls.size == 0:
        return None
    root = grid[falls[-1]] + (grid[1] - grid[0]) * curve[falls[-1]] / (
        curve[falls[-1]] - curve[falls[-1] + 1]
    )
    slope = abs(float(np.polyval(np.polyder(coefficients), root))) / half
    position = float(middle + half * root)
    freedom = rows.size - order - 1
    scatter = float(residuals @ residuals) / max(freedom, 1)
    # The few residuals know the noise badly; the whole curve knows it better.
    known = float(np.median(noise[rows])) ** 2
    level = widening * float(np.sqrt(max(known, scatter if freedom > 8 else 0)))
    row = np.vander([root], order + 1)[0] @ inverse
    std = level * float(np.linalg.norm(row)) / slope
    extra = float(np.interp(position, x, shared)) / slope
    return Estimate(position, float(np.hypot(std, extra)), None, extra)
