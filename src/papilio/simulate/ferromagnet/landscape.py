"""
Energy of one grain against the angle of its moment: minima, saddles, barriers.

In units of the anisotropy energy and with angles from the easy axis,

    e(phi) = sin(phi)^2 - 2 h.u(phi),    u = (cos(phi), sin(phi)),

h the local field over the anisotropy field (Stoner and Wohlfarth, Phil. Trans. R. Soc. A 240, 599
(1948), doi:10.1098/rsta.1948.0007). Inside the astroid |h_x|^(2/3) + |h_y|^(2/3) < 1 there are two
minima and two saddles, outside one of each. With h in the first quadrant each of them has a
bracket of its own: the stable minimum in [0, pi/2], one saddle in [pi/2, a], the other minimum in
[a, pi], the other saddle in [pi, 3 pi/2], where tan(a) = -(h_y/h_x)^(1/3) is where the astroid is
touched. So no root is ever searched for in vain.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """
    A function compiled by numba, without the interpreter lock, kept on disk.

    Parameters
    ----------
    function : callable
        What is to be compiled.

    Returns
    -------
    callable
        The same function.
    """
    return cast(Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


@compiled
def energy(angle: float, hx: float, hy: float) -> float:
    """
    Energy over the anisotropy energy.

    Parameters
    ----------
    angle : float
        From the easy axis, rad.
    hx, hy : float
        Local field over the anisotropy field, along and across the easy axis.

    Returns
    -------
    float
        e.
    """
    sine = math.sin(angle)
    return sine * sine - 2 * (hx * math.cos(angle) + hy * sine)


@compiled
def _root(hx: float, hy: float, low: float, high: float, rising: bool) -> float:
    """Zero of de/dphi/2 between two angles, by Newton's method kept inside by bisection."""
    angle = 0.5 * (low + high)
    for _ in range(100):
        sine, cosine = math.sin(angle), math.cos(angle)
        slope = sine * cosine + hx * sine - hy * cosine
        if (slope > 0) == rising:
            high = angle
        else:
            low = angle
        curvature = cosine * cosine - sine * sine + hx * cosine + hy * sine
        step = -slope / curvature if curvature != 0 else math.inf
        following = angle + step
        if low < following < high:
            # Newton's error after this step is about the square of the step.
            if abs(step) < 1e-8:
                return following
            angle = following
        else:
            angle = 0.5 * (low + high)
            if high - low < 1e-14:
                break
    return angle


@compiled
def extrema(hx: float, hy: float) -> tuple[bool, float, float, float, float]:
    """
    Minima and saddles of the energy.

    Parameters
    ----------
    hx, hy : float
        Local field over the anisotropy field, along and across the easy axis.

    Returns
    -------
    two : bool
        Whether there are two minima.
    stable : float
        The minimum along the field, rad.
    other : float
        The other minimum; NaN where there is none.
    near : float
        The saddle on the way from one to the other on the side of the field; NaN where there is
        none.
    far : float
        The saddle against the field.
    """
    x, y = abs(hx), abs(hy)
    a, b = x ** (1 / 3), y ** (1 / 3)
    half = 0.5 * math.pi
    stable = _root(x, y, 0.0, half, True)
    far = _root(x, y, math.pi, 3 * half, False)
    two = a * a + b * b < 1
    near = other = math.nan
    if two:
        touch = 0.75 * math.pi if a + b == 0 else math.atan2(b, -a)
        near = _root(x, y, half, touch, False)
        other = _root(x, y, touch, math.pi, True)
    # Back from the first quadrant.
    if hx < 0:
        stable, other, near, far = (
            math.pi - stable,
            math.pi - other,
            math.pi - near,
            math.pi - far,
        )
    if hy < 0:
        stable, other, near, far = -stable, -other, -near, -far
    return two, stable, other, near, far


@compiled
def _between(angle: float, first: float, middle: float, last: float) -> bool:
    """Whether going from `first` to `last` by way of `middle` passes the angle."""
    turn = 2 * math.pi
    if (middle - first) % turn < (last - first) % turn:
        return (angle - first) % turn < (last - first) % turn
    return (angle - last) % turn < (first - last) % turn


@compiled
def settled(angle: float, hx: float, hy: float) -> float:
    """
    Minimum in whose basin an angle lies: where an overdamped moment comes to rest.

    Parameters
    ----------
    angle : float
        From the easy axis, rad.
    hx, hy : float
        Local field over the anisotropy field.

    Returns
    -------
    float
        rad, within half a turn of `angle`.
    """
    # Most often the minimum is close and the energy convex on the way: a few steps of Newton's.
    found = angle
    for _ in range(12):
        sine, cosine = math.sin(found), math.cos(found)
        curvature = cosine * cosine - sine * sine + hx * cosine + hy * sine
        if curvature < 0.05 or abs(found - angle) > 0.1:
            break
        step = (sine * cosine + hx * sine - hy * cosine) / curvature
        found -= step
        if abs(step) < 1e-14:
            return found
    two, stable, other, near, far = extrema(hx, hy)
    target = other if two and _between(angle, near, other, far) else stable
    return angle + (target - angle + math.pi) % (2 * math.pi) - math.pi


@compiled
def barriers(angle: float, hx: float, hy: float) -> tuple[bool, float, float, float, float]:
    """
    Barriers about the minimum in whose basin an angle lies.

    Parameters
    ----------
    angle : float
        From the easy axis, rad.
    hx, hy : float
        Local field over the anisotropy field.

    Returns
    -------
    two : bool
        Whether there is another minimum.
    target : float
        The other minimum, rad.
    near, far : float
        Heights of the two saddles above this minimum, over the anisotropy energy.
    gain : float
        Height of this minimum above the other one.
    """
    two, stable, other, near, far = extrema(hx, hy)
    if not two:
        return False, stable, math.inf, math.inf, 0.0
    here, target = stable, other
    if _between(angle, near, other, far):
        here, target = other, stable
    bottom = energy(here, hx, hy)
    return (
        True,
        target,
        energy(near, hx, hy) - bottom,
        energy(far, hx, hy) - bottom,
        bottom - energy(target, hx, hy),
    )
