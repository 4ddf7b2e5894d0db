"""Paraconductivity: limits, a Maki-Thompson integral, and the full theory of fluctuoscopy."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from papilio.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK
from papilio.physics import fluctuations as fl

UNIT = ELEMENTARY_CHARGE**2 / REDUCED_PLANCK


def test_aslamazov_larkin_in_ohms() -> None:
    # 16 hbar/e^2 = 65.74 kilo-ohm.
    assert 1 / fl.aslamazov_larkin(1.0) == pytest.approx(65730, rel=1e-3)


@pytest.mark.parametrize(("epsilon", "delta"), [(0.02, 0.3), (0.2, 0.05), (0.1, 0.1)])
def test_maki_thompson_is_an_integral_over_pair_momenta(epsilon: float, delta: float) -> None:
    # Diffusing pairs: (e^2/8 hbar) times the integral over x of 1/((epsilon + x)(delta + x)).
    integral = mpmath.quad(lambda x: 1 / ((epsilon + x) * (delta + x)), [0, 1, 10, mpmath.inf])
    assert fl.maki_thompson(epsilon, delta) == pytest.approx(UNIT / 8 * float(integral), rel=1e-9)


def test_maki_thompson_is_smooth_where_epsilon_equals_delta() -> None:
    epsilon = 0.1 * (1 + np.array([-1e-7, -1e-9, 0, 1e-9, 1e-7]))
    assert np.ptp(fl.maki_thompson(epsilon, 0.1)) / fl.maki_thompson(0.1, 0.1) == pytest.approx(
        1e-7, rel=1e-3
    )


def test_strong_pair_breaking_removes_maki_thompson() -> None:
    assert fl.maki_thompson(0.01, 1e4) < 1e-3 * fl.aslamazov_larkin(0.01)


def test_ginzburg_number_is_where_both_conductances_are_equal() -> None:
    epsilon = fl.ginzburg_number(1358.0)
    assert fl.aslamazov_larkin(epsilon) == pytest.approx(1 / 1358.0)


def test_phase_breaking_time() -> None:
    # pi hbar/(8 kB) = 3.0 ps K.
    assert fl.phase_breaking_time(0.1, 1.0) == pytest.approx(3.0e-11, rel=1e-3)


def test_common_limit_with_the_full_theory() -> None:
    """The leading terms come out of the full theory as epsilon and the field go to zero."""
    fluctuoscopy = pytest.importorskip(
        "fluctuoscopy",
        reason="fluctuoscopy is not installed: extra 'fluctuations'",
    )
    # A field of a tenth of epsilon is too small to matter and large enough for its sums.
    epsilon = np.array([0.1, 0.03, 0.01])
    t, delta = np.exp(epsilon), 0.01
    told = fluctuoscopy.fluc_dimless(t, 0.1 * epsilon, np.full(3, 1e-3), np.pi / (8 * t * delta))
    for name, closed in (
        ("al", fl.aslamazov_larkin(epsilon)),
        ("mtint", fl.maki_thompson(epsilon, delta)),
    ):
        miss = 1 - np.asarray(told[name]) * UNIT / closed
        assert np.all(np.diff(np.abs(miss)) < 0), name
        assert abs(miss[-1]) < 0.08, name
