"""Quantum Design files: the [Header]/[Data] container that all options of PPMS and MPMS share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import xarray as xr

from papilio.options import option
from papilio.readers import quantum_design_derived as derived
from papilio.readers.assemble import Quantity, Variables, hashing, in_si, to_record
from papilio.readers.clean import LONGEST_LINE
from papilio.readers.fields import MOST_COLUMNS, Layout, decode, split_fields
from papilio.readers.findings import Findings
from papilio.readers.header_units import to_si
from papilio.readers.naming import safe_name, split_unit
from papilio.readers.quantum_design_columns import Application, application, variable
from papilio.readers.quantum_design_header import Header, read_header
from papilio.readers.table import Table, open_text, read_table
from papilio.vocabulary import VOCABULARY, base_name

NAME = "quantum_design"
_SAMPLE_LINES = 200


@dataclass(frozen=True)
class Options:
    """How to read a Quantum Design file."""

    moment: Literal["auto", "moment", "fixed center", "free center"] = option(
        "auto",
        help="Which column of an MPMS3 file is the moment; auto takes 'Moment' and, where that "
        "is blank, the DC moment with fixed centre.",
    )


def recognises(head: bytes) -> bool:
    """
    Whether a file is a Quantum Design container.

    Parameters
    ----------
    head : bytes
        Its first bytes.

    Returns
    -------
    bool
        True where [Header] stands first, or a [Data] line follows lines as in such a header.
    """
    text = head.lstrip(b'\xef\xbb\xbf \t\r\n"').lower()
    return text.startswith(b"[header]") or (b"\n[data]" in text and b"byapp" in text)


def read(path: Path, options: Options) -> xr.Dataset:
    """
    Record that a Quantum Design file holds.

    Parameters
    ----------
    path : Path
        The file.
    options : Options
        How to read it.

    Returns
    -------
    xarray.Dataset
        A record, empty where the file ends with its header.

    Raises
    ------
    ReadError
        If the header is cut short.
    """
    findings = Findings()
    with hashing(path) as digest, open_text(path) as stream:
        header = read_header(stream, path.name)
        labels = [split_unit(label)[0] for label in header.labels]
        made_by = application(header.byapp, labels)
        if made_by is None:
            findings.add(
                f"the option '{header.byapp}' is not known; columns that are not common to all "
                "options keep their own names"
            )
        layout = _layout(stream, header)
        table = read_table(stream, path.name, header.next_line, layout, findings)
    if table.line.size == 0:
        findings.add("the file holds a header and no rows of measurement")
    variables = _variables(header, made_by, table, findings)
    facts: dict[str, str | int | float] = {**header.facts}
    derived.add(variables, made_by, facts, options.moment, findings)
    return to_record(path, digest, NAME, variables, table.line, findings, options, facts)


def _layout(stream: BinaryIO, header: Header) -> Layout:
    """The usual number of fields, from the first rows: trailing columns may be left off."""
    place = stream.tell()
    rows = [decode(stream.readline(LONGEST_LINE)) for _ in range(_SAMPLE_LINES)]
    stream.seek(place)
    width = len(header.labels)
    counts = Counter(len(split_fields(row, header.delimiter)) for row in rows if row.strip())
    names = [split_unit(label)[0].lower() for label in header.labels]
    comment = names.index("comment") if "comment" in names else None
    clock = next((names.index(name) for name in ("time stamp", "time") if name in names), None)
    decimal = "." if header.delimiter == "," or not any("," in row for row in rows) else ","
    usual = counts.most_common(1)[0][0] if counts else width
    # Rows may end with separators that have no column above them.
    width = usual if width < usual <= MOST_COLUMNS else width
    return Layout(
        header.delimiter, min(usual, width), width, decimal, comment, clock, title=header.title
    )


def _variables(
    header: Header, made_by: Application | None, table: Table, findings: Findings
) -> Variables:
    variables = Variables()
    stated: dict[str, str | None] = {}
    blank = 0
    unnamed = len(table.columns) - len(header.labels)
    for position, label in enumerate([*header.labels, *[""] * unnamed]):
        text, unit = split_unit(label)
        name = variable(text, made_by)
        if name is not None:
            stated.setdefault(name, unit)
        if text.lower() == "comment":
            continue
        values = table.columns[position]
        if values is None:
            blank += table.line.size > 0 and label != ""
            if table.line.size == 0 and name is not None:
                values = np.empty(0)
            else:
                continue
        quantity = _quantity(label, name, stated, variables)
        variables.put(quantity.name, in_si(values, quantity.factor), quantity.unit, label)
    if blank:
        findings.add(f"{blank} columns are wholly blank and left out", rows=0)
    return variables


def _quantity(
    label: str, name: str | None, stated: dict[str, str | None], variables: Variables
) -> Quantity:
    """What a column is; one whose unit contradicts its name keeps a name of its own."""
    text, unit = split_unit(label)
    if unit is None and name is not None and name.endswith("_std"):
        unit = stated.get(name.removesuffix("_std"))
    si, factor = to_si(unit or "") or (unit or "", 1.0)
    if name is not None and name not in variables.values:
        base = base_name(name)
        wanted = VOCABULARY[base][0] if base else si
        if si == wanted or unit is None:
            return Quantity(name, wanted, factor, label)
    return Quantity(safe_name(text, si, variables.values), si, factor, label)
