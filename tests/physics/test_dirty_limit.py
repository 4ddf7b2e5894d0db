import math

import pytest

from papilio.constants import (
    BOLTZMANN,
    ELEMENTARY_CHARGE,
    REDUCED_PLANCK,
    RESISTANCE_QUANTUM_PAIR,
)
from papilio.physics.dirty_limit import (
    clean_coherence_length,
    strip_barrier,
    vortex_unbinding_temperature,
)


def test_vortices_unbind_at_Tc_without_resistance():
    assert vortex_unbinding_temperature(0.668, 0.0) == 0.668
    hbar_over_e2 = REDUCED_PLANCK / ELEMENTARY_CHARGE**2
    assert vortex_unbinding_temperature(1.0, hbar_over_e2) == pytest.approx(1 / 1.173)
    assert vortex_unbinding_temperature(0.668, 1358.0) == pytest.approx(0.632, abs=5e-4)


def test_barrier_is_the_condensation_energy_of_a_dirty_strip():
    # (8 sqrt 2/3) (N Delta^2/2) S xi, with N from 1/rho = 2 e^2 N D and xi = 0.855 (xi_0 l)^1/2,
    # xi_0 l = 3 hbar D/(pi Delta): agrees up to the factors of order one that forms differ by.
    Tc, resistance, width, xi = 0.668, 1358.0, 20e-6, 61.63e-9
    gap = 1.764 * BOLTZMANN * Tc
    diffusion = math.pi * gap * xi**2 / (3 * REDUCED_PLANCK * 0.855**2)
    states_times_thickness = 1 / (2 * ELEMENTARY_CHARGE**2 * resistance * diffusion)
    volume = width * xi
    expected = 8 * math.sqrt(2) / 3 * states_times_thickness * gap**2 / 2 * volume
    found = strip_barrier(Tc, resistance, width, xi)
    assert found == pytest.approx(expected, rel=0.15)
    in_quanta = found / (BOLTZMANN * Tc) * resistance * xi / (width * RESISTANCE_QUANTUM_PAIR)
    assert in_quanta == pytest.approx(0.83)


def test_clean_coherence_length_undoes_the_dirty_limit():
    clean, path = 422e-9, 12.3e-9
    dirty = 0.855 * math.sqrt(clean * path)
    assert clean_coherence_length(dirty, path) == pytest.approx(clean)
