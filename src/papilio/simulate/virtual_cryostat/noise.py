"""Seeds of noise: disorder belongs to the sample, noise to each measurement of it."""

from __future__ import annotations

import zlib

import numpy as np


def noise_seed(seed: int, protocol: str, **own: float | str) -> int:
    """
    Seed of the noise of one measurement of a sample.

    Two measurements of one sample share its seed, hence its disorder, but neither the noise of
    instrument and array nor the events of the magnet: these follow from the seed and from what the
    measurement is of itself. Couplings are none of that, so that mechanisms are compared under the
    same noise.

    Parameters
    ----------
    seed : int
        Of the sample.
    protocol : str
        Name of the measurement.
    **own : float or str
        What tells it from others: density, temperature, rate, direction.

    Returns
    -------
    int
        Zero or more; the same for the same arguments on every machine.
    """
    parts = [f"{name}={_text(value)}" for name, value in sorted(own.items())]
    key = zlib.crc32(" ".join([protocol, *parts]).encode())
    return int(np.random.SeedSequence(seed, spawn_key=(key,)).generate_state(1)[0])


def _text(value: float | str) -> str:
    # Nine digits: what differs by rounding alone is the same.
    return value if isinstance(value, str) else f"{value:.9g}"
