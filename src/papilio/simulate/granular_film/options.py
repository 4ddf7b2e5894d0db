"""Settings of a granular superconducting film, in SI."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.closed_form import SeedOptions


@dataclass(frozen=True, kw_only=True)
class FilmOptions(SeedOptions):
    """Superconducting islands in a metal, as many and as well linked as the carriers allow."""

    density: float = option(
        3.8e17, unit="1/m^2", help="Sheet density n_S of the carriers (paper, Table 1)."
    )
    columns: int = option(32, help="Islands along the current.")
    rows: int = option(32, help="Islands across the current.")
    normal_resistance: float = option(
        1358.0,
        unit="ohm",
        help="Sheet resistance of the metal, the shunt of every link (paper: mean free path at "
        "3.8e17).",
    )
    temperature_slope: float = option(
        2.82e-18,
        unit="K*m^2",
        help="Rise of the islands' critical temperature with the density (planted, so that the "
        "film's is the paper's 2.84e-18).",
    )
    temperature_at_zero: float = option(
        -0.26,
        unit="K",
        help="Islands' critical temperature where the line meets density zero (planted, so that "
        "the film's is the paper's 0.668 K at 3.8e17).",
    )
    temperature_spread: float = option(
        0.15,
        help="Standard deviation of an island's critical temperature over the mean (planted, for "
        "the paper's width 0.12 K at 3.8e17).",
    )
    percolation_density: float = option(
        5e17,
        unit="1/m^2",
        help="Density at which half of the links are strong, where they percolate (paper: where "
        "the loops vanish; planted).",
    )
    percolation_width: float = option(
        1e17, unit="1/m^2", help="Width of the rise of the part of strong links (assumed)."
    )
    weak_link: float = option(
        0.3, help="Coupling of a weak link over that of a strong one (assumed)."
    )
    resistance_spread: float = option(
        0.5,
        help="Standard deviation of the logarithm of a link's tunnel resistance (assumed).",
    )
    parallel_field_at_zero: float = option(
        3.99,
        unit="T",
        help="Parallel field at T = 0 as Ginzburg and Landau's law extrapolates it from near T_C; "
        "0.83 of it breaks all pairs (paper, Fig. 2, at 3.8e17).",
    )
    coherence_length: float = option(
        61.63e-9,
        unit="m",
        help="Ginzburg-Landau coherence length at T = 0, which sets pair breaking in an upright "
        "field (paper, Fig. 2c, at 3.8e17; planted).",
    )
    may_be_zero: ClassVar[frozenset[str]] = frozenset(
        {"temperature_spread", "resistance_spread", "weak_link"}
    )
    may_be_negative: ClassVar[frozenset[str]] = frozenset({"temperature_at_zero"})

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.columns, self.rows) < 2:
            raise OptionsError("columns: a film has at least two islands along each direction")
        if self.weak_link > 1:
            raise OptionsError(f"weak_link: {self.weak_link} is no part; give 0 to 1")
        if self.island_temperature <= 0:
            raise OptionsError(
                f"density: at {self.density:g} per m^2 no island superconducts; give more than "
                f"{-self.temperature_at_zero / self.temperature_slope:g}"
            )

    @property
    def island_temperature(self) -> float:
        """Mean critical temperature of the islands, K."""
        return self.temperature_at_zero + self.temperature_slope * self.density

    @property
    def strong_part(self) -> float:
        """Part of the links that are strong: one half at the percolation density."""
        reduced = (self.density - self.percolation_density) / self.percolation_width
        return 0.5 * (1 + math.tanh(reduced))


@dataclass(frozen=True, kw_only=True)
class FilmCooldownOptions(FilmOptions):
    """Resistance of a film that is cooled, from the network of its links."""

    lowest_temperature: float = option(0.05, unit="K", help="Where the record ends.")
    temperature_step: float = option(0.02, unit="K", help="Temperature between two rows.")
    field: float = option(0.0, unit="T", help="Parallel field.")
    may_be_zero: ClassVar[frozenset[str]] = FilmOptions.may_be_zero | {"field"}
