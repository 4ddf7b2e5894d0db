"""Figure of the resistive transition: the whole record, and the step with what was read from it."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.style import (
    AMBER,
    DARK,
    DOWN,
    GREY,
    TWO_COLUMNS,
    UP,
    figure,
    legend_above,
    note,
    readings,
    resistance_name,
    resistance_scale,
)
from papilio.result import Result

_COLOURS = {"cooling": DOWN, "warming": UP}
#: Parts of the step that are marked: symbol and label.
_MARKS = {
    "zero": ("v", "zero"),
    "low": ("<", "lower part of the width"),
    "Tc": ("o", "$T_c$"),
    "high": (">", "upper part of the width"),
    "onset": ("^", "onset"),
}


def transition(result: Result) -> Figure:
    """
    Resistance against temperature, whole and around the step, with levels, windows and crossings.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.transition`.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels.
    """
    made = figure(TWO_COLUMNS, 70.0)
    whole, step = made.subplots(1, 2)
    scale, unit = resistance_scale([c["resistance"].values for c in result.curves.values()])
    seen: set[str] = set()
    for curve in result.curves.values():
        direction = str(curve.attrs["direction"])
        label = None if direction in seen else direction
        seen.add(direction)
        for axes in (whole, step):
            readings(
                axes,
                curve["temperature"].values,
                curve["resistance"].values * scale,
                color=_COLOURS[direction],
                label=label,
            )
        _mark(step, curve, scale)
    _levels(whole, step, result, scale)
    _zoom(step, result)
    for axes in (whole, step):
        axes.set_xlabel("temperature (K)")
        axes.set_ylabel(f"{resistance_name(result)} ({unit})")
    legend_above(whole, 3)
    told = [q for q in result.quantities if q.name == "transition.Tc" and not q.conditions]
    if told and told[0].value is not None:
        note(step, [f"$T_c$ = {told[0].text()}"])
    _explain(step, result)
    return made


def _mark(axes: Axes, curve: xr.Dataset, scale: float) -> None:
    """Crossings on the curve, and the windows that their local fits used."""
    floor, height = curve.attrs["floor"], curve.attrs["normal"] - curve.attrs["floor"]
    for name, (symbol, _) in _MARKS.items():
        if f"{name}_temperature" not in curve.attrs:
            continue
        level = floor + curve.attrs[f"{name}_fraction"] * height
        axes.plot(
            curve.attrs[f"{name}_temperature"],
            level * scale,
            symbol,
            color="white",
            markeredgecolor=_COLOURS[str(curve.attrs["direction"])],
            markeredgewidth=1.0,
            markersize=4.5,
            zorder=5,
        )
    if "Tc_window_low" in curve.attrs:
        axes.axvspan(
            curve.attrs["Tc_window_low"],
            curve.attrs["Tc_window_high"],
            color=AMBER,
            alpha=0.10,
            lw=0,
        )


def _levels(whole: Axes, step: Axes, result: Result, scale: float) -> None:
    normal = np.mean([curve.attrs["normal"] for curve in result.curves.values()])
    floor = np.mean([curve.attrs["floor"] for curve in result.curves.values()])
    for axes in (whole, step):
        for level in (normal, floor):
            axes.axhline(level * scale, color=GREY, lw=0.6, ls="--", zorder=0)
    label: str | None = "normal state read here"
    for curve in result.curves.values():
        whole.plot(
            curve.attrs["normal_temperature"],
            curve.attrs["normal"] * scale,
            "s",
            color="none",
            markeredgecolor=DARK,
            markersize=5,
            markeredgewidth=0.8,
            label=label,
        )
        label = None


def _zoom(axes: Axes, result: Result) -> None:
    """From below zero to above onset, half of that range more on either side."""
    ends = [
        curve.attrs[f"{name}_temperature"]
        for curve in result.curves.values()
        for name in _MARKS
        if f"{name}_temperature" in curve.attrs
    ]
    if ends:
        margin = 0.25 * max(max(ends) - min(ends), 0.02 * max(ends))
        axes.set_xlim(min(ends) - margin, max(ends) + margin)


def _explain(axes: Axes, result: Result) -> None:
    """Legend of the symbols, apart from colours, and of the shaded window."""
    used = [
        name
        for name in _MARKS
        if any(f"{name}_temperature" in curve.attrs for curve in result.curves.values())
    ]
    for name in used:
        symbol, label = _MARKS[name]
        axes.plot([], [], symbol, color="white", markeredgecolor=DARK, markersize=4, label=label)
    if "Tc" in used:
        axes.fill_between([], [], color=AMBER, alpha=0.25, lw=0, label="window of $T_c$")
    for line in axes.get_lines():
        if line.get_label() in _COLOURS:
            line.set_label("_in the other panel")
    legend_above(axes, 3)
