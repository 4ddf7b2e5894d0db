"""Figures of first principles: the cell and its vacancy, densities of states, moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from papilio.dft.cell import Structure, neighbour_vectors
from papilio.plot.style import (
    AMBER,
    BLUE,
    DARK,
    GREEN,
    GREY,
    ONE_COLUMN,
    ORANGE,
    PURPLE,
    SKY,
    figure,
    legend_above,
)

Array = NDArray[np.float64]

#: How d orbitals are written.
ORBITAL_NAMES = {
    "xy": "$d_{xy}$",
    "yz": "$d_{yz}$",
    "3z2-r2": "$d_{3z^2-r^2}$",
    "zx": "$d_{zx}$",
    "x2-y2": "$d_{x^2-y^2}$",
}
_ORBITAL_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, AMBER)
#: Longest bond that is drawn between an oxygen and a B ion, angstrom.
_BOND = 2.4
#: Oblique view: what lies deeper, along x, is drawn further right and up. Rows: right, up.
_VIEW = np.array([[0.45, 1.0, 0.0], [0.18, 0.0, 1.0]])


def structure_figure(structure: Structure, element: str) -> Figure:
    """
    The cell in an oblique view: layers, bonds, vacancies.

    Parameters
    ----------
    structure : Structure
        Atoms.
    element : str
        The B ion, whose bonds are drawn.

    Returns
    -------
    matplotlib.figure.Figure
        One panel, z up, two cells wide.
    """
    height = float(structure.cell[2, 2])
    made = figure(ONE_COLUMN, 110.0)
    axes = made.subplots()
    shifts = np.array([np.zeros(3), structure.cell[1]])
    other = next(s for s in structure.symbols if s not in (element, "O"))
    looks = {other: (GREY, 70.0), element: (BLUE, 45.0), "O": (ORANGE, 20.0)}
    ions = structure.of(element)
    for ion, near in zip(
        ions, neighbour_vectors(structure, structure.positions[ions], _BOND), strict=True
    ):
        for number, *vector in near:
            if structure.symbols[int(number)] != "O":
                continue
            for shift in shifts:
                start = structure.positions[ion] + shift
                ends = np.array([start, start + np.array(vector)]) @ _VIEW.T
                axes.plot(ends[:, 0], ends[:, 1], color=SKY, lw=0.8, zorder=1)
    for symbol, (colour, size) in looks.items():
        places = np.concatenate([structure.positions[structure.of(symbol)] + s for s in shifts])
        across, up = _VIEW @ places.T
        look: dict[str, Any] = {
            "s": size,
            "color": colour,
            "edgecolor": "white",
            "lw": 0.5,
            "zorder": 2,
        }
        axes.scatter(across, up, label=symbol, **look)
    if len(structure.removed):
        across, up = _VIEW @ np.concatenate([structure.removed + shift for shift in shifts]).T
        look = {"s": 60.0, "facecolor": "none", "edgecolor": DARK, "lw": 1.2, "zorder": 3}
        axes.scatter(across, up, label="vacancy", **look)
    for ion in ions:
        axes.annotate(
            structure.layers[ion],
            (1.02, (_VIEW @ structure.positions[ion])[1]),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=6.0,
        )
    axes.set_ylim(-0.1 * height, 1.14 * height)
    axes.set_aspect("equal")
    axes.set_xlabel(r"$[11\bar{2}]$, and $[1\bar{1}0]$ into the page (Å)")
    axes.set_ylabel("z along [111] (Å)")
    legend_above(axes, 4)
    return made


def layer_densities(
    energies: Array, layers: Mapping[str, Array], names: Sequence[str], frame: str
) -> Figure:
    """
    Densities of states of the d orbitals, one panel for each layer.

    Parameters
    ----------
    energies : array, shape (energy,)
        From the Fermi level, eV.
    layers : mapping
        Layer -> array of shape (spin, energy, orbital), 1/eV.
    names : sequence of str
        Of the orbitals.
    frame : str
        What the orbitals refer to, for the title.

    Returns
    -------
    matplotlib.figure.Figure
        First spin up, second down; the upper layers on top.
    """
    made = figure(ONE_COLUMN, 18.0 * len(layers) + 22.0)
    panels = np.atleast_1d(made.subplots(len(layers), 1, sharex=True, sharey=True))
    for axes, layer in zip(panels, reversed(list(layers)), strict=True):
        for orbital, name in enumerate(names):
            for spin, density in enumerate(layers[layer]):
                axes.plot(
                    energies,
                    (-1) ** spin * density[:, orbital],
                    color=_ORBITAL_COLOURS[orbital % 5],
                    lw=0.8,
                    label=ORBITAL_NAMES.get(name, name) if spin == 0 else None,
                )
        axes.axhline(0, color=GREY, lw=0.4)
        axes.axvline(0, color=GREY, lw=0.6, ls="--")
        axes.annotate(layer, (0.02, 0.95), xycoords="axes fraction", va="top", fontsize=6.5)
    legend_above(panels[0], len(names))
    panels[-1].set_xlabel("energy from the Fermi level (eV)")
    panels[0].set_title(f"d orbitals in the {frame}", pad=16.0)
    made.supylabel("density of states (1/eV)", fontsize=7.0)
    panels[0].set_xlim(energies[0], energies[-1])
    return made


def moments_figure(moments: Sequence[Mapping[str, Any]]) -> Figure:
    """
    Moment of each B ion against its distance from the vacancy.

    Parameters
    ----------
    moments : sequence of mapping
        From `papilio.dft.summary.moments_of_layers`, with distances.

    Returns
    -------
    matplotlib.figure.Figure
        One panel.
    """
    made = figure(ONE_COLUMN, 55.0)
    axes = made.subplots()
    axes.axhline(0, color=GREY, lw=0.5)
    axes.plot(
        [m["distance"] for m in moments],
        [m["moment"] for m in moments],
        "o",
        color=BLUE,
        markersize=4.5,
    )
    # Layers that symmetry makes alike lie on one point, nearly: their names share a label.
    near = 0.03 * max(abs(m["moment"]) for m in moments)
    labels: list[tuple[tuple[float, float], list[str]]] = []
    for m in moments:
        place = (m["distance"], m["moment"])
        for (distance, moment), layers in labels:
            if abs(distance - place[0]) < 0.1 and abs(moment - place[1]) <= near:
                layers.append(m["layer"])
                break
        else:
            labels.append((place, [m["layer"]]))
    for place, layers in labels:
        axes.annotate(", ".join(layers), place, (5, 3), textcoords="offset points", fontsize=6.5)
    axes.margins(0.15)
    axes.set_xlabel("distance from the vacancy (Å)")
    axes.set_ylabel(f"moment within {moments[0]['radius']:.2f} Å (µB)")
    return made


def bands_figure(
    path: Array, labels: Sequence[tuple[int, str]], eigenvalues: Array, cell: Array
) -> Figure:
    """
    Bands along symmetry lines near the Fermi level.

    Parameters
    ----------
    path : array, shape (point, 3)
        In units of the reciprocal lattice.
    labels : sequence of (int, str)
        Places and names of the special points.
    eigenvalues : array, shape (spin, point, band)
        From the Fermi level, eV.
    cell : array, shape (3, 3)
        Rows are the lattice vectors, angstrom.

    Returns
    -------
    matplotlib.figure.Figure
        First spin blue, second orange.
    """
    steps = np.linalg.norm(np.diff(path @ np.linalg.inv(cell).T, axis=0), axis=1)
    along = 2 * np.pi * np.concatenate([[0.0], np.cumsum(steps)])
    made = figure(ONE_COLUMN, 75.0)
    axes = made.subplots()
    names = ("up", "down") if len(eigenvalues) == 2 else ("both spins",)
    for of, colour, name in zip(eigenvalues, (BLUE, ORANGE), names, strict=False):
        axes.plot(along, of, color=colour, lw=0.8)
        axes.plot([], [], color=colour, label=name)
    for number, _ in labels:
        axes.axvline(along[number], color=GREY, lw=0.5)
    axes.axhline(0, color=GREY, lw=0.6, ls="--")
    axes.set_xticks(
        [along[number] for number, _ in labels],
        ["Γ" if name == "G" else name for _, name in labels],
    )
    axes.set_xlim(along[0], along[-1])
    axes.set_ylim(-1.5, 1.5)
    axes.set_ylabel("energy from the Fermi level (eV)")
    legend_above(axes, 2)
    return made


def spin_density_figure(spin_density: Array, structure: Structure) -> Figure:
    """
    Spin density summed along x, in the plane of y and z.

    Parameters
    ----------
    spin_density : array, shape (a, b, c)
        On the grid of the cell, Bohr magnetons for each cubic angstrom.
    structure : Structure
        Its cell and vacancies.

    Returns
    -------
    matplotlib.figure.Figure
        One panel; the grid's first axis is summed, which lies along x.
    """
    made = figure(ONE_COLUMN, 90.0)
    axes = made.subplots()
    step = np.linalg.norm(structure.cell[0]) / spin_density.shape[0]
    plane = spin_density.sum(axis=0) * step
    counts = plane.shape
    # Corners of the pixels: each grid point stands in the middle of its own.
    fractions = np.stack(
        np.meshgrid(
            (np.arange(counts[0] + 1) - 0.5) / counts[0],
            (np.arange(counts[1] + 1) - 0.5) / counts[1],
            indexing="ij",
        ),
        axis=-1,
    )
    y = fractions @ structure.cell[1:, 1]
    z = fractions @ structure.cell[1:, 2]
    # The few points next to the nuclei would leave nothing to see of all the others.
    top = float(np.quantile(np.abs(plane), 0.98)) or 1.0
    mesh = axes.pcolormesh(
        y, z, plane, cmap="RdBu_r", vmin=-top, vmax=top, shading="flat", rasterized=True
    )
    bar = made.colorbar(mesh, ax=axes, pad=0.02, aspect=30, extend="both")
    bar.set_label("spin density summed along x (Bohr magnetons/Å²)")
    axes.set_aspect("equal")
    axes.set_xlabel(r"y along $[11\bar{2}]$ (Å)")
    axes.set_ylabel("z along [111] (Å)")
    return made
