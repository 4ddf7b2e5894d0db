"""Figure of the butterfly: both branches with peaks, edges and windows, and their difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.style import (
    DARK,
    DOWN,
    TWO_COLUMNS,
    UP,
    field_scale,
    figure,
    legend_above,
    readings,
    resistance_name,
    resistance_scale,
)
from papilio.result import Result

_COLOURS = {"down": DOWN, "up": UP}
#: What happens inside a third of the field range is drawn larger.
_SMALL = 1 / 3
#: More rows of panels than these do not fit a page.
MOST_ROWS = 8


def butterfly(result: Result) -> Figure:
    """
    Resistance against field on both branches, and their difference, for each temperature and rate.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.butterfly`.

    Returns
    -------
    matplotlib.figure.Figure
        One row of two panels for each loop.
    """
    loops = _loops(result.curves)[:MOST_ROWS]
    made = figure(TWO_COLUMNS, 65.0 * max(1, len(loops)))
    rows = made.subplots(max(1, len(loops)), 2, squeeze=False)
    for (left, right), (difference, sweeps) in zip(rows, loops, strict=False):
        limits = _limits(sweeps)
        scale, unit = field_scale(np.array(limits))
        ohm, ohm_unit = resistance_scale([sweep["resistance"].values for sweep in sweeps])
        left.set_ylim(*_height(sweeps, limits, ohm))
        for number, sweep in enumerate(sweeps):
            _draw_sweep(left, sweep, (scale, ohm), first=number < 2)
        readings(
            right,
            difference["field"].values * scale,
            difference["difference"].values * ohm,
            color=DARK,
            linestyle="-",
            linewidth=0.5,
        )
        right.axhline(0.0, color=DARK, lw=0.6)
        for axes in (left, right):
            axes.set_xlim(*(limit * scale for limit in limits))
            axes.set_xlabel(f"field $\\mu_0 H$ ({unit})")
        left.set_ylabel(f"{resistance_name(result)} ({ohm_unit})")
        right.set_ylabel(f"up less down branch ({ohm_unit})")
        legend_above(left, 4)
        right.set_title(_told(difference), loc="right")
    return made


def _loops(curves: Mapping[str, xr.Dataset]) -> list[tuple[xr.Dataset, list[xr.Dataset]]]:
    """Each difference with the sweeps that stand behind it."""
    loops: list[tuple[xr.Dataset, list[xr.Dataset]]] = []
    for curve in curves.values():
        if "difference" in curve:
            loops.append((curve, []))
        elif loops:
            loops[-1][1].append(curve)
    return loops


def _told(difference: xr.Dataset) -> str:
    told = []
    if "temperature" in difference.attrs:
        told.append(f"{difference.attrs['temperature']:.3g} K")
    if "sweep_rate" in difference.attrs:
        told.append(f"{60e3 * difference.attrs['sweep_rate']:.3g} mT/min")
    return ", ".join(told)


def _draw_sweep(axes: Axes, sweep: xr.Dataset, scales: tuple[float, float], *, first: bool) -> None:
    scale, ohm = scales
    branch = str(sweep.attrs["branch"])
    colour = _COLOURS[branch]
    field, resistance = sweep["field"].values * scale, sweep["resistance"].values * ohm
    look = {"linestyle": "-", "linewidth": 0.4}
    readings(axes, field, resistance, color=colour, label=branch if first else None, **look)
    if sweep.sizes.get("outlier", 0):
        # One far outside is drawn at the edge of the panel, so that it is seen without shrinking
        # the loop.
        low, high = axes.get_ylim()
        axes.plot(
            sweep["outlying_field"].values * scale,
            np.clip(sweep["outlying_resistance"].values * ohm, low, high),
            "x",
            color=colour,
            markersize=4,
            clip_on=False,
            label=f"{branch}: not followed" if first else None,
        )
    if "peak_field" in sweep.attrs:
        _mark_peak(axes, sweep, scales)
    order = np.argsort(field)
    for name in sweep.attrs:
        if str(name).startswith("edge_"):
            edge = sweep.attrs[name] * scale
            axes.plot(
                edge, np.interp(edge, field[order], resistance[order]), "D", **_mark_of(colour)
            )


def _mark_of(colour: str) -> dict[str, Any]:
    return {
        "color": colour,
        "markeredgecolor": DARK,
        "markeredgewidth": 0.5,
        "markersize": 4,
        "zorder": 6,
    }


def _mark_peak(axes: Axes, sweep: xr.Dataset, scales: tuple[float, float]) -> None:
    """The window, the base line in it and the height of the peak above that line."""
    scale, ohm = scales
    told = sweep.attrs
    ends = np.array([told["window_low"], told["window_high"]]) * scale
    line = np.array([told["baseline_left"], told["baseline_right"]]) * ohm
    at = told["peak_field"] * scale
    base = np.interp(at, ends, line)
    top = base + told["peak_height"] * ohm
    colour = _COLOURS[str(told["branch"])]
    axes.axvspan(*ends, color=colour, alpha=0.08, lw=0)
    axes.plot(ends, line, color=DARK, lw=0.6, ls="--")
    axes.plot([at, at], [base, top], color=DARK, lw=0.8, ls=":", zorder=5)
    axes.plot(at, top, "o", **_mark_of(colour))


def _limits(sweeps: list[xr.Dataset]) -> tuple[float, float]:
    """Field range shown: that of the windows and edges where they are a small part of it, T."""
    fields = np.concatenate([sweep["field"].values for sweep in sweeps])
    marked = [
        sweep.attrs[name]
        for sweep in sweeps
        for name in sweep.attrs
        if str(name).startswith(("window_", "edge_"))
    ]
    reach = float(np.abs(fields).max())
    inner = max((abs(value) for value in marked), default=reach)
    if inner < _SMALL * reach:
        return -1.6 * inner, 1.6 * inner
    return float(fields.min()), float(fields.max())


def _height(
    sweeps: list[xr.Dataset], limits: tuple[float, float], ohm: float
) -> tuple[float, float]:
    """Range of what is inside the limits, with a little room, in the unit shown."""
    inside = np.concatenate(
        [
            sweep["resistance"].values[
                (sweep["field"].values >= limits[0]) & (sweep["field"].values <= limits[1])
            ]
            for sweep in sweeps
        ]
    )
    room = 0.06 * (float(np.ptp(inside)) or 1.0)
    return (float(inside.min()) - room) * ohm, (float(inside.max()) + room) * ohm
