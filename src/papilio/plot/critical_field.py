"""Figure of the critical fields: sweeps with their crossings, fields against temperature."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure

from papilio.plot.style import (
    DARK,
    ESTIMATE,
    GREEN,
    GREY,
    ORANGE,
    TWO_COLUMNS,
    field_scale,
    figure,
    legend_above,
    note,
    readings,
    resistance_scale,
    temperature_bar,
    temperature_colours,
)
from papilio.result import Quantity, Result, with_uncertainty

_ORIENTATIONS = ("perpendicular", "parallel")


def critical_field(result: Result) -> Figure:
    """
    For each orientation the field sweeps with their crossings, and the fields with their fit.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.critical_field`.

    Returns
    -------
    matplotlib.figure.Figure
        One row of two panels for each orientation.
    """
    shown = [orientation for orientation in _ORIENTATIONS if _sweeps(result.curves, orientation)]
    made = figure(TWO_COLUMNS, 75.0 * len(shown))
    grid = made.add_gridspec(2 * len(shown), 2, height_ratios=(3, 1) * len(shown))
    for row, orientation in enumerate(shown):
        left = made.add_subplot(grid[2 * row : 2 * row + 2, 0])
        right = made.add_subplot(grid[2 * row, 1])
        rest = made.add_subplot(grid[2 * row + 1, 1], sharex=right)
        sweeps = _sweeps(result.curves, orientation)
        colours, normalize = temperature_colours([s.attrs["temperature"] for s in sweeps])
        scale, unit = field_scale(*(sweep["field"].values for sweep in sweeps))
        ohm, ohm_unit = resistance_scale([sweep["resistance"].values for sweep in sweeps])
        for sweep in sweeps:
            _draw_sweep(left, sweep, (scale, ohm), colours, normalize)
        left.set_xlim(*(limit * scale for limit in _limits(sweeps)))
        left.plot([], [], "o", color="white", markeredgecolor=DARK, label="half resistance")
        if any(sweep.sizes.get("outlier", 0) for sweep in sweeps):
            left.plot([], [], "x", color=DARK, label="not followed")
        legend_above(left, 2)
        left.set_xlabel(f"{orientation} field $\\mu_0 H$ ({unit})")
        left.set_ylabel(f"resistance ({ohm_unit})")
        temperature_bar(made, left, colours, normalize)
        _draw_fields(right, result, orientation)
        _draw_rest(rest, result, orientation)
        right.tick_params(labelbottom=False)
    return made


def _sweeps(curves: Mapping[str, xr.Dataset], orientation: str) -> list[xr.Dataset]:
    return [
        curve
        for curve in curves.values()
        if curve.attrs.get("orientation") == orientation and "resistance" in curve
    ]


def _limits(sweeps: list[xr.Dataset]) -> tuple[float, float]:
    """Field range shown, T: far beyond the outermost crossing there is nothing to see."""
    ends = [float(end) for s in sweeps for end in (s["field"].min(), s["field"].max())]
    crossings = [
        abs(s.attrs[side]) for s in sweeps for side in ("positive", "negative") if side in s.attrs
    ]
    most = 2.5 * max(crossings, default=max(map(abs, ends)))
    room = 0.03 * (max(ends) - min(ends))
    return max(min(ends) - room, -most), min(max(ends) + room, most)


def _draw_sweep(
    axes: Axes,
    sweep: xr.Dataset,
    scales: tuple[float, float],
    colours: Colormap,
    normalize: Normalize,
) -> None:
    colour = colours(normalize(sweep.attrs["temperature"]))
    scale, ohm = scales
    field, resistance = sweep["field"].values * scale, sweep["resistance"].values * ohm
    look = {"linestyle": "-", "linewidth": 0.4, "markersize": 1.2}
    # Dozens of sweeps: as an image all of them together take little room.
    readings(axes, field, resistance, color=colour, rasterized=True, **look)
    if sweep.sizes.get("outlier", 0):
        axes.plot(
            sweep["outlying_field"].values * scale,
            sweep["outlying_resistance"].values * ohm,
            "x",
            color=DARK,
            markersize=3,
        )
    order = np.argsort(field)
    for side in ("positive", "negative"):
        if side in sweep.attrs:
            crossing = sweep.attrs[side] * scale
            axes.plot(
                crossing,
                np.interp(crossing, field[order], resistance[order]),
                "o",
                color=colour,
                markeredgecolor=DARK,
                markeredgewidth=0.5,
                markersize=3.5,
                zorder=5,
            )


def _draw_fields(axes: Axes, result: Result, orientation: str) -> None:
    points = result.curves.get(f"half_fields_{orientation}")
    fit = result.curves.get(f"fit_{orientation}")
    both = [curve["field"].values for curve in (points, fit) if curve is not None]
    scale, unit = field_scale(*both)
    if fit is not None:
        temperature, field = fit["temperature"].values, fit["field"].values * scale
        axes.plot(temperature, field, color=ORANGE, label="Ginzburg-Landau fit")
    other = result.curves.get(f"fit_{orientation}_whh")
    if other is not None:
        axes.plot(
            other["temperature"],
            other["field"] * scale,
            color=GREEN,
            ls="--",
            lw=0.8,
            label="dirty limit (WHH)",
        )
    if points is not None:
        used = points["used"].values.astype(bool)
        for chosen, colour, label in (
            (used, DARK, "mean of both signs"),
            (~used, GREY, "not fitted"),
        ):
            if chosen.any():
                axes.errorbar(
                    points["temperature"].values[chosen],
                    points["field"].values[chosen] * scale,
                    points["field_std"].values[chosen] * scale,
                    color=colour,
                    markersize=5,
                    **ESTIMATE,
                    label=label,
                )
    for side, symbol in (("positive", "+"), ("negative", "x")):
        ones = [
            (float(q.conditions["temperature"]), abs(q.value))
            for q in result.select("half_field", orientation=orientation, side=side)
            if q.value is not None
        ]
        if ones:
            temperature, field = np.array(ones).T
            axes.plot(
                temperature,
                field * scale,
                symbol,
                color=GREY,
                markersize=3.5,
                markeredgewidth=0.7,
                zorder=5,
                label=f"{side} field",
            )
    told = {"Tc": "$T_c$", "xi_GL": "$\\xi_{GL}(0)$", "d_SC": "$d_{SC}$"}
    lines = [f"{told[name]} = {_handy(result[name])}" for name in told if _stands(result, name)]
    note(axes, lines, "upper right")
    axes.set_xlim(left=0.0)
    axes.set_ylim(bottom=0.0)
    axes.set_ylabel(f"half-resistance field ({unit})")
    legend_above(axes, 2)


def _draw_rest(axes: Axes, result: Result, orientation: str) -> None:
    """What the fit leaves of the measured fields, with error bars, and the fit's own band."""
    points = result.curves.get(f"half_fields_{orientation}")
    fit = result.curves.get(f"fit_{orientation}")
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel("less fit (mT)")
    if points is None or fit is None:
        return
    temperature, band = fit["temperature"].values, 1e3 * fit["field_std"].values
    axes.fill_between(temperature, -band, band, color=ORANGE, alpha=0.3, lw=0)
    axes.axhline(0.0, color=ORANGE, lw=0.8)
    at = points["temperature"].values
    expected = np.interp(at, temperature, fit["field"].values)
    below = at <= temperature.max()  # above Tc there is no critical field to compare with
    axes.errorbar(
        at[below],
        1e3 * (points["field"].values - expected)[below],
        1e3 * points["field_std"].values[below],
        fmt="o",
        color=DARK,
        markersize=3,
        elinewidth=0.8,
    )
    rest = 1e3 * np.abs(points["field"].values - expected)[below]
    error = 1e3 * points["field_std"].values[below]
    if rest.size:
        # The band grows without bound towards Tc; the points decide the height.
        reach = 1.3 * float((rest + error).max())
        axes.set_ylim(-reach, reach)


def _stands(result: Result, name: str) -> bool:
    return any(quantity.value is not None for quantity in result.select(name))


def _handy(quantity: Quantity) -> str:
    """Lengths in nanometres, the rest as it is."""
    if quantity.unit != "m" or quantity.value is None:
        return quantity.text()
    std = None if quantity.std is None else quantity.std * 1e9
    return f"{with_uncertainty(quantity.value * 1e9, std)} nm"
