"""Signatures of the loop's peak against sweep rate, density and gate voltage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.signatures import verdict as says
from papilio.analysis.signatures.peak_table import (
    PeakSeriesOptions,
    peak_result,
    peak_series,
    peak_table,
    shared,
)
from papilio.analysis.signatures.points import Points, contrast, points
from papilio.analysis.signatures.verdict import LIMIT
from papilio.options import option
from papilio.result import Result

Array = NDArray[np.float64]

#: Densities and rates within this part of the wanted one are that one.
SAME = 0.05
#: Exponent of the paper's growth from 0.4 to 19.6 ohm between 0.02 and 0.10 T/min.
PAPER_EXPONENT = float(np.log(19.6 / 0.4) / np.log(5.0))


@dataclass(frozen=True)
class RateOptions(PeakSeriesOptions):
    """Settings of `faster_than_linear_in_rate`."""

    slowest: float = option(0.02 / 60, unit="T/s", help="slowest rate that counts")
    fastest: float = option(0.10 / 60, unit="T/s", help="fastest rate that counts")


@dataclass(frozen=True)
class WindowOptions(PeakSeriesOptions):
    """Settings of `density_window`."""

    low: float = option(3.8e17, unit="1/m^2", help="density where the peak is smaller")
    high: float = option(4.3e17, unit="1/m^2", help="density where it is larger")
    threshold: float = option(5.0e17, unit="1/m^2", help="density above which it has vanished")
    vanished: float = option(
        0.2, help="part of the peak at the higher density below which one has vanished"
    )


@dataclass(frozen=True)
class DepletionOptions(PeakSeriesOptions):
    """Settings of `falls_on_depletion`."""


def faster_than_linear_in_rate(data: xr.Dataset, options: RateOptions | None = None) -> Result:
    """
    Whether Delta R grows faster than the rate of the sweep, from 0.02 to 0.10 T/min.

    1: Delta R over rate rises with the rate (slope of a weighted line above zero at 2.5 %), and
    Delta R at the fastest rate is above zero. Of two rates this is whether the second Delta R is
    above the first times the ratio of the rates. 0: growth as the 1.7th power of the rate, half-way
    between the linear and the paper's 2.4th, is excluded at 2.5 % likewise; or Delta R at the
    fastest rate lies below what matters. Else undecided.

    Parameters
    ----------
    data : xarray.Dataset
        A table of sweep_rate and delta_R; or a record of field loops.
    options : RateOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.faster_than_linear_in_rate`` and its significance.

    Raises
    ------
    AnalysisError
        If there is no Delta R against the rate.
    """
    options = options or RateOptions()
    name, flags = "faster_than_linear_in_rate", list[str]()
    found = peak_series(data, "sweep_rate", options, flags)
    counts = (found.x > options.slowest * (1 - SAME)) & (found.x < options.fastest * (1 + SAME))
    used = found.where(counts)
    half_way = 0.5 * (1 + PAPER_EXPONENT)
    if used.x.size < 2 or used.x[-1] < 2 * used.x[0]:
        verdict = says.undecided("two rates that differ by a factor of two are needed")
    else:
        last = used.x.size - 1
        absent = [(used.below(last, options.matters), f"no {options.matters:g} ohm at any rate")]
        if not used.limited.all():
            told = f"growth as the rate to the power {half_way:.2g} is excluded"
            absent.append((used.exceeds(-_growth(used, half_way)), told))
        verdict = says.decide(
            [
                (used.exceeds(contrast(last + 1, [(last, 1.0)])), "a peak is seen when fastest"),
                (used.exceeds(_growth(used, 1.0)), "it grows faster than the rate"),
            ],
            absent,
        )
    return peak_result(name, verdict, found, "sweep_rate", "T/s", [data], options, flags)


def _growth(found: Points, power: float) -> Array:
    """Contrast: slope of y / x^power against x, each point weighted by its precision."""
    scale = (found.x / found.x[-1]) ** power
    return np.asarray(_slope(found.x / found.x[-1], _spread(found) / scale) / scale)


def _spread(found: Points) -> Array:
    """Standard deviations; of a limit, the largest that it can stand for."""
    spread = np.where(found.limited, found.limit / LIMIT, found.std)
    least = spread[spread > 0].min() if (spread > 0).any() else 1.0
    return np.maximum(spread, 1e-3 * least)


def _slope(x: Array, std: Array) -> Array:
    """Contrast: slope of a weighted straight line."""
    weights = std**-2.0
    middle = float(weights @ x / weights.sum())
    return np.asarray(weights * (x - middle) / float(weights @ (x - middle) ** 2))


def density_window(data: xr.Dataset, options: WindowOptions | None = None) -> Result:
    """
    Whether Delta R rises from 3.8e17 to 4.3e17 m^-2 and has vanished above 5e17.

    1: Delta R at 4.3e17 is above that at 3.8e17, and at every density above 5e17 it is below a
    fifth of that at 4.3e17, each at 2.5 %. 0: a rise by half of the paper's factor of two (on a
    logarithmic scale, 1.42) is excluded at 2.5 %; or so is vanishing, at one of the densities
    (shared among them); or Delta R at 4.3e17 lies below what matters. Else undecided.

    Parameters
    ----------
    data : xarray.Dataset
        A table of density and delta_R.
    options : WindowOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.density_window`` and its significance.

    Raises
    ------
    AnalysisError
        If there is no Delta R against density.
    """
    options = options or WindowOptions()
    flags: list[str] = []
    found = peak_series(data, "density", options, flags)
    low, high = (_nearest(found.x, wanted) for wanted in (options.low, options.high))
    beyond = np.flatnonzero(found.x > options.threshold).tolist()
    if low is None or high is None or not beyond:
        wanted = f"{options.low:.2g}, {options.high:.2g} and above {options.threshold:.2g} /m^2"
        verdict = says.undecided(f"densities of {wanted} are needed")
    else:
        size = found.x.size
        rises = contrast(size, [(high, 1.0), (low, -1.0)])
        short = contrast(size, [(high, -1.0), (low, float(np.sqrt(19.6 / 9.7)))])
        vanish = [contrast(size, [(high, options.vanished), (row, -1.0)]) for row in beyond]
        stay = max(found.exceeds(-weights) for weights in vanish) - shared(len(beyond))
        verdict = says.decide(
            [
                (found.exceeds(rises), "Delta R rises between the two lower densities"),
                (min(found.exceeds(w) for w in vanish), "it has vanished beyond the threshold"),
            ],
            [
                (found.exceeds(short), "it does not rise as it should"),
                (stay, "it has not vanished beyond the threshold"),
                (found.below(high, options.matters), f"it is below {options.matters:g} ohm"),
            ],
        )
    return peak_result("density_window", verdict, found, "density", "1/m^2", [data], options, flags)


def _nearest(x: Array, wanted: float) -> int | None:
    """The point at a wanted place, if there is one."""
    if not x.size:
        return None
    row = int(np.argmin(np.abs(x - wanted)))
    return row if abs(x[row] - wanted) <= SAME * wanted else None


def falls_on_depletion(data: xr.Dataset, options: DepletionOptions | None = None) -> Result:
    """
    Whether Delta R falls when the gate depletes the sample.

    1: the slope of a weighted line through Delta R against gate voltage (or density, where no
    voltage is given) is above zero, and so is its end at the highest density, each at 2.5 %. 0: a
    rise from one end to the other by 1.17, half of the paper's factor 13.4/9.8 on a logarithmic
    scale, is excluded at 2.5 %; or all lies below what matters. Else undecided.

    Parameters
    ----------
    data : xarray.Dataset
        A table of gate_voltage (or density) and delta_R; or a record of field loops.
    options : DepletionOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.falls_on_depletion`` and its significance.

    Raises
    ------
    AnalysisError
        If there is no Delta R against gate voltage or density.
    """
    options = options or DepletionOptions()
    flags: list[str] = []
    table = peak_table(data, options)
    x, unit = ("gate_voltage", "V") if "gate_voltage" in table else ("density", "1/m^2")
    found = points(table, x, "delta_R", flags)
    if found.x.size < 2 or found.x[0] == found.x[-1]:
        verdict = says.undecided("two gate voltages are needed")
    else:
        span = (found.x - found.x[0]) / np.ptp(found.x)
        std = _spread(found)
        rise = _slope(span, std)
        weights = std**-2.0 / float(np.sum(std**-2.0))
        start = weights - rise * float(weights @ span)
        factor = float(np.sqrt(13.4 / 9.8))
        everywhere = min(found.below(row, options.matters) for row in range(found.x.size))
        verdict = says.decide(
            [
                (found.exceeds(rise), "Delta R falls with the density"),
                (found.exceeds(start + rise), "there is a peak without depletion"),
            ],
            [
                (found.exceeds((factor - 1) * start - rise), "it does not fall as it should"),
                (everywhere, f"it is below {options.matters:g} ohm throughout"),
            ],
        )
    return peak_result("falls_on_depletion", verdict, found, x, unit, [data], options, flags)
