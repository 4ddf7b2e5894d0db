"""What the synthetic laboratories share: records, draws, and how a quantity is looked up."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import signal

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


def lock_in_memory(random: np.random.Generator) -> float:
    """
    Correlation of the noise of neighbouring readings, as a lock-in's output filter leaves it.

    None in half of the laboratories (readings far apart); in the others exp(-interval/tau) with
    readings one to five time constants apart.
    """
    return float(math.exp(-random.uniform(1, 5))) if random.integers(2) else 0.0


def lock_in_noise(random: np.random.Generator, size: int, std: float, memory: float) -> Array:
    """Noise of readings behind a first-order output filter, standard deviation `std`."""
    white = random.normal(0.0, std, size)
    fresh = math.sqrt(1 - memory**2)
    drive = np.concatenate([white[:1], fresh * white[1:]])
    return np.asarray(signal.lfilter([1.0], [1.0, -memory], drive))


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


def in_logarithm(name: str, quantity: Quantity | None, truth: float) -> Found:
    """
    A positive number that is known to a factor, as its logarithm with that of its 68 % interval.

    Its logarithm is what is fitted and nearly normal; of the number itself only the 68 % interval
    would be right, while its distances from the truth are log-normal.
    """
    if quantity is None or quantity.value is None or quantity.interval68 is None:
        return name, None, math.log(truth)
    low, high = (math.log(end) for end in quantity.interval68)
    value = math.log(quantity.value)
    made = dataclasses.replace(quantity, value=value, std=None, interval68=(low, high))
    return name, made, math.log(truth)
