"""Input of VASP: INCAR, KPOINTS, POSCAR, and the names of the potentials that POTCAR wants."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from papilio.dft.calculation import Calculation, hubbard_shell
from papilio.dft.cell import Structure
from papilio.errors import OptionsError
from papilio.storage import write_text

#: Keyword GGA of each functional; LDA is what the potentials were made with.
_FUNCTIONALS = {"PBEsol": "PS", "PBE": "PE", "LDA": None}
#: Potentials recommended by VASP's manual where they have a suffix.
_POTENTIALS = {
    "K": "K_sv", "Ca": "Ca_sv", "Sr": "Sr_sv", "Ba": "Ba_sv", "Ta": "Ta_pv", "Nb": "Nb_sv",
    "Ti": "Ti_sv", "Na": "Na_pv", "Li": "Li_sv", "Zr": "Zr_sv", "Rb": "Rb_sv", "Cs": "Cs_sv",
}  # fmt: skip


def write(
    folder: Path,
    structure: Structure,
    calculation: Calculation,
    moments: Sequence[float] = (),
    most_steps: int = 0,
) -> list[Path]:
    """
    Write the input of one calculation.

    Parameters
    ----------
    folder : Path
        Where to.
    structure : Structure
        Atoms; written in groups of one element.
    calculation : Calculation
        Settings.
    moments : sequence of float
        Starting moments of the atoms, Bohr magnetons, in the order of `structure`.
    most_steps : int
        Ionic moves at most.

    Returns
    -------
    list of Path
        INCAR, KPOINTS, POSCAR and POTCAR.names: the potentials themselves are under VASP's licence,
        and are to be joined in the order of that list.

    Raises
    ------
    OptionsError
        If two shells of one element shall have a U, which VASP cannot do.
    """
    elements = list(dict.fromkeys(structure.symbols))
    order = [n for element in elements for n in structure.of(element)]
    files = {
        "INCAR": _incar(elements, order, calculation, moments, most_steps),
        "KPOINTS": "Gamma-centred grid\n0\nGamma\n{} {} {}\n0 0 0\n".format(*calculation.k_grid),
        "POSCAR": _poscar(elements, order, structure),
        "POTCAR.names": "".join(f"{_POTENTIALS.get(e, e)}\n" for e in elements),
    }
    for name, text in files.items():
        write_text(folder / name, text)
    return [folder / name for name in files]


def _poscar(elements: list[str], order: list[int], structure: Structure) -> str:
    lines = ["".join(structure.symbols[n] for n in order), "1.0"]
    lines += ["{:20.14f} {:20.14f} {:20.14f}".format(*row) for row in structure.cell]
    lines += [" ".join(elements), " ".join(str(len(structure.of(e))) for e in elements)]
    lines += ["Cartesian"]
    lines += ["{:20.14f} {:20.14f} {:20.14f}".format(*structure.positions[n]) for n in order]
    return "\n".join(lines) + "\n"


def _incar(
    elements: list[str],
    order: list[int],
    calculation: Calculation,
    moments: Sequence[float],
    most_steps: int,
) -> str:
    tags: dict[str, object] = {
        "ENCUT": calculation.cutoff,
        "PREC": "Accurate",
        "EDIFF": calculation.energy_tolerance,
        "NELM": calculation.most_iterations,
        # Fermi-Dirac occupation.
        "ISMEAR": -1,
        "SIGMA": calculation.smearing,
        "ISPIN": 2 if calculation.spin_polarised else 1,
        "LASPH": ".TRUE.",
        "LMAXMIX": 4,
        "LORBIT": 11,
        "NSW": most_steps,
        "IBRION": 2 if most_steps else -1,
        "EDIFFG": -calculation.force_tolerance,
    }
    functional = _FUNCTIONALS[calculation.functional]
    if functional is not None:
        tags["GGA"] = functional
    if calculation.spin_polarised and len(moments):
        tags["MAGMOM"] = " ".join(f"{moments[n]:.4f}" for n in order)
    if calculation.hubbard:
        of: dict[str, tuple[int, float]] = {}
        for shell, energy in calculation.hubbard.items():
            element, _, letter = hubbard_shell(shell)
            if element in of:
                raise OptionsError(f"hubbard: VASP takes one shell of {element}, two are given")
            of[element] = ("spdf".index(letter), energy)
        # Dudarev's form, in which only U - J counts.
        tags |= {"LDAU": ".TRUE.", "LDAUTYPE": 2}
        tags["LDAUL"] = " ".join(str(of[e][0] if e in of else -1) for e in elements)
        tags["LDAUU"] = " ".join(f"{of[e][1] if e in of else 0:g}" for e in elements)
        tags["LDAUJ"] = " ".join("0" for _ in elements)
    return "".join(f"{key} = {value}\n" for key, value in tags.items())
