"""Field loops from closed forms with and without the signatures, for the benchmark of detectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import signal

from papilio.dataset import Provenance, record
from papilio.simulate.closed_form import SampleOptions, reversal_peak, sheet_resistance

Array = NDArray[np.float64]
Random = np.random.Generator
Data = dict[str, xr.Dataset]

#: Largest field and step, T; rate, T/s; noise of a reading, ohm per square.
TOP, STEP, RATE, NOISE = 0.3, 3e-3, 0.1 / 60, 1.0
#: Peaks are so many times higher than the noise of a reading.
SIGNAL = (5.0, 20.0)


def loop(
    random: Random,
    height: float = 0.0,
    background: Callable[[Array, Array], Array] | None = None,
    peaks: Callable[[Array, Array], Array] | None = None,
    drift: float = 0.0,
) -> xr.Dataset:
    """A loop from + to - and back: background, peaks where the magnet reverses, drift, noise."""
    down = np.arange(TOP, -TOP - STEP / 2, -STEP)
    field = np.concatenate([down, down[::-1][1:]])
    direction = np.concatenate([-np.ones(down.size), np.ones(down.size - 1)])
    time = np.arange(field.size) * STEP / RATE
    # Either a shift that both branches share, such as flux trapped in a magnet makes, or none.
    shift = random.uniform(-5e-3, 5e-3)
    there = field + shift
    at, width = random.uniform(0.05, 0.12), random.uniform(0.01, 0.03)
    clean = height * reversal_peak(there, direction, at, width)
    if background is not None:
        clean = clean + background(there, direction)
    if peaks is not None:
        clean = clean + peaks(there, direction)
    walk = np.cumsum(random.normal(0, 1, time.size)) / np.sqrt(time.size)
    clean = clean + drift * (random.choice([-1.0, 1.0]) * time / time[-1] + walk)
    return record(
        {
            "time": time,
            "temperature": np.full(time.size, 0.05),
            "field": field,
            "sheet_resistance": clean + noise(random, time.size),
        },
        Provenance("loop", "benchmark", synthetic=True),
    )


def noise(random: Random, size: int) -> Array:
    """White, or as behind a lock-in whose time constant is up to that between readings."""
    memory = np.exp(-1 / random.uniform(0.1, 1.0))
    white = random.normal(0, NOISE * np.sqrt(1 - memory**2), size + 30)
    return np.asarray(signal.lfilter([1.0], [1.0, -memory], white)[30:])


def with_peaks(random: Random) -> xr.Dataset:
    """Peaks of 5 to 20 times the noise."""
    return loop(random, height=NOISE * random.uniform(*SIGNAL))


def with_peaks_and_drift(random: Random) -> xr.Dataset:
    """The same on a drift as large as the noise, with a background even in the field."""
    height = NOISE * random.uniform(*SIGNAL)
    return loop(random, height, even(random, 0.3), drift=NOISE * random.uniform(0, 1))


def even(random: Random, part: float = 1.0) -> Callable[[Array, Array], Array]:
    """Magnetoresistance without hysteresis: a parabola and a cusp."""
    curve, cusp = part * NOISE * random.uniform(-30, 30, 2)
    return lambda field, _: curve * (field / TOP) ** 2 + cusp * np.exp(-np.abs(field) / 0.05)


def nothing(random: Random) -> xr.Dataset:
    """Noise alone."""
    return loop(random)


def drifting(random: Random) -> xr.Dataset:
    """A steady drift and a random walk of up to thirty times the noise."""
    return loop(random, drift=NOISE * random.uniform(1, 30))


def magnetoresistance(random: Random) -> xr.Dataset:
    """Even in the field."""
    return loop(random, background=even(random))


def symmetric_peaks(random: Random) -> xr.Dataset:
    """Peaks at both fields on both branches, as of a loop that was symmetrised."""
    at, width = random.uniform(0.05, 0.12), random.uniform(0.01, 0.03)
    height = NOISE * random.uniform(*SIGNAL)

    def peaks(field: Array, _: Array) -> Array:
        return height * sum(
            reversal_peak(field, np.full(field.size, sign), at, width) for sign in (1.0, -1.0)
        )

    return loop(random, background=even(random, 0.3), peaks=peaks)


def remanence(random: Random) -> xr.Dataset:
    """A superconducting window whose steep edges a remanent field shifts, either way."""
    sample = SampleOptions(sheet_resistance=NOISE * random.uniform(20, 200))
    temperature, lag = random.uniform(0.1, 0.6), random.uniform(-0.01, 0.01)

    def background(field: Array, direction: Array) -> Array:
        return sheet_resistance(sample, temperature, field - lag * direction, "perpendicular")

    return loop(random, background=background)


def small_remanence(random: Random) -> xr.Dataset:
    """The same, shifted by at most the lag of a solenoid, 0.5 mT."""
    sample = SampleOptions(sheet_resistance=NOISE * random.uniform(20, 200))
    temperature, lag = random.uniform(0.1, 0.6), random.uniform(-5e-4, 5e-4)

    def background(field: Array, direction: Array) -> Array:
        return sheet_resistance(sample, temperature, field - lag * direction, "perpendicular")

    return loop(random, background=background)


def shifted_magnetoresistance(random: Random) -> xr.Dataset:
    """A parabola and a rounded cusp, shifted between the branches by a remanent field."""
    curve, cusp = NOISE * random.uniform(0, 50, 2)
    lag = random.uniform(-0.02, 0.02)

    def background(field: Array, direction: Array) -> Array:
        there = field - lag * direction
        return curve * (there / TOP) ** 2 - cusp / np.cosh(there / 0.05) ** 2

    return loop(random, background=background)


def spikes(random: Random) -> xr.Dataset:
    """One to eight bursts of one to four readings, of five to fifty times the noise."""
    made = loop(random)
    values = made["sheet_resistance"].values
    for _ in range(random.integers(1, 9)):
        first, length = random.integers(values.size - 4), random.integers(1, 5)
        values[first : first + length] += NOISE * random.uniform(5, 50) * random.choice([-1, 1, 1])
    return made


def one_peak(random: Random) -> xr.Dataset:
    """A peak on one branch alone."""
    height, chosen = NOISE * random.uniform(*SIGNAL), random.choice([-1.0, 1.0])
    at, width = random.uniform(0.05, 0.12), random.uniform(0.01, 0.03)

    def peaks(field: Array, direction: Array) -> Array:
        return height * reversal_peak(field, direction, at, width) * (direction == chosen)

    return loop(random, peaks=peaks)


def before_zero(random: Random) -> xr.Dataset:
    """Peaks before zero field, where a magnet does not reverse."""
    height, at = NOISE * random.uniform(*SIGNAL), random.uniform(0.05, 0.12)
    width = random.uniform(0.01, 0.03)
    return loop(
        random,
        peaks=lambda field, direction: height * reversal_peak(field, -direction, at, width),
    )


def coarse(random: Random, height: float, lifted: float) -> xr.Dataset:
    """
    A loop as a simulated array gives it: 21 or 41 fields on a branch, readings with error bars.

    Readings lie at a floor of 1 ohm; a part of them, at any field, is lifted to 10 to 25 ohm.
    """
    step = random.choice([0.02, 0.01])
    down = np.linspace(0.2, -0.2, round(0.4 / step) + 1)
    field = np.concatenate([down, down[1:-1][::-1], [0.2]])
    direction = np.concatenate([-np.ones(down.size), np.ones(field.size - down.size)])
    true = 1.0 + height * reversal_peak(field, direction, random.uniform(0.06, 0.1), 0.02)
    true = true + random.uniform(10, 25, true.size) * (random.random(true.size) < lifted)
    std = 0.25 + 0.15 * true
    return record(
        {
            "field": field,
            "sheet_resistance": true + random.normal(0, std),
            "sheet_resistance_std": std,
        },
        Provenance("coarse loop", "benchmark", synthetic=True),
    )


#: Kind of loop without peaks -> what makes one.
WITHOUT: dict[str, Callable[[Random], xr.Dataset]] = {
    "noise": nothing,
    "drift": drifting,
    "magnetoresistance": magnetoresistance,
    "symmetric peaks": symmetric_peaks,
    "remanence, steep window": remanence,
    "remanence, smooth": shifted_magnetoresistance,
    "spikes": spikes,
    "peak on one branch": one_peak,
    "peaks before zero": before_zero,
    "coarse floor": lambda random: coarse(random, 0.0, 0.0),
    "coarse, a third lifted": lambda random: coarse(random, 0.0, 0.33),
}
