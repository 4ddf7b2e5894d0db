"""
Virtual cryostat: magnet, granular film and Josephson array, measured through an instrument.

A sweep takes minutes and the array answers within picoseconds, so that the array is stationary in
the pattern that the magnet has at each reading. Its resistance is that of zero bias, from its phase
slips or the noise of its voltage (Green and Kubo); where too few slips are seen it is a limit.

Each measurement is a module of its own: options in, record out.
"""

from papilio.simulate.virtual_cryostat.butterfly import VirtualButterflyOptions, butterfly
from papilio.simulate.virtual_cryostat.cooldown import VirtualCooldownOptions, cooldown
from papilio.simulate.virtual_cryostat.current_voltage import (
    VirtualCurrentVoltageOptions,
    current_voltage,
)
from papilio.simulate.virtual_cryostat.gate import (
    VirtualGatedButterflyOptions,
    VirtualGatedHallOptions,
    gated_butterfly,
    gated_hall,
)
from papilio.simulate.virtual_cryostat.hall import VirtualHallOptions, hall
from papilio.simulate.virtual_cryostat.parallel_field import (
    VirtualParallelFieldOptions,
    parallel_field,
)
from papilio.simulate.virtual_cryostat.perpendicular_field import (
    VirtualPerpendicularFieldOptions,
    perpendicular_field,
)

__all__ = [
    "VirtualButterflyOptions",
    "VirtualCooldownOptions",
    "VirtualCurrentVoltageOptions",
    "VirtualGatedButterflyOptions",
    "VirtualGatedHallOptions",
    "VirtualHallOptions",
    "VirtualParallelFieldOptions",
    "VirtualPerpendicularFieldOptions",
    "butterfly",
    "cooldown",
    "current_voltage",
    "gated_butterfly",
    "gated_hall",
    "hall",
    "parallel_field",
    "perpendicular_field",
]
