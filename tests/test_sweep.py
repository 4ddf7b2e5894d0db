"""Splitting a record into sweeps: what a laboratory's field and temperature really do."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papilio import dataset, sweep
from papilio.dataset import Provenance
from papilio.errors import DatasetError
from papilio.join import concatenate

ACT = Path("../shared/data/misfit_snse_nbse2_nomad/ACT_Ch1_Hall_Ch2_TMR.dat")


def record(by="field", time=None, **variables):
    columns = {by: variables.pop("values")}
    if time is not None:
        columns["time"] = time
    return dataset.record(columns, Provenance("a.dat", "test"))


def legs(corners, step):
    """Straight lines from corner to corner, the corners included once."""
    parts = [np.array([corners[0]])]
    for start, stop in itertools.pairwise(corners):
        rows = max(1, round(abs(stop - start) / step))
        parts.append(np.linspace(start, stop, rows + 1)[1:])
    return np.concatenate(parts)


def shape(sweeps):
    return [(part.direction, round(part.start, 2), round(part.stop, 2)) for part in sweeps]


def test_a_loop_from_zero_has_three_sweeps_that_share_their_corners():
    values = legs([0.0, 1.0, -1.0, 1.0], 0.01)
    time = np.arange(values.size) * 6.0  # 0.1 T/min
    sweeps = sweep.split(record(values=values, time=time), "field")
    assert shape(sweeps) == [(1, 0.0, 1.0), (-1, 1.0, -1.0), (1, -1.0, 1.0)]
    assert [part.rate for part in sweeps] == pytest.approx([0.1 / 60, -0.1 / 60, 0.1 / 60])
    assert [part.rows.size for part in sweeps] == [101, 201, 201]
    assert sweeps[0].rows[-1] == sweeps[1].rows[0]
    assert {part.by for part in sweeps} == {"field"}


@pytest.mark.parametrize("seed", range(5))
def test_jitter_of_the_reading_makes_no_sweeps(seed):
    random = np.random.default_rng(seed)
    values = legs([4.0, 0.05, 4.0], 0.002)
    values = values + random.normal(0, 0.01, values.size)  # five steps wide
    sweeps = sweep.split(
        record("temperature", values=values, time=np.arange(values.size) * 1.0), "temperature"
    )
    assert [part.direction for part in sweeps] == [-1, 1]
    assert [part.rate for part in sweeps] == pytest.approx([-0.002, 0.002], rel=0.05)


def test_noise_well_above_two_percent_is_recognised_as_noise():
    random = np.random.default_rng(1)
    values = legs([0.0, 1.0, 0.0], 1e-4) + random.normal(0, 0.03, 20_001)
    assert [part.direction for part in sweep.split(record(values=values), "field")] == [1, -1]


def test_pauses_stay_inside_a_sweep_and_do_not_slow_its_rate():
    ramp = legs([0.0, 1.0], 0.01)
    values = np.concatenate([ramp[:40], np.full(300, ramp[39]), ramp[40:]])
    sweeps = sweep.split(record(values=values, time=np.arange(values.size) * 2.0), "field")
    assert shape(sweeps) == [(1, 0.0, 1.0)]
    assert sweeps[0].rate == pytest.approx(0.005)


def test_an_overshoot_at_the_end_is_no_sweep_of_its_own():
    values = np.concatenate([legs([0.0, 1.0], 0.01), [1.01, 1.015, 1.01, 1.002, 1.0, 1.0]])
    assert shape(sweep.split(record(values=values), "field")) == [(1, 0.0, 1.0)]
    back = np.concatenate([values, legs([1.0, -1.0], 0.01)])
    sweeps = sweep.split(record(values=back), "field")
    assert [part.direction for part in sweeps] == [1, -1]
    assert sweeps[1].start == pytest.approx(1.015)


def test_a_held_quantity_is_one_stretch_without_direction():
    random = np.random.default_rng(2)
    values = 2.0 + random.normal(0, 1e-3, 500)
    held = sweep.split(record("temperature", values=values, time=np.arange(500.0)), "temperature")
    assert [(part.direction, part.rows.size) for part in held] == [(0, 500)]
    assert abs(held[0].rate) < 1e-4
    constant = sweep.split(record(values=np.zeros(50), time=np.arange(50.0)), "field")
    assert [(part.direction, part.rate) for part in constant] == [(0, 0.0)]


def test_steps_of_a_staircase_are_one_sweep():
    values = np.repeat(np.linspace(-1, 1, 21), 15)
    assert shape(sweep.split(record(values=values), "field")) == [(1, -1.0, 1.0)]


def test_gaps_belong_to_no_sweep():
    values = legs([0.0, 1.0, 0.0], 0.01)
    values[::3] = np.nan
    sweeps = sweep.split(record(values=values), "field")
    assert [part.direction for part in sweeps] == [1, -1]
    rows = np.concatenate([part.rows for part in sweeps])
    assert np.isfinite(values[rows]).all()
    assert set(rows) == set(np.flatnonzero(np.isfinite(values)))


def test_segments_never_share_a_sweep_and_each_has_its_own_scale():
    wide = record(values=legs([9.0, -9.0], 0.1))
    narrow = record(values=legs([0.0, 0.1, -0.1], 0.001))  # 2 % of 18 T would hide it
    sweeps = sweep.split(concatenate([wide, wide, narrow]), "field")
    assert shape(sweeps) == [(-1, 9, -9), (-1, 9, -9), (1, 0, 0.1), (-1, 0.1, -0.1)]


def test_the_user_decides_what_counts_as_a_turn():
    values = legs([0.0, 1.0, 0.9, 2.0], 0.01)
    assert [part.direction for part in sweep.split(record(values=values), "field")] == [1, -1, 1]
    one = sweep.split(record(values=values), "field", retrace=0.2)
    assert shape(one) == [(1, 0.0, 2.0)]


def test_without_a_clock_there_is_no_rate():
    assert sweep.split(record(values=[0.0, 1.0]), "field")[0].rate is None
    stuck = record(values=[0.0, 1.0, 2.0], time=np.full(3, np.nan))
    assert sweep.split(stuck, "field")[0].rate is None
    stopped = record(values=[0.0, 1.0, 2.0], time=np.zeros(3))
    assert sweep.split(stopped, "field")[0].rate is None


def test_few_rows():
    assert sweep.split(record(values=np.empty(0)), "field") == []
    assert sweep.split(record(values=[np.nan, np.nan]), "field") == []
    single = sweep.split(record(values=[np.nan, 0.5], time=[0.0, 1.0]), "field")
    assert [(part.direction, part.rows.tolist(), part.rate) for part in single] == [(0, [1], None)]
    assert shape(sweep.split(record(values=[0.0, 1.0]), "field")) == [(1, 0, 1)]


def test_a_missing_variable_is_named():
    with pytest.raises(DatasetError, match=r"'angle' is not in the data \(field\); name another"):
        sweep.split(record(values=[0.0, 1.0]), "angle")


def test_a_sweep_gives_its_rows_back():
    part = sweep.split(record(values=[0.0, 0.5, 1.0, 0.4, 0.0]), "field")[1]
    assert part.of(record(values=[0.0, 0.5, 1.0, 0.4, 0.0]))["field"].values.tolist() == [1, 0.4, 0]


@given(
    st.lists(st.floats(-10, 10), min_size=2, max_size=8).filter(
        # Legs that are long against the retrace of 2 % of the range.
        lambda corners: (
            np.ptp(corners) > 0.1
            and all(abs(b - a) > 0.06 * np.ptp(corners) for a, b in itertools.pairwise(corners))
        )
    ),
    st.integers(0, 2**31),
)
def test_every_row_is_in_a_sweep_and_turns_are_where_they_were_put(corners, seed):
    span = np.ptp(corners)
    values = legs(corners, span / 150)
    values = values + np.random.default_rng(seed).normal(0, span / 2000, values.size)
    sweeps = sweep.split(record(values=values), "field")
    expected = [1 if b > a else -1 for a, b in itertools.pairwise(corners)]
    merged = [key for key, _ in itertools.groupby(expected)]
    assert [part.direction for part in sweeps] == merged
    assert sweeps[0].rows[0] == 0
    assert sweeps[-1].rows[-1] == values.size - 1
    for before, after in itertools.pairwise(sweeps):
        assert before.rows[-1] == after.rows[0]


@pytest.mark.skipif(not ACT.exists(), reason="the shared measurements are not beside the project")
def test_real_field_loops_of_a_ppms():
    rows = pd.read_csv(ACT, skiprows=26)
    rows.columns = [name.strip() for name in rows.columns]
    real = dataset.record(
        {
            "time": rows["Time Stamp (sec)"].to_numpy(),
            "field": rows["Magnetic Field (Oe)"].to_numpy() * 1e-4,
            "temperature": rows["Temperature (K)"].to_numpy(),
        },
        Provenance(ACT.name, "test"),
    )
    sweeps = sweep.split(real, "field")
    # One sweep for each of the temperatures 2.0, 2.2 ... 3.4 K; the last one breaks off.
    assert [part.direction for part in sweeps] == [-1, 1] * 4
    assert [abs(part.stop) for part in sweeps[:-1]] == pytest.approx([1.0] * 7, abs=0.01)
    for number, part in enumerate(sweeps):
        inside = part.of(real)
        temperature = float(np.median(inside["temperature"].values))
        assert temperature == pytest.approx(2.0 + 0.2 * number, abs=0.02)
        elapsed = float(inside["time"][-1] - inside["time"][0])
        assert part.rate == pytest.approx((part.stop - part.start) / elapsed, rel=0.15)
