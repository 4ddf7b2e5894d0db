"""
Draw docs/demo.svg, the figure of the README, from the simulations of the demo study.

Run it from the root of the repository: ``.venv/bin/python docs/make_figure.py``.
"""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from papilio import sweep
from papilio.analysis import ANALYSES
from papilio.options import from_table
from papilio.plot.style import DOWN, UP, style
from papilio.result import Result, with_uncertainty
from papilio.simulate import SIMULATIONS

STUDY = tomllib.loads(
    (resources.files("papilio") / "studies" / "demo.toml").read_text(encoding="utf-8")
)
TARGET = Path(__file__).parent / "demo.svg"
#: Enough points for the eye: the file is for a README.
SHOWN = 400


def simulated(name: str) -> xr.Dataset:
    """Return the record of a measurement of the demo study."""
    entry = STUDY["measurements"][name]
    simulation = SIMULATIONS[entry["simulate"]]
    return simulation.function(from_table(simulation.options, entry.get("options", {})))


def answer(name: str, **records: xr.Dataset) -> Result:
    """Return the Result of a question of the demo study."""
    entry = STUDY["questions"][name]
    analysis = ANALYSES[entry["analysis"]]
    options = from_table(analysis.options, entry.get("options", {}))
    return analysis.function(**records, options=options)


def planted(record: xr.Dataset, quantity: str) -> float:
    """What the twin planted, in SI."""
    entries = json.loads(record.attrs["truth"])
    return next(float(entry["value"]) for entry in entries if entry["quantity"] == quantity)


def compare(
    result: Result, record: xr.Dataset, name: str, symbol: str, unit: str, si: float
) -> str:
    """Found and planted value in one line."""
    quantity = result[name]
    if quantity.value is None:
        return f"{symbol}: not determined"
    std = None if quantity.std is None else quantity.std / si
    truth = planted(record, f"{result.analysis}.{name}") / si
    unit = f" {unit}" if unit else ""
    return f"{symbol} = {with_uncertainty(quantity.value / si, std)}{unit}, planted {truth:.4g}"


def branches(
    axes: Axes, record: xr.Dataset, by: str, window: tuple[float, float], names: dict[int, str]
) -> None:
    """Sheet resistance of each sweep against what is swept, thinned, in colour by direction."""
    squares = record.attrs["bar_length"] / record.attrs["bar_width"]
    # The last two: a loop begins with a sweep from zero that nobody analyses.
    for part in sweep.split(record, by)[-2:]:
        rows = part.of(record)
        rows = rows.isel(row=(rows[by].values > window[0]) & (rows[by].values < window[1]))
        rows = rows.isel(row=slice(None, None, max(1, rows.sizes["row"] // SHOWN)))
        colour = UP if part.direction > 0 else DOWN
        axes.plot(
            rows[by],
            rows["resistance"] / squares,
            lw=0.8,
            color=colour,
            label=names[part.direction],
        )
    axes.legend(frameon=False, loc="center right")
    axes.set(xlim=window, ylabel="sheet resistance (Ω)")


def transition(axes: Axes) -> None:
    """Draw cooling and warming through the transition."""
    record = simulated("cooldown")
    result = answer("transition", data=record)
    branches(axes, record, "temperature", (0.45, 0.95), {-1: "cooling", 1: "warming"})
    axes.set(xlabel="temperature (K)")
    axes.set_title(compare(result, record, "Tc", "$T_c$", "K", 1.0))


def hall(axes: Axes) -> None:
    """Draw the Hall resistance."""
    record = simulated("hall")
    result = answer("hall", data=record, longitudinal=record)
    axes.plot(record["field"][::3], record["hall_resistance"][::3], lw=0.8, color=DOWN)
    axes.set(xlabel="$μ_0H$ (T)", ylabel="$R_{xy}$ (Ω)")
    axes.set_title(compare(result, record, "density", "$n$", "10$^{17}$ m$^{-2}$", 1e17))


def critical_fields(axes: Axes) -> None:
    """Draw the fields of half resistance in both directions."""
    records = {side: simulated(f"{side}_field") for side in ("perpendicular", "parallel")}
    result = answer("critical_field", **records)
    for side, colour in (("perpendicular", DOWN), ("parallel", UP)):
        found = result.select("half_field", orientation=side)
        found = [quantity for quantity in found if "side" not in quantity.conditions]
        points = np.array([[q.conditions["temperature"], q.value] for q in found], float)
        scale = planted(records[side], f"critical_field.Hc2_{side}_0")
        axes.plot(points[:, 0], points[:, 1] / scale, "o", ms=4, color=colour, label=side)
    critical, reduced = result["Tc"].value, np.linspace(0, 1, 200)
    axes.plot(reduced * critical, 1 - reduced, color=DOWN, lw=1)
    axes.plot(reduced * critical, np.sqrt(1 - reduced), color=UP, lw=1)
    axes.set(xlabel="temperature (K)", ylabel="$H_{c2}(T) / H_{c2}(0)$", xlim=(0, None))
    axes.legend(frameon=False, loc="lower left")
    axes.set_title(
        compare(result, records["perpendicular"], "xi_GL", "$ξ$", "nm", 1e-9)
        + "\n"
        + compare(result, records["parallel"], "d_SC", "$d$", "nm", 1e-9)
    )


def butterfly(axes: Axes) -> None:
    """Draw the loop in the in-plane field."""
    record = simulated("butterfly")
    result = answer("butterfly", data=record)
    branches(axes, record, "field", (-0.3, 0.3), {-1: "down", 1: "up"})
    axes.set(xlabel="in-plane $μ_0H$ (T)")
    axes.set_title(compare(result, record, "peak_field", "$H_p$", "T", 1.0))


def main() -> None:
    """Draw all four questions of the demo study."""
    with style(), mpl.rc_context({"svg.hashsalt": "papilio", "axes.titlesize": 8}):
        figure = Figure(figsize=(7.0, 5.2), layout="constrained")
        panels = figure.subplots(2, 2)
        for axes, draw in zip(
            panels.flat, (transition, hall, critical_fields, butterfly), strict=True
        ):
            draw(axes)
        figure.suptitle("simulated measurements of a sample whose answers are known", fontsize=9)
        figure.savefig(TARGET, metadata={"Date": None})


if __name__ == "__main__":
    main()
