"""
The Dataset contract: what every reader and simulation yields and every analysis accepts.

A Dataset is an `xarray.Dataset` of one of two kinds. A **record** holds rows in the order of
acquisition (dimension ``row``), nothing averaged, gaps as NaN. A **map** holds values on a grid
whose coordinates increase or decrease strictly. Variables have names from `VOCABULARY`, with an
optional channel behind (``resistance_ch2``), in the SI unit given there; a variable of another
name says its own unit. ``<name>_std`` is one standard deviation of ``<name>``. The attributes
hold the provenance. `check` tells whether an xarray Dataset obeys; docs/dataset.md explains.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

import papilio
from papilio.errors import DatasetError, ReadError
from papilio.storage import write_whole
from papilio.vocabulary import VOCABULARY, base_name

RECORD_DIMENSION = "row"
#: A file that claims more, in bytes once unpacked, is damaged or not for one piece.
LARGEST_DATASET = 4 * 2**30
#: Coordinates of a record that number its rows rather than measure something.
ROW_COORDINATES = {"line", "segment", "sweep"}


@dataclass(frozen=True)
class Note:
    """
    Something that a reader left out or found odd, for the user to see.

    Attributes
    ----------
    message : str
        One sentence.
    line : int or None
        First line of the file that it concerns, counted from one.
    column : str or None
        Column as the file names it.
    rows : int
        Number of rows concerned.
    """

    message: str
    line: int | None = None
    column: str | None = None
    rows: int = 0


@dataclass(frozen=True)
class Provenance:
    """
    Where a Dataset comes from.

    Attributes
    ----------
    source : str
        File name (no folder) or, of a simulation, the name of the protocol.
    reader : str
        Name of the reader or simulation.
    sha256 : str
        Content hash of the file; empty for a simulation.
    synthetic : bool
        True when no instrument measured it.
    seed : int or None
        Seed of the random numbers of a simulation.
    options : str
        Options as JSON.
    """

    source: str
    reader: str
    sha256: str = ""
    synthetic: bool = False
    seed: int | None = None
    options: str = "{}"


def record(
    variables: Mapping[str, ArrayLike],
    provenance: Provenance,
    *,
    units: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    line: ArrayLike | None = None,
    notes: Iterable[Note] = (),
    attributes: Mapping[str, str | int | float] | None = None,
) -> xr.Dataset:
    """
    A record that obeys the contract.

    Parameters
    ----------
    variables : mapping of str to array, shape (row,)
        Values in the SI unit of the vocabulary.
    provenance : Provenance
        Where they come from.
    units : mapping, optional
        Unit of each variable that the vocabulary does not have ("" for a pure number).
    labels : mapping, optional
        Name of a variable in the file, kept as its attribute ``original_name``.
    line : array of int, shape (row,), optional
        Line of the file that each row stands on.
    notes : iterable of Note, optional
        What was left out.
    attributes : mapping, optional
        Further attributes (title, sample comment, start time).

    Returns
    -------
    xarray.Dataset
        A checked record.

    Raises
    ------
    DatasetError
        If the variables break the contract.
    """
    units, labels = units or {}, labels or {}
    data: dict[str, Any] = {}
    for name, values in variables.items():
        base = base_name(name)
        attrs: dict[str, Any] = {"units": VOCABULARY[base][0] if base else units.get(name)}
        if attrs["units"] is None:
            raise DatasetError(f"variable '{name}' has no unit; give it one, '' for a pure number")
        if base:
            attrs["long_name"] = VOCABULARY[base][1]
        if name in labels:
            attrs["original_name"] = labels[name]
        data[name] = (RECORD_DIMENSION, np.asarray(values), _storable(attrs))
    coordinates = {} if line is None else {"line": (RECORD_DIMENSION, np.asarray(line, np.int64))}
    _check_shapes({**data, **coordinates})
    dataset = xr.Dataset(data, coordinates)
    dataset.attrs = {"papilio_kind": "record", **_provenance_attributes(provenance, notes)}
    dataset.attrs = _storable({**dataset.attrs, **(attributes or {})})
    return check(dataset)


def _check_shapes(variables: Mapping[str, tuple[str, Any, Any] | tuple[str, Any]]) -> None:
    rows: dict[int, str] = {}
    for name, entry in variables.items():
        values = entry[1]
        if values.ndim != 1:
            raise DatasetError(
                f"variable '{name}' has {values.ndim} dimensions; a record has only 'row'"
            )
        rows.setdefault(values.size, name)
    if len(rows) > 1:
        found = ", ".join(f"'{name}' has {size}" for size, name in rows.items())
        raise DatasetError(f"variables differ in their number of rows: {found}; give all the same")


def _storable(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes that NetCDF can hold: texts without NUL and without halves of characters."""
    return {
        name: value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        if isinstance(value, str)
        else value
        for name, value in attributes.items()
    }


