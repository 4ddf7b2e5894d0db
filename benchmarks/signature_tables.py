"""Tables and records from closed forms with and without the signatures, for their benchmark."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from papilio.dataset import Provenance, record
from papilio.simulate.twin_transport import current_voltage, halperin_nelson_cooldown
from papilio.simulate.twin_transport_options import (
    CurrentVoltageOptions,
    HalperinNelsonCooldownOptions,
)

Array = NDArray[np.float64]
Random = np.random.Generator
Data = dict[str, xr.Dataset]
Make = Callable[[Random], Data]

#: Densities of the paper's samples, 1/m^2.
DENSITY = np.array([3.8, 4.3, 5.8, 8.9, 9.8]) * 1e17


def table(**columns: ArrayLike) -> xr.Dataset:
    """A table of answers."""
    return record(columns, Provenance("table", "benchmark", synthetic=True))


def measured(
    random: Random,
    x: str,
    at: Array,
    true: ArrayLike,
    std: float,
    limits: bool = False,
    **more: Array,
) -> Data:
    """Delta R with its error bar; where `limits`, what is not clear of zero is an upper limit."""
    value = np.asarray(true, float) + random.normal(0, std, at.size)
    error = np.full(at.size, std)
    limit = np.full(at.size, np.nan)
    if limits:
        hidden = value < 3 * std
        limit[hidden] = np.maximum(value[hidden], 0) + 1.645 * std
        value[hidden] = error[hidden] = np.nan
    columns = {x: at, "delta_R": value, "delta_R_std": error, "delta_R_limit": limit, **more}
    return {"data": table(**columns)}


# Transition against density: critical temperatures to 10 mK, densities to half a percent.


def critical(random: Random, curve: Callable[[Array], Array], std: float = 0.01) -> Data:
    """Critical temperatures of five samples that follow a curve."""
    part = 0.005
    return {
        "data": table(
            density=DENSITY * (1 + random.normal(0, part, DENSITY.size)),
            density_std=part * DENSITY,
            critical_temperature=curve(DENSITY * 1e-17) + random.normal(0, std, DENSITY.size),
            critical_temperature_std=np.full(DENSITY.size, std),
        )
    }


def line(n: Array) -> Array:
    """The paper's line."""
    return 0.284 * n - 0.41


def bent(random: Random) -> Callable[[Array], Array]:
    """The same ends, and half-way off by 20 to 40 % of the rise, up or down."""
    off = random.uniform(0.2, 0.4) * random.choice([-1, 1]) * 0.284 * 6.0

    def curve(n: Array) -> Array:
        u = (n - 6.8) / 3.0
        return line(n) + off * (1 - u**2)

    return curve


def edge(random: Random) -> Callable[[Array], Array]:
    """The same, just as far off as counts as curved."""
    off = random.choice([-0.1, 0.1]) * 0.284 * 6.0
    return lambda n: line(n) + off * (1 - ((n - 6.8) / 3.0) ** 2)


LINEAR: dict[str, Make] = {
    "": lambda r: critical(r, line),
    "constant": lambda r: critical(r, lambda n: np.full(n.size, 1.0)),
    "falling": lambda r: critical(r, lambda n: 3.0 - line(n)),
    "bent": lambda r: critical(r, bent(r)),
    "bent by a tenth": lambda r: critical(r, edge(r)),
    "scatter of 0.5 K": lambda r: critical(r, lambda n: 1.0 + r.normal(0, 0.5, n.size)),
}


# Width against density, to 15 mK.


def widths(random: Random, slope: float, std: float, stated: float | None = None) -> Data:
    """Widths of five samples on a line."""
    true = 0.12 + slope * (DENSITY * 1e-17 - 3.8)
    return {
        "data": table(
            density=DENSITY,
            transition_width=true + random.normal(0, std, DENSITY.size),
            transition_width_std=np.full(DENSITY.size, stated or std),
        )
    }


