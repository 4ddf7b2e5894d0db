"""A straight line through points that are uncertain in both variables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from papilio.fit import Fit, Law, Parameter, least_squares

Array = NDArray[np.float64]

REFERENCE = "York, Can. J. Phys. 44, 1079 (1966), doi:10.1139/p66-090"
#: A chance of chi-square below it says that the points do not lie on the law.
UNLIKELY = 0.01


def straight_line(x: Array, y: Array, x_std: Array | None, y_std: Array | None) -> Fit:
    """
    Slope and intercept, errors in both variables, by maximum likelihood.

    The true abscissae are parameters of the fit beside slope and intercept, so that this is the
    functional relation of York: with normal errors the best line and its covariance are his.
    Both variables are measured from the middle of the points and in units of their range inside.

    Parameters
    ----------
    x, y : ndarray, shape (point,)
        Points, any units.
    x_std, y_std : ndarray, shape (point,), or None
        Standard deviations. None for `x_std`: the abscissae are exact. None for `y_std`: the
        scatter tells it, and `x_std` is not used.

    Returns
    -------
    Fit
        Parameters ``slope`` and ``intercept`` (at x = 0), in the units of the points.

    Raises
    ------
    FitError
        If there are fewer than two different abscissae, or fewer than three points without error
        bars.
    """
    middle, reach = float(np.mean(x)), float(np.ptp(x)) or 1.0
    height = float(np.ptp(y)) or float(np.abs(y).max()) or 1.0
    u, v = (x - middle) / reach, y / height
    slope, intercept = np.polyfit(u, v, 1) if np.ptp(u) > 0 else (0.0, float(v.mean()))
    start = {"slope": float(slope), "intercept": float(intercept)}
    if y_std is None or x_std is None or not (x_std > 0).any():
        std = None if y_std is None else y_std / height
        fitted = least_squares(_plain(), u, v, std, start)
    else:
        uncertain = x_std > 0
        law = _with_abscissae(u, uncertain)
        start |= {f"x_{n}": float(value) for n, value in enumerate(u[uncertain])}
        fitted = least_squares(
            law,
            u,
            np.concatenate([v, u[uncertain]]),
            np.concatenate([y_std / height, x_std[uncertain] / reach]),
            start,
        )
    # Back to the units of the points: y = height (a + b (x - middle) / reach).
    back = np.array([[height / reach, 0.0], [-height * middle / reach, height]])
    values = back @ fitted.values[:2]
    covariance = back @ fitted.covariance[:2, :2] @ back.T
    return Fit(
        _plain(), values, covariance, fitted.chi_square, fitted.degrees_of_freedom, fitted.scale
    )


def _plain() -> Law:
    return Law(
        "straight line",
        lambda x, slope, intercept: slope * x + intercept,
        (Parameter("slope", ""), Parameter("intercept", "")),
        "anywhere",
        REFERENCE,
    )


def _with_abscissae(u: Array, uncertain: NDArray[np.bool_]) -> Law:
    def formula(x: Array, slope: float, intercept: float, *true: float) -> Array:
        abscissae = x.copy()
        abscissae[uncertain] = true
        return np.concatenate([slope * abscissae + intercept, abscissae[uncertain]])

    free = tuple(Parameter(f"x_{number}", "") for number in range(int(uncertain.sum())))
    return Law(
        "straight line, both variables uncertain",
        formula,
        (Parameter("slope", ""), Parameter("intercept", ""), *free),
        "anywhere",
        REFERENCE,
    )


def student_interval(fitted: Fit, value: float, std: float) -> tuple[float, float] | None:
    """
    68 % interval where the error bars come from the scatter of few points.

    Parameters
    ----------
    fitted : Fit
        Where the number comes from.
    value, std : float
        The number.

    Returns
    -------
    (float, float) or None
        None where the error bars were given, so that value -+ std is the interval.
    """
    if fitted.scale == 1.0 or fitted.degrees_of_freedom < 1:
        return None
    reach = float(stats.t.ppf(0.841345, fitted.degrees_of_freedom)) * std
    return value - reach, value + reach


def misfit(fitted: Fit, what: str) -> list[str]:
    """
    A flag where the points do not lie on the line within their error bars.

    Parameters
    ----------
    fitted : Fit
        A fit with error bars.
    what : str
        What the points are.

    Returns
    -------
    list of str
        Empty where they do.
    """
    if fitted.degrees_of_freedom < 1 or fitted.scale == 1.0:
        return []
    return [
        f"{what} scatter about the {fitted.law.name} {fitted.scale:.1f} times more than their "
        f"error bars, which are widened by that factor"
    ]
