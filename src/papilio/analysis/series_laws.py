"""Laws of a series: where it has its maximum, and its power law."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.analysis.estimate import Estimate
from papilio.analysis.local_polynomial import summits
from papilio.fit import BLOCK_COPIES, Fit, Law, Parameter, least_squares

Array = NDArray[np.float64]

#: Part of the largest value down to which points belong to a maximum.
SUMMIT = 0.5
#: Highest order of its polynomial.
HIGHEST_ORDER = 6
#: Largest logarithm that is not out of all proportion.
LARGEST = 300.0


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
    Summit of the exponential of a polynomial through the points about the largest one.

    A dome that falls to zero on both sides is more nearly a parabola in its logarithm; the errors
    stay those of the points. The points are those above half of the largest; the order is one more
    than that of the least Akaike criterion, for what the criterion leaves out displaces the summit.

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

    References
    ----------
    Bias of a largest value: Efron, Ann. Stat. 7, 1 (1979), doi:10.1214/aos/1176344552.
    Akaike, IEEE Trans. Autom. Control 19, 716 (1974), doi:10.1109/TAC.1974.1100705.
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
    fits = [
        _dome(u, values, error, order) for order in range(2, min(HIGHEST_ORDER, rows.size - 1) + 1)
    ]
    best = int(np.argmin([fitted.criterion for fitted in fits]))
    chosen = fits[min(best + 1, len(fits) - 1)]
    powers = np.vander(grid, chosen.coefficients.size)
    noise = generator.normal(size=(BLOCK_COPIES, rows.size)) @ chosen.derivative.T
    curve = powers @ chosen.coefficients
    (place,), (size,) = summits(grid, curve[None, :])
    places, sizes = summits(grid, (chosen.coefficients + noise) @ powers.T)
    # Noise raises the highest point of a curve: by as much again in the copies, which tell it.
    size = 2 * size - float(sizes.mean())
    span = float(np.ptp(x[rows]))
    return Maximum(
        Estimate(float(x[top] + span * place), span * float(places.std())),
        Estimate(float(np.exp(size)), float(np.exp(sizes).std())),
        np.asarray(x[top] + span * grid, float),
        np.exp(curve),
    )


@dataclass(frozen=True)
class _Dome:
    """Polynomial of the logarithm, its derivative with the points in units of their errors."""

    coefficients: Array
    derivative: Array
    criterion: float


def _dome(u: Array, y: Array, std: Array, order: int) -> _Dome:
    """Weighted least squares of y = exp(polynomial): a Gauss-Newton step from the logarithms."""
    powers = np.vander(u, order + 1)
    seen = np.maximum(y, std)
    coefficients = np.linalg.pinv(powers * (seen / std)[:, None]) @ (np.log(seen) * seen / std)
    first = powers @ coefficients
    model = np.exp(np.clip(first, -LARGEST, LARGEST))
    derivative = np.linalg.pinv(powers * (model / std)[:, None])
    coefficients = derivative @ ((first + (y - model) / model) * model / std)
    model = np.exp(np.clip(powers @ coefficients, -LARGEST, LARGEST))
    residuals = (y - model) / std
    return _Dome(
        coefficients, np.asarray(derivative, float), float(residuals @ residuals) + 2 * (order + 1)
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
