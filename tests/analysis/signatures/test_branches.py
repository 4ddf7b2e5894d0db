"""States of the sample behind readings: shared errors drop out of differences, limits stay."""

import numpy as np
import pytest

from papilio.analysis.signatures import LoopOptions, peaks_on_reversing_branch
from papilio.analysis.signatures.branches import Branch, States, common
from papilio.dataset import Provenance, record

SIZE = 41
FIELD = np.linspace(0.2, -0.2, SIZE)


def loop(random, *, same, error=0.0, excess=0.0, height=0.0, noise=0.1):
    """A loop whose branches have the same states, or states of their own."""
    number = np.arange(SIZE, dtype=float)
    numbers = np.concatenate([number, (number if same else SIZE + number)[::-1][1:]])
    field = np.concatenate([FIELD, FIELD[::-1][1:]])
    direction = np.concatenate([-np.ones(SIZE), np.ones(SIZE - 1)])
    drawn = error * random.standard_normal(2 * SIZE)
    true = height / np.cosh((field - 0.08 * direction) / 0.02) ** 2
    sheet = true + drawn[numbers.astype(int)] + noise * random.standard_normal(field.size)
    size = np.ones(field.size)
    return record(
        {
            "field": field,
            "temperature": 0.3 * size,
            "sheet_resistance": sheet,
            "sheet_resistance_std": np.hypot(noise, error) * size,
            "state": numbers,
            "state_error": error * size,
            "state_excess": excess * size,
        },
        Provenance("loop", "test"),
        units={"state": "", "state_error": "ohm", "state_excess": "ohm"},
    )


def limit(data):
    return peaks_on_reversing_branch(data)["signature.loop_height"].value


def test_of_equal_states_only_the_difference_of_their_weights_counts():
    numbers = np.array([3.0, 7.0])
    states = States(numbers, np.array([1.0, 2.0]), np.array([10.0, 20.0]))
    branch = Branch(numbers, numbers, None, states)
    found = common(np.array([[1.0, 0.5, -1.0, 0.5]]), [branch, branch])
    assert found.variance == pytest.approx([(0.5 + 0.5) ** 2 * 2.0**2])
    assert found.hidden(np.array([[1.0], [-1.0]])) == pytest.approx([20.0, 0.0])
    nothing = common(np.ones((2, 1)), [Branch(numbers[:1], numbers[:1], None)])
    assert not nothing.variance.any()


def test_what_branches_share_makes_no_loop():
    # Ten times the noise of the instrument, on both branches alike.
    found = peaks_on_reversing_branch(loop(np.random.default_rng(1), same=True, error=1.0))
    assert found.quantities[0].value == 0
    assert found["signature.loop_height"].value < 1.0


def test_errors_of_states_of_their_own_widen_the_limit():
    shared, own = (
        np.mean([limit(loop(np.random.default_rng(n), same=s, error=1.0)) for n in range(5)])
        for s in (True, False)
    )
    assert own > 3 * shared


def test_a_limit_is_never_below_what_the_states_may_hide():
    random = np.random.default_rng(2)
    assert limit(loop(random, same=False, excess=30.0)) > 30.0
    hidden = peaks_on_reversing_branch(loop(random, same=False, excess=30.0))
    assert hidden.quantities[0].value is None
    held_against_more = peaks_on_reversing_branch(
        loop(random, same=False, excess=30.0), LoopOptions(matters=100.0)
    )
    assert held_against_more.quantities[0].value == 0
    # What hides in both branches alike makes no loop.
    assert limit(loop(random, same=True, excess=30.0)) < 1.0


@pytest.mark.parametrize(("excess", "value"), [(0.0, 1.0), (30.0, None)])
def test_peaks_are_not_claimed_where_as_much_may_hide_beside_them(excess, value):
    made = loop(np.random.default_rng(3), same=False, excess=excess, height=10.0)
    assert peaks_on_reversing_branch(made).quantities[0].value == value


def test_noise_where_alone_the_states_differ_passes_for_peaks_in_few():
    """As walls make it: of their own are the states of a few fields, whose errors are large."""
    alarms = 0
    for n in range(60):
        made = loop(np.random.default_rng([8, n]), same=False, error=1.0, noise=0.05)
        near = np.abs(made["field"].values) < 0.06
        shared = np.where(near, made["state"], np.round(np.abs(made["field"]) * 1e4) + 1000)
        quiet = made["sheet_resistance"].where(near, 0.05 * np.sin(1e4 * made["field"] + n))
        alone = made.assign(
            state=("row", shared, {"units": ""}),
            sheet_resistance=("row", quiet.values, {"units": "ohm"}),
            state_error=("row", np.where(near, 1.0, 0.0), {"units": "ohm"}),
            sheet_resistance_std=("row", np.where(near, 1.0, 0.05), {"units": "ohm"}),
        )
        alarms += peaks_on_reversing_branch(alone).quantities[0].value == 1
    # Of 60 loops without peaks more than 9 come once in a thousand.
    assert alarms <= 9
