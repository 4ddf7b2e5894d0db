"""Time of each estimator in the study of the paper, and what an analysis adds to its optimiser."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any
from unittest import mock

import reporting

import papilio.analysis as analysis
import papilio.fit
from papilio.progress import track
from papilio.study import load
from papilio.study.prepare import prepare
from papilio.study.run import run
from papilio.study.sections import Question, Study

#: A full analysis: vortex unbinding, phase slips, Ginzburg-Landau, of the sample with all the data.
FULL = ("bkt_n38", "slips_n38", "fields_n38")
#: Pairs of runs, full and bare in turn.
PAIRS = 7
#: Copies that stay where resampling is left out: with fewer there is no standard deviation.
FEWEST = 2
#: Modules that draw BLOCK_COPIES copies.
RESAMPLING = ("current_ramps", "loop_features", "series_laws", "hall", "bump", "curve")


def main() -> None:
    options = reporting.arguments(__doc__ or "").parse_args()
    with resources.as_file(resources.files("papilio") / "studies" / "kto111.toml") as path:
        study = load(Path(path))
    shares, seconds = _shares(study)
    ratio, details = _overhead(study)
    figures: dict[str, float | None] = {
        **{f"share_{name}": share for name, share in shares.items()},
        "study_seconds": seconds,
        "overhead_ratio": ratio,
    }
    reporting.show(
        figures,
        as_json=options.json,
        meaning={
            "study_seconds": "s, simulations and answers",
            "overhead_ratio": "full analysis over its bare optimiser calls, no resampling",
        },
        details=details,
    )


def _shares(study: Study) -> tuple[dict[str, float], float]:
    """Share of each analysis, and of the simulations, in the study's time; that time, s."""
    spent: Counter[str] = Counter()
    last = [("simulations", time.perf_counter())]

    def announce(done: int, total: int, what: str) -> None:
        now = time.perf_counter()
        spent[last[0][0]] += now - last[0][1]
        answering = what.startswith("answering")
        name = what.rpartition("(")[2].rstrip(")") if answering else "simulations"
        last[0] = (name, now)

    start = time.perf_counter()
    run(study, announce=announce)
    whole = time.perf_counter() - start
    return {name: seconds / whole for name, seconds in spent.most_common()}, whole


def _overhead(study: Study) -> tuple[float, dict[str, object]]:
    questions = [study.questions[name] for name in FULL]
    data = {
        name: prepare(study.measurements[name], study.samples["n38"], lambda message: None)
        for question in questions
        for name in question.roles.values()
    }
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    plain = papilio.fit.optimize.least_squares

    def recording(*args: Any, **keywords: Any) -> Any:
        calls.append((args, keywords))
        return plain(*args, **keywords)

    with _without_resampling():
        _answer(questions, data)  # compiles what is compiled once
        with mock.patch.object(papilio.fit.optimize, "least_squares", recording):
            _answer(questions, data)

        def bare() -> None:
            for args, keywords in calls:
                plain(*args, **keywords)

        pairs = [
            (_seconds(lambda: _answer(questions, data)), _seconds(bare))
            for _ in track(range(PAIRS), "pairs")
        ]
        parts = {
            question.name: round(
                statistics.median(
                    _seconds(lambda question=question: _answer([question], data)) for _ in range(3)
                ),
                4,
            )
            for question in questions
        }
    ratio = statistics.median(full / fit for full, fit in pairs)
    return ratio, {
        "optimiser_calls": len(calls),
        "full_seconds": round(statistics.median(full for full, _ in pairs), 4),
        "bare_seconds": round(statistics.median(fit for _, fit in pairs), 4),
        "question_seconds": parts,
        "ratios": [round(full / fit, 2) for full, fit in pairs],
    }


def _answer(questions: list[Question], data: dict[str, Any]) -> None:
    for question in questions:
        roles = {role: data[name] for role, name in question.roles.items()}
        analysis.ANALYSES[question.analysis].function(**roles, options=question.options)


def _seconds(what: Callable[[], None]) -> float:
    start = time.process_time()
    what()
    return time.process_time() - start


@contextmanager
def _without_resampling() -> Iterator[None]:
    patches = [
        mock.patch(f"papilio.analysis.{module}.BLOCK_COPIES", FEWEST) for module in RESAMPLING
    ]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()


if __name__ == "__main__":
    main()
