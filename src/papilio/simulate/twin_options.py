"""
Settings of the twin's measurements, each default with its source.

"The paper" is Zhang et al., Nat. Commun. 2025, doi 10.1038/s41467-025-58300-9. "Assumed" marks
what it does not state: values usual for a dilution refrigerator or a Quantum Design PPMS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.closed_form import SampleOptions


@dataclass(frozen=True, kw_only=True)
class InstrumentOptions(SampleOptions):
    """The sample, the lock-in and the thermometer."""

    excitation_current: float = option(
        10e-9, unit="A", help="Amplitude of the measuring current (paper, Methods)."
    )
    lock_in_time_constant: float = option(
        0.3, unit="s", help="Time constant of the lock-in's output (assumed)."
    )
    voltage_noise: float = option(
        10e-9,
        unit="V/Hz^0.5",
        help="Noise density at the lock-in's input (assumed: a preamplifier near 20 Hz).",
    )
    voltage_offset: float = option(
        5e-9, unit="V", help="Constant voltage that the lock-in adds (assumed)."
    )
    thermometer_noise: float = option(
        2e-4, unit="K", help="Reading noise of the thermometer, one sigma (assumed)."
    )

    may_be_zero: ClassVar[frozenset[str]] = SampleOptions.may_be_zero | {
        "voltage_noise",
        "thermometer_noise",
    }
    may_be_negative: ClassVar[frozenset[str]] = frozenset({"voltage_offset"})


@dataclass(frozen=True, kw_only=True)
class CooldownOptions(InstrumentOptions):
    """Cool through the transition and warm back, without field."""

    highest_temperature: float = option(
        4.0, unit="K", help="Start and end of the record (paper: normal state at 4 K)."
    )
    slow_below: float = option(
        1.2, unit="K", help="Temperature below which the slow rate is used (assumed)."
    )
    lowest_temperature: float = option(
        0.05, unit="K", help="Where cooling turns into warming (paper, Fig. 2f)."
    )
    fast_rate: float = option(0.5 / 60, unit="K/s", help="Rate far above T_c (assumed).")
    slow_rate: float = option(0.05 / 60, unit="K/s", help="Rate through T_c (assumed).")
    pause: float = option(60.0, unit="s", help="Stay at the lowest temperature (assumed).")
    interval: float = option(1.0, unit="s", help="Time between two readings (assumed).")
    thermometer_lag: float = option(
        3.0, unit="s", help="Time constant with which the sample follows the thermometer (assumed)."
    )

    may_be_zero: ClassVar[frozenset[str]] = InstrumentOptions.may_be_zero | {
        "pause",
        "thermometer_lag",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.lowest_temperature < self.slow_below < self.highest_temperature:
            raise OptionsError(
                f"slow_below: {self.slow_below} K must lie between lowest_temperature and "
                f"highest_temperature, {self.lowest_temperature} and {self.highest_temperature} K"
            )


@dataclass(frozen=True, kw_only=True)
class MagnetOptions(InstrumentOptions):
    """The magnet, with settings of the perpendicular sweeps."""

    maximum_field: float = option(
        0.5, unit="T", help="Sweeps run between + and - this field (paper, Fig. 2a)."
    )
    rate: float = option(0.1 / 60, unit="T/s", help="Rate of the field (paper, Methods).")
    field_step: float = option(1e-3, unit="T", help="Field between two readings (assumed).")
    field_noise: float = option(
        1e-5, unit="T", help="Reading noise of the magnet's current, one sigma (assumed)."
    )
    field_offset: float = option(
        5e-4, unit="T", help="Constant field of flux trapped in the magnet (assumed)."
    )
    remanent_field: float = option(
        3e-4,
        unit="T",
        help="Field by which the magnet lags behind its current, either way (assumed).",
    )

    may_be_zero: ClassVar[frozenset[str]] = InstrumentOptions.may_be_zero | {
        "field_noise",
        "remanent_field",
    }
    may_be_negative: ClassVar[frozenset[str]] = InstrumentOptions.may_be_negative | {"field_offset"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.field_step > self.maximum_field / 10:
            raise OptionsError(
                f"field_step: {self.field_step} T is too coarse for a sweep to "
                f"{self.maximum_field} T; give at most a tenth of it"
            )


@dataclass(frozen=True, kw_only=True)
class HallOptions(MagnetOptions):
    """Hall effect in the normal state, in a PPMS."""

    temperature: float = option(
        10.0, unit="K", help="Temperature of the sample (paper, Table 1: Hall effect at 10 K)."
    )
    excitation_current: float = option(
        1e-6, unit="A", help="Amplitude of the measuring current (paper, Methods: 1 uA in a PPMS)."
    )
    maximum_field: float = option(
        9.0, unit="T", help="Sweeps run between + and - this field (assumed: a 9 T PPMS)."
    )
    rate: float = option(0.6 / 60, unit="T/s", help="Rate of the field (assumed).")
    field_step: float = option(0.05, unit="T", help="Field between two readings (assumed).")
    misalignment: float = option(
        0.02,
        help="Squares of the bar between the Hall contacts along the current, signed (assumed).",
    )

    may_be_negative: ClassVar[frozenset[str]] = MagnetOptions.may_be_negative | {"misalignment"}


@dataclass(frozen=True, kw_only=True)
class PerpendicularFieldOptions(MagnetOptions):
    """Perpendicular field sweeps at several temperatures."""

    temperatures: tuple[float, ...] = option(
        (0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6),
        unit="K",
        help="Temperatures, in order (paper, Fig. 2a: 0.03 to 2 K).",
    )
    settling: float = option(
        600.0, unit="s", help="Unrecorded time between two temperatures (assumed)."
    )

    may_be_zero: ClassVar[frozenset[str]] = MagnetOptions.may_be_zero | {"settling"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.temperatures:
            raise OptionsError("temperatures: the list is empty; give at least one")


@dataclass(frozen=True, kw_only=True)
class ParallelFieldOptions(PerpendicularFieldOptions):
    """In-plane field sweeps at several temperatures."""

    maximum_field: float = option(
        8.0, unit="T", help="Sweeps run between + and - this field (paper, Fig. 2b)."
    )
    rate: float = option(0.5 / 60, unit="T/s", help="Rate of the field (assumed).")
    field_step: float = option(0.02, unit="T", help="Field between two readings (assumed).")


@dataclass(frozen=True, kw_only=True)
class ButterflyOptions(MagnetOptions):
    """In-plane loop with a resistance peak where the magnet reverses."""

    temperature: float = option(0.05, unit="K", help="Temperature (paper, Fig. 2e).")
    maximum_field: float = option(
        1.5, unit="T", help="The loop runs between + and - this field (paper, Fig. 2d)."
    )
    loops: int = option(1, help="Number of full loops (assumed).")
    peak_field: float = option(0.08, unit="T", help="Magnitude of the peak's field (paper, text).")
    peak_height: float = option(
        9.7, unit="ohm", help="Height of the peak per square (paper, Fig. 2f: 9.7 at 0.05 K)."
    )
    peak_width: float = option(
        0.02, unit="T", help="Width w of the peak sech^2((H - H_p)/w) (assumed)."
    )
    field_offset: float = option(
        2e-3, unit="T", help="Constant field that shifts both branches alike (assumed)."
    )
    remanent_field: float = option(
        0.0,
        unit="T",
        help="Lag of the magnet: a loop cannot tell it from the sample's hysteresis (assumed).",
    )

    may_be_zero: ClassVar[frozenset[str]] = MagnetOptions.may_be_zero | {"peak_height"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.loops < 1:
            raise OptionsError(f"loops: {self.loops} is too few; give at least 1")
        if self.maximum_field < self.peak_field + 5 * self.peak_width:
            raise OptionsError(
                f"maximum_field: {self.maximum_field} T does not reverse the magnet; give at "
                f"least peak_field + 5 peak_width, {self.peak_field + 5 * self.peak_width:g} T"
            )
