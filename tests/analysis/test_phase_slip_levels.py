"""Coordinates of phase slips: there and back, and what they mean on the curve."""

import numpy as np
import pytest

from papilio.analysis.phase_slip_levels import BARRIER_UNIT, Levels
from papilio.physics import phase_slips as ps

LEVELS = Levels(0.6, 0.4, 8148.0, 120e-6, 61.63e-9)
VALUES = {
    "Tc": 0.75,
    "ln_dF0": np.log(80e-23 / BARRIER_UNIT),
    "ln_ratio": np.log(0.3),
    "ln_B1": np.log(1e-3),
    "ln_B2": np.log(0.01),
}


def test_there_and_back():
    back = LEVELS.parameters(LEVELS.coordinates(VALUES))
    assert back == pytest.approx(VALUES, rel=1e-10)


def test_without_a_free_prefactor_there_is_no_level():
    coordinates = LEVELS.coordinates({"Tc": 0.75, "ln_dF0": VALUES["ln_dF0"]})
    assert set(coordinates) == {"Tc", "thermal_slope"}
    assert LEVELS.parameters(coordinates)["ln_dF0"] == pytest.approx(VALUES["ln_dF0"])


def test_levels_and_slopes_are_those_of_the_curves():
    coordinates = LEVELS.coordinates(VALUES)

    def thermal(T):
        return np.log(0.3 * ps.thermal_resistance(T, 0.75, 80e-23, 120e-6, 61.63e-9))

    def quantum(T):
        return np.log(ps.quantum_resistance(T, 0.75, 1e-3, 0.01, 8148.0, 120e-6, 61.63e-9))

    for name, curve, at in (("thermal", thermal, 0.6), ("quantum", quantum, 0.4)):
        assert coordinates[f"{name}_level"] == pytest.approx(float(curve(at)), rel=1e-9)
        slope = (curve(at + 1e-6) - curve(at - 1e-6)) / 2e-6
        assert np.exp(coordinates[f"{name}_slope"]) == pytest.approx(float(slope), rel=1e-5)


def test_a_trial_step_far_off_stays_finite():
    wild = {
        "Tc": 0.1,
        "thermal_slope": 800.0,
        "thermal_level": 5.0,
        "quantum_slope": -900.0,
        "quantum_level": 3.0,
    }
    assert all(np.isfinite(value) for value in LEVELS.parameters(wild).values())
