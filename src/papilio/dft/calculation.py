"""What a first-principles calculation is asked for, in the same words for every engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from papilio.errors import OptionsError
from papilio.options import option


@dataclass(frozen=True)
class Calculation:
    """Settings of one self-consistent calculation; energies in electronvolt."""

    functional: Literal["PBEsol", "PBE", "LDA"] = option("PBEsol", help="exchange and correlation")
    hubbard: Mapping[str, float] = field(
        default_factory=dict,
        metadata={"help": "effective U of shells, as in { Ta-5d = 3.0 }", "unit": "eV"},
    )
    hubbard_normalised: bool = option(
        True,
        help="GPAW counts occupations of these shells as if their waves ended at the sphere; false "
        "counts what is inside alone, as VASP does, and U acts more weakly",
    )
    cutoff: float = option(500.0, unit="eV", help="kinetic energy of the plane waves")
    k_grid: tuple[int, int, int] = option((4, 4, 1), help="points, one of them at Gamma")
    smearing: float = option(0.01, unit="eV", help="width of the Fermi-Dirac occupation")
    spin_polarised: bool = option(False, help="two spin channels")
    energy_tolerance: float = option(
        1e-5, unit="eV", help="of the whole cell, over three iterations"
    )
    density_tolerance: float = option(
        1e-5, help="change of the density in one iteration, electrons for each electron"
    )
    force_tolerance: float = option(
        0.01, unit="eV/angstrom", help="largest force on an atom of a relaxed structure"
    )
    most_iterations: int = option(200, help="of one self-consistent calculation")

    def __post_init__(self) -> None:
        for shell in self.hubbard:
            hubbard_shell(shell)
        if self.cutoff <= 0 or self.smearing <= 0 or min(self.k_grid) < 1:
            raise OptionsError("cutoff, smearing and k_grid: must be positive")

    def table(self) -> dict[str, Any]:
        """
        The settings as the programs read them, and as a calculation is known by.

        Returns
        -------
        dict
            Without what is as it was before it could be chosen: what was done stays known.
        """
        made = asdict(self)
        if self.hubbard_normalised:
            del made["hubbard_normalised"]
        return made


def hubbard_shell(shell: str) -> tuple[str, int, str]:
    """
    Element, principal and angular quantum number of a shell such as Ta-5d.

    Parameters
    ----------
    shell : str
        Its name.

    Returns
    -------
    element : str
        Symbol.
    n : int
        Principal quantum number.
    letter : str
        One of s, p, d, f.

    Raises
    ------
    OptionsError
        If the name has another form.
    """
    match = re.fullmatch(r"([A-Z][a-z]?)-(\d)([spdf])", shell)
    if match is None:
        raise OptionsError(f"hubbard: {shell!r} does not name a shell, as Ta-5d does")
    return match[1], int(match[2]), match[3]
