"""Halperin-Nelson law of R(T) above the transition: window, direct fit, linearised fit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from papilio.analysis.cooldown import Cooldown, smooth
from papilio.errors import FitError
from papilio.fit import Fit, Law, Parameter, autocorrelation_factor, least_squares
from papilio.physics import berezinskii_kosterlitz_thouless as kt

Array = NDArray[np.float64]

#: Smoothed resistance over noise where the window begins.
SEEN = 3.0
#: Largest part of the resistance that thermometer noise may move a reading by.
STEEPEST = 0.12
#: Fewest readings of a window.
FEWEST_READINGS = 10
#: Probability of chi-square below which the law does not describe a window.
MISFIT = 0.01
#: Each trial of a window ends at this part of the resistance of the trial before.
SHRINK = 0.7

#: Mean over a Gaussian of standard deviation one, exact for polynomials up to the fifth order.
HERMITE_AT = np.array([-np.sqrt(3), 0.0, np.sqrt(3)])
HERMITE = np.array([1, 4, 1]) / 6

REFERENCE = "Halperin and Nelson, J. Low Temp. Phys. 36, 599 (1979), doi:10.1007/BF00116988"


@dataclass(frozen=True)
class Window:
    """
    Readings that a fit used.

    Attributes
    ----------
    keep : ndarray of bool, shape (point,)
        True for them, among all readings.
    std : ndarray
        Their standard deviations, ohm.
    widening : float
        Factor on these for correlated noise and misfit.
    """

    keep: NDArray[np.bool_]
    std: Array
    widening: float = 1.0

    def table(self, data: Cooldown) -> Array:
        """Temperature and direction of the readings, shape (2, point)."""
        return np.stack([data.temperature[self.keep], data.direction[self.keep]])


def edges_of(data: Cooldown, seen: float, fraction: float) -> tuple[float, float]:
    """
    Temperatures where the resistance leaves its noise, and where it reaches a part of R_N.

    Parameters
    ----------
    data : Cooldown
        The readings.
    seen : float
        Smoothed resistance over noise from which it counts as seen.
    fraction : float
        Part of the normal resistance.

    Returns
    -------
    low, high : float
        K.
    """
    level = smooth(data)
    hidden = np.flatnonzero(level < seen * data.noise)
    above = np.flatnonzero(level > fraction * data.normal)
    high = float(data.temperature[above[0]]) if above.size else float(data.temperature[-1])
    hidden = hidden[data.temperature[hidden] < high]
    low = data.temperature[hidden[-1]] if hidden.size else data.temperature[0]
    return float(low), high


def _window(data: Cooldown, edges: tuple[float, float]) -> Window:
    low, high = edges
    keep = (data.temperature >= low) & (data.temperature <= high)
    return Window(keep, np.full(int(keep.sum()), data.noise))


def direct(
    data: Cooldown, edges: tuple[float, float] | None, upper_fraction: float
) -> tuple[Fit, Window, tuple[float, float]]:
    """
    Fit of R(T) itself.

    Parameters
    ----------
    data : Cooldown
        The readings.
    edges : (float, float) or None
        Temperatures of the window, K; by default from the noise floor up to a part of the normal
        resistance, less where the law does not reach so far.
    upper_fraction : float
        That part.

    Returns
    -------
    fit : Fit
        Parameters ``T_BKT``, ``b``, ``ln_R0``, ``floor`` and, with both directions, ``lag``.
    window : Window
        The readings it used.
    edges : (float, float)
        The window, K.

    Raises
    ------
    FitError
        If there are too few readings or the law does not fit.
    """
    if edges is not None:
        return (*_direct(data, edges), edges)
    best: tuple[Fit, Window, tuple[float, float]] | None = None
    fraction = upper_fraction
    while fraction > 0.02:
        trial = edges_of(data, SEEN, fraction)
        try:
            fit, window = _direct(data, trial)
        except FitError:
            if best is None:
                raise
            break
        if best is None or _quality(fit) < _quality(best[0]):
            best = (fit, window, trial)
        if stats.chi2.sf(fit.chi_square, fit.degrees_of_freedom) > MISFIT:
            return fit, window, trial
        fraction *= SHRINK
    assert best is not None  # the first trial raises or sets it
    return best


def _quality(fit: Fit) -> float:
    return fit.chi_square / max(fit.degrees_of_freedom, 1)


def _direct(data: Cooldown, edges: tuple[float, float]) -> tuple[Fit, Window]:
    window = _window(data, edges)
    if window.std.size < FEWEST_READINGS:
        raise FitError(
            f"{window.std.size} readings of R(T) lie between {edges[0]:.4g} and {edges[1]:.4g} K; "
            f"the Halperin-Nelson law needs {FEWEST_READINGS}"
        )
    table, y = window.table(data), data.resistance[window.keep]
    start = _start(table[0], y, data)
    law = direct_law(data.both, data.thermometer_noise)
    fit = _solve(law, table, y, window.std, data, start)
    # Thermometer noise acts through the curve, which is known now. Where it alone moves R by much
    # of itself the curve is not straight over it and first-order error bars do not hold.
    steep = kt.halperin_nelson_slope(
        np.maximum(table[0], (1 + 1e-6) * fit["T_BKT"]), fit["b"], fit["T_BKT"]
    )
    tame = steep * data.thermometer_noise < STEEPEST
    if FEWEST_READINGS <= tame.sum() < tame.size:
        window = Window(_among(window.keep, tame), window.std[tame])
        table, y = window.table(data), data.resistance[window.keep]
    T = table[0] + data.thermometer_noise * HERMITE_AT[:, None]
    near = kt.halperin_nelson(T, float(np.exp(fit["ln_R0"])), fit["b"], fit["T_BKT"])
    std = np.sqrt(data.noise**2 + HERMITE @ (near - HERMITE @ near) ** 2)
    start = {p.name: float(v) for p, v in zip(law.parameters, fit.values, strict=True)}
    fit = _solve(law, table, y, std, data, start)
    residual = (y - fit.predict(table)[:-1]) / std
    factor = autocorrelation_factor(residual[np.argsort(data.order[window.keep], kind="stable")])
    fit = dataclasses.replace(fit, covariance=fit.covariance * factor**2)
    return fit, Window(window.keep, std, factor * fit.scale)


def _among(keep: NDArray[np.bool_], those: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the readings kept, only those."""
    chosen = np.zeros(keep.size, bool)
    chosen[np.flatnonzero(keep)[those]] = True
    return chosen


