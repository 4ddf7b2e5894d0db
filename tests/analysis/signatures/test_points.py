"""Contrasts of values and limits, against what is worked out by hand."""

import numpy as np
import pytest

from papilio.analysis.signatures.points import Points, contrast, points
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError

NAN = np.nan


def series(y, std, limit):
    size = len(y)
    return Points(np.arange(size, dtype=float), np.zeros(size), *map(np.array, (y, std, limit)))


def test_values_alone_give_the_normal_test():
    found = series([10.0, 4.0], [3.0, 4.0], [NAN, NAN])
    assert found.exceeds(contrast(2, [(0, 1.0), (1, -1.0)])) == pytest.approx(6 / 5)
    assert found.exceeds(contrast(2, [(0, 1.0)]), threshold=7.0) == pytest.approx(1.0)


def test_a_limit_counts_for_nothing_where_it_would_help():
    found = series([NAN, 4.0], [NAN, 2.0], [100.0, NAN])
    assert found.exceeds(contrast(2, [(0, 1.0), (1, -1.0)])) == pytest.approx(-2.0)


def test_a_limit_counts_at_its_full_length_where_it_harms():
    found = series([10.0, NAN], [2.0, NAN], [NAN, 1.0])
    # One side at 2.5 %: 1.96 / 1.645 of a limit at 5 %.
    stretched = 1.959964 / 1.644854
    assert found.exceeds(contrast(2, [(0, 1.0), (1, -3.0)])) == pytest.approx(
        (10 - 3 * stretched) / 2
    )


def test_two_limits_are_stretched_further():
    found = series([10.0, NAN, NAN], [2.0, NAN, NAN], [NAN, 1.0, 1.0])
    both = found.exceeds(np.array([1.0, -1.0, -1.0]))
    assert both == pytest.approx((10 - 2 * 2.241403 / 1.644854) / 2)


def test_limits_hold_together_as_often_as_stated():
    # The chance of a wrong yes, where a limit and a value stand just at the threshold.
    random = np.random.default_rng(8)
    true, std, wrong = 3.0, 1.0, 0
    for _ in range(4000):
        drawn = random.normal([true, true], std)
        limit = max(drawn[1], 0) + 1.644854 * std
        wrong += (
            series([drawn[0], NAN], [std, NAN], [NAN, limit]).exceeds(np.array([1.0, -1.0]))
            > 1.959964
        )
    assert wrong / 4000 < 0.05


@pytest.mark.parametrize(("limit", "below"), [(5.0, True), (9.0, False)])
def test_a_limit_is_evidence_of_absence_only_below_what_matters(limit, below):
    assert (series([NAN], [NAN], [limit]).below(0, 9.7) > 1.96) is below


def test_what_has_no_error_bar_is_left_out_and_told():
    data = record(
        {"density": [1.0, 2.0, 3.0], "delta_R": [1.0, 2.0, NAN], "delta_R_std": [NAN, 0.1, NAN]},
        Provenance("t", "t"),
    )
    flags: list[str] = []
    found = points(data, "density", "delta_R", flags)
    assert found.x.tolist() == [2.0]
    assert flags == ["1 of 3 points have no error bar and are left out"]
    with pytest.raises(AnalysisError, match="there is no 'sweep_rate'"):
        points(data, "sweep_rate", "delta_R", flags)
