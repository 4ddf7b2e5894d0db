import json
import math

import pytest
import xarray as xr

import papilio.analysis
import papilio.study.steps
from papilio.errors import AnalysisError
from papilio.study import Store, load, run
from papilio.study.store import key_of


def again(folder, announce=None):
    return run(load(folder / "small.toml"), Store(folder / "parts"), announce)


def test_results_and_datasets_are_there(folder):
    done = again(folder)
    assert done["real"]["value"].value == pytest.approx(3.9)
    assert set(done.datasets) == {"cooldown", "twin"}
    assert done.problems == ()
    assert done.warnings == ()
    with pytest.raises(KeyError, match="there are answers to real, made"):
        done["unreal"]


def test_without_a_store_the_answers_are_the_same(folder):
    bare, kept = run(load(folder / "small.toml")), again(folder)
    assert [row.as_json() for row in bare.rows] == [row.as_json() for row in kept.rows]


def test_second_run_does_nothing_again(folder, calls):
    first = again(folder)
    before = dict(calls.count)
    second = again(folder)
    assert dict(calls.count) == before == {"mean": 2, "ramp": 1}
    assert len(second.kept) == 4
    for name in first.results:
        assert second[name].quantities[0] == first[name].quantities[0]
        xr.testing.assert_identical(second[name].curves["all"], first[name].curves["all"])
    for name in first.datasets:
        xr.testing.assert_identical(second.datasets[name], first.datasets[name])


def test_results_come_back_as_they_were(folder):
    done = again(folder)
    result = done["real"]
    assert math.isnan(result["lost"].value)
    assert result["half"].interval68 == pytest.approx(
        (1.95 - result["half"].std, 1.95 + 3 * result["half"].std)
    )
    assert result["limit"].limit == "upper"
    assert result.curves["all"].attrs == {
        "window": [0.1, 0.2],
        "lag_removed": True,
        "nothing": None,
    }
    assert result.references == ("A. Author, Journal 1, 2 (2003)",)


def test_only_what_changed_is_done_again(folder, calls):
    again(folder)
    calls.count.clear()
    text = (folder / "small.toml").read_text()
    (folder / "small.toml").write_text(text.replace("1500 mK", "1600 mK"))
    assert again(folder).kept == ("measurement cooldown", "measurement twin", "question real")
    assert dict(calls.count) == {"mean": 1}


def test_changed_file_content_is_noticed(folder, calls):
    again(folder)
    calls.count.clear()
    with (folder / "cooldown.txt").open("a") as stream:
        stream.write("3.5\t7\n")
    done = again(folder)
    assert dict(calls.count) == {"mean": 1}
    assert done.datasets["cooldown"].sizes["row"] == 21


def test_label_of_a_sample_changes_nothing(folder, calls):
    again(folder)
    calls.count.clear()
    text = (folder / "small.toml").read_text()
    (folder / "small.toml").write_text(text.replace("sample two", "number two"))
    again(folder)
    assert not calls.count


def test_store_holds_only_what_the_last_run_used(folder):
    again(folder)
    before = {entry.name for entry in (folder / "parts").iterdir()}
    text = (folder / "small.toml").read_text()
    (folder / "small.toml").write_text(text.replace("1500 mK", "1600 mK"))
    again(folder)
    after = {entry.name for entry in (folder / "parts").iterdir()}
    assert len(after) == len(before) == 4
    assert len(after - before) == 1


@pytest.mark.parametrize("suffix", [".nc", "result.json"])
def test_damaged_parts_are_made_again(folder, calls, suffix):
    first = again(folder)
    for file in (folder / "parts").rglob(f"*{suffix}"):
        file.write_bytes(file.read_bytes()[:100])
    second = again(folder)
    assert [r.as_json() for r in second.rows] == [r.as_json() for r in first.rows]
    assert calls.count["mean"] == 4


def test_interrupted_run_goes_on_where_it_was(folder, calls):
    def interrupt(done, total, what):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        again(folder, interrupt)
    assert dict(calls.count) == {"ramp": 1, "mean": 1}
    done = again(folder)
    assert dict(calls.count) == {"ramp": 1, "mean": 2}
    assert len(done.results) == 2


