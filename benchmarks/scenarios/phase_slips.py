"""Cool-downs of strips whose phase slips are thermal, quantum or both, and a field's effect."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from scipy.optimize import brentq

from papilio.analysis import PhaseSlipsOptions, phase_slips
from papilio.constants import BOLTZMANN, RESISTANCE_QUANTUM_PAIR
from papilio.physics import phase_slips as theory
from papilio.result import Quantity, Result
from scenarios.laboratory import (
    Array,
    Found,
    in_logarithm,
    interval_alone,
    lock_in_noise,
    log_uniform,
    measured,
)

LENGTH, WIDTH = 120e-6, 20e-6


@dataclass(frozen=True)
class _Strip:
    """What is planted: K, J, pure numbers, ohm of the whole length, m."""

    Tc: float
    dF0: float
    ratio: float
    B1: float
    B2: float
    normal: float
    coherence_length: float

    def thermal(self, T: Array) -> Array:
        channel = theory.thermal_channel(T, self.Tc, self.dF0, LENGTH, self.coherence_length)
        return self.ratio * channel

    def quantum(self, T: Array) -> Array:
        bar = (self.normal, LENGTH, self.coherence_length)
        return theory.quantum_channel(T, self.Tc, self.B1, self.B2, *bar)

    def resistance(self, T: Array) -> Array:
        return theory.with_normal_channel(self.thermal(T) + self.quantum(T), self.normal)


def _strip(random: np.random.Generator) -> _Strip:
    """Thermal slips that bring the strip to half of its resistance at 0.6 to 0.8 of Tc_zero."""
    Tc = log_uniform(random, 0.3, 5.0)
    normal = log_uniform(random, 2e3, 2e4)
    coherence = log_uniform(random, 20e-9, 100e-9)
    half = Tc * random.uniform(0.6, 0.8)
    barrier = random.uniform(3, 10)
    dF0 = barrier * BOLTZMANN * half / (1 - half / Tc) ** 1.5
    literal = float(theory.thermal_channel(half, Tc, dF0, LENGTH, coherence))
    return _Strip(Tc, dF0, normal / literal, 0.0, 0.01, normal, coherence)


def _with_quantum(strip: _Strip, tail: float, at: float, action_there: float) -> _Strip:
    """Quantum slips of a given part of the normal resistance at a given temperature over Tc."""
    sites = LENGTH / strip.coherence_length
    root = math.sqrt(1 - at)
    action = action_there / root
    B1 = (
        tail
        * strip.normal
        / (RESISTANCE_QUANTUM_PAIR * action * root * sites * root * math.exp(-action * root))
    )
    B2 = action * strip.normal / (RESISTANCE_QUANTUM_PAIR * sites)
    return replace(strip, B1=B1, B2=B2)


def _cooldown(
    random: np.random.Generator, strip: _Strip, noise: float, offset: float
) -> xr.Dataset:
    count = int(log_uniform(random, 150, 500))
    down = np.linspace(1.5 * strip.Tc, 0.08 * strip.Tc, count)
    T = np.concatenate([down, down[::-1]])
    direction = np.repeat([-1.0, 1.0], count)
    lag = random.uniform(0, 2e-3) * strip.Tc
    actual = T - lag * direction
    R = np.where(actual < strip.Tc, strip.resistance(actual), strip.normal)
    memory = random.integers(2) * random.uniform(0, 0.6)
    R = R + offset + lock_in_noise(random, T.size, noise * strip.normal, memory)
    return measured(
        {
            "temperature": T + random.normal(0, 3e-4 * strip.Tc, T.size),
            "sheet_resistance": R * WIDTH / LENGTH,
        },
        bar_length=LENGTH,
        bar_width=WIDTH,
    )


def _options(strip: _Strip, model: str) -> PhaseSlipsOptions:
    return PhaseSlipsOptions(
        coherence_length=strip.coherence_length,
        models=(model,),
        upper_fraction=0.6,
        # A tail and an offset cannot be told apart: who looks for one reverses the current.
        offset="fitted" if model == "thermal" else "zero",
    )


def _of_model(result: Result, name: str, model: str) -> Quantity | None:
    found = result.select(name, model=model)
    return interval_alone(found[0] if found else None)


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Three strips: thermal slips and what a field does to them, a quantum tail, quantum slips.

    Tc_zero 0.3 to 5 K, normal resistance 2 to 20 kohm, xi(0) 20 to 100 nm, half of the normal
    resistance at 0.6 to 0.8 Tc_zero with a barrier of 3 to 10 kB T there, 150 to 500 readings each
    way from 1.5 to 0.08 Tc_zero, lag up to 0.2 % and thermometer noise 0.03 % of Tc_zero; half of
    the records with a lock-in's correlation up to 0.6; fitted up to 0.6 of the normal resistance.
    Thermal: noise 0.01 to 2 %, offset up to 0.5 % of the normal resistance. Field: Tc_zero lowered
    by 0.2 to 3 %, the barrier by up to 10 %, 12 to 40 readings with 1 to 5 % of the largest
    difference. Tail: 1 to 5 % of the normal resistance at 0.3 to 0.4 Tc_zero with an action of 4 to
    7 there; quantum slips: 0.5 to 1 of it at 0.6 to 0.8 Tc_zero, action 6 to 12; both with noise
    0.01 to 0.5 % and the offset removed by reversing the current. Each strip is fitted with the
    model of its slips; its parameters by their own 68 % intervals,
    of barrier, ratio, B1 and B2 in the logarithm that is fitted.
    """
    yield from _thermal(random)
    yield from _tail(random)
    yield from _quantum(random)


