"""
Josephson array: thermal dynamics of a granular two-dimensional superconductor.

Four measurements, `cooldown`, `current_voltage`, `field_sweep` and `snapshots`, take options in
SI and return Datasets. Beneath them, `array.Array` describes an array in reduced units,
`state.start` and `dynamics.advance` move it, `observables` and `statistics` look at it.
"""

from papilio.simulate.josephson_array.options import (
    ArrayOptions,
    CooldownOptions,
    CurrentVoltageOptions,
    FieldSweepOptions,
    SnapshotOptions,
)
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
