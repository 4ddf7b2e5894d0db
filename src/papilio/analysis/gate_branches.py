"""The two branches of a gate sweep: one curve, shifted in voltage."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.analysis.estimate import Estimate
from papilio.fit import Fit, autocorrelation_factor

Array = NDArray[np.float64]

#: A hysteresis counts from this significance on.
SIGNIFICANT = 3.0
#: Steps in which the shift of the branches is found.
SHIFTS = 8


@dataclass(frozen=True)
class Points:
    """
    Something against the gate voltage, in order of acquisition.

    Attributes
    ----------
    voltage, value : ndarray, shape (point,)
        V, and the unit of what it is.
    std : ndarray, shape (point,), or None
        Standard deviation of the value.
    direction : ndarray, shape (point,)
        +1 where the voltage goes up, -1 where it goes down, 0 unknown.
    """

    voltage: Array
    value: Array
    std: Array | None
    direction: Array


def linear(design: Array, points: Points) -> tuple[Array, Array]:
    """
    Weighted linear least squares; error bars from the scatter where none are given.

    Parameters
    ----------
    design : ndarray, shape (point, parameter)
        Derivative of the values with the parameters.
    points : Points
        The values.

    Returns
    -------
    coefficients : ndarray, shape (parameter,)
        Best parameters.
    covariance : ndarray, shape (parameter, parameter)
        Their covariance.
    """
    weight = np.ones(points.value.size) if points.std is None else 1 / points.std
    inverse = np.linalg.pinv(design * weight[:, None]) * weight
    coefficients = inverse @ points.value
    residuals = (points.value - design @ coefficients) * weight
    freedom = points.value.size - design.shape[1]
    factor = 1.0
    if points.std is None or residuals @ residuals / freedom > 1 + 3 * np.sqrt(2 / freedom):
        factor = float(residuals @ residuals) / freedom * autocorrelation_factor(residuals) ** 2
    return coefficients, factor * (inverse / weight**2) @ inverse.T


def two_branches(points: Points, order: int) -> bool:
    """
    Whether the points hold both branches of a polynomial with some readings to spare.

    Parameters
    ----------
    points : Points
        Both branches.
    order : int
        Of the polynomial.

    Returns
    -------
    bool
        True where they do.
    """
    directions = [int((points.direction == sign).sum()) for sign in (-1, 1)]
    return min(directions) >= 2 and points.value.size >= order + 4


def branch_shift(points: Points, order: int) -> tuple[Estimate, float]:
    """
    Distance in voltage of the two branches, down less up, that one polynomial describes.

    Parameters
    ----------
    points : Points
        Both branches.
    order : int
        Of the polynomial.

    Returns
    -------
    shift : Estimate
        V.
    criterion : float
        Akaike's, to choose the order by.
    """
    span, middle = float(np.ptp(points.voltage)), float(points.voltage.mean())
    value = std = 0.0
    for _ in range(SHIFTS):
        # Both branches laid on one another by what is known of the shift; the rest is linear.
        u = (points.voltage + 0.5 * points.direction * value - middle) / span
        powers = np.vander(u, order + 1)
        shape, _covariance = linear(powers, points)
        steepness = np.polyval(np.polyder(shape), u)
        size = float(np.abs(steepness).max()) or 1.0
        # A curve shifted by +-s/2 is changed by -+s/2 times its slope.
        coefficients, covariance = linear(
            np.column_stack([powers, 0.5 * points.direction * steepness / size]), points
        )
        step = float(coefficients[-1]) * span / size
        value += step
        std = float(np.sqrt(covariance[-1, -1])) * span / size
        if abs(step) < 0.01 * std:
            break
    design = np.column_stack([powers, points.direction * steepness])
    residuals = points.value - design @ np.linalg.lstsq(design, points.value, rcond=None)[0]
    count, parameters = residuals.size, design.shape[1] + 1
    score = count * np.log(float(residuals @ residuals) / count + 1e-300)
    return Estimate(value, std), float(score + 2 * parameters)


def without_hysteresis(points: Points) -> Points:
    """
    The points, with the branches laid on one another where they lie apart.

    Parameters
    ----------
    points : Points
        Both branches of a straight line.

    Returns
    -------
    Points
        At the voltages that they would have without hysteresis.
    """
    if not two_branches(points, 1):
        return points
    shift, _ = branch_shift(points, 1)
    if abs(shift.value) <= SIGNIFICANT * shift.std:
        return points
    voltage = points.voltage + 0.5 * points.direction * shift.value
    return dataclasses.replace(points, voltage=voltage)


def with_unknown_shift(fitted: Fit, points: Points) -> Fit:
    """
    A straight line through branches laid on one another, as uncertain as their distance leaves it.

    The best line is the same whether the branches are shifted in voltage or in value; with the
    latter for a third parameter the fit is linear, and the covariance of slope and intercept
    holds what the distance adds.

    Parameters
    ----------
    fitted : Fit
        Slope and intercept from the points laid on one another, with their distance as if known.
    points : Points
        As they were measured.

    Returns
    -------
    Fit
        The same line.
    """
    weight = np.ones(points.value.size) if points.std is None else 1 / points.std
    design = np.column_stack([points.voltage, np.ones(weight.size), points.direction])
    inverse = np.linalg.pinv(design * weight[:, None])
    residuals = (points.value - design @ (inverse @ (points.value * weight))) * weight
    freedom = fitted.degrees_of_freedom - 1
    # Without error bars, or with ones that the scatter exceeds, the scatter gives them.
    factor = 1.0 if fitted.scale == 1.0 else float(residuals @ residuals) / freedom
    return dataclasses.replace(
        fitted,
        covariance=factor * (inverse @ inverse.T)[:2, :2],
        degrees_of_freedom=freedom,
    )