WIDTH: dict[str, Make] = {
    "": lambda r: widths(r, 0.033, 0.015),
    "constant": lambda r: widths(r, 0.0, 0.015),
    "falling": lambda r: widths(r, -0.01, 0.015),
    "error bars three times too small": lambda r: widths(r, 0.0, 0.045, 0.015),
}


# Critical fields, to 2 %.


def fields(random: Random, p: float, q: float, ratio: float) -> Data:
    """Critical fields across and along a layer at seven temperatures."""
    T = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6])
    reduced = 1 - T / 0.668
    made = {}
    for name, zero, power in (("perpendicular", 0.09, p), ("parallel", 0.09 * ratio, q)):
        true = zero * reduced**power
        made[name] = table(
            temperature=T,
            field=true * (1 + random.normal(0, 0.02, T.size)),
            field_std=0.02 * true,
        )
    return made


FIELDS: dict[str, Make] = {
    "": lambda r: fields(r, 1.0, 0.5, 44.0),
    "isotropic bulk": lambda r: fields(r, 1.0, 1.0, 1.0),
    "anisotropic bulk": lambda r: fields(r, 1.0, 1.0, 44.0),
    "thick layer": lambda r: fields(r, 1.0, 0.5, r.uniform(2, 10)),
    "square-root across": lambda r: fields(r, 0.5, 0.5, 44.0),
    "exponents half-way": lambda r: fields(r, 0.75, 0.75, 44.0),
}


# Vortex unbinding: the twin's curves, five microvolt noise.


def unbinding(random: Random, iv: float, cooling: float, noise: float = 1e-7) -> Data:
    """I-V curves and R(T) whose transition temperatures are given."""
    around = iv + np.array([-0.05, -0.04, -0.03, -0.02, -0.01, 0.0, 0.004, 0.006])
    seed = int(random.integers(2**31))
    return {
        "current_voltage": current_voltage(
            CurrentVoltageOptions(
                T_BKT=iv,
                critical_temperature=iv + 0.05,
                temperatures=tuple(float(T) for T in around),
                readings=40,
                voltage_noise=noise,
                seed=seed,
            )
        ),
        "resistance": halperin_nelson_cooldown(
            HalperinNelsonCooldownOptions(
                T_BKT=cooling, critical_temperature=cooling + 0.05, interval=2.0, seed=seed
            )
        ),
    }


def power(random: Random, exponent: Callable[[Array], Array]) -> Data:
    """I-V curves of any exponent, with the R(T) of a transition at 0.618 K."""
    T = np.array([0.56, 0.57, 0.58, 0.59, 0.60, 0.61, 0.62, 0.63])
    size = np.geomspace(1e-8, 2e-6, 40)
    current = np.concatenate([size, -size])
    parts = [np.sign(current) * 1e-3 * np.abs(current / 2e-6) ** a for a in exponent(T)]
    voltage = np.concatenate(parts) + random.normal(0, 1e-7, T.size * current.size)
    return {
        "current_voltage": table(
            temperature=np.repeat(T, current.size),
            current=np.tile(current, T.size),
            voltage=voltage,
        ),
        "resistance": unbinding(random, 0.618, 0.618)["resistance"],
    }


EXPONENT: dict[str, Make] = {
    "": lambda r: unbinding(r, 0.618, 0.618 * r.uniform(0.95, 1.05)),
    "two temperatures": lambda r: unbinding(r, 0.618, 0.618 * r.choice([0.75, 1.3])),
    "exponent of two": lambda r: power(r, lambda T: np.full(T.size, 2.0)),
    "ohmic": lambda r: power(r, lambda T: np.full(T.size, 1.0)),
    "exponents above three": lambda r: power(r, lambda T: 4.0 + 20 * (0.63 - T)),
}


# Delta R against temperature: 10 temperatures, the largest ten times its error bar.

TEMPERATURE = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])


