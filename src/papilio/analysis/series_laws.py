"""Laws of a series: where it has its maximum, and its power law."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from papilio.analysis.estimate import Estimate
from papilio.fit import BLOCK_COPIES, Fit, Law, Parameter, least_squares

Array = NDArray[np.float64]

#: Part of the largest value down to which points belong to a maximum.
SUMMIT = 0.5
#: Highest order of its polynomial, and the chance of chi-square that an order is content with.
HIGHEST_ORDER, MISFIT = 6, 0.2


@dataclass(frozen=True)
class Maximum:
    """
    The maximum of a series of points.

    Attributes
    ----------
    place, size : Estimate
        Where it is and how high.
    grid, curve : ndarray, shape (401,)
        The polynomial about it.
    """

    place: Estimate
    size: Estimate
    grid: Array
    curve: Array


def maximum(x: Array, y: Array, std: Array, generator: np.random.Generator) -> Maximum | None:
    """
    Summit of a polynomial through the points about the largest one.

    The points are those above half of the largest; the order is one more than the lowest that
    describes them within their error bars, for a sparse series is no parabola. Half of what that
    one order moves the summit is added to the uncertainty.

    Parameters
    ----------
    x, y, std : ndarray, shape (point,)
        Points with increasing x, and the standard deviations of y.
    generator : numpy.random.Generator
        For the uncertainty: copies of the points with their error bars.

    Returns
    -------
    Maximum or None
        None where the largest point is the first or the last.
    """
    top = int(y.argmax())
    if top in (0, x.size - 1):
        return None
    low = np.flatnonzero(y < SUMMIT * y[top])
    first = int(low[low < top].max()) + 1 if (low < top).any() else 0
    last = int(low[low > top].min()) if (low > top).any() else x.size
    rows = np.arange(max(min(first, top - 2), 0), min(max(last, top + 3), x.size))
    u, values, error = (x[rows] - x[top]) / np.ptp(x[rows]), y[rows], std[rows]
    # The summit is sought within two points of the largest one.
    inside = (x[[max(top - 2, 0), min(top + 2, x.size - 1)]] - x[top]) / np.ptp(x[rows])
    grid = np.linspace(inside[0], inside[1], 401)
    summits: list[tuple[float, float]] = []
    good = False
    for order in range(2, min(HIGHEST_ORDER, rows.size - 1) + 1):
        inverse = np.linalg.pinv(np.vander(u, order + 1) / error[:, None]) / error
        coefficients = inverse @ values
        curve = np.polyval(coefficients, grid)
        summits.append((float(grid[curve.argmax()]), float(curve.max())))
        if good:
            break
        residuals = (values - np.polyval(coefficients, u)) / error
        freedom = rows.size - order - 1
        good = freedom == 0 or stats.chi2.sf(residuals @ residuals, freedom) > MISFIT
    copies = coefficients + (generator.normal(size=(BLOCK_COPIES, rows.size)) * error) @ inverse.T
    curves = copies @ np.vander(grid, order + 1).T
    place, size = summits[-1]
    moved = np.abs(np.subtract(summits[-1], summits[-2])) if len(summits) > 1 else np.zeros(2)
    span = float(np.ptp(x[rows]))
    return Maximum(
        Estimate(
            float(x[top] + span * place),
            span * float(np.hypot(grid[curves.argmax(axis=1)].std(), 0.5 * moved[0])),
        ),
        Estimate(size, float(np.hypot(curves.max(axis=1).std(), 0.5 * moved[1]))),
        np.asarray(x[top] + span * grid, float),
        np.asarray(np.polyval(coefficients, grid), float),
    )


def power_law(x: Array, y: Array, std: Array, reference: float) -> Fit:
    """
    Fit y = delta_R (x / reference)^exponent, with the errors of y, not of its logarithm.

    Parameters
    ----------
    x, y, std : ndarray, shape (point,)
        Points, x above zero.
    reference : float
        Where `delta_R` is given, in the unit of x.

    Returns
    -------
    Fit
        Parameters ``delta_R`` and ``exponent``.
    """
    law = Law(
        "power law",
        lambda rate, size, exponent: size * (rate / reference) ** exponent,
        (Parameter("delta_R", "ohm"), Parameter("exponent", "", -20, 20)),
        "between the rates measured",
        "",
    )
    first, last = int(x.argmin()), int(x.argmax())
    low, high = max(float(y[first]), float(std[first])), max(float(y[last]), float(std[last]))
    exponent = float(np.log(high / low) / np.log(x[last] / x[first]))
    size = float(
        np.exp(np.interp(np.log(reference), np.log(x[[first, last]]), np.log([low, high])))
    )
    return least_squares(law, x, y, std, {"delta_R": size, "exponent": exponent})
