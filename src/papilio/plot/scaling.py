"""Figure of samples of several densities: critical temperature, and where the butterfly ends."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.numbers import plain, quantity_text
from papilio.plot.style import (
    AMBER,
    BLUE,
    DARK,
    ESTIMATE,
    GREY,
    ONE_COLUMN,
    ORANGE,
    TWO_COLUMNS,
    figure,
    legend_above,
    note,
)
from papilio.result import Result

_DENSITY = 1e-17
_DENSITY_LABEL = "sheet density $n_S$ ($10^{17}$ m$^{-2}$)"


def scaling(result: Result) -> Figure:
    """
    Critical temperature and Delta R of the butterfly against sheet density.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.scaling`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each of the two that the Result has.
    """
    panels = [
        draw
        for name, draw in (("critical_temperature", _draw_line), ("delta_R", _draw_threshold))
        if name in result.curves
    ]
    made = figure(TWO_COLUMNS if len(panels) > 1 else ONE_COLUMN, 70.0)
    for axes, draw in zip(
        made.subplots(1, max(1, len(panels)), squeeze=False)[0], panels, strict=False
    ):
        draw(axes, result)
        axes.set_xlabel(_DENSITY_LABEL)
        axes.set_xlim(left=0.0)
    return made


def _draw_line(axes: Axes, result: Result) -> None:
    points, line = result.curves["critical_temperature"], result.curves.get("line")
    axes.errorbar(
        points["density"] * _DENSITY,
        points["critical_temperature"],
        points["critical_temperature_std"],
        points["density_std"] * _DENSITY,
        color=DARK,
        markersize=4.5,
        **ESTIMATE,
        label="samples",
    )
    if line is not None:
        density = line["density"].values * _DENSITY
        axes.plot(density, line["critical_temperature"], color=ORANGE, label="straight line")
        axes.fill_between(density, line["low"], line["high"], color=ORANGE, alpha=0.2, lw=0)
        axes.axhline(0.0, color=DARK, lw=0.6)
    lines = []
    for name, symbol, factor, unit in (
        ("Tc_slope", "slope", 1e17, "K per $10^{17}$ m$^{-2}$"),
        ("Tc_intercept", "intercept", 1.0, "K"),
    ):
        found = plain(result, name)
        if found is not None:
            lines.append(f"{symbol} {quantity_text(found, factor, unit)}")
    if lines:
        note(axes, lines, "upper left")
    axes.set_ylabel("critical temperature (K)")
    legend_above(axes, 2)


def _draw_threshold(axes: Axes, result: Result) -> None:
    points = result.curves["delta_R"]
    density, height = points["density"].values * _DENSITY, points["delta_R"].values
    std = points["delta_R_std"].values
    signal, limit = (points[name].values.astype(bool) for name in ("signal", "limit"))
    for chosen, fill, label in (
        (signal, BLUE, "signal"),
        (~signal & ~limit, "white", "no signal"),
    ):
        if chosen.any():
            axes.errorbar(
                density[chosen],
                height[chosen],
                std[chosen],
                fmt="o",
                color=BLUE,
                markerfacecolor=fill,
                markersize=4.5,
                elinewidth=0.8,
                label=label,
            )
    if limit.any():
        axes.plot(density[limit], height[limit], "v", color=GREY, markersize=5, label="upper limit")
    axes.axhline(0.0, color=DARK, lw=0.6)
    if "low" in points.attrs:
        ends = points.attrs["low"] * _DENSITY, points.attrs["high"] * _DENSITY
        axes.axvspan(*ends, color=AMBER, alpha=0.25, lw=0, label="threshold lies here")
    found = plain(result, "percolation_density")
    if found is not None:
        text = quantity_text(found, _DENSITY, "× $10^{17}$ m$^{-2}$")
        note(axes, [f"threshold {text}"], "upper right")
    axes.set_xlim(right=1.1 * float(density.max()))
    axes.set_ylim(top=1.25 * max(float((height + std).max()), 1e-12))
    axes.set_ylabel("$\\Delta R$ of the butterfly (Ω)")
    legend_above(axes, 4)
