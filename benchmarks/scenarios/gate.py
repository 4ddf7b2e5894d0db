"""Laboratories that tune the density with a gate."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from papilio.analysis import GateOptions, gate
from papilio.constants import ELEMENTARY_CHARGE
from papilio.physics import capacitor
from scenarios.laboratory import (
    Found,
    lock_in_memory,
    lock_in_noise,
    log_uniform,
    measured,
    pick,
)


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Density and resistance against the voltage of a gate.

    Density in 6 to 25 steps up and back down, error bars 0.3 to 3 % of it, 1e16 to 1e18 per square
    metre that the gate changes by 10 to 60 %, range of 1 to 400 V about zero, hysteresis 3 to 30 %
    of the range, dielectric 50 nm to 1 mm thick (known to 1 to 5 %, permittivity to 2 to 10 %).
    Resistance at 60 to 400 voltages up and back down, which it changes by 20 to 80 %, noise 0.01
    to 0.5 %, hysteresis 2 to 20 % of the range. Hall loops at four voltages, 60 to 200 readings
    each, noise 0.01 to 0.5 % of the largest Hall resistance, pick-up up to 5 %.
    """
    reach = log_uniform(random, 1, 400)
    density = log_uniform(random, 1e16, 1e18)
    slope = random.uniform(0.1, 0.6) * density / (2 * reach)
    yield from _densities(random, reach, density, slope)
    yield from _resistances(random, reach)
    yield from _hall_loops(random, reach, density, slope)


def _densities(
    random: np.random.Generator, reach: float, density: float, slope: float
) -> Iterator[Found]:
    leg = np.linspace(-reach, reach, int(random.integers(6, 26)))
    voltage = np.concatenate([leg, leg[-2::-1]])
    direction = np.repeat([1.0, -1.0], [leg.size, leg.size - 1])
    error = log_uniform(random, 3e-3, 3e-2) * density
    # Large enough to be seen: one that the error bars hide is a limit, not a number.
    visible = 8 * 2 * error / slope / math.sqrt(voltage.size)
    hysteresis = max(random.uniform(0.03, 0.3) * 2 * reach, visible)
    true = density + slope * (voltage + direction * hysteresis / 2)
    thickness = log_uniform(random, 5e-8, 1e-3)
    capacitance = ELEMENTARY_CHARGE * slope
    permittivity = capacitance * thickness / capacitor.VACUUM_PERMITTIVITY
    thickness_std = random.uniform(0.01, 0.05) * thickness
    permittivity_std = random.uniform(0.02, 0.1) * permittivity
    data = measured(
        {
            "gate_voltage": voltage,
            "density": true + random.normal(0, error, true.size),
            "density_std": np.full(true.size, error),
        }
    )
    result = gate(
        data,
        GateOptions(
            thickness=thickness + random.normal(0, thickness_std),
            thickness_std=thickness_std,
            permittivity=permittivity + random.normal(0, permittivity_std),
            permittivity_std=permittivity_std,
        ),
    )
    for name, planted in (
        ("density_slope", slope),
        ("density_0", density),
        ("capacitance", capacitance),
        ("nonlinearity", 0.0),
        ("hysteresis", hysteresis),
        ("permittivity", permittivity),
        ("parallel_plate", capacitance),
        ("capacitance_ratio", 1.0),
    ):
        label = f"gate.{name} of density" if name == "hysteresis" else f"gate.{name}"
        yield label, pick(result, name), planted


def _resistances(random: np.random.Generator, reach: float) -> Iterator[Found]:
    leg = np.linspace(-reach, reach, int(log_uniform(random, 60, 400)))
    voltage = np.concatenate([leg, leg[-2::-1]])
    direction = np.repeat([1.0, -1.0], [leg.size, leg.size - 1])
    hysteresis = random.uniform(0.02, 0.2) * 2 * reach
    at = voltage + direction * hysteresis / 2
    share = random.uniform(0.2, 0.8)
    normal = 1000.0 * (1 - share / 2 * np.tanh(at / (random.uniform(0.7, 2.0) * reach)))
    noise = 1000.0 * log_uniform(random, 1e-4, 5e-3)
    normal = normal + lock_in_noise(random, voltage.size, noise, lock_in_memory(random))
    result = gate(measured({"gate_voltage": voltage, "resistance": normal}))
    yield "gate.hysteresis of resistance", pick(result, "hysteresis"), hysteresis


def _hall_loops(
    random: np.random.Generator, reach: float, density: float, slope: float
) -> Iterator[Found]:
    top = random.uniform(2, 14)
    leg = np.linspace(top, -top, int(log_uniform(random, 60, 200)) // 2)
    loop = np.concatenate([leg, leg[::-1]])
    voltages = np.linspace(-reach, reach, 4)
    true = density + slope * voltages
    noise = log_uniform(random, 1e-4, 5e-3) * top / (ELEMENTARY_CHARGE * density)
    pick_up = random.uniform(-0.05, 0.05) * top / (ELEMENTARY_CHARGE * density)
    memory = lock_in_memory(random)
    readings = [
        loop / (ELEMENTARY_CHARGE * n) + pick_up + lock_in_noise(random, loop.size, noise, memory)
        for n in true
    ]
    data = measured(
        {
            "gate_voltage": np.repeat(voltages, loop.size),
            "temperature": np.full(4 * loop.size, 4.0),
            "field": np.tile(loop, 4),
            "hall_resistance": np.concatenate(readings),
        }
    )
    found = gate(data).select("density")
    yield "gate.density", found[0] if found else None, float(true[0])
