"""
Datasets that papilio saved (NetCDF-4): the smallest reader, and the page on how to add one.

A reader is a module with the four names below, listed in the table of ``readers/__init__.py``.
`recognises` sees the first 64 KiB and must be quick and certain; `read` gets the path and the
options and gives a Dataset that passes `papilio.dataset.check`, or raises `ReadError` in one
sentence that names the file and the remedy.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from papilio.dataset import load, notes
from papilio.errors import ReadError

#: What a study calls the format.
NAME = "netcdf"
#: HDF5, on which NetCDF-4 rests, begins with this.
SIGNATURE = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class Options:
    """There is nothing to choose: the file says it all."""


def recognises(head: bytes) -> bool:
    """
    Whether a file is NetCDF-4.

    Parameters
    ----------
    head : bytes
        Its first bytes.

    Returns
    -------
    bool
        True for HDF5.
    """
    return head.startswith(SIGNATURE)


def read(path: Path, options: Options) -> xr.Dataset:
    """
    Dataset that papilio saved, with the provenance it was saved with.

    Parameters
    ----------
    path : Path
        The file.
    options : Options
        Nothing.

    Returns
    -------
    xarray.Dataset
        A record or map.

    Raises
    ------
    ReadError
        If it is another program's NetCDF or damaged.
    """
    dataset = load(path)
    try:
        notes(dataset)
    except (ValueError, TypeError) as error:
        raise ReadError(f"{path.name}: its notes are damaged; save the Dataset again") from error
    return dataset
