"""
Interface: what the magnet does to the superconductor below it.

Each coupling is one function of a `Scene` and its options that answers with an `Effect`; any of
them can be combined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from papilio.errors import OptionsError
from papilio.options import from_table
from papilio.simulate.interface.contract import Effect, Scene, combined
from papilio.simulate.interface.exchange import ExchangeOptions, exchange
from papilio.simulate.interface.heating import HeatingOptions, heating
from papilio.simulate.interface.stray_flux import StrayFluxOptions, stray_flux
from papilio.simulate.interface.tilt import TiltOptions, tilt
from papilio.simulate.interface.weak_walls import WeakWallsOptions, weak_walls


@dataclass(frozen=True)
class Coupling:
    """
    A mechanism.

    Attributes
    ----------
    function : callable
        (scene, options) -> `Effect`.
    options : type
        A frozen dataclass of `papilio.options.option` fields, all with defaults.
    """

    function: Callable[[Scene, Any], Effect]
    options: type[Any]


#: Name -> mechanism.
COUPLINGS: dict[str, Coupling] = {
    "stray_flux": Coupling(stray_flux, StrayFluxOptions),
    "exchange": Coupling(exchange, ExchangeOptions),
    "weak_walls": Coupling(weak_walls, WeakWallsOptions),
    "tilt": Coupling(tilt, TiltOptions),
    "heating": Coupling(heating, HeatingOptions),
}


def effect(scene: Scene, chosen: Mapping[str, Mapping[str, Any]]) -> Effect:
    """
    Effect of a choice of couplings.

    Parameters
    ----------
    scene : Scene
        Magnet and conditions.
    chosen : mapping of str to mapping
        Names of `COUPLINGS` and a table of options for each; none couples nothing.

    Returns
    -------
    Effect
        With arrays.

    Raises
    ------
    OptionsError
        If there is no such coupling, or it has no such option.
    """
    effects = []
    for name, table in chosen.items():
        if name not in COUPLINGS:
            raise OptionsError(f"{name}: no such coupling; known are {', '.join(COUPLINGS)}")
        coupling = COUPLINGS[name]
        try:
            effects.append(coupling.function(scene, from_table(coupling.options, table)))
        except OptionsError as error:
            raise OptionsError(f"{name}.{error}") from error
    return combined(effects, scene.sheet.shape)
