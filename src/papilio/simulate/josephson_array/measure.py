"""One measurement: let the array settle, then average until the error is small enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.josephson_array import statistics
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import Series, advance, joined
from papilio.simulate.josephson_array.observables import Moments, moments
from papilio.simulate.josephson_array.shunts import Network
from papilio.simulate.josephson_array.state import Conditions, State

#: Steps whose mean voltage is kept as one number.
BLOCK_STEPS = 32
#: Blocks between two looks at vortices and energy.
BLOCKS_BETWEEN_MOMENTS = 8
#: Looks between two looks at the error, which are also the places where a run can be resumed.
LOOKS_PER_CHUNK = 8
CHUNK_STEPS = BLOCK_STEPS * BLOCKS_BETWEEN_MOMENTS * LOOKS_PER_CHUNK


@dataclass(frozen=True)
class Plan:
    """
    How long to measure.

    Attributes
    ----------
    equilibration_steps, maximum_steps : int
        Rounded up to whole chunks of `CHUNK_STEPS`.
    voltage_error : array, shape (groups,)
        Standard error of the mean voltage, over I_c R, at which a group is good enough; 0 never.
    group : array of int, shape (replicas,)
        Replicas under the same conditions have the same number.
    threads : int
        Number of threads.
    """

    equilibration_steps: int
    maximum_steps: int
    voltage_error: NDArray[np.float64]
    group: NDArray[np.int64]
    threads: int = 1

    @property
    def chunks(self) -> tuple[int, int]:
        """Chunks to settle, and most chunks to measure."""
        return -(-self.equilibration_steps // CHUNK_STEPS), -(-self.maximum_steps // CHUNK_STEPS)


@dataclass(frozen=True)
class Measurement:
    """
    A measurement that is going on, or done.

    Attributes
    ----------
    state : State
        Where the array is now.
    settled_chunks : int
        Chunks of settling done.
    series : Series or None
        Voltages so far.
    sums : Moments or None
        Moments so far.
    """

    state: State
    settled_chunks: int = 0
    series: Series | None = None
    sums: Moments | None = None

    @property
    def measured_chunks(self) -> int:
        """Chunks of measurement done."""
        if self.series is None:
            return 0
        return int(self.series.voltage.shape[1]) // (BLOCKS_BETWEEN_MOMENTS * LOOKS_PER_CHUNK)


def group_series(series: Series, plan: Plan, number: int) -> Series:
    """
    The series of one group of replicas.

    Parameters
    ----------
    series : Series
        Of all replicas.
    plan : Plan
        Knows the groups.
    number : int
        Which group.

    Returns
    -------
    Series
        Of the replicas of that group.
    """
    chosen = plan.group == number
    return Series(series.voltage[chosen], series.noise[chosen], series.duration)


def measure(
    array: Array,
    conditions: Conditions,
    plan: Plan,
    begun: Measurement,
    *,
    net: Network | None = None,
    after_chunk: Callable[[Measurement], None] = lambda measurement: None,
) -> Measurement:
    """
    Settle, then measure until every group's error is small enough or the steps are used up.

    Parameters
    ----------
    array : Array
        The array.
    conditions : Conditions
        Of the replicas.
    plan : Plan
        How long.
    begun : Measurement
        Where to start; a measurement that was interrupted goes on as if it had not been.
    net : Network, optional
        Of an array with shunts that differ.
    after_chunk : callable
        Told the measurement after each chunk.

    Returns
    -------
    Measurement
        With series and moments.
    """
    settling, most = plan.chunks
    now = begun
    while now.settled_chunks < settling:
        state, _ = _chunk(array, conditions, plan, now.state, net)
        now = replace(now, state=state, settled_chunks=now.settled_chunks + 1)
        after_chunk(now)
    while now.measured_chunks < most and not (now.measured_chunks and _good_enough(now, plan)):
        state, (series, sums) = _chunk(array, conditions, plan, now.state, net)
        now = replace(
            now,
            state=state,
            series=series if now.series is None else joined([now.series, series]),
            sums=sums if now.sums is None else now.sums + sums,
        )
        after_chunk(now)
    return now


def _chunk(
    array: Array, conditions: Conditions, plan: Plan, state: State, net: Network | None
) -> tuple[State, tuple[Series, Moments]]:
    parts = []
    sums: Moments | None = None
    for _ in range(LOOKS_PER_CHUNK):
        state, series = advance(
            array,
            state,
            conditions,
            BLOCKS_BETWEEN_MOMENTS,
            BLOCK_STEPS,
            threads=plan.threads,
            net=net,
        )
        parts.append(series)
        seen = moments(array, state, conditions)
        sums = seen if sums is None else sums + seen
    assert sums is not None
    return state, (joined(parts), sums)


def _good_enough(now: Measurement, plan: Plan) -> bool:
    if now.series is None or not (plan.voltage_error > 0).all():
        return False
    for number, wanted in enumerate(plan.voltage_error):
        found = statistics.mean_voltage(group_series(now.series, plan, number))
        if not (found.settled and found.std <= wanted):
            return False
    return True
