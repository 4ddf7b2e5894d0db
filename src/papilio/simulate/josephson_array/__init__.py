"""
Josephson array: thermal dynamics of a granular two-dimensional superconductor.

Four measurements, `cooldown`, `current_voltage`, `field_sweep` and `snapshots`, take options in
SI and return Datasets. Beneath them, `array.Array` describes an array in reduced units,
`state.start` and `dynamics.advance` move it, `observables` and `statistics` look at it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import xarray as xr

from papilio.simulate.josephson_array.options import (
    ArrayOptions,
    CooldownOptions,
    CurrentVoltageOptions,
    FieldSweepOptions,
    SnapshotOptions,
)

if TYPE_CHECKING:
    from papilio.simulate.josephson_array.protocols import (
        cooldown,
        current_voltage,
        field_sweep,
        snapshots,
    )

__all__ = [
    "ArrayOptions",
    "CooldownOptions",
    "CurrentVoltageOptions",
    "FieldSweepOptions",
    "SnapshotOptions",
    "cooldown",
    "current_voltage",
    "field_sweep",
    "snapshots",
]


def __getattr__(name: str) -> Any:
    # The measurements bring numba with them, a second that a study without an array need not wait.
    if name in ("cooldown", "current_voltage", "field_sweep", "snapshots"):
        from papilio.simulate.josephson_array import protocols

        return getattr(protocols, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def measured_by(name: str) -> Callable[[Any], xr.Dataset]:
    """
    A measurement as a study calls it, imported when it is called.

    Parameters
    ----------
    name : str
        "cooldown", "current_voltage" or "field_sweep".

    Returns
    -------
    callable
        Takes the options, returns the record.
    """

    def function(options: Any) -> xr.Dataset:
        dataset: xr.Dataset = __getattr__(name)(options)
        return dataset

    return function
