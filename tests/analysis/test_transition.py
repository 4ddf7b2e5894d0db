"""The transition of curves whose answers are known, and of real cool-downs."""

import numpy as np
import pytest

from known_records import made, ramp, step
from papilio.analysis import TransitionOptions, transition
from papilio.dataset import with_geometry
from papilio.errors import AnalysisError

TC, SCALE, NORMAL = 0.7, 0.05, 1000.0


def cooldown(seed=0, lag=0.0, noise=0.5, offset=0.0, count=900, low=0.05):
    rng = np.random.default_rng(seed)
    temperature = ramp(low, 3.0, count)
    direction = np.where(np.arange(temperature.size) < count, -1, 1)
    resistance = NORMAL * step((temperature - TC - lag * direction) / SCALE) + offset
    return made(
        {
            "time": np.arange(temperature.size),
            "temperature": temperature,
            "resistance": resistance + rng.normal(0, noise, temperature.size),
        }
    )


def test_Tc_and_width_of_a_lagging_thermometer_come_out_right():
    result = transition(cooldown(lag=0.004))
    Tc, width = result["Tc"], result["width"]
    assert Tc.value == pytest.approx(TC, abs=4 * Tc.std)
    assert Tc.std < 5e-4
    expected = SCALE * np.log(np.log(5) / np.log(1.25))
    assert width.value == pytest.approx(expected, abs=4 * width.std)
    (cooling,) = result.select("Tc", direction="cooling")
    (warming,) = result.select("Tc", direction="warming")
    assert cooling.value == pytest.approx(TC - 0.004, abs=4 * cooling.std)
    assert warming.value == pytest.approx(TC + 0.004, abs=4 * warming.std)
    assert result["hysteresis"].value == pytest.approx(-0.008, abs=4 * result["hysteresis"].std)


def test_an_offset_of_the_instrument_moves_nothing_and_is_reported():
    plain, shifted = transition(cooldown()), transition(cooldown(offset=20.0))
    assert shifted["Tc"].value == pytest.approx(plain["Tc"].value, abs=1e-9)
    assert shifted["R_floor"].value == pytest.approx(20, abs=0.2)


def test_any_fraction_defines_Tc():
    result = transition(cooldown(), TransitionOptions(fraction=0.9))
    expected = TC - SCALE * np.log(-np.log(0.9) / np.log(2))
    assert result["Tc"].value == pytest.approx(expected, abs=4 * result["Tc"].std)


def test_one_direction_alone_says_that_the_lag_is_in_it():
    data = cooldown().isel(row=slice(0, 900))
    assert "lag not removed" in transition(data)["Tc"].flags[0]


def test_per_square_where_the_bar_is_known():
    result = transition(with_geometry(cooldown(), 120e-6, 20e-6))
    assert result["R_normal"].value == pytest.approx(NORMAL / 6, rel=1e-3)
    assert not any("whole bar" in flag for flag in result.flags)


def test_outliers_are_counted_and_not_followed():
    data = cooldown()
    data["resistance"].values[300] = 5e4
    result = transition(data)
    assert result["Tc"].value == pytest.approx(TC, abs=4 * result["Tc"].std)
    assert any("1 outlying" in flag for flag in result.flags)


def test_no_transition_gives_no_number_but_a_reason():
    temperature = np.linspace(10, 2, 200)
    noise = np.random.default_rng(0).normal(0, 1, 200)
    result = transition(made({"temperature": temperature, "resistance": 100 + noise}))
    assert result["Tc"].value is None
    assert result["Tc"].flags


def test_a_named_normal_state_out_of_reach_is_refused():
    with pytest.raises(AnalysisError, match="within 10% of 20 K"):
        transition(cooldown(), TransitionOptions(normal_temperature=20.0))


def test_a_lower_plateau_can_be_named():
    temperature = np.linspace(14, 1, 1300)
    resistance = 120 * step((temperature - 2) / 0.2) + 150 * step((temperature - 9.2) / 0.05)
    noise = np.random.default_rng(0).normal(0, 0.5, temperature.size)
    data = made({"temperature": temperature, "resistance": resistance + noise})
    options = TransitionOptions(normal_temperature=12.0, floor_temperature=6.0)
    Tc = transition(data, options)["Tc"]
    assert Tc.value == pytest.approx(9.2, abs=4 * Tc.std)


@pytest.mark.parametrize(
    ("variables", "match"),
    [
        ({"resistance": [1.0] * 20}, "no 'temperature'"),
        ({"temperature": [1.0] * 20}, "no resistance"),
        ({"temperature": [1.0] * 5, "resistance": [1.0] * 5}, "needs ten"),
        ({"temperature": [1.0] * 50, "resistance": [1.0] * 50}, "does not sweep"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_sentence(variables, match):
    with pytest.raises(AnalysisError, match=match):
        transition(made(variables))


def test_two_resistances_need_a_name():
    data = cooldown()
    data = made(
        {
            "temperature": data["temperature"].values,
            "resistance_ch1": data["resistance"].values,
            "resistance_ch2": 2 * data["resistance"].values,
        }
    )
    with pytest.raises(AnalysisError, match="resistance_ch1, resistance_ch2 could all be meant"):
        transition(data)
    result = transition(data, TransitionOptions(variable="resistance_ch2"))
    assert result["R_normal"].value == pytest.approx(2 * NORMAL, rel=1e-3)
