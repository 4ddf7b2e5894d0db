"""The BKT transition of I-V curves and cool-downs whose transition temperature is known."""

import numpy as np
import pytest

from known_records import made, ramp
from papilio.analysis import BktOptions, bkt
from papilio.errors import AnalysisError

T_BKT = 0.618
TEMPERATURES = np.linspace(0.56, 0.68, 9)


def alpha(T):
    """A smooth exponent that is 3 at the transition."""
    return 1 + 2 * T_BKT / T * np.exp(-8 * (T / T_BKT - 1))


def current_voltage(
    seed=0,
    temperatures=TEMPERATURES,
    noise=20e-9,
    offset=2e-7,
    both=True,
    alternating=False,
    differential=False,
):
    """Ohmic tail, power law, and from about 2.5 uA on the normal state."""
    rng = np.random.default_rng(seed)
    positive = np.geomspace(1e-8, 1e-5, 40)
    current = np.concatenate([-positive[::-1], positive]) if both else positive
    if alternating:
        current = np.stack([positive, -positive], axis=1).ravel()
    columns = {"current": [], "signal": [], "temperature": []}
    for T in temperatures:
        size = np.abs(current)
        power = 1e-4 * np.exp(20 * (T / T_BKT - 1)) * (size / 2e-6) ** alpha(T)
        tail = 0.3 * np.exp(30 * (T / T_BKT - 1)) * size
        signal = np.sign(current) * np.where(size > 2.4e-6, 8000 * size, power + tail) + offset
        if differential:
            signal = np.where(size > 2.4e-6, 8000, (alpha(T) * power + tail) / size)
        columns["current"].append(current)
        columns["signal"].append(signal + rng.normal(0, noise, current.size))
        columns["temperature"].append(T + rng.normal(0, 2e-4, current.size))
    columns = {name: np.concatenate(values) for name, values in columns.items()}
    columns["differential_resistance" if differential else "voltage"] = columns.pop("signal")
    return made({"time": np.arange(columns["current"].size), **columns})


def cooldown(seed=0, noise=0.5, thermometer=3e-4, lag=2e-3, offset=3.0, T_BKT=T_BKT, b=1.2):
    """Halperin-Nelson up to half of the normal resistance, bent towards it above."""
    rng = np.random.default_rng(seed + 1000)
    T = ramp(0.2, 1.5, 400)
    direction = np.where(np.arange(T.size) < 400, -1.0, 1.0)
    R = np.where(T > T_BKT, 9000 * np.exp(-b * np.abs(T / T_BKT - 1 + 1e-12) ** -0.5), 0)
    R = np.where(R > 679, 1358 - 679 * np.exp(-(R - 679) / 679), R)
    return made(
        {
            "time": np.arange(T.size),
            "temperature": T + lag * direction + rng.normal(0, thermometer, T.size),
            "sheet_resistance": R + offset + rng.normal(0, noise, T.size),
        }
    )


def test_both_criteria_and_the_joint_fit_find_the_transition():
    result = bkt(current_voltage(), cooldown())
    for name, widest in (
        ("T_BKT_iv", 1e-4),
        ("T_BKT_halperin_nelson", 5e-4),
        ("T_BKT_halperin_nelson_linearised", 1.5e-3),
        ("T_BKT_joint", 1e-4),
    ):
        found = result[name]
        assert found.std < widest
        assert found.value == pytest.approx(T_BKT, abs=4 * found.std), name
    assert result["b"].value == pytest.approx(1.2, abs=4 * result["b"].std)
    assert result["R0"].value == pytest.approx(9000, abs=4 * result["R0"].std)
    assert result["lag"].value == pytest.approx(2e-3, abs=4 * result["lag"].std)
    assert abs(result["tension"].value) < 4
    assert result["tension"].std == 1
    assert result["T_BKT_joint"].std < result["T_BKT_iv"].std * 1.05


