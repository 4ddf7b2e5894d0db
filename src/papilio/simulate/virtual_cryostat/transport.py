"""Resistance of the film in one pattern: the array at small current, and links in series."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.granular_film.network import network_resistance
from papilio.simulate.virtual_cryostat.pattern import Pattern, Sample
from papilio.simulate.virtual_cryostat.slips import (
    RESOLVED,
    Reading,
    colder,
    most_slips,
    slip_resistance,
    slips,
)

Floats = NDArray[np.float64]

#: Coupling over temperature below which no phase is locked (`josephson_array.options`).
LEAST_COUPLING = 1e-3
#: Below these temperatures over the mean coupling the array is watched at them, and what it shows
#: is taken down by Arrhenius' law: where slips are seen at one of them, the next is tried.
WATCHED_AT = (0.6, 0.25)
#: Below this part of that temperature it is watched for so much shorter.
FAR_BELOW, SHORTER = 0.2, 4
#: Current of a link times the flux quantum over 2 pi kB T, by which it is measured: a vortex that
#: moves on by one plaquette gains 0.2 kB T.
SMALL_CURRENT = 0.03
#: Standard errors from which a resistance is more than a limit.
SIGNIFICANT = 2.0
#: Slips that leave no doubt that there is a resistance.
ENOUGH = 4 * RESOLVED
#: Whole flux quanta up to which the patterns with one more and one less are weighed.
FEW_QUANTA = 4
#: Decimals of a flux over the flux quantum that are kept: stray flux of 1e-5 and less is none.
DECIMALS = 4

#: Decimals of a part of a flux quantum by which patterns are told apart.
DIGITS_OF_A_PART = 6

#: Standard deviations of a one-sided limit at 95 %.
ONE_SIDED = 1.645

Known = dict[bytes, Reading]


def reading(sample: Sample, pattern: Pattern, known: Known, seed: int | None = None) -> Reading:
    """
    Resistance of a square of the film, without current.

    The array starts from ordered phases, and from the same random numbers for every pattern: two
    patterns that hardly differ then give the same answer but for what they differ by. A closed
    array holds a whole number of flux quanta; a part of one says how many such pieces of the film
    have one more than the others.

    Parameters
    ----------
    sample : Sample
        Film, and how long to look.
    pattern : Pattern
        Couplings, flux, temperature.
    known : dict
        Readings of patterns that came before, by content; what is measured is added.
    seed : int, optional
        Of the array's noise; by default that of the sample.

    Returns
    -------
    Reading
        Of the array and of what couplings put in series.
    """
    seed = sample.options.seed if seed is None else seed
    least = math.floor(float(pattern.flux.sum()) + 1e-9)
    part = float(pattern.flux.sum()) - least
    if abs(least) > FEW_QUANTA:
        least, part = round(least + part), 0.0
    found = _known(sample, pattern, least, known, seed)
    if part > 1e-6:
        other = _known(sample, pattern, least + 1, known, seed)
        found = _weighed(found, other, part)
    series = series_resistance(pattern.resistance)
    normal = sample.film.normal_resistance
    return replace(
        found,
        value=min(found.value + series, normal),
        limit=min(found.limit + series, normal),
        resolved=found.resolved or series > found.limit,
    )


def series_resistance(resistance: Floats) -> float:
    """
    Resistance of a square of links in series with superconducting ones.

    Parameters
    ----------
    resistance : array, shape (2, Ly, Lx)
        Of each link, ohm; zero is a short.

    Returns
    -------
    float
        ohm, by Kirchhoff's equations.
    """
    if not resistance.any():
        return 0.0
    locked = resistance == 0
    return network_resistance(locked, np.where(locked, 1.0, resistance))


def _known(sample: Sample, pattern: Pattern, quanta: int, known: Known, seed: int) -> Reading:
    # Patterns that no array could tell apart are one.
    flux = np.round(pattern.flux - pattern.flux.mean(), DECIMALS)
    flux = flux - flux.mean() + quanta / flux.size
    if quanta < 0:
        # With all fluxes and phases reversed the array does the same.
        flux = -flux
    key = b"".join(
        [flux.tobytes(), pattern.coupling.tobytes(), np.float64(pattern.temperature).tobytes()]
    )
    if key not in known:
        found = _measured(sample, pattern.coupling, flux, pattern.temperature, seed)
        known[key] = replace(found, state=float(len(known)))
    return known[key]


def _weighed(one: Reading, other: Reading, part: float) -> Reading:
    return Reading(
        value=(1 - part) * one.value + part * other.value,
        std=math.hypot((1 - part) * one.std, part * other.std),
        limit=(1 - part) * one.limit + part * other.limit,
        slips=one.slips + other.slips,
        resolved=one.resolved or other.resolved,
        correlation_time=max(one.correlation_time, other.correlation_time),
        state=one.state + round(part, DIGITS_OF_A_PART),
    )


def _measured(
    sample: Sample, coupling: Floats, flux: Floats, temperature: float, seed: int
) -> Reading:
    """The array in one pattern of flux and couplings."""
    options, normal = sample.options, sample.film.normal_resistance
    mean = float(coupling.mean())
    if mean < LEAST_COUPLING * temperature:
        return Reading(normal, 0.0, normal, math.nan, True, 0.0)
    # numba takes a second to import, which a study without an array need not wait for.
    from papilio.simulate.virtual_cryostat.watch import Setting, driven, undriven, winding

    cold = temperature / mean
    aspect = options.rows / options.columns
    slowest = float(coupling[coupling > 0].min()) / mean
    best = math.inf
    for watched in [*(hot for hot in WATCHED_AT if hot > cold), max(cold, WATCHED_AT[-1])]:
        setting = Setting(
            coupling,
            flux,
            watched,
            normal,
            options.replicas,
            options.equilibration_steps,
            options.maximum_steps // (SHORTER if cold < FAR_BELOW * watched else 1),
            seed,
        )
        series = undriven(setting, ENOUGH)
        number = slips(winding(setting, series))
        most = most_slips(number) / (series.voltage.size * series.duration)
        if watched > cold:
            most = colder(most, watched, cold, slowest)
        limit = normal * slip_resistance(most, cold, aspect)
        memory = series.duration * setting.time_unit
        best = min(best, limit)
        if number == 0:
            return Reading(0.0, best / ONE_SIDED, best, 0.0, False, memory)
    if cold < WATCHED_AT[-1]:
        return Reading(0.0, best / ONE_SIDED, best, 0.0, False, memory)
    small = SMALL_CURRENT * cold
    (voltage,) = driven(setting, (small,))
    value, std = normal * voltage.value / small, normal * voltage.std / small
    memory *= max(voltage.correlation, 1.0)
    above = max(value, 0.0) + ONE_SIDED * std
    if number < RESOLVED or value < SIGNIFICANT * std:
        # What little is seen stays an estimate: a zero would make too much of the next reading.
        return Reading(value, max(std, limit / ONE_SIDED), limit, number, False, memory)
    return Reading(value, std, above, number, True, memory)
