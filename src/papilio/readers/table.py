"""
Numbers in separated text: quick where the file is clean, patient where it is broken.

The file is taken in blocks of whole lines. A block whose lines all hold the usual number of fields
goes through the C parser of pandas (`clean`); of any other block small pieces are read row by row
(`patient`), so that one bad row costs that row and not the file.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from papilio.errors import ReadError
from papilio.readers import clean, patient
from papilio.readers.clean import LONGEST_LINE
from papilio.readers.fields import Layout
from papilio.readers.findings import Findings

BLOCK = 16 * 2**20
_READ = 2**18
PIECE = 2**16
#: A file that ends with one of these was not cut inside a number.
_CLOSED = (b"\n", b",", b";", b"\t", b" ", b"\r")
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
        If a huge text ends its lines with carriage returns alone.
    """
    stream = path.open("rb")
    head = stream.read(65536)
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
    store = _Store(layout.width, _size(stream))
    line = first_line
    blank: frozenset[int] = frozenset()
    # One buffer for all blocks: fresh memory for each would cost as much as the parsing.
    buffer = memoryview(bytearray(min(BLOCK, _size(stream)) + LONGEST_LINE))
    filled = 0
    while True:
        got = _fill(stream, buffer[filled:])
        filled += got
        at_end = filled < len(buffer)
        size = filled if at_end else _last_line(buffer, name)
        block = buffer[:size]
        over = False
        rows = clean.parse(block, layout, blank)
        if rows is not None:
            _put(rows, size, line, layout, findings, store)
            line, blank, taken = line + rows.count, rows.blank, size
        else:
            rough = bytes(block)
            taken, over = _pieces(rough, line, layout, findings, store, at_end)
            line += rough.count(b"\n", 0, taken)
            at_end = at_end or over
        if at_end:
            read = store.table()
            if size and not over and bytes(block[-1:]) not in _CLOSED:
                last = int(read.line[-1]) if read.line.size else None
                findings.add("the last line has no end; its last number may be cut short", last)
            return read
        # What is left begins the next block.
        filled -= taken
        buffer[:filled] = bytes(buffer[taken : taken + filled])


def _fill(stream: BinaryIO, room: memoryview) -> int:
    """Read until the room is full or the file ends; the number of bytes."""
    got = 0
    while got < len(room):
        part = stream.readinto(room[got : got + _READ])  # type: ignore[attr-defined]
        if not part:
            break
        got += part
    return got


def _last_line(buffer: memoryview, name: str) -> int:
    """Number of bytes in whole lines."""
    tail = bytes(buffer[-LONGEST_LINE:])
    end = tail.rfind(b"\n") + 1
    if end == 0:
        raise ReadError(
            f"{name}: a line is longer than {LONGEST_LINE} bytes; this is no table of numbers"
        )
    return len(buffer) - len(tail) + end


def _pieces(
    block: bytes, line: int, layout: Layout, findings: Findings, store: _Store, at_end: bool
) -> tuple[int, bool]:
    """Put the rows of a block in the store; the number of bytes used, and whether all is over."""
    start = 0
    while start < len(block):
        end = block.find(b"\n", start + PIECE) + 1 or len(block)
        piece = block[start:end]
        taken = len(piece)
        quick = clean.parse(piece, layout)
        if quick is not None:
            _put(quick, len(piece), line, layout, findings, store)
        else:
            last = at_end and end == len(block)
            rows = patient.parse(piece, line, layout, findings, last)
            taken = rows.taken
            store.append(list(rows.values.T), rows.line, taken)
            if rows.over:
                return start + taken, True
        line += piece.count(b"\n", 0, taken)
        start += taken
        if taken < len(piece) and end == len(block):
            break
    return start, False


def _put(
    rows: clean.Rows,
    size: int,
    first_line: int,
    layout: Layout,
    findings: Findings,
    store: _Store,
) -> None:
    """Put clean rows in the store, but those that hold no measurement."""
    columns, line = rows.columns, np.arange(first_line, first_line + rows.count, dtype=np.int64)
    for place, remark in rows.remarks:
        findings.remark(remark, int(line[place]))
    idle = _idle(columns, layout, rows.count)
    if idle.any():
        silent = idle.copy()
        silent[[place for place, _ in rows.remarks]] = False
        findings.dropped_rows("it holds no measurement", line[silent])
        line = line[~idle]
        columns = [None if column is None else column[~idle] for column in columns]
    store.append(columns, line, size)


def _idle(
    columns: Sequence[NDArray[np.float64] | None], layout: Layout, rows: int
) -> NDArray[np.bool_]:
    """Rows that hold nothing but, at most, a comment and a time."""
    idle = np.ones(rows, bool)
    for place, column in enumerate(columns):
        if column is not None and place != layout.clock:
            idle &= np.isnan(column)
            if not idle.any():
                break
    return idle


def _size(stream: BinaryIO) -> int:
    """Number of bytes from here to the end."""
    here = stream.tell()
    end = stream.seek(0, io.SEEK_END)
    stream.seek(here)
    return end - here


class _Store:
    """Columns that grow; one that stays blank takes no memory."""

    def __init__(self, width: int, size: int) -> None:
        self._rows = 0
        self._columns: list[NDArray[np.float64] | None] = [None] * width
        self._line = np.empty(0, np.int64)
        self._size = size

    def append(
        self,
        columns: Sequence[NDArray[np.float64] | None],
        line: NDArray[np.int64],
        size: int,
    ) -> None:
        """Add rows that took `size` bytes of the file: from the first ones the rest is reckoned."""
        end = self._rows + line.size
        if end > self._line.size:
            rows_in_all = (
                int(1.02 * self._size * line.size / max(size, 1)) if self._rows == 0 else 0
            )
            room = max(2 * self._rows, rows_in_all, end, 1024)
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
