"""Figure of phase slips: R(T) over decades with each model, and what a field adds."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from papilio.plot.numbers import plain, quantity_text, shown
from papilio.plot.style import (
    AMBER,
    DARK,
    DOWN,
    ESTIMATE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    TWO_COLUMNS,
    UP,
    figure,
    legend_above,
    note,
    readings,
    resistance_scale,
)
from papilio.result import Result

Array = NDArray[np.float64]

#: Model, label, colour, dashes. The colours differ from those of cooling and warming.
_MODELS = (
    ("thermal_literal", "LAMH, literal", PURPLE, (4, 1.5)),
    ("thermal", "LAMH, free prefactor", GREEN, ()),
    ("quantum", "Golubev-Zaikin", AMBER, (1, 1)),
    ("both", "sum of both", DARK, (5, 1, 1, 1)),
)
#: Decades shown below the smallest resistance that stands above the noise.
_BELOW = 0.2
_ZEPTOJOULE = 1e21


def phase_slips(result: Result) -> Figure:
    """
    Resistance on a logarithmic scale with the fit of each model, beside it what a field adds.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.phase_slips`.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels; where no field was given, the second one has the same data on a linear scale.
    """
    made = figure(TWO_COLUMNS, 85.0)
    left, right = made.subplots(1, 2)
    _draw_models(left, result, logarithmic=True)
    legend_above(left, 3)
    note(left, _criteria(result), "upper left")
    if "delta" in result.curves:
        _draw_delta(right, result)
    else:
        _draw_models(right, result, logarithmic=False)
    return made


def _draw_models(axes: Axes, result: Result, *, logarithmic: bool) -> None:
    curve = result.curves["resistance"]
    T, R = curve["temperature"].values, curve["resistance"].values
    scale, unit = resistance_scale([R]) if not logarithmic else (1.0, "Ω")
    for sign, colour, word in ((-1, DOWN, "cooling"), (1, UP, "warming"), (0, GREY, "readings")):
        chosen = np.sign(curve["direction"].values) == sign
        if logarithmic:
            chosen &= R > 0
        if chosen.any():
            readings(axes, T[chosen], R[chosen] * scale, color=colour, label=word, markersize=3.0)
    offsets = _offsets(result, str(curve.attrs["preferred"]))
    for name, label, colour, dashes in _MODELS:
        fit = result.curves.get(f"fit_{name}")
        if fit is not None:
            axes.plot(
                fit["temperature"],
                (fit["resistance"] + offsets.get(name, 0.0)) * scale,
                color=colour,
                dashes=dashes or (None, None),
                lw=1.8 if name == curve.attrs["preferred"] else 1.0,
                label=label,
                zorder=4,
            )
    normal = curve.attrs["normal"]
    axes.axhline(normal * scale, color=GREY, lw=0.6, ls=":")
    if logarithmic:
        axes.set_yscale("log")
        axes.set_ylim(_BELOW * max(curve.attrs["noise"], 1e-9 * normal), 30 * normal)
    else:
        axes.set_ylim(-0.05 * normal * scale, 1.1 * normal * scale)
    axes.set_xlim(*_limits(curve, T, R))
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel(f"resistance of the whole length, offset removed ({unit})")


def _offsets(result: Result, preferred: str) -> dict[str, float]:
    """
    Offset of each model less that of the preferred one, ohm.

    The readings are drawn without the offset of the preferred model; the others took off their own.
    """
    found = {
        str(quantity.conditions["model"]): quantity.value
        for quantity in result.select("offset")
        if "model" in quantity.conditions and quantity.value is not None
    }
    return {name: value - found.get(preferred, 0.0) for name, value in found.items()}


def _limits(curve: xr.Dataset, T: Array, R: Array) -> tuple[float, float]:
    """From where resistance is first seen to a little above the window, with room on both sides."""
    high = float(curve.attrs["window_high"])
    above = 3 * float(curve.attrs["noise"])
    seen = T[above < R]
    low = float(seen.min()) if seen.size else float(T.min())
    room = 0.35 * max(high - low, 0.02 * high)
    return max(low - room, float(T.min())), min(high + room, float(T.max()))


def _criteria(result: Result) -> list[str]:
    """Which model is preferred, and how much worse the others are."""
    criterion = str(result.options.get("criterion", "AIC"))
    preferred = result.curves["resistance"].attrs["preferred"]
    names = {name: label for name, label, _, _ in _MODELS}
    lines = [f"preferred (thick): {names[preferred]}"]
    for name, label, _, _ in _MODELS:
        for quantity in result.select("model", model=name, criterion=criterion):
            if quantity.value is None:
                lines.append(f"{label}: no fit")
            elif quantity.value > 0:
                # Models that contain each other differ by the price of a parameter alone.
                std = quantity.std if (quantity.std or 0.0) > 1e-3 * quantity.value else None
                more = shown(quantity.value, std, 1.0, "")
                lines.append(f"{label}: Δ{criterion} = {more}")
    return lines


def _draw_delta(axes: Axes, result: Result) -> None:
    points = result.curves["delta"]
    fit = result.curves.get("delta_fit")
    scale, unit = resistance_scale([points["resistance"].values])
    T, y = points["temperature"].values, points["resistance"].values * scale
    std = points["resistance_std"].values * scale if "resistance_std" in points else None
    used = points["used"].values.astype(bool) if "used" in points else np.ones(T.size, bool)
    for chosen, colour, label in (
        (used, DARK, "in field less without"),
        (~used, GREY, "not fitted"),
    ):
        if chosen.any():
            axes.errorbar(
                T[chosen],
                y[chosen],
                None if std is None else std[chosen],
                color=colour,
                markersize=4,
                **ESTIMATE,
                label=label,
            )
    if fit is not None:
        axes.plot(
            fit["temperature"],
            fit["resistance"] * scale,
            color=ORANGE,
            label="LAMH, lowered barrier",
        )
    axes.axhline(0.0, color=DARK, lw=0.6)
    lines = []
    for name, symbol, factor, unit_shown in (
        ("Tc_lowering", "$T_c$ lowered by", 1e3, "mK"),
        ("dF0_lowering", "$\\Delta F_0$ lowered by", _ZEPTOJOULE, "zJ"),
    ):
        found = plain(result, name)
        if found is not None:
            lines.append(f"{symbol} {quantity_text(found, factor, unit_shown).removeprefix('= ')}")
    if lines:
        note(axes, lines, "upper left")
    _, top = axes.get_ylim()
    axes.set_ylim(top=1.25 * top)
    axes.set_xlabel("temperature (K)")
    axes.set_ylabel(f"$\\Delta R$ of the whole length ({unit})")
    legend_above(axes, 3)
