"""A record whose rows are samples or loops: numbers of other Results against what was varied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError
from papilio.result import Quantity, Result
from papilio.vocabulary import base_name


def result_table(
    rows: Sequence[Sequence[Result]],
    columns: Mapping[str, str],
    given: Mapping[str, Sequence[float]] | None = None,
) -> xr.Dataset:
    """
    One row for each sample, one variable for each quantity.

    A quantity without condition other than temperature and rate is taken before one of a branch or
    a direction. What a Result does not hold is NaN; an upper limit becomes a value of the variable
    with ``_limit`` behind its name.

    Parameters
    ----------
    rows : sequence of sequence of Result
        The Results of each sample.
    columns : mapping of str to str
        Name of the variable (a name of the vocabulary) -> name of the quantity: ``{"density":
        "hall.density", "critical_temperature": "transition.Tc"}``.
    given : mapping of str to sequence of float, optional
        Further variables, one number for each row (a gate voltage, a temperature), SI.

    Returns
    -------
    xarray.Dataset
        A record with ``<name>`` and ``<name>_std``, synthetic if any Result is.

    Raises
    ------
    AnalysisError
        If there is no row, or a name is not in the vocabulary.
    """
    if not rows:
        raise AnalysisError("a table of Results needs at least one row")
    variables: dict[str, list[float]] = {}
    for name, values in (given or {}).items():
        if len(values) != len(rows):
            raise AnalysisError(
                f"'{name}' has {len(values)} values for {len(rows)} rows of Results"
            )
        variables[name] = [float(value) for value in values]
    for name, wanted in columns.items():
        if base_name(name) is None:
            raise AnalysisError(f"the vocabulary has no '{name}'; choose a name that it has")
        found = [_find(results, wanted) for results in rows]
        measured = [q if q is not None and q.limit is None else None for q in found]
        limits = [q if q is not None and q.limit == "upper" else None for q in found]
        variables[name] = [_number(q.value if q else None) for q in measured]
        variables[f"{name}_std"] = [_number(q.std if q else None) for q in measured]
        if any(limits):
            variables[f"{name}_limit"] = [_number(q.value if q else None) for q in limits]
    everything = [result for results in rows for result in results]
    sources = list(dict.fromkeys(source for result in everything for source in result.sources))
    provenance = Provenance(
        ", ".join(sources), "result_table", synthetic=any(r.synthetic for r in everything)
    )
    return record({name: np.array(values) for name, values in variables.items()}, provenance)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _find(results: Sequence[Result], name: str) -> Quantity | None:
    found = [q for result in results for q in result.quantities if q.name == name]
    plain = {"temperature", "sweep_rate", "gate_voltage"}
    return min(found, key=lambda q: len(set(q.conditions) - plain), default=None)
