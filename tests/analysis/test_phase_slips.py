"""Phase slips of strips whose barrier, attempt rate and quantum tail are known."""

import numpy as np
import pytest
from scipy.optimize import brentq

from known_records import made, ramp
from papilio.analysis import PhaseSlipsOptions, phase_slips
from papilio.errors import AnalysisError, OptionsError
from papilio.physics import phase_slips as ps

LENGTH, WIDTH, XI, NORMAL, TC = 120e-6, 20e-6, 61.63e-9, 8148.0, 0.75
OPTIONS = PhaseSlipsOptions(coherence_length=XI)
#: dF0 in J, fitted over literal prefactor, B1, B2.
THERMAL = (80e-23, 0.3, 0.0, 0.01)
LITERAL = (60e-23, 1.0, 0.0, 0.01)
BOTH = (80e-23, 0.3, 1e-3, 0.01)
QUANTUM = (80e-23, 0.0, 0.05, 0.008)


def curve(T, dF0, ratio, B1, B2, Tc=TC):
    slips = ratio * ps.thermal_channel(T, Tc, dF0, LENGTH, XI)
    slips = slips + ps.quantum_channel(T, Tc, B1, B2, NORMAL, LENGTH, XI)
    normal = np.asarray(T) >= Tc
    return np.where(normal, NORMAL, ps.with_normal_channel(slips, NORMAL))


def cooldown(parameters, seed=0, noise=2.0, lag=1e-3, offset=5.0):
    rng = np.random.default_rng(seed)
    T = ramp(0.1, 1.2, 300)
    direction = np.where(np.arange(T.size) < 300, -1.0, 1.0)
    whole = curve(T, *parameters) + offset + rng.normal(0, noise, T.size)
    return made(
        {
            "time": np.arange(T.size),
            "temperature": T + lag * direction + rng.normal(0, 2e-4, T.size),
            "sheet_resistance": whole * WIDTH / LENGTH,
        },
        bar_length=LENGTH,
        bar_width=WIDTH,
    )


def delta(seed=0, noise=10.0):
    rng = np.random.default_rng(seed + 1000)
    T = np.linspace(0.3, 0.9, 25)
    lowered = (77e-23, *THERMAL[1:])
    y = curve(T, *lowered, Tc=0.735) - curve(T, *THERMAL) + rng.normal(0, noise, T.size)
    squares = LENGTH / WIDTH
    return made(
        {
            "temperature": T,
            "sheet_resistance": y / squares,
            "sheet_resistance_std": np.full(T.size, noise / squares),
        },
        bar_length=LENGTH,
        bar_width=WIDTH,
    )


def preferred(result):
    (name,) = [
        q.conditions["model"]
        for q in result.select("model", criterion="AIC")
        if "preferred" in q.flags
    ]
    return name


def within(quantity, truth, sigmas=4):
    return abs(quantity.value - truth) < sigmas * quantity.std


def test_thermal_slips_with_a_free_prefactor():
    result = phase_slips(cooldown(THERMAL), OPTIONS)
    assert preferred(result) == "thermal"
    assert within(result["Tc_zero"], TC)
    assert within(result["dF0"], 80e-23)
    assert within(result["prefactor_ratio"], 0.3)
    assert within(result["offset"], 5.0)
    assert result["dF0"].std < 0.05 * 80e-23
    assert result["dF0"].interval68[0] < result["dF0"].value < result["dF0"].interval68[1]
    assert result["crossover_temperature"].value is None
    assert "preferred" in result["crossover_temperature"].flags[0]
    (literal,) = result.select("model", model="thermal_literal", criterion="AIC")
    assert literal.value > 2 * literal.std > 0


def test_the_literal_prefactor_where_it_is_the_truth():
    result = phase_slips(cooldown(LITERAL, seed=3), OPTIONS)
    (literal,) = result.select("Tc_zero", model="thermal_literal")
    (barrier,) = result.select("dF0", model="thermal_literal")
    (ratio,) = result.select("prefactor_ratio", model="thermal")
    assert within(literal, TC)
    assert within(barrier, 60e-23)
    assert within(ratio, 1.0)
    (criterion,) = result.select("model", model="thermal_literal", criterion="BIC")
    assert criterion.value == 0


def test_a_quantum_tail_and_where_it_takes_over():
    result = phase_slips(cooldown(BOTH), OPTIONS)
    assert preferred(result) == "both"
    crossing = brentq(
        lambda T: float(
            0.3 * ps.thermal_channel(T, TC, 80e-23, LENGTH, XI)
            - ps.quantum_channel(T, TC, 1e-3, 0.01, NORMAL, LENGTH, XI)
        ),
        0.4,
        0.7,
    )
    assert within(result["crossover_temperature"], crossing)
    assert result["crossover_temperature"].std < 0.01
    low, high = result["crossover_temperature"].interval68
    assert low < result["crossover_temperature"].value < high
    assert within(result["B2"], 0.01)
    assert within(result["dF0"], 80e-23)


