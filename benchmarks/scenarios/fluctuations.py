"""Cool-downs whose paraconductivity above a known mean-field critical temperature is exact."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from papilio.analysis import fluctuations
from papilio.physics import fluctuations as theory
from scenarios.laboratory import (
    Array,
    Found,
    in_logarithm,
    lock_in_noise,
    log_uniform,
    measured,
    pick,
)


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Cooling and warming through Tc0.

    Tc0 0.2 to 5 K, normal resistance 200 ohm to 3 kohm per square with a slope of up to 5 % over
    Tc0, delta 0.03 to 0.3, 60 to 400 readings between Tc0 and 1.3 Tc0 each way, noise 0.01 to 0.3 %
    of the normal resistance (half of them with a lock-in's correlation up to 0.6), lag up to 0.1 %
    and thermometer noise 0.005 to 0.02 % of Tc0; the offset of the instrument is removed.
    delta by its 68 % interval, in the logarithm that is fitted.
    """
    Tc0 = log_uniform(random, 0.2, 5.0)
    normal = log_uniform(random, 200, 3000)
    slope = random.uniform(-0.05, 0.05)
    delta = log_uniform(random, 0.03, 0.3)

    def curve(T: Array) -> Array:
        epsilon = np.maximum(np.log(np.maximum(T, 1e-3) / Tc0), 1e-9)
        extra = theory.aslamazov_larkin(epsilon) + theory.maki_thompson(epsilon, delta)
        background = normal * (1 + slope * (T / Tc0 - 1))
        return np.where(Tc0 < T, 1 / (1 / background + extra), 0.0)

    spacing = 0.3 * Tc0 / log_uniform(random, 60, 400)
    down = np.arange(2.2 * Tc0, 0.8 * Tc0, -spacing)
    T = np.concatenate([down, down[::-1]])
    direction = np.repeat([-1.0, 1.0], down.size)
    lag = random.uniform(0, 1e-3) * Tc0
    noise = log_uniform(random, 1e-4, 3e-3) * normal
    memory = random.integers(2) * random.uniform(0, 0.6)
    R = curve(T - lag * direction) + lock_in_noise(random, T.size, noise, memory)
    scatter = random.uniform(5e-5, 2e-4) * Tc0
    result = fluctuations(
        measured({"temperature": T + random.normal(0, scatter, T.size), "sheet_resistance": R})
    )
    yield "fluctuations.Tc0", pick(result, "Tc0"), Tc0
    # The background's value belongs to the middle of the window that the analysis chose.
    ends = [*result.select("window_low"), *result.select("window_high")]
    middle = float(np.mean([end.value for end in ends if end.value is not None]))
    background = normal * (1 + slope * (middle / Tc0 - 1))
    yield "fluctuations.R_normal", pick(result, "R_normal"), background
    yield in_logarithm("fluctuations.delta", pick(result, "delta"), delta)
