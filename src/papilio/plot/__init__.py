"""Result in, matplotlib figure out."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib import rcParams
from matplotlib.figure import Figure

from papilio.analysis.signatures import SIGNATURES
from papilio.plot import (
    angular,
    anisotropy,
    bkt,
    butterfly,
    butterfly_series,
    critical_current,
    critical_field,
    fluctuations,
    gate,
    hall,
    magnetisation,
    panels,
    phase_slips,
    scaling,
    signature,
    spin_orbit,
    stoner,
    transition,
    xps,
)
from papilio.plot.style import stamp_synthetic, style
from papilio.result import Result
from papilio.study import StudyRun

#: Analysis -> what draws its Result.
FIGURES: dict[str, Callable[[Result], Figure]] = {
    "transition": transition.transition,
    "hall": hall.hall,
    "critical_field": critical_field.critical_field,
    "butterfly": butterfly.butterfly,
    "magnetisation": magnetisation.magnetisation,
    "scaling": scaling.scaling,
    "spin_orbit": spin_orbit.spin_orbit,
    "bkt": bkt.bkt,
    "phase_slips": phase_slips.phase_slips,
    "anisotropy": anisotropy.anisotropy,
    "fluctuations": fluctuations.fluctuations,
    "critical_current": critical_current.critical_current,
    "angular": angular.angular,
    "gate": gate.gate,
    "butterfly_series": butterfly_series.butterfly_series,
    "stoner": stoner.stoner,
    "xps": xps.xps,
    **{f"signature.{name}": signature.signature for name in SIGNATURES},
}

#: Analyses whose figures show numbers and need no curves.
NUMBERS_ALONE = frozenset({"stoner"})


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
    needed = result.quantities if result.analysis in NUMBERS_ALONE else result.curves
    if result.analysis not in FIGURES or not needed:
        return None
    with style():
        return _finished(FIGURES[result.analysis](result), result.synthetic)


def arrange(run: StudyRun, name: str) -> Figure:
    """
    A figure that a study arranges itself, stamped where any of its data are simulated.

    Parameters
    ----------
    run : StudyRun
        What was found.
    name : str
        Name of the figure in the study.

    Returns
    -------
    matplotlib.figure.Figure
        Of the panels that the study names.

    Raises
    ------
    StudyError
        If a panel names a curve, variable or quantity that is not there.
    """
    synthetic = any(result.synthetic for result in run.results.values())
    with style():
        return _finished(panels.panels(run, name), synthetic)


def _finished(figure: Figure, synthetic: bool) -> Figure:
    """Stamp a figure, and fix what would change with the settings where it is saved."""
    if synthetic:
        stamp_synthetic(figure)
    for axes in figure.axes:
        # matplotlib chooses ticks by the size that the settings of the moment give their
        # labels; unless it is fixed, they are others where the figure is saved.
        axes.tick_params(labelsize=rcParams["ytick.labelsize"])
    # Positions are worked out once, while the style holds, and not again with every drawing.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure
