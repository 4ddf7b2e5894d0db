"""The linearised Halperin-Nelson law, and the curves of both of its fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.cooldown import Cooldown, smooth
from papilio.analysis.halperin_nelson import MISFIT, REFERENCE, Window, edges_of
from papilio.errors import FitError
from papilio.fit import Fit, Law, Parameter, least_squares
from papilio.physics import berezinskii_kosterlitz_thouless as kt

Array = NDArray[np.float64]

#: Smoothed resistance over noise where the window begins: a logarithm needs more than a fit.
SEEN_LOGARITHM = 10.0
#: Bins of the numerical derivative for each sweep.
BINS = 8


@dataclass(frozen=True)
class Slopes:
    """Numerical derivative d ln R/dT in bins: centres, direction, values, standard deviations."""

    temperature: Array
    direction: Array
    slope: Array
    std: Array


def linearised(data: Cooldown, window: Window, fit: Fit) -> tuple[Fit, Slopes]:
    """
    Straight line of (d ln R/dT)^(-2/3) against temperature.

    The derivative is the slope of a straight line through ln R in each of a few bins, and the law
    is treated alike, so that its curvature inside a bin does no harm. The line is fitted in the
    slopes, whose noise is Gaussian.

    Parameters
    ----------
    data : Cooldown
        The readings.
    window : Window
        The readings of the direct fit; those well above the noise are used.
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
    low = edges_of(data, SEEN_LOGARITHM, 0.5)[0]
    inside = window.keep & (data.temperature > low)
    curve = np.asarray(smooth(data))
    inside &= curve > SEEN_LOGARITHM * data.noise / 2
    inside &= data.resistance > 0
    rows: list[Array] = []
    corrected: list[float] = []
    centres, ways, stds = [], [], []
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
            ways.append(float(direction))
            stds.append(float(np.linalg.norm(row[part] * relative[part])))
    if len(rows) < 4:
        raise FitError("too few readings of R(T) well above the noise for a derivative")
    bins = np.stack(rows)
    # The logarithm of a noisy number is low by half its relative variance.
    logarithm = np.log(R) + (data.noise / law) ** 2 / 2
    factor = np.array(corrected)
    slopes = Slopes(
        np.array(centres), np.array(ways), bins @ logarithm * factor, np.array(stds) * factor
    )

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
        (``power``, (d ln R/dT)^(-2/3), its ``power_std``, ``direction`` and the ``line`` along
        ``temperature``, from which the lag is taken off).
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
        lag = straight["lag"] if data.both else 0.0
        T, value = slopes.temperature[good] - lag * slopes.direction[good], slopes.slope[good]
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
                "direction": ("temperature", slopes.direction[good]),
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
