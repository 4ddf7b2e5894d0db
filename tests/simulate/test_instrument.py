"""The instrument functions against their analytic answers."""

import numpy as np
import pytest

from papilio.simulate import instrument


def test_low_pass_settles_as_an_exponential_after_a_step():
    time = np.array([0.0, 0.0, 0.1, 0.35, 1.0, 2.5, 9.0])  # uneven rows; the step takes no time
    step = np.array([0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    out = instrument.low_pass(step, time, 0.5)
    expected = 1 - np.exp(-time / 0.5)
    np.testing.assert_allclose(out, expected, atol=1e-14)


@pytest.mark.parametrize("spacing", [0.01, 0.3, 5.0])
def test_low_pass_delays_a_ramp_by_its_time_constant(spacing):
    time = spacing * np.arange(4000)
    rate, tau = -0.02, 1.5
    out = instrument.low_pass(rate * time, time, tau)
    expected = rate * (time - tau * (1 - np.exp(-time / tau)))
    np.testing.assert_allclose(out, expected, atol=1e-11)
    assert out[-1] - rate * time[-1] == pytest.approx(-rate * tau, rel=1e-9)


def test_low_pass_of_a_sine_has_the_gain_and_phase_of_an_rc_filter():
    tau, omega = 0.3, 2.0
    time = np.arange(0, 60, 1e-3)
    out = instrument.low_pass(np.sin(omega * time), time, tau)
    settled = time > 10
    gain = 1 / np.sqrt(1 + (omega * tau) ** 2)
    expected = gain * np.sin(omega * time - np.arctan(omega * tau))
    np.testing.assert_allclose(out[settled], expected[settled], atol=2e-6)


def test_low_pass_without_time_constant_changes_nothing():
    values = np.array([1.0, 5.0, -2.0])
    np.testing.assert_array_equal(instrument.low_pass(values, np.arange(3.0), 0.0), values)


def test_lock_in_noise_has_the_stated_size_and_is_white():
    random = instrument.generator(3, "test")
    rows = 1 << 16
    read = instrument.lock_in(
        np.full(rows, 100.0),
        np.arange(rows, dtype=float),
        random,
        current=1e-8,
        time_constant=0.25,
        noise_density=2e-9,
        offset=5e-9,
    )
    # 2 nV/Hz^0.5 in a noise bandwidth of 1/(4 x 0.25 s) = 1 Hz over 10 nA is 0.2 ohm.
    noise = read - 100.5
    assert noise.std() == pytest.approx(0.2, rel=5 / np.sqrt(2 * rows))
    assert abs(noise.mean()) < 5 * 0.2 / np.sqrt(rows)
    power = np.abs(np.fft.rfft(noise)[1:-1]) ** 2 / (rows * 0.2**2)
    bands = power[: 32 * (power.size // 32)].reshape(32, -1).mean(axis=1)
    # Each bin is exponentially distributed with mean 1: a band of N bins has sigma 1/sqrt(N).
    sigma = np.sqrt(32 / power.size)
    assert np.all(np.abs(bands - 1) < 4.5 * sigma)
    assert np.sum(((bands - 1) / sigma) ** 2) < 32 + 4.5 * np.sqrt(64)


def test_reading_adds_noise_of_the_stated_size():
    random = instrument.generator(1, "test")
    noise = instrument.reading(np.linspace(0, 1, 40_000), random, 0.02) - np.linspace(0, 1, 40_000)
    assert noise.std() == pytest.approx(0.02, rel=0.02)


def test_same_seed_same_bits_and_other_protocols_other_numbers():
    first = instrument.generator(7, "twin.hall").normal(size=100)
    again = instrument.generator(7, "twin.hall").normal(size=100)
    other = instrument.generator(7, "twin.cooldown").normal(size=100)
    np.testing.assert_array_equal(first, again)
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.4


def test_remanent_field_opposes_the_sweep_and_the_offset_does_not():
    field = instrument.field_at_sample(
        np.array([0.1, 0.1]), np.array([1.0, -1.0]), offset=0.01, remanent=0.002
    )
    np.testing.assert_allclose(field, [0.108, 0.112])


def test_path_runs_through_its_corners_at_equal_spacing():
    values, distance, direction = instrument.path(np.array([0.0, 0.5, -0.5, 0.5]), 0.1)
    assert values.size == 26
    np.testing.assert_allclose(np.diff(distance), 0.1)
    np.testing.assert_allclose(np.abs(np.diff(values)), 0.1)
    np.testing.assert_allclose(values[[0, 5, 15, 25]], [0.0, 0.5, -0.5, 0.5], atol=1e-12)
    # The first row of each stretch already counts to it, a corner to the stretch it ends.
    np.testing.assert_array_equal(direction[[1, 5, 6, 15, 16, 25]], [1, 1, -1, -1, 1, 1])


def test_path_whose_spacing_does_not_divide_stops_short():
    values, _, _ = instrument.path(np.array([0.0, 1.0]), 0.3)
    np.testing.assert_allclose(values, [0.0, 0.3, 0.6, 0.9])
