"""The pair-breaking law against 30-digit roots, its limits, and WHH's sum over frequencies."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from papilio.constants import (
    BOHR_MAGNETON,
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    FLUX_QUANTUM,
    REDUCED_PLANCK,
)
from papilio.physics import ginzburg_landau as gl
from papilio.physics import pair_breaking as pb


def exact(t: float) -> float:
    """alpha(t)/alpha(0) by root finding with 30 digits."""
    with mpmath.workdps(30):
        half = mpmath.mpf(1) / 2
        target = mpmath.digamma(half) - mpmath.log(t)
        # psi(x) lies between ln(x) - 1/x and ln(x): a bracket of the root.
        low = mpmath.exp(target)
        u = mpmath.findroot(
            lambda u: mpmath.digamma(half + u) - target, (0, low + 1), solver="anderson"
        )
        return float(4 * mpmath.exp(mpmath.euler) * t * u)


@pytest.mark.parametrize("t", [1e-5, 1e-3, 0.05, 0.3, 0.5, 0.8, 0.99, 0.99999])
def test_law_is_solved_to_rounding(t: float) -> None:
    # Near t = 1 the argument itself carries its rounding, 1e-16, into 1 - t.
    assert pb.reduced_pair_breaking(t) == pytest.approx(exact(t), rel=1e-13 + 1e-15 / (1 - t))


def test_ends_of_the_law() -> None:
    assert pb.reduced_pair_breaking([0.0, 1.0, 1.5]).tolist() == [1.0, 0.0, 0.0]
    # alpha(0) is half the gap at T = 0.
    twice = 2 * pb.ALPHA_AT_ZERO
    assert twice == pytest.approx(gl.BCS_GAP_RATIO, rel=1e-14)
    # T -> 0: ln u + 1/(24 u^2) = ln(c/t), c = e^psi(1/2), so alpha(t)/alpha(0) = 1 - t^2/(24 c^2).
    c = float(mpmath.exp(mpmath.digamma(0.5)))
    assert 1 - pb.reduced_pair_breaking(1e-3) == pytest.approx(1e-6 / (24 * c**2), rel=1e-3)


def test_whh_curve() -> None:
    assert pb.whh_reduced_field(0.0) == pytest.approx(0.69267, abs=1e-5)
    # The slope at Tc is one by definition.
    assert pb.whh_reduced_field(1 - 1e-7) == pytest.approx(1e-7, rel=1e-6)


def test_diffusivity_from_the_slope_at_tc() -> None:
    Tc, field = 2.0, 0.8
    step = 1e-6
    slope = pb.perpendicular_field(Tc - step, field, Tc) / step
    expected = 4 * BOLTZMANN / (np.pi * ELEMENTARY_CHARGE * slope)
    assert pb.diffusivity(field, Tc) == pytest.approx(float(expected), rel=1e-5)


def test_orbital_terms_give_tinkhams_thickness_near_tc() -> None:
    Tc, perpendicular, d = 1.0, 0.1, 5e-9
    curvature = pb.parallel_orbital_curvature(pb.diffusivity(perpendicular, Tc), d)
    T = Tc * (1 - 1e-7)
    alpha = float(pb.critical_pair_breaking(T, Tc))
    at_T = float(pb.perpendicular_field(T, perpendicular, Tc))
    xi = np.sqrt(FLUX_QUANTUM / (2 * np.pi * at_T))
    assert np.sqrt(alpha / curvature) == pytest.approx(
        FLUX_QUANTUM * np.sqrt(12) / (2 * np.pi * xi * d), rel=1e-12
    )
    parallel = np.sqrt(pb.ALPHA_AT_ZERO * BOLTZMANN * Tc / curvature)
    assert pb.largest_thickness(perpendicular, parallel) == pytest.approx(d, rel=1e-12)


def test_gamma_at_zero_temperature() -> None:
    Tc, field = 0.668, 3.99
    gamma = pb.spin_orbit_gamma(field, Tc)
    assert (2 * BOHR_MAGNETON * field) ** 2 / (BOLTZMANN * Tc * gamma) == pytest.approx(
        3.53, abs=5e-3
    )


def test_gamma_grows_with_the_orbital_term_and_diverges() -> None:
    Tc, field = 0.668, 3.99
    total = pb.ALPHA_AT_ZERO * BOLTZMANN * Tc / field**2
    bare = pb.spin_orbit_gamma(field, Tc)
    assert pb.spin_orbit_gamma(field, Tc, 0.5 * total) == pytest.approx(2 * bare, rel=1e-12)
    assert pb.spin_orbit_gamma(field, Tc, total) == np.inf


def test_conventions_of_the_spin_orbit_time() -> None:
    thirds = {name: 3 * factor for name, factor in pb.CONVENTIONS.items()}
    assert thirds == {"whh_maki": 1.0, "klemm_luther_beasley": 2.0, "oxide": 3.0}


def whh_sum(t: float, h: float, x: float, spin_orbit: float) -> float:
    """ln(1/t) less WHH's sum over Matsubara frequencies; x is their alpha h."""

    def term(nu: int) -> float:
        odd = 2 * nu + 1
        return 2 * (1 / odd - 1 / (odd + h / t + (x / t) ** 2 / (odd + (h + spin_orbit) / t)))

    return float(mpmath.log(1 / t) - mpmath.nsum(term, [0, mpmath.inf]))


