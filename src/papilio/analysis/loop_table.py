"""Field loops told apart by what was varied between them, and a table of their Delta R."""

from __future__ import annotations

import dataclasses

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.butterfly import ButterflyOptions, butterfly
from papilio.analysis.resistance import longitudinal
from papilio.analysis.result_table import result_table
from papilio.errors import AnalysisError
from papilio.result import Result
from papilio.sweep import split

Array = NDArray[np.float64]

#: What a series may be against; numbers that differ by less than this part are one.
VARIED = {"temperature": 0.02, "density": 0.01, "gate_voltage": 0.01, "sweep_rate": 0.05}


def loop_table(data: xr.Dataset, settings: ButterflyOptions) -> xr.Dataset:
    """
    Delta R of the loops of a record, one row for each set of conditions.

    Parameters
    ----------
    data : xarray.Dataset
        A record of field loops.
    settings : ButterflyOptions
        How each loop is read.

    Returns
    -------
    xarray.Dataset
        A record with ``delta_R``, ``delta_R_std`` (``delta_R_limit``) and what was varied.

    Raises
    ------
    AnalysisError
        If there is no loop.
    """
    source = data.attrs["source"]
    if "field" not in data:
        raise AnalysisError(f"{source}: neither 'delta_R' nor 'field'; give a table or field loops")
    chosen = longitudinal(data, settings.variable)
    record = data.isel(row=np.flatnonzero(np.isfinite(chosen.values) & data["field"].notnull()))
    names = [n for n in VARIED if n in record and record[n].notnull().any()]
    keys: list[dict[str, float]] = []
    rows: list[NDArray[np.int64]] = []
    for sweep in split(record, "field"):
        if sweep.direction == 0 or sweep.rows.size < 8:
            continue
        # A turning point may have been taken at the next temperature already.
        inner = sweep.rows[1:-1]
        key = {name: float(np.nanmedian(record[name].values[inner])) for name in names}
        if "sweep_rate" not in key and sweep.rate is not None:
            key["sweep_rate"] = abs(sweep.rate)
        rows.append(inner)
        keys.append(key)
    if not keys:
        raise AnalysisError(f"{source}: the field does not sweep; a field loop is needed")
    numbers = {name: np.array([key.get(name, np.nan) for key in keys]) for name in keys[0]}
    together = groups(numbers, np.arange(len(keys)))
    found: list[list[Result]] = []
    given: dict[str, list[float]] = {name: [] for name in numbers}
    for group in together:
        part = record.isel(row=np.concatenate([rows[n] for n in group]))
        segments = np.concatenate([np.full(rows[n].size, i) for i, n in enumerate(group)])
        try:
            result = butterfly(part.assign_coords(segment=("row", segments)), settings)
        except AnalysisError:
            continue
        found.append([_as_delta(result, settings)])
        for name, values in numbers.items():
            given[name].append(float(np.nanmean(values[group])))
    if not found:
        raise AnalysisError(f"{source}: no up and down sweep through zero field belong together")
    return result_table(found, {"delta_R": "butterfly.delta_R"}, given)


def _as_delta(result: Result, settings: ButterflyOptions) -> Result:
    """The Delta R of both branches; where there is no peak and no field given, its limit."""
    both = [
        q
        for q in result.quantities
        if "branch" not in q.conditions
        and (q.name == "butterfly.delta_R" or (q.name == "butterfly.height" and q.limit))
    ]
    values = [q for q in both if q.name == "butterfly.delta_R"]
    chosen = values if values and (settings.field is not None or not both[0].limit) else both
    renamed = [dataclasses.replace(q, name="butterfly.delta_R") for q in chosen[:1]]
    return dataclasses.replace(result, quantities=tuple(renamed))


def groups(columns: dict[str, Array], rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """
    Rows that agree in all columns, in order of first appearance.

    Parameters
    ----------
    columns : dict of str to ndarray, shape (row,)
        Names of `VARIED` and their values.
    rows : ndarray of int
        Rows to be told apart.

    Returns
    -------
    list of ndarray of int
        Rows of each group.
    """
    found = np.zeros(rows.size, int)
    for name, values in columns.items():
        found = found * (rows.size + 1) + labels(values[rows], VARIED[name])
        _, found = np.unique(found, return_inverse=True)
    return [rows[found == label] for label in dict.fromkeys(found.tolist())]


def labels(values: Array, tolerance: float) -> NDArray[np.int64]:
    """
    Number of the cluster of each value; unknown values make one of their own.

    Parameters
    ----------
    values : ndarray, shape (row,)
        Any unit.
    tolerance : float
        Values that follow one another within this part are one cluster.

    Returns
    -------
    ndarray of int, shape (row,)
        From zero upwards.
    """
    order = np.argsort(values, kind="stable")
    steps = np.diff(values[order])
    scale = np.maximum(np.abs(values[order][1:]), np.abs(values[order][:-1]))
    apart = np.nan_to_num(steps > tolerance * scale, nan=True) | ~np.isfinite(steps)
    both_unknown = ~np.isfinite(values[order][1:]) & ~np.isfinite(values[order][:-1])
    found = np.zeros(values.size, np.int64)
    found[order] = np.concatenate([[0], np.cumsum(apart & ~both_unknown)])
    return found
