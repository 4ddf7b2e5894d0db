"""Coupling: the heat of the reversal and of the sweep through a thermal link."""

from __future__ import annotations

import math
from dataclasses import dataclass

from papilio.options import option
from papilio.simulate.interface.contract import Effect, Scene, require


@dataclass(frozen=True)
class HeatingOptions:
    """Sources and link."""

    conductance: float = option(
        1.0,
        unit="W/(m^2*K^4)",
        help="Heat flow per area from film to bath over T^4 - T_bath^4 (assumed; acoustic mismatch "
        "is of order 100).",
    )
    eddy_heating: float = option(
        0.0, unit="W*s^2/(m^2*T^2)", help="Heat per area of eddy currents over the rate squared."
    )

    def __post_init__(self) -> None:
        require(self, positive=("conductance",), zero_or_more=("eddy_heating",))


def heating(scene: Scene, options: HeatingOptions) -> Effect:
    """
    Rise of the temperature above the bath.

    The applied field does work B dm/dt on the moments. Over a closed loop it is the area of m(B),
    all of it heat; within the loop some is stored and given back. Heat is taken for the work where
    it is positive: never too little, and too much by what the moments give back, which is the
    negative part. Predicts a peak at the coercive field that goes as the rate, far too small unless
    the link is absurdly weak, and a background as the rate squared that no coercive field knows of.

    Parameters
    ----------
    scene : Scene
        Rates and bath.
    options : HeatingOptions
        Sources and link.

    Returns
    -------
    Effect
        Warming.

    References
    ----------
    Swartz and Pohl, Rev. Mod. Phys. 61, 605 (1989), doi:10.1103/RevModPhys.61.605, for the law in
    T^4; the heat of a reversal is that of `papilio.physics.flux_and_heat.reversal_heat`.
    """
    field = math.hypot(scene.field.x, scene.field.y, scene.field.z)
    power = max(0.0, field * scene.moment_rate) + options.eddy_heating * scene.sweep_rate**2
    bath = scene.temperature
    return Effect(warming=(bath**4 + power / options.conductance) ** 0.25 - bath)
