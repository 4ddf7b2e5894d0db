"""Error bars of phase slips where chi-square is no parabola along the critical temperature."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from papilio.analysis import phase_slip_models as models
from papilio.analysis.phase_slip_fit import MOST_EVALUATIONS, describe, scatter, solve
from papilio.errors import FitError
from papilio.fit import Fit, Law, least_squares, propagate_all

Array = NDArray[np.float64]

#: Distance from the best Tc at which chi-square is looked at, in standard deviations of Tc.
PROBE = 2.0
#: Rise of chi-square there over that of a parabola, within which the parabola is believed.
PARABOLIC = (0.5, 2.0)
#: Step in Tc, its growth, and the most steps on each side.
STEP, GROWTH, MOST_STEPS = 0.8, 1.3, 12
#: Rise of chi-square, in units of the scatter, at which a parameter has become unlikely.
UNLIKELY = 9.0
#: The same, by which another minimum must be lower to take the place of the first.
LOWER = 0.01
#: Relative change of chi-square at which a fit with Tc held has converged.
TOLERANCE = 1e-4


def along_Tc(strip: models.Strip, model: str, fit: Fit) -> Fit:
    """
    The fit with error bars that hold every Tc which the readings allow.

    Tc bends the curve and little else. Noisy readings can leave it nearly free over a range in
    which chi-square is flat or has a second minimum, while the curvature at the lowest point
    promises far more. Where chi-square two standard deviations of Tc away does not rise as a
    parabola does, all other parameters are fitted again at many Tc, and the covariance becomes the
    mean square distance from the best values under the likelihood of Tc.

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
    Fit
        The same values and chi-square, and the covariance; where one of these Tc leads to a lower
        minimum, the values there.

    References
    ----------
    Tierney and Kadane, J. Am. Stat. Assoc. 81, 82 (1986), doi:10.1080/01621459.1986.10478240:
    the other parameters are integrated out as normal at each Tc.
    """
    held = _Held(strip, model, fit)
    best, std = fit["Tc"], fit.std("Tc")
    if not std > 0:
        return fit
    probes = [held.at(best + side * PROBE * std, held.start) for side in (-1, 1)]
    rises = [
        (probe.chi_square - fit.chi_square) / held.scatter / PROBE**2
        for probe in probes
        if probe is not None
    ]
    if len(rises) == len(probes) and all(PARABOLIC[0] < r < PARABOLIC[1] for r in rises):
        return fit
    points = [held.at(best, held.start)]
    for side in (-1, 1):
        points += held.walk(best, side * STEP * std, fit.chi_square)
    found = sorted((point for point in points if point is not None), key=lambda point: point.Tc)
    if len(found) < 3:
        return fit
    deepest = min(found, key=lambda point: point.chi_square)
    lowest = deepest.chi_square
    if lowest < fit.chi_square - LOWER * held.scatter:
        names = [parameter.name for parameter in fit.law.parameters]
        again = solve(strip, model, dict(zip(names, map(float, deepest.values), strict=True)))
        if again.chi_square < fit.chi_square:
            return along_Tc(strip, model, again)
    spacing = np.gradient([point.Tc for point in found])
    weight = spacing * np.array(
        [
            math.exp(-0.5 * (point.chi_square - lowest) / held.scatter) * point.volume
            for point in found
        ]
    )
    weight /= weight.sum()
    away = np.array([point.values - fit.values for point in found])
    covariance = sum(
        w * (point.covariance * held.scatter + np.outer(d, d))
        for w, point, d in zip(weight, found, away, strict=True)
    )
    return dataclasses.replace(fit, covariance=np.asarray(covariance))


@dataclasses.dataclass(frozen=True)
class _Point:
    """Best fit at one Tc; `volume` is that of the other parameters' error ellipsoid."""

    Tc: float
    chi_square: float
    values: Array
    covariance: Array
    volume: float
    inner: dict[str, float]


class _Held:
    """Fits of one model with Tc held."""

    def __init__(self, strip: models.Strip, model: str, fit: Fit) -> None:
        self._x = np.stack([strip.temperature, strip.direction])
        self._y = np.append(strip.resistance, strip.normal)
        self._std = np.append(strip.std, strip.normal_std)
        self._described = describe(strip, model)
        self._outer = fit.law
        self.scatter = scatter(strip, fit)
        self.start = self._described.inner(models.parameters(fit))

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
            return self._described.outer(np.append(relative, values), self._outer)

        return _Point(
            Tc,
            found.chi_square,
            back(found.values),
            propagate_all(back, found.values, found.covariance),
            math.sqrt(max(float(np.linalg.det(found.covariance)), 0.0)),
            {p.name: float(v) for p, v in zip(others, found.values, strict=True)},
        )

    def walk(self, best: float, step: float, lowest: float) -> list[_Point]:
        """From the best Tc outwards, until chi-square has risen for good."""
        start, Tc, points = self.start, best, []
        for _ in range(MOST_STEPS):
            Tc += step
            point = self.at(Tc, start)
            if point is None:
                break
            points.append(point)
            if point.chi_square - lowest > UNLIKELY * self.scatter:
                break
            start, step = point.inner, GROWTH * step
        return points
