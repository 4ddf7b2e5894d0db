"""A study in, its Datasets and Results out; what is finished is kept and found again."""

from __future__ import annotations

import html
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import xarray as xr

import papilio.analysis
from papilio.errors import PapilioError
from papilio.result import Result, table
from papilio.storage import sha256
from papilio.study.answers import answer_table
from papilio.study.audit import audit
from papilio.study.prepare import prepare
from papilio.study.records import Row, ledger_rows, rows
from papilio.study.sections import Measurement, Question, Study
from papilio.study.store import Store, key_of

#: Called before each step with the number of steps done, their total and what comes next.
Announce = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Problem:
    """
    Something that a study asked for and did not get.

    Attributes
    ----------
    part : str
        "measurement loops" or "question fields".
    message : str
        One sentence.
    defect : str
        Traceback, where papilio is at fault and neither the study nor the data; else empty.
    """

    part: str
    message: str
    defect: str = ""

    def __str__(self) -> str:
        return f"{self.part}: {self.message}"


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


def defect(part: str, error: Exception) -> Problem:
    """
    The problem that an exception which nobody foresaw leaves behind.

    Parameters
    ----------
    part : str
        "measurement loops" or "question fields".
    error : Exception
        What was raised; anything but a PapilioError or an OSError.

    Returns
    -------
    Problem
        With its traceback.
    """
    message = (
        f"an unexpected {type(error).__name__} stopped it, which is a defect of papilio and not a "
        f"mistake of yours; please report it with its traceback"
    )
    return Problem(part, message, "".join(traceback.format_exception(error)))


def run(study: Study, store: Store | None = None, announce: Announce | None = None) -> StudyRun:
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

    Returns
    -------
    StudyRun
        With a problem for each part that was refused or met a defect of papilio; the rest is done
        all the same.
    """
    return _Run(study, store, announce or _silent).run()


def _silent(done: int, total: int, what: str) -> None:
    del done, total, what


@dataclass
class _Run:
    study: Study
    store: Store | None
    announce: Announce
    problems: list[Problem] = field(default_factory=list)
    datasets: dict[str, xr.Dataset] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    #: Key of each Dataset, on which the keys of the Results build.
    keys: dict[str, str] = field(default_factory=dict)
    #: Key of each Result, on which the keys of answers to answers build.
    answer_keys: dict[str, str] = field(default_factory=dict)
    #: Measurement -> flags that its refusals put on every answer.
    incomplete: dict[str, list[str]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def run(self) -> StudyRun:
        measurements, questions = self.study.measurements, self.study.questions
        total = len(measurements) + len(questions)
        for done, (name, measurement) in enumerate(measurements.items()):
            verb = "simulating" if measurement.simulate is not None else "reading"
            self.announce(done, total, f"{verb} {name}")
            self.guarded(f"measurement {name}", partial(self.measure, name, measurement))
        # What looks at answers comes after them.
        order = sorted(questions.items(), key=lambda entry: bool(entry[1].tables))
        for done, (name, question) in enumerate(order, len(measurements)):
            self.announce(done, total, f"answering {name} ({question.analysis})")
            self.guarded(f"question {name}", partial(self.answer, name, question))
        self.announce(total, total, "all answered")
        self.results = {name: self.results[name] for name in questions if name in self.results}
        if self.store is not None:
            self.store.forget_unused()
        found, warnings = rows(self.study, self.results, self.datasets)
        ledgers = audit(self.study, self.results, self.datasets)
        return StudyRun(
            self.study,
            self.datasets,
            self.results,
            ledgers,
            (*found, *ledger_rows(ledgers)),
            tuple(self.problems),
            warnings,
            tuple(self.kept),
        )

    def guarded(self, part: str, step: Callable[[], None]) -> None:
        """Do a step; a defect of ours in it is recorded, so that it does not cost the rest."""
        try:
            step()
        except (PapilioError, OSError):
            raise  # a mistake or a disk, told by whoever asked
        except Exception as error:  # noqa: BLE001 - told, with its traceback
            self.problems.append(defect(part, error))

    def measure(self, name: str, measurement: Measurement) -> None:
        part = f"measurement {name}"
        sample = self.study.samples.get(measurement.sample)
        size = (sample.length, sample.width) if sample else None
        refused: list[str] = []
        try:
            # The names of the files count, for they stand in the Dataset; their folders do not.
            content = [(file.name, sha256(file)) for file in measurement.files]
            key = key_of("dataset", replace(measurement, name="", files=()), content, size)
            dataset = self.store.dataset(key) if self.store else None
            if dataset is not None:
                self.kept.append(part)
            else:
                dataset = prepare(measurement, sample, refused.append)
                # A Dataset that lacks a file is not kept: the refusal has to be told every time.
                if self.store and not refused:
                    dataset = self.store.keep_dataset(key, dataset)
        except (PapilioError, OSError) as error:
            self.problems.append(Problem(part, _sentence(error)))
            return
        self.problems += [
            Problem(part, f"{message}; the rest of it is used") for message in refused
        ]
        self.incomplete[name] = [f"measurement {name} lacks a file: {text}" for text in refused]
        self.datasets[name], self.keys[name] = dataset, key

    def answer(self, name: str, question: Question) -> None:
        part = f"question {name}"
        missing = [m for m in question.roles.values() if m not in self.datasets]
        if missing:
            self.problems.append(
                Problem(part, f"not asked, for measurement {missing[0]} could not be used")
            )
            return
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
            self.kept.append(part)
        else:
            data = {role: self.datasets[m] for role, m in question.roles.items()}
            function = papilio.analysis.ANALYSES[question.analysis].function
            try:
                for role, columns in question.tables.items():
                    data[role] = answer_table(
                        columns, self.results, self.study.questions, self.datasets
                    )
                result = function(**data, options=question.options)
            except PapilioError as error:
                self.problems.append(Problem(part, _sentence(error)))
                return
            result = replace(result, flags=(*result.flags, *dict.fromkeys(flags)))
            if self.store:
                result = self.store.keep_result(key, result)
        self.results[name], self.answer_keys[name] = result, key


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        name = Path(str(error.filename)).name if error.filename else "a file"
        return f"{name}: {error.strerror or error}; check that it can be read"
    return str(error)
