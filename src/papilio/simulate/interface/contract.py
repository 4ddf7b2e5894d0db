"""What a coupling between magnet and superconductor is told, and what it answers."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papilio.errors import OptionsError
from papilio.simulate.ferromagnet.sheet import Field, Sheet

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """
    Magnet and conditions at one moment; cell and island are one, above each other.

    Attributes
    ----------
    sheet : Sheet
        The magnet.
    angle : array, shape (Ly, Lx)
        Of its moments, rad.
    field : Field
        Applied, T.
    temperature : float
        Of the bath, K.
    sweep_rate : float
        Of the field, T/s, without sign.
    moment_rate : float
        Change of the areal moment's part along the field, A/s: times the field, the power that
        the magnet takes from it and does not store.
    reversal_rate : float
        Part of the cells that reverse in a second, by more than a right angle, 1/s.
    elapsed : float
        Time since the last reading, s.
    current_density : float
        Measuring current over the width, A/m.
    normal_resistance : float
        Of a square of the metal, ohm.
    weak : array of bool, shape (2, Ly, Lx), or True
        Links that a phase can slip across; strong ones cannot.
    memory : mapping of str to array
        What couplings left behind at the last reading; empty before the first one.
    """

    sheet: Sheet
    angle: Floats
    field: Field
    temperature: float
    sweep_rate: float = 0.0
    moment_rate: float = 0.0
    reversal_rate: float = 0.0
    elapsed: float = 0.0
    current_density: float = 0.0
    normal_resistance: float = 0.0
    weak: NDArray[np.bool_] | bool = True
    memory: Mapping[str, Floats] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """
    What a coupling does to the array.

    Attributes
    ----------
    flux : array, shape (Ly, Lx), or float
        Flux added to each plaquette, over the flux quantum.
    coupling : array, shape (2, Ly, Lx), or float
        Factor of the Josephson coupling of each link.
    exchange_field : array, shape (2, Ly, Lx), or float
        Field along x and y that breaks pairs of each island together with the applied one, T.
    warming : float
        Rise of the temperature, K.
    resistance : array, shape (2, Ly, Lx), or float
        Put in series with each link, ohm: phase slips that the array's own noise does not make.
    memory : mapping of str to array
        What the coupling is to be told at the next reading, under its own name.
    """

    flux: Floats | float = 0.0
    coupling: Floats | float = 1.0
    exchange_field: Floats | float = 0.0
    warming: float = 0.0
    resistance: Floats | float = 0.0
    memory: Mapping[str, Floats] = dataclasses.field(default_factory=dict)


def require(
    options: Any,
    *,
    positive: tuple[str, ...] = (),
    zero_or_more: tuple[str, ...] = (),
    part: tuple[str, ...] = (),
    finite: tuple[str, ...] = (),
) -> None:
    """
    Refuse options of a coupling that no physics has.

    Parameters
    ----------
    options : dataclass
        Of a coupling.
    positive, zero_or_more, part, finite : tuple of str
        Names of numbers above zero; of zero or more; from 0 to 1; of either sign.

    Raises
    ------
    OptionsError
        For the first number out of range; the message begins with its name.
    """
    ranges: list[tuple[tuple[str, ...], Callable[[float], bool], str]] = [
        (positive, lambda number: number > 0, "a finite number above zero"),
        (zero_or_more, lambda number: number >= 0, "a finite number, zero or more"),
        (part, lambda number: 0 <= number <= 1, "a part from 0 to 1"),
        (finite, lambda number: True, "a finite number"),
    ]
    for names, allowed, wanted in ranges:
        for name in names:
            number = getattr(options, name)
            if not (math.isfinite(number) and allowed(number)):
                raise OptionsError(f"{name}: {number} is out of range; give {wanted}")


def combined(effects: Iterable[Effect], shape: tuple[int, int]) -> Effect:
    """
    Several couplings at once: factors multiply, all else adds.

    Parameters
    ----------
    effects : iterable of Effect
        Of one moment.
    shape : tuple of int
        Rows and columns.

    Returns
    -------
    Effect
        With arrays.

    Raises
    ------
    OptionsError
        If an effect has another shape.
    """
    links = (2, *shape)
    flux, coupling, resistance = np.zeros(shape), np.ones(links), np.zeros(links)
    exchange = np.zeros(links)
    warming = 0.0
    memory: dict[str, Floats] = {}
    for effect in effects:
        try:
            flux = flux + np.broadcast_to(effect.flux, shape)
            coupling = coupling * np.broadcast_to(effect.coupling, links)
            exchange = exchange + np.broadcast_to(effect.exchange_field, links)
            resistance = resistance + np.broadcast_to(effect.resistance, links)
        except ValueError as error:
            raise OptionsError(
                f"a coupling answers for another shape than {shape}; make magnet and array alike"
            ) from error
        warming += effect.warming
        memory.update(effect.memory)
    return Effect(flux, coupling, exchange, warming, resistance, memory)
