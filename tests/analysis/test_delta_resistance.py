"""Resistance at a field less that at zero field: unbiased on narrow, quiet and filtered peaks."""

import numpy as np
import pytest

from papilio.analysis.delta_resistance import delta_R
from papilio.analysis.loops import FieldSweep
from papilio.simulate.instrument import low_pass

PEAK, HEIGHT = 0.08, 10.0


def gaussian(field, width):
    return HEIGHT * np.exp(-4 * np.log(2) * ((field - PEAK) / width) ** 2)


def sweep(field, resistance, delay=0.0):
    nothing = np.empty(0)
    return FieldSweep(1, 0.001, 0.05, 0.0, delay, field - delay, resistance, nothing, nothing)


@pytest.mark.parametrize("readings", [10, 25, 60])
def test_a_quiet_peak_is_not_flattened(readings):
    width, noise = 0.03, HEIGHT / 300
    generator = np.random.default_rng(readings)
    pulls = []
    for _ in range(150):
        # The readings stand anywhere with respect to the peak.
        field = np.arange(-0.3, 0.3, width / readings) + generator.uniform(0, width / readings)
        read = gaussian(field, width) + generator.normal(0, noise, field.size)
        found = delta_R(sweep(field, read), PEAK, 0.0, width)
        pulls.append((found.value - HEIGHT) / found.std)
    assert abs(np.mean(pulls)) < 0.3
    assert 0.85 < np.std(pulls) < 1.15


def test_the_filter_of_a_lock_in_is_undone():
    width, rate, time_constant = 0.03, 0.1, 0.03
    time = np.linspace(0, 6, 6001)
    field = -0.3 + rate * time
    read = low_pass(gaussian(field, width), time, time_constant)
    every = slice(None, None, 10)
    delay = rate * time_constant
    lost = HEIGHT - np.interp(PEAK, field, read)
    found = delta_R(sweep(field[every], read[every], delay), PEAK, 0.0, width)
    assert lost > 0.02 * HEIGHT
    assert found.value == pytest.approx(HEIGHT, abs=2e-3 * HEIGHT)


def test_a_field_out_of_reach_gives_nothing():
    field = np.linspace(-0.05, 0.05, 101)
    assert delta_R(sweep(field, gaussian(field, 0.03)), PEAK, 0.0, 0.03) is None
