"""One style for all figures: sizes of a paper's columns, colours that colour-blind eyes tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import matplotlib.style
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter
from numpy.typing import NDArray

from papilio.result import Result

#: Widths of one and of two columns of a journal, mm.
ONE_COLUMN = 89.0
TWO_COLUMNS = 183.0
_MM_PER_INCH = 25.4
#: Room about each panel with its labels, mm.
_GAP = 1.5

#: Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), told apart by colour-blind eyes.
BLUE = "#0072B2"
ORANGE = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
AMBER = "#E69F00"
GREY = "#7F7F7F"
DARK = "#333333"

#: Down and up sweep, cooling and warming: the same pair of colours in every figure.
DOWN, UP = BLUE, ORANGE

#: How what was found is drawn: an open circle with its error bar, in every figure.
ESTIMATE: dict[str, Any] = {"fmt": "o", "markerfacecolor": "white", "elinewidth": 0.8}

#: More points than these are drawn as an image inside the vector figure.
MOST_VECTOR_POINTS = 600

_SETTINGS: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 7.0,
    "mathtext.fontset": "dejavusans",
    "axes.titlesize": 7.0,
    "axes.labelsize": 7.0,
    "axes.linewidth": 0.6,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER, DARK]),
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.0,
    "lines.markersize": 3.0,
    "legend.fontsize": 6.0,
    "legend.frameon": False,
    "errorbar.capsize": 1.5,
    "figure.dpi": 150.0,
    "savefig.dpi": 300.0,
    "svg.fonttype": "path",
    "image.cmap": "viridis",
    "text.usetex": False,
}


@contextmanager
def style() -> Iterator[None]:
    """
    Settings of matplotlib for papilio's figures, for the time of a ``with`` block.

    Yields
    ------
    None
        The settings of the user come back afterwards.
    """
    # "default" first, so that a user's matplotlibrc does not change the figures.
    with matplotlib.style.context(["default", _SETTINGS]):
        yield


def figure(width: float = ONE_COLUMN, height: float = 65.0) -> Figure:
    """
    An empty figure with room for labels kept by itself.

    Parameters
    ----------
    width, height : float
        Size, mm.

    Returns
    -------
    matplotlib.figure.Figure
        Not known to pyplot, so that nothing has to be closed.
    """
    made = Figure(figsize=(width / _MM_PER_INCH, height / _MM_PER_INCH))
    made.set_layout_engine("constrained", w_pad=_GAP / _MM_PER_INCH, h_pad=_GAP / _MM_PER_INCH)
    FigureCanvasAgg(made)
    return made


def temperature_colours(temperatures: Sequence[float]) -> tuple[Colormap, Normalize]:
    """
    Sequential colours for temperatures: dark when cold, never too bright for a white page.

    Parameters
    ----------
    temperatures : sequence of float
        Temperatures, K.

    Returns
    -------
    colours : matplotlib.colors.Colormap
        Dark blue to orange.
    normalize : matplotlib.colors.Normalize
        Takes a temperature to the range of `colours`.
    """
    full = matplotlib.colormaps["plasma"]
    colours = matplotlib.colors.ListedColormap(full([0.85 * n / 255 for n in range(256)]))
    low, high = min(temperatures), max(temperatures)
    if high <= low:
        low, high = low - 0.5, high + 0.5
    return colours, Normalize(low, high)


def temperature_bar(figure: Figure, axes: Axes, colours: Colormap, normalize: Normalize) -> None:
    """
    Colour bar of the temperatures beside an axes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    axes : matplotlib.axes.Axes
        The axes whose curves it explains.
    colours : matplotlib.colors.Colormap
        From `temperature_colours`.
    normalize : matplotlib.colors.Normalize
        From `temperature_colours`.
    """
    bar = figure.colorbar(ScalarMappable(normalize, colours), ax=axes, pad=0.02, aspect=30)
    bar.set_label("temperature (K)")
    bar.outline.set_linewidth(0.6)


def stamp_synthetic(figure: Figure) -> None:
    """
    Write SYNTHETIC across the top of a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        A figure of simulated data.
    """
    figure.suptitle(
        "SYNTHETIC DATA", fontsize=7.0, fontweight="bold", color=ORANGE, x=0.99, ha="right"
    )


def readings(axes: Axes, x: Any, y: Any, **settings: Any) -> Any:
    """
    Draw readings as points; very many of them as an image, so that the file stays small.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to.
    x, y : array, shape (point,)
        Values in the unit of the axes.
    **settings
        Settings of `matplotlib.axes.Axes.plot`.

    Returns
    -------
    matplotlib.lines.Line2D
        The points.
    """
    look = {
        "linestyle": "none",
        "marker": ".",
        "markersize": 2.0,
        "markeredgewidth": 0.0,
        "rasterized": len(x) > MOST_VECTOR_POINTS,
    }
    (line,) = axes.plot(x, y, **{**look, **settings})
    return line


def resistance_scale(values: Sequence[NDArray[np.float64]]) -> tuple[float, str]:
    """
    Unit in which resistance axes read best.

    Parameters
    ----------
    values : sequence of array
        Resistances, ohm.

    Returns
    -------
    factor : float
        ``shown = factor * resistance``.
    unit : str
        "mΩ", "Ω" or "kΩ".
    """
    largest = max(
        (float(np.nanmax(np.abs(v))) for v in values if np.isfinite(v).any()), default=1.0
    )
    if largest < 0.5:
        return 1e3, "mΩ"
    return (1e-3, "kΩ") if largest >= 5e3 else (1.0, "Ω")


def resistance_name(result: Result) -> str:
    """
    What a resistance axis shows: of a square only where the analysis knew the geometry.

    Parameters
    ----------
    result : Result
        An answer; a flag of it says when its resistances are of the whole bar.

    Returns
    -------
    str
        "sheet resistance" or "resistance".
    """
    whole = any("of the whole bar" in flag for flag in result.flags)
    return "resistance" if whole else "sheet resistance"


def note(axes: Axes, lines: Sequence[str], where: str = "lower right") -> None:
    """
    A few numbers in a corner that the data leave free.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to.
    lines : sequence of str
        What to say.
    where : str
        "lower right", "upper right" and so on.
    """
    vertical, horizontal = where.split()
    axes.annotate(
        "\n".join(lines),
        (0.97 if horizontal == "right" else 0.03, 0.95 if vertical == "upper" else 0.05),
        xycoords="axes fraction",
        ha=horizontal,
        va="top" if vertical == "upper" else "bottom",
        fontsize=6.5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
    )


def legend_above(axes: Axes, columns: int = 2) -> None:
    """
    A legend over the axes, where it covers no data.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Axes with labelled artists.
    columns : int
        Number of columns.
    """
    handles, labels = axes.get_legend_handles_labels()
    if not handles:
        return
    legend = axes.legend(
        handles,
        labels,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        borderaxespad=0.2,
        handlelength=1.4,
        columnspacing=1.2,
    )
    for line in legend.get_lines():
        if line.get_marker() == ".":  # readings are too small to tell their colour
            line.set_markersize(6.0)


def field_scale(*fields: NDArray[np.float64]) -> tuple[float, str]:
    """
    Unit in which field axes read best.

    Parameters
    ----------
    *fields : array
        Fields, T.

    Returns
    -------
    factor : float
        ``shown = factor * field``.
    unit : str
        "mT" below half a tesla, else "T".
    """
    largest = max((float(np.nanmax(np.abs(f))) for f in fields if np.size(f)), default=0.0)
    return (1.0, "T") if largest >= 0.5 else (1e3, "mT")


def plain_logarithm(axis: Axis) -> None:
    """
    Ticks 1, 2, 5 of each decade, written as plain numbers, on an axis of few decades.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        A logarithmic axis.
    """
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())
