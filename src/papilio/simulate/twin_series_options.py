"""
Settings of series: temperature, rate, gate voltage, angle, orientation; each with its source.

"The paper" and "assumed" are as in `twin_options`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.closed_form import SeedOptions
from papilio.simulate.twin_options import (
    ButterflyOptions,
    CooldownOptions,
    HallOptions,
    InstrumentOptions,
    MagnetOptions,
    ParallelFieldOptions,
)
from papilio.simulate.twin_transport_options import PhaseSlipCooldownOptions


@dataclass(frozen=True, kw_only=True)
class ButterflyTemperaturesOptions(ButterflyOptions):
    """In-plane loops at several temperatures; `temperature` and `peak_height` are not used."""

    temperatures: tuple[float, ...] = option(
        (0.05, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8),
        unit="K",
        help="Temperatures, in order (paper, Fig. 2f; their values are assumed).",
    )
    maximum_field: float = option(
        0.5, unit="T", help="The loops run between + and - this field (assumed, for their time)."
    )
    settling: float = option(
        600.0, unit="s", help="Unrecorded time between two temperatures (assumed)."
    )
    floor_height: float = option(
        9.7, unit="ohm", help="Height of the peak far below Tc (paper, Fig. 2f: 9.7 at 0.05 K)."
    )
    weak_part: float = option(
        871.0,
        unit="ohm",
        help="Normal resistance per square of what the reversal weakens (assumed, so that Delta R "
        "is the paper's 814.9 ohm at 0.5 K).",
    )
    lowering: float = option(
        0.3,
        unit="K",
        help="By how much its transition is lowered (assumed, so that Delta R is largest at the "
        "paper's 0.5 K).",
    )

    may_be_zero: ClassVar[frozenset[str]] = ButterflyOptions.may_be_zero | {
        "settling",
        "floor_height",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.temperatures:
            raise OptionsError("temperatures: the list is empty; give at least one")


@dataclass(frozen=True, kw_only=True)
class ButterflyRatesOptions(ButterflyOptions):
    """In-plane loops at several rates of the field; `rate` is not used."""

    density: float = option(
        4.3e17, unit="1/m^2", help="Sheet density of the electrons (paper, Fig. 3c)."
    )
    rates: tuple[float, ...] = option(
        (0.02 / 60, 0.04 / 60, 0.06 / 60, 0.08 / 60, 0.1 / 60),
        unit="T/s",
        help="Rates of the field, in order (paper, Fig. 3c: 0.02 to 0.10 T/min).",
    )
    maximum_field: float = option(
        0.5, unit="T", help="The loops run between + and - this field (assumed, for their time)."
    )
    peak_height: float = option(
        19.6,
        unit="ohm",
        help="Height of the peak at the reference rate (paper, Fig. 3c: 19.6 at 0.10 T/min).",
    )
    reference_rate: float = option(
        0.1 / 60, unit="T/s", help="Rate at which the peak has that height (paper, Fig. 3c)."
    )
    rate_exponent: float = option(
        2.418,
        help="Exponent of height against rate (paper, Fig. 3c: 0.4 ohm at 0.02 T/min makes "
        "ln(49)/ln(5)).",
    )
    settling: float = option(600.0, unit="s", help="Unrecorded time between two rates (assumed).")

    may_be_zero: ClassVar[frozenset[str]] = ButterflyOptions.may_be_zero | {"settling"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.rates:
            raise OptionsError("rates: the list is empty; give at least one")


@dataclass(frozen=True, kw_only=True)
class GateTableOptions(InstrumentOptions):
    """What the gate does to the sample, one value of each list for each gate voltage."""

    gate_voltages: tuple[float, ...] = option(
        (-100.0, 0.0, 150.0), unit="V", help="Gate voltages, in order (paper, Figs. 3b and S6)."
    )
    densities: tuple[float, ...] = option(
        (2.9e17, 3.8e17, 5.15e17),
        unit="1/m^2",
        help="Sheet densities (paper, text on Fig. S6g: 2.9e17 and 3.8e17; the third is assumed, "
        "on their straight line).",
    )
    mean_free_paths: tuple[float, ...] = option(
        (10.2e-9, 12.3e-9, 13.7e-9),
        unit="m",
        help="Mean free paths, which with the density give the resistance (paper, Fig. S6c).",
    )
    delta_R: tuple[float, ...] = option(
        (9.8, 11.0, 13.4),
        unit="ohm",
        help="Heights of the peak (paper, Fig. 3b; its 9.7 ohm without gate lies below that at "
        "-100 V, so the value in between is assumed).",
    )
    parallel_fields: tuple[float, ...] = option(
        (5.0, 3.6, 3.0),
        unit="T",
        help="Upper critical fields in the layer at T = 0 (paper, Fig. S6g: 5.0 and 3.6 T; the "
        "third is assumed).",
    )
    settling: float = option(
        600.0, unit="s", help="Unrecorded time between two gate voltages (assumed)."
    )

    may_be_zero: ClassVar[frozenset[str]] = InstrumentOptions.may_be_zero | {"settling"}
    may_be_negative: ClassVar[frozenset[str]] = InstrumentOptions.may_be_negative | {
        "gate_voltages"
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.gate_voltages:
            raise OptionsError("gate_voltages: the list is empty; give at least one")
        for name in ("densities", "mean_free_paths", "delta_R", "parallel_fields"):
            if len(getattr(self, name)) != len(self.gate_voltages):
                raise OptionsError(
                    f"{name}: give {len(self.gate_voltages)} values, one for each of gate_voltages"
                )


@dataclass(frozen=True, kw_only=True)
class GatedHallOptions(GateTableOptions, HallOptions):
    """Hall effect at several gate voltages; `density` and `sheet_resistance` are not used."""

    may_be_zero: ClassVar[frozenset[str]] = HallOptions.may_be_zero | GateTableOptions.may_be_zero
    may_be_negative: ClassVar[frozenset[str]] = (
        HallOptions.may_be_negative | GateTableOptions.may_be_negative
    )


@dataclass(frozen=True, kw_only=True)
class GatedButterflyOptions(GateTableOptions, ButterflyOptions):
    """In-plane loops at several gate voltages; `density`, `sheet_resistance` are not used."""

    maximum_field: float = option(
        0.5, unit="T", help="The loops run between + and - this field (assumed, for their time)."
    )

    may_be_zero: ClassVar[frozenset[str]] = (
        ButterflyOptions.may_be_zero | GateTableOptions.may_be_zero
    )
    may_be_negative: ClassVar[frozenset[str]] = (
        ButterflyOptions.may_be_negative | GateTableOptions.may_be_negative
    )


@dataclass(frozen=True, kw_only=True)
class GatedParallelFieldOptions(GateTableOptions, ParallelFieldOptions):
    """In-plane field sweeps at one of the gate voltages, at several temperatures."""

    gate_voltage: float = option(
        0.0, unit="V", help="Which of gate_voltages the sweeps are taken at (paper, Fig. S6)."
    )

    may_be_zero: ClassVar[frozenset[str]] = (
        ParallelFieldOptions.may_be_zero | GateTableOptions.may_be_zero
    )
    may_be_negative: ClassVar[frozenset[str]] = (
        ParallelFieldOptions.may_be_negative | GateTableOptions.may_be_negative | {"gate_voltage"}
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.gate_voltage not in self.gate_voltages:
            raise OptionsError(
                f"gate_voltage: {self.gate_voltage} V is not one of gate_voltages; give one of them"
            )


@dataclass(frozen=True, kw_only=True)
class OutOfPlaneLoopOptions(ButterflyOptions):
    """Loop in a field perpendicular to the layer: hysteresis, if any, without a peak."""

    maximum_field: float = option(
        0.5, unit="T", help="The loop runs between + and - this field (paper, Fig. 2a)."
    )
    peak_height: float = option(
        0.0, unit="ohm", help="Height of the peak per square (paper, Fig. S12: absent)."
    )


@dataclass(frozen=True, kw_only=True)
class AngularFieldOptions(MagnetOptions):
    """Field sweeps at one temperature, tilted from the normal of the layer into its plane."""

    temperature: float = option(
        0.3, unit="K", help="Temperature (assumed: well inside of Fig. 2c of the paper)."
    )
    angles: tuple[float, ...] = option(
        (0.0, 30.0, 60.0, 75.0, 82.0, 86.0, 88.0, 89.0, 89.5, 90.0),
        unit="deg",
        help="Angles between field and normal, in order (assumed).",
    )
    reach: float = option(
        3.0, help="Largest field over the critical field of each angle (assumed)."
    )
    readings: int = option(200, help="Readings between zero and the largest field (assumed).")
    rate: float = option(0.5 / 60, unit="T/s", help="Rate of the field (assumed).")
    settling: float = option(300.0, unit="s", help="Unrecorded time between two angles (assumed).")

    may_be_zero: ClassVar[frozenset[str]] = MagnetOptions.may_be_zero | {"settling", "angles"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.angles or max(self.angles) > 90:
            raise OptionsError("angles: give angles between 0 and 90 degrees")
        if self.temperature >= self.critical_temperature:
            raise OptionsError(
                f"temperature: {self.temperature} K is not below critical_temperature, "
                f"{self.critical_temperature} K; there is no critical field"
            )


@dataclass(frozen=True, kw_only=True)
class SecondDirectionOptions(CooldownOptions):
    """Cool-down along another direction of the plane, compared with `twin.cooldown` along one."""

    raised: float = option(
        0.02,
        unit="K",
        help="By how much half the normal resistance lies higher along this direction (assumed; "
        "paper, Fig. S21: directions differ at 4.3e17 1/m^2, not at 8.9e17).",
    )
    resistance_ratio: float = option(
        1.05,
        help="Normal resistance along this direction over that along the other (assumed).",
    )

    may_be_zero: ClassVar[frozenset[str]] = CooldownOptions.may_be_zero | {"raised"}


@dataclass(frozen=True, kw_only=True)
class DeltaResistanceOptions(PhaseSlipCooldownOptions):
    """Difference of the resistance in a field and without, at several temperatures."""

    temperatures: tuple[float, ...] = option(
        (0.3, 0.4, 0.45, 0.5, 0.53, 0.56, 0.59, 0.62, 0.65, 0.68),
        unit="K",
        help="Temperatures, in order (paper, Fig. 2f; their values are assumed).",
    )
    Tc_lowering: float = option(
        0.05, unit="K", help="By how much the field lowers the barrier's temperature (assumed)."
    )
    dF0_lowering: float = option(
        2e-23, unit="J", help="By how much the field lowers the barrier at T = 0 (assumed)."
    )
    delta_std: float = option(
        0.5, unit="ohm", help="Standard deviation of a difference per square (assumed)."
    )
    delta_field: float = option(0.08, unit="T", help="The field (paper, Fig. 2f).")

    may_be_zero: ClassVar[frozenset[str]] = PhaseSlipCooldownOptions.may_be_zero | {
        "Tc_lowering",
        "dF0_lowering",
    }


@dataclass(frozen=True, kw_only=True)
class DensityTableOptions(SeedOptions):
    """What samples of several densities gave: a table of results, not a measurement."""

    densities: tuple[float, ...] = option(
        (3.8e17, 4.3e17, 5.8e17, 8.9e17, 9.8e17),
        unit="1/m^2",
        help="Sheet densities of the samples (paper, Table 1).",
    )
    Tc_slope: float = option(
        2.84e-18,
        unit="K*m^2",
        help="Change of the critical temperature with the density (paper, Fig. 1c).",
    )
    Tc_intercept: float = option(
        -0.4112,
        unit="K",
        help="Critical temperature of that line at density zero (paper, text: 0.668 K at 3.8e17).",
    )
    Tc_std: float = option(
        0.01, unit="K", help="Scatter of samples about the line, one sigma (assumed)."
    )
    density_part: float = option(1e-3, help="Relative standard deviation of a density (assumed).")
    percolation_density: float = option(
        5e17, unit="1/m^2", help="Density from which no peak is seen (paper, Fig. S11)."
    )
    delta_R: tuple[float, ...] = option(
        (9.7, 19.6),
        unit="ohm",
        help="Delta R of the densities below, in order (paper, Fig. 3a: 9.7 and 19.6 ohm).",
    )
    delta_R_std: float = option(0.1, unit="ohm", help="Standard deviation of a Delta R (assumed).")

    may_be_negative: ClassVar[frozenset[str]] = frozenset({"Tc_intercept"})

    def __post_init__(self) -> None:
        super().__post_init__()
        below = sum(density < self.percolation_density for density in self.densities)
        if len(self.densities) < 3 or below != len(self.delta_R):
            raise OptionsError(
                f"delta_R: give {below} values, one for each density below percolation_density, "
                f"and at least three densities"
            )
