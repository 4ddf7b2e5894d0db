"""Resistance against a field in the plane up to where it breaks all pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import xarray as xr

from papilio.options import option
from papilio.simulate.virtual_cryostat.perpendicular_field import (
    VirtualPerpendicularFieldOptions,
    swept_at_temperatures,
)


@dataclass(frozen=True, kw_only=True)
class VirtualParallelFieldOptions(VirtualPerpendicularFieldOptions):
    """Sweeps of the field along the current at several temperatures."""

    maximum_field: float = option(
        10.0,
        unit="T",
        help="The sweeps run from + to - this field (paper, Fig. 2b: 8 T). Nothing superconducts "
        "above 4 T; the rest tells the noise.",
    )
    field_step: float = option(0.25, unit="T", help="Field between two readings.")
    sweep_rate: float = option(0.5 / 60, unit="T/s", help="Rate of the sweep (assumed).")

    #: Angle of the field out of the plane, degrees.
    elevation: ClassVar[float] = 0.0


def parallel_field(options: VirtualParallelFieldOptions) -> xr.Dataset:
    """
    Resistance against a field along the current.

    Parameters
    ----------
    options : VirtualParallelFieldOptions
        Magnet, film, couplings, sweeps, instrument.

    Returns
    -------
    xarray.Dataset
        Record as of `butterfly`.
    """
    return swept_at_temperatures("parallel_field", options)
