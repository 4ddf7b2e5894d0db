"""Draws from posteriors that are known: a Gaussian one, a skewed one, one cut by a bound."""

import sys

import numpy as np
import pytest
from scipy import stats

from papilio.bayes import posterior
from papilio.errors import FitError, PapilioError
from papilio.fit import Law, Parameter, least_squares

LINE = Law(
    "line",
    lambda x, slope, height: slope * x + height,
    (Parameter("slope", ""), Parameter("height", "")),
    "",
    "",
)
MEAN = Law("mean", lambda x, m: m + 0 * x, (Parameter("m", "", 0.0, 50.0),), "", "")


def test_a_linear_law_has_the_mean_and_covariance_of_its_fit():
    pytest.importorskip("emcee")
    x = np.linspace(0, 3, 30)
    y = 2 * x - 1 + np.random.default_rng(0).normal(0, 0.3, 30)
    std = np.full(30, 0.3)
    fit = least_squares(LINE, x, y, std, {"slope": 1.0, "height": 1.0})
    found = posterior(fit, x, y, std, steps=3000)
    assert found.converged
    effective = found.draws.shape[0] / found.autocorrelation
    error = fit.covariance / np.sqrt(effective / 2)
    assert np.abs(np.cov(found.draws.T) - fit.covariance) == pytest.approx(
        np.zeros((2, 2)), abs=float(4 * np.abs(error).max())
    )
    for name, numbers in found.summary().items():
        reach = 4 * fit.std(name) / np.sqrt(effective)
        assert numbers["mean"] == pytest.approx(fit[name], abs=reach)
        assert numbers["low68"] < numbers["median"] < numbers["high68"] < numbers["high95"]
        assert numbers["high68"] - numbers["low68"] == pytest.approx(2 * fit.std(name), rel=0.1)


def test_a_skewed_posterior_has_its_exact_quantiles():
    pytest.importorskip("emcee")
    # One reading 1 of m > 0 with an error of 2: a Gaussian cut at zero, with a known distribution.
    y, std = np.array([1.0]), np.array([2.0])
    fit = least_squares(MEAN, y, y, std, {"m": 1.0})
    found = posterior(fit, y, y, std, steps=2500, seed=1)
    exact = stats.truncnorm(-0.5, (50 - 1) / 2, loc=1, scale=2)
    numbers = found.summary()["m"]
    effective = found.draws.shape[0] / found.autocorrelation
    for key, part in (("low68", 0.15865), ("median", 0.5), ("high68", 0.84135), ("high95", 0.975)):
        place = float(exact.ppf(part))
        error = np.sqrt(part * (1 - part) / effective) / exact.pdf(place)
        assert numbers[key] == pytest.approx(place, abs=4 * error), key
    assert numbers["mean"] == pytest.approx(exact.mean(), abs=4 * exact.std() / np.sqrt(effective))
    assert found.draws.min() >= 0


def test_the_seed_decides_the_draws():
    pytest.importorskip("emcee")
    y, std = np.array([1.0]), np.array([2.0])
    fit = least_squares(MEAN, y, y, std, {"m": 1.0})
    first, same, other = (posterior(fit, y, y, std, steps=200, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first.draws, same.draws)
    assert not np.array_equal(first.draws, other.draws)
    assert not first.converged


def test_a_law_that_excludes_its_own_fit_is_refused():
    pytest.importorskip("emcee")
    y, std = np.array([1.0]), np.array([2.0])
    free = Law("mean", MEAN.formula, (Parameter("m", ""),), "", "")
    fit = least_squares(free, -y, -y, std, {"m": -1.0})
    bounded = type(fit)(MEAN, fit.values, fit.covariance, fit.chi_square, 0, 1.0)
    with pytest.raises(FitError, match="outside the bounds"):
        posterior(bounded, -y, -y, std)


def test_without_emcee_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "emcee", None)
    y, std = np.array([1.0]), np.array([2.0])
    fit = least_squares(MEAN, y, y, std, {"m": 1.0})
    with pytest.raises(PapilioError, match=r"pip install --editable"):
        posterior(fit, y, y, std)
