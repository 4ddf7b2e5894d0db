"""Figure of the anisotropy: R(T) along two directions, and their difference."""

from __future__ import annotations

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.numbers import plain, quantity_text
from papilio.plot.style import (
    AMBER,
    BLUE,
    DARK,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    TWO_COLUMNS,
    figure,
    legend_above,
    note,
    readings,
    resistance_name,
    resistance_scale,
)
from papilio.result import Result

_DIRECTIONS = {-1: ("cooling", BLUE), 1: ("warming", ORANGE)}


def anisotropy(result: Result) -> Figure:
    """
    Resistance along two directions, scaled to one another, and what the first has more.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.anisotropy`.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels.
    """
    made = figure(TWO_COLUMNS, 70.0)
    left, right = made.subplots(1, 2)
    _draw_both(left, result)
    _draw_difference(right, result)
    right.set_xlim(left.get_xlim())
    return made


def _curves(result: Result, prefix: str) -> list[xr.Dataset]:
    return [curve for name, curve in result.curves.items() if name.startswith(prefix)]


def _draw_both(axes: Axes, result: Result) -> None:
    both = {word: _curves(result, f"{word}_") for word in ("first", "second")}
    everything = [curve["resistance"].values for curves in both.values() for curve in curves]
    scale, unit = resistance_scale(everything)
    # Not blue and orange: those are cooling and warming in all figures.
    for (word, curves), colour in zip(both.items(), (GREEN, PURPLE), strict=True):
        for number, curve in enumerate(curves):
            readings(
                axes,
                curve["temperature"].values,
                curve["resistance"].values * scale,
                color=colour,
                label=f"{word} direction" if number == 0 else None,
            )
    onset = plain(result, "T_onset")
    if onset is not None and onset.value is not None:
        axes.set_xlim(left=0.0, right=min(2.5 * onset.value, axes.get_xlim()[1]))
    ratio = plain(result, "normal_ratio")
    if ratio is not None:
        told = quantity_text(ratio, 1.0, "")
        note(axes, [f"$R_N$, first over second {told}"], "lower right")
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel(f"{resistance_name(result)} ({unit})")
    legend_above(axes, 2)


def _draw_difference(axes: Axes, result: Result) -> None:
    curves = _curves(result, "difference_")
    scale, unit = resistance_scale([curve["difference"].values for curve in curves])
    marked = False
    for curve in curves:
        word, colour = _DIRECTIONS.get(int(curve.attrs["direction"]), ("", GREY))
        readings(
            axes,
            curve["temperature"].values,
            curve["difference"].values * scale,
            color=colour,
            label=word,
        )
        told = curve.attrs
        if "size" in told and "T_max" in told:
            axes.plot(
                told["T_max"],
                told["size"] * scale,
                "o",
                color=AMBER,
                markeredgecolor=DARK,
                markeredgewidth=0.6,
                markersize=4.5,
                zorder=6,
                label=None if marked else "largest",
            )
            marked = True
        if "T_onset" in told:
            axes.axvline(told["T_onset"], color=colour, lw=0.8, ls="--")
        if "size" not in told:
            for sign, label in ((-1, None), (1, "95 % limit")):
                axes.axhline(
                    sign * told["limit"] * scale, color=colour, lw=1.0, ls=":", label=label
                )
    axes.axhline(0.0, color=DARK, lw=0.6)
    lines = []
    for name, symbol, factor, shown in (
        ("size", "largest", scale, unit),
        ("T_onset", "onset (dashed)", 1.0, "K"),
    ):
        found = plain(result, name)
        if found is not None:
            lines.append(f"{symbol} {quantity_text(found, factor, shown)}")
    if lines:
        note(axes, lines, "upper right")
    low, high = axes.get_ylim()
    axes.set_ylim(top=high + 0.15 * (high - low))
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel(f"first less second ({unit})")
    legend_above(axes, 3)
