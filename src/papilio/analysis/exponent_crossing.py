"""Where the exponent of current-voltage curves passes three: a local fit in temperature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.analysis.model_comparison import UNDECIDED
from papilio.analysis.power_law import Exponent
from papilio.errors import FitError
from papilio.fit import Fit, Law, Parameter, least_squares
from papilio.physics.berezinskii_kosterlitz_thouless import EXPONENT_AT_TRANSITION

Array = NDArray[np.float64]

#: Exponents from the first to the second take part in the local fit in temperature.
LOCAL_EXPONENTS = (1.6, 7.0)
#: Most temperatures of the local fit.
LOCAL_POINTS = 8
#: Orders of the polynomial, and the fewest temperatures of each.
ORDERS = ((3, 7), (2, 4), (1, 2))


@dataclass(frozen=True)
class Crossing:
    """
    Polynomial of the exponent about its value 3: the transition temperature.

    Attributes
    ----------
    fit : Fit
        Parameters ``T_BKT`` and the coefficients.
    temperature, value, std : ndarray, shape (temperature,)
        K; what was fitted and its standard deviation.
    logarithmic : bool
        Whether that is ln((alpha - 1)/2), else (alpha - 3)/2; both are zero at the transition.
    """

    fit: Fit
    temperature: Array
    value: Array
    std: Array
    logarithmic: bool

    def exponent(self, temperature: Array) -> Array:
        """
        The polynomial as an exponent.

        Parameters
        ----------
        temperature : ndarray
            K.

        Returns
        -------
        ndarray
            alpha.
        """
        value = self.fit.predict(temperature)
        return np.asarray(1 + 2 * np.exp(value) if self.logarithmic else 3 + 2 * value)


def about_three(found: Sequence[Exponent], window: tuple[float, float] | None) -> NDArray[np.bool_]:
    """
    Temperatures of the local fit: those nearest to exponent 3, without the ohmic ones.

    Parameters
    ----------
    found : sequence of Exponent
        One for each temperature.
    window : (float, float) or None
        Temperatures that the user chose, K.

    Returns
    -------
    ndarray of bool, shape (temperature,)
        True for those of the fit.
    """
    alpha = np.array([exponent.alpha for exponent in found])
    T = np.array([exponent.curve.temperature for exponent in found])
    std = np.array([exponent.std for exponent in found])
    good = (alpha > 1) & (std < alpha - 1)
    if window is not None:
        return np.asarray(good & (window[0] <= T) & (window[1] >= T))
    good &= (alpha > LOCAL_EXPONENTS[0]) & (alpha < LOCAL_EXPONENTS[1])
    distance = np.where(good, np.abs(np.log(np.maximum(alpha - 1, 1e-9) / 2)), np.inf)
    nearest = np.argsort(distance, kind="stable")[:LOCAL_POINTS]
    kept = np.zeros(T.size, bool)
    kept[nearest] = np.isfinite(distance[nearest])
    return kept


def crossing(found: Sequence[Exponent]) -> Crossing:
    """
    Temperature of exponent 3, by a polynomial: the more temperatures, the higher its order.

    Exponent and its logarithm are both tried: which of them a polynomial follows depends on how
    the stiffness falls, and what the order leaves out moves the crossing. The better chi-square
    decides; where it does not tell them apart, the exponent is taken, whose expansion stays regular
    where the stiffness vanishes and its logarithm diverges.

    Parameters
    ----------
    found : sequence of Exponent
        Those of the local fit.

    Returns
    -------
    Crossing
        With ``T_BKT`` in its fit.

    Raises
    ------
    FitError
        If the exponents do not pass 3.
    """
    T = np.array([exponent.curve.temperature for exponent in found])
    alpha = np.array([exponent.alpha for exponent in found])
    if T.size < 2 or alpha.max() < EXPONENT_AT_TRANSITION or alpha.min() > EXPONENT_AT_TRANSITION:
        raise FitError("the exponents do not pass 3; measure at more temperatures about it")
    spread = np.array([exponent.std for exponent in found])
    drift = np.array([exponent.curve.temperature_std for exponent in found])
    bent = _crossing(T, np.log((alpha - 1) / 2), spread / (alpha - 1), drift, True)
    plain = _crossing(T, (alpha - 3) / 2, spread / 2, drift, False)
    # Both have the same number of parameters: chi-square alone makes Akaike's difference.
    best = bent if bent.fit.chi_square + UNDECIDED < plain.fit.chi_square else plain
    if not T.min() <= best.fit["T_BKT"] <= T.max():
        raise FitError("the exponents pass 3 outside the temperatures measured")
    return best


def _crossing(T: Array, value: Array, std: Array, drift: Array, logarithmic: bool) -> Crossing:
    slope, height = np.polyfit(T - T.mean(), value, 1, w=1 / std)
    middle = T.mean() - height / slope
    start = {"T_BKT": float(middle), "slope": float(slope), "bend": 0.0, "twist": 0.0}
    order = next(order for order, fewest in ORDERS if T.size >= fewest)
    first = least_squares(_polynomial(order), T, value, std, start)
    # Thermometer noise acts through the slope of the curve, which is known now.
    local = [
        c * (i + 1) * (T - first["T_BKT"]) ** i for i, c in enumerate(map(float, first.values[1:]))
    ]
    std = np.hypot(std, np.sum(local, axis=0) * drift)
    start = {p.name: first[p.name] for p in first.law.parameters}
    return Crossing(
        least_squares(_polynomial(order), T, value, std, start), T, value, std, logarithmic
    )


def _polynomial(order: int) -> Law:
    names = (("slope", "1/K"), ("bend", "1/K^2"), ("twist", "1/K^3"))[:order]

    def formula(T: Array, T_BKT: float, *coefficients: float) -> Array:
        distance = T - T_BKT
        return np.asarray(sum(c * distance ** (i + 1) for i, c in enumerate(coefficients)))

    return Law(
        "exponent about the transition",
        formula,
        (Parameter("T_BKT", "K"), *(Parameter(name, unit) for name, unit in names)),
        "near the transition",
        "local expansion, no theory",
    )
