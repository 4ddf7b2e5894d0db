"""The array at small currents: exact for a chain of junctions, in step under the same noise."""

import numpy as np
import pytest
from scipy.special import i0

from papilio.simulate.josephson_array.statistics import mean
from papilio.simulate.virtual_cryostat.watch import Setting, critical_current, driven, undriven


def chain(temperature, **more):
    numbers = {"replicas": 16, "equilibration_steps": 256, "maximum_steps": 4096, "seed": 2}
    return Setting(
        coupling=np.full((2, 1, 16), 0.7),
        flux=np.zeros((1, 16)),
        temperature=temperature,
        normal_resistance=1358.0,
        **{**numbers, **more},
    )


@pytest.mark.parametrize("temperature", [0.5, 1.0])
def test_a_chain_has_the_resistance_of_its_junctions(temperature):
    # Ambegaokar and Halperin, doi:10.1103/PhysRevLett.22.1364: R/R_N = 1/I_0(E_J/kT)^2.
    bias = 0.03 * temperature
    (found,) = driven(chain(temperature, replicas=32, maximum_steps=16384), (bias,))
    exact = 1 / i0(1 / temperature) ** 2
    assert found.std / bias < 0.05 * exact
    assert abs(found.value / bias - exact) < 4 * found.std / bias


def test_both_directions_share_their_noise():
    setting = chain(1.0)
    (found,) = driven(setting, (0.03,))
    series = undriven(setting)
    alone = mean(series.voltage).std
    # Half a difference of two voltages without a common noise has 1/sqrt(2) of this error, and of
    # half as many pairs as replicas the same: a third of it is shown to drop out at least.
    assert found.std < 2 / 3 * alone
    again = driven(setting, (0.01, 0.03))[1]
    assert again.value == pytest.approx(found.value, rel=1e-5)


def test_scales():
    setting = chain(1.0)
    assert setting.mean == pytest.approx(0.7)
    # E_J = kB 0.692 K makes 29 nA, and 8.3 ps with 1358 ohm.
    assert critical_current(0.692) == pytest.approx(29e-9, rel=0.01)
    assert setting.time_unit == pytest.approx(8.3e-12 * 0.692 / 0.7, rel=0.01)


def test_strong_links_shorten_the_step():
    coupling = np.full((2, 4, 4), 0.1)
    coupling[0, 1, 1] = 2.0
    setting = Setting(coupling, np.zeros((4, 4)), 1.0, 1358.0, 2, 8, 8, 1)
    assert setting.array.step == pytest.approx(coupling.mean() / 2.0)
    assert chain(1.0).array.step == 0.25
