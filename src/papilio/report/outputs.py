"""A study run, and its output folder: page, results.json, Datasets, figures."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import papilio
from papilio.dataset import save
from papilio.errors import PapilioError
from papilio.plot import arrange, draw
from papilio.report.page import page
from papilio.report.svg import render
from papilio.storage import write_text
from papilio.study import Store, StudyRun, document, load, run, to_text
from papilio.study.run import Announce
from papilio.study.steps import Problem, Workers, defect, one_by_one

#: Tracebacks of what went wrong inside papilio, in the output folder.
DEFECTS = "defect.txt"
#: Folder inside the output folder: finished parts, and the list of what was written.
KEPT = ".papilio"


def run_study(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    announce: Announce | None = None,
    command: str | None = None,
    workers: Workers = one_by_one,
) -> StudyRun:
    """
    Run a study file.

    Parameters
    ----------
    path : path-like
        A study in TOML; docs/study.md documents its keys.
    output : path-like, optional
        Folder for the report; finished parts are kept there, so that a second run redoes only
        what changed. Without it nothing is written.
    announce : callable, optional
        Told the steps done, their number and what comes next.
    command : str, optional
        Command that makes the report again, shown in it.
    workers : callable, optional
        Who does the work: here one after another, or `papilio.study.workers`.

    Returns
    -------
    StudyRun
        Datasets, Results, rows of results.json and problems; shows as tables in a notebook.

    Raises
    ------
    StudyError
        If the study file is wrong.
    """
    study = load(path)
    if output is None:
        return run(study, announce=announce, workers=workers)
    folder = Path(output)
    finished = run(study, Store(folder / KEPT / "parts"), announce, workers)
    # The folder is left out: the page is the same wherever it is written.
    return write(finished, folder, command or f"papilio run {study.path.name} -o DIR")


def write(finished: StudyRun, folder: Path, command: str) -> StudyRun:
    """
    Write report.html, results.json, datasets and figures, each whole or not at all.

    Where papilio met a defect of its own, defect.txt holds the tracebacks.

    Files that an earlier run wrote there and this one does not are deleted; others are left alone.

    Parameters
    ----------
    finished : StudyRun
        What was found.
    folder : Path
        Where to; made where it is missing.
    command : str
        Command that makes it again, shown in the report.

    Returns
    -------
    StudyRun
        With a problem more for each figure that could not be drawn.
    """
    written: list[str] = []

    def place(name: str) -> Path:
        written.append(name)
        return folder / PurePosixPath(name)

    figures, failed = _figures(finished)
    finished = replace(finished, problems=(*finished.problems, *failed))
    for name, figure in figures.items():
        write_text(place(f"figures/{name}.svg"), figure)
    for name, dataset in finished.datasets.items():
        save(dataset, place(f"datasets/{name}.nc"))
    write_text(place("results.json"), to_text(document(finished.study, finished.rows)))
    write_text(place("report.html"), page(finished, figures, command))
    if any(problem.defect for problem in finished.problems):
        write_text(place(DEFECTS), _tracebacks(finished.problems))
    _forget_earlier(folder, written)
    return finished


def _figures(finished: StudyRun) -> tuple[dict[str, str], list[Problem]]:
    """SVG by name of the question or figure, and a problem for each that could not be drawn."""
    figures: dict[str, str] = {}
    failed: list[Problem] = []
    for name, result in finished.results.items():
        try:
            figure = draw(result)
            if figure is not None:
                figures[name] = render(figure, name)
        except Exception as error:  # noqa: BLE001 - told as a problem; the numbers stand without it
            failed.append(defect(f"figure of question {name}", error))
    for name in finished.study.figures:
        try:
            figures[name] = render(arrange(finished, name), name)
        except PapilioError as error:
            failed.append(Problem(f"figure {name}", str(error)))
        except Exception as error:  # noqa: BLE001 - told as a problem, as above
            failed.append(defect(f"figure {name}", error))
    return figures, failed


def _tracebacks(problems: Sequence[Problem]) -> str:
    parts = [f"papilio {papilio.__version__}, Python {sys.version}\n"]
    parts += [f"{problem.part}\n{problem.defect}" for problem in problems if problem.defect]
    return "\n".join(parts)


def _forget_earlier(folder: Path, written: list[str]) -> None:
    record = folder / KEPT / "written.json"
    earlier = json.loads(record.read_text("utf-8")) if record.is_file() else []
    for name in earlier:
        if name not in written:
            (folder / PurePosixPath(name)).unlink(missing_ok=True)
    write_text(record, json.dumps(written, indent=1))