def test_exponents_at_each_temperature_with_offset_tail_and_heating_left_out():
    result = bkt(current_voltage())
    exponents = result.select("exponent")
    assert len(exponents) == TEMPERATURES.size
    for quantity, T in zip(exponents, TEMPERATURES, strict=True):
        assert quantity.value == pytest.approx(alpha(T), abs=4.5 * quantity.std)
    for number in range(TEMPERATURES.size):
        curve = result.curves[f"current_voltage_{number}"]
        assert curve.attrs["window_high"] < 2.4e-6
        assert curve.attrs["offset"] == pytest.approx(2e-7, abs=5e-8)
        # The window begins where the power law has outgrown the ohmic tail: A I^(alpha - 1) = R.
        T = TEMPERATURES[number]
        equal = 0.3 * np.exp(10 * (T / T_BKT - 1)) * 2e-6 / 1e-4
        outgrown = 2e-6 * equal ** (1 / (alpha(T) - 1))
        assert curve.attrs["window_low"] > 0.8 * outgrown


@pytest.mark.parametrize(
    "protocol", [{"alternating": True}, {"both": False}, {"differential": True, "noise": 0.02}]
)
def test_other_protocols_give_the_same_transition(protocol):
    result = bkt(current_voltage(**protocol))
    found = result["T_BKT_iv"]
    assert found.value == pytest.approx(T_BKT, abs=4.5 * found.std)
    assert found.std < 2e-3


def test_one_sign_of_the_current_is_flagged():
    assert any("one sign" in flag for flag in bkt(current_voltage(both=False)).flags)
    assert not any("one sign" in flag for flag in bkt(current_voltage()).flags)


def test_the_current_window_can_be_set_and_is_shown():
    options = BktOptions(current_window=(5e-7, 2e-6))
    curve = bkt(current_voltage(), options=options).curves["current_voltage_4"]
    used = curve["current"].values[curve["used"].values == 1]
    assert used.min() >= 5e-7
    assert used.max() <= 2e-6
    assert curve.attrs["window_low"] == used.min()


def test_the_temperature_window_can_be_set():
    options = BktOptions(temperature_window=(0.65, 0.72))
    curve = bkt(None, cooldown(), options).curves["resistance"]
    used = curve["temperature"].values[curve["used"].values == 1]
    assert used.min() >= 0.65
    assert used.max() <= 0.72


def test_a_disagreement_is_told_and_widens_the_joint_number():
    result = bkt(current_voltage(), cooldown(T_BKT=0.63))
    assert result["tension"].value < -10
    assert any("disagree" in flag for flag in result["T_BKT_joint"].flags)
    assert result["T_BKT_joint"].std > 5 * result["T_BKT_iv"].std


def test_exponents_that_do_not_pass_three_give_no_number():
    result = bkt(current_voltage(temperatures=np.linspace(0.56, 0.6, 4)), cooldown())
    assert result["T_BKT_iv"].value is None
    assert "do not pass 3" in result["T_BKT_iv"].flags[0]
    assert result["T_BKT_joint"].value is None
    assert result["T_BKT_halperin_nelson"].value is not None


def test_noise_alone_gives_no_number():
    record = current_voltage(noise=1.0)
    assert bkt(record)["T_BKT_iv"].value is None


def test_without_data_it_says_what_to_give():
    with pytest.raises(AnalysisError, match="current_voltage"):
        bkt()


def test_a_missing_column_is_named():
    with pytest.raises(AnalysisError, match="'current'"):
        bkt(cooldown().rename(sheet_resistance="voltage").drop_vars([]))
    with pytest.raises(AnalysisError, match="differential_resistance"):
        bkt(current_voltage().drop_vars("voltage"))


def test_error_bars_hold_over_seeds():
    pulls = {name: [] for name in ("T_BKT_iv", "T_BKT_halperin_nelson", "T_BKT_joint")}
    for seed in range(25):
        result = bkt(current_voltage(seed), cooldown(seed))
        for name, found in pulls.items():
            quantity = result[name]
            found.append((quantity.value - T_BKT) / quantity.std)
    for found in pulls.values():
        # 25 draws: the mean scatters by 0.2, the standard deviation by 0.14.
        assert abs(np.mean(found)) < 0.7
        assert 0.6 < np.std(found) < 1.5
