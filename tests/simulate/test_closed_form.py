"""The planted sample: its closed forms against each other, the paper and independent algebra."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from papilio.errors import OptionsError
from papilio.simulate import closed_form
from papilio.simulate.closed_form import SampleOptions

PAPER = SampleOptions()


def test_shape_is_half_at_zero_and_bounded():
    x = np.array([-1e6, -50.0, 0.0, 50.0, 1e6])
    g = closed_form.transition_shape(x)
    assert g[2] == 0.5
    np.testing.assert_allclose(g, [0, 0, 0.5, 1, 1], atol=1e-15)


@pytest.mark.parametrize("width", [0.02, 0.12, 0.3])
def test_width_and_middle_of_the_transition_are_the_planted_ones(width):
    sample = SampleOptions(transition_width=width, sheet_resistance=500.0)

    def crossing(fraction):
        return brentq(
            lambda t: (
                float(closed_form.sheet_resistance(sample, t, 0.0, "parallel")) - fraction * 500.0
            ),
            0.01,
            10.0,
            xtol=1e-13,
        )

    assert crossing(0.5) == pytest.approx(0.668, abs=1e-12)
    assert crossing(0.8) - crossing(0.2) == pytest.approx(width, abs=1e-11)


@pytest.mark.parametrize("orientation", ["perpendicular", "parallel"])
@pytest.mark.parametrize("temperature", [0.05, 0.3, 0.6, 0.667])
@pytest.mark.parametrize("sign", [1, -1])
def test_half_resistance_field_obeys_ginzburg_landau(orientation, temperature, sign):
    field = sign * closed_form.half_resistance_field(PAPER, temperature, orientation)
    resistance = closed_form.sheet_resistance(PAPER, temperature, field, orientation)
    normal = 1358.0 * (1 + PAPER.magnetoresistance * abs(field))
    assert float(resistance) / normal == pytest.approx(0.5, abs=1e-12)


def test_critical_fields_at_zero_temperature_are_those_of_the_paper():
    perpendicular = closed_form.half_resistance_field(PAPER, 1e-12, "perpendicular")
    parallel = closed_form.half_resistance_field(PAPER, 1e-12, "parallel")
    # 2.067834e-15 Wb / (2 pi (61.63 nm)^2), worked out apart; the paper rounds it to 0.09 T.
    assert perpendicular == pytest.approx(0.086647, abs=1e-6)
    assert parallel == pytest.approx(3.99, abs=0.006)  # paper, Fig. 2c


def test_mean_free_path_is_that_of_the_paper():
    assert closed_form.mean_free_path(PAPER) == pytest.approx(12.3e-9, abs=0.05e-9)


def test_mobility_and_density_give_the_sheet_resistance_back():
    slope = float(closed_form.hall_resistance(PAPER, np.array(1.0)))
    assert slope == pytest.approx(16.42502, abs=1e-5)  # 1 / (1.602176634e-19 C x 3.8e17 m^-2)
    assert closed_form.mobility(PAPER) * 1358.0 == pytest.approx(slope, rel=1e-12)


def test_reversal_peak_stands_on_the_branch_that_reverses():
    field = np.linspace(-0.5, 0.5, 1001)
    up = closed_form.reversal_peak(field, np.ones(1001), 0.08, 0.02)
    down = closed_form.reversal_peak(field, -np.ones(1001), 0.08, 0.02)
    none = closed_form.reversal_peak(field, np.zeros(1001), 0.08, 0.02)
    assert field[np.argmax(up)] == pytest.approx(0.08)
    assert field[np.argmax(down)] == pytest.approx(-0.08)
    np.testing.assert_allclose(up, down[::-1], atol=1e-12)
    assert up.max() == pytest.approx(1.0)
    assert not none.any()
    half = brentq(lambda h: float(closed_form.reversal_peak(h, 1, 0.0, 0.02)) - 0.5, 0, 1)
    assert 2 * half == pytest.approx(0.02 * 2 * math.acosh(math.sqrt(2)), rel=1e-9)


@pytest.mark.parametrize(
    ("field", "value"),
    [("density", 0.0), ("length", -1.0), ("transition_width", math.nan), ("width", math.inf)],
)
def test_impossible_samples_are_refused_by_name(field, value):
    with pytest.raises(OptionsError, match=f"^{field}: .* give a finite number above zero"):
        SampleOptions(**{field: value})


def test_no_magnetoresistance_is_allowed():
    assert SampleOptions(magnetoresistance=0.0).magnetoresistance == 0.0
