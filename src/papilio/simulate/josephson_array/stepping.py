"""Moving replicas on in time: the schemes, step after step."""

from __future__ import annotations

import math
from typing import Any

from papilio.simulate.josephson_array.functions import normals, wrapped
from papilio.simulate.josephson_array.kernels import (
    add_from_modes_along_y,
    divergence,
    solve_modes,
    to_modes_along_y,
    turn_remainder,
)
from papilio.simulate.josephson_array.lanes import compiled, load, spread, store

TWO_PI = 2 * math.pi

EULER, HEUN, CAPACITIVE, ADAMS = 0, 1, 2, 3


@compiled
def drift_phases(lattice: Any, theta: Any, velocity: Any, step: Any) -> None:
    """Move the phases by `step` times their rates; set the copy of the first column."""
    lanes = lattice.lanes
    like = load(theta, 0)
    step_lanes = spread(like, step)
    for y in range(lattice.y.size):
        start = y * lattice.stride
        for place in range(start, start + lattice.stride - lanes, lanes):
            moved = load(theta, place) + step_lanes * load(velocity, place)
            store(theta, place, wrapped(moved))
        theta[start + lattice.x.size] = theta[start]


@compiled
def extrapolate(lanes: Any, force: Any, earlier: Any, sums: Any, earlier_sums: Any) -> None:
    """Force half a step ahead, 3/2 of this step's less 1/2 of the one before, which it replaces."""
    if math.isnan(earlier_sums[0]):
        earlier_sums[:] = sums
        earlier[:] = force
    like = load(force, 0)
    now, before = spread(like, 1.5), spread(like, 0.5)
    for place in range(0, force.size, lanes):
        value = load(force, place)
        store(force, place, now * value - before * load(earlier, place))
        store(earlier, place, value)
    for direction in range(2):
        total = sums[direction]
        sums[direction] = 1.5 * total - 0.5 * earlier_sums[direction]
        earlier_sums[direction] = total


@compiled
def edge_to_edge(lattice: Any, modes: Any) -> Any:
    """Mean over the rows of the difference between last and first column, for each bond between."""
    size = lattice.x.size
    if size == 1:
        return 0.0
    width = 2 * lattice.lanes
    within = (size - 1) % width
    last = modes[(size - 1 - within) * lattice.mode_stride + within]
    return float(last - modes[0]) / (math.sqrt(lattice.y.size) * (size - 1))


