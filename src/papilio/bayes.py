"""Draws from the posterior of the parameters of a Law (optional extra ``bayes``)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.errors import FitError, PapilioError
from papilio.fit import Fit, Law
from papilio.progress import track

Array = NDArray[np.float64]

#: Walkers for each parameter; the ensemble moves need two.
WALKERS = 4
#: First part of the chain that is thrown away.
BURN_IN = 0.3
#: A chain must be this many autocorrelation times long for its quantiles to be known.
LONG_ENOUGH = 50.0


@dataclass(frozen=True)
class Posterior:
    """
    Draws from a posterior, and what they say of each parameter.

    Attributes
    ----------
    law : Law
        Whose parameters.
    draws : ndarray, shape (draw, parameter)
        In the order of the Law, correlated over `autocorrelation` steps.
    autocorrelation : float
        Largest integrated autocorrelation time of a parameter, in steps of the ensemble.
    steps : int
        Steps that were kept of each walker.
    """

    law: Law
    draws: Array
    autocorrelation: float
    steps: int

    @property
    def converged(self) -> bool:
        """True where the chain is fifty autocorrelation times long."""
        return self.steps > LONG_ENOUGH * self.autocorrelation

    def summary(self) -> dict[str, dict[str, float]]:
        """
        Numbers of each parameter.

        Returns
        -------
        dict of str to dict
            By name: ``mean``, ``std``, ``median``, and the ends ``low68``, ``high68``, ``low95``,
            ``high95`` of the intervals between equal tails, in the unit of the parameter.
        """
        levels = {"low68": 15.865, "high68": 84.135, "low95": 2.5, "high95": 97.5, "median": 50.0}
        made = {}
        for parameter, column in zip(self.law.parameters, self.draws.T, strict=True):
            numbers = {"mean": float(column.mean()), "std": float(column.std())}
            numbers |= {
                k: float(v)
                for k, v in zip(levels, np.percentile(column, list(levels.values())), strict=True)
            }
            made[parameter.name] = numbers
        return made


def posterior(
    fit: Fit, x: Array, y: Array, std: Array, *, steps: int = 4000, seed: int = 0
) -> Posterior:
    """
    Draws from the posterior: Gaussian likelihood, flat priors between the bounds of the Law.

    Parameters
    ----------
    fit : Fit
        Where the walkers start: its values, spread by its covariance.
    x, y : ndarray
        As for `fit.least_squares`.
    std : ndarray, shape (point,)
        Standard deviations of `y`, taken as given.
    steps : int, optional
        Steps of each walker; the first 30 % are thrown away.
    seed : int, optional
        Of the random numbers.

    Returns
    -------
    Posterior
        Draws and their summary.

    Raises
    ------
    PapilioError
        If the package emcee is not installed.
    FitError
        If the fit does not lie within the bounds of its Law.

    References
    ----------
    Foreman-Mackey, Hogg, Lang and Goodman, Publ. Astron. Soc. Pac. 125, 306 (2013),
    doi:10.1086/670067; Goodman and Weare, Commun. Appl. Math. Comput. Sci. 5, 65 (2010),
    doi:10.2140/camcos.2010.5.65.
    """
    try:
        import emcee
    except ImportError as error:
        raise PapilioError(
            "sampling a posterior needs the package emcee: pip install --editable '.[bayes]' in "
            "papilio's folder"
        ) from error
    lower = np.array([parameter.lower for parameter in fit.law.parameters])
    upper = np.array([parameter.upper for parameter in fit.law.parameters])

    def logarithm(values: Array) -> float:
        if not bool(np.all((values >= lower) & (values <= upper))):
            return -np.inf
        residual = (fit.law.formula(x, *values) - y) / std
        chi_square = float(residual @ residual)
        return -0.5 * chi_square if np.isfinite(chi_square) else -np.inf

    if not np.isfinite(logarithm(fit.values)):
        raise FitError(f"{fit.law.name}: the fit lies outside the bounds of its law; fit it again")
    generator = np.random.default_rng(seed)
    walkers = WALKERS * fit.values.size
    sampler = emcee.EnsembleSampler(walkers, fit.values.size, logarithm)
    state = np.random.RandomState(int(generator.integers(2**31))).get_state()
    begin = emcee.State(_begin(fit, walkers, generator, lower, upper), random_state=state)
    for _ in track(sampler.sample(begin, iterations=steps), "posterior", total=steps):
        pass
    dropped = int(BURN_IN * steps)
    times = sampler.get_autocorr_time(discard=dropped, tol=0)
    return Posterior(
        fit.law,
        np.asarray(sampler.get_chain(discard=dropped, flat=True)),
        float(np.max(times)),
        steps - dropped,
    )


def _begin(
    fit: Fit, walkers: int, generator: np.random.Generator, lower: Array, upper: Array
) -> Array:
    """Walkers about the best fit, drawn again until they are within the bounds."""
    found = np.empty((walkers, fit.values.size))
    spread = np.linalg.cholesky(fit.covariance)
    for row in range(walkers):
        reach = 1.0
        while True:
            trial = fit.values + reach * spread @ generator.normal(size=fit.values.size)
            if bool(np.all((trial >= lower) & (trial <= upper))):
                break
            reach *= 0.9
        found[row] = trial
    return found
