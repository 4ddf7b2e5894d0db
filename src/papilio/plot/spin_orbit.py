"""Figure of the spin-orbit energy: parallel fields with both laws, what they leave, the rest."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.constants import ELEMENTARY_CHARGE
from papilio.physics.ginzburg_landau import pauli_limit
from papilio.plot.numbers import plain, quantity_text
from papilio.plot.style import (
    DARK,
    ESTIMATE,
    GREEN,
    GREY,
    ONE_COLUMN,
    ORANGE,
    TWO_COLUMNS,
    field_scale,
    figure,
    legend_above,
    note,
)
from papilio.result import Result

_MILLIELECTRONVOLT = 1e3 / ELEMENTARY_CHARGE
#: Curve of the fit, label, colour, dashes: of the parallel fields, of the perpendicular ones.
_LAWS = {
    "parallel": (
        ("fit_parallel", "pair breaking", ORANGE, "-"),
        ("fit_parallel_ginzburg_landau", "square root (Ginzburg-Landau)", GREEN, "--"),
    ),
    "perpendicular": (("fit_perpendicular", "dirty limit (WHH)", ORANGE, "-"),),
}


def spin_orbit(result: Result) -> Figure:
    """
    Half-resistance fields against temperature with the laws fitted to them, and the residuals.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.spin_orbit`.

    Returns
    -------
    matplotlib.figure.Figure
        One column of two panels for each orientation that was measured.
    """
    shown = [name for name in _LAWS if f"half_fields_{name}" in result.curves]
    made = figure(TWO_COLUMNS if len(shown) > 1 else ONE_COLUMN, 85.0)
    panels = made.subplots(2, max(1, len(shown)), sharex="col", height_ratios=(3, 1), squeeze=False)
    for (main, rest), orientation in zip(panels.T, shown, strict=False):
        _draw_fields(main, result, orientation)
        _draw_rest(rest, result, orientation)
    return made


def _draw_fields(axes: Axes, result: Result, orientation: str) -> None:
    points = result.curves[f"half_fields_{orientation}"]
    fits = [
        (result.curves[name], label, colour, dashes)
        for name, label, colour, dashes in _LAWS[orientation]
        if name in result.curves
    ]
    scale, unit = field_scale(points["field"].values, *(fit["field"].values for fit, *_ in fits))
    for fit, label, colour, dashes in fits:
        axes.plot(fit["temperature"], fit["field"] * scale, color=colour, ls=dashes, label=label)
    axes.errorbar(
        points["temperature"],
        points["field"] * scale,
        points["field_std"] * scale,
        color=DARK,
        markersize=4.5,
        **ESTIMATE,
        label="half resistance",
        zorder=5,
    )
    lines = []
    if orientation == "parallel":
        Tc = plain(result, "Tc")
        if Tc is not None and Tc.value is not None:
            axes.axhline(
                pauli_limit(Tc.value) * scale, color=GREY, lw=0.8, ls=":", label="Pauli limit"
            )
        lines = _energies(result)
    elif (found := plain(result, "diffusivity")) is not None:
        lines = [f"$D$ {quantity_text(found, 1e4, 'cm² s$^{-1}$')}"]
    if lines:
        note(axes, lines, "upper right")
    low, high = axes.get_ylim()
    axes.set_ylim(0.0, high + 0.15 * (high - min(low, 0.0)))
    axes.set_xlim(left=0.0)
    axes.set_ylabel(f"{orientation} field $\\mu_0 H$ ({unit})")
    legend_above(axes, 2)


def _energies(result: Result) -> list[str]:
    """Gamma with and without an orbital share, and its limit for any scattering."""
    lines = []
    for quantity in result.select("Gamma"):
        thickness = float(quantity.conditions["thickness"])
        where = f" ($d$ = {1e9 * thickness:.3g} nm)" if thickness else " (no orbital term)"
        lines.append(f"$\\Gamma$ {quantity_text(quantity, _MILLIELECTRONVOLT, 'meV')}{where}")
    for quantity in result.select("Gamma_finite_scattering"):
        text = quantity_text(quantity, _MILLIELECTRONVOLT, "meV")
        lines.append(f"$\\Gamma$ {text} (any scattering)")
    return lines


def _draw_rest(axes: Axes, result: Result, orientation: str) -> None:
    """What the law that gives the numbers leaves of the measured fields."""
    points = result.curves[f"half_fields_{orientation}"]
    at, field, std = (points[name].values for name in ("temperature", "field", "field_std"))
    axes.axhline(0.0, color=DARK, lw=0.6)
    name, label, _, _ = _LAWS[orientation][0]
    fit = result.curves.get(name)
    if fit is not None:
        below = at <= float(fit["temperature"].max())
        rest = field - np.interp(at, fit["temperature"].values, fit["field"].values)
        axes.errorbar(
            at[below],
            1e3 * rest[below],
            1e3 * std[below],
            color=DARK,
            markersize=3.5,
            **ESTIMATE,
        )
        note(axes, [f"less {label}"], "upper right")
        low, high = axes.get_ylim()
        axes.set_ylim(top=high + 0.6 * (high - low))
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel("less fit (mT)")
