"""Perovskite cells: (111) stacks without end, slabs, vacancies at named layers, strain."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from papilio.dft.cell import Structure, shortest_distance
from papilio.errors import OptionsError
from papilio.options import option

Array = NDArray[np.float64]

#: Formal charges of A ions; B has what makes ABO3 neutral.
A_CHARGES = {
    **dict.fromkeys(("Li", "Na", "K", "Rb", "Cs", "Ag"), 1),
    **dict.fromkeys(("Ca", "Sr", "Ba", "Pb", "Cd"), 2),
    **dict.fromkeys(("La", "Y", "Bi", "Nd", "Pr", "Sm", "Gd"), 3),
}
#: KTaO3, angstrom: Wemple, Phys. Rev. 137, A1575 (1965), doi:10.1103/PhysRev.137.A1575.
KTAO3_LATTICE_CONSTANT = 3.9885
#: Nothing in an oxide comes closer than this, angstrom.
CLOSEST = 1.5


@dataclass(frozen=True)
class StructureOptions:
    """A cell of a cubic perovskite ABO3."""

    formula: str = option("KTaO3", help="perovskite ABO3, as in SrTiO3")
    orientation: Literal["111", "cubic"] = option(
        "111", help="111: units stacked along [111]; cubic: the cell of five atoms"
    )
    units: int = option(6, help="formula units stacked along [111]")
    lattice_constant: float | None = option(
        None, unit="angstrom", help="of the cubic cell; known for KTaO3 alone"
    )
    lateral: tuple[int, int] = option((1, 1), help="multiples of the cell in the plane")
    vacancies: tuple[str, ...] = option(
        (), help="oxygens to leave out: layer and number, as in KO1.2; KO1 is KO1.1"
    )
    strain: float = option(0.0, help="in the plane, 0.01 stretches by one per cent")
    strain_along: float = option(0.0, help="along the stacking direction")
    displacement: float = option(
        0.0,
        unit="angstrom",
        help="standard deviation of random displacements, which break what symmetry a relaxation "
        "would keep",
    )
    displacement_seed: int = option(1, help="of the random displacements")
    vacuum: float = option(
        0.0, unit="angstrom", help="empty space above the stack; zero repeats it without end"
    )
    termination: Literal["stoichiometric", "A", "B"] = option(
        "stoichiometric", help="of a slab: one face of each kind, both AO3, or both B"
    )


def build(options: StructureOptions) -> Structure:
    """
    Atoms of a perovskite cell.

    The stacking vector is ``a (n1, n2, n3)`` with n1 + n2 + n3 = units and components as equal as
    can be: it continues the stacking exactly for any number of units, and stands upright where
    units is a multiple of three. x lies along [1-10], z along [111].

    Parameters
    ----------
    options : StructureOptions
        What to build.

    Returns
    -------
    Structure
        With the names of the layers: B1, AO1, B2, ... from the bottom, of the actual elements.

    Raises
    ------
    OptionsError
        Naming the key that cannot be met.
    """
    a_ion, b_ion = _ions(options.formula)
    lattice = options.lattice_constant
    if lattice is None:
        if options.formula != "KTaO3":
            raise OptionsError(f"lattice_constant: give that of {options.formula}, in angstrom")
        lattice = KTAO3_LATTICE_CONSTANT
    if options.units < 1 or min(options.lateral) < 1:
        raise OptionsError("units and lateral: must be at least 1")
    if options.orientation == "cubic":
        made = _cubic(a_ion, b_ion, lattice)
    else:
        made = _stack(a_ion, b_ion, lattice, options)
    made = _repeat(made, options.lateral)
    made = _strained(made, options.strain, options.strain_along)
    made = _with_vacancies(made, options.vacancies)
    charges = {a_ion: A_CHARGES[a_ion], b_ion: 6 - A_CHARGES[a_ion], "O": -2}
    made = _replaced(made, doped_electrons=float(sum(charges[s] for s in made.symbols)))
    return check(_displaced(made, options.displacement, options.displacement_seed))


def relaxed_in(path: Path) -> Structure:
    """
    Atoms where another study has left them.

    Parameters
    ----------
    path : Path
        Its ``first_principles.json``.

    Returns
    -------
    Structure
        Relaxed.

    Raises
    ------
    OptionsError
        If the file is missing or is another kind of file.
    """
    try:
        return Structure.from_table(json.loads(path.read_text(encoding="utf-8"))["structure"])
    except OSError as error:
        raise OptionsError(f"relaxed_in: {path}: {error.strerror}; check the path") from error
    except (ValueError, KeyError, TypeError) as error:
        raise OptionsError(
            f"relaxed_in: {path} is not the first_principles.json of a study"
        ) from error


def check(structure: Structure) -> Structure:
    """
    The structure, if no two atoms coincide.

    Parameters
    ----------
    structure : Structure
        Atoms.

    Returns
    -------
    Structure
        The same.

    Raises
    ------
    OptionsError
        If two atoms are closer than in any oxide.
    """
    shortest = shortest_distance(structure)
    if shortest < CLOSEST:
        raise OptionsError(
            f"structure: two atoms are {shortest:.2f} angstrom apart, less than {CLOSEST}; "
            "check lattice_constant and strain"
        )
    return structure


def _replaced(structure: Structure, **changes: object) -> Structure:
    return Structure(**{**structure.__dict__, **changes})


def _ions(formula: str) -> tuple[str, str]:
    match = re.fullmatch(r"([A-Z][a-z]?)([A-Z][a-z]?)O3", formula)
    if match is None:
        raise OptionsError(f"formula: {formula!r} is not of the form ABO3, as KTaO3 is")
    if match[1] not in A_CHARGES:
        raise OptionsError(
            f"formula: the charge of {match[1]} is not known; A is one of {', '.join(A_CHARGES)}"
        )
    return match[1], match[2]


def _cubic(a_ion: str, b_ion: str, lattice: float) -> Structure:
    fractional = np.array([[0.5] * 3, [0, 0, 0], [0.5, 0, 0], [0, 0.5, 0], [0, 0, 0.5]])
    layers = (f"{a_ion}O1", f"{b_ion}1", *[f"{a_ion}O1"] * 3)
    symbols = (a_ion, b_ion, "O", "O", "O")
    return Structure(lattice * np.eye(3), symbols, lattice * fractional, layers)


def _integer_point(height: int) -> NDArray[np.int_]:
    """The lattice point nearest to the [111] axis whose components add up to `height`."""
    whole, rest = divmod(height, 3)
    return np.array([whole + (rest > 1), whole + (rest > 0), whole])


def _stack(a_ion: str, b_ion: str, lattice: float, options: StructureOptions) -> Structure:
    # Rows: x along [1-10], y along [11-2], z along [111], right-handed.
    frame = np.array([[1, -1, 0], [1, 1, -2], [1, 1, 1]]) / np.sqrt([[2], [6], [3]])
    along = _integer_point(options.units)
    cell = lattice * np.array([[1, -1, 0], [0, 1, -1], along]) @ frame.T
    symbols, places, layers = [], [], []
    for unit in range(options.units):
        b_place = _integer_point(unit)
        symbols += [b_ion, a_ion, "O", "O", "O"]
        # The A ion of the unit below lies level with the oxygens of this one.
        places += [b_place, _integer_point(unit - 1) + 0.5]
        places += [b_place + 0.5 * axis for axis in np.eye(3)]
        layers += [f"{b_ion}{unit + 1}", *[f"{a_ion}O{unit + 1}"] * 4]
    positions = lattice * np.array(places) @ frame.T
    periodic, warnings = (True, True, True), []
    if options.vacuum > 0:
        spacing = lattice / np.sqrt(3)
        cell[2] = (0, 0, options.units * spacing + options.vacuum)
        periodic = (True, True, False)
        dropped = {
            "stoichiometric": None,
            "A": f"{b_ion}1",
            "B": f"{a_ion}O{options.units}",
        }[options.termination]
        kept = [number for number, layer in enumerate(layers) if layer != dropped]
        symbols, layers = [symbols[n] for n in kept], [layers[n] for n in kept]
        positions = positions[kept]
        positions[:, 2] += options.vacuum / 2 - positions[:, 2].min()
        charge = 6 - A_CHARGES[a_ion]
        warnings.append(
            f"the layers of this (111) slab carry charges of {charge:+d} and {-charge:+d} in "
            "turn: it is polar, and its faces are reconstructed or doped in nature"
        )
    elif options.termination != "stoichiometric":
        raise OptionsError("termination: only a slab has faces; give vacuum, 15 angstrom say")
    inverse = np.linalg.inv(cell)
    fractional = positions @ inverse
    fractional[:, :2] %= 1
    fractional[np.isclose(fractional, 1, atol=1e-9)] = 0
    return Structure(
        cell,
        tuple(symbols),
        fractional @ cell,
        tuple(layers),
        periodic,
        frame.T.copy(),
        warnings=tuple(warnings),
    )


def _repeat(structure: Structure, lateral: tuple[int, int]) -> Structure:
    if lateral == (1, 1):
        return structure
    shifts = [
        i * structure.cell[0] + j * structure.cell[1]
        for i in range(lateral[0])
        for j in range(lateral[1])
    ]
    return _replaced(
        structure,
        cell=structure.cell * np.array([[lateral[0]], [lateral[1]], [1]]),
        symbols=structure.symbols * len(shifts),
        layers=structure.layers * len(shifts),
        positions=np.concatenate([structure.positions + shift for shift in shifts]),
    )


def _strained(structure: Structure, in_plane: float, along: float) -> Structure:
    factors = np.array([1 + in_plane, 1 + in_plane, 1 + along])
    return _replaced(
        structure, cell=structure.cell * factors, positions=structure.positions * factors
    )


def _displaced(structure: Structure, deviation: float, seed: int) -> Structure:
    """The structure with each coordinate of each atom moved at random, or as it is for zero."""
    if deviation < 0:
        raise OptionsError("displacement: is a standard deviation; give zero or more")
    if not deviation:
        return structure
    moves = np.random.default_rng(seed).normal(0.0, deviation, structure.positions.shape)
    return _replaced(structure, positions=structure.positions + moves)


def _with_vacancies(structure: Structure, names: tuple[str, ...]) -> Structure:
    gone = []
    for name in names:
        layer, _, number = name.partition(".")
        oxygens = [n for n in structure.of("O") if structure.layers[n] == layer]
        if not oxygens:
            known = sorted({structure.layers[n] for n in structure.of("O")})
            raise OptionsError(f"vacancies: {layer!r} has no oxygen; take one of {known}")
        if not (number or "1").isdigit() or not 1 <= int(number or "1") <= len(oxygens):
            raise OptionsError(
                f"vacancies: {name!r} has no such oxygen; {layer} has numbers 1 to {len(oxygens)}"
            )
        chosen = oxygens[int(number or "1") - 1]
        if chosen in gone:
            raise OptionsError(f"vacancies: {name!r} is named twice")
        gone.append(chosen)
    kept = [n for n in range(len(structure.symbols)) if n not in gone]
    return _replaced(
        structure,
        symbols=tuple(structure.symbols[n] for n in kept),
        layers=tuple(structure.layers[n] for n in kept),
        positions=structure.positions[kept],
        removed=structure.positions[gone].reshape(-1, 3),
    )