def _thermal(random: np.random.Generator) -> Iterator[Found]:
    strip = _strip(random)
    lowered = replace(
        strip,
        Tc=strip.Tc * (1 - random.uniform(0.002, 0.03)),
        dF0=strip.dF0 * (1 - random.uniform(0.0, 0.1)),
    )
    offset = random.uniform(-5e-3, 5e-3) * strip.normal
    record = _cooldown(random, strip, log_uniform(random, 1e-4, 2e-2), offset)
    result = phase_slips(record, _options(strip, "thermal"), _delta(random, strip, lowered))
    yield "phase_slips.Tc_zero", _of_model(result, "Tc_zero", "thermal"), strip.Tc
    barrier = _of_model(result, "dF0", "thermal")
    yield in_logarithm("phase_slips.dF0", barrier, strip.dF0)
    ratio = _of_model(result, "prefactor_ratio", "thermal")
    yield in_logarithm("phase_slips.prefactor_ratio", ratio, strip.ratio)
    for name, truth in (
        ("Tc_zero_in_field", lowered.Tc),
        ("Tc_lowering", strip.Tc - lowered.Tc),
        ("dF0_in_field", lowered.dF0),
        ("dF0_lowering", strip.dF0 - lowered.dF0),
    ):
        yield f"phase_slips.{name}", result[name], truth


def _tail(random: np.random.Generator) -> Iterator[Found]:
    strip = _with_quantum(
        _strip(random),
        log_uniform(random, 1e-2, 5e-2),
        random.uniform(0.3, 0.4),
        random.uniform(4, 7),
    )
    record = _cooldown(random, strip, log_uniform(random, 1e-4, 5e-3), 0.0)
    result = phase_slips(record, _options(strip, "both"))
    yield in_logarithm("phase_slips.dF0 (both)", _of_model(result, "dF0", "both"), strip.dF0)
    yield in_logarithm("phase_slips.B1 (both)", _of_model(result, "B1", "both"), strip.B1)
    yield in_logarithm("phase_slips.B2 (both)", _of_model(result, "B2", "both"), strip.B2)
    crossing = brentq(
        lambda T: float(np.log(strip.thermal(T) + 1e-300) - np.log(strip.quantum(T))),
        0.1 * strip.Tc,
        theory.thermal_limit(strip.Tc, strip.dF0),
    )
    found = interval_alone(result["crossover_temperature"])
    yield "phase_slips.crossover_temperature", found, float(crossing)


def _quantum(random: np.random.Generator) -> Iterator[Found]:
    strip = _with_quantum(
        replace(_strip(random), ratio=0.0),
        random.uniform(0.5, 1.0),
        random.uniform(0.6, 0.8),
        random.uniform(6, 12),
    )
    record = _cooldown(random, strip, log_uniform(random, 1e-4, 5e-3), 0.0)
    result = phase_slips(record, _options(strip, "quantum"))
    yield "phase_slips.Tc_zero (quantum)", _of_model(result, "Tc_zero", "quantum"), strip.Tc
    yield in_logarithm("phase_slips.B1 (quantum)", _of_model(result, "B1", "quantum"), strip.B1)
    yield in_logarithm("phase_slips.B2 (quantum)", _of_model(result, "B2", "quantum"), strip.B2)


def _delta(random: np.random.Generator, strip: _Strip, lowered: _Strip) -> xr.Dataset:
    T = np.linspace(0.3, 1.0, int(random.integers(12, 41))) * strip.Tc
    difference = lowered.resistance(T) - strip.resistance(T)
    noise = log_uniform(random, 1e-2, 5e-2) * float(difference.max())
    squares = LENGTH / WIDTH
    return measured(
        {
            "temperature": T,
            "sheet_resistance": (difference + random.normal(0, noise, T.size)) / squares,
            "sheet_resistance_std": np.full(T.size, noise / squares),
        },
        bar_length=LENGTH,
        bar_width=WIDTH,
    )
