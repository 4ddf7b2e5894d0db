"""Input of pw.x of Quantum ESPRESSO 7, with the HUBBARD card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from papilio.dft.calculation import Calculation
from papilio.dft.cell import Structure
from papilio.errors import OptionsError
from papilio.storage import write_text

#: CODATA 2018.
_RYDBERG = 13.605693122994  # eV
_BOHR = 0.529177210903  # angstrom
_FUNCTIONALS = {"PBEsol": "pbesol", "PBE": "pbe", "LDA": "pz"}
#: The density needs a higher cutoff than the wave functions: by four where potentials conserve the
#: norm, by more for ultrasoft ones and PAW.
_DENSITY_CUTOFF = 10


def write(
    folder: Path,
    structure: Structure,
    calculation: Calculation,
    moments: Sequence[float] = (),
    most_steps: int = 0,
    pseudopotentials: Mapping[str, str] | None = None,
    valence_electrons: Mapping[str, float] | None = None,
) -> list[Path]:
    """
    Write the input of one calculation.

    Atoms of one element with other starting moments are a species of their own, as pw.x wants it.

    Parameters
    ----------
    folder : Path
        Where to.
    structure : Structure
        Atoms.
    calculation : Calculation
        Settings.
    moments : sequence of float
        Starting moments of the atoms, Bohr magnetons.
    most_steps : int
        Ionic moves at most.
    pseudopotentials : mapping, optional
        Element -> file; by default <element>.UPF.
    valence_electrons : mapping, optional
        Element -> valence electrons of its pseudopotential; wanted for starting moments below one
        Bohr magneton, which pw.x takes as a share of them.

    Returns
    -------
    list of Path
        ``pw.in`` alone.

    Raises
    ------
    OptionsError
        If a small starting moment cannot be expressed.
    """
    started = list(moments) if calculation.spin_polarised and len(moments) else []
    marks = [round(m, 6) for m in started] or [0.0] * len(structure.symbols)
    kinds = list(dict.fromkeys(zip(structure.symbols, marks, strict=True)))
    names: dict[tuple[str, float], str] = {}
    for symbol, mark in kinds:
        count = sum(name[0] == symbol for name in names)
        names[symbol, mark] = symbol if count == 0 else f"{symbol}{count}"
    species = [names[kind] for kind in zip(structure.symbols, marks, strict=True)]
    elements = {name: symbol for (symbol, _), name in names.items()}
    files = {name: (pseudopotentials or {}).get(e, f"{e}.UPF") for name, e in elements.items()}
    atoms = len(structure.symbols)
    control = {
        "calculation": "'relax'" if most_steps else "'scf'",
        "prefix": "'papilio'",
        "pseudo_dir": "'./'",
        "outdir": "'./out/'",
        "tprnfor": ".true.",
        "nstep": max(most_steps, 1),
        "forc_conv_thr": _number(calculation.force_tolerance / _RYDBERG * _BOHR),
    }
    system: dict[str, object] = {
        "ibrav": 0,
        "nat": atoms,
        "ntyp": len(names),
        "ecutwfc": _number(calculation.cutoff / _RYDBERG),
        "ecutrho": _number(_DENSITY_CUTOFF * calculation.cutoff / _RYDBERG),
        "input_dft": f"'{_FUNCTIONALS[calculation.functional]}'",
        "occupations": "'smearing'",
        "smearing": "'fermi-dirac'",
        "degauss": _number(calculation.smearing / _RYDBERG),
    }
    if calculation.spin_polarised:
        system["nspin"] = 2
        for number, (symbol, mark) in enumerate(names, 1):
            if mark:
                share = _starting_magnetisation(symbol, mark, valence_electrons or {})
                system[f"starting_magnetization({number})"] = _number(share)
    electrons = {
        "conv_thr": _number(calculation.energy_tolerance / _RYDBERG),
        "electron_maxstep": calculation.most_iterations,
        "mixing_beta": 0.2,
    }
    lines = [*_namelist("CONTROL", control), *_namelist("SYSTEM", system)]
    lines += [*_namelist("ELECTRONS", electrons), *_namelist("IONS", {})]
    # The mass is for dynamics alone; one is as good as any for a relaxation.
    lines += ["ATOMIC_SPECIES", *(f"{name} 1.0 {file}" for name, file in files.items())]
    lines += ["CELL_PARAMETERS angstrom"]
    lines += ["{:.12f} {:.12f} {:.12f}".format(*row) for row in structure.cell]
    lines += ["ATOMIC_POSITIONS angstrom"]
    lines += [
        "{} {:.12f} {:.12f} {:.12f}".format(name, *place)
        for name, place in zip(species, structure.positions, strict=True)
    ]
    lines += ["K_POINTS automatic", "{} {} {} 0 0 0".format(*calculation.k_grid)]
    if calculation.hubbard:
        lines += ["HUBBARD ortho-atomic"]
        for shell, energy in calculation.hubbard.items():
            element, _, orbital = shell.partition("-")
            lines += [f"U {n}-{orbital} {energy:g}" for n, e in elements.items() if e == element]
    write_text(folder / "pw.in", "\n".join(lines) + "\n")
    return [folder / "pw.in"]


def _starting_magnetisation(
    element: str, moment: float, valence_electrons: Mapping[str, float]
) -> float:
    """What pw.x wants: the moment from one Bohr magneton on, below it a share of the electrons."""
    if abs(moment) >= 1:
        return moment
    if element not in valence_electrons:
        raise OptionsError(
            f"valence_electrons: give those of the pseudopotential of {element}, since pw.x takes "
            f"a starting moment of {moment:g} as a share of them"
        )
    return moment / valence_electrons[element]


def _namelist(name: str, entries: Mapping[str, object]) -> list[str]:
    return [f"&{name}", *(f"  {key} = {value}" for key, value in entries.items()), "/"]


def _number(value: float) -> str:
    return f"{value:.10g}"
