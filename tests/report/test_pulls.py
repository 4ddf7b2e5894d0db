"""The statement about pulls, and which numbers are far from a reference, on rows made by hand."""

from types import SimpleNamespace

import pytest

from papilio.report.headlines import far, planted_apart
from papilio.report.pulls import pulls
from papilio.result import Quantity, Result
from papilio.study import Row
from papilio.study.sections import Reference


def row(value, std, truth=None, reference=None, limit=None, reference_std=None):
    quantity = Quantity("transition.Tc", value, "K", std, limit=limit)
    result = Result("transition", (quantity,))
    stated = None
    if reference is not None:
        stated = {"value": reference, "std": reference_std, "where": "a book"}
    return Row("cool", "S", quantity, result, truth, stated)


def run(*rows, references=()):
    return SimpleNamespace(rows=rows, study=SimpleNamespace(references=references))


def test_pulls_are_counted_as_they_are():
    found = pulls(
        run(
            row(1.2, 0.1, 1.0),
            row(0.6, 0.1, 1.0),
            row(1.05, 0.1, 1.0),
            row(1.0, None, 1.0),  # no error bar, no pull
            row(2.0, 0.1),  # nothing planted
            row(0.5, None, 0.2, limit="upper"),
            row(0.5, None, 0.7, limit="upper"),
        )
    )
    # Pulls +2, -4 and +0.5.
    assert found.count == 3
    assert found.mean == pytest.approx(-1.5 / 3)
    assert found.std == pytest.approx(3.1225, abs=1e-4)
    assert found.within_one == pytest.approx(1 / 3)
    assert found.within_three == pytest.approx(2 / 3)
    assert found.largest[0].sigma == pytest.approx(-4)
    assert found.largest[0].found == "0.60(10) K"
    assert (found.limits, found.limits_held) == (2, 1)


def test_one_number_has_no_distribution():
    assert pulls(run(row(1.1, 0.1, 1.0))) is None


@pytest.mark.parametrize(
    ("value", "printed", "expected"),
    [
        (0.6043, "0.60 K", False),  # 43 sigma, but printed to 0.01
        (0.6043, "0.600 K", True),
        (0.6043, 0.6, False),  # a number in TOML says nothing of zeros behind it
        (0.67, 0.6, True),
    ],
)
def test_digits_as_printed_are_not_far(value, printed, expected):
    entry = Reference("transition.Tc", "a book", printed)
    found = row(value, 1e-4, reference=0.6)
    assert far(run(found, references=(entry,)), found) is expected


def test_only_what_was_found_again_is_planted_apart():
    entry = Reference("transition.Tc", "a book", "0.60 K")
    for value, truth, expected in ((0.7, 0.70001, True), (0.7, 0.8, False), (0.7, None, False)):
        found = row(value, 1e-4, truth=truth, reference=0.6)
        assert planted_apart(run(found, references=(entry,)), found) is expected


def test_errors_of_both_sides_count():
    entry = Reference("transition.Tc", "a book", "0.600 K", "0.1 K")
    found = row(0.7, 1e-4, reference=0.6, reference_std=0.1)
    assert not far(run(found, references=(entry,)), found)
    limit = row(0.7, None, reference=0.0, limit="upper")
    assert not far(run(limit, references=(entry,)), limit)
