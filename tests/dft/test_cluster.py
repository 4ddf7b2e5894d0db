"""A study handed to a queue, by a queue that is a script of this test."""

import os
import shlex
import sys
from pathlib import Path

import pytest

from papilio.cli import MISTAKE, WELL, main
from papilio.dft.cluster import ClusterJob, script, submit
from papilio.errors import OptionsError

JOB = ClusterJob("cell", Path("my cell"), 8, ("papilio", "dft", "cell.toml", "-o", "my cell"))
STUDY = "[structure]\nunits = 2\n[machine]\nprocesses = 3\n"


def queue(folder, words):
    """A program that keeps the script it is given and answers."""
    program = folder / "queue"
    program.write_text(f"#!/bin/sh\n{words}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_the_script_runs_the_study():
    lines = script(JOB).splitlines()
    assert lines[0] == "#!/bin/bash"
    assert "#SBATCH --ntasks=8" in lines
    assert shlex.split(lines[-1]) == list(JOB.command)


def test_an_own_template_keeps_its_own_variables():
    text = "cd $SLURM_SUBMIT_DIR\nsrun --job-name $name ${command}\n"
    filled = script(JOB, text)
    assert filled.startswith("cd $SLURM_SUBMIT_DIR\nsrun --job-name cell papilio dft")


def test_a_template_without_the_study_is_refused(tmp_path):
    template = tmp_path / "slurm.sh"
    template.write_text("echo $name\n", encoding="utf-8")
    with pytest.raises(OptionsError, match=r"slurm\.sh: .* lacks \$command"):
        submit(JOB, template)


@pytest.mark.skipif(os.name == "nt", reason="a queue that is a shell script")
def test_the_queue_gets_the_script(tmp_path, monkeypatch, capsys):
    queue(tmp_path, f'cp "$1" {tmp_path}/taken; echo Submitted batch job 7').rename(
        tmp_path / "sbatch"
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    study = tmp_path / "cell.toml"
    study.write_text(STUDY, encoding="utf-8")
    output = tmp_path / "out"
    assert main(["dft", str(study), "-o", str(output), "--submit"]) == WELL
    assert capsys.readouterr().out == "Submitted batch job 7\n"
    lines = (tmp_path / "taken").read_text(encoding="utf-8").splitlines()
    assert "#SBATCH --ntasks=3" in lines
    command = shlex.split(lines[-1])
    assert command[:3] == [sys.executable, "-m", "papilio.cli"]
    assert command[3:] == ["dft", str(study), "-o", str(output)]


@pytest.mark.skipif(os.name == "nt", reason="a queue that is a shell script")
def test_a_refusal_is_passed_on(tmp_path):
    program = queue(tmp_path, "echo invalid partition >&2; exit 1")
    job = ClusterJob("cell", tmp_path, 1, ("papilio",))
    with pytest.raises(OptionsError, match="invalid partition; correct the template"):
        submit(job, queue=str(program))


def test_without_a_queue_the_script_is_there(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    study = tmp_path / "cell.toml"
    study.write_text(STUDY, encoding="utf-8")
    assert main(["dft", str(study), "-o", str(tmp_path), "--submit"]) == MISTAKE
    assert "submit it where the queue is" in capsys.readouterr().err
    assert (tmp_path / "submit.sh").exists()
