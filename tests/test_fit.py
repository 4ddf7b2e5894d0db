"""Least squares against exact answers; correlated noise; block bootstrap."""

import numpy as np
import pytest

from papilio.errors import FitError
from papilio.fit import (
    Law,
    Parameter,
    autocorrelation_factor,
    block_bootstrap,
    least_squares,
    propagate,
)

LINE = Law(
    "line",
    lambda x, a, b: a + b * x,
    (Parameter("a", "m"), Parameter("b", "m/s")),
    "everywhere",
    "school",
)


def test_a_line_gives_the_covariance_of_the_textbook():
    x = np.linspace(0, 1, 20)
    std = np.full(20, 0.1)
    rng = np.random.default_rng(0)
    fit = least_squares(LINE, x, 1 + 2 * x + rng.normal(0, 0.1, 20), std, {"a": 0, "b": 0})
    design = np.column_stack([np.ones(20), x])
    expected = np.linalg.inv(design.T @ design) * 0.01
    assert fit.scale == 1
    assert fit.covariance == pytest.approx(expected, rel=1e-6)


def test_parameters_twenty_decades_apart_keep_their_covariance():
    law = Law(
        "scaled",
        lambda x, a, b: a * 1e23 + b * 1e-9 * x,
        (Parameter("a", "J"), Parameter("b", "K")),
        "",
        "",
    )
    x = np.linspace(0, 1, 20)
    fit = least_squares(law, x, 1 + 2 * x, np.full(20, 0.1), {"a": 5e-24, "b": 1e9})
    assert fit["a"] == pytest.approx(1e-23)
    assert fit["b"] == pytest.approx(2e9)
    design = np.column_stack([np.ones(20), x])
    expected = np.sqrt(np.diag(np.linalg.inv(design.T @ design) * 0.01))
    assert fit.std("a") == pytest.approx(expected[0] * 1e-23)
    assert fit.std("b") == pytest.approx(expected[1] * 1e9)


def test_error_bars_that_the_scatter_refutes_are_widened():
    x = np.linspace(0, 1, 40)
    y = 1 + 2 * x + np.random.default_rng(1).normal(0, 1.0, 40)
    fit = least_squares(LINE, x, y, np.full(40, 0.1), {"a": 0, "b": 0})
    assert fit.scale == pytest.approx(10, rel=0.35)


def test_bounds_are_kept():
    law = Law("line", LINE.formula, (Parameter("a", "", lower=2), Parameter("b", "")), "", "")
    x = np.linspace(0, 1, 10)
    assert least_squares(law, x, 1 + 2 * x, np.ones(10), {"a": 3, "b": 0})["a"] == pytest.approx(2)


def test_too_few_points_and_silent_parameters_are_refused():
    x = np.array([0.0])
    with pytest.raises(FitError, match="1 points do not determine 2"):
        least_squares(LINE, x, x, None, {"a": 0, "b": 0})
    dead = Law("dead", lambda x, a, b: a + 0 * b * x, LINE.parameters, "", "")
    x = np.linspace(0, 1, 10)
    with pytest.raises(FitError, match="say nothing about b"):
        least_squares(dead, x, x, np.ones(10), {"a": 0, "b": 0})


def test_propagation_is_exact_for_a_product_to_first_order():
    value, std = propagate(lambda v: v[0] * v[1], np.array([2.0, 5.0]), np.diag([0.01, 0.04]))
    assert value == 10
    assert std == pytest.approx(np.sqrt(25 * 0.01 + 4 * 0.04))


def test_the_autocorrelation_factor_is_that_of_an_autoregressive_process():
    rng = np.random.default_rng(2)
    for rho in (0.0, 0.5, 0.8):
        factors = []
        for _ in range(200):
            noise = np.empty(400)
            noise[0] = rng.normal() / np.sqrt(1 - rho**2)
            for i in range(1, 400):
                noise[i] = rho * noise[i - 1] + rng.normal()
            factors.append(autocorrelation_factor(noise) ** 2)
        # Clipped at one, so white noise comes out slightly high.
        assert np.median(factors) == pytest.approx((1 + rho) / (1 - rho), rel=0.08)


def test_the_block_bootstrap_keeps_the_variance_of_a_correlated_mean():
    rng = np.random.default_rng(3)
    noise = np.convolve(rng.normal(size=2009), np.ones(10) / 10, "valid")
    copies = block_bootstrap(noise, 400, rng, block=60)
    assert copies.shape == (400, 2000)
    assert np.isin(copies[0], noise).all()
    # A moving average over ten has the mean of white noise: 1/sqrt(2000).
    assert copies.mean(axis=1).std() == pytest.approx(1 / np.sqrt(2000), rel=0.25)


def test_a_minimum_beyond_a_bound_ends_at_it_and_one_inside_is_the_free_one():
    x = np.linspace(0, 1, 20)
    y = 2.0 * x + np.random.default_rng(0).normal(0, 0.1, 20)
    free = Law("slope", lambda x, m: m * x, (Parameter("m", ""),), "", "")
    wide = Law("slope", lambda x, m: m * x, (Parameter("m", "", 0.0, 5.0),), "", "")
    tight = Law("slope", lambda x, m: m * x, (Parameter("m", "", 0.0, 1.5),), "", "")
    std = np.full(20, 0.1)
    best = least_squares(free, x, y, std, {"m": 1.0})
    assert least_squares(wide, x, y, std, {"m": 1.0})["m"] == pytest.approx(best["m"], rel=1e-9)
    assert least_squares(tight, x, y, std, {"m": 1.0})["m"] == pytest.approx(1.5, rel=1e-6)


def test_a_formula_is_never_asked_beyond_the_bounds():
    def formula(x, time):
        assert time >= 0.1
        return np.exp(-x / time)

    x = np.linspace(0, 3, 20)
    law = Law("decay", formula, (Parameter("time", "", 0.1, 10.0),), "", "")
    fit = least_squares(law, x, np.exp(-x / 0.12), np.full(20, 0.01), {"time": 9.0})
    assert fit["time"] == pytest.approx(0.12, rel=1e-4)


def test_exact_derivatives_lead_to_the_same_fit():
    x = np.linspace(0, 3, 20)
    y = 2 * np.exp(-x / 0.7) + np.random.default_rng(1).normal(0, 0.05, 20)
    names = (Parameter("size", "", 0), Parameter("time", "", 0.01))

    def formula(x, size, time):
        return size * np.exp(-x / time)

    def jacobian(x, size, time):
        shape = np.exp(-x / time)
        return np.stack([shape, size * shape * x / time**2], axis=1)

    std = np.full(20, 0.05)
    start = {"size": 1.0, "time": 1.0}
    plain = least_squares(Law("decay", formula, names, "", ""), x, y, std, start)
    exact = least_squares(Law("decay", formula, names, "", "", jacobian), x, y, std, start)
    assert exact.values == pytest.approx(plain.values, rel=1e-6)
    assert exact.covariance == pytest.approx(plain.covariance, rel=1e-4)
