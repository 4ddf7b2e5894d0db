"""A polynomial through a part of a noisy curve, of the order that the readings call for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Highest order, and readings that it takes beyond its order.
MOST_ORDER, SPARE_READINGS = 11, 5


def local_polynomial(
    u: Array, y: Array, weight: Array, least: int
) -> tuple[int, Array, Array, Array]:
    """
    The polynomial that describes a part of a curve.

    What a polynomial cannot follow displaces its root and its summit, and each order costs
    precision: of the orders that the readings allow, the one with the least Akaike criterion,
    corrected for their number.

    Parameters
    ----------
    u, y, weight : ndarray, shape (point,)
        Abscissa, between -1 and 1; readings; their weights.
    least : int
        Least order; less where there are few readings.

    Returns
    -------
    order : int
        Order.
    coefficients : ndarray, shape (order + 1,)
        Highest order first.
    inverse : ndarray, shape (order + 1, point)
        Their derivative with the weighted readings, times the weight.
    residuals : ndarray, shape (point,)
        Weighted.

    References
    ----------
    Hurvich and Tsai, Biometrika 76, 297 (1989), doi:10.1093/biomet/76.2.297.
    """
    least = min(least, max(2, (u.size - 2) // 2))
    best: tuple[int, Array, Array, Array] | None = None
    score = np.inf
    for order in range(least, MOST_ORDER + 1):
        if order > least and u.size < order + SPARE_READINGS:
            break
        design = np.vander(u, order + 1)
        inverse = np.linalg.pinv(design * weight[:, None]) * weight
        coefficients = inverse @ y
        residuals = (y - design @ coefficients) * weight
        parameters = order + 2
        spread = float(residuals @ residuals) / u.size
        here = u.size * np.log(spread + 1e-300)
        here += 2 * parameters * u.size / max(u.size - parameters - 1, 1)
        if here < score:
            best, score = (order, coefficients, inverse, residuals), here
    assert best is not None
    return best


def nearest_roots(coefficients: Array, start: float = 0.0) -> Array:
    """
    Root of each of many polynomials, as Newton finds it from one start.

    Parameters
    ----------
    coefficients : ndarray, shape (polynomial, order + 1)
        Highest order first.
    start : float, optional
        Where to begin.

    Returns
    -------
    ndarray, shape (polynomial,)
        NaN where there is none between -3 and 3.
    """
    root = np.full(coefficients.shape[0], start)
    moving = np.arange(root.size)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(30):
            value, slope = _horner(coefficients[moving], root[moving])
            # A step of 1e-9 leaves an error of 1e-18: Newton doubles the digits.
            before = root[moving]
            root[moving] = np.clip(before - value / slope, -3, 3)
            moving = moving[np.abs(root[moving] - before) > 1e-9]
            if moving.size == 0:
                break
        value, _ = _horner(coefficients, root)
    return np.where(
        np.abs(value) <= 1e-6 * (np.abs(coefficients).max(axis=1) + 1e-300), root, np.nan
    )


def _horner(coefficients: Array, at: Array) -> tuple[Array, Array]:
    """Each polynomial (rows, highest order first) and its derivative at one place each."""
    value, slope = np.zeros_like(at), np.zeros_like(at)
    for column in coefficients.T:
        slope = slope * at + value
        value = value * at + column
    return value, slope
