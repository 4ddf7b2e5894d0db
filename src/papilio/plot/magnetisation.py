"""Figure of magnetisation loops: moment with its linear part, and the loop without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.numbers import plain, power_of_ten, quantity_text
from papilio.plot.style import (
    AMBER,
    DARK,
    DOWN,
    GREY,
    TWO_COLUMNS,
    UP,
    field_scale,
    figure,
    legend_above,
    note,
    readings,
    temperature_bar,
    temperature_colours,
)
from papilio.result import Quantity, Result

_COLOURS = {"down": DOWN, "up": UP}
#: Coercive fields on either side of zero that the corrected loop shows.
_REACH = 8.0


def magnetisation(result: Result) -> Figure:
    """
    Moment against field, as measured with the fitted lines and without slope and offset.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.magnetisation`.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels; branches differ in colour at one temperature, temperatures where there are more.
    """
    loops = list(result.curves.values())
    temperatures = list(dict.fromkeys(loop.attrs.get("temperature") for loop in loops))
    known = [t for t in temperatures if t is not None]
    # Both branches of one loop may differ by the thermometer's noise in their temperature.
    several = len(known) > 1 and np.ptp(known) > 0.02 * max(known)
    made = figure(TWO_COLUMNS, 75.0)
    left, right = made.subplots(1, 2)
    scale, unit = field_scale(*(loop["field"].values for loop in loops))
    if several:
        colours, normalize = temperature_colours(known)

        def colour(loop: xr.Dataset) -> object:
            return colours(normalize(loop.attrs["temperature"]))
    else:

        def colour(loop: xr.Dataset) -> object:
            return _COLOURS[str(loop.attrs["branch"])]

    raw_scale = power_of_ten("A m²", *(loop["moment"].values for loop in loops))
    own_scale = power_of_ten("A m²", *(loop["corrected"].values for loop in loops))
    _draw(left, loops, "moment", (scale, raw_scale[0]), colour, several=several)
    _draw(right, loops, "corrected", (scale, own_scale[0]), colour, several=several)
    _lines(left, loops, (scale, raw_scale[0]))
    _marks(right, result, loops, (scale, own_scale[0]))
    left.set_ylabel(f"moment ({raw_scale[1]})")
    right.set_ylabel(f"moment without linear part ({own_scale[1]})")
    for axes in (left, right):
        axes.set_xlabel(f"field $\\mu_0 H$ ({unit})")
        axes.locator_params(axis="x", nbins=6)
        legend_above(axes, 4)
    if several:
        temperature_bar(made, right, colours, normalize)
    else:
        _describe(right, result)
    return made


def _draw(
    axes: Axes,
    loops: Sequence[xr.Dataset],
    name: str,
    scales: tuple[float, float],
    colour: Callable[[xr.Dataset], object],
    *,
    several: bool,
) -> None:
    seen: set[str] = set()
    for loop in loops:
        word = str(loop.attrs["branch"])
        label = None if several or word in seen else word
        seen.add(word)
        readings(
            axes,
            loop["field"].values * scales[0],
            loop[name].values * scales[1],
            color=colour(loop),
            label=label,
            markersize=2.5,
            linestyle="-",
            linewidth=0.4,
        )


def _lines(axes: Axes, loops: Sequence[xr.Dataset], scales: tuple[float, float]) -> None:
    """Slope, offset and saturation moment that were fitted, outside the saturation field."""
    for number, loop in enumerate(loops):
        field, told = loop["field"].values, loop.attrs
        for sign in (-1, 1):
            ends = sign * np.array([told["saturation_field"], np.abs(field).max()])
            moment = told["offset"] + told["slope"] * ends + sign * told["saturation_moment"]
            axes.plot(
                ends * scales[0],
                moment * scales[1],
                color=DARK,
                lw=0.7,
                zorder=4,
                label="saturated: straight lines" if number == 0 and sign > 0 else None,
            )


def _marks(
    axes: Axes, result: Result, loops: Sequence[xr.Dataset], scales: tuple[float, float]
) -> None:
    """Saturation, zero crossings and remanence of each loop; the field range about them."""
    for level in (-1, 1):
        for moment in dict.fromkeys(loop.attrs["saturation_moment"] for loop in loops):
            axes.axhline(level * moment * scales[1], color=GREY, lw=0.6, ls="--", zorder=0)
    axes.axhline(0.0, color=DARK, lw=0.5)
    axes.axvline(0.0, color=DARK, lw=0.5)
    crossings = [q for q in result.select("coercive_field") if _measured(q)]
    first = True
    for quantity in crossings:
        (middle,) = result.select("shift", **quantity.conditions)[:1] or (None,)
        centre = 0.0 if middle is None or middle.value is None else middle.value
        for sign in (-1, 1):
            axes.plot(
                (centre + sign * (quantity.value or 0.0)) * scales[0],
                0.0,
                "D",
                color=AMBER,
                markeredgecolor=DARK,
                markeredgewidth=0.5,
                markersize=4,
                zorder=6,
                label="zero moment" if first else None,
            )
            first = False
    first = True
    for quantity in result.select("remanence"):
        if not _measured(quantity):
            continue
        for sign in (-1, 1):
            axes.plot(
                0.0,
                sign * (quantity.value or 0.0) * scales[1],
                "o",
                color=AMBER,
                markeredgecolor=DARK,
                markeredgewidth=0.5,
                markersize=4,
                zorder=6,
                label="remanence" if first else None,
            )
            first = False
    widest = max((quantity.value or 0.0 for quantity in crossings), default=0.0)
    reach = max(float(np.abs(loop["field"].values).max()) for loop in loops)
    if 0 < _REACH * widest < reach:
        axes.set_xlim(-_REACH * widest * scales[0], _REACH * widest * scales[0])


def _measured(quantity: Quantity) -> bool:
    return quantity.value is not None and quantity.limit is None


def _describe(axes: Axes, result: Result) -> None:
    lines = []
    for name, symbol, base in (
        ("saturation_moment", "$M_S$", "A m²"),
        ("remanence", "$M_R$", "A m²"),
        ("coercive_field", "$\\mu_0 H_C$", "T"),
    ):
        found = plain(result, name)
        if found is not None:
            scale, unit = (1e3, "mT") if base == "T" else (1.0, base)
            lines.append(f"{symbol} {quantity_text(found, scale, unit)}")
    if lines:
        low, high = axes.get_ylim()
        axes.set_ylim(bottom=low - 0.25 * (high - low))
        note(axes, lines, "lower right")
