"""Inputs of VASP and Quantum ESPRESSO, read back with ASE."""

import ase.io
import numpy as np
import pytest
from ase.io.espresso import read_fortran_namelist

from papilio.dft.calculation import Calculation
from papilio.dft.engines import quantum_espresso, vasp
from papilio.dft.structure import StructureOptions, build
from papilio.dft.workflow import starting_moments
from papilio.errors import OptionsError

STRUCTURE = build(StructureOptions(units=6, vacancies=("KO1",)))
ASKED = Calculation(hubbard={"Ta-5d": 3.0}, spin_polarised=True, k_grid=(9, 9, 1))
MOMENTS = starting_moments(STRUCTURE, "Ta", 0.3, alternate=True)


def same_atoms(read, structure):
    np.testing.assert_allclose(read.cell, structure.cell, atol=1e-9)
    assert len(read) == len(structure.symbols)
    for symbol, place in zip(structure.symbols, structure.positions, strict=True):
        apart = read.positions - place
        nearest = int(np.linalg.norm(apart, axis=1).argmin())
        assert np.linalg.norm(apart[nearest]) < 1e-8
        assert read.symbols[nearest] == symbol


def tags(path):
    return dict(line.split(" = ", 1) for line in path.read_text().splitlines())


def test_vasp(tmp_path):
    files = vasp.write(tmp_path, STRUCTURE, ASKED, MOMENTS, most_steps=50)
    assert [f.name for f in files] == ["INCAR", "KPOINTS", "POSCAR", "POTCAR.names"]
    read = ase.io.read(tmp_path / "POSCAR")
    same_atoms(read, STRUCTURE)
    incar = tags(tmp_path / "INCAR")
    assert incar["GGA"] == "PS"
    assert float(incar["ENCUT"]) == 500
    assert float(incar["EDIFFG"]) == -0.01
    assert incar["ISPIN"] == "2"
    # One number for each element of POSCAR, in its order.
    elements = (tmp_path / "POSCAR").read_text().splitlines()[5].split()
    assert dict(zip(elements, incar["LDAUL"].split(), strict=True)) == {
        "Ta": "2",
        "K": "-1",
        "O": "-1",
    }
    assert dict(zip(elements, incar["LDAUU"].split(), strict=True))["Ta"] == "3"
    moments = [float(m) for m in incar["MAGMOM"].split()]
    assert sorted(moments) == sorted(MOMENTS)
    assert {s for s, m in zip(read.symbols, moments, strict=True) if m} == {"Ta"}
    assert (tmp_path / "KPOINTS").read_text().splitlines()[3] == "9 9 1"
    assert (tmp_path / "POTCAR.names").read_text().split() == ["Ta_pv", "K_sv", "O"]


def test_vasp_cannot_have_two_shells_of_one_element(tmp_path):
    asked = Calculation(hubbard={"Ta-5d": 3.0, "Ta-6s": 1.0})
    with pytest.raises(OptionsError, match="one shell of Ta"):
        vasp.write(tmp_path, STRUCTURE, asked)


def test_quantum_espresso(tmp_path):
    (path,) = quantum_espresso.write(
        tmp_path, STRUCTURE, ASKED, MOMENTS, 50, {"Ta": "Ta.pbesol.UPF"}, {"Ta": 13.0}
    )
    with path.open() as stream:
        namelists, cards = read_fortran_namelist(stream)
    assert namelists["control"]["calculation"] == "relax"
    system = namelists["system"]
    assert system["nat"] == 29
    assert system["ntyp"] == 4  # tantalum up and tantalum down are species of their own
    assert system["ecutwfc"] == pytest.approx(500 / 13.605693122994)
    assert system["degauss"] == pytest.approx(0.01 / 13.605693122994)
    started = [system[f"starting_magnetization({n})"] for n in (1, 4)]
    assert sorted(started) == pytest.approx([-0.3 / 13, 0.3 / 13])
    text = "\n".join(cards)
    assert "HUBBARD ortho-atomic" in text
    assert "U Ta-5d 3" in text
    assert "U Ta1-5d 3" in text
    assert text.count("Ta.pbesol.UPF") == 2
    same_atoms(ase.io.read(path, format="espresso-in"), STRUCTURE)


def test_a_small_starting_moment_wants_the_valence(tmp_path):
    with pytest.raises(OptionsError, match="valence_electrons"):
        quantum_espresso.write(tmp_path, STRUCTURE, ASKED, MOMENTS)


def test_without_spin_and_hubbard(tmp_path):
    (path,) = quantum_espresso.write(tmp_path, STRUCTURE, Calculation())
    text = path.read_text()
    assert "nspin" not in text
    assert "HUBBARD" not in text
    vasp.write(tmp_path, STRUCTURE, Calculation(functional="LDA"))
    incar = tags(tmp_path / "INCAR")
    assert "GGA" not in incar
    assert "LDAU" not in incar
    assert incar["NSW"] == "0"


@pytest.mark.parametrize("shell", ["Ta", "Ta5d", "Ta-d", "Ta-5x"])
def test_a_shell_that_is_none_is_named(shell):
    with pytest.raises(OptionsError, match="does not name a shell"):
        Calculation(hubbard={shell: 3.0})