def test_quantum_slips_alone():
    result = phase_slips(cooldown(QUANTUM), OPTIONS)
    (Tc,) = result.select("Tc_zero", model="quantum")
    (B2,) = result.select("B2", model="quantum")
    assert within(Tc, TC)
    assert within(B2, 0.008)
    assert preferred(result) == "quantum"


def test_the_resistance_is_that_of_the_whole_length():
    result = phase_slips(cooldown(THERMAL), OPTIONS)
    data, fit = result.curves["resistance"], result.curves["fit_thermal"]
    assert data.attrs["normal"] == pytest.approx(NORMAL + 5, abs=3)
    near = np.interp(0.6, fit["temperature"], fit["resistance"])
    assert near == pytest.approx(float(curve(np.array([0.6]), *THERMAL)[0]), rel=0.02)
    # The normal channel in parallel can only lower it; far below T_c the two agree to rounding.
    assert (fit["thermal"] >= fit["resistance"] * (1 - 1e-12)).all()


def test_the_offset_counts_as_the_samples_where_the_user_says_so():
    options = PhaseSlipsOptions(coherence_length=XI, offset="zero")
    result = phase_slips(cooldown(THERMAL, offset=0.0), options)
    assert not result.select("offset")
    assert within(result["Tc_zero"], TC)


def test_a_large_offset_is_flagged():
    flags = phase_slips(cooldown(THERMAL, offset=50.0), OPTIONS).flags
    assert any("do not depend on temperature" in flag for flag in flags)


def test_a_field_lowers_Tc_and_barrier():
    result = phase_slips(cooldown(THERMAL), OPTIONS, delta())
    assert within(result["Tc_zero_in_field"], 0.735)
    assert within(result["Tc_lowering"], 0.015)
    assert within(result["dF0_in_field"], 77e-23)
    assert within(result["dF0_lowering"], 3e-23)
    assert result["Tc_lowering"].std < 0.002
    fit = result.curves["delta_fit"]
    assert float(fit["resistance"].max()) > 1000


def test_what_is_missing_is_named():
    record = cooldown(THERMAL)
    bare = record.drop_attrs().assign_attrs(
        {k: v for k, v in record.attrs.items() if not k.startswith("bar")}
    )
    with pytest.raises(AnalysisError, match="'length' and 'width'"):
        phase_slips(bare, OPTIONS)
    with pytest.raises(AnalysisError, match="temperature"):
        phase_slips(record.drop_vars("temperature"), OPTIONS)
    narrow = PhaseSlipsOptions(coherence_length=XI, temperature_window=(0.6, 0.601))
    with pytest.raises(AnalysisError, match="twelve"):
        phase_slips(record, narrow)


def test_error_bars_hold_over_seeds():
    pulls = {"Tc_zero": [], "dF0": []}
    truth = {"Tc_zero": TC, "dF0": 80e-23}
    for seed in range(20):
        result = phase_slips(cooldown(THERMAL, seed), OPTIONS)
        for name, found in pulls.items():
            (quantity,) = result.select(name, model="thermal")
            found.append((quantity.value - truth[name]) / quantity.std)
    for found in pulls.values():
        # 20 draws: the mean scatters by 0.22, the standard deviation by 0.16.
        assert abs(np.mean(found)) < 0.8
        assert 0.5 < np.std(found) < 1.55


def test_temperatures_that_are_none_are_left_out():
    record = cooldown(THERMAL)
    record["temperature"] = record["temperature"].copy(data=-record["temperature"].values)
    with pytest.raises(AnalysisError, match="does not sweep"):
        phase_slips(record, OPTIONS)


def test_noise_above_one_percent_of_the_normal_resistance_still_converges():
    pulls = []
    for seed in range(8):
        options = PhaseSlipsOptions(coherence_length=XI, models=("thermal",))
        result = phase_slips(cooldown(THERMAL, seed=seed, noise=0.02 * NORMAL), options)
        pulls.append((result["Tc_zero"].value - TC) / result["Tc_zero"].std)
    assert np.abs(pulls).max() < 4


def test_error_bars_of_quantum_slips_are_not_too_wide():
    # A tail that bends was once taken for noise, which made them 1.8 times too wide.
    options = PhaseSlipsOptions(coherence_length=XI, models=("quantum",), offset="zero")
    pulls = np.array(
        [
            (result["B2"].value - 0.008) / result["B2"].std
            for result in (
                phase_slips(cooldown(QUANTUM, seed=seed, offset=0.0), options) for seed in range(20)
            )
        ]
    )
    # Of 20 normal numbers the scatter is known to 16 %.
    assert 0.6 < np.sqrt(np.mean(pulls**2)) < 1.5


def test_only_the_models_that_are_wanted_are_fitted():
    options = PhaseSlipsOptions(coherence_length=XI, models=("thermal",))
    result = phase_slips(cooldown(THERMAL), options)
    assert not result.select("Tc_zero", model="quantum")
    (quantum,) = result.select("model", model="quantum", criterion="AIC")
    assert quantum.value is None
    assert "not among those wanted" in quantum.flags[0]
    with pytest.raises(OptionsError, match="models: magic"):
        PhaseSlipsOptions(coherence_length=XI, models=("magic",))
