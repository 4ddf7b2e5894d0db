"""Signatures of samples of several densities: critical temperature and width of the transition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import stats

from papilio.analysis.signatures import verdict as says
from papilio.analysis.signatures.points import Points, points
from papilio.analysis.signatures.verdict import Verdict
from papilio.options import option
from papilio.result import Quantity, Result

Array = NDArray[np.float64]

PAPER = "The paper, doi:10.1038/s41467-025-58300-9, Fig. 1c and text"


@dataclass(frozen=True)
class LinearOptions:
    """Settings of `transition_linear_in_density`."""

    matters: float = option(
        1.42e-18, unit="K*m^2", help="slope below which there is no such rise (half the paper's)"
    )
    curvature: float = option(
        0.1,
        help="departure from a straight line, half-way, as part of the rise, from which it is "
        "curved",
    )


@dataclass(frozen=True)
class WidthOptions:
    """Settings of `width_grows_with_density`."""

    matters: float = option(
        1.7e-19, unit="K*m^2", help="slope below which there is no such growth (half the paper's)"
    )


@dataclass(frozen=True)
class _Curve:
    """
    A parabola through points, in terms that a decision is about.

    Attributes
    ----------
    terms : ndarray, shape (2,) or (3,)
        Mean of the ends, half the rise, and height above the chord half-way.
    covariance : ndarray
        Of the terms, from the error bars as given.
    scatter : float
        Chi-square over its degrees of freedom.
    freedom : int
        Those degrees of freedom.
    """

    terms: Array
    covariance: Array
    scatter: float
    freedom: int

    def above(self, weights: tuple[float, ...], threshold: float = 0.0) -> float:
        """
        Standard deviations, as of a normal number, of a combination above a threshold.

        With the error bars as given, or with the scatter and Student's t: what is less sure.
        """
        vector = np.array(weights[: self.terms.size])
        spread = float(np.sqrt(vector @ self.covariance @ vector))
        distance = float(vector @ self.terms) - threshold
        if spread == 0:
            return float(np.inf * np.sign(distance))
        ratio = distance / spread
        if self.freedom < 1:
            return ratio
        student = abs(ratio) / max(float(np.sqrt(self.scatter)), 1e-9)
        far = float(stats.norm.isf(stats.t.sf(student, self.freedom)))
        return float(np.copysign(min(far, abs(ratio)), ratio))


def transition_linear_in_density(data: xr.Dataset, options: LinearOptions | None = None) -> Result:
    """
    Whether the critical temperature rises linearly with the density.

    A parabola is fitted, with the errors of both variables. 1: it rises, and its departure from
    the chord half-way is below a tenth of the rise, up and down, each at 2.5 % (equivalence by two
    one-sided tests; Schuirmann, doi:10.1007/BF01068419). 0: a slope of half the paper's is
    excluded at 2.5 %, or the departure exceeds a tenth of the rise at 2.5 %. Else undecided.
    Each test is done with the error bars as given and with the scatter about the parabola and
    Student's t; the less sure counts, so that error bars that are too small do no harm.

    Parameters
    ----------
    data : xarray.Dataset
        A table of density and critical_temperature.
    options : LinearOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.transition_linear_in_density``, its significance and ``signature.curvature``
        (departure half-way over the rise).

    Raises
    ------
    AnalysisError
        If a variable is missing.
    """
    options = options or LinearOptions()
    flags: list[str] = []
    found = _values(points(data, "density", "critical_temperature", flags), flags)
    numbers: list[Quantity] = []
    fitted = _parabola(found, 3)
    if fitted is None:
        verdict = says.undecided("three densities are needed")
    else:
        half = 0.5 * options.matters * float(np.ptp(found.x))
        bent = 2 * options.curvature
        verdict = says.decide(
            [
                (fitted.above((0.0, 1.0, 0.0)), "the critical temperature rises with density"),
                (
                    min(fitted.above((0.0, bent, -1.0)), fitted.above((0.0, bent, 1.0))),
                    f"it keeps within {options.curvature:.0%} of a straight line",
                ),
            ],
            [
                (fitted.above((0.0, -1.0, 0.0), -half), "it does not rise as it should"),
                (
                    max(fitted.above((0.0, -bent, 1.0)), fitted.above((0.0, -bent, -1.0))),
                    f"it departs by more than {options.curvature:.0%} from a straight line",
                ),
            ],
        )
        rise = 2 * fitted.terms[1]
        if rise != 0:
            spread = float(np.sqrt(fitted.covariance[2, 2])) / abs(rise)
            numbers = [Quantity("signature.curvature", float(fitted.terms[2] / rise), "", spread)]
    name = "transition_linear_in_density"
    return _result(name, verdict, found, "critical_temperature", data, options, flags, numbers)


def width_grows_with_density(data: xr.Dataset, options: WidthOptions | None = None) -> Result:
    """
    Whether the transition broadens with the density.

    1: the slope of a straight line through width against density is above zero at 2.5 %. 0: half
    of the paper's slope (0.12 to 0.32 K from 3.8e17 to 9.8e17 m^-2) is excluded at 2.5 %. Else
    undecided. Error bars as in `transition_linear_in_density`.

    Parameters
    ----------
    data : xarray.Dataset
        A table of density and transition_width.
    options : WidthOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.width_grows_with_density`` and its significance.

    Raises
    ------
    AnalysisError
        If a variable is missing.
    """
    options = options or WidthOptions()
    flags: list[str] = []
    found = _values(points(data, "density", "transition_width", flags), flags)
    fitted = _parabola(found, 2)
    if fitted is None:
        verdict = says.undecided("two densities are needed")
    else:
        half = 0.5 * options.matters * float(np.ptp(found.x))
        verdict = says.decide(
            [(fitted.above((0.0, 1.0)), "the transition broadens with density")],
            [(fitted.above((0.0, -1.0), -half), "it does not broaden as it should")],
        )
    name = "width_grows_with_density"
    return _result(name, verdict, found, "transition_width", data, options, flags)


def _values(found: Points, flags: list[str]) -> Points:
    """Only what was found: a limit of a temperature or width tells nothing here."""
    if found.limited.any():
        flags.append(f"{int(found.limited.sum())} upper limits are not used")
    return found.where(~found.limited)


def _parabola(found: Points, terms: int) -> _Curve | None:
    """Fit of mean, half rise and height above the chord; None where the points are too few."""
    if np.unique(found.x).size < terms or not (found.std > 0).all():
        return None
    middle, reach = 0.5 * (found.x[0] + found.x[-1]), 0.5 * float(np.ptp(found.x))
    u = (found.x - middle) / reach
    design = np.column_stack([np.ones(u.size), u, 1 - u**2])[:, :terms]
    slope = np.zeros(u.size)
    for _ in range(3):  # the error of the density acts through the slope there
        std = np.hypot(found.std, slope * found.x_std / reach)
        inverse = np.linalg.pinv(design / std[:, None])
        best = inverse @ (found.y / std)
        slope = best[1] - (2 * u * best[2] if terms == 3 else 0.0)
    freedom = u.size - terms
    chi_square = float(np.sum(((found.y - design @ best) / std) ** 2))
    return _Curve(best, inverse @ inverse.T, chi_square / max(freedom, 1), freedom)


def _result(
    name: str,
    verdict: Verdict,
    found: Points,
    y: str,
    data: xr.Dataset,
    options: LinearOptions | WidthOptions,
    flags: list[str],
    numbers: list[Quantity] | None = None,
) -> Result:
    return says.result(
        name,
        verdict,
        [data],
        options,
        curves={"points": found.curve("density", y, ("1/m^2", "K"))},
        numbers=numbers or [],
        method="terms of a parabola in standard deviations, two-sided at 5 %",
        flags=flags,
        references=(PAPER,),
    )
