"""Coupling: the stray flux of walls and charges threads the plaquettes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from papilio.constants import FLUX_QUANTUM
from papilio.options import option
from papilio.simulate.ferromagnet import magnetostatics
from papilio.simulate.interface.contract import Effect, Scene, require


@dataclass(frozen=True)
class StrayFluxOptions:
    """Where the electrons are."""

    depth: float = option(5e-9, unit="m", help="Distance of the electron gas below the magnet.")

    def __post_init__(self) -> None:
        require(self, positive=("depth",))


@lru_cache(maxsize=4)
def _kernel(
    shape: tuple[int, int], cell: float, depth: float, periodic: bool
) -> magnetostatics.Convolution:
    return magnetostatics.stray(shape, cell, depth, periodic, corners=True)


def stray_flux(scene: Scene, options: StrayFluxOptions) -> Effect:
    """
    Flux of the magnet through each plaquette.

    Predicts a resistance that rises where the moments are in disorder, at the coercive field of
    either branch, and no effect of the rate beyond that of the coercive field.

    Parameters
    ----------
    scene : Scene
        The magnet.
    options : StrayFluxOptions
        Depth.

    Returns
    -------
    Effect
        Flux.

    References
    ----------
    Magnetostatics, `papilio.physics.demagnetisation.cell_flux`.
    """
    sheet = scene.sheet
    kernel = _kernel(sheet.shape, sheet.cell, options.depth, sheet.periodic)
    x, y = np.cos(scene.angle), np.sin(scene.angle)
    moment = sheet.areal_moment
    return Effect(flux=magnetostatics.stray_flux(kernel, moment * x, moment * y) / FLUX_QUANTUM)
