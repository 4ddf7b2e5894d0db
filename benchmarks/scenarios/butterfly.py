"""Laboratories that measure a hysteretic loop of the resistance."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from papilio.analysis import ButterflyOptions, butterfly
from scenarios.laboratory import (
    Array,
    Found,
    lock_in_memory,
    lock_in_noise,
    log_uniform,
    measured,
    pick,
)
from scenarios.step_shapes import SHAPES


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    A loop with a peak on each branch, and one with a window of low resistance.

    Peaks at 20 to 200 mT, 10 to 50 % of that wide, of Gaussian or sech^2 shape, 10 to 60 readings
    within the full width at half height, signal to noise 8 to 300 (white, or of a lock-in one to
    five time constants between readings), a common shift up to a twentieth of the peak field, a
    background that rises with the square of the field. Windows with edges of three shapes, 3 to
    12 % of the window's half width wide, 5 to 25 readings within an edge, hysteresis and shift up
    to a twentieth, noise 0.03 to 1 % of the normal resistance.
    """
    yield from _peaks(random)
    yield from _window(random)


def _peaks(random: np.random.Generator) -> Iterator[Found]:
    coercive = log_uniform(random, 0.02, 0.2)
    full_width = coercive * random.uniform(0.1, 0.5)
    gaussian = bool(random.integers(2))
    spacing = full_width / log_uniform(random, 10, 60)
    top = coercive + 10 * full_width
    leg = np.arange(top, -top, -spacing)
    height, noise = 10.0, 10.0 / log_uniform(random, 8, 300)
    shift = random.uniform(-0.05, 0.05) * coercive
    rise = random.uniform(0, 3)

    def curve(field: Array, direction: Array) -> Array:
        x = (field - direction * coercive - shift) / full_width
        if gaussian:
            peak = np.exp(-4 * math.log(2) * x**2)
        else:
            peak = 1 / np.cosh(np.clip(2 * math.acosh(math.sqrt(2)) * x, -300, 300)) ** 2
        return np.asarray(height * peak + rise * (field / top) ** 2)

    field = np.concatenate([leg, leg[::-1]])
    direction = np.repeat([-1.0, 1.0], leg.size)
    data = measured(
        {
            "temperature": np.full(field.size, 0.05),
            "field": field,
            "resistance": curve(field, direction)
            + lock_in_noise(random, field.size, noise, lock_in_memory(random)),
        }
    )
    result = butterfly(data, ButterflyOptions(field=coercive))
    area = full_width * (
        math.sqrt(math.pi / (4 * math.log(2))) if gaussian else 1 / math.acosh(math.sqrt(2))
    )
    ways = np.array([-1.0, 1.0])
    steps = curve(shift + ways * coercive, ways) - curve(np.full(2, shift), ways)
    fine = np.linspace(leg[-1], leg[0], 20001)
    opening = np.sign(fine) * (curve(fine, np.array(1.0)) - curve(fine, np.array(-1.0)))
    for name, planted in (
        ("peak_field", coercive),
        ("shift", shift),
        ("height", height),
        ("width", full_width),
        ("area", height * area),
        ("delta_R", float(steps.mean())),
        ("loop_area", float(np.trapezoid(opening, fine))),
    ):
        yield f"butterfly.{name}", pick(result, name, without="branch"), planted


def _window(random: np.random.Generator) -> Iterator[Found]:
    shape = SHAPES[random.integers(len(SHAPES))]
    edge = log_uniform(random, 0.02, 2.0)
    width = random.uniform(0.03, 0.12) * edge
    scale = width / (shape.place(0.8) - shape.place(0.2))
    lag, shift = random.uniform(-0.05, 0.05, 2) * edge
    top = 2 * edge
    leg = np.arange(top, -top, -width / log_uniform(random, 5, 25))
    field = np.concatenate([leg, leg[::-1]])
    direction = np.repeat([-1.0, 1.0], leg.size)
    at = field - shift - direction * lag
    noise = 1000 * log_uniform(random, 3e-4, 1e-2)
    resistance = 1000 * shape.step((np.abs(at) - edge) / scale)
    data = measured(
        {
            "temperature": np.full(field.size, 0.05),
            "field": field,
            "resistance": resistance
            + lock_in_noise(random, field.size, noise, lock_in_memory(random)),
        }
    )
    result = butterfly(data)
    upper = result.select("window_edge", branch="up", side="upper")
    yield "butterfly.window_edge", upper[0] if upper else None, edge + shift + lag
    yield "butterfly.window_shift", pick(result, "window_shift"), shift
    yield "butterfly.window_hysteresis", pick(result, "window_hysteresis"), lag
