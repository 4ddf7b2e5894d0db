"""Results that are kept beside the studies of the repository."""

import json
from pathlib import Path

import pytest

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


def test_there_are_results():
    assert {file.parent.name for file in FILES} >= {"bulk", "one_vacancy"}
