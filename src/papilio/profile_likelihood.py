"""Intervals from the likelihood itself, where a parameter is not normally distributed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from papilio.fit import Fit, Law, least_squares

Array = NDArray[np.float64]

#: Probability of the interval value -+ one standard deviation of a normal number.
ONE_SIGMA = 0.682689492137
#: Farthest end that is sought, in standard deviations of the covariance.
FARTHEST = 64.0


def profile_interval(
    fit: Fit,
    x: Array,
    y: Array,
    std: Array | None,
    name: str,
    *,
    confidence: float = ONE_SIGMA,
    widening: float = 1.0,
) -> tuple[float, float]:
    """
    Interval of one parameter by profile likelihood.

    The parameter is held, all others are fitted again; the interval ends where chi-square has risen
    by the quantile of its distribution with one degree of freedom. Unlike value -+ std it does not
    depend on how the parameter is written (itself, its logarithm, its inverse), and it need not be
    symmetric. In a law that is linear in its parameters the two agree.

    Parameters
    ----------
    fit : Fit
        The best fit.
    x, y : ndarray
        What was fitted.
    std : ndarray, shape (point,), or None
        Standard deviations as given to the fit; its scale is applied to them.
    name : str
        The parameter.
    confidence : float, optional
        Probability of the interval, between 0 and 1.
    widening : float, optional
        Factor on the error bars beyond the fit's scale (correlated noise).

    Returns
    -------
    low, high : float
        In the unit of the parameter; a bound of it where chi-square does not rise enough before,
        plus or minus infinity where it has no bound.

    Raises
    ------
    FitError
        If the fit cannot be repeated with the parameter held.

    References
    ----------
    Venzon and Moolgavkar, J. R. Stat. Soc. C 37, 87 (1988), doi:10.2307/2347496; Wilks, Ann. Math.
    Stat. 9, 60 (1938), doi:10.1214/aoms/1177732360.
    """
    index = [parameter.name for parameter in fit.law.parameters].index(name)
    best, size = float(fit.values[index]), fit.std(name)
    unit = fit.scale * widening
    goal = float(np.sqrt(stats.chi2.ppf(confidence, 1))) * unit
    held = _Held(fit, x, y, std, index)

    def distance(value: float) -> float:
        # The root of the rise is nearly linear in the parameter: few steps find where it ends.
        return float(np.sqrt(max(held.chi_square(value) - fit.chi_square, 0.0))) - goal

    parameter = fit.law.parameters[index]
    low = _end(distance, best, -size * goal / unit, parameter.lower)
    return low, _end(distance, best, size * goal / unit, parameter.upper)


def _end(distance: Callable[[float], float], best: float, step: float, bound: float) -> float:
    """Where the distance changes sign, between the best value and the bound."""
    inside, reach = best, step
    while abs(reach) <= FARTHEST * abs(step):
        outside = best + reach
        beyond = outside <= bound if step < 0 else outside >= bound
        if beyond:
            outside = bound
        if distance(outside) >= 0:
            return float(optimize.brentq(distance, inside, outside, xtol=1e-4 * abs(step)))
        if beyond:
            return bound
        inside, reach = outside, 2 * reach
    return bound


@dataclasses.dataclass
class _Held:
    """Chi-square with one parameter held; each fit starts where the covariance points."""

    fit: Fit
    x: Array
    y: Array
    std: Array | None
    index: int

    def chi_square(self, value: float) -> float:
        law, index = self.fit.law, self.index
        others = tuple(p for n, p in enumerate(law.parameters) if n != index)
        if not others:
            return self._of(np.array([value]))

        def formula(x: Array, *rest: float) -> Array:
            return law.formula(x, *rest[:index], value, *rest[index:])

        reduced = Law(law.name, formula, others, law.valid, law.reference)
        covariance = self.fit.covariance
        moved = covariance[:, index] / covariance[index, index] * (value - self.fit.values[index])
        start = np.delete(self.fit.values + moved, index)
        guess = {p.name: float(v) for p, v in zip(others, start, strict=True)}
        found = least_squares(reduced, self.x, self.y, self.std, guess, rescale_below=0.0)
        return found.chi_square

    def _of(self, values: Array) -> float:
        residual = self.fit.law.formula(self.x, *values) - self.y
        return float(np.sum((residual if self.std is None else residual / self.std) ** 2))
