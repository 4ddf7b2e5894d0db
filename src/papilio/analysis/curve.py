"""A noisy curve y(x): its noise, its outliers, its plateaus, and where it crosses a level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

from papilio.analysis.estimate import Estimate
from papilio.analysis.local_polynomial import (
    local_polynomial,
    nearest_roots,
    polynomial_in_noise,
)
from papilio.fit import BLOCK_COPIES, autocorrelation_factor, block_bootstrap

Array = NDArray[np.float64]

#: An outlier leaves its neighbours by this many of their robust standard deviations.
OUTLIER_SIGMA = 8.0
#: And by this part of the range of the curve.
OUTLIER_RANGE = 0.1
#: Part of the height of a step, on each side of the level, that a crossing is fitted in.
CROSSING_WINDOW = 0.25
#: Readings that a crossing is fitted with where so many keep clear of both ends of the step.
ENOUGH, FAR = 6, 0.15
#: Readings this many sigma off both ends of the step may be taken as log-odds.
CLEAR_OF_NOISE = 4.0
#: Least order of the polynomial through a crossing.
LEAST_ORDER = 5
#: Local residuals less probable than this are not of the noise of the sweep alone.
BELIEVED = 0.05


@dataclass(frozen=True)
class Level:
    """
    A straight line y = value + slope (x - at) through a plateau, with its uncertainty at `at`.

    Attributes
    ----------
    value, std : float
        Height of the plateau at `at` and one standard deviation, in the unit of y.
    at : float
        Position, in the unit of x.
    noise : float
        Standard deviation of one reading about the line.
    trend : float
        Change of the line over the window, in the unit of y.
    points : int
        Number of readings.
    """

    value: float
    std: float
    at: float
    noise: float
    trend: float
    points: int

    def estimate(self) -> Estimate:
        """Height, with the degrees of freedom of its uncertainty."""
        return Estimate(self.value, self.std, freedom=max(self.points - 2, 1))


@dataclass(frozen=True)
class Crossing:
    """
    Where a curve passes through a level.

    Attributes
    ----------
    position, std : float
        In the unit of x; the uncertainty of the level is not in it.
    slope : float
        Change of the reduced height with x there, signed.
    bend : float
        Second over first derivative of the reduced height there, in the inverse unit of x.
    low, high : float
        Window of x that the local fit used.
    points : int
        Number of readings in it.
    draws : ndarray, shape (copy,)
        Positions from resampled residuals (block bootstrap); empty where two readings only bracket
        the crossing.
    freedom : float
        Degrees of freedom that the standard deviation is known from.
    """

    position: float
    std: float
    slope: float
    bend: float
    low: float
    high: float
    points: int
    draws: Array
    freedom: float = np.inf

    def estimate(self) -> Estimate:
        """Position; the uncertainty of the level is not in it."""
        draws = self.draws if self.draws.size else None
        return Estimate(self.position, self.std, draws, freedom=self.freedom)


def reading_noise(y: Array) -> float:
    """
    One sigma of a reading, from second differences: blind to a smooth signal.

    Parameters
    ----------
    y : ndarray, shape (point,)
        In order of acquisition.

    Returns
    -------
    float
        In the unit of y; low by the correlation where an output filter has smoothed the noise.
    """
    if y.size < 5:
        return 0.0
    return float(1.4826 * np.median(np.abs(np.diff(y, 2))) / np.sqrt(6))


def outliers(y: Array) -> NDArray[np.bool_]:
    """
    Readings that leave all their neighbours; a steep but monotonic step has none.

    Parameters
    ----------
    y : ndarray, shape (point,)
        In order of acquisition.

    Returns
    -------
    ndarray of bool, shape (point,)
        True where a reading must not be followed.
    """
    if y.size < 9:
        return np.zeros(y.size, bool)
    # Three neighbours on each side, the extreme ones left out: one of them may be an outlier too.
    padded = np.pad(y, 3, mode="reflect")
    neighbours = np.sort([padded[shift : shift + y.size] for shift in (0, 1, 2, 4, 5, 6)], axis=0)
    departure = np.maximum(neighbours[1] - y, y - neighbours[4])
    bend = ndimage.median_filter(np.abs(np.diff(y, 2)), min(41, y.size | 1), mode="reflect")
    noise = 1.4826 * np.pad(bend, 1, mode="edge") / np.sqrt(6)
    low, high = np.percentile(y, [2, 98])
    limit = np.maximum(OUTLIER_SIGMA * noise, OUTLIER_RANGE * (high - low))
    return np.asarray((departure > limit) & (departure > 0))


def plateau(x: Array, y: Array, at: float, widening: float | None = None) -> Level:
    """
    The straight line through a plateau, evaluated at one position.

    Parameters
    ----------
    x, y : ndarray, shape (point,)
        Readings of the plateau, in order of acquisition.
    at : float
        Where its height is wanted.
    widening : float, optional
        As in `crossings`.

    Returns
    -------
    Level
        Height, uncertainty (correlated noise included), noise, trend.
    """
    count = y.size
    if count < 8 or np.ptp(x) == 0:
        noise = float(np.std(y, ddof=1)) if count > 1 else 0.0
        std = noise * (widening or 1.0) / np.sqrt(count)
        return Level(float(y.mean()), float(std), at, noise, 0.0, count)
    centre = x.mean()
    spread = float((x - centre) @ (x - centre))
    height, slope = float(y.mean()), float((x - centre) @ y) / spread
    residuals = y - height - slope * (x - centre)
    noise = float(np.sqrt(residuals @ residuals / (count - 2)))
    if widening is None:
        widening = autocorrelation_factor(residuals)
    std = noise * widening * np.sqrt(1 / count + (at - centre) ** 2 / spread)
    value = float(height + slope * (at - centre))
    return Level(value, float(std), at, noise, float(abs(slope) * np.ptp(x)), count)


def crossings(
    x: Array,
    step: Array,
    level: float,
    generator: np.random.Generator,
    window: float = CROSSING_WINDOW,
    widening: float | None = None,
    noise: float | None = None,
) -> list[Crossing]:
    """
    Where a step from zero to one passes a level, noise not counted as passing.

    The curve has passed when it has left a band about the level on the other side. Each passage is
    then fitted with a polynomial over the readings within `window` of the level; two readings that
    bracket a jump are interpolated, with the uncertainty of a uniform distribution between them
    where the jump is the whole step, and in proportion where it is less.

    Parameters
    ----------
    x : ndarray, shape (point,)
        One monotonic sweep, in order of acquisition, without outliers.
    step : ndarray, shape (point,)
        Reduced height: 0 at the lower end of the step, 1 at the upper one.
    level : float
        Between 0 and 1.
    generator : numpy.random.Generator
        For the bootstrap.
    window : float, optional
        Heights about the level that the local fit uses; cut so that it keeps clear of 0 and 1.
        Towards the farther of the two it is up to `CROSSING_WINDOW`.
    widening : float, optional
        Factor by which correlated noise widens error bars, where more readings than those near the
        crossing know it (`papilio.analysis.noise_memory`); by default from the local residuals.
    noise : float, optional
        Standard deviation of one reading of the step, as the whole sweep knows it. With that of x,
        times the slope, it is believed unless the local residuals contradict; the few of them know
        their own size badly.

    Returns
    -------
    list of Crossing
        In order of acquisition.
    """
    window = min(window, 0.9 * level, 0.9 * (1 - level))
    smooth = ndimage.median_filter(step, 5, mode="nearest") if step.size >= 9 else step
    seen = reading_noise(step)
    band, clear = min(max(3 * seen, 0.05), 0.8 * window), CLEAR_OF_NOISE * seen
    side = np.where(smooth > level + band, 1, np.where(smooth < level - band, -1, 0))
    sure = np.flatnonzero(side)
    # Away from the nearer end of the step there is more of the curve to go by.
    wide = max(window, min(CROSSING_WINDOW, 3 * level, 3 * (1 - level)))
    below, above = (window, wide) if level <= 0.5 else (wide, window)
    inside = (smooth > level - below) & (smooth < level + above)
    found = []
    change = np.flatnonzero(side[sure][1:] != side[sure][:-1])
    for before, after in zip(sure[change], sure[change + 1], strict=True):
        rows = _window(inside, int(before), int(after))
        if rows.size < ENOUGH:
            # Steep: what lies farther up and down the step, as long as it stands out of the noise.
            edge = max(FAR, clear)
            known = rows if rows.size else np.arange(before, after + 1)
            rows = _nearest(known, (smooth > edge) & (smooth < 1 - edge))
        crossing = None
        if rows.size >= 5 and np.unique(x[rows]).size >= 4:
            both = None if noise is None else (noise, reading_noise(x))
            crossing = _fitted(x[rows], step[rows], level, generator, widening, clear, both)
        found.append(crossing or _bracketed(x, step, (int(before), int(after)), level))
    return found


def _window(inside: NDArray[np.bool_], before: int, after: int) -> NDArray[np.intp]:
    """Readings between two sure ones, and those beyond that still lie in the window."""
    first, last = before, after
    while first > 0 and inside[first - 1]:
        first -= 1
    while last < inside.size - 1 and inside[last + 1]:
        last += 1
    rows = np.arange(first, last + 1)
    return rows[inside[rows] | ((rows > before) & (rows < after))]


def _nearest(rows: NDArray[np.intp], usable: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The rows and their nearest usable neighbours on both sides, until there are enough."""
    first, last = int(rows[0]), int(rows[-1])
    while last - first + 1 < ENOUGH:
        up = last + 1 < usable.size and bool(usable[last + 1])
        down = first > 0 and bool(usable[first - 1])
        if not (up or down):
            break
        first, last = first - down, last + up
    return np.arange(first, last + 1)


