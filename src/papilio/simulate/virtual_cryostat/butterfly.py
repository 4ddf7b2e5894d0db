"""Loop of the field at a laboratory's rate, in the plane or out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.virtual_cryostat import readout
from papilio.simulate.virtual_cryostat.field_sweep import field_sweep
from papilio.simulate.virtual_cryostat.options import CryostatOptions
from papilio.simulate.virtual_cryostat.pattern import Sample, Sweep, sample

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class VirtualButterflyOptions(CryostatOptions):
    """A loop of the field over a magnet on a granular superconductor."""

    temperature: float = option(0.5, unit="K", help="Of the bath (paper: 0.03 to 2 K).")
    azimuth: float = option(0.0, unit="deg", help="Angle of the field from the current.")
    elevation: float = option(0.0, unit="deg", help="Angle of the field out of the plane.")
    maximum_field: float = option(0.2, unit="T", help="The loop runs between + and - this field.")
    field_step: float = option(0.02, unit="T", help="Field between two readings.")
    sweep_rate: float = option(
        0.1 / 60, unit="T/s", help="Rate of the sweep (paper, Methods: 0.1 T/min)."
    )

    may_be_negative: ClassVar[frozenset[str]] = CryostatOptions.may_be_negative | {
        "azimuth",
        "elevation",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.field_step > self.maximum_field:
            raise OptionsError(
                f"field_step: {self.field_step} T does not fit into {self.maximum_field} T; "
                "give a smaller one"
            )


def butterfly(options: VirtualButterflyOptions) -> xr.Dataset:
    """
    Resistance against field, from + to - the maximum and back.

    Parameters
    ----------
    options : VirtualButterflyOptions
        Magnet, film, couplings, sweep, instrument.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance (of the bar, as the lock-in reads it),
        sweep_rate, excitation_current; and, before the instrument and per square,
        array_resistance with its standard error, array_resistance_limit (95 %), phase_slips (NaN
        in the normal state), resolved (0 where only the limit says anything; without a slip the
        value is zero), correlation_time (s, of the array's voltage), flux_rms (flux quanta),
        coupling_mean (K), wall_length (m), reversal_rate (1/s). Attributes as of
        `readout.finished`.
    """
    return readout.finished(
        "butterfly",
        options,
        loop(options, sample(options), "butterfly"),
        interval=options.field_step / options.sweep_rate,
    )


def loop(options: VirtualButterflyOptions, made: Sample, protocol: str) -> dict[str, Floats]:
    """
    Readings of one loop.

    Parameters
    ----------
    options : VirtualButterflyOptions
        The sweep.
    made : Sample
        Magnet and film.
    protocol : str
        Names progress and random numbers.

    Returns
    -------
    dict of str to array, shape (row,)
        Variables of the record.
    """
    sweep = Sweep(options.temperature, options.sweep_rate, options.azimuth, options.elevation)
    top = options.maximum_field
    return field_sweep(made, sweep, (top, -top, top), options.field_step, protocol)
