"""
What every synthetic measurement shares: sweeps, held temperatures, the lock-in, the record.

A protocol works out the resistance at many moments for each reading, because what a lock-in smears
between two readings is no straight line; `MOMENTS` says how many.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio import dataset
from papilio.errors import OptionsError
from papilio.simulate import instrument
from papilio.simulate.closed_form import SeedOptions
from papilio.simulate.twin_options import InstrumentOptions, MagnetOptions

Array = NDArray[np.float64]

#: More rows than any laboratory records in one measurement: the settings must be a slip.
MOST_ROWS = 5_000_000

#: Moments for each reading.
MOMENTS = 8

#: Quantity, value, conditions.
Truth = tuple[str, float, Mapping[str, float | str]]


def field_sweep(
    options: MagnetOptions, *, loops: int, back_to_zero: bool = False
) -> tuple[Array, Array, Array]:
    """
    Nominal field, time and direction of each moment: 0, +max, -max, +max ..., 0.

    Parameters
    ----------
    options : MagnetOptions
        Range, rate and step.
    loops : int
        Number of full loops.
    back_to_zero : bool, optional
        Whether the field is taken to zero at the end.

    Returns
    -------
    field : ndarray, shape (moment,)
        T, as the magnet's current says.
    time : ndarray, shape (moment,)
        s.
    direction : ndarray, shape (moment,)
        +1 or -1.

    Raises
    ------
    OptionsError
        If the step makes more rows than any laboratory records.
    """
    top = options.maximum_field
    corners = np.array([0.0, top, *[-top, top] * loops, *[0.0] * back_to_zero])
    row_count(float(np.abs(np.diff(corners)).sum()), options.field_step, "field_step")
    nominal, distance, direction = instrument.path(corners, options.field_step / MOMENTS)
    return nominal, distance / options.rate, direction


def row_count(length: float, spacing: float, name: str) -> int:
    """
    Number of readings at a spacing over a length.

    Parameters
    ----------
    length, spacing : float
        In the same unit.
    name : str
        Option that sets the spacing, for the message.

    Returns
    -------
    int
        At least one.

    Raises
    ------
    OptionsError
        If there are more than `MOST_ROWS`.
    """
    rows = instrument.round_down(length / spacing) + 1
    if rows > MOST_ROWS:
        raise OptionsError(
            f"{name}: {spacing:g} makes {rows} rows, more than {MOST_ROWS}; give a larger one"
        )
    return rows


def squares(options: InstrumentOptions) -> float:
    """
    Length of the bar over its width, 1.

    Parameters
    ----------
    options : InstrumentOptions
        The bar.

    Returns
    -------
    float
        Squares between the voltage contacts.
    """
    return options.length / options.width


def held(
    options: InstrumentOptions, temperature: float, rows: int, random: np.random.Generator
) -> Array:
    """
    Readings of a thermometer at a constant temperature, K.

    Parameters
    ----------
    options : InstrumentOptions
        Noise of the thermometer.
    temperature : float
        K.
    rows : int
        Number of readings.
    random : numpy.random.Generator
        Source of the noise.

    Returns
    -------
    ndarray, shape (row,)
        K.
    """
    return instrument.reading(np.full(rows, temperature), random, options.thermometer_noise)


def lock_in(
    options: InstrumentOptions, resistance: Array, time: Array, random: np.random.Generator
) -> Array:
    """
    Resistance that the lock-in of these options reads, ohm.

    Parameters
    ----------
    options : InstrumentOptions
        Current, time constant, noise and offset.
    resistance : ndarray, shape (moment,)
        True four-terminal resistance, ohm.
    time : ndarray, shape (moment,)
        s.
    random : numpy.random.Generator
        Source of the noise.

    Returns
    -------
    ndarray, shape (row,)
        ohm, one reading for `MOMENTS` moments.
    """
    return instrument.lock_in(
        resistance,
        time,
        random,
        current=options.excitation_current,
        time_constant=options.lock_in_time_constant,
        noise_density=options.voltage_noise,
        offset=options.voltage_offset,
        every=MOMENTS,
    )


def finished(
    protocol: str,
    options: InstrumentOptions,
    variables: Mapping[str, Array],
    truth: list[Truth],
    *,
    alternating: bool = True,
) -> xr.Dataset:
    """
    The record of a synthetic measurement of a bar, with provenance and truth.

    Parameters
    ----------
    protocol : str
        Name of the simulation.
    options : InstrumentOptions
        What it was made from.
    variables : mapping of str to ndarray, shape (row,)
        Readings.
    truth : list of Truth
        What the closed forms imply.
    alternating : bool, optional
        Whether a lock-in measured with its excitation current.

    Returns
    -------
    xarray.Dataset
        A checked record.
    """
    rows = next(iter(variables.values())).size
    attributes: dict[str, str | int | float] = {"truth": as_text(truth)}
    columns = dict(variables)
    if alternating:
        columns["excitation_current"] = np.full(rows, options.excitation_current)
        attributes["lock_in_time_constant"] = options.lock_in_time_constant
    recorded = dataset.record(columns, origin(protocol, options), attributes=attributes)
    return dataset.with_geometry(recorded, options.length, options.width)


def one_after_another(parts: Sequence[Mapping[str, Array]], pause: float) -> dict[str, Array]:
    """
    Readings of several measurements in one record, with an unrecorded pause between two.

    Parameters
    ----------
    parts : sequence of mapping of str to ndarray, shape (row,)
        Each with a time that begins at zero.
    pause : float
        s.

    Returns
    -------
    dict of str to ndarray
        The same variables.
    """
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    begin, times = 0.0, []
    for part in parts:
        times.append(begin + part["time"])
        begin += float(part["time"][-1]) + pause
    joined["time"] = np.concatenate(times)
    return joined


def origin(protocol: str, options: SeedOptions) -> dataset.Provenance:
    """
    Provenance of a synthetic measurement.

    Parameters
    ----------
    protocol : str
        Name of the simulation.
    options : SeedOptions
        What it was made from.

    Returns
    -------
    Provenance
        Marked as synthetic.
    """
    return dataset.Provenance(
        source=protocol,
        reader="papilio.simulate.twin",
        synthetic=True,
        seed=options.seed,
        options=json.dumps(asdict(options)),
    )


def as_text(truth: list[Truth]) -> str:
    """
    Truth as the attribute ``truth`` holds it.

    Parameters
    ----------
    truth : list of Truth
        Quantity, value and conditions.

    Returns
    -------
    str
        JSON.
    """
    return json.dumps(
        [
            {"quantity": quantity, "value": value, "conditions": dict(conditions)}
            for quantity, value, conditions in truth
        ]
    )
