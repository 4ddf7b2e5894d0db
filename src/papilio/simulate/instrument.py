"""
The instrument in front of a sample: what turns a true resistance into what a laboratory reads.

Pure functions of arrays. Rows are readings; what happens between two rows is taken as linear.
"""

from __future__ import annotations

import math
import zlib

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def generator(seed: int, protocol: str) -> np.random.Generator:
    """
    Random numbers of one simulated measurement.

    Parameters
    ----------
    seed : int
        Zero or more. The same seed gives the same numbers.
    protocol : str
        Name of the measurement; two measurements with one seed get independent numbers.

    Returns
    -------
    numpy.random.Generator
        A generator of its own.
    """
    key = zlib.crc32(protocol.encode())
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))


def low_pass(values: Array, time: Array, time_constant: float) -> Array:
    """
    Output of a first-order low pass, in the unit of its input.

    Solves ``tau dy/dt = u - y`` exactly for an input that is linear between two rows, starting
    in the steady state of the first one. A step then settles as ``1 - exp(-t/tau)`` and a ramp
    comes out late by `time_constant`.

    Parameters
    ----------
    values : ndarray, shape (row,)
        Input.
    time : ndarray, shape (row,)
        Time of each row, s, never decreasing.
    time_constant : float
        s; zero passes everything.

    Returns
    -------
    ndarray, shape (row,)
        Output.
    """
    if time_constant == 0 or values.size < 2:
        return values.copy()
    elapsed = np.diff(time)
    decay = np.exp(-elapsed / time_constant)
    change = np.diff(values)
    # Mean of exp(-t/tau) over the row: the share of the change that has not come through yet.
    lost = np.ones_like(elapsed)
    moving = elapsed > 0
    lost[moving] = (1 - decay[moving]) * time_constant / elapsed[moving]
    lag = np.empty_like(values)  # input minus output: small where the output has settled
    lag[0] = current = 0.0
    for row, (kept, pushed) in enumerate(
        zip(decay.tolist(), (change * lost).tolist(), strict=True)
    ):
        current = kept * current + pushed
        lag[row + 1] = current
    return np.asarray(values - lag)


def lock_in_noise(density: float, time_constant: float) -> float:
    """
    White voltage noise of a lock-in reading, one standard deviation, V.

    A first-order output filter has the equivalent noise bandwidth ``1 / (4 tau)``.

    Parameters
    ----------
    density : float
        Noise density at its input, V/Hz^0.5.
    time_constant : float
        Time constant of the output filter, s, above zero.

    Returns
    -------
    float
        V.
    """
    return density * math.sqrt(1 / (4 * time_constant))


def lock_in(
    resistance: Array,
    time: Array,
    random: np.random.Generator,
    *,
    current: float,
    time_constant: float,
    noise_density: float,
    offset: float,
    every: int = 1,
) -> Array:
    """
    Resistance that a lock-in reads, voltage over excitation current, ohm.

    The noise of two readings is independent, as it is where they stand some time constants apart.

    Parameters
    ----------
    resistance : ndarray, shape (moment,)
        True four-terminal resistance, ohm.
    time : ndarray, shape (moment,)
        s.
    random : numpy.random.Generator
        Source of the noise.
    current : float
        Excitation current, A.
    time_constant : float
        s, above zero.
    noise_density : float
        V/Hz^0.5.
    offset : float
        Constant voltage that the instrument adds, V.
    every : int, optional
        One reading for so many moments: between two readings the resistance need not be a
        straight line.

    Returns
    -------
    ndarray, shape (row,)
        ohm.
    """
    read = low_pass(resistance, time, time_constant)[::every]
    noise = random.normal(0.0, lock_in_noise(noise_density, time_constant), read.size)
    return read + (offset + noise) / current


def reading(values: Array, random: np.random.Generator, noise: float) -> Array:
    """
    Reading of a slow quantity (thermometer, magnet current), in its own unit.

    Parameters
    ----------
    values : ndarray, shape (row,)
        True values.
    random : numpy.random.Generator
        Source of the noise.
    noise : float
        One standard deviation of white reading noise.

    Returns
    -------
    ndarray, shape (row,)
        Values with noise.
    """
    return values + random.normal(0.0, noise, values.size)


def field_at_sample(nominal: Array, direction: Array, offset: float, remanent: float) -> Array:
    """
    Field at the sample where the magnet's current says `nominal`, T.

    Flux trapped in the windings adds a constant, and a part that opposes the change of the field:
    on the way down more field is left than the current says, on the way up less.

    Parameters
    ----------
    nominal : ndarray, shape (row,)
        Field from the magnet's current, T.
    direction : ndarray, shape (row,)
        +1 where the field goes up, -1 where it goes down.
    offset : float
        Constant part, T.
    remanent : float
        Part that depends on the direction, T.

    Returns
    -------
    ndarray, shape (row,)
        T.
    """
    return nominal + offset - remanent * direction


def path(corners: Array, spacing: float) -> tuple[Array, Array, Array]:
    """
    Rows of a piecewise linear path at equal spacing along it.

    Parameters
    ----------
    corners : ndarray, shape (corner,)
        Values between which the path runs straight, in the unit of the quantity.
    spacing : float
        Distance of two rows, same unit, above zero.

    Returns
    -------
    values : ndarray, shape (row,)
        The quantity.
    distance : ndarray, shape (row,)
        Way travelled since the start.
    direction : ndarray, shape (row,)
        +1 or -1; a corner belongs to the stretch that ends there.
    """
    steps = np.diff(corners)
    travelled: Array = np.concatenate([[0.0], np.cumsum(np.abs(steps))])
    rows = round_down(travelled[-1] / spacing) + 1
    distance: Array = spacing * np.arange(rows, dtype=np.float64)
    stretch = np.clip(np.searchsorted(travelled, distance) - 1, 0, steps.size - 1)
    values: Array = np.interp(distance, travelled, corners)
    direction: Array = np.sign(steps)[stretch]
    return values, distance, direction


def round_down(number: float) -> int:
    """
    Largest whole number that `number` reaches, forgiving rounding errors of 1e-9.

    Parameters
    ----------
    number : float
        Zero or more.

    Returns
    -------
    int
        The whole number: 3 for 2.9999999999.
    """
    return math.floor(number + 1e-9)
