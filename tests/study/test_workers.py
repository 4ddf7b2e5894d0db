"""Steps on other threads and processes: the same numbers, and what happens when a worker dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import distributed
import pytest
import xarray as xr
from distributed.comm import CommClosedError

from papilio import progress
from papilio.errors import OptionsError, PapilioError
from papilio.study import Store, load, run, workers
from papilio.study.run import _Run
from papilio.study.steps import Outcome, Step, one_by_one

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import resume

STUDY = """
[study]
name = "s"
[grids]
seed = [1, 2, 3]
[samples.A]
[measurements."table_{seed}"]
sample = "A"
simulate = "twin.density_table"
options.seed = "{seed}"
[measurements.nothing]
sample = "A"
files = ["nothing.txt"]
[questions."line_{seed}"]
analysis = "scaling"
data = "table_{seed}"
[questions.lost]
analysis = "scaling"
data = "nothing"
[questions.slopes]
analysis = "scaling"
data = { density = "line_1.threshold", critical_temperature = "line_1.slope" }
"""


@pytest.fixture
def place(tmp_path):
    (tmp_path / "nothing.txt").write_bytes(b"\0")
    (tmp_path / "study.toml").write_text(STUDY)
    return tmp_path


def told(finished):
    return (
        [row.as_json() for row in finished.rows],
        [str(problem) for problem in finished.problems],
        finished.warnings,
    )


def assert_same(one, other):
    assert told(one) == told(other)
    assert list(one.datasets) == list(other.datasets)
    for name, dataset in one.datasets.items():
        xr.testing.assert_identical(other.datasets[name], dataset)


@pytest.mark.parametrize("threads", [True, False])
def test_two_workers_find_what_one_after_another_finds(place, threads):
    study = load(place / "study.toml")
    alone = run(study, Store(place / "alone"))
    assert len(alone.results) == 3
    with workers.here(2, threads=threads) as pool:
        together = run(study, Store(place / "together"), workers=pool)
        assert_same(alone, together)
        # What is kept is the same, byte by byte, and found again.
        for file in (place / "alone").rglob("*"):
            twin = place / "together" / file.relative_to(place / "alone")
            assert file.is_dir() or file.read_bytes() == twin.read_bytes()
        again = run(study, Store(place / "together"), workers=pool)
        assert len(again.kept) == 6
        # Without a folder everything comes back over the wire.
        assert_same(alone, run(study, workers=pool))
        (place / "together" / f"{_keys(study)['table_2']}.nc").write_bytes(b"damaged")
        assert_same(alone, run(study, Store(place / "together"), workers=pool))


def _keys(study):
    made = _Run(study, None, lambda *_: None, one_by_one)
    made.run()
    return made.keys


def test_a_worker_that_does_not_see_the_folder_sends_what_it_found(place):
    step = Step("m", "measurement m", "", "key", _found, ())
    store = Store(place / "parts")
    mark = workers._marked(store)
    assert workers._work(step, store, mark, workers.software()).value is None
    assert workers._work(step, store, "no-such-mark", workers.software()).value == 3
    assert workers._work(step, None, mark, workers.software()).value == 3


def _found(part, key, store):
    return Outcome(None if store else 3)


def test_a_worker_with_another_papilio_is_refused(place):
    step = Step("m", "measurement m", "", "key", _found, ())
    outcome = workers._work(step, None, "", "another")
    assert "runs another papilio" in str(outcome.problem)


def _dying(times):
    """A step that kills its process so often; made here, so that it travels by value."""

    def act(part, folder, key, store):
        deaths = len(list(folder.glob("died*")))
        if deaths < times:
            (folder / f"died{deaths}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Outcome(deaths)

    return act


def test_a_dead_worker_is_told_and_its_step_done_once_more(tmp_path):
    folders = [tmp_path / "once", tmp_path / "always"]
    for folder in folders:
        folder.mkdir()
    steps = [
        Step(folder.name, f"measurement {folder.name}", "", "key", _dying(times), (folder,))
        for folder, times in zip(folders, (1, 99), strict=True)
    ]
    with workers.here(1) as pool:
        words: list[str] = []
        ((_, outcome),) = pool(steps[:1], None, words.append)
        assert outcome.value == 1
        assert "! a worker stopped; begun once more: measurement once" in words
        ((_, outcome),) = pool(steps[1:], None, words.append)
        assert "stopped from outside" in str(outcome.problem)
        assert len(list(folders[1].iterdir())) == 2


def test_what_waits_is_not_blamed_for_a_death(tmp_path):
    """Twelve steps, three of which kill their worker once: none of the others is done twice."""
    steps = []
    for number in range(12):
        folder = tmp_path / str(number)
        folder.mkdir()
        times = 1 if number in (0, 3, 7) else 0
        steps.append(Step("m", f"measurement {number}", "", "key", _dying(times), (folder,)))
    words: list[str] = []
    with workers.here(1) as pool:
        outcomes = [outcome for _, outcome in pool(steps, None, words.append)]
    assert all(outcome.problem is None for outcome in outcomes)
    blamed = [word for word in words if word.startswith("!")]
    assert blamed == [
        f"! a worker stopped; begun once more: measurement {number}" for number in (0, 3, 7)
    ]


def test_a_lost_worker_is_a_remark_of_the_study(place):
    def sequence(steps, store, tell):
        tell("! a worker stopped; begun once more: measurement table_1")
        yield from one_by_one(steps, store, tell)

    finished = run(load(place / "study.toml"), workers=sequence)
    assert "a worker stopped; begun once more: measurement table_1" in finished.warnings


def test_a_lost_scheduler_ends_the_run_with_one_sentence():
    with workers.here(1, threads=True) as pool:

        def lose(words):
            # What a client sees of a scheduler that forgets everything.
            pool.client.cancel([distributed.Future(k, pool.client) for k in pool.client.futures])

        step = Step("m", "measurement m", "", "key", _waiting, ())
        with pytest.raises(PapilioError, match=r"the workers are lost .*; start them again"):
            list(pool([step], None, lose))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CommClosedError("reset"), "the workers are lost .CommClosedError.; start them again"),
        (ConnectionResetError("reset"), "the workers are lost .ConnectionResetError."),
        (RuntimeError("Error during deserialization of the task graph."), "does not know this pap"),
    ],
)
def test_what_a_lost_cluster_says(error, words, monkeypatch):
    with workers.here(1, threads=True) as pool:

        def raises(future, timeout=None):
            raise error

        monkeypatch.setattr(distributed.Future, "result", raises)
        step = Step("m", "measurement m", "", "key", _waiting, ())
        with pytest.raises(PapilioError, match=words):
            list(pool([step], None, lambda words: None))
        monkeypatch.undo()


def _waiting(part, key, store):
    time.sleep(0.5)
    return Outcome(1)


def test_no_workers_and_no_scheduler_are_refused(monkeypatch):
    with pytest.raises(OptionsError, match="--workers: 0 is less than one"), workers.here(0):
        pass
    monkeypatch.setattr(workers, "PATIENCE", 0.3)
    with (
        pytest.raises(OptionsError, match="no scheduler answers there"),
        workers.at("tcp://127.0.0.1:9"),
    ):
        pass


def test_a_cluster_is_joined_by_its_address(place):
    study = load(place / "study.toml")
    with (
        workers.here(1, threads=True) as pool,
        workers.at(pool.client.scheduler.address) as joined,
    ):
        assert_same(run(study), run(study, workers=joined))


def test_bars_are_silent_in_a_worker():
    with progress.silent():
        assert progress.progress_bar().disable


def test_a_killed_run_loses_no_finished_step_and_repeats_none(tmp_path):
    figures = resume.disturbed(tmp_path, 5, 40, seed=7, workers=0)
    assert figures["kills"] == 5
    assert figures["kills_at_work"] >= 2
    assert figures["finished_lost"] == 0
    assert figures["finished_repeated"] == 0
    assert figures["completed_with_other_bytes"] == 0


def test_control_c_ends_all_processes_and_keeps_what_is_finished(tmp_path):
    trial = resume.Trial(tmp_path / "trial", 200, 2)
    process = trial.start()
    while len(trial.begun()) < 6:
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) == 130
    # What tidies up after Python's processes sees only then that they have ended.
    deadline = time.monotonic() + 10
    while resume._alive(process.pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    lost, repeated, _ = trial.look()
    assert (lost, repeated) == (0, 0)
    assert 0 < len(trial.finished) < 200
    said = (trial.place / "told").read_text()
    assert "papilio: interrupted; finished parts are kept" in said
    assert "Traceback" not in said


@pytest.mark.validate
def test_a_hundred_kills_lose_nothing():
    ran = subprocess.run(
        [sys.executable, resume.__file__, "--json"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
