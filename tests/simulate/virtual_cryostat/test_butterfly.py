"""A coarse loop: what the magnet does reaches the array, and nothing else does."""

import dataclasses

import numpy as np
import pytest

from papilio.errors import OptionsError
from papilio.options import from_table
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.simulate.interface import PLANTED
from papilio.simulate.virtual_cryostat import VirtualButterflyOptions, butterfly

COARSE = VirtualButterflyOptions(
    columns=8,
    rows=8,
    couplings=(),
    magnet=MagnetOptions(dipolar=False, easy_axes=1, axis_spread=0.0),
    temperature=0.2,
    maximum_field=0.1,
    field_step=0.1,
    replicas=2,
    equilibration_steps=256,
    maximum_steps=2048,
)


@pytest.fixture(scope="module")
def plain():
    return butterfly(COARSE)


def test_record(plain):
    assert np.allclose(plain["field"], [0.1, 0, -0.1, 0, 0.1])
    assert plain["time"].values[-1] == pytest.approx(0.4 / (0.1 / 60))
    assert plain.attrs["synthetic"] == 1
    assert plain.attrs["mechanism"] == "none"
    assert plain.attrs["planted"].split(",") == sorted(PLANTED["none"])
    # Nothing is resolved at 0.2 K, and said so: zero below a limit, the same on both branches.
    assert not plain["array_resistance"].any()
    assert not plain["resolved"].any()
    limit = plain["array_resistance_limit"].values
    assert np.array_equal(limit, limit[::-1])
    # Both branches are of one state at each field; its limit stands for itself, not as an error.
    state = plain["state"].values
    assert np.array_equal(state, state[::-1])
    assert plain["state_excess"].values == pytest.approx(6 * limit)
    assert not plain["state_error"].any()
    assert plain["resistance_std"].values == pytest.approx(1e-9 * np.sqrt(1 / 4) / 10e-9)
    assert (limit > 0).all()
    # Picoseconds against a minute.
    assert 0 < plain.attrs["time_scale_ratio"] < 1e-9
    # A field of 0.1 T against 3.99 T breaks few pairs, alike for both signs, and no flux comes in.
    mean = plain["coupling_mean"].values
    assert mean[0] == mean[2] == mean[4] < mean[1] == mean[3]
    assert mean[0] > 0.99 * mean[1]
    assert not plain["flux_rms"].any()


def test_the_same_seed_gives_the_same_record(plain):
    again = butterfly(COARSE)
    assert again.identical(plain)


def test_the_lock_in_adds_its_offset_and_noise(plain):
    quiet = dataclasses.replace(COARSE, voltage_noise=0.0, voltage_offset=0.0)
    offset = dataclasses.replace(quiet, voltage_offset=1e-7)
    difference = butterfly(offset)["resistance"] - butterfly(quiet)["resistance"]
    assert difference.values == pytest.approx(1e-7 / 10e-9)
    sheet = plain["array_resistance"].values
    noise = 1e-9 * np.sqrt(1 / 4) / 10e-9
    # The time constant is far shorter than the time between two readings.
    assert np.abs(plain["resistance"] - 6 * sheet).max() < 6 * noise + 0.02 * 6 * np.ptp(sheet)


def test_couplings_reach_the_array(plain):
    both = dataclasses.replace(COARSE, couplings=("stray_flux", "weak_walls"))
    found = butterfly(both)
    assert "peaks_on_reversing_branch" in found.attrs["planted"].split(",")
    assert (found["coupling_mean"] <= plain["coupling_mean"] + 1e-12).all()
    walls = found["wall_length"].values > 0
    assert np.array_equal(walls, (found["coupling_mean"] < plain["coupling_mean"]).values)
    # A single domain that closes on itself has no stray flux.
    assert found["flux_rms"].values[0] < 1e-12


def test_options_from_a_study():
    table = {
        "couplings": ["tilt"],
        "tilt": {"misalignment": "0.2 deg"},
        "magnet": {"areal_moment": "1.7e-5 A"},
        "film": {"density": "4.3e13 1/cm**2"},
        "sweep_rate": "0.02 T/min",
    }
    options = from_table(VirtualButterflyOptions, table)
    assert options.film.density == pytest.approx(4.3e17)
    assert options.tilt.misalignment == pytest.approx(0.2)
    assert options.magnet.areal_moment == pytest.approx(1.7e-5)
    with pytest.raises(OptionsError, match=r"^couplings: there is no 'ghost'"):
        VirtualButterflyOptions(couplings=("ghost",))
