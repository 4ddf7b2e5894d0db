"""
Real orthogonal transforms that make the lattice Laplacian diagonal, a strip of columns at a time.

Along a periodic axis this is the Hartley transform, along a free one the cosine transform of type
II. Either one is a complex Fourier transform followed by rotations that mix modes k and N - k:

    X_k = sqrt(2/N) Re(exp(-i p_k) V_k),    X_(N-k) = -sqrt(2/N) Im(exp(-i p_k) V_k),

p_k = -pi/4 for the periodic axis, and p_k = pi k/2N with the input taken in the order
0, 2, 4 ... 5, 3, 1 for the free one (Makhoul, doi:10.1109/TASSP.1980.1163351). Two real columns
travel as the real and imaginary part of one complex column. A **strip** is a flat buffer of rows
of two vectors: row n holds sample n of one vector of columns, then of another one.
"""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.josephson_array.lanes import (
    compiled,
    inlined,
    load,
    spread,
    store,
)

Edge = Literal["periodic", "free"]


class Axis(NamedTuple):
    """
    Tables for the transform along one axis.

    Attributes
    ----------
    size : int
        Number of sites N.
    eigenvalues : array, shape (N,)
        Of minus the second difference, in the order of the modes X_0 ... X_(N-1).
    factors : array of int
        Radices of the passes.
    order : array of int, shape (N,)
        Sample that goes into place n.
    cosines, sines : array, shape (N,)
        Of 2 pi k/N.
    turn_cosines, turn_sines : array, shape (N,)
        cos p_k and sin p_k with the normalisation.
    """

    size: int
    eigenvalues: NDArray[np.float64]
    factors: NDArray[np.int64]
    order: NDArray[np.int64]
    cosines: NDArray[Any]
    sines: NDArray[Any]
    turn_cosines: NDArray[Any]
    turn_sines: NDArray[Any]


def axis(size: int, edge: Edge, dtype: Any) -> Axis:
    """
    Tables for one axis.

    Parameters
    ----------
    size : int
        Number of sites.
    edge : {"periodic", "free"}
        What lies beyond the last site.
    dtype : data-type
        float32 or float64.

    Returns
    -------
    Axis
        The tables.
    """
    mode = np.arange(size)
    angle = 2 * np.pi * mode / size
    if edge == "periodic":
        turn = np.full(size, -np.pi / 4)
        order = mode
        eigenvalues = 4 * np.sin(np.pi * mode / size) ** 2
    else:
        turn = np.pi * mode / (2 * size)
        order = np.concatenate([mode[0::2], mode[1::2][::-1]])
        eigenvalues = 4 * np.sin(np.pi * mode / (2 * size)) ** 2
    norm = np.sqrt(0.5 / size)
    return Axis(
        size=size,
        eigenvalues=eigenvalues,
        factors=np.array(_radices(size), dtype=np.int64),
        order=order.astype(np.int64),
        cosines=np.cos(angle).astype(dtype),
        sines=np.sin(angle).astype(dtype),
        turn_cosines=(norm * np.cos(turn)).astype(dtype),
        turn_sines=(norm * np.sin(turn)).astype(dtype),
    )


def _radices(size: int) -> list[int]:
    """4 as often as it goes, then primes."""
    radices, radix = [], 4
    while size > 1:
        if size % radix == 0:
            radices.append(radix)
            size //= radix
        else:
            radix = {4: 2, 2: 3}.get(radix, radix + 2)
    return radices


@inlined
def _complex_product(re: Any, im: Any, cosine: Any, sine: Any) -> Any:
    """(re + i im) (cosine - i sine)."""
    return re * cosine + im * sine, im * cosine - re * sine


