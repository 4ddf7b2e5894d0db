"""Figure of the Ta 4f spectrum: counts, both doublets on their background, and what is left."""

from __future__ import annotations

from matplotlib.figure import Figure

from papilio.plot.numbers import plain, quantity_text
from papilio.plot.style import (
    AMBER,
    BLUE,
    DARK,
    GREY,
    ONE_COLUMN,
    ORANGE,
    figure,
    legend_above,
    note,
    readings,
)
from papilio.result import Result


def xps(result: Result) -> Figure:
    """
    Spectrum with both doublets and the background, and the residuals in standard deviations.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.xps`.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels that share the energy axis, which falls to the right as is the custom.
    """
    curve = result.curves["spectrum"]
    energy, background = curve["binding_energy"].values, curve["background"].values / 1e3
    made = figure(ONE_COLUMN, 90.0)
    main, rest = made.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    readings(
        main, energy, curve["intensity"].values / 1e3, color=GREY, markersize=3.0, label="spectrum"
    )
    for name, colour, label in (("Ta5", BLUE, "Ta$^{5+}$"), ("Ta4", AMBER, "Ta$^{4+}$")):
        top = background + curve[name].values / 1e3
        main.fill_between(energy, background, top, color=colour, alpha=0.4, lw=0, label=label)
        main.plot(energy, top, color=colour, lw=0.8)
    main.plot(energy, background, color=DARK, lw=0.8, ls="--", label="background")
    main.plot(energy, curve["fit"].values / 1e3, color=ORANGE, lw=1.0, label="sum", zorder=4)
    main.set_ylabel("intensity (10³ counts)")
    legend_above(main, 5)
    fraction = plain(result, "Ta4_fraction")
    if fraction is not None:
        note(main, [f"Ta$^{{4+}}$ {quantity_text(fraction, 100.0, '%')}"], "upper right")
    readings(rest, energy, curve["residual"].values, color=BLUE, markersize=3.0)
    rest.axhline(0.0, color=DARK, lw=0.6)
    rest.set_ylabel("less fit (σ)")
    rest.set_xlabel("binding energy (eV)")
    rest.set_xlim(float(energy.max()), float(energy.min()))
    return made
