"""Figures that a study arranges itself: panels of curves from several answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LogNorm, Normalize
from matplotlib.figure import Figure

from papilio.errors import StudyError
from papilio.plot.numbers import handy, power_of_ten
from papilio.plot.series import Series, quantity, series
from papilio.plot.style import (
    BLUE,
    DARK,
    GREEN,
    GREY,
    MOST_VECTOR_POINTS,
    ORANGE,
    PURPLE,
    SKY,
    TWO_COLUMNS,
    field_scale,
    figure,
    legend_above,
    resistance_scale,
    temperature_colours,
)
from papilio.study import StudyRun
from papilio.study.layout import Layer, Panel

#: Height of one row of panels, mm.
_ROW = 58.0
_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, DARK)
#: Entries of a legend beside each other; height of a line of them and room over the axes, points.
_BESIDE, _LINE, _LETTER = 2, 9.0, 3.0
#: Most steps between ticks, so that labels of two decimals do not touch in a third of a page.
_TICKS = 5
#: Width of a bold letter, points.
_LETTER_WIDTH = 7.0
#: Numbers that span more than this factor are coloured along a logarithm.
_WIDE = 20.0
_LABELS = {
    "resistance": "sheet resistance",
    "density": "sheet density",
    "delta_R": "$\\Delta R$",
    "alpha": "exponent",
    "power": "$(d\\,\\ln R/dT)^{-2/3}$",
    "signal": "voltage",
    "difference": "difference of resistance",
    "rate": "sweep rate",
    "odd": "Hall resistance",
    "corrected": "moment",
}
#: Units in results -> what is asked of `power_of_ten`.
_POWERS = {"A*m^2": "A m²", "m^2/(V s)": "m²/(V s)"}

#: Units of attributes that colour curves.
_ATTRIBUTES = {
    "temperature": "K",
    "density": "1/m^2",
    "gate_voltage": "V",
    "sweep_rate": "T/s",
    "rate": "T/s",
    "angle": "deg",
    "field": "T",
}


def panels(run: StudyRun, name: str) -> Figure:
    """
    One figure of a study, of its panels.

    Parameters
    ----------
    run : StudyRun
        What was found.
    name : str
        Name of the figure in the study.

    Returns
    -------
    matplotlib.figure.Figure
        As wide as a page.

    Raises
    ------
    StudyError
        If a panel names a curve, variable or quantity that is not there.
    """
    layout = run.study.figures[name]
    columns = min(layout.columns, len(layout.panels))
    rows = math.ceil(len(layout.panels) / columns)
    made = figure(TWO_COLUMNS * min(1.0, (columns + 0.3) / 3), _ROW * rows)
    places = made.subplots(rows, columns, squeeze=False).ravel()
    for number, (axes, panel) in enumerate(zip(places, layout.panels, strict=False)):
        try:
            _draw(made, axes, panel, run)
        except StudyError as error:
            place = run.study.place("figures", name, "panels", number)
            raise StudyError(f"{place}: {error}") from error
    for axes in places[len(layout.panels) :]:
        axes.remove()
    return made


def _draw(made: Figure, axes: Axes, panel: Panel, run: StudyRun) -> None:
    layers = [(layer, series(layer, run)) for layer in panel.layers]
    every = [one for _, found in layers for one in found]
    x_scale = _scale(every[0].units[0], [one.x for one in every], panel.x_scale)
    y_scale = _scale(every[0].units[1], [one.y for one in every], panel.y_scale)
    colours = _colours(layers)
    lift = _Lift(panel.lift)
    for number, (layer, found) in enumerate(layers):
        shades = _shades(layer.colour, found)
        for place, one in enumerate(found):
            # Beside a scale of colours, one colour alone would be read as a place on it.
            colour: Any = DARK if colours else _COLOURS[number % len(_COLOURS)]
            if layer.colour and colours is not None:
                colour = colours[1](colours[2](shades[place]))
            shown = (
                one.x * x_scale[0],
                (one.y + lift.of(shades[place] if shades else None)) * y_scale[0],
                None if one.x_std is None else one.x_std * x_scale[0],
                None if one.y_std is None else one.y_std * y_scale[0],
            )
            _curve(axes, shown, layer.style, colour, layer.label if place == 0 else "")
    axes.set_xscale("log" if panel.x_scale == "logarithmic" else "linear")
    axes.set_yscale("log" if panel.y_scale == "logarithmic" else "linear")
    if panel.x_range:
        axes.set_xlim(*(end * x_scale[0] for end in panel.x_range))
    if panel.y_range:
        axes.set_ylim(*(end * y_scale[0] for end in panel.y_range))
    _mark(axes, panel, run, x_scale[0], y_scale[0])
    first = panel.layers[0]
    if panel.x_scale != "logarithmic":
        axes.locator_params(axis="x", nbins=_TICKS)
    if first.x == "binding_energy":  # falls to the right wherever spectra are shown
        axes.invert_xaxis()
    square = all(one.per_square for one in every)
    axes.set_xlabel(panel.x_label or _text(first.x, x_scale[1], square))
    axes.set_ylabel(panel.y_label or _text(first.y, y_scale[1], square))
    if colours is not None:
        _colour_bar(made, axes, colours)
    _heading(axes, panel)


class _Lift:
    """How far each curve is lifted; those of one colour stay together."""

    def __init__(self, step: float) -> None:
        self.step, self.steps, self.shade = step, -1, math.nan

    def of(self, shade: float | None) -> float:
        if shade is None or not math.isclose(shade, self.shade, rel_tol=0.01):
            self.steps += 1
        self.shade = math.nan if shade is None else shade
        return self.step * self.steps


def _curve(
    axes: Axes, shown: tuple[Any, Any, Any, Any], style: str, colour: Any, label: str
) -> None:
    x, y, x_std, y_std = shown
    look: dict[str, Any] = {"color": colour, "label": label or None}
    if style != "points":
        many = len(x) > 5 * MOST_VECTOR_POINTS
        dashes = "--" if style == "dashed" else "-"
        axes.plot(x, y, linestyle=dashes, lw=0.9, rasterized=many, **look)
    elif x_std is not None or y_std is not None:
        axes.errorbar(
            x,
            y,
            y_std,
            x_std,
            fmt="o",
            markersize=3.2,
            elinewidth=0.7,
            markerfacecolor="white",
            **look,
        )
    else:
        many = len(x) > MOST_VECTOR_POINTS
        size = 1.6 if len(x) > 60 else 3.2
        axes.plot(x, y, "o", markersize=size, markeredgewidth=0.0, rasterized=many, **look)


def _scale(unit: str, values: Sequence[Any], kind: str) -> tuple[float, str]:
    """Factor and unit in which an axis reads best."""
    known = [np.asarray(v)[np.isfinite(v)] for v in values]
    known = [v for v in known if v.size]
    if not known:
        return 1.0, unit
    if unit == "T":
        return field_scale(*known)
    if unit == "ohm":
        return (1.0, "Ω") if kind == "logarithmic" else resistance_scale(known)
    if unit == "T/s":
        return 60e3, "mT/min"
    if unit == "V" and kind == "bar":  # of a gate
        return 1.0, "V"
    if unit in ("A", "V"):
        return handy(unit, *known)
    if unit == "1/m^2":
        return 1e-17, "$10^{17}$ m$^{-2}$"
    if unit in _POWERS:
        return power_of_ten(_POWERS[unit], *known)
    return 1.0, unit


def _text(variable: str, unit: str, square: bool = True) -> str:
    name = _LABELS.get(variable, variable.replace("_", " "))
    if variable == "resistance" and not square:
        name = "resistance"
    unit = unit.replace("K^(2/3)", "K$^{2/3}$")
    return f"{name} ({unit})" if unit else name


def _shades(attribute: str, found: Sequence[Series]) -> list[float]:
    if not attribute:
        return []
    shades = []
    for one in found:
        value = one.attributes.get(attribute)
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            numbers = [k for k, v in one.attributes.items() if isinstance(v, int | float)]
            raise StudyError(
                f"colour: a curve has no number '{attribute}'; there are {', '.join(numbers)}"
            )
        shades.append(float(value))
    return shades


def _colours(
    layers: Sequence[tuple[Layer, list[Series]]],
) -> tuple[str, Colormap, Normalize] | None:
    """The one scale of colours of a panel, over all layers that have it."""
    attributes = {layer.colour for layer, _ in layers if layer.colour}
    if not attributes:
        return None
    if len(attributes) > 1:
        raise StudyError(f"colour: a panel has one scale, not {' and '.join(sorted(attributes))}")
    shades = [shade for layer, found in layers for shade in _shades(layer.colour, found)]
    return attributes.pop(), *_colour_map(shades)


def _colour_map(shades: Sequence[float]) -> tuple[Colormap, Normalize]:
    colours, linear = temperature_colours(shades)
    low, high = min(shades), max(shades)
    return colours, LogNorm(low, high) if low > 0 and high > _WIDE * low else linear


def _colour_bar(made: Figure, axes: Axes, colours: tuple[str, Colormap, Normalize]) -> None:
    attribute, colour_map, normalize = colours
    ends = np.array([normalize.vmin, normalize.vmax], float)
    factor, shown = _scale(_ATTRIBUTES.get(attribute, ""), [ends], "bar")
    scaled = type(normalize)(*(ends * factor))
    bar = made.colorbar(ScalarMappable(scaled, colour_map), ax=axes, pad=0.02, aspect=30)
    bar.set_label(_text(attribute, shown))
    bar.outline.set_linewidth(0.6)


def _mark(axes: Axes, panel: Panel, run: StudyRun, x_factor: float, y_factor: float) -> None:
    for marks, factor, line in (
        (panel.x_marks, x_factor, axes.axvline),
        (panel.y_marks, y_factor, axes.axhline),
    ):
        for mark in marks:
            question, _, name = mark.partition(".")
            if question not in run.results:
                raise StudyError(f"question '{question}' has no answer to mark; name another")
            sample = run.study.questions[question].sample
            found = quantity(name, run, sample, run.results[question])
            line(
                float(found.value or 0.0) * factor,
                color=GREY,
                lw=0.8,
                linestyle=":",
                label=_symbol(name),
            )


def _symbol(name: str) -> str:
    """Name of a quantity as a legend shows it."""
    own = name.rpartition(".")[2]
    if own.startswith("T_BKT"):
        return "$T_{BKT}$"
    if own.startswith("T"):
        return f"$T_{{{own.lstrip('T_')}}}$" if len(own) > 1 else "$T$"
    return own.replace("_", " ").replace("pauli", "Pauli")


def _heading(axes: Axes, panel: Panel) -> None:
    """Letter and title over the legend, which stands over the axes and covers no data."""
    legend_above(axes, _BESIDE)
    entries = len(axes.get_legend_handles_labels()[1])
    above = _LETTER + _LINE * math.ceil(entries / _BESIDE)
    look: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "ha": "left",
        "va": "bottom",
    }
    axes.annotate(panel.name, (0.0, 1.0), (0, above), fontsize=9, fontweight="bold", **look)
    beside = 4 + _LETTER_WIDTH * len(panel.name) if panel.name else 0
    axes.annotate(panel.title, (0.0, 1.0), (beside, above), **look)
