"""One step of a study, done wherever there is room for it: a Dataset made, a question answered."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xarray as xr

import papilio.analysis
from papilio.errors import PapilioError
from papilio.result import Result
from papilio.study.prepare import prepare
from papilio.study.sections import Measurement, Question, Sample
from papilio.study.store import Store

#: Called with what is being done, or has been.
Tell = Callable[[str], None]


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
class Outcome:
    """
    What came of a step.

    Attributes
    ----------
    value : xarray.Dataset, Result or None
        What was found; None where a problem stood against it, or the store has it.
    refused : tuple of str
        Files of a measurement that were left out.
    problem : Problem or None
        Why there is nothing.
    """

    value: Any = None
    refused: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True)
class Step:
    """
    A step that has still to be done.

    Attributes
    ----------
    name, part : str
        Name of the measurement or question; "measurement loops" or "question fields".
    words : str
        What is done: "simulating loops".
    key : str
        Under which the store keeps what is found.
    act : callable
        Does it; a function of a module, so that another process can be sent it.
    arguments : tuple
        Of `act`, before the key and the store.
    """

    name: str
    part: str
    words: str
    key: str
    act: Callable[..., Outcome]
    arguments: tuple[Any, ...]

    def done(self, store: Store | None) -> Outcome:
        """
        Do it.

        Parameters
        ----------
        store : Store or None
            Where the finding is kept before anybody is told.

        Returns
        -------
        Outcome
            Also where something went wrong, but for a disk that cannot be written.
        """
        try:
            return self.act(self.part, *self.arguments, self.key, store)
        except (PapilioError, OSError):
            raise  # a mistake or a disk, told by whoever asked
        except Exception as error:  # noqa: BLE001 - told, with its traceback
            return Outcome(problem=defect(self.part, error))


#: Does steps in its own order, and gives each back with its outcome as soon as that is there.
Workers = Callable[[Sequence[Step], Store | None, Tell], Iterator[tuple[Step, Outcome]]]


def one_by_one(
    steps: Sequence[Step], store: Store | None, tell: Tell
) -> Iterator[tuple[Step, Outcome]]:
    """
    Do steps here, one after another.

    Parameters
    ----------
    steps : sequence of Step
        What is to be done.
    store : Store or None
        Where findings are kept.
    tell : callable
        Told what is done next.

    Yields
    ------
    tuple of (Step, Outcome)
        In the order of the steps.
    """
    for step in steps:
        tell(step.words)
        yield step, step.done(store)


def measure(
    part: str, measurement: Measurement, sample: Sample | None, key: str, store: Store | None
) -> Outcome:
    """
    Read or simulate a measurement.

    Parameters
    ----------
    part : str
        "measurement loops".
    measurement : Measurement
        What the study says of it.
    sample : Sample or None
        Its sample.
    key : str
        Under which the store keeps the Dataset.
    store : Store or None
        Where to; a Dataset that lacks a file is not kept, for its refusal has to be told every
        time.

    Returns
    -------
    Outcome
        With a Dataset, where the store has not got it.
    """
    refused: list[str] = []
    try:
        dataset = prepare(measurement, sample, refused.append)
        if store is not None and not refused:
            store.keep_dataset(key, dataset)
            return Outcome()
    except (PapilioError, OSError) as error:
        return Outcome(problem=Problem(part, sentence(error)))
    return Outcome(dataset, tuple(refused))


def answer(
    part: str,
    question: Question,
    data: Mapping[str, xr.Dataset],
    flags: Sequence[str],
    key: str,
    store: Store | None,
) -> Outcome:
    """
    Answer a question.

    Parameters
    ----------
    part : str
        "question fields".
    question : Question
        What is asked.
    data : mapping of str to xarray.Dataset
        By role.
    flags : sequence of str
        Put on the answer.
    key : str
        Under which the store keeps the Result.
    store : Store or None
        Where to.

    Returns
    -------
    Outcome
        With a Result, where the store has not got it.
    """
    try:
        function = papilio.analysis.ANALYSES[question.analysis].function
        result: Result = function(**data, options=question.options)
    except PapilioError as error:
        return Outcome(problem=Problem(part, sentence(error)))
    result = replace(result, flags=(*result.flags, *dict.fromkeys(flags)))
    if store is None:
        return Outcome(result)
    store.keep_result(key, result)
    return Outcome()


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


def sentence(error: Exception) -> str:
    """
    What a mistake, or a file that cannot be read, is told as.

    Parameters
    ----------
    error : Exception
        A PapilioError or an OSError.

    Returns
    -------
    str
        One sentence.
    """
    if isinstance(error, OSError):
        name = Path(str(error.filename)).name if error.filename else "a file"
        return f"{name}: {error.strerror or error}; check that it can be read"
    return str(error)
