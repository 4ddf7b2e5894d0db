"""Profile-likelihood intervals against the covariance, and against exact intervals."""

import numpy as np
import pytest
from scipy import optimize

from papilio.fit import Law, Parameter, least_squares
from papilio.profile_likelihood import profile_interval

LINE = Law(
    "line",
    lambda x, slope, height: slope * x + height,
    (Parameter("slope", ""), Parameter("height", "")),
    "",
    "",
)
DECAY = Law(
    "decay",
    lambda x, size, time: size * np.exp(-x / time),
    (Parameter("size", "", 0), Parameter("time", "", 1e-3)),
    "",
    "",
)


def noisy(law, truth, std, seed=0, count=30):
    x = np.linspace(0.1, 3, count)
    return x, law.formula(x, *truth) + np.random.default_rng(seed).normal(0, std, count)


@pytest.mark.parametrize(("confidence", "sigmas"), [(0.682689492, 1.0), (0.954499736, 2.0)])
def test_a_linear_law_has_the_interval_of_its_covariance(confidence, sigmas):
    x, y = noisy(LINE, (2.0, -1.0), 0.3)
    fit = least_squares(LINE, x, y, np.full(x.size, 0.3), {"slope": 1.0, "height": 1.0})
    for name in ("slope", "height"):
        low, high = profile_interval(fit, x, y, np.full(x.size, 0.3), name, confidence=confidence)
        assert fit[name] - low == pytest.approx(sigmas * fit.std(name), rel=1e-4)
        assert high - fit[name] == pytest.approx(sigmas * fit.std(name), rel=1e-4)


def test_scatter_and_correlation_widen_it():
    x, y = noisy(LINE, (2.0, -1.0), 0.3)
    fit = least_squares(LINE, x, y, None, {"slope": 1.0, "height": 1.0})
    low, high = profile_interval(fit, x, y, None, "slope")
    assert (high - low) / 2 == pytest.approx(fit.std("slope"), rel=1e-4)
    low, high = profile_interval(fit, x, y, None, "slope", widening=1.7)
    assert (high - low) / 2 == pytest.approx(1.7 * fit.std("slope"), rel=1e-4)


def test_a_single_parameter_written_as_its_logarithm_has_the_logarithms_of_the_exact_ends():
    # A mean m of 25 readings, sigma 1: exactly mean -+ 1/5. As ln m the interval is the same one.
    readings = 0.6 + np.random.default_rng(3).normal(0, 1, 25)
    readings += 0.6 - readings.mean()
    law = Law("mean", lambda x, ln_m: np.exp(ln_m) + 0 * x, (Parameter("ln_m", ""),), "", "")
    fit = least_squares(law, readings, readings, np.ones(25), {"ln_m": -0.4})
    low, high = profile_interval(fit, readings, readings, np.ones(25), "ln_m")
    assert np.exp(low) == pytest.approx(0.4, abs=1e-4)
    assert np.exp(high) == pytest.approx(0.8, abs=1e-4)


def test_a_non_linear_law_ends_where_chi_square_minimised_by_hand_has_risen_by_one():
    std = 0.15
    x, y = noisy(DECAY, (1.0, 0.7), std, seed=5, count=12)
    fit = least_squares(DECAY, x, y, np.full(x.size, std), {"size": 1.0, "time": 0.5})
    interval = profile_interval(fit, x, y, np.full(x.size, std), "time")

    def lowest(time):
        # The size is linear: its best value is a projection.
        shape = np.exp(-x / time)
        size = shape @ y / (shape @ shape)
        return np.sum(((y - size * shape) / std) ** 2) - fit.chi_square - 1

    exact = [optimize.brentq(lowest, fit["time"], fit["time"] * factor) for factor in (0.2, 5.0)]
    assert interval == pytest.approx(exact, rel=1e-4)
    assert interval[1] - fit["time"] > 1.1 * (fit["time"] - interval[0])


def test_it_ends_at_a_bound():
    law = Law("positive", lambda x, m: m + 0 * x, (Parameter("m", "", 0.0),), "", "")
    y = np.array([0.1, -0.05, 0.1, 0.05])
    fit = least_squares(law, y, y, np.ones(4), {"m": 0.1})
    low, high = profile_interval(fit, y, y, np.ones(4), "m")
    assert low == 0
    assert high == pytest.approx(0.05 + 0.5, rel=1e-3)


def test_an_inverse_is_covered_exactly_when_what_was_measured_lies_within_one_sigma():
    # The inverse of a number known to 40 %: value -+ std is lopsided, the profile is exact.
    law = Law("inverse", lambda x, a: 1 / a + 0 * x, (Parameter("a", "", 1e-6, 1e6),), "", "")
    deviates = np.random.default_rng(1).normal(size=60)
    for z in deviates[deviates > -2.2]:
        y = np.array([1 + 0.4 * z])
        fit = least_squares(law, y, y, np.array([0.4]), {"a": float(1 / y[0])})
        low, high = profile_interval(fit, y, y, np.array([0.4]), "a")
        assert (low < 1.0 < high) == (abs(z) < 1)
