"""Results as rows of results.json: with planted truth, references and conditions attached."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import xarray as xr

import papilio
from papilio.errors import OptionsError
from papilio.result import Quantity, Result
from papilio.study.answers import planted
from papilio.study.sections import Question, Reference, Study
from papilio.study.store import plain
from papilio.units import to_si


@dataclass(frozen=True)
class Row:
    """
    One number of a study with what it is compared to.

    Attributes
    ----------
    question, sample : str
        Names in the study.
    quantity : Quantity
        The number; its conditions name the question where nothing else tells two rows apart.
    result : Result
        The answer that it is part of.
    truth : float or None
        What a simulation planted.
    reference : mapping or None
        ``value``, ``std`` and ``where``, in the unit of the quantity.
    """

    question: str
    sample: str
    quantity: Quantity
    result: Result
    truth: float | None = None
    reference: Mapping[str, Any] | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags of the quantity and of the whole answer, each once."""
        return tuple(dict.fromkeys((*self.quantity.flags, *self.result.flags)))

    def as_json(self) -> dict[str, Any]:
        """
        The row as results.json holds it.

        Returns
        -------
        dict
            None where a number is not finite.
        """
        quantity = self.quantity
        interval = quantity.interval68
        ends = None if interval is None else [_number(end) for end in interval]
        return {
            "sample": self.sample,
            "quantity": quantity.name,
            "value": _number(quantity.value),
            "std": _number(quantity.std),
            "interval68": None if ends is None or None in ends else ends,
            "limit": quantity.limit,
            "unit": quantity.unit,
            "conditions": {
                name: value if isinstance(value, str) else _number(value)
                for name, value in quantity.conditions.items()
            },
            "method": quantity.method,
            "sources": list(self.result.sources),
            "synthetic": bool(self.result.synthetic),
            "flags": list(self.flags),
            "truth": _number(self.truth),
            "reference": None
            if self.reference is None
            else {
                "value": _number(self.reference["value"]),
                "std": _number(self.reference["std"]),
                "where": self.reference["where"],
            },
        }


