"""Laboratories that measure a Hall effect."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from papilio.analysis import HallOptions, hall
from papilio.constants import ELEMENTARY_CHARGE
from papilio.dataset import with_geometry
from papilio.physics import drude
from scenarios.laboratory import Found, lock_in_memory, lock_in_noise, log_uniform, measured, pick


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Hall loop in a known bar.

    Density 1e16 to 3e18 per square metre, sheet resistance 50 ohm to
    10 kohm, 2 to 14 T, 40 to 600 readings, noise 1e-5 to 1e-2 of the largest Hall resistance and
    1e-3 of the longitudinal one (white, or of a lock-in one to five time constants between
    readings), up to 5 % of the longitudinal resistance picked up.
    """
    density = log_uniform(random, 1e16, 3e18)
    sheet = log_uniform(random, 50, 1e4)
    top = random.uniform(2, 14)
    leg = np.linspace(top, -top, int(log_uniform(random, 40, 600)) // 2)
    field = np.concatenate([leg, leg[::-1]])
    slope = random.choice([-1, 1]) / (ELEMENTARY_CHARGE * density)
    shape = 1 + random.uniform(0, 0.1) * (field / top) ** 2
    pick_up = random.uniform(-0.05, 0.05) * sheet * shape
    noise = log_uniform(random, 1e-5, 1e-2) * abs(slope) * top
    memory = lock_in_memory(random)
    data = measured(
        {
            "temperature": np.full(field.size, 10.0),
            "field": field,
            "hall_resistance": slope * field
            + pick_up
            + lock_in_noise(random, field.size, noise, memory),
            "resistance": 6 * sheet * (shape + lock_in_noise(random, field.size, 1e-3, memory)),
        }
    )
    result = hall(with_geometry(data, 120e-6, 20e-6), options=HallOptions())
    yield "hall.slope", pick(result, "slope"), slope
    yield "hall.density", pick(result, "density"), density
    yield "hall.sheet_resistance", pick(result, "sheet_resistance"), sheet
    yield "hall.mobility", pick(result, "mobility"), drude.mobility(density, sheet)
    yield (
        "hall.fermi_wave_number",
        pick(result, "fermi_wave_number"),
        drude.fermi_wave_number(density),
    )
    yield (
        "hall.mean_free_path",
        pick(result, "mean_free_path"),
        drude.mean_free_path(density, sheet),
    )
