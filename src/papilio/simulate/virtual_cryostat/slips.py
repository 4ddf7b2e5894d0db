"""Resistance without current from the phase slips of a finite time, or what they leave possible."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

Floats = NDArray[np.float64]

#: Fewer slips than this are within two standard deviations of none.
RESOLVED = 4
#: One-sided confidence of limits.
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Reading:
    """
    What the array says of one pattern.

    Attributes
    ----------
    value, std : float
        Resistance of a square and its standard error, ohm; without slips the value is zero and the
        error that of the limit.
    limit : float
        Largest resistance that the slips seen allow with 95 % confidence, ohm.
    slips : float
        Phase slips across the whole array, of all replicas; NaN where no phase is locked.
    resolved : bool
        Whether the value is more than a limit.
    correlation_time : float
        Of the voltage, s.
    state : float
        Number of the pattern; equal numbers are one pattern, a part stands between two.
    """

    value: float
    std: float
    limit: float
    slips: float
    resolved: bool
    correlation_time: float
    state: float = 0.0

    @property
    def error(self) -> float:
        """Standard error of the value, ohm; none where a zero is a limit."""
        return 0.0 if self.slips == 0 else self.std

    @property
    def excess(self) -> float:
        """By how much the resistance may be above the value with 95 % confidence, ohm."""
        told_by_error = self.resolved and self.slips != 0
        return 0.0 if told_by_error else max(self.limit - self.value, 0.0)


def slips(winding: Floats) -> int:
    """
    Number of whole turns that phases make forward and backward.

    A slip counts when the phase has come a whole turn away from where it was counted last: the
    swinging of a superconductor about one winding number never counts, however long it is watched.

    Parameters
    ----------
    winding : array, shape (replicas, moments)
        Phase across the array, in turns.

    Returns
    -------
    int
        Of all replicas.
    """
    # Where each stands before its first slip, without what it swings.
    place = winding[:, : max(winding.shape[1] // 8, 1)].mean(axis=1)
    number = 0
    for moment in range(winding.shape[1]):
        turns = np.trunc(winding[:, moment] - place)
        place = place + turns
        number += int(np.abs(turns).sum())
    return number


def most_slips(number: int) -> float:
    """
    Mean number of slips above which so few are seen with less than 5 % probability.

    Parameters
    ----------
    number : int
        Slips seen.

    Returns
    -------
    float
        3.0 for none; Poisson's distribution.
    """
    return float(gammaincinv(number + 1, CONFIDENCE))


def slip_resistance(rate: float, temperature: float, aspect: float) -> float:
    """
    Resistance of a square over R_N from independent slips, and the most that slips can make.

    Slips that are taken back, as those of a pair that parts and meets again, make less.

    The phase across the array walks at random, <phase^2> = (2 pi)^2 rate t, and Nyquist's noise
    4 kB T R makes it walk as 2 (2e/hbar)^2 kB T R_array t.

    Parameters
    ----------
    rate : float
        Slips of either direction in hbar/(2 e R I_c).
    temperature : float
        kB T/E_J.
    aspect : float
        Rows over columns.

    Returns
    -------
    float
        R/R_N.
    """
    return aspect * (2 * math.pi) ** 2 * rate / (2 * temperature)


def colder(rate: float, hot: float, cold: float, slowest: float = 1.0) -> float:
    """
    Largest rate of slips in the cold that a limit of the rate in the heat allows.

    A slip over a barrier b happens A exp(-b/T) times. No way across is tried less often than the
    weakest link relaxes, A = slowest/(2 pi) (Kramers, doi:10.1016/S0031-8914(40)90098-2,
    overdamped), so that the limit in the heat says how high each barrier is at least. Barriers that
    rise as it gets colder, as those of vortices do, make slips rarer still.

    Parameters
    ----------
    rate : float
        Limit at the higher temperature, in hbar/(2 e R I_c).
    hot, cold : float
        kB T/E_J.
    slowest : float, optional
        Coupling of the weakest link over the mean one.

    Returns
    -------
    float
        Limit at the lower temperature; that in the heat where it says nothing about a barrier.
    """
    attempts = slowest / (2 * math.pi)
    return float(rate * min(rate / attempts, 1.0) ** (hot / cold - 1))
