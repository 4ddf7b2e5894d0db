"""The twin's records: the contract, the truth, and what the instrument does to the curves."""

import json

import numpy as np
import pytest

from papilio import dataset, sweep
from papilio.errors import OptionsError
from papilio.options import from_table
from papilio.simulate import SIMULATIONS
from papilio.simulate.twin import butterfly, cooldown, hall, parallel_field, perpendicular_field
from papilio.simulate.twin_options import (
    ButterflyOptions,
    CooldownOptions,
    HallOptions,
    ParallelFieldOptions,
    PerpendicularFieldOptions,
)

QUIET = {"voltage_noise": 0.0, "voltage_offset": 0.0, "thermometer_noise": 0.0}
STILL = {**QUIET, "field_noise": 0.0, "field_offset": 0.0, "remanent_field": 0.0}
SQUARES = 6.0  # 120 um by 20 um
TWINS = [name for name in SIMULATIONS if name.startswith("twin.")]


def truth(record):
    return json.loads(record.attrs["truth"])


def planted(record, quantity):
    return next(e["value"] for e in truth(record) if e["quantity"] == quantity)


def crossing(x, y, level):
    """Where a rising curve y(x) passes a level, by linear interpolation."""
    place = int(np.flatnonzero((y[:-1] < level) & (y[1:] >= level))[0])
    return np.interp(level, y[place : place + 2], x[place : place + 2])


@pytest.mark.parametrize("name", TWINS)
def test_every_simulation_obeys_the_contract_and_says_what_it_is(name):
    simulation = SIMULATIONS[name]
    record = simulation.function(simulation.options(seed=5))
    assert dataset.check(record) is record
    assert record.attrs["synthetic"] == 1
    assert record.attrs["seed"] == 5
    assert record.attrs["source"] == name
    if name not in ("twin.photoelectrons", "twin.density_table"):
        assert {"time", "temperature", "field"} <= set(record)
        assert bool((np.diff(record["time"].values) > 0).all())
    if "resistance" in record or "voltage" in record:
        assert (record.attrs["bar_length"], record.attrs["bar_width"]) == (120e-6, 20e-6)
    # An alternating current is known by its amplitude, a direct one by its value.
    assert "excitation_current" in record or "resistance" not in record
    assert all(set(entry) == {"quantity", "value", "conditions"} for entry in truth(record))


@pytest.mark.parametrize("name", TWINS)
def test_recorded_options_make_the_same_bits_again(name):
    simulation = SIMULATIONS[name]
    record = simulation.function(simulation.options(seed=11))
    options = from_table(simulation.options, json.loads(record.attrs["options"]))
    again = simulation.function(options)
    other = simulation.function(simulation.options(seed=12))
    assert record.identical(again)
    assert all(
        not np.array_equal(record[name].values, other[name].values)
        for name in ("resistance", "voltage", "moment", "intensity", "critical_temperature")
        if name in record
    )


def test_cooldown_without_instrument_shows_the_planted_transition():
    options = CooldownOptions(**QUIET, thermometer_lag=0.0, lock_in_time_constant=1e-6)
    record = cooldown(options)
    turn = int(np.argmin(record["temperature"].values))
    warming = record.isel(row=slice(turn, None))
    temperature, ratio = warming["temperature"].values, warming["resistance"].values / 1358 / 6
    assert ratio[-1] == pytest.approx(1.0, abs=1e-12)
    assert crossing(temperature, ratio, 0.5) == pytest.approx(0.668, abs=2e-6)
    width = crossing(temperature, ratio, 0.8) - crossing(temperature, ratio, 0.2)
    assert width == pytest.approx(0.12, abs=2e-6)
    assert planted(record, "transition.Tc") == 0.668
    assert planted(record, "transition.width") == 0.12


def test_lags_shift_cooling_down_and_warming_up_by_rate_times_lag():
    options = CooldownOptions(**QUIET, thermometer_lag=6.0, lock_in_time_constant=0.5)
    record = cooldown(options)
    down, up = sweep.split(record, "temperature")
    shift = options.slow_rate * 6.5
    half = 1358 * SQUARES / 2
    for part, sign in ((down, -1), (up, 1)):
        rows = part.of(record).sortby("temperature")
        found = crossing(rows["temperature"].values, rows["resistance"].values, half)
        assert found == pytest.approx(0.668 + sign * shift, abs=2e-5)


