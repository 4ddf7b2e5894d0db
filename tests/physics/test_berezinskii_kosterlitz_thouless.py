"""Berezinskii-Kosterlitz-Thouless formulas against mpmath, derivatives and the universal jump."""

import mpmath
import numpy as np
import pytest

from papilio.constants import BOLTZMANN
from papilio.physics import berezinskii_kosterlitz_thouless as kt


def test_the_exponent_at_the_universal_jump_is_three():
    stiffness = kt.stiffness_at_transition(0.618)
    assert kt.power_law_exponent(stiffness, 0.618) == pytest.approx(kt.EXPONENT_AT_TRANSITION)
    # PHYSICS of the sample: E_J = kB * 0.692 K would give 4.5 there without renormalisation.
    assert kt.power_law_exponent(BOLTZMANN * 0.692, 0.618) == pytest.approx(4.518, abs=1e-3)


@pytest.mark.parametrize("temperature", [0.62, 0.65, 0.7, 1.3])
def test_halperin_nelson_against_mpmath(temperature):
    with mpmath.workdps(30):
        expected = 9000 * mpmath.exp(-1.2 / mpmath.sqrt(mpmath.mpf(temperature) / 0.618 - 1))
        slope = mpmath.diff(
            lambda T: mpmath.log(9000 * mpmath.exp(-1.2 / mpmath.sqrt(T / 0.618 - 1))), temperature
        )
    assert kt.halperin_nelson(temperature, 9000.0, 1.2, 0.618) == pytest.approx(float(expected))
    assert kt.halperin_nelson_slope(temperature, 1.2, 0.618) == pytest.approx(float(slope))


def test_the_power_of_the_slope_is_a_straight_line_that_ends_at_the_transition():
    T = np.array([0.63, 0.7, 0.8])
    line = kt.halperin_nelson_slope(T, 1.2, 0.618) ** (-2 / 3)
    assert line == pytest.approx((2 * 0.618 / 1.2) ** (2 / 3) * (T / 0.618 - 1))


def test_the_resistance_vanishes_at_the_transition_and_below():
    assert kt.halperin_nelson([0.3, 0.618], 9000.0, 1.2, 0.618).tolist() == [0.0, 0.0]


def test_the_voltage_is_odd_and_adds_the_ohmic_tail():
    current = np.array([-2e-6, 0.0, 1e-6, 2e-6])
    voltage = kt.voltage(current, 1e12, 3.0, 0.5)
    assert voltage == pytest.approx([-8e-6 - 1e-6, 0.0, 1e-6 + 0.5e-6, 8e-6 + 1e-6])
