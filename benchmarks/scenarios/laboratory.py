"""What the synthetic laboratories share: records, draws, and how a quantity is looked up."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.dataset import Provenance, record
from papilio.result import Quantity, Result

Array = NDArray[np.float64]
#: Quantity as found (None: the analysis gave none), and its planted value.
Found = tuple[str, Quantity | None, float]
#: A laboratory: draws what is true and how it is measured, analyses, yields what was found. Each
#: yields the same names whatever it draws; a name that is missing counts as a failure.
Scenario = Callable[[np.random.Generator], Iterator[Found]]


def measured(variables: dict[str, Array], **attributes: float) -> xr.Dataset:
    """Record of synthetic readings."""
    provenance = Provenance("calibration", "calibration", synthetic=True)
    return record(variables, provenance, attributes=attributes)


def log_uniform(random: np.random.Generator, low: float, high: float) -> float:
    """Number whose logarithm is uniform between two bounds."""
    return float(np.exp(random.uniform(math.log(low), math.log(high))))


def lock_in_noise(random: np.random.Generator, size: int, std: float, memory: float) -> Array:
    """
    Noise of readings behind a first-order output filter.

    Its standard deviation is `std`; the correlation of neighbours is `memory`, exp(-interval/tau)
    for readings one interval apart and a time constant tau.
    """
    white = random.normal(0.0, std, size)
    if memory == 0:
        return white
    noise, fresh = white.copy(), math.sqrt(1 - memory**2)
    for row in range(1, size):
        noise[row] = memory * noise[row - 1] + fresh * white[row]
    return noise


def pick(result: Result, name: str, without: str = "") -> Quantity | None:
    """The headline quantity of that name: the one with the fewest conditions."""
    known = [q for q in result.select(name) if not without or without not in q.conditions]
    known = [q for q in known if q.value is not None and q.limit is None]
    return min(known, key=lambda quantity: len(quantity.conditions)) if known else None


def interval_alone(quantity: Quantity | None) -> Quantity | None:
    """
    The quantity without its standard deviation, so that its 68 % interval is what is calibrated.

    For numbers that are not normally distributed (anywhere between two densities, Student's t with
    few degrees of freedom), whose `interval68` says what value -+ std does not.
    """
    if quantity is None or quantity.interval68 is None:
        return quantity
    return dataclasses.replace(quantity, std=None)