def test_refused_file_does_not_stop_the_rest(folder):
    (folder / "cooldown.txt").write_bytes(b"\0\0\0")
    done = again(folder)
    assert list(done.results) == ["made"]
    assert [problem.part for problem in done.problems] == ["measurement cooldown", "question real"]
    assert "cooldown.txt" in done.problems[0].message
    assert "cooldown.txt" in str(done)
    assert "cooldown.txt" in done._repr_html_()


def test_question_without_answer_does_not_stop_the_rest(folder):
    text = (folder / "small.toml").read_text()
    text = text.replace('data = "cooldown"', 'data = "cooldown"\noptions = { variable = "frog" }')
    (folder / "small.toml").write_text(text)
    done = again(folder)
    assert list(done.results) == ["made"]
    assert str(done.problems[0]) == ("question real: there is no 'frog' in the data; name another")
    # The reference to the failed question is no second complaint.
    assert done.warnings == ()


def test_missing_part_flags_every_answer_each_time(folder):
    (folder / "bad.txt").write_bytes(b"")
    text = (folder / "small.toml").read_text()
    (folder / "small.toml").write_text(
        text.replace('["cooldown.txt"]', '["cooldown.txt", "bad.txt"]')
    )
    for _ in range(2):
        done = again(folder)
        assert done.problems[0].message.endswith("; the rest of it is used")
        flags = done.rows[0].as_json()["flags"]
        assert any("measurement cooldown lacks a file: bad.txt" in flag for flag in flags)


def test_defect_in_a_question_is_told_and_the_rest_goes_on(folder, monkeypatch):
    whole = papilio.analysis.ANALYSES["mean"].function

    def broken(data, options):
        if not data.attrs["synthetic"]:
            raise ZeroDivisionError("in our own code")
        return whole(data, options)

    monkeypatch.setattr(papilio.analysis.ANALYSES["mean"], "function", broken)
    for _ in range(2):  # nothing of the failure is kept
        done = again(folder)
        assert list(done.results) == ["made"]
        (problem,) = done.problems
        assert str(problem).startswith("question real: an unexpected ZeroDivisionError")
        assert "a defect of papilio" in problem.message
        assert "in broken" in problem.defect
        assert problem.defect.endswith("ZeroDivisionError: in our own code\n")


def test_defect_in_a_measurement_is_told_and_its_questions_are_not_asked(folder, monkeypatch):
    def broken(*_):
        raise KeyError("in our own code")

    monkeypatch.setattr(papilio.study.steps, "prepare", broken)
    done = again(folder)
    assert not done.datasets
    assert [problem.part for problem in done.problems if problem.defect] == [
        "measurement cooldown",
        "measurement twin",
    ]
    assert [str(problem) for problem in done.problems if not problem.defect] == [
        "question real: not asked, for measurement cooldown could not be used",
        "question made: not asked, for measurement twin could not be used",
    ]


def test_full_disk_is_no_defect(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "keep_result", full)
    with pytest.raises(OSError, match="No space left"):
        again(folder)


def test_analysis_error_of_a_fit_is_a_problem(folder, monkeypatch):
    def failing(**_):
        raise AnalysisError("no step; measure warmer")

    monkeypatch.setattr(papilio.analysis.ANALYSES["mean"], "function", failing)
    assert [p.message for p in again(folder).problems] == ["no step; measure warmer"] * 2


def test_steps_are_announced(folder):
    told = []
    again(folder, lambda done, total, what: told.append((done, total, what)))
    assert told == [
        (0, 4, "reading cooldown"),
        (1, 4, "simulating twin"),
        (2, 4, "answering real (mean)"),
        (3, 4, "answering made (mean)"),
        (4, 4, "all answered"),
    ]


def test_keys_tell_contents_apart():
    assert key_of("a", {"x": 1.0}) == key_of("a", {"x": 1.0})
    assert len({key_of("a", {"x": value}) for value in (1.0, 1.0000001, "1", None, True)}) == 5


def test_stored_results_are_plain_files(folder):
    again(folder)
    names = {file.suffix for file in (folder / "parts").rglob("*") if file.is_file()}
    assert names == {".nc", ".json"}
    for file in (folder / "parts").rglob("result.json"):
        assert json.loads(file.read_text())["analysis"] == "mean"
