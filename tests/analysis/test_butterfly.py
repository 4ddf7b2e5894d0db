"""Loops with planted peaks, windows, shifts and decoys without hysteresis."""

import numpy as np
import pytest

from known_records import made, step
from papilio.analysis import ButterflyOptions, butterfly
from papilio.errors import AnalysisError

LEG = np.linspace(1.0, -1.0, 1001)


def loop(seed=0, height=10.0, coercive=0.08, shift=0.0, noise=0.2, width=0.02, background=0.0):
    rng = np.random.default_rng(seed)
    fields, resistances = [], []
    for direction, field in ((-1, LEG), (1, LEG[::-1])):
        centre = direction * coercive + shift
        fields.append(field)
        peak = height / np.cosh((field - centre) / width) ** 2
        resistances.append(peak + background * field**2)
    field = np.concatenate(fields)
    resistance = np.concatenate(resistances) + rng.normal(0, noise, field.size)
    return made(
        {
            "time": 1.2 * np.arange(field.size),
            "temperature": np.full(field.size, 0.05),
            "field": field,
            "resistance": resistance,
        }
    )


def window(centre=0.02, half=0.16, noise=0.3, seed=0):
    rng = np.random.default_rng(seed)
    fields, resistances = [], []
    for direction, field in ((-1, LEG * 0.3), (1, LEG[::-1] * 0.3)):
        fields.append(field)
        resistances.append(300 * step((np.abs(field - direction * centre) - half) / 0.002))
    field = np.concatenate(fields)
    resistance = np.concatenate(resistances)
    return made({"field": field, "resistance": resistance + rng.normal(0, noise, field.size)})


def test_peaks_shift_height_width_and_area():
    result = butterfly(loop(shift=3e-3, background=4.0))
    for name, truth in (
        ("peak_field", 0.08),
        ("shift", 3e-3),
        ("height", 10.0),
        ("width", 2 * 0.02 * np.arccosh(np.sqrt(2))),
        ("area", 2 * 0.02 * 10.0),
    ):
        found = result[name]
        assert found.value == pytest.approx(truth, abs=4 * found.std), name
        assert found.std < 0.1 * truth, name
    assert result["significance"].value > 20
    assert result["peak_field"].conditions["sweep_rate"] == pytest.approx(0.00167, rel=1e-2)


def test_pulls_of_the_peak_are_normal():
    fields, heights, deltas = [], [], []
    for seed in range(100):
        result = butterfly(loop(seed), ButterflyOptions(field=0.08))
        fields.append((result["peak_field"].value - 0.08) / result["peak_field"].std)
        heights.append((result["height"].value - 10) / result["height"].std)
        delta = next(q for q in result.select("delta_R") if "branch" not in q.conditions)
        truth = 10 - 10 / np.cosh(4) ** 2
        deltas.append((delta.value - truth) / delta.std)
    for pulls in (fields, heights, deltas):
        assert abs(np.mean(pulls)) < 0.5
        assert np.std(pulls) == pytest.approx(1, abs=0.25)


def test_the_edges_of_a_window_on_each_branch():
    result = butterfly(window())
    for branch, direction in (("down", -1), ("up", 1)):
        for side, sign in (("lower", -1), ("upper", 1)):
            (edge,) = result.select("window_edge", branch=branch, side=side)
            truth = direction * 0.02 + sign * 0.16
            assert edge.value == pytest.approx(truth, abs=4 * edge.std)
    assert result["window_hysteresis"].value == pytest.approx(
        0.02, abs=4 * result["window_hysteresis"].std
    )
    assert result["significance"].value > 5


@pytest.mark.parametrize("seed", range(10))
def test_decoys_show_no_hysteresis(seed):
    # Noise alone; a reversible minimum; a common shift by a remanent field.
    for data in (loop(seed, height=0), loop(seed, height=0, background=50), window(0.0, seed=seed)):
        result = butterfly(data)
        assert result["significance"].value < 5
        assert any("no hysteresis shown" in flag for flag in result.flags)
        assert not [q for q in result.select("peak_field") if q.value is not None]


def test_the_significance_of_noise_is_that_of_noise():
    scores = [butterfly(loop(seed, height=0))["significance"].value for seed in range(200)]
    # The absolute value of a standard normal number: below one in 68 % of all cases.
    assert np.mean(np.array(scores) < 1) == pytest.approx(0.683, abs=0.1)


def test_a_drift_between_the_branches_is_flagged():
    data = loop(height=0)
    data["resistance"].values[1001:] += 1.0
    assert any("drifted" in flag for flag in butterfly(data).flags)


def test_an_outlier_is_flagged_with_its_field_and_not_followed():
    data = loop()
    data["resistance"].values[700] = 500.0
    result = butterfly(data)
    field = data["field"].values[700]
    assert any(f"{field:+.4g} T" in flag for flag in result.flags)
    assert result["height"].value == pytest.approx(10, abs=4 * result["height"].std)


def test_one_branch_alone_is_refused():
    with pytest.raises(AnalysisError, match="no up and down sweep"):
        butterfly(loop().isel(row=slice(0, 1001)))
