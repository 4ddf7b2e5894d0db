"""Voigt doublets and Shirley background against quadrature and their definitions."""

import numpy as np
import pytest
from scipy import integrate

from papilio.physics.core_level import F_BRANCHING, doublet, shirley


def test_area_and_branching():
    energy = np.linspace(-600, 600, 600001)
    peaks = doublet(energy, 5.0, 0.0, 0.4, 0.05)
    assert np.trapezoid(peaks, energy) == pytest.approx(5.0, rel=2e-4)
    narrow = doublet(energy, 5.0, 0.0, 0.01, 0.0)
    assert narrow[energy > 1].max() / narrow.max() == pytest.approx(3 / 4, rel=1e-3)
    assert energy[energy > 1][narrow[energy > 1].argmax()] == pytest.approx(1.91, abs=2e-3)


def test_a_voigt_line_is_the_convolution_of_gauss_and_lorentz():
    def convolution(x):
        value, _ = integrate.quad(
            lambda t: (
                np.exp(-(t**2) / (2 * 0.3**2))
                / (0.3 * np.sqrt(2 * np.pi))
                * 0.1
                / np.pi
                / ((x - t) ** 2 + 0.1**2)
            ),
            -3,
            3,
            points=[x],
        )
        return value

    for x in (0.0, 0.2, 0.7):
        expected = convolution(x) + F_BRANCHING * convolution(x - 1.91)
        found = doublet(np.array([x]), 1 + F_BRANCHING, 0.0, 0.3, 0.1)[0]
        assert found == pytest.approx(expected, rel=1e-6)


def test_the_background_rises_by_the_area_and_is_flat_outside():
    energy = np.linspace(15, 40, 2501)
    peaks = doublet(energy, 100.0, 26.0, 0.4, 0.0)
    background = shirley(energy, peaks, 0.05)
    assert background[0] == 0
    assert background[-1] == pytest.approx(5.0, rel=1e-6)
    assert background[energy < 23].max() < 1e-6
    middle = np.searchsorted(energy, 26.0)
    # Half of the 4f7/2 line lies below its position.
    assert background[middle] == pytest.approx(0.05 * 100 * (4 / 7) / 2, rel=0.02)
