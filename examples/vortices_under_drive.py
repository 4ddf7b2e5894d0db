"""
Vortices of a Josephson array that a current drives across it.

    .venv/bin/python examples/vortices_under_drive.py vortices.gif
    .venv/bin/python examples/vortices_under_drive.py --still docs/josephson_array.png
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
import xarray as xr
from matplotlib import pyplot
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from papilio.simulate import josephson_array

# About a dozen vortices in 23 x 23 plaquettes, pinned here and there by weak and missing junctions.
OPTIONS = josephson_array.SnapshotOptions(
    columns=24,
    rows=24,
    boundary="busbar",
    field=0.05,
    temperature=0.02,
    current_density=0.22,
    coupling_disorder=0.15,
    bond_dilution=0.02,
    equilibration_steps=4000,
    steps_between=12,
    frames=80,
)


def draw(axes: Axes, film: xr.Dataset, number: int) -> None:
    """Phases as colour, supercurrents as arrows, vortices as rings."""
    frame = film.isel(time=number)
    axes.clear()
    columns, rows = frame.sizes["x"], frame.sizes["y"]
    axes.imshow(
        frame["superconducting_phase"],
        origin="lower",
        cmap="twilight",
        vmin=-np.pi,
        vmax=np.pi,
        alpha=0.85,
    )
    unit = OPTIONS.critical_current
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    arrows = {"scale": 0.8, "scale_units": "xy", "angles": "xy", "width": 0.003, "pivot": "mid"}
    along, across = frame["current_x"] / unit, frame["current_y"] / unit
    axes.quiver(x + 0.5, y, along, 0 * along, **arrows)
    axes.quiver(x, y + 0.5, 0 * across, across, **arrows)
    for sign, colour in ((1, "crimson"), (-1, "royalblue")):
        row, column = np.nonzero(frame["vorticity"].values * sign > 0)
        axes.plot(
            column + 0.5, row + 0.5, "o", ms=11, mfc="none", mec=colour, mew=2.2, clip_on=False
        )
    axes.set(
        xlim=(-0.8, columns - 0.2),
        ylim=(-0.8, rows - 0.2),
        anchor="C",
        xticks=[],
        yticks=[],
        xlabel="current, left to right",
        title=f"{float(frame['time']) * 1e12:.0f} ps",
    )


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("output", type=Path, help="GIF, or with --still a picture")
    parser.add_argument("--still", action="store_true", help="one picture rather than a film")
    parser.add_argument("--frames", type=int, default=OPTIONS.frames)
    arguments = parser.parse_args()
    settings = {**vars(OPTIONS), "frames": 1 if arguments.still else arguments.frames}
    film = josephson_array.snapshots(josephson_array.SnapshotOptions(**settings))
    # No automatic layout: it makes room for arrows, and anew at each frame.
    figure, axes = pyplot.subplots(figsize=(6.4, 5.4))
    figure.subplots_adjust(left=0.02, right=0.97, bottom=0.06, top=0.93)
    colours = ScalarMappable(Normalize(-np.pi, np.pi), "twilight")
    bar = figure.colorbar(colours, ax=axes, alpha=0.85, shrink=0.6, label="phase")
    bar.set_ticks([-np.pi, 0, np.pi], labels=["-π", "0", "π"])
    if arguments.still:
        draw(axes, film, 0)
        axes.set_title("")
        figure.savefig(arguments.output, dpi=130)
    else:
        animation = FuncAnimation(figure, lambda n: draw(axes, film, n), film.sizes["time"])
        animation.save(arguments.output, PillowWriter(fps=12), dpi=80)
    print(arguments.output)


if __name__ == "__main__":
    main()
