"""Where a loop shows no peak, its height has an upper limit that holds."""

import numpy as np
import pytest

from papilio.analysis.butterfly import ButterflyOptions, butterfly
from papilio.analysis.loop_limit import default_width, excess_limit, excess_significance
from papilio.simulate import SIMULATIONS

FIELD = np.linspace(-1.5, 1.5, 601)
WIDTH = 0.035


def excess(height, seed, noise=0.1, at=0.3):
    peak = height / np.cosh((FIELD - at) * 2 * np.arccosh(np.sqrt(2)) / WIDTH) ** 2
    return peak + np.random.default_rng(seed).normal(0, noise, FIELD.size)


@pytest.mark.parametrize("height", [0.0, 0.05, 0.1, 0.2])
def test_the_limit_at_a_known_field_holds_in_nineteen_of_twenty(height):
    near = (0.299, 0.301)
    limits = [excess_limit(FIELD, excess(height, seed), WIDTH, 1, near) for seed in range(400)]
    # A height below 1.645 standard deviations (0.07) is held always: no limit is lower than that.
    assert 0.915 < np.mean(np.array(limits) >= height) <= (0.98 if height > 0.07 else 1.0)


def test_the_limit_of_a_search_over_all_fields_holds_at_least_as_often():
    limits = [excess_limit(FIELD, excess(0.1, seed), WIDTH, 1, (0, 1.5)) for seed in range(200)]
    assert np.mean(np.array(limits) >= 0.1) > 0.95


def test_a_peak_is_as_significant_as_its_noise_allows():
    scores = [excess_significance(FIELD, excess(0.3, seed), WIDTH, 0.3) for seed in range(50)]
    # sech^2 of this width holds 9.33 readings' worth of squared weight, less what the line takes.
    assert 5 < np.mean(scores) < 9.2
    noise = [excess_significance(FIELD, excess(0, seed), WIDTH, 0.3) for seed in range(200)]
    assert np.std(noise) == pytest.approx(1, abs=0.15)


def test_the_narrowest_width_follows_range_and_step():
    assert default_width(FIELD) == pytest.approx(0.03)
    assert default_width(np.linspace(-1, 1, 21)) == pytest.approx(0.5)


def test_a_loop_too_short_for_the_width_has_no_limit():
    assert excess_limit(FIELD[:30], FIELD[:30], 0.1, 1, (0, 2)) is None


def test_a_flat_loop_gives_limits_for_both_branches_and_a_peak_gives_none():
    twin = SIMULATIONS["twin.butterfly"]
    flat = butterfly(twin.function(twin.options(peak_height=0.0)))
    limits = flat.select("height")
    assert [q.limit for q in limits] == ["upper"] * 3
    assert [q.conditions.get("branch") for q in limits] == [None, "down", "up"]
    assert 0 < limits[0].value < 1
    near = butterfly(
        twin.function(twin.options(peak_height=0.0)),
        ButterflyOptions(field=0.08, limit_width=0.035),
    )
    assert near["height"].value <= limits[0].value
    assert butterfly(twin.function(twin.options())).select("height")[0].limit is None


def test_noise_on_one_branch_is_no_peak():
    twin = SIMULATIONS["twin.butterfly"]
    loops = [butterfly(twin.function(twin.options(peak_height=0.0, seed=s))) for s in range(20, 40)]
    assert sum(loop["height"].limit is None for loop in loops) <= 1
