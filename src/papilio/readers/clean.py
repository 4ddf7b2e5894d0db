"""Rows of a block that is clean: every line has the usual fields, so a quick parser can have it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from papilio.readers.fields import BLANKS, Layout

_NUMBER = np.dtype(float)
_TEXT = np.dtype(object)
_SLICE, _OVERLAP = 2**18, 16
_FEED, _RETURN = ord("\n"), ord("\r")
LONGEST_LINE = 2**20


@dataclass(frozen=True)
class Rows:
    """
    Rows of one block.

    Attributes
    ----------
    columns : list of ndarray, shape (row,), or None
        The numbers, NaN where blank; None for a column without numbers.
    count : int
        Number of rows, one for each line.
    remarks : list of tuple of int and str
        Row and text of each comment.
    blank : frozenset of int
        Columns in which nothing stands.
    """

    columns: list[NDArray[np.float64] | None]
    count: int
    remarks: list[tuple[int, str]]
    blank: frozenset[int]


def parse(
    block: bytes | memoryview, layout: Layout, blank: frozenset[int] = frozenset()
) -> Rows | None:
    """
    The rows of a block, if it is clean.

    Parameters
    ----------
    block : bytes-like
        Whole lines.
    layout : Layout
        How rows are written.
    blank : frozenset of int
        Columns that were blank so far: if they still are, they cost nothing.

    Returns
    -------
    Rows or None
        None where any line is unusual in any way.
    """
    view = memoryview(block)
    if blank and layout.delimiter != " " and (layout.comment is None or layout.comment in blank):
        used = [place for place in range(layout.fields) if place not in blank]
        # Counting and parsing leave the interpreter free, so they run side by side.
        with ThreadPoolExecutor(1) as pool:
            counted = pool.submit(_scan, view, layout)
            frame = _frame(view, layout, used) if used else None
            marks = counted.result()
        if marks is None or marks.delimiters != marks.lines * (layout.fields - 1):
            return None
        # All delimiters are there and all blank fields accounted for: none hides a value.
        if frame is not None and len(frame) == marks.lines:
            gaps = sum(int(values.isna().sum()) for _, values in frame.items())
            if marks.blank_fields == marks.lines * len(blank) + gaps:
                return _rows(frame, layout)
    else:
        marks = _scan(view, layout)
    if marks is None:
        return None
    if layout.delimiter == " ":
        frame = _frame(view, layout, range(layout.fields))
        # A short row is filled up with NaN; only the patient way tells it from a row with NaN.
        if frame is None or frame[layout.fields - 1].isna().any():
            return None
        return _rows(frame, layout)
    if marks.delimiters != marks.lines * (layout.fields - 1):
        return None
    if bytes(view[:LONGEST_LINE]).partition(b"\n")[0].count(layout.delimiter.encode()) != (
        layout.fields - 1
    ):
        return None
    # The parser refuses a line with more fields than the first; as the sum is right, none has less.
    frame = _frame(view, layout, range(layout.fields))
    return _rows(frame, layout) if frame is not None and len(frame) == marks.lines else None


@dataclass(frozen=True)
class _Marks:
    lines: int
    delimiters: int
    blank_fields: int


def _scan(view: memoryview, layout: Layout) -> _Marks | None:
    """Lines, delimiters and blank fields, counted without splitting; None where it is not plain."""
    if not len(view):
        return None
    letters = np.frombuffer(view, np.uint8)
    delimiter, sign = ord(layout.delimiter), layout.sign.encode()
    lines = delimiters = blank_fields = 0
    for start in range(0, letters.size, _SLICE):
        # Slices overlap, so that every pair of neighbours is seen once.
        text = bytes(view[start : start + _SLICE + _OVERLAP])
        if b'"' in text or b"\0" in text or (sign and sign in text):
            return None
        returns = b"\r" in text
        if returns and text.count(b"\r\n", 0, _SLICE + 1) != text.count(b"\r", 0, _SLICE):
            return None
        if layout.delimiter == " " and (b"\n\n" in text or b"\n\r" in text):
            return None
        # With one letter before and one behind, where there are: a field is blank between two
        # delimiters, or one and the begin or end of the line.
        part = letters[start : start + _SLICE + 1]
        mark = part == delimiter
        delimiters += int(np.count_nonzero(mark[:_SLICE]))
        blank_fields += int(np.count_nonzero(mark[:-1] & mark[1:]))
        feeds = np.flatnonzero(part == _FEED)
        lines += int(np.count_nonzero(feeds < _SLICE))
        blank_fields += int(np.count_nonzero(mark[feeds[feeds < part.size - 1] + 1]))
        ends = np.flatnonzero(part == _RETURN) if returns else feeds
        blank_fields += int(np.count_nonzero(mark[ends[ends > 0] - 1]))
    if letters[-1] != _FEED:
        lines += 1
        blank_fields += int(letters[-1] == delimiter)
    return _Marks(lines, delimiters, blank_fields + int(letters[0] == delimiter))


class _Feed(io.RawIOBase):
    """Hands a block to the parser in small portions, without a copy of the whole."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._place = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        end = len(self._view) if size < 0 else self._place + size
        part = bytes(self._view[self._place : end])
        self._place += len(part)
        return part


def _frame(view: memoryview, layout: Layout, used: Sequence[int]) -> pd.DataFrame | None:
    words = _words(layout)
    try:
        return pd.read_csv(
            cast(BinaryIO, _Feed(view)),
            sep=r"\s+" if layout.delimiter == " " else layout.delimiter,
            header=None,
            names=list(range(layout.fields)),
            usecols=None if len(used) == layout.fields else list(used),
            index_col=False,
            dtype={place: _TEXT if place in words else _NUMBER for place in used},
            decimal=layout.decimal,
            na_values=list(BLANKS),
            keep_default_na=False,
            skip_blank_lines=False,
            quoting=csv.QUOTE_NONE,
            engine="c",
        )
    except (ValueError, OverflowError):
        return None


def _words(layout: Layout) -> set[int]:
    return {place for place in (layout.comment, *layout.text) if place is not None}


def _rows(frame: pd.DataFrame, layout: Layout) -> Rows:
    words = _words(layout)
    columns: list[NDArray[np.float64] | None] = [None] * layout.fields
    for place, values in frame.items():
        if place not in words:
            columns[int(str(place))] = _unless_blank(values.to_numpy())
    remarks: list[tuple[int, str]] = []
    if layout.comment is not None and layout.comment in frame:
        said = frame[layout.comment]
        for row in np.flatnonzero(said.notna().to_numpy()).tolist():
            text = str(said.iloc[row]).strip()
            if text:
                remarks.append((row, text))
    blank = {place for place, column in enumerate(columns) if column is None} - layout.text
    if remarks:
        blank.discard(layout.comment or 0)
    return Rows(columns, len(frame), remarks, frozenset(blank))


def _unless_blank(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    return values if not np.isnan(values[0]) or not np.isnan(values).all() else None
