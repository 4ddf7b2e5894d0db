"""Error bars of phase slips where chi-square along Tc is flat or has two minima."""

import dataclasses

import numpy as np
import pytest

from papilio.analysis import phase_slip_models as models
from papilio.analysis.phase_slip_fit import describe, scatter, solve
from papilio.analysis.phase_slip_valley import along_Tc
from papilio.fit import propagate_all
from papilio.profile_likelihood import profile_interval

TRUTH = {"Tc": 1.05, "ln_B1": np.log(0.065), "ln_B2": np.log(0.004)}


def strip(seed, noise):
    rng = np.random.default_rng(seed)
    T = np.linspace(0.1, 0.82, 160)
    whole = models.Strip(
        T,
        T,
        np.where(np.arange(T.size) % 2, 1.0, -1.0),
        np.arange(T.size),
        np.full(T.size, noise),
        0.0,
        6000.0,
        5.0,
        120e-6,
        40e-9,
        False,
        False,
    )
    R = models.resistance(whole, T, {**TRUTH, "normal": 6000.0})
    return dataclasses.replace(whole, resistance=R + rng.normal(0, noise, T.size))


def test_a_parabola_is_left_alone():
    readings = strip(0, 0.5)
    fit = solve(readings, "quantum", TRUTH)
    assert along_Tc(readings, "quantum", fit)[0] is fit


def test_noisy_readings_leave_Tc_free_over_all_that_chi_square_allows():
    pulls = []
    for seed in range(40):
        readings = strip(seed, 30.0)
        fit, _ = along_Tc(readings, "quantum", solve(readings, "quantum", TRUTH))
        pulls.append((fit["Tc"] - TRUTH["Tc"]) / fit.std("Tc"))
    assert np.max(np.abs(pulls)) < 4
    assert 0.6 < np.std(pulls) < 1.3


def test_the_lower_of_two_minima_is_kept():
    readings = strip(1, 30.0)
    fit = solve(readings, "quantum", TRUTH)
    worse = dataclasses.replace(fit, values=fit.values * 1.002, chi_square=fit.chi_square + 50)
    assert along_Tc(readings, "quantum", worse)[0].chi_square == pytest.approx(
        fit.chi_square, rel=1e-3
    )


def test_intervals_are_those_of_the_profile_likelihood():
    readings = strip(3, 14.0)
    fit = solve(readings, "quantum", TRUTH)
    same, intervals = along_Tc(readings, "quantum", fit)
    assert same is fit
    x = np.stack([readings.temperature, readings.direction])
    y = np.append(readings.resistance, readings.normal)
    std = np.append(readings.std, readings.normal_std)
    widening = np.sqrt(scatter(readings, "quantum", fit)) / fit.scale
    for name in ("Tc", "ln_B1", "ln_B2"):
        low, high = profile_interval(fit, x, y, std, name, widening=widening)
        assert intervals[name] == pytest.approx((low, high), abs=0.01 * (high - low))
    low, high = intervals["ln_B1"]
    assert high - fit["ln_B1"] > 1.02 * (fit["ln_B1"] - low)  # no parabola


def test_a_flat_valley_has_intervals_that_hold_the_truth_as_often_as_they_say():
    inside = 0
    for seed in range(40):
        readings = strip(seed, 30.0)
        _, intervals = along_Tc(readings, "quantum", solve(readings, "quantum", TRUTH))
        low, high = intervals["ln_B2"]
        inside += low < TRUTH["ln_B2"] < high
    # Of 40 the number inside scatters by three.
    assert 18 <= inside <= 36


def test_memory_widens_what_it_touches():
    readings = strip(5, 5.0)
    steep = np.hypot(5.0, 60.0 * readings.temperature**4)
    readings = dataclasses.replace(readings, std=steep, memory=0.6)
    fit = solve(readings, "quantum", TRUTH)
    described = describe(readings, "quantum")
    start = described.inner(models.parameters(fit))
    at = np.array([start[parameter.name] for parameter in described.law.parameters])
    x = np.stack([readings.temperature, readings.direction])
    error = np.append(steep, readings.normal_std)

    def curve(values):
        return described.law.formula(x, *values) / error

    slopes = np.stack(
        [(curve(at + step) - curve(at - step)) / 2e-5 for step in 1e-5 * np.eye(at.size)], axis=1
    )
    # The resistance's part of the noise remembers, the thermometer's and the normal level do not.
    share = np.append(steep.min() / steep, 0.0)
    apart = np.abs(np.subtract.outer(np.arange(error.size), np.arange(error.size)))
    noise = np.outer(share, share) * 0.6**apart
    np.fill_diagonal(noise, 1.0)
    noise[:-1, :-1] *= fit.scale**2
    white = np.linalg.inv(slopes.T @ slopes)
    exact = white @ slopes.T @ noise @ slopes @ white
    outer = propagate_all(lambda values: described.outer(values, fit.law), at, exact)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(np.sqrt(np.diag(outer)), rel=1e-2)
    assert scatter(readings, "quantum", fit) == pytest.approx(exact[0, 0] / white[0, 0], rel=1e-2)
