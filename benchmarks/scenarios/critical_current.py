"""Laboratories that measure critical currents."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from scipy import optimize

from papilio.analysis import CriticalCurrentOptions, critical_current
from papilio.physics import critical_current as theory
from papilio.result import Result
from scenarios.laboratory import (
    Array,
    Found,
    lock_in_memory,
    lock_in_noise,
    log_uniform,
    measured,
    pick,
)

#: Temperatures of a table, over Tc.
TEMPERATURES = np.array([0.3, 0.55, 0.75, 0.88])
#: Largest current of a sweep, over the critical one: dV/dI has to reach the normal resistance, a
#: voltage the criterion.
REACH = {"differential_resistance": 2.4, "voltage": 1.8}
#: Distance of 0.2 and 0.8 of a logistic step.
LOGISTIC_WIDTH = 2 * math.log(4)


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Ramps of dV/dI, and of the voltage, at four temperatures between 0.3 and 0.88 Tc.

    Tc 0.3 to 5 K, critical current at T = 0 10 nA to 1 mA, sweeps to both signs of 2.4 critical
    currents (dV/dI) or 1.8 (voltage) and back at each temperature, 15 to 40 readings within the
    width of the step. dV/dI: a step 12 to 30 % of the critical current wide (0.2 to 0.8) with a
    peak 0.5 to 1.5 times as high as the step, noise 0.1 to 2 % of the normal resistance, currents
    off by up to 2 % of the critical one, tunnel junction's law. Voltage: a ramp that is rounded
    over as much of the critical current, retrapping at 70 to 100 % of it, criterion 4 to 20 % of
    I_c R, noise 0.01 to 0.3 % of it, offset up to 1 %, Bardeen's law.
    """
    Tc = log_uniform(random, 0.3, 5.0)
    at_zero = log_uniform(random, 1e-8, 1e-3)
    normal = log_uniform(random, 10, 1e4)
    yield from _differential(random, Tc, at_zero, normal)
    yield from _voltage(random, Tc, at_zero, normal)


def _differential(
    random: np.random.Generator, Tc: float, at_zero: float, normal: float
) -> Iterator[Found]:
    height, relative = random.uniform(0.5, 1.5), random.uniform(0.12, 0.3) / LOGISTIC_WIDTH

    def shape(x: Array) -> Array:
        """DV/dI over the normal resistance, x in widths from the middle of the step."""
        return 1 / (1 + np.exp(-np.clip(x, -500, 500))) + height * np.exp(-((x - 1.5) ** 2) / 2)

    half = float(optimize.brentq(lambda x: float(shape(np.array(x))) - 0.5, -10, 1.5))
    top = optimize.minimize_scalar(
        lambda x: -float(shape(np.array(x))), bounds=(0.5, 2.5), method="bounded"
    )
    peak = float(top.x)
    true = theory.ambegaokar_baratoff(TEMPERATURES * Tc, at_zero, Tc)
    shift = random.uniform(-0.02, 0.02) * true[0]
    noise, memory = log_uniform(random, 1e-3, 2e-2) * normal, lock_in_memory(random)

    def reading(current: Array, temperature: int, direction: Array) -> Array:
        width = relative * true[temperature]
        size = np.abs(current - shift)
        ideal = normal * shape((size - true[temperature]) / width + half)
        return ideal + lock_in_noise(random, current.size, noise, memory)

    result = _measured(random, Tc, true, reading, "differential_resistance", relative)
    colder = float(true[0])
    width = relative * colder
    yield "critical_current.I_c dV/dI", pick(result, "I_c", without="side"), colder
    yield (
        "critical_current.I_peak",
        pick(result, "I_peak", without="side"),
        colder + (peak - half) * width,
    )
    yield "critical_current.asymmetry", pick(result, "asymmetry"), shift / colder
    yield "critical_current.R_normal", pick(result, "R_normal"), normal
    where = {"law": "ambegaokar_baratoff"}
    yield from _law(result, where, at_zero, Tc)
    yield (
        "critical_current.junction_ratio",
        pick(result, "junction_ratio"),
        at_zero / theory.ambegaokar_baratoff_zero(normal, Tc),
    )


def _voltage(
    random: np.random.Generator, Tc: float, at_zero: float, normal: float
) -> Iterator[Found]:
    relative = random.uniform(0.12, 0.3) / LOGISTIC_WIDTH
    retrapping = random.uniform(0.7, 1.0)
    true = theory.bardeen(TEMPERATURES * Tc, at_zero, Tc)
    scale = float(true[-1]) * normal  # one criterion for all temperatures: the smallest current's
    criterion = random.uniform(0.04, 0.2) * scale
    noise, memory = log_uniform(random, 1e-4, 3e-3) * scale, lock_in_memory(random)
    offset = random.uniform(-0.01, 0.01) * scale

    def reading(current: Array, temperature: int, direction: Array) -> Array:
        width = relative * true[temperature]
        # Where normal * width * log(1 + exp(x)) is the criterion.
        x = math.log(math.expm1(criterion / (normal * width)))
        at = np.where(current * direction >= 0, 1.0, retrapping) * true[temperature]
        ideal = normal * width * np.logaddexp(0, (np.abs(current) - at) / width + x)
        return (
            np.sign(current) * ideal + offset + lock_in_noise(random, current.size, noise, memory)
        )

    result = _measured(random, Tc, true, reading, "voltage", relative, criterion)
    colder = float(true[0])
    yield "critical_current.I_c voltage", pick(result, "I_c", without="side"), colder
    yield "critical_current.I_r", pick(result, "I_r", without="side"), retrapping * colder
    yield "critical_current.hysteresis", pick(result, "hysteresis"), (1 - retrapping) * colder
    yield from _law(result, {"law": "bardeen"}, at_zero, Tc)


def _law(result: Result, where: dict[str, str], at_zero: float, Tc: float) -> Iterator[Found]:
    for name, planted in (("I_0", at_zero), ("Tc", Tc)):
        found = result.select(name, **where)
        yield f"critical_current.{name} {where['law']}", found[0] if found else None, planted


def _measured(
    random: np.random.Generator,
    Tc: float,
    true: Array,
    reading: Callable[[Array, int, Array], Array],
    variable: str,
    relative: float,
    criterion: float | None = None,
) -> Result:
    reach = REACH[variable]
    count = int(2 * reach / (relative * LOGISTIC_WIDTH) * log_uniform(random, 15, 40))
    parts: dict[str, list[Array]] = {"temperature": [], "current": [], variable: []}
    for number, temperature in enumerate(TEMPERATURES * Tc):
        leg = np.linspace(-reach, reach, count) * true[number]
        current = np.concatenate([leg, leg[-2::-1]])
        direction = np.repeat([1.0, -1.0], [count, count - 1])
        parts["temperature"].append(np.full(current.size, temperature))
        parts["current"].append(current)
        parts[variable].append(reading(current, number, direction))
    data = measured({name: np.concatenate(values) for name, values in parts.items()})
    return critical_current(data, CriticalCurrentOptions(voltage_criterion=criterion))
