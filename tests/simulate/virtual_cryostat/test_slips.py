"""Phase slips: random walks with a known rate, swinging that is none, limits of Poisson."""

import math

import numpy as np
import pytest

from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import advance
from papilio.simulate.josephson_array.state import conditions, start
from papilio.simulate.virtual_cryostat.slips import (
    colder,
    most_slips,
    slip_resistance,
    slips,
)
from papilio.simulate.virtual_cryostat.watch import Setting, undriven, winding


def test_every_slip_counts_once_and_swinging_never():
    random = np.random.default_rng(1)
    jumps = np.where(random.random((4, 4000)) < 0.005, random.choice([-1, 1], (4, 4000)), 0)
    jumps[:, :1000] = 0
    swings = 0.12 * random.standard_normal(jumps.shape)
    assert slips(swings) == 0
    found, true = slips(np.cumsum(jumps, axis=1) + swings), int(np.abs(jumps).sum())
    # Where one slip follows another back at once, neither can be seen: 0.5 % of them.
    assert true - 3 <= found <= true


def test_a_normal_array_has_its_own_resistance():
    array = Array(columns=8, rows=6, couplings=np.zeros((1, 2, 6, 8)), scheme="euler", step=0.02)
    exposed = conditions(16, temperature=1.0)
    _, series = advance(array, start(array, 16, 3), exposed, 2048, 4)
    winding = np.cumsum(series.voltage, axis=1) * series.duration * 8 / (2 * math.pi)
    number = slips(winding)
    time = series.voltage.size * series.duration
    found = slip_resistance(number / time, 1.0, 6 / 8)
    # A walk that is looked at every 0.08 misses some turns; its exit from +-1 has 2/3 of the
    # variance of a Poisson process.
    assert found == pytest.approx(1.0, abs=0.1 + 3 * math.sqrt(2 / 3 / number))


@pytest.mark.parametrize("number", [0, 3, 20])
def test_limits_are_those_of_poisson(number):
    most = most_slips(number)
    chance = sum(math.exp(-most) * most**k / math.factorial(k) for k in range(number + 1))
    assert chance == pytest.approx(0.05)
    if number == 0:
        assert most == pytest.approx(-math.log(0.05))


def test_a_limit_goes_down_with_the_temperature_as_its_barrier_says():
    hot, rate = 0.25, 1e-4
    assert colder(rate, hot, hot) == pytest.approx(rate)
    barrier = -hot * math.log(2 * math.pi * rate)
    cold = colder(rate, hot, 0.05)
    assert cold / rate == pytest.approx(math.exp(-barrier * (1 / 0.05 - 1 / hot)))
    # Without a barrier the cold helps nothing.
    assert colder(1e3, hot, 0.05) == 1e3
    # Links that relax slowly try less often: the same rate is had over a lower barrier.
    slow = -hot * math.log(2 * math.pi * rate / 0.1)
    assert colder(rate, hot, 0.05, 0.1) / rate == pytest.approx(math.exp(-slow * 16))


def test_the_limit_of_the_heat_holds_for_slips_that_are_counted_in_the_cold():
    """A chain of unlike junctions, whose weakest has 0.4 of the mean coupling."""
    random = np.random.default_rng(5)
    coupling = np.ones((2, 1, 16))
    coupling[0] = random.uniform(0.4, 1.6, 16)
    coupling[0, 0, 3] = 0.4

    def rate(temperature):
        setting = Setting(coupling, np.zeros((1, 16)), temperature, 1358.0, 16, 512, 8192, 4)
        series = undriven(setting)
        return slips(winding(setting, series)) / (series.voltage.size * series.duration)

    mean = float(coupling.mean())
    hot, cold = rate(0.35), rate(0.25)
    assert 0 < cold < colder(hot, 0.35, 0.25, 0.4 / mean)