@pytest.mark.parametrize(("x", "spin_orbit"), [(0.3, 5.0), (0.4, 0.5), (0.8, 1.6), (1.2, 30.0)])
def test_spin_law_is_whhs_sum(x: float, spin_orbit: float) -> None:
    Tc, t = 1.3, 0.4
    unit = np.pi * BOLTZMANN * Tc
    residual = pb.spin_law_residual(t * Tc, x * unit / BOHR_MAGNETON, spin_orbit * unit, Tc)
    assert -residual == pytest.approx(whh_sum(t, 0.0, x, spin_orbit), abs=2e-6)


@pytest.mark.parametrize("time", [1e-13, 3e-12])
def test_spin_law_is_a_singlet_mixed_with_a_triplet(time: float) -> None:
    # The field mixes the singlet pair with one triplet, which spin-orbit scattering relaxes at
    # 4/(3 tau): one 2 x 2 matrix a frequency, of which the gap equation takes the singlet corner.
    Tc, T, field = 0.668, 0.3, 2.0
    with mpmath.workdps(30):
        thermal = mpmath.pi * BOLTZMANN * T
        mixing = 2j * BOHR_MAGNETON * field
        relaxation = REDUCED_PLANCK * mpmath.mpf(4) / (3 * time)

        def term(n: mpmath.mpf) -> mpmath.mpf:
            double = 2 * thermal * (2 * n + 1)
            pairs = mpmath.matrix([[double, mixing], [mixing, double + relaxation]])
            singlet = pairs[1, 1] / (pairs[0, 0] * pairs[1, 1] - mixing**2)
            return 4 * thermal * mpmath.re(1 / double - singlet)

        exact = mpmath.log(mpmath.mpf(T) / Tc) + mpmath.nsum(term, [0, mpmath.inf])
    gamma = pb.CONVENTIONS["klemm_luther_beasley"] * REDUCED_PLANCK / time
    assert float(pb.spin_law_residual(T, field, gamma, Tc)) == pytest.approx(float(exact), abs=1e-9)


def test_strong_spin_orbit_scattering_adds_orbital_and_spin_energies() -> None:
    # WHH's lambda_so = Gamma/(pi kB Tc), that is Gamma = hbar/(3 tau_so).
    t, spin_orbit = 0.5, 1e5
    critical = float(pb.reduced_pair_breaking(t)) * pb.ALPHA_AT_ZERO / np.pi
    h = 0.3 * critical
    x = np.sqrt(0.7 * critical * spin_orbit)
    assert whh_sum(t, h, x, spin_orbit) == pytest.approx(0, abs=1e-4)
    unit = np.pi * BOLTZMANN
    field = float(pb.parallel_field(t, 1.0, 1.0))
    gamma = pb.spin_orbit_gamma(1.0, 1.0)
    assert (BOHR_MAGNETON * field) ** 2 / gamma == pytest.approx(critical * unit, rel=1e-12)


def test_time_and_energy() -> None:
    tau = 1e-13
    gamma = REDUCED_PLANCK / (3 * tau)
    assert gamma / pb.CONVENTIONS["whh_maki"] == pytest.approx(REDUCED_PLANCK / tau)