def against_temperature(random: Random, curve: Callable[[Array], Array], limits: bool) -> Data:
    """Delta R with the zero-resistance temperature, 0.55 K to 20 mK."""
    zero = np.full(TEMPERATURE.size, 0.55)
    more = {"critical_temperature": zero, "critical_temperature_std": np.full(zero.size, 0.02)}
    true = curve(TEMPERATURE)
    return measured(random, "temperature", TEMPERATURE, true, 80.0, limits, **more)


def hill(middle: float, width: float = 0.12) -> Callable[[Array], Array]:
    """A maximum of 815 ohm."""
    return lambda T: 815 * np.exp(-0.5 * ((T - middle) / width) ** 2)


MAXIMUM: dict[str, Make] = {
    "": lambda r: against_temperature(r, hill(r.uniform(0.5, 0.6)), bool(r.integers(2))),
    "noise": lambda r: against_temperature(r, lambda T: 0 * T, bool(r.integers(2))),
    "constant": lambda r: against_temperature(r, lambda T: 0 * T + 815, False),
    "falling": lambda r: against_temperature(r, lambda T: 815 * (1 - T), False),
    "rising": lambda r: against_temperature(r, lambda T: 815 * T, False),
    "maximum elsewhere": lambda r: against_temperature(r, hill(r.choice([0.2, 0.9])), False),
    "minimum there": lambda r: against_temperature(r, lambda T: 815 - hill(0.55)(T), False),
}


# Delta R against rate: five rates, the largest twenty times its error bar.

RATE = np.array([0.02, 0.04, 0.06, 0.08, 0.10]) / 60


def against_rate(random: Random, power: float, limits: bool = False, size: float = 19.6) -> Data:
    """Delta R as a power of the rate."""
    true = size * (RATE / RATE[-1]) ** power
    return measured(random, "sweep_rate", RATE, true, 0.98, limits)


RATES: dict[str, Make] = {
    "": lambda r: against_rate(r, 2.42, bool(r.integers(2))),
    "linear": lambda r: against_rate(r, 1.0, bool(r.integers(2))),
    "square root": lambda r: against_rate(r, 0.5),
    "constant": lambda r: against_rate(r, 0.0),
    "noise": lambda r: against_rate(r, 0.0, bool(r.integers(2)), 0.0),
}


# Delta R against density, to 1 ohm.


def against_density(random: Random, true: list[float], limits: bool) -> Data:
    """Delta R of the five samples."""
    return measured(random, "density", DENSITY, true, 0.8, limits)


WINDOW: dict[str, Make] = {
    "": lambda r: against_density(r, [9.7, 19.6, 0, 0, 0], bool(r.integers(2))),
    "noise": lambda r: against_density(r, [0, 0, 0, 0, 0], bool(r.integers(2))),
    "flat": lambda r: against_density(r, [15, 15, 15, 15, 15], False),
    "does not rise": lambda r: against_density(r, [15, 15, 0, 0, 0], bool(r.integers(2))),
    "does not vanish": lambda r: against_density(r, [9.7, 19.6, 15, 10, 5], False),
    "vanishes to a fifth": lambda r: against_density(r, [9.7, 19.6, 3.92, 0, 0], False),
}


# Delta R against gate voltage, to half an ohm.

GATE = np.array([-100.0, -50.0, 0.0, 50.0, 100.0, 150.0])


def against_gate(random: Random, low: float, high: float, limits: bool = False) -> Data:
    """Delta R on a line from depletion to accumulation."""
    true = np.interp(GATE, GATE[[0, -1]], [low, high])
    return measured(random, "gate_voltage", GATE, true, 0.5, limits)


DEPLETION: dict[str, Make] = {
    "": lambda r: against_gate(r, 9.8, 13.4),
    "noise": lambda r: against_gate(r, 0.0, 0.0, bool(r.integers(2))),
    "constant": lambda r: against_gate(r, 11.6, 11.6),
    "rises": lambda r: against_gate(r, 13.4, 9.8),
}
