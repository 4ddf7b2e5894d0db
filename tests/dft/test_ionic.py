"""Ionic steps: what a relaxation begins with."""

import json

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes
from ase.neighborlist import neighbor_list
from ase.optimize import BFGS

from papilio.dft.programs.ionic import SOFTEST, atoms_of, first_curvature, relax
from papilio.dft.structure import StructureOptions, build

CELL = StructureOptions(units=2, vacancies=("KO1",))


class Springs(Calculator):
    """Harmonic about given places, bonds falling as a power and not as an exponential."""

    implemented_properties = ("energy", "forces")

    def __init__(self, rest):
        super().__init__()
        self.rest = rest.get_positions()
        self.hessian = np.eye(3 * len(rest))
        for one, other, vector in zip(*neighbor_list("ijD", rest, 3.2), strict=True):
            length = np.linalg.norm(vector)
            spring = 20 * (2 / length) ** 7 * np.outer(vector, vector) / length**2
            a, b = slice(3 * one, 3 * one + 3), slice(3 * other, 3 * other + 3)
            self.hessian[a, a] += spring
            self.hessian[a, b] -= spring

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        moved = (atoms.get_positions() - self.rest).ravel()
        self.results = {
            "energy": 0.5 * moved @ self.hessian @ moved,
            "forces": -(self.hessian @ moved).reshape(-1, 3),
        }


def displaced(seed):
    rest = atoms_of(build(CELL).to_table())
    atoms = rest.copy()
    atoms.positions += np.random.default_rng(seed).normal(0, 0.08, atoms.positions.shape)
    atoms.calc = Springs(rest)
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
        assert np.abs(atoms.get_positions() - atoms.calc.rest).max() < 0.01
        ours.append(outcome["ionic_steps"])
        plain = BFGS(displaced(seed), logfile=None, maxstep=0.1)
        plain.run(fmax=0.005, steps=100)
        theirs.append(plain.nsteps)
    assert np.median(ours) < 0.6 * np.median(theirs)


@pytest.mark.parametrize("content", ["", '{"cut": [1.0,', "[]"])
def test_a_curvature_that_was_cut_off_is_learnt_anew(tmp_path, content):
    (tmp_path / "hessian.json").write_text(content)
    assert relax(displaced(0), tmp_path, 100, 0.01)["relaxed"]
    assert json.loads((tmp_path / "hessian.json").read_text())
