"""Checks of measured field sweeps, with numbers that agree and numbers that do not."""

import pytest

from ledger.samples import said
from papilio.ledger import Facts
from papilio.ledger.field_sweeps import one_magnet
from papilio.result import Quantity


def loops(down, up, field=0.5):
    where = {"temperature": 2.0}
    return Facts(
        "S",
        (
            Quantity(
                "critical_field.offset", down, "T", 1e-4, conditions={**where, "direction": "down"}
            ),
            Quantity(
                "critical_field.offset", up, "T", 1e-4, conditions={**where, "direction": "up"}
            ),
            Quantity("critical_field.half_field", field, "T", 1e-4, conditions=where),
            Quantity("critical_field.Tc", 2.5, "K", 0.01),
            Quantity("critical_field.reduced_chi_square", 1.3, "", conditions={"law": "line"}),
            Quantity("critical_field.reduced_chi_square", 90.0, "", conditions={"law": "other"}),
        ),
    )


@pytest.mark.parametrize(
    ("down", "up", "field", "verdict", "word"),
    [
        (1.3e-3, -1.3e-3, 0.5, "consistent", "trapped"),
        (-1.3e-3, 1.3e-3, 0.5, "consistent", "slow"),
        (1.3e-3, -1.3e-3, 0.005, "suspicious", "trapped"),
        (-6e-3, 6e-3, 0.005, "inconsistent", "slow"),
        (1.0e-3, 1.1e-3, 0.5, "consistent", "no difference"),
    ],
)
def test_direction_of_sweep(down, up, field, verdict, word):
    found, told, sentence = said("direction_of_sweep", loops(down, up, field))
    assert found.value == pytest.approx((down - up) / 2)
    assert told == verdict
    assert word in sentence


def test_best_law_counts_and_T_C_is_not_far_from_the_points():
    found, verdict, sentence = said("law_of_critical_field", loops(0, 0))
    assert (found.value, verdict) == (1.3, "consistent")
    assert "line" in sentence
    found, verdict, _ = said("extrapolated_Tc", loops(0, 0))
    assert found.value == pytest.approx(0.2)
    far = Facts(
        "S",
        (
            *(q for q in loops(0, 0).quantities if q.name != "critical_field.Tc"),
            Quantity("critical_field.Tc", 3.5, "K", 0.01),
        ),
    )
    assert said("extrapolated_Tc", far)[1] == "suspicious"
    bad = Facts("S", (Quantity("critical_field.reduced_chi_square", 400.0, "", conditions={}),))
    assert said("law_of_critical_field", bad)[1] == "inconsistent"


def window(inner=0.150, shift=0.0, apart=0.02, name="S"):
    edges = {
        ("down", "lower"): -0.19 + shift,
        ("up", "upper"): 0.19 + shift,
        ("down", "upper"): inner + shift,
        ("up", "lower"): -0.150 + shift,
    }
    return Facts(
        name,
        (
            *(
                Quantity(
                    "butterfly.window_edge", value, "T", 1e-4, conditions={"branch": b, "side": s}
                )
                for (b, s), value in edges.items()
            ),
            Quantity("butterfly.window_hysteresis", apart, "T", 1e-4),
            Quantity("butterfly.window_shift", shift, "T", 1e-4),
        ),
    )


def test_mirrored_windows_share_one_remanent_field():
    assert said("mirrored_windows", window(shift=-3e-3))[1] == "consistent"
    found, verdict, sentence = said("mirrored_windows", window(inner=0.152))
    assert found.value == pytest.approx(1e-3 / 1e-4)
    assert verdict == "inconsistent"
    assert "symmetric about" in sentence


@pytest.mark.parametrize(
    ("apart", "verdict"), [(0.02, "consistent"), (-0.02, "suspicious"), (1e-4, "undecided")]
)
def test_windows_of_a_magnet_come_late(apart, verdict):
    assert said("loop_hysteresis", window(apart=apart))[1] == verdict


def test_bars_in_one_magnet_share_its_remanent_field():
    assert one_magnet([window()]) is None
    assert one_magnet([window(name="A"), window(name="B")]).flags[0] == "consistent"
    apart = one_magnet([window(name="A"), window(name="B"), window(shift=1e-3, name="C")])
    assert apart.value == pytest.approx(1e-3 / (2**0.5 * 1e-4))
    assert apart.flags[0] == "inconsistent"
