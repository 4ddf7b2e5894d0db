"""Height, field and width of a pair of peaks that a scan has found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.analysis.signatures.templates import SECH_WIDTH
from papilio.errors import FitError
from papilio.fit import Fit, Law, Parameter, least_squares

Array = NDArray[np.float64]

#: Fields up to so many full widths beyond the peaks are fitted.
BEYOND = 3.0
#: Evaluations after which the fit is given up.
MOST_STEPS = 100


@dataclass(frozen=True)
class Pair:
    """
    A pair of peaks, one on each branch, and their standard deviations.

    Attributes
    ----------
    height, height_std : float
        Mean of the two, ohm.
    field, field_std : float
        Half their distance, T.
    width : float
        Full width at half height, T.
    """

    height: float
    height_std: float
    field: float
    field_std: float
    width: float


def pair_fit(field: Array, difference: Array, std: Array, start: Pair) -> Pair:
    """
    Pair of peaks of shape sech^2, of opposite sign, on a straight line, by least squares.

    Parameters
    ----------
    field, difference, std : ndarray, shape (point,)
        T, ohm: upward less downward branch on an even grid, and its noise.
    start : Pair
        From the scan.

    Returns
    -------
    Pair
        The start where the fit fails or leaves it by more than its width.
    """
    reach = start.field + BEYOND * start.width
    here = (np.abs(field) <= reach) & (std > 0)
    x, y, error = field[here], difference[here], std[here]
    step = float(field[1] - field[0])

    def formula(
        x: Array, height: float, at: float, width: float, shift: float, level: float, slope: float
    ) -> Array:
        up = np.cosh(np.clip(SECH_WIDTH * (x - shift - at) / width, -300, 300)) ** -2.0
        down = np.cosh(np.clip(SECH_WIDTH * (x - shift + at) / width, -300, 300)) ** -2.0
        return np.asarray(height * (up - down) + level + slope * x / reach)

    law = Law(
        "pair of peaks",
        formula,
        (
            Parameter("height", "ohm"),
            Parameter("at", "T", 0.0, reach),
            Parameter("width", "T", step, reach),
            Parameter("shift", "T", -reach, reach),
            Parameter("level", "ohm"),
            Parameter("slope", "ohm"),
        ),
        "about the peaks",
        "an interpolating form",
    )
    guess = {"height": start.height, "at": start.field, "width": start.width}
    guess |= {"shift": 0.0, "level": 0.0, "slope": 0.0}
    try:
        fitted = least_squares(law, x, y, error, guess, max_nfev=MOST_STEPS, tolerance=1e-8)
    except FitError:
        return start
    if abs(fitted["at"] - start.field) > start.width or not _clear(fitted):
        return start
    return Pair(
        fitted["height"],
        fitted.std("height"),
        fitted["at"],
        fitted.std("at"),
        fitted["width"],
    )


def _clear(fitted: Fit) -> bool:
    """Whether the fit has found a peak rather than a background."""
    return bool(fitted["height"] > 2 * fitted.std("height"))
