"""Critical temperature and butterfly against density: planted numbers come back."""

import numpy as np
import pytest

from papilio.analysis.result_table import result_table
from papilio.analysis.scaling import ScalingOptions, scaling
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError
from papilio.result import Quantity, Result

DENSITY = np.array([3.8, 4.3, 5.8, 8.9, 9.8]) * 1e17


def table(**variables):
    return record(variables, Provenance("table", "table", synthetic=True))


def samples(seed=0, part=0.02):
    generator = np.random.default_rng(seed)
    std = part * DENSITY
    Tc_std = np.full(5, 0.01)
    return table(
        density=DENSITY + generator.normal(0, std),
        density_std=std,
        critical_temperature=2.84e-18 * DENSITY - 0.4 + generator.normal(0, Tc_std),
        critical_temperature_std=Tc_std,
    )


def test_slope_and_intercept_come_back_with_honest_error_bars():
    truth = {"Tc_slope": 2.84e-18, "Tc_intercept": -0.4, "Tc_zero_density": 0.4 / 2.84e-18}
    results = [scaling(samples(seed)) for seed in range(150)]
    for name, value in truth.items():
        pulls = np.array([(r[name].value - value) / r[name].std for r in results])
        assert abs(pulls.mean()) < 0.25, name
        assert 0.85 < pulls.std() < 1.15, name


def test_the_line_and_its_band_are_curves():
    line = scaling(samples()).curves["line"]
    assert line["critical_temperature"].sel(density=0).item() == pytest.approx(-0.4, abs=0.2)
    assert bool((line["high"] > line["low"]).all())


def test_threshold_lies_between_the_last_signal_and_the_first_silence():
    data = table(
        density=DENSITY,
        delta_R=np.array([9.7, 19.6, np.nan, 0.02, np.nan]),
        delta_R_std=np.array([0.3, 0.3, np.nan, 0.05, np.nan]),
        delta_R_limit=np.array([np.nan, np.nan, 0.1, np.nan, 0.1]),
    )
    quantity = scaling(data)["percolation_density"]
    assert quantity.value == pytest.approx(5.05e17)
    assert quantity.std == pytest.approx(1.5e17 / np.sqrt(12))
    assert quantity.interval68 == pytest.approx((5.05e17 - 0.512e17, 5.05e17 + 0.512e17), rel=1e-3)
    assert scaling(data).curves["delta_R"].attrs == {"low": 4.3e17, "high": 5.8e17}


def test_a_uniform_threshold_is_covered_two_times_in_three():
    generator = np.random.default_rng(3)
    covered = []
    for _ in range(400):
        threshold = generator.uniform(4e17, 9.5e17)
        grid = np.sort(generator.uniform(3e17, 1e18, 8))
        delta = np.where(grid < threshold, 10.0, 0.0) + generator.normal(0, 0.3, 8)
        quantity = scaling(table(density=grid, delta_R=delta, delta_R_std=np.full(8, 0.3)))[
            "percolation_density"
        ]
        if quantity.interval68:
            low, high = quantity.interval68
            covered.append(low < threshold < high)
    assert 0.6 < np.mean(covered) < 0.76


def test_signals_everywhere_or_nowhere_are_limits():
    every = scaling(table(density=DENSITY, delta_R=np.full(5, 5.0), delta_R_std=np.full(5, 0.1)))
    none = scaling(table(density=DENSITY, delta_R=np.zeros(5), delta_R_std=np.full(5, 0.1)))
    assert (every["percolation_density"].limit, none["percolation_density"].limit) == (
        "lower",
        "upper",
    )
    assert every["percolation_density"].value == pytest.approx(9.8e17)
    assert none["percolation_density"].value == pytest.approx(3.8e17)


def test_a_small_significant_signal_can_be_called_silence():
    data = table(density=DENSITY, delta_R=np.full(5, 0.5), delta_R_std=np.full(5, 0.01))
    result = scaling(data, ScalingOptions(signal_minimum=1.0))
    assert result["percolation_density"].limit == "upper"


def test_silence_below_a_signal_is_flagged():
    delta = np.array([9.0, 0.0, 9.0, 0.0, 0.0])
    result = scaling(table(density=DENSITY, delta_R=delta, delta_R_std=np.full(5, 0.1)))
    assert any("although a higher density" in flag for flag in result.flags)


def test_two_samples_without_error_bars_give_no_number():
    result = scaling(table(density=DENSITY[:2], critical_temperature=np.array([0.7, 0.9])))
    assert result["Tc_slope"].value is None
    assert result["Tc_slope"].flags


def test_other_data_are_refused():
    with pytest.raises(AnalysisError, match="'density'"):
        scaling(table(critical_temperature=np.ones(3)))


def found(name, value, std=None, limit=None, **conditions):
    quantity = Quantity(name, value, "", std, limit=limit, conditions=conditions)
    return Result(name.split(".")[0], (quantity,), sources=(f"{value}.dat",))


def test_results_become_a_table_with_gaps_and_limits():
    rows = [
        [found("hall.density", 4e17, 1e16), found("butterfly.delta_R", 9.7, 0.2, temperature=0.05)],
        [found("hall.density", 9e17, 2e16), found("butterfly.delta_R", 0.1, limit="upper")],
        [found("hall.density", 5e17, 2e16)],
    ]
    made = result_table(
        rows,
        {"density": "hall.density", "delta_R": "butterfly.delta_R"},
        {"temperature": [1, 2, 3]},
    )
    assert made["density_std"].values.tolist() == [1e16, 2e16, 2e16]
    assert made["delta_R"].values == pytest.approx([9.7, np.nan, np.nan], nan_ok=True)
    assert made["delta_R_limit"].values == pytest.approx([np.nan, 0.1, np.nan], nan_ok=True)
    assert made["temperature"].values.tolist() == [1, 2, 3]
    with pytest.raises(AnalysisError, match="vocabulary"):
        result_table(rows, {"strangeness": "hall.density"})
    with pytest.raises(AnalysisError, match="2 values for 3 rows"):
        result_table(rows, {}, {"temperature": [1, 2]})
