"""Disorder belongs to the sample, noise to the measurement."""

import dataclasses

import numpy as np

from papilio.simulate.virtual_cryostat import (
    VirtualCooldownOptions,
    VirtualHallOptions,
    cooldown,
    hall,
)
from papilio.simulate.virtual_cryostat.noise import noise_seed


def test_seeds_are_told_apart_by_all_that_a_measurement_is_and_stay_the_same():
    own = {"temperature": 0.05, "rate": 0.1 / 60, "azimuth": 0.0}
    first = noise_seed(1, "butterfly", **own)
    # Of this version for good: records are made again from their options.
    assert first == 3786991714
    others = [noise_seed(2, "butterfly", **own), noise_seed(1, "hall", **own)]
    others += [noise_seed(1, "butterfly", **{**own, key: value + 1}) for key, value in own.items()]
    assert len({first, *others}) == 6
    assert noise_seed(1, "butterfly", **{**own, "rate": 0.1 / 60 * (1 + 1e-14)}) == first


def test_measurements_of_one_sample_have_noise_of_their_own():
    quiet = VirtualHallOptions(misalignment=0.0)
    one, other = (hall(dataclasses.replace(quiet, temperature=T)) for T in (10.0, 12.0))
    noise = [record["resistance"].values - 6 * 1358.0 for record in (one, other)]
    assert abs(np.corrcoef(*noise)[0, 1]) < 4 / np.sqrt(noise[0].size)
    again = hall(dataclasses.replace(quiet, temperature=10.0))
    assert np.array_equal(again["resistance"], one["resistance"])


def test_each_temperature_of_a_cooldown_has_noise_of_its_own_whatever_is_measured_beside_it():
    options = VirtualCooldownOptions(
        columns=8,
        rows=8,
        couplings=(),
        replicas=2,
        equilibration_steps=128,
        maximum_steps=512,
        temperatures=(0.7, 0.65),
    )
    both = cooldown(options)["array_resistance"].values
    alone = cooldown(dataclasses.replace(options, temperatures=(0.65,)))["array_resistance"].values
    assert alone[0] == both[1]
    # The disorder is that of the seed: couplings do not change.
    mean = cooldown(options)["coupling_mean"].values
    assert (
        mean[1]
        == cooldown(dataclasses.replace(options, temperatures=(0.65,)))["coupling_mean"].values[0]
    )
