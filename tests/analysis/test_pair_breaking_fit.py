"""Fits whose weights are badly known, against the exact formula and against many drawn samples."""

import numpy as np
import pytest
from scipy import special

from papilio.analysis.estimate import ONE_SIGMA
from papilio.analysis.pair_breaking_fit import small_sample_covariance
from papilio.fit import Law, Parameter, least_squares

CONSTANT = Law(
    "constant", lambda x, level: np.full(x.size, level), (Parameter("level", ""),), "", ""
)
X = np.arange(6.0)


def level(y, std, freedom):
    fit = least_squares(CONSTANT, X, y, std, {"level": 1.0}, rescale_below=0)
    return fit, small_sample_covariance(fit, X, std, np.full(X.size, freedom))


def test_a_common_mean_has_the_variance_of_meier():
    std = np.array([0.1, 0.2, 0.1, 0.3, 0.15, 0.1])
    weight = std**-2 / (std**-2).sum()
    freedom = 14.0
    _, covariance = level(np.ones(6), std, freedom)
    meier = (1 + 4 * (weight * (1 - weight)).sum() / freedom) / (std**-2).sum()
    student = special.stdtrit(freedom / (weight**2).sum(), ONE_SIGMA)
    assert covariance[0, 0] == pytest.approx(meier * student**2, rel=1e-6)


def test_weights_that_are_known_leave_the_covariance_alone():
    fit, covariance = level(np.ones(6), np.full(6, 0.1), np.inf)
    assert covariance == pytest.approx(fit.covariance, rel=1e-5)


def test_intervals_hold_where_the_plain_ones_are_too_narrow():
    generator = np.random.default_rng(3)
    freedom, pulls = 14, []
    for _ in range(2000):
        y = 1 + generator.normal(0, 0.1, 6)
        std = 0.1 * np.sqrt(generator.chisquare(freedom, 6) / freedom)
        fit, covariance = level(y, std, freedom)
        error = fit["level"] - 1
        pulls.append((error / fit.std("level"), error / np.sqrt(covariance[0, 0])))
    plain, adjusted = (np.abs(pulls) < 1).mean(axis=0)
    assert plain < 0.66
    assert adjusted == pytest.approx(0.683, abs=0.03)
