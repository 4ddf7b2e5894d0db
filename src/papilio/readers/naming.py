"""Names of variables from the names of columns: safe slugs that never claim a quantity wrongly."""

from __future__ import annotations

import re
from collections.abc import Container

from papilio.dataset import ROW_COORDINATES
from papilio.vocabulary import VOCABULARY, base_name

LONGEST_NAME = 60
LONGEST_LABEL = 400
_RESERVED = ROW_COORDINATES | {"row"}


def slug(text: str) -> str:
    """
    Lower-case name of letters, digits and underscores.

    Parameters
    ----------
    text : str
        Anything.

    Returns
    -------
    str
        A name that begins with a letter; "column" where nothing is left.
    """
    text = text.replace("''", " double prime").replace("'", " prime").replace('"', " double prime")
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower().replace("µ", "u")).strip("_")
    plain = plain[:LONGEST_NAME].strip("_") or "column"
    return plain if plain[0].isalpha() else f"column_{plain}"


def split_unit(label: str) -> tuple[str, str | None]:
    """
    Quantity and unit of a column label.

    Parameters
    ----------
    label : str
        As in "Magnetic Field (Oe)", "Field [T]" or "Volts ch1".

    Returns
    -------
    tuple of str and (str or None)
        The label without the unit, and the unit; None where none is stated.
    """
    # Plain searches: a regular expression would take forever on a label of a thousand blanks.
    text = " ".join(label[:LONGEST_LABEL].split())
    pairs = [(text.find(opening), closing) for opening, closing in ("()", "[]")]
    for start, closing in sorted(pair for pair in pairs if pair[0] >= 0):
        end = text.find(closing, start)
        unit = text[start + 1 : end]
        if end > start and not any(bracket in unit for bracket in "()[]"):
            return f"{text[:start].strip()} {text[end + 1 :].strip()}".strip(), unit
    return text, None


def safe_name(label: str, unit: str, taken: Container[str]) -> str:
    """
    Name for a column that the vocabulary does not have.

    Parameters
    ----------
    label : str
        The column's name without its unit.
    unit : str
        Its SI unit.
    taken : container of str
        Names that are in use.

    Returns
    -------
    str
        A slug; with ``raw_`` before it where it would claim a quantity of another unit.
    """
    name = slug(label)
    if name.endswith("_std"):
        name = name.removesuffix("_std") + "_deviation"
    base = base_name(name)
    if name in _RESERVED or (base is not None and VOCABULARY[base][0] != unit):
        name = f"raw_{name}"
    return unused(name, taken)


def unused(name: str, taken: Container[str]) -> str:
    """
    A name that is free.

    Parameters
    ----------
    name : str
        The name wanted.
    taken : container of str
        Names that are in use.

    Returns
    -------
    str
        The name, with a number behind where it is taken.
    """
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
