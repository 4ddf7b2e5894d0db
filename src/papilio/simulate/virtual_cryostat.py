"""
Virtual cryostat: a field loop of magnet, granular film and Josephson array, through an instrument.

A sweep takes minutes and the array answers within picoseconds, so that the array is stationary in
the pattern that the magnet has at each reading. Its resistance is that of zero bias, from the
voltage noise (Green and Kubo).
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio import dataset
from papilio.errors import OptionsError
from papilio.options import option
from papilio.progress import progress_bar
from papilio.simulate import granular_film, instrument, interface
from papilio.simulate.closed_form import SeedOptions
from papilio.simulate.ferromagnet import observables
from papilio.simulate.ferromagnet.grains import sheet
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.simulate.ferromagnet.ramp import Ramp, saturated, swept
from papilio.simulate.ferromagnet.sheet import along
from papilio.simulate.granular_film.options import FilmOptions
from papilio.simulate.interface.contract import Effect, Scene
from papilio.simulate.interface.exchange import ExchangeOptions
from papilio.simulate.interface.heating import HeatingOptions
from papilio.simulate.interface.stray_flux import StrayFluxOptions
from papilio.simulate.interface.tilt import TiltOptions
from papilio.simulate.interface.weak_walls import WeakWallsOptions
from papilio.simulate.josephson_array import CooldownOptions, cooldown

Floats = NDArray[np.float64]


def _help(text: str) -> dict[str, str | None]:
    """What `papilio.options.option` would say of a table of options."""
    return {"help": text, "unit": None}


@dataclass(frozen=True, kw_only=True)
class VirtualButterflyOptions(SeedOptions):
    """A loop of an in-plane field over a magnet on a granular superconductor."""

    columns: int = option(16, help="Islands, and cells of the magnet, along the current (x).")
    rows: int = option(16, help="Islands across the current.")
    pitch: float = option(30e-9, unit="m", help="Distance of islands, edge of the magnet's cells.")
    couplings: tuple[str, ...] = option(
        ("stray_flux", "tilt"), help="Couplings in force; none is allowed."
    )
    stray_flux: StrayFluxOptions = field(
        default_factory=StrayFluxOptions, metadata=_help("Of that coupling.")
    )
    exchange: ExchangeOptions = field(
        default_factory=ExchangeOptions, metadata=_help("Of that coupling.")
    )
    weak_walls: WeakWallsOptions = field(
        default_factory=WeakWallsOptions, metadata=_help("Of that coupling.")
    )
    tilt: TiltOptions = field(default_factory=TiltOptions, metadata=_help("Of that coupling."))
    heating: HeatingOptions = field(
        default_factory=HeatingOptions, metadata=_help("Of that coupling.")
    )
    magnet: MagnetOptions = field(
        default_factory=MagnetOptions,
        metadata=_help("The magnet; size, cell and seed are those of the whole."),
    )
    film: FilmOptions = field(
        default_factory=FilmOptions,
        metadata=_help("The superconductor; size and seed are those of the whole."),
    )
    temperature: float = option(0.5, unit="K", help="Of the bath (paper: 0.03 to 2 K).")
    azimuth: float = option(0.0, unit="deg", help="Angle of the field from the current.")
    elevation: float = option(0.0, unit="deg", help="Angle of the field out of the plane.")
    maximum_field: float = option(0.2, unit="T", help="The loop runs between + and - this field.")
    field_step: float = option(0.02, unit="T", help="Field between two readings.")
    sweep_rate: float = option(
        0.1 / 60, unit="T/s", help="Rate of the sweep (paper, Methods: 0.1 T/min)."
    )
    replicas: int = option(4, help="Independent copies of the array at each reading.")
    equilibration_steps: int = option(2048, help="Steps of the array before each reading.")
    maximum_steps: int = option(8192, help="Steps of the array for each reading.")
    squares: float = option(6.0, help="Length of the bar over its width (paper: 120 um / 20 um).")
    excitation_current: float = option(10e-9, unit="A", help="Of the lock-in (paper: 10 nA).")
    time_constant: float = option(1.0, unit="s", help="Of the lock-in (assumed).")
    voltage_noise: float = option(
        1e-9, unit="V/Hz**0.5", help="Noise density at the lock-in's input (assumed)."
    )
    voltage_offset: float = option(0.0, unit="V", help="That the instrument adds.")
    remanent_field: float = option(
        0.0, unit="T", help="Of the solenoid: what it lags behind its current."
    )

    may_be_zero: ClassVar[frozenset[str]] = frozenset(
        {"voltage_noise", "remanent_field", "voltage_offset"}
    )
    may_be_negative: ClassVar[frozenset[str]] = frozenset(
        {"azimuth", "elevation", "voltage_offset"}
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in self.couplings:
            if name not in interface.COUPLINGS:
                known = ", ".join(interface.COUPLINGS)
                raise OptionsError(f"couplings: there is no '{name}'; known are {known}")


def butterfly(options: VirtualButterflyOptions) -> xr.Dataset:
    """
    Resistance against in-plane field, from + to - the maximum and back.

    Parameters
    ----------
    options : VirtualButterflyOptions
        Magnet, film, couplings, sweep, instrument.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance (of the bar, as the lock-in reads it),
        array_resistance (per square, before the instrument) and its standard error, settled (1
        where the array was watched for fifty of its correlation times), correlation_time (s, of the
        array's voltage), flux_rms (flux quanta), coupling_mean (K), wall_length (m). The attribute
        time_scale_ratio is the longest correlation time over the time between two readings: far
        below one, the array is stationary in each pattern. The voltage of an array without phase
        slips swings to and fro; over a finite time that looks like a small resistance, which is an
        upper limit.
    """
    same: dict[str, Any] = {
        "columns": options.columns,
        "rows": options.rows,
        "seed": options.seed,
    }
    magnet_options = dataclasses.replace(
        options.magnet, cell=options.pitch, boundary="periodic", **same
    )
    magnet = sheet(magnet_options)
    film = granular_film.film(dataclasses.replace(options.film, **same))
    ramp = Ramp(
        options.temperature,
        magnet_options.attempt_rate,
        options.sweep_rate,
        math.radians(options.azimuth),
        math.radians(options.elevation),
    )
    random = instrument.generator(options.seed, "virtual_cryostat.magnet")
    reading = instrument.generator(options.seed, "virtual_cryostat.instrument")
    top = options.maximum_field
    nominal, distance, direction = instrument.path(np.array([top, -top, top]), options.field_step)
    actual = instrument.field_at_sample(nominal, direction, 0.0, options.remanent_field)
    now = saturated(magnet, ramp, float(actual[0]))
    last = math.nan
    rows: list[dict[str, float]] = []
    with progress_bar() as bar:
        for number in bar.track(range(actual.size), description="virtual butterfly"):
            now = swept(magnet, ramp, now, float(actual[number]), random)
            applied = along(float(actual[number]), ramp.azimuth, ramp.elevation)
            moment = observables.directed(
                observables.mean_moment(magnet, now.angle, applied), ramp.azimuth, ramp.elevation
            )
            change = (moment - last) * options.sweep_rate / options.field_step
            scene = Scene(
                sheet=magnet,
                angle=now.angle,
                field=applied,
                temperature=options.temperature,
                sweep_rate=options.sweep_rate,
                moment_rate=0.0 if number == 0 else change,
            )
            last = moment
            effect = interface.effect(
                scene, {name: asdict(getattr(options, name)) for name in options.couplings}
            )
            found = _measured(options, film, effect, math.hypot(applied.x, applied.y), number)
            rows.append({**found, "wall_length": observables.wall_length(magnet, now.angle)})
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    time = distance / options.sweep_rate
    resistance = instrument.lock_in(
        options.squares * columns["array_resistance"],
        time,
        reading,
        current=options.excitation_current,
        time_constant=options.time_constant,
        noise_density=options.voltage_noise,
        offset=options.voltage_offset,
    )
    return dataset.record(
        {
            "time": time,
            "temperature": np.full(actual.size, options.temperature),
            "field": nominal,
            "resistance": resistance,
            "excitation_current": np.full(actual.size, options.excitation_current),
            **columns,
        },
        dataset.Provenance(
            source="virtual_cryostat.butterfly",
            reader="papilio.simulate.virtual_cryostat",
            synthetic=True,
            seed=options.seed,
            options=json.dumps(asdict(options)),
        ),
        units={
            "array_resistance": "ohm",
            "array_resistance_std": "ohm",
            "settled": "",
            "correlation_time": "s",
            "flux_rms": "",
            "coupling_mean": "K",
            "wall_length": "m",
        },
        attributes={
            "lock_in_time_constant": options.time_constant,
            "time_scale_ratio": float(columns["correlation_time"].max())
            * options.sweep_rate
            / options.field_step,
        },
    )


def _measured(
    options: VirtualButterflyOptions,
    film: granular_film.Film,
    effect: Effect,
    parallel_field: float,
    number: int,
) -> dict[str, float]:
    """The array in one pattern of the magnet."""
    temperature = options.temperature + effect.warming
    coupling = effect.coupling * granular_film.couplings(film, temperature, parallel_field)
    mean = float(coupling.mean())
    flux = np.asarray(effect.flux)
    found: dict[str, float] = {"flux_rms": float(flux.std()), "coupling_mean": mean}
    if mean < 1e-3 * temperature:
        # Nothing is left to lock any phase.
        return {
            "array_resistance": film.normal_resistance,
            "array_resistance_std": 0.0,
            "settled": 1.0,
            "correlation_time": 0.0,
            **found,
        }
    # A closed array holds a whole number of flux quanta.
    flux = flux - (flux.sum() - round(float(flux.sum()))) / flux.size
    array: dict[str, Any] = {
        "columns": options.columns,
        "rows": options.rows,
        "pitch": options.pitch,
        "normal_resistance": film.normal_resistance,
        "josephson_energy": mean,
        "replicas": options.replicas,
        "equilibration_steps": options.equilibration_steps,
        "maximum_steps": options.maximum_steps,
        # Noise of its own at each reading.
        "seed": int(np.random.SeedSequence([options.seed, number]).generate_state(1)[0]),
    }
    cold = CooldownOptions(temperatures=(temperature,), current_density=0.0, **array)
    record = cooldown(cold, flux=flux, couplings=coupling / mean)
    return {
        "array_resistance": float(record["sheet_resistance"].values[0]),
        "array_resistance_std": float(record["sheet_resistance_std"].values[0]),
        "settled": float(record["settled"].values[0]),
        "correlation_time": float(record["correlation_time"].values[0]),
        **found,
    }
