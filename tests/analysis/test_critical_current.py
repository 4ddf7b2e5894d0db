"""Critical currents: planted numbers come back, and real junctions say what they hold."""

from pathlib import Path

import numpy as np
import pytest
from scipy import optimize

from papilio.analysis.critical_current import CriticalCurrentOptions, critical_current
from papilio.analysis.current_ramps import Ramp, hysteresis
from papilio.analysis.estimate import Estimate
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError
from papilio.join import concatenate
from papilio.physics.critical_current import ambegaokar_baratoff, ambegaokar_baratoff_zero
from papilio.readers import read

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "nb_helimagnet_jj"
NORMAL, WIDTH = 3.0, 3e-8


def differential(current, critical):
    """DV/dI that rises to a peak above the normal resistance and falls back to it."""
    x = (np.abs(current) - critical) / WIDTH
    return NORMAL * (1 / (1 + np.exp(-x)) + 0.8 * np.exp(-((x - 3) ** 2) / 8))


def half(critical):
    return optimize.brentq(
        lambda i: differential(i, critical) - NORMAL / 2, 0, critical + 2 * WIDTH
    )


def ramp(
    seed=0,
    critical=7e-7,
    back=None,
    noise=0.05,
    reach=1.5e-6,
    points=501,
    temperature=None,
    floor=0.1,
):
    """Current up and down; `back` is the critical current on ramps towards zero."""
    generator = np.random.default_rng(seed)
    up = np.linspace(-reach, reach, points)
    current = np.concatenate([up, -up])
    direction = np.repeat([1, -1], points)
    own = np.where(current * direction > 0, critical, back or critical)
    values = floor + differential(current, own) + generator.normal(0, noise, current.size)
    variables = {"current": current, "differential_resistance": values}
    if temperature is not None:
        variables["temperature"] = np.full(current.size, temperature)
    return record(variables, Provenance("ramp", "ramp", synthetic=True, seed=seed))


def plain(result, name):
    return next(q for q in result.select(name) if "side" not in q.conditions)


def pulls(results, name, truth):
    return np.array([(plain(r, name).value - truth) / plain(r, name).std for r in results])


def test_pulls_of_critical_and_peak_current():
    results = [critical_current(ramp(seed)) for seed in range(60)]
    fine = np.linspace(7e-7, 9e-7, 20001)
    top = fine[differential(fine, 7e-7).argmax()]
    for name, truth in (("I_c", half(7e-7)), ("I_peak", top), ("asymmetry", 0), ("hysteresis", 0)):
        found = pulls(results, name, truth)
        assert abs(found.mean()) < 0.45, name
        assert 0.7 < found.std() < 1.35, name
    assert plain(results[0], "R_normal").value == pytest.approx(NORMAL + 0.1, rel=0.01)


def test_hysteresis_and_asymmetry_come_back():
    result = critical_current(ramp(back=5e-7))
    assert plain(result, "hysteresis").value == pytest.approx(2e-7, abs=3e-9)
    assert plain(result, "I_r").value == pytest.approx(half(5e-7), abs=3e-9)
    shifted = ramp()
    shifted["current"].values[:] += 1e-7
    assert critical_current(shifted)["asymmetry"].value == pytest.approx(
        1e-7 / half(7e-7), rel=0.02
    )


def voltage(seed, critical=2e-6, offset=5e-7):
    """An overdamped junction, rounded by noise, with an offset of the voltmeter."""
    generator = np.random.default_rng(seed)
    current = np.linspace(-6e-6, 6e-6, 601)
    size = np.abs(current)
    value = np.sign(current) * 10 * size / (1 + np.exp(-(size - critical) / 2e-7))
    value = value + offset + generator.normal(0, 1e-7, current.size)
    return record(
        {"current": current, "voltage": value}, Provenance("iv", "iv", synthetic=True, seed=seed)
    )


def test_a_voltage_criterion_above_the_offset():
    options = CriticalCurrentOptions(voltage_criterion=5e-6)
    truth = optimize.brentq(lambda i: 10 * i / (1 + np.exp(-(i - 2e-6) / 2e-7)) - 5e-6, 1e-7, 4e-6)
    results = [critical_current(voltage(seed), options) for seed in range(60)]
    found = pulls(results, "I_c", truth)
    assert abs(found.mean()) < 0.45
    assert 0.7 < found.std() < 1.35