@compiled
def _pass_two(
    source: Any,
    target: Any,
    width: Any,
    re: Any,
    im: Any,
    run: Any,
    count: Any,
    cosines: Any,
    sines: Any,
) -> None:
    half = run // 2
    for j in range(half):
        cosine = cosines[j * count]
        sine = sines[j * count]
        for q in range(count):
            first = (q + count * j) * width
            second = (q + count * (j + half)) * width
            a_re, a_im = load(source, first + re), load(source, first + im)
            b_re, b_im = load(source, second + re), load(source, second + im)
            place = (q + count * 2 * j) * width
            store(target, place + re, a_re + b_re)
            store(target, place + im, a_im + b_im)
            d_re, d_im = a_re - b_re, a_im - b_im
            d_re, d_im = _complex_product(d_re, d_im, spread(d_re, cosine), spread(d_re, sine))
            place += count * width
            store(target, place + re, d_re)
            store(target, place + im, d_im)


@compiled
def _pass_four(
    source: Any,
    target: Any,
    width: Any,
    re: Any,
    im: Any,
    run: Any,
    count: Any,
    cosines: Any,
    sines: Any,
) -> None:
    quarter = run // 4
    step = count * quarter * width
    out = count * width
    for j in range(quarter):
        c1, s1 = cosines[j * count], sines[j * count]
        c2, s2 = cosines[2 * j * count], sines[2 * j * count]
        c3, s3 = cosines[3 * j * count], sines[3 * j * count]
        for q in range(count):
            place = (q + count * j) * width
            a_re, a_im = load(source, place + re), load(source, place + im)
            place += step
            b_re, b_im = load(source, place + re), load(source, place + im)
            place += step
            c_re, c_im = load(source, place + re), load(source, place + im)
            place += step
            d_re, d_im = load(source, place + re), load(source, place + im)
            sum_ac_re, sum_ac_im = a_re + c_re, a_im + c_im
            dif_ac_re, dif_ac_im = a_re - c_re, a_im - c_im
            sum_bd_re, sum_bd_im = b_re + d_re, b_im + d_im
            dif_bd_re, dif_bd_im = b_re - d_re, b_im - d_im
            place = (q + count * 4 * j) * width
            store(target, place + re, sum_ac_re + sum_bd_re)
            store(target, place + im, sum_ac_im + sum_bd_im)
            place += out
            # minus i times (b - d)
            x_re, x_im = dif_ac_re + dif_bd_im, dif_ac_im - dif_bd_re
            y_re, y_im = sum_ac_re - sum_bd_re, sum_ac_im - sum_bd_im
            z_re, z_im = dif_ac_re - dif_bd_im, dif_ac_im + dif_bd_re
            if j > 0:
                x_re, x_im = _complex_product(x_re, x_im, spread(x_re, c1), spread(x_re, s1))
                y_re, y_im = _complex_product(y_re, y_im, spread(y_re, c2), spread(y_re, s2))
                z_re, z_im = _complex_product(z_re, z_im, spread(z_re, c3), spread(z_re, s3))
            store(target, place + re, x_re)
            store(target, place + im, x_im)
            place += out
            store(target, place + re, y_re)
            store(target, place + im, y_im)
            place += out
            store(target, place + re, z_re)
            store(target, place + im, z_im)


