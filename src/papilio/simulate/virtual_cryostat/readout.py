"""From readings of the film to the record that a laboratory keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio import dataset
from papilio.simulate import instrument, interface, recording
from papilio.simulate.virtual_cryostat.options import CryostatOptions, InstrumentOptions
from papilio.simulate.virtual_cryostat.pattern import Pattern
from papilio.simulate.virtual_cryostat.slips import Reading

Floats = NDArray[np.float64]

#: Units of the variables that the vocabulary of Datasets does not have.
UNITS = {
    "array_resistance": "ohm",
    "array_resistance_std": "ohm",
    "array_resistance_limit": "ohm",
    "array_voltage": "V",
    "array_voltage_std": "V",
    "state": "",
    "state_error": "ohm",
    "state_excess": "ohm",
    "phase_slips": "",
    "resolved": "",
    "correlation_time": "s",
    "flux_rms": "",
    "coupling_mean": "K",
    "wall_length": "m",
    "reversal_rate": "1/s",
}


def row(options: InstrumentOptions, pattern: Pattern, reading: Reading) -> dict[str, float]:
    """
    What is known of the film at one reading, before the instrument.

    Parameters
    ----------
    options : InstrumentOptions
        Bar and instrument.
    pattern : Pattern
        The film.
    reading : Reading
        Its resistance.

    Returns
    -------
    dict of str to float
        Variables of the record.
    """
    noise = instrument.lock_in_noise(options.voltage_noise, options.time_constant)
    error = options.squares * reading.error
    return {
        "resistance_std": float(np.hypot(error, noise / options.excitation_current)),
        "state": reading.state,
        "state_error": error,
        "state_excess": options.squares * reading.excess,
        "array_resistance": reading.value,
        "array_resistance_std": reading.std,
        "array_resistance_limit": reading.limit,
        "phase_slips": reading.slips,
        "resolved": float(reading.resolved),
        "correlation_time": reading.correlation_time,
        "flux_rms": float(pattern.flux.std()),
        "coupling_mean": float(pattern.coupling.mean()),
        "wall_length": pattern.wall_length,
        "reversal_rate": pattern.reversal_rate,
    }


def columns(rows: Sequence[Mapping[str, float]]) -> dict[str, Floats]:
    """
    Variables of a record from its rows.

    Parameters
    ----------
    rows : sequence of mapping
        All with the same names.

    Returns
    -------
    dict of str to array, shape (row,)
        In the same order.
    """
    return {name: np.array([one[name] for one in rows], float) for name in rows[0]}


def one_after_another(parts: Sequence[dict[str, Floats]], pause: float) -> dict[str, Floats]:
    """
    Stretches of one record, the states of each with numbers of their own.

    Parameters
    ----------
    parts : sequence of dict of str to array, shape (row,)
        Each with a time that begins at zero.
    pause : float
        Between two of them, s.

    Returns
    -------
    dict of str to array, shape (row,)
        The same variables.
    """
    apart, first = [], 0.0
    for part in parts:
        apart.append({**part, "state": part["state"] + first})
        first += float(np.floor(part["state"].max())) + 1
    return recording.one_after_another(apart, pause)


def lock_in(
    options: InstrumentOptions, sheet: Floats, time: Floats, random: np.random.Generator
) -> Floats:
    """
    Resistance of the bar as a lock-in reads it.

    Parameters
    ----------
    options : InstrumentOptions
        Bar and instrument.
    sheet : array, shape (row,)
        Resistance of a square, ohm.
    time : array, shape (row,)
        s.
    random : numpy.random.Generator
        Source of the noise.

    Returns
    -------
    array, shape (row,)
        ohm.
    """
    return instrument.lock_in(
        options.squares * sheet,
        time,
        random,
        current=options.excitation_current,
        time_constant=options.time_constant,
        noise_density=options.voltage_noise,
        offset=options.voltage_offset,
    )


def finished(
    protocol: str,
    options: InstrumentOptions,
    variables: Mapping[str, Floats],
    *,
    interval: float,
    alternating: bool = True,
) -> xr.Dataset:
    """
    The record of a measurement, with its mechanism and the separation of its time scales.

    Parameters
    ----------
    protocol : str
        Name of the measurement.
    options : InstrumentOptions
        What it was made from.
    variables : mapping of str to array, shape (row,)
        Readings.
    interval : float
        Shortest time between two readings, s.
    alternating : bool, optional
        Whether a lock-in measured.

    Returns
    -------
    xarray.Dataset
        A checked record. Attribute ``mechanism`` names the couplings, ``planted`` the signatures
        that film, magnet and these put in by construction; ``time_scale_ratio`` is the longest
        correlation time of the array over `interval`: far below one, it is stationary in each
        pattern.
    """
    mechanism = options.mechanism if isinstance(options, CryostatOptions) else "none"
    slowest = float(np.max(variables.get("correlation_time", np.zeros(1))))
    couplings = options.couplings if isinstance(options, CryostatOptions) else ()
    planted = {name for key in ("none", *couplings) for name in interface.PLANTED[key]}
    attributes: dict[str, str | int | float] = {
        "mechanism": mechanism,
        "planted": ",".join(sorted(planted)),
        "time_scale_ratio": slowest / interval,
    }
    found = dict(variables)
    if alternating:
        some = next(iter(variables.values()))
        found["excitation_current"] = np.full(some.size, options.excitation_current)
        attributes["lock_in_time_constant"] = options.time_constant
    recorded = dataset.record(
        found,
        dataset.Provenance(
            source=f"virtual_cryostat.{protocol}",
            reader="papilio.simulate.virtual_cryostat",
            synthetic=True,
            seed=options.seed,
            options=json.dumps(asdict(options)),
        ),
        units=UNITS,
        attributes=attributes,
    )
    return dataset.with_geometry(recorded, options.length, options.width)