def _provenance_attributes(provenance: Provenance, notes: Iterable[Note]) -> dict[str, Any]:
    attributes = {
        "source": provenance.source,
        "source_sha256": provenance.sha256,
        "reader": provenance.reader,
        "papilio_version": papilio.__version__,
        "synthetic": int(provenance.synthetic),
        "options": provenance.options,
        "notes": json.dumps([asdict(note) for note in notes]),
    }
    if provenance.seed is not None:
        attributes["seed"] = provenance.seed
    return attributes


def notes(dataset: xr.Dataset) -> list[Note]:
    """
    What the reader of a Dataset left out or found odd.

    Parameters
    ----------
    dataset : xarray.Dataset
        A Dataset.

    Returns
    -------
    list of Note
        In the order of the file.
    """
    return [Note(**entry) for entry in json.loads(dataset.attrs.get("notes", "[]"))]


def check(dataset: xr.Dataset) -> xr.Dataset:
    """
    Hold a Dataset against the contract.

    Parameters
    ----------
    dataset : xarray.Dataset
        What is to be checked.

    Returns
    -------
    xarray.Dataset
        The same object.

    Raises
    ------
    DatasetError
        Naming the variable or attribute that breaks the contract, and the remedy.
    """
    kind = dataset.attrs.get("papilio_kind")
    if kind not in ("record", "map"):
        raise DatasetError(
            f"attribute 'papilio_kind' is {kind!r}; make it 'record' (rows) or 'map' (grid)"
        )
    for name in ("source", "reader", "papilio_version", "synthetic"):
        if name not in dataset.attrs:
            raise DatasetError(f"attribute '{name}' is missing; say where the data come from")
    for name in map(str, dataset.variables):
        _check_variable(dataset, name)
    if kind == "record":
        _check_record(dataset)
    else:
        _check_map(dataset)
    return dataset


def _check_variable(dataset: xr.Dataset, name: str) -> None:
    variable = dataset.variables[name]
    if not name or set(name) & set("/\0") or name.strip() != name:
        raise DatasetError(
            f"variable {name!r} has a name that NetCDF refuses; leave out '/', NUL, blanks around"
        )
    if name in ROW_COORDINATES:
        if variable.dtype.kind not in "iu":
            raise DatasetError(f"coordinate '{name}' numbers rows; make it whole numbers")
        return
    if variable.dtype.kind not in "iuf":
        raise DatasetError(
            f"variable '{name}' holds {variable.dtype}, not numbers; convert it or leave it out"
        )
    if variable.dtype.kind == "f" and bool(np.isinf(variable.values).any()):
        raise DatasetError(
            f"variable '{name}' holds infinities; write NaN where nothing was measured"
        )
    units = variable.attrs.get("units")
    base = base_name(name)
    if units is None:
        raise DatasetError(f"variable '{name}' has no attribute 'units'; give it one")
    if base is not None and units != VOCABULARY[base][0]:
        raise DatasetError(
            f"variable '{name}' is in '{units}'; convert it to '{VOCABULARY[base][0]}'"
        )
    if name.endswith("_std"):
        if name.removesuffix("_std") not in dataset.variables:
            raise DatasetError(
                f"variable '{name}' is the uncertainty of nothing; add '{name[:-4]}' or drop it"
            )
        if variable.dtype.kind == "f" and bool((variable.values < 0).any()):
            raise DatasetError(
                f"variable '{name}' is negative somewhere; a standard deviation is not"
            )


