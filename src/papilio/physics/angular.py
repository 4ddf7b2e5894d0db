"""Upper critical field against the angle between field and film: two and three dimensions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def tinkham_field(angle: ArrayLike, perpendicular: float, parallel: float) -> NDArray[np.float64]:
    """
    Upper critical field of a film thinner than xi.

    The root of |H cos(angle)/H_perp| + (H sin(angle)/H_par)^2 = 1: a cusp at the parallel field.

    Parameters
    ----------
    angle : array, any shape
        Between the field and the normal of the film, rad.
    perpendicular, parallel : float
        Fields along the normal and in the film, T.

    Returns
    -------
    ndarray
        Field, T.

    References
    ----------
    Tinkham, Phys. Rev. 129, 2413 (1963), doi:10.1103/PhysRev.129.2413 (there with sine and cosine
    exchanged, for the angle from the film).
    """
    linear = np.abs(np.cos(angle)) / perpendicular
    square = np.abs(np.sin(angle)) / parallel
    # The root in the form that does not cancel when one of the two terms vanishes.
    return np.asarray(2 / (linear + np.sqrt(linear**2 + 4 * square**2)))


def anisotropic_field(
    angle: ArrayLike, perpendicular: float, parallel: float
) -> NDArray[np.float64]:
    """
    Upper critical field of an anisotropic three-dimensional superconductor (Ginzburg-Landau).

    (H cos(angle)/H_perp)^2 + (H sin(angle)/H_par)^2 = 1: rounded at the parallel field.

    Parameters
    ----------
    angle : array, any shape
        Between the field and the normal of the layers, rad.
    perpendicular, parallel : float
        Fields along the normal and in the layers, T.

    Returns
    -------
    ndarray
        Field, T.

    References
    ----------
    Effective-mass form of the Ginzburg-Landau equations: Morris, Coleman and Bhandari, Phys. Rev.
    B 5, 895 (1972), doi:10.1103/PhysRevB.5.895; Tinkham, Introduction to Superconductivity, 2nd
    ed., Sec. 9.2.
    """
    return np.asarray(1 / np.hypot(np.cos(angle) / perpendicular, np.sin(angle) / parallel))
