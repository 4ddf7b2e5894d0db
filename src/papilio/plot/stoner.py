"""Figure of Stoner's criterion: the product in each convention against one."""

from __future__ import annotations

from matplotlib.figure import Figure

from papilio.plot.numbers import shown
from papilio.plot.style import (
    DARK,
    GREEN,
    GREY,
    ONE_COLUMN,
    figure,
    legend_above,
)
from papilio.result import Result

_NAMES = {
    "cell": "whole cell,\nboth spins",
    "atom_and_spin": "one atom,\none spin",
    "carrying_atom_and_spin": "one atom that\ncarries it, one spin",
}


def stoner(result: Result) -> Figure:
    """
    Stoner product in each convention, with the line of the criterion.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.stoner`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel.
    """
    made = figure(ONE_COLUMN, 55.0)
    axes = made.subplots()
    products = [q for q in result.select("product") if q.value is not None]
    for place, quantity in enumerate(products):
        value, std = quantity.value or 0.0, quantity.std or 0.0
        # The criterion is that of one atom and one spin: the cell's product is no test of it.
        meant = quantity.conditions["convention"] != "cell"
        axes.errorbar(
            place,
            value,
            std,
            fmt="o",
            color=DARK if meant else GREY,
            markerfacecolor=DARK if meant else "white",
            markersize=5,
            elinewidth=1.0,
        )
        axes.annotate(
            shown(value, std, 1.0, ""),
            (place, value),
            (7, 0),
            textcoords="offset points",
            va="center",
            fontsize=6.5,
        )
    axes.axhline(1.0, color=GREEN, lw=0.8, ls="--", label="criterion, of one atom and one spin")
    axes.set_yscale("log")
    values = [q.value for q in products if q.value is not None and q.value > 0] or [1.0]
    axes.set_ylim(0.4 * min(1.0, *values), 2.5 * max(1.0, *values))
    axes.set_xlim(-0.5, max(len(products), 1) - 0.2)
    axes.set_xticks(
        range(len(products)),
        [_NAMES.get(str(q.conditions["convention"]), "") for q in products],
    )
    axes.tick_params(axis="x", top=False, bottom=False, which="both")
    axes.set_xlabel("density of states of (convention)")
    axes.set_ylabel("Stoner product $N(E_F)\\,I$ (dimensionless)")
    legend_above(axes, 1)
    return made
