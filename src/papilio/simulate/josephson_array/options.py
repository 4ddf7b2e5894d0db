"""Settings of an array and of its measurements, in SI; the one place where SI becomes reduced."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, Self

import numpy as np

from papilio.constants import BOLTZMANN, ELEMENTARY_CHARGE, FLUX_QUANTUM, REDUCED_PLANCK
from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.josephson_array.coupling import check_table, tunnel_coupling

MOST_SITES = 2**24
#: Coupling over temperature below which a junction counts as normal.
LEAST_COUPLING = 1e-3


@dataclass(frozen=True, kw_only=True)
class ArrayOptions:
    """A granular film as an array of Josephson junctions, and how long to look at it."""

    columns: int = option(32, help="Junctions along the current.")
    rows: int = option(32, help="Junctions across the current.")
    boundary: Literal["twist", "fixed-twist", "busbar"] = option(
        "twist",
        help="Closed to a ring with the current driven by a twist, the same with the twist held at "
        "zero (for the stiffness; no current), or open with the current fed through busbars.",
    )
    normal_resistance: float = option(
        1358.0, unit="ohm", help="Shunt of a junction, the normal sheet resistance."
    )
    josephson_energy: float = option(
        0.692,
        unit="K",
        help="Coupling of a junction over the Boltzmann constant, where it does not depend on "
        "temperature.",
    )
    coupling_law: Literal["constant", "ambegaokar-baratoff", "table"] = option(
        "constant",
        help="Coupling against temperature: `josephson_energy`, that of a tunnel junction of "
        "`normal_resistance` and `gap`, or a table.",
    )
    gap: float = option(
        1.18,
        unit="K",
        help="Energy gap of the grains at zero temperature over the Boltzmann constant, of "
        '`coupling_law = "ambegaokar-baratoff"`.',
    )
    coupling_temperatures: tuple[float, ...] = option(
        (), unit="K", help="Temperatures of the table, rising."
    )
    coupling_energies: tuple[float, ...] = option(
        (), unit="K", help="Couplings of the table over the Boltzmann constant; straight between."
    )
    pitch: float = option(30e-9, unit="m", help="Distance between neighbouring grains.")
    capacitance: float = option(0.0, unit="F", help="Capacitance of a junction; 0 is overdamped.")
    field: float = option(0.0, unit="T", help="Perpendicular field.")
    flux_disorder: float = option(
        0.0, help="Standard deviation of the flux of a plaquette over the flux quantum."
    )
    coupling_disorder: float = option(
        0.0, help="Standard deviation of the logarithm of the couplings."
    )
    bond_dilution: float = option(0.0, help="Probability that a junction is missing.")
    site_dilution: float = option(0.0, help="Probability that a grain is missing.")
    shunt_disorder: float = option(
        0.0, help="Standard deviation of the logarithm of the shunts' conductances."
    )
    realisations: int = option(
        1, help="Disorder patterns; the replicas of one condition take them in turn."
    )
    replicas: int = option(4, help="Independent copies of each condition.")
    seed: int = option(1, help="Seed of disorder and noise, zero or more.")
    precision: Literal["single", "double"] = option(
        "single", help="Floating-point numbers of the phases."
    )
    scheme: Literal["euler", "heun", "adams"] = option(
        "heun", help="Time-stepping scheme; a capacitive array has its own."
    )
    step: float = option(0.25, help="Time step over hbar/(2 e R I_c).")
    equilibration_steps: int = option(4096, help="Steps before each measurement.")
    maximum_steps: int = option(65536, help="Most steps of each measurement.")
    resistance_error: float = option(
        0.0,
        unit="ohm",
        help="Standard error of the sheet resistance that ends a measurement early; 0 never does.",
    )
    threads: int = option(1, help="Threads; the result does not depend on them.")

    positive: ClassVar[tuple[str, ...]] = (
        "columns",
        "rows",
        "normal_resistance",
        "josephson_energy",
        "gap",
        "pitch",
        "realisations",
        "replicas",
        "step",
        "maximum_steps",
        "threads",
    )
    not_negative: ClassVar[tuple[str, ...]] = (
        "capacitance",
        "flux_disorder",
        "coupling_disorder",
        "bond_dilution",
        "site_dilution",
        "shunt_disorder",
        "seed",
        "equilibration_steps",
        "resistance_error",
    )

    def __post_init__(self) -> None:
        for name in self.positive:
            if not getattr(self, name) > 0:
                raise OptionsError(f"{name}: {getattr(self, name)} is not above zero; give more")
        for name in self.not_negative:
            if not getattr(self, name) >= 0:
                raise OptionsError(f"{name}: {getattr(self, name)} is below zero; give 0 or more")
        for name in ("bond_dilution", "site_dilution"):
            if getattr(self, name) > 1:
                raise OptionsError(f"{name}: {getattr(self, name)} is no probability; give 0 to 1")
        if self.columns * self.rows > MOST_SITES:
            raise OptionsError(
                f"columns: {self.columns} x {self.rows} sites are more than {MOST_SITES}; give less"
            )
        if self.coupling_law == "table":
            check_table(self.coupling_temperatures, self.coupling_energies)

    def coupling_at(self, temperature: float) -> float:
        """
        Coupling of a junction at a temperature, over the Boltzmann constant.

        Parameters
        ----------
        temperature : float
            K.

        Returns
        -------
        float
            K; never less than a thousandth of the temperature. So small a coupling changes the
            resistance by less than a part in a million, and zero would leave no unit of time.
        """
        energy = self.josephson_energy
        if self.coupling_law == "ambegaokar-baratoff":
            energy = tunnel_coupling(temperature, self.normal_resistance, self.gap)
        elif self.coupling_law == "table":
            energy = float(
                np.interp(temperature, self.coupling_temperatures, self.coupling_energies)
            )
        return max(energy, LEAST_COUPLING * temperature)

    def at(self, temperature: float) -> Self:
        """
        The same settings with the coupling of one temperature, which every scale follows.

        Parameters
        ----------
        temperature : float
            K.

        Returns
        -------
        ArrayOptions
            With a constant coupling.
        """
        if self.coupling_law == "constant":
            return self
        return replace(
            self, josephson_energy=self.coupling_at(temperature), coupling_law="constant"
        )

    @property
    def critical_current(self) -> float:
        """I_c = 2 e E_J/hbar of a junction, A."""
        return 2 * ELEMENTARY_CHARGE * BOLTZMANN * self.josephson_energy / REDUCED_PLANCK

    @property
    def voltage_unit(self) -> float:
        """I_c R, V."""
        return self.critical_current * self.normal_resistance

    @property
    def time_unit(self) -> float:
        """hbar/(2 e R I_c), s."""
        return REDUCED_PLANCK / (2 * ELEMENTARY_CHARGE * self.voltage_unit)

    @property
    def damping(self) -> float:
        """Stewart-McCumber parameter beta_c = R C/(hbar/(2 e R I_c))."""
        return self.normal_resistance * self.capacitance / self.time_unit

    @property
    def bond_rows(self) -> int:
        """Junctions in series between the ends."""
        return self.columns - (self.boundary == "busbar")

    @property
    def length(self) -> float:
        """Distance between the ends, m."""
        return self.bond_rows * self.pitch

    @property
    def width(self) -> float:
        """Width of the array, m."""
        return self.rows * self.pitch

    def frustration(self, field: float) -> float:
        """
        Flux through a plaquette over the flux quantum.

        Parameters
        ----------
        field : float
            Perpendicular field, T.

        Returns
        -------
        float
            Of a plaquette as wide as the pitch; on a ring rounded to a whole number of flux
            quanta for the whole array.
        """
        exact = field * self.pitch**2 / FLUX_QUANTUM
        if self.boundary == "busbar":
            return exact
        sites = self.columns * self.rows
        return round(exact * sites) / sites

    def bias(self, current_density: float) -> float:
        """
        Current of a junction over its critical current.

        Parameters
        ----------
        current_density : float
            Current per width, A/m.

        Returns
        -------
        float
            i.
        """
        return current_density * self.pitch / self.critical_current


def _all(values: tuple[float, ...], name: str, least: float) -> None:
    if not values:
        raise OptionsError(f"{name}: the list is empty; give at least one value")
    for value in values:
        if not (math.isfinite(value) and value >= least):
            raise OptionsError(f"{name}: {value} is not allowed; give numbers from {least} up")


def _refuse_rest(options: ArrayOptions, temperatures: tuple[float, ...], name: str) -> None:
    """The stiffness is had from fluctuations over kB T, which at rest are nothing over nothing."""
    if options.boundary == "fixed-twist" and min(temperatures) == 0:
        raise OptionsError(
            f'{name}: boundary "fixed-twist" measures a stiffness from fluctuations, which there '
            "are none of at 0 K; give a temperature above zero"
        )


@dataclass(frozen=True, kw_only=True)
class CooldownOptions(ArrayOptions):
    """Cool the array step by step."""

    temperatures: tuple[float, ...] = option(
        tuple(round(0.05 * number, 2) for number in range(24, 1, -1)),
        unit="K",
        help="Temperatures in the order of the measurement.",
    )
    current_density: float = option(
        0.05,
        unit="A/m",
        help="Measuring current over the width; with 0 the resistance comes from the noise.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        _all(self.temperatures, "temperatures", 0.0)
        _refuse_rest(self, self.temperatures, "temperatures")


@dataclass(frozen=True, kw_only=True)
class CurrentVoltageOptions(ArrayOptions):
    """Current-voltage curves, all currents of a temperature at once."""

    temperatures: tuple[float, ...] = option(
        (0.55, 0.6, 0.65, 0.7), unit="K", help="Temperatures, one curve each."
    )
    current_densities: tuple[float, ...] = option(
        tuple(round(0.05 * 1.5**number, 4) for number in range(9)),
        unit="A/m",
        help="Currents over the width.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        _all(self.temperatures, "temperatures", 0.0)
        _refuse_rest(self, self.temperatures, "temperatures")
        _all(self.current_densities, "current_densities", -math.inf)


@dataclass(frozen=True, kw_only=True)
class FieldSweepOptions(ArrayOptions):
    """Sweep the perpendicular field, each point starting where the last one ended."""

    temperature: float = option(0.6, unit="K", help="Temperature.")
    current_density: float = option(0.05, unit="A/m", help="Measuring current over the width.")
    fields: tuple[float, ...] = option(
        tuple(round(0.05 * number, 3) for number in range(24)),
        unit="T",
        help="Perpendicular fields in the order of the sweep, added to `field`.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        _all((self.temperature,), "temperature", 0.0)
        _refuse_rest(self, (self.temperature,), "temperature")
        _all(self.fields, "fields", -math.inf)


@dataclass(frozen=True, kw_only=True)
class SnapshotOptions(ArrayOptions):
    """Pictures of the array at equal distances in time, of one replica."""

    temperature: float = option(0.1, unit="K", help="Temperature.")
    current_density: float = option(0.3, unit="A/m", help="Current over the width.")
    frames: int = option(50, help="Number of pictures.")
    steps_between: int = option(16, help="Steps from one picture to the next.")
    replicas: int = option(1, help="Snapshots are of one copy.")

    positive: ClassVar[tuple[str, ...]] = (*ArrayOptions.positive, "frames", "steps_between")

    def __post_init__(self) -> None:
        super().__post_init__()
        _all((self.temperature,), "temperature", 0.0)
        if self.replicas != 1:
            raise OptionsError(f"replicas: {self.replicas} are asked for; snapshots are of one")
