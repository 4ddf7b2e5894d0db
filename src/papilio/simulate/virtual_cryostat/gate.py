"""A gate below the film: density, resistance and loops against its voltage."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import xarray as xr

from papilio.constants import ELEMENTARY_CHARGE, RESISTANCE_QUANTUM
from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate import recording
from papilio.simulate.granular_film.options import FilmOptions
from papilio.simulate.virtual_cryostat import readout
from papilio.simulate.virtual_cryostat.butterfly import VirtualButterflyOptions, loop
from papilio.simulate.virtual_cryostat.hall import VirtualHallOptions, hall_readings
from papilio.simulate.virtual_cryostat.options import CryostatOptions
from papilio.simulate.virtual_cryostat.pattern import sample


@dataclass(frozen=True, kw_only=True)
class GateOptions(CryostatOptions):
    """What a gate does to the film."""

    gate_voltages: tuple[float, ...] = option(
        (-100.0, 0.0, 150.0), unit="V", help="Gate voltages, in order (paper, Figs. 3b and S6)."
    )
    gate_capacitance: float = option(
        1.44e-4,
        unit="F/m^2",
        help="Capacitance of the gate per area (paper, text on Fig. S6g: 3.8e17 to 2.9e17 per m^2 "
        "at -100 V).",
    )
    mean_free_paths: tuple[float, ...] = option(
        (10.2e-9, 12.3e-9, 13.7e-9),
        unit="m",
        help="Mean free path at each gate voltage, which with the density gives the normal "
        "resistance (paper, Fig. S6c).",
    )
    settling: float = option(
        600.0, unit="s", help="Unrecorded time between two gate voltages (assumed)."
    )

    may_be_zero: ClassVar[frozenset[str]] = CryostatOptions.may_be_zero | {
        "gate_voltages",
        "settling",
    }
    may_be_negative: ClassVar[frozenset[str]] = CryostatOptions.may_be_negative | {"gate_voltages"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.gate_voltages:
            raise OptionsError("gate_voltages: the list is empty; give at least one")
        if len(self.mean_free_paths) != len(self.gate_voltages):
            raise OptionsError(
                f"mean_free_paths: there are {len(self.mean_free_paths)} for "
                f"{len(self.gate_voltages)} gate voltages; give one each"
            )


@dataclass(frozen=True, kw_only=True)
class VirtualGatedHallOptions(GateOptions, VirtualHallOptions):
    """Hall effect at several gate voltages."""

    may_be_zero: ClassVar[frozenset[str]] = GateOptions.may_be_zero
    may_be_negative: ClassVar[frozenset[str]] = (
        GateOptions.may_be_negative | VirtualHallOptions.may_be_negative
    )


@dataclass(frozen=True, kw_only=True)
class VirtualGatedButterflyOptions(GateOptions, VirtualButterflyOptions):
    """Loops at several gate voltages."""

    temperature: float = option(0.05, unit="K", help="Of the bath (paper, Fig. 3b).")

    may_be_zero: ClassVar[frozenset[str]] = GateOptions.may_be_zero
    may_be_negative: ClassVar[frozenset[str]] = (
        GateOptions.may_be_negative | VirtualButterflyOptions.may_be_negative
    )


def gated_film(options: GateOptions, place: int) -> FilmOptions:
    """
    The film at one of the gate voltages.

    Parameters
    ----------
    options : GateOptions
        The gate; the film's density is that at zero voltage.
    place : int
        Which voltage.

    Returns
    -------
    FilmOptions
        With density n + C V/e and normal resistance (h/e^2)/(k_F l), k_F = sqrt(2 pi n). Islands
        and links keep their luck.

    Raises
    ------
    OptionsError
        If no carriers are left.
    """
    voltage = options.gate_voltages[place]
    density = options.film.density + options.gate_capacitance * voltage / ELEMENTARY_CHARGE
    if density <= 0:
        raise OptionsError(f"gate_voltages: at {voltage:g} V no carriers are left; give less")
    wave_number = math.sqrt(2 * math.pi * density)
    resistance = RESISTANCE_QUANTUM / (wave_number * options.mean_free_paths[place])
    return replace(options.film, density=density, normal_resistance=resistance)


def gated_hall(options: VirtualGatedHallOptions) -> xr.Dataset:
    """
    Hall and longitudinal resistance against perpendicular field, one gate voltage after another.

    Parameters
    ----------
    options : VirtualGatedHallOptions
        Film, gate, sweep, instrument.

    Returns
    -------
    xarray.Dataset
        Record as of `hall`, with gate_voltage.
    """
    parts = []
    for place, voltage in enumerate(options.gate_voltages):
        # Each stretch has noise of its own.
        part = hall_readings(options, gated_film(options, place), f"gated_hall.{place}")
        parts.append({**part, "gate_voltage": np.full(part["time"].size, voltage)})
    variables = recording.one_after_another(parts, options.settling)
    interval = options.field_step / options.sweep_rate
    return readout.finished("gated_hall", options, variables, interval=interval)


def gated_butterfly(options: VirtualGatedButterflyOptions) -> xr.Dataset:
    """
    Resistance in loops of the field, one gate voltage after another.

    Parameters
    ----------
    options : VirtualGatedButterflyOptions
        Magnet, film, couplings, gate, sweep, instrument.

    Returns
    -------
    xarray.Dataset
        Record as of `butterfly`, with gate_voltage.
    """
    parts = []
    for place, voltage in enumerate(options.gate_voltages):
        here = replace(options, film=gated_film(options, place))
        part = loop(here, sample(here), f"gated_butterfly.{place}")
        parts.append({**part, "gate_voltage": np.full(part["time"].size, voltage)})
    variables = readout.one_after_another(parts, options.settling)
    interval = options.field_step / options.sweep_rate
    return readout.finished("gated_butterfly", options, variables, interval=interval)
