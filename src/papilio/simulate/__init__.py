"""Options in, Dataset out: synthetic measurements, labelled as such."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import xarray as xr

from papilio.simulate import twin, twin_options


@dataclass(frozen=True)
class Simulation:
    """
    A synthetic measurement that a study can ask for.

    Attributes
    ----------
    function : callable
        Takes an object of type `options`, returns a record.
    options : type
        A frozen dataclass of `papilio.options.option` fields, all with defaults.
    """

    function: Callable[[Any], xr.Dataset]
    options: type


#: Name in a study -> what makes it.
SIMULATIONS: dict[str, Simulation] = {
    "twin.cooldown": Simulation(twin.cooldown, twin_options.CooldownOptions),
    "twin.hall": Simulation(twin.hall, twin_options.HallOptions),
    "twin.perpendicular_field": Simulation(
        twin.perpendicular_field, twin_options.PerpendicularFieldOptions
    ),
    "twin.parallel_field": Simulation(twin.parallel_field, twin_options.ParallelFieldOptions),
    "twin.butterfly": Simulation(twin.butterfly, twin_options.ButterflyOptions),
}