def _check_record(dataset: xr.Dataset) -> None:
    for name, variable in dataset.variables.items():
        if variable.dims != (RECORD_DIMENSION,):
            raise DatasetError(
                f"variable '{name}' has dimensions {variable.dims}; a record has only 'row'"
            )


def _check_map(dataset: xr.Dataset) -> None:
    for dimension in map(str, dataset.dims):
        if dimension not in dataset.coords:
            raise DatasetError(f"dimension '{dimension}' has no coordinate; give the map its grid")
        steps = np.diff(dataset[dimension].values.astype(float))
        if not (bool((steps > 0).all()) or bool((steps < 0).all())):
            raise DatasetError(
                f"coordinate '{dimension}' is not strictly monotonic; sort it or keep a record"
            )


def with_geometry(dataset: xr.Dataset, length: float, width: float) -> xr.Dataset:
    """
    The same Dataset, knowing the size of the bar between its voltage contacts.

    Parameters
    ----------
    dataset : xarray.Dataset
        A Dataset.
    length, width : float
        Distance of the voltage contacts and width of the bar, m.

    Returns
    -------
    xarray.Dataset
        A copy with attributes ``bar_length`` and ``bar_width``.

    Raises
    ------
    DatasetError
        If a length is not positive.
    """
    if not (length > 0 and width > 0):
        raise DatasetError(f"a bar of {length} m by {width} m is none; give lengths above zero")
    return dataset.assign_attrs(bar_length=float(length), bar_width=float(width))


def save(dataset: xr.Dataset, path: str | os.PathLike[str]) -> None:
    """
    Write a Dataset as NetCDF-4, whole or not at all.

    Parameters
    ----------
    dataset : xarray.Dataset
        A Dataset that obeys the contract.
    path : path-like
        Where to.

    Raises
    ------
    DatasetError
        If it breaks the contract.
    """
    check(dataset)
    write_whole(Path(path), lambda place: dataset.to_netcdf(place, engine="h5netcdf"))


def load(path: str | os.PathLike[str]) -> xr.Dataset:
    """
    Read a Dataset that `save` wrote.

    Parameters
    ----------
    path : path-like
        A NetCDF-4 file.

    Returns
    -------
    xarray.Dataset
        Checked, in memory.

    Raises
    ------
    ReadError
        If the file is not NetCDF or cannot be opened.
    DatasetError
        If its content breaks the contract.
    """
    place = Path(path)
    try:
        # h5netcdf stumbles over its own closing where HDF5 cannot read a file: ask HDF5 first.
        with h5py.File(place, "r") as file:
            file.attrs.get("_nc3_strict")
        # Times stay plain numbers: xarray would turn a variable in days into time differences.
        with xr.open_dataset(
            place, engine="h5netcdf", decode_times=False, decode_timedelta=False
        ) as dataset:
            if dataset.nbytes > LARGEST_DATASET:
                raise ReadError(f"{place.name}: more than 4 GiB of numbers; split the Dataset")
            dataset.load()
    except (OSError, ValueError, LookupError, RuntimeError, TypeError, AttributeError) as error:
        # A damaged HDF5 file surfaces as any of these, from three libraries.
        reason = " ".join(str(error).split())[:200]
        raise ReadError(
            f"{place.name}: not a NetCDF file that papilio wrote ({reason}); save it again"
        ) from error
    return check(dataset)
