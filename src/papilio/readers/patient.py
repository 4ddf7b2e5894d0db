"""Rows of a block that is not clean, one by one: a bad row costs that row alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.readers.fields import Layout, decode, number, split_fields
from papilio.readers.findings import Findings

#: A quoted field may hold line breaks, but a lone quotation mark must not swallow the file.
LONGEST_QUOTATION = 3


@dataclass(frozen=True)
class Rows:
    """
    Rows of one block.

    Attributes
    ----------
    values : ndarray of float, shape (row, column)
        The numbers, NaN where blank.
    line : ndarray of int, shape (row,)
        Line that each row begins on.
    taken : int
        Number of bytes that were read; a quoted field at the end may wait for the next block.
    over : bool
        Whether another table with other columns begins here.
    """

    values: NDArray[np.float64]
    line: NDArray[np.int64]
    taken: int
    over: bool = False


def parse(block: bytes, first_line: int, layout: Layout, findings: Findings, at_end: bool) -> Rows:
    """
    The rows of a block that hold a measurement.

    Parameters
    ----------
    block : bytes
        Whole lines.
    first_line : int
        Number of the first one.
    layout : Layout
        How rows are written.
    findings : Findings
        Is told of every row that is left out.
    at_end : bool
        Whether the file ends with this block.

    Returns
    -------
    Rows
        The good rows.
    """
    lines = block.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    values: list[list[float]] = []
    numbers: list[int] = []
    position = 0
    over = False
    while position < len(lines):
        line = first_line + position
        if layout.title and lines[position].strip(b",;\t \r").lower() == b"[data]":
            labels = _next_text(lines, position + 1)
            if labels is None and not at_end and position:
                break
            if labels is not None and labels != layout.title:
                findings.add("another table with other columns begins; split the file there", line)
                over = True
                break
        height = 1
        if lines[position].count(b'"') % 2:
            height = _quotation(lines, position, layout)
            if height == 0:
                if not at_end and position + LONGEST_QUOTATION >= len(lines) and position:
                    break
                height = 1
        raw = b"\n".join(lines[position : position + height])
        row = _row(raw, line, layout, findings)
        if row is not None:
            values.append(row)
            numbers.append(line)
        position += height
    taken = len(block)
    if position < len(lines):
        taken = sum(len(line) + 1 for line in lines[:position])
    return Rows(
        np.array(values, float).reshape(len(values), layout.width),
        np.array(numbers, np.int64),
        taken,
        over,
    )


def _next_text(lines: list[bytes], position: int) -> str | None:
    """The next line that is not blank and no remark."""
    for raw in lines[position:]:
        text = decode(raw).strip()
        if text.strip(",;\t ") and not text.startswith(";"):
            return text
    return None


def _quotation(lines: list[bytes], position: int, layout: Layout) -> int:
    """Number of lines that a row with an open quotation mark runs over; 0 where it never closes."""
    marks = 0
    for height in range(1, LONGEST_QUOTATION + 2):
        if position + height > len(lines):
            return 0
        marks += lines[position + height - 1].count(b'"')
        if height > 1 and marks % 2 == 0:
            text = decode(b"\n".join(lines[position : position + height]))
            fields = len(split_fields(text, layout.delimiter))
            return height if layout.fields <= fields <= layout.width else 0
    return 0


def _row(raw: bytes, line: int, layout: Layout, findings: Findings) -> list[float] | None:
    """The numbers of a row, or None after telling why there are none."""
    if not raw.strip():
        return None
    if b"\0" in raw:
        findings.dropped("it holds NUL bytes", line)
        return None
    text = decode(raw)
    if layout.sign and text.lstrip().startswith(layout.sign):
        findings.remark(text.strip(), line)
        return None
    if layout.title and text.strip() == layout.title:
        findings.dropped("the names of the columns stand here again", line)
        return None
    fields = split_fields(text, layout.delimiter)
    if raw.count(b'"') % 2:
        fields = text.replace('"', "").split(layout.delimiter)
    while len(fields) > layout.width and not fields[-1].strip():
        fields.pop()
    comment = ""
    if layout.comment is not None and layout.comment < len(fields):
        comment = fields[layout.comment].strip()
    # Where commas part the fields, a comma inside a (quoted) field can only be a decimal sign.
    decimal = "," if layout.delimiter == "," else layout.decimal
    row = [math.nan] * layout.width
    bad = None
    measured = False
    for place, field in enumerate(fields[: layout.width]):
        if place == layout.comment or place in layout.text:
            continue
        value = number(field, decimal)
        if value is None:
            bad = bad or field.strip()
            continue
        row[place] = value
        measured = measured or (place != layout.clock and not math.isnan(value))
    if comment and not measured and bad is None:
        findings.remark(comment, line)
        return None
    reason = None
    if len(fields) < layout.fields:
        reason = f"fewer fields than the {layout.fields} of a usual row"
    elif len(fields) > layout.width:
        reason = f"more fields than the {layout.width} columns"
    elif bad is not None:
        reason = "a field is no number"
    elif not measured:
        reason = "it holds no measurement"
    if reason is not None:
        findings.dropped(reason, line)
        return None
    if comment:
        findings.remark(comment, line)
    return row
