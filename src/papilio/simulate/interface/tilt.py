"""Coupling: a field that is not quite in the plane."""

from __future__ import annotations

import math
from dataclasses import dataclass

from papilio.constants import FLUX_QUANTUM
from papilio.options import option
from papilio.simulate.interface.contract import Effect, Scene, require


@dataclass(frozen=True)
class TiltOptions:
    """By how much the sample leans."""

    misalignment: float = option(
        1.0, unit="deg", help="Angle between the in-plane field's x and the plane (assumed)."
    )

    def __post_init__(self) -> None:
        require(self, finite=("misalignment",))


def tilt(scene: Scene, options: TiltOptions) -> Effect:
    """
    Perpendicular part of a field that should lie in the plane.

    Predicts a resistance even in the field without a loop: 1.4 mT at 0.08 T and one degree.

    Parameters
    ----------
    scene : Scene
        Applied field.
    options : TiltOptions
        The angle.

    Returns
    -------
    Effect
        Flux, the same in every plaquette.

    References
    ----------
    Geometry.
    """
    perpendicular = scene.field.x * math.sin(math.radians(options.misalignment))
    return Effect(flux=perpendicular * scene.sheet.cell**2 / FLUX_QUANTUM)
