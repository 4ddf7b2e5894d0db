"""Coupling: a wall weakens the links that it crosses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from papilio.options import option
from papilio.simulate.ferromagnet.observables import walls
from papilio.simulate.interface.contract import Effect, Scene, require


@dataclass(frozen=True)
class WeakWallsOptions:
    """How much is left of a link."""

    remaining: float = option(
        0.5, help="Coupling of a link under a wall over that elsewhere (assumed)."
    )

    def __post_init__(self) -> None:
        require(self, part=("remaining",))


def weak_walls(scene: Scene, options: WeakWallsOptions) -> Effect:
    """
    Links between islands whose moments differ by more than a right angle are weaker.

    Predicts a peak at the coercive field that grows with the length of the walls, whatever the
    orientation of current and field, and no effect of the rate beyond that of the walls.

    Parameters
    ----------
    scene : Scene
        The magnet.
    options : WeakWallsOptions
        What is left.

    Returns
    -------
    Effect
        Couplings.

    References
    ----------
    A hypothesis: no theory gives `remaining`.
    """
    return Effect(coupling=np.where(walls(scene.sheet, scene.angle), options.remaining, 1.0))