def _fitted(
    x: Array,
    step: Array,
    level: float,
    generator: np.random.Generator,
    widening: float | None,
    clear: float,
    noise: tuple[float, float] | None,
) -> Crossing | None:
    """Root of a local polynomial; None where it has none inside the window."""
    odds = step.min() > clear and step.max() < 1 - clear
    if odds:
        # As log-odds a smooth step is nearly straight, so few orders leave little bias; noise must
        # be small against the distance to both ends, for a logarithm bends it.
        y = np.log(step / (1 - step)) - np.log(level / (1 - level))
        weight = step * (1 - step) / (level * (1 - level))
    else:
        y, weight = (step - level) / (level * (1 - level)), np.ones(step.size)
    centre, half = float(x.mean()), float(np.ptp(x)) / 2
    u = (x - centre) / half
    # Noise of the step and of x, in the unit of the weighted residuals.
    own, across, found = 0.0, 0.0, None
    if noise is not None and noise[0] > 0:
        rise = float((x - centre) @ step) / float((x - centre) @ (x - centre))
        own, across = np.array([noise[0], abs(rise) * noise[1]]) / (level * (1 - level))
        found = polynomial_in_noise(u, y, weight, float(np.hypot(own, across)))
    known = float(np.hypot(own, across))
    if found is None or _contradicted(known, found[3], x.size - found[0] - 1):
        known, found = 0.0, local_polynomial(u, y, weight, LEAST_ORDER)
    order, coefficients, inverse, residuals = found
    root = nearest_roots(coefficients[None, :])[0]
    slope = float(np.polyval(np.polyder(coefficients), root)) if np.isfinite(root) else 0.0
    if not np.isfinite(root) or abs(root) > 1 or slope == 0:
        return None
    bend = float(np.polyval(np.polyder(coefficients, 2), root)) / slope
    if odds:
        bend += (1 - 2 * level) * slope
    freedom = x.size - order - 1
    if widening is None:
        widening = autocorrelation_factor(residuals)
    row = np.vander([root], order + 1)[0] @ (inverse / weight)
    if known:
        # Noise behind a filter, as first-order autoregressive noise of that widening.
        memory = (widening**2 - 1) / (widening**2 + 1)
        steps = np.arange(x.size)
        covariance = own**2 * memory ** np.abs(steps[:, None] - steps)
        covariance += across**2 * np.eye(x.size)
        std = float(np.sqrt(row @ covariance @ row))
        white = generator.normal(size=(BLOCK_COPIES, x.size))
        resampled = white @ np.linalg.cholesky(covariance).T / weight
    else:
        reading = float(np.sqrt(residuals @ residuals / freedom)) * widening
        std = reading * float(np.linalg.norm(row))
        inflated = residuals * np.sqrt(x.size / freedom)
        resampled = block_bootstrap(inflated, BLOCK_COPIES, generator) / weight
    draws = nearest_roots(coefficients + resampled @ inverse.T, root) * half + centre
    return Crossing(
        float(root * half + centre),
        std / abs(slope) * half,
        slope * level * (1 - level) / half,
        bend / half,
        float(x.min()),
        float(x.max()),
        x.size,
        np.asarray(draws[np.isfinite(draws)]),
        np.inf if known else freedom,
    )


