"""Monotonic sweeps of a record: cooling and warming, up and down field, with their rates."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.dataset import RECORD_DIMENSION
from papilio.errors import DatasetError


@dataclass(frozen=True)
class Sweep:
    """
    A stretch of a record over which one quantity goes one way.

    Attributes
    ----------
    by : str
        Name of the variable that is swept.
    rows : ndarray of int, shape (point,)
        Row numbers, in order of acquisition, with a value of that variable.
    direction : int
        +1 upwards, -1 downwards, 0 where it is held.
    start, stop : float
        First and last value, in the unit of the variable.
    rate : float or None
        Typical rate of change while moving, in that unit per second, signed; None without a clock.
    """

    by: str
    rows: NDArray[np.int64]
    direction: int
    start: float
    stop: float
    rate: float | None

    def of(self, dataset: xr.Dataset) -> xr.Dataset:
        """
        The rows of this sweep.

        Parameters
        ----------
        dataset : xarray.Dataset
            The record that was split.

        Returns
        -------
        xarray.Dataset
            A record.
        """
        return dataset.isel({RECORD_DIMENSION: self.rows})


def split(dataset: xr.Dataset, by: str, *, retrace: float | None = None) -> list[Sweep]:
    """
    Split a record into monotonic sweeps.

    A new sweep begins where the quantity has come back from its extreme by more than `retrace`;
    jitter of a set point, pauses and a small overshoot at the end stay inside the sweep.

    Parameters
    ----------
    dataset : xarray.Dataset
        A record.
    by : str
        The variable that is swept ("field", "temperature", "current", "gate_voltage").
    retrace : float, optional
        In the unit of the variable. The default is 2 % of the variable's range, or eight times its
        reading noise where that is more, found for each segment of a joined record on its own.

    Returns
    -------
    list of Sweep
        In order of acquisition; segments that `concatenate` joined never share a sweep.

    Raises
    ------
    DatasetError
        If the variable is missing.
    """
    if by not in dataset:
        raise DatasetError(
            f"'{by}' is not in the data ({', '.join(map(str, dataset))}); name another"
        )
    values = dataset[by].values.astype(float)
    known = np.flatnonzero(np.isfinite(values))
    if known.size == 0:
        return []
    segments = dataset["segment"].values if "segment" in dataset.coords else np.zeros(values.size)
    clock = dataset["time"].values if "time" in dataset else None
    sweeps = []
    for segment in dict.fromkeys(segments[known].tolist()):
        rows = known[segments[known] == segment]
        threshold = _default_retrace(values[rows]) if retrace is None else retrace
        turns = _turning_points(values[rows], threshold)
        for first, last in itertools.pairwise(turns):
            # The turning point itself closes one sweep and opens the next one.
            sweeps.append(_sweep(by, rows[first : last + 1], values, clock, threshold))
    return sweeps


def _sweep(
    by: str,
    rows: NDArray[np.int64],
    values: NDArray[np.float64],
    clock: NDArray[np.float64] | None,
    retrace: float,
) -> Sweep:
    start, stop = float(values[rows[0]]), float(values[rows[-1]])
    span = stop - start
    direction = int(np.sign(span)) if abs(span) > retrace and rows.size > 1 else 0
    rate = _rate(clock[rows], values[rows]) if clock is not None and rows.size > 1 else None
    return Sweep(by, rows, direction, start, stop, rate)


def _default_retrace(values: NDArray[np.float64]) -> float:
    return max(0.02 * float(np.ptp(values)), 8 * _reading_noise(values))


def _reading_noise(values: NDArray[np.float64]) -> float:
    """One sigma of white reading noise on a smooth ramp, from second differences."""
    if values.size < 5:
        return 0.0
    return float(1.4826 * np.median(np.abs(np.diff(values, 2))) / np.sqrt(6))


def _turning_points(values: NDArray[np.float64], retrace: float) -> list[int]:
    """Positions of first point, alternating extremes and last point (zigzag with threshold)."""
    turns = [0]
    direction = 0
    lowest = highest = 0
    for position in range(1, values.size):
        value = values[position]
        if value > values[highest]:
            highest = position
        if value < values[lowest]:
            lowest = position
        if direction >= 0 and value < values[highest] - retrace:
            if direction > 0:
                turns.append(highest)
            direction, lowest, highest = -1, position, position
        elif direction <= 0 and value > values[lowest] + retrace:
            if direction < 0:
                turns.append(lowest)
            direction, lowest, highest = 1, position, position
    if turns[-1] != values.size - 1 or values.size == 1:
        turns.append(values.size - 1)
    return turns


def _rate(clock: NDArray[np.float64], values: NDArray[np.float64]) -> float | None:
    """Median rate over short stretches that move, so that pauses do not count."""
    stride = max(1, values.size // 20)
    elapsed = clock[stride:] - clock[:-stride]
    change = values[stride:] - values[:-stride]
    usable = np.isfinite(elapsed) & (elapsed > 0)
    if not usable.any():
        return None
    rates = change[usable] / elapsed[usable]
    moving = np.abs(rates) > 0.1 * np.max(np.abs(rates))
    return float(np.median(rates[moving])) if moving.any() else 0.0
