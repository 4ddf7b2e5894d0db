"""
Settings of cool-downs that follow a theory, and of current-voltage curves; each with its source.

"The paper" and "assumed" are as in `twin_options`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.twin_options import CooldownOptions, InstrumentOptions


@dataclass(frozen=True, kw_only=True)
class HalperinNelsonCooldownOptions(CooldownOptions):
    """Cool-down whose transition follows Halperin and Nelson up to 0.8 of the normal resistance."""

    T_BKT: float = option(
        0.618,
        unit="K",
        help="Transition temperature (paper, Fig. 1f: from I-V; its 0.706 K from R(T) lies above "
        "half the resistance, which no curve of this law allows).",
    )


@dataclass(frozen=True, kw_only=True)
class PhaseSlipCooldownOptions(CooldownOptions):
    """Cool-down whose transition is that of phase slips up to 0.8 of the normal resistance."""

    slip_temperature: float = option(
        1.0,
        unit="K",
        help="Temperature where the barrier vanishes (assumed: half as high again as "
        "critical_temperature, because the law is needed up to 0.8 of the normal resistance; the "
        "paper's 0.60 K lies below all of its transition).",
    )
    quantum_tail: float = option(
        0.0,
        help="Part of the normal resistance that quantum phase slips have at 0.6 of "
        "critical_temperature (paper, Fig. 3d: none below 5e17 1/m^2).",
    )
    quantum_action: float = option(
        8.0, help="Action of a quantum phase slip at T = 0, in units of hbar (assumed)."
    )

    may_be_zero: ClassVar[frozenset[str]] = CooldownOptions.may_be_zero | {"quantum_tail"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.quantum_tail > 0.05:
            raise OptionsError(
                f"quantum_tail: {self.quantum_tail:g} of the normal resistance is no tail; give at "
                f"most 0.05"
            )


@dataclass(frozen=True, kw_only=True)
class CurrentVoltageOptions(InstrumentOptions):
    """Current-voltage curves by direct current, both signs, at several temperatures."""

    T_BKT: float = option(
        0.618, unit="K", help="Temperature where the exponent is 3 (paper, Fig. 1f)."
    )
    temperatures: tuple[float, ...] = option(
        (0.56, 0.57, 0.58, 0.59, 0.6, 0.605, 0.61, 0.6145, 0.618, 0.62, 0.622, 0.624),
        unit="K",
        help="Temperatures, in order (paper, Fig. 1d; their values are assumed).",
    )
    lowest_current: float = option(1e-8, unit="A", help="Smallest current of a curve (assumed).")
    highest_current: float = option(2e-6, unit="A", help="Largest current of a curve (assumed).")
    readings: int = option(60, help="Readings of each sign of the current (assumed).")
    critical_current: float = option(
        2e-5,
        unit="A",
        help="Current at T = 0 where the bar turns normal, times (1 - T/Tc)^1.5 (assumed: 29 nA "
        "for each of the 650 grains of 30 nm that the bar is wide).",
    )
    branch_fraction: float = option(
        0.2,
        help="Part of the normal resistance that the power law reaches there (assumed).",
    )
    ohmic_tail: float = option(
        1e-5,
        help="Ohmic resistance of a bar of finite size below T_BKT, part of the normal one "
        "(assumed); above T_BKT that of Halperin and Nelson comes on top.",
    )
    voltage_noise: float = option(
        1e-7, unit="V", help="Noise of one voltage reading, one sigma (assumed: averaged readings)."
    )
    voltage_offset: float = option(
        1e-6, unit="V", help="Thermoelectric voltage of the leads (assumed)."
    )
    dwell: float = option(1.0, unit="s", help="Time between two readings (assumed).")
    settling: float = option(
        600.0, unit="s", help="Unrecorded time between two temperatures (assumed)."
    )

    may_be_zero: ClassVar[frozenset[str]] = InstrumentOptions.may_be_zero | {
        "ohmic_tail",
        "settling",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.temperatures:
            raise OptionsError("temperatures: the list is empty; give at least one")
        if self.readings < 8:
            raise OptionsError(f"readings: {self.readings} make no curve; give at least 8")
        if not self.lowest_current < self.highest_current:
            raise OptionsError(
                f"lowest_current: {self.lowest_current:g} A is not below highest_current, "
                f"{self.highest_current:g} A; exchange them"
            )
        if max(self.temperatures) >= self.critical_temperature:
            raise OptionsError(
                f"temperatures: {max(self.temperatures)} K is not below critical_temperature, "
                f"{self.critical_temperature} K; leave it out"
            )
