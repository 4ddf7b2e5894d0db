"""Figures of first principles: what they show, and that they can be drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from papilio.dft.structure import StructureOptions, build
from papilio.dft.symmetry_lines import symmetry_lines
from papilio.plot import dft
from papilio.plot.style import style

STRUCTURE = build(StructureOptions(vacancies=("KO1",)))


def labels(figure):
    axes = figure.axes[0]
    return [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.fixture(autouse=True)
def with_style():
    with style():
        yield
    assert plt.get_fignums() == []


def test_structure_shows_elements_layers_and_vacancy():
    figure = dft.structure_figure(STRUCTURE, "Ta")
    figure.draw_without_rendering()
    assert labels(figure) == ["K", "Ta", "O", "vacancy"]
    named = {text.get_text() for text in figure.axes[0].texts}
    assert named == {f"Ta{n}" for n in range(1, 7)}
    assert "vacancy" not in labels(dft.structure_figure(build(StructureOptions()), "Ta"))


def test_layers_are_stacked_as_in_the_cell_and_spin_down_points_down():
    energies = np.linspace(-1, 1, 21)
    layers = {f"Ta{n}": np.full((2, 21, 5), float(n)) for n in (1, 2, 3)}
    figure = dft.layer_densities(energies, layers, ["xy", "yz", "3z2-r2", "zx", "x2-y2"], "frame")
    figure.draw_without_rendering()
    assert [axes.texts[0].get_text() for axes in figure.axes] == ["Ta3", "Ta2", "Ta1"]
    up, down = figure.axes[0].lines[:2]
    assert np.all(up.get_ydata() == 3)
    assert np.all(down.get_ydata() == -3)


def test_moments_of_equal_layers_share_a_label():
    rows = [
        {"layer": name, "distance": distance, "moment": moment, "radius": 1.37}
        for name, distance, moment in (("Ta1", 2.0, 0.1), ("Ta2", 2.0, 0.1), ("Ta3", 4.5, 0.04))
    ]
    figure = dft.moments_figure(rows)
    figure.draw_without_rendering()
    assert [text.get_text() for text in figure.axes[0].texts] == ["Ta1, Ta2", "Ta3"]
    assert "1.37" in figure.axes[0].get_ylabel()


def test_bands_name_the_special_points():
    path, points = symmetry_lines(STRUCTURE, 20)
    figure = dft.bands_figure(path, points, np.zeros((2, len(path), 3)), STRUCTURE.cell)
    figure.draw_without_rendering()
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == ["Γ", "M", "K", "Γ"]
    assert labels(figure) == ["up", "down"]


def test_spin_density_is_summed_along_x():
    density = np.zeros((4, 6, 8))
    density[:, 2, 3] = 0.5
    figure = dft.spin_density_figure(density, STRUCTURE)
    figure.draw_without_rendering()
    plane = np.asarray(figure.axes[0].collections[0].get_array()).reshape(6, 8)
    length = np.linalg.norm(STRUCTURE.cell[0])
    assert plane[2, 3] == pytest.approx(0.5 * length)
    assert plane.sum() == pytest.approx(0.5 * length)
