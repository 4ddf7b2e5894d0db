"""Figure of superconducting fluctuations: R(T) above Tc, and the conductance of the pairs."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.numbers import plain, quantity_text
from papilio.plot.style import (
    DARK,
    DOWN,
    GREY,
    TWO_COLUMNS,
    UP,
    figure,
    legend_above,
    note,
    plain_logarithm,
    readings,
    resistance_scale,
)
from papilio.result import Result

_COLOURS = {"cooling": DOWN, "warming": UP}


def fluctuations(result: Result) -> Figure:
    """
    Sheet resistance with fit and normal resistance, and the conductance that fluctuations add.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.fluctuations`.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels, the second with both axes logarithmic.
    """
    sweeps = list(result.curves.values())
    made = figure(TWO_COLUMNS, 75.0)
    left, right = made.subplots(1, 2)
    scale, unit = resistance_scale([sweep["resistance"].values for sweep in sweeps])
    seen: set[str] = set()
    for sweep in sweeps:
        word = str(sweep.attrs["direction"])
        _draw_resistance(left, sweep, scale, word if word not in seen else None)
        _draw_conductance(right, sweep, word if word not in seen else None)
        seen.add(word)
    for axes in (left, right):
        axes.plot([], [], color=DARK, lw=0.9, label="fit")
    left.plot([], [], color=GREY, lw=0.8, ls="--", label="normal state")
    lines = []
    for name, symbol, factor, shown in (
        ("Tc0", "$T_{c0}$", 1.0, "K"),
        ("R_normal", "$R_N$", 1.0, "Ω"),
        ("delta", "$\\delta$", 1.0, ""),
    ):
        found = plain(result, name)
        if found is not None:
            lines.append(f"{symbol} {quantity_text(found, factor, shown)}")
    if lines:
        note(left, lines, "lower right")
    left.set_xlabel("temperature (K)")
    left.set_ylabel(f"sheet resistance ({unit})")
    legend_above(left, 4)
    right.set_xscale("log")
    right.set_yscale("log")
    for axis in (right.xaxis, right.yaxis):
        plain_logarithm(axis)
    right.set_ylim(*_height(sweeps))
    right.set_xlabel("$\\epsilon = \\ln(T/T_{c0})$ (dimensionless)")
    right.set_ylabel("conductance of fluctuations (mS)")
    note(right, [str(law) for law in dict.fromkeys(s.attrs["law"] for s in sweeps)], "lower left")
    legend_above(right, 3)
    return made


def _draw_resistance(axes: Axes, sweep: xr.Dataset, scale: float, label: str | None) -> None:
    T, colour = sweep["temperature"].values, _COLOURS[str(sweep.attrs["direction"])]
    readings(axes, T, sweep["resistance"].values * scale, color=colour, markersize=3.0, label=label)
    axes.plot(T, sweep["fit"].values * scale, color=DARK, lw=0.9, zorder=4)
    axes.plot(T, sweep["normal"].values * scale, color=GREY, lw=0.8, ls="--")
    axes.axvline(sweep.attrs["Tc0"], color=colour, lw=0.7, ls=":")


def _draw_conductance(axes: Axes, sweep: xr.Dataset, label: str | None) -> None:
    """Conductance less that of the normal state; a logarithm shows what is above zero."""
    epsilon = np.log(sweep["temperature"].values / sweep.attrs["Tc0"])
    normal = 1 / sweep["normal"].values
    colour = _COLOURS[str(sweep.attrs["direction"])]
    measured, fit = (1e3 * (1 / sweep[name].values - normal) for name in ("resistance", "fit"))
    std = 1e3 * sweep["std"].values / sweep["resistance"].values ** 2
    good = (epsilon > 0) & (measured > 0)
    axes.errorbar(
        epsilon[good],
        measured[good],
        std[good],
        fmt=".",
        color=colour,
        markersize=3.0,
        elinewidth=0.5,
        capsize=0.0,
        label=label,
    )
    drawn = (epsilon > 0) & (fit > 0)
    axes.plot(epsilon[drawn], fit[drawn], color=DARK, lw=0.9, zorder=4)


def _height(sweeps: list[xr.Dataset]) -> tuple[float, float]:
    """Range of the fits with room on both sides: readings in the noise do not decide it."""
    ends = [1e3 * (1 / s["fit"].values - 1 / s["normal"].values) for s in sweeps]
    values = np.concatenate(ends)
    values = values[values > 0]
    if not values.size:
        return 1e-3, 1.0
    return 0.3 * float(values.min()), 3.0 * float(values.max())
