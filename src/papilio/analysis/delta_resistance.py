"""Resistance at one field less that at zero field, on one branch of a loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papilio.analysis.estimate import Estimate
from papilio.analysis.loops import FieldSweep
from papilio.analysis.moment_loop import pooled_noise
from papilio.analysis.noise_memory import noise_behind_filter, noise_widening

Array = NDArray[np.float64]

#: Chi-square of two degrees of freedom that noise exceeds in three cases of ten.
SELDOM = 2.4


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
    """Resistance at a field: a parabola through the nine nearest readings."""
    if not sweep.field.min() <= field <= sweep.field.max():
        return None
    rows = np.sort(np.argsort(np.abs(sweep.field - field))[:9])
    x = sweep.field[rows] - field
    scale = float(np.abs(x).max()) or 1.0
    known = noise_behind_filter(sweep.resistance)
    order = 2 if rows.size >= 6 else 1
    inverse, residuals = _fitted(x / scale, sweep.resistance[rows], order)
    if rows.size >= 8:
        # A parabola cuts the top of a narrow peak: a quartic where that is more than noise.
        quartic = _fitted(x / scale, sweep.resistance[rows], 4)
        gain = float(residuals @ residuals - quartic[1] @ quartic[1])
        if gain > SELDOM * known**2:
            order, (inverse, residuals) = 4, quartic
    # Nine readings alone know their noise badly; the whole sweep knows it better.
    noise = noise_widening(sweep.resistance) * pooled_noise(
        float(residuals @ residuals),
        max(1, rows.size - order - 1),
        known,
        sweep.resistance.size,
    )
    weights = inverse[-1]
    if order >= 2:
        # The lock-in's delay is off the field already; what it smears is delay^2 y''/2 to second
        # order, and y'' is twice the coefficient of the square.
        weights = weights - (sweep.delay / scale) ** 2 * inverse[-3]
    value = float(weights @ sweep.resistance[rows])
    return Estimate(value, noise * float(np.linalg.norm(weights)))


def _fitted(u: Array, values: Array, order: int) -> tuple[Array, Array]:
    """Derivative of the coefficients with the values, and what the polynomial leaves."""
    design = np.vander(u, order + 1)
    inverse = np.linalg.pinv(design)
    return np.asarray(inverse), np.asarray(values - design @ (inverse @ values))
