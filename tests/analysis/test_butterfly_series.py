"""The butterfly against what was varied: planted laws come back."""

import numpy as np
import pytest

from papilio.analysis.butterfly_series import ButterflySeriesOptions, butterfly_series
from papilio.analysis.loop_table import labels
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError
from papilio.join import concatenate
from papilio.simulate import SIMULATIONS

RATES = np.array([0.02, 0.04, 0.06, 0.08, 0.1]) / 60


def table(**variables):
    return record(variables, Provenance("table", "table", synthetic=True))


def pulls(results, name, truth):
    return np.array([(r[name].value - truth) / r[name].std for r in results])


def by_rate(seed, exponent=2.42, std=0.15):
    generator = np.random.default_rng(seed)
    delta = 19.6 * (RATES / RATES[-1]) ** exponent + generator.normal(0, std, RATES.size)
    return table(
        sweep_rate=RATES,
        delta_R=delta,
        delta_R_std=np.full(RATES.size, std),
        temperature=np.full(RATES.size, 0.05),
    )


def test_the_exponent_of_the_rate_comes_back():
    options = ButterflySeriesOptions(reference_rate=0.1 / 60)
    results = [butterfly_series(by_rate(seed), options=options) for seed in range(150)]
    for name, truth in (("rate_exponent", 2.42), ("rate_delta_R", 19.6)):
        found = pulls(results, name, truth)
        assert abs(found.mean()) < 0.25, name
        assert 0.85 < found.std() < 1.2, name
    assert results[0]["rate_exponent"].conditions == {"temperature": 0.05}


def test_two_rates_of_the_source():
    # 0.4 ohm at 0.02 T/min and 19.6 ohm at 0.10 T/min: ln 49 / ln 5 = 2.418.
    data = table(
        sweep_rate=RATES[[0, -1]], delta_R=np.array([0.4, 19.6]), delta_R_std=np.array([0.05, 0.2])
    )
    exponent = butterfly_series(data)["rate_exponent"]
    assert exponent.value == pytest.approx(2.418, abs=1e-3)
    assert exponent.std == pytest.approx(np.hypot(0.05 / 0.4, 0.2 / 19.6) / np.log(5), rel=0.01)


def dome(temperature):
    """Rises slowly, falls fast, with its largest value 800 at 0.5."""
    x = (temperature - 0.5) / 0.1
    return 800 * np.exp(1 + x - np.exp(x))


def test_the_maximum_against_temperature_has_honest_error_bars():
    generator = np.random.default_rng(0)
    places, sizes = [], []
    for _ in range(200):
        grid = 0.2 + generator.uniform(0, 0.04) + 0.04 * np.arange(14)
        delta = dome(grid) + generator.normal(0, 10, grid.size)
        result = butterfly_series(
            table(temperature=grid, delta_R=delta, delta_R_std=np.full(grid.size, 10.0))
        )
        place, size = result["maximum_temperature"], result["maximum_delta_R"]
        places.append((place.value - 0.5) / place.std)
        sizes.append((size.value - 800) / size.std)
    for pulls_found in (places, sizes):
        assert abs(np.mean(pulls_found)) < 0.35
        assert 0.75 < np.std(pulls_found) < 1.25


def test_a_maximum_at_the_end_is_none():
    grid = np.linspace(0.1, 0.4, 6)
    result = butterfly_series(
        table(temperature=grid, delta_R=grid * 10, delta_R_std=grid * 0 + 0.1)
    )
    assert not result.select("maximum_temperature")
    assert any("largest at the highest temperature" in flag for flag in result.flags)


def test_slopes_against_gate_voltage_and_density():
    voltage = np.array([-100.0, 0, 50, 150])
    density = 3.8e17 + 6e14 * voltage
    data = table(
        gate_voltage=voltage,
        density=density,
        delta_R=9.8 + 0.0144 * (voltage + 100),
        delta_R_std=np.full(4, 0.2),
    )
    result = butterfly_series(data)
    assert result["gate_slope"].value == pytest.approx(0.0144)
    assert result["density_slope"].value == pytest.approx(0.0144 / 6e14)
    spread = np.sum((voltage - voltage.mean()) ** 2)
    assert result["gate_slope"].std == pytest.approx(0.2 / np.sqrt(spread))


def test_series_hold_what_is_not_varied():
    temperature = np.repeat([0.05, 0.3], 3)
    rate = np.tile(RATES[[0, 2, 4]], 2)
    delta = np.where(temperature < 0.1, 1.0, 5.0) * (rate / rate[0]) ** 1.5
    result = butterfly_series(
        table(temperature=temperature, sweep_rate=rate, delta_R=delta, delta_R_std=0.01 * delta)
    )
    exponents = result.select("rate_exponent")
    assert [q.conditions["temperature"] for q in exponents] == [0.05, 0.3]
    assert [q.value for q in exponents] == pytest.approx([1.5, 1.5])


def twin(**options):
    simulation = SIMULATIONS["twin.butterfly"]
    return simulation.function(simulation.options(**options))


def test_loops_of_a_record_are_told_apart_and_read():
    heights = {0.02: 3.0, 0.05: 7.5, 0.1: 15.0}
    loops = [
        twin(rate=rate / 60, peak_height=height, seed=n)
        for n, (rate, height) in enumerate(heights.items())
    ]
    result = butterfly_series(concatenate(loops))
    found = result.select("delta_R")
    assert [q.conditions["sweep_rate"] for q in found] == pytest.approx(
        [rate / 60 for rate in heights], rel=0.01
    )
    for q, height in zip(found, heights.values(), strict=True):
        assert q.value == pytest.approx(height, abs=5 * q.std + 0.02 * height)
    assert result["rate_exponent"].value == pytest.approx(1.0, abs=0.1)


def test_out_of_plane_absence_is_an_upper_limit():
    result = butterfly_series(twin(), twin(peak_height=0.0, seed=5))
    assert result["out_of_plane"].limit == "upper"
    assert result["orientation_ratio"].limit == "upper"
    assert result["orientation_ratio"].value < 0.1
    both = butterfly_series(twin(), twin(peak_height=4.85, seed=6))
    ratio = both["orientation_ratio"]
    assert ratio.limit is None
    assert ratio.value == pytest.approx(0.5, abs=5 * ratio.std)


def test_a_loop_without_peak_is_a_limit_in_the_table():
    result = butterfly_series(concatenate([twin(), twin(temperature=0.5, peak_height=0.0, seed=3)]))
    limits = [q.limit for q in result.select("delta_R")]
    assert limits == [None, "upper"]


def test_clusters_within_a_tolerance():
    values = np.array([0.05, 0.0502, 0.3, np.nan, np.nan])
    assert labels(values, 0.02).tolist() == [0, 0, 1, 2, 2]


def test_what_is_missing_is_named():
    with pytest.raises(AnalysisError, match="neither 'delta_R' nor 'field'"):
        butterfly_series(table(temperature=np.ones(3)))
