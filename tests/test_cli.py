import json
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext

import jsonschema
import pytest

import papilio
import papilio.analysis
import papilio.cli
from papilio import interruption
from papilio.cli import main


def test_run_ends_by_naming_the_report(folder, capsys):
    code = main(["run", str(folder / "small.toml"), "-o", str(folder / "out")])
    told = capsys.readouterr()
    assert code == 0
    assert told.out.splitlines()[-1] == str(folder / "out" / "report.html")
    assert (folder / "out" / "report.html").is_file()
    assert "papilio: [1/4] reading cooldown" in told.err


def test_second_run_says_what_was_kept(folder, capsys):
    arguments = ["run", str(folder / "small.toml"), "-o", str(folder / "out")]
    main(arguments)
    capsys.readouterr()
    assert main(arguments) == 0
    assert "4 of 4 parts were finished before and are kept" in capsys.readouterr().err


def test_refused_file_gives_exit_code_three(folder, capsys):
    (folder / "cooldown.txt").write_bytes(b"\0")
    assert main(["run", str(folder / "small.toml"), "-o", str(folder / "out")]) == 3
    told = capsys.readouterr()
    assert "papilio: measurement cooldown: cooldown.txt" in told.err
    assert "Traceback" not in told.err
    assert (folder / "out" / "report.html").is_file()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('analysis = "mean"', 'analysis = "maen"', "small.toml:19: questions.real.analysis"),
        ('"cooldown.txt"', '"absent.txt"', "there is no file 'absent.txt'"),
        ("[study]", "[stduy]", "did you mean 'study'?"),
    ],
)
def test_mistake_in_the_study_gives_exit_code_two(folder, capsys, old, new, words):
    text = (folder / "small.toml").read_text()
    assert old in text
    (folder / "small.toml").write_text(text.replace(old, new))
    assert main(["run", str(folder / "small.toml"), "-o", str(folder / "out")]) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert not (folder / "out").exists()


def test_absent_study_gives_exit_code_two(tmp_path, capsys):
    assert main(["run", str(tmp_path / "no.toml"), "-o", str(tmp_path / "out")]) == 2
    assert "no.toml: the study file cannot be read" in capsys.readouterr().err


