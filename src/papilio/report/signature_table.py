"""Table of mechanisms and signatures, with the numbers of the paper beside."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from papilio.analysis.signatures import SIGNATURES
from papilio.report.display import number
from papilio.result import Quantity
from papilio.study import Row, StudyRun

#: What stands in the row of data that name no mechanism.
UNNAMED = "not named"


@dataclass(frozen=True)
class Column:
    """
    A number that the paper states, and where a study has it.

    Attributes
    ----------
    title, paper : str
        Heading, and the paper's value.
    names : tuple of str
        Quantities that stand for it, the first that is there.
    factor : float
        Unit of the column in SI.
    conditions : tuple of (str, float)
        That the quantity must have, within 2 %.
    """

    title: str
    paper: str
    names: tuple[str, ...]
    factor: float = 1.0
    conditions: tuple[tuple[str, float], ...] = ()


HEIGHT = ("signature.loop_height", "butterfly.delta_R", "butterfly_series.delta_R")

#: The numbers of the paper that the mechanisms are held against (doi:10.1038/s41467-025-58300-9).
COLUMNS = (
    Column("peak (T)", "0.08", ("signature.loop_field", "butterfly.peak_field")),
    Column("ΔR at 0.5 K (Ω)", "814.9", HEIGHT, 1.0, (("temperature", 0.5),)),
    Column("ΔR at 0.05 K (Ω)", "9.7", HEIGHT, 1.0, (("temperature", 0.05),)),
    Column("ΔR at 0.02 T/min (Ω)", "0.4", HEIGHT, 1.0, (("sweep_rate", 0.02 / 60),)),
    Column("ΔR at 0.10 T/min (Ω)", "19.6", HEIGHT, 1.0, (("sweep_rate", 0.10 / 60),)),
)


@dataclass(frozen=True)
class Cell:
    """What a detector said: its sign, whether the signature was put in, and why."""

    sign: str
    planted: bool
    reason: str


@dataclass(frozen=True)
class Line:
    """One mechanism: a cell for each signature, a text for each number of the paper."""

    mechanism: str
    cells: tuple[Cell, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class SignatureTable:
    """
    The table of a study.

    Attributes
    ----------
    titles : tuple of str
        Of the signatures.
    columns : tuple of Column
        The paper's numbers; those that no mechanism has are left out.
    lines : tuple of Line
        In the order of the study.
    """

    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def signature_table(run: StudyRun) -> SignatureTable | None:
    """
    What the detectors of a study said, by mechanism.

    Parameters
    ----------
    run : StudyRun
        What was found.

    Returns
    -------
    SignatureTable or None
        None where no detector was asked.
    """
    names = [f"signature.{name}" for name in SIGNATURES]
    told = [row for row in run.rows if row.quantity.name in names]
    if not told:
        return None
    mechanisms = dict.fromkeys(_mechanism(run, row) for row in told)
    lines, used = [], set[int]()
    for mechanism in mechanisms:
        own = [row for row in run.rows if row.question and _mechanism(run, row) == mechanism]
        texts = [_number(own, column) for column in COLUMNS]
        used |= {place for place, text in enumerate(texts) if text}
        cells = tuple(_cell(row for row in own if row.quantity.name == name) for name in names)
        lines.append((mechanism or UNNAMED, cells, texts))
    kept = sorted(used)
    return SignatureTable(
        tuple(f"{place} {name.replace('_', ' ')}" for place, name in enumerate(SIGNATURES, 1)),
        tuple(COLUMNS[place] for place in kept),
        tuple(
            Line(mechanism, cells, tuple(texts[place] for place in kept))
            for mechanism, cells, texts in lines
        ),
    )


def _mechanism(run: StudyRun, row: Row) -> str:
    """Mechanism of an answer: as it says itself, or as the data it looked at do."""
    if "mechanism" in row.quantity.conditions:
        return str(row.quantity.conditions["mechanism"])
    question = run.study.questions.get(row.question)
    behind = (
        [run.datasets[m] for m in question.roles.values() if m in run.datasets] if question else []
    )
    return ", ".join(
        dict.fromkeys(str(d.attrs["mechanism"]) for d in behind if "mechanism" in d.attrs)
    )


def _cell(rows: Iterable[Row]) -> Cell:
    """One sign; where several questions asked, all that they say."""
    signs, reasons, planted = list[str](), list[str](), False
    for row in rows:
        value = row.quantity.value
        signs.append("?" if value is None else f"{value:.0f}")
        planted |= "planted" in row.quantity.flags
        reasons.append(f"{row.question}: {', '.join(row.quantity.flags)}")
    return Cell("/".join(dict.fromkeys(signs)), planted, "; ".join(reasons))


def _number(rows: Iterable[Row], column: Column) -> str:
    """The number of a mechanism; of several, the smallest and the largest."""
    known = [row.quantity for row in rows if _fits(row.quantity, column)]
    for name in column.names:
        found = [q for q in known if q.name == name]
        if found:
            found.sort(key=lambda q: q.value or 0.0)
            ends = found[:1] if len(found) == 1 else [found[0], found[-1]]
            texts = [number(q.value, q.std, column.factor, q.limit) for q in ends]
            return " … ".join(dict.fromkeys(texts))
    return ""


def _fits(quantity: Quantity, column: Column) -> bool:
    if quantity.value is None or "branch" in quantity.conditions:
        return False
    for name, wanted in column.conditions:
        value = quantity.conditions.get(name)
        if not isinstance(value, float | int) or not math.isclose(value, wanted, rel_tol=0.02):
            return False
    return quantity.name in column.names
