"""The [Header] of a Quantum Design file: what was measured, when, with which option."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from papilio.errors import ReadError
from papilio.readers.fields import MOST_COLUMNS, decode, split_fields
from papilio.readers.naming import slug

LONGEST_HEADER_LINE = 2**20
MOST_HEADER_LINES = 10_000
MOST_FACTS = 300
LONGEST_FACT = 1000
#: Words that are the key of an INFO line, on whichever side of the value they stand.
_KEY = re.compile(
    r"APPNAME|HARMONICS|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
    r"|Sample\s?\d (?:Name|Cross Section|Length|Units?|Lead Separation|Comment|Material)"
)


@dataclass(frozen=True)
class Header:
    """
    What stands before the data.

    Attributes
    ----------
    byapp : str
        The option that wrote the file, as the BYAPP line says.
    facts : dict of str to str
        Attributes for the Dataset.
    title : str
        The line with the labels of the columns.
    labels : list of str
        Labels of the columns.
    delimiter : str
        What parts the columns.
    next_line : int
        Number of the line after the labels.
    """

    byapp: str
    facts: dict[str, str]
    title: str
    labels: list[str]
    delimiter: str
    next_line: int


@dataclass
class _Draft:
    byapp: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    def note(self, key: str, value: str) -> None:
        value = "".join(letter for letter in value if letter.isprintable()).strip()
        if value and (key in self.facts or len(self.facts) < MOST_FACTS):
            self.facts[key] = value[:LONGEST_FACT]


def read_header(stream: BinaryIO, name: str) -> Header:
    """
    The header, leaving the stream at the first row.

    Parameters
    ----------
    stream : binary file
        At the begin of the file.
    name : str
        Name of the file, for messages.

    Returns
    -------
    Header
        What it says.

    Raises
    ------
    ReadError
        If there is no [Data] line, or no label after it.
    """
    draft = _Draft()
    in_data = False
    for number in range(1, MOST_HEADER_LINES + 1):
        raw = stream.readline(LONGEST_HEADER_LINE)
        if not raw:
            break
        text = decode(raw).strip()
        if text.strip(",;\t ").lower() == "[data]":
            in_data = True
        elif not text.strip(",;\t ") or text.startswith(";"):
            continue
        elif in_data:
            labels, delimiter = _labels(text)
            if len(labels) > MOST_COLUMNS:
                raise ReadError(
                    f"{name}: line {number} names {len(labels)} columns, more than any instrument "
                    "writes; copy the file again"
                )
            return Header(draft.byapp, draft.facts, text, labels, delimiter, number + 1)
        else:
            _take(text, draft)
    missing = "names of columns after [Data]" if in_data else "[Data] line after its [Header]"
    raise ReadError(
        f"{name}: the file has no {missing}; it was cut short, copy it from the instrument again"
    )


def _labels(text: str) -> tuple[list[str], str]:
    """Labels and what parts them: as re-saved by a spreadsheet it need not be a comma."""
    delimiter = max(",\t;", key=text.count)
    labels = [label.strip() for label in split_fields(text, delimiter)]
    while len(labels) > 1 and not labels[-1]:
        labels.pop()
    return labels, delimiter


def _take(text: str, draft: _Draft) -> None:
    key, _, value = text.partition(",")
    key, value = key.strip().upper(), value.strip().rstrip(",;\t ")
    if key == "TITLE":
        draft.note("title", value)
    elif key == "BYAPP":
        draft.byapp = value
        draft.note("application", value)
    elif key == "FILEOPENTIME":
        draft.note("header_file_open_time", value)
        started = start_time(value)
        if started:
            draft.note("started", started)
    elif key == "INFO":
        fact = info(value)
        if fact is not None:
            draft.note(f"header_{slug(fact[0])}", fact[1])


def info(text: str) -> tuple[str, str] | None:
    """
    Key and value of an INFO line, which stand in either order.

    Parameters
    ----------
    text : str
        What follows ``INFO,``.

    Returns
    -------
    tuple of str and str, or None
        None for an empty line.
    """
    first, _, after = (part.strip() for part in text.partition(","))
    before, _, last = (part.strip() for part in text.rpartition(","))
    if _KEY.fullmatch(last) and first != "APPNAME":
        return (last, before) if before else None
    return (first, after) if first and after else None


def start_time(text: str) -> str | None:
    """
    Moment at which a file was opened, where the text leaves no doubt of day and month.

    Parameters
    ----------
    text : str
        What follows ``FILEOPENTIME,``: a counter, then date and time in one of several layouts.

    Returns
    -------
    str or None
        ISO 8601, local time of the instrument.
    """
    match = re.search(
        r"(\d{1,2})/(\d{1,2})/(\d{4})[\s,]+(\d{1,2}):(\d\d)(?::(\d\d))?\s*([ap]m)?",
        text[:200],
        re.IGNORECASE,
    )
    if match is None:
        return None
    month, day, year, hour, minute = (int(part) for part in match.groups()[:5])
    if month <= 12 and day <= 12 and month != day:
        return None  # 1/10 is October in one laboratory and January in another
    if month > 12:
        month, day = day, month
    half = (match[7] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return datetime(year, month, day, hour, minute, int(match[6] or 0)).isoformat()
    except ValueError:
        return None
