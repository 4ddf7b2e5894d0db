"""The twin in a magnetometer and in a photoelectron spectrometer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio import dataset
from papilio.errors import OptionsError
from papilio.options import option
from papilio.physics.core_level import doublet, shirley
from papilio.simulate import instrument, recording
from papilio.simulate.closed_form import SeedOptions
from papilio.simulate.recording import Truth

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class MomentLoopOptions(SeedOptions):
    """Loops of the moment against field in a magnetometer, one temperature after another."""

    temperatures: tuple[float, ...] = option(
        (2.0, 300.0),
        unit="K",
        help="Temperatures, in order (paper, Figs. S9 and S19: 2 K to room temperature).",
    )
    maximum_field: float = option(
        1.0, unit="T", help="The loop runs between + and - this field (assumed)."
    )
    field_step: float = option(0.01, unit="T", help="Field between two readings (assumed).")
    saturation_moments: tuple[float, ...] = option(
        (4.2e-10, 2.0e-10),
        unit="A*m^2",
        help="Saturation moments, one for each temperature (assumed: at 2 K the sheet moment "
        "1.7e-5 A of the paper's first-principles cell on 5 mm by 5 mm).",
    )
    coercive_field: float = option(
        0.08, unit="T", help="Coercive field (paper, text: that of the resistance peak)."
    )
    reversal_width: float = option(
        0.06, unit="T", help="Width w of the reversal, tanh((H -+ H_c)/w) (assumed)."
    )
    slope: float = option(
        -1e-7,
        unit="A*m^2/T",
        help="Moment of the diamagnetic substrate per field (assumed: 12 mm^3, susceptibility "
        "-1e-5).",
    )
    moment_noise: float = option(
        2e-12, unit="A*m^2", help="Noise of one reading, one sigma (assumed: averaged scans)."
    )
    moment_offset: float = option(
        5e-12, unit="A*m^2", help="Moment that does not depend on the field (assumed)."
    )
    dwell: float = option(20.0, unit="s", help="Time between two readings (assumed).")

    may_be_negative: ClassVar[frozenset[str]] = frozenset({"slope", "moment_offset"})

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.temperatures or len(self.temperatures) != len(self.saturation_moments):
            raise OptionsError(
                "saturation_moments: give as many as temperatures, at least one of each"
            )
        if self.maximum_field < self.coercive_field + 8 * self.reversal_width:
            raise OptionsError(
                f"maximum_field: {self.maximum_field} T does not saturate the sample; give at "
                f"least {self.coercive_field + 8 * self.reversal_width:g} T"
            )


def moment(options: MomentLoopOptions, saturation: float, field: Array, direction: Array) -> Array:
    """
    Moment of film and substrate, A m^2.

    Parameters
    ----------
    options : MomentLoopOptions
        The sample.
    saturation : float
        Saturation moment, A m^2.
    field : ndarray, shape (...)
        T.
    direction : ndarray, shape (...)
        +1 on the way up, -1 on the way down.

    Returns
    -------
    ndarray, shape (...)
        Without theoretical claim.
    """
    reversal = np.tanh((field - direction * options.coercive_field) / options.reversal_width)
    return np.asarray(saturation * reversal + options.slope * field + options.moment_offset)


def moment_loop(options: MomentLoopOptions) -> xr.Dataset:
    """
    Moment against field, from saturation down and back up, one temperature after another.

    Parameters
    ----------
    options : MomentLoopOptions
        Sample, magnetometer and temperatures.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, moment.
    """
    random = instrument.generator(options.seed, "twin.moment_loop")
    top = options.maximum_field
    recording.row_count(4 * top, options.field_step, "field_step")
    field, _, direction = instrument.path(np.array([top, -top, top]), options.field_step)
    parts = []
    truth: list[Truth] = [("magnetisation.slope", options.slope, {})]
    for temperature, saturation in zip(
        options.temperatures, options.saturation_moments, strict=True
    ):
        there = moment(options, saturation, field, direction)
        parts.append(
            {
                "time": options.dwell * np.arange(field.size, dtype=np.float64),
                "temperature": np.full(field.size, temperature),
                "field": field,
                "moment": instrument.reading(there, random, options.moment_noise),
            }
        )
        remanence = saturation * float(np.tanh(options.coercive_field / options.reversal_width))
        where = {"temperature": temperature}
        truth += [
            ("magnetisation.saturation_moment", saturation, where),
            ("magnetisation.coercive_field", options.coercive_field, where),
            ("magnetisation.remanence", remanence, where),
        ]
    variables = recording.one_after_another(parts, 1800.0)
    return dataset.record(
        variables,
        recording.origin("twin.moment_loop", options),
        attributes={"truth": recording.as_text(truth)},
    )


@dataclass(frozen=True, kw_only=True)
class PhotoelectronOptions(SeedOptions):
    """Ta 4f spectrum of a photoelectron spectrometer, by counting."""

    Ta4_fraction: float = option(
        0.228, help="Part of Ta4+ among all tantalum (paper, Fig. S3: 22.8 %)."
    )
    lowest_energy: float = option(
        20.0, unit="eV", help="Binding energy where the spectrum begins (assumed)."
    )
    highest_energy: float = option(34.0, unit="eV", help="Binding energy where it ends (assumed).")
    energy_step: float = option(0.05, unit="eV", help="Step of the spectrum (assumed).")
    position: float = option(
        26.2, unit="eV", help="Binding energy of the Ta5+ 4f7/2 line (assumed)."
    )
    shift: float = option(
        1.3, unit="eV", help="How much lower the Ta4+ lines are (assumed; 1 to 1.5 is usual)."
    )
    gaussian: float = option(
        0.45, unit="eV", help="Standard deviation of the Gaussian part of a line (assumed)."
    )
    lorentzian: float = option(
        0.1, unit="eV", help="Half width of the Lorentzian part of a line (assumed)."
    )
    area: float = option(4e4, unit="eV", help="Area of all lines, counts times energy (assumed).")
    constant: float = option(800.0, help="Counts of the constant background (assumed).")
    shirley_step: float = option(
        0.02, unit="1/eV", help="Shirley background per area of the lines (assumed)."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.Ta4_fraction >= 1:
            raise OptionsError(f"Ta4_fraction: {self.Ta4_fraction} is not a part; give one below 1")


def spectrum(options: PhotoelectronOptions, energy: Array) -> Array:
    """
    Mean counts of the spectrum.

    Parameters
    ----------
    options : PhotoelectronOptions
        Lines and background.
    energy : ndarray, shape (point,)
        Binding energy, increasing, eV.

    Returns
    -------
    ndarray, shape (point,)
        Counts.
    """
    widths = (options.gaussian, options.lorentzian)
    reduced = options.Ta4_fraction * options.area
    lines = doublet(energy, options.area - reduced, options.position, *widths)
    lines = lines + doublet(energy, reduced, options.position - options.shift, *widths)
    return np.asarray(options.constant + lines + shirley(energy, lines, options.shirley_step))


def photoelectrons(options: PhotoelectronOptions) -> xr.Dataset:
    """
    Counts against binding energy about the Ta 4f lines.

    Parameters
    ----------
    options : PhotoelectronOptions
        Lines, background and range.

    Returns
    -------
    xarray.Dataset
        Record of binding_energy, intensity.
    """
    random = instrument.generator(options.seed, "twin.photoelectrons")
    reach = options.highest_energy - options.lowest_energy
    rows = recording.row_count(reach, options.energy_step, "energy_step")
    energy: Array = options.lowest_energy + options.energy_step * np.arange(rows, dtype=np.float64)
    counts = random.poisson(spectrum(options, energy)).astype(np.float64)
    truth: list[Truth] = [
        ("xps.Ta4_fraction", options.Ta4_fraction, {}),
        ("xps.binding_energy", options.position, {}),
        ("xps.shift", options.shift, {}),
    ]
    return dataset.record(
        {"binding_energy": energy, "intensity": counts},
        recording.origin("twin.photoelectrons", options),
        attributes={"truth": recording.as_text(truth)},
    )
