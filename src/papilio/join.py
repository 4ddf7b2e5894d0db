"""Records joined end to end, each keeping its own segment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import xarray as xr

from papilio.dataset import RECORD_DIMENSION, ROW_COORDINATES, check, notes
from papilio.errors import DatasetError


def concatenate(datasets: Sequence[xr.Dataset]) -> xr.Dataset:
    """
    One record from several, in order; coordinate ``segment`` numbers the record a row came from.

    Times are kept as they are: no sweep is ever taken to run from one segment into the next.

    Parameters
    ----------
    datasets : sequence of xarray.Dataset
        Records; a variable that one of them lacks is NaN there.

    Returns
    -------
    xarray.Dataset
        A checked record.

    Raises
    ------
    DatasetError
        If there is none, or one is not a record.
    """
    if not datasets:
        raise DatasetError("there is no Dataset to put together; name at least one")
    for dataset in datasets:
        check(dataset)
        if dataset.attrs["papilio_kind"] != "record":
            raise DatasetError(f"'{dataset.attrs['source']}' is a map; only records go end to end")
    # A line number says something only where every row has one.
    dropped = [name for name in ROW_COORDINATES if not all(name in d.coords for d in datasets)]
    parts = []
    first = 0
    for dataset in datasets:
        rows = dataset.sizes.get(RECORD_DIMENSION, 0)
        # What was joined before keeps its segments apart.
        own = dataset["segment"].values if "segment" in dataset.coords else np.zeros(rows, np.int64)
        _, own = np.unique(own, return_inverse=True)
        part = dataset.drop_vars(dropped, errors="ignore")
        parts.append(part.assign_coords(segment=(RECORD_DIMENSION, first + own)))
        first += int(own.max(initial=0)) + 1
    joined = xr.concat(
        parts, RECORD_DIMENSION, data_vars="all", join="outer", combine_attrs="override"
    )
    for name in joined.data_vars:
        joined[name].attrs = next(d[name].attrs for d in datasets if name in d)
    joined.attrs["source"] = ", ".join(str(dataset.attrs["source"]) for dataset in datasets)
    joined.attrs["source_sha256"] = ", ".join(str(d.attrs["source_sha256"]) for d in datasets)
    joined.attrs["synthetic"] = max(int(dataset.attrs["synthetic"]) for dataset in datasets)
    joined.attrs["notes"] = json.dumps([asdict(n) for dataset in datasets for n in notes(dataset)])
    return check(joined)
