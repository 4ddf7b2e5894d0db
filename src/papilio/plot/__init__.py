"""Result in, matplotlib figure out."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from papilio.plot import butterfly, critical_field, hall, transition
from papilio.plot.style import stamp_synthetic, style
from papilio.result import Result

#: Analysis -> what draws its Result.
FIGURES: dict[str, Callable[[Result], Figure]] = {
    "transition": transition.transition,
    "hall": hall.hall,
    "critical_field": critical_field.critical_field,
    "butterfly": butterfly.butterfly,
}


def draw(result: Result) -> Figure | None:
    """
    The figure of a Result, stamped where its data are simulated.

    Parameters
    ----------
    result : Result
        An answer.

    Returns
    -------
    matplotlib.figure.Figure or None
        None for an analysis that has no figure, or an answer without curves.
    """
    if result.analysis not in FIGURES or not result.curves:
        return None
    with style():
        figure = FIGURES[result.analysis](result)
        if result.synthetic:
            stamp_synthetic(figure)
        # Positions are worked out once, while the style holds, and not again with every drawing.
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return figure
