"""How a text file of unknown make is laid out: delimiter, decimal sign, names, first row."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

from papilio.readers.fields import MOST_COLUMNS, decode, number, split_fields
from papilio.readers.header_units import to_si
from papilio.readers.naming import slug, split_unit

#: In the order of preference where two explain a file equally well.
DELIMITERS = ("\t", ";", ",", " ")
SIGNS = ("#", "%", "//", "!", "'", "*")
LONGEST_LABEL = 80
_SAMPLE = 400


@dataclass(frozen=True)
class TextLayout:
    """
    What the first lines of a text tell.

    Attributes
    ----------
    delimiter, decimal, sign : str
        What parts the fields, the decimal sign and what begins a remark ("" for nothing).
    fields : int
        Number of fields of a row.
    labels : tuple of str
        Names of the columns; empty where there are none.
    first_row : int
        Number of lines before the first row.
    preamble : tuple of str
        Lines before the names.
    words : frozenset of int
        Positions of columns that hold words.
    """

    delimiter: str
    decimal: str
    sign: str
    fields: int
    labels: tuple[str, ...]
    first_row: int
    preamble: tuple[str, ...]
    words: frozenset[int] = frozenset()


def lines_of(head: bytes) -> list[str]:
    """
    Lines of the begin of a file, without one that is cut.

    Parameters
    ----------
    head : bytes
        The first bytes.

    Returns
    -------
    list of str
        At most some hundred lines.
    """
    raw = head.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    lines = raw.split(b"\n", _SAMPLE)[:_SAMPLE]
    if len(lines) > 1 and len(head) >= 65536:
        lines.pop()
    return [decode(line) for line in lines]


def find_layout(
    lines: list[str],
    delimiter: str | None = None,
    decimal: str | None = None,
    skip: int | None = None,
    sign: str | None = None,
) -> TextLayout | None:
    """
    The layout that makes the most rows of numbers.

    Parameters
    ----------
    lines : list of str
        The first lines.
    delimiter, decimal, sign : str, optional
        Known beforehand.
    skip : int, optional
        Known number of lines before the names.

    Returns
    -------
    TextLayout or None
        None for a text that is no table.
    """
    if sign is None:
        sign = next((s for s in SIGNS if any(line.lstrip().startswith(s) for line in lines)), "")
    best: tuple[float, TextLayout] | None = None
    for mark in DELIMITERS if delimiter is None else (delimiter,):
        for point in (".", ",") if decimal is None else (decimal,):
            if mark == point:
                continue
            found = _try(lines, mark, point, sign, skip or 0)
            if found is not None and (best is None or found[0] > best[0] * 1.001):
                best = found
    if best is not None:
        return best[1]
    return _names_only(lines, delimiter, decimal or ".", sign, skip or 0)


def _try(
    lines: list[str], delimiter: str, decimal: str, sign: str, skip: int
) -> tuple[float, TextLayout] | None:
    """Score and layout for one delimiter and decimal sign."""
    shapes: list[int] = []
    for line in lines[skip:]:
        parts = [] if sign and line.lstrip().startswith(sign) else split_fields(line, delimiter)
        shapes.append(len(parts) if _is_row(parts, decimal) else 0)
    counts = Counter(shape for shape in shapes if shape)
    if not counts:
        return None
    fields, rows = max(counts.items(), key=lambda item: (item[1] * math.sqrt(item[0]), item[0]))
    if fields > MOST_COLUMNS:
        return None
    first = skip + shapes.index(fields)
    after = sum(bool(line.strip()) for line in lines[first:])
    labels, names_line = _labels(lines, first, skip, delimiter, sign, fields)
    if rows < 0.5 * after or (fields == 1 and not labels and rows < 2):
        return None
    words = _words(lines[first:], delimiter, decimal, sign, fields)
    if len(words) == fields:
        return None
    # More columns explain more of a line, and names that fit are worth much.
    score = rows * math.sqrt(fields) * (2.0 if labels else 1.0)
    preamble = tuple(line for line in lines[skip:names_line] if line.strip())
    return score, TextLayout(delimiter, decimal, sign, fields, labels, first, preamble, words)


def _is_row(fields: list[str], decimal: str) -> bool:
    """Whether fields are numbers, most of them; a word or two may stand among many."""
    if not fields:
        return False
    values = [number(field, decimal) for field in fields]
    good = sum(value is not None and not math.isnan(value) for value in values)
    bad = sum(value is None for value in values)
    return good > 0 and bad <= len(fields) // 3


def _words(
    lines: list[str], delimiter: str, decimal: str, sign: str, fields: int
) -> frozenset[int]:
    """Columns whose fields are mostly no numbers."""
    wrong, rows = [0] * fields, 0
    for line in lines:
        parts = split_fields(line, delimiter)
        if len(parts) == fields and not (sign and line.lstrip().startswith(sign)):
            rows += 1
            for place, part in enumerate(parts):
                wrong[place] += number(part, decimal) is None
    return frozenset(place for place, count in enumerate(wrong) if 2 * count > rows)


def _labels(
    lines: list[str], first: int, skip: int, delimiter: str, sign: str, fields: int
) -> tuple[tuple[str, ...], int]:
    """Names of the columns from the lines above the first row, and the number of their line."""
    for place in range(first - 1, max(skip, first - 4) - 1, -1):
        text = lines[place].strip()
        if sign and text.startswith(sign):
            text = text.lstrip(sign).strip()
        if not text:
            continue
        # Names with blanks in them may be parted otherwise than the numbers under them.
        for parts in (split_fields(text, delimiter), re.split(r"[\t,;]|\s\s+", text)):
            labels = [label.strip() for label in parts]
            while len(labels) > fields and not labels[-1]:
                labels.pop()
            if len(labels) == fields and all(number(label) is None for label in labels):
                return tuple(label[:LONGEST_LABEL] for label in labels), place
        if not (sign and lines[place].lstrip().startswith(sign)):
            break
    return (), first


def _names_only(
    lines: list[str], delimiter: str | None, decimal: str, sign: str, skip: int
) -> TextLayout | None:
    """A file that ends with the names of its columns, at least two of them with units."""
    used = [(place, line) for place, line in enumerate(lines) if line.strip() and place >= skip]
    if not used or len(used) > 100:
        return None
    place, text = used[-1]
    if sign:
        text = text.lstrip(sign + " ")
    for mark in DELIMITERS[:3] if delimiter is None else (delimiter,):
        labels = [label.strip() for label in split_fields(text, mark)]
        units = [split_unit(label)[1] for label in labels]
        stated = sum(unit is not None and to_si(unit) is not None for unit in units)
        if stated >= max(2, len(labels) / 2) and len(labels) <= MOST_COLUMNS:
            preamble = tuple(line for _, line in used[:-1])
            names = tuple(label[:LONGEST_LABEL] for label in labels)
            return TextLayout(mark, decimal, sign, len(labels), names, place + 1, preamble)
    return None


def header_facts(preamble: tuple[str, ...], delimiter: str) -> dict[str, str | float]:
    """
    Facts that stand above the names of the columns.

    Parameters
    ----------
    preamble : tuple of str
        Those lines: ``key<delimiter>value`` pairs, ``key: value`` or ``key = value``.
    delimiter : str
        What parts the fields.

    Returns
    -------
    dict
        ``header_<key>`` -> number in SI where a unit stands in brackets, else text.
    """
    facts: dict[str, str | float] = {}
    for line in preamble[:100]:
        fields = [field.strip() for field in split_fields(line, delimiter) if field.strip()]
        if delimiter != " " and len(fields) >= 2 and len(fields) % 2 == 0:
            pairs = list(zip(fields[::2], fields[1::2], strict=True))
        else:
            pairs = [_pair(line.strip()) or (f"line {len(facts) + 1}", line.strip())]
        for key, value in pairs:
            _keep(facts, key, value)
    return facts


def _pair(line: str) -> tuple[str, str] | None:
    """Key and value on both sides of the first colon or equals sign."""
    places = [place for place in (line.find(":"), line.find("=")) if place > 0]
    if not places:
        return None
    key, value = line[: min(places)].strip(), line[min(places) + 1 :].strip()
    return (key, value) if key and value else None


def _keep(facts: dict[str, str | float], key: str, value: str) -> None:
    text, unit = split_unit(key)
    known = to_si(unit) if unit is not None else None
    plain = "".join(letter for letter in value if letter.isprintable())[:1000]
    amount = number(value)
    if amount is not None and math.isfinite(amount):
        facts[f"header_{slug(text)}"] = amount * (known[1] if known else 1.0)
    elif plain:
        facts[f"header_{slug(text)}"] = plain
