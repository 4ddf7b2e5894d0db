import numpy as np
import pytest

from papilio.simulate.josephson_array import statistics
from papilio.simulate.josephson_array.dynamics import Series


def remembering(replicas, samples, memory, seed):
    """Stationary first-order autoregressive series of unit variance."""
    generator = np.random.default_rng(seed)
    drawn = generator.standard_normal((replicas, samples)) * np.sqrt(1 - memory**2)
    series = np.empty_like(drawn)
    series[:, 0] = generator.standard_normal(replicas)
    for sample in range(1, samples):
        series[:, sample] = memory * series[:, sample - 1] + drawn[:, sample]
    return series


@pytest.mark.parametrize("memory", [0.0, 0.8, 0.95])
def test_error_of_the_mean_counts_the_memory(memory):
    exact = (1 + memory) / (1 - memory)
    found = [statistics.mean(remembering(4, 4000, memory, seed)) for seed in range(40)]
    assert np.mean([one.correlation for one in found]) == pytest.approx(exact, rel=0.1)
    pulls = np.array([one.value / one.std for one in found])
    assert 0.7 < np.sqrt((pulls**2).mean()) < 1.35
    assert all(one.settled for one in found)


def test_short_series_is_not_settled():
    assert not statistics.mean(remembering(2, 100, 0.9, 1)).settled


def test_control_variate_takes_off_the_noise_that_was_drawn():
    generator = np.random.default_rng(1)
    noise, rest = generator.standard_normal((2, 4, 4096))
    series = Series(0.3 + 0.5 * noise + 0.1 * rest, noise, 1.0)
    assert statistics.noise_share(series) == pytest.approx(0.5, abs=4 * 0.1 / np.sqrt(4 * 32))
    found = statistics.mean_voltage(series)
    plain = statistics.mean(series.voltage)
    assert found.std < 0.25 * plain.std
    assert abs(found.value - 0.3) < 4 * found.std


def test_spectrum_of_white_noise_is_flat_at_nyquist():
    generator = np.random.default_rng(1)
    duration = 0.5
    series = Series(
        generator.standard_normal((8, 8192)) * np.sqrt(1 / (2 * duration)),
        np.zeros((8, 8192)),
        duration,
    )
    frequency, density, std = statistics.noise_spectrum(series, 64)
    assert frequency[-1] == pytest.approx(31 / (64 * duration))
    assert ((density - 1) ** 2 / std**2).sum() < 31 + 5 * np.sqrt(2 * 31)


def test_green_kubo_of_white_noise():
    temperature, weight, duration = 0.7, 48, 2.0
    generator = np.random.default_rng(1)
    sigma = np.sqrt(2 * temperature * 0.4 / (weight * duration))
    voltage = sigma * generator.standard_normal((4, 8192))
    series = Series(voltage, np.zeros_like(voltage), duration)
    value, std = statistics.green_kubo(series, temperature, weight)
    assert abs(value - 0.4) < 4 * std
    assert std < 0.05
