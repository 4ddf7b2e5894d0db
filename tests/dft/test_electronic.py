"""Densities of states, their symmetry and the splitting, on states whose answers are known."""

import numpy as np
import pytest

from papilio.dft.cell import symmetry
from papilio.dft.electronic import (
    States,
    by_layer,
    d_density_matrices,
    density_of_atoms,
    density_of_orbitals,
    density_of_states,
    fermi_level_density,
    load_states,
    symmetrised,
)
from papilio.dft.exchange import exchange_splitting, projected_moment, shift_of_densities
from papilio.dft.orbitals import D_ORBITALS, E_G, T2G, rotation_of_d
from papilio.dft.structure import StructureOptions, build
from papilio.dft.summary import distance_from_vacancy
from papilio.errors import AnalysisError


def square_band(count, splitting=0.0, spins=1):
    """Two-dimensional tight binding, e = -2t (cos x + cos y), one atom with one d orbital."""
    angles = 2 * np.pi * (np.arange(count) + 0.5) / count
    x, y = np.meshgrid(angles, angles)
    band = -2.0 * (np.cos(x) + np.cos(y)).reshape(1, -1, 1) + 0.9
    shifts = [0.0] if spins == 1 else [-splitting / 2, splitting / 2]
    eigenvalues = np.concatenate([band + shift for shift in shifts])
    total = np.zeros((*eigenvalues.shape, 1, 3))
    total[..., 0, 2] = 1.0
    d = np.zeros((*eigenvalues.shape, 1, 5), dtype=complex)
    d[..., 0, 0] = 1.0
    return States(eigenvalues, np.full(count**2, 1 / count**2), total, (0,), d)


def exact_density(energy):
    """Of the square lattice, both spins: 2 K(m)/(2 pi^2 t) with m = 1 - (e/4t)^2."""
    from scipy.special import ellipk

    return 2 * ellipk(1 - (energy / 4.0) ** 2) / (2 * np.pi**2 * 1.0)


def test_density_of_the_square_lattice():
    states = square_band(200)
    energies = np.array([-2.0, 0.0, 1.5])
    found = density_of_states(states, energies, 0.05)
    np.testing.assert_allclose(found[0], exact_density(energies - 0.9), rtol=0.01)
    # The whole band holds two electrons, however spins are counted.
    wide = np.linspace(-6, 6, 2001)
    for of in (square_band(60), square_band(60, 0.3, spins=2)):
        total = density_of_states(of, wide, 0.05).sum(axis=0)
        assert np.trapezoid(total, wide) == pytest.approx(2.0, abs=1e-6)


def test_fermi_level_density_covers_the_truth():
    value, std = fermi_level_density(square_band(40), square_band(24), 0.1)
    assert std > 0
    assert abs(value - exact_density(-0.9)) < 2 * std


def test_a_rigid_shift_is_the_splitting():
    states = square_band(30, 0.25, spins=2)
    value, std = exchange_splitting(states, [0], 0.4)
    assert value == pytest.approx(0.25, abs=1e-12)
    assert std == pytest.approx(0.0, abs=1e-12)
    assert shift_of_densities(states, [0], 0.4, 0.1) == pytest.approx(0.25, abs=0.002)


def test_a_level_that_is_split_more_than_the_bands_it_lies_in():
    """The level pulls on bands of one number where they cross; most of the density stays behind."""
    bands = square_band(30, 0.1, spins=2)
    level = np.array([-0.4, 0.4])[:, None, None] * np.ones((2, bands.eigenvalues.shape[1], 1))
    eigenvalues = np.concatenate([bands.eigenvalues, level], axis=2)
    weights = np.broadcast_to([1.0, 0.02], eigenvalues.shape)
    order = eigenvalues.argsort(axis=2)
    total = np.zeros((*eigenvalues.shape, 1, 3))
    total[..., 0, 2] = np.take_along_axis(weights, order, axis=2)
    both = States(
        np.take_along_axis(eigenvalues, order, axis=2),
        bands.weights,
        total,
        (0,),
        np.zeros((*eigenvalues.shape, 1, 5), dtype=complex),
    )
    assert exchange_splitting(both, [0], 0.4)[0] > 0.12
    assert shift_of_densities(both, [0], 0.4, 0.1) == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("splitting", [1.0, 1.5, 2.0, 2.5, 3.0])
def test_a_shift_beyond_what_is_compared_is_none(splitting):
    with pytest.raises(AnalysisError, match=r"no shift within 0\.8 eV"):
        shift_of_densities(square_band(30, splitting, spins=2), [0], 0.4, 0.1)


def test_the_projected_moment_counts_as_the_density_does():
    """A small splitting moves N(E_F) Delta/2 per spin; a share of each state moves that share."""
    split = square_band(200, 0.05, spins=2)
    moment = projected_moment(split, [0], 0.02)
    assert moment == pytest.approx(exact_density(-0.9) / 2 * 0.05, rel=0.02)
    share = States(split.eigenvalues, split.weights, 0.6 * split.total, (0,), split.d)
    assert projected_moment(share, [0], 0.02) == pytest.approx(0.6 * moment, rel=1e-12)


def test_filled_bands_are_no_part_of_the_projected_moment():
    """Below the band lies one that is full, whose weight on the atom differs between the spins."""
    split = square_band(40, 0.05, spins=2)
    below = np.full_like(split.eigenvalues, -8.0)
    total = np.concatenate([0.3 * split.total, split.total], axis=2)
    total[1, :, 0] *= 0.5
    both = States(
        np.concatenate([below, split.eigenvalues], axis=2), split.weights, total, (0,), split.d
    )
    alone = projected_moment(split, [0], 0.02)
    assert projected_moment(both, [0], 0.02) == pytest.approx(alone + 0.15)
    assert projected_moment(both, [0], 0.02, filled=1) == pytest.approx(alone)


