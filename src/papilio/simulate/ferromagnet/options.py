"""Settings of a magnet and of its measurements, in SI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.closed_form import SeedOptions

MOST_CELLS = 2**20


@dataclass(frozen=True, kw_only=True)
class MagnetOptions(SeedOptions):
    """A thin film of in-plane moments."""

    columns: int = option(32, help="Cells along x.")
    rows: int = option(32, help="Cells along y.")
    cell: float = option(
        30e-9,
        unit="m",
        help="Edge of a cell, which reverses as one (assumed: a grain; with cells much smaller "
        "than a wall only relaxation is right, activated reversal is not).",
    )
    grain_size: float = option(
        30e-9, unit="m", help="Mean distance of the centres of grains (assumed)."
    )
    thickness: float = option(
        0.5e-9, unit="m", help="Thickness of the magnetic layer (paper, STEM: 0.5 nm)."
    )
    boundary: Literal["periodic", "open"] = option(
        "periodic", help="Closed to a ring both ways, or with edges."
    )
    areal_moment: float = option(
        9e-7,
        unit="A",
        help="Moment per area (the paper's first-principles cell has 1.7e-5 A at 7.3e18 electrons "
        "per m^2, an upper bound; scaled to 3.8e17).",
    )
    anisotropy_field: float = option(
        0.16,
        unit="T",
        help="In-plane anisotropy field, median over grains (twice the coercive field 0.08 T of "
        "the paper, as for grains with easy axes in all directions).",
    )
    anisotropy_spread: float = option(
        0.15,
        help="Standard deviation of the logarithm of the anisotropy field over grains (assumed).",
    )
    easy_axis: float = option(0.0, unit="deg", help="Angle of an easy axis from x (assumed).")
    easy_axes: int = option(
        3,
        help="Equivalent easy axes at equal angles, of which each grain has one (three: the "
        "symmetry of the (111) surface).",
    )
    axis_spread: float = option(
        10.0,
        unit="deg",
        help="Standard deviation of a grain's easy axis (assumed).",
    )
    easy_plane_field: float = option(
        2.0,
        unit="T",
        help="Anisotropy field that keeps the moments in the plane (assumed; paper, Fig. S13: out "
        "of plane is harder).",
    )
    exchange_stiffness: float = option(
        2.3e-21,
        unit="J",
        help="Exchange stiffness of the sheet, A times thickness (kB T/(2 x 0.89) of a planar "
        "magnet that orders at 300 K, up to where the paper's Fig. S9 shows loops).",
    )
    intergrain_exchange: float = option(
        2e-3,
        help="Exchange across the boundary of two grains over that inside (assumed: the loop of "
        "the paper is that of grains all but free).",
    )
    dipolar: bool = option(True, help="Whether moments act on each other at a distance.")
    attempt_rate: float = option(
        4.5e9,
        unit="1/s",
        help="Attempts per second to cross a barrier (precession in the anisotropy field, "
        "gamma B/2 pi at 0.16 T).",
    )

    may_be_zero: ClassVar[frozenset[str]] = frozenset(
        {
            "anisotropy_spread",
            "axis_spread",
            "exchange_stiffness",
            "intergrain_exchange",
        }
    )
    may_be_negative: ClassVar[frozenset[str]] = frozenset({"easy_axis"})

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("columns", "rows", "easy_axes"):
            if getattr(self, name) < 1:
                raise OptionsError(f"{name}: {getattr(self, name)} is too few; give one or more")
        if self.columns * self.rows > MOST_CELLS:
            raise OptionsError(
                f"columns: {self.columns} x {self.rows} cells are more than {MOST_CELLS}; give less"
            )
        if self.intergrain_exchange > 1:
            raise OptionsError(
                f"intergrain_exchange: {self.intergrain_exchange} is no part; give 0 to 1"
            )


@dataclass(frozen=True, kw_only=True)
class SweptMagnetOptions(MagnetOptions):
    """A magnet, and the direction of the field that sweeps it."""

    temperature: float = option(0.05, unit="K", help="Temperature (paper: 0.05 K).")
    azimuth: float = option(0.0, unit="deg", help="Angle of the field from x in the plane.")
    elevation: float = option(0.0, unit="deg", help="Angle of the field out of the plane.")
    maximum_field: float = option(
        0.4, unit="T", help="The loop runs between + and - this field (assumed)."
    )
    field_step: float = option(0.005, unit="T", help="Field between two readings.")
    sweep_rate: float = option(
        0.1 / 60, unit="T/s", help="Rate of the sweep (paper, Methods: 0.1 T/min)."
    )

    may_be_zero: ClassVar[frozenset[str]] = MagnetOptions.may_be_zero | {"temperature"}
    may_be_negative: ClassVar[frozenset[str]] = MagnetOptions.may_be_negative | {
        "azimuth",
        "elevation",
    }


@dataclass(frozen=True, kw_only=True)
class LoopOptions(SweptMagnetOptions):
    """Magnetisation loop of a film in a magnetometer."""

    sample_area: float = option(
        2.5e-5, unit="m^2", help="Area of the film, by which the moment is scaled (assumed)."
    )
    depth: float = option(
        5e-9,
        unit="m",
        help="Depth of the electron gas below the magnet, for the stray field (paper, from Hc2: "
        "thickness 4.63 nm).",
    )
    moment_noise: float = option(
        0.0, unit="A*m^2", help="Noise of one reading of the moment, one sigma."
    )

    may_be_zero: ClassVar[frozenset[str]] = SweptMagnetOptions.may_be_zero | {"moment_noise"}


@dataclass(frozen=True, kw_only=True)
class CoercivityOptions(SweptMagnetOptions):
    """Coercive field against sweep rate and temperature."""

    sweep_rates: tuple[float, ...] = option(
        (0.02 / 60, 0.1 / 60), unit="T/s", help="Rates (paper: 0.02 and 0.10 T/min)."
    )
    temperatures: tuple[float, ...] = option((0.05,), unit="K", help="Temperatures.")
    realisations: int = option(4, help="Films with grains and events of their own, averaged.")

    may_be_zero: ClassVar[frozenset[str]] = SweptMagnetOptions.may_be_zero | {"temperatures"}

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.realisations < 1:
            raise OptionsError(f"realisations: {self.realisations} is too few; give one or more")
