"""Spin-orbit energies planted in parallel fields, with and without an orbital share."""

import numpy as np
import pytest

from known_field_sweeps import sweeps
from papilio.analysis import SpinOrbitOptions, spin_orbit
from papilio.constants import BOHR_MAGNETON, BOLTZMANN
from papilio.errors import AnalysisError, OptionsError
from papilio.physics import ginzburg_landau as gl
from papilio.physics import pair_breaking as pb

TC, PARALLEL, PERPENDICULAR = 0.668, 3.99, 0.09
TEMPERATURES = (0.05, 0.2, 0.35, 0.5, 0.6)
LARGEST = pb.largest_thickness(PERPENDICULAR, PARALLEL)


def in_plane(seed=0, law=pb.parallel_field, noise=2.0):
    return sweeps(lambda T: float(law(T, PARALLEL, TC)), TEMPERATURES, 9.0, seed, noise)


def across(seed=100):
    return sweeps(
        lambda T: float(pb.perpendicular_field(T, PERPENDICULAR, TC)),
        TEMPERATURES,
        0.25,
        seed,
        noise=2.0,
    )


def test_gamma_without_orbital_term():
    result = spin_orbit(in_plane())
    truth = (2 * BOHR_MAGNETON * PARALLEL) ** 2 / (4 * pb.ALPHA_AT_ZERO * BOLTZMANN * TC)
    found = result["Gamma"]
    assert found.conditions == {"thickness": 0.0}
    assert found.value == pytest.approx(truth, abs=4 * found.std)
    assert found.std < 0.01 * truth
    # The perpendicular direction was not measured, so nothing is said about the orbits.
    assert not result.select("diffusivity")


def test_each_convention_is_named():
    result = spin_orbit(in_plane())
    gamma = result["Gamma"].value
    for name, factor, text in (
        ("whh_maki", 3, "Gamma = hbar/(3 tau_so)"),
        ("klemm_luther_beasley", 1.5, "Gamma = 2 hbar/(3 tau_so)"),
        ("oxide", 1, "Gamma = hbar/tau_so"),
    ):
        energy = result[f"eps_so_{name}"]
        assert energy.value == pytest.approx(factor * gamma, rel=1e-12)
        assert energy.conditions["convention"] == text


def test_a_known_thickness_raises_gamma():
    d = 0.5 * LARGEST
    result = spin_orbit(in_plane(), across(), SpinOrbitOptions(thickness=d))
    (bare,) = result.select("Gamma", thickness=0.0)
    (found,) = result.select("Gamma", thickness=d)
    # A quarter of the pair breaking is orbital: d^2 is a quarter of its largest value.
    truth = pb.spin_orbit_gamma(PARALLEL, TC) / 0.75
    assert found.value == pytest.approx(truth, abs=4 * found.std)
    assert found.value > bare.value + 4 * found.std
    assert found.interval68[0] < found.value < found.interval68[1]
    for name, answer in (
        ("largest_thickness", LARGEST),
        ("diffusivity", pb.diffusivity(PERPENDICULAR, TC)),
    ):
        assert result[name].value == pytest.approx(answer, abs=4 * result[name].std), name


def test_the_uncertainty_of_the_thickness_enters():
    sharp = SpinOrbitOptions(thickness=2e-9)
    blurred = SpinOrbitOptions(thickness=2e-9, thickness_std=0.5e-9)
    data = in_plane(), across()
    first, second = (spin_orbit(*data, options) for options in (sharp, blurred))
    (one,), (two,) = (r.select("Gamma", thickness=2e-9) for r in (first, second))
    # d ln Gamma/d ln d = 2 s/(1 - s) with the orbital share s = d^2/d_max^2.
    share = (2e-9 / LARGEST) ** 2
    expected = 2 * share / (1 - share) * 0.25 * one.value
    assert two.std == pytest.approx(expected, rel=0.02)


def test_an_orbital_term_that_takes_everything_leaves_a_limit():
    for share, known in ((1.0, True), (1.2, False)):
        d = share * LARGEST
        result = spin_orbit(
            in_plane(), across(), SpinOrbitOptions(thickness=d, thickness_std=0.01 * d)
        )
        (limit,) = result.select("Gamma", thickness=d)
        assert (limit.value is not None) == known
        assert limit.limit == ("lower" if known else None)
        assert "by itself" in limit.flags[0]


def test_a_thickness_without_diffusion_constant_is_refused_aloud():
    result = spin_orbit(in_plane(), options=SpinOrbitOptions(thickness=2e-9))
    assert len(result.select("Gamma")) == 1
    assert any("diffusion constant" in flag for flag in result.flags)
    told = SpinOrbitOptions(thickness=2e-9, diffusivity=pb.diffusivity(PERPENDICULAR, TC))
    assert len(spin_orbit(in_plane(), options=told).select("Gamma")) == 2


def test_weak_scattering_is_said_and_its_equation_solved():
    result = spin_orbit(in_plane())
    found = result["Gamma_finite_scattering"]
    assert found.value < result["Gamma"].value
    residual = pb.spin_law_residual(0.05, pb.parallel_field(0.05, PARALLEL, TC), found.value, TC)
    step = pb.spin_law_residual(
        0.05, pb.parallel_field(0.05, PARALLEL, TC), found.value + 4 * found.std, TC
    )
    assert abs(residual) < abs(step - residual)
    assert any("strong spin-orbit" in flag for flag in result.flags)
    assert result["Gamma_lower_limit"].value < found.value


def test_a_field_below_the_paramagnetic_one_has_no_finite_gamma():
    weak = 0.5 * gl.pauli_limit(TC)
    data = sweeps(lambda T: float(pb.parallel_field(T, weak, TC)), TEMPERATURES, 1.5, noise=2.0)
    result = spin_orbit(data)
    assert result["Gamma_finite_scattering"].value is None
    assert not result.select("Gamma_lower_limit")


def test_a_square_root_is_recognised():
    result = spin_orbit(in_plane(law=gl.parallel_field))
    found = result["Gamma_ginzburg_landau"]
    truth = pb.spin_orbit_gamma(PARALLEL, TC)
    assert found.value == pytest.approx(truth, abs=4 * found.std)
    assert result["akaike_difference"].value > 10
    assert any("square-root" in flag for flag in result.flags)


def test_one_temperature_is_not_enough():
    data = sweeps(lambda T: 3.0, (0.1,), 9.0)
    with pytest.raises(AnalysisError, match="1 temperatures show a parallel"):
        spin_orbit(data)


def test_a_thickness_is_above_zero():
    with pytest.raises(OptionsError, match="thickness"):
        SpinOrbitOptions(thickness=0.0)


def test_pulls_over_seeds_are_normal():
    pulls = []
    for seed in range(20):
        found = spin_orbit(in_plane(seed, noise=5.0))["Gamma"]
        pulls.append((found.value - pb.spin_orbit_gamma(PARALLEL, TC)) / found.std)
    assert np.mean(pulls) == pytest.approx(0, abs=4 / np.sqrt(20))
    assert np.std(pulls) == pytest.approx(1, abs=4 / np.sqrt(40))
