"""One file for each format, one visible table of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

from papilio.errors import OptionsError, ReadError
from papilio.options import from_table
from papilio.readers import delimited, netcdf, qcodes_sqlite, quantum_design

HEAD = 64 * 1024
LARGEST_FILE = 4 * 2**30


@dataclass(frozen=True)
class Reader:
    """
    A file format.

    Attributes
    ----------
    name : str
        Name to ask for it by.
    recognises : callable
        ``head -> bool``: whether the first bytes of a file look like it.
    read : callable
        ``(path, options) -> Dataset``.
    options : type
        Frozen dataclass of the reader's options, all with defaults.
    """

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[Path, Any], xr.Dataset]
    options: type[Any]


def _entry(module: Any) -> Reader:
    return Reader(module.NAME, module.recognises, module.read, module.Options)


#: In the order in which they are tried: what is told by its first bytes comes before free text.
READERS: dict[str, Reader] = {
    entry.name: entry for entry in map(_entry, (quantum_design, qcodes_sqlite, netcdf, delimited))
}


def read(
    path: str | os.PathLike[str],
    format: str | None = None,
    options: object | Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """
    The Dataset that a measurement file holds.

    Parameters
    ----------
    path : path-like
        The file.
    format : str, optional
        Name of a reader in `READERS`; by default the content decides, not the extension.
    options : object or mapping, optional
        Options of that reader, or a table of them as in a study.

    Returns
    -------
    xarray.Dataset
        A record or map that obeys the contract; ``papilio.dataset.notes`` tells what was left out.

    Raises
    ------
    ReadError
        If the file cannot be read; one sentence says what was tried and what to do.
    OptionsError
        If the options do not fit the reader.
    """
    place = Path(path)
    head = _head(place)
    reader = _choose(place.name, head, format)
    if options is None:
        options = reader.options()
    elif isinstance(options, Mapping):
        options = from_table(reader.options, options)
    if not isinstance(options, reader.options):
        raise OptionsError(
            f"{place.name}: options of type {type(options).__name__} do not fit the reader "
            f"'{reader.name}'; give a {reader.options.__module__}.{reader.options.__name__}"
        )
    try:
        return reader.read(place, options)
    except OSError as error:
        raise ReadError(
            f"{place.name}: reading broke off ({error.strerror or error}); copy the file to a "
            "sound disk and read it again"
        ) from error


def _head(place: Path) -> bytes:
    try:
        if not place.is_file():
            raise ReadError(f"{place.name}: there is no such file; check the path '{place}'")
        size = place.stat().st_size
        if size > LARGEST_FILE:
            raise ReadError(
                f"{place.name}: {size / 2**30:.1f} GiB are more than the 4 GiB that are read in "
                "one piece; split the file"
            )
        with place.open("rb") as stream:
            head = stream.read(HEAD)
    except (OSError, ValueError) as error:
        raise ReadError(f"{place.name}: cannot be opened ({error}); check the path") from error
    if not head.strip():
        raise ReadError(f"{place.name}: the file is empty; copy it from the instrument again")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError(f"{place.name}: the text is UTF-16; save it as UTF-8 and read it again")
    return head


def _choose(name: str, head: bytes, format: str | None) -> Reader:
    if format is not None:
        if format not in READERS:
            raise ReadError(
                f"{name}: there is no reader '{format}'; take one of {', '.join(READERS)}"
            )
        return READERS[format]
    for reader in READERS.values():
        if reader.recognises(head):
            return reader
    raise ReadError(
        f"{name}: not recognised, tried {', '.join(READERS)}; name the format, or declare the "
        "columns of a delimited text in the study"
    )
