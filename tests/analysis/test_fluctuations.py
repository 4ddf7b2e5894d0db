"""Mean-field critical temperatures planted in the paraconductivity above them."""

import numpy as np
import pytest

from known_records import made, ramp, step
from papilio.analysis import FluctuationsOptions, fluctuations
from papilio.analysis.paraconductivity_fit import ALONE, BOTH
from papilio.analysis.paraconductivity_fit import law as paraconductivity_law
from papilio.dataset import with_geometry
from papilio.errors import AnalysisError, OptionsError
from papilio.physics import fluctuations as theory

TC, NORMAL, DELTA, SLOPE = 0.7, 1358.0, 0.1, 0.02


def clean(T, delta=DELTA):
    epsilon = np.maximum(np.log(np.maximum(T, 1e-3) / TC), 1e-9)
    extra = theory.aslamazov_larkin(epsilon)
    if delta is not None:
        extra = extra + theory.maki_thompson(epsilon, delta)
    normal = NORMAL * (1 + SLOPE * (T / TC - 1))
    return np.where(T > TC, 1 / (1 / normal + extra), 0.0)


def cooldown(seed=0, delta=DELTA, lag=0.0, points=1200, noise=0.5, thermometer=1e-4):
    """Cooling and warming through Tc0; the thermometer leads the sample by the lag."""
    rng = np.random.default_rng(seed)
    T = ramp(0.5, 2.0, points)
    direction = np.where(np.arange(T.size) < points, -1.0, 1.0)
    R = clean(T - lag * direction, delta) + rng.normal(0, noise, T.size)
    return made(
        {"temperature": T + rng.normal(0, thermometer, T.size), "sheet_resistance": R},
    )


def test_both_terms_are_found():
    result = fluctuations(cooldown())
    for name, truth in (("Tc0", TC), ("delta", DELTA)):
        found = result[name]
        assert found.value == pytest.approx(truth, abs=4 * found.std), name
        assert found.std < 0.2 * truth
    tau = result["tau_phi"]
    assert tau.value == pytest.approx(theory.phase_breaking_time(DELTA, TC), abs=4 * tau.std)
    low, high = result["delta"].interval68
    assert low < result["delta"].value < high
    # Without Maki-Thompson the law does not fit: Tc0 would come out too high.
    (alone,) = result.select("Tc0", law=ALONE)
    assert alone.value > TC + 4 * alone.std
    assert all(q.value < -10 for q in result.select("akaike_difference"))


def test_the_window_is_shown():
    result = fluctuations(cooldown())
    curve = result.curves["sweep_0"]
    assert curve.attrs["window_low"] < float(curve["temperature"].min())
    assert curve.attrs["window_high"] > float(curve["temperature"].max())
    fraction = float(curve["resistance"][0]) / NORMAL
    assert fraction == pytest.approx(0.5, abs=0.05)
    assert result["window_low"].value == curve.attrs["window_low"]
    misses = (curve["resistance"] - curve["fit"]) / curve["std"]
    assert float(np.abs(misses).mean()) < 1.2


def test_cooling_and_warming_together_remove_a_lag():
    result = fluctuations(cooldown(lag=2e-3))
    both = result["Tc0"]
    assert both.value == pytest.approx(TC, abs=4 * both.std)
    (cooling,), (warming,) = (
        result.select("Tc0", direction=name) for name in ("cooling", "warming")
    )
    assert cooling.value - warming.value == pytest.approx(
        -4e-3, abs=4 * float(np.hypot(cooling.std, warming.std))
    )


def test_without_maki_thompson_delta_is_not_given():
    result = fluctuations(cooldown(delta=None, noise=2.0))
    found = result["Tc0"]
    assert found.value == pytest.approx(TC, abs=4 * found.std)
    assert result["delta"].value is None or result["delta"].value > 1


def test_a_known_delta_is_kept():
    result = fluctuations(cooldown(), FluctuationsOptions(delta=DELTA))
    found = result["Tc0"]
    assert found.value == pytest.approx(TC, abs=4 * found.std)
    assert not result.select("delta")
    free = fluctuations(cooldown())["Tc0"]
    assert found.std < free.std


def test_a_transition_that_is_not_one_of_fluctuations_is_said():
    T = ramp(0.3, 2.0, 1200)
    rng = np.random.default_rng(0)
    R = NORMAL * step((T - TC) / 0.05) + rng.normal(0, 0.5, T.size)
    data = made({"temperature": T, "sheet_resistance": R})
    result = fluctuations(data)
    assert any("does not follow" in flag for flag in result.flags)


def test_the_size_of_the_bar_is_needed():
    data = cooldown()
    bar = made(
        {
            "temperature": data["temperature"].values,
            "resistance": 6 * data["sheet_resistance"].values,
        }
    )
    with pytest.raises(AnalysisError, match="length and width"):
        fluctuations(bar)
    sized = fluctuations(with_geometry(bar, 120e-6, 20e-6))["Tc0"]
    assert sized.value == pytest.approx(TC, abs=4 * sized.std)


def test_options_out_of_range():
    with pytest.raises(OptionsError, match="lower_fraction"):
        FluctuationsOptions(lower_fraction=1.2)
    with pytest.raises(OptionsError, match="delta"):
        FluctuationsOptions(delta=0.0)


def test_a_record_above_the_transition_is_refused():
    data = cooldown()
    warm = data.isel(row=np.flatnonzero(data["temperature"].values > 1.0))
    with pytest.raises(AnalysisError, match="one half"):
        fluctuations(warm)


def test_both_laws_are_reported():
    result = fluctuations(cooldown())
    (both,) = result.select("Tc0", law=BOTH)
    assert both.value == pytest.approx(result["Tc0"].value)


def test_pulls_over_seeds_are_normal():
    pulls = []
    for seed in range(12):
        found = fluctuations(cooldown(seed, points=500, noise=1.0))["Tc0"]
        pulls.append((found.value - TC) / found.std)
    assert np.mean(pulls) == pytest.approx(0, abs=4 / np.sqrt(12))
    assert np.std(pulls) == pytest.approx(1, abs=4 / np.sqrt(24))


@pytest.mark.parametrize("model", [BOTH, ALONE])
@pytest.mark.parametrize("background", ["linear", "constant"])
@pytest.mark.parametrize("delta", [None, 0.05])
def test_the_derivatives_of_the_law_are_those_of_its_formula(model, background, delta):
    T = np.linspace(0.72, 0.9, 25)
    made_law = paraconductivity_law(model, background, 0.8, 0.71, delta)
    values = {"Tc0": 0.7, "ln_delta": np.log(0.06), "R_normal": 1358.0, "slope": 0.02}
    point = np.array([values[parameter.name] for parameter in made_law.parameters])
    exact = made_law.jacobian(T, *point)
    for column, small in enumerate(1e-6 * np.abs(point)):
        shift = np.zeros(point.size)
        shift[column] = small
        numeric = made_law.formula(T, *(point + shift)) - made_law.formula(T, *(point - shift))
        assert exact[:, column] == pytest.approx(numeric / (2 * small), rel=1e-5, abs=1e-6)