@compiled
def _pass_any(
    source: Any,
    target: Any,
    width: Any,
    re: Any,
    im: Any,
    radix: Any,
    run: Any,
    count: Any,
    cosines: Any,
    sines: Any,
) -> None:
    part = run // radix
    size = cosines.size
    for j in range(part):
        for q in range(count):
            for mode in range(radix):
                place = (q + count * j) * width
                sum_re, sum_im = load(source, place + re), load(source, place + im)
                for term in range(1, radix):
                    place += count * part * width
                    turn = (mode * term * (size // radix)) % size
                    x_re, x_im = load(source, place + re), load(source, place + im)
                    x_re, x_im = _complex_product(
                        x_re, x_im, spread(x_re, cosines[turn]), spread(x_re, sines[turn])
                    )
                    sum_re, sum_im = sum_re + x_re, sum_im + x_im
                turn = j * mode * count
                sum_re, sum_im = _complex_product(
                    sum_re, sum_im, spread(sum_re, cosines[turn]), spread(sum_re, sines[turn])
                )
                place = (q + count * (radix * j + mode)) * width
                store(target, place + re, sum_re)
                store(target, place + im, sum_im)


@compiled
def fourier(
    strip: Any, spare: Any, width: Any, re: Any, im: Any, factors: Any, cosines: Any, sines: Any
) -> Any:
    """
    Discrete Fourier transform of a strip, in natural order (Stockham's algorithm).

    Parameters
    ----------
    strip, spare : array, shape (N*width,)
        The data, and room for as much; either may hold the result.
    width : int
        Numbers in a row: two vectors.
    re, im : int
        Offset of real and imaginary part in a row; exchanged, the transform is the inverse one
        (not normalised).
    factors, cosines, sines : array
        Of `Axis`.

    Returns
    -------
    tuple of array
        The one that holds the result, and the other one.
    """
    run = cosines.size
    count = 1
    for radix in factors:
        if radix == 4:
            _pass_four(strip, spare, width, re, im, run, count, cosines, sines)
        elif radix == 2:
            _pass_two(strip, spare, width, re, im, run, count, cosines, sines)
        else:
            _pass_any(strip, spare, width, re, im, radix, run, count, cosines, sines)
        strip, spare = spare, strip
        run //= radix
        count *= radix
    return strip, spare


@inlined
def rotated(p_re: Any, p_im: Any, m_re: Any, m_im: Any, cosine: Any, sine: Any) -> Any:
    """Real modes k and N - k of both columns, from complex modes k (p) and N - k (m)."""
    even_a, odd_a = p_re + m_re, p_im - m_im
    even_b, odd_b = p_im + m_im, m_re - p_re
    return (
        cosine * even_a + sine * odd_a,
        cosine * even_b + sine * odd_b,
        sine * even_a - cosine * odd_a,
        sine * even_b - cosine * odd_b,
    )


@inlined
def rotated_back(k_a: Any, k_b: Any, n_a: Any, n_b: Any, cosine: Any, sine: Any) -> Any:
    """Complex modes k and N - k from real ones: the transpose of `rotated`."""
    even_a, odd_a = cosine * k_a + sine * n_a, sine * k_a - cosine * n_a
    even_b, odd_b = cosine * k_b + sine * n_b, sine * k_b - cosine * n_b
    return even_a - odd_b, even_b + odd_a, even_a + odd_b, even_b - odd_a


@inlined
def _scaled_row(strip: Any, place: Any, width: Any, norm: Any) -> None:
    for offset in range(0, width, width // 2):
        value = load(strip, place + offset)
        store(strip, place + offset, value * spread(value, norm))


@compiled
def rotate(strip: Any, width: Any, turn_cosines: Any, turn_sines: Any, back: Any) -> None:
    """
    Rotate Fourier modes of a strip into real ones, or back, in place.

    Parameters
    ----------
    strip : array, shape (N*width,)
        The modes.
    width : int
        Numbers in a row.
    turn_cosines, turn_sines : array, shape (N,)
        Of `Axis`.
    back : bool
        From real modes to Fourier modes.
    """
    size = turn_cosines.size
    half = width // 2
    norm = math.sqrt(1.0 / size)
    _scaled_row(strip, 0, width, norm)
    if size % 2 == 0:
        _scaled_row(strip, size // 2 * width, width, norm)
    for mode in range(1, (size + 1) // 2):
        p = mode * width
        m = (size - mode) * width
        a, b = load(strip, p), load(strip, p + half)
        c, d = load(strip, m), load(strip, m + half)
        cosine, sine = spread(a, turn_cosines[mode]), spread(a, turn_sines[mode])
        if back:
            a, b, c, d = rotated_back(a, b, c, d, cosine, sine)
        else:
            a, b, c, d = rotated(a, b, c, d, cosine, sine)
        store(strip, p, a)
        store(strip, p + half, b)
        store(strip, m, c)
        store(strip, m + half, d)
