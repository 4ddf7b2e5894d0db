"""Figure of the Hall effect: transverse resistance, its odd part, the line and what is left."""

from __future__ import annotations

from matplotlib.figure import Figure

from papilio.plot.style import (
    BLUE,
    DARK,
    GREY,
    ONE_COLUMN,
    ORANGE,
    field_scale,
    figure,
    legend_above,
    note,
    readings,
)
from papilio.result import Result, with_uncertainty


def hall(result: Result) -> Figure:
    """
    Transverse resistance against field with the fitted odd part, and the residuals below.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.hall`.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels that share the field axis.
    """
    curve = result.curves["loop"]
    scale, unit = field_scale(curve["field"].values)
    field = curve["field"].values * scale
    order = field.argsort(kind="stable")
    made = figure(ONE_COLUMN, 85.0)
    main, rest = made.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    readings(main, field, curve["hall_resistance"].values, color=GREY, label="as measured")
    readings(main, field, curve["odd"].values, color=BLUE, markersize=3.5, label="odd in the field")
    main.plot(
        field[order],
        curve["fit"].values[order],
        color=ORANGE,
        label=_law(curve.attrs),
        lw=0.8,
        zorder=4,
    )
    main.set_ylabel("transverse resistance (Ω)")
    legend_above(main, 3)
    readings(rest, field, (curve["odd"] - curve["fit"]).values, color=BLUE)
    rest.axhline(0.0, color=DARK, lw=0.6)
    rest.set_ylabel("odd − fit (Ω)")
    density = result["density"]
    if density.value is not None:
        rising = curve["fit"].values[order][-1] > curve["fit"].values[order][0]
        text = with_uncertainty(density.value * 1e-17, (density.std or 0.0) * 1e-17)
        told = f"$n_S$ = {text} × $10^{{17}}$ m$^{{-2}}$"
        note(main, [told], "lower right" if rising else "upper right")
    rest.set_xlabel(f"field $\\mu_0 H$ ({unit})")
    return made


def _law(attributes: dict[str, object]) -> str:
    return "line and cubic" if attributes.get("two_bands") else "line"
