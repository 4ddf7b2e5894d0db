"""Loops against temperature, rate, gate and orientation: closed forms, truth, what is found."""

import json

import numpy as np
import pytest

from papilio.analysis import hall, scaling
from papilio.analysis.butterfly_series import ButterflySeriesOptions, butterfly_series
from papilio.analysis.gate import gate
from papilio.errors import OptionsError
from papilio.simulate import twin_series
from papilio.simulate.twin_series_options import (
    ButterflyRatesOptions,
    ButterflyTemperaturesOptions,
    DensityTableOptions,
    GatedButterflyOptions,
    GatedHallOptions,
    GatedParallelFieldOptions,
    OutOfPlaneLoopOptions,
)

STILL = {
    "voltage_noise": 0.0,
    "voltage_offset": 0.0,
    "thermometer_noise": 0.0,
    "field_noise": 0.0,
    "field_offset": 1e-9,
    "remanent_field": 0.0,
}
AT_PEAK = ButterflySeriesOptions(field=0.08)


def truth(record, quantity):
    return [e for e in json.loads(record.attrs["truth"]) if e["quantity"] == quantity]


def differ_less_than(sigma, result, record, name):
    """Each planted number of that name, against the one found under its conditions."""
    entries = truth(record, name)
    assert entries
    for entry in entries:
        found = [
            q
            for q in result.select(name)
            if all(
                q.conditions[key] == pytest.approx(value, rel=1e-2)
                for key, value in entry["conditions"].items()
            )
        ]
        assert len(found) == 1, entry
        assert abs(found[0].value - entry["value"]) < sigma * found[0].std, entry


def test_height_against_temperature_has_the_papers_numbers():
    options = ButterflyTemperaturesOptions()
    assert twin_series.height_at_temperature(options, 0.05) == pytest.approx(9.7, abs=1e-6)
    assert twin_series.height_at_temperature(options, 0.5) == pytest.approx(814.9, rel=1e-3)
    heights = [twin_series.height_at_temperature(options, T) for T in (0.3, 0.55, 0.8)]
    assert heights[0] < heights[1] > heights[2]


def test_quiet_loops_show_the_height_of_each_temperature():
    options = ButterflyTemperaturesOptions(
        **STILL, temperatures=(0.05, 0.4), lock_in_time_constant=1e-6
    )
    record = twin_series.butterfly_temperatures(options)
    for temperature in options.temperatures:
        rows = record.isel(row=record["temperature"].values == temperature)
        field, sheet = rows["field"].values, rows["resistance"].values / 6
        up = np.flatnonzero(np.diff(field) > 0)[-100:]
        assert field[up].min() > 0.2  # the last branch, beyond its peak
        last = slice(field.size - 501, None)
        there, zero = (np.interp(H, field[last], sheet[last]) for H in (0.08, 0.0))
        expected = truth(record, "butterfly.delta_R")
        planted = next(
            e["value"] for e in expected if e["conditions"] == {"temperature": temperature}
        )
        assert there - zero == pytest.approx(planted, rel=1e-6, abs=1e-6)


def test_rates_make_a_power_law_that_is_found():
    options = ButterflyRatesOptions(seed=2)
    assert twin_series.height_at_rate(options, 0.02 / 60) == pytest.approx(0.4, rel=1e-3)
    assert twin_series.height_at_rate(options, 0.1 / 60) == pytest.approx(19.6, rel=1e-12)
    record = twin_series.butterfly_rates(options)
    assert set(np.round(record["sweep_rate"].values * 60, 6)) == {0.02, 0.04, 0.06, 0.08, 0.1}
    result = butterfly_series(
        record, options=ButterflySeriesOptions(field=0.08, reference_rate=0.1 / 60)
    )
    for name in ("delta_R", "rate_exponent", "rate_delta_R"):
        differ_less_than(3, result, record, f"butterfly_series.{name}")


