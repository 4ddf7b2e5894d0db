"""Moments that fall into the minima of their energy at once: relaxation and avalanches."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papilio.constants import VACUUM_PERMEABILITY
from papilio.errors import OptionsError
from papilio.simulate.ferromagnet.landscape import compiled, settled
from papilio.simulate.ferromagnet.sheet import Field, Sheet, flatness, others_field

Floats = NDArray[np.float64]

#: Largest change of an angle in a sweep, rad, at which a sheet counts as relaxed.
TOLERANCE = 1e-9
#: Most sweeps over the cells between two looks at the dipolar field, and most such looks.
SWEEPS, LOOKS = 20_000, 500


@compiled
def neighbours_field(
    cosine: Any, sine: Any, exchange: Any, row: int, column: int
) -> tuple[float, float]:
    """
    Exchange field on one cell.

    Parameters
    ----------
    cosine, sine : array, shape (Ly, Lx)
        Of the angles.
    exchange : array, shape (2, Ly, Lx)
        Of the `Sheet`.
    row, column : int
        The cell.

    Returns
    -------
    tuple of float
        Along x and y, T.
    """
    rows, columns = cosine.shape
    right, left = (column + 1) % columns, (column or columns) - 1
    above, below = (row + 1) % rows, (row or rows) - 1
    x = y = 0.0
    strength = exchange[0, row, column]
    if strength != 0:
        x += strength * cosine[row, right]
        y += strength * sine[row, right]
    strength = exchange[0, row, left]
    if strength != 0:
        x += strength * cosine[row, left]
        y += strength * sine[row, left]
    strength = exchange[1, row, column]
    if strength != 0:
        x += strength * cosine[above, column]
        y += strength * sine[above, column]
    strength = exchange[1, below, column]
    if strength != 0:
        x += strength * cosine[below, column]
        y += strength * sine[below, column]
    return x, y


@compiled
def _sweeps(
    angle: Any,
    field_x: Any,
    field_y: Any,
    axis: Any,
    anisotropy: Any,
    exchange: Any,
    tolerance: float,
    most: int,
) -> tuple[float, bool]:
    """Each cell into the minimum of its basin, over and over; total change and whether at rest."""
    rows, columns = angle.shape
    cosine, sine = np.cos(angle), np.sin(angle)
    axis_x, axis_y = np.cos(axis), np.sin(axis)
    total = 0.0
    for _ in range(most):
        largest = 0.0
        for row in range(rows):
            for column in range(columns):
                x, y = neighbours_field(cosine, sine, exchange, row, column)
                x += field_x[row, column]
                y += field_y[row, column]
                own = axis[row, column]
                strength = anisotropy[row, column]
                to_x, to_y = axis_x[row, column], axis_y[row, column]
                along_axis = (x * to_x + y * to_y) / strength
                across_axis = (y * to_x - x * to_y) / strength
                before = angle[row, column]
                after = own + settled(before - own, along_axis, across_axis)
                if after == before:
                    continue
                angle[row, column] = after
                cosine[row, column], sine[row, column] = math.cos(after), math.sin(after)
                largest = max(largest, abs(after - before))
        total = max(total, largest)
        if largest < tolerance:
            return total, True
    return total, False


def relaxed(sheet: Sheet, angle: Floats, field: Field, tolerance: float = TOLERANCE) -> Floats:
    """
    Angles at rest: each moment in the minimum of its basin, in the field of all others.

    A moment whose minimum has vanished falls into the other one; those that it takes along make
    an avalanche. Both take no time.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        Where to start, rad.
    field : Field
        Applied field.
    tolerance : float
        Largest change of an angle, rad, that counts as rest.

    Returns
    -------
    array, shape (Ly, Lx)
        rad.

    Raises
    ------
    OptionsError
        If the moments do not come to rest.
    """
    angle = np.array(angle, float)
    flat = flatness(sheet, field)
    response = 0.0
    if sheet.dipolar is not None:
        strongest = VACUUM_PERMEABILITY * sheet.areal_moment / sheet.thickness
        response = (
            strongest * (sheet.dipolar.largest + sheet.dipolar.own) / float(sheet.anisotropy.min())
        )
    for _ in range(LOOKS):
        dipolar_x, dipolar_y = others_field(sheet, angle)
        change, rests = _sweeps(
            angle,
            field.x / flat + dipolar_x,
            field.y / flat + dipolar_y,
            sheet.axis,
            sheet.anisotropy,
            sheet.exchange,
            tolerance,
            SWEEPS,
        )
        # What the dipolar field has changed in the meantime can turn no moment by more.
        if rests and change * response < 10 * tolerance:
            return angle
    raise OptionsError(
        "anisotropy_field: the moments do not come to rest; exchange or dipolar fields are too "
        "strong for it: give a larger one, or smaller cells less exchange"
    )
