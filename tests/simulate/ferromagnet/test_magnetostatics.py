"""Long-range fields against direct sums, closed forms and quadrature."""

import math

import numpy as np
import pytest
from scipy.integrate import dblquad

from papilio.constants import VACUUM_PERMEABILITY
from papilio.physics.demagnetisation import cell_flux, prism_factor, prism_tensor
from papilio.simulate.ferromagnet.magnetostatics import (
    dipolar,
    in_plane_field,
    stray,
    stray_flux,
)

CELL, THICKNESS = 30e-9, 0.5e-9


def test_factors_of_a_prism():
    assert prism_factor(1, 1, 1) == pytest.approx(1 / 3, abs=1e-14)
    for edges in ((1, 2, 3), (30, 30, 0.5), (1, 1, 7)):
        a, b, c = edges
        total = prism_factor(a, b, c) + prism_factor(b, c, a) + prism_factor(c, a, b)
        assert total == pytest.approx(1, abs=1e-12)
    # A plate wide against its thickness, a long needle of square section.
    assert prism_factor(1e3, 1e3, 1) == pytest.approx(1, abs=5e-3)
    assert prism_factor(1, 1e4, 1) == pytest.approx(1 / 2, abs=1e-3)


def test_own_field_is_that_of_the_factors():
    for edges in ((1.0, 1.0, 1.0), (30.0, 30.0, 0.5), (3.0, 2.0, 1.0)):
        a, b, c = edges
        xx, xy, yy, zz = prism_tensor(0.0, 0.0, edges)
        assert xx == pytest.approx(prism_factor(b, c, a), abs=1e-12)
        assert yy == pytest.approx(prism_factor(a, c, b), abs=1e-12)
        assert zz == pytest.approx(prism_factor(a, b, c), abs=1e-12)
        assert xy == pytest.approx(0, abs=1e-12)


def test_tensor_against_published_digits():
    # Values that NIST's OOMMF prints in its demagcoef.cc, computed there with 100 digits.
    near = prism_tensor(1.0, 0.0, (1.0, 1.0, 1.0))
    assert near[0] == pytest.approx(-0.13501718054449526838, abs=1e-13)
    skew = prism_tensor(1.0, 1.0, (1.0, 2.0, 3.0))
    assert skew[0] == pytest.approx(-0.083703755298020462085, abs=1e-13)
    assert skew[1] == pytest.approx(-0.077258075615212400147, abs=1e-13)
    own = prism_tensor(0.0, 0.0, (50.0, 10.0, 1.0))
    assert own[0] == pytest.approx(0.021829576458713811628, abs=1e-13)


def test_tensor_has_no_trace_elsewhere_and_is_a_dipole_far_away():
    x, y = np.array([1.0, 0, 2, 20.0]), np.array([0.0, 3, 1, 15.0])
    xx, xy, yy, zz = prism_tensor(x, y, (1.0, 1.0, 0.1))
    assert xx + yy + zz == pytest.approx(0, abs=1e-12)
    r = 25.0
    dipole = -0.1 / (4 * math.pi * r**5)
    # The next order is (1/r)^2 with a coefficient of order one.
    assert xx[3] == pytest.approx(dipole * (3 * 20**2 - r**2), rel=2 / r**2)
    assert xy[3] == pytest.approx(dipole * 3 * 20 * 15, rel=2 / r**2)


def test_fast_field_of_an_open_sheet_is_the_direct_sum():
    random = np.random.default_rng(1)
    angle = random.uniform(0, 2 * math.pi, (7, 45))
    mx, my = np.cos(angle), np.sin(angle)
    fast = in_plane_field(dipolar(angle.shape, CELL, THICKNESS, False), mx, my, THICKNESS)
    y, x = np.mgrid[0:7, 0:45] * CELL
    direct = np.zeros((2, *angle.shape))
    away_y, away_x = np.mgrid[-6:7, -44:45] * CELL
    tensor = prism_tensor(away_x, away_y, (CELL, CELL, THICKNESS))
    for row in range(7):
        for column in range(45):
            window = np.s_[6 - row : 13 - row, 44 - column : 89 - column]
            assert np.allclose(away_x[window], x - x[row, column], atol=1e-15)
            assert np.allclose(away_y[window], y - y[row, column], atol=1e-15)
            xx, xy, yy, _ = (part[window] for part in tensor)
            direct[0] -= xx * mx[row, column] + xy * my[row, column]
            direct[1] -= xy * mx[row, column] + yy * my[row, column]
    direct *= VACUUM_PERMEABILITY / THICKNESS
    # Beyond 32 cells points stand for prisms.
    assert np.abs(fast - direct).max() < 1e-6 * np.abs(direct).max()


