"""
Domains of the magnet and vortices of the superconductor below it, through the coercive field.

    .venv/bin/python examples/vortices_at_the_coercive_field.py reversal.gif
    .venv/bin/python examples/vortices_at_the_coercive_field.py --still docs/reversal.png

Walls weaken the links that they cross. Each picture is one moment of the array in the pattern that
the magnet has at that field: the array forgets within nanoseconds, the sweep takes minutes.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import pyplot
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.axes import Axes

from papilio.simulate import instrument
from papilio.simulate.ferromagnet.observables import walls
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import advance
from papilio.simulate.josephson_array.observables import bond_phases, vorticity
from papilio.simulate.josephson_array.state import conditions, phases, start
from papilio.simulate.virtual_cryostat import VirtualButterflyOptions
from papilio.simulate.virtual_cryostat.pattern import Sweep, patterns, sample

OPTIONS = VirtualButterflyOptions(
    columns=32,
    rows=32,
    couplings=("stray_flux", "weak_walls"),
    temperature=0.55,
    seed=3,
)
OPTIONS = replace(OPTIONS, weak_walls=replace(OPTIONS.weak_walls, remaining=0.2))
FIELDS = np.linspace(0.05, -0.09, 36)
STEPS = 3000


def film() -> list[dict[str, np.ndarray | float]]:
    """Angles, walls, phases and vortices at each field."""
    made = sample(OPTIONS)
    sweep = Sweep(OPTIONS.temperature, OPTIONS.sweep_rate)
    spacing = float(FIELDS[0] - FIELDS[1]) / OPTIONS.sweep_rate
    random = instrument.generator(OPTIONS.seed, "reversal")
    pictures: list[dict[str, np.ndarray | float]] = []
    state = None
    for field, here in zip(FIELDS, patterns(made, sweep, FIELDS, spacing, random), strict=True):
        mean = float(here.coupling.mean())
        array = Array(
            columns=OPTIONS.columns,
            rows=OPTIONS.rows,
            fluxes=(here.flux - here.flux.mean())[None],
            couplings=(here.coupling / mean)[None],
            scheme="heun",
            step=min(0.25, mean / float(here.coupling.max())),
        )
        state = start(array, 1, OPTIONS.seed) if state is None else state
        exposed = conditions(1, temperature=here.temperature / mean)
        state, _ = advance(array, state, exposed, 1, STEPS)
        turning = vorticity(array, bond_phases(array, state, exposed), exposed)[0]
        pictures.append(
            {
                "field": float(field),
                "angle": here.angle,
                "walls": walls(made.magnet, here.angle),
                "phase": phases(array, state)[0],
                "vortices": turning,
            }
        )
    return pictures


def draw(axes: tuple[Axes, Axes], picture: dict[str, np.ndarray | float]) -> None:
    """Left the magnet with its walls, right the phases with vortices of both signs."""
    left, right = axes
    for one in axes:
        one.clear()
        one.set(xticks=[], yticks=[], xlim=(-0.5, OPTIONS.columns - 0.5))
        one.set(ylim=(-0.5, OPTIONS.rows - 0.5))
    wrapped = np.angle(np.exp(1j * np.asarray(picture["angle"])))
    left.imshow(wrapped, origin="lower", cmap="twilight", vmin=-np.pi, vmax=np.pi)
    across, along = np.asarray(picture["walls"])
    for row, column in zip(*np.nonzero(across), strict=True):
        left.plot([column + 0.5] * 2, [row - 0.5, row + 0.5], color="k", lw=1)
    for row, column in zip(*np.nonzero(along), strict=True):
        left.plot([column - 0.5, column + 0.5], [row + 0.5] * 2, color="k", lw=1)
    left.set_title(f"moments, {1e3 * float(picture['field']):+.0f} mT", fontsize=9)
    phase = 2 * np.pi * np.asarray(picture["phase"])
    right.imshow(phase, origin="lower", cmap="twilight", vmin=-np.pi, vmax=np.pi, alpha=0.6)
    turning = np.asarray(picture["vortices"])
    for sign, colour in ((1, "crimson"), (-1, "royalblue")):
        row, column = np.nonzero(turning * sign > 0)
        right.plot(column + 0.5, row + 0.5, "o", ms=4, color=colour)
    right.set_title(f"phases and {int(np.abs(turning).sum())} vortices", fontsize=9)


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("output", type=Path)
    parser.add_argument("--still", action="store_true", help="four fields in one picture")
    arguments = parser.parse_args()
    pictures = film()
    if arguments.still:
        moment = [float(np.cos(np.asarray(p["angle"])).mean()) for p in pictures]
        shown = [int(np.argmin(np.abs(np.array(moment) - m))) for m in (0.9, 0.3, -0.3, -0.9)]
        figure, grid = pyplot.subplots(2, 4, figsize=(8.4, 4.4), layout="constrained")
        for column, number in enumerate(shown):
            draw((grid[0, column], grid[1, column]), pictures[number])
        figure.savefig(arguments.output, dpi=90)
        return
    figure, pair = pyplot.subplots(1, 2, figsize=(5.2, 2.9), layout="constrained")
    animation = FuncAnimation(
        figure, lambda number: draw((pair[0], pair[1]), pictures[number]), len(pictures)
    )
    animation.save(arguments.output, PillowWriter(fps=6), dpi=72)


if __name__ == "__main__":
    main()
