"""Walls that unlock phase slips: the voltage of one flux quantum for each link they pass."""

from dataclasses import replace

import numpy as np
import pytest

from papilio.constants import FLUX_QUANTUM
from papilio.errors import OptionsError
from papilio.simulate.ferromagnet.grains import sheet
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.simulate.ferromagnet.sheet import Field
from papilio.simulate.interface import effect
from papilio.simulate.interface.contract import Scene

FILM = sheet(MagnetOptions(columns=8, rows=6))
SCENE = Scene(
    FILM,
    np.zeros(FILM.shape),
    Field(-0.08, 0.0),
    0.05,
    reversal_rate=0.05,
    elapsed=10.0,
    current_density=10e-9 / 20e-6,
    normal_resistance=1358.0,
)


def test_voltage_is_the_flux_quantum_times_the_slips():
    found = effect(SCENE, {"unlocking": {"slips_per_passage": 1.0}}).resistance
    # 120 um are 4000 links; the whole bar's voltage at 10 nA.
    voltage = found * 10e-9 * 30e-9 / 20e-6 * 4000
    assert voltage == pytest.approx(FLUX_QUANTUM * 0.05 * 4000)
    # Far from the 19.6 ohm of the paper, by more than six orders of magnitude.
    assert 1e6 < 19.6 / float(found.mean()) < 1e7


def test_linear_in_rate_slips_and_inverse_current():
    one = effect(SCENE, {"unlocking": {}}).resistance
    fast = effect(replace(SCENE, reversal_rate=0.25), {"unlocking": {}}).resistance
    assert fast == pytest.approx(5 * one)
    weak = replace(SCENE, current_density=2 * SCENE.current_density)
    assert effect(weak, {"unlocking": {}}).resistance == pytest.approx(one / 2)
    many = effect(SCENE, {"unlocking": {"slips_per_passage": 7.0}}).resistance
    assert many == pytest.approx(7 * one)
    still = effect(replace(SCENE, reversal_rate=0.0), {"unlocking": {}}).resistance
    assert not still.any()


def test_strong_links_do_not_slip():
    weak = np.zeros((2, 6, 8), bool)
    weak[0, 2, 3] = True
    found = effect(replace(SCENE, weak=weak), {"unlocking": {}}).resistance
    assert np.array_equal(found > 0, weak)


def test_slips_need_a_current():
    with pytest.raises(OptionsError, match=r"^unlocking\.slips_per_passage: "):
        effect(replace(SCENE, current_density=0.0), {"unlocking": {}})
