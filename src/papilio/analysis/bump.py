"""A bump on a noisy curve: its summit, and where its upper flank begins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

from papilio.analysis.curve import BELIEVED
from papilio.analysis.estimate import Estimate
from papilio.analysis.local_polynomial import local_polynomial, polynomial, summits
from papilio.analysis.noise_memory import noise_behind_filter
from papilio.fit import BLOCK_COPIES

Array = NDArray[np.float64]

#: Second differences that the local noise is found from.
NOISE_WINDOW = 81
#: Part of the largest difference down to which its summit is fitted.
SUMMIT = 0.5
#: The flank is fitted from this many times the onset's level down to the same part of it.
FLANK = 3.0
#: Order of the polynomial through a summit, and readings beyond twice it that it takes.
ORDER, SPARE = 8, 4
#: Degrees of freedom from which on the scatter about the flank may contradict the whole curve.
ENOUGH_FREEDOM = 8


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
    u = (t - middle) / half
    # The same order whatever the noise: one chosen by the readings themselves follows their noise
    # in some records and leaves out a part of the bump in others, and no error bar shows either.
    most = (t.size - SPARE) // 2
    order = ORDER if most >= ORDER else max(2, most // 2 * 2)
    order, coefficients, inverse, residuals = polynomial(u, y, np.ones(t.size), order)
    scatter, freedom, alike = _scatter(u, order, inverse, residuals, widening)
    known = noise_behind_filter(value)
    if known > 0 and special.chdtrc(freedom, freedom * (scatter / known) ** 2) > BELIEVED:
        scatter, freedom = known, np.inf
    noise = scatter * generator.normal(size=(BLOCK_COPIES, t.size)) @ np.linalg.cholesky(alike).T
    copies = noise @ inverse.T
    grid = np.linspace(-1, 1, 401)
    powers = np.vander(grid, order + 1)
    curve, curves = powers @ coefficients, (coefficients + copies) @ powers.T
    (best,), (highest,) = summits(grid, curve[None, :])
    places, heights = summits(grid, curves)
    size = Estimate(
        sign * float(highest), float(heights.std()), sign * heights, freedom=freedom
    ).with_extra(extra)
    place = Estimate(
        float(middle + half * best),
        float(half * places.std()),
        middle + half * places,
        freedom=freedom,
    )
    return size, place


def _scatter(
    u: Array, order: int, inverse: Array, residuals: Array, widening: float
) -> tuple[float, float, Array]:
    """
    Noise of a reading about a polynomial, its degrees of freedom, correlation of the readings.

    First-order autoregressive noise, of which a polynomial takes up more than of white noise: the
    residuals M e have the expected square sum sigma^2 tr(M R), and as many degrees of freedom as
    the chi-square of the same mean and variance (Satterthwaite, doi:10.2307/3002019).
    """
    memory = (widening**2 - 1) / (widening**2 + 1)
    places = np.arange(u.size)
    alike = memory ** np.abs(np.subtract.outer(places, places))
    left = alike - np.vander(u, order + 1) @ (inverse @ alike)
    expected = float(np.trace(left))
    freedom = expected**2 / float(np.sum(left * left.T))
    return float(np.sqrt(residuals @ residuals / expected)), freedom, alike


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
    u = (x[rows] - middle) / half
    order, coefficients, inverse, residuals = local_polynomial(
        u,
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
    scatter, freedom, alike = _scatter(u, order, inverse, residuals, widening)
    # The few residuals know the noise badly; the whole curve knows it better. Its second
    # differences have the variance 6 - 8 rho + 2 rho^2 of such noise.
    memory = float(alike[0, 1])
    known = float(np.median(noise[rows])) * np.sqrt(3 / (3 - 4 * memory + memory**2))
    level = max(known, scatter if freedom > ENOUGH_FREEDOM else 0.0)
    row = np.vander([root], order + 1)[0] @ inverse
    std = level * float(np.sqrt(row @ alike @ row)) / slope
    extra = float(np.interp(position, x, shared)) / slope
    return Estimate(position, float(np.hypot(std, extra)), None, extra)