def test_output_that_is_a_file_gives_exit_code_two(folder, capsys):
    (folder / "out").write_text("")
    assert main(["run", str(folder / "small.toml"), "-o", str(folder / "out")]) == 2
    assert "check the path and its permissions" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["frobnicate"], ["run"], ["run", "a.toml"], ["inspect"], ["convert", "a"]]
)
def test_wrong_arguments_give_exit_code_two(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: papilio" in capsys.readouterr().err


def test_defect_in_a_question_leaves_a_report_and_its_traceback(folder, capsys, monkeypatch):
    def broken(**_):
        raise ZeroDivisionError("in our own code")

    monkeypatch.setattr(papilio.analysis.ANALYSES["mean"], "function", broken)
    (folder / "cooldown.txt").write_bytes(b"\0")  # a refusal besides does not hide the defect
    arguments = ["run", str(folder / "small.toml"), "-o", str(folder / "out")]
    assert main(arguments) == 1
    told = capsys.readouterr()
    assert "question made: an unexpected ZeroDivisionError" in told.err
    assert "Traceback" not in told.err
    assert told.out.splitlines()[-1] == str(folder / "out" / "report.html")
    file = folder / "out" / "defect.txt"
    assert str(file) in told.err
    assert "ZeroDivisionError: in our own code" in file.read_text()
    assert main([*arguments, "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_defect_elsewhere_is_owned_up_to_with_a_file(folder, capsys, monkeypatch, tmp_path):
    def broken(*_, **__):
        raise ZeroDivisionError("in our own code")

    monkeypatch.setattr("papilio.report.outputs.page", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    arguments = ["run", str(folder / "small.toml"), "-o", str(folder / "out")]
    assert main(arguments) == 1
    told = capsys.readouterr().err
    assert "this is a defect of papilio" in told
    assert "Traceback" not in told
    (file,) = tmp_path.glob("papilio-defect-*.txt")
    assert str(file) in told
    assert "ZeroDivisionError: in our own code" in file.read_text()
    with pytest.raises(ZeroDivisionError):
        main([*arguments, "--debug"])


def test_interrupt_says_that_parts_are_kept(folder, capsys, monkeypatch):
    def interrupted(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(papilio.analysis.ANALYSES["mean"], "function", interrupted)
    assert main(["run", str(folder / "small.toml"), "-o", str(folder / "out")]) == 130
    assert "finished parts are kept" in capsys.readouterr().err
    assert len(list((folder / "out" / ".papilio" / "parts").glob("*.nc"))) == 2


def test_interrupt_in_a_finaliser_is_not_lost(folder, capsys, monkeypatch):
    class Interrupted:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    def held_up(**_):
        Interrupted()  # Python reports its exception and drops it.
        for _ in range(1000):
            time.sleep(0.01)
        raise AssertionError("the interrupt was lost")

    monkeypatch.setattr(papilio.analysis.ANALYSES["mean"], "function", held_up)
    assert main(["run", str(folder / "small.toml"), "-o", str(folder / "out")]) == 130
    assert "finished parts are kept" in capsys.readouterr().err


def test_other_exceptions_of_finalisers_are_reported_as_ever():
    heard = []

    class Broken:
        def __del__(self):
            raise ZeroDivisionError

    before, sys.unraisablehook = sys.unraisablehook, heard.append
    try:
        with interruption.kept():
            Broken()
        assert sys.unraisablehook == heard.append
    finally:
        sys.unraisablehook = before
    assert [lost.exc_type for lost in heard] == [ZeroDivisionError]


def test_inspect_tells_what_a_file_holds(tmp_path, capsys):
    rows = "".join(
        f"{n}\t{2 + n * 1e-5}\t{0.1 * (n if n < 50 else 100 - n)}\t{n}\n" for n in range(100)
    )
    (tmp_path / "loop.txt").write_text(f"Time (s)\tTemperature (K)\tField (T)\tRes. (ohm)\n{rows}")
    assert main(["inspect", str(tmp_path / "loop.txt")]) == 0
    told = capsys.readouterr().out
    assert "loop.txt: delimited, record of 100 rows" in told
    assert "“Field (T)”" in told
    assert "0 to 5 T" in told
    assert "sweeps of field: 2" in told
    assert "up   0 to 5 T, 51 readings, 6 T/min" in told
    assert "down 5 to 0.1 T, 50 readings, -6 T/min" in told
    assert "sweeps of temperature" not in told
    assert "nothing was left out" in told


def test_inspect_goes_on_after_a_refused_file(tmp_path, capsys):
    (tmp_path / "bad.txt").write_bytes(b"")
    (tmp_path / "good.txt").write_text("Temperature (K)\tRes. (ohm)\n1\t2\n2\t3\n")
    assert main(["inspect", str(tmp_path / "bad.txt"), str(tmp_path / "good.txt")]) == 3
    told = capsys.readouterr()
    assert "papilio: bad.txt: " in told.err
    assert "good.txt: delimited" in told.out
    assert main(["inspect", str(tmp_path / "none.txt"), str(tmp_path / "good.txt")]) == 2
    told = capsys.readouterr()
    assert "there is no such file" in told.err
    assert "good.txt: delimited" in told.out


def test_inspect_with_an_unknown_format(tmp_path, capsys):
    (tmp_path / "good.txt").write_text("Temperature (K)\tRes. (ohm)\n1\t2\n2\t3\n")
    assert main(["inspect", "--format", "xls", str(tmp_path / "good.txt")]) == 2
    assert "--format xls: no such reader; take one of" in capsys.readouterr().err


def test_convert_and_read_back(tmp_path, capsys):
    (tmp_path / "good.txt").write_text("Temperature (K)\tRes. (ohm)\n1\t2\n2\t3\n")
    arguments = ["convert", str(tmp_path / "good.txt"), "-o", str(tmp_path / "µ" / "good.nc")]
    assert main(arguments) == 0
    assert capsys.readouterr().out.strip() == arguments[-1]
    back = papilio.read(arguments[-1])
    assert back["temperature"].values.tolist() == [1.0, 2.0]
    assert main(["inspect", arguments[-1]]) == 0


def test_convert_refuses_with_exit_code_three(tmp_path, capsys):
    (tmp_path / "bad.txt").write_bytes(b"")
    assert main(["convert", str(tmp_path / "bad.txt"), "-o", str(tmp_path / "bad.nc")]) == 3
    assert not (tmp_path / "bad.nc").exists()
    assert "bad.txt" in capsys.readouterr().err


def test_schema_is_printed(capsys, calls):
    assert main(["schema"]) == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


def test_version_and_help_teach(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"papilio {papilio.__version__}\n"
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    for line in ("papilio demo", "papilio run misfit.toml -o misfit", "exit codes:"):
        assert line in told
    for command in ("run", "inspect", "convert", "demo", "schema"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert f"examples:\n  papilio {command}" in capsys.readouterr().out


def test_demo_is_package_data_and_runs_anywhere(tmp_path, monkeypatch, capsys):
    asked = {}

    def remember(study, output, **keywords):
        asked.update(study=study.read_text("utf-8"), output=output, **keywords)
        raise KeyboardInterrupt

    monkeypatch.setattr("papilio.report.run_study", remember)
    monkeypatch.chdir(tmp_path)
    assert main(["demo"]) == 130
    assert 'name = "kto111"' in asked["study"]
    assert asked["command"] == "papilio demo"
    assert str(asked["output"]) == "papilio-demo"
    assert main(["demo", "--quick"]) == 130
    assert 'name = "demo"' in asked["study"]
    assert asked["command"] == "papilio demo --quick"


def command(*arguments, **keywords):
    return subprocess.run(
        [sys.executable, "-m", "papilio.cli", *arguments],
        capture_output=True,
        check=False,
        timeout=120,
        **keywords,
    )


def test_console_that_knows_no_greek_gets_an_answer(tmp_path):
    (tmp_path / "good.txt").write_text("Temperature (K)\tRes. (Ω)\n1\t2\n2\t3\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = command("inspect", str(tmp_path / "good.txt"), env=environment)
    assert done.returncode == 0
    assert b"temperature" in done.stdout


def test_reader_of_the_output_may_go_away(tmp_path):
    lines = "".join(f"{n}\t{n}\n" for n in range(10))
    (tmp_path / "good.txt").write_text(f"Temperature (K)\tRes. (ohm)\n{lines}")
    files = [str(tmp_path / "good.txt")] * 400
    code = (
        "import sys; from papilio.cli import main; "
        "code = main(sys.argv[1:]); sys.stderr.write(f'code {code}')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, "inspect", *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait(120) == 0
    assert told == b"code 0"


def test_import_is_quick_and_lazy():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, papilio; print('xarray' in sys.modules, 'matplotlib' in sys.modules); "
            "print(callable(papilio.read), callable(papilio.run_study)); "
            "print(callable(papilio.analysis.transition))",
        ],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.split() == ["False", "False", "True", "True", "True"]


def test_unknown_name_of_the_package_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'frog'"):
        _ = papilio.frog
    assert {"read", "run_study", "analysis"} <= set(dir(papilio))


def test_a_study_of_papilio_runs_by_its_name(folder, capsys, monkeypatch):
    monkeypatch.setattr(papilio.cli, "_own_study", lambda name: nullcontext(folder / "small.toml"))
    monkeypatch.chdir(folder)
    assert main(["run", "kto111", "-o", str(folder / "out")]) == 0
    assert "papilio run kto111" in (folder / "out" / "report.html").read_text("utf-8")
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    assert "kto111" in capsys.readouterr().out


def test_workers_do_what_one_process_does(folder, capsys):
    study = str(folder / "small.toml")
    assert main(["run", study, "-o", str(folder / "alone")]) == 0
    assert main(["run", study, "-o", str(folder / "two"), "--workers", "2", "--threads"]) == 0
    alone, two = (folder / name / "results.json" for name in ("alone", "two"))
    assert alone.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("number", ["0", "-2"])
def test_no_workers_give_exit_code_two(folder, capsys, number):
    out = folder / "out"
    assert main(["run", str(folder / "small.toml"), "-o", str(out), "--workers", number]) == 2
    assert f"--workers: {number} is less than one" in capsys.readouterr().err
    assert not out.exists()