def _contradicted(noise: float, residuals: Array, freedom: int) -> bool:
    """Whether residuals about a polynomial are larger than the noise makes them."""
    chi_square = float(residuals @ residuals) / noise**2
    return bool(special.chdtrc(freedom, chi_square) < BELIEVED)


def _bracketed(x: Array, y: Array, between: tuple[int, int], level: float) -> Crossing:
    """Linear interpolation between the last reading on one side and the first on the other."""
    rows = np.arange(between[0], between[1] + 1)
    above = y[rows] > level
    step = int(np.flatnonzero(above[1:] != above[:-1])[0]) if (above != above[0]).any() else 0
    a, b = rows[step], rows[min(step + 1, rows.size - 1)]
    rise = y[b] - y[a]
    share = (level - y[a]) / rise if rise else 0.5
    span = abs(x[b] - x[a]) or _resolution(x, int(a), int(b))
    noise = reading_noise(y)
    error = noise / abs(rise) * span if rise else span
    # A jump of the whole step may lie anywhere between two readings, a part of it less so.
    span *= min(1.0, abs(rise))
    slope = float(rise / (x[b] - x[a])) if x[b] != x[a] else float("inf")
    return Crossing(
        float(x[a] + np.clip(share, 0, 1) * (x[b] - x[a])),
        float(np.hypot(span / np.sqrt(12), error)),
        slope,
        0.0,
        float(min(x[a], x[b])),
        float(max(x[a], x[b])),
        2,
        np.empty(0),
    )


def _resolution(x: Array, before: int, after: int) -> float:
    """Distance of the nearest different readings of x around a stretch where x stands still."""
    earlier = x[:before][x[:before] != x[before]]
    later = x[after + 1 :][x[after + 1 :] != x[after]]
    left = earlier[-1] if earlier.size else x[before]
    right = later[0] if later.size else x[after]
    return float(max(abs(x[before] - left), abs(right - x[after])))
