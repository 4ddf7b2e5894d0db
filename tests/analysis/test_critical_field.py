"""Critical fields of sweeps whose answers are known, with offsets, lag and magnetoresistance."""

import numpy as np
import pytest

from known_records import made, step
from papilio.analysis import CriticalFieldOptions, critical_field
from papilio.errors import AnalysisError
from papilio.physics import ginzburg_landau as gl

TC, PERPENDICULAR, PARALLEL = 0.7, 0.1, 4.0
TEMPERATURES = (0.2, 0.35, 0.5, 0.6)


def sweeps(
    orientation, seed=0, offset=0.0, lag=0.0, noise=0.5, slope=0.0, temperatures=TEMPERATURES
):
    rng = np.random.default_rng(seed)
    top = 0.5 if orientation == "perpendicular" else 8.0
    leg = np.linspace(top, -top, 801)
    fields, at, resistances = [], [], []
    for temperature in temperatures:
        for direction, field in ((-1, leg), (1, leg[::-1])):
            true = np.abs(field + offset - lag * direction)
            if orientation == "perpendicular":
                Tc = TC * (1 - true / PERPENDICULAR)
            else:
                Tc = TC * (1 - (true / PARALLEL) ** 2)
            fields.append(field)
            at.append(np.full(field.size, temperature))
            resistances.append(1000 * (1 + slope * true) * step((temperature - Tc) / 0.05))
    resistance = np.concatenate(resistances)
    return made(
        {
            "temperature": np.concatenate(at),
            "field": np.concatenate(fields),
            "resistance": resistance + rng.normal(0, noise, resistance.size),
        }
    )


def test_both_directions_give_one_Tc_and_the_lengths():
    data = {name: sweeps(name, offset=2e-4, lag=1e-4) for name in ("perpendicular", "parallel")}
    result = critical_field(**data)
    truths = {
        "Tc": TC,
        "Hc2_perpendicular_0": PERPENDICULAR,
        "Hc2_parallel_0": PARALLEL,
        "xi_GL": gl.coherence_length(PERPENDICULAR),
        "d_SC": gl.thickness(PERPENDICULAR, PARALLEL),
        "anisotropy": PARALLEL / PERPENDICULAR,
        "pauli_ratio": PARALLEL / gl.pauli_limit(TC),
    }
    for name, truth in truths.items():
        found = result[name]
        assert found.value == pytest.approx(truth, abs=4 * found.std), name
        assert found.std < 0.01 * truth, name


def test_each_sign_and_each_direction_show_the_offset():
    result = critical_field(sweeps("perpendicular", offset=2e-4, lag=1e-4))
    (up,) = result.select("offset", temperature=0.35, direction="up")
    (down,) = result.select("offset", temperature=0.35, direction="down")
    assert up.value == pytest.approx(-2e-4 + 1e-4, abs=4 * up.std)
    assert down.value == pytest.approx(-2e-4 - 1e-4, abs=4 * down.std)
    truth = gl.perpendicular_field(0.35, PERPENDICULAR, TC)
    (half,) = [
        q for q in result.select("half_field", temperature=0.35) if "side" not in q.conditions
    ]
    assert half.value == pytest.approx(truth, abs=4 * half.std)


def test_a_magnetoresistance_of_the_normal_state_can_be_followed():
    data = sweeps("parallel", slope=0.01)
    followed = critical_field(parallel=data, options=CriticalFieldOptions(normal="line"))
    assert followed["Hc2_parallel_0"].value == pytest.approx(
        PARALLEL, abs=4 * followed["Hc2_parallel_0"].std
    )
    # The paper's definition reads the normal state at the end, and finds a larger field.
    plain = critical_field(parallel=data)
    assert plain["Hc2_parallel_0"].value > PARALLEL + 4 * plain["Hc2_parallel_0"].std


def test_pulls_over_seeds_are_normal():
    pulls = []
    for seed in range(40):
        result = critical_field(sweeps("perpendicular", seed, noise=3.0))
        pulls.append(
            (result["xi_GL"].value - gl.coherence_length(PERPENDICULAR)) / result["xi_GL"].std
        )
    assert np.mean(pulls) == pytest.approx(0, abs=4 / np.sqrt(40))
    assert np.std(pulls) == pytest.approx(1, abs=4 / np.sqrt(80))


def test_a_lock_ins_delay_is_taken_off_where_it_is_known():
    data = sweeps("perpendicular")
    # One reading a second at 1.25 mT: a time constant of 2 s shifts by 2.5 mT along the sweep.
    clock = np.arange(data.sizes["row"], dtype=float)
    moved = {str(name): data[name].values for name in data}
    moved["time"] = clock
    moved["field"] = data["field"].values + 2.5e-3 * np.sign(np.gradient(data["field"].values))
    result = critical_field(made(moved), options=CriticalFieldOptions(time_constant=2.0))
    (up,) = result.select("offset", temperature=0.35, direction="up")
    assert abs(up.value) < 1e-4


def test_one_sign_of_the_field_alone_is_flagged():
    data = sweeps("perpendicular")
    positive = data.isel(row=np.flatnonzero(data["field"].values > 0))
    result = critical_field(positive)
    (half,) = [
        q for q in result.select("half_field", temperature=0.5) if "side" not in q.conditions
    ]
    assert "one sign" in half.flags[0]


def test_scatter_beyond_the_error_bars_is_said():
    data = sweeps("perpendicular")
    data["temperature"].values[:] += np.where(data["temperature"].values == 0.35, 0.02, 0.0)
    result = critical_field(data)
    assert any("scatter about" in flag for flag in result.flags)


def test_what_cannot_be_answered_is_refused():
    with pytest.raises(AnalysisError, match="no field sweeps"):
        critical_field()
    with pytest.raises(AnalysisError, match="no sweep passes"):
        critical_field(sweeps("perpendicular", temperatures=(5.0,)))
    with pytest.raises(AnalysisError, match="no temperature"):
        critical_field(sweeps("perpendicular").drop_vars("temperature"))
