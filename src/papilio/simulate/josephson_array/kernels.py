"""
One step of the array, and many: the supercurrents' divergence, the Laplacian's inverse, the noise.

Every array is flat. A field in real space has `lattice.stride` numbers in a row: the sites of that
row, padding up to whole strips, and room for a copy of the first site behind the last one. Modes
along y are stored transposed, `lattice.mode_stride` of them for each x. Phases are in turns.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.josephson_array.functions import normals, sine, wrapped
from papilio.simulate.josephson_array.lanes import (
    compiled,
    copy_transposed,
    inlined,
    load,
    spread,
    store,
    total,
)
from papilio.simulate.josephson_array.transform import (
    Axis,
    fourier,
    rotate,
    rotated,
    rotated_back,
)

TWO_PI = 2 * np.pi

EULER, HEUN, CAPACITIVE = 0, 1, 2


class Lattice(NamedTuple):
    """
    What all replicas share.

    Attributes
    ----------
    x, y : Axis
        Transforms along the two axes.
    stride, mode_stride : int
        Numbers in a row of a field in real space, and of one of modes along y.
    lanes : int
        Numbers in a vector.
    periodic : bool
        Both axes closed to a ring, or both open with current injected at the first column.
    twisting : bool
        The twist of a periodic array follows the current; otherwise it stays.
    amplitude : array, shape (Lx*mode_stride,)
        1/sqrt(eigenvalue of the Laplacian), zero for the uniform mode and in the padding.
    gauge_x, gauge_y : array, shape (patterns, Ly*stride)
        Gauge field of the bonds in turns; no pattern where there is no field.
    coupling_x, coupling_y : array, shape (patterns, Ly*stride)
        Couplings of the bonds; no pattern where all are one.
    """

    x: Axis
    y: Axis
    stride: int
    mode_stride: int
    lanes: int
    periodic: bool
    twisting: bool
    amplitude: NDArray[Any]
    gauge_x: NDArray[Any]
    gauge_y: NDArray[Any]
    coupling_x: NDArray[Any]
    coupling_y: NDArray[Any]


class Work(NamedTuple):
    """
    Room for intermediate results; nothing in it outlives a step.

    Attributes
    ----------
    strip, spare : array
        Strips of the longer axis.
    row : array
        Of `divergence`.
    force, earlier : array, shape (Ly*stride,)
        Forces now and at the start of the step.
    modes, change : array, shape (mode_stride*stride,)
        Modes along y, transposed and not.
    deviates, sums : array
        Noise of the twists; mean supercurrents.
    """

    strip: NDArray[Any]
    spare: NDArray[Any]
    row: NDArray[Any]
    force: NDArray[Any]
    earlier: NDArray[Any]
    modes: NDArray[Any]
    change: NDArray[Any]
    deviates: NDArray[Any]
    sums: NDArray[np.float64]


def room(lattice: Lattice) -> Work:
    """
    Room for the intermediate results of one thread.

    Parameters
    ----------
    lattice : Lattice
        The array.

    Returns
    -------
    Work
        Filled with zeros: padding must hold numbers.
    """
    dtype = lattice.amplitude.dtype
    length = max(lattice.stride, lattice.mode_stride) * 2 * lattice.lanes
    field = lattice.y.size * lattice.stride
    modes = lattice.mode_stride * lattice.stride
    return Work(
        strip=np.zeros(length, dtype),
        spare=np.zeros(length, dtype),
        row=np.zeros(3 * lattice.stride + lattice.lanes, dtype),
        force=np.zeros(field, dtype),
        earlier=np.zeros(field, dtype),
        modes=np.zeros(modes, dtype),
        change=np.zeros(modes, dtype),
        deviates=np.zeros(2 * lattice.lanes, dtype),
        sums=np.zeros(2),
    )


@inlined
def turn_remainder(turns: float) -> float:
    """Phase in turns, taken to between -1/2 and 1/2."""
    return turns - math.floor(turns + 0.5)


@compiled
def divergence(lattice, theta, twist, gauge, coupling, bias, sums, row, force):
    """
    Net supercurrent out of each site less the current injected there.

    Parameters
    ----------
    lattice : Lattice
        The array.
    theta : array, shape (Ly*stride,)
        Phases in turns, the copy of the first column in place.
    twist : array of float64, shape (2,)
        Twist of each bond along x and y in turns.
    gauge, coupling : int
        Number of the pattern of this replica.
    bias : float
        Current of each row over the critical current.
    sums : array of float64, shape (2,)
        Receives the mean supercurrent of the bonds along x and along y.
    row : array, shape (3*stride + lanes,)
        Working room.
    force : array, shape (Ly*stride,)
        Receives the result.
    """
    size_x, size_y, stride, lanes = lattice.x.size, lattice.y.size, lattice.stride, lattice.lanes
    gauged = lattice.gauge_x.shape[0] > 0
    coupled = lattice.coupling_x.shape[0] > 0
    wide = stride - lanes
    # The first vector of `row` ends with the bond to the left of the first site.
    below = row.size - 2 * stride
    here = row.size - stride
    like = load(theta, 0)
    twist_x = spread(like, turn_remainder(twist[0]))
    twist_y = spread(like, turn_remainder(twist[1]))
    zero = spread(like, 0.0)
    sum_x = 0.0
    sum_y = 0.0
    for place in range(0, wide, lanes):
        store(row, below + place, zero)
    for y in range(size_y):
        start = y * stride
        above = start + stride
        open_end = False
        if y == size_y - 1:
            above = 0
            open_end = not lattice.periodic
        for place in range(0, wide, lanes):
            phase = load(theta, start + place)
            along_x = load(theta, start + place + 1) - phase + twist_x
            along_y = load(theta, above + place) - phase + twist_y
            if gauged:
                along_x = along_x - load(lattice.gauge_x[gauge], start + place)
                along_y = along_y - load(lattice.gauge_y[gauge], start + place)
            current_x = sine(wrapped(along_x))
            current_y = sine(wrapped(along_y))
            if coupled:
                current_x = current_x * load(lattice.coupling_x[coupling], start + place)
                current_y = current_y * load(lattice.coupling_y[coupling], start + place)
            if open_end:
                current_y = zero
            store(row, lanes + place, current_x)
            store(row, here + place, current_y)
        for x in range(size_x, wide):
            row[lanes + x] = 0.0
            row[here + x] = 0.0
        if lattice.periodic:
            row[lanes - 1] = row[lanes + size_x - 1]
        else:
            row[lanes - 1] = 0.0
            row[lanes + size_x - 1] = 0.0
        part_x = zero
        part_y = zero
        for place in range(0, wide, lanes):
            current_x = load(row, lanes + place)
            current_y = load(row, here + place)
            part_x = part_x + current_x
            part_y = part_y + current_y
            net = (current_x - load(row, lanes + place - 1)) + (
                current_y - load(row, below + place)
            )
            store(force, start + place, net)
        sum_x += total(part_x)
        sum_y += total(part_y)
        if not lattice.periodic:
            force[start] -= bias
            force[start + size_x - 1] += bias
        below, here = here, below
    if lattice.periodic:
        for place in range(0, wide, lanes):
            store(force, place, load(force, place) - load(row, below + place))
    sums[0] = sum_x / (size_x * size_y)
    sums[1] = sum_y / (size_x * size_y)


@inlined
def clear_rows(strip: Any, first: Any, last: Any, width: Any) -> None:
    """
    Zeros in the rows of a strip that pad it.

    A padding column shares a complex transform with a real one: what it holds from earlier steps
    would come into the result by rounding, and a run that goes on from a file would differ.
    """
    zero = load(strip, 0)
    zero = spread(zero, 0.0)
    for place in range(first * width, last * width, width // 2):
        store(strip, place, zero)


@compiled
def to_modes_along_y(lattice, field, strip, spare, modes):
    """Real modes along y of a field in real space, written transposed."""
    axis, lanes = lattice.y, lattice.lanes
    width = 2 * lanes
    for column in range(0, lattice.stride - lanes, width):
        for n in range(axis.size):
            place = axis.order[n] * lattice.stride + column
            store(strip, n * width, load(field, place))
            store(strip, n * width + lanes, load(field, place + lanes))
        strip, spare = fourier(
            strip, spare, width, 0, lanes, axis.factors, axis.cosines, axis.sines
        )
        rotate(strip, width, axis.turn_cosines, axis.turn_sines, False)
        clear_rows(strip, axis.size, lattice.mode_stride, width)
        for half in range(2):
            start = (column + half * lanes) * lattice.mode_stride
            for mode in range(0, lattice.mode_stride, lanes):
                copy_transposed(
                    strip,
                    mode * width + half * lanes,
                    width,
                    modes,
                    start + mode,
                    lattice.mode_stride,
                )


@compiled
def solve_modes(lattice, modes, drift, noise, state, strip, spare, result):
    """
    Inverse Laplacian and noise: modes along y in, modes along y out, transposed back.

    Parameters
    ----------
    lattice : Lattice
        The array.
    modes : array, shape (columns*mode_stride,)
        From `to_modes_along_y`.
    drift, noise : float
        Every mode becomes drift * mode/eigenvalue + noise * normal deviate/sqrt(eigenvalue).
    state : array
        Random generators; untouched where `noise` is zero.
    strip, spare : array
        Working room.
    result : array, shape (mode_stride*stride,)
        Receives the modes along y, in rows of x.
    """
    axis, lanes, mode_stride = lattice.x, lattice.lanes, lattice.mode_stride
    width = 2 * lanes
    size = axis.size
    amplitude = lattice.amplitude
    norm = math.sqrt(1.0 / size)
    like = load(strip, 0)
    drift_lanes = spread(like, drift)
    noise_lanes = spread(like, noise)
    noisy = noise != 0.0
    norm_lanes = spread(like, norm)
    for column in range(0, mode_stride, width):
        for n in range(size):
            place = axis.order[n] * mode_stride + column
            store(strip, n * width, load(modes, place))
            store(strip, n * width + lanes, load(modes, place + lanes))
        strip, spare = fourier(
            strip, spare, width, 0, lanes, axis.factors, axis.cosines, axis.sines
        )
        for mode in range((size + 2) // 2):
            opposite = (size - mode) % size
            p = mode * width
            place = mode * mode_stride + column
            gain_a, gain_b = load(amplitude, place), load(amplitude, place + lanes)
            a, b = load(strip, p), load(strip, p + lanes)
            if opposite == mode:
                a, b = a * norm_lanes, b * norm_lanes
                a, b = drift_lanes * gain_a * a, drift_lanes * gain_b * b
                if noisy:
                    first, second = normals(state)
                    a, b = a + noise_lanes * first, b + noise_lanes * second
                store(strip, p, norm_lanes * gain_a * a)
                store(strip, p + lanes, norm_lanes * gain_b * b)
                continue
            m = opposite * width
            # The eigenvalue is that of mode and opposite alike on a ring only.
            place = opposite * mode_stride + column
            gain_c, gain_d = load(amplitude, place), load(amplitude, place + lanes)
            c, d = load(strip, m), load(strip, m + lanes)
            cosine, sine_ = (
                spread(like, axis.turn_cosines[mode]),
                spread(like, axis.turn_sines[mode]),
            )
            a, b, c, d = rotated(a, b, c, d, cosine, sine_)
            a, b = drift_lanes * gain_a * a, drift_lanes * gain_b * b
            c, d = drift_lanes * gain_c * c, drift_lanes * gain_d * d
            if noisy:
                first, second = normals(state)
                a, b = a + noise_lanes * first, b + noise_lanes * second
                first, second = normals(state)
                c, d = c + noise_lanes * first, d + noise_lanes * second
            a, b, c, d = rotated_back(gain_a * a, gain_b * b, gain_c * c, gain_d * d, cosine, sine_)
            store(strip, p, a)
            store(strip, p + lanes, b)
            store(strip, m, c)
            store(strip, m + lanes, d)
        strip, spare = fourier(
            strip, spare, width, lanes, 0, axis.factors, axis.cosines, axis.sines
        )
        # Back in the order of the sites.
        for n in range(size):
            place = axis.order[n] * width
            store(spare, place, load(strip, n * width))
            store(spare, place + lanes, load(strip, n * width + lanes))
        clear_rows(spare, size, lattice.stride - lanes, width)
        for half in range(2):
            start = (column + half * lanes) * lattice.stride
            for x in range(0, lattice.stride - lanes, lanes):
                copy_transposed(
                    spare,
                    x * width + half * lanes,
                    width,
                    result,
                    start + x,
                    lattice.stride,
                )


@compiled
def add_from_modes_along_y(lattice, modes, strip, spare, decay, step, velocity, theta):
    """
    Back to real space; move the phases.

    Overdamped (no velocity): theta += field. Capacitive: velocity = decay * velocity + field,
    theta += step * velocity. The phases are then wrapped and the copy of the first column set.
    """
    axis, lanes, stride = lattice.y, lattice.lanes, lattice.stride
    width = 2 * lanes
    massive = velocity.size > 0
    like = load(theta, 0)
    decay_lanes = spread(like, decay)
    step_lanes = spread(like, step)
    for column in range(0, stride - lanes, width):
        for n in range(axis.size):
            place = n * stride + column
            store(strip, n * width, load(modes, place))
            store(strip, n * width + lanes, load(modes, place + lanes))
        rotate(strip, width, axis.turn_cosines, axis.turn_sines, True)
        strip, spare = fourier(
            strip, spare, width, lanes, 0, axis.factors, axis.cosines, axis.sines
        )
        for n in range(axis.size):
            row = axis.order[n] * stride + column
            for offset in range(0, width, lanes):
                change = load(strip, n * width + offset)
                place = row + offset
                if massive:
                    change = change + decay_lanes * load(velocity, place)
                    store(velocity, place, change)
                    change = step_lanes * change
                store(theta, place, wrapped(load(theta, place) + change))
    for y in range(axis.size):
        theta[y * stride + lattice.x.size] = theta[y * stride]


@compiled
def drift_phases(lattice, theta, velocity, step):
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
def edge_to_edge(lattice, modes):
    """Mean over the rows of the difference between last and first column, for each bond between."""
    size = lattice.x.size
    if size == 1:
        return 0.0
    return float(modes[size - 1] - modes[0]) / (math.sqrt(lattice.y.size) * (size - 1))


@compiled
def advance(
    lattice,
    scheme,
    step,
    capacitance,
    first,
    last,
    blocks,
    steps,
    bias,
    temperature,
    gauge_of,
    coupling_of,
    theta,
    velocity,
    twist,
    twist_velocity,
    random,
    voltage,
    noise,
    work,
):
    """
    Move replicas on in time; record the mean voltage of each block of steps.

    Parameters
    ----------
    lattice : Lattice
        The array.
    scheme : int
        EULER, HEUN or CAPACITIVE.
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
        Phases in turns and their rates (CAPACITIVE only, else shape (replicas, 0)).
    twist, twist_velocity : array of float64, shape (replicas, 2)
        Twist of each bond in turns, and its rate.
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
        amount = math.sqrt(temperature[r] * spreading) / TWO_PI
        # An array with busbars has no twist: its place keeps the rate from edge to edge.
        edge_rate = 0.0
        if not lattice.periodic:
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
        if not lattice.periodic:
            twist_velocity[r, 0] = edge_rate
