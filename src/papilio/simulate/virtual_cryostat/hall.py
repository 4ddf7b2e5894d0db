"""Hall effect in the normal state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.constants import ELEMENTARY_CHARGE
from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate import instrument
from papilio.simulate.granular_film.options import FilmOptions
from papilio.simulate.virtual_cryostat import readout
from papilio.simulate.virtual_cryostat.noise import noise_seed
from papilio.simulate.virtual_cryostat.options import CryostatOptions

Floats = NDArray[np.float64]

#: Above this many mean critical temperatures no island superconducts.
NORMAL = 2.0


@dataclass(frozen=True, kw_only=True)
class VirtualHallOptions(CryostatOptions):
    """A perpendicular field on the film in its normal state."""

    temperature: float = option(
        10.0, unit="K", help="Of the bath (paper, Table 1: Hall effect at 10 K)."
    )
    excitation_current: float = option(
        1e-6, unit="A", help="Of the lock-in (paper, Methods: 1 uA in a PPMS)."
    )
    maximum_field: float = option(
        9.0, unit="T", help="The sweep runs between + and - this field (assumed: a 9 T PPMS)."
    )
    field_step: float = option(0.2, unit="T", help="Field between two readings (assumed).")
    sweep_rate: float = option(0.6 / 60, unit="T/s", help="Rate of the sweep (assumed).")
    misalignment: float = option(
        0.02,
        help="Squares of the bar between the Hall contacts along the current, signed (assumed).",
    )

    may_be_negative: ClassVar[frozenset[str]] = CryostatOptions.may_be_negative | {"misalignment"}


def hall(options: VirtualHallOptions) -> xr.Dataset:
    """
    Hall and longitudinal resistance against perpendicular field.

    One kind of carriers of the film's density; the metal has its normal resistance in every field.
    Neither magnet nor islands have a part in it.

    Parameters
    ----------
    options : VirtualHallOptions
        Film, sweep, instrument.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, hall_resistance, resistance, excitation_current.
    """
    variables = hall_readings(options, options.film, "hall")
    interval = options.field_step / options.sweep_rate
    return readout.finished("hall", options, variables, interval=interval)


def hall_readings(
    options: VirtualHallOptions, film: FilmOptions, protocol: str
) -> dict[str, Floats]:
    """
    Readings of the Hall effect of a film.

    Parameters
    ----------
    options : VirtualHallOptions
        Sweep and instrument.
    film : FilmOptions
        Density and normal resistance.
    protocol : str
        Names the random numbers.

    Returns
    -------
    dict of str to array, shape (row,)
        Variables of the record.

    Raises
    ------
    OptionsError
        If the film is not in its normal state.
    """
    if options.temperature < NORMAL * film.island_temperature:
        raise OptionsError(
            f"temperature: at {options.temperature:g} K the film is not normal; give more than "
            f"{NORMAL * film.island_temperature:.2g} K"
        )
    seed = noise_seed(
        options.seed,
        protocol,
        density=film.density,
        temperature=options.temperature,
        rate=options.sweep_rate,
    )
    noise = instrument.generator(seed, "instrument")
    top = options.maximum_field
    nominal, distance, direction = instrument.path(np.array([top, -top, top]), options.field_step)
    field = instrument.field_at_sample(
        nominal, direction, options.field_offset, options.remanent_field
    )
    time = distance / options.sweep_rate
    sheet = np.full(field.size, film.normal_resistance)
    transverse = field / (ELEMENTARY_CHARGE * film.density) + options.misalignment * sheet
    return {
        "time": time,
        "temperature": instrument.reading(
            np.full(field.size, options.temperature), noise, options.thermometer_noise
        ),
        "field": nominal,
        "hall_resistance": readout.lock_in(options, transverse / options.squares, time, noise),
        "resistance": readout.lock_in(options, sheet, time, noise),
    }