def test_cooldown_ramps_and_pauses_as_told():
    options = CooldownOptions(**QUIET, pause=100.0)
    record = cooldown(options)
    temperature = record["temperature"].values
    rates = np.diff(temperature) / options.interval
    slow = (temperature[1:] < 1.19) & (temperature[1:] > 0.06)
    np.testing.assert_allclose(np.abs(rates[slow]), options.slow_rate, rtol=1e-6)
    assert np.sum(temperature == 0.05) in (100, 101)
    assert temperature[0] == temperature[-1].round(2) == 4.0


def test_hall_slope_pick_up_and_offset():
    options = HallOptions(**{**STILL, "voltage_offset": 2e-6}, lock_in_time_constant=1e-10)
    record = hall(options)
    field, read = record["field"].values, record["hall_resistance"].values
    pick_up = 0.02 * 1358 * (1 + 0.002 * np.abs(field))
    np.testing.assert_allclose(read, field / (1.602176634e-19 * 3.8e17) + pick_up + 2.0, rtol=1e-9)
    np.testing.assert_allclose(
        record["resistance"].values, 6 * 1358 * (1 + 0.002 * np.abs(field)) + 2.0, rtol=1e-12
    )
    assert planted(record, "hall.density") == 3.8e17
    assert planted(record, "hall.mean_free_path") == pytest.approx(12.3e-9, abs=5e-11)


@pytest.mark.parametrize(
    ("simulate", "options"),
    [
        (perpendicular_field, PerpendicularFieldOptions),
        (parallel_field, ParallelFieldOptions),
    ],
)
def test_half_fields_of_the_record_are_the_truth(simulate, options):
    settings = options(
        **STILL, temperatures=(0.2, 0.5, 0.9), magnetoresistance=0.0, lock_in_time_constant=1e-6
    )
    record = simulate(settings)
    fields = [entry for entry in truth(record) if entry["quantity"] == "critical_field.half_field"]
    # Above Tc there is none.
    assert [entry["conditions"]["temperature"] for entry in fields] == [0.2, 0.5]
    for entry in fields:
        rows = record.isel(row=record["temperature"].values == entry["conditions"]["temperature"])
        first = slice(0, int(np.argmax(rows["field"].values)))
        found = crossing(
            rows["field"].values[first], rows["resistance"].values[first], 1358 * SQUARES / 2
        )
        assert found == pytest.approx(entry["value"], abs=settings.field_step / 20)


def test_trapped_flux_shifts_both_crossings_of_a_sweep_alike():
    options = PerpendicularFieldOptions(
        **{**STILL, "field_offset": 2e-3, "remanent_field": 1e-3},
        temperatures=(0.3,),
        field_step=2e-4,
        magnetoresistance=0.0,
        lock_in_time_constant=1e-6,
    )
    record = perpendicular_field(options)
    sweeps = sweep.split(record, "field")
    assert [part.direction for part in sweeps] == [1, -1, 1, -1]
    expected = planted(record, "critical_field.half_field")
    half = 1358 * SQUARES / 2
    for part in sweeps[1:3]:
        rows = part.of(record).sortby("field")
        field, read = rows["field"].values, rows["resistance"].values
        right = crossing(field[field > 0], read[field > 0], half)
        left = crossing(-field[field < 0][::-1], read[field < 0][::-1], half)
        assert (left + right) / 2 == pytest.approx(expected, abs=1e-5)
        # Sample field = reading + 2 mT - direction x 1 mT, so the curve stands at minus that.
        assert (right - left) / 2 == pytest.approx(-2e-3 + part.direction * 1e-3, abs=1e-5)


