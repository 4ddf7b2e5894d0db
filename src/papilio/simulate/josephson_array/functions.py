"""Sine of a phase and normal deviates, a vector at a time, without branches."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.core import types
from numba.extending import overload

from papilio.simulate.josephson_array.lanes import (
    Lanes,
    compiled,
    inlined,
    load,
    nearest,
    reinterpret,
    root,
    shift_left,
    shift_right,
    shift_right_signed,
    signed_to_float,
    spread,
    store,
)


@inlined
def wrapped(turns: Any) -> Any:
    """Phase in turns, taken to between -1/2 and 1/2."""
    return turns - nearest(turns)


@inlined
def _sine_single(x: Any) -> Any:
    # x (1/4 - x^2) P(x^2) has the zeros of sin(2 pi x) at 0 and +-1/2 built in; the coefficients
    # make the largest error least: 1.0e-7.
    y = x * x
    p = spread(x, 12.233316834395193)
    p = p * y + spread(x, -38.12320292961142)
    p = p * y + spread(x, 67.04379896396405)
    p = p * y + spread(x, -64.83468114324394)
    p = p * y + spread(x, 25.132730381909685)
    return (x * (spread(x, 0.25) - y)) * p


@inlined
def _sine_double(x: Any) -> Any:
    # As above; largest error 2.4e-18 before rounding.
    y = x * x
    p = spread(x, -0.0010101489894375555)
    p = p * y + spread(x, 0.011704590702716684)
    p = p * y + spread(x, -0.10127661215634463)
    p = p * y + spread(x, 0.6927972490890052)
    p = p * y + spread(x, -3.646752411561057)
    p = p * y + spread(x, 14.182954391484612)
    p = p * y + spread(x, -38.512955341953486)
    p = p * y + spread(x, 67.07762091738225)
    p = p * y + spread(x, -64.83584404672551)
    p = p * y + spread(x, 25.132741228718345)
    return (x * (spread(x, 0.25) - y)) * p


def sine(turns: Any) -> Any:
    """
    Sine of a phase between -1/2 and 1/2 turn.

    Parameters
    ----------
    turns : Lanes
        Phase over 2 pi.

    Returns
    -------
    Lanes
        Within 3e-7 (float32) or 5e-16 (float64) of the exact sine.
    """
    raise NotImplementedError("only inside compiled functions")


@overload(sine, strict=False)  # type: ignore[untyped-decorator]
def _choose_sine(turns: Any) -> Any:
    if not isinstance(turns, Lanes):
        return None
    if turns.element == types.float32:
        return lambda turns: _sine_single(turns)
    return lambda turns: _sine_double(turns)


@inlined
def _random_single(state: Any, part: Any) -> Any:
    # xoshiro128++ (Blackman and Vigna, doi:10.1145/3460772), one generator in each lane.
    s0 = load(state, part)
    s1 = load(state, part + 16)
    s2 = load(state, part + 32)
    s3 = load(state, part + 48)
    summed = s0 + s3
    result = (shift_left(summed, 7) | shift_right(summed, 25)) + s0
    t = shift_left(s1, 9)
    s2 = s2 ^ s0
    s3 = s3 ^ s1
    s1 = s1 ^ s2
    s0 = s0 ^ s3
    s2 = s2 ^ t
    s3 = shift_left(s3, 11) | shift_right(s3, 21)
    store(state, part, s0)
    store(state, part + 16, s1)
    store(state, part + 32, s2)
    store(state, part + 48, s3)
    return result


@inlined
def _random_double(state: Any, part: Any) -> Any:
    # xoshiro256++ of the same authors.
    s0 = load(state, part)
    s1 = load(state, part + 8)
    s2 = load(state, part + 16)
    s3 = load(state, part + 24)
    summed = s0 + s3
    result = (shift_left(summed, 23) | shift_right(summed, 41)) + s0
    t = shift_left(s1, 17)
    s2 = s2 ^ s0
    s3 = s3 ^ s1
    s1 = s1 ^ s2
    s0 = s0 ^ s3
    s2 = s2 ^ t
    s3 = shift_left(s3, 45) | shift_right(s3, 19)
    store(state, part, s0)
    store(state, part + 8, s1)
    store(state, part + 16, s2)
    store(state, part + 24, s3)
    return result


@inlined
def _minus_two_log_single(bits: Any) -> Any:
    # A uniform number between 0 and 1, both excluded, from the upper 31 bits; its logarithm from
    # exponent and mantissa m in [sqrt(1/2), sqrt(2)), ln m = 2 artanh((m - 1)/(m + 1)).
    like = signed_to_float(bits)
    uniform = (signed_to_float(shift_right(bits, 1)) + spread(like, 0.5)) * spread(
        like, 4.656612873077393e-10
    )
    pattern = reinterpret(uniform)
    exponent = shift_right_signed(pattern - spread(pattern, 0x3F3504F3), 23)
    mantissa = reinterpret(pattern - shift_left(exponent, 23))
    one = spread(like, 1.0)
    s = (mantissa - one) / (mantissa + one)
    z = s * s
    p = spread(like, 2.0 / 7.0)
    p = p * z + spread(like, 2.0 / 5.0)
    p = p * z + spread(like, 2.0 / 3.0)
    p = p * z + spread(like, 2.0)
    log = signed_to_float(exponent) * spread(like, 0.6931471805599453) + s * p
    return spread(like, -2.0) * log


@inlined
def _minus_two_log_double(bits: Any) -> Any:
    like = reinterpret(bits)
    one = spread(like, 1.0)
    # 52 bits as the mantissa of a number in [1, 2); half a step up keeps zero out.
    mantissa_bits = shift_right(bits, 12) | spread(bits, 0x3FF0000000000000)
    uniform = (reinterpret(mantissa_bits) - one) + spread(like, 1.1102230246251565e-16)
    pattern = reinterpret(uniform)
    exponent = shift_right(pattern - spread(pattern, 0x3FE6A09E667F3BCD), 52)
    # AVX2 has no signed 64-bit shift or conversion: the exponent, -53 ... 0 modulo 2^12, goes
    # into the mantissa of 2^52 and comes out as a float.
    biased = (exponent + spread(pattern, 1024)) & spread(pattern, 0xFFF)
    number = reinterpret(biased | spread(pattern, 0x4330000000000000))
    number = number - spread(like, 4503599627370496.0 + 1024.0)
    mantissa = reinterpret(pattern - shift_left(exponent, 52))
    s = (mantissa - one) / (mantissa + one)
    z = s * s
    p = spread(like, 2.0 / 13.0)
    p = p * z + spread(like, 2.0 / 11.0)
    p = p * z + spread(like, 2.0 / 9.0)
    p = p * z + spread(like, 2.0 / 7.0)
    p = p * z + spread(like, 2.0 / 5.0)
    p = p * z + spread(like, 2.0 / 3.0)
    p = p * z + spread(like, 2.0)
    log = number * spread(like, 0.6931471805599453) + s * p
    return spread(like, -2.0) * log


@inlined
def _normals_single(state: Any) -> Any:
    first = _random_single(state, 0)
    second = _random_single(state, 8)
    radius = root(_minus_two_log_single(first))
    angle = signed_to_float(second)
    angle = angle * spread(angle, 2.3283064365386963e-10)
    quarter = angle + spread(angle, 0.25)
    return radius * _sine_single(angle), radius * _sine_single(wrapped(quarter))


@inlined
def _normals_double(state: Any) -> Any:
    first = _random_double(state, 0)
    second = _random_double(state, 4)
    radius = root(_minus_two_log_double(first))
    pattern = shift_right(second, 12) | spread(second, 0x3FF0000000000000)
    angle = reinterpret(pattern)
    angle = angle - spread(angle, 1.5)
    quarter = angle + spread(angle, 0.25)
    return radius * _sine_double(angle), radius * _sine_double(wrapped(quarter))


def normals(state: Any) -> Any:
    """
    Two vectors of independent standard normal deviates (Box and Muller's transformation).

    Parameters
    ----------
    state : array of uint32, shape (64,), or uint64, shape (32,)
        State of the generators, moved on in place; uint32 gives float32, uint64 float64.

    Returns
    -------
    tuple of Lanes
        The deviates.
    """
    raise NotImplementedError("only inside compiled functions")


@overload(normals, strict=False)  # type: ignore[untyped-decorator]
def _choose_normals(state: Any) -> Any:
    if state.dtype == types.uint32:
        return lambda state: _normals_single(state)
    return lambda state: _normals_double(state)


def seeded(sequence: np.random.SeedSequence, dtype: Any) -> np.ndarray[Any, Any]:
    """
    State of the generators of one replica.

    Parameters
    ----------
    sequence : numpy.random.SeedSequence
        The replica's own seed sequence.
    dtype : data-type
        float32 or float64, the precision of the deviates.

    Returns
    -------
    array of uint32, shape (64,), or uint64, shape (32,)
        What `normals` takes.
    """
    if np.dtype(dtype) == np.float32:
        return sequence.generate_state(64, np.uint32)
    return sequence.generate_state(32, np.uint64)


@compiled
def fill_normals(state: Any, values: Any) -> None:
    """
    Fill a flat array, two vectors at a time, with standard normal deviates.

    Parameters
    ----------
    state : array
        As `normals` takes it.
    values : array, shape (n,)
        n a multiple of 16 (float32) or 8 (float64).
    """
    lanes = state.size // 8
    for index in range(0, values.size, 2 * lanes):
        first, second = normals(state)
        store(values, index, first)
        store(values, index + lanes, second)


@compiled
def fill_sines(turns: Any, values: Any) -> None:
    """
    Fill a flat array with sines.

    Parameters
    ----------
    turns : array, shape (n,)
        Phases over 2 pi; n a multiple of 8 (float32) or 4 (float64).
    values : array, shape (n,)
        Filled with the sines.
    """
    lanes = 32 // turns.itemsize
    for index in range(0, turns.size, lanes):
        store(values, index, sine(wrapped(load(turns, index))))