def _solve(
    law: Law, table: Array, y: Array, std: Array, data: Cooldown, start: dict[str, float]
) -> Fit:
    # The floor is a measurement of its own: one more datum, of value zero.
    floor_std = data.floor_std or 1e-6 * data.noise
    return least_squares(
        law, table, np.append(y, 0.0), np.append(std, floor_std), start, rescale_below=MISFIT
    )


def _start(T: Array, y: Array, data: Cooldown) -> dict[str, float]:
    """Best of many T_BKT, each with the straight line of ln R against (T/T_BKT - 1)^(-1/2)."""
    good = y > SEEN * data.noise
    if good.sum() < 4:
        raise FitError("fewer than four readings of R(T) stand above the noise; measure closer")
    logarithm, weight = np.log(y[good]), y[good] / data.noise
    best = (np.inf, 0.0, 1.0, 0.0)
    for T_BKT in float(T[good].min()) * (1 - np.geomspace(0.003, 0.5, 30)):
        root = -((T[good] / T_BKT - 1) ** -0.5)
        # Less weight than the noise allows, so that the foot counts as well.
        b, height = np.polyfit(root, logarithm, 1, w=np.sqrt(weight))
        misfit = float((((b * root + height - logarithm) ** 2) * weight).sum())
        if b > 0 and misfit < best[0]:
            best = (misfit, float(T_BKT), float(b), float(height))
    if not np.isfinite(best[0]):
        raise FitError("R(T) does not fall as the Halperin-Nelson law does; move the window")
    return {"T_BKT": best[1], "b": best[2], "ln_R0": best[3], "floor": 0.0, "lag": 0.0}


def direct_law(both: bool, thermometer_noise: float) -> Law:
    """
    Halperin-Nelson law of readings, with a floor (its own last datum) and a thermometer lag.

    Parameters
    ----------
    both : bool
        Whether there are cooling and warming sweeps, so that the lag is known.
    thermometer_noise : float
        Scatter of the thermometer, K: the law is averaged over it, because the sample is as likely
        a little warmer as colder than the thermometer reads and the curve is not straight.

    Returns
    -------
    Law
        Of a table (temperature, direction); one value more than its columns.
    """
    names = [
        Parameter("T_BKT", "K"),
        Parameter("b", ""),
        Parameter("ln_R0", ""),
        Parameter("floor", "ohm"),
    ]

    shifts = thermometer_noise * HERMITE_AT[:, None]

    def formula(
        table: Array, T_BKT: float, b: float, ln_R0: float, floor: float, lag: float = 0.0
    ) -> Array:
        T = table[0] - lag * table[1] + shifts
        # A trial step of the optimiser may go anywhere.
        R0 = float(np.exp(np.clip(ln_R0, -300, 300)))
        law = HERMITE @ kt.halperin_nelson(T, R0, max(b, 0.0), T_BKT)
        return np.append(law + floor, floor)

    return Law(
        "Halperin-Nelson",
        formula,
        (*names, *([Parameter("lag", "K")] if both else [])),
        "between the transition and the mean-field region",
        REFERENCE,
    )
