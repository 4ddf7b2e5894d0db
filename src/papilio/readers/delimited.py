"""Delimited text: declared in the study, or guessed from what the file says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from papilio.errors import OptionsError, ReadError
from papilio.options import option
from papilio.readers.assemble import Quantity, Variables, hashing, in_si, to_record
from papilio.readers.fields import Layout
from papilio.readers.findings import Findings
from papilio.readers.table import Table, open_text, read_table
from papilio.readers.text_layout import TextLayout, find_layout, header_facts, lines_of
from papilio.readers.vocabulary_guess import guess
from papilio.units import factor
from papilio.vocabulary import VOCABULARY, base_name

NAME = "delimited"
_HEAD = 65536
_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "blank": " "}


@dataclass(frozen=True)
class Column:
    """A column that the study declares."""

    column: str | int = option(
        help="Name of the column in the file, or its number counted from one."
    )
    unit: str = option("", help="Unit of the numbers in the file, as in 'mT'.")


@dataclass(frozen=True)
class Options:
    """How to read delimited text; what is not declared is found from the content."""

    columns: Mapping[str, Column] | None = option(
        None,
        help="Variable = {column, unit}; only these are read, by default all by their names.",
    )
    delimiter: str = option(
        "auto", help="'tab', 'comma', 'semicolon', 'blank' or one character; default by content."
    )
    decimal: str = option("auto", help="'.' or ','; default by content.")
    skip_lines: int = option(0, help="Lines at the begin of the file that are passed over.")
    comment: str = option("auto", help="What begins a line that is a remark; default by content.")


def recognises(head: bytes) -> bool:
    """
    Whether a file is a text with rows of numbers, or names of columns with units.

    Parameters
    ----------
    head : bytes
        Its first bytes.

    Returns
    -------
    bool
        True where a layout is found.
    """
    return b"\0" not in head[:512] and find_layout(lines_of(head)) is not None


def read(path: Path, options: Options) -> xr.Dataset:
    """
    Record that a delimited text holds.

    Parameters
    ----------
    path : Path
        The file.
    options : Options
        What is declared.

    Returns
    -------
    xarray.Dataset
        A record, empty where the file ends with the names of its columns.

    Raises
    ------
    ReadError
        If no rows of numbers are found, or a declared column is not there.
    """
    findings = Findings()
    with hashing(path) as digest, open_text(path) as stream:
        head = stream.read(_HEAD)
        stream.seek(-len(head), 1)
        layout = _layout(path.name, head, options)
        for _ in range(layout.first_row):
            stream.readline()
        table = read_table(
            stream,
            path.name,
            layout.first_row + 1,
            Layout(
                layout.delimiter,
                layout.fields,
                layout.fields,
                layout.decimal,
                text=layout.words,
                sign=layout.sign,
            ),
            findings,
        )
    if table.line.size == 0:
        findings.add("the file holds names of columns and no rows of numbers")
    if layout.words:
        names = ", ".join(repr(_label(layout, place)) for place in sorted(layout.words))
        findings.add(f"columns that hold words are left out: {names}")
    if options.columns is None:
        variables = _guessed(layout, table, findings)
    else:
        variables = _declared(path.name, layout, table, options.columns, findings)
    facts: dict[str, str | int | float] = {**header_facts(layout.preamble, layout.delimiter)}
    return to_record(path, digest, NAME, variables, table.line, findings, options, facts)


def _layout(name: str, head: bytes, options: Options) -> TextLayout:
    delimiter = None if options.delimiter == "auto" else options.delimiter
    delimiter = _DELIMITERS.get(delimiter, delimiter) if delimiter is not None else None
    if delimiter is not None and len(delimiter) != 1:
        raise OptionsError(
            f"delimiter: '{options.delimiter}' is not one of {', '.join(_DELIMITERS)} "
            "or a single character"
        )
    if options.decimal not in ("auto", ".", ","):
        raise OptionsError(f"decimal: '{options.decimal}' is neither '.' nor ','")
    if options.skip_lines < 0:
        raise OptionsError(f"skip_lines: {options.skip_lines} is below zero")
    layout = find_layout(
        lines_of(head),
        delimiter,
        None if options.decimal == "auto" else options.decimal,
        options.skip_lines,
        None if options.comment == "auto" else options.comment,
    )
    if layout is None:
        raise ReadError(
            f"{name}: no rows of numbers are found in its first lines; declare delimiter, decimal "
            "and skip_lines in the study"
        )
    return layout


def _label(layout: TextLayout, place: int) -> str:
    return layout.labels[place] if layout.labels else f"column {place + 1}"


def _guessed(layout: TextLayout, table: Table, findings: Findings) -> Variables:
    variables = Variables()
    assumed: list[str] = []
    blank: list[str] = []
    for place in range(layout.fields):
        label = _label(layout, place)
        values = table.columns[place]
        if values is None:
            if table.line.size:
                if place not in layout.words:
                    blank.append(repr(label))
                continue
            values = np.empty(0)
        if layout.labels:
            quantity, unit_assumed = guess(label, variables.values)
        else:
            quantity, unit_assumed = Quantity(f"column_{place + 1}", "", 1.0, label), False
        if unit_assumed:
            assumed.append(f"'{label}' as {quantity.name} in {quantity.unit}")
        variables.put(quantity.name, in_si(values, quantity.factor), quantity.unit, label)
    if assumed:
        findings.add(f"no unit is stated, SI is taken: {'; '.join(assumed)}")
    if blank:
        findings.add(f"{len(blank)} columns are wholly blank and left out: {', '.join(blank)}")
    if not layout.labels:
        findings.add("the columns have no names; declare them in the study")
    return variables


def _declared(
    name: str,
    layout: TextLayout,
    table: Table,
    columns: Mapping[str, Column],
    findings: Findings,
) -> Variables:
    variables = Variables()
    for variable, declared in columns.items():
        place = _place(name, layout, variable, declared)
        base = base_name(variable)
        unit = VOCABULARY[base][0] if base else declared.unit
        try:
            scale = factor(declared.unit, unit) if base else 1.0
        except OptionsError as error:
            raise OptionsError(f"columns.{variable}.unit: {error}") from error
        values = table.columns[place]
        if values is None:
            values = np.full(table.line.size, np.nan)
            findings.add(f"column '{_label(layout, place)}' is blank", column=_label(layout, place))
        variables.put(variable, in_si(values.copy(), scale), unit, _label(layout, place))
    unread = layout.fields - len(columns)
    if unread > 0:
        findings.add(f"{unread} columns are not declared and left out")
    return variables


def _place(name: str, layout: TextLayout, variable: str, declared: Column) -> int:
    if isinstance(declared.column, int):
        if 1 <= declared.column <= layout.fields:
            return declared.column - 1
        raise ReadError(
            f"{name}: there is no column {declared.column} for '{variable}', only 1 to "
            f"{layout.fields}; correct the study"
        )
    if declared.column in layout.labels:
        return layout.labels.index(declared.column)
    known = ", ".join(layout.labels) or "none has a name, give its number"
    raise ReadError(
        f"{name}: there is no column '{declared.column}' for '{variable}' ({known}); "
        "correct the study"
    )
