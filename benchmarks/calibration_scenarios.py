"""
Synthetic laboratories with known answers, one function for each analysis.

Each takes a random generator, draws true values, noise and point density from the ranges that its
docstring states, and returns the quantities that the analysis found beside what was planted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.analysis import (
    ButterflyOptions,
    HallOptions,
    TransitionOptions,
    butterfly,
    critical_field,
    hall,
    transition,
)
from papilio.constants import ELEMENTARY_CHARGE
from papilio.dataset import Provenance, record, with_geometry
from papilio.physics import drude
from papilio.physics import ginzburg_landau as gl
from papilio.result import Quantity, Result

Array = NDArray[np.float64]
#: Quantity as found (None: the analysis gave none), and its planted value.
Found = tuple[str, Quantity | None, float]


@dataclass(frozen=True)
class Shape:
    """A smooth step from 0 to 1, one half at 0, and its inverse."""

    step: Callable[[Array], Array]
    place: Callable[[float], float]


def _logit(level: float) -> float:
    return math.log(level / (1 - level))


#: Steps that a transition may look like: symmetric, asymmetric either way.
SHAPES = (
    Shape(lambda x: 1 / (1 + np.exp(-np.clip(x, -500, 500))), _logit),
    Shape(
        lambda x: np.exp(-math.log(2) * np.exp(-np.clip(x, -50, 500))),
        lambda level: -math.log(-math.log(level) / math.log(2)),
    ),
    Shape(
        lambda x: 1 - np.exp(-math.log(2) * np.exp(np.clip(x, -500, 50))),
        lambda level: math.log(-math.log(1 - level) / math.log(2)),
    ),
)


def _measured(variables: dict[str, Array], **attributes: float) -> object:
    provenance = Provenance("calibration", "calibration", synthetic=True)
    return record(variables, provenance, attributes=attributes)


def _log_uniform(random: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(random.uniform(math.log(low), math.log(high))))


def _pick(result: Result, name: str, without: str = "") -> Quantity | None:
    """The headline quantity of that name: the one with the fewest conditions."""
    known = [q for q in result.select(name) if not without or without not in q.conditions]
    known = [q for q in known if q.value is not None and q.limit is None]
    return min(known, key=lambda quantity: len(quantity.conditions)) if known else None


def of_transition(random: np.random.Generator) -> Iterator[Found]:
    """
    Cool-down and warm-up with a lag.

    Cool-down and warm-up: Tc 0.1 to 5 K, width 3 to 25 % of it, three shapes, 12 to 200 readings
    within the width, noise 0.01 to 1 % of the normal resistance, offset up to 1 %, lag up to a
    tenth of the width.
    """
    shape = SHAPES[random.integers(len(SHAPES))]
    Tc = _log_uniform(random, 0.1, 5.0)
    width = Tc * random.uniform(0.03, 0.25)
    scale = width / (shape.place(0.8) - shape.place(0.2))
    spacing = width / _log_uniform(random, 12, 200)
    low, high = max(0.02 * Tc, Tc - 12 * width), Tc + 12 * width
    down = np.arange(high, low, -spacing)
    lag = random.uniform(0, 0.1) * width
    normal, noise = 1000.0, 1000.0 * _log_uniform(random, 1e-4, 1e-2)
    offset = normal * random.uniform(-0.01, 0.01)
    temperature = np.concatenate([down, down[::-1]])
    direction = np.repeat([-1.0, 1.0], down.size)
    curve = normal * shape.step((temperature - lag * direction - Tc) / scale) + offset
    data = _measured(
        {
            "temperature": temperature + random.normal(0, 0.05 * spacing, temperature.size),
            "resistance": curve + random.normal(0, noise, temperature.size),
        }
    )
    result = transition(data, TransitionOptions(floor_temperature=None))
    yield "transition.Tc", _pick(result, "Tc"), Tc
    yield "transition.width", _pick(result, "width"), width
    yield "transition.hysteresis", _pick(result, "hysteresis"), -2 * lag
    yield "transition.R_normal", _pick(result, "R_normal"), normal + offset


def of_hall(random: np.random.Generator) -> Iterator[Found]:
    """
    Hall loop in a known bar.

    Hall loop in a known bar: density 1e16 to 3e18 per square metre, sheet resistance 50 ohm to
    10 kohm, 2 to 14 T, 40 to 600 readings, noise 1e-5 to 1e-2 of the largest Hall resistance, up to
    5 % of the longitudinal resistance picked up.
    """
    density = _log_uniform(random, 1e16, 3e18)
    sheet = _log_uniform(random, 50, 1e4)
    top = random.uniform(2, 14)
    leg = np.linspace(top, -top, int(_log_uniform(random, 40, 600)) // 2)
    field = np.concatenate([leg, leg[::-1]])
    slope = random.choice([-1, 1]) / (ELEMENTARY_CHARGE * density)
    shape = 1 + random.uniform(0, 0.1) * (field / top) ** 2
    pick_up = random.uniform(-0.05, 0.05) * sheet * shape
    noise = _log_uniform(random, 1e-5, 1e-2) * abs(slope) * top
    data = _measured(
        {
            "temperature": np.full(field.size, 10.0),
            "field": field,
            "hall_resistance": slope * field + pick_up + random.normal(0, noise, field.size),
            "resistance": 6 * (sheet * shape + random.normal(0, 1e-3 * sheet, field.size)),
        }
    )
    result = hall(with_geometry(data, 120e-6, 20e-6), options=HallOptions())
    yield "hall.slope", _pick(result, "slope"), slope
    yield "hall.density", _pick(result, "density"), density
    yield "hall.sheet_resistance", _pick(result, "sheet_resistance"), sheet
    yield "hall.mobility", _pick(result, "mobility"), drude.mobility(density, sheet)
    yield (
        "hall.fermi_wave_number",
        _pick(result, "fermi_wave_number"),
        drude.fermi_wave_number(density),
    )
    yield (
        "hall.mean_free_path",
        _pick(result, "mean_free_path"),
        drude.mean_free_path(density, sheet),
    )


def of_critical_field(random: np.random.Generator) -> Iterator[Found]:
    """
    Field sweeps in both directions at five temperatures.

    Field sweeps in both directions at five temperatures between 0.3 and 0.93 Tc: Tc 0.3 to 5 K,
    xi(0) 5 to 100 nm, d 3 to 30 nm (less than xi/2), width 3 to 12 % of Tc, three shapes, 5 to 25
    readings within the width of a perpendicular sweep, noise 0.03 to 1 % of the normal resistance,
    field offset up to 0.3 % of the range.
    """
    shape = SHAPES[random.integers(len(SHAPES))]
    Tc = _log_uniform(random, 0.3, 5.0)
    xi = _log_uniform(random, 5e-9, 100e-9)
    d = min(_log_uniform(random, 3e-9, 30e-9), xi / 2)
    perpendicular = gl.perpendicular_field_at_zero(xi)
    parallel = gl.perpendicular_field_at_zero(xi) * math.sqrt(12) * xi / d
    width = random.uniform(0.03, 0.12)
    scale = Tc * width / (shape.place(0.8) - shape.place(0.2))
    noise = 1000 * _log_uniform(random, 3e-4, 1e-2)
    count = int(2 * 1.5 / width * _log_uniform(random, 5, 25))
    temperatures = Tc * np.linspace(0.3, 0.93, 5)
    records = {}
    for name, at_zero, power in (("perpendicular", perpendicular, 1), ("parallel", parallel, 2)):
        top = 1.5 * at_zero
        offset = random.uniform(-3e-3, 3e-3) * top
        leg = np.linspace(top, -top, count)
        field = np.tile(np.concatenate([leg, leg[::-1]]), temperatures.size)
        temperature = np.repeat(temperatures, 2 * count)
        depressed = Tc * (1 - (np.abs(field + offset) / at_zero) ** power)
        curve = 1000 * shape.step((temperature - depressed) / scale)
        records[name] = _measured(
            {
                "temperature": temperature,
                "field": field,
                "resistance": curve + random.normal(0, noise, field.size),
            }
        )
    result = critical_field(**records)
    middle = float(f"{temperatures[2]:.3g}")
    half = [
        q
        for q in result.select("half_field", temperature=middle, orientation="perpendicular")
        if "side" not in q.conditions
    ]
    truth = float(gl.perpendicular_field(temperatures[2], perpendicular, Tc))
    yield "critical_field.half_field", half[0] if half else None, truth
    for name, planted in (
        ("Tc", Tc),
        ("xi_GL", xi),
        ("d_SC", d),
        ("Hc2_perpendicular_0", perpendicular),
        ("Hc2_parallel_0", parallel),
        ("anisotropy", parallel / perpendicular),
        ("pauli_ratio", parallel / gl.pauli_limit(Tc)),
    ):
        yield f"critical_field.{name}", _pick(result, name), planted


def of_butterfly(random: np.random.Generator) -> Iterator[Found]:
    """
    A loop with a peak on each branch.

    A loop with peaks at 20 to 200 mT, 5 to 30 % of that wide, of Gaussian or sech^2 shape, 10 to 60
    readings within the full width at half height, signal to noise 8 to 300, a common shift up to a
    twentieth of the peak field, a background that rises with the square of the field.
    """
    coercive = _log_uniform(random, 0.02, 0.2)
    full_width = coercive * random.uniform(0.1, 0.5)
    gaussian = bool(random.integers(2))
    spacing = full_width / _log_uniform(random, 10, 60)
    top = coercive + 10 * full_width
    leg = np.arange(top, -top, -spacing)
    height, noise = 10.0, 10.0 / _log_uniform(random, 8, 300)
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
    data = _measured(
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
        yield f"butterfly.{name}", _pick(result, name, without="branch"), planted


#: Name of an analysis -> its laboratory.
SCENARIOS: dict[str, Callable[[np.random.Generator], Iterator[Found]]] = {
    "transition": of_transition,
    "hall": of_hall,
    "critical_field": of_critical_field,
    "butterfly": of_butterfly,
}
