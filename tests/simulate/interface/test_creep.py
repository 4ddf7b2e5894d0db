"""Vortices that relax: exact laws of decay and build-up, the rate, the temperature."""

import math
from dataclasses import replace

import numpy as np
import pytest

from papilio.constants import FLUX_QUANTUM, VACUUM_PERMEABILITY
from papilio.simulate.ferromagnet.grains import sheet
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.simulate.ferromagnet.sheet import Field
from papilio.simulate.interface import effect
from papilio.simulate.interface.contract import Scene
from papilio.simulate.interface.creep import FLOW, CreepOptions
from papilio.simulate.virtual_cryostat.watch import Setting, driven

FILM = sheet(MagnetOptions(columns=8, rows=6))
SCENE = Scene(
    FILM,
    np.zeros(FILM.shape),
    Field(-0.08, 0.0),
    0.05,
    reversal_rate=0.05,
    elapsed=10.0,
    normal_resistance=1358.0,
)
LIFETIME = CreepOptions().attempt_time * math.exp(CreepOptions().barrier / 0.05)
#: Vortices of one reversed cell.
EACH = VACUUM_PERMEABILITY * FILM.areal_moment * FILM.cell / FLUX_QUANTUM


def left(scene, **options):
    return effect(scene, {"creep": options}).memory["creep"]


def test_vortices_build_up_and_decay_exponentially():
    assert 5 < LIFETIME < 20
    once = left(SCENE)
    assert once == pytest.approx(EACH * 0.05 * LIFETIME * (1 - math.exp(-10 / LIFETIME)))
    # The same source in many short steps.
    memory = {}
    for _ in range(100):
        memory = effect(replace(SCENE, elapsed=0.1, memory=memory), {"creep": {}}).memory
    assert memory["creep"] == pytest.approx(once, rel=1e-12)
    # The sweep is stopped.
    still = replace(SCENE, reversal_rate=0.0, elapsed=25.0, memory=memory)
    assert left(still) == pytest.approx(once * math.exp(-25 / LIFETIME))


def test_flat_barriers_decay_with_the_logarithm_of_time():
    # Everything at once, then nothing.
    options = {"barrier": 1.0, "barrier_spread": 1.0}
    flash = replace(SCENE, reversal_rate=1e15, elapsed=1e-15)
    memory = {"creep": left(flash, **options)}
    times = np.array([1.0, 10.0, 100.0, 1000.0])
    rest = [
        left(replace(SCENE, reversal_rate=0.0, elapsed=t, memory=memory), **options).sum()
        for t in times
    ]
    # Of barriers from 0 to 2 K those above kT ln(t/t0) are left, give or take Euler's constant.
    fraction = 1 - 0.05 * (np.log(times / CreepOptions().attempt_time) + 0.5772) / 2
    assert np.array(rest) / EACH == pytest.approx(fraction, abs=1 / 64)


def test_resistance_is_that_of_overlapping_pairs():
    # Weak: n^2; strong: twice the metal's times n.
    options = {"pair_size": "61.63 nm", "vortices_per_flux": 1.0}
    found = effect(SCENE, {"creep": options})
    n = float(found.memory["creep"].sum())
    overlap = 1 - math.exp(-math.pi * (61.63 / 30) ** 2 * n)
    assert found.resistance == pytest.approx(2 * 1358 * n * overlap)
    huge = effect(SCENE, {"creep": {"pair_size": 1.0}})
    assert huge.resistance == pytest.approx(2 * 1358 * n)
    metal = effect(SCENE, {"creep": {"vortices_per_flux": 1e9}})
    assert metal.resistance == pytest.approx(1358.0)


def test_faster_than_linear_when_slow_and_nothing_when_slower():
    def peak(rate):
        # Half of the moments reverse within 20 mT.
        scene = replace(SCENE, reversal_rate=0.5 * rate / 0.02, elapsed=0.02 / rate)
        return float(effect(scene, {"creep": {}}).resistance[0, 0, 0])

    slow, fast = peak(0.02 / 60), peak(0.1 / 60)
    assert 5 < fast / slow <= 25
    # As the square of the rate.
    assert peak(1e-6) / peak(1e-7) == pytest.approx(100, rel=1e-3)


def test_nothing_is_left_at_half_a_kelvin():
    warm = replace(SCENE, temperature=0.5)
    cold = effect(SCENE, {"creep": {}}).resistance
    assert (effect(warm, {"creep": {}}).resistance < 1e-15 * cold).all()


def test_vortices_of_the_array_flow_with_twice_the_resistance_of_the_metal():
    """Pinning takes some when slow, and the viscosity falls when fast."""
    setting = Setting(np.ones((2, 16, 16)), np.full((16, 16), 4 / 256), 0.15, 1.0, 4, 512, 4096, 5)
    biases = (0.2, 0.4)
    found = driven(setting, biases)
    slow, fast = (one.value / bias * 64 for one, bias in zip(found, biases, strict=True))
    assert slow < FLOW < fast
    # Neither that of the metal alone, Bardeen and Stephen's, nor twice this one.
    assert slow > 1.5
    assert fast < 3.0
