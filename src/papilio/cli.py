"""The command line of papilio: run a study, look into files, convert them, show the demo."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import papilio
from papilio import interruption
from papilio.errors import OptionsError, PapilioError, StudyError
from papilio.progress import progress_bar

if TYPE_CHECKING:
    from papilio.study.steps import Workers

#: Exit codes.
WELL, DEFECT, MISTAKE, REFUSED, INTERRUPTED = 0, 1, 2, 3, 130

_EXAMPLES = """\
examples:
  papilio demo                              see what a report looks like, on simulated data
  papilio inspect cooldown.dat              what does this file hold?
  papilio run misfit.toml -o misfit         answer the questions of a study; open misfit/report.html
  papilio run misfit.toml -o misfit         once more: only what changed is done again
  papilio convert loops.dat -o loops.nc     raw file to NetCDF, in SI units with provenance
  papilio schema > study.schema.json        let an editor complete the keys of study files

exit codes: 0 all well; 1 a defect of papilio (the rest of a study is done); 2 a mistake in the
study or the arguments; 3 a file was refused or a question has no answer, and the rest is done;
130 interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the name of the program; by default those of the process.

    Returns
    -------
    int
        Exit code.
    """
    _make_streams_lenient()
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        with interruption.kept():
            code: int = options.command(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        kept = "; finished parts are kept, run the same command to go on"
        _say(f"papilio: interrupted{kept if options.command in (_run, _demo, _dft) else ''}")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`papilio inspect ... | head`): nothing is wrong, but
        # Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WELL
    except (StudyError, OptionsError) as error:
        _say(f"papilio: {error}")
        return MISTAKE
    except PapilioError as error:
        _say(f"papilio: {error}")
        return REFUSED
    except OSError as error:
        # Not ours: a folder that cannot be written, a full disk.
        name = f"{error.filename}: " if error.filename else ""
        _say(f"papilio: {name}{error.strerror or error}; check the path and its permissions")
        return MISTAKE
    except Exception:  # whatever else comes is a defect of ours, and is told so
        if options.debug:
            raise
        _say(_defect_message())
        return DEFECT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="papilio",
        description="From raw transport files to the physics of a two-dimensional superconductor.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"papilio {papilio.__version__}")
    debug = argparse.ArgumentParser(add_help=False)
    debug.add_argument("--debug", action="store_true", help="show the traceback of a defect")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(
        name: str, function: Callable[[argparse.Namespace], int], text: str, examples: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            parents=[debug],
        )
        made.set_defaults(command=function)
        return made

    run = command(
        "run",
        _run,
        "answer the questions of a study and write its report",
        "  papilio run misfit.toml -o misfit\n"
        "  papilio run misfit.toml -o misfit --workers 4\n"
        "  papilio run misfit.toml -o misfit --scheduler tcp://node7:8786\n"
        "  writes misfit/report.html, misfit/results.json, misfit/datasets, misfit/figures",
    )
    run.add_argument(
        "study",
        metavar="STUDY.toml",
        type=Path,
        help=f"the study file, or one that comes with papilio: {', '.join(_own_studies())}",
    )
    run.add_argument("-o", "--output", metavar="DIR", type=Path, required=True, help="where to")
    shared = run.add_mutually_exclusive_group()
    shared.add_argument(
        "--workers", metavar="N", type=int, help="share the work out to N processes on this machine"
    )
    shared.add_argument(
        "--scheduler", metavar="ADDRESS", help="or to the workers of a dask scheduler"
    )
    run.add_argument("--threads", action="store_true", help="let the N workers be threads")
    inspect = command(
        "inspect",
        _inspect,
        "tell what files hold: format, columns, ranges, sweeps, rates, warnings",
        "  papilio inspect cooldown.dat\n  papilio inspect data/*.dat",
    )
    inspect.add_argument("files", metavar="FILE", nargs="+", type=Path, help="raw files")
    inspect.add_argument("--format", help="name of the reader; by default found by content")
    convert = command(
        "convert",
        _convert,
        "write the content of a raw file as NetCDF in SI units",
        "  papilio convert loops.dat -o loops.nc",
    )
    convert.add_argument("file", metavar="FILE", type=Path, help="a raw file")
    convert.add_argument("-o", "--output", metavar="OUT.nc", type=Path, required=True)
    convert.add_argument("--format", help="name of the reader; by default found by content")
    demo = command(
        "demo",
        _demo,
        "run the study that comes with papilio, on simulated data",
        "  papilio demo\n  papilio demo --quick\n  papilio demo -o somewhere",
    )
    demo.add_argument(
        "--quick", action="store_true", help="a part of it: one sample, five measurements"
    )
    demo.add_argument(
        "-o", "--output", metavar="DIR", type=Path, default=Path("papilio-demo"), help="where to"
    )
    command(
        "schema",
        _schema,
        "print the JSON schema of study files",
        "  papilio schema > study.schema.json\n"
        "  and, as first line of a study:  #:schema ./study.schema.json",
    )
    simulate = command(
        "simulate",
        _simulate,
        "simulate a measurement of a Josephson array",
        "  papilio simulate array cooldown.toml -o cooldown\n"
        "  papilio simulate array cooldown.toml -o cooldown    # again: goes on where it stopped",
    )
    simulate.add_argument("what", choices=["array"], help="what to simulate")
    simulate.add_argument("options", metavar="OPTIONS.toml", type=Path, help="protocol and options")
    simulate.add_argument("-o", "--output", metavar="DIR", type=Path, required=True)
    dft = command(
        "dft",
        _dft,
        "calculate a cell from first principles: relax, find its magnetism, densities of states",
        "  papilio dft one_vacancy.toml -o one_vacancy\n"
        "  papilio dft one_vacancy.toml -o one_vacancy    # again: goes on where it stopped\n"
        "  papilio dft one_vacancy.toml -o input --write vasp\n"
        "  papilio dft one_vacancy.toml -o one_vacancy --submit    # on a cluster with SLURM",
    )
    dft.add_argument("study", metavar="STUDY.toml", type=Path, help="cell, engine and settings")
    dft.add_argument(
        "--write",
        choices=["vasp", "quantum_espresso"],
        help="calculate nothing, write the input of this engine for the last stage",
    )
    dft.add_argument(
        "--submit",
        nargs="?",
        const=True,
        metavar="TEMPLATE",
        help="calculate nothing here, hand the study to SLURM's queue, by your own template of a "
        "script or that of papilio",
    )
    dft.add_argument("-o", "--output", metavar="DIR", type=Path, required=True, help="where to")
    return parser


def _run(options: argparse.Namespace) -> int:
    with ExitStack() as stack:
        workers: Workers | None = None
        if options.workers is not None or options.scheduler is not None:
            from papilio.study import workers as places

            if options.scheduler is not None:
                workers = stack.enter_context(places.at(options.scheduler))
            else:
                place = places.here(options.workers, threads=options.threads)
                workers = stack.enter_context(place)
        own = str(options.study)
        if own in _own_studies() and not options.study.exists():
            study = stack.enter_context(_own_study(own))
            return _run_study(study, options, f"papilio run {own}", workers)
        return _run_study(options.study, options, None, workers)


def _demo(options: argparse.Namespace) -> int:
    name, command = "kto111", "papilio demo"
    if options.quick:
        name, command = "demo", "papilio demo --quick"
    with _own_study(name) as study:
        return _run_study(study, options, command)


def _own_studies() -> list[str]:
    """Names of the studies that come with papilio."""
    folder = resources.files("papilio") / "studies"
    names = [entry.name for entry in folder.iterdir()]
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def _own_study(name: str) -> AbstractContextManager[Path]:
    return resources.as_file(resources.files("papilio") / "studies" / f"{name}.toml")


def _run_study(
    study: Path,
    options: argparse.Namespace,
    command: str | None,
    workers: Workers | None = None,
) -> int:
    from papilio.ledger import tally
    from papilio.report import DEFECTS, run_study
    from papilio.study.steps import one_by_one

    output: Path = options.output
    with progress_bar() as bar:
        task = bar.add_task("starting", total=None)

        def announce(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what)
            if bar.disable and done < total:  # not a terminal: one line for each step
                _say(f"papilio: [{done + 1}/{total}] {what}")

        finished = run_study(
            study, output, announce=announce, command=command, workers=workers or one_by_one
        )
    if finished.kept:
        total = len(finished.study.measurements) + len(finished.study.questions)
        _say(f"papilio: {len(finished.kept)} of {total} parts were finished before and are kept")
    for problem in finished.problems:
        _say(f"papilio: {problem}")
    for warning in finished.warnings:
        _say(f"papilio: remark: {warning}")
    defects = [problem.defect for problem in finished.problems if problem.defect]
    if defects:
        _say(f"papilio: the tracebacks are in {output / DEFECTS}")
        if options.debug:
            _say("\n".join(defects))
    if finished.ledgers:
        _say(f"papilio: ledger: {tally(finished.ledgers.values())}")
    print(output / "report.html")
    return DEFECT if defects else REFUSED if finished.problems else WELL


def _inspect(options: argparse.Namespace) -> int:
    from papilio.readers import read
    from papilio.report.inspection import describe

    _check_format(options.format)
    mistaken = refused = False
    for number, file in enumerate(options.files):
        if number:
            print()
        try:
            _check_file(file)
            print(describe(file, read(file, format=options.format)))
        except OptionsError as error:
            _say(f"papilio: {error}")
            mistaken = True
        except PapilioError as error:
            _say(f"papilio: {error}")
            refused = True
    return MISTAKE if mistaken else REFUSED if refused else WELL


def _convert(options: argparse.Namespace) -> int:
    from papilio.dataset import save
    from papilio.readers import read

    _check_format(options.format)
    _check_file(options.file)
    save(read(options.file, format=options.format), options.output)
    print(options.output)
    return WELL


def _simulate(options: argparse.Namespace) -> int:
    from papilio.simulate.josephson_array.run import run

    print(run(options.options, options.output))
    return WELL


def _dft(options: argparse.Namespace) -> int:
    from papilio.report.first_principles import run_first_principles, submit_study, write_inputs

    if options.write:
        for path in write_inputs(options.study, options.output, options.write):
            print(path)
        return WELL
    if options.submit:
        template = None if options.submit is True else Path(options.submit)
        print(submit_study(options.study, options.output, template))
        return WELL
    with progress_bar() as bar:
        task = bar.add_task("starting", total=None)

        def announce(words: str) -> None:
            bar.update(task, description=words)
            if bar.disable:  # not a terminal: one line for each step
                _say(f"papilio: {words}")

        target = run_first_principles(options.study, options.output, announce)
    print(target)
    return WELL


def _schema(options: argparse.Namespace) -> int:
    from papilio.study.schema import study_schema

    del options
    print(json.dumps(study_schema(), indent=1, ensure_ascii=False))
    return WELL


def _check_file(file: Path) -> None:
    if not file.is_file():
        raise OptionsError(f"{file}: there is no such file; check its path")


def _check_format(name: str | None) -> None:
    from papilio.readers import READERS

    if name is not None and name not in READERS:
        raise OptionsError(f"--format {name}: no such reader; take one of {', '.join(READERS)}")


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _defect_message() -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="papilio-defect-", suffix=".txt", encoding="utf-8", delete=False
    ) as stream:
        stream.write(f"papilio {papilio.__version__}, Python {sys.version}\n")
        stream.write(f"{' '.join(sys.argv)}\n{traceback.format_exc()}")
    return (
        "papilio: this is a defect of papilio, not a mistake of yours; please report it with the "
        f"file {stream.name}, or run again with --debug to see it"
    )


def _make_streams_lenient() -> None:
    """Let no console encoding, cp1252 say, stop a message that holds a Greek letter."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


if __name__ == "__main__":
    raise SystemExit(main())
