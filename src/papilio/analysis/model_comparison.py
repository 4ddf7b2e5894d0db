"""Which of several laws describes the same data: Akaike's information criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from papilio.fit import Fit

#: Probability of chi-square below which even the best law misfits, or the error bars are too small.
MISFIT = 0.01
#: A difference below which the data do not decide (Burnham and Anderson, Sec. 2.6).
UNDECIDED = 2.0

REFERENCE = (
    "Information criterion with overdispersion (QAIC): Burnham and Anderson, Model Selection and "
    "Multimodel Inference, 2nd ed. (2002), Sec. 2.5, doi:10.1007/b97636"
)


@dataclass(frozen=True)
class Score:
    """
    How well one law describes the data, beside its rivals.

    Attributes
    ----------
    chi_square : float
        Sum of squared residuals over variances.
    degrees_of_freedom : int
        Data less parameters.
    difference : float
        Information criterion less that of the best law; zero for the best.
    weight : float
        Akaike weight, between 0 and 1; the weights of all laws sum to one.
    """

    chi_square: float
    degrees_of_freedom: int
    difference: float
    weight: float

    @property
    def reduced_chi_square(self) -> float:
        """Chi-square for each degree of freedom; NaN where there is none."""
        freedom = self.degrees_of_freedom
        return self.chi_square / freedom if freedom > 0 else float("nan")

    def misfits(self, probability: float = MISFIT) -> bool:
        """
        Whether the data scatter about the law more than their error bars allow.

        Parameters
        ----------
        probability : float, optional
            Chance below which such a scatter is not believed.

        Returns
        -------
        bool
            False where there is no degree of freedom.
        """
        freedom = self.degrees_of_freedom
        return freedom > 0 and float(stats.chi2.sf(self.chi_square, freedom)) < probability


def compare(fits: Mapping[str, Fit]) -> dict[str, Score]:
    """
    Score laws that were fitted to the same data with the same error bars.

    The criterion is chi-square + 2 parameters. Where even the best law scatters more than its error
    bars allow, chi-square is divided by the best law's reduced chi-square first: an excess that no
    law explains must not decide between them.

    Parameters
    ----------
    fits : mapping of str to Fit
        At least one; ``Fit.chi_square`` is before any rescaling.

    Returns
    -------
    dict of str to Score
        In the order of `fits`.
    """
    excess = 1.0
    best = min(fits.values(), key=lambda fit: fit.chi_square + 2 * fit.values.size)
    freedom = best.degrees_of_freedom
    if freedom > 0 and stats.chi2.sf(best.chi_square, freedom) < MISFIT:
        excess = best.chi_square / freedom
    criterion = {name: fit.chi_square / excess + 2 * fit.values.size for name, fit in fits.items()}
    lowest = min(criterion.values())
    likelihood = {name: float(np.exp(-(c - lowest) / 2)) for name, c in criterion.items()}
    total = sum(likelihood.values())
    return {
        name: Score(
            fit.chi_square,
            fit.degrees_of_freedom,
            criterion[name] - lowest,
            likelihood[name] / total,
        )
        for name, fit in fits.items()
    }


def verdict(scores: Mapping[str, Score]) -> str:
    """
    One sentence on which law the data prefer.

    Parameters
    ----------
    scores : mapping of str to Score
        From `compare`, two or more.

    Returns
    -------
    str
        As in "the data prefer A to B (criterion 12.3)".
    """
    ranked = sorted(scores, key=lambda name: scores[name].difference)
    best, next_best = ranked[0], ranked[1]
    margin = scores[next_best].difference
    if margin < UNDECIDED:
        return f"the data do not decide between {best} and {next_best} (criterion {margin:.1f})"
    text = f"the data prefer {best} to {next_best} (criterion {margin:.1f})"
    if scores[best].misfits():
        reduced = scores[best].reduced_chi_square
        text += f", but its reduced chi-square of {reduced:.3g} says that it does not fit well"
    return text