def rows(
    study: Study, results: Mapping[str, Result], datasets: Mapping[str, xr.Dataset]
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """
    All numbers of a study, and what is odd about its references.

    Parameters
    ----------
    study : Study
        The study.
    results : mapping of str to Result
        Answers by name of the question.
    datasets : mapping of str to xarray.Dataset
        Datasets by name of the measurement; a simulated one may carry the planted truth.

    Returns
    -------
    rows : tuple of Row
        In the order of the study's questions.
    warnings : tuple of str
        One sentence for each reference that fits nothing.
    """
    found: list[Row] = []
    used: set[int] = set()
    warnings: list[str] = []
    truths_of = _truths(study, results, datasets)
    for name, question in study.questions.items():
        if name not in results:
            continue
        quantities = results[name].quantities
        truths = truths_of[name]
        fitting = _fitting_references(quantities, question, study)
        used.update(_met_references(quantities, question, study))
        for position, quantity in enumerate(quantities):
            reference = None
            if position in fitting:
                number = fitting[position]
                try:
                    reference = _in_unit(study.references[number], quantity.unit)
                except OptionsError as error:
                    warnings.append(f"{study.place('references', number)}: {error}")
            truth = truths.get(position)
            found.append(Row(name, question.sample, quantity, results[name], truth, reference))
    # A question that failed is told as a problem; its references need no remark of their own.
    failed = {q.analysis.partition(".")[0] for n, q in study.questions.items() if n not in results}
    for number, entry in enumerate(study.references):
        if number not in used and entry.quantity.partition(".")[0] not in failed:
            warnings.append(
                f"{study.place('references', number)}: no quantity '{entry.quantity}' was found "
                "to compare with; check its name, sample, question and conditions"
            )
    return tuple(_told_apart(found)), tuple(dict.fromkeys(warnings))


def ledger_rows(ledgers: Mapping[str, Result]) -> tuple[Row, ...]:
    """
    What the checks of the ledger say, as rows.

    Parameters
    ----------
    ledgers : mapping of str to Result
        From `papilio.study.audit.audit`.

    Returns
    -------
    tuple of Row
        Of no question; the sample is empty where a check spans samples.
    """
    return tuple(
        Row("", sample, quantity, result)
        for sample, result in ledgers.items()
        for quantity in result.quantities
    )


def document(study: Study, found: Iterable[Row]) -> dict[str, Any]:
    """
    The content of results.json.

    Parameters
    ----------
    study : Study
        The study.
    found : iterable of Row
        From `rows`.

    Returns
    -------
    dict
        Obeys `results_schema`.
    """
    return {
        "papilio": papilio.__version__,
        "study": study.name,
        "results": [row.as_json() for row in found],
    }


def to_text(content: Mapping[str, Any]) -> str:
    """
    JSON text in which nothing but JSON's own numbers stands.

    Parameters
    ----------
    content : mapping
        From `document`.

    Returns
    -------
    str
        Ends with a line feed.
    """
    return json.dumps(content, default=plain, allow_nan=False, indent=1, ensure_ascii=False) + "\n"


def results_schema() -> dict[str, Any]:
    """
    JSON schema of results.json.

    Returns
    -------
    dict
        Draft 2020-12.
    """
    text = resources.files("papilio.study").joinpath("results.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def meets(conditions: Mapping[str, object], wanted: Mapping[str, object]) -> bool:
    """
    Whether a quantity's conditions include the wanted ones, numbers within 1 %.

    Parameters
    ----------
    conditions : mapping
        Of the quantity.
    wanted : mapping
        Of the reference or planted truth.

    Returns
    -------
    bool
        True when each wanted condition is there with that value.
    """
    return all(
        name in conditions and _same(conditions[name], value) for name, value in wanted.items()
    )


def _same(first: object, second: object) -> bool:
    if isinstance(first, str) or isinstance(second, str):
        return first == second
    if isinstance(first, int | float) and isinstance(second, int | float):
        return math.isclose(first, second, rel_tol=0.01, abs_tol=1e-9)
    return first == second


def _number(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return plain(value) if hasattr(value, "item") else value


def _meant(
    quantities: Sequence[Quantity], name: str, conditions: Mapping[str, object]
) -> list[int]:
    """
    Positions of the quantities that a name and conditions mean.

    Of those that meet the conditions, the ones with fewest others: a reference for Tc stands beside
    Tc, not beside Tc on cooling.
    """
    matches = [
        position
        for position, quantity in enumerate(quantities)
        if quantity.name == name and meets(quantity.conditions, conditions)
    ]
    fewest = min((len(quantities[position].conditions) for position in matches), default=0)
    return [position for position in matches if len(quantities[position].conditions) == fewest]


def _truths(
    study: Study, results: Mapping[str, Result], datasets: Mapping[str, xr.Dataset]
) -> dict[str, dict[int, float]]:
    """Truth by question and position: planted in the data, or what follows from what was."""
    found = {
        name: _planted(results[name].quantities, (datasets[m] for m in question.roles.values()))
        for name, question in study.questions.items()
        if name in results
    }
    for name, question in study.questions.items():
        if name in results and question.tables and not question.roles:
            found[name] = planted(question, results[name], found, results, study.questions)
    return found


def _planted(quantities: Sequence[Quantity], datasets: Iterable[xr.Dataset]) -> dict[int, float]:
    """Truth by position; the entry with most conditions wins."""
    entries = [entry for data in datasets for entry in json.loads(data.attrs.get("truth", "[]"))]
    truths: dict[int, float] = {}
    for entry in sorted(entries, key=lambda entry: len(entry.get("conditions") or {})):
        for position in _meant(quantities, entry["quantity"], entry.get("conditions") or {}):
            truths[position] = float(entry["value"])
    return truths


def _fitting_references(
    quantities: Sequence[Quantity], question: Question, study: Study
) -> dict[int, int]:
    """Number of the reference by position; the first in the study wins."""
    fitting: dict[int, int] = {}
    for number, positions in _met_references(quantities, question, study).items():
        for position in positions:
            fitting.setdefault(position, number)
    return fitting


def _met_references(
    quantities: Sequence[Quantity], question: Question, study: Study
) -> dict[int, list[int]]:
    """Positions of the quantities that each reference means, by its number."""
    met: dict[int, list[int]] = {}
    for number, reference in enumerate(study.references):
        if reference.sample not in (None, question.sample):
            continue
        if reference.question not in (None, question.name):
            continue
        positions = _meant(quantities, reference.quantity, reference.conditions)
        if positions:
            met[number] = positions
    return met


def _in_unit(reference: Reference, unit: str) -> dict[str, Any]:
    return {
        "value": to_si(reference.value, unit),
        "std": None if reference.std is None else to_si(reference.std, unit),
        "where": reference.where,
    }


def _told_apart(found: Sequence[Row]) -> list[Row]:
    """Rows that differ in nothing but the question get it as a condition."""
    seen: dict[str, set[str]] = {}
    for row in found:
        seen.setdefault(_identity(row), set()).add(row.question)
    apart = []
    for row in found:
        if len(seen[_identity(row)]) > 1:
            conditions = {**row.quantity.conditions, "question": row.question}
            row = _with_conditions(row, conditions)
        apart.append(row)
    return apart


def _identity(row: Row) -> str:
    conditions = json.dumps(dict(row.quantity.conditions), default=plain, sort_keys=True)
    return json.dumps([row.sample, row.quantity.name, conditions])


def _with_conditions(row: Row, conditions: Mapping[str, float | str]) -> Row:
    return replace(row, quantity=replace(row.quantity, conditions=conditions))
