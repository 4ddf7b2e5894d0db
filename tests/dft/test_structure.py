"""Perovskite cells: counts, distances, layers, charges, symmetry, and what cannot be built."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from papilio.dft.cell import Structure, neighbour_vectors, shortest_distance, symmetry
from papilio.dft.structure import KTAO3_LATTICE_CONSTANT, StructureOptions, build
from papilio.dft.workflow import WorkflowOptions
from papilio.errors import OptionsError
from papilio.options import from_table

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("units", [1, 2, 3, 4, 5, 6, 7])
def test_any_number_of_units_is_the_perovskite(units):
    structure = build(StructureOptions(units=units))
    assert len(structure.symbols) == 5 * units
    assert symmetry(structure).name == "Pm-3m"
    # Six oxygens about each tantalum at half the lattice constant, twelve about each potassium.
    half = KTAO3_LATTICE_CONSTANT / 2
    for element, count, distance in (("Ta", 6, half), ("K", 12, half * np.sqrt(2))):
        places = structure.positions[structure.of(element)]
        for near in neighbour_vectors(structure, places, 1.05 * distance):
            oxygens = [n for n in near if structure.symbols[int(n[0])] == "O"]
            assert len(oxygens) == count
            np.testing.assert_allclose(
                np.linalg.norm(np.array(oxygens)[:, 1:], axis=1), distance, rtol=1e-12
            )


def test_the_cell_of_six_units():
    structure = build(StructureOptions(vacancies=("KO1",)))
    a = KTAO3_LATTICE_CONSTANT
    assert len(structure.symbols) == 29
    np.testing.assert_allclose(np.linalg.norm(structure.cell[0]), a * np.sqrt(2))
    np.testing.assert_allclose(structure.cell[2], [0, 0, 2 * a * np.sqrt(3)], atol=1e-9)
    assert structure.doped_electrons == 2
    assert structure.removed.shape == (1, 3)
    heights = [structure.positions[structure.layers.index(f"Ta{n}"), 2] for n in range(1, 7)]
    np.testing.assert_allclose(np.diff(heights), a / np.sqrt(3), rtol=1e-9)
    # Two tantalums lie next to the vacancy, each at half a lattice constant.
    near = neighbour_vectors(structure, structure.removed, 0.6 * a)[0]
    assert [structure.symbols[int(n[0])] for n in near].count("Ta") == 2


def test_the_cubic_axes_point_from_tantalum_to_oxygen():
    structure = build(StructureOptions(units=3))
    tantalum = structure.of("Ta")[0]
    near = neighbour_vectors(structure, structure.positions[[tantalum]], 2.1)[0]
    along = np.abs(near[:, 1:] @ structure.cubic_axes.T) / (KTAO3_LATTICE_CONSTANT / 2)
    np.testing.assert_allclose(np.sort(along, axis=1), [[0, 0, 1]] * 6, atol=1e-9)
    np.testing.assert_allclose(structure.cubic_axes @ structure.cubic_axes.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(structure.cubic_axes.sum(axis=0), [0, 0, np.sqrt(3)], atol=1e-12)


@pytest.mark.parametrize(
    ("termination", "first", "last", "electrons"),
    [("stoichiometric", "Ta1", "KO3", 0), ("A", "KO1", "KO3", -5), ("B", "Ta1", "Ta3", 5)],
)
def test_a_slab_is_polar_and_says_so(termination, first, last, electrons):
    structure = build(StructureOptions(units=3, vacuum=12.0, termination=termination))
    order = np.argsort(structure.positions[:, 2])
    assert structure.layers[order[0]] == first
    assert structure.layers[order[-1]] == last
    assert structure.periodic == (True, True, False)
    assert structure.doped_electrons == electrons
    thickness = np.ptp(structure.positions[:, 2])
    assert structure.cell[2, 2] - thickness >= 12.0
    assert "polar" in structure.warnings[0]


def test_multiples_strain_and_other_perovskites():
    options = StructureOptions(
        "SrTiO3",
        units=3,
        lattice_constant=3.905,
        lateral=(2, 1),
        strain=0.01,
        strain_along=-0.01,
        vacancies=("SrO2.4",),
    )
    structure = build(options)
    assert len(structure.symbols) == 29
    np.testing.assert_allclose(np.linalg.norm(structure.cell[0]), 2 * 3.905 * np.sqrt(2) * 1.01)
    np.testing.assert_allclose(structure.cell[2, 2], 3.905 * np.sqrt(3) * 0.99)
    assert structure.doped_electrons == 2
    assert symmetry(structure).number < 221


def test_a_vacancy_breaks_the_symmetry_and_a_moment_more():
    structure = build(StructureOptions(units=6, vacancies=("KO1",)))
    bare = symmetry(structure)
    marks = [0.1 if layer == "Ta1" else 0.0 for layer in structure.layers]
    assert len(bare.rotations) == 4  # 2/m about the vacancy
    assert len(symmetry(structure, marks).rotations) < 4
    for rotation, permutation in zip(bare.rotations, bare.permutations, strict=True):
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
        assert sorted(permutation) == list(range(29))
        # The operation takes bonds of an atom to bonds of its image.
        for atom in structure.of("Ta")[:2]:
            own = neighbour_vectors(structure, structure.positions[[atom]], 2.1)[0][:, 1:]
            image = structure.positions[[permutation[atom]]]
            there = neighbour_vectors(structure, image, 2.1)[0][:, 1:]
            turned = own @ rotation.T
            apart = np.linalg.norm(turned[:, None] - there[None], axis=2)
            assert apart.min(axis=1).max() < 1e-6


def test_round_trip():
    structure = build(StructureOptions(units=2, vacancies=("KO1",)))
    again = Structure.from_table(structure.to_table())
    assert again.to_table() == structure.to_table()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"formula": "KTa"}, "not of the form ABO3"),
        ({"formula": "XxTiO3"}, "charge of Xx"),
        ({"formula": "SrTiO3"}, "lattice_constant"),
        ({"units": 0}, "at least 1"),
        ({"vacancies": ("Ta1",)}, "has no oxygen"),
        ({"vacancies": ("KO1.4",)}, "no such oxygen"),
        ({"vacancies": ("KO1", "KO1.1")}, "named twice"),
        ({"termination": "A"}, "vacuum"),
        ({"lattice_constant": 2.0}, "apart"),
    ],
)
def test_what_cannot_be_built_is_named(changes, words):
    with pytest.raises(OptionsError, match=words):
        build(StructureOptions(**changes))


def test_the_shortest_distance_of_the_perovskite():
    assert shortest_distance(build(StructureOptions(units=1))) == pytest.approx(
        KTAO3_LATTICE_CONSTANT / 2
    )


@pytest.mark.parametrize("study", sorted((ROOT / "studies/kto111/dft").glob("*.toml")))
def test_studies_of_the_repository_are_well_formed(study):
    options = from_table(WorkflowOptions, tomllib.loads(study.read_text(encoding="utf-8")))
    build(options.structure)


def test_displacements_are_seeded_and_of_the_size_asked_for():
    ideal = build(StructureOptions())
    moves = [
        build(StructureOptions(displacement=0.05, displacement_seed=seed)).positions
        - ideal.positions
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(moves[0], moves[1])
    assert not np.array_equal(moves[0], moves[2])
    # 90 coordinates: five standard errors of a standard deviation are 37 %.
    assert np.std(moves[0]) == pytest.approx(0.05, rel=0.37)
    with pytest.raises(OptionsError, match="displacement: is a standard deviation"):
        build(StructureOptions(displacement=-0.1))
