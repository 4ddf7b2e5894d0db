"""
The general path: shunts that differ from bond to bond, by a sparse factorisation made once.

Kirchhoff's law at every site and, on a ring whose twists move, for the mean current along each
axis: B^T g B r = f - B^T (j + n). Here B takes the rates r of phases and twists to voltages of the
bonds, g holds the conductances, j the supercurrents, n the shunts' noise of strength 2 T g, and f
the injected current.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from papilio.errors import OptionsError
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.state import Conditions, State

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Network:
    """
    An array as a network, factorised.

    Attributes
    ----------
    voltages : sparse array, shape (bonds, sites + twists)
        B.
    solve : callable
        Rates from currents, shape (sites + twists, replicas) both.
    conductances : array, shape (bonds,)
        g.
    injected : array, shape (sites + twists,)
        f for unit current in each row.
    bonds : array of bool, shape (2, Ly, Lx)
        Which bonds there are.
    """

    voltages: Any
    solve: Any
    conductances: Floats
    injected: Floats
    bonds: NDArray[np.bool_]


def network(array: Array) -> Network:
    """
    Factorise an array.

    Parameters
    ----------
    array : Array
        With shunts.

    Returns
    -------
    Network
        Ready for `advance_network`.

    Raises
    ------
    OptionsError
        If the shunts leave a site unconnected, or there are none.
    """
    if array.shunts is None:
        raise OptionsError("the array has uniform shunts; give it shunts for the general path")
    rows, columns = array.rows, array.columns
    bonds = array.bond_exists
    site = np.arange(rows * columns).reshape(rows, columns)
    start = np.stack([site, site])[bonds]
    end = np.stack([np.roll(site, -1, axis=1), np.roll(site, -1, axis=0)])[bonds]
    along_x = np.stack([np.ones_like(site), np.zeros_like(site)])[bonds]
    number = np.arange(start.size)
    twists = 2 if array.boundary == "twist" else 0
    unknowns = site.size + twists
    row = np.concatenate([number, number])
    column = np.concatenate([start, end])
    value = np.concatenate([-np.ones(number.size), np.ones(number.size)])
    injected = np.zeros(unknowns)
    if twists:
        row = np.concatenate([row, number])
        column = np.concatenate([column, site.size + 1 - along_x])
        value = np.concatenate([value, np.ones(number.size)])
        injected[site.size] = along_x.sum()
    elif not array.periodic:
        injected[site[:, 0]] = -1.0
        injected[site[:, -1]] += 1.0
    shape = (number.size, unknowns)
    voltages = sparse.csr_array((value, (row, column)), shape=shape)
    conductances = array.shunts[bonds]
    matrix = (voltages.T @ sparse.diags_array(conductances) @ voltages).tocsc()
    # A common phase does nothing: the first site is kept fixed.
    try:
        factors = splu(matrix[1:, 1:])
    except RuntimeError as error:
        raise OptionsError(
            "the shunts leave part of the array unconnected; give every site a shunt"
        ) from error

    def solve(currents: Floats) -> Floats:
        rates = np.zeros_like(currents)
        rates[1:] = factors.solve(currents[1:])
        return rates

    return Network(voltages, solve, conductances, injected, bonds)


def advance_network(
    array: Array,
    net: Network,
    state: State,
    conditions: Conditions,
    blocks: int,
    steps: int,
) -> tuple[State, Floats]:
    """
    Move replicas on in time; record the mean voltage of each block of steps.

    Parameters
    ----------
    array : Array
        With shunts.
    net : Network
        Of that array.
    state : State
        Where to start.
    conditions : Conditions
        Of the replicas.
    blocks, steps : int
        Number of blocks, and of steps in each.

    Returns
    -------
    State
        Where the replicas are then.
    array, shape (replicas, blocks)
        Mean voltage of each bond along x over I_c R.
    """
    sites = array.rows * array.columns
    replicas = conditions.replicas
    streams = [np.random.Generator(_bit_generator(text)) for text in state.streams]
    unknown = np.zeros((net.voltages.shape[1], replicas))
    unknown[:sites] = array.taken_back(state.phases).reshape(replicas, sites).T
    if array.boundary == "twist":
        unknown[sites:] = state.twists.T
    gauges = _patterns(array.gauges, conditions.gauge, net, 0.0)
    couplings = _patterns(array.couplings, conditions.coupling, net, 1.0)
    injected = net.injected[:, None] * conditions.bias[None, :]
    spread = np.sqrt(2 * net.conductances[:, None] * conditions.temperature[None, :] / array.step)

    def rates(turns: Floats, noise: Floats | float) -> Floats:
        currents = couplings * np.sin(2 * np.pi * (net.voltages @ turns - gauges)) + noise
        turning: Floats = net.solve(injected - net.voltages.T @ currents) / (2 * np.pi)
        return turning

    voltage = np.zeros((replicas, blocks))
    for block in range(blocks):
        begin = unknown.copy()
        for _ in range(steps):
            noise = spread * np.stack([s.standard_normal(len(spread)) for s in streams], axis=1)
            first = rates(unknown, noise)
            if array.scheme == "heun":
                second = rates(unknown + array.step * first, noise)
                first = 0.5 * (first + second)
            unknown = unknown + array.step * first
        moved = unknown - begin
        voltage[:, block] = _along_x(array, moved) * 2 * np.pi / (steps * array.step)
        unknown -= np.rint(unknown)
    moved_twists = unknown[sites:].T.copy() if array.boundary == "twist" else state.twists
    phases = unknown[:sites].T.reshape(replicas, array.rows, array.columns)
    return (
        State(
            array.laid_out(phases),
            state.rates,
            moved_twists,
            state.twist_rates,
            state.random,
            tuple(json.dumps(stream.bit_generator.state) for stream in streams),
        ),
        voltage,
    )


def _bit_generator(text: str) -> np.random.PCG64:
    generator = np.random.PCG64()
    generator.state = json.loads(text)
    return generator


def _patterns(
    patterns: Floats | None, of_replica: NDArray[np.int64], net: Network, otherwise: float
) -> Floats:
    if patterns is None:
        return np.full((net.conductances.size, 1), otherwise)
    return np.stack([patterns[number][net.bonds] for number in of_replica], axis=1)


def _along_x(array: Array, moved: Floats) -> Floats:
    """Mean over the bonds along x of what their phase differences have moved."""
    sites = array.rows * array.columns
    if array.boundary == "twist":
        twist: Floats = moved[sites]
        return twist
    if array.periodic:
        return np.zeros(moved.shape[1])
    field = moved[:sites].reshape(array.rows, array.columns, -1)
    mean: Floats = (field[:, -1] - field[:, 0]).mean(axis=0) / (array.columns - 1)
    return mean
