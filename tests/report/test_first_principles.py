"""`papilio dft` from the command line, on the stored calculations of a toy: no engine is needed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from papilio.cli import MISTAKE, REFUSED, WELL, main
from papilio.dft.electronic import density_of_states, load_states
from papilio.ledger import with_first_principles
from papilio.report import first_principles
from papilio.simulate.ferromagnet import stored
from papilio.storage import sha256

STORED = Path(__file__).parents[1] / "reference" / "dft"
STUDY = STORED / "one_unit.toml"


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one_unit")
    shutil.copytree(STORED / "steps", folder / "steps")
    assert main(["dft", str(STUDY), "-o", str(folder)]) == WELL
    return folder


@pytest.fixture(scope="module")
def content(output):
    return json.loads((output / "first_principles.json").read_text())


def test_nothing_is_calculated_again(output):
    kept = {path.name for path in (STORED / "steps").iterdir()}
    assert {path.name for path in (output / "steps").iterdir()} == kept


def test_values(content, output):
    values = content["values"]
    starts = values["magnetic_starts"]
    assert set(starts["non_magnetic"].values()) == {0.0}
    # Fewer states to smear over at the Fermi level: magnetism costs entropy.
    assert starts["ferromagnetic_1"]["free_energy_meV"] > starts["ferromagnetic_1"]["energy_meV"]
    assert starts["ferromagnetic_1"]["total_moment"] == pytest.approx(1.0, abs=0.05)
    assert values["total_moment"] > 1
    assert 0 < values["moment_in_spheres"] < values["total_moment"]
    # Both spins of the cell, from the stored eigenvalues.
    (folder,) = (output / "steps").glob("dense-non_magnetic-*")
    states = load_states(folder / "states.npz")
    density = density_of_states(states, np.zeros(1), values["fermi_level"]["width"]).sum()
    assert values["fermi_level"]["cell"] == pytest.approx(density)
    (tantalum,) = values["fermi_level"]["atoms"]
    assert 0 < 2 * tantalum["d_per_spin"] < density
    assert sum(tantalum["octahedron"].values()) == pytest.approx(1)
    # One unit: the vacancy lies on both sides along one local axis, and its lobe is of e_g there.
    e_g = tantalum["octahedron"]["3z2-r2"] + tantalum["octahedron"]["x2-y2"]
    assert 0 < tantalum["towards_vacancy"] < e_g + 0.01


def test_the_criterion_follows_from_the_numbers_beside_it(content):
    values = content["values"]
    (splitting,) = values["splittings"]
    exchange = splitting["splitting"] / splitting["moment"]
    assert values["stoner"]["exchange_parameter"][0] == pytest.approx(exchange)
    products = values["stoner"]["product"]
    cell = values["fermi_level"]["cell"]
    assert products["cell"][0] == pytest.approx(cell * exchange)
    assert products["atom_and_spin"][0] == pytest.approx(cell * exchange / 2)
    # Density and moment of one ion by the same projections, whatever the sphere.
    (own,) = products["projected"].values()
    d_states = values["fermi_level"]["atoms"][0]["d_per_spin"]
    assert own[0] == pytest.approx(
        d_states * splitting["splitting"] / splitting["projected_moment"]
    )
    relative = values["fermi_level"]["cell_std"] / cell
    assert own[1] / own[0] > relative


def test_ions_of_one_layer_are_told_apart():
    atoms = [{"layer": layer, "atom": n} for n, layer in enumerate(("Ta1", "Ta2", "Ta1"))]
    assert [name for name, _, _ in first_principles._named(atoms)] == ["Ta1.1", "Ta2", "Ta1.2"]


def test_the_magnet_gets_the_moment_of_the_cell(content, output):
    found = stored.read(output / "magnet.json")
    moment = content["values"]["total_moment"]
    # One unit: the hexagonal cell has edges of sqrt(2) lattice constants at 120 degrees.
    area = 2 * 3.9885e-10**2 * np.sqrt(3) / 2
    assert found.values["areal_moment"] == pytest.approx(moment * 9.2740e-24 / area, rel=1e-4)
    assert found.provenance["sha256"] == sha256(output / "first_principles.json")
    (splitting,) = content["values"]["splittings"]
    assert found.provenance["exchange_splitting"]["value"] == splitting["splitting"]
    assert "2 electrons" not in found.sources["areal_moment"]  # per area, not per cell


def test_the_ledger_gets_the_criterion_of_the_cell(content, output):
    facts = with_first_principles(output / "first_principles.json", None)
    products = content["values"]["stoner"]["product"]
    states, parameter = facts.projected_density_of_states, facts.stoner_parameter
    assert states * parameter == pytest.approx(products["projected"]["Ta1"][0])
    assert facts.density_of_states * parameter == pytest.approx(products["cell"][0])


def test_what_is_finished_is_written_before_the_rest(tmp_path):
    """A study that cannot go on leaves the numbers of its finished calculations."""
    shutil.copytree(STORED / "steps", tmp_path / "steps")
    for folder in (tmp_path / "steps").glob("dense-*"):
        shutil.rmtree(folder)
    study = tmp_path / "study.toml"
    text = STUDY.read_text().replace("processes = 2", 'processes = 1\npython = "nowhere"')
    study.write_text(text)
    assert main(["dft", str(study), "-o", str(tmp_path)]) == REFUSED
    values = json.loads((tmp_path / "first_principles.json").read_text())["values"]
    assert values["total_moment"] == pytest.approx(1.0, abs=0.05)
    assert values["fermi_level"]["k_grids"] == [[2, 2, 2]]
    assert "magnetic_energy_meV" not in values


def test_provenance_of_each_calculation(content):
    records = content["calculations"]
    assert len(records) == 5
    for record in records.values():
        assert set(record) == {
            "engine",
            "engine_version",
            "functional",
            "settings",
            "command",
            "wall_s",
            "input_sha256",
            "log_sha256",
            "values",
        }
        assert record["engine"] == "gpaw"
        assert record["functional"] == "PBEsol"
        assert "programs.gpaw_program" in record["command"]


def test_densities_are_kept_as_data(content, output):
    with xr.open_dataset(output / "densities.nc") as data:
        assert list(data["ion"].values) == ["Ta1"]
        # One trace, whatever the frame.
        whole = data["cell"].sum("orbital")
        np.testing.assert_allclose(data["octahedron"].sum("orbital"), whole, rtol=1e-4, atol=1e-5)
        # a1g and e_g' are the t2g in another order.
        t2g = data["octahedron"].sel(orbital=["xy", "yz", "zx"]).sum("orbital")
        both = data["trigonal"].sum("trigonal_orbital")
        np.testing.assert_allclose(both, t2g, rtol=1e-4, atol=1e-5)
        assert data["bands"].dims == ("spin", "point", "band")
        assert data.attrs["calculation"] in content["calculations"]


def test_figures_are_drawn(output):
    figures = {path.stem for path in (output / "figures").glob("*.svg")}
    assert figures == {
        "bands",
        "density_of_states_cell",
        "density_of_states_octahedron",
        "moments",
        "spin_density",
        "structure",
    }


def test_input_of_another_engine(tmp_path, capsys):
    assert main(["dft", str(STUDY), "-o", str(tmp_path), "--write", "vasp"]) == WELL
    written = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert written == ["INCAR", "KPOINTS", "POSCAR", "POTCAR.names"]
    assert "ENCUT = 250" in (tmp_path / "INCAR").read_text()
    assert main(["dft", str(STUDY), "-o", str(tmp_path), "--write", "quantum_espresso"]) == WELL
    assert "HUBBARD" in (tmp_path / "pw.in").read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[structure]\nunit = 2\n", "structure.unit: unknown option"),
        ("[structure]\nvacancies = ['KO9']\n", "vacancies: 'KO9' has no oxygen"),
        ("[structure\n", "correct the file"),
        ("dense_k_grid = [1, 1, 1]\n[structure]\n", "dense_k_grid: wants ground_state"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path, capsys, text, words):
    study = tmp_path / "study.toml"
    study.write_text(text)
    assert main(["dft", str(study), "-o", str(tmp_path / "out")]) == MISTAKE
    said = capsys.readouterr().err
    assert str(study) in said
    assert words in said


def test_a_missing_study(tmp_path, capsys):
    assert main(["dft", str(tmp_path / "no.toml"), "-o", str(tmp_path)]) == MISTAKE
    assert "no.toml" in capsys.readouterr().err
