"""Error bars of phase slips where chi-square along Tc is flat or has two minima."""

import dataclasses

import numpy as np
import pytest

from papilio.analysis import phase_slip_models as models
from papilio.analysis.phase_slip_fit import solve
from papilio.analysis.phase_slip_valley import along_Tc

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
    assert along_Tc(readings, "quantum", fit) is fit


def test_noisy_readings_leave_Tc_free_over_all_that_chi_square_allows():
    pulls = []
    for seed in range(40):
        readings = strip(seed, 30.0)
        fit = along_Tc(readings, "quantum", solve(readings, "quantum", TRUTH))
        pulls.append((fit["Tc"] - TRUTH["Tc"]) / fit.std("Tc"))
    assert np.max(np.abs(pulls)) < 4
    assert 0.6 < np.std(pulls) < 1.3


def test_the_lower_of_two_minima_is_kept():
    readings = strip(1, 30.0)
    fit = solve(readings, "quantum", TRUTH)
    worse = dataclasses.replace(fit, values=fit.values * 1.002, chi_square=fit.chi_square + 50)
    assert along_Tc(readings, "quantum", worse).chi_square == pytest.approx(
        fit.chi_square, rel=1e-3
    )
