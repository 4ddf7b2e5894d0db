"""Resistance against temperature, without field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr

from papilio.errors import OptionsError
from papilio.options import option
from papilio.progress import track
from papilio.simulate import instrument
from papilio.simulate.virtual_cryostat import readout
from papilio.simulate.virtual_cryostat.noise import noise_seed
from papilio.simulate.virtual_cryostat.options import CryostatOptions
from papilio.simulate.virtual_cryostat.pattern import Sample, resting, sample
from papilio.simulate.virtual_cryostat.transport import Known, reading

#: Temperatures of a cool-down over the mean critical temperature of the islands: the normal state,
#: the transition finely, what is below.
NORMAL = (3.0, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4, 2.3, 2.2, 2.1, 2.0, 1.8, 1.6, 1.4, 1.3, 1.2, 1.1, 1.05)
BELOW = (0.6, 0.55, 0.5, 0.46, 0.42, 0.38, 0.34, 0.3, 0.26, 0.2, 0.15, 0.1)
TRANSITION = (1.02, 0.65, 26)


@dataclass(frozen=True, kw_only=True)
class VirtualCooldownOptions(CryostatOptions):
    """A magnet in its remanent state on a granular superconductor that is cooled."""

    temperatures: tuple[float, ...] = option(
        (),
        unit="K",
        help="Temperatures in order; by default chosen about the islands' mean critical "
        "temperature, from three times it down to a tenth.",
    )
    rate: float = option(0.05 / 60, unit="K/s", help="Of cooling (assumed).")

    may_be_zero: ClassVar[frozenset[str]] = CryostatOptions.may_be_zero

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(set(self.temperatures)) < len(self.temperatures):
            raise OptionsError("temperatures: one stands twice; give each once")


def chosen_temperatures(made: Sample) -> tuple[float, ...]:
    """
    Temperatures at which a film shows its transition.

    Parameters
    ----------
    made : Sample
        The film.

    Returns
    -------
    tuple of float
        K, falling.
    """
    islands = float(made.film.critical_temperature.mean())
    high, low, number = TRANSITION
    parts = (*NORMAL, *np.linspace(high, low, number).tolist(), *BELOW)
    return tuple(islands * part for part in parts)


def cooldown(options: VirtualCooldownOptions) -> xr.Dataset:
    """
    Resistance of the film while it is cooled, the magnet at rest.

    Parameters
    ----------
    options : VirtualCooldownOptions
        Magnet, film, couplings, temperatures, instrument.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current, and the variables and
        attributes of `butterfly` that tell what the array showed.
    """
    made = sample(options)
    temperatures = np.array(options.temperatures or chosen_temperatures(made))
    own = {"density": options.film.density, "current_direction": options.current_direction}
    noise = instrument.generator(noise_seed(options.seed, "cooldown", **own), "instrument")
    known: Known = {}
    rows = []
    for temperature in track(temperatures.tolist(), "virtual cooldown"):
        pattern = resting(made, temperature)
        seed = noise_seed(options.seed, "cooldown", **own, temperature=temperature)
        rows.append(readout.row(options, pattern, reading(made, pattern, known, seed)))
    found = readout.columns(rows)
    steps = np.abs(np.diff(temperatures)) / options.rate
    time = np.concatenate([[0.0], np.cumsum(steps)])
    variables = {
        "time": time,
        "temperature": instrument.reading(temperatures, noise, options.thermometer_noise),
        "field": np.zeros(temperatures.size),
        "resistance": readout.lock_in(options, found["array_resistance"], time, noise),
        **found,
    }
    return readout.finished(
        "cooldown", options, variables, interval=float(steps.min(initial=np.inf))
    )
