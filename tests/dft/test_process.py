"""A program beside papilio: what it says is passed on, and its failures are explained."""

import json
import sys

import pytest

from papilio.dft.calculation import Calculation
from papilio.dft.engines import ENGINES, Engine
from papilio.dft.engines.gpaw import launch
from papilio.dft.engines.process import Machine, NotConverged, run_process
from papilio.dft.job import Job, do
from papilio.dft.structure import StructureOptions, build
from papilio.errors import AnalysisError

#: Writes the iterations it is given, then fails or succeeds, as GPAW's program does.
PROGRAM = """
import json, pathlib, sys
folder = pathlib.Path(sys.argv[-1])
job = json.loads((folder / "job.json").read_text())
with (folder / "progress.jsonl").open("a") as stream:
    for number, (residual, moment) in enumerate(job["iterations"], 1):
        line = {"step": 0, "iteration": number, "density_residual": residual, "moment": moment}
        stream.write(json.dumps(line) + chr(10))
if job["converges"]:
    (folder / "result.json").write_text(json.dumps({"energy": -1.0}))
else:
    (folder / "failure.json").write_text("{}")
    sys.exit(3)
"""


def work(folder, iterations, converges=False):
    said = []
    job = {"iterations": iterations, "converges": converges}
    command = [sys.executable, "-c", PROGRAM]
    return run_process(command, {}, folder, job, said.append), said


def test_progress_is_told_and_the_command_has_no_folders(tmp_path):
    result, said = work(tmp_path, [(0.1, 0.5), (0.001, 0.4)], converges=True)
    assert said[-1] == (
        "ionic step 0, iteration 2: density residual 1.0e-03, +0.400 Bohr magnetons"
    )
    assert result["energy"] == -1.0
    assert str(tmp_path) not in result["command"]
    assert result["command"].startswith("python")


@pytest.mark.parametrize(
    ("iterations", "words"),
    [
        ([(10.0**-n, 0.0) for n in range(4)], "still falls: allow more iterations"),
        ([(0.1, 0.0), (0.12, 0.0), (0.09, 0.0), (0.11, 0.0)], "does not fall: charge sloshes"),
        ([(0.1, 0.2), (0.1, 0.7), (0.1, 0.3), (0.1, 0.9)], "wanders between 0.20 and 0.90"),
    ],
)
def test_no_self_consistency_explains_itself(tmp_path, iterations, words):
    with pytest.raises(NotConverged, match="no self-consistency after 4 iterations") as caught:
        work(tmp_path, iterations)
    assert words in str(caught.value)


def test_a_failure_of_an_earlier_start_does_not_count(tmp_path):
    with pytest.raises(NotConverged):
        work(tmp_path, [(0.1, 0.0)])
    assert work(tmp_path, [(0.1, 0.0)], converges=True)[0]["energy"] == -1.0


@pytest.mark.parametrize("needed", [0, 1, 2])
def test_remedies_are_tried_in_turn_and_counted(tmp_path, monkeypatch, needed):
    remedies = ({}, {"mixer": "careful"}, {"eigensolver": "patient"})
    tried = []

    def run(folder, job, machine, announce):
        del machine, announce
        tried.append(job["remedy"])
        if len(tried) <= needed:
            raise NotConverged("the residual does not fall")
        folder.mkdir(parents=True, exist_ok=True)
        return {"energy": 0.0, "positions": job["structure"]["positions"]}

    monkeypatch.setitem(ENGINES, "emt", Engine(run, False, remedies))
    said = []
    job = Job("scf", "emt", build(StructureOptions(units=1)), Calculation())
    done = do(job, tmp_path, Machine(), said.append)
    assert tried == list(remedies[: needed + 1])
    assert done.result["remedies"] == needed
    assert len(said) == needed
    if needed:
        assert "the residual does not fall; remedy 1 of 2" in said[0]


def test_when_no_remedy_helps(tmp_path, monkeypatch):
    def run(folder, job, machine, announce):
        raise NotConverged("the residual does not fall")

    monkeypatch.setitem(ENGINES, "emt", Engine(run, False, ({}, {"a": 1})))
    job = Job("scf", "emt", build(StructureOptions(units=1)), Calculation())
    with pytest.raises(NotConverged, match="1 remedies did not help: raise smearing"):
        do(job, tmp_path, Machine(), lambda words: None)
    assert not list(tmp_path.rglob("done.json"))


def test_a_program_that_is_not_there(tmp_path):
    with pytest.raises(AnalysisError, match="make dft-engine"):
        run_process([str(tmp_path / "none")], {}, tmp_path, {}, lambda words: None)


def test_the_fingerprint_knows_settings_and_atoms_but_not_the_last_bits():
    import dataclasses

    structure = build(StructureOptions(units=1))
    job = Job("a", "emt", structure, Calculation())
    moved = dataclasses.replace(structure, positions=structure.positions + 1e-13)
    assert job.fingerprint() == Job("b", "emt", moved, Calculation()).fingerprint()
    moved = dataclasses.replace(structure, positions=structure.positions + 1e-4)
    others = [
        Job("a", "gpaw", structure, Calculation()),
        Job("a", "emt", moved, Calculation()),
        Job("a", "emt", structure, Calculation(cutoff=501.0)),
        Job("a", "emt", structure, Calculation(), moments=[1.0] * 5),
        Job("a", "emt", structure, Calculation(), outputs=("states",)),
    ]
    assert len({job.fingerprint(), *(other.fingerprint() for other in others)}) == 6
    assert json.dumps(job.table())


def test_several_processes_go_through_the_launcher(tmp_path):
    command, environment = launch(Machine("python", 4, "srun"), ["x.py"], tmp_path)
    assert command == ["srun", "-n", "4", "python", "x.py"]
    assert environment["GPAW_MPI_BACKEND"] == "cgpaw"
    assert environment["GPAW_SETUP_PATH"] == str(tmp_path)
    command, environment = launch(Machine("python", 1), ["x.py"], None)
    assert command == ["python", "x.py"]
    assert environment["GPAW_MPI_BACKEND"] == "serial"