def test_the_splitting_is_that_of_the_atom():
    one, other = square_band(30, 0.25, spins=2), square_band(30, -0.1, spins=2)
    total = np.zeros((2, 900, 2, 2, 3))
    total[:, :, 0, 0, 2] = total[:, :, 1, 1, 2] = 1.0
    both = States(
        np.concatenate([one.eigenvalues, other.eigenvalues], axis=2),
        one.weights,
        total,
        (0, 1),
        np.zeros((2, 900, 2, 2, 5), dtype=complex),
    )
    assert exchange_splitting(both, [0], 0.4)[0] == pytest.approx(0.25)
    assert exchange_splitting(both, [1], 0.4)[0] == pytest.approx(-0.1)
    # Alike by symmetry: whatever the irreducible points show of either counts for both.
    together = exchange_splitting(both, [0, 1], 0.4)[0]
    assert -0.1 < together < 0.25
    assert together == exchange_splitting(both, [1, 0], 0.4)[0]


@pytest.mark.parametrize(("spins", "atom"), [(1, 0), (2, 3)])
def test_no_splitting_without_spins_or_d_states(spins, atom):
    with pytest.raises(AnalysisError, match="two spins and d states"):
        exchange_splitting(square_band(4, spins=spins), [atom], 0.4)
    with pytest.raises(AnalysisError, match="two spins and d states"):
        shift_of_densities(square_band(4, spins=spins), [atom], 0.4, 0.1)


def test_no_splitting_without_weight():
    states = square_band(4, spins=2)
    empty = States(states.eigenvalues, states.weights, 0 * states.total, (0,), states.d)
    with pytest.raises(AnalysisError, match="two spins and d states"):
        exchange_splitting(empty, [0], 0.4)


def test_cubic_symmetry_makes_t2g_alike_and_e_g_alike():
    structure = build(StructureOptions(units=1))
    group = symmetry(structure)
    tantalum = structure.of("Ta")[0]
    turn = rotation_of_d(structure.cubic_axes)
    amplitudes = np.zeros((1, 1, 2, 1, 5), dtype=complex)
    # In the cubic frame: one state is xy, the other 3z2-r2; given in the frame of the cell.
    amplitudes[0, 0, 0, 0] = np.eye(5)[0] @ turn
    amplitudes[0, 0, 1, 0] = np.eye(5)[2] @ turn
    states = States(
        np.array([[[0.0, 1.0]]]),
        np.ones(1),
        np.zeros((1, 1, 2, len(structure.symbols), 3)),
        (tantalum,),
        amplitudes,
    )
    matrices = d_density_matrices(states, np.array([0.0, 1.0]), 0.05, group)
    top = 2 / (0.05 * np.sqrt(2 * np.pi))
    found = density_of_orbitals(matrices, structure.cubic_axes)[0, :, 0] / top
    np.testing.assert_allclose(found[0, list(T2G)], 1 / 3, atol=1e-12)
    np.testing.assert_allclose(found[0, list(E_G)], 0, atol=1e-12)
    np.testing.assert_allclose(found[1, list(E_G)], 1 / 2, atol=1e-12)
    np.testing.assert_allclose(found[1, list(T2G)], 0, atol=1e-12)


def test_the_trace_does_not_depend_on_the_frame():
    generator = np.random.default_rng(1)
    matrix = generator.normal(size=(5, 5))
    matrix = (matrix @ matrix.T)[None, None]
    axes = np.linalg.qr(generator.normal(size=(3, 3)))[0]
    turned = density_of_orbitals(matrix, axes)
    assert turned.sum() == pytest.approx(np.trace(matrix[0, 0]))
    assert not np.allclose(turned[0, 0], np.diag(matrix[0, 0]))


def test_atoms_that_are_alike_share_and_layers_add_up():
    structure = build(StructureOptions(units=3))
    group = symmetry(structure)
    count = len(structure.symbols)
    total = np.zeros((1, 1, 1, count, 3))
    first = structure.of("O")[0]
    total[0, 0, 0, first, 1] = 1.0
    states = States(np.zeros((1, 1, 1)), np.ones(1), total, (), np.zeros((1, 1, 1, 0, 5)) + 0j)
    raw = density_of_atoms(states, np.zeros(1), 0.05)
    shared = symmetrised(raw, group)
    oxygens = structure.of("O")
    np.testing.assert_allclose(shared[0, 0, oxygens, 1], raw.sum() / 9)
    assert shared.sum() == pytest.approx(raw.sum())
    layers = by_layer(shared, structure, tuple(range(count)))
    assert list(layers)[:2] == ["Ta1", "KO1"]
    assert layers["KO2"][0, 0, 1] == pytest.approx(raw.sum() / 3)
    assert layers["Ta1"].sum() == 0


def test_distance_from_a_vacancy_looks_across_the_boundary():
    structure = build(StructureOptions(vacancies=("KO1",)))
    tantalums = structure.of("Ta")
    distances = [distance_from_vacancy(structure, atom) for atom in tantalums]
    # Ta1 below and Ta2 above are its own bonds; Ta6 lies below the lower face.
    assert distances[0] == pytest.approx(3.9885 / 2)
    assert distances[1] == pytest.approx(3.9885 / 2)
    assert distances[5] == pytest.approx(min(d for d in distances[2:]), abs=1e-6)
    assert distance_from_vacancy(build(StructureOptions()), 0) is None


def test_the_order_of_orbitals_is_named():
    assert [D_ORBITALS[n] for n in T2G] == ["xy", "yz", "zx"]


def test_states_that_were_not_asked_for(tmp_path):
    with pytest.raises(AnalysisError, match="not asked for states"):
        load_states(tmp_path / "states.npz")
