"""A study in, its Datasets and Results out; what is finished is kept and found again."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import xarray as xr

from papilio.errors import PapilioError
from papilio.result import Result, table
from papilio.storage import sha256
from papilio.study.answers import answer_table
from papilio.study.audit import audit
from papilio.study.records import Row, ledger_rows, rows
from papilio.study.sections import Measurement, Question, Study
from papilio.study.steps import (
    Outcome,
    Problem,
    Step,
    Workers,
    answer,
    defect,
    measure,
    one_by_one,
    sentence,
)
from papilio.study.store import Store, key_of

#: Called before each step with the number of steps done, their total and what comes next.
Announce = Callable[[int, int, str], None]


@dataclass(frozen=True)
class StudyRun:
    """
    What a study found.

    Attributes
    ----------
    study : Study
        What was asked.
    datasets : mapping of str to xarray.Dataset
        By name of the measurement.
    results : mapping of str to Result
        By name of the question.
    ledgers : mapping of str to Result
        What the checks say, by name of the sample; what spans samples has the empty name.
    rows : tuple of Row
        All numbers, with truth and reference, then those of the ledgers.
    problems : tuple of Problem
        What was refused.
    warnings : tuple of str
        What is odd about the study itself.
    kept : tuple of str
        Parts that an earlier run had finished and this one did not do again.
    """

    study: Study
    datasets: Mapping[str, xr.Dataset] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    ledgers: Mapping[str, Result] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def __getitem__(self, question: str) -> Result:
        """
        The answer to a question.

        Parameters
        ----------
        question : str
            Its name in the study.

        Returns
        -------
        Result
            The answer.
        """
        if question not in self.results:
            raise KeyError(
                f"no answer to '{question}'; there are answers to {', '.join(self.results)}"
            )
        return self.results[question]

    def __str__(self) -> str:
        lines = [f"! {text}" for text in (*self.problems, *self.warnings)]
        for name, result in self.results.items():
            lines += [f"{name}:", *(f"  {line}" for line in str(result).splitlines())]
        for sample, result in self.ledgers.items():
            lines.append(f"ledger of {sample or 'all samples'}:")
            lines += [f"  {q.name}: {q.flags[0]}: {q.flags[1]}" for q in result.quantities]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p><b>{html.escape(str(problem))}</b></p>" for problem in self.problems]
        parts += [f"<p>{html.escape(warning)}</p>" for warning in self.warnings]
        for name, result in self.results.items():
            label = f"{name} (SYNTHETIC)" if result.synthetic else name
            parts.append(f"<h4>{html.escape(label)}</h4>{table(result.quantities)}")
            parts += [f"<p>{html.escape(flag)}</p>" for flag in result.flags]
        for sample, result in self.ledgers.items():
            label = f"ledger of {sample or 'all samples'}"
            parts.append(f"<h4>{html.escape(label)}</h4>{table(result.quantities)}")
        return "".join(parts)


def run(
    study: Study,
    store: Store | None = None,
    announce: Announce | None = None,
    workers: Workers = one_by_one,
) -> StudyRun:
    """
    Read or simulate every measurement and answer every question.

    Parameters
    ----------
    study : Study
        A checked study.
    store : Store, optional
        Where finished parts are kept; without it everything is done anew.
    announce : callable, optional
        Told what is being done.
    workers : callable, optional
        Who does it: here one after another, or `papilio.study.workers`. The numbers are the same.

    Returns
    -------
    StudyRun
        With a problem for each part that was refused or met a defect of papilio; the rest is done
        all the same.
    """
    return _Run(study, store, announce or _silent, workers).run()


def _silent(done: int, total: int, what: str) -> None:
    del done, total, what


@dataclass
class _Run:
    study: Study
    store: Store | None
    announce: Announce
    workers: Workers
    #: By name of the part, for steps may end in any order.
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    datasets: dict[str, xr.Dataset] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    #: Key of each Dataset, on which the keys of the Results build.
    keys: dict[str, str] = field(default_factory=dict)
    #: Key of each Result, on which the keys of answers to answers build.
    answer_keys: dict[str, str] = field(default_factory=dict)
    #: Measurement -> flags that its refusals put on every answer.
    incomplete: dict[str, list[str]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    ended: int = 0

    def run(self) -> StudyRun:
        measurements, questions = self.study.measurements, self.study.questions
        self.go(self.measuring, measurements, self.measured)
        # What looks at answers comes after them.
        for later in (False, True):
            asked = {name: q for name, q in questions.items() if bool(q.tables) is later}
            self.go(self.answering, asked, self.answered)
        self.announce(self.total, self.total, "all answered")
        # In the order of the study, whatever the order in which they were finished.
        self.datasets = {name: self.datasets[name] for name in measurements if name in self.keys}
        self.results = {name: self.results[name] for name in questions if name in self.results}
        if self.store is not None:
            self.store.forget_unused()
        found, warnings = rows(self.study, self.results, self.datasets)
        ledgers = audit(self.study, self.results, self.datasets)
        parts = [_part(name, measurement) for name, measurement in measurements.items()]
        parts += [_part(name, question) for name, question in questions.items()]
        return StudyRun(
            self.study,
            self.datasets,
            self.results,
            ledgers,
            (*found, *ledger_rows(ledgers)),
            tuple(problem for part in parts for problem in self.problems.get(part, ())),
            (*warnings, *self.remarks),
            tuple(part for part in parts if part in self.kept),
        )

    @property
    def total(self) -> int:
        """Number of all parts."""
        return len(self.study.measurements) + len(self.study.questions)

    def go(
        self,
        begin: Callable[[str, Any], Step | None],
        parts: Mapping[str, Measurement] | Mapping[str, Question],
        end: Callable[[Step, Outcome], None],
    ) -> None:
        """Do all parts that do not build on one another, but for those that are kept."""
        steps: list[Step] = []
        for name, content in parts.items():
            try:
                step = begin(name, content)
            except (PapilioError, OSError):
                raise  # a mistake or a disk, told by whoever asked
            except Exception as error:  # noqa: BLE001 - told, with its traceback
                part, step = _part(name, content), None
                self.problems.setdefault(part, []).append(defect(part, error))
            if step is None:
                self.ended += 1
            else:
                steps.append(step)
        for step, outcome in self.workers(steps, self.store, self.tell):
            if outcome.problem is not None:
                self.problems.setdefault(step.part, []).append(outcome.problem)
            else:
                end(step, outcome)
            self.ended += 1

    def tell(self, words: str) -> None:
        """Pass on what a worker says; what begins with an exclamation mark is kept as a remark."""
        if words.startswith("!"):
            self.remarks.append(words.removeprefix("!").strip())
        self.announce(self.ended, self.total, words.removeprefix("!").strip())

    def measuring(self, name: str, measurement: Measurement) -> Step | None:
        """Find a measurement in the store, or say how to make it."""
        part = _part(name, measurement)
        sample = self.study.samples.get(measurement.sample)
        size = (sample.length, sample.width) if sample else None
        try:
            # The names of the files count, for they stand in the Dataset; their folders do not.
            content = [(file.name, sha256(file)) for file in measurement.files]
        except OSError as error:
            self.problems[part] = [Problem(part, sentence(error))]
            return None
        key = key_of("dataset", replace(measurement, name="", files=()), content, size)
        dataset = self.store.dataset(key) if self.store else None
        if dataset is not None:
            self.kept.add(part)
            self.datasets[name], self.keys[name], self.incomplete[name] = dataset, key, []
            return None
        verb = "simulating" if measurement.simulate is not None else "reading"
        return Step(name, part, f"{verb} {name}", key, measure, (measurement, sample))

    def measured(self, step: Step, outcome: Outcome) -> None:
        """Take over a Dataset that was made."""
        self.problems[step.part] = [
            Problem(step.part, f"{message}; the rest of it is used") for message in outcome.refused
        ]
        self.incomplete[step.name] = [
            f"measurement {step.name} lacks a file: {text}" for text in outcome.refused
        ]
        dataset = outcome.value
        if self.store and not outcome.refused:
            if dataset is not None:  # a worker without this disk sent it
                self.store.keep_dataset(step.key, dataset)
            # As read back, so that the first run works on the same object as the next one.
            dataset = self.store.dataset(step.key)
        if dataset is None:
            self.problems[step.part] = [Problem(step.part, _GONE)]
            return
        self.datasets[step.name], self.keys[step.name] = dataset, step.key

    def answering(self, name: str, question: Question) -> Step | None:
        """Find an answer in the store, or say how to get it."""
        part = _part(name, question)
        missing = [m for m in question.roles.values() if m not in self.datasets]
        if missing:
            message = f"not asked, for measurement {missing[0]} could not be used"
            self.problems[part] = [Problem(part, message)]
            return None
        flags = [flag for m in question.roles.values() for flag in self.incomplete[m]]
        roles = {role: self.keys[m] for role, m in question.roles.items()}
        # Of answers that were refused there is no key; that too is part of what this one rests on.
        tables = {
            role: {
                variable: [(n, quantity, self.answer_keys.get(n)) for n, quantity in answers]
                for variable, answers in columns.items()
            }
            for role, columns in question.tables.items()
        }
        key = key_of("result", question.analysis, roles, tables, question.options, flags)
        result = self.store.result(key) if self.store else None
        if result is not None:
            self.kept.add(part)
            self.results[name], self.answer_keys[name] = result, key
            return None
        data = {role: self.datasets[m] for role, m in question.roles.items()}
        try:
            for role, columns in question.tables.items():
                data[role] = answer_table(
                    columns, self.results, self.study.questions, self.datasets
                )
        except PapilioError as error:
            self.problems[part] = [Problem(part, sentence(error))]
            return None
        words = f"answering {name} ({question.analysis})"
        return Step(name, part, words, key, answer, (question, data, flags))

    def answered(self, step: Step, outcome: Outcome) -> None:
        """Take over an answer that was found."""
        result = outcome.value
        if self.store:
            if result is not None:
                self.store.keep_result(step.key, result)
            result = self.store.result(step.key)
        if result is None:
            self.problems[step.part] = [Problem(step.part, _GONE)]
            return
        self.results[step.name], self.answer_keys[step.name] = result, step.key


_GONE = "what was kept of it cannot be read again; check the disk, and run once more"


def _part(name: str, content: Measurement | Question) -> str:
    return f"{'question' if isinstance(content, Question) else 'measurement'} {name}"
