"""Uncertain numbers that know how well they know their uncertainty."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from papilio.analysis.estimate import Estimate, combine, mean


def test_equal_parts_add_their_degrees_of_freedom() -> None:
    parts = [Estimate(1.0, 0.2, freedom=3)] * 4
    known = mean(parts)
    assert known.std == pytest.approx(0.1)
    assert known.freedom == pytest.approx(12)
    assert known.wide == pytest.approx(0.1 * stats.t.ppf(0.841345, 12))


def test_a_well_known_part_keeps_its_share() -> None:
    # Welch and Satterthwaite: (1 + 4)^2 / (1/5) degrees of freedom.
    known = combine([1.0, 1.0], [Estimate(0.0, 1.0, freedom=5), Estimate(0.0, 2.0)])
    assert known.freedom == pytest.approx(125)
    assert Estimate(0.0, 1.0, freedom=5).with_extra(2.0).freedom == pytest.approx(125)


def test_without_doubt_about_it_the_standard_deviation_stands() -> None:
    assert Estimate(1.0, 0.3).wide == 0.3


def test_mean_of_four_small_samples_covers_as_it_says() -> None:
    random = np.random.default_rng(11)
    inside = 0
    for _ in range(4000):
        samples = random.normal(0, 1, (4, 4))
        stds = samples.std(axis=1, ddof=1) / 2
        parts = [Estimate(m, s, freedom=3) for m, s in zip(samples.mean(axis=1), stds, strict=True)]
        known = mean(parts)
        inside += abs(known.value) < known.wide
    # 0.6827 with a standard error of 0.0074; Satterthwaite's formula is good to a percent here.
    assert inside / 4000 == pytest.approx(0.683, abs=0.03)
