"""Figure of a series of butterflies: Delta R against what was varied, and out of the plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.numbers import quantity_text
from papilio.plot.style import (
    BLUE,
    DARK,
    ESTIMATE,
    GREEN,
    GREY,
    ONE_COLUMN,
    ORANGE,
    PURPLE,
    SKY,
    TWO_COLUMNS,
    figure,
    legend_above,
    note,
    plain_logarithm,
)
from papilio.result import Quantity, Result


@dataclass(frozen=True)
class _Varied:
    """How a panel shows what was varied: unit, label of the axis, number of the series."""

    factor: float
    unit: str
    label: str
    number: str
    symbol: str
    number_factor: float = 1.0
    number_unit: str = ""


_VARIED = {
    "temperature": _Varied(1.0, "K", "temperature", "maximum_temperature", "largest at", 1.0, "K"),
    "sweep_rate": _Varied(6e4, "mT/min", "sweep rate", "rate_exponent", "exponent"),
    "density": _Varied(
        1e-17, "$10^{17}$ m$^{-2}$", "sheet density $n_S$", "density_slope", "slope", 1e17,
        "Ω per $10^{17}$ m$^{-2}$",
    ),
    "gate_voltage": _Varied(1.0, "V", "gate voltage", "gate_slope", "slope", 1e3, "mΩ/V"),
}  # fmt: skip
_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, DARK, GREY)


def butterfly_series(result: Result) -> Figure:
    """
    Delta R of the butterfly against each quantity that was varied, with what was fitted.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.butterfly_series`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel for each varied quantity, and one of the orientation where it was measured.
    """
    panels = [varied for varied in _VARIED if f"against_{varied}_0" in result.curves]
    across = [q for q in result.select("out_of_plane") if q.value is not None]
    count = len(panels) + bool(across)
    rows = max(1, (count + 1) // 2)
    made = figure(TWO_COLUMNS if count > 1 else ONE_COLUMN, 65.0 * rows)
    grid = made.subplots(rows, 2 if count > 1 else 1, squeeze=False).ravel()
    for axes, varied in zip(grid, panels, strict=False):
        _draw_series(axes, result, varied)
    if across:
        _draw_orientation(grid[len(panels)], result, across[0])
    for axes in grid[max(count, 1) :]:
        axes.remove()
    return made


def _draw_series(axes: Axes, result: Result, varied: str) -> None:
    shown = _VARIED[varied]
    series = [
        (curve, result.curves.get(name.replace("against_", "fit_", 1)))
        for name, curve in result.curves.items()
        if name.startswith(f"against_{varied}_")
    ]
    logarithmic = varied == "sweep_rate" and all(
        bool((curve["delta_R"] > 0).all()) for curve, _ in series
    )
    for number, (curve, fit) in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        axes.errorbar(
            curve[varied] * shown.factor,
            curve["delta_R"],
            curve["delta_R_std"],
            color=colour,
            markersize=4,
            **ESTIMATE,
            label=_told([each.attrs for each, _ in series], number, varied),
        )
        if fit is not None:
            axes.plot(fit[varied] * shown.factor, fit["delta_R"], color=colour, lw=0.9)
    if logarithmic:
        axes.set_xscale("log")
        axes.set_yscale("log")
        plain_logarithm(axes.xaxis)
    elif varied != "temperature":
        axes.axhline(0.0, color=DARK, lw=0.6)
    found = [q for q in result.select(shown.number) if q.value is not None]
    held = [dict(q.conditions) for q in found]
    lines = []
    for number, quantity in enumerate(found[: len(_COLOURS)]):
        text = quantity_text(quantity, shown.number_factor, shown.number_unit)
        where = f"{_told(held, number, varied)}: " if len(found) > 1 else ""
        lines.append(f"{where}{shown.symbol} {text}")
    if lines:
        note(axes, lines, "upper left")
    low, high = axes.get_ylim()
    top = high * (high / low) ** 0.2 if logarithmic else high + 0.2 * (high - low)
    axes.set_ylim(top=top)
    axes.set_xlabel(f"{shown.label} ({shown.unit})")
    axes.set_ylabel("$\\Delta R$ (Ω)")
    legend_above(axes, 3)


def _told(held: Sequence[Mapping[Any, Any]], number: int, varied: str) -> str:
    """What is held in a series, as far as it tells it from the others."""
    own = held[number]
    parts = []
    for name, shown in _VARIED.items():
        if name == varied or name not in own:
            continue
        if len(held) == 1 or len({each.get(name) for each in held}) > 1:
            parts.append(f"{own[name] * shown.factor:.3g} {shown.unit}")
    return ", ".join(parts) or "loops"


def _draw_orientation(axes: Axes, result: Result, across: Quantity) -> None:
    """The largest Delta R in the plane beside the one out of it, or its limit."""
    along = max(
        (q for q in result.select("delta_R") if q.value is not None and q.limit is None),
        key=lambda q: q.value or 0.0,
        default=None,
    )
    shown = [(place, q) for place, q in enumerate((along, across)) if q is not None]
    for place, quantity in shown:
        value = quantity.value or 0.0
        if quantity.limit == "upper":
            axes.plot(place, value, "v", color=GREY, markersize=6, label="95 % upper limit")
        else:
            axes.errorbar(
                place, value, quantity.std, fmt="o", color=BLUE, markersize=5, elinewidth=0.8
            )
        axes.annotate(
            quantity_text(quantity, 1.0, "Ω").removeprefix("= "),
            (place, value),
            (8, 0),
            textcoords="offset points",
            va="center",
            fontsize=6.5,
        )
    axes.set_yscale("log" if all((q.value or 0.0) > 0 for _, q in shown) else "linear")
    if axes.get_yscale() == "log":
        values = [q.value or 0.0 for _, q in shown]
        axes.set_ylim(0.3 * min(values), 3 * max(values))
    axes.set_xticks((0, 1), ("in the plane", "out of the plane"))
    axes.set_xlim(-0.5, 1.9)
    axes.tick_params(axis="x", top=False, bottom=False)
    axes.set_xlabel("field (orientation)")
    axes.set_ylabel("$\\Delta R$ (Ω)")
    legend_above(axes, 1)
