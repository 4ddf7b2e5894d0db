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
from papilio.simulate.interface.creep import CreepOptions, creep
from papilio.simulate.interface.exchange import ExchangeOptions, exchange
from papilio.simulate.interface.heating import HeatingOptions, heating
from papilio.simulate.interface.stray_flux import StrayFluxOptions, stray_flux
from papilio.simulate.interface.tilt import TiltOptions, tilt
from papilio.simulate.interface.unlocking import UnlockingOptions, unlocking
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
    "unlocking": Coupling(unlocking, UnlockingOptions),
    "creep": Coupling(creep, CreepOptions),
}

#: Coupling -> signatures that it puts in by construction; "none" for what film and magnet put in
#: whatever couples them. A signature that is not named comes out of the model, or does not.
PLANTED: dict[str, tuple[str, ...]] = {
    # Islands' temperature against density; pair breaking in a parallel field; the percolation
    # density; moments that a field out of the plane does not reverse.
    "none": ("transition_linear_in_density", "two_dimensional_fields", "no_loop_out_of_plane"),
    "stray_flux": (),
    "exchange": (),
    "weak_walls": ("peaks_on_reversing_branch",),
    "tilt": (),
    # The heat is that of the reversal, wherever the field points in the plane.
    "heating": ("peaks_on_reversing_branch", "loop_along_and_across_current"),
    # Voltage from the rate of reversal, the same in all directions, of weak links alone.
    "unlocking": (
        "peaks_on_reversing_branch",
        "loop_along_and_across_current",
        "density_window",
    ),
    # The same, and overlapping pairs go as the square of their number.
    "creep": (
        "peaks_on_reversing_branch",
        "loop_along_and_across_current",
        "faster_than_linear_in_rate",
        "density_window",
    ),
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
