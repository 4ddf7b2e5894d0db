"""Moving an array on in time, replicas shared out to threads."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.lattice import room
from papilio.simulate.josephson_array.shunts import Network, advance_network
from papilio.simulate.josephson_array.state import Conditions, State
from papilio.simulate.josephson_array.stepping import advance as advance_kernel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """
    Mean voltages of consecutive blocks of steps.

    Attributes
    ----------
    voltage : array, shape (replicas, blocks)
        Of each bond along x over I_c R.
    noise : array, shape (replicas, blocks)
        The part of it that the shunts' noise would make without junctions, whose mean is zero;
        zeros where it is not known.
    duration : float
        Time of a block over hbar/(2 e R I_c).
    """

    voltage: Floats
    noise: Floats
    duration: float


def joined(parts: list[Series]) -> Series:
    """
    One series from consecutive ones.

    Parameters
    ----------
    parts : list of Series
        Of the same replicas and block duration.

    Returns
    -------
    Series
        All blocks in order.
    """
    return Series(
        np.concatenate([part.voltage for part in parts], axis=1),
        np.concatenate([part.noise for part in parts], axis=1),
        parts[0].duration,
    )


def advance(
    array: Array,
    state: State,
    conditions: Conditions,
    blocks: int,
    steps: int,
    *,
    threads: int = 1,
    net: Network | None = None,
) -> tuple[State, Series]:
    """
    Move replicas on in time.

    Parameters
    ----------
    array : Array
        The array.
    state : State
        Where to start; it is left as it is.
    conditions : Conditions
        Of the replicas.
    blocks, steps : int
        Number of blocks, and of steps in each.
    threads : int
        Number of threads; the result does not depend on it.
    net : Network, optional
        Of an array with shunts that differ (`shunts.network`).

    Returns
    -------
    State
        Where the replicas are then.
    Series
        The voltages.
    """
    duration = steps * array.step
    if net is not None:
        state, voltage = advance_network(array, net, state, conditions, blocks, steps)
        return state, Series(voltage, np.zeros_like(voltage), duration)
    state = replace(
        state,
        phases=state.phases.copy(),
        rates=state.rates.copy(),
        twists=state.twists.copy(),
        twist_rates=state.twist_rates.copy(),
        random=state.random.copy(),
    )
    voltage = np.zeros((conditions.replicas, blocks))
    noise = np.zeros((conditions.replicas, blocks))
    lattice = array.lattice

    def move(share: tuple[int, int]) -> None:
        advance_kernel(
            lattice,
            array.kernel_scheme,
            array.step,
            array.capacitance,
            *share,
            blocks,
            steps,
            conditions.bias,
            conditions.temperature,
            conditions.gauge,
            conditions.coupling,
            state.phases,
            state.rates,
            state.twists,
            state.twist_rates,
            state.random,
            voltage,
            noise,
            room(lattice),
        )

    shares = list(_shares(conditions.replicas, threads))
    if len(shares) == 1:
        move(shares[0])
    else:
        with ThreadPoolExecutor(len(shares)) as pool:
            # The list makes an exception of any thread come out here.
            list(pool.map(move, shares))
    return state, Series(voltage, noise, duration)


def _shares(replicas: int, threads: int) -> Iterator[tuple[int, int]]:
    edges = np.linspace(0, replicas, min(max(threads, 1), replicas) + 1).round().astype(int)
    for first, last in pairwise(edges):
        yield int(first), int(last)