@compiled
def advance(
    lattice: Any,
    scheme: Any,
    step: Any,
    capacitance: Any,
    first: Any,
    last: Any,
    blocks: Any,
    steps: Any,
    bias: Any,
    temperature: Any,
    gauge_of: Any,
    coupling_of: Any,
    theta: Any,
    velocity: Any,
    twist: Any,
    twist_velocity: Any,
    random: Any,
    voltage: Any,
    noise: Any,
    work: Any,
) -> None:
    """
    Move replicas on in time; record the mean voltage of each block of steps.

    Parameters
    ----------
    lattice : Lattice
        The array.
    scheme : int
        EULER, HEUN, CAPACITIVE or ADAMS.
    step : float
        Time step over hbar/(2 e R I_c).
    capacitance : float
        Stewart-McCumber parameter beta_c (CAPACITIVE only).
    first, last : int
        The replicas first ... last - 1 are moved.
    blocks, steps : int
        Number of blocks, and of steps in each.
    bias, temperature : array, shape (replicas,)
        Current of each row over I_c; k_B T/E_J.
    gauge_of, coupling_of : array of int, shape (replicas,)
        Number of each replica's pattern.
    theta, velocity : array, shape (replicas, Ly*stride)
        Phases in turns, and their rates (CAPACITIVE) or the forces of the step before (ADAMS);
        with another scheme shape (replicas, 0).
    twist, twist_velocity : array of float64, shape (replicas, 2)
        Twist of each bond in turns, and its rate or force; ADAMS begins where that is no number.
    random : array, shape (replicas, 64 or 32)
        State of the generators.
    voltage : array of float64, shape (replicas, blocks)
        Receives the mean voltage of each bond along x over I_c R.
    noise : array of float64, shape (replicas, blocks)
        Receives, of a twisting array, the part of the voltage that the shunts' noise would make
        without junctions: its mean is zero, so it serves as a control variate.
    work : Work
        Room for intermediate results, of one thread.
    """
    sites = lattice.x.size * lattice.y.size
    lanes = lattice.lanes
    strip, spare, row = work.strip, work.spare, work.row
    force, earlier = work.force, work.earlier
    modes, change = work.modes, work.change
    deviates, sums = work.deviates, work.sums
    decay = 0.0
    spreading = 2 * step
    weight = step
    if scheme == CAPACITIVE:
        decay = math.exp(-step / capacitance)
        weight = 1 - decay
        spreading = (1 - decay * decay) / capacitance
    drift = weight / TWO_PI
    for r in range(first, last):
        phases, rates, state = theta[r], velocity[r], random[r]
        earlier_force = velocity[r]
        if scheme != CAPACITIVE:
            rates = rates[:0]
        amount = math.sqrt(temperature[r] * spreading) / TWO_PI
        # An array with busbars has no twist: its place keeps the rate from edge to edge.
        edge_rate = 0.0
        if not lattice.periodic and scheme == CAPACITIVE:
            edge_rate = twist_velocity[r, 0]
        for block in range(blocks):
            moved = 0.0
            drawn = 0.0
            if scheme == CAPACITIVE:
                # Within a block the phases run half a step ahead of the rates (leapfrog).
                drift_phases(lattice, phases, rates, 0.5 * step)
                moved += 0.5 * step * edge_rate
                if lattice.twisting:
                    twist[r, 0] += 0.5 * step * twist_velocity[r, 0]
                    twist[r, 1] += 0.5 * step * twist_velocity[r, 1]
                    moved += 0.5 * step * twist_velocity[r, 0]
            for _ in range(steps):
                divergence(
                    lattice,
                    phases,
                    twist[r],
                    gauge_of[r],
                    coupling_of[r],
                    bias[r],
                    sums,
                    row,
                    force,
                )
                if scheme == ADAMS:
                    extrapolate(lanes, force, earlier_force, sums, twist_velocity[r])
                # A single site has no phase differences but the twists.
                if sites > 1:
                    to_modes_along_y(lattice, force, strip, spare, modes)
                    solve_modes(lattice, modes, drift, amount, state, strip, spare, change)
                    add_from_modes_along_y(
                        lattice, change, strip, spare, decay, step, rates, phases
                    )
                if lattice.twisting:
                    if amount != 0.0:
                        one, two = normals(state)
                        store(deviates, 0, one)
                        store(deviates, lanes, two)
                    kick_x = amount / math.sqrt(sites) * deviates[0]
                    kick_y = amount / math.sqrt(sites) * deviates[lanes]
                    move_x = drift * (bias[r] - sums[0]) + kick_x
                    move_y = -drift * sums[1] + kick_y
                    drawn += kick_x
                    if scheme == CAPACITIVE:
                        twist_velocity[r, 0] = decay * twist_velocity[r, 0] + move_x
                        twist_velocity[r, 1] = decay * twist_velocity[r, 1] + move_y
                        move_x = step * twist_velocity[r, 0]
                        move_y = step * twist_velocity[r, 1]
                    twist[r, 0] += move_x
                    twist[r, 1] += move_y
                    moved += move_x
                elif not lattice.periodic:
                    move_x = edge_to_edge(lattice, change)
                    if scheme == CAPACITIVE:
                        edge_rate = decay * edge_rate + move_x
                        move_x = step * edge_rate
                    moved += move_x
                if scheme == HEUN:
                    for place in range(0, force.size, lanes):
                        store(earlier, place, load(force, place))
                    earlier_x, earlier_y = sums[0], sums[1]
                    divergence(
                        lattice,
                        phases,
                        twist[r],
                        gauge_of[r],
                        coupling_of[r],
                        bias[r],
                        sums,
                        row,
                        force,
                    )
                    # Corrector less predictor: half the change of the force, no new noise.
                    if sites > 1:
                        for place in range(0, force.size, lanes):
                            value = load(force, place) - load(earlier, place)
                            store(force, place, value)
                        to_modes_along_y(lattice, force, strip, spare, modes)
                        solve_modes(lattice, modes, 0.5 * drift, 0.0, state, strip, spare, change)
                        add_from_modes_along_y(
                            lattice, change, strip, spare, decay, step, rates, phases
                        )
                    if lattice.twisting:
                        move_x = 0.5 * drift * (earlier_x - sums[0])
                        twist[r, 0] += move_x
                        twist[r, 1] += 0.5 * drift * (earlier_y - sums[1])
                        moved += move_x
                    elif not lattice.periodic:
                        moved += edge_to_edge(lattice, change)
            if scheme == CAPACITIVE:
                drift_phases(lattice, phases, rates, -0.5 * step)
                moved -= 0.5 * step * edge_rate
                if lattice.twisting:
                    twist[r, 0] -= 0.5 * step * twist_velocity[r, 0]
                    twist[r, 1] -= 0.5 * step * twist_velocity[r, 1]
                    moved -= 0.5 * step * twist_velocity[r, 0]
            twist[r, 0] = turn_remainder(twist[r, 0])
            twist[r, 1] = turn_remainder(twist[r, 1])
            voltage[r, block] = moved * TWO_PI / (steps * step)
            noise[r, block] = drawn * TWO_PI / (steps * step)
        if not lattice.periodic and scheme == CAPACITIVE:
            twist_velocity[r, 0] = edge_rate
