"""Figure of a detector: what it looked at, and what it decided."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.numbers import plain
from papilio.plot.style import (
    BLUE,
    DARK,
    GREY,
    ONE_COLUMN,
    ORANGE,
    TWO_COLUMNS,
    figure,
    legend_above,
    note,
)
from papilio.result import Result

#: Variable -> label and unit of the axis in SI.
_LABELS = {
    "temperature": ("temperature (K)", 1.0),
    "sweep_rate": ("sweep rate (T/min)", 1 / 60),
    "density": ("sheet density $n_S$ ($10^{17}$ m$^{-2}$)", 1e17),
    "gate_voltage": ("gate voltage (V)", 1.0),
    "delta_R": ("$\\Delta R$ (Ω)", 1.0),
    "critical_temperature": ("critical temperature (K)", 1.0),
    "transition_width": ("width of the transition (K)", 1.0),
    "field": ("critical field (T)", 1.0),
    "alpha": ("exponent of $V(I)$ (1)", 1.0),
}


#: Decision -> word.
_WORDS = {"1": "present", "0": "absent", "?": "undecided"}


def signature(result: Result) -> Figure:
    """
    The points or branches that a detector looked at, with its decision.

    Parameters
    ----------
    result : Result
        Of a detector of `papilio.analysis.signatures`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each curve.
    """
    count = len(result.curves)
    made = figure(TWO_COLUMNS if count > 1 else ONE_COLUMN, 75.0)
    places = made.subplots(1, count, squeeze=False)[0]
    for axes, (name, curve) in zip(places, result.curves.items(), strict=True):
        (_draw_loop if "up" in curve else _draw_points)(axes, curve)
        if count > 1:
            axes.set_xlabel(f"{name}: {axes.get_xlabel()}")
    curve = next(iter(result.curves.values()))
    name = result.analysis.partition(".")[2]
    lines = [name.replace("_", " "), _WORDS[str(curve.attrs["decision"])]]
    found = plain(result, f"signature.{name}_significance")
    if found is not None:
        lines[1] += f", {found.value:.3g} σ"
    note(places[0], lines, "upper left")
    for axes in places:
        low, high = axes.get_ylim()
        axes.set_ylim(top=high + 0.35 * (high - low))
    return made


def _draw_loop(axes: Axes, curve: xr.Dataset) -> None:
    for branch, colour in (("down", BLUE), ("up", ORANGE)):
        axes.plot(curve["field"], curve[branch], color=colour, lw=1.0, label=branch)
    if curve.attrs["decision"] == "1":
        for sign in (-1, 1):
            axes.axvline(sign * curve.attrs["peak_field"], color=GREY, lw=0.8, ls="--")
    axes.set_xlabel("field (T)")
    axes.set_ylabel("resistance (Ω)")
    legend_above(axes, 2)


def _draw_points(axes: Axes, curve: xr.Dataset) -> None:
    x, y = curve.attrs["x"], curve.attrs["y"]
    (x_label, x_unit), (y_label, y_unit) = _LABELS[x], _LABELS[y]
    place, value = curve[x].values / x_unit, curve[y].values / y_unit
    axes.errorbar(
        place,
        value,
        curve[f"{y}_std"].values / y_unit,
        fmt="o",
        color=DARK,
        markerfacecolor="white",
        markersize=4.5,
        elinewidth=0.8,
    )
    if f"{y}_limit" in curve and np.isfinite(curve[f"{y}_limit"]).any():
        axes.plot(place, curve[f"{y}_limit"] / y_unit, "v", color=GREY, label="upper limit")
        legend_above(axes, 1)
    if "level" in curve.attrs:
        axes.axhline(curve.attrs["level"], color=GREY, lw=0.8)
    if "mark" in curve.attrs:
        axes.axvline(curve.attrs["mark"], color=ORANGE, lw=0.8, ls="--")
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
