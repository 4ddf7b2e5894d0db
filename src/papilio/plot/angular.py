"""Figure of the critical field against angle: both laws over all angles, and about the plane."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio.plot.numbers import shown
from papilio.plot.style import (
    DARK,
    ESTIMATE,
    GREEN,
    ORANGE,
    TWO_COLUMNS,
    field_scale,
    figure,
    legend_above,
    note,
    temperature_bar,
    temperature_colours,
)
from papilio.result import Result

#: Law in the names of the curves, label, colour where there is one temperature, dashes.
_LAWS = (
    ("2d", "thin film (Tinkham)", ORANGE, "-"),
    ("3d", "anisotropic Ginzburg-Landau", GREEN, "--"),
)
#: Half the width of the second panel, in angles at which the field has fallen to half.
_NEAR = 2.5
_LEAST = 2.0  # degrees


def angular(result: Result) -> Figure:
    """
    Half-resistance field against angle with both laws, beside it what is near the largest field.

    Parameters
    ----------
    result : Result
        Of `papilio.analysis.angular`.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels: all angles with a logarithmic field, and near the plane with a linear one.
    """
    groups = _groups(result)
    made = figure(TWO_COLUMNS, 75.0)
    left, right = made.subplots(1, 2)
    known = [points.attrs.get("temperature") for points, _ in groups]
    temperatures = [t for t in _temperatures(result, len(groups), known) if t is not None]
    several = len(groups) > 1 and len(temperatures) == len(groups)
    scale, unit = field_scale(*(points["field"].values for points, _ in groups))
    if several:
        colours, normalize = temperature_colours(temperatures)
    for number, (points, fits) in enumerate(groups):
        colour = colours(normalize(temperatures[number])) if several else None
        for axes in (left, right):
            _draw(axes, points, fits, scale, colour, first=number == 0)
    left.set_yscale("log")
    near = _near_plane(groups)
    right.set_xlim(*near)
    _fit_height(right, groups, near, scale)
    for axes in (left, right):
        axes.set_xlabel("angle (degrees)")
        axes.set_ylabel(f"half-resistance field $\\mu_0 H$ ({unit})")
    legend_above(left, 2)
    lines = []
    for quantity in result.select("akaike_difference"):
        if quantity.value is not None:
            at = quantity.conditions.get("temperature")
            where = f" at {float(at):.3g} K" if at is not None and several else ""
            lines.append(f"AIC, 2D less 3D{where}: {shown(quantity.value, None, 1.0, '')}")
    if lines:
        note(right, lines, "upper left")
    if several:
        temperature_bar(made, right, colours, normalize)
    return made


def _groups(result: Result) -> list[tuple[xr.Dataset, dict[str, xr.Dataset]]]:
    """Fields of each temperature with the laws fitted to them."""
    found = []
    for name, points in result.curves.items():
        if name.startswith("half_fields_"):
            number = name.removeprefix("half_fields_")
            fits = {
                law: result.curves[f"fit_{law}_{number}"]
                for law, *_ in _LAWS
                if f"fit_{law}_{number}" in result.curves
            }
            found.append((points, fits))
    return found


def _temperatures(result: Result, count: int, known: list[float | None]) -> list[float | None]:
    """From the curves, else from the quantities, which come in the same order."""
    if all(temperature is not None for temperature in known):
        return known
    told = [q.conditions.get("temperature") for q in result.select("akaike_difference")]
    return [None if t is None else float(t) for t in told] if len(told) == count else known


def _draw(
    axes: Axes,
    points: xr.Dataset,
    fits: dict[str, xr.Dataset],
    scale: float,
    colour: object,
    *,
    first: bool,
) -> None:
    for law, label, own, dashes in _LAWS:
        if law in fits:
            axes.plot(
                np.degrees(fits[law]["angle"].values),
                fits[law]["field"].values * scale,
                color=colour if colour is not None else own,
                ls=dashes,
                lw=0.9,
                label=label if first else None,
            )
    std = points["field_std"].values * scale if "field_std" in points else None
    axes.errorbar(
        np.degrees(points["angle"].values),
        points["field"].values * scale,
        std,
        color=colour if colour is not None else DARK,
        markersize=3.5,
        **ESTIMATE,
        label="half resistance" if first else None,
        zorder=5,
    )


def _near_plane(groups: list[tuple[xr.Dataset, dict[str, xr.Dataset]]]) -> tuple[float, float]:
    """Angles about that of the largest field, as far as there are any, degrees."""
    points, fits = groups[0]
    curve = next(iter(fits.values()), points)
    angle, field = np.degrees(curve["angle"].values), curve["field"].values
    centre = float(angle[field.argmax()])
    wide = np.abs(angle[field > 0.5 * field.max()] - centre).max()
    reach = max(_NEAR * float(wide), _LEAST)
    room = 0.05 * reach
    low, high = float(angle.min()) - room, float(angle.max()) + room
    return max(centre - reach, low), min(centre + reach, high)


def _fit_height(
    axes: Axes,
    groups: list[tuple[xr.Dataset, dict[str, xr.Dataset]]],
    limits: tuple[float, float],
    scale: float,
) -> None:
    """From zero to the largest field inside the limits, with room for a note."""
    inside = []
    for points, fits in groups:
        for curve in (points, *fits.values()):
            angle = np.degrees(curve["angle"].values)
            near = (angle >= limits[0]) & (angle <= limits[1])
            inside.append(curve["field"].values[near])
    values = np.concatenate(inside)
    if values.size:
        axes.set_ylim(0.0, (1.2 + 0.08 * len(groups)) * float(values.max()) * scale)
