"""Stoner product: the source's numbers in its own convention and per atom and spin."""

import numpy as np
import pytest
from scipy import optimize

from papilio.analysis.stoner import StonerOptions, stoner
from papilio.errors import AnalysisError
from papilio.physics.stoner import density_of_one_atom_and_spin, exchange_parameter, product

# N(E_F) = 7.0 states/eV and I_S = 1.4 eV of the cell with one vacancy.
PAPER = StonerOptions(
    density_of_states=7.0,
    splitting=0.182,
    moment=0.13,
    atoms=6,
    carrying_atoms=2,
    density_of_states_std=0.35,
    splitting_std=0.0091,
    moment_std=0.0065,
)


def value(result, convention):
    return result.select("product", convention=convention)[0].value


def test_the_three_conventions():
    result = stoner(PAPER)
    assert result["exchange_parameter"].value == pytest.approx(1.4)
    assert value(result, "cell") == pytest.approx(9.8)
    assert value(result, "atom_and_spin") == pytest.approx(0.8167, abs=1e-4)
    assert value(result, "carrying_atom_and_spin") == pytest.approx(2.45)
    assert result.select("density_of_states", convention="atom_and_spin")[0].value == pytest.approx(
        0.5833, abs=1e-4
    )
    (flag,) = result.flags
    assert "not per atom and spin" in flag


def test_relative_errors_add_in_quadrature_and_cover():
    quantity = stoner(PAPER).select("product", convention="cell")[0]
    assert quantity.std == pytest.approx(9.8 * 0.05 * np.sqrt(3), rel=1e-2)
    generator = np.random.default_rng(0)
    inside = []
    for _ in range(400):
        numbers = [7.0, 0.182, 0.13] * (1 + 0.05 * generator.normal(size=3))
        drawn = stoner(
            StonerOptions(*numbers, 6, None, 0.05 * 7.0, 0.05 * 0.182, 0.05 * 0.13)
        ).select("product", convention="cell")[0]
        inside.append(abs(drawn.value - 9.8) < drawn.std)
    assert np.mean(inside) == pytest.approx(0.683, abs=0.06)


def test_the_criterion_is_where_a_moment_appears_by_itself():
    # One atom, flat band of N states per eV and spin: m = N I m has a solution m > 0 from N I = 1;
    # with the band ends at half filling the moment jumps to saturation there.
    density, width = 0.8, 1 / 0.8

    def energy(moment, exchange):
        # Kinetic energy of a flat band filled to (1 +- m)/2, less I m^2/4.
        half = [(1 + sign * moment) / 2 for sign in (1, -1)]
        return sum(n**2 * width / 2 for n in half) - exchange * moment**2 / 4

    for exchange, polarised in ((1.2, False), (1.3, True)):
        best = optimize.minimize_scalar(
            lambda m, i=exchange: energy(m, i), bounds=(0, 1), method="bounded"
        ).x
        assert (product(density, exchange) > 1) == polarised
        assert (best > 0.5) == polarised


def test_formulas():
    assert exchange_parameter(0.7, 0.5) == 1.4
    assert density_of_one_atom_and_spin(12.0, 6) == 1.0


def test_impossible_numbers_are_refused():
    with pytest.raises(AnalysisError, match="moment is zero"):
        stoner(StonerOptions(7.0, 0.2, 0.0, 6))
    with pytest.raises(AnalysisError, match="0 atoms"):
        stoner(StonerOptions(7.0, 0.2, 0.1, 0))


def test_numbers_without_uncertainty_say_so():
    result = stoner(StonerOptions(7.0, 0.182, 0.13, 6))
    assert result["product"].flags == ("the calculation states no uncertainty",)