def test_out_of_plane_loop_has_no_peak_and_gets_a_limit():
    record = twin_series.out_of_plane_loop(OutOfPlaneLoopOptions(seed=2))
    assert truth(record, "butterfly.height") == []
    quiet = twin_series.out_of_plane_loop(OutOfPlaneLoopOptions(**STILL))
    field, resistance = quiet["field"].values, quiet["resistance"].values
    down, up = np.split(np.arange(500, 2501), [1000])
    back = np.interp(field[down], field[up], resistance[up])
    # The two branches differ by the lock-in's lag alone: 0.3 s at 0.1 T/min on the steepest slope.
    steepest = np.abs(np.diff(resistance[down]) / np.diff(field[down])).max()
    assert np.abs(back - resistance[down]).max() < 2.2 * 0.3 * 0.1 / 60 * steepest
    result = butterfly_series(record, record, AT_PEAK)
    (limit,) = result.select("butterfly_series.out_of_plane")
    assert limit.limit == "upper"
    assert limit.value < 2


def test_gate_line_density_and_mean_free_path_are_found():
    record = twin_series.gated_hall(GatedHallOptions(seed=2))
    result = gate(record)
    for name in ("density", "density_slope", "density_0", "capacitance"):
        differ_less_than(3, result, record, f"gate.{name}")
    assert truth(record, "hall.mean_free_path") == []
    one = {"gate_voltages": (-100.0,), "densities": (2.9e17,), "mean_free_paths": (10.2e-9,)}
    rest = {"delta_R": (9.8,), "parallel_fields": (5.0,)}
    alone = twin_series.gated_hall(GatedHallOptions(seed=2, **one, **rest))
    (planted,) = truth(alone, "hall.mean_free_path")
    assert planted["value"] == pytest.approx(10.2e-9, rel=1e-12)
    (path,) = hall(alone).select("hall.mean_free_path")
    assert abs(path.value - 10.2e-9) < 3 * path.std
    assert path.std < 1e-11


def test_densities_off_a_straight_line_plant_no_slope():
    record = twin_series.gated_hall(GatedHallOptions(densities=(2.9e17, 3.8e17, 4.4e17)))
    assert truth(record, "gate.density_slope") == []
    assert len(truth(record, "gate.density")) == 3


def test_gate_voltage_tells_loops_apart():
    record = twin_series.gated_butterfly(GatedButterflyOptions(seed=2))
    differ_less_than(
        3, butterfly_series(record, options=AT_PEAK), record, "butterfly_series.delta_R"
    )


def test_parallel_fields_are_those_of_the_gate_voltage():
    for voltage, field in ((-100.0, 5.0), (0.0, 3.6)):
        record = twin_series.gated_parallel_field(GatedParallelFieldOptions(gate_voltage=voltage))
        (planted,) = truth(record, "critical_field.Hc2_parallel_0")
        assert planted["value"] == pytest.approx(field, rel=1e-12)
        assert set(record["gate_voltage"].values) == {voltage}


def test_line_and_threshold_of_the_densities_are_found():
    record = twin_series.density_table(DensityTableOptions(seed=2))
    assert list(np.isfinite(record["delta_R"].values)) == [True, True, False, False, False]
    result = scaling(record)
    for name in ("Tc_slope", "Tc_intercept", "Tc_zero_density", "percolation_density"):
        differ_less_than(3, result, record, f"scaling.{name}")


@pytest.mark.parametrize(
    ("options", "wrong", "message"),
    [
        (GatedHallOptions, {"densities": (1e17,)}, r"densities: give 3 values"),
        (GatedHallOptions, {"gate_voltages": ()}, r"gate_voltages: the list is empty"),
        (GatedParallelFieldOptions, {"gate_voltage": 7.0}, r"gate_voltage: 7\.0 V is not one"),
        (DensityTableOptions, {"delta_R": (1.0,)}, r"delta_R: give 2 values"),
        (ButterflyRatesOptions, {"rates": ()}, r"rates: the list is empty"),
        (ButterflyTemperaturesOptions, {"temperatures": ()}, r"temperatures: the list is empty"),
    ],
)
def test_settings_that_do_not_fit_are_refused(options, wrong, message):
    with pytest.raises(OptionsError, match=message):
        options(**wrong)
