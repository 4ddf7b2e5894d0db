"""Current-voltage curves, one temperature after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.optimize import brentq

from papilio.errors import OptionsError
from papilio.options import option
from papilio.progress import track
from papilio.simulate import granular_film, instrument
from papilio.simulate.virtual_cryostat import readout
from papilio.simulate.virtual_cryostat.noise import noise_seed
from papilio.simulate.virtual_cryostat.options import CryostatOptions
from papilio.simulate.virtual_cryostat.pattern import Pattern, Sample, resting, sample
from papilio.simulate.virtual_cryostat.transport import LEAST_COUPLING

Floats = NDArray[np.float64]

#: k_B T_BKT over the coupling of a uniform square lattice (Hasenbusch, doi:10.1088/0305-4470/38/26/
#: 003), where the default temperatures lie.
KOSTERLITZ_THOULESS = 0.8929
#: Default temperatures over the one where the mean coupling is that.
ABOUT = (0.82, 0.84, 0.86, 0.88, 0.9, 0.92, 0.94)
#: Default currents over the critical one of the mean coupling: least, largest, number. At the
#: largest the array is all but normal, so that a curve tells its own normal resistance.
CURRENTS = (0.08, 1.2, 20)


@dataclass(frozen=True, kw_only=True)
class VirtualCurrentVoltageOptions(CryostatOptions):
    """Direct current through the film at several temperatures, without field."""

    temperatures: tuple[float, ...] = option(
        (), unit="K", help="Temperatures, in order; by default about where vortices unbind."
    )
    currents: tuple[float, ...] = option(
        (),
        unit="A",
        help="Currents of the bar, rising; by default twenty from 0.08 of the critical current of "
        "its links to 1.2 of it, where the array is all but normal.",
    )
    interval: float = option(2.0, unit="s", help="Time between two readings (assumed).")
    replicas: int = option(4, help="Copies of the array at each current, half for either sign.")
    equilibration_steps: int = option(512, help="Steps of the array before each reading.")
    maximum_steps: int = option(4096, help="Steps of the array for each reading.")

    may_be_zero: ClassVar[frozenset[str]] = CryostatOptions.may_be_zero

    def __post_init__(self) -> None:
        super().__post_init__()
        if list(self.currents) != sorted(set(self.currents)):
            raise OptionsError("currents: they do not rise; sort them, each once")


def chosen_temperatures(made: Sample) -> tuple[float, ...]:
    """
    Temperatures about the one where the mean coupling is that of the transition.

    Parameters
    ----------
    made : Sample
        The film.

    Returns
    -------
    tuple of float
        K, rising.

    Raises
    ------
    OptionsError
        If the links are so weak that there is no such temperature.
    """
    islands = float(made.film.critical_temperature.mean())

    def excess(temperature: float) -> float:
        mean = float(granular_film.couplings(made.film, temperature).mean())
        return temperature - KOSTERLITZ_THOULESS * mean

    if excess(0.02 * islands) > 0:
        raise OptionsError(
            f"film: links of {made.film.normal_resistance:g} ohm unbind vortices below "
            f"{0.02 * islands:.3g} K; give a smaller normal_resistance, or temperatures"
        )
    centre = float(brentq(excess, 0.02 * islands, 2 * islands, xtol=1e-4 * islands))
    return tuple(centre * part for part in ABOUT)


def current_voltage(options: VirtualCurrentVoltageOptions) -> xr.Dataset:
    """
    Voltage of the bar against direct current.

    Parameters
    ----------
    options : VirtualCurrentVoltageOptions
        Magnet, film, couplings, temperatures, currents, instrument.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, current, voltage (of the bar, with the instrument's
        offset and noise), and array_voltage_std (V), the standard error that the array's own noise
        leaves in the finite time that it is watched.
    """
    made = sample(options)
    noise = instrument.generator(_seed(options), "instrument")
    temperatures = options.temperatures or chosen_temperatures(made)
    parts = []
    for temperature in track(temperatures, "virtual current voltage"):
        pattern = resting(made, temperature)
        parts.append(_curve(made, pattern, temperature, noise))
    variables = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rows = variables["current"].size
    variables = {"time": options.interval * np.arange(rows), **variables}
    return readout.finished(
        "current_voltage", options, variables, interval=options.interval, alternating=False
    )


def _seed(options: VirtualCurrentVoltageOptions, **own: float) -> int:
    """Of the noise of all curves, or of one temperature."""
    return noise_seed(
        options.seed,
        "current_voltage",
        density=options.film.density,
        current_direction=options.current_direction,
        **own,
    )


def _curve(
    made: Sample, pattern: Pattern, temperature: float, noise: np.random.Generator
) -> dict[str, Floats]:
    # numba takes a second to import, which a study without an array need not wait for.
    from papilio.simulate.virtual_cryostat.watch import Setting, critical_current, driven

    options, film = made.options, made.film
    assert isinstance(options, VirtualCurrentVoltageOptions)
    mean = float(pattern.coupling.mean())
    links = options.width / options.pitch
    if mean < LEAST_COUPLING * pattern.temperature:
        # A normal film has no critical current; links whose coupling is kB T lend the scale.
        lent = links * critical_current(pattern.temperature)
        given = np.array(options.currents or lent * np.geomspace(*CURRENTS))
        normal = film.normal_resistance * options.squares * given
        return _readings(
            made, pattern, temperature, given, normal, np.zeros(given.size), 0.0, noise
        )
    critical = critical_current(mean)
    currents = np.array(options.currents)
    if not currents.size:
        currents = links * critical * np.geomspace(*CURRENTS)
    setting = Setting(
        pattern.coupling,
        pattern.flux - pattern.flux.mean(),
        pattern.temperature / mean,
        film.normal_resistance,
        options.replicas,
        options.equilibration_steps,
        options.maximum_steps,
        _seed(options, temperature=temperature),
    )
    found = driven(setting, tuple((currents / links / critical).tolist()))
    # A link's voltage over I_c R to that of all links along the bar.
    scale = critical * film.normal_resistance * options.length / options.pitch
    voltage = scale * np.array([one.value for one in found])
    std = scale * np.array([one.std for one in found])
    slowest = max(max(one.correlation, 1.0) for one in found) * setting.block
    return _readings(made, pattern, temperature, currents, voltage, std, slowest, noise)


def _readings(
    made: Sample,
    pattern: Pattern,
    temperature: float,
    currents: Floats,
    voltage: Floats,
    std: Floats,
    slowest: float,
    noise: np.random.Generator,
) -> dict[str, Floats]:
    """What the instrument makes of the voltages of one curve, and what is known before it."""
    options, size = made.options, currents.size
    return {
        "temperature": instrument.reading(
            np.full(size, temperature), noise, options.thermometer_noise
        ),
        "field": np.zeros(size),
        "current": currents,
        "voltage": voltage
        + options.voltage_offset
        + noise.normal(
            0.0, instrument.lock_in_noise(options.voltage_noise, options.time_constant), size
        ),
        "array_voltage": voltage,
        "array_voltage_std": std,
        "correlation_time": np.full(size, slowest),
        "coupling_mean": np.full(size, float(pattern.coupling.mean())),
        "flux_rms": np.full(size, float(pattern.flux.std())),
    }
