"""The tables of a QCoDeS database, read so that a hostile file can do no harm."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from papilio.errors import ReadError

LARGEST_VALUE = 512 * 2**20
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA}
_STEPS = 20_000


@dataclass(frozen=True)
class Run:
    """
    One run of a database.

    Attributes
    ----------
    number : int
        Its run_id.
    name, table : str
        Its name and the name of its table of results.
    started : float or None
        Begin, seconds since 1970.
    columns : dict of str to str
        Parameter -> paramtype.
    labels : dict of str to tuple of str and str
        Parameter -> label and unit.
    setpoints : frozenset of str
        Parameters that others depend on.
    facts : dict of str to str
        Experiment and sample.
    """

    number: int
    name: str
    table: str
    started: float | None
    columns: dict[str, str] = field(default_factory=dict)
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)
    setpoints: frozenset[str] = frozenset()
    facts: dict[str, str] = field(default_factory=dict)


class Database:
    """A database that is only read: no functions, views or writing, bounded in time and size."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._name = path.name
        self._size = path.stat().st_size
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.set_authorizer(_allow)
        end = time.monotonic() + 8 + self._size / 2e7
        connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
        self._tables = self._find_tables()

    @classmethod
    def connect(cls, path: Path) -> Database:
        """
        Open a database without writing beside it.

        Parameters
        ----------
        path : Path
            The file.

        Returns
        -------
        Database
            To be closed.
        """
        log = path.with_name(path.name + "-wal")
        # SQLite joins a log of unfinished writing to the file; else the file is all there is.
        mode = "mode=ro" if log.is_file() and log.stat().st_size else "mode=ro&immutable=1"
        return cls(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True), path)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def runs(self) -> list[Run]:
        """
        All runs with a table of results, in order.

        Returns
        -------
        list of Run
            By number.

        Raises
        ------
        ReadError
            If the database is not of QCoDeS.
        """
        if not {"runs", "experiments", "layouts"} <= set(self._tables):
            raise ReadError(
                f"{self._name}: the SQLite database has no table of runs; only databases of QCoDeS "
                "are read"
            )
        known = self._tables["runs"]
        has_description = "run_description" in known
        query = (
            "SELECT run_id, name, result_table_name, run_timestamp, exp_id, "
            f"{'run_description' if has_description else 'NULL'} FROM runs ORDER BY run_id"
        )
        runs = []
        for number, name, table, started, experiment, description in self._all(query):
            if not isinstance(number, int) or table not in self._tables:
                continue
            columns = {
                column: kind.lower()
                for column, kind in self._tables[str(table)].items()
                if column != "id"
            }
            runs.append(
                Run(
                    number,
                    str(name),
                    str(table),
                    float(started) if isinstance(started, int | float) else None,
                    columns,
                    self._labels(number),
                    _setpoints(description),
                    self._experiment(experiment),
                )
            )
        return runs

    def rows(self, run: Run, columns: list[str]) -> Iterator[tuple[object, ...]]:
        """
        Rows of the results of a run.

        Parameters
        ----------
        run : Run
            The run.
        columns : list of str
            Parameters wanted.

        Yields
        ------
        tuple
            A value for each parameter.

        Raises
        ------
        ReadError
            If there are more rows or bytes than the file can hold.
        """
        if not columns:
            return
        names = ", ".join(map(_quoted, columns))
        cursor = self._connection.execute(f"SELECT {names} FROM {_quoted(run.table)}")
        size = 0
        for rows, row in enumerate(cursor):
            size += sum(len(value) for value in row if isinstance(value, bytes | str))
            if rows > self._size or size > 2 * self._size:
                raise ReadError(
                    f"{self._name}: its pages refer to one another in a circle; "
                    "restore it from a copy"
                )
            yield row

    def _all(self, query: str, *values: object) -> list[tuple[object, ...]]:
        return self._connection.execute(query, values).fetchmany(100_000)

    def _find_tables(self) -> dict[str, dict[str, str]]:
        """True tables, not views or virtual ones, with the types of their columns."""
        tables = {}
        for name, text in self._all("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
            if str(text).lstrip().upper().startswith("CREATE TABLE"):
                info = self._all(f"PRAGMA table_info({_quoted(str(name))})")
                tables[str(name)] = {str(row[1]): str(row[2]) for row in info}
        return tables

    def _labels(self, run: int) -> dict[str, tuple[str, str]]:
        query = "SELECT parameter, label, unit FROM layouts WHERE run_id = ?"
        return {
            str(parameter): (str(label or ""), str(unit or ""))
            for parameter, label, unit in self._all(query, run)
        }

    def _experiment(self, number: object) -> dict[str, str]:
        query = "SELECT name, sample_name FROM experiments WHERE exp_id = ?"
        for name, sample in self._all(query, number):
            return {"experiment": str(name)[:400], "sample": str(sample)[:400]}
        return {}


def _allow(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _setpoints(description: object) -> frozenset[str]:
    """Parameters that others depend on, from the description of a run."""
    if not isinstance(description, str):
        return frozenset()
    try:
        parameters = json.loads(description)["interdependencies"]["paramspecs"]
        return frozenset(
            str(name) for parameter in parameters for name in parameter.get("depends_on", [])
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return frozenset()
