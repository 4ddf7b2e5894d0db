"""Moment loops and photoelectron spectra: closed forms, truth, what is found."""

import json

import numpy as np
import pytest

from papilio.analysis import magnetisation, xps
from papilio.errors import OptionsError
from papilio.simulate import twin_probes as probes


def found_as_planted(result, record):
    planted = json.loads(record.attrs["truth"])
    assert planted
    for entry in planted:
        quantities = [
            q
            for q in result.select(entry["quantity"])
            if entry["conditions"].items() <= dict(q.conditions).items()
        ]
        assert quantities, entry
        for quantity in quantities:
            assert abs(quantity.value - entry["value"]) < 3 * quantity.std, entry


def test_moment_crosses_zero_at_the_coercive_field_and_saturates():
    options = probes.MomentLoopOptions(slope=-1e-12, moment_offset=1e-20)
    up = probes.moment(options, 4e-10, np.array([0.08, 0.9, -0.9]), np.ones(3))
    np.testing.assert_allclose(up, [0, 4e-10, -4e-10], rtol=5e-3, atol=1e-12)
    down = probes.moment(options, 4e-10, np.array([-0.08]), -np.ones(1))
    assert abs(float(down[0])) < 1e-12


def test_planted_loops_are_found():
    record = probes.moment_loop(probes.MomentLoopOptions(seed=3))
    assert set(record["temperature"].values) == {2.0, 300.0}
    found_as_planted(magnetisation(record), record)


def test_spectrum_has_the_planted_areas():
    options = probes.PhotoelectronOptions()
    energy = np.linspace(5, 60, 20001)
    counts = probes.spectrum(options, energy)
    assert counts[0] == pytest.approx(options.constant, rel=5e-3)
    # Far above the lines the Shirley background has all of their area below it.
    step = options.shirley_step * options.area
    assert counts[-1] == pytest.approx(options.constant + step, rel=1e-2)
    bare = probes.spectrum(probes.PhotoelectronOptions(shirley_step=1e-12), energy)
    area = np.trapezoid(bare - options.constant, energy)
    assert area == pytest.approx(options.area, rel=0.01)  # Lorentzian wings lie outside


def test_planted_fraction_of_reduced_tantalum_is_found():
    record = probes.photoelectrons(probes.PhotoelectronOptions(seed=3))
    found_as_planted(xps(record), record)


@pytest.mark.parametrize(
    ("options", "wrong", "message"),
    [
        (probes.MomentLoopOptions, {"temperatures": (2.0,)}, "saturation_moments: give as many"),
        (probes.MomentLoopOptions, {"maximum_field": 0.2}, "does not saturate"),
        (probes.PhotoelectronOptions, {"Ta4_fraction": 1.2}, "is not a part"),
        (probes.PhotoelectronOptions, {"seed": -1}, "seed: -1 is below zero"),
    ],
)
def test_settings_that_do_not_fit_are_refused(options, wrong, message):
    with pytest.raises(OptionsError, match=message):
        options(**wrong)
