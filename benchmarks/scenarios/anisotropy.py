"""Laboratories that measure R(T) along two directions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import optimize

from papilio.analysis import anisotropy
from scenarios.laboratory import (
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
    Cool-down and warm-up along two directions whose transitions lie apart.

    Tc 0.2 to 5 K, width 5 to 25 % of it, three shapes, transitions 10 to 60 % of the width apart,
    normal resistances differing by up to 20 %, 20 to 150 readings within the width, noise 0.02 to
    0.3 % of the normal resistance and at most an eightieth of the difference, lag up to a tenth of
    the width in both.
    """
    shape = SHAPES[random.integers(len(SHAPES))]
    Tc = log_uniform(random, 0.2, 5.0)
    width = Tc * random.uniform(0.05, 0.25)
    scale = width / (shape.place(0.8) - shape.place(0.2))
    raised = random.uniform(0.1, 0.6) * width / scale  # in units of the scale
    normals = 1000.0 * np.array([1.0, random.uniform(0.8, 1.2)])
    spacing = width / log_uniform(random, 20, 150)
    down = np.arange(Tc + 12 * width, max(0.1 * Tc, Tc - 12 * width), -spacing)
    temperature = np.concatenate([down, down[::-1]])
    direction = np.repeat([-1.0, 1.0], down.size)
    lag = random.uniform(0, 0.1) * width

    def difference(at: float) -> float:
        """Of the two reduced curves, at a place in units of the scale."""
        return float(shape.step(np.array(at)) - shape.step(np.array(at - raised)))

    grid = np.linspace(-15, 15, 3001)
    rough = float(grid[np.argmax(shape.step(grid) - shape.step(grid - raised))])
    top = optimize.minimize_scalar(
        lambda at: -difference(at), bounds=(rough - 0.1, rough + 0.1), method="bounded"
    )
    place, size = float(top.x), difference(float(top.x))
    # Quiet enough that the onset is a tenth of the difference, not the noise's.
    noise = min(log_uniform(random, 2e-4, 3e-3), size / 80)
    memory = lock_in_memory(random)
    x = (temperature - lag * direction - Tc) / scale
    records = [
        measured(
            {
                "temperature": temperature,
                "resistance": normal
                * (shape.step(x - up) + lock_in_noise(random, x.size, noise, memory)),
            }
        )
        for normal, up in zip(normals, (0.0, raised), strict=True)
    ]
    result = anisotropy(*records)

    onset = optimize.brentq(lambda at: difference(at) - 0.1 * size, place, place + 50)
    for name, planted in (
        ("size", size * float(normals.mean())),
        ("relative_size", size),
        ("T_max", Tc + place * scale),
        ("T_onset", Tc + float(onset) * scale),
        ("normal_ratio", float(normals[0] / normals[1])),
    ):
        yield f"anisotropy.{name}", pick(result, name), planted