def test_a_jump_lies_between_two_readings():
    current = np.linspace(0, 5e-6, 101)
    value = np.where(current > 2.02e-6, 10 * current, 0.0)
    result = critical_current(
        record({"current": current, "voltage": value}, Provenance("jump", "jump", synthetic=True)),
        CriticalCurrentOptions(voltage_criterion=1e-6),
    )
    quantity = plain(result, "I_c")
    assert quantity.value == pytest.approx(2.02e-6, abs=5e-8)
    assert quantity.std == pytest.approx(5e-8 / np.sqrt(12), rel=0.2)
    assert "positive current only" in quantity.flags


def test_a_ramp_that_stays_superconducting_is_a_lower_limit():
    quantity = critical_current(ramp(critical=4e-6, floor=0.0))["I_c"]
    assert (quantity.limit, quantity.value) == ("lower", 1.5e-6)


def test_a_ramp_that_is_normal_throughout_gives_no_number():
    quantity = critical_current(ramp(critical=4e-6, floor=3.0))["I_c"]
    assert quantity.value is None
    assert quantity.flags


def test_a_table_of_temperatures_is_fitted_and_the_better_law_named():
    temperatures = np.array([1.0, 2.0, 4.0, 6.0, 7.0, 8.0])
    zero = ambegaokar_baratoff_zero(NORMAL, 9.0)
    sizes = ambegaokar_baratoff(temperatures, zero, 9.0)
    scale = 1e-6 / zero
    parts = [
        ramp(n, critical=scale * size, temperature=t)
        for n, (t, size) in enumerate(zip(temperatures, sizes, strict=True))
    ]
    result = critical_current(concatenate(parts))
    Tc = result.select("Tc", law="ambegaokar_baratoff")[0]
    assert Tc.value == pytest.approx(9.0, abs=max(4 * Tc.std, 0.1))
    assert any("Ambegaokar and Baratoff describes" in flag for flag in result.flags)
    assert result["junction_ratio"].value == pytest.approx(scale, rel=0.06)
    assert result.curves["table"].sizes["temperature"] == 6


def test_what_is_missing_is_named():
    with pytest.raises(AnalysisError, match="no 'current'"):
        critical_current(ramp().drop_vars("current"))
    with pytest.raises(AnalysisError, match="does not sweep"):
        critical_current(ramp().isel(row=[3]))


# Read off plots of the files: half height on ramps away from zero, and the peaks.
@pytest.mark.parametrize(
    ("name", "critical", "peak"),
    [
        ("Figures_2-5__Chip_3_Run_2__Device_2__Critical_Current_16.txt", 7.0e-7, 7.65e-7),
        ("Figures_2-5__Chip_3__Data__Device_1__Critical_Current_6.txt", 4.4e-5, 5.5e-5),
    ],
)
def test_real_junctions(name, critical, peak):
    if not (DATA / name).exists():
        pytest.skip("the shared measurements are not here")
    result = critical_current(read(DATA / name))
    assert plain(result, "I_c").value == pytest.approx(critical, rel=0.03)
    assert plain(result, "I_peak").value == pytest.approx(peak, rel=0.02)


def test_a_real_ramp_without_resistance_is_a_lower_limit():
    path = DATA / "Figures_2-5__Chip_3__Data__Device_1__Critical_Current_7.txt"
    if not path.exists():
        pytest.skip("the shared measurements are not here")
    assert critical_current(read(path))["I_c"].limit == "lower"


def _sweep_pair(odd):
    """Ramps of a sweep up and one down, known but for a level of one ampere."""

    def away_or_back(direction, side):
        crossing = Estimate(3.0, 0.01)
        level = float(side if odd else 1)
        return Ramp(side, direction == side, crossing.with_extra(1.0), crossing, level, None, 1)

    return [[away_or_back(direction, side) for side in (-1, 1)] for direction in (1, -1)]


def test_an_offset_enters_both_currents_of_a_sweep():
    # Each sweep: half of (offset + offset); both: 1/sqrt(2) times two halves.
    found = hysteresis(_sweep_pair(odd=True))
    assert found is not None
    assert found.std == pytest.approx(np.sqrt(2), rel=1e-3)


def test_the_levels_of_a_step_leave_its_hysteresis_alone():
    found = hysteresis(_sweep_pair(odd=False))
    assert found is not None
    assert found.std == pytest.approx(0.01, rel=1e-6)
