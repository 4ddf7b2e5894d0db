"""The memory of a sweep's noise, beside a step that must not pass for it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from papilio.analysis.noise_memory import (
    noise_and_widening,
    noise_behind_filter,
    noise_memory,
    noise_widening,
)


def sweep(memory: float, count: int, seed: int) -> np.ndarray:
    """Noise of one sigma that remembers, on a step a hundred times as high."""
    drive = np.random.default_rng(seed).normal(size=count)
    drive[1:] *= np.sqrt(1 - memory**2)
    noise = signal.lfilter([1.0], [1.0, -memory], drive)
    return noise + 100 / (1 + np.exp(-np.linspace(-30, 30, count)))


@pytest.mark.parametrize("memory", [0.1, 0.37, 0.6])
def test_memory_is_found_beside_a_step(memory: float) -> None:
    found = [noise_memory(sweep(memory, 1000, seed)) for seed in range(100)]
    # One sweep knows it to about 1/sqrt(1000), their mean ten times better; a tenth of slack for
    # parts of the step that count as quiet.
    assert np.mean(found) == pytest.approx(memory, abs=0.02)
    assert np.std(found) < 3 / np.sqrt(1000)


def test_white_noise_has_next_to_none() -> None:
    found = [noise_widening(sweep(0.0, 500, seed)) for seed in range(100)]
    assert 1.0 <= np.mean(found) < 1.03


def test_noise_behind_a_filter_is_not_understated() -> None:
    found = [noise_behind_filter(sweep(0.5, 1000, seed)) for seed in range(100)]
    assert np.mean(found) == pytest.approx(1.0, abs=0.03)


def test_too_few_readings_are_taken_as_white() -> None:
    assert noise_memory(np.arange(20.0)) == 0.0
    assert noise_memory(np.zeros(200)) == 0.0


def test_a_gentle_rise_is_no_noise() -> None:
    # Foot and shoulder of a voltage over eight parts, each of them three widths of the rise long.
    rise = 1000 * np.logaddexp(0, np.linspace(-12, 12, 200))
    found = []
    for seed in range(100):
        noise, widening = noise_and_widening(
            rise + np.random.default_rng(seed).normal(size=rise.size), order=5
        )
        found.append(noise * widening)
    # Chi-squared of 200 readings, and a memory known to 1/sqrt(200) that is never negative.
    assert np.median(found) == pytest.approx(1.0, abs=0.05)
