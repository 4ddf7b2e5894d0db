"""Figure of the BKT transition: current-voltage curves, their exponent, and R(T)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from papilio.plot.numbers import handy, plain, quantity_text
from papilio.plot.style import (
    AMBER,
    DARK,
    DOWN,
    ESTIMATE,
    GREEN,
    GREY,
    ORANGE,
    TWO_COLUMNS,
    UP,
    figure,
    legend_above,
    note,
    readings,
    resistance_name,
    temperature_bar,
    temperature_colours,
)
from papilio.result import Result

Array = NDArray[np.float64]

#: Panels in the order in which they are drawn, with the curve that each one needs.
_NEEDED = ("current_voltage_0", "exponents", "linearised", "resistance")
#: Sign of the change of temperature, colour, label.
_DIRECTIONS = ((-1, DOWN, "cooling"), (1, UP, "warming"), (0, DARK, "readings"))


def bkt(result: Result) -> Figure:
    """
    Current-voltage curves with their windows, the exponent's crossing of 3, and R(T) in two ways.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.bkt`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each of the four that the Result has curves for, two in a row.
    """
    draw: tuple[Callable[[Figure, Axes, Result], None], ...] = (
        _draw_current_voltage,
        _draw_exponents,
        _draw_linearised,
        _draw_resistance,
    )
    panels = [
        panel for panel, name in zip(draw, _NEEDED, strict=True) if _holds(result.curves, name)
    ]
    rows = max(1, (len(panels) + 1) // 2)
    made = figure(TWO_COLUMNS, 75.0 * rows)
    grid = made.add_gridspec(rows, 2)
    for number, panel in enumerate(panels):
        row, column = divmod(number, 2)
        alone = number == len(panels) - 1 and column == 0
        panel(made, made.add_subplot(grid[row, :] if alone else grid[row, column]), result)
    return made


def _holds(curves: Mapping[str, xr.Dataset], name: str) -> bool:
    return name in curves and all(size > 0 for size in curves[name].sizes.values())


def _current_voltages(curves: Mapping[str, xr.Dataset]) -> list[xr.Dataset]:
    return [curve for name, curve in curves.items() if name.startswith("current_voltage_")]


def _draw_current_voltage(made: Figure, axes: Axes, result: Result) -> None:
    """Both axes logarithmic; what a fit did not use is pale."""
    sweeps = _current_voltages(result.curves)
    colours, normalize = temperature_colours([sweep.attrs["temperature"] for sweep in sweeps])
    scale, unit = handy("A", *(sweep["current"].values for sweep in sweeps))
    voltage = sweeps[0]["signal"].attrs.get("units") == "V"
    ohm, signal_unit = handy("V" if voltage else "Ω", *(s["signal"].values for s in sweeps))
    for sweep in sweeps:
        _draw_sweep(axes, sweep, (scale, ohm), colours, normalize)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(*_height(sweeps, ohm))
    _draw_cube(axes, sweeps, (scale, ohm), voltage)
    axes.plot([], [], ".", color=GREY, alpha=0.4, label="not fitted")
    axes.plot([], [], color=DARK, lw=0.8, label="fit in its window")
    axes.set_xlabel(f"current ({unit})")
    name = "voltage, offset removed" if voltage else "differential resistance"
    axes.set_ylabel(f"{name} ({signal_unit})")
    legend_above(axes, 3)
    temperature_bar(made, axes, colours, normalize)


def _draw_sweep(
    axes: Axes,
    sweep: xr.Dataset,
    scales: tuple[float, float],
    colours: Colormap,
    normalize: Normalize,
) -> None:
    colour = colours(normalize(sweep.attrs["temperature"]))
    current, signal = sweep["current"].values * scales[0], sweep["signal"].values * scales[1]
    used = sweep["used"].values.astype(bool)
    above = signal > 0  # below zero there is noise alone, which a logarithm cannot show
    for chosen, look in ((~used, {"alpha": 0.3}), (used, {"markersize": 3.5})):
        readings(axes, current[chosen & above], signal[chosen & above], color=colour, **look)
    order = np.argsort(current[used], kind="stable")
    fit = sweep["fit"].values[used][order] * scales[1]
    axes.plot(current[used][order], fit, color=DARK, lw=0.6, zorder=4)


def _height(sweeps: list[xr.Dataset], ohm: float) -> tuple[float, float]:
    """From a little below the smallest fitted signal to the largest of all."""
    used = np.concatenate(
        [s["fit"].values[s["used"].values.astype(bool)] for s in sweeps] or [np.ones(1)]
    )
    largest = max(float(np.nanmax(s["signal"].values)) for s in sweeps)
    low = float(used[used > 0].min()) if (used > 0).any() else 1e-6 * largest
    return 0.2 * low * ohm, 3 * largest * ohm


def _draw_cube(
    axes: Axes, sweeps: list[xr.Dataset], scales: tuple[float, float], voltage: bool
) -> None:
    """V ~ I^3 through the curve whose exponent is nearest to 3."""
    nearest = min(sweeps, key=lambda sweep: abs(sweep.attrs["alpha"] - 3))
    used = nearest["used"].values.astype(bool) & (nearest["fit"].values > 0)
    if not used.any():
        return
    current, fit = nearest["current"].values[used], nearest["fit"].values[used]
    at, through = np.exp(np.log(current).mean()), np.exp(np.log(fit).mean())
    power = 3 if voltage else 2
    span = np.array([0.3 * current.min(), 3 * current.max()])
    label = "$V \\propto I^3$" if voltage else "$dV/dI \\propto I^2$"
    line = through * (span / at) ** power
    axes.plot(span * scales[0], line * scales[1], color=GREEN, ls="--", lw=1.0, label=label)


def _draw_exponents(made: Figure, axes: Axes, result: Result) -> None:
    del made
    points = result.curves["exponents"]
    used = points["used"].values.astype(bool)
    T = points["temperature"].values
    for chosen, colour, label in ((used, DARK, "in the local fit"), (~used, GREY, "not fitted")):
        if chosen.any():
            axes.errorbar(
                T[chosen],
                points["alpha"].values[chosen],
                points["alpha_std"].values[chosen],
                color=colour,
                markersize=4,
                **ESTIMATE,
                label=label,
            )
    axes.axhline(3.0, color=GREEN, lw=0.8, ls="--", label="$\\alpha = 3$")
    fit = result.curves.get("exponents_fit")
    if fit is not None:
        axes.plot(fit["temperature"], fit["alpha"], color=ORANGE, label="local fit")
        _mark(axes, fit.attrs["T_BKT"], fit.attrs["T_BKT_std"])
    found = plain(result, "T_BKT_iv")
    if found is not None:
        note(axes, [f"$T_{{BKT}}$ {quantity_text(found, 1.0, 'K')}"], "upper right")
    largest = float(points["alpha"].values.max())
    axes.set_ylim(0.0, 1.15 * max(largest, 3.5))
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel("exponent $\\alpha$ (dimensionless)")
    legend_above(axes, 4)


def _mark(axes: Axes, temperature: float, std: float) -> None:
    axes.axvspan(temperature - std, temperature + std, color=AMBER, alpha=0.4, lw=0)
    axes.axvline(temperature, color=AMBER, lw=0.8)


def _draw_linearised(made: Figure, axes: Axes, result: Result) -> None:
    del made
    points = result.curves["linearised"]
    T, power, std = (points[name].values for name in ("temperature", "power", "power_std"))
    for sign, colour, word in _DIRECTIONS:
        chosen = np.sign(points["direction"].values) == sign
        if chosen.any():
            axes.errorbar(
                T[chosen],
                power[chosen],
                std[chosen],
                fmt="o",
                color=colour,
                markerfacecolor="white",
                markersize=3,
                elinewidth=0.6,
                label=f"{word} less lag" if sign else word,
            )
    line = points["line"].values
    crossing = float(points.attrs["T_BKT"])
    axes.plot(
        np.append(crossing, np.sort(T[line > 0])),
        np.append(0.0, np.sort(line[line > 0])),
        color=DARK,
        label="line",
        zorder=4,
    )
    axes.axhline(0.0, color=DARK, lw=0.6)
    found = plain(result, "T_BKT_halperin_nelson_linearised")
    if found is not None:
        _mark(axes, crossing, found.std or 0.0)
        note(axes, [f"$T_{{BKT}}$ {quantity_text(found, 1.0, 'K')}"], "lower right")
    room = 0.1 * float(np.ptp(np.append(T, crossing)))
    axes.set_xlim(min(crossing, float(T.min())) - room, float(T.max()) + room)
    axes.set_ylim(*_reach(power, std, line))
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel("$(d\\,\\ln R/dT)^{-2/3}$ (K$^{2/3}$)")
    legend_above(axes, 3)


def _reach(
    power: Array,
    std: Array,
    line: Array,
) -> tuple[float, float]:
    """Height of the points that mean something: those with wild error bars may leave the panel."""
    known = power[std < 0.5 * power]
    top = max(float(line.max()), float(known.max()) if known.size else float(power.max()))
    return -0.08 * top, 1.2 * top


def _draw_resistance(made: Figure, axes: Axes, result: Result) -> None:
    del made
    curve = result.curves["resistance"]
    T, R = curve["temperature"].values, curve["resistance"].values
    direction, used = curve["direction"].values, curve["used"].values.astype(bool)
    for sign, colour, word in _DIRECTIONS:
        chosen = (np.sign(direction) == sign) & (R > 0)
        if chosen.any():
            readings(axes, T[chosen], R[chosen], color=colour, markersize=3.0, label=word)
    axes.set_yscale("log")
    low, high = curve.attrs["window_low"], curve.attrs["window_high"]
    axes.axvspan(low, high, color=AMBER, alpha=0.15, lw=0, label="window")
    fit = result.curves.get("halperin_nelson_fit")
    lines = []
    if fit is not None:
        axes.plot(
            fit["temperature"],
            fit["resistance"],
            color=DARK,
            lw=1.0,
            zorder=4,
            label="fit, lag removed",
        )
        axes.axvline(fit.attrs["T_BKT"], color=AMBER, lw=0.8)
    for name, symbol, unit in (
        ("T_BKT_halperin_nelson", "$T_{BKT}$", "K"),
        ("b", "$b$", ""),
        ("R0", "$R_0$", "Ω"),
    ):
        found = plain(result, name)
        if found is not None:
            lines.append(f"{symbol} {quantity_text(found, 1.0, unit)}")
    if lines:
        note(axes, lines, "lower right")
    _frame(axes, T, R, used, curve.attrs["normal"])
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel(f"{resistance_name(result)}, floor removed (Ω)")
    legend_above(axes, 4)


def _frame(
    axes: Axes,
    T: Array,
    R: Array,
    used: NDArray[np.bool_],
    normal: float,
) -> None:
    """The window and as much again above it; noise far below the window is cut off."""
    inside = R[used & (R > 0)]
    smallest = float(inside.min()) if inside.size else 1e-4 * normal
    axes.set_ylim(0.2 * smallest, 2 * normal)
    if used.any():
        width = float(np.ptp(T[used]))
        low, high = float(T[used].min()) - 0.5 * width, float(T[used].max()) + width
        axes.set_xlim(max(low, float(T.min())), min(high, float(T.max())))
