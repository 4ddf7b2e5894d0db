"""Equation of state and band gap against planted answers."""

import numpy as np
import pytest

from papilio.dft.bulk import equilibrium, gap
from papilio.errors import AnalysisError


def birch_murnaghan(a, a0, modulus, derivative, energy):
    """Birch, Phys. Rev. 71, 809 (1947), in the usual form; modulus in eV/angstrom^3."""
    eta = (a0 / a) ** 2
    return energy + 9 * a0**3 * modulus / 16 * (
        (eta - 1) ** 3 * derivative + (eta - 1) ** 2 * (6 - 4 * eta)
    )


A = np.linspace(3.9, 4.08, 7)


def test_planted_equation_of_state():
    energies = birch_murnaghan(A, 3.99, 1.2, 4.5, -40.0)
    found = equilibrium(A, energies)
    assert found.lattice_constant == pytest.approx(3.99, abs=1e-9)
    assert found.bulk_modulus == pytest.approx(1.2 * 160.21766208, rel=1e-8)
    assert found.energy == pytest.approx(-40.0, abs=1e-9)


def test_scatter_is_covered():
    generator = np.random.default_rng(3)
    inside = 0
    for _ in range(400):
        noise = generator.normal(scale=1e-3, size=len(A))
        found = equilibrium(A, birch_murnaghan(A, 3.99, 1.2, 4.5, -40.0) + noise)
        inside += abs(found.lattice_constant - 3.99) < 2 * found.lattice_constant_std
    # Three degrees of freedom: Student's t leaves 86 % within two standard deviations.
    assert inside / 400 == pytest.approx(0.86, abs=0.06)


@pytest.mark.parametrize(
    ("points", "words"), [(A[:4], "five or more"), (A[:5] - 0.2, "at the end")]
)
def test_what_cannot_be_fitted(points, words):
    with pytest.raises(AnalysisError, match=words):
        equilibrium(points, birch_murnaghan(points, 3.99, 1.2, 4.5, -40.0))


def test_an_indirect_gap():
    path = np.linspace(0, 0.5, 11)[:, None] * np.ones(3)
    bands = np.stack([4 * path[:, 0], 3 + 2 * path[:, 0], 9 + path[:, 0]], axis=1)[None]
    found = gap(path, bands, 2.0)
    assert found.indirect == pytest.approx(1.0)
    assert found.direct == pytest.approx(2.0)
    assert found.top == (0.5, 0.5, 0.5)
    assert found.bottom == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("electrons", [3.0, 6.0])
def test_no_gap_without_an_empty_band_or_with_an_odd_electron(electrons):
    with pytest.raises(AnalysisError, match="band gap"):
        gap(np.zeros((4, 3)), np.zeros((1, 4, 3)), electrons)
