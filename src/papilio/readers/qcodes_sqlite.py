"""Runs in a QCoDeS database: SQLite read as a stranger's file, without QCoDeS."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.errors import ReadError
from papilio.options import option
from papilio.readers.assemble import Variables, hashing, in_si, to_record
from papilio.readers.findings import Findings
from papilio.readers.numpy_blob import numbers
from papilio.readers.qcodes_schema import Database, Run
from papilio.readers.vocabulary_guess import guess_from

NAME = "qcodes"
SIGNATURE = b"SQLite format 3\0"


@dataclass(frozen=True)
class Options:
    """Which run of a QCoDeS database to read."""

    run: int = option(0, help="Number (run_id) of the run; 0 is the last one.")


def recognises(head: bytes) -> bool:
    """
    Whether a file is an SQLite database.

    Parameters
    ----------
    head : bytes
        Its first bytes.

    Returns
    -------
    bool
        True for SQLite 3; `read` finds out whether QCoDeS wrote it.
    """
    return head.startswith(SIGNATURE)


def read(path: Path, options: Options) -> xr.Dataset:
    """
    Record of one run: setpoints and what was measured at them, one row for each point.

    Parameters
    ----------
    path : Path
        The database.
    options : Options
        Which run.

    Returns
    -------
    xarray.Dataset
        A record.

    Raises
    ------
    ReadError
        If the database is damaged, is not of QCoDeS or has no such run.
    """
    findings = Findings()
    with hashing(path) as digest, _opened(path) as database:
        runs = database.runs()
        run = _chosen(path.name, runs, options.run)
        if len(runs) > 1:
            findings.add(
                f"the database holds {len(runs)} runs; this is run {run.number} ('{run.name}'), "
                "name another with the option run"
            )
        variables = _variables(database, run, findings)
    facts: dict[str, str | int | float] = {"header_run": run.number, "title": run.name}
    facts |= {f"header_{key}": value for key, value in run.facts.items()}
    if run.started is not None and 0 < run.started < 1e11:
        facts["started"] = datetime.fromtimestamp(run.started, UTC).isoformat(timespec="seconds")
    return to_record(path, digest, NAME, variables, None, findings, options, facts)


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    """The database, read only; whatever SQLite finds wrong becomes one sentence."""
    try:
        with closing(Database.connect(path)) as database:
            yield database
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        # A damaged name makes a message of SQLite that is no text: a UnicodeError.
        reason = "".join(letter for letter in str(error) if letter.isprintable())[:200]
        raise ReadError(
            f"{path.name}: SQLite cannot read it as a QCoDeS database ({reason}); "
            "restore it from a copy"
        ) from error


def _chosen(name: str, runs: list[Run], wanted: int) -> Run:
    if not runs:
        raise ReadError(f"{name}: the database holds no runs; check that this is the right file")
    if wanted == 0:
        return runs[-1]
    for run in runs:
        if run.number == wanted:
            return run
    numbers = ", ".join(str(run.number) for run in runs[-20:])
    raise ReadError(f"{name}: there is no run {wanted}; the last ones are {numbers}")


def _variables(database: Database, run: Run, findings: Findings) -> Variables:
    """All numeric and array parameters of a run, points of one setpoint in one row."""
    kept = [name for name, kind in run.columns.items() if kind in ("numeric", "array")]
    words = [name for name, kind in run.columns.items() if kind not in ("numeric", "array")]
    if words:
        findings.add(f"parameters that are not real numbers are left out: {', '.join(words)}")
    parts: dict[str, list[NDArray[np.float64]]] = {name: [] for name in kept}
    damaged = 0
    for values in _merged(database.rows(run, kept), kept, run.setpoints):
        arrays = [_array(value) for value in values]
        known = [array for array in arrays if array is not None]
        lengths = {array.size for array in known if array.size != 1}
        if len(lengths) > 1 or any(
            array is None and value is not None for array, value in zip(arrays, values, strict=True)
        ):
            damaged += 1
            continue
        if not known:
            continue
        length = lengths.pop() if lengths else 1
        for name, array in zip(kept, arrays, strict=True):
            parts[name].append(
                np.full(length, np.nan if array is None else array[0])
                if array is None or array.size == 1
                else array
            )
    if damaged:
        findings.add(f"{damaged} rows of the run are damaged and left out", rows=damaged)
    return _named(run, parts, findings)


def _named(run: Run, parts: dict[str, list[NDArray[np.float64]]], findings: Findings) -> Variables:
    variables = Variables()
    assumed: list[str] = []
    for name, pieces in parts.items():
        values = np.concatenate(pieces) if pieces else np.empty(0)
        if values.size and np.isnan(values).all():
            findings.add(f"parameter '{name}' has no values and is left out", column=name)
            continue
        label, unit = run.labels.get(name, ("", ""))
        texts = [name, label] if label else [name]
        quantity, unit_assumed = guess_from(texts, unit or None, name, variables.values)
        if unit_assumed:
            assumed.append(f"'{name}' as {quantity.name} in {quantity.unit}")
        variables.put(quantity.name, in_si(values, quantity.factor), quantity.unit, name)
    if assumed:
        findings.add(f"no unit is stated, SI is taken: {'; '.join(assumed)}")
    if not any(piece.size for pieces in parts.values() for piece in pieces):
        findings.add("the run holds no points")
    return variables


def _merged(
    rows: Iterator[tuple[object, ...]], names: list[str], setpoints: frozenset[str]
) -> Iterator[list[object]]:
    """Rows put together that say different things about the same setpoints."""
    keys = [place for place, name in enumerate(names) if name in setpoints]
    others = [place for place, name in enumerate(names) if name not in setpoints]
    current: list[object] | None = None
    for row in rows:
        if (
            current is not None
            and keys
            and all(current[place] == row[place] for place in keys)
            and all(current[place] is None or row[place] is None for place in others)
        ):
            for place in others:
                if row[place] is not None:
                    current[place] = row[place]
            continue
        if current is not None:
            yield current
        current = list(row)
    if current is not None:
        yield current


def _array(value: object) -> NDArray[np.float64] | None:
    """One or several numbers; None for what is no number."""
    if isinstance(value, bytes):
        return numbers(value)
    if isinstance(value, int | float):
        return np.array([float(value)])
    if isinstance(value, str):  # QCoDeS writes some infinities and NaN as words
        try:
            return np.array([float(value)]) if len(value) < 40 else None
        except ValueError:
            return None
    return None
