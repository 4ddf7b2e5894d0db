"""Local polynomials: their order follows the curve, their roots are exact."""

from __future__ import annotations

import numpy as np
import pytest

from papilio.analysis.local_polynomial import local_polynomial, nearest_roots


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
