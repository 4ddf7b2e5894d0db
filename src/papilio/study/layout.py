"""What a study says about figures of its own: panels made of curves of several answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from papilio.options import option


@dataclass(frozen=True)
class Layer:
    """A table ``[[figures.NAME.panels.layers]]``: curves that look alike."""

    x: str = option(help="Variable drawn to the right.")
    y: str = option(help="Variable drawn upwards; error bars are drawn where <y>_std is known.")
    curves: tuple[str, ...] = option(
        (), help="Curves of answers, as in 'QUESTION.CURVE'; * stands for anything."
    )
    measurements: tuple[str, ...] = option(
        (),
        help="Measurements, drawn sweep by sweep of x where they are records; sweeps over less "
        "than nine tenths of the range are left out, and resistance is per square where the "
        "sample has a length and a width; * stands for anything.",
    )
    only: Mapping[str, str | float | int] | None = option(
        None,
        help="Attributes that a curve must have: branch = 'down', temperature = 0.05 (numbers "
        "within 1 %). A sweep has branch, rate and the medians of the other variables.",
    )
    style: Literal["points", "line", "dashed"] = option("points", help="How it is drawn.")
    colour: str = option(
        "",
        help="What colours the curves along a scale with a colour bar: an attribute of theirs "
        "('temperature'), or 'density' of the sample; by default each layer has its colour.",
    )
    label: str = option("", help="Text in the legend; none by default.")
    subtract_x: str = option(
        "",
        help="Quantity that is taken from x, 'transition.Tc' say: of the same question, or else of "
        "the same sample.",
    )
    divide_y: str = option(
        "", help="Quantity that y is divided by, 'transition.R_normal' say: found as subtract_x is."
    )


@dataclass(frozen=True)
class Panel:
    """A table ``[[figures.NAME.panels]]``."""

    layers: tuple[Layer, ...] = option(help="What is drawn, the last on top.")
    name: str = option("", help="Letter or short name, written over the panel.")
    title: str = option("", help="Few words behind the name.")
    x_label: str = option("", help="Text along x; by default the variable with its unit.")
    y_label: str = option("", help="Text along y; by default the variable with its unit.")
    x_scale: Literal["linear", "logarithmic"] = option("linear", help="Scale of x.")
    y_scale: Literal["linear", "logarithmic"] = option("linear", help="Scale of y.")
    x_range: tuple[float, float] | None = option(
        None, help="Lowest and highest x, in the SI unit; by default all."
    )
    y_range: tuple[float, float] | None = option(
        None, help="Lowest and highest y, in the SI unit; by default all."
    )
    lift: float = option(
        0.0, help="Each curve is drawn this much above the one before, in the SI unit of y."
    )
    x_marks: tuple[str, ...] = option(
        (), help="Quantities that a line across marks on x, as in 'QUESTION.QUANTITY'."
    )
    y_marks: tuple[str, ...] = option(
        (), help="Quantities that a line across marks on y, as in 'QUESTION.QUANTITY'."
    )


@dataclass(frozen=True)
class Layout:
    """A table ``[figures.NAME]``: panels of curves, shown before the figures of the questions."""

    panels: tuple[Panel, ...] = option(help="The panels, row by row.")
    title: str = option("", help="Sentence under the figure.")
    columns: int = option(2, help="Panels beside each other.")


def names(layer: Layer) -> list[tuple[str, str]]:
    """
    Each pattern of a layer with the key that it stands under.

    Parameters
    ----------
    layer : Layer
        A layer.

    Returns
    -------
    list of (str, str)
        ("curves" or "measurements", pattern of the question or measurement).
    """
    return [("curves", pattern.partition(".")[0]) for pattern in layer.curves] + [
        ("measurements", pattern) for pattern in layer.measurements
    ]


def matching(pattern: str, known: Mapping[str, object]) -> list[str]:
    """
    Names that a pattern means.

    Parameters
    ----------
    pattern : str
        A name in which * stands for anything.
    known : mapping
        Names to choose from.

    Returns
    -------
    list of str
        In their order.
    """
    return [name for name in known if fnmatchcase(name, pattern)]
