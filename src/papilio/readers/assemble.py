"""Columns of a file -> a checked record: SI, no infinities, doubtful numbers noted."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.dataset import Provenance, record
from papilio.readers.findings import Findings
from papilio.storage import sha256
from papilio.vocabulary import base_name

#: No instrument measures more in any SI unit; such a number is rubbish and would overflow.
LARGEST = 1e60
#: Quantity -> (lowest, highest) value that is believed; what lies outside is kept and noted.
PLAUSIBLE: dict[str, tuple[float, float]] = {
    "temperature": (0.0, 2000.0),
    "field": (-100.0, 100.0),
    "field_x": (-100.0, 100.0),
    "field_y": (-100.0, 100.0),
    "field_z": (-100.0, 100.0),
    "resistance": (-1e9, 1e9),
    "sheet_resistance": (-1e9, 1e9),
    "hall_resistance": (-1e9, 1e9),
    "differential_resistance": (-1e9, 1e9),
    "current": (-1e3, 1e3),
    "excitation_current": (-1e3, 1e3),
    "voltage": (-1e6, 1e6),
}
_MEANING = {
    "resistance": "more than 1e9 ohm is an open lead rather than a sample",
    "temperature": "no thermometer of a cryostat reads that",
}


@dataclass(frozen=True)
class Quantity:
    """
    What a column is.

    Attributes
    ----------
    name : str
        Name of the variable.
    unit : str
        Its SI unit.
    factor : float
        Value in SI over value in the file.
    label : str
        Name of the column in the file.
    """

    name: str
    unit: str
    factor: float
    label: str


@dataclass
class Variables:
    """
    Variables in the making.

    Attributes
    ----------
    values : dict of str to ndarray, shape (row,)
        In SI.
    units, labels : dict of str to str
        Their units and the names of their columns.
    """

    values: dict[str, NDArray[np.float64]] = dataclasses.field(default_factory=dict)
    units: dict[str, str] = dataclasses.field(default_factory=dict)
    labels: dict[str, str] = dataclasses.field(default_factory=dict)

    def put(self, name: str, values: NDArray[np.float64], unit: str, label: str) -> None:
        """
        Add a variable or take the place of one.

        Parameters
        ----------
        name : str
            Its name.
        values : ndarray, shape (row,)
            Its values in SI.
        unit : str
            Its SI unit.
        label : str
            Where it comes from, in the words of the file.
        """
        self.values[name], self.units[name], self.labels[name] = values, unit, label

    def rename(self, name: str, new: str) -> None:
        """
        Give a variable another name.

        Parameters
        ----------
        name, new : str
            Its old and its new name.
        """
        self.put(new, self.values[name], self.units[name], self.labels[name])
        self.drop(name)

    def drop(self, name: str) -> None:
        """
        Take a variable away.

        Parameters
        ----------
        name : str
            Its name.
        """
        del self.values[name], self.units[name], self.labels[name]


def in_si(values: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """
    Values in SI, computed in place.

    Parameters
    ----------
    values : ndarray, shape (row,)
        Values of the file, overwritten.
    factor : float
        What to multiply with.

    Returns
    -------
    ndarray, shape (row,)
        The same array.
    """
    if factor != 1.0:
        with np.errstate(over="ignore", under="ignore"):
            values *= factor
    return values


@contextmanager
def hashing(path: Path) -> Iterator[Future[str]]:
    """
    The content hash of a file, computed beside the reading of it.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    Future of str
        Its SHA-256.
    """
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(sha256, path)


def to_record(
    path: Path,
    digest: Future[str],
    reader: str,
    variables: Variables,
    line: NDArray[np.int64] | None,
    findings: Findings,
    options: object,
    attributes: Mapping[str, str | int | float],
) -> xr.Dataset:
    """
    A checked record from what a reader found.

    Parameters
    ----------
    path : Path
        The file.
    digest : Future of str
        Its content hash.
    reader : str
        Name of the reader.
    variables : Variables
        Columns in SI, whose arrays the record takes over.
    line : ndarray of int, shape (row,), or None
        Line of the file of each row.
    findings : Findings
        What was left out; is told of impossible numbers too.
    options : object
        Options of the reader, a dataclass.
    attributes : mapping
        Facts of the header.

    Returns
    -------
    xarray.Dataset
        A record.
    """
    for name, values in list(variables.values.items()):
        if _clean(name, values, variables.labels[name], line, findings) and np.isnan(values).all():
            variables.drop(name)
    for name in [name for name in variables.values if name.endswith("_std")]:
        if name.removesuffix("_std") not in variables.values:
            variables.rename(name, name.removesuffix("_std") + "_deviation")
    _start_clock(variables, attributes := dict(attributes))
    provenance = Provenance(
        source=path.name,
        reader=reader,
        sha256=digest.result(),
        options=json.dumps(dataclasses.asdict(options)),  # type: ignore[call-overload]
    )
    return record(
        variables.values,
        provenance,
        units=variables.units,
        labels=variables.labels,
        line=line,
        notes=findings.notes(),
        attributes=attributes,
    )


def _start_clock(variables: Variables, attributes: dict[str, str | int | float]) -> None:
    """Time since the first row that has one; the clock reading there becomes an attribute."""
    clock = variables.values.get("time")
    if clock is None:
        return
    known = clock[np.isfinite(clock)]
    if known.size:
        start = float(known[0])
        clock -= start
        attributes["time_of_first_row"] = start


def _clean(
    name: str,
    values: NDArray[np.float64],
    label: str,
    line: NDArray[np.int64] | None,
    findings: Findings,
) -> bool:
    """Whether impossible numbers were struck out; doubtful ones are only noted."""
    if values.size == 0:
        return False
    highest, lowest = float(np.fmax.reduce(values)), float(np.fmin.reduce(values))
    if math.isnan(highest):
        return False
    struck = False
    if highest > LARGEST or lowest < -LARGEST:
        reason = "is infinite or beyond any instrument; it is NaN now"
        _blot(
            values,
            ~(np.abs(values) <= LARGEST) & ~np.isnan(values),
            label,
            reason,
            line,
            findings,
        )
        struck = True
        if np.isnan(values).all():
            return True
        highest, lowest = float(np.fmax.reduce(values)), float(np.fmin.reduce(values))
    if name.endswith("_std"):
        if lowest < 0:
            reason = "is negative where a standard deviation stands; it is NaN now"
            _blot(values, values < 0, label, reason, line, findings)
            struck = True
        return struck
    base = base_name(name)
    low, high = PLAUSIBLE.get(base or "", (-LARGEST, LARGEST))
    if lowest < low or highest > high:
        doubtful = (values < low) | (values > high)
        first = int(np.flatnonzero(doubtful)[0])
        meaning = _MEANING.get(base or "", "check the unit and the wiring")
        findings.add(
            f"{int(doubtful.sum())} values of '{label}' are implausible, the first "
            f"{values[first]:.4g}: {meaning}; they are kept",
            None if line is None else int(line[first]),
            label,
            int(doubtful.sum()),
        )
    return struck


def _blot(
    values: NDArray[np.float64],
    where: NDArray[np.bool_],
    label: str,
    reason: str,
    line: NDArray[np.int64] | None,
    findings: Findings,
) -> None:
    first = int(np.flatnonzero(where)[0])
    findings.add(
        f"{int(where.sum())} values of '{label}': each {reason}",
        None if line is None else int(line[first]),
        label,
        int(where.sum()),
    )
    values[where] = np.nan
