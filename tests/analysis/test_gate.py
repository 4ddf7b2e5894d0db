"""Density and resistance against a gate voltage: planted numbers come back."""

import numpy as np
import pytest

from papilio.analysis.gate import GateOptions, gate
from papilio.constants import ELEMENTARY_CHARGE
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError

SLOPE, ZERO, STD = 6e14, 3.8e17, 2e15
LOOP = np.concatenate([np.linspace(-100, 150, 11), np.linspace(150, -100, 11)[1:]])


def table(seed=0, hysteresis=0.0, bend=0.0, std=True):
    """Densities at the gate voltages of a loop; the way down lies `hysteresis` volts higher."""
    generator = np.random.default_rng(seed)
    direction = np.where(np.arange(LOOP.size) < 11, 1, -1)
    effective = LOOP + direction * hysteresis / 2
    density = ZERO + SLOPE * effective + bend * effective**2 + generator.normal(0, STD, LOOP.size)
    variables = {"gate_voltage": LOOP, "density": density}
    if std:
        variables["density_std"] = np.full(LOOP.size, STD)
    return record(variables, Provenance("gate", "gate", synthetic=True, seed=seed))


@pytest.mark.parametrize("std", [True, False])
def test_the_slope_is_the_capacitance_with_honest_error_bars(std):
    truth = {
        "density_slope": SLOPE,
        "density_0": ZERO,
        "capacitance": ELEMENTARY_CHARGE * SLOPE,
        "nonlinearity": 0.0,
    }
    results = [gate(table(seed, std=std)) for seed in range(150)]
    for name, value in truth.items():
        pulls = np.array([(r[name].value - value) / r[name].std for r in results])
        assert abs(pulls.mean()) < 0.25, name
        assert 0.85 < pulls.std() < 1.2, name


@pytest.mark.parametrize("std", [True, False])
def test_a_hysteresis_as_wide_as_the_range_leaves_the_slope_honest(std):
    """Laid on one another the branches reach far; that lever is not the slope's."""
    results = [gate(table(seed, hysteresis=250.0, std=std)) for seed in range(120)]
    for name, value in (("density_slope", SLOPE), ("density_0", ZERO)):
        pulls = np.array([(r[name].value - value) / r[name].std for r in results])
        assert abs(pulls.mean()) < 0.25, name
        assert 0.85 < pulls.std() < 1.2, name


def test_a_hysteresis_is_found_and_its_absence_is_a_limit():
    results = [gate(table(seed, hysteresis=20.0)) for seed in range(80)]
    pulls = np.array([(r["hysteresis"].value - 20) / r["hysteresis"].std for r in results])
    assert abs(pulls.mean()) < 0.35
    assert 0.8 < pulls.std() < 1.2
    assert all(any("hysteretic" in flag for flag in r.flags) for r in results)
    absent = [gate(table(seed))["hysteresis"] for seed in range(60)]
    limits = [q for q in absent if q.limit == "upper"]
    assert len(limits) >= 58
    assert all(0 < q.value < 10 for q in limits)


def test_a_density_that_bends_is_flagged():
    result = gate(table(bend=1e12))
    assert result["nonlinearity"].value > 3 * result["nonlinearity"].std
    assert any("bends" in flag for flag in result.flags)


def test_parallel_plates():
    options = GateOptions(thickness=0.5e-3, permittivity=4000.0, permittivity_std=400.0)
    result = gate(table(), options)
    plates = 8.8541878128e-12 * 4000 / 0.5e-3
    assert result["parallel_plate"].value == pytest.approx(plates)
    assert result["parallel_plate"].std == pytest.approx(0.1 * plates, rel=1e-3)
    ratio = ELEMENTARY_CHARGE * SLOPE / plates
    assert result["capacitance_ratio"].value == pytest.approx(ratio, rel=0.05)
    assert result["permittivity"].value == pytest.approx(4000 * ratio, rel=0.05)


def hall_loops(seed=0):
    generator = np.random.default_rng(seed)
    field = np.concatenate([np.linspace(-9, 9, 91), np.linspace(9, -9, 91)])
    voltages = np.array([-100.0, -50, 0, 50, 100, 150])
    rows = [
        field / (ELEMENTARY_CHARGE * (ZERO + SLOPE * v)) + 3 + generator.normal(0, 0.3, field.size)
        for v in voltages
    ]
    return record(
        {
            "gate_voltage": np.repeat(voltages, field.size),
            "field": np.tile(field, voltages.size),
            "hall_resistance": np.concatenate(rows),
        },
        Provenance("hall", "hall", synthetic=True, seed=seed),
    )


def test_hall_loops_at_several_voltages():
    result = gate(hall_loops())
    slope = result["density_slope"]
    assert slope.value == pytest.approx(SLOPE, abs=4 * slope.std)
    assert slope.std < 0.05 * SLOPE
    densities = result.select("density")
    assert [q.conditions["gate_voltage"] for q in densities] == [-100, -50, 0, 50, 100, 150]


def test_the_resistance_alone_tells_the_hysteresis():
    voltage = np.concatenate([np.linspace(-100, 100, 201), np.linspace(100, -100, 201)[1:]])
    direction = np.where(np.arange(voltage.size) < 201, 1, -1)
    noise = np.random.default_rng(1).normal(0, 0.5, voltage.size)
    resistance = 1300 * np.exp(-(voltage + direction * 5.0) / 300) + noise
    data = record(
        {"gate_voltage": voltage, "resistance": resistance},
        Provenance("sweep", "sweep", synthetic=True),
    )
    quantity = gate(data)["hysteresis"]
    assert quantity.value == pytest.approx(10.0, abs=4 * quantity.std + 0.05)
    assert quantity.conditions == {"of": "resistance"}


def test_what_is_missing_is_named():
    with pytest.raises(AnalysisError, match="no 'gate_voltage'"):
        gate(table().drop_vars("gate_voltage"))
    with pytest.raises(AnalysisError, match="does not change"):
        gate(table().isel(row=[0]))
    with pytest.raises(AnalysisError, match="neither a density"):
        gate(table().drop_vars(["density", "density_std"]))
