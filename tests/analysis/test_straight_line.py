"""The line with errors in both variables against York's published solution and over seeds."""

import numpy as np
import pytest

from papilio.analysis.straight_line import misfit, straight_line, student_interval
from papilio.errors import FitError

# Pearson's data with York's weights, doi:10.1139/p66-090; solution as in York et al.,
# Am. J. Phys. 72, 367 (2004), doi:10.1119/1.1632486, Table II.
X = np.array([0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4])
Y = np.array([5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5])
X_WEIGHT = np.array([1000, 1000, 500, 800, 200, 80, 60, 20, 1.8, 1])
Y_WEIGHT = np.array([1, 1.8, 4, 8, 20, 20, 70, 70, 100, 500])


def test_the_solution_of_york():
    fitted = straight_line(X, Y, X_WEIGHT**-0.5, Y_WEIGHT**-0.5)
    assert fitted["slope"] == pytest.approx(-0.480533407, abs=1e-7)
    assert fitted["intercept"] == pytest.approx(5.47991022, abs=1e-6)
    assert fitted.chi_square / fitted.degrees_of_freedom == pytest.approx(1.4833, abs=1e-3)


def test_exact_abscissae_are_a_plain_weighted_line():
    std = np.linspace(0.1, 0.4, X.size)
    fitted = straight_line(X, Y, None, std)
    coefficients, covariance = np.polyfit(X, Y, 1, w=1 / std, cov="unscaled")
    assert fitted.values == pytest.approx(coefficients, rel=1e-6)
    scaled = covariance * fitted.scale**2
    assert np.sqrt(np.diag(fitted.covariance)) == pytest.approx(np.sqrt(np.diag(scaled)), rel=1e-5)


def test_pulls_over_seeds():
    generator = np.random.default_rng(1)
    true = np.array([3.8, 4.3, 5.8, 8.9, 9.8]) * 1e17
    pulls = []
    for _ in range(300):
        x_std, y_std = 0.03 * true, np.full(5, 0.03)
        fitted = straight_line(
            true + generator.normal(0, x_std),
            2.84e-18 * true - 0.4 + generator.normal(0, y_std),
            x_std,
            y_std,
        )
        pulls.append(
            [
                (fitted["slope"] - 2.84e-18) / fitted.std("slope"),
                (fitted["intercept"] + 0.4) / fitted.std("intercept"),
            ]
        )
    pulls = np.array(pulls)
    assert np.all(np.abs(pulls.mean(axis=0)) < 0.2)
    assert np.all(np.abs(pulls.std(axis=0) - 1) < 0.12)


def test_error_bars_from_the_scatter_use_student():
    fitted = straight_line(X[:4], Y[:4], None, None)
    low, high = student_interval(fitted, fitted["slope"], fitted.std("slope"))
    assert high - low == pytest.approx(2 * 1.321 * fitted.std("slope"), rel=1e-3)
    assert fitted.degrees_of_freedom == 2


def test_points_off_the_line_are_flagged():
    assert misfit(straight_line(X, Y, None, np.full(10, 0.5)), "points") == []
    (flag,) = misfit(straight_line(X, Y, None, np.full(10, 0.01)), "points")
    assert "times more than their error bars" in flag


def test_one_point_is_no_line():
    with pytest.raises(FitError):
        straight_line(X[:1], Y[:1], None, np.ones(1))
