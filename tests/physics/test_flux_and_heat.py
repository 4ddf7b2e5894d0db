import pytest

from papilio.constants import BOHR_MAGNETON, BOLTZMANN, FLUX_QUANTUM
from papilio.physics.flux_and_heat import (
    edge_flux,
    junction_critical_current,
    phase_slip_rate,
    reversal_heat,
    thermal_conductance_quantum,
)

MOMENT = 0.504 * BOHR_MAGNETON / 2.76e-19


def test_phase_slips_behind_a_voltage():
    assert phase_slip_rate(FLUX_QUANTUM) == pytest.approx(1.0)
    assert phase_slip_rate(19.6 * 6 * 10e-9) == pytest.approx(5.7e8, rel=0.01)


def test_flux_of_the_edge_of_the_bar():
    assert pytest.approx(1.7e-5, rel=0.01) == MOMENT
    assert edge_flux(MOMENT, 120e-6) / FLUX_QUANTUM == pytest.approx(1.2, abs=0.05)


def test_heat_of_a_reversal():
    assert reversal_heat(MOMENT, 0.08, 120e-6 * 20e-6) == pytest.approx(6.5e-15, rel=0.01)


def test_quantum_of_heat():
    assert thermal_conductance_quantum(1.0) == pytest.approx(9.464e-13, rel=1e-3)
    assert thermal_conductance_quantum(0.05) == pytest.approx(0.05 * 9.464e-13, rel=1e-3)


def test_critical_current_of_a_junction():
    assert junction_critical_current(BOLTZMANN * 0.692) == pytest.approx(29e-9, rel=0.01)
