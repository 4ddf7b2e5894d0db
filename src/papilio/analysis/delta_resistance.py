"""Resistance at one field less that at zero field, on one branch of a loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from papilio.analysis.curve import BELIEVED
from papilio.analysis.estimate import Estimate
from papilio.analysis.local_polynomial import local_polynomial, polynomial_in_noise
from papilio.analysis.loops import FieldSweep
from papilio.analysis.noise_memory import noise_behind_filter, noise_memory

Array = NDArray[np.float64]


def delta_R(sweep: FieldSweep, field: float, shift: float) -> Estimate | None:
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

    Returns
    -------
    Estimate or None
        ohm; None where the sweep does not reach the field.
    """
    there, zero = _local(sweep, field + shift), _local(sweep, shift)
    if there is None or zero is None:
        return None
    return Estimate(there.value - zero.value, float(np.hypot(there.std, zero.std)))


def _local(sweep: FieldSweep, field: float) -> Estimate | None:
    """Resistance at a field: the polynomial that the nine nearest readings call for."""
    if not sweep.field.min() <= field <= sweep.field.max():
        return None
    rows = np.sort(np.argsort(np.abs(sweep.field - field))[:9])
    x = sweep.field[rows] - field
    scale = float(np.abs(x).max()) or 1.0
    noise = noise_behind_filter(sweep.resistance)
    order, _, inverse, residuals = (
        polynomial_in_noise(x / scale, sweep.resistance[rows], np.ones(rows.size), noise)
        if noise > 0
        else local_polynomial(x / scale, sweep.resistance[rows], np.ones(rows.size), 5)
    )
    freedom = max(1, rows.size - order - 1)
    # Nine readings alone know their noise badly; the whole sweep knows it better, unless they
    # contradict.
    seen = float(residuals @ residuals)
    if seen > noise**2 * special.chdtri(freedom, BELIEVED):
        noise = float(np.sqrt(seen / freedom))
    weights = inverse[-1]
    # The lock-in's delay is off the field already; what it smears is delay^2 y''/2 to second order,
    # and y'' is twice the quadratic coefficient.
    weights = weights - (sweep.delay / scale) ** 2 * inverse[-3]
    value = float(weights @ sweep.resistance[rows])
    apart = np.abs(rows[:, None] - rows)
    variance = weights @ noise_memory(sweep.resistance) ** apart @ weights
    return Estimate(value, noise * float(np.sqrt(variance)))
