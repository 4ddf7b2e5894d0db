"""A sheet of in-plane moments on a grid: what does not change while the field does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from papilio.constants import VACUUM_PERMEABILITY
from papilio.errors import OptionsError
from papilio.simulate.ferromagnet.magnetostatics import Convolution, in_plane_field

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sheet:
    """
    Frozen description of a sheet.

    Attributes
    ----------
    cell, thickness : float
        Edge of a square cell and thickness, m.
    areal_moment : float
        Moment per area, A.
    axis : array, shape (Ly, Lx)
        Angle of each cell's easy axis, rad.
    anisotropy : array, shape (Ly, Lx)
        Anisotropy field of each cell, T: the anisotropy energy is m a^2 B_K/2.
    exchange : array, shape (2, Ly, Lx)
        Field that a neighbour to the right, or above, exerts along its own moment, T: 2 A/(m a^2)
        inside a grain; zero where there is no neighbour.
    periodic : bool
        Closed to a ring both ways.
    easy_plane : float
        Anisotropy field that keeps the moments in the plane, T.
    dipolar : Convolution or None
        None leaves dipolar fields out.
    """

    cell: float
    thickness: float
    areal_moment: float
    axis: Floats
    anisotropy: Floats
    exchange: Floats
    periodic: bool
    easy_plane: float
    dipolar: Convolution | None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.axis.shape[0], self.axis.shape[1]

    @property
    def cell_moment(self) -> float:
        """Moment of a cell, A m^2."""
        return self.areal_moment * self.cell**2

    @property
    def area(self) -> float:
        """Area of the sheet, m^2."""
        return self.axis.size * self.cell**2


@dataclass(frozen=True)
class Field:
    """
    An applied field.

    Attributes
    ----------
    x, y, z : float
        T; z is out of the plane.
    """

    x: float
    y: float
    z: float = 0.0


def along(value: float, azimuth: float, elevation: float) -> Field:
    """
    Field of a given value along a direction.

    Parameters
    ----------
    value : float
        T, signed.
    azimuth, elevation : float
        Angle from x in the plane, and out of the plane, rad.

    Returns
    -------
    Field
        Its components.
    """
    flat = value * math.cos(elevation)
    return Field(flat * math.cos(azimuth), flat * math.sin(azimuth), value * math.sin(elevation))


def flatness(sheet: Sheet, field: Field) -> float:
    """
    Part of a moment that stays in the plane.

    An out-of-plane field tilts all moments alike, by sin(tilt) = B_z/B_plane, as the minimum of
    -m B_z sin(tilt) + m B_plane sin(tilt)^2/2 says; it does not reverse them.

    Parameters
    ----------
    sheet : Sheet
        Knows the easy-plane field.
    field : Field
        Applied field.

    Returns
    -------
    float
        cos(tilt).

    Raises
    ------
    OptionsError
        If the field would stand the moments up straight: nothing is left in the plane to follow.
    """
    if abs(field.z) >= sheet.easy_plane:
        raise OptionsError(
            f"easy_plane_field: {sheet.easy_plane:g} T does not keep moments in the plane at "
            f"{abs(field.z):g} T out of it; give a larger one or a lower field"
        )
    return math.sqrt(1 - (field.z / sheet.easy_plane) ** 2)


def dipolar_field(sheet: Sheet, angle: Floats) -> tuple[Floats, Floats]:
    """
    Dipolar field of moments that lie in the plane, that of each on itself included.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        Of each moment, rad.

    Returns
    -------
    tuple of array, shape (Ly, Lx)
        Along x and y, T.
    """
    if sheet.dipolar is None:
        return np.zeros(sheet.shape), np.zeros(sheet.shape)
    moment = sheet.areal_moment
    return in_plane_field(
        sheet.dipolar, moment * np.cos(angle), moment * np.sin(angle), sheet.thickness
    )


def others_field(sheet: Sheet, angle: Floats) -> tuple[Floats, Floats]:
    """
    Dipolar field of all other moments on each.

    The field of a moment on itself turns with it and exerts no torque, for a cell is square: its
    energy does not depend on the angle. Held still it would resist, or help, a reversal by twice
    that energy.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        Of each moment, rad.

    Returns
    -------
    tuple of array, shape (Ly, Lx)
        Along x and y, T.
    """
    x, y = dipolar_field(sheet, angle)
    if sheet.dipolar is None:
        return x, y
    own = VACUUM_PERMEABILITY * sheet.areal_moment / sheet.thickness * sheet.dipolar.own
    return x + own * np.cos(angle), y + own * np.sin(angle)


def exchange_field(sheet: Sheet, angle: Floats) -> tuple[Floats, Floats]:
    """
    Field that neighbours exert through exchange.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        Of each moment, rad.

    Returns
    -------
    tuple of array, shape (Ly, Lx)
        Along x and y, T.
    """
    across, along_y = sheet.exchange
    found = []
    for part in (np.cos(angle), np.sin(angle)):
        field = across * np.roll(part, -1, 1) + along_y * np.roll(part, -1, 0)
        field += np.roll(across * part, 1, 1) + np.roll(along_y * part, 1, 0)
        found.append(field)
    return found[0], found[1]


def energy(sheet: Sheet, angle: ArrayLike, field: Field) -> float:
    """
    Energy: Zeeman, anisotropy, exchange, dipolar; parallel neighbours have exchange energy zero.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    angle : array, shape (Ly, Lx)
        Of each moment, rad.
    field : Field
        Applied field; of its out-of-plane part only the tilt counts.

    Returns
    -------
    float
        J.
    """
    angle = np.asarray(angle, float)
    x, y = np.cos(angle), np.sin(angle)
    flat = flatness(sheet, field)
    dipolar_x, dipolar_y = dipolar_field(sheet, angle)
    exchange_x, exchange_y = exchange_field(sheet, angle)
    density = -(field.x * x + field.y * y) * flat
    density = density + flat**2 * sheet.anisotropy / 2 * np.sin(angle - sheet.axis) ** 2
    density = density - flat**2 / 2 * ((dipolar_x + exchange_x) * x + (dipolar_y + exchange_y) * y)
    parallel = flat**2 * float(sheet.exchange.sum())
    return sheet.cell_moment * (float(density.sum()) + parallel)
