"""Error bars of phase slips where chi-square is no parabola along the critical temperature."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate, special

from papilio.analysis import phase_slip_models as models
from papilio.analysis.phase_slip_fit import MOST_EVALUATIONS, describe, scatter, solve
from papilio.errors import FitError
from papilio.fit import Fit, Law, least_squares, propagate_all

Array = NDArray[np.float64]

#: Distance from the best Tc at which chi-square is looked at, in standard deviations of Tc.
PROBE = 2.0
#: Rise of chi-square there over that of a parabola, within which the parabola is believed.
PARABOLIC = (0.5, 2.0)
#: First step of a walk in standard deviations of Tc and at most, in the logarithm of the distance
#: of Tc from the readings that slips are described at; its growth, and the most steps on each side.
STEP, LARGEST_STEP, GROWTH, MOST_STEPS = 0.8, 0.3, 1.2, 14
#: Rise of chi-square, in units of the scatter, at which a parameter has become unlikely.
UNLIKELY = 9.0
#: The same, by which another minimum must be lower to take the place of the first.
LOWER = 0.01
#: Relative change of chi-square at which a fit with Tc held has converged.
TOLERANCE = 1e-5
#: Where the interval is sought, in standard deviations of the signed root of the rise.
ROOTS = np.linspace(-1, 1, 81)
#: Points of a numerical integral.
FINE = 300
#: Probabilities below the ends of a 68 % interval.
TAILS = np.array([0.158655, 0.841345])

#: Name of the temperature where both channels are equal, beside the parameters of "both".
CROSSING = "crossover_temperature"

#: Low and high end of the 68 % interval of each parameter.
Intervals = dict[str, tuple[float, float]]


def along_Tc(strip: models.Strip, model: str, fit: Fit) -> tuple[Fit, Intervals]:
    """
    The fit with error bars that hold every Tc which the readings allow.

    Tc bends the curve and little else. Noisy readings can leave it nearly free over a range in
    which chi-square is flat or has a second minimum, while the curvature at the lowest point
    promises far more. All other parameters are fitted again with Tc held at several values, and
    taken as normal about their best values at each. Where chi-square two standard deviations of Tc
    away rises nearly as a parabola does, the intervals are those of the profile likelihood.
    Elsewhere, as there can be a second minimum, they are the central 68 % under the likelihood of
    1/(Tc - T), T being where the curve is described: the bend of the curve goes as that.

    Parameters
    ----------
    strip : Strip
        The readings.
    model : str
        A key of `models.MODELS`.
    fit : Fit
        Its best fit, from `phase_slip_fit.solve`.

    Returns
    -------
    fit : Fit
        The same values and chi-square; where one of these Tc leads to a lower minimum, the values
        there. Where chi-square is no parabola, the covariance becomes the mean square distance
        from the best values under that likelihood.
    intervals : dict of str to (float, float)
        68 % interval of each parameter, and of `CROSSING` where all these Tc have one; none where
        Tc cannot be held.

    References
    ----------
    Venzon and Moolgavkar, J. R. Stat. Soc. C 37, 87 (1988), doi:10.2307/2347496: profile
    likelihood. Tierney and Kadane, J. Am. Stat. Assoc. 81, 82 (1986),
    doi:10.1080/01621459.1986.10478240: the other parameters are integrated out as normal at each
    Tc.
    """
    held = _Held(strip, model, fit)
    best, std = fit["Tc"], fit.std("Tc")
    if not std > 0:
        return fit, {}
    middle = held.at(min(best, held.highest), held.start)
    probes = [held.at(best + side * PROBE * std, held.start) for side in (-1, 1)]
    points = [point for point in (probes[0], middle, probes[1]) if point is not None]
    rises = [(p.chi_square - fit.chi_square) / held.scatter / PROBE**2 for p in probes if p]
    parabolic = len(points) == 3 and all(PARABOLIC[0] < r < PARABOLIC[1] for r in rises)
    if not parabolic:
        points = [] if middle is None else [middle]
        for side in (-1, 1):
            points += held.walk(best, side * std, fit.chi_square)
        points.sort(key=lambda point: point.Tc)
        if len(points) < 3:
            return fit, {}
    deepest = min(points, key=lambda point: point.chi_square)
    if deepest.chi_square < fit.chi_square - LOWER * held.scatter:
        again = solve(strip, model, held.by_name(deepest.values))
        if again.chi_square < fit.chi_square - 0.5 * LOWER * held.scatter:
            return along_Tc(strip, model, again)
    central = held.with_crossing(fit.values)
    known = np.isfinite(central) & np.all([point.finite for point in points], axis=0)
    points, central = [point.only(known) for point in points], central[known]
    names = [name for name, kept in zip(held.names, known, strict=True) if kept]
    if parabolic:
        low, high = _profile(points, fit, held.scatter)
    else:
        square, low, high = _likelihood(points, central, held.scatter, held.near)
        count = fit.values.size
        fit = dataclasses.replace(fit, covariance=square[:count, :count])
    # The best values stand inside, wherever most of the likelihood is.
    ends = zip(np.minimum(low, central), np.maximum(high, central), strict=True)
    return fit, {name: (float(a), float(b)) for name, (a, b) in zip(names, ends, strict=True)}


def _profile(points: list[_Point], fit: Fit, scatter: float) -> tuple[Array, Array]:
    """Ends of what a rise of chi-square by one, shared between Tc and the rest, allows."""
    rise = np.array([max(point.chi_square - fit.chi_square, 0.0) for point in points])
    root = np.sign([point.Tc - fit["Tc"] for point in points]) * np.sqrt(rise / scatter)
    values = np.array([point.values for point in points])
    rest = np.array([np.sqrt(np.diag(point.covariance) * scatter) for point in points])
    # Three points, the middle one at zero: parabolas.
    centre = interpolate.BarycentricInterpolator(root, values)(ROOTS)
    width = interpolate.BarycentricInterpolator(root, rest)(ROOTS)
    left = width * np.sqrt(1 - ROOTS**2)[:, None]
    return (centre - left).min(axis=0), (centre + left).max(axis=0)


def _likelihood(
    points: list[_Point], best: Array, scatter: float, near: float
) -> tuple[Array, Array, Array]:
    """Mean square about the best values, and quantiles, under the likelihood of the curvature."""
    # What Tc bends the curve by goes as the inverse of its distance: equal steps of that weigh
    # equally, and the long way to a Tc at infinity, where the curve no longer changes, little.
    bend = 1 / (np.array([point.Tc for point in points]) - near)[::-1]
    fine = np.linspace(bend[0], bend[-1], FINE)

    def between(numbers: list[Array] | list[float]) -> Array:
        return np.asarray(interpolate.PchipInterpolator(bend, np.array(numbers)[::-1])(fine))

    depth = between([point.chi_square for point in points])
    values = between([point.values for point in points])
    covariances = between([point.covariance for point in points]) * scatter
    weight = np.exp(-0.5 * (depth - depth.min()) / scatter + between([p.volume for p in points]))
    weight /= weight.sum()
    away = values - best
    square = np.einsum("p,pij->ij", weight, covariances)
    square += np.einsum("p,pi,pj->ij", weight, away, away)
    width = np.sqrt(np.maximum(np.diagonal(covariances, axis1=1, axis2=2), 0.0))
    ends = np.array([_quantiles(weight, *each) for each in zip(values.T, width.T, strict=True)])
    return square, ends[:, 0], ends[:, 1]


def _quantiles(weight: Array, centre: Array, width: Array) -> Array:
    """Ends of the central 68 % of a mixture of normal distributions."""
    width = np.maximum(width, 1e-6 * np.ptp(centre))
    at = np.linspace((centre - 4 * width).min(), (centre + 4 * width).max(), FINE)
    below = special.ndtr((at[:, None] - centre) / width) @ weight
    return np.asarray(np.interp(TAILS, below, at))


@dataclasses.dataclass(frozen=True)
class _Point:
    """Best fit at one Tc; `volume` is the logarithm of that of the others' error ellipsoid."""

    Tc: float
    chi_square: float
    values: Array
    covariance: Array
    volume: float
    inner: dict[str, float]

    @property
    def finite(self) -> NDArray[np.bool_]:
        """Which values are known, with their errors."""
        return np.asarray(np.isfinite(self.values) & np.isfinite(np.diag(self.covariance)))

    def only(self, known: NDArray[np.bool_]) -> _Point:
        """The same with some of its values left out."""
        covariance = self.covariance[np.ix_(known, known)]
        return dataclasses.replace(self, values=self.values[known], covariance=covariance)


