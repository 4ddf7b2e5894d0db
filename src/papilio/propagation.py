"""Uncertainty of functions of uncertain numbers, to first order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def propagate(
    function: Callable[[Array], float], values: Array, covariance: Array
) -> tuple[float, float]:
    """
    A function of uncertain numbers, with its standard deviation to first order.

    Parameters
    ----------
    function : callable
        ``function(values)`` -> float.
    values : ndarray, shape (number,)
        Best values.
    covariance : ndarray, shape (number, number)
        Their covariance.

    Returns
    -------
    value, std : float
        In the unit of the function.
    """
    variance = propagate_all(lambda shifted: np.array([function(shifted)]), values, covariance)
    return float(function(values)), float(np.sqrt(variance[0, 0]))


def propagate_all(function: Callable[[Array], Array], values: Array, covariance: Array) -> Array:
    """
    Covariance of several functions of uncertain numbers, to first order.

    Parameters
    ----------
    function : callable
        ``function(values)`` -> array of shape (function,).
    values : ndarray, shape (number,)
        Best values.
    covariance : ndarray, shape (number, number)
        Their covariance.

    Returns
    -------
    ndarray, shape (function, function)
        In the units of the functions.
    """
    columns = []
    for index in range(values.size):
        # A step of a tenth of a standard deviation: small against the uncertainty, large against
        # rounding.
        step = 0.1 * float(np.sqrt(covariance[index, index])) or 1e-6 * abs(values[index]) or 1e-12
        shift = np.zeros(values.size)
        shift[index] = step
        columns.append((function(values + shift) - function(values - shift)) / (2 * step))
    gradient = np.stack(columns, axis=1)
    return np.asarray(gradient @ covariance @ gradient.T)
