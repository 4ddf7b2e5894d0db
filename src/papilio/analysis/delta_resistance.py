"""Resistance at one field less that at zero field, on one branch of a loop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papilio.analysis.curve import reading_noise
from papilio.analysis.estimate import Estimate
from papilio.analysis.loops import FieldSweep

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
    """Resistance at a field: a parabola through the nine nearest readings."""
    if not sweep.field.min() <= field <= sweep.field.max():
        return None
    rows = np.sort(np.argsort(np.abs(sweep.field - field))[:9])
    x = sweep.field[rows] - field
    scale = float(np.abs(x).max()) or 1.0
    order = 2 if rows.size >= 6 else 1
    design = np.vander(x / scale, order + 1)
    inverse = np.linalg.pinv(design)
    coefficients = inverse @ sweep.resistance[rows]
    residuals = sweep.resistance[rows] - design @ coefficients
    freedom = max(1, rows.size - order - 1)
    noise = float(np.sqrt(residuals @ residuals / freedom))
    # Nine readings alone know their noise badly; the whole sweep knows it better.
    noise = max(noise, reading_noise(sweep.resistance))
    weights = inverse[-1]
    if order == 2:
        # The lock-in's delay is off the field already; what it smears is delay^2 y''/2 to second
        # order, and y'' is twice the leading coefficient.
        weights = weights - (sweep.delay / scale) ** 2 * inverse[0]
    value = float(weights @ sweep.resistance[rows])
    return Estimate(value, noise * float(np.linalg.norm(weights)))
