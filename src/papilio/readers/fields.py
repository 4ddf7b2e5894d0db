"""Rows and fields of separated text: how they are written, and the number that a field holds."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

LONGEST_NUMBER = 64
MOST_COLUMNS = 1024
#: What stands for "nothing was measured".
BLANKS = ("", "nan", "NaN", "NAN", "-nan", "NA", "N/A", "n/a", "null", "NULL", "None", "--")
_BLANKS = frozenset(BLANKS)
_TRUTH = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True)
class Layout:
    """
    How the rows of a file are written.

    Attributes
    ----------
    delimiter : str
        One character; a blank means runs of blanks and tabulators.
    fields : int
        Number of fields of a usual row.
    width : int
        Number of fields that a row may have: the number of columns.
    decimal : str
        Decimal sign.
    comment : int or None
        Position of the column that holds the comments of the instrument.
    clock : int or None
        Position of the time stamp: a row with nothing else holds no measurement.
    text : frozenset of int
        Positions of other columns that are no numbers and are not read.
    sign : str
        A line that begins with this is a remark, not a row; empty for none.
    title : str
        The line with the names of the columns, where it may come again after another [Data].
    """

    delimiter: str
    fields: int
    width: int
    decimal: str = "."
    comment: int | None = None
    clock: int | None = None
    text: frozenset[int] = frozenset()
    sign: str = ""
    title: str = ""


def decode(line: bytes) -> str:
    """
    Text of a line in UTF-8 or, where it is not that, Latin-1.

    Parameters
    ----------
    line : bytes
        One line, with or without its end.

    Returns
    -------
    str
        The text without its line end.
    """
    line = line.rstrip(b"\r\n")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def split_fields(text: str, delimiter: str) -> list[str]:
    """
    Fields of a row.

    Parameters
    ----------
    text : str
        A row; quoted fields may hold the delimiter and line breaks.
    delimiter : str
        One character; a blank means runs of blanks.

    Returns
    -------
    list of str
        The fields as they stand.
    """
    if delimiter == " ":
        return text.split()
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return text.split(delimiter)


def number(text: str, decimal: str = ".") -> float | None:
    """
    The number that a field holds.

    Parameters
    ----------
    text : str
        A field.
    decimal : str
        Decimal sign; where it is a comma, a point is understood too.

    Returns
    -------
    float or None
        NaN for a blank field, 1 and 0 for true and false, None for what is no number.
    """
    text = text.strip()
    if text in _BLANKS:
        return float("nan")
    if len(text) > LONGEST_NUMBER or "_" in text:
        return None
    if "\n" in text or "\r" in text:
        text = text.replace("\r", "").replace("\n", "").strip()
    if decimal == "," and "." not in text:
        text = text.replace(",", ".", 1)
    try:
        return float(text)
    except ValueError:
        return _TRUTH.get(text.lower())
