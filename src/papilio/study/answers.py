"""
Answers of a study as a record, so that another question can look at them.

One row a sample; a sample that was measured under several circumstances has a row for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
#: Attributes of Datasets that tables of answers hand on: the coupling that a simulation had in
#: force, and the signatures that it put in by construction.
HANDED_ON = ("mechanism", "planted")
#: Circumstances of an answer by name, with three digits, so that they can be told apart.
Circumstances = tuple[tuple[str, float], ...]
#: Part of an answer's error bar that exact inputs may leave for their answer to count as planted.
LEFT_OPEN = 0.1
#: Factor that makes an error bar that of an exact number.
EXACT = 1e-6


def answer_table(
    columns: AnswerTable,
    results: Mapping[str, Result],
    questions: Mapping[str, Question],
    datasets: Mapping[str, xr.Dataset] | None = None,
) -> xr.Dataset:
    """
    A record with a row for each sample and a variable for each quantity, with its error bar.

    Where a variable has several answers of one sample, under different circumstances (temperature,
    sweep rate, gate voltage), the sample has a row for each and the circumstances are variables
    too; what has one answer stands in all rows of its sample.

    Parameters
    ----------
    columns : mapping
        Variable -> (question, quantity) of each answer.
    results : mapping of str to Result
        Answers by name of the question.
    questions : mapping of str to Question
        The questions, for their samples.
    datasets : mapping of str to xarray.Dataset, optional
        Datasets by name of the measurement, for the mechanism behind the answers.

    Returns
    -------
    xarray.Dataset
        ``<variable>`` and ``<variable>_std``; an upper limit stands in ``<variable>_limit``. What a
        sample has no answer for is NaN, with a note. Attributes ``mechanism`` and ``planted`` are
        those of the Datasets; several, or a part without them, are joined.

    Raises
    ------
    AnalysisError
        If a quantity is not there, or means several numbers, or a sample has two answers under the
        same circumstances.
    """
    remarks: list[Note] = []
    used: dict[str, Result] = {}
    cells: dict[str, dict[str, dict[Circumstances, Quantity | None]]] = {}
    for variable, answers in columns.items():
        filled: dict[tuple[str, Circumstances], str] = {}
        for name, wanted in answers:
            found: Quantity | None = None
            where: Circumstances = ()
            if name in results:
                found = _meant(results[name], name, wanted, variable)
                where = _circumstances(found, _behind(name, questions, datasets))
            else:
                remarks.append(Note(f"question {name} was not answered", column=variable))
            sample = questions[name].sample
            if (sample, where) in filled:
                raise AnalysisError(
                    f"{variable}: sample {sample} has two answers, of {filled[sample, where]} and "
                    f"of {name}; name one of them"
                )
            filled[sample, where] = name
            cells.setdefault(sample, {}).setdefault(variable, {})[where] = found
            if found is not None:
                used[name] = results[name]
                if (why := _unusable(found)) is not None:
                    remarks.append(
                        Note(f"no {found.name} of question {name}: {why}", column=variable)
                    )
    rows = [row for known in cells.values() for row in _rows(known)]
    behind = [data for name in used for data in _behind(name, questions, datasets)]
    varied = [n for n in sorted(CIRCUMSTANCES - set(columns)) if any(n in row for row in rows)]
    return _record(rows, [*columns, *varied], remarks, list(used.values()), _handed_on(behind))


def _circumstances(found: Quantity, behind: Sequence[xr.Dataset]) -> Circumstances:
    """What an answer says of its circumstances, and a gate voltage that its data were held at."""
    told = {n: v for n, v in found.conditions.items() if not isinstance(v, str)}
    for dataset in behind:
        if "gate_voltage" in dataset and np.ptp(dataset["gate_voltage"].values) == 0:
            told.setdefault("gate_voltage", float(dataset["gate_voltage"].values[0]))
    return tuple((n, float(f"{told[n]:.3g}")) for n in sorted(CIRCUMSTANCES.intersection(told)))


def _behind(
    name: str, questions: Mapping[str, Question], datasets: Mapping[str, xr.Dataset] | None
) -> list[xr.Dataset]:
    """Datasets that a question looked at."""
    return [datasets[m] for m in questions[name].roles.values() if datasets and m in datasets]


def _rows(known: Mapping[str, Mapping[Circumstances, Quantity | None]]) -> list[dict[str, float]]:
    """Rows of one sample: one, or one for each of the circumstances that tell answers apart."""
    several = [answers for answers in known.values() if len(answers) > 1]
    if not several:
        row: dict[str, float] = {}
        for variable, answers in known.items():
            _fill(row, variable, next(iter(answers.values())))
        return [row]
    rows = []
    for where in dict.fromkeys(place for answers in several for place in answers):
        row = dict(where)
        for variable, answers in known.items():
            same = answers.get(where) if len(answers) > 1 else next(iter(answers.values()))
            _fill(row, variable, same)
        rows.append(row)
    return rows


def _handed_on(behind: Sequence[xr.Dataset]) -> dict[str, str]:
    """Attributes that the table has from the Datasets behind its answers."""
    found: dict[str, str] = {}
    for name in HANDED_ON:
        separator = " | " if name == "mechanism" else ","
        texts = dict.fromkeys(str(d.attrs[name]) for d in behind if name in d.attrs)
        if texts:
            found[name] = separator.join(texts)
    if any("truth" in d.attrs for d in behind):
        found["with_truth"] = "1"
    return found


def _unusable(found: Quantity) -> str | None:
    """Why an answer gives no number, or None where it does."""
    if found.value is None or found.limit == "lower":
        return found.flags[0] if found.flags else "it is not determined"
    return None


def _fill(row: dict[str, float], variable: str, found: Quantity | None) -> None:
    if found is None or found.value is None or found.limit == "lower":
        return
    if found.limit == "upper":
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
    rows: Sequence[Mapping[str, float]],
    columns: Sequence[str],
    remarks: list[Note],
    used: list[Result],
    attributes: Mapping[str, str],
) -> xr.Dataset:
    variables: dict[str, NDArray[np.float64]] = {}
    for column in columns:
        for name in (column, f"{column}_std", f"{column}_limit"):
            values = np.array([row.get(name, np.nan) for row in rows], float)
            if name == column or np.isfinite(values).any():
                variables[name] = values
    sources = dict.fromkeys(source for result in used for source in result.sources)
    provenance = Provenance(
        ", ".join(sources) or "answers", "papilio.study", synthetic=any(r.synthetic for r in used)
    )
    return record(variables, provenance, notes=remarks, attributes=attributes)


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
