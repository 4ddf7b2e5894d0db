"""Resistance against perpendicular field, one temperature after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import xarray as xr

from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.virtual_cryostat import readout
from papilio.simulate.virtual_cryostat.field_sweep import field_sweep
from papilio.simulate.virtual_cryostat.options import CryostatOptions
from papilio.simulate.virtual_cryostat.pattern import Sweep, sample


@dataclass(frozen=True, kw_only=True)
class VirtualPerpendicularFieldOptions(CryostatOptions):
    """Sweeps of the field out of the plane at several temperatures."""

    temperatures: tuple[float, ...] = option(
        (0.3, 0.4, 0.5, 0.55, 0.6),
        unit="K",
        help="Temperatures, in order (paper, Fig. 2a: 0.03 to 2 K).",
    )
    maximum_field: float = option(
        0.25,
        unit="T",
        help="The sweeps run from + to - this field (paper, Fig. 2a: 0.5 T). Nothing superconducts "
        "above 0.06 T; the rest tells the noise.",
    )
    field_step: float = option(0.005, unit="T", help="Field between two readings.")
    sweep_rate: float = option(
        0.1 / 60, unit="T/s", help="Rate of the sweep (paper, Methods: 0.1 T/min)."
    )
    settling: float = option(
        600.0, unit="s", help="Unrecorded time between two temperatures (assumed)."
    )
    maximum_steps: int = option(1024, help="Steps of the array for each reading.")

    may_be_zero: ClassVar[frozenset[str]] = CryostatOptions.may_be_zero | {"settling"}
    #: Angle of the field out of the plane, degrees.
    elevation: ClassVar[float] = 90.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.temperatures:
            raise OptionsError("temperatures: the list is empty; give at least one")


def perpendicular_field(options: VirtualPerpendicularFieldOptions) -> xr.Dataset:
    """
    Resistance against a field out of the plane.

    The field threads the plaquettes of the array and breaks pairs as in a dirty film of the
    coherence length of the whole. It tilts the magnet and does not reverse it.

    Parameters
    ----------
    options : VirtualPerpendicularFieldOptions
        Magnet, film, couplings, sweeps, instrument.

    Returns
    -------
    xarray.Dataset
        Record as of `butterfly`.
    """
    return swept_at_temperatures("perpendicular_field", options)


def swept_at_temperatures(protocol: str, options: VirtualPerpendicularFieldOptions) -> xr.Dataset:
    """
    One sweep of the field at each temperature.

    Parameters
    ----------
    protocol : str
        Name of the measurement.
    options : VirtualPerpendicularFieldOptions
        Also knows the direction of the field.

    Returns
    -------
    xarray.Dataset
        Record as of `butterfly`.
    """
    made, top = sample(options), options.maximum_field
    parts = [
        field_sweep(
            made,
            Sweep(temperature, options.sweep_rate, elevation=options.elevation),
            (top, -top),
            options.field_step,
            protocol,
        )
        for temperature in options.temperatures
    ]
    variables = readout.one_after_another(parts, options.settling)
    interval = options.field_step / options.sweep_rate
    return readout.finished(protocol, options, variables, interval=interval)
