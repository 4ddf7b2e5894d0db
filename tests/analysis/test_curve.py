"""Crossings, plateaus, outliers and noise of a curve whose answers are known."""

import numpy as np
import pytest
from scipy import signal

from papilio.analysis.curve import crossings, outliers, plateau, reading_noise


def smooth_step(x):
    return 1 / (1 + np.exp(-x))


def test_a_noiseless_step_is_crossed_where_it_is():
    x = np.linspace(-10, 10, 401)
    for level in (0.01, 0.2, 0.5, 0.8, 0.95):
        (found,) = crossings(x, smooth_step(x), level, np.random.default_rng(0))
        assert found.position == pytest.approx(np.log(level / (1 - level)), abs=1e-3)
        assert found.slope == pytest.approx(level * (1 - level), rel=1e-3)
        assert found.bend == pytest.approx(1 - 2 * level, abs=5e-3)


def test_an_asymmetric_step_is_crossed_without_bias_of_the_polynomial():
    x = np.linspace(-3, 6, 181)
    y = np.exp(-np.log(2) * np.exp(-x))
    (found,) = crossings(x, y, 0.5, np.random.default_rng(0))
    assert found.position == pytest.approx(0, abs=1e-4)


def test_downward_sweeps_are_crossed_too():
    x = np.linspace(10, -10, 401)
    (found,) = crossings(x, smooth_step(x - 1), 0.5, np.random.default_rng(0))
    assert found.position == pytest.approx(1, abs=1e-3)
    assert found.slope > 0


def test_pulls_of_a_noisy_crossing_are_normal():
    rng = np.random.default_rng(4)
    x = np.linspace(-8, 8, 161)
    pulls, inside = [], []
    for _ in range(300):
        (found,) = crossings(x, smooth_step(x) + rng.normal(0, 0.01, x.size), 0.5, rng)
        pulls.append(found.position / found.std)
        low, high = np.percentile(found.draws, [15.865, 84.135])
        inside.append(low < 0 < high)
    assert np.mean(pulls) == pytest.approx(0, abs=4 / np.sqrt(300))
    assert np.std(pulls) == pytest.approx(1, abs=0.15)
    assert np.mean(inside) == pytest.approx(0.683, abs=0.11)


def test_noise_does_not_count_as_passing():
    rng = np.random.default_rng(5)
    x = np.linspace(-8, 8, 2001)
    assert len(crossings(x, smooth_step(x) + rng.normal(0, 0.05, x.size), 0.5, rng)) == 1


def test_a_jump_between_two_readings_has_the_uncertainty_of_the_gap():
    x = np.linspace(0, 1, 11)
    (found,) = crossings(x, (x > 0.55).astype(float), 0.5, np.random.default_rng(0))
    assert 0.5 < found.position < 0.6
    assert found.std == pytest.approx(0.1 / np.sqrt(12), rel=1e-6)


def test_a_jump_while_x_stands_still_is_not_certain():
    x = np.array([0, 1, 2, 3, 3, 3, 3, 4, 5, 6, 7.0])
    y = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1.0])
    (found,) = crossings(x, y, 0.5, np.random.default_rng(0))
    assert found.position == 3
    assert found.std == pytest.approx(1 / np.sqrt(12))


def test_a_curve_that_stays_below_has_no_crossing():
    x = np.linspace(0, 1, 50)
    assert crossings(x, 0.1 * x, 0.5, np.random.default_rng(0)) == []


def test_an_outlier_is_seen_in_noise_and_at_the_end_but_a_step_has_none():
    rng = np.random.default_rng(6)
    y = np.where(np.arange(400) < 200, 0.0, 60.0) + rng.normal(0, 1, 400)
    assert not outliers(y).any()
    for place in (50, 197, 397):
        bad = y.copy()
        bad[place] += 100
        assert np.flatnonzero(outliers(bad)).tolist() == [place]


def test_reading_noise_ignores_a_smooth_signal():
    rng = np.random.default_rng(7)
    signal = np.sin(np.linspace(0, 3, 2000)) * 50
    assert reading_noise(signal + rng.normal(0, 0.3, 2000)) == pytest.approx(0.3, rel=0.1)


def test_a_plateau_is_extrapolated_with_the_error_of_its_slope():
    rng = np.random.default_rng(8)
    x = np.linspace(9, 10, 200)
    pulls = []
    for _ in range(300):
        level = plateau(x, 5 + 0.3 * (x - 10) + rng.normal(0, 0.1, 200), 4.0)
        pulls.append((level.value - (5 - 1.8)) / level.std)
    assert np.mean(pulls) == pytest.approx(0, abs=4 / np.sqrt(300))
    assert np.std(pulls) == pytest.approx(1, abs=0.15)


def steep_crossings(memory, told, noise=0.002, seeds=400):
    """Pulls and standard deviations of a crossing that few readings show."""
    x = np.linspace(-12.3, 12, 45)
    widening = np.sqrt((1 + memory) / (1 - memory))
    pulls, stds, drawn = [], [], []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        drive = rng.normal(0, noise, x.size)
        drive[1:] *= np.sqrt(1 - memory**2)
        y = smooth_step(x) + signal.lfilter([1.0], [1.0, -memory], drive)
        (found,) = crossings(x, y, 0.5, rng, widening=widening, noise=told)
        drawn.append(found.draws.std() / found.std)
        pulls.append(found.position / found.std)
        stds.append(found.std)
    return np.array(pulls), np.array(stds), np.array(drawn)


@pytest.mark.parametrize("memory", [0.0, 0.3])
def test_few_readings_whose_noise_is_known_have_normal_pulls(memory):
    pulls, stds, drawn = steep_crossings(memory, 0.002)
    # The scatter of 400 normal numbers is known to 3.5 %.
    assert pulls.std() == pytest.approx(1.0, abs=0.12)
    assert abs(pulls.mean()) < 0.2
    # Six readings or so: their residuals alone would know it to no better than a third.
    assert stds.std() < 0.2 * stds.mean()
    assert np.median(drawn) == pytest.approx(1.0, abs=0.02)


def test_a_noise_that_the_residuals_contradict_is_not_believed():
    pulls, *_ = steep_crossings(0.0, 2e-5, seeds=100)
    # A hundred times too small, it would leave a median of 67; Student's t leaves 0.8 or so.
    assert np.median(np.abs(pulls)) < 1.5
