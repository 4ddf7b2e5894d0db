"""Local polynomials: their order follows the curve, their roots are exact."""

from __future__ import annotations

import numpy as np
import pytest

from papilio.analysis.local_polynomial import (
    BEYOND,
    local_polynomial,
    nearest_roots,
    polynomial_in_noise,
)


@pytest.mark.parametrize("true", [3, 6, 9])
def test_order_is_enough_for_the_curve_and_seldom_more(true: int) -> None:
    u = np.linspace(-1, 1, 80)
    curve = np.polynomial.legendre.legval(u, np.ones(true + 1))
    orders = []
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(0, 0.05, u.size)
        order, coefficients, _, residuals = local_polynomial(u, curve + noise, np.ones(80), 3)
        assert coefficients.size == order + 1
        assert residuals.std() < 0.07
        orders.append(order)
    assert min(orders) == true
    # Akaike's criterion takes one order too many in one case of six or so.
    assert np.median(orders) == true


def test_coefficients_are_linear_in_the_readings() -> None:
    u, random = np.linspace(-1, 1, 30), np.random.default_rng(1)
    y, weight = random.normal(size=30), random.uniform(0.5, 1, 30)
    _, coefficients, inverse, residuals = local_polynomial(u, y, weight, 2)
    assert inverse @ y == pytest.approx(coefficients)
    assert residuals == pytest.approx((y - np.polyval(coefficients, u)) * weight)


def test_few_readings_lower_the_order() -> None:
    order, *_ = local_polynomial(np.linspace(-1, 1, 6), np.arange(6.0), np.ones(6), 5)
    assert order == 2


def test_roots_nearest_to_the_start() -> None:
    rows = np.array([np.poly([0.3, 2.5]), np.poly([-0.9, 2.0]), [1.0, 0.0, 4.0]])
    roots = nearest_roots(rows)
    assert roots[:2] == pytest.approx([0.3, -0.9], abs=1e-12)
    assert np.isnan(roots[2])


@pytest.mark.parametrize("weight", [np.ones(9), np.linspace(0.5, 1, 9)])
def test_known_noise_weighs_each_order_by_the_residuals_of_its_own_fit_and_goes_beyond(
    weight: np.ndarray,
) -> None:
    u = np.linspace(-1, 1, 9)
    y = np.random.default_rng(3).normal(size=9) + 4 * u**5
    scores = {}
    for order in range(5, 8):  # nine readings leave one degree of freedom at an order of seven
        fitted = np.polynomial.Polynomial.fit(u, y, order, w=weight)
        scores[order] = float(np.sum(((y - fitted(u)) * weight) ** 2)) + 2 * order
    order, coefficients, inverse, residuals = polynomial_in_noise(u, y, weight, 1.0)
    assert order == min(7, min(scores, key=lambda one: scores[one]) + BEYOND)
    assert residuals @ residuals + 2 * order == pytest.approx(scores[order])
    assert inverse @ y == pytest.approx(coefficients)


def test_known_noise_lets_few_readings_follow_a_curve() -> None:
    u = np.linspace(-1, 1, 7)
    curve = np.exp(2 * u)
    assert local_polynomial(u, curve, np.ones(7), 5)[0] == 2
    # The criterion asks for five and three; seven readings take no more than five.
    for noise, wanted in ((1e-3, 5), (10.0, 3 + BEYOND)):
        order, _, _, residuals = polynomial_in_noise(u, curve, np.ones(7), noise)
        assert order == wanted
        assert np.abs(residuals).max() < 3 * noise
