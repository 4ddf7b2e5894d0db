"""One loop of the magnetic moment: straight high-field parts, zero crossings, remanence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from papilio.analysis.curve import crossings
from papilio.analysis.estimate import Estimate
from papilio.fit import autocorrelation_factor

Array = NDArray[np.float64]

#: Numbers of readings that a local cubic is tried on: the last one that describes them is taken.
WINDOWS = (6, 7, 9, 11, 15, 21)
#: Probability of the residuals below which a cubic does not describe them.
MISFIT = 0.3
#: Fewest readings of the high-field parts of one branch.
FEWEST = 6
#: Probability below which the noise about zero field counts as another than that at high field.
OTHER_NOISE = 0.01


@dataclass(frozen=True)
class Branch:
    """
    One monotonic sweep of the field through zero.

    Attributes
    ----------
    direction : int
        +1 up, -1 down.
    temperature : float or None
        Median over the sweep, K.
    drift : float
        Standard deviation of the temperature over the sweep, K.
    field : ndarray, shape (point,)
        T, in order of acquisition.
    moment : ndarray, shape (point,)
        A m^2.
    """

    direction: int
    temperature: float | None
    drift: float
    field: Array
    moment: Array

    @property
    def name(self) -> str:
        """Name of the branch: "up" or "down"."""
        return "up" if self.direction > 0 else "down"


@dataclass(frozen=True)
class Saturation:
    """
    Straight lines through the high-field parts: slope, saturation moment, offset of each branch.

    Attributes
    ----------
    values : ndarray, shape (2 + branch,)
        Slope (A m^2/T), saturation moment (A m^2), offset of each branch (A m^2).
    covariance : ndarray, shape (2 + branch, 2 + branch)
        Of the values.
    low : float
        Field from which on readings are used, T.
    noise : float
        Standard deviation of a high-field reading, A m^2.
    freedom : int
        Degrees of freedom behind it.
    widening : float
        Factor by which correlated noise widens error bars.
    bend : float
        Significance, in standard deviations, of a bend of the lines that is odd in the field.
    shift : float
        Change of the saturation moment when only the outer half of the window is used, A m^2.
    """

    values: Array
    covariance: Array
    low: float
    noise: float
    freedom: int
    widening: float
    bend: float
    shift: float

    @property
    def slope(self) -> float:
        """Slope, A m^2/T."""
        return float(self.values[0])

    @property
    def moment(self) -> float:
        """Saturation moment, A m^2."""
        return float(self.values[1])

    def line(self, number: int, field: Array) -> Array:
        """
        What is taken off a branch: the linear response and the branch's offset.

        Parameters
        ----------
        number : int
            Place of the branch.
        field : ndarray
            T.

        Returns
        -------
        ndarray
            A m^2.
        """
        return np.asarray(self.values[0] * field + self.values[2 + number])


def sparse_window(branches: Sequence[Branch]) -> float:
    """
    Highest field that leaves enough readings beyond it on both sides of every branch.

    Parameters
    ----------
    branches : sequence of Branch
        Of one loop.

    Returns
    -------
    float
        T.
    """
    fields = []
    for branch in branches:
        for sign in (-1, 1):
            side = np.sort(sign * branch.field[sign * branch.field > 0])
            fields.append(float(side[max(-FEWEST, -side.size)]) if side.size else 0.0)
    return min(fields)


def saturation(branches: Sequence[Branch], low: float) -> Saturation | None:
    """
    Fit the high-field parts of all branches with one slope and one saturation moment.

    Each branch has its own offset, so an instrument that drifts between the branches changes
    neither slope nor saturation moment.

    Parameters
    ----------
    branches : sequence of Branch
        Of one loop.
    low : float
        Field from which on, either sign, the moment is taken to be saturated, T.

    Returns
    -------
    Saturation or None
        None where a branch has fewer than six readings there on either side.
    """
    keep = [np.abs(branch.field) >= low for branch in branches]
    for branch, rows in zip(branches, keep, strict=True):
        sides = [int((branch.field[rows] * sign > 0).sum()) for sign in (-1, 1)]
        if min(sides) < FEWEST:
            return None
    field = np.concatenate([b.field[rows] for b, rows in zip(branches, keep, strict=True)])
    moment = np.concatenate([b.moment[rows] for b, rows in zip(branches, keep, strict=True)])
    which = np.concatenate([np.full(rows.sum(), n) for n, rows in enumerate(keep)])
    sign = np.sign(field)
    offsets = [(which == number).astype(float) for number in range(len(branches))]
    scale = float(np.abs(field).max())
    design = np.column_stack([field / scale, sign, *offsets])
    values, covariance, noise, widening = _linear(design, moment)
    # A bend that a straight line has no room for: the square of the distance from the middle.
    middle = 0.5 * (low + scale)
    bend = sign * ((np.abs(field) - middle) / scale) ** 2
    bent, bent_covariance, _, _ = _linear(np.column_stack([design, bend]), moment)
    outer = np.abs(field) >= middle
    shift = 0.0
    if all(
        int((outer & (which == number) & (sign == side)).sum()) >= FEWEST
        for number in range(len(branches))
        for side in (-1, 1)
    ):
        shift = float(_linear(design[outer], moment[outer])[0][1] - values[1])
    unit = np.ones(values.size)
    unit[0] = 1 / scale
    return Saturation(
        values * unit,
        covariance * np.outer(unit, unit),
        low,
        noise,
        moment.size - design.shape[1],
        widening,
        float(abs(bent[-1]) / np.sqrt(bent_covariance[-1, -1])) if noise > 0 else 0.0,
        shift,
    )


def _linear(design: Array, values: Array) -> tuple[Array, Array, float, float]:
    """Least squares: coefficients, their covariance, noise, factor for its correlation."""
    inverse = np.linalg.pinv(design)
    coefficients = inverse @ values
    residuals = values - design @ coefficients
    noise = float(np.sqrt(residuals @ residuals / (values.size - design.shape[1])))
    widening = autocorrelation_factor(residuals)
    return coefficients, (noise * widening) ** 2 * inverse @ inverse.T, noise, widening


@dataclass(frozen=True)
class Reversal:
    """
    Where a branch passes zero, and what it holds at zero field, after the lines are taken off.

    Attributes
    ----------
    field : Estimate or None
        Field of zero moment, T; the uncertainty of the lines is not in it.
    field_row : ndarray, shape (2 + branch,)
        Derivative of that field with the values of `Saturation`.
    remanence : Estimate or None
        Moment at zero field, A m^2, likewise.
    remanence_row : ndarray, shape (2 + branch,)
        Its derivative.
    passages : int
        How often the branch passes zero.
    """

    field: Estimate | None
    field_row: Array
    remanence: Estimate | None
    remanence_row: Array
    passages: int


def reversal(
    branch: Branch, number: int, lines: Saturation, generator: np.random.Generator
) -> Reversal:
    """
    Zero crossing and remanence of one branch.

    Parameters
    ----------
    branch : Branch
        The branch.
    number : int
        Its place among those that `lines` was fitted to.
    lines : Saturation
        Slope, saturation moment, offsets.
    generator : numpy.random.Generator
        For the bootstrap.

    Returns
    -------
    Reversal
        What was found.
    """
    own = branch.moment - lines.line(number, branch.field)
    direction = 1.0 if lines.moment >= 0 else -1.0
    step = (direction * own / abs(lines.moment) + 1) / 2
    found = crossings(branch.field, step, 0.5, generator)
    row, remanence_row = np.zeros((2, lines.values.size))
    field = None
    if found:
        # A remnant of noise on a plateau may graze zero; the reversal is where it is steepest.
        best = max(found, key=lambda crossing: abs(crossing.slope))
        local = _cubic(branch.field, own, best.position, lines)
        if local is not None and local.slope != 0:
            position = best.position - local.value / local.slope
            field = Estimate(position, local.std / abs(local.slope))
            row[0], row[2 + number] = position / local.slope, 1 / local.slope
    here = _cubic(branch.field, own, 0.0, lines)
    remanence = None if here is None else Estimate(here.value, here.std)
    remanence_row[2 + number] = -1.0
    return Reversal(field, row, remanence, remanence_row, len(found))


@dataclass(frozen=True)
class _Local:
    """Value (with uncertainty) and slope of a branch at one field."""

    value: float
    std: float
    slope: float


def _cubic(field: Array, moment: Array, at: float, lines: Saturation) -> _Local | None:
    """A cubic through the readings nearest to a field, as many as it describes."""
    order = np.argsort(np.abs(field - at), kind="stable")
    if not field.min() < at < field.max() or field.size < max(WINDOWS):
        return None
    best: _Local | None = None
    rms = lines.noise
    for count in WINDOWS:
        rows = np.sort(order[:count])
        x = field[rows] - at
        reach = float(np.abs(x).max())
        if not x.min() <= 0 <= x.max() or np.unique(x).size < count:
            return best
        design = np.vander(x / reach, 4)
        inverse = np.linalg.pinv(design)
        coefficients = inverse @ moment[rows]
        residuals = moment[rows] - design @ coefficients
        squares, freedom = float(residuals @ residuals), count - 4
        rms = max(lines.noise, float(np.sqrt(squares / freedom)))
        chance = stats.f.sf(squares / freedom / lines.noise**2, freedom, lines.freedom)
        noise = pooled_noise(squares, freedom, lines.noise, lines.freedom)
        # Correlated noise averages out less, but a value is never worse than one reading.
        share = min(lines.widening * float(np.linalg.norm(inverse[-1])), 1.0)
        value, slope = float(coefficients[-1]), float(coefficients[-2]) / reach
        wider = _Local(value, noise * share, slope)
        moved = best is not None and (value - best.value) ** 2 > best.std**2 - wider.std**2
        if chance < MISFIT or moved:
            break
        best = wider
    if best is not None:
        return best
    # The branch turns within a few readings: interpolate, and let two ways of doing it differ.
    four = order[:4]
    curved = np.polyfit(field[four] - at, moment[four], 3)
    straight = np.polyfit(field[order[:2]] - at, moment[order[:2]], 1)
    std = float(np.hypot(rms, 0.5 * (curved[-1] - straight[-1])))
    return _Local(float(curved[-1]), std, float(straight[0]))


def pooled_noise(squares: float, freedom: int, other: float, other_freedom: int) -> float:
    """
    Noise of a few readings, known better from many others where those scatter alike.

    Parameters
    ----------
    squares : float
        Sum of squared residuals of the few.
    freedom : int
        Their degrees of freedom.
    other : float
        Standard deviation of the many.
    other_freedom : int
        Their degrees of freedom.

    Returns
    -------
    float
        Standard deviation of both together, or, where they differ, of the few alone, widened by
        Student's factor for a 68 % interval.
    """
    own = np.sqrt(squares / freedom)
    ratio = own**2 / other**2 if other > 0 else np.inf
    chance = stats.f.cdf(ratio, freedom, other_freedom)
    if min(chance, 1 - chance) < OTHER_NOISE / 2:
        return float(own * stats.t.ppf(0.841345, freedom))
    total = squares + other_freedom * other**2
    return float(np.sqrt(total / (freedom + other_freedom)))
