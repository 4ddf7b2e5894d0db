"""What a coupling between magnet and superconductor is told, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
        Change of the areal moment along the field, A/s.
    """

    sheet: Sheet
    angle: Floats
    field: Field
    temperature: float
    sweep_rate: float = 0.0
    moment_rate: float = 0.0


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
    warming : float
        Rise of the temperature, K.
    """

    flux: Floats | float = 0.0
    coupling: Floats | float = 1.0
    warming: float = 0.0


def combined(effects: Iterable[Effect], shape: tuple[int, int]) -> Effect:
    """
    Several couplings at once: fluxes and warmings add, factors multiply.

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
    flux, coupling, warming = np.zeros(shape), np.ones((2, *shape)), 0.0
    for effect in effects:
        try:
            flux = flux + np.broadcast_to(effect.flux, flux.shape)
            coupling = coupling * np.broadcast_to(effect.coupling, coupling.shape)
        except ValueError as error:
            raise OptionsError(
                f"a coupling answers for another shape than {shape}; make magnet and array alike"
            ) from error
        warming += effect.warming
    return Effect(flux, coupling, warming)
