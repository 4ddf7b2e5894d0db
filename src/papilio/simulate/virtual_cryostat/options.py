"""What all virtual measurements share: sample, couplings, how long to look, instrument."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate import interface
from papilio.simulate.closed_form import SeedOptions
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.simulate.granular_film.options import FilmOptions
from papilio.simulate.interface.creep import CreepOptions
from papilio.simulate.interface.exchange import ExchangeOptions
from papilio.simulate.interface.heating import HeatingOptions
from papilio.simulate.interface.stray_flux import StrayFluxOptions
from papilio.simulate.interface.tilt import TiltOptions
from papilio.simulate.interface.unlocking import UnlockingOptions
from papilio.simulate.interface.weak_walls import WeakWallsOptions


def _help(text: str) -> dict[str, str | None]:
    """What `papilio.options.option` would say of a table of options."""
    return {"help": text, "unit": None}


#: Help of a coupling's table of options.
OF_THAT = _help("Of that coupling.")


@dataclass(frozen=True, kw_only=True)
class InstrumentOptions(SeedOptions):
    """The bar, and what stands between it and the reader."""

    length: float = option(
        120e-6, unit="m", help="Distance of the voltage contacts (paper, Methods)."
    )
    width: float = option(20e-6, unit="m", help="Width of the bar (paper, Methods).")
    excitation_current: float = option(10e-9, unit="A", help="Of the lock-in (paper: 10 nA).")
    time_constant: float = option(1.0, unit="s", help="Of the lock-in (assumed).")
    voltage_noise: float = option(
        1e-9, unit="V/Hz**0.5", help="Noise density at the lock-in's input (assumed)."
    )
    voltage_offset: float = option(0.0, unit="V", help="That the instrument adds.")
    thermometer_noise: float = option(
        2e-4, unit="K", help="Reading noise of the thermometer, one sigma (assumed)."
    )
    field_offset: float = option(
        0.0, unit="T", help="Constant field of flux trapped in the solenoid."
    )
    remanent_field: float = option(
        0.0, unit="T", help="Of the solenoid: what it lags behind its current."
    )

    may_be_zero: ClassVar[frozenset[str]] = frozenset(
        {"voltage_noise", "remanent_field", "thermometer_noise"}
    )
    may_be_negative: ClassVar[frozenset[str]] = frozenset({"voltage_offset", "field_offset"})

    @property
    def squares(self) -> float:
        """Length of the bar over its width."""
        return self.length / self.width


@dataclass(frozen=True, kw_only=True)
class CryostatOptions(InstrumentOptions):
    """A magnet on a granular superconductor, and how they are coupled."""

    columns: int = option(16, help="Islands, and cells of the magnet, along the current (x).")
    rows: int = option(16, help="Islands across the current.")
    pitch: float = option(30e-9, unit="m", help="Distance of islands, edge of the magnet's cells.")
    current_direction: Literal["[11-2]", "[1-10]"] = option(
        "[11-2]",
        help="Crystal direction of the current (paper, Methods: [11-2]); the magnet's easy axes "
        "are those of the crystal.",
    )
    couplings: tuple[str, ...] = option(
        ("stray_flux", "tilt"), help="Couplings in force; none is allowed."
    )
    stray_flux: StrayFluxOptions = field(default_factory=StrayFluxOptions, metadata=OF_THAT)
    exchange: ExchangeOptions = field(default_factory=ExchangeOptions, metadata=OF_THAT)
    weak_walls: WeakWallsOptions = field(default_factory=WeakWallsOptions, metadata=OF_THAT)
    tilt: TiltOptions = field(default_factory=TiltOptions, metadata=OF_THAT)
    heating: HeatingOptions = field(default_factory=HeatingOptions, metadata=OF_THAT)
    unlocking: UnlockingOptions = field(default_factory=UnlockingOptions, metadata=OF_THAT)
    creep: CreepOptions = field(default_factory=CreepOptions, metadata=OF_THAT)
    magnet: MagnetOptions = field(
        default_factory=MagnetOptions,
        metadata=_help("The magnet; size, cell and seed are those of the whole."),
    )
    film: FilmOptions = field(
        default_factory=FilmOptions,
        metadata=_help("The superconductor; size and seed are those of the whole."),
    )
    replicas: int = option(8, help="Independent copies of the array at each reading.")
    equilibration_steps: int = option(512, help="Steps of the array before each reading.")
    maximum_steps: int = option(2048, help="Steps of the array for each reading.")

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in self.couplings:
            if name not in interface.COUPLINGS:
                known = ", ".join(interface.COUPLINGS)
                raise OptionsError(f"couplings: there is no '{name}'; known are {known}")
        if len(set(self.couplings)) < len(self.couplings):
            raise OptionsError("couplings: one stands twice; name each once")
        for name in ("columns", "rows", "replicas", "maximum_steps"):
            if getattr(self, name) < 2:
                raise OptionsError(f"{name}: {getattr(self, name)} is too few; give two or more")

    @property
    def mechanism(self) -> str:
        """Couplings in the order of `interface.COUPLINGS`, joined by "+", or "none"."""
        chosen = [name for name in interface.COUPLINGS if name in self.couplings]
        return "+".join(chosen) or "none"

    @property
    def chosen(self) -> dict[str, dict[str, Any]]:
        """Table of options of each coupling in force."""
        return {name: asdict(getattr(self, name)) for name in self.couplings}
