"""Halperin-Nelson law of R(T) above the transition: window, direct fit, linearised fit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import ndimage, stats

from papilio.analysis.curve import outliers, plateau, reading_noise
from papilio.analysis.resistance import Resistance
from papilio.errors import AnalysisError, FitError
from papilio.fit import Fit, Law, Parameter, autocorrelation_factor, least_squares
from papilio.physics import berezinskii_kosterlitz_thouless as kt
from papilio.sweep import split

Array = NDArray[np.float64]

#: Smoothed resistance over noise where the window begins; the same for the linearised fit.
SEEN = 3.0
SEEN_LOGARITHM = 10.0
#: Largest part of the resistance that thermometer noise may move a reading by.
STEEPEST = 0.12
#: Fewest readings of a window.
FEWEST_READINGS = 10
#: Probability of chi-square below which the law does not describe a window.
MISFIT = 0.01
#: Each trial of a window ends at this part of the resistance of the trial before.
SHRINK = 0.7
#: Bins of the numerical derivative for each sweep.
BINS = 8

#: Mean over a Gaussian of standard deviation one, exact for polynomials up to the fifth order.
HERMITE_AT = np.array([-np.sqrt(3), 0.0, np.sqrt(3)])
HERMITE = np.array([1, 4, 1]) / 6

REFERENCE = "Halperin and Nelson, J. Low Temp. Phys. 36, 599 (1979), doi:10.1007/BF00116988"


@dataclass(frozen=True)
class Cooldown:
    """
    All sweeps of one R(T) measurement, without outliers and floor, coldest reading first.

    Attributes
    ----------
    temperature, resistance : ndarray, shape (point,)
        K and ohm.
    ramp : ndarray, shape (point,)
        Temperature smoothed over neighbouring readings, K: weights must not follow its noise.
    direction : ndarray, shape (point,)
        +1 on warming, -1 on cooling.
    order : ndarray of int, shape (point,)
        Place in the order of acquisition.
    noise, thermometer_noise : float
        Scatter of one reading, ohm and K.
    normal : float
        Normal-state resistance, ohm.
    floor, floor_std : float
        Resistance far below the transition, already subtracted; its standard deviation.
    both : bool
        True where there are cooling and warming sweeps.
    """

    temperature: Array
    resistance: Array
    ramp: Array
    direction: Array
    order: NDArray[np.int64]
    noise: float
    thermometer_noise: float
    normal: float
    floor: float
    floor_std: float
    both: bool


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


def cooldown(
    data: xr.Dataset,
    chosen: Resistance,
    thermometer: str,
    normal_resistance: float | None,
) -> Cooldown:
    """
    Gather the sweeps of a record.

    Parameters
    ----------
    data : xarray.Dataset
        A record with a temperature.
    chosen : Resistance
        Its resistance.
    thermometer : str
        Name of the temperature.
    normal_resistance : float or None
        ohm; by default the level of the hottest readings.

    Returns
    -------
    Cooldown
        The readings.

    Raises
    ------
    AnalysisError
        If the temperature is missing or does not sweep.
    """
    source = data.attrs["source"]
    if thermometer not in data:
        raise AnalysisError(f"{source}: there is no '{thermometer}'; name or rename its column")
    usable = np.isfinite(chosen.values) & np.isfinite(data[thermometer].values)
    record, values = data.isel(row=np.flatnonzero(usable)), chosen.values[usable]
    parts: list[tuple[Array, Array, int]] = []
    for sweep in split(record, thermometer):
        if sweep.direction and sweep.rows.size >= FEWEST_READINGS:
            y = values[sweep.rows]
            good = ~outliers(y)
            x = record[thermometer].values[sweep.rows].astype(float)
            parts.append((x[good], y[good], sweep.direction))
    if not parts:
        raise AnalysisError(f"{source}: the temperature does not sweep; a cool-down is needed")
    T = np.concatenate([x for x, _, _ in parts])
    R = np.concatenate([y for _, y, _ in parts])
    direction = np.concatenate([np.full(x.size, float(way)) for x, _, way in parts])
    middle = _middle(T, R)
    top = min(float(T.max()), 6 * middle)
    normal = normal_resistance or float(np.median(R[np.abs(T / top - 1) < 0.1]))
    noise = float(np.median([reading_noise(y) for _, y, _ in parts]))
    floor = floor_std = 0.0
    below = middle / 2 > T
    if below.sum() >= 5:
        level = plateau(T[below], R[below], float(T[below].mean()))
        noise = level.noise
        if level.trend < 0.01 * normal:
            floor, floor_std = float(R[below].mean()), level.std
    thermometer_noise = float(np.median([reading_noise(x) for x, _, _ in parts]))
    rank = np.argsort(T, kind="stable")
    return Cooldown(
        T[rank],
        R[rank] - floor,
        np.concatenate([ndimage.uniform_filter1d(x, 9, mode="mirror") for x, _, _ in parts])[rank],
        direction[rank],
        rank.astype(np.int64),
        noise,
        thermometer_noise,
        normal,
        floor,
        floor_std,
        bool(np.unique(direction).size == 2),
    )


def _middle(T: Array, R: Array) -> float:
    order = np.argsort(T, kind="stable")
    count = max(3, T.size // 20)
    level = (np.median(R[order[:count]]) + np.median(R[order[-count:]])) / 2
    above = np.flatnonzero(R[order] > level)
    return float(T[order[above[0]]]) if above.size else float(T.max())


def _smooth(data: Cooldown) -> Array:
    """Running mean over seven readings in order of temperature."""
    return np.asarray(ndimage.uniform_filter1d(data.resistance, 7, mode="nearest"))


def _edges(data: Cooldown, seen: float, fraction: float) -> tuple[float, float]:
    """Temperatures where the resistance leaves its noise, and where it reaches a part of R_N."""
    smooth = _smooth(data)
    hidden = np.flatnonzero(smooth < seen * data.noise)
    above = np.flatnonzero(smooth > fraction * data.normal)
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
        trial = _edges(data, SEEN, fraction)
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
        law = HERMITE @ kt.halperin_nelson(T, float(np.exp(ln_R0)), b, T_BKT)
        return np.append(law + floor, floor)

    return Law(
        "Halperin-Nelson",
        formula,
        (*names, *([Parameter("lag", "K")] if both else [])),
        "between the transition and the mean-field region",
        REFERENCE,
    )


@dataclass(frozen=True)
class Slopes:
    """Numerical derivative d ln R/dT in bins: centres, values, standard deviations."""

    temperature: Array
    slope: Array
    std: Array


def linearised(data: Cooldown, high: float, fit: Fit) -> tuple[Fit, Slopes]:
    """
    Straight line of (d ln R/dT)^(-2/3) against temperature.

    The derivative is the slope of a straight line through ln R in each of a few bins, and the law
    is treated alike, so that its curvature inside a bin does no harm. The line is fitted in the
    slopes, whose noise is Gaussian.

    Parameters
    ----------
    data : Cooldown
        The readings.
    high : float
        Upper end of the window, K.
    fit : Fit
        The direct fit: its values are the start, its curve the weights.

    Returns
    -------
    fit : Fit
        Parameters ``T_BKT``, ``b`` and, with both directions, ``lag``.
    slopes : Slopes
        The derivative.

    Raises
    ------
    FitError
        If there are too few readings well above the noise.
    """
    low = _edges(data, SEEN_LOGARITHM, 0.5)[0]
    inside = (data.temperature > low) & (data.temperature <= high)
    curve = np.asarray(_smooth(data))
    inside &= curve > SEEN_LOGARITHM * data.noise / 2
    inside &= data.resistance > 0
    rows: list[Array] = []
    corrected: list[float] = []
    centres, stds = [], []
    T, R, way = data.temperature[inside], data.resistance[inside], data.direction[inside]
    ramp = np.maximum(data.ramp[inside], 1.001 * fit["T_BKT"])
    law = kt.halperin_nelson(ramp, float(np.exp(fit["ln_R0"])), fit["b"], fit["T_BKT"])
    slope = kt.halperin_nelson_slope(ramp, fit["b"], fit["T_BKT"])
    relative = np.hypot(data.noise / law, slope * data.thermometer_noise)
    for direction in np.unique(way):
        of = np.flatnonzero(way == direction)
        for part in np.array_split(of, min(BINS, of.size // 4) or 1):
            weight = relative[part] ** -2
            if part.size < 3 or np.ptp(T[part]) == 0:
                continue
            centre = float(weight @ T[part] / weight.sum())
            lever = weight * (T[part] - centre)
            row = np.zeros(T.size)
            spread = float(lever @ (T[part] - centre))
            row[part] = lever / spread
            # Part of the spread of the readings is thermometer noise, which R does not follow.
            true = spread - data.thermometer_noise**2 * float(weight.sum())
            if true < spread / 2:
                continue
            rows.append(row)
            corrected.append(spread / true)
            centres.append(centre)
            stds.append(float(np.linalg.norm(row[part] * relative[part])))
    if len(rows) < 4:
        raise FitError("too few readings of R(T) well above the noise for a derivative")
    bins = np.stack(rows)
    # The logarithm of a noisy number is low by half its relative variance.
    logarithm = np.log(R) + (data.noise / law) ** 2 / 2
    factor = np.array(corrected)
    slopes = Slopes(np.array(centres), bins @ logarithm * factor, np.array(stds) * factor)

    def formula(table: Array, T_BKT: float, b: float, floor: float, lag: float = 0.0) -> Array:
        moved = np.maximum((table[0] - lag * table[1]) / T_BKT - 1, 1e-6)
        # An error of the floor moves all logarithms together.
        return np.append(bins @ (-b * moved**-0.5 + floor / law), floor)

    parameters = [Parameter("T_BKT", "K"), Parameter("b", ""), Parameter("floor", "ohm")]
    parameters += [Parameter("lag", "K")] if data.both else []
    line = Law("Halperin-Nelson, linearised", formula, tuple(parameters), "as above", REFERENCE)
    start = {parameter.name: fit[parameter.name] for parameter in line.parameters}
    floor_std = data.floor_std or 1e-6 * data.noise
    found = least_squares(
        line,
        np.stack([T, way]),
        np.append(slopes.slope, 0.0),
        np.append(slopes.std, floor_std),
        {**start, "floor": 0.0},
        rescale_below=MISFIT,
    )
    return found, slopes


def curves(
    data: Cooldown,
    window: Window,
    edges: tuple[float, float],
    fit: Fit,
    line: tuple[Fit, Slopes] | None,
) -> dict[str, xr.Dataset]:
    """
    What a figure of the Halperin-Nelson law needs.

    Parameters
    ----------
    data : Cooldown
        The readings.
    window : Window
        The readings of the direct fit.
    edges : (float, float)
        Its window, K.
    fit : Fit
        The direct fit.
    line : tuple of Fit and Slopes, or None
        The linearised fit.

    Returns
    -------
    dict of str to xarray.Dataset
        ``resistance`` (``temperature``, ``resistance`` without the floor, ``direction``, ``used``
        along ``point``; attributes ``window_low``, ``window_high``, ``normal``, ``floor``),
        ``halperin_nelson_fit`` (``resistance`` along ``temperature``), and ``linearised``
        (``power``, (d ln R/dT)^(-2/3), its ``power_std`` and the ``line`` along ``temperature``).
    """
    made = {
        "resistance": xr.Dataset(
            {
                "temperature": ("point", data.temperature, {"units": "K"}),
                "resistance": ("point", data.resistance, {"units": "ohm"}),
                "direction": ("point", data.direction),
                "used": ("point", window.keep.astype(int)),
            },
            attrs={
                "window_low": edges[0],
                "window_high": edges[1],
                "normal": data.normal,
                "floor": data.floor,
            },
        )
    }
    grid = np.linspace(fit["T_BKT"], edges[1], 300)
    law = kt.halperin_nelson(grid, float(np.exp(fit["ln_R0"])), fit["b"], fit["T_BKT"])
    made["halperin_nelson_fit"] = xr.Dataset(
        {"resistance": ("temperature", law, {"units": "ohm"})},
        {"temperature": ("temperature", grid, {"units": "K"})},
        attrs={"T_BKT": fit["T_BKT"], "b": fit["b"], "R0": float(np.exp(fit["ln_R0"]))},
    )
    if line is not None:
        straight, slopes = line
        good = slopes.slope > 0
        T, value = slopes.temperature[good], slopes.slope[good]
        power = value ** (-2 / 3)
        of_line = (2 * straight["T_BKT"] / straight["b"]) ** (2 / 3)
        made["linearised"] = xr.Dataset(
            {
                "power": ("temperature", power, {"units": "K^(2/3)"}),
                "power_std": (
                    "temperature",
                    2 / 3 * power * slopes.std[good] / value,
                    {"units": "K^(2/3)"},
                ),
                "line": (
                    "temperature",
                    of_line * (T / straight["T_BKT"] - 1),
                    {"units": "K^(2/3)"},
                ),
            },
            {"temperature": ("temperature", T, {"units": "K"})},
            attrs={"T_BKT": straight["T_BKT"]},
        )
    return made
