"""Laboratories that measure the moment of a film in a magnetometer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import optimize, special

from papilio.analysis import MagnetisationOptions, magnetisation
from scenarios.laboratory import Array, Found, log_uniform, measured, pick


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    A loop of the moment from saturation down and back up.

    Saturation moment 1e-11 to 1e-7 A m^2, coercive field 5 to 500 mT, reversal (tanh or error
    function) 0.5 to 1.5 times as wide, loop to twelve times the coercive field, 120 to 600 readings
    in each branch, noise 0.3 to 3 % of the saturation moment, linear slope up to five saturation
    moments at the largest field either way, offset up to a tenth, drift between the branches up to
    1 %, fields off by up to 5 % of the coercive one, area known to 1 to 5 %.
    """
    saturation = log_uniform(random, 1e-11, 1e-7)
    coercive = log_uniform(random, 5e-3, 0.5)
    width = random.uniform(0.5, 1.5) * coercive
    top = 12 * coercive
    gaussian = bool(random.integers(2))
    slope = random.uniform(-5, 5) * saturation / top
    offset = random.uniform(-0.1, 0.1) * saturation
    drift = random.uniform(-0.01, 0.01) * saturation
    shift = random.uniform(-0.05, 0.05) * coercive
    noise = log_uniform(random, 3e-3, 3e-2) * saturation

    def reversal(field: Array, direction: Array) -> Array:
        x = (field - shift - direction * coercive) / width
        return saturation * np.asarray(special.erf(x) if gaussian else np.tanh(x))

    leg = np.linspace(top, -top, int(log_uniform(random, 120, 600)))
    field = np.concatenate([leg, leg[-2::-1]])
    direction = np.repeat([-1.0, 1.0], [leg.size, leg.size - 1])
    moment = reversal(field, direction) + slope * field + offset - drift / 2 * direction
    area = log_uniform(random, 1e-6, 1e-4)
    area_std = random.uniform(0.01, 0.05) * area
    data = measured(
        {
            "temperature": np.full(field.size, 2.0),
            "field": field,
            "moment": moment + random.normal(0, noise, field.size),
        }
    )
    known = area + random.normal(0, area_std)
    result = magnetisation(data, MagnetisationOptions(area=known, area_std=area_std))
    zero, ways = np.zeros(2), np.array([-1.0, 1.0])
    remanence = float(reversal(zero, ways) @ [0.5, -0.5])
    crossings = [
        optimize.brentq(lambda h, way=way: float(reversal(np.array(h), way)), -top, top)
        for way in ways
    ]
    for name, planted in (
        ("slope", slope),
        ("offset", offset),
        ("saturation_moment", saturation),
        ("remanence", remanence),
        ("coercive_field", (crossings[1] - crossings[0]) / 2),
        ("shift", (crossings[1] + crossings[0]) / 2),
        ("squareness", remanence / saturation),
        ("areal_moment", saturation / area),
        ("areal_remanence", remanence / area),
    ):
        yield f"magnetisation.{name}", pick(result, name), planted
