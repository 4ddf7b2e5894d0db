"""Checks that span samples, on the five densities of the paper."""

from dataclasses import replace

import pytest

from papilio.ledger import STUDY_CHECKS, Facts, Published, across
from papilio.result import Quantity

DENSITIES = (3.8e17, 4.3e17, 5.8e17, 8.9e17, 9.8e17)
T_ZERO = (0.60, 0.74, 0.80, 1.79, 1.86)
BARRIERS = ((5.18, 0.02), (10.86, 0.03), (7.51, 0.05), (26.53, 0.52), (29.63, 0.20))


def samples(intercept=-0.411, barriers=BARRIERS, T_zero=T_ZERO):
    return [
        Facts(
            f"S{number}",
            (Quantity("transition.Tc", intercept + 2.84e-18 * density, "K", 0.01),),
            density=density,
            published=(
                Published("phase_slips.dF0", 1e-23 * barrier, 1e-23 * std, "J", "Table 1"),
                Published("phase_slips.Tc_zero", fitted, 0.2, "K", "Table 1"),
                Published("transition.T_zero", measured, None, "K", "Table 1"),
            ),
        )
        for number, (density, (barrier, std), fitted, measured) in enumerate(
            zip(DENSITIES, barriers, T_ZERO, T_zero, strict=True)
        )
    ]


def said(name, facts):
    found = STUDY_CHECKS[name].function(facts)
    assert found is not None
    return found, found.flags[0], found.flags[1]


def test_Tc_is_linear_and_not_proportional():
    found, verdict, _ = said("Tc_proportional", samples())
    assert found.value == pytest.approx(-0.41, abs=0.01)
    assert 0.005 < found.std < 0.02
    assert verdict == "inconsistent"
    assert said("Tc_proportional", samples(intercept=0.0))[1] == "consistent"


def test_the_intercept_of_an_analysis_comes_first():
    fitted = Quantity("scaling.Tc_intercept", -0.1, "K", 0.2)
    facts = [replace(samples()[0], quantities=(fitted,)), *samples()[1:]]
    found, verdict, _ = said("Tc_proportional", facts)
    assert (found.value, verdict) == (-0.1, "consistent")


def test_the_barrier_falls_between_two_densities():
    found, verdict, sentence = said("barrier_monotonic", samples())
    assert found.value == pytest.approx((10.86 - 7.51) / (0.03**2 + 0.05**2) ** 0.5)
    assert verdict == "inconsistent"
    assert "1.086" in sentence
    assert "7.51" in sentence
    rising = sorted(BARRIERS)
    assert said("barrier_monotonic", samples(barriers=rising))[1] == "consistent"


def test_fits_that_equal_the_data():
    found, verdict, _ = said("fit_equals_data", samples())
    assert (found.value, verdict) == (5.0, "suspicious")
    found, verdict, _ = said("fit_equals_data", samples(T_zero=(0.60, 0.75, 0.79, 1.78, 1.88)))
    assert (found.value, verdict) == (1.0, "consistent")


def test_two_samples_make_no_trend():
    assert across(samples()[:2]) is None
