"""Decisions, and what a detector says of mechanism and origin."""

import numpy as np
import pytest

from papilio.analysis import ANALYSES
from papilio.analysis.signatures import SIGNATURES, density_window, faster_than_linear_in_rate
from papilio.analysis.signatures.verdict import decide
from papilio.dataset import Provenance, record


def test_all_tests_must_pass_for_presence_and_one_is_enough_against():
    assert decide([(3.0, "a"), (2.0, "b")], [(9.0, "c")]).value == 1
    assert decide([(3.0, "a"), (1.0, "b")], [(2.0, "c"), (-1.0, "d")]).value == 0
    open_ = decide([(3.0, "a"), (1.0, "b")], [(1.0, "c")])
    assert open_.value is None
    assert open_.significance == 1.0


def rates(synthetic=True, **attributes):
    return record(
        {
            "sweep_rate": np.array([0.02, 0.10]) / 60,
            "delta_R": [0.4, 19.6],
            "delta_R_std": [0.1, 0.1],
        },
        Provenance("t", "t", synthetic=synthetic),
        attributes=attributes,
    )


@pytest.mark.parametrize(
    ("synthetic", "attributes", "told"),
    [
        (False, {}, "measured"),
        (True, {}, "emergent"),
        (True, {"planted": "density_window, faster_than_linear_in_rate"}, "planted"),
        (True, {"planted": "density_window"}, "emergent"),
        (True, {"planted": "", "truth": "[]"}, "emergent"),
        (True, {"truth": "[]"}, "planted"),
        (True, {"with_truth": "1"}, "planted"),
    ],
)
def test_origin(synthetic, attributes, told):
    found = faster_than_linear_in_rate(rates(synthetic, **attributes))
    value = found["signature.faster_than_linear_in_rate"]
    assert value.value == 1
    assert value.flags[0] == told


def test_mechanism_is_a_condition_of_all_numbers():
    found = faster_than_linear_in_rate(rates(mechanism="stray_flux+tilt"))
    assert {q.conditions["mechanism"] for q in found.quantities} == {"stray_flux+tilt"}
    assert "mechanism" not in faster_than_linear_in_rate(rates()).quantities[0].conditions


def test_two_rates_are_the_test_of_their_ratio():
    found = faster_than_linear_in_rate(rates())
    significance = found["signature.faster_than_linear_in_rate_significance"].value
    assert significance == pytest.approx((19.6 - 5 * 0.4) / np.hypot(0.1, 5 * 0.1), rel=1e-3)


def test_limits_decide_only_where_they_are_low_enough():
    def answer(limit):
        data = record(
            {
                "density": np.array([3.8, 4.3, 5.8]) * 1e17,
                "delta_R": [9.7, 19.6, np.nan],
                "delta_R_std": [0.3, 0.3, np.nan],
                "delta_R_limit": [np.nan, np.nan, limit],
            },
            Provenance("t", "t"),
        )
        return density_window(data)["signature.density_window"].value

    assert answer(1.0) == 1
    assert answer(8.0) is None


def test_without_any_signal_the_answer_is_no():
    data = record(
        {"sweep_rate": np.array([0.02, 0.10]) / 60, "delta_R_limit": [1.0, 1.0]},
        Provenance("t", "t"),
        units={"delta_R_limit": "ohm"},
    )
    assert faster_than_linear_in_rate(data).quantities[0].value == 0
    loud = data.assign(delta_R_limit=data["delta_R_limit"] * 20)
    assert faster_than_linear_in_rate(loud).quantities[0].value is None


def test_all_eleven_can_be_asked():
    asked = [name for name in ANALYSES if name.startswith("signature.")]
    assert asked == [f"signature.{name}" for name in SIGNATURES]
    assert len(SIGNATURES) == 11
