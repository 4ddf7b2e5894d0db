"""Checks of quoted values against each other: the paper's, and ones that agree."""

from dataclasses import replace

import pytest

from papilio.ledger import CHECKS, STUDY_CHECKS, Facts, Published
from papilio.result import Quantity


def facts(density=3.8e17, quantities=(), **values):
    published = tuple(
        Published(name.replace("__", "."), value, None, unit, "paper")
        for name, (value, unit) in values.items()
    )
    return Facts("S", quantities, density=density, published=published)


def said(name, sample):
    found = CHECKS[name].function(sample)
    assert found is not None, f"{name} does not apply"
    return found, found.flags[0], found.flags[1]


LOW = {
    "transition__Tc": (0.668, "K"),
    "transition__T_zero": (0.60, "K"),
    "bkt__T_BKT_iv": (0.618, "K"),
    "bkt__T_BKT_halperin_nelson": (0.706, "K"),
}


def test_a_T_BKT_above_T_C_excludes_itself():
    found, verdict, sentence = said("quoted_T_BKT_below_Tc", facts(**LOW))
    assert found.value == pytest.approx(0.706 / 0.668)
    assert verdict == "inconsistent"
    assert "no R(T) has both" in sentence
    mended = facts(**{**LOW, "bkt__T_BKT_halperin_nelson": (0.62, "K")})
    assert said("quoted_T_BKT_below_Tc", mended)[1] == "consistent"


def test_two_quoted_T_BKT():
    assert said("quoted_T_BKT_two_ways", facts(**LOW))[1] == "inconsistent"
    close = facts(bkt__T_BKT_iv=(2.153, "K"), bkt__T_BKT_halperin_nelson=(2.078, "K"))
    found, verdict, _ = said("quoted_T_BKT_two_ways", close)
    assert found.value == pytest.approx(2.153 / 2.078)
    assert verdict == "suspicious"
    same = facts(bkt__T_BKT_iv=(2.153, "K"), bkt__T_BKT_halperin_nelson=(2.15, "K"))
    assert said("quoted_T_BKT_two_ways", same)[1] == "consistent"


def test_zero_resistance_below_T_BKT_needs_another_dissipation():
    found, verdict, sentence = said("quoted_T_zero", facts(**LOW))
    assert found.value == pytest.approx(0.618 / 0.60)
    assert verdict == "suspicious"
    assert "(quoted)" in sentence
    fitted = (Quantity("bkt.T_BKT_halperin_nelson", 1.137, "K", 1e-4),)
    found, verdict, sentence = said(
        "quoted_T_zero", facts(quantities=fitted, transition__T_zero=(0.80, "K"))
    )
    assert found.value == pytest.approx(1.137 / 0.80)
    assert "(found here)" in sentence
    above = facts(**{**LOW, "transition__T_zero": (0.63, "K")})
    assert said("quoted_T_zero", above)[1] == "consistent"
    assert CHECKS["quoted_T_zero"].function(facts(transition__T_zero=(0.8, "K"))) is None


def test_quoted_field_and_coherence_length():
    sample = facts(
        critical_field__Hc2_perpendicular_0=(0.09, "T"),
        critical_field__xi_GL=(61.63e-9, "m"),
        critical_field__anisotropy=(44.0, ""),
    )
    found, verdict, _ = said("quoted_critical_fields", sample)
    # Phi_0/(2 pi xi^2) is 86.6 mT.
    assert found.value == pytest.approx(0.09 / 0.08665, rel=1e-3)
    assert verdict == "suspicious"
    mended = facts(
        critical_field__Hc2_perpendicular_0=(0.0866, "T"),
        critical_field__xi_GL=(61.63e-9, "m"),
    )
    assert said("quoted_critical_fields", mended)[1] == "consistent"


def test_quoted_T_C_against_the_quoted_slope():
    low = facts(transition__Tc=(0.668, "K"), scaling__Tc_slope=(2.84e-18, "K m^2"))
    high = facts(density=9.8e17, transition__Tc=(2.4, "K"))
    check = STUDY_CHECKS["quoted_Tc_slope"].function
    found = check([low, high])
    assert found.value == pytest.approx(1.732 / 1.704)
    assert found.flags[0] == "suspicious"
    assert "0.028 K off" in found.flags[1]
    right = replace(high, published=(replace(high.published[0], value=2.372),))
    assert check([low, right]).flags[0] == "consistent"
    assert check([low]) is None
