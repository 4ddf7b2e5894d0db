"""Laboratories that measure critical fields."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import xarray as xr

from papilio.analysis import CriticalFieldOptions, critical_field
from papilio.physics import ginzburg_landau as gl
from papilio.physics import pair_breaking
from scenarios.laboratory import (
    Array,
    Found,
    lock_in_memory,
    lock_in_noise,
    log_uniform,
    measured,
    pick,
)
from scenarios.step_shapes import SHAPES, Shape

#: Temperatures of the sweeps, over Tc.
TEMPERATURES = np.linspace(0.3, 0.93, 5)


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Field sweeps in both directions at five temperatures.

    Between 0.3 and 0.93 Tc: Tc 0.3 to 5 K, xi(0) 5 to 100 nm, d 3 to 30 nm (less than xi/2), width
    3 to 12 % of Tc, three shapes, 5 to 15 readings within the width of a perpendicular sweep, noise
    0.03 to 1 % of the normal resistance (white, or of a lock-in one to five time constants between
    readings), field offset up to 0.3 % of the range. Fields of Ginzburg and Landau in both
    directions; another sample with perpendicular fields of Werthamer, Helfand and Hohenberg.
    """
    shape = SHAPES[random.integers(len(SHAPES))]
    Tc = log_uniform(random, 0.3, 5.0)
    xi = log_uniform(random, 5e-9, 100e-9)
    d = min(log_uniform(random, 3e-9, 30e-9), xi / 2)
    perpendicular = gl.perpendicular_field_at_zero(xi)
    parallel = gl.perpendicular_field_at_zero(xi) * math.sqrt(12) * xi / d
    width = random.uniform(0.03, 0.12)
    noise, memory = log_uniform(random, 3e-4, 1e-2), lock_in_memory(random)
    count = int(2 * 1.5 / width * log_uniform(random, 5, 15))

    def ginzburg_landau(at_zero: float, power: int) -> tuple[xr.Dataset, float]:
        """Sweeps of a sample whose critical temperature falls with a power of the field."""
        offset = random.uniform(-3e-3, 3e-3) * 1.5 * at_zero
        scale = Tc * width / (shape.place(0.8) - shape.place(0.2))

        def step(field: Array, temperature: Array) -> Array:
            depressed = Tc * (1 - (np.abs(field + offset) / at_zero) ** power)
            return shape.step((temperature - depressed) / scale)

        return _sweeps(random, Tc, 1.5 * at_zero, count, step, noise, memory), offset

    across, offset = ginzburg_landau(perpendicular, 1)
    along, _ = ginzburg_landau(parallel, 2)
    result = critical_field(across, along, options=CriticalFieldOptions(whh=False))
    middle = float(TEMPERATURES[2] * Tc)
    where = {"temperature": float(f"{middle:.3g}"), "orientation": "perpendicular"}
    half = [q for q in result.select("half_field", **where) if "side" not in q.conditions]
    truth = float(gl.perpendicular_field(np.array([middle]), perpendicular, Tc)[0])
    yield "critical_field.half_field", half[0] if half else None, truth
    offsets = result.select("offset", direction="up", **where)
    yield "critical_field.offset", offsets[0] if offsets else None, -offset
    for name, planted in (
        ("Tc", Tc),
        ("xi_GL", xi),
        ("d_SC", d),
        ("Hc2_perpendicular_0", perpendicular),
        ("Hc2_parallel_0", parallel),
        ("anisotropy", parallel / perpendicular),
        ("pauli_limit", gl.pauli_limit(Tc)),
        ("pauli_ratio", parallel / gl.pauli_limit(Tc)),
    ):
        yield f"critical_field.{name}", pick(result, name), planted
    yield from _dirty_limit(random, shape, Tc, xi, width, noise, memory)


def _dirty_limit(
    random: np.random.Generator,
    shape: Shape,
    Tc: float,
    xi: float,
    width: float,
    noise: float,
    memory: float,
) -> Iterator[Found]:
    at_zero = gl.perpendicular_field_at_zero(xi)
    scale = width * at_zero / (shape.place(0.8) - shape.place(0.2))
    fields = pair_breaking.perpendicular_field(TEMPERATURES * Tc, at_zero, Tc)

    def step(field: Array, temperature: Array) -> Array:
        return shape.step((np.abs(field) - np.repeat(fields, field.size // 5)) / scale)

    count = int(2 * 1.5 / width * log_uniform(random, 5, 15))
    data = _sweeps(random, Tc, 1.5 * at_zero, count, step, noise, memory)
    result = critical_field(data)
    for name, planted in (("Hc2_perpendicular_0", at_zero), ("Tc", Tc), ("xi", xi)):
        yield f"critical_field.{name}_whh", pick(result, f"{name}_whh"), planted


def _sweeps(
    random: np.random.Generator,
    Tc: float,
    top: float,
    count: int,
    step: Callable[[Array, Array], Array],
    noise: float,
    memory: float,
) -> xr.Dataset:
    leg = np.linspace(top, -top, count)
    field = np.tile(np.concatenate([leg, leg[::-1]]), TEMPERATURES.size)
    temperature = np.repeat(TEMPERATURES * Tc, 2 * count)
    reduced = step(field, temperature)
    return measured(
        {
            "temperature": temperature,
            "field": field,
            "resistance": 1000 * (reduced + lock_in_noise(random, field.size, noise, memory)),
        }
    )
