"""Readings of one sweep of the field: magnet, film, instrument."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papilio.progress import track
from papilio.simulate import instrument
from papilio.simulate.virtual_cryostat import readout
from papilio.simulate.virtual_cryostat.noise import noise_seed
from papilio.simulate.virtual_cryostat.pattern import Sample, Sweep, patterns
from papilio.simulate.virtual_cryostat.transport import Known, reading

Floats = NDArray[np.float64]


def field_sweep(
    made: Sample, sweep: Sweep, corners: tuple[float, ...], step: float, protocol: str
) -> dict[str, Floats]:
    """
    Readings of a sweep through corners, from saturation along the first of them.

    Parameters
    ----------
    made : Sample
        Magnet and film.
    sweep : Sweep
        Temperature, rate, direction.
    corners : tuple of float
        Fields between which the sweep runs straight, T.
    step : float
        Field between two readings, T.
    protocol : str
        Names progress and random numbers.

    Returns
    -------
    dict of str to array, shape (row,)
        time, temperature, field, resistance, sweep_rate, and the variables of `readout.row`.
    """
    options = made.options
    seed = noise_seed(
        options.seed,
        protocol,
        density=options.film.density,
        current_direction=options.current_direction,
        temperature=sweep.temperature,
        rate=sweep.rate,
        azimuth=sweep.azimuth,
        elevation=sweep.elevation,
    )
    magnet = instrument.generator(seed, "magnet")
    noise = instrument.generator(seed, "instrument")
    nominal, distance, direction = instrument.path(np.array(corners), step)
    actual = instrument.field_at_sample(
        nominal, direction, options.field_offset, options.remanent_field
    )
    known: Known = {}
    rows = [
        readout.row(options, pattern, reading(made, pattern, known, seed))
        for pattern in track(
            patterns(made, sweep, actual, step / sweep.rate, magnet),
            f"virtual {protocol}".replace("_", " "),
            actual.size,
        )
    ]
    found = readout.columns(rows)
    time = distance / sweep.rate
    return {
        "time": time,
        "temperature": instrument.reading(
            np.full(actual.size, sweep.temperature), noise, options.thermometer_noise
        ),
        "field": nominal,
        "resistance": readout.lock_in(options, found["array_resistance"], time, noise),
        "sweep_rate": np.full(actual.size, sweep.rate),
        **found,
    }
