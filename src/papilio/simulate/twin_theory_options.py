"""
Settings of the twin's measurements that follow paraconductivity and pair breaking.

"The paper" and "assumed" are as in `twin_options`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from papilio.constants import ELEMENTARY_CHARGE
from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.twin_options import CooldownOptions, PerpendicularFieldOptions


@dataclass(frozen=True, kw_only=True)
class FluctuationCooldownOptions(CooldownOptions):
    """
    Cool-down whose resistance above T_C0 is that of the metal with fluctuating pairs.

    The width of the transition follows from the theory: transition_width is not used.
    """

    phase_breaking: float = option(
        0.1, help="Pair-breaking parameter delta of the Maki-Thompson term (assumed)."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sheet_resistance > 5000:
            raise OptionsError(
                f"sheet_resistance: {self.sheet_resistance:g} ohm is beyond a weakly disordered "
                f"film; give at most 5000 ohm"
            )


@dataclass(frozen=True, kw_only=True)
class PairBreakingFieldOptions(PerpendicularFieldOptions):
    """
    Field sweeps at several temperatures, with the critical fields of pair breaking.

    The perpendicular one has the slope at T_C that coherence_length gives; the parallel one adds
    the orbital term of superconducting_thickness to that of the spins. transition_width is not
    used.
    """

    orientation: Literal["parallel", "perpendicular"] = option(
        "parallel", help="Of the field to the layer."
    )
    spin_orbit_energy: float = option(
        4e-3 * ELEMENTARY_CHARGE,
        unit="J",
        help="Gamma of the spins' pair breaking (muB B)^2/Gamma (assumed: a few meV).",
    )
    relative_width: float = option(
        0.06,
        help="Scale of the transition over the critical field at each temperature (assumed).",
    )
    maximum_field: float = option(
        10.0, unit="T", help="Sweeps run between + and - this field (assumed)."
    )
    rate: float = option(0.5 / 60, unit="T/s", help="Rate of the field (assumed).")
    field_step: float = option(0.02, unit="T", help="Field between two readings (assumed).")

    may_be_negative: ClassVar[frozenset[str]] = PerpendicularFieldOptions.may_be_negative

    def __post_init__(self) -> None:
        super().__post_init__()
        if max(self.temperatures) >= self.critical_temperature:
            raise OptionsError(
                f"temperatures: {max(self.temperatures)} K is not below critical_temperature, "
                f"{self.critical_temperature} K; leave it out"
            )
        if self.relative_width > 0.3:
            raise OptionsError(
                f"relative_width: {self.relative_width:g} leaves a resistance at zero field; give "
                f"at most 0.3"
            )
