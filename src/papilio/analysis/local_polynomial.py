"""A polynomial through a part of a noisy curve, of the order that the readings call for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Highest order, and readings that it takes beyond its order.
MOST_ORDER, SPARE_READINGS = 11, 5
#: Least orders where the noise is known: of few readings, and of so many.
KNOWN_LEAST, SEVERAL = (3, 5), 8
#: Orders beyond the one that a criterion for the curve picks where an error bar is wanted: there a
#: bias as large as the error is the best bargain, but no error bar tells of it. Two, because one of
#: two neighbouring orders is odd about the middle of the window and does nothing for it.
BEYOND = 2


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
    most = max(least, min(MOST_ORDER, u.size - SPARE_READINGS))
    spreads = _residual_squares(u, y, weight, most)[least:] / u.size
    parameters = np.arange(least, most + 1) + 2
    spare = np.maximum(u.size - parameters - 1, 1)
    scores = u.size * np.log(spreads + 1e-300) + 2 * parameters * u.size / spare
    return polynomial(u, y, weight, least + int(scores.argmin()))


def polynomial(u: Array, y: Array, weight: Array, order: int) -> tuple[int, Array, Array, Array]:
    """
    The polynomial of one order through a part of a curve.

    Parameters
    ----------
    u, y, weight : ndarray, shape (point,)
        Abscissa, between -1 and 1; readings; their weights.
    order : int
        Order.

    Returns
    -------
    order, coefficients, inverse, residuals
        As of `local_polynomial`.
    """
    design = np.vander(u, order + 1)
    inverse = np.linalg.pinv(design * weight[:, None]) * weight
    coefficients = inverse @ y
    return order, coefficients, inverse, (y - design @ coefficients) * weight


def _residual_squares(u: Array, y: Array, weight: Array, most: int) -> Array:
    """Sum of squared weighted residuals about the polynomial of each order from zero to `most`."""
    directions, triangle = np.linalg.qr(np.vander(u, most + 1, increasing=True) * weight[:, None])
    size = np.abs(np.diag(triangle))
    left, squares = y * weight, []
    for direction, independent in zip(directions.T, size > 1e-12 * size.max(), strict=True):
        if independent:  # else as many readings stand at one place that they know no more orders
            left = left - direction * (direction @ left)
        squares.append(float(left @ left))
    return np.array(squares)


def polynomial_in_noise(
    u: Array, y: Array, weight: Array, noise: float
) -> tuple[int, Array, Array, Array]:
    """
    The polynomial that describes a part of a curve whose noise is known.

    As `local_polynomial`, by Mallows's criterion: the sum of squared residuals over the variance
    plus twice the number of coefficients, and `BEYOND` orders more, so that the bias is small
    against the error bar. A known noise leaves higher orders to few readings.

    Parameters
    ----------
    u, y, weight : ndarray, shape (point,)
        Abscissa, between -1 and 1; readings, at least five; their weights.
    noise : float
        Standard deviation of a weighted reading.

    Returns
    -------
    order, coefficients, inverse, residuals
        As of `local_polynomial`.

    References
    ----------
    Mallows, Technometrics 15, 661 (1973), doi:10.1080/00401706.1973.10489103. Smoothing less than
    the criterion says: Hall, Ann. Stat. 20, 675 (1992), doi:10.1214/aos/1176348651.
    """
    least = min(KNOWN_LEAST[u.size >= SEVERAL], u.size - 2)
    most = max(least, min(MOST_ORDER, u.size - 2))
    squares = _residual_squares(u, y, weight, most)[least:]
    scores = squares / noise**2 + 2 * np.arange(least, most + 1)
    return polynomial(u, y, weight, min(most, least + int(scores.argmin()) + BEYOND))


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


def summits(grid: Array, curves: Array) -> tuple[Array, Array]:
    """
    Where each of many curves is highest, by a parabola through its three highest points.

    Parameters
    ----------
    grid : ndarray, shape (point,)
        Evenly spaced abscissae.
    curves : ndarray, shape (curve, point)
        Heights.

    Returns
    -------
    places, heights : ndarray, shape (curve,)
        In the units of abscissa and height.
    """
    best = np.clip(curves.argmax(axis=1), 1, grid.size - 2)
    rows = np.arange(curves.shape[0])
    a, b, c = curves[rows, best - 1], curves[rows, best], curves[rows, best + 1]
    curvature = a - 2 * b + c
    shift = np.where(curvature < 0, 0.5 * (a - c) / np.where(curvature < 0, curvature, 1), 0.0)
    shift = np.clip(shift, -1, 1)
    return grid[best] + shift * (grid[1] - grid[0]), b - 0.25 * (a - c) * shift
