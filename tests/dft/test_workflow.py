"""The workflow on ASE's effective-medium theory: kept when done, taken up when killed."""

import dataclasses
import fcntl
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import papilio
from papilio.dft.calculation import Calculation
from papilio.dft.engines.process import Machine
from papilio.dft.job import CURVATURE, Job, do
from papilio.dft.structure import StructureOptions, build
from papilio.dft.symmetry_lines import symmetry_lines
from papilio.dft.workflow import (
    WorkflowOptions,
    run,
    starting_moments,
)
from papilio.errors import AnalysisError, OptionsError

# Silver and copper, because effective-medium theory knows them: not a crystal of nature.
CELL = StructureOptions("AgCuO3", units=2, lattice_constant=4.3, vacancies=("AgO1",))
LOOSE = Calculation(force_tolerance=0.2)
TIGHT = Calculation(force_tolerance=0.02)
STUDY = WorkflowOptions(CELL, relaxation=(LOOSE, TIGHT), engine="emt")


def silent(words):
    del words


def test_stages_follow_each_other_and_end_in_equilibrium(tmp_path):
    finished = run(STUDY, tmp_path, silent)
    first, second = finished.relaxations
    assert first.result["ionic_steps"] > 0
    assert second.result["relaxed"]
    assert second.result["largest_force"] < 0.02
    assert second.result["energy"] <= first.result["energy"]
    # The second starts where the first ended.
    assert second.result["trail"][0]["energy"] == pytest.approx(first.result["energy"], abs=1e-9)
    record = second.record()
    assert record["engine"] == "emt"
    assert len(record["input_sha256"]) == 64
    assert record["values"]["relaxed"]


def test_stages_hand_their_curvature_on(tmp_path):
    first, second = run(STUDY, tmp_path, silent).relaxations
    asked = json.loads((second.folder / "job.json").read_text())
    assert Path(asked["curvature"]) == first.folder / CURVATURE
    # No part of the content: the same question has the same answer.
    assert second.job.fingerprint() == dataclasses.replace(second.job, curvature=None).fingerprint()


def test_what_is_done_is_kept_and_what_changed_is_done_anew(tmp_path):
    run(STUDY, tmp_path, silent)
    folders = {f: (f / "done.json").stat().st_mtime_ns for f in (tmp_path / "steps").iterdir()}
    run(STUDY, tmp_path, silent)
    assert folders == {
        f: (f / "done.json").stat().st_mtime_ns for f in (tmp_path / "steps").iterdir()
    }
    tighter = dataclasses.replace(TIGHT, force_tolerance=0.01)
    run(dataclasses.replace(STUDY, relaxation=(LOOSE, tighter)), tmp_path, silent)
    assert len(list((tmp_path / "steps").iterdir())) == 3


def job():
    return Job("relax", "emt", build(CELL), TIGHT, most_steps=200)


def interrupted(folder: Path, script: str, sign: signal.Signals) -> subprocess.Popen[bytes]:
    """A papilio process that is stopped after its third ionic step."""
    process = subprocess.Popen([sys.executable, "-c", script])
    checkpoint = folder / "checkpoint.json"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if checkpoint.exists() and json.loads(checkpoint.read_text())["step"] >= 3:
            break
        time.sleep(0.02)
    process.send_signal(sign)
    process.wait(timeout=30)
    return process


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_goes_on_and_ends_where_an_undisturbed_one_does(tmp_path, sign):
    whole = do(job(), tmp_path / "whole", Machine(), silent)
    folder = tmp_path / "killed" / "steps" / whole.folder.name
    source = str(Path(papilio.__file__).parents[1])
    # The pause makes the run long enough to be hit; it is no part of what is calculated.
    script = f"""
import sys
sys.path[:0] = [{source!r}, {str(Path(__file__).parent)!r}]
import json
from pathlib import Path
from papilio.dft.engines import emt
from papilio.dft.engines.process import Machine
table = json.loads(Path({str(whole.folder / "job.json")!r}).read_text())
emt.run(Path({str(folder)!r}), {{**table, "pause": 0.2}}, Machine(), print)
"""
    process = interrupted(folder, script, sign)
    assert process.returncode != 0
    left = json.loads((folder / "checkpoint.json").read_text())
    assert not (folder / "result.json").exists()
    # The engine sees at its next step that its papilio has gone, and frees the folder.
    with (folder / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
    again = do(job(), tmp_path / "killed", Machine(), silent)
    assert again.result["trail"][: left["step"]] == left["trail"][: left["step"]]
    assert again.result["ionic_steps"] == whole.result["ionic_steps"]
    np.testing.assert_allclose(again.result["positions"], whole.result["positions"], atol=1e-9)
    assert again.result["wall_s"] > left["wall_s"]


def test_two_papilios_do_not_share_a_folder(tmp_path):
    asked = job()
    folder = tmp_path / "steps" / f"relax-{asked.fingerprint()[:12]}"
    folder.mkdir(parents=True)
    with (folder / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(AnalysisError, match="another papilio"):
            do(asked, tmp_path, Machine(), silent)


def test_an_engine_that_fails_says_where_to_look(tmp_path):
    cell = build(StructureOptions(units=1))  # there are no parameters for potassium
    with pytest.raises(AnalysisError, match=r"stopped with code 1: .*see program_output.txt"):
        do(Job("relax", "emt", cell, LOOSE, 1), tmp_path, Machine(), silent)


def test_a_missing_engine_names_the_remedy(tmp_path):
    machine = Machine(python=str(tmp_path / "bin" / "python"))
    asked = Job("scf", "gpaw", build(CELL), Calculation(functional="PBE"))
    with pytest.raises(AnalysisError, match="make dft-engine"):
        do(asked, tmp_path, machine, silent)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ground_state": TIGHT}, "no electrons"),
        ({"engine": "gpaw", "dense_k_grid": (9, 9, 1)}, "wants ground_state"),
        ({"lattice_constants": (3.9, 4.0)}, "lattice_constants: want"),
        (
            {
                "engine": "gpaw",
                "relaxation": (dataclasses.replace(TIGHT, spin_polarised=True),),
                "starting_moments": (),
            },
            "starting_moments",
        ),
    ],
)
def test_contradictions_are_named(tmp_path, changes, words):
    with pytest.raises(OptionsError, match=words):
        run(dataclasses.replace(STUDY, **changes), tmp_path, silent)


