"""Laboratories that measure critical fields."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from papilio.analysis import critical_field
from papilio.physics import ginzburg_landau as gl
from scenarios.laboratory import Found, log_uniform, measured, pick
from scenarios.step_shapes import SHAPES


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Field sweeps in both directions at five temperatures.

    Field sweeps in both directions at five temperatures between 0.3 and 0.93 Tc: Tc 0.3 to 5 K,
    xi(0) 5 to 100 nm, d 3 to 30 nm (less than xi/2), width 3 to 12 % of Tc, three shapes, 5 to 25
    readings within the width of a perpendicular sweep, noise 0.03 to 1 % of the normal resistance,
    field offset up to 0.3 % of the range.
    """
    shape = SHAPES[random.integers(len(SHAPES))]
    Tc = log_uniform(random, 0.3, 5.0)
    xi = log_uniform(random, 5e-9, 100e-9)
    d = min(log_uniform(random, 3e-9, 30e-9), xi / 2)
    perpendicular = gl.perpendicular_field_at_zero(xi)
    parallel = gl.perpendicular_field_at_zero(xi) * math.sqrt(12) * xi / d
    width = random.uniform(0.03, 0.12)
    scale = Tc * width / (shape.place(0.8) - shape.place(0.2))
    noise = 1000 * log_uniform(random, 3e-4, 1e-2)
    count = int(2 * 1.5 / width * log_uniform(random, 5, 25))
    temperatures = Tc * np.linspace(0.3, 0.93, 5)
    records = {}
    for name, at_zero, power in (("perpendicular", perpendicular, 1), ("parallel", parallel, 2)):
        top = 1.5 * at_zero
        offset = random.uniform(-3e-3, 3e-3) * top
        leg = np.linspace(top, -top, count)
        field = np.tile(np.concatenate([leg, leg[::-1]]), temperatures.size)
        temperature = np.repeat(temperatures, 2 * count)
        depressed = Tc * (1 - (np.abs(field + offset) / at_zero) ** power)
        curve = 1000 * shape.step((temperature - depressed) / scale)
        records[name] = measured(
            {
                "temperature": temperature,
                "field": field,
                "resistance": curve + random.normal(0, noise, field.size),
            }
        )
    result = critical_field(**records)
    middle = float(f"{temperatures[2]:.3g}")
    half = [
        q
        for q in result.select("half_field", temperature=middle, orientation="perpendicular")
        if "side" not in q.conditions
    ]
    truth = float(gl.perpendicular_field(temperatures[2], perpendicular, Tc))
    yield "critical_field.half_field", half[0] if half else None, truth
    for name, planted in (
        ("Tc", Tc),
        ("xi_GL", xi),
        ("d_SC", d),
        ("Hc2_perpendicular_0", perpendicular),
        ("Hc2_parallel_0", parallel),
        ("anisotropy", parallel / perpendicular),
        ("pauli_ratio", parallel / gl.pauli_limit(Tc)),
    ):
        yield f"critical_field.{name}", pick(result, name), planted
