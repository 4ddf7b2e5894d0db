"""
The parts of a step: the supercurrents' divergence, the Laplacian's inverse with noise, the update.

Every array is flat. A field in real space has `lattice.stride` numbers in a row: the sites of that
row, padding up to whole strips, and room for a copy of the first site behind the last one. Modes
along y are stored strip by strip, as the transform that reads them next wants them: for each strip
of so many modes (or columns), a row of them for each column (or mode). Large lattices would else
wait for memory, a page for each row. Phases are in turns.
"""

from __future__ import annotations

import math
from typing import Any

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
from papilio.simulate.josephson_array.transform import fourier, rotate, rotated, rotated_back


@inlined
def turn_remainder(turns: float) -> float:
    """Phase in turns, taken to between -1/2 and 1/2."""
    return turns - math.floor(turns + 0.5)


@compiled
def divergence(
    lattice: Any,
    theta: Any,
    twist: Any,
    gauge: Any,
    coupling: Any,
    bias: Any,
    sums: Any,
    row: Any,
    force: Any,
) -> None:
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
def to_modes_along_y(lattice: Any, field: Any, strip: Any, spare: Any, modes: Any) -> None:
    """Real modes along y of a field in real space, in strips of modes, a row for each column."""
    axis, lanes = lattice.y, lattice.lanes
    width = 2 * lanes
    columns = lattice.stride - lanes
    for column in range(0, columns, width):
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
            start = (column + half * lanes) * width
            for mode in range(0, lattice.mode_stride, lanes):
                within = mode % width
                copy_transposed(
                    strip,
                    mode * width + half * lanes,
                    width,
                    modes,
                    (mode - within) * columns + start + within,
                    width,
                )


@compiled
def solve_modes(
    lattice: Any,
    modes: Any,
    drift: Any,
    noise: Any,
    state: Any,
    strip: Any,
    spare: Any,
    result: Any,
) -> None:
    """
    Inverse Laplacian and noise: modes along y in, modes along y out.

    Parameters
    ----------
    lattice : Lattice
        The array.
    modes : array, shape (stride*mode_stride,)
        From `to_modes_along_y`.
    drift, noise : float
        Every mode becomes drift * mode/eigenvalue + noise * normal deviate/sqrt(eigenvalue).
    state : array
        Random generators; untouched where `noise` is zero.
    strip, spare : array
        Working room.
    result : array, shape (mode_stride*stride,)
        Receives the modes along y, in strips of columns, a row for each mode.
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
        first_mode = column * (lattice.stride - lanes)
        first_gain = column * size
        for n in range(size):
            place = first_mode + axis.order[n] * width
            store(strip, n * width, load(modes, place))
            store(strip, n * width + lanes, load(modes, place + lanes))
        strip, spare = fourier(
            strip, spare, width, 0, lanes, axis.factors, axis.cosines, axis.sines
        )
        for mode in range((size + 2) // 2):
            opposite = (size - mode) % size
            p = mode * width
            place = first_gain + mode * width
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
            place = first_gain + opposite * width
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
            start = (column + half * lanes) * width
            for x in range(0, lattice.stride - lanes, lanes):
                within = x % width
                copy_transposed(
                    spare,
                    x * width + half * lanes,
                    width,
                    result,
                    (x - within) * mode_stride + start + within,
                    width,
                )


@compiled
def add_from_modes_along_y(
    lattice: Any,
    modes: Any,
    strip: Any,
    spare: Any,
    decay: Any,
    step: Any,
    velocity: Any,
    theta: Any,
) -> None:
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
            place = column * lattice.mode_stride + n * width
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
