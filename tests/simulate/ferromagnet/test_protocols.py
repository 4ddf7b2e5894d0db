"""Loops that the analyses read, observables, stored parameters."""

import dataclasses
import math

import numpy as np
import pytest

from papilio.analysis.magnetisation import MagnetisationOptions, magnetisation
from papilio.errors import OptionsError
from papilio.simulate import SIMULATIONS, ferromagnet
from papilio.simulate.ferromagnet.grains import grain_numbers, sheet
from papilio.simulate.ferromagnet.observables import (
    mean_moment,
    sheet_charge,
    wall_length,
    walls,
)
from papilio.simulate.ferromagnet.options import CoercivityOptions, LoopOptions, MagnetOptions
from papilio.simulate.ferromagnet.sheet import Field

SMALL = LoopOptions(columns=8, rows=8, maximum_field=0.3, field_step=0.01)


@pytest.fixture(scope="module")
def loop():
    return ferromagnet.loop(dataclasses.replace(SMALL, moment_noise=2e-13))


def test_the_magnetometer_analysis_reads_a_loop(loop):
    result = magnetisation(loop, MagnetisationOptions(area=SMALL.sample_area))
    values = {quantity.name: quantity for quantity in result.quantities}
    coercive = values["magnetisation.coercive_field"]
    # Below the athermal field of the softest direction, and above nothing.
    assert 0.02 < coercive.value < 0.16
    # The moments approach their saturation as 1/H^2, which the straight lines take for a slope.
    assert values["magnetisation.areal_moment"].value == pytest.approx(9e-7, rel=0.1)
    # Grains with three easy axes keep 3/pi or so of it, those that relax no more than that.
    assert 0.5 < values["magnetisation.squareness"].value < 1
    assert loop.attrs["synthetic"] == 1
    assert loop.attrs["seed"] == 1


def test_a_seed_gives_one_loop_and_another_another(loop):
    again = ferromagnet.loop(dataclasses.replace(SMALL, moment_noise=2e-13))
    assert again.identical(loop)
    other = ferromagnet.domains(dataclasses.replace(SMALL, seed=2, field_step=0.1))
    one = ferromagnet.domains(dataclasses.replace(SMALL, field_step=0.1))
    assert not np.array_equal(other["areal_moment_x"], one["areal_moment_x"])


def test_walls_come_and_go(loop):
    length = loop["wall_length"].values
    assert length[0] == length[len(length) // 2] == 0
    assert length.max() > 20 * SMALL.cell
    assert loop["reversed_cells"].sum() >= 128
    down = loop.isel(row=slice(0, len(length) // 2 + 1))
    at = float(down["field"][int(np.argmax(down["wall_length"].values))])
    assert -0.12 < at < -0.02


def test_domains_are_those_of_the_loop(loop):
    maps = ferromagnet.domains(SMALL)
    moment = maps["areal_moment_x"].mean(("y", "x")).values * SMALL.sample_area
    down = loop["moment"].values[: moment.size]
    assert np.abs(moment - down).max() < 6 * 2e-13
    assert np.abs(maps["stray_field"].sum(("y", "x"))).max() < 1e-9
    assert float(np.abs(maps["stray_field"]).max()) > 1e-5


def test_a_faster_sweep_and_a_colder_magnet_are_harder():
    options = CoercivityOptions(
        columns=8,
        rows=8,
        dipolar=False,
        # Grains that are alike: the film's coercive field is as sharp as that of one.
        easy_axes=1,
        axis_spread=0.0,
        anisotropy_spread=0.0,
        maximum_field=0.2,
        field_step=0.01,
        sweep_rates=(0.001 / 60, 1 / 60),
        temperatures=(0.05, 0.3),
        realisations=4,
    )
    found = ferromagnet.coercivity(options)
    fields = found["coercive_field"].values.reshape(2, 2)
    errors = found["coercive_field_std"].values.reshape(2, 2)
    assert fields[0, 1] - fields[0, 0] > 2 * np.hypot(*errors[0])
    assert fields[0, 1] - fields[1, 1] > 5 * np.hypot(errors[0, 1], errors[1, 1])


def test_charge_sums_to_zero_and_sits_where_moments_meet():
    for boundary in ("periodic", "open"):
        film = sheet(MagnetOptions(columns=6, rows=5, boundary=boundary))
        angle = np.random.default_rng(1).uniform(0, 2 * math.pi, film.shape)
        charge = sheet_charge(film, angle)
        assert abs(charge.sum()) < 1e-12 * np.abs(charge).sum()
    # Head to head along x on a closed sheet: +2 m on one line of corners, -2 m on the other.
    film = sheet(MagnetOptions(columns=6, rows=5))
    angle = np.where(np.arange(6) < 3, 0.0, math.pi) * np.ones((5, 1))
    charge = sheet_charge(film, angle) * film.cell / film.areal_moment
    assert np.allclose(charge, [[0, 0, 2, 0, 0, -2]] * 5)
    assert wall_length(film, angle) == pytest.approx(10 * film.cell)
    assert walls(film, angle)[0, :, 2].all()


def test_tilt():
    film = sheet(MagnetOptions(columns=4, rows=4))
    x, y, z = mean_moment(film, np.zeros(film.shape), Field(0.0, 0.0, 1.0))
    assert z == pytest.approx(film.areal_moment / 2)
    assert x == pytest.approx(film.areal_moment * math.sqrt(3) / 2)
    assert y == 0


def test_grains_have_the_size_they_should():
    options = MagnetOptions(columns=60, rows=40, grain_size=120e-9)
    grain = grain_numbers(options, np.random.default_rng(1))
    assert len(np.unique(grain)) == pytest.approx(60 * 40 / 16, rel=0.05)
    film = sheet(options)
    inside = film.exchange.max()
    assert inside == pytest.approx(2 * 2.3e-21 / (9e-7 * 9e-16))
    assert film.exchange.min() == pytest.approx(inside * options.intergrain_exchange)


def test_options_that_make_no_magnet():
    for wrong, key in (
        ({"columns": 0}, "columns"),
        ({"columns": 5000, "rows": 5000}, "columns"),
        ({"intergrain_exchange": 2.0}, "intergrain_exchange"),
        ({"areal_moment": -1.0}, "areal_moment"),
    ):
        with pytest.raises(OptionsError, match=f"^{key}: "):
            MagnetOptions(**wrong)
    with pytest.raises(OptionsError, match=r"^easy_plane_field: "):
        ferromagnet.loop(dataclasses.replace(SMALL, elevation=90.0, easy_plane_field=0.2))
    with pytest.raises(OptionsError, match=r"^realisations: "):
        CoercivityOptions(realisations=0)


def test_a_study_can_name_them():
    assert {"ferromagnet.loop", "ferromagnet.coercivity"} <= set(SIMULATIONS)
