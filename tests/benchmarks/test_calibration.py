"""The calibration benchmark: each laboratory runs, and a table of other code is not shown."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import calibration
from scenarios import SCENARIOS
from scenarios.laboratory import in_logarithm

from papilio.errors import AnalysisError
from papilio.result import Quantity

#: Seeds of this test alone.
SEEDS = (41, 42)


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_laboratory_yields_every_quantity(name: str) -> None:
    found = [calibration.one((name, seed)) for seed in SEEDS]
    names = [[row[0] for row in rows] for _, _, _, rows in found]
    assert names[0]
    assert names[0] == names[1]
    assert all(quantity.startswith(f"{name}.") for quantity in names[0])
    assert len(set(names[0])) == len(names[0])
    # One in four laboratories without an answer would be far above the five per cent allowed.
    for _, _, _, rows in found:
        assert sum(row[1] is None for row in rows) <= len(rows) / 4


def test_seeds_and_names_draw_different_laboratories() -> None:
    first, again, other = (calibration.one(("scaling", seed))[3] for seed in (41, 41, 42))
    assert first == again
    assert first != other


@pytest.mark.parametrize("pull", [-3.0, -0.5, 1.0, 2.5])
def test_the_pull_of_a_number_known_to_a_factor_is_that_of_its_logarithm(pull: float) -> None:
    value, spread = 2.0, 0.8
    interval = (value * math.exp(-spread), value * math.exp(spread))
    quantity = Quantity("a.a", value, "", 1.0, interval)
    found = in_logarithm("a.a", quantity, value * math.exp(-pull * spread))
    row = calibration._row(*found)
    assert row[1:] == (pytest.approx(pull), abs(pull) < 1)
    assert in_logarithm("a.a", None, 2.0)[1] is None


def test_a_refusal_counts_as_a_failure_of_every_quantity(monkeypatch: pytest.MonkeyPatch) -> None:
    def sometimes(random):  # type: ignore[no-untyped-def]
        if random.random() < 0.5:
            raise AnalysisError("nothing to see")
        yield "sometimes.a", Quantity("sometimes.a", 1.0, "", 1.0), 1.5
        yield "sometimes.b", Quantity("sometimes.b", None, ""), 1.0

    monkeypatch.setitem(SCENARIOS, "sometimes", sometimes)
    laboratories = [calibration.one(("sometimes", seed)) for seed in range(40)]
    monkeypatch.setattr(calibration, "run", lambda *_: iter(laboratories))
    table = calibration.measure(["sometimes"], 40, 0)["table"]
    refused = sum(not rows for *_, rows in laboratories)
    assert 0 < refused < 40
    assert table["sometimes.a"]["samples"] == 40
    assert table["sometimes.a"]["failure_rate"] == pytest.approx(refused / 40)
    assert table["sometimes.a"]["coverage68"] == pytest.approx(1 - refused / 40)
    assert table["sometimes.a"]["bias"] == pytest.approx(-0.5)
    assert table["sometimes.b"]["failure_rate"] == 1.0
    assert table["sometimes.b"]["coverage95"] == 0.0


def test_interval_of_a_reader_is_the_resampled_one_else_the_standard_deviation() -> None:
    rows: list[calibration.Row] = [
        ("a", 0.5, False),
        ("a", 2.0, True),
        ("a", 0.5, None),
        ("a", None, None),
    ]
    found = calibration.summary(rows, 4)
    assert (found["coverage68"], found["coverage68_interval"]) == (0.5, 0.5)
    assert calibration.summary(rows[2:], 2)["coverage68_interval"] is None


def test_table_of_other_code_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = tmp_path / "calibration.json"
    monkeypatch.setattr(calibration, "STORED", stored)
    digest = calibration.code_hash(calibration.SAMPLES, calibration.SEED_BASE)
    assert calibration.stored_table(digest) is None
    stored.write_text(json.dumps({"hash": digest, "table": {}}))
    assert calibration.stored_table(digest) == {"hash": digest, "table": {}}
    stored.write_text(json.dumps({"hash": "of other code", "table": {}}))
    assert calibration.stored_table(digest) is None


def test_hash_follows_samples_seeds_and_every_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = calibration.code_hash(10, 0)
    assert calibration.code_hash(11, 0) != usual
    assert calibration.code_hash(10, 1) != usual
    names = {f"{file.parent.name}/{file.name}" for file in calibration.sources()}
    assert {
        "benchmarks/calibration.py",
        "scenarios/hall.py",
        "scenarios/laboratory.py",
        "analysis/hall.py",
        "physics/drude.py",
        "papilio/fit.py",
        "papilio/propagation.py",
    } <= names
    # Simulations and what only other analyses use may change without a new table.
    assert not any(name.startswith(("simulate/", "josephson_array/")) for name in names)
    assert not {"analysis/__init__.py", "physics/demagnetisation.py"} & names
    changed = tmp_path / "hall.py"
    changed.write_text("changed")
    files = [*calibration.sources(), changed]
    monkeypatch.setattr(calibration, "sources", lambda: files)
    assert calibration.code_hash(10, 0) != usual


def test_a_run_of_a_subset_stores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("STORED", "PAGE", "UNFINISHED"):
        monkeypatch.setattr(calibration, name, tmp_path / name)
    asked: list[tuple[str, int]] = []

    def run(tasks, digest, processes):  # type: ignore[no-untyped-def]
        assert digest is None
        asked.extend(tasks)
        return map(calibration.one, tasks)

    monkeypatch.setattr(calibration, "run", run)
    calibration.main(["--only", "scaling", "--samples", "2", "--json"])
    shown = json.loads(capsys.readouterr().out)
    assert shown["figures"]["samples_min"] == 2
    base = calibration.DEVELOPMENT_SEED_BASE
    assert asked == [("scaling", base), ("scaling", base + 1)]
    assert not list(tmp_path.iterdir())


def test_whole_run_is_stored_with_fresh_seeds_and_shown_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("STORED", "PAGE", "UNFINISHED"):
        monkeypatch.setattr(calibration, name, tmp_path / name)
    monkeypatch.setattr(calibration, "SAMPLES", 2)
    runs = []

    def run(tasks, digest, processes):  # type: ignore[no-untyped-def]
        runs.append(tasks)
        # Not the laboratories themselves: those of the stored table are for the final run alone.
        for name, seed in tasks:
            yield name, seed, 0.1, [(f"{name}.a", 0.5, None)]

    monkeypatch.setattr(calibration, "run", run)
    calibration.main(["--json"])
    first = json.loads(capsys.readouterr().out)
    assert {seed for _, seed in runs[0]} == {7_000_000, 7_000_001}
    assert "`hall.a`" in (tmp_path / "PAGE").read_text()
    calibration.main(["--json"])
    again = json.loads(capsys.readouterr().out)
    assert len(runs) == 1
    assert again["figures"] == first["figures"]
