"""Tables of quantities as text: each number beside what it is compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from papilio.report.display import beside, difference, distance, number, scale_of
from papilio.report.headlines import planted_apart, reasons, split
from papilio.result import Quantity
from papilio.study import Row, StudyRun

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True)
class QuantityLine:
    """One line of the table of quantities, as text."""

    name: str
    conditions: str
    value: str
    interval: str
    unit: str
    reference: str
    reference_distance: str
    where: str
    truth: str
    truth_distance: str
    flags: tuple[str, ...]
    synthetic: bool
    method: str
    reasons: tuple[tuple[str, str], ...] = ()


def one_table(run: StudyRun) -> dict[str, Any]:
    """
    The table of the whole study: rows in groups, one for each sample.

    Parameters
    ----------
    run : StudyRun
        What was found.

    Returns
    -------
    dict
        ``groups``, each with label, facts and lines, and the columns that are needed.
    """
    headlines, _ = split(run)
    groups = []
    for sample in dict.fromkeys(row.sample for row in headlines):
        rows = [row for row in headlines if row.sample == sample]
        keys = run.study.samples.get(sample)
        groups.append(
            {
                "label": keys.label if keys and keys.label else sample,
                "facts": _facts(keys),
                "lines": [
                    _explained(run, *pair) for pair in zip(rows, quantity_lines(rows), strict=True)
                ],
            }
        )
    return {**table(headlines), "groups": groups}


def _explained(run: StudyRun, row: Row, line: QuantityLine) -> QuantityLine:
    """The line with what explains its distance from the reference."""
    why = tuple((anchor(*reason), reason[1]) for reason in reasons(run, row))
    flags = line.flags
    if not why and planted_apart(run, row):
        flags = (*flags, "planted apart from the paper")
    return replace(line, reasons=why, flags=flags)


def table(rows: Sequence[Row]) -> dict[str, Any]:
    """
    Lines of a table of quantities, and which of its columns are needed.

    Parameters
    ----------
    rows : sequence of Row
        In the order of the table.

    Returns
    -------
    dict
        ``planted`` and ``referenced``, whether any row is compared so; ``lines``.
    """
    return {
        "planted": any(row.truth is not None for row in rows),
        "referenced": any(row.reference is not None for row in rows),
        "lines": quantity_lines(rows),
    }


def anchor(sample: str, check: str) -> str:
    """
    Id of a row of the ledger, which links of the tables above it lead to.

    Parameters
    ----------
    sample, check : str
        Its sample, empty for all of them, and its name.

    Returns
    -------
    str
        Id of an element of the page.
    """
    return "ledger-" + _NOT_PLAIN.sub("-", f"{sample or 'all-samples'}-{check}")


def _facts(sample: Any) -> str:
    if sample is None:
        return ""
    facts = []
    for name in ("length", "width"):
        value = getattr(sample, name)
        if value is not None:
            factor, unit = scale_of("m", [value])
            facts.append(f"{name} {value / factor:g} {unit}")
    if sample.density is not None:
        factor, unit = scale_of("1/m^2", [sample.density])
        facts.append(f"density {sample.density / factor:g} × {unit}")
    if sample.orientation:
        facts.append(f"current along {sample.orientation}")
    return ", ".join(facts)


def quantity_lines(rows: Sequence[Row]) -> list[QuantityLine]:
    """
    Rows as text: each quantity in one unit throughout, with what it is compared to.

    Parameters
    ----------
    rows : sequence of Row
        Of one sample.

    Returns
    -------
    list of QuantityLine
        In the same order.
    """
    together: dict[tuple[str, str], list[float | None]] = {}
    for row in rows:
        together.setdefault((row.quantity.name, row.quantity.unit), []).append(row.quantity.value)
    lines = []
    for row in rows:
        quantity = row.quantity
        # In the unit of the middle one: of numbers far apart, the largest would hide the others.
        known = [abs(v) for v in together[(quantity.name, quantity.unit)] if v]
        factor, unit = scale_of(quantity.unit, [median(known)] if known else [])
        value, std = quantity.value, quantity.std
        text = number(value, std, factor, quantity.limit)
        interval = ""
        if _lopsided(quantity) and quantity.interval68 is not None:
            low, high = (beside(end, std, factor) for end in quantity.interval68)
            interval = f"68 %: {low} … {high}"
        lines.append(
            QuantityLine(
                quantity.name,
                conditions_text(quantity.conditions),
                text,
                interval,
                unit if value is not None else "",
                *_compared(value, std, row.reference, factor),
                beside(row.truth, std, factor) if row.truth is not None else "",
                distance(value, std, row.truth),
                row.quantity.flags,
                row.result.synthetic,
                quantity.method,
            )
        )
    return lines


def _compared(
    value: float | None, std: float | None, reference: Mapping[str, Any] | None, factor: float
) -> tuple[str, str, str]:
    """Reference, distance from it, where it comes from."""
    if reference is None:
        return "", "", ""
    other, other_std = reference["value"], reference["std"]
    if other_std is not None:
        return (
            number(other, other_std, factor),
            distance(value, std, other, other_std),
            str(reference["where"]),
        )
    # Without its uncertainty the standard deviations would be our own alone, and say little.
    return beside(other, None, factor), difference(value, other), str(reference["where"])


def _lopsided(quantity: Quantity) -> bool:
    """Whether the 68 % interval says what value and standard deviation do not."""
    if quantity.interval68 is None or quantity.value is None:
        return False
    below, above = (abs(end - quantity.value) for end in quantity.interval68)
    return not quantity.std or abs(above - below) > 0.5 * (above + below)


#: Conditions whose SI unit follows from their name.
_CONDITION_UNITS = {
    "temperature": "K",
    "field": "T",
    "sweep_rate": "T/s",
    "current": "A",
    "gate_voltage": "V",
    "length": "m",
}


def conditions_text(conditions: Mapping[str, float | str]) -> str:
    """
    Conditions as a reader sees them.

    Parameters
    ----------
    conditions : mapping
        Of a quantity.

    Returns
    -------
    str
        "temperature 2 K, direction up".
    """
    parts = []
    for name, value in conditions.items():
        if isinstance(value, str):
            parts.append(f"{name.replace('_', ' ')} {value}")
        else:
            factor, unit = scale_of(_CONDITION_UNITS.get(name, ""), [value])
            shown = f"{value / factor:.4g}".replace("-", "−")
            parts.append(f"{name.replace('_', ' ')} {shown} {unit}".rstrip())
    return ", ".join(parts)
