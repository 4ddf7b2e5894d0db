"""Field sweeps whose half-resistance field is a given function of temperature."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr

from known_records import made, step


def sweeps(
    half_field: Callable[[float], float],
    temperatures: Sequence[float],
    top: float,
    seed: int = 0,
    noise: float = 1.0,
    points: int = 401,
) -> xr.Dataset:
    """Down and up sweep between + and - `top` at each temperature; normal resistance 1000 ohm."""
    rng = np.random.default_rng(seed)
    leg = np.linspace(top, -top, points)
    fields, at, resistances = [], [], []
    for temperature in temperatures:
        half = half_field(temperature)
        for field in (leg, leg[::-1]):
            fields.append(field)
            at.append(np.full(points, temperature))
            resistances.append(1000 * step((np.abs(field) - half) / (0.04 * top)))
    resistance = np.concatenate(resistances)
    return made(
        {
            "temperature": np.concatenate(at),
            "field": np.concatenate(fields),
            "resistance": resistance + rng.normal(0, noise, resistance.size),
        }
    )
