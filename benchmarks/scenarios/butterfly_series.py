"""Series of butterflies with known laws, and loops without any peak."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from papilio.analysis import butterfly_series
from papilio.analysis.butterfly_series import ButterflySeriesOptions
from papilio.result import Quantity
from scenarios.laboratory import Found, lock_in_noise, log_uniform, measured, pick


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Tables of Delta R against rate, temperature and gate voltage; a loop out of the plane.

    Rate: 4 to 9 rates over a factor of 3 to 10, exponent 0.3 to 3, error 0.5 to 5 % of the largest
    Delta R. Temperature: 10 to 20 temperatures, a dome with a fast fall, error 0.5 to 4 % of its
    top. Gate: 4 to 12 voltages, error 1 to 10 % of the largest Delta R. Loop: 100 to 400 readings
    each way (half of them with a lock-in's correlation up to 0.6) of a peak that is not there or
    lies below two standard deviations of its height; the limit is for its width.
    """
    yield from _rate(random)
    yield from _temperature(random)
    yield from _gate(random)
    yield "butterfly_series.out_of_plane (limit)", *_limit(random)


def _rate(random: np.random.Generator) -> Iterator[Found]:
    exponent, top = random.uniform(0.3, 3.0), log_uniform(random, 1, 1000)
    rate = np.geomspace(1 / random.uniform(3, 10), 1, int(random.integers(4, 10))) * 0.1 / 60
    std = log_uniform(random, 5e-3, 5e-2) * top
    delta = top * (rate / rate[-1]) ** exponent + random.normal(0, std, rate.size)
    options = ButterflySeriesOptions(reference_rate=float(rate[-1]))
    table = measured({"sweep_rate": rate, "delta_R": delta, "delta_R_std": np.full(rate.size, std)})
    result = butterfly_series(table, options=options)
    yield "butterfly_series.rate_exponent", pick(result, "rate_exponent"), exponent
    yield "butterfly_series.rate_delta_R", pick(result, "rate_delta_R"), top


def _temperature(random: np.random.Generator) -> Iterator[Found]:
    place, top = log_uniform(random, 0.1, 2.0), log_uniform(random, 1, 1000)
    width = place * random.uniform(0.15, 0.3)
    step = width * random.uniform(0.25, 0.6)
    count = int(random.integers(10, 21))
    grid = place + step * (np.arange(count) - 0.65 * count + random.uniform(-0.5, 0.5))
    grid = grid[grid > 0.02 * place]
    x = (grid - place) / width
    std = log_uniform(random, 5e-3, 4e-2) * top
    delta = top * np.exp(1 + x - np.exp(x)) + random.normal(0, std, grid.size)
    table = measured(
        {"temperature": grid, "delta_R": delta, "delta_R_std": np.full(grid.size, std)}
    )
    result = butterfly_series(table)
    yield "butterfly_series.maximum_temperature", pick(result, "maximum_temperature"), place
    yield "butterfly_series.maximum_delta_R", pick(result, "maximum_delta_R"), top


def _gate(random: np.random.Generator) -> Iterator[Found]:
    gate = np.linspace(-100, 100, int(random.integers(4, 13)))
    top = log_uniform(random, 1, 1000)
    slope = random.uniform(-1, 1) * 0.3 * top / 100
    std = log_uniform(random, 1e-2, 1e-1) * top
    delta = 0.7 * top + slope * gate + random.normal(0, std, gate.size)
    table = measured(
        {"gate_voltage": gate, "delta_R": delta, "delta_R_std": np.full(gate.size, std)}
    )
    yield "butterfly_series.gate_slope", pick(butterfly_series(table), "gate_slope"), slope


def _limit(random: np.random.Generator) -> tuple[Quantity | None, float]:
    """Limit of a loop without peak, or with one that hides in the noise."""
    count = int(log_uniform(random, 100, 400))
    leg = np.linspace(0.3, -0.3, count)
    field = np.concatenate([leg, leg[::-1]])
    noise = log_uniform(random, 0.01, 1.0)
    coercive, full = random.uniform(0.05, 0.12), random.uniform(0.015, 0.045)
    within = full / float(leg[0] - leg[1])
    height = max(random.uniform(-1, 2), 0.0) * noise / np.sqrt(within)
    direction = np.repeat([-1.0, 1.0], count)
    shape = 1 / np.cosh(2 * np.arccosh(np.sqrt(2)) * (field - direction * coercive) / full) ** 2
    memory = random.integers(2) * random.uniform(0, 0.6)
    R = (
        100
        + random.uniform(0, 3) * field**2
        + height * shape
        + lock_in_noise(random, field.size, noise, memory)
    )
    loop = {"temperature": np.full(field.size, 0.05), "field": field, "resistance": R}
    plane = measured(
        {
            "sweep_rate": np.array([1.0, 2.0, 3.0]) * 1e-3,
            "delta_R": np.array([10.0, 11.0, 12.0]),
            "delta_R_std": np.full(3, 0.1),
        }
    )
    result = butterfly_series(plane, measured(loop), ButterflySeriesOptions(limit_width=full))
    found = [q for q in result.select("out_of_plane") if q.value is not None]
    return (found[0] if found else None), height
