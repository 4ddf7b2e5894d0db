"""Facts from the file of a calculated cell."""

import json

import pytest

from papilio.errors import OptionsError, StudyError
from papilio.ledger import OutsideFacts, with_first_principles
from papilio.study import load, run

CELL = {
    "structure": {"cell": [[5.0, 0, 0], [-2.5, 4.0, 0], [0, 0, 14]], "doped_electrons": 2.0},
    "values": {
        "total_moment": -0.5,
        "moment_in_spheres": -0.3,
        "moments": [
            {"distance": 2.0, "moment": 0.1},
            {"distance": 2.05, "moment": 0.09},
            {"distance": 5.0, "moment": 0.02},
        ],
        "fermi_level": {"cell": 7.0, "atoms": [{"atom": 3, "d_per_spin": 0.6}]},
        "splittings": [{"atom": 3, "splitting": 0.14, "moment": 0.1}],
        "stoner": {"atom": 3, "exchange_parameter": [1.4, 0.1]},
    },
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "first_principles.json"
    path.write_text(json.dumps(CELL))
    return path


def test_the_facts_of_a_cell(file):
    facts = with_first_principles(file, None)
    assert (facts.cell_moment, facts.moment_in_spheres) == (0.5, 0.3)
    assert facts.cell_area == pytest.approx(2e-19)
    assert (facts.cell_electrons, facts.cell_atoms, facts.cell_vacancy_atoms) == (2, 3, 2)
    assert (facts.density_of_states, facts.projected_density_of_states) == (7.0, 0.6)
    assert (facts.stoner_parameter, facts.exchange_splitting) == (1.4, 0.14)
    assert facts.moment_per_atom == 0.1


def test_spheres_that_point_against_the_cell_hold_no_part_of_it(file):
    values = {**CELL["values"], "moment_in_spheres": 0.3}
    file.write_text(json.dumps({**CELL, "values": values}))
    assert with_first_principles(file, None).moment_in_spheres is None
    del values["moment_in_spheres"]
    file.write_text(json.dumps({**CELL, "values": values}))
    assert with_first_principles(file, None).moment_in_spheres is None


def test_what_the_study_says_goes_before(file):
    facts = with_first_principles(file, OutsideFacts(cell_moment=0.7, thickness=5e-9))
    assert (facts.cell_moment, facts.thickness, facts.density_of_states) == (0.7, 5e-9, 7.0)


@pytest.mark.parametrize("text", ["{}", "no", json.dumps({**CELL, "values": {}})])
def test_another_file_is_refused(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(OptionsError, match=r"other\.json is not the first_principles\.json"):
        with_first_principles(path, None)


def study(folder, name):
    path = folder / "small.toml"
    line = f'label = "sample two"\nfirst_principles = "{name}"\n'
    path.write_text(path.read_text().replace('label = "sample two"\n', line))
    return path


def test_a_study_names_the_file(file, folder):
    (folder / "cell.json").write_bytes(file.read_bytes())
    path = study(folder, "cell.json")
    (found,) = (
        of for of in run(load(path)).ledgers["S2"].quantities if of.name == "ledger.stoner_product"
    )
    # 0.6/eV on the ion and one spin against 7/eV in all, times 1.4 eV.
    assert found.value == pytest.approx(0.84)
    assert found.flags[0] == "inconsistent"


def test_a_study_that_names_no_cell(folder):
    path = study(folder, "cell.json")
    with pytest.raises(StudyError, match=r"there is no file 'cell\.json'"):
        load(path)
    (folder / "cell.json").write_text("{}")
    with pytest.raises(StudyError, match=r"small\.toml:\d+: samples\.S2\.first_principles: .*dft"):
        load(path)
