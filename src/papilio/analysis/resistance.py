"""Which resistance of a Dataset is meant, and per what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.errors import AnalysisError
from papilio.vocabulary import base_name

#: Looked for in this order where the user names none.
PREFERRED = ("sheet_resistance", "resistance", "differential_resistance")


@dataclass(frozen=True)
class Resistance:
    """
    A resistance of a record.

    Attributes
    ----------
    name : str
        Variable in the Dataset.
    values : ndarray, shape (row,)
        Resistance per square where `per_square`, else of the whole bar, ohm.
    per_square : bool
        True when the Dataset holds a sheet resistance or knows the size of the bar.
    """

    name: str
    values: NDArray[np.float64]
    per_square: bool


def longitudinal(dataset: xr.Dataset, variable: str = "") -> Resistance:
    """
    The longitudinal resistance, per square if the geometry is known.

    Parameters
    ----------
    dataset : xarray.Dataset
        A record.
    variable : str, optional
        Its name; needed where there are several.

    Returns
    -------
    Resistance
        Values in ohm.

    Raises
    ------
    AnalysisError
        If there is none, or several and none is named.
    """
    name = variable or _only_one(dataset)
    if name not in dataset:
        raise AnalysisError(
            f"{dataset.attrs['source']}: there is no '{name}'; the data hold "
            f"{', '.join(map(str, dataset.data_vars))}"
        )
    values = dataset[name].values.astype(float)
    if base_name(name) == "sheet_resistance":
        return Resistance(name, values, True)
    if "bar_length" in dataset.attrs:
        squares = dataset.attrs["bar_length"] / dataset.attrs["bar_width"]
        return Resistance(name, values / squares, True)
    return Resistance(name, values, False)


def _only_one(dataset: xr.Dataset) -> str:
    names = [str(name) for name in dataset.data_vars if not str(name).endswith("_std")]
    for base in PREFERRED:
        candidates = [
            name for name in names if base_name(name) == base and dataset[name].notnull().any()
        ]
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise AnalysisError(
                f"{dataset.attrs['source']}: {', '.join(candidates)} could all be meant; "
                f"say which with the option 'variable'"
            )
    raise AnalysisError(
        f"{dataset.attrs['source']}: there is no resistance; the data hold "
        f"{', '.join(map(str, dataset.data_vars))}; name one with 'variable' or rename it"
    )
