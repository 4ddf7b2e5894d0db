"""Gap and critical currents against quadrature of the gap equation and exact limits."""

import numpy as np
import pytest
from scipy import integrate, optimize

from papilio.constants import BOLTZMANN, ELEMENTARY_CHARGE
from papilio.physics.critical_current import (
    GAP_RATIO,
    ambegaokar_baratoff,
    ambegaokar_baratoff_zero,
    bardeen,
    bcs_gap,
)


def gap_by_quadrature(t):
    """Gap over its zero-temperature value from the gap equation as an integral over energy."""

    def excess(ratio):
        # ln(Delta(0)/Delta) = 2 int_0^inf f(E)/E d(xi), in units of kB Tc.
        delta = ratio * GAP_RATIO
        value, _ = integrate.quad(
            lambda xi: 2 / (np.hypot(xi, delta) * (np.exp(min(np.hypot(xi, delta) / t, 600)) + 1)),
            0,
            60 * t + 5 * delta,
            limit=200,
        )
        return -np.log(ratio) - value

    return optimize.brentq(excess, 1e-6, 1 - 1e-12)


@pytest.mark.parametrize("t", [0.3, 0.5, 0.8, 0.95, 0.995])
def test_the_gap_solves_the_gap_equation(t):
    assert bcs_gap(np.array([t]))[0] == pytest.approx(gap_by_quadrature(t), rel=2e-4)


def test_the_gap_in_its_limits():
    assert bcs_gap(np.array([0.0, 0.01, 0.1])) == pytest.approx(1, abs=1e-5)
    assert bcs_gap(np.array([1.0, 1.2])).tolist() == [0, 0]
    # Near Tc: Delta = 1.7367 Delta(0) sqrt(1 - t), with 1.7367 = sqrt(8/(7 zeta(3))) e^gamma.
    zeta = 1.2020569031595942
    slope = np.sqrt(8 / (7 * zeta)) * np.exp(np.euler_gamma)
    assert bcs_gap(np.array([1 - 1e-5]))[0] == pytest.approx(slope * np.sqrt(1e-5), rel=1e-3)


def test_a_tunnel_junction_in_its_limits():
    assert ambegaokar_baratoff(np.array([1e-3]), 2.0, 1.0)[0] == pytest.approx(2.0)
    # Near Tc the current falls linearly, Ic R = 2.34 pi kB (Tc - T)/e: 2.67 of I(0) per Tc.
    near = ambegaokar_baratoff(np.array([0.999]), 1.0, 1.0)[0]
    assert near == pytest.approx(2.66 * 1e-3, rel=5e-3)
    gap = 1.7639 * BOLTZMANN * 9.2
    expected = np.pi * gap / (2 * ELEMENTARY_CHARGE * 3.0)
    assert ambegaokar_baratoff_zero(3.0, 9.2) == pytest.approx(expected, rel=1e-4)


def test_depairing_current():
    assert bardeen(np.array([0.0, 0.6, 1.0, 2.0]), 2.0, 1.0) == pytest.approx(
        [2.0, 2 * 0.8**3, 0, 0]
    )
