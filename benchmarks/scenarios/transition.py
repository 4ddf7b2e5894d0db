"""Laboratories that measure a resistive transition."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from papilio.analysis import TransitionOptions, transition
from scenarios.laboratory import Found, lock_in_memory, lock_in_noise, log_uniform, measured, pick
from scenarios.step_shapes import SHAPES


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Cool-down and warm-up with a lag.

    Tc 0.1 to 5 K, width 3 to 25 % of it (to 10 % for the two of three shapes that end in an
    exponential foot, so that the transition is over at the coldest reading), 12 to 200 readings
    within the width, noise 0.01 to 0.8 % of the normal resistance (white, or of a lock-in one to
    five time constants between readings), offset up to 1 %, lag up to a tenth of the width. Zero
    resistance ends at 1 % of the step where the noise is below 0.2 % of it, else at 5 %.
    """
    shape = SHAPES[random.integers(len(SHAPES))]
    Tc = log_uniform(random, 0.1, 5.0)
    width = Tc * random.uniform(0.03, 0.25 if shape is SHAPES[1] else 0.1)
    scale = width / (shape.place(0.8) - shape.place(0.2))
    spacing = width / log_uniform(random, 12, 200)
    low, high = max(0.02 * Tc, Tc - 12 * width), Tc + 12 * width
    down = np.arange(high, low, -spacing)
    lag = random.uniform(0, 0.1) * width
    normal, noise = 1000.0, 1000.0 * log_uniform(random, 1e-4, 8e-3)
    offset = normal * random.uniform(-0.01, 0.01)
    temperature = np.concatenate([down, down[::-1]])
    direction = np.repeat([-1.0, 1.0], down.size)
    curve = normal * shape.step((temperature - lag * direction - Tc) / scale) + offset
    data = measured(
        {
            "temperature": temperature + random.normal(0, 0.05 * spacing, temperature.size),
            "resistance": curve
            + lock_in_noise(random, temperature.size, noise, lock_in_memory(random)),
        }
    )
    foot = 0.01 if noise < 2e-3 * normal else 0.05
    result = transition(data, TransitionOptions(zero_fraction=foot))
    yield "transition.Tc", pick(result, "Tc"), Tc
    yield "transition.width", pick(result, "width"), width
    yield "transition.T_zero", pick(result, "T_zero"), Tc + scale * shape.place(foot)
    yield "transition.T_onset", pick(result, "T_onset"), Tc + scale * shape.place(0.95)
    yield "transition.hysteresis", pick(result, "hysteresis"), -2 * lag
    yield "transition.R_normal", pick(result, "R_normal"), normal + offset
    yield "transition.R_floor", pick(result, "R_floor"), offset
