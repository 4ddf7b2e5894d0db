"""A field that is swept at a laboratory's rate, from one reading to the next."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.ferromagnet.kinetics import NEVER, finest_step, hold
from papilio.simulate.ferromagnet.relaxation import relaxed
from papilio.simulate.ferromagnet.sheet import Sheet, along

Floats = NDArray[np.float64]

#: Largest change of a barrier, over kB T, in one step of the staircase: the integral of rates that
#: grow by exp(1) in a step comes out 4 % low by the rule of the middle, as if kB T ln(1.04) were
#: missing from the barrier.
PART = 1.0
#: Steps are joined as long as fewer events than this are to be expected in them.
NOTHING_HAPPENS = 1e-3


@dataclass(frozen=True)
class Ramp:
    """
    How a sheet is swept.

    Attributes
    ----------
    temperature : float
        K.
    attempt_rate : float
        1/s.
    sweep_rate : float
        T/s, above zero.
    azimuth, elevation : float
        Direction of the field, rad.
    """

    temperature: float
    attempt_rate: float
    sweep_rate: float
    azimuth: float = 0.0
    elevation: float = 0.0


@dataclass(frozen=True)
class Swept:
    """
    A sheet on its way.

    Attributes
    ----------
    angle : array, shape (Ly, Lx)
        rad, at rest.
    field : float
        T, along the direction of the ramp.
    rate : float
        Sum of the rates of all events to come, 1/s; infinite before anything is known.
    events, reversed_cells, largest : int
        Since the last reading; see `Held`.
    """

    angle: Floats
    field: float
    rate: float = math.inf
    events: int = 0
    reversed_cells: int = 0
    largest: int = 0


def saturated(sheet: Sheet, ramp: Ramp, value: float) -> Swept:
    """
    A sheet whose moments all came to rest from along the in-plane direction of a field.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    ramp : Ramp
        Knows the direction.
    value : float
        T, signed.

    Returns
    -------
    Swept
        At this field.
    """
    start = np.full(sheet.shape, ramp.azimuth + (math.pi if value < 0 else 0.0))
    return Swept(relaxed(sheet, start, along(value, ramp.azimuth, ramp.elevation)), value)


def swept(
    sheet: Sheet, ramp: Ramp, begun: Swept, value: float, random: np.random.Generator
) -> Swept:
    """
    Sweep the field to a value, and let the sheet live through it.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    ramp : Ramp
        Temperature, rate, direction.
    begun : Swept
        Where the sheet is.
    value : float
        T.
    random : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    Swept
        At this field.
    """
    way = abs(value - begun.field)
    direction = math.copysign(1.0, value - begun.field)
    # A cell whose barriers are above `NEVER` counts as one without a rate.
    least = 2 * sheet.axis.size * ramp.attempt_rate * math.exp(-NEVER)
    finest = finest_step(sheet, ramp.temperature, PART) if ramp.temperature > 0 else way
    angle, rate, done = begun.angle, begun.rate, 0.0
    events = reversals = largest = 0
    while way - done > 1e-12 * way:
        step = min(_joined(max(rate, least), finest, ramp.sweep_rate), way - done)
        middle = along(begun.field + direction * (done + step / 2), ramp.azimuth, ramp.elevation)
        held = hold(
            sheet,
            angle,
            middle,
            ramp.temperature,
            ramp.attempt_rate,
            step / ramp.sweep_rate,
            random,
        )
        angle, rate = held.angle, held.rate
        events += held.events
        reversals += held.reversed_cells
        largest = max(largest, held.largest)
        done += step
    angle = relaxed(sheet, angle, along(value, ramp.azimuth, ramp.elevation))
    return Swept(angle, value, rate, events=events, reversed_cells=reversals, largest=largest)


def _joined(rate: float, finest: float, sweep_rate: float) -> float:
    """Largest step in which nothing is bound to happen, the finest one where something may."""
    number = 1
    while number < 1024:
        twice = 2 * number
        # No rate grows by more than exp(PART) from one finest step to the next.
        if math.log(rate) + PART * twice + math.log(twice * finest / sweep_rate) > (
            math.log(NOTHING_HAPPENS)
        ):
            break
        number = twice
    return number * finest
