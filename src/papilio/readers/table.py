"""
Numbers in separated text: quick where the file is clean, patient where it is broken.

The file is taken in blocks of whole lines. A block whose lines all hold the usual number of fields
goes through the C parser of pandas; any other block is read row by row (`patient`), so that one
bad row costs that row and not the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from papilio.errors import ReadError
from papilio.readers import patient
from papilio.readers.fields import BLANKS, Layout
from papilio.readers.findings import Findings

BLOCK = 4 * 2**20
LONGEST_LINE = 2**20
OLD_MAC_LIMIT = 256 * 2**20


@dataclass(frozen=True)
class Table:
    """
    The numbers of a file.

    Attributes
    ----------
    columns : list of ndarray, shape (row,), or None
        Values in the unit of the file, NaN where blank; None where a column is wholly blank.
    line : ndarray of int, shape (row,)
        Line of the file that each row begins on, counted from one.
    """

    columns: list[NDArray[np.float64] | None]
    line: NDArray[np.int64]


def open_text(path: Path) -> BinaryIO:
    """
    A file as bytes with line feeds, past its byte order mark.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    binary file
        At its first letter.

    Raises
    ------
    ReadError
        If the text is UTF-16, or ends its lines with carriage returns alone and is huge.
    """
    stream = path.open("rb")
    head = stream.read(65536)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        stream.close()
        raise ReadError(f"{path.name}: the text is UTF-16; save it as UTF-8 and read it again")
    stream.seek(3 if head.startswith(b"\xef\xbb\xbf") else 0)
    if b"\r" not in head or b"\n" in head:
        return stream
    with stream:
        if path.stat().st_size > OLD_MAC_LIMIT:
            raise ReadError(
                f"{path.name}: lines end with carriage returns alone; save it with line feeds"
            )
        return io.BytesIO(stream.read().replace(b"\r", b"\n"))


def read_table(
    stream: BinaryIO, name: str, first_line: int, layout: Layout, findings: Findings
) -> Table:
    """
    The numbers from here to the end of a file.

    Parameters
    ----------
    stream : binary file
        At the begin of the first row.
    name : str
        Name of the file, for messages.
    first_line : int
        Number of the line the stream is at.
    layout : Layout
        How the rows are written.
    findings : Findings
        Is told what is left out.

    Returns
    -------
    Table
        The rows that hold a measurement.

    Raises
    ------
    ReadError
        If a line is longer than any row of numbers.
    """
    store = _Store(layout.width)
    line = first_line
    rest = b""
    while True:
        chunk = stream.read(BLOCK)
        at_end = len(chunk) < BLOCK
        block, rest = rest + chunk, b""
        if not at_end:
            end = block.rfind(b"\n") + 1
            if len(block) - end > LONGEST_LINE:
                raise ReadError(
                    f"{name}: a line after line {line} is longer than {LONGEST_LINE} bytes; "
                    "this is no table of numbers"
                )
            block, rest = block[:end], block[end:]
        taken = len(block)
        if block and not _fast(block, line, layout, findings, store):
            rows = patient.parse(block, line, layout, findings, at_end)
            store.append(list(rows.values.T), rows.line)
            taken = rows.taken
        line += block.count(b"\n", 0, taken)
        if at_end:
            return store.table()
        rest = block[taken:] + rest


def _fast(block: bytes, first_line: int, layout: Layout, findings: Findings, store: _Store) -> bool:
    """Whether the block is clean; if so its rows are in the store."""
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    if not _clean(block, lines, layout):
        return False
    words = {place for place in (layout.comment, *layout.text) if place is not None}
    try:
        frame = pd.read_csv(
            io.BytesIO(block),
            sep=r"\s+" if layout.delimiter == " " else layout.delimiter,
            header=None,
            names=list(range(layout.fields)),
            index_col=False,
            dtype={
                place: object if place in words else "float64" for place in range(layout.fields)
            },
            decimal=layout.decimal,
            na_values=list(BLANKS),
            keep_default_na=False,
            skip_blank_lines=False,
            quoting=csv.QUOTE_NONE,
            engine="c",
            low_memory=False,
        )
    except (ValueError, pd.errors.ParserError, OverflowError):
        return False
    if len(frame) != lines:
        return False
    columns: list[NDArray[np.float64] | None] = [
        None if place in words else _unless_blank(frame[place].to_numpy())
        for place in range(layout.fields)
    ]
    if layout.delimiter == " " and columns[-1] is not None and np.isnan(columns[-1]).any():
        return False  # a short row is filled up; only the patient way tells which
    line = np.arange(first_line, first_line + lines, dtype=np.int64)
    idle = _idle(columns, layout, lines)
    if layout.comment is not None:
        said = frame[layout.comment]
        spoken = said.notna().to_numpy()
        for place in np.flatnonzero(spoken).tolist():
            findings.remark(str(said.iloc[place]).strip(), int(line[place]))
        findings.dropped_rows("it holds no measurement", line[idle & ~spoken])
    else:
        findings.dropped_rows("it holds no measurement", line[idle])
    if idle.any():
        line = line[~idle]
        columns = [None if column is None else column[~idle] for column in columns]
    store.append(columns, line)
    return True


def _clean(block: bytes, lines: int, layout: Layout) -> bool:
    """Whether every line can have the usual number of fields, without quotation or rubbish."""
    if b'"' in block or b"\0" in block or block.count(b"\r") not in (0, lines):
        return False
    sign = layout.sign.encode()
    if sign and (block.startswith(sign) or b"\n" + sign in block or b" " + sign in block):
        return False
    if layout.delimiter == " ":
        return b"\n\n" not in block and not block.startswith(b"\n")
    # The parser refuses a line longer than the first one; as the total is right, none is shorter.
    mark, end = layout.delimiter.encode(), block.find(b"\n")
    first = block[:end] if end >= 0 else block
    wanted = layout.fields - 1
    return first.count(mark) == wanted and block.count(mark) == lines * wanted


def _unless_blank(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    return values if not np.isnan(values[0]) or not np.isnan(values).all() else None


def _idle(
    columns: Sequence[NDArray[np.float64] | None], layout: Layout, lines: int
) -> NDArray[np.bool_]:
    """Rows that hold nothing but, at most, a comment and a time."""
    idle = np.ones(lines, bool)
    for place, column in enumerate(columns):
        if column is not None and place != layout.clock:
            idle &= np.isnan(column)
            if not idle.any():
                break
    return idle


class _Store:
    """Columns that grow; one that stays blank takes no memory."""

    def __init__(self, width: int) -> None:
        self._rows = 0
        self._columns: list[NDArray[np.float64] | None] = [None] * width
        self._line = np.empty(0, np.int64)

    def append(
        self, columns: Sequence[NDArray[np.float64] | None], line: NDArray[np.int64]
    ) -> None:
        end = self._rows + line.size
        if end > self._line.size:
            # Pages that are never touched cost nothing, so room is made generously.
            room = max(2 * end, 1024)
            self._line = self._grown(self._line, np.empty(room, np.int64))
            self._columns = [
                None if column is None else self._grown(column, np.empty(room))
                for column in self._columns
            ]
        self._line[self._rows : end] = line
        for place, store in enumerate(self._columns):
            values = columns[place] if place < len(columns) else None
            if store is None:
                if values is None or np.isnan(values).all():
                    continue
                store = np.empty(self._line.size)
                store[: self._rows] = np.nan
                self._columns[place] = store
            store[self._rows : end] = np.nan if values is None else values
        self._rows = end

    def _grown(self, values: NDArray[Any], room: NDArray[Any]) -> NDArray[Any]:
        room[: self._rows] = values[: self._rows]
        return room

    def table(self) -> Table:
        columns = [None if column is None else column[: self._rows] for column in self._columns]
        return Table(columns, self._line[: self._rows])
