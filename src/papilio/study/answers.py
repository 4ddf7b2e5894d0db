"""Answers of a study as a record, so that another question can look at them: one row a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

import papilio.analysis
from papilio.dataset import Note, Provenance, record
from papilio.errors import AnalysisError, PapilioError
from papilio.result import Quantity, Result
from papilio.study.sections import AnswerTable, Question

#: Conditions under which a sample was measured, not parts that an answer falls into.
CIRCUMSTANCES = {"temperature", "sweep_rate", "gate_voltage"}
#: Part of an answer's error bar that exact inputs may leave for their answer to count as planted.
LEFT_OPEN = 0.1
#: Factor that makes an error bar that of an exact number.
EXACT = 1e-6


def answer_table(
    columns: AnswerTable, results: Mapping[str, Result], questions: Mapping[str, Question]
) -> xr.Dataset:
    """
    A record with a row for each sample and a variable for each quantity, with its error bar.

    Parameters
    ----------
    columns : mapping
        Variable -> (question, quantity) of each answer.
    results : mapping of str to Result
        Answers by name of the question.
    questions : mapping of str to Question
        The questions, for their samples.

    Returns
    -------
    xarray.Dataset
        ``<variable>`` and ``<variable>_std``; an upper limit stands in ``<variable>_limit``. What a
        sample has no answer for is NaN, with a note.

    Raises
    ------
    AnalysisError
        If a quantity is not there, or means several numbers, or a sample has two answers.
    """
    rows: dict[str, dict[str, float]] = {}
    remarks: list[Note] = []
    used: list[Result] = []
    for variable, answers in columns.items():
        filled: dict[str, str] = {}
        for name, wanted in answers:
            sample = questions[name].sample
            if sample in filled:
                raise AnalysisError(
                    f"{variable}: sample {sample} has two answers, of {filled[sample]} and of "
                    f"{name}; name one of them"
                )
            filled[sample] = name
            row = rows.setdefault(sample, {})
            if name not in results:
                remarks.append(Note(f"question {name} was not answered", column=variable))
                continue
            used.append(results[name])
            _fill(row, variable, _meant(results[name], name, wanted, variable), name, remarks)
    return _record(rows, columns, remarks, used)


def _fill(
    row: dict[str, float], variable: str, found: Quantity, name: str, remarks: list[Note]
) -> None:
    if found.value is None or found.limit == "lower":
        why = found.flags[0] if found.flags else "it is not determined"
        remarks.append(Note(f"no {found.name} of question {name}: {why}", column=variable))
    elif found.limit == "upper":
        row[f"{variable}_limit"] = float(found.value)
    else:
        row[variable] = float(found.value)
        if found.std is not None:
            row[f"{variable}_std"] = float(found.std)


def _meant(result: Result, question: str, wanted: str, variable: str) -> Quantity:
    found = result.select(wanted)
    if not found:
        known = ", ".join(dict.fromkeys(quantity.name for quantity in result.quantities))
        raise AnalysisError(
            f"{variable}: question {question} has no '{wanted}'; name one of {known}"
        )
    fewest = min(len(set(quantity.conditions) - CIRCUMSTANCES) for quantity in found)
    plain = [q for q in found if len(set(q.conditions) - CIRCUMSTANCES) == fewest]
    if len(plain) > 1:
        raise AnalysisError(
            f"{variable}: question {question} has {len(plain)} numbers '{wanted}', under several "
            "conditions; ask a question that has one"
        )
    return plain[0]


def _record(
    rows: Mapping[str, Mapping[str, float]],
    columns: AnswerTable,
    remarks: list[Note],
    used: list[Result],
) -> xr.Dataset:
    variables: dict[str, NDArray[np.float64]] = {}
    for column in columns:
        for name in (column, f"{column}_std", f"{column}_limit"):
            values = np.array([row.get(name, np.nan) for row in rows.values()], float)
            if name == column or np.isfinite(values).any():
                variables[name] = values
    sources = dict.fromkeys(source for result in used for source in result.sources)
    provenance = Provenance(
        ", ".join(sources) or "answers", "papilio.study", synthetic=any(r.synthetic for r in used)
    )
    return record(variables, provenance, notes=remarks)


def planted(
    question: Question,
    result: Result,
    truths: Mapping[str, Mapping[int, float]],
    results: Mapping[str, Result],
    questions: Mapping[str, Question],
) -> dict[int, float]:
    """
    What the planted truths of other answers make of an answer that is built on them.

    The analysis is done once more on the truths. What exact inputs do not fix (a threshold between
    two samples, say) has no truth.

    Parameters
    ----------
    question : Question
        With tables of answers and no measurement.
    result : Result
        Its answer.
    truths : mapping of str to mapping of int to float
        Question -> position of the quantity -> what was planted.
    results : mapping of str to Result
        Answers by name of the question.
    questions : mapping of str to Question
        The questions.

    Returns
    -------
    dict of int to float
        Truth by position of the quantity in `result`.
    """
    exact = {
        name: replace(
            answer,
            quantities=tuple(
                replace(
                    q,
                    value=truths.get(name, {}).get(place),
                    # Not None: two exact points give a line, two without error bars do not.
                    std=None if q.std is None else EXACT * q.std,
                    limit=None,
                )
                for place, q in enumerate(answer.quantities)
            ),
        )
        for name, answer in results.items()
    }
    analysis = papilio.analysis.ANALYSES[question.analysis]
    try:
        tables = {
            role: answer_table(columns, exact, questions)
            for role, columns in question.tables.items()
        }
        ideal = analysis.function(**tables, options=question.options)
    except PapilioError:  # what was planted does not suffice for this analysis
        return {}
    found: dict[int, float] = {}
    for place, (quantity, true) in enumerate(
        zip(result.quantities, ideal.quantities, strict=False)
    ):
        same = quantity.name == true.name and quantity.conditions == true.conditions
        if not same or true.value is None or true.limit or not quantity.std:
            continue
        if (true.std or 0.0) <= LEFT_OPEN * quantity.std:
            found[place] = true.value
    return found
