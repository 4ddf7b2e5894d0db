"""A number with its uncertainty on the way to becoming a Quantity, and means of such numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from papilio.result import Quantity

#: Probability below one standard deviation of a normal number.
ONE_SIGMA = 0.841345


@dataclass(frozen=True)
class Estimate:
    """
    An uncertain number.

    Attributes
    ----------
    value, std : float
        Best value and one standard deviation.
    draws : ndarray, shape (copy,), or None
        The same number from resampled data; None where there is no bootstrap.
    extra : float
        Part of `std` that the draws do not hold (uncertainty of a level, say).
    freedom : float
        Degrees of freedom that `std` is known from; infinite where it is as good as known.
    """

    value: float
    std: float
    draws: NDArray[np.float64] | None = None
    extra: float = 0.0
    freedom: float = np.inf

    @property
    def student(self) -> float:
        """Student's factor: value -+ std times this holds the truth 68 % of the time."""
        if not np.isfinite(self.freedom):
            return 1.0
        return float(special.stdtrit(self.freedom, ONE_SIGMA))

    @property
    def wide(self) -> float:
        """Standard deviation times Student's factor."""
        return self.std * self.student

    def with_extra(self, extra: float) -> Estimate:
        """
        The same number with one more, independent uncertainty that its draws do not hold.

        Parameters
        ----------
        extra : float
            One standard deviation, as good as known.

        Returns
        -------
        Estimate
            The number.
        """
        std = float(np.hypot(self.std, extra))
        # Only the old part of the variance is badly known.
        grown = (std / self.std) ** 4 if self.std > 0 else np.inf
        more = float(np.hypot(self.extra, extra))
        return Estimate(self.value, std, self.draws, more, float(self.freedom * grown))

    def interval68(self) -> tuple[float, float] | None:
        """
        68 % interval from the bootstrap, widened by what the bootstrap does not hold.

        Returns
        -------
        (float, float) or None
            None without a bootstrap.
        """
        if self.draws is None or self.draws.size < 100:
            return None
        low, high = np.percentile(self.draws, [15.865, 84.135])
        return (
            float(self.value - self.student * np.hypot(max(self.value - low, 0), self.extra)),
            float(self.value + self.student * np.hypot(max(high - self.value, 0), self.extra)),
        )

    def quantity(
        self,
        name: str,
        unit: str,
        conditions: Mapping[str, float | str] | None = None,
        *,
        method: str = "",
        flags: tuple[str, ...] = (),
    ) -> Quantity:
        """
        The number under its public name.

        Parameters
        ----------
        name, unit : str
            As in results.json, SI.
        conditions : mapping, optional
            What tells it from others of the same name.
        method : str, optional
            How it was found.
        flags : tuple of str, optional
            What makes it unreliable.

        Returns
        -------
        Quantity
            The quantity.
        """
        return Quantity(
            name,
            self.value,
            unit,
            self.wide,
            self.interval68(),
            None,
            conditions or {},
            method,
            flags,
        )


def mean(estimates: Sequence[Estimate]) -> Estimate:
    """
    Plain mean of independent estimates.

    The mean is not weighted: cooling and warming are shifted apart by the lag, and only the plain
    mean removes it.

    Parameters
    ----------
    estimates : sequence of Estimate
        At least one.

    Returns
    -------
    Estimate
        The mean.
    """
    return combine([1 / len(estimates)] * len(estimates), estimates)


def combine(weights: Sequence[float], estimates: Sequence[Estimate]) -> Estimate:
    """
    Weighted sum of independent estimates.

    Parameters
    ----------
    weights : sequence of float
        Weights.
    estimates : sequence of Estimate
        As many.

    Returns
    -------
    Estimate
        The sum.

    References
    ----------
    Degrees of freedom: Welch, Biometrika 34, 28 (1947), doi:10.1093/biomet/34.1-2.28;
    Satterthwaite, Biometrics Bull. 2, 110 (1946), doi:10.2307/3002019.
    """
    value = float(sum(w * estimate.value for w, estimate in zip(weights, estimates, strict=True)))
    variances = [(w * e.std) ** 2 for w, e in zip(weights, estimates, strict=True)]
    extra = sum((w * e.extra) ** 2 for w, e in zip(weights, estimates, strict=True))
    std, freedom = float(np.sqrt(sum(variances))), _freedom(variances, estimates)
    sets = [estimate.draws for estimate in estimates]
    if any(draws is None or draws.size == 0 for draws in sets):
        return Estimate(value, std, None, float(np.sqrt(extra)), freedom)
    size = min(draws.size for draws in sets if draws is not None)
    draws = sum(w * d[:size] for w, d in zip(weights, sets, strict=True) if d is not None)
    return Estimate(value, std, np.asarray(draws), float(np.sqrt(extra)), freedom)


def _freedom(variances: Sequence[float], estimates: Sequence[Estimate]) -> float:
    """Effective degrees of freedom of a sum of variances, after Welch and Satterthwaite."""
    share = sum(v**2 / e.freedom for v, e in zip(variances, estimates, strict=True))
    return float(sum(variances) ** 2 / share) if share > 0 else float("inf")
