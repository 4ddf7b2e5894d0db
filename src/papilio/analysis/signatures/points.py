"""A series of uncertain numbers, some of them upper limits, and linear contrasts of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import stats

from papilio.analysis.signatures.verdict import LIMIT, TWO_SIDED
from papilio.errors import AnalysisError

Array = NDArray[np.float64]

#: Probability of one side of the two-sided test at 5 %.
ONE_SIDE = 0.025


@dataclass(frozen=True)
class Points:
    """
    Numbers against what was varied.

    A value is normal with a known standard deviation. A limit says, at 95 % confidence, that a
    number that is not negative lies below it.

    Attributes
    ----------
    x, x_std : ndarray, shape (point,)
        What was varied, increasing.
    y, std : ndarray, shape (point,)
        Values and standard deviations; NaN where there is a limit.
    limit : ndarray, shape (point,)
        Upper limits at 95 %; NaN where there is a value.
    """

    x: Array
    x_std: Array
    y: Array
    std: Array
    limit: Array

    @property
    def limited(self) -> NDArray[np.bool_]:
        """Which points are limits."""
        return np.asarray(~np.isfinite(self.y))

    def exceeds(self, weights: Array, threshold: float = 0.0) -> float:
        """
        Standard deviations by which a linear contrast is above a threshold at least.

        A limit with a positive weight counts as zero, one with a negative weight at its full
        length, taken to the confidence at which all limits of the contrast hold together in
        97.5 %; so the chance of passing 1.96 wrongly is below 2.5 % for the values and below 2.5 %
        for the limits.

        Parameters
        ----------
        weights : ndarray, shape (point,)
            Of the contrast.
        threshold : float, optional
            In the unit of the contrast.

        Returns
        -------
        float
            Negative where it is not above; infinite where nothing is uncertain.
        """
        used = self.limited & (weights < 0)
        known = ~self.limited
        total = float(weights[known] @ self.y[known]) - threshold
        if used.any():
            # A limit is at least 1.645 of its standard deviations; so far it may be stretched.
            stretch = float(stats.norm.isf(ONE_SIDE / used.sum())) / LIMIT
            total += float(weights[used] @ self.limit[used]) * stretch
        spread = float(np.linalg.norm(weights[known] * self.std[known]))
        return total / spread if spread > 0 else float(np.copysign(np.inf, total) if total else 0)

    def below(self, row: int, threshold: float) -> float:
        """
        Standard deviations by which one point is below a threshold at least.

        Parameters
        ----------
        row : int
            The point.
        threshold : float
            In its unit.

        Returns
        -------
        float
            Infinite for a limit below, minus infinity for a limit above.
        """
        if self.limited[row]:
            reached = self.limit[row] * TWO_SIDED / LIMIT < threshold
            return np.inf if reached else -np.inf
        distance = threshold - self.y[row]
        return float(distance / self.std[row]) if self.std[row] > 0 else np.inf * np.sign(distance)

    def where(self, chosen: NDArray[np.bool_]) -> Points:
        """
        Some of the points.

        Parameters
        ----------
        chosen : ndarray of bool, shape (point,)
            Which.

        Returns
        -------
        Points
            In the same order.
        """
        return Points(*(a[chosen] for a in (self.x, self.x_std, self.y, self.std, self.limit)))

    def curve(self, x: str, y: str, units: tuple[str, str]) -> xr.Dataset:
        """
        The points for a figure.

        Parameters
        ----------
        x, y : str
            Names of the two variables.
        units : (str, str)
            Their units.

        Returns
        -------
        xarray.Dataset
            ``<x>``, ``<y>``, ``<y>_std`` and ``<y>_limit`` along ``point``.
        """
        return xr.Dataset(
            {
                x: ("point", self.x, {"units": units[0]}),
                y: ("point", self.y, {"units": units[1]}),
                f"{y}_std": ("point", self.std, {"units": units[1]}),
                f"{y}_limit": ("point", self.limit, {"units": units[1]}),
            },
            attrs={"x": x, "y": y},
        )


def points(data: xr.Dataset, x: str, y: str, flags: list[str]) -> Points:
    """
    The series that a table holds.

    Parameters
    ----------
    data : xarray.Dataset
        A record with ``x`` and ``y``, ``<y>_std``, perhaps ``<x>_std`` and ``<y>_limit``.
    x, y : str
        What was varied, and the numbers.
    flags : list of str
        Told what is left out.

    Returns
    -------
    Points
        By increasing ``x``; what has neither an error bar nor a limit is left out.

    Raises
    ------
    AnalysisError
        If a variable is missing.
    """
    for name in (x, y):
        if name not in data and f"{name}_limit" not in data:
            raise AnalysisError(
                f"{data.attrs['source']}: there is no '{name}'; give a table with '{x}' and '{y}'"
            )
    columns = [_column(data, n) for n in (x, f"{x}_std", y, f"{y}_std", f"{y}_limit")]
    value, error, limit = columns[2:]
    known = np.isfinite(value) & np.isfinite(error)
    usable = np.isfinite(columns[0]) & (known | np.isfinite(limit))
    left_out = int((np.isfinite(value) & ~usable).sum())
    if left_out:
        flags.append(f"{left_out} of {value.size} points have no error bar and are left out")
    value, error = (np.where(known, column, np.nan) for column in (value, error))
    limit = np.where(known, np.nan, limit)
    order = np.flatnonzero(usable)[np.argsort(columns[0][usable], kind="stable")]
    x_std = np.nan_to_num(columns[1])
    return Points(*(a[order] for a in (columns[0], x_std, value, error, limit)))


def _column(data: xr.Dataset, name: str) -> Array:
    if name not in data:
        return np.full(data.sizes["row"], np.nan)
    return np.asarray(data[name].values, float)


def contrast(size: int, entries: Sequence[tuple[int, float]]) -> Array:
    """
    Weights of a contrast.

    Parameters
    ----------
    size : int
        Number of points.
    entries : sequence of (int, float)
        Point and its weight.

    Returns
    -------
    ndarray, shape (point,)
        Zero elsewhere.
    """
    weights = np.zeros(size)
    for row, weight in entries:
        weights[row] += weight
    return weights