class _Held:
    """Fits of one model with Tc held."""

    def __init__(self, strip: models.Strip, model: str, fit: Fit) -> None:
        self._x = np.stack([strip.temperature, strip.direction])
        self._y = np.append(strip.resistance, strip.normal)
        self._std = np.append(strip.std, strip.normal_std)
        self._strip = strip
        self._described = describe(strip, model)
        self._outer = fit.law
        self._parameters = tuple(parameter.name for parameter in fit.law.parameters)
        self.names = (*self._parameters, CROSSING) if model == "both" else self._parameters
        #: Temperature of the readings that Tc bends, K.
        self.near = self._described.levels.thermal_at
        #: Tc that stands for the end of its range, K.
        self.highest = 0.999 * fit.law.parameters[0].upper
        self.scatter = scatter(strip, model, fit)
        self.start = self._described.inner(models.parameters(fit))

    def by_name(self, values: Array) -> dict[str, float]:
        """Parameters among the values of a point."""
        return dict(zip(self._parameters, map(float, values), strict=False))

    def with_crossing(self, values: Array) -> Array:
        """Parameters and, of both kinds of slips, where their channels are equal."""
        if CROSSING not in self.names:
            return values
        return np.append(values, models.crossing(self._strip, self.by_name(values)))

    def at(self, Tc: float, start: dict[str, float]) -> _Point | None:
        """The best of the other parameters; None where there is none."""
        law, size = self._described.law, self._described.size
        first, others = law.parameters[0], law.parameters[1:]
        relative = Tc / size["Tc"]
        if not first.lower < relative < first.upper:
            return None
        free = Law(
            law.name,
            lambda x, *values: law.formula(x, relative, *values),
            others,
            law.valid,
            law.reference,
        )
        try:
            found = least_squares(
                free,
                self._x,
                self._y,
                self._std,
                start,
                rescale_below=0.0,
                max_nfev=MOST_EVALUATIONS,
                tolerance=TOLERANCE,
            )
        except FitError:
            return None

        def back(values: Array) -> Array:
            outer = self._described.outer(np.append(relative, values), self._outer)
            return self.with_crossing(outer)

        return _Point(
            Tc,
            found.chi_square,
            back(found.values),
            propagate_all(back, found.values, found.covariance),
            0.5 * float(np.linalg.slogdet(found.covariance)[1]),
            {p.name: float(v) for p, v in zip(others, found.values, strict=True)},
        )

    def walk(self, best: float, step: float, lowest: float) -> list[_Point]:
        """From the best Tc outwards, until chi-square has risen for good."""
        start, Tc, points = self.start, best, []
        # Tc bends the curve by the inverse of its distance from the readings: equal factors in
        # the distance are steps of like size.
        size = math.copysign(min(STEP * abs(step) / (best - self.near), LARGEST_STEP), step)
        for _ in range(MOST_STEPS):
            before, Tc = Tc, min(self.near + (Tc - self.near) * math.exp(size), self.highest)
            if step > 0 and Tc <= before:
                break
            point = self.at(Tc, start)
            if point is None:
                break
            points.append(point)
            if point.chi_square - lowest > UNLIKELY * self.scatter:
                break
            start, size = point.inner, math.copysign(min(GROWTH * abs(size), LARGEST_STEP), step)
        return points
