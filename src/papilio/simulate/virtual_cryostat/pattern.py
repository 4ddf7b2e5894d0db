"""What the magnet makes of the film at each reading of a sweep."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papilio.constants import FLUX_QUANTUM
from papilio.simulate import granular_film, interface
from papilio.simulate.ferromagnet import observables
from papilio.simulate.ferromagnet.grains import sheet
from papilio.simulate.ferromagnet.ramp import Ramp, saturated, swept
from papilio.simulate.ferromagnet.sheet import Field, Sheet, along
from papilio.simulate.interface.contract import Scene
from papilio.simulate.virtual_cryostat.options import CryostatOptions

Floats = NDArray[np.float64]

#: Decimals of the mean flux per plaquette that break pairs: that of stray flux is rounding.
DECIMALS = 7
#: Decimals of a field in T that no film could tell apart.
NANOTESLA = 9


@dataclass(frozen=True)
class Sample:
    """
    Magnet and film, drawn from one seed.

    Attributes
    ----------
    options : CryostatOptions
        What they were made from.
    magnet : Sheet
        The magnet.
    film : granular_film.Film
        The superconductor.
    attempt_rate : float
        Of the magnet, 1/s.
    """

    options: CryostatOptions
    magnet: Sheet
    film: granular_film.Film
    attempt_rate: float


@dataclass(frozen=True)
class Sweep:
    """
    How the field goes.

    Attributes
    ----------
    temperature : float
        Of the bath, K.
    rate : float
        T/s.
    azimuth, elevation : float
        From the current in the plane, and out of the plane, degrees.
    """

    temperature: float
    rate: float
    azimuth: float = 0.0
    elevation: float = 0.0


@dataclass(frozen=True)
class Pattern:
    """
    The film at one reading.

    Attributes
    ----------
    temperature : float
        Of its islands, K.
    coupling : array, shape (2, Ly, Lx)
        Of its links over the Boltzmann constant, K.
    flux : array, shape (Ly, Lx)
        Through its plaquettes, over the flux quantum.
    resistance : array, shape (2, Ly, Lx)
        In series with its links, ohm.
    angle : array, shape (Ly, Lx)
        Of the moments above it, rad.
    wall_length : float
        m.
    reversal_rate : float
        1/s.
    """

    temperature: float
    coupling: Floats
    flux: Floats
    resistance: Floats
    angle: Floats
    wall_length: float
    reversal_rate: float


def sample(options: CryostatOptions) -> Sample:
    """
    Magnet and film of a measurement.

    Parameters
    ----------
    options : CryostatOptions
        Size, seed, and both parts' own options.

    Returns
    -------
    Sample
        Frozen.
    """
    same: dict[str, Any] = {
        "columns": options.columns,
        "rows": options.rows,
        "seed": options.seed,
    }
    # The lattice goes with the current; the crystal, and its easy axes, turn the other way.
    turned = options.magnet.easy_axis - (90.0 if options.current_direction == "[1-10]" else 0.0)
    magnet = dataclasses.replace(
        options.magnet, cell=options.pitch, boundary="periodic", easy_axis=turned, **same
    )
    return Sample(
        options,
        sheet(magnet),
        granular_film.film(dataclasses.replace(options.film, **same)),
        magnet.attempt_rate,
    )


def patterns(
    sample: Sample,
    sweep: Sweep,
    fields: Floats,
    spacing: float,
    random: np.random.Generator,
) -> Iterator[Pattern]:
    """
    Patterns at the readings of a sweep that starts from saturation along its first field.

    Parameters
    ----------
    sample : Sample
        Magnet and film.
    sweep : Sweep
        Direction, rate, temperature.
    fields : array, shape (row,)
        T, at the sample.
    spacing : float
        Time between two readings, s.
    random : numpy.random.Generator
        Of the magnet's events.

    Yields
    ------
    Pattern
        One for each field.
    """
    magnet = sample.magnet
    ramp = Ramp(
        sweep.temperature,
        sample.attempt_rate,
        sweep.rate,
        math.radians(sweep.azimuth),
        math.radians(sweep.elevation),
    )
    now = saturated(magnet, ramp, float(fields[0]))
    before, last = now.angle, math.nan
    memory: Mapping[str, Floats] = {}
    for number, value in enumerate(fields.tolist()):
        now = swept(magnet, ramp, now, value, random)
        applied = along(value, ramp.azimuth, ramp.elevation)
        moment = observables.directed(
            observables.mean_moment(magnet, now.angle, applied), ramp.azimuth, ramp.elevation
        )
        reversed_part = float((np.cos(now.angle - before) < 0).mean())
        scene = Scene(
            sheet=magnet,
            angle=now.angle,
            field=applied,
            temperature=sweep.temperature,
            sweep_rate=sweep.rate,
            # The field points along the direction of the ramp, or against it.
            moment_rate=(
                0.0 if number == 0 else math.copysign(1.0, value) * (moment - last) / spacing
            ),
            reversal_rate=reversed_part / spacing,
            elapsed=0.0 if number == 0 else spacing,
            memory=memory,
        )
        before, last = now.angle, moment
        found, memory = pattern(sample, scene)
        yield found


def resting(sample: Sample, temperature: float) -> Pattern:
    """
    The film without field, the magnet at rest in its remanent state.

    Parameters
    ----------
    sample : Sample
        Magnet and film.
    temperature : float
        K.

    Returns
    -------
    Pattern
        Without reversal.
    """
    at_rest = saturated(sample.magnet, Ramp(temperature, sample.attempt_rate, 1.0), 0.0)
    return pattern(sample, Scene(sample.magnet, at_rest.angle, Field(0.0, 0.0), temperature))[0]


def pattern(sample: Sample, scene: Scene) -> tuple[Pattern, Mapping[str, Floats]]:
    """
    What the chosen couplings make of a scene.

    Parameters
    ----------
    sample : Sample
        Knows film, couplings and current.
    scene : Scene
        The magnet and its conditions.

    Returns
    -------
    Pattern
        Of the film.
    mapping of str to array
        What the couplings are to be told at the next reading.
    """
    options, film = sample.options, sample.film
    scene = replace(
        scene,
        current_density=options.excitation_current / options.width,
        normal_resistance=film.normal_resistance,
        weak=~film.strong,
    )
    effect = interface.effect(scene, options.chosen)
    temperature = scene.temperature + effect.warming
    exchange = np.asarray(effect.exchange_field)
    # Fields that differ by rounding alone are to give one pattern.
    parallel = np.round(
        np.hypot(scene.field.x + exchange[0], scene.field.y + exchange[1]), NANOTESLA
    )
    plaquette = options.pitch**2 / FLUX_QUANTUM
    # A field that is applied upright threads the film whatever couples the magnet to it.
    flux = np.asarray(effect.flux) + scene.field.z * plaquette
    upright = round(float(flux.mean()), DECIMALS) / plaquette
    left = granular_film.couplings(film, temperature, parallel, upright)
    found = Pattern(
        temperature=temperature,
        coupling=effect.coupling * left,
        flux=flux,
        resistance=np.asarray(effect.resistance),
        angle=scene.angle,
        wall_length=observables.wall_length(sample.magnet, scene.angle),
        reversal_rate=scene.reversal_rate,
    )
    return found, effect.memory
