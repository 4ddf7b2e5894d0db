"""Phase slips against mpmath, CGS, the source's table and the maxima of the formulas."""

import mpmath
import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from papilio.constants import BOLTZMANN, ELEMENTARY_CHARGE, REDUCED_PLANCK
from papilio.physics import phase_slips as ps

LENGTH, XI = 120e-6, 61.63e-9
#: Table 1 of doi:10.1038/s41467-025-58300-9, n_S = 3.8e17 m^-2.
TC, DF0 = 0.60, 5.18e-23


def test_the_literal_formula_with_the_published_numbers_gives_what_the_sample_does_not_show():
    # 5.7e5 ohm at 0.3 K, where the sample has no resistance; nothing at all at 0.05 K.
    at = ps.thermal_resistance([0.3, 0.05], TC, DF0, LENGTH, XI)
    assert at[0] == pytest.approx(5.7e5, rel=0.005)
    assert at[1] / 6 == pytest.approx(1e-20, rel=0.2)


def test_the_thermal_resistance_against_mpmath_term_by_term():
    T, Tc, dF0 = 0.55, 0.75, 80e-23
    with mpmath.workdps(30):
        k, hbar, e = map(mpmath.mpf, (BOLTZMANN, REDUCED_PLANCK, ELEMENTARY_CHARGE))
        t = mpmath.mpf(T) / Tc
        barrier = dF0 * (1 - t) ** 1.5
        tau = mpmath.pi * hbar / (8 * k * (Tc - mpmath.mpf(T)))
        omega = LENGTH / (XI * (1 - t) ** -0.5 * tau) * mpmath.sqrt(barrier / (k * T))
        expected = mpmath.pi * hbar**2 * omega / (2 * e**2 * k * T) * mpmath.exp(-barrier / (k * T))
    assert ps.thermal_resistance(T, Tc, dF0, LENGTH, XI) == pytest.approx(float(expected), rel=1e-9)
    assert ps.barrier(T, dF0, Tc) == pytest.approx(float(barrier))


def test_the_condensation_energy_is_that_of_cgs():
    # Hc = 100 Oe: Hc^2/8pi = 397.887 erg/cm^3, and 1 erg/cm^3 = 0.1 J/m^3.
    assert ps.condensation_energy(100e-4) == pytest.approx(0.1 * 100**2 / (8 * np.pi), rel=1e-6)


def test_the_barrier_of_the_source_in_cgs_and_here():
    # (8 sqrt 2/3) Hc^2/8pi S xi with Oe, cm: erg, 1e-7 J.
    field, width, thickness = 10.0, 100e-7, 4.63e-7
    erg = 8 * np.sqrt(2) / 3 * field**2 / (8 * np.pi) * width * thickness * XI * 100
    here = ps.barrier_at_zero(field * 1e-4, width * 1e-2 * thickness * 1e-2, XI)
    assert here == pytest.approx(erg * 1e-7, rel=1e-6)


def test_the_barrier_is_the_product_of_its_parts_at_any_temperature():
    T = 0.4
    field, xi = 1e-3 * (1 - T / TC), ps.coherence_length(T, XI, TC)
    parts = ps.barrier_at_zero(field, 1e-16, float(xi))
    assert ps.barrier(T, ps.barrier_at_zero(1e-3, 1e-16, XI), TC) == pytest.approx(parts)


@pytest.mark.parametrize("dF0", [5.18e-23, 80e-23])
def test_the_thermal_resistance_is_largest_where_the_barrier_is_three_halves_kT(dF0):
    limit = ps.thermal_limit(TC, dF0)
    assert ps.barrier(limit, dF0, TC) == pytest.approx(1.5 * BOLTZMANN * limit)
    found = minimize_scalar(
        lambda T: -float(ps.thermal_resistance(T, TC, dF0, LENGTH, XI)),
        bounds=(0.2 * TC, 0.9999 * TC),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert found.x == pytest.approx(limit, rel=1e-6)
    grid = np.linspace(0.05, 1.2, 500)
    assert (np.diff(ps.thermal_channel(grid, TC, dF0, LENGTH, XI)) >= 0).all()


def test_the_quantum_resistance_is_largest_at_an_action_of_two():
    known = (8148.0, LENGTH, XI)
    limit = ps.quantum_limit(TC, 0.008, *known)
    assert ps.quantum_action(limit, TC, 0.008, *known) == pytest.approx(2)
    found = minimize_scalar(
        lambda T: -float(ps.quantum_resistance(T, TC, 0.05, 0.008, *known)),
        bounds=(0.2 * TC, 0.9999 * TC),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert found.x == pytest.approx(limit, rel=1e-6)
    grid = np.linspace(0.05, 1.2, 500)
    assert (np.diff(ps.quantum_channel(grid, TC, 0.05, 0.008, *known)) >= 0).all()


def test_the_quantum_resistance_by_hand():
    # L/xi(0) = 1947.1, R_Q = 6453.2 ohm: S = 0.01 * 6453.2/8148 * 1947.1 * sqrt(1/2) = 10.905.
    action = ps.quantum_action(0.3, TC, 0.01, 8148.0, LENGTH, XI)
    assert action == pytest.approx(10.904, abs=2e-3)
    sites = 1947.1 * np.sqrt(0.5)
    expected = 2e-3 * 6453.2 * action * sites * np.exp(-action)
    value = ps.quantum_resistance(0.3, TC, 2e-3, 0.01, 8148.0, LENGTH, XI)
    assert value == pytest.approx(expected, rel=1e-4)


def test_no_slips_at_weak_action_have_no_limit_of_temperature():
    assert ps.quantum_limit(TC, 1e-6, 8148.0, LENGTH, XI) == 0


def test_the_normal_channel_shorts_the_slips():
    assert ps.with_normal_channel([0.0, 100.0, 1e12], 100.0) == pytest.approx([0.0, 50.0, 100.0])


def test_above_the_critical_temperature_the_formulas_are_zero():
    assert ps.thermal_resistance(TC, TC, DF0, LENGTH, XI) == 0
    assert ps.quantum_resistance(0.9, TC, 1.0, 0.01, 8148.0, LENGTH, XI) == 0