def test_times_of_temperatures_follow_each_other():
    record = perpendicular_field(
        PerpendicularFieldOptions(**STILL, temperatures=(0.2, 0.4), settling=900.0)
    )
    time = record["time"].values
    assert time.size % 2 == 0
    gap = np.diff(time)
    assert gap.max() == pytest.approx(900.0)
    np.testing.assert_allclose(np.delete(gap, time.size // 2 - 1), 1e-3 / (0.1 / 60))


def test_butterfly_has_its_peaks_where_the_magnet_reverses():
    options = ButterflyOptions(**STILL, lock_in_time_constant=1e-6)
    record = butterfly(options)
    first, down, up = sweep.split(record, "field")
    assert float(first.of(record)["resistance"].max()) < 1e-6  # saturated already: no peak
    for part, at in ((down, -0.08), (up, 0.08)):
        rows = part.of(record)
        peak = int(np.argmax(rows["resistance"].values))
        assert float(rows["field"][peak]) == pytest.approx(at, abs=1e-9)
        assert float(rows["resistance"][peak]) == pytest.approx(9.7 * SQUARES, rel=1e-4)
        assert part.rate == pytest.approx(part.direction * 0.1 / 60, rel=1e-6)
    branch = up.of(record).sortby("field")
    read = np.interp([0.08, 0.0], branch["field"], branch["resistance"]) / SQUARES
    assert read[0] - read[1] == pytest.approx(planted(record, "butterfly.delta_R"), rel=1e-3)
    assert planted(record, "butterfly.peak_field") == 0.08
    assert planted(record, "butterfly.height") == 9.7


def test_butterfly_keeps_looping_and_stands_on_the_background():
    record = butterfly(
        ButterflyOptions(
            **STILL, loops=3, temperature=0.6, maximum_field=0.4, lock_in_time_constant=1e-6
        )
    )
    sweeps = sweep.split(record, "field")
    assert [part.direction for part in sweeps] == [1, -1, 1, -1, 1, -1, 1]
    quiet = butterfly(
        ButterflyOptions(
            **STILL,
            loops=3,
            temperature=0.6,
            maximum_field=0.4,
            peak_height=0.0,
            lock_in_time_constant=1e-6,
        )
    )
    excess = record["resistance"].values - quiet["resistance"].values
    assert excess.max() == pytest.approx(9.7 * SQUARES, rel=1e-6)
    assert quiet["resistance"].values.min() > 100  # the foot of the transition


@pytest.mark.parametrize(
    ("options", "settings", "message"),
    [
        (CooldownOptions, {"seed": -1}, "^seed: -1 is below zero"),
        (CooldownOptions, {"slow_below": 5.0}, "^slow_below: 5.0 K must lie between"),
        (CooldownOptions, {"interval": 0.0}, "^interval: 0.0 is out of range"),
        (ButterflyOptions, {"maximum_field": 0.1}, "^maximum_field: .* at least .* 0.18 T"),
        (ButterflyOptions, {"loops": 0}, "^loops: 0 is too few"),
        (ParallelFieldOptions, {"temperatures": ()}, "^temperatures: the list is empty"),
        (ParallelFieldOptions, {"temperatures": (0.1, -0.1)}, "^temperatures: -0.1 is out of"),
        (HallOptions, {"field_step": 3.0}, "^field_step: 3.0 T is too coarse"),
    ],
)
def test_impossible_settings_are_refused_by_name(options, settings, message):
    with pytest.raises(OptionsError, match=message):
        options(**settings)


def test_more_rows_than_a_laboratory_records_are_refused():
    with pytest.raises(OptionsError, match=r"^field_step: 1e-09 makes \d+ rows"):
        hall(HallOptions(field_step=1e-9))
    with pytest.raises(OptionsError, match=r"^interval: 1e-06 makes \d+ rows"):
        cooldown(CooldownOptions(interval=1e-6))


def test_settings_come_from_a_study_with_units():
    options = from_table(
        ParallelFieldOptions,
        {"rate": "0.2 T/min", "temperatures": ["100 mK", 0.3], "voltage_noise": "5 nV/Hz^0.5"},
    )
    assert options.rate == pytest.approx(0.2 / 60)
    assert options.temperatures == (0.1, 0.3)
    assert options.voltage_noise == pytest.approx(5e-9)
