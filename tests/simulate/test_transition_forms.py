"""R(T) that follows Halperin-Nelson or phase slips: the law, the join, what was asked for."""

import mpmath
import numpy as np
import pytest

from papilio.errors import OptionsError
from papilio.simulate.transition_forms import JOIN, HalperinNelson, PhaseSlips

BAR = {"length": 120e-6, "coherence_length": 61.63e-9, "normal": 8148.0}


@pytest.fixture(scope="module")
def vortices():
    return HalperinNelson.of(0.618, 0.668, 0.12, 1358.0)


@pytest.fixture(scope="module")
def slips():
    return PhaseSlips(1.0, 0.0, 1.0, **BAR).with_transition(0.668, 0.12)


@pytest.mark.parametrize("curve", ["vortices", "slips"])
def test_half_resistance_width_and_normal_state_are_those_asked_for(curve, request):
    law = request.getfixturevalue(curve)
    found = law(np.array([law.at(0.2), 0.668, law.at(0.8), 4.0])) / law.normal
    np.testing.assert_allclose(found, [0.2, 0.5, 0.8, 1.0], rtol=1e-6)
    assert law.at(0.8) - law.at(0.2) == pytest.approx(0.12, abs=1e-10)


@pytest.mark.parametrize("curve", ["vortices", "slips"])
def test_curve_rises_and_has_no_kink_at_the_join(curve, request):
    law = request.getfixturevalue(curve)
    grid = np.linspace(0.05, 4.0, 4001)
    assert bool((np.diff(law(grid)) >= 0).all())
    join, step = law.at(JOIN), 1e-5
    below, at, above = law(join + np.array([-step, 0.0, step]))
    assert (above - at) / (at - below) == pytest.approx(1, abs=2e-3)


def test_halperin_nelson_law_by_hand(vortices):
    temperature = 0.65
    expected = mpmath.mpf(vortices.R0) * mpmath.exp(
        -vortices.b / mpmath.sqrt(mpmath.mpf(temperature) / 0.618 - 1)
    )
    assert float(vortices(temperature)) == pytest.approx(float(expected), rel=1e-12)
    assert float(vortices(0.618)) == float(vortices(0.3)) == 0


def test_thermal_phase_slips_by_hand(slips):
    """Eq. (3) in SI with the prefactor, and the normal channel in parallel."""
    T, hbar, e, k = map(mpmath.mpf, ("0.6", "1.054571817e-34", "1.602176634e-19", "1.380649e-23"))
    near = 1 - T / mpmath.mpf(slips.Tc)
    barrier = mpmath.mpf(slips.dF0) * near ** mpmath.mpf("1.5") / (k * T)
    time = mpmath.pi * hbar / (8 * k * (slips.Tc - T))
    xi = mpmath.mpf(BAR["coherence_length"]) / mpmath.sqrt(near)
    rate = BAR["length"] / (xi * time) * mpmath.sqrt(barrier)
    thermal = mpmath.pi * hbar**2 * rate / (2 * e**2 * k * T) * mpmath.exp(-barrier)
    thermal *= slips.prefactor
    expected = thermal * BAR["normal"] / (thermal + BAR["normal"])
    assert float(slips(0.6)) == pytest.approx(float(expected), rel=1e-9)


def test_quantum_tail_is_left_at_low_temperature():
    action, sites = 11.0, BAR["length"] / BAR["coherence_length"]
    quantum_of_resistance = 6453.201
    B1 = 0.004 * 8148 / (quantum_of_resistance * action * sites * np.exp(-action))
    B2 = action * 8148 / (quantum_of_resistance * sites)
    law = PhaseSlips(1.0, 0.0, 1.0, **BAR, B1=B1, B2=B2).with_transition(0.668, 0.12)
    assert float(law(0.0)) / 8148 == pytest.approx(0.004 / 1.004, rel=1e-5)
    assert law.at(0.5) == pytest.approx(0.668, abs=1e-9)


def test_half_resistance_below_the_vortex_transition_is_refused():
    with pytest.raises(OptionsError, match=r"T_BKT: 0\.706 K is not below"):
        HalperinNelson.of(0.706, 0.668, 0.12, 1358.0)


def test_the_papers_barrier_temperature_makes_no_transition_at_half_resistance():
    with pytest.raises(OptionsError, match=r"slip_temperature: 0\.6 K is not"):
        PhaseSlips(0.6, 0.0, 1.0, **BAR).with_transition(0.668, 0.12)


def test_a_transition_wider_than_any_barrier_makes_is_refused():
    with pytest.raises(OptionsError, match=r"make no transition of 0\.9 K"):
        PhaseSlips(1.0, 0.0, 1.0, **BAR).with_transition(0.668, 0.9)
