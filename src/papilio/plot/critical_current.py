"""Figure of critical currents: the ramps with what was read from them, and the table with laws."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.numbers import handy, quantity_text
from papilio.plot.style import (
    AMBER,
    DARK,
    ESTIMATE,
    GREEN,
    GREY,
    ONE_COLUMN,
    ORANGE,
    TWO_COLUMNS,
    figure,
    legend_above,
    note,
    readings,
    temperature_bar,
    temperature_colours,
)
from papilio.result import Quantity, Result

_LAWS = {
    "bardeen": ("Bardeen", GREEN, "--"),
    "ambegaokar_baratoff": ("Ambegaokar-Baratoff", ORANGE, "-"),
}
#: Critical currents on either side of zero that are shown.
_REACH = 2.5


def critical_current(result: Result) -> Figure:
    """
    Voltage or differential resistance against current, and the critical current's temperatures.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.critical_current`.

    Returns
    -------
    matplotlib.figure.Figure
        A panel of the ramps and, where temperatures are known, one of the table.
    """
    table = "table" in result.curves
    made = figure(TWO_COLUMNS if table else ONE_COLUMN, 75.0)
    panels = made.subplots(1, 2 if table else 1, squeeze=False)[0]
    _draw_ramps(made, panels[0], result)
    if table:
        _draw_table(panels[1], result)
    return made


def _draw_ramps(made: Figure, axes: Axes, result: Result) -> None:
    sweeps = [curve for name, curve in result.curves.items() if name.startswith("sweep_")]
    name = "voltage" if "voltage" in sweeps[0] else "differential_resistance"
    scale, unit = handy("A", *(sweep["current"].values for sweep in sweeps))
    own, own_unit = handy(
        "V" if name == "voltage" else "Ω", *(sweep[name].values for sweep in sweeps)
    )
    known = [sweep.attrs["temperature"] for sweep in sweeps if "temperature" in sweep.attrs]
    several = len(known) == len(sweeps) and np.ptp(known) > 0.01 * max(known)
    if several:
        colours, normalize = temperature_colours(known)
    for sweep in sweeps:
        colour = colours(normalize(sweep.attrs["temperature"])) if several else DARK
        readings(
            axes,
            sweep["current"].values * scale,
            sweep[name].values * own,
            color=colour,
            linestyle="-",
            linewidth=0.4,
        )
    marked = _marks(axes, result, sweeps, name, (scale, own))
    if marked:
        ends = [abs(float(s["current"].max())) for s in sweeps]
        reach = min(_REACH * max(marked), max(ends))
        axes.set_xlim(-1.02 * reach * scale, 1.02 * reach * scale)
        if min(float(s["current"].min()) for s in sweeps) >= 0:
            axes.set_xlim(left=0.0)
    axes.set_xlabel(f"current ({unit})")
    axes.set_ylabel(f"{'voltage' if name == 'voltage' else 'dV/dI'} ({own_unit})")
    legend_above(axes, 2)
    if several:
        temperature_bar(made, axes, colours, normalize)
    else:
        lines = []
        for what, symbol in (("I_c", "$I_c$"), ("I_r", "$I_r$")):
            found = [q for q in result.select(what) if _both(q)]
            if found:
                lines.append(f"{symbol} {quantity_text(found[0], scale, unit)}")
        if lines:
            note(axes, lines, "lower right")


def _both(quantity: Quantity) -> bool:
    return "side" not in quantity.conditions and quantity.value is not None


def _marks(
    axes: Axes, result: Result, sweeps: list[xr.Dataset], name: str, scales: tuple[float, float]
) -> list[float]:
    """Critical and retrapping currents on the ramps that they come from; returns their sizes."""
    found: list[float] = []
    for what, symbol, label in (("I_c", "o", "critical"), ("I_r", "s", "retrapping")):
        first = True
        for quantity in result.select(what):
            side = quantity.conditions.get("side")
            if side is None or quantity.value is None or quantity.limit is not None:
                continue
            found.append(quantity.value)
            sign = 1.0 if side == "positive" else -1.0
            sweep = _ramp(sweeps, quantity, sign * (1 if what == "I_c" else -1))
            if sweep is None:
                continue
            order = np.argsort(sweep["current"].values)
            at = sign * quantity.value
            height = np.interp(at, sweep["current"].values[order], sweep[name].values[order])
            axes.plot(
                at * scales[0],
                height * scales[1],
                symbol,
                color="white" if what == "I_r" else AMBER,
                markeredgecolor=DARK,
                markeredgewidth=0.6,
                markersize=4,
                zorder=6,
                label=label if first else None,
            )
            first = False
    return found


def _ramp(sweeps: list[xr.Dataset], quantity: Quantity, direction: float) -> xr.Dataset | None:
    """A sweep at that temperature whose current changes in that direction."""
    wanted = quantity.conditions.get("temperature")
    for sweep in sweeps:
        temperature = sweep.attrs.get("temperature")
        near = (
            wanted is None
            or temperature is None
            or abs(temperature - float(wanted)) < 0.02 * float(wanted)
        )
        if near and sweep.attrs["direction"] == direction:
            return sweep
    return None


def _draw_table(axes: Axes, result: Result) -> None:
    table = result.curves["table"]
    back = [
        (float(q.conditions["temperature"]), q.value, q.std or 0.0)
        for q in result.select("I_r")
        if _both(q) and "temperature" in q.conditions and q.value is not None
    ]
    scale, unit = handy("A", table["I_c"].values)
    lines = []
    for law, (label, colour, dashes) in _LAWS.items():
        fit = result.curves.get(f"fit_{law}")
        if fit is not None:
            axes.plot(fit["temperature"], fit["I_c"] * scale, color=colour, ls=dashes, label=label)
            for quantity in result.select("Tc", law=law):
                lines.append(f"{label}: $T_c$ {quantity_text(quantity, 1.0, 'K')}")
    axes.errorbar(
        table["temperature"],
        table["I_c"] * scale,
        table["I_c_std"] * scale,
        color=DARK,
        markersize=4.5,
        **ESTIMATE,
        label="critical",
        zorder=5,
    )
    if back:
        temperature, current, std = np.array(back).T
        axes.errorbar(
            temperature,
            current * scale,
            std * scale,
            fmt="s",
            color=GREY,
            markerfacecolor="white",
            markersize=3.5,
            elinewidth=0.8,
            label="retrapping",
        )
    if lines:
        note(axes, lines, "lower left")
    axes.set_xlim(left=0.0)
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel(f"current ({unit})")
    legend_above(axes, 2)
