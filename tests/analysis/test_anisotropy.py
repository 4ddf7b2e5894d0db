"""R(T) along two directions: planted differences come back, absent ones are limits."""

import numpy as np
import pytest
from scipy import optimize

from papilio.analysis.anisotropy import AnisotropyOptions, anisotropy
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError

NORMAL, SIZE, CENTRE, WIDTH = 1000.0, 80.0, 0.7, 0.08


def difference(temperature):
    return SIZE * np.exp(-(((temperature - CENTRE) / WIDTH) ** 2) / 2)


def cooldown(seed, size=0.0, ratio=1.0, noise=1.0, direction=-1, points=600, lag=0.0):
    """Cooling from 3 K to 0.2 K and back; `size` is the part of the bump that it holds."""
    generator = np.random.default_rng(seed)
    down = np.linspace(3.0, 0.2, points)
    sample = np.concatenate([down, down[::-1]]) if direction == 0 else down[:: direction * -1]
    rate = np.gradient(sample)
    read = sample - lag * np.sign(rate)
    resistance = NORMAL / (1 + np.exp(-(sample - 0.75) / 0.04)) + size * difference(sample)
    values = ratio * resistance + generator.normal(0, noise, sample.size)
    return record(
        {"temperature": read, "sheet_resistance": values},
        Provenance("cooldown", "cooldown", synthetic=True, seed=seed),
    )


def pair(seed, **first):
    return cooldown(2 * seed, size=1.0, ratio=1.05, **first), cooldown(2 * seed + 1)


def test_the_planted_difference_comes_back_with_honest_error_bars():
    results = [anisotropy(*pair(seed)) for seed in range(60)]
    mean_normal = NORMAL * 1.025
    truth = {
        "size": SIZE * 1.025,
        "relative_size": SIZE / NORMAL,
        "T_max": CENTRE,
        "normal_ratio": 1.05,
        "T_onset": optimize.brentq(lambda t: difference(t) / SIZE - 0.1, CENTRE, 2),
    }
    for name, value in truth.items():
        pulls = np.array([(r[name].value - value) / r[name].std for r in results])
        assert abs(pulls.mean()) < 0.5, name
        assert 0.7 < pulls.std() < 1.4, name
    assert results[0]["size"].value / results[0]["relative_size"].value == pytest.approx(
        mean_normal, rel=1e-3
    )


def test_where_there_is_none_an_upper_limit_holds():
    for size in (0.0, 0.01):
        results = [
            anisotropy(cooldown(2 * seed, size=size), cooldown(2 * seed + 1)) for seed in range(40)
        ]
        limits = [r["size"] for r in results if r["size"].limit == "upper"]
        assert len(limits) >= 39
        assert np.mean([q.value >= size * SIZE for q in limits]) > 0.94
        assert max(q.value for q in limits) < 10


def test_a_lag_of_the_thermometer_drops_out():
    both = anisotropy(cooldown(0, direction=0, lag=0.01), cooldown(1, direction=0, lag=0.01))
    assert both["size"].limit == "upper"
    opposite = anisotropy(cooldown(0, lag=0.01), cooldown(1, direction=1, lag=0.01))
    assert any("lag of the thermometer" in flag for flag in opposite.flags)
    assert opposite["size"].limit is None


def test_the_sign_is_that_of_the_first_less_the_second():
    first, second = pair(3)
    assert anisotropy(second, first)["size"].value == pytest.approx(
        -anisotropy(first, second)["size"].value, rel=1e-6
    )


def test_without_scaling_the_normal_state_differs_too():
    result = anisotropy(*pair(0), AnisotropyOptions(scale=False))
    assert result["T_onset"].value is None
    assert result["T_onset"].flags


def test_what_is_missing_is_named():
    with pytest.raises(AnalysisError, match="no 'temperature'"):
        anisotropy(cooldown(0).drop_vars("temperature"), cooldown(1))
    warm = cooldown(1)
    with pytest.raises(AnalysisError, match="no temperatures in common"):
        anisotropy(cooldown(0), warm.assign(temperature=warm["temperature"] + 5))
