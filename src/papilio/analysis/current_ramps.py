"""Ramps of the current away from zero and back: where the voltage, or dV/dI, appears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from papilio.analysis.curve import Crossing, crossings, reading_noise
from papilio.analysis.estimate import Estimate, combine
from papilio.analysis.local_polynomial import local_polynomial
from papilio.analysis.noise_memory import noise_and_widening
from papilio.fit import BLOCK_COPIES, autocorrelation_factor

Array = NDArray[np.float64]

#: Parts of the largest current whose readings give the lower and the upper resistance.
INNER, OUTER = 0.1, 0.9
#: The offset of a voltage is read closer to zero current, where so many readings lie there: a
#: retrapping current below the critical one makes what is left of the foot uneven.
NEAREST, NEAREST_READINGS = 0.05, 8
#: A peak or a step counts from this significance on.
SIGNIFICANT = 5.0
#: Fewest readings of a peak that a polynomial may resolve beyond their distance.
RESOLVED = 15
#: Order of the polynomial beside which the noise of a ramp is read: most of a voltage is the foot
#: and the shoulder of its rise, of which a parabola leaves more than the noise.
QUINTIC = 5
#: Part of its height above the normal resistance down to which a peak is fitted.
PEAK_WINDOW = 0.7


@dataclass(frozen=True)
class CurrentSweep:
    """
    One monotonic sweep of the current.

    Attributes
    ----------
    direction : int
        +1 up, -1 down.
    temperature : float or None
        Median over the sweep, K.
    drift : float
        Standard deviation of the temperature over the sweep, K.
    current : ndarray, shape (point,)
        A, in order of acquisition.
    value : ndarray, shape (point,)
        Voltage (V) or differential resistance (ohm).
    """

    direction: int
    temperature: float | None
    drift: float
    current: Array
    value: Array


@dataclass(frozen=True)
class Ends:
    """
    Lower and upper level of a sweep.

    Attributes
    ----------
    low, high : Estimate
        Differential resistance around zero and at the largest current, ohm; of a voltage: its
        value at zero current, and that plus twice the criterion, V.
    noise : float
        Standard deviation of one reading.
    """

    low: Estimate
    high: Estimate
    noise: float


@dataclass(frozen=True)
class Ramp:
    """
    What one sign of the current of one sweep shows.

    Attributes
    ----------
    side : {-1, 1}
        Sign of the current.
    away : bool
        True when the magnitude grows.
    critical : Estimate or None
        Magnitude of the current at the criterion, A.
    crossing, level : Estimate or None, float
        The same without the uncertainty of the sweep's levels, and its change with one standard
        deviation of them, signed, A: both signs of the current of a sweep share it.
    peak : Estimate or None
        Magnitude of the current of the largest dV/dI, A; away from zero alone.
    passages : int
        How often the criterion is passed.
    """

    side: int
    away: bool
    critical: Estimate | None
    crossing: Estimate | None
    level: float
    peak: Estimate | None
    passages: int


def voltage_ends(sweep: CurrentSweep, criterion: float) -> Ends:
    """
    Offset of the voltage at zero current, and twice the criterion above it.

    Parameters
    ----------
    sweep : CurrentSweep
        Of a voltage.
    criterion : float
        V.

    Returns
    -------
    Ends
        The criterion stands half-way between them.
    """
    size = np.abs(sweep.current) / np.abs(sweep.current).max()
    inner = size <= NEAREST
    if inner.sum() < NEAREST_READINGS:
        inner = size <= INNER
    noise, widening = noise_and_widening(sweep.value, QUINTIC)
    if inner.sum() < 3:
        return Ends(Estimate(0.0, 0.0), Estimate(2 * criterion, 0.0), noise)
    # A resistance around zero current is no offset: the line is read at zero.
    design = np.column_stack([np.ones(int(inner.sum())), sweep.current[inner]])
    inverse = np.linalg.pinv(design)
    offset = float(inverse[0] @ sweep.value[inner])
    std = widening * noise * float(np.linalg.norm(inverse[0]))
    return Ends(Estimate(offset, std), Estimate(offset + 2 * criterion, std), noise)


def resistance_ends(sweep: CurrentSweep) -> Ends:
    """
    Differential resistance around zero and at the largest current.

    Parameters
    ----------
    sweep : CurrentSweep
        Of a differential resistance.

    Returns
    -------
    Ends
        Means of the inner and of the outer tenth.
    """
    reach = float(np.abs(sweep.current).max())
    inner = sweep.value[np.abs(sweep.current) <= INNER * reach]
    outer = sweep.value[np.abs(sweep.current) >= OUTER * reach]
    noise, widening = noise_and_widening(sweep.value, QUINTIC)
    levels = []
    for readings in (inner, outer):
        if readings.size < 3:
            levels.append(Estimate(float("nan"), float("nan")))
            continue
        std = float(readings.std(ddof=1)) * widening
        levels.append(Estimate(float(np.median(readings)), 1.25 * std / np.sqrt(readings.size)))
    return Ends(levels[0], levels[1], noise)


def ramps(
    sweep: CurrentSweep,
    ends: Ends,
    fraction: float,
    odd: bool,
    generator: np.random.Generator,
) -> list[Ramp]:
    """
    Both signs of the current of one sweep.

    Parameters
    ----------
    sweep : CurrentSweep
        The sweep.
    ends : Ends
        Its levels.
    fraction : float
        Part of the way between them that is the criterion.
    odd : bool
        True for a voltage, which changes its sign with the current.
    generator : numpy.random.Generator
        For the bootstrap.

    Returns
    -------
    list of Ramp
        One for each sign that the sweep has at least eight readings of.
    """
    found = []
    noise, widening = noise_and_widening(sweep.value, QUINTIC)
    for side in (-1, 1):
        rows = np.flatnonzero(sweep.current * side >= 0)
        if rows.size < 8:
            continue
        away = sweep.direction == side
        order = rows if away else rows[::-1]
        current = np.abs(sweep.current[order])
        value = sweep.value[order] - ends.low.value
        if odd:
            value = value * side
        height = ends.high.value - ends.low.value
        passages = crossings(
            current,
            value / height,
            fraction,
            generator,
            widening=widening,
            noise=noise / abs(height),
        )
        rising = [passage for passage in passages if passage.slope > 0]
        critical, crossing, level = None, None, 0.0
        if rising:
            crossing = rising[0].estimate()
            # An offset delays a voltage of one sign and hastens that of the other.
            level = _of_levels(rising[0], ends, fraction, odd) * (side if odd else 1)
            critical = crossing.with_extra(abs(level))
        if not away:
            found.append(Ramp(side, away, critical, crossing, level, None, len(rising)))
            continue
        derivative = np.gradient(value, current) if odd else value
        normal = 0.0 if odd else height
        # A numerical derivative mixes the noise of neighbours: there the residuals tell.
        peak = _peak(current, derivative, normal, generator, None if odd else widening)
        found.append(Ramp(side, away, critical, crossing, level, peak, len(rising)))
    return found


def hysteresis(sweeps: Sequence[Sequence[Ramp]]) -> Estimate | None:
    """
    Critical less retrapping current, both signs of the current averaged.

    Only the same sign compares: a sample may treat the two differently. But a sweep goes back on
    one side and away on the other, so an error of its levels enters two of the currents.

    Parameters
    ----------
    sweeps : sequence of sequence of Ramp
        Those of each sweep at one temperature.

    Returns
    -------
    Estimate or None
        A; None where no sign has both.
    """
    known = [(number, r) for number, sweep in enumerate(sweeps) for r in sweep if r.crossing]
    count = {
        (side, away): sum((r.side, r.away) == (side, away) for _, r in known)
        for side in (1, -1)
        for away in (True, False)
    }
    sides = [side for side in (1, -1) if count[side, True] and count[side, False]]
    weights, found, levels = [], [], np.zeros(len(sweeps))
    for number, ramp in known:
        if ramp.side in sides and ramp.crossing is not None:
            sign = 1 if ramp.away else -1
            weights.append(sign / count[ramp.side, ramp.away] / len(sides))
            found.append(ramp.crossing)
            levels[number] += weights[-1] * ramp.level
    if not sides:
        return None
    return combine(weights, found).with_extra(float(np.linalg.norm(levels)))


def _of_levels(crossing: Crossing, ends: Ends, fraction: float, odd: bool) -> float:
    """Uncertainty of a crossing from that of the two levels."""
    height = abs(ends.high.value - ends.low.value)
    if odd:  # the criterion stands at a given distance from the offset
        levels = ends.low.std / height
    else:
        levels = np.hypot(fraction * ends.high.std, (1 - fraction) * ends.low.std) / height
    return float(levels / abs(crossing.slope)) if np.isfinite(crossing.slope) else 0.0


def _peak(
    current: Array,
    value: Array,
    normal: float,
    generator: np.random.Generator,
    widening: float | None,
) -> Estimate | None:
    """Position of the highest peak above the normal resistance; None where there is none."""
    if np.any(np.diff(current) <= 0):
        keep = np.concatenate([[True], np.diff(np.maximum.accumulate(current)) > 0])
        current, value = current[keep], value[keep]
    if current.size < 8:
        return None
    smooth = ndimage.gaussian_filter1d(value, 1.0, mode="nearest")
    noise = reading_noise(value)
    top = int(smooth.argmax())
    # Gaussian smoothing over one reading leaves 0.53 of the noise.
    if top in (0, current.size - 1) or smooth[top] - normal < SIGNIFICANT * 0.53 * noise:
        return None
    level = normal + (1 - PEAK_WINDOW) * (smooth[top] - normal)
    below = np.flatnonzero(smooth < level)
    first = int(below[below < top].max()) + 1 if (below < top).any() else 0
    last = int(below[below > top].min()) if (below > top).any() else current.size
    if last - first < 7:
        # A jump: all that is known is between which readings it is.
        gap = 0.5 * float(current[min(top + 1, current.size - 1)] - current[max(top - 1, 0)])
        return Estimate(float(current[top]), gap / np.sqrt(3))
    x, y = current[first:last], value[first:last]
    middle, half = 0.5 * (x[0] + x[-1]), 0.5 * float(x[-1] - x[0])
    least = 6 if x.size >= 20 else 4 if x.size >= 10 else 2
    order, coefficients, inverse, residuals = local_polynomial(
        (x - middle) / half, y, np.ones(x.size), least
    )
    freedom = x.size - order - 1
    scatter = float(np.sqrt(residuals @ residuals / freedom))
    scatter *= autocorrelation_factor(residuals) if widening is None else widening
    copies = generator.normal(0.0, scatter, (BLOCK_COPIES, x.size)) @ inverse.T
    grid = np.linspace(-0.95, 0.95, 381)
    powers = np.vander(grid, order + 1)
    best = grid[(powers @ coefficients).argmax()]
    draws = grid[((coefficients + copies) @ powers.T).argmax(axis=1)]
    resolution = (grid[1] - grid[0]) / np.sqrt(12)
    extra = half * float(resolution)
    if x.size < RESOLVED:
        # Too few for a polynomial of enough orders: the peak lies anywhere between two readings.
        extra = float(np.hypot(extra, (x[-1] - x[0]) / (x.size - 1) / np.sqrt(12)))
    return Estimate(
        float(middle + half * best),
        half * float(draws.std()),
        middle + half * draws,
        freedom=freedom,
    ).with_extra(extra)
