"""A wall between two domains: width sqrt(A/K), energy 4 sqrt(A K)."""

import math

import numpy as np
import pytest

from papilio.simulate.ferromagnet.relaxation import relaxed
from papilio.simulate.ferromagnet.sheet import Field, Sheet, energy

MOMENT = 9e-7


def ribbon(cells, cells_per_width):
    """An open ribbon with one easy axis, so fine that a wall is many cells wide."""
    cell, anisotropy = 2e-9, 0.16
    # K = m B/2, A = K width^2; exchange field 2 A/(m a^2).
    exchange = np.zeros((2, 1, cells))
    exchange[0, 0, :-1] = anisotropy * cells_per_width**2
    return Sheet(
        cell=cell,
        thickness=0.5e-9,
        areal_moment=MOMENT,
        axis=np.full((1, cells), math.pi / 2),
        anisotropy=np.full((1, cells), anisotropy),
        exchange=exchange,
        periodic=False,
        easy_plane=2.0,
        dipolar=None,
    )


def wall(cells_per_width):
    cells = 24 * cells_per_width
    film = ribbon(cells, cells_per_width)
    x = (np.arange(cells) + 0.5 - cells / 2) / cells_per_width
    # Half as wide again as it should be.
    start = math.pi / 2 - 2 * np.arctan(np.exp(x / 1.5))[None, :]
    return film, x, relaxed(film, start, Field(0.0, 0.0))


def test_profile_converges_with_the_square_of_the_cell():
    errors = []
    for cells_per_width in (5, 10):
        _film, x, angle = wall(cells_per_width)
        # Nothing holds the wall where it began: its place is free, its shape is not.
        centre = np.interp(0.0, -angle[0], x)
        # Landau and Lifshitz: phi = 2 arctan exp(x/width).
        errors.append(np.abs(angle[0] - math.pi / 2 + 2 * np.arctan(np.exp(x - centre))).max())
    assert errors[1] < 2e-3
    assert math.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.1)


def test_energy_converges_with_the_square_of_the_cell():
    errors = []
    for cells_per_width in (5, 10):
        film, _, angle = wall(cells_per_width)
        stiffness = MOMENT * 0.16 / 2 * (cells_per_width * film.cell) ** 2
        wanted = 4 * math.sqrt(stiffness * MOMENT * 0.16 / 2) * film.cell
        errors.append(abs(energy(film, angle, Field(0.0, 0.0)) / wanted - 1))
    assert errors[1] < 1e-3
    assert math.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.1)


def test_exchange_energy_of_a_slow_turn():
    """A |grad phi|^2 per area, for a spiral that turns once over the ring."""
    cells = 64
    film = ribbon(cells, 10)
    film.exchange[0, 0, -1] = film.exchange[0, 0, 0]
    angle = 2 * math.pi * np.arange(cells)[None, :] / cells
    stiffness = film.exchange[0, 0, 0] * film.cell_moment / 2
    wanted = stiffness * (2 * math.pi / cells) ** 2 * cells
    anisotropy = film.cell_moment * 0.16 / 2 * cells / 2
    assert energy(film, angle, Field(0.0, 0.0)) - anisotropy == pytest.approx(wanted, rel=1e-3)
