"""R(T) of all sweeps of a record, sorted by temperature, with its noise, floor and normal state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import ndimage

from papilio.analysis.curve import outliers, plateau, reading_noise
from papilio.analysis.resistance import Resistance
from papilio.errors import AnalysisError
from papilio.fit import autocorrelation_factor
from papilio.sweep import split

Array = NDArray[np.float64]

#: Order of the polynomial about which the coldest readings of a sweep scatter.
BENDS = 5
#: Fewest readings of a sweep.
FEWEST_READINGS = 10


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
    # Comparison with NaN is false.
    usable = np.isfinite(chosen.values) & (data[thermometer].values > 0)
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
    normal = normal_resistance or float(np.median(R[_near(T, top)]))
    noise = float(np.median([reading_noise(y) for _, y, _ in parts]))
    floor = floor_std = 0.0
    below = middle / 2 > T
    if below.sum() >= 5:
        level = plateau(T[below], R[below], float(T[below].mean()))
        noise = _scatter(T[below], R[below], direction[below]) or level.noise
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


def _scatter(T: Array, R: Array, direction: Array) -> float | None:
    """
    Scatter about a smooth curve through each sweep: a tail may bend, and noise may be correlated.

    Differences of neighbours would see the noise of a lock-in's filter too small.
    """
    square, freedom = 0.0, 0.0
    for way in np.unique(direction):
        t, y = T[direction == way], R[direction == way]
        if t.size >= 2 * BENDS:
            u = (t - t.mean()) / np.ptp(t)
            rest = y - np.polyval(np.polyfit(u, y, BENDS), u)
            # Of correlated noise a curve takes up more than one degree for each coefficient.
            taken = (BENDS + 1) * autocorrelation_factor(rest) ** 2
            square, freedom = square + float(rest @ rest), freedom + t.size - taken
    return float(np.sqrt(square / freedom)) if freedom >= BENDS else None


def _near(T: Array, at: float) -> NDArray[np.intp]:
    """Readings within 10 % of a temperature, or the eight nearest ones."""
    close = np.flatnonzero(np.abs(T / at - 1) < 0.1)
    return close if close.size >= 8 else np.argsort(np.abs(T - at))[:8]


def _middle(T: Array, R: Array) -> float:
    order = np.argsort(T, kind="stable")
    count = max(3, T.size // 20)
    level = (np.median(R[order[:count]]) + np.median(R[order[-count:]])) / 2
    above = np.flatnonzero(R[order] > level)
    return float(T[order[above[0]]]) if above.size else float(T.max())


def smooth(data: Cooldown) -> Array:
    """
    Resistance averaged over seven readings that are neighbours in temperature.

    Parameters
    ----------
    data : Cooldown
        The readings.

    Returns
    -------
    ndarray, shape (point,)
        ohm.
    """
    return np.asarray(ndimage.uniform_filter1d(data.resistance, 7, mode="nearest"))
