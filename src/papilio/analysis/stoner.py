"""Stoner product of a calculated band structure, in the cell's convention and per atom and spin."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.errors import AnalysisError
from papilio.fit import propagate
from papilio.options import option
from papilio.physics.stoner import density_of_one_atom_and_spin, exchange_parameter, product
from papilio.result import Quantity, Result

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StonerOptions:
    """Numbers and settings of `stoner`."""

    density_of_states: float = option(
        unit="1/eV", help="of the whole cell and both spins at the Fermi energy, unpolarised"
    )
    splitting: float = option(unit="eV", help="exchange splitting of the bands")
    moment: float = option(help="magnetic moment of one atom, Bohr magnetons")
    atoms: int = option(help="magnetic atoms of the cell that share the density of states")
    carrying_atoms: int | None = option(
        None, help="the few atoms that would carry all of it, for the other extreme"
    )
    density_of_states_std: float = option(0.0, unit="1/eV", help="its standard deviation")
    splitting_std: float = option(0.0, unit="eV", help="its standard deviation")
    moment_std: float = option(0.0, help="its standard deviation, Bohr magnetons")


def stoner(options: StonerOptions, source: str = "first principles") -> Result:
    """
    Stoner parameter and Stoner product from a density of states, a splitting and a moment.

    Parameters
    ----------
    options : StonerOptions
        The numbers.
    source : str, optional
        Where they come from.

    Returns
    -------
    Result
        ``stoner.exchange_parameter`` (eV), ``.product`` with the condition ``convention``: "cell"
        (density of states of the whole cell and both spins), "atom_and_spin" (shared by all
        magnetic atoms alike) and, with `carrying_atoms`, "carrying_atom_and_spin";
        ``.density_of_states`` (1/eV) in the same conventions. No curves.

    Raises
    ------
    AnalysisError
        If the moment is zero, or a number of atoms is not positive.
    """
    if options.moment == 0:
        raise AnalysisError(f"{source}: the moment is zero: there is no splitting to divide by it")
    counts = {"atom_and_spin": options.atoms, "carrying_atom_and_spin": options.carrying_atoms}
    for count in counts.values():
        if count is not None and count < 1:
            raise AnalysisError(f"{source}: {count} atoms cannot share a density of states")
    values = np.array([options.density_of_states, options.splitting, options.moment])
    stds = (options.density_of_states_std, options.splitting_std, options.moment_std)
    covariance = np.diag(np.square(stds))

    def quantity(
        name: str, unit: str, function: Callable[[Array], float], convention: str = ""
    ) -> Quantity:
        value, std = propagate(function, values, covariance)
        where: dict[str, float | str] = {"convention": convention} if convention else {}
        flags = () if any(stds) else ("the calculation states no uncertainty",)
        return Quantity(f"stoner.{name}", value, unit, std, conditions=where, flags=flags)

    quantities = [
        quantity("exchange_parameter", "eV", lambda v: exchange_parameter(v[1], v[2])),
        quantity("density_of_states", "1/eV", lambda v: float(v[0]), "cell"),
        quantity("product", "", lambda v: product(v[0], exchange_parameter(v[1], v[2])), "cell"),
    ]
    for convention, count in counts.items():
        if count is None:
            continue

        def share(v: Array, count: int = count) -> float:
            return density_of_one_atom_and_spin(v[0], count)

        def own(v: Array, count: int = count) -> float:
            density = density_of_one_atom_and_spin(v[0], count)
            return product(density, exchange_parameter(v[1], v[2]))

        quantities.append(quantity("density_of_states", "1/eV", share, convention))
        quantities.append(quantity("product", "", own, convention))
    return Result(
        "stoner",
        tuple(quantities),
        options=dataclasses.asdict(options),
        sources=(source,),
        synthetic=True,
        flags=_verdict(quantities),
        references=(
            "Stoner, Proc. R. Soc. A 165, 372 (1938)",
            "Convention of the whole cell: doi:10.1038/s41467-025-58300-9",
        ),
    )


def _verdict(quantities: list[Quantity]) -> tuple[str, ...]:
    """Say so where the conventions disagree about the instability."""
    products = {q.conditions["convention"]: q for q in quantities if q.name == "stoner.product"}
    cell = products["cell"].value
    flags = []
    for convention, quantity in products.items():
        if convention != "cell" and cell is not None and quantity.value is not None:
            if (cell > 1) == (quantity.value > 1):
                continue
            words = "is met for the whole cell but not"
            if quantity.value > 1:
                words = "is not met for the whole cell but is"
            flags.append(
                f"Stoner's criterion {words} per {str(convention).replace('_', ' ')} "
                f"({cell:.2g} against {quantity.value:.2g}): it holds for one atom and one spin"
            )
    return tuple(flags)
