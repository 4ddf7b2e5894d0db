"""Figure of a gate: density with its line and what that leaves, or resistance, against voltage."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from papilio.plot.numbers import handy, plain, quantity_text
from papilio.plot.style import (
    DARK,
    DOWN,
    ESTIMATE,
    ONE_COLUMN,
    UP,
    figure,
    legend_above,
    note,
    readings,
    resistance_scale,
)
from papilio.result import Result

_DENSITY = 1e-17
_DIRECTIONS = ((1, UP, "up"), (-1, DOWN, "down"), (0, DARK, "readings"))


def gate(result: Result) -> Figure:
    """
    Density or resistance against the gate voltage, sweeps up and down apart.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.gate`.

    Returns
    -------
    matplotlib.figure.Figure
        The density with its line and the residuals, or one panel of the resistance.
    """
    if "density" in result.curves:
        made = figure(ONE_COLUMN, 90.0)
        main, rest = made.subplots(2, 1, sharex=True, height_ratios=(2, 1))
        _draw_density(main, rest, result)
        lowest = rest
    else:
        made = figure(ONE_COLUMN, 65.0)
        lowest = made.subplots()
        _draw_resistance(lowest, result)
    lowest.set_xlabel("gate voltage (V)")
    return made


def _draw_density(main: Axes, rest: Axes, result: Result) -> None:
    curve, line = result.curves["density"], result.curves.get("line")
    if line is not None:
        main.plot(
            line["gate_voltage"], line["density"] * _DENSITY, color=DARK, lw=0.9, label="line"
        )
    _points(main, curve, curve["density"].values, _DENSITY)
    if line is not None:
        fitted = np.interp(
            curve["gate_voltage"].values, line["gate_voltage"].values, line["density"].values
        )
        _points(rest, curve, curve["density"].values - fitted, 1e-15)
    rest.axhline(0.0, color=DARK, lw=0.6)
    lines = []
    capacitance = plain(result, "capacitance")
    size = 1.0 if capacitance is None or capacitance.value is None else capacitance.value
    prefixed, farad = handy("F", np.array([size]))
    for name, symbol, factor, unit in (
        ("capacitance", "$C$", prefixed, f"{farad} m$^{{-2}}$"),
        ("density_0", "$n_S(0)$", _DENSITY, "× $10^{17}$ m$^{-2}$"),
        ("hysteresis", "hysteresis", 1.0, "V"),
    ):
        found = plain(result, name)
        if found is not None:
            lines.append(f"{symbol} {quantity_text(found, factor, unit)}")
    rising = line is None or float(line["density"][-1]) > float(line["density"][0])
    if lines:
        note(main, lines, "lower right" if rising else "upper right")
    main.set_ylabel("sheet density $n_S$ ($10^{17}$ m$^{-2}$)")
    rest.set_ylabel("less line ($10^{15}$ m$^{-2}$)")
    legend_above(main, 3)


def _points(axes: Axes, curve: xr.Dataset, density: NDArray[np.float64], scale: float) -> None:
    direction = np.sign(curve["direction"].values)
    std = np.nan_to_num(curve["density_std"].values) * scale
    for sign, colour, word in _DIRECTIONS:
        chosen = direction == sign
        if chosen.any():
            axes.errorbar(
                curve["gate_voltage"].values[chosen],
                density[chosen] * scale,
                std[chosen],
                color=colour,
                markersize=4,
                **ESTIMATE,
                label=word,
            )


def _draw_resistance(axes: Axes, result: Result) -> None:
    curve = result.curves["resistance"]
    scale, unit = resistance_scale([curve["resistance"].values])
    direction = np.sign(curve["direction"].values)
    for sign, colour, word in _DIRECTIONS:
        chosen = direction == sign
        if chosen.any():
            readings(
                axes,
                curve["gate_voltage"].values[chosen],
                curve["resistance"].values[chosen] * scale,
                color=colour,
                label=word,
                markersize=3.0,
            )
    found = plain(result, "hysteresis")
    if found is not None:
        note(axes, [f"hysteresis {quantity_text(found, 1.0, 'V')}"], "upper right")
    axes.set_ylabel(f"resistance ({unit})")
    legend_above(axes, 3)
