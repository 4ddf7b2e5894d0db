"""Results that are kept beside the studies of the repository."""

import dataclasses
import importlib.util
import json
from pathlib import Path

import pytest

from papilio.dft.calculation import Calculation
from papilio.dft.job import Job
from papilio.dft.structure import relaxed_in

FILES = sorted((Path(__file__).parents[2] / "studies/kto111/dft/results").glob("*/first_*.json"))
KEYS = {
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


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_each_calculation_says_where_it_comes_from(file):
    content = json.loads(file.read_text(encoding="utf-8"))
    for name, record in content["calculations"].items():
        assert record.keys() == KEYS
        assert record["engine"] == "gpaw"
        # The folder that another run goes on in is named by the input.
        assert name.rsplit("-", 1)[1] == record["input_sha256"][:12]
        assert (file.parent / "steps" / name / "done.json").exists()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_another_study_may_take_the_atoms(file):
    structure = relaxed_in(file)
    assert len(structure.positions) == len(structure.symbols)


def test_what_was_done_is_known_again():
    """Settings that are younger than the results, left as they were, make no other calculation."""
    (file,) = (of for of in FILES if of.parent.name == "one_vacancy")
    content = json.loads(file.read_text(encoding="utf-8"))
    (name,) = (key for key in content["calculations"] if key.startswith("non_magnetic-"))
    table = content["calculations"][name]["settings"]
    calculation = Calculation(**{**table, "k_grid": tuple(table["k_grid"])})
    job = Job("non_magnetic", "gpaw", relaxed_in(file), calculation, outputs=("states",))
    assert name == f"non_magnetic-{job.fingerprint()[:12]}"
    other = dataclasses.replace(calculation, hubbard_normalised=False)
    assert dataclasses.replace(job, calculation=other).fingerprint() != job.fingerprint()


def test_the_page_shows_the_table_as_it_is_printed(capsys):
    path = FILES[0].parents[2] / "table.py"
    spec = importlib.util.spec_from_file_location("dft_table", path)
    table = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(table)
    table.main([file.parent for file in FILES])
    printed = capsys.readouterr().out.strip()
    assert {text.count("|") for text in printed.splitlines()} == {13}
    page = FILES[0].parents[5] / "docs" / "first_principles.md"
    assert printed in page.read_text(encoding="utf-8")


def test_there_are_results():
    assert {file.parent.name for file in FILES} >= {"bulk", "one_vacancy"}
