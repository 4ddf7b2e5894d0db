"""Measurements of a granular film by its network of links."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import xarray as xr

from papilio import dataset
from papilio.simulate.granular_film.film import couplings, film
from papilio.simulate.granular_film.network import network_resistance
from papilio.simulate.granular_film.options import FilmCooldownOptions


def cooldown(options: FilmCooldownOptions) -> xr.Dataset:
    """
    Sheet resistance of a film that is cooled, without vortices.

    A link carries a current without resistance where E_J > kB T; the rest is the metal. What
    phase slips add is the business of the Josephson array with the same couplings.

    Parameters
    ----------
    options : FilmCooldownOptions
        Film, temperatures, parallel field.

    Returns
    -------
    xarray.Dataset
        Record of temperature, field, sheet_resistance, and the part of locked links.
    """
    made = film(options)
    top = 2.5 * options.island_temperature + options.lowest_temperature
    temperature = np.arange(top, options.lowest_temperature, -options.temperature_step)
    sheet, part = [], []
    for here in temperature.tolist():
        locked = couplings(made, here, options.field) > here
        sheet.append(network_resistance(locked, made.normal_resistance))
        part.append(float(locked.mean()))
    return dataset.record(
        {
            "temperature": temperature,
            "field": np.full(temperature.size, options.field),
            "sheet_resistance": sheet,
            "locked_part": part,
        },
        dataset.Provenance(
            source="granular_film.cooldown",
            reader="papilio.simulate.granular_film",
            synthetic=True,
            seed=options.seed,
            options=json.dumps(asdict(options)),
        ),
        units={"locked_part": ""},
    )
