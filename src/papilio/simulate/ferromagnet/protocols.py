"""Measurements of a magnet: options in SI in, records and maps in SI out."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import asdict

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio import dataset
from papilio.progress import progress_bar
from papilio.simulate import instrument
from papilio.simulate.ferromagnet import observables
from papilio.simulate.ferromagnet.grains import sheet
from papilio.simulate.ferromagnet.magnetostatics import stray, stray_flux
from papilio.simulate.ferromagnet.options import (
    CoercivityOptions,
    LoopOptions,
    SweptMagnetOptions,
)
from papilio.simulate.ferromagnet.ramp import Ramp, Swept, saturated, swept
from papilio.simulate.ferromagnet.sheet import Sheet, along

Floats = NDArray[np.float64]

#: Units of the variables that the vocabulary of Datasets does not have.
UNITS = {
    "wall_length": "m",
    "sheet_charge_rms": "A/m",
    "stray_field_rms": "T",
    "events": "",
    "reversed_cells": "",
    "largest_avalanche": "",
}


def ramp_of(options: SweptMagnetOptions) -> Ramp:
    """
    The sweep that options describe.

    Parameters
    ----------
    options : SweptMagnetOptions
        In degrees.

    Returns
    -------
    Ramp
        In radians.
    """
    return Ramp(
        options.temperature,
        options.attempt_rate,
        options.sweep_rate,
        math.radians(options.azimuth),
        math.radians(options.elevation),
    )


def loop(options: LoopOptions) -> xr.Dataset:
    """
    Moment along the field, from positive saturation down and back up.

    Parameters
    ----------
    options : LoopOptions
        Film, sweep, magnetometer.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, moment (of `sample_area`), wall_length (m, of the cells
        that are simulated), root mean square of sheet charge and stray field, and the thermal
        events, reversed cells and the largest avalanche since the last row.
    """
    film = sheet(options)
    ramp = ramp_of(options)
    random = instrument.generator(options.seed, "ferromagnet.loop")
    reading = instrument.generator(options.seed, "ferromagnet.magnetometer")
    top = options.maximum_field
    field, distance, _ = instrument.path(np.array([top, -top, top]), options.field_step)
    flux = stray(film.shape, film.cell, options.depth, film.periodic, corners=False)
    now = saturated(film, ramp, top)
    rows: list[dict[str, float]] = []
    with progress_bar() as bar:
        for value in bar.track(field.tolist(), description="magnetisation loop"):
            now = swept(film, ramp, now, value, random)
            applied = along(value, ramp.azimuth, ramp.elevation)
            moment = observables.mean_moment(film, now.angle, applied)
            charge = observables.sheet_charge(film, now.angle)
            below = stray_flux(flux, *_moments(film, now.angle)) / film.cell**2
            rows.append(
                {
                    "moment": options.sample_area
                    * observables.directed(moment, ramp.azimuth, ramp.elevation),
                    "wall_length": observables.wall_length(film, now.angle),
                    "sheet_charge_rms": float(np.sqrt((charge**2).mean())),
                    "stray_field_rms": float(np.sqrt((below**2).mean())),
                    "events": now.events,
                    "reversed_cells": now.reversed_cells,
                    "largest_avalanche": now.largest,
                }
            )
    variables = {name: np.array([row[name] for row in rows], float) for name in rows[0]}
    variables["moment"] = instrument.reading(variables["moment"], reading, options.moment_noise)
    variables = {
        "time": distance / options.sweep_rate,
        "temperature": np.full(field.size, options.temperature),
        "field": field,
        **variables,
    }
    return dataset.record(variables, origin("ferromagnet.loop", options), units=UNITS)


def _moments(film: Sheet, angle: Floats) -> tuple[Floats, Floats]:
    return film.areal_moment * np.cos(angle), film.areal_moment * np.sin(angle)


def domains(options: LoopOptions) -> xr.Dataset:
    """
    Maps of moments, charge and stray field while the field is swept from + to - its maximum.

    Parameters
    ----------
    options : LoopOptions
        Film and sweep.

    Returns
    -------
    xarray.Dataset
        Map over time, y and x of moment_x and moment_y (areal, A) and stray_field (T, at the depth
        of the electron gas, upward); applied_field (T) over time.
    """
    film = sheet(options)
    ramp = ramp_of(options)
    random = instrument.generator(options.seed, "ferromagnet.loop")
    top = options.maximum_field
    field, distance, _ = instrument.path(np.array([top, -top]), options.field_step)
    flux = stray(film.shape, film.cell, options.depth, film.periodic, corners=False)
    now = saturated(film, ramp, top)
    pictures: list[tuple[Floats, Floats, Floats]] = []
    with progress_bar() as bar:
        for value in bar.track(field.tolist(), description="domains"):
            now = swept(film, ramp, now, value, random)
            x, y = _moments(film, now.angle)
            pictures.append((x, y, stray_flux(flux, x, y) / film.cell**2))
    names = {"areal_moment_x": "A", "areal_moment_y": "A", "stray_field": "T"}
    data: dict[str, object] = {
        name: (("time", "y", "x"), np.stack([p[number] for p in pictures]), {"units": unit})
        for number, (name, unit) in enumerate(names.items())
    }
    data["applied_field"] = ("time", field, {"units": "T"})
    coordinates = {
        "time": ("time", distance / options.sweep_rate, {"units": "s"}),
        "y": ("y", film.cell * (np.arange(film.shape[0]) + 0.5), {"units": "m"}),
        "x": ("x", film.cell * (np.arange(film.shape[1]) + 0.5), {"units": "m"}),
    }
    found = xr.Dataset(data, coordinates)
    # The attributes of a record are those of a map, but for its kind.
    found.attrs = dataset.record({}, origin("ferromagnet.domains", options)).attrs
    found.attrs["papilio_kind"] = "map"
    return dataset.check(found)


def coercivity(options: CoercivityOptions) -> xr.Dataset:
    """
    Field at which the moment along the sweep passes zero, against sweep rate and temperature.

    Parameters
    ----------
    options : CoercivityOptions
        Film, rates, temperatures. `sweep_rate` and `temperature` themselves are not used.

    Returns
    -------
    xarray.Dataset
        Record of temperature, sweep_rate, coercive_field and its standard error over the
        realisations (NaN with one).
    """
    conditions = [(t, r) for t in options.temperatures for r in options.sweep_rates]
    films = [
        dataclasses.replace(options, seed=int(seed))
        for seed in np.random.SeedSequence(options.seed).generate_state(options.realisations)
    ]
    found = np.empty((len(conditions), len(films)))
    with progress_bar() as bar:
        task = bar.add_task("coercive field", total=found.size)
        for column, film_options in enumerate(films):
            film = sheet(film_options)
            for row, (temperature, rate) in enumerate(conditions):
                here = dataclasses.replace(film_options, temperature=temperature, sweep_rate=rate)
                found[row, column] = coercive_field(film, here)
                bar.advance(task)
    one = len(films) == 1
    std = np.full(len(conditions), np.nan) if one else found.std(axis=1, ddof=1)
    return dataset.record(
        {
            "temperature": [temperature for temperature, _ in conditions],
            "sweep_rate": [rate for _, rate in conditions],
            "coercive_field": found.mean(axis=1),
            "coercive_field_std": std / math.sqrt(len(films)),
        },
        origin("ferromagnet.coercivity", options),
        units={"coercive_field": "T", "coercive_field_std": "T"},
    )


def coercive_field(film: Sheet, options: SweptMagnetOptions) -> float:
    """
    Coercive field of one sweep from positive saturation.

    Parameters
    ----------
    film : Sheet
        The film.
    options : SweptMagnetOptions
        Sweep; events are drawn from its seed.

    Returns
    -------
    float
        T, positive, between two readings by a straight line; NaN where the moment stays.
    """
    ramp = ramp_of(options)
    random = instrument.generator(options.seed, "ferromagnet.coercivity")
    top = options.maximum_field
    field, _, _ = instrument.path(np.array([top, -top]), options.field_step)
    now: Swept = saturated(film, ramp, top)
    last = math.nan
    for value in field.tolist():
        previous = now.field
        now = swept(film, ramp, now, value, random)
        applied = along(value, ramp.azimuth, ramp.elevation)
        moment = observables.directed(
            observables.mean_moment(film, now.angle, applied), ramp.azimuth, ramp.elevation
        )
        if moment <= 0:
            return -float(previous + (value - previous) * last / (last - moment))
        last = moment
    return math.nan


def origin(protocol: str, options: SweptMagnetOptions) -> dataset.Provenance:
    """
    Provenance of a simulated magnet.

    Parameters
    ----------
    protocol : str
        Name of the simulation.
    options : SweptMagnetOptions
        What it was made from.

    Returns
    -------
    Provenance
        Marked as synthetic.
    """
    return dataset.Provenance(
        source=protocol,
        reader="papilio.simulate.ferromagnet",
        synthetic=True,
        seed=options.seed,
        options=json.dumps(asdict(options)),
    )
