"""Where the fit of a Ta 4f spectrum starts if it goes wrong from the highest reading."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papilio.physics.core_level import F_BRANCHING, doublet, shirley

Array = NDArray[np.float64]

#: Range of the shift, and the step in which it is sought, eV.
SHIFTS, STEP = (0.3, 3.0), 0.1
#: Standard deviations with which pairs of doublets are sought, eV.
WIDTHS = (0.3, 0.45, 0.65)
#: Part of the highest reading above which a reading belongs to a line.
SEEN = 0.05


def best_pair(
    energy: Array, counts: Array, splitting: float, shift: float | None = None
) -> dict[str, float] | None:
    """
    Two doublets that together describe the spectrum best, of all positions and some widths.

    Areas, level and a step background (of the spectrum itself) are a linear fit for each pair.

    Parameters
    ----------
    energy, counts : ndarray, shape (point,)
        Binding energy, increasing, eV; intensity.
    splitting : float
        Distance of the two lines of a doublet, eV.
    shift : float, optional
        Distance of the doublets, eV; by default all of `SHIFTS` are tried.

    Returns
    -------
    dict of str to float or None
        ``area5``, ``area4`` (counts eV), ``position``, ``shift``, ``gaussian``, ``lorentzian``
        (eV); None where no two doublets of positive area help.
    """
    step = STEP
    apart = np.arange(round(SHIFTS[0] / STEP) + 1, round(SHIFTS[1] / STEP))
    if shift is not None:
        pieces = max(round(shift / STEP), 1)
        step, apart = shift / pieces, np.array([pieces])
    low = float(np.median(counts[: max(3, counts.size // 10)]))
    seen = energy[counts - low > SEEN * (counts.max() - low)]
    positions = np.arange(seen.min() - splitting, seen.max() + step, step)
    weight = 1 / np.sqrt(np.maximum(counts, 1.0))
    background = np.column_stack([np.ones(energy.size), shirley(energy, counts - low, 1.0)])
    basis = np.linalg.qr(background * weight[:, None])[0]
    y = counts * weight
    y = y - basis @ (basis.T @ y)
    best: tuple[float, dict[str, float]] | None = None
    for width in WIDTHS:
        lines = doublet(energy - positions[:, None], 1.0, 0.0, width, 0.1, splitting, F_BRANCHING)
        lines = lines * weight
        lines = lines - (lines @ basis) @ basis.T
        products, seen_by = lines @ lines.T, lines @ y
        for distance in apart:
            five = np.arange(distance, positions.size)
            four = five - distance
            squares = products[five, five], products[four, four]
            cross = products[five, four]
            determinant = squares[0] * squares[1] - cross**2
            area5 = (seen_by[five] * squares[1] - seen_by[four] * cross) / determinant
            area4 = (seen_by[four] * squares[0] - seen_by[five] * cross) / determinant
            gain = area5 * seen_by[five] + area4 * seen_by[four]
            gain[~((area5 > 0) & (area4 > 0))] = 0.0  # NaN of a singular pair as well
            n = int(np.argmax(gain)) if gain.size else 0
            if gain.size and gain[n] > (best[0] if best else 0.0):
                best = (
                    float(gain[n]),
                    {
                        "area5": float(area5[n]),
                        "area4": float(area4[n]),
                        "position": float(positions[five[n]]),
                        "shift": float(distance * step),
                        "gaussian": width,
                        "lorentzian": 0.1,
                    },
                )
    return None if best is None else best[1]
