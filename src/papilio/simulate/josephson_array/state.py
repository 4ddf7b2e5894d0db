"""Where an array stands: phases, twists and random generators, saved and continued to the bit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papilio.errors import OptionsError
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.functions import seeded
from papilio.simulate.josephson_array.stepping import ADAMS, CAPACITIVE
from papilio.storage import write_whole

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Conditions:
    """
    What each replica is exposed to.

    Attributes
    ----------
    bias : array, shape (replicas,)
        Current of each row over I_c.
    temperature : array, shape (replicas,)
        k_B T/E_J.
    gauge, coupling : array of int, shape (replicas,)
        Number of its pattern among those of the `Array`.
    """

    bias: Floats
    temperature: Floats
    gauge: NDArray[np.int64]
    coupling: NDArray[np.int64]

    @property
    def replicas(self) -> int:
        """Number of replicas."""
        return len(self.bias)


def conditions(
    replicas: int,
    bias: Any = 0.0,
    temperature: Any = 0.0,
    gauge: Any = 0,
    coupling: Any = 0,
) -> Conditions:
    """
    Conditions from scalars or one value for each replica.

    Parameters
    ----------
    replicas : int
        Number of replicas.
    bias, temperature, gauge, coupling : scalar or array, shape (replicas,)
        As in `Conditions`.

    Returns
    -------
    Conditions
        With arrays of full length.
    """

    def full(value: Any, dtype: Any) -> NDArray[Any]:
        return np.array(np.broadcast_to(np.asarray(value, dtype), (replicas,)))

    return Conditions(
        full(bias, float), full(temperature, float), full(gauge, np.int64), full(coupling, np.int64)
    )


@dataclass(frozen=True)
class State:
    """
    Where the replicas stand; nothing else decides how they go on.

    Attributes
    ----------
    phases, rates : array, shape (replicas, Ly*stride)
        Phases in turns and, of a capacitive array, their rates, with the scheme "adams" the forces
        of the step before, in the kernels' layout.
    twists, twist_rates : array, shape (replicas, 2)
        Twist of each bond along x and y in turns, and its rate or force; no number before the
        first step of "adams".
    random : array, shape (replicas, n)
        State of the random generators of the fast path.
    streams : tuple of str
        State of the random generators of the general path, as JSON.
    """

    phases: NDArray[Any]
    rates: NDArray[Any]
    twists: Floats
    twist_rates: Floats
    random: NDArray[Any]
    streams: tuple[str, ...] = ()


def start(array: Array, replicas: int, seed: int, disordered: bool = False) -> State:
    """
    State to start from.

    Parameters
    ----------
    array : Array
        The array.
    replicas : int
        Number of replicas.
    seed : int
        Every replica draws its own random numbers from it: replica 3 sees the same ones whatever
        the number of replicas and threads.
    disordered : bool
        Phases drawn at random rather than all zero.

    Returns
    -------
    State
        At time zero.
    """
    sequences = np.random.SeedSequence(seed).spawn(replicas)
    phases = np.zeros((replicas, array.rows, array.columns))
    if disordered:
        for number, sequence in enumerate(sequences):
            generator = np.random.default_rng(sequence.spawn(1)[0])
            phases[number] = generator.random(phases.shape[1:]) - 0.5
    rates = array.laid_out(np.zeros_like(phases))
    if array.kernel_scheme not in (CAPACITIVE, ADAMS):
        rates = rates[:, :0].copy()
    return State(
        phases=array.laid_out(phases),
        rates=rates,
        twists=np.zeros((replicas, 2)),
        twist_rates=np.full((replicas, 2), np.nan if array.kernel_scheme == ADAMS else 0.0),
        random=np.stack([seeded(sequence, array.dtype) for sequence in sequences]),
        streams=tuple(json.dumps(np.random.PCG64(sequence).state) for sequence in sequences)
        if array.shunts is not None
        else (),
    )


def phases(array: Array, state: State) -> Floats:
    """
    Phases of the sites, in turns.

    Parameters
    ----------
    array : Array
        The array.
    state : State
        Where it stands.

    Returns
    -------
    array, shape (replicas, Ly, Lx)
        Between -1/2 and 1/2.
    """
    return array.taken_back(state.phases).astype(float)


def save_state(state: State, path: Path) -> None:
    """
    Write a state, whole or not at all.

    Parameters
    ----------
    state : State
        What is to be kept.
    path : Path
        A file with suffix ``.npz``.
    """
    fields = {
        "phases": state.phases,
        "rates": state.rates,
        "twists": state.twists,
        "twist_rates": state.twist_rates,
        "random": state.random,
        "streams": np.array(state.streams, dtype=np.str_),
    }

    def write(place: Path) -> None:
        with place.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **fields)

    write_whole(path, write)


def load_state(path: Path) -> State:
    """
    Read a state that `save_state` wrote.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    State
        Equal to the saved one to the bit.

    Raises
    ------
    OptionsError
        If the file is none.
    """
    try:
        with np.load(path, allow_pickle=False) as fields:
            return State(
                fields["phases"],
                fields["rates"],
                fields["twists"],
                fields["twist_rates"],
                fields["random"],
                tuple(str(text) for text in fields["streams"]),
            )
    except (OSError, ValueError, KeyError) as error:
        raise OptionsError(f"{path} holds no state of an array; remove it to start anew") from error
