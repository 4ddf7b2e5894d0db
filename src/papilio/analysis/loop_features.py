"""Features of one field sweep or of a pair: peaks, window edges, differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from papilio.analysis.curve import crossings
from papilio.analysis.estimate import Estimate, combine
from papilio.analysis.local_polynomial import summits
from papilio.analysis.loops import FieldSweep
from papilio.analysis.noise_memory import noise_and_widening, noise_behind_filter, noise_widening
from papilio.fit import BLOCK_COPIES

Array = NDArray[np.float64]

#: The parabola below a peak goes through readings this many half widths (at half height) away.
FEET = (5.0, 10.0)
#: A window has an edge where the resistance rises by this part of its largest value.
WINDOW_STEP = 0.2


@dataclass(frozen=True)
class Peak:
    """
    A peak on one branch.

    Attributes
    ----------
    field, height, width, area : Estimate
        T, ohm, T (full width at half height), ohm T.
    baseline : (float, float)
        Height of the parabola below the peak at the ends of its window, ohm.
    window : (float, float)
        Fields that the peak and its feet span, T.
    """

    field: Estimate
    height: Estimate
    width: Estimate
    area: Estimate
    baseline: tuple[float, float]
    window: tuple[float, float]


@dataclass(frozen=True)
class Hysteresis:
    """
    Difference of the two branches of a loop.

    Attributes
    ----------
    field, difference : ndarray, shape (point,)
        T; R_up - R_down, ohm.
    area : Estimate
        Integral of sign(H) times the difference, ohm T: the part odd in the field.
    drift : Estimate
        Mean difference, ohm: the part even in the field.
    """

    field: Array
    difference: Array
    area: Estimate
    drift: Estimate


def reversal_peak(
    sweep: FieldSweep, search: float | None, sigma: float, generator: np.random.Generator
) -> Peak | None:
    """
    The peak on the side of a branch where a magnet reverses.

    Parameters
    ----------
    sweep : FieldSweep
        One branch.
    search : float or None
        Largest magnitude of the peak's field, T.
    sigma : float
        Significance of the height from which it counts.
    generator : numpy.random.Generator
        For the bootstrap.

    Returns
    -------
    Peak or None
        None where there is no significant one inside the range.
    """
    order = np.argsort(sweep.field, kind="stable")
    field, resistance = sweep.field[order], sweep.resistance[order]
    here = field * sweep.direction > 0
    if search is not None:
        here &= np.abs(field) <= search
    if here.sum() < 15:
        return None
    smooth = ndimage.gaussian_filter1d(resistance, 2.0, mode="nearest")
    left, right = _prominent(smooth, here)
    if left is None or right is None:
        return None
    middle, half = 0.5 * (field[left] + field[right]), 0.5 * (field[right] - field[left])
    if half <= 0:
        return None
    distance = np.abs(field - middle) / half
    feet = (distance >= FEET[0]) & (distance <= FEET[1])
    body = distance < FEET[0]
    sides = [feet & (field < middle), feet & (field > middle)]
    if body.sum() < 8 or min(side.sum() for side in sides) < 3:
        return None
    widening = noise_widening(resistance)
    baseline = _baseline((field - middle) / half, resistance, feet, widening)
    return _describe(field, resistance, middle, half, body, baseline, sigma, generator, widening)


@dataclass(frozen=True)
class _Baseline:
    """Parabola through the feet in u = (field - middle) / half, with covariance and noise."""

    coefficients: Array
    covariance: Array
    noise: float

    def at(self, u: Array) -> Array:
        return np.asarray(np.vander(u, 3) @ self.coefficients)


def _baseline(u: Array, resistance: Array, feet: NDArray[np.bool_], widening: float) -> _Baseline:
    design = np.vander(u[feet], 3)
    inverse = np.linalg.pinv(design)
    coefficients = inverse @ resistance[feet]
    residuals = resistance[feet] - design @ coefficients
    freedom = max(1, int(feet.sum()) - 3)
    noise = float(np.sqrt(residuals @ residuals / freedom)) * widening
    return _Baseline(coefficients, noise**2 * inverse @ inverse.T, noise)


def _prominent(smooth: Array, here: NDArray[np.bool_]) -> tuple[int | None, int | None]:
    """Positions, left and right, where the most prominent maximum has fallen to half."""
    inside = np.flatnonzero(here)
    maxima = inside[
        (smooth[inside] >= np.roll(smooth, 1)[inside])
        & (smooth[inside] >= np.roll(smooth, -1)[inside])
    ]
    best, prominence = -1, 0.0
    for place in maxima:
        if place in (0, smooth.size - 1):
            continue
        higher = np.flatnonzero(smooth > smooth[place])
        first = higher[higher < place].max() + 1 if (higher < place).any() else 0
        last = higher[higher > place].min() - 1 if (higher > place).any() else smooth.size - 1
        low = max(smooth[first : place + 1].min(), smooth[place : last + 1].min())
        if smooth[place] - low > prominence:
            best, prominence = int(place), float(smooth[place] - low)
    if best < 0:
        return None, None
    below = np.flatnonzero(smooth < smooth[best] - prominence / 2)
    before, after = below[below < best], below[below > best]
    return (
        int(before.max()) if before.size else None,
        int(after.min()) if after.size else None,
    )


def _describe(
    field: Array,
    resistance: Array,
    middle: float,
    half: float,
    body: NDArray[np.bool_],
    baseline: _Baseline,
    sigma: float,
    generator: np.random.Generator,
    widening: float,
) -> Peak | None:
    """Numbers of a peak from readings above its baseline, with uncertainties."""
    u = (field - middle) / half
    excess = resistance - baseline.at(u)
    top = np.abs(u) <= 1
    count = int(top.sum())
    if count < 5:
        return None
    order = 6 if count >= 11 else min(4, count - 3)
    design = np.vander(u[top], order + 1)
    inverse = np.linalg.pinv(design)
    coefficients = inverse @ excess[top]
    residuals = excess[top] - design @ coefficients
    grid = np.linspace(-0.8, 0.8, 401)
    powers = np.vander(grid, order + 1)
    place, height = summits(grid, (coefficients @ powers.T)[None, :])
    freedom = max(1, count - order - 1)
    scatter = float(np.sqrt(residuals @ residuals / freedom)) * widening
    # Position and height are no linear functions of the coefficients: copies of the top with the
    # scatter found. (Blocks of so few residuals would understate it.)
    copies = generator.normal(0.0, scatter, (BLOCK_COPIES, count))
    places, heights = summits(grid, (coefficients + copies @ inverse.T) @ powers.T)
    below = np.vander(place, 3)[0]
    base_std = float(np.sqrt(below @ baseline.covariance @ below))
    height_std = float(np.hypot(heights.std(), base_std))
    if height[0] < sigma * max(height_std, scatter / np.sqrt(count)):
        return None
    position = Estimate(
        float(middle + half * place[0]),
        float(half * places.std()),
        middle + half * places,
        freedom=freedom,
    )
    step = np.gradient(field[body])
    carried = step @ np.vander(u[body], 3)
    area_variance = baseline.noise**2 * float(step @ step) + float(
        carried @ baseline.covariance @ carried
    )
    ends = np.array([-FEET[1], FEET[1]])
    left, right = (float(value) for value in baseline.at(ends))
    return Peak(
        position,
        Estimate(float(height[0]), float(heights.std()), heights, freedom=freedom).with_extra(
            base_std
        ),
        _full_width(field[body], excess[body], float(height[0]), height_std, generator, widening),
        Estimate(float(excess[body] @ step), float(np.sqrt(area_variance))),
        (left, right),
        (float(middle + half * ends[0]), float(middle + half * ends[1])),
    )


def _full_width(
    field: Array,
    excess: Array,
    height: float,
    height_std: float,
    generator: np.random.Generator,
    widening: float,
) -> Estimate:
    """Distance of the outermost fields at half height."""
    passages = crossings(field, excess / height, 0.5, generator, widening=widening)
    if len(passages) < 2:
        return Estimate(float(np.sum(excess > height / 2) * np.median(np.diff(field))), height_std)
    first, last = passages[0], passages[-1]
    level = 0.5 * height_std / height * (1 / abs(first.slope) + 1 / abs(last.slope))
    known = combine([1.0, -1.0], [last.estimate(), first.estimate()])
    return Estimate(known.value, known.std, freedom=known.freedom).with_extra(float(level))


def window_edges(
    sweep: FieldSweep, fraction: float, generator: np.random.Generator
) -> dict[str, Estimate]:
    """
    Edges of the low-resistance window of one branch, where there is one.

    Parameters
    ----------
    sweep : FieldSweep
        One branch.
    fraction : float
        Part of the step between the low and the normal resistance.
    generator : numpy.random.Generator
        For the bootstrap.

    Returns
    -------
    dict of {"lower", "upper"} to Estimate
        T; empty where the resistance does not rise on that side.
    """
    reach = float(np.abs(sweep.field).max())
    outer = sweep.resistance[np.abs(sweep.field) > 0.9 * reach]
    inner = sweep.resistance[np.abs(sweep.field) < 0.3 * reach]
    if outer.size < 4 or inner.size < 4:
        return {}
    low, high = float(np.median(inner)), float(np.median(outer))
    noise, widening = noise_and_widening(sweep.resistance)
    if high - low < max(WINDOW_STEP * abs(high), 5 * noise):
        return {}
    edges = {}
    for side, sign in (("lower", -1), ("upper", 1)):
        on_side = sweep.field * sign > 0
        field, resistance = sweep.field[on_side], sweep.resistance[on_side]
        if field.size < 8:
            continue
        passages = crossings(
            field,
            (resistance - low) / (high - low),
            fraction,
            generator,
            widening=widening,
            noise=noise / (high - low),
        )
        if passages:
            edge = max(passages, key=lambda passage: abs(passage.position))
            edges[side] = edge.estimate()
    return edges


def hysteresis(up: Sequence[FieldSweep], down: Sequence[FieldSweep]) -> Hysteresis:
    """
    Difference of the branches of a loop and its significance.

    Parameters
    ----------
    up, down : sequence of FieldSweep
        The sweeps of each branch; several are averaged.

    Returns
    -------
    Hysteresis
        On the coarser of the two field grids.
    """
    sweeps = [*up, *down]
    low = max(float(sweep.field.min()) for sweep in sweeps)
    high = min(float(sweep.field.max()) for sweep in sweeps)
    count = min(sweep.field.size for sweep in sweeps)
    field = np.linspace(low, high, max(count, 8))
    resistances = [np.mean([_on(sweep, field) for sweep in group], axis=0) for group in (up, down)]
    difference = resistances[0] - resistances[1]
    step = field[1] - field[0]
    # White noise of the difference, from readings as they were taken: interpolation smooths it.
    variance = sum(
        sum(noise_behind_filter(sweep.resistance) ** 2 for sweep in group) / len(group) ** 2
        for group in (up, down)
    )
    noise = float(np.sqrt(variance)) * max(noise_widening(s.resistance) for s in sweeps)
    area = float(np.sum(np.sign(field) * difference) * step)
    odd = Estimate(area, noise * step * float(np.sqrt(field.size)))
    even = Estimate(float(difference.mean()), noise / float(np.sqrt(field.size)))
    return Hysteresis(field, difference, odd, even)


def _on(sweep: FieldSweep, field: Array) -> Array:
    order = np.argsort(sweep.field, kind="stable")
    return np.asarray(np.interp(field, sweep.field[order], sweep.resistance[order]))