def test_starting_moments():
    structure = build(StructureOptions(units=3))
    up = starting_moments(structure, "Ta", 0.4)
    assert sum(up) == pytest.approx(1.2)
    assert {structure.symbols[n] for n, m in enumerate(up) if m} == {"Ta"}
    turned = starting_moments(structure, "Ta", 0.4, alternate=True)
    assert [turned[structure.layers.index(f"Ta{n}")] for n in (1, 2, 3)] == [0.4, -0.4, 0.4]


def test_symmetry_lines_of_plane_and_cube():
    plane = build(StructureOptions(units=3))
    path, labels = symmetry_lines(plane, 40)
    assert [name for _, name in labels] == ["G", "M", "K", "G"]
    reciprocal = np.linalg.inv(plane.cell).T
    gamma, m, k, _ = (path[number] @ reciprocal for number, _ in labels)
    a = np.linalg.norm(plane.cell[0])
    assert np.linalg.norm(gamma) == 0
    # |GM| = 1/(sqrt 3 a), |GK| = 2/(3 a), |MK| = 1/(3 a) without the factor 2 pi.
    assert np.linalg.norm(m) == pytest.approx(1 / (np.sqrt(3) * a))
    assert np.linalg.norm(k) == pytest.approx(2 / (3 * a))
    assert np.linalg.norm(k - m) == pytest.approx(1 / (3 * a))
    cube = build(StructureOptions(orientation="cubic"))
    _, labels = symmetry_lines(cube, 40)
    assert [name for _, name in labels] == ["G", "X", "M", "R", "G"]


def test_a_study_starts_from_the_atoms_of_another(tmp_path):
    first = run(dataclasses.replace(STUDY, relaxation=(LOOSE,)), tmp_path / "first", silent)
    kept = tmp_path / "first" / "first_principles.json"
    stages = {done.folder.name: {} for done in first.relaxations}
    kept.write_text(json.dumps({"structure": first.structure.to_table(), "calculations": stages}))
    again = dataclasses.replace(STUDY, relaxation=(LOOSE,), relaxed_in=str(kept))
    finished = run(again, tmp_path / "second", silent)
    assert finished.relaxations[0].result["ionic_steps"] == 0
    # And from what its last relaxation had learnt of the curvature.
    asked = json.loads((finished.relaxations[0].folder / "job.json").read_text())
    assert Path(asked["curvature"]) == first.relaxations[0].folder / CURVATURE
    np.testing.assert_allclose(finished.structure.positions, first.structure.positions, atol=1e-12)
    other = dataclasses.replace(CELL, units=1)
    with pytest.raises(OptionsError, match="another cell"):
        run(dataclasses.replace(again, structure=other), tmp_path / "third", silent)
    kept.write_text("{}")
    with pytest.raises(OptionsError, match=r"is not the first_principles\.json"):
        run(again, tmp_path / "fourth", silent)
