"""Resistance at one field less that at zero field, on one branch of a loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from papilio.analysis.curve import BELIEVED
from papilio.analysis.estimate import Estimate
from papilio.analysis.loops import FieldSweep
from papilio.analysis.noise_memory import memory_and_noise

Array = NDArray[np.float64]

#: Fewest readings that give the resistance at a field, order of the polynomial through them.
READINGS, ORDER = 9, 4
#: Part of a peak's full width, on each side, whose readings a quartic describes to 1e-4 of a
#: Gaussian's height.
PART = 0.3


def delta_R(sweep: FieldSweep, field: float, shift: float, width: float = 0.0) -> Estimate | None:
    """
    Resistance at one field less that at zero field, on one branch.

    Parameters
    ----------
    sweep : FieldSweep
        One branch.
    field : float
        T, signed.
    shift : float
        Where zero field is, T: the shift that both branches share.
    width : float, optional
        Full width of the peak at half height, T; zero where there is none.

    Returns
    -------
    Estimate or None
        ohm; None where the sweep does not reach the field.
    """
    there, zero = _local(sweep, field + shift, width), _local(sweep, shift, width)
    if there is None or zero is None:
        return None
    return Estimate(there.value - zero.value, float(np.hypot(there.std, zero.std)))


def _local(sweep: FieldSweep, field: float, width: float) -> Estimate | None:
    """
    Resistance at a field: a quartic through the nearest readings.

    A parabola through nine would flatten a peak of ten readings' width by one per cent, which a
    quiet loop sees. A first-order output filter reads m with m + tau dm/dt = R (exactly, whatever
    R does), so R at a field is m + delay dm/dfield of the readings, which stand at a field earlier
    by `delay`.
    """
    at = field - sweep.delay
    if not sweep.field.min() <= min(at, field) <= max(at, field) <= sweep.field.max():
        return None
    distance = np.abs(sweep.field - at)
    count = max(READINGS, int((distance <= PART * width).sum()))
    rows = np.sort(np.argsort(distance)[:count])
    x = sweep.field[rows] - at
    scale = float(np.abs(x).max()) or 1.0
    order = min(ORDER, rows.size - 4)
    design = np.vander(x / scale, order + 1)
    inverse = np.linalg.pinv(design)
    residuals = sweep.resistance[rows] - design @ (inverse @ sweep.resistance[rows])
    weights = inverse[-1] + sweep.delay / scale * inverse[-2]
    value = float(weights @ sweep.resistance[rows])
    # Few readings know their noise badly; the whole sweep knows it, unless they contradict it.
    memory, noise = memory_and_noise(sweep.resistance)
    freedom, squares = rows.size - order - 1, float(residuals @ residuals)
    contradicted = noise == 0 or special.chdtrc(freedom, squares / noise**2) < BELIEVED
    if contradicted:
        noise = max(noise, float(np.sqrt(squares / freedom)))
    apart = np.abs(np.subtract.outer(rows, rows))
    std = noise * float(np.sqrt(weights @ memory**apart @ weights))
    return Estimate(value, std, freedom=freedom if contradicted else np.inf)
