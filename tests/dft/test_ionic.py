"""Ionic steps: what a relaxation begins with."""

import json
import shutil

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.calculator import Calculator
from ase.neighborlist import neighbor_list
from ase.optimize import BFGS

from papilio.dft.job import CURVATURE
from papilio.dft.programs.ionic import SOFTEST, atoms_of, first_curvature, relax
from papilio.dft.structure import StructureOptions, build

CELL = StructureOptions(units=2, vacancies=("KO1",))


class Harmonic(Calculator):
    """Springs of known matrix to known places, and forces that all settings see alike or not."""

    implemented_properties = ("energy", "forces")

    def __init__(self, matrix, places):
        super().__init__()
        self.matrix, self.places = matrix, places

    def calculate(self, atoms, properties, changes):
        super().calculate(atoms, properties, changes)
        away = atoms.positions.ravel() - self.places
        force = -self.matrix @ away
        self.results = {"energy": -0.5 * away @ force, "forces": force.reshape(-1, 3)}


def springs(rest):
    """Second derivatives of a crystal whose bonds soften as a power of their length."""
    matrix = np.eye(3 * len(rest))
    for one, other, vector in zip(*neighbor_list("ijD", rest, 3.2), strict=True):
        length = np.linalg.norm(vector)
        spring = 20 * (2 / length) ** 7 * np.outer(vector, vector) / length**2
        a, b = slice(3 * one, 3 * one + 3), slice(3 * other, 3 * other + 3)
        matrix[a, a] += spring
        matrix[a, b] -= spring
    return matrix


def displaced(seed):
    rest = atoms_of(build(CELL).to_table())
    atoms = rest.copy()
    atoms.positions += np.random.default_rng(seed).normal(0, 0.08, atoms.positions.shape)
    atoms.calc = Harmonic(springs(rest), rest.positions.ravel())
    return atoms


def test_a_shift_of_all_atoms_stretches_nothing():
    atoms = atoms_of(build(CELL).to_table())
    curvature = first_curvature(atoms)
    np.testing.assert_allclose(curvature, curvature.T, atol=1e-12)
    assert np.linalg.eigvalsh(curvature).min() == pytest.approx(SOFTEST)
    for direction in range(3):
        shift = np.zeros(curvature.shape[0])
        shift[direction::3] = 1
        np.testing.assert_allclose(curvature @ shift, SOFTEST * shift, atol=1e-12)


def test_a_bond_is_stiff_along_itself():
    pair = Atoms("TaO", positions=[(0, 0, 0), (0, 0, 2.0)])
    curvature = first_curvature(pair)[:3, :3]
    # The spring constant that the model states for two angstrom, and nothing across.
    np.testing.assert_allclose(np.diag(curvature), [SOFTEST, SOFTEST, SOFTEST + 9.0])


def test_fewer_steps_than_from_a_multiple_of_unity(tmp_path):
    ours, theirs = [], []
    for seed in range(4):
        atoms = displaced(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        outcome = relax(atoms, folder, 100, 0.005)
        assert outcome["relaxed"]
        assert np.abs(atoms.get_positions() - atoms.calc.places.reshape(-1, 3)).max() < 0.01
        ours.append(outcome["ionic_steps"])
        plain = BFGS(displaced(seed), logfile=None, maxstep=0.1)
        plain.run(fmax=0.005, steps=100)
        theirs.append(plain.nsteps)
    assert np.median(ours) < 0.6 * np.median(theirs)


@pytest.mark.parametrize("content", ["", '{"cut": [1.0,', "[]", "null", "[[[1.0]], 0, 0, 0.1]"])
def test_a_curvature_that_was_cut_off_is_learnt_anew(tmp_path, content):
    (tmp_path / "hessian.json").write_text(content)
    assert relax(displaced(0), tmp_path, 100, 0.01)["relaxed"]
    assert json.loads((tmp_path / "hessian.json").read_text())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_stage_knows_the_curvature_of_the_one_before(tmp_path, seed):
    """Fewer steps; forces of the stage before, of other settings, do not pass for curvature."""
    generator = np.random.default_rng(seed)
    axes = np.linalg.qr(generator.normal(size=(27, 27)))[0]
    matrix = (axes * np.geomspace(2, 60, 27)) @ axes.T
    places = generator.uniform(0, 5, 27)
    quick = Atoms("H9", places.reshape(-1, 3) + generator.normal(0, 0.08, (9, 3)))
    quick.calc = Harmonic(matrix, places)
    for name in ("quick", "forgetful", "final"):
        (tmp_path / name).mkdir()
    assert relax(quick, tmp_path / "quick", 200, 0.02)["relaxed"]
    steps = {}
    for name, curvature in (("forgetful", None), ("final", tmp_path / "quick" / CURVATURE)):
        atoms = Atoms("H9", quick.positions)
        # Settings of the last stage: softer by a tenth, with the minimum a little aside.
        aside = np.random.default_rng(seed + 100).normal(0, 0.02, 27)
        atoms.calc = Harmonic(0.9 * matrix, places + aside)
        found = relax(atoms, tmp_path / name, 200, 0.005, curvature=curvature)
        assert found["relaxed"]
        steps[name] = found["ionic_steps"]
    assert steps["final"] < steps["forgetful"]
    # The whole file, with places and forces that other settings gave, is worse than its matrix.
    (tmp_path / "whole").mkdir()
    shutil.copy(tmp_path / "quick" / CURVATURE, tmp_path / "whole")
    atoms = Atoms("H9", quick.positions)
    atoms.calc = Harmonic(0.9 * matrix, places + aside)
    assert steps["final"] < relax(atoms, tmp_path / "whole", 200, 0.005)["ionic_steps"]


def test_a_spoiled_curvature_is_left_alone(tmp_path):
    generator = np.random.default_rng(1)
    atoms = Atoms("H2", generator.uniform(0, 1, (2, 3)))
    atoms.calc = Harmonic(10 * np.eye(6), np.zeros(6))
    (tmp_path / "spoiled.json").write_text("not the words of a matrix")
    found = relax(atoms, tmp_path, 50, 0.01, curvature=tmp_path / "spoiled.json")
    assert found["relaxed"]