def test_edges_of_a_closed_sheet_are_not_seen():
    """Uniform moments of an endless film make no field in it."""
    for shape in ((8, 8), (16, 12), (1, 9)):
        kernel = dipolar(shape, CELL, THICKNESS, True)
        one, none = np.ones(shape), np.zeros(shape)
        own = abs(kernel.kernels[0].sum() / one.size) * VACUUM_PERMEABILITY / THICKNESS
        for moments in ((one, none), (none, one)):
            field = in_plane_field(kernel, *moments, THICKNESS)
            assert np.abs(field).max() < 1e-3 * own


@pytest.mark.parametrize("waves", [1, 2])
def test_field_of_stripes(waves):
    """A wave of moments along itself: the closed form of a film of finite thickness."""
    columns = 32
    kernel = dipolar((8, columns), CELL, THICKNESS, True)
    q = 2 * math.pi * waves / (columns * CELL)
    x = (np.arange(columns) + 0.5) * CELL
    wave = np.broadcast_to(np.cos(q * x), (8, columns))
    field, across = in_plane_field(kernel, wave.copy(), np.zeros((8, columns)), THICKNESS)
    # H = -M (1 - (1 - exp(-qd))/(qd)) cos(qx) for each Fourier component; a staircase of cells has
    # those at q + 2 pi n/a too, and the mean over a cell takes the form factor once more.
    total = 0.0
    for n in range(-2000, 2001):
        k = abs(q + 2 * math.pi * n / CELL)
        form = math.sin(k * CELL / 2) / (k * CELL / 2)
        total += form**2 * (1 - (1 - math.exp(-k * THICKNESS)) / (k * THICKNESS))
    wanted = -VACUUM_PERMEABILITY / THICKNESS * total * wave
    assert np.abs(field - wanted).max() < 2e-3 * np.abs(wanted).max()
    # The repetitions that are summed do not lie evenly about every cell.
    assert np.abs(across).max() < 1e-5 * np.abs(wanted).max()


def test_flux_of_a_cell_by_quadrature():
    depth = 0.4

    def density(y, x):
        # Line charges at x = +-1/2 that reach from y = -1/2 to 1/2.
        total = 0.0
        for sign in (1, -1):
            square = (x - sign / 2) ** 2 + depth**2
            for end in (0.5, -0.5):
                along = y - end
                part = along / math.sqrt(square + along**2) / square
                total += -sign * (1 if end < 0 else -1) * depth * part
        return total / (4 * math.pi)

    for x, y in ((1.0, 0.0), (0.5, 0.5), (2.0, -1.0)):
        wanted, _ = dblquad(density, x - 0.5, x + 0.5, y - 0.5, y + 0.5)
        assert cell_flux(x, y, 1.0, depth) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("corners", [False, True])
def test_stray_flux_of_a_closed_sheet_sums_to_zero(corners):
    angle = np.random.default_rng(3).uniform(0, 2 * math.pi, (12, 20))
    for shape in ((12, 20), (11, 7)):
        part = angle[: shape[0], : shape[1]]
        kernel = stray(shape, CELL, 5e-9, True, corners)
        flux = stray_flux(kernel, np.cos(part), np.sin(part))
        assert abs(flux.sum()) < 1e-12 * np.abs(flux).sum()
        assert np.abs(flux).max() > 0.01 * VACUUM_PERMEABILITY * CELL


def test_stray_flux_of_an_open_sheet_comes_back_outside():
    """In a frame of empty cells the sum vanishes as the frame grows, as that of a dipole must."""
    angle = np.random.default_rng(4).uniform(0, 2 * math.pi, (4, 4))
    left = []
    for frame in (8, 16, 32):
        mx, my = np.pad(np.cos(angle), frame), np.pad(np.sin(angle), frame)
        flux = stray_flux(stray(mx.shape, CELL, 5e-9, False, False), mx, my)
        left.append(abs(flux.sum()) / np.abs(flux).sum())
    assert left[0] < 1e-3
    assert left[2] < left[1] < left[0]


@pytest.mark.parametrize("depth", [5e-9, 40e-9])
def test_stray_field_of_stripes(depth):
    """H_z = -(q m/2) exp(-q z) sin(qx) under a thin sheet whose moments go as cos(qx)."""
    columns = 40
    q = 2 * math.pi / (columns * CELL)
    x = (np.arange(columns) + 0.5) * CELL
    wave = np.broadcast_to(np.cos(q * x), (4, columns)).copy()
    flux = stray_flux(stray(wave.shape, CELL, depth, True, False), wave, np.zeros_like(wave))
    total = np.zeros(columns)
    for n in range(-400, 401):
        k = q + 2 * math.pi * n / CELL
        form = math.sin(k * CELL / 2) / (k * CELL / 2)
        # Charge k m sin(kx); below, a positive charge drives flux down.
        total -= k / 2 * math.exp(-abs(k) * depth) * form**2 * np.sin(q * x)
    wanted = VACUUM_PERMEABILITY * CELL**2 * total
    assert np.abs(flux - wanted).max() < 2e-3 * np.abs(wanted).max()
