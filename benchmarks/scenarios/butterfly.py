"""Laboratories that measure a hysteretic loop of the resistance."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from papilio.analysis import ButterflyOptions, butterfly
from scenarios.laboratory import Array, Found, log_uniform, measured, pick


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    A loop with a peak on each branch.

    A loop with peaks at 20 to 200 mT, 5 to 30 % of that wide, of Gaussian or sech^2 shape, 10 to 60
    readings within the full width at half height, signal to noise 8 to 300, a common shift up to a
    twentieth of the peak field, a background that rises with the square of the field.
    """
    coercive = log_uniform(random, 0.02, 0.2)
    full_width = coercive * random.uniform(0.1, 0.5)
    gaussian = bool(random.integers(2))
    spacing = full_width / log_uniform(random, 10, 60)
    top = coercive + 10 * full_width
    leg = np.arange(top, -top, -spacing)
    height, noise = 10.0, 10.0 / log_uniform(random, 8, 300)
    shift = random.uniform(-0.05, 0.05) * coercive

    def peak(x: Array) -> Array:
        if gaussian:
            return np.exp(-4 * math.log(2) * (x / full_width) ** 2)
        return 1 / np.cosh(2 * math.acosh(math.sqrt(2)) * x / full_width) ** 2

    parts, fields = [], []
    for direction, field in ((-1, leg), (1, leg[::-1])):
        fields.append(field)
        parts.append(height * peak(field - direction * coercive - shift))
    field = np.concatenate(fields)
    curve = np.concatenate(parts) + random.uniform(0, 3) * (field / top) ** 2
    data = measured(
        {
            "temperature": np.full(field.size, 0.05),
            "field": field,
            "resistance": curve + random.normal(0, noise, field.size),
        }
    )
    result = butterfly(data, ButterflyOptions(field=coercive))
    area = full_width * (
        math.sqrt(math.pi / (4 * math.log(2))) if gaussian else 1 / math.acosh(math.sqrt(2))
    )
    for name, planted in (
        ("peak_field", coercive),
        ("shift", shift),
        ("height", height),
        ("width", full_width),
        ("area", height * area),
    ):
        yield f"butterfly.{name}", pick(result, name, without="branch"), planted
