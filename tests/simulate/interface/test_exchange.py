"""Exchange field: its average, and what the film makes of it with its own temperatures."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from papilio.physics.pair_breaking import parallel_field
from papilio.simulate.ferromagnet.sheet import Field
from papilio.simulate.granular_film.options import FilmOptions
from papilio.simulate.interface import effect
from papilio.simulate.interface.contract import Scene
from papilio.simulate.virtual_cryostat.options import CryostatOptions
from papilio.simulate.virtual_cryostat.pattern import pattern, sample

SIZE = {"columns": 24, "rows": 16}


def made(density=3.8e17, **options):
    return sample(
        CryostatOptions(
            **SIZE, couplings=("exchange",), film=FilmOptions(density=density, **options)
        )
    )


FILM = made()
SATURATED = Scene(FILM.magnet, np.zeros(FILM.magnet.shape), Field(0.0, 0.0), 0.5)


def couplings(one, scene, **exchange):
    options = replace(one.options, exchange=replace(one.options.exchange, **exchange))
    return pattern(replace(one, options=options), scene)[0].coupling


def test_field_is_averaged_over_a_pair():
    chosen = {"exchange": {"exchange_field": "1 T"}}
    alone = effect(SATURATED, chosen).exchange_field
    assert alone[0] == pytest.approx(1.0)
    assert alone[1] == pytest.approx(0.0, abs=1e-12)
    walls = np.where(np.arange(24) < 12, 0.0, math.pi) * np.ones((16, 1))
    found = effect(replace(SATURATED, angle=walls), chosen).exchange_field
    # Half of the profile of an edge, smeared by the error function, at half a cell from it.
    assert found[0, 3, 11] == pytest.approx(math.erf(15 / 61.63 / math.sqrt(2)), rel=0.02)
    assert found[0, 3, 12] == pytest.approx(-found[0, 3, 11])
    assert found[0, 3, 5] > 0.98


def test_pairs_are_broken_in_domains_and_less_at_walls_and_by_fields_against_the_moments():
    alone = couplings(FILM, SATURATED, exchange_field=1.0)
    walls = np.where(np.arange(24) < 12, 0.0, math.pi) * np.ones((16, 1))
    mixed = couplings(FILM, replace(SATURATED, angle=walls), exchange_field=1.0)
    none = couplings(FILM, SATURATED, exchange_field=0.0)
    linked = none[1] > 0
    assert (alone[1] < mixed[1])[:, 11][linked[:, 11]].all()
    assert (mixed <= none).all()
    along, against, same = (
        couplings(FILM, replace(SATURATED, field=Field(value, 0.0)), exchange_field=1.0)
        for value in (0.2, -0.2, -1.0)
    )
    assert along.mean() < alone.mean() < against.mean() < same.mean()
    assert same == pytest.approx(none, rel=1e-9)


@pytest.mark.parametrize("field", [0.0, 0.5, 2.0])
def test_without_an_exchange_field_nothing_happens_whatever_is_applied(field):
    scene = replace(SATURATED, field=Field(field, 0.0))
    bare = replace(FILM, options=replace(FILM.options, couplings=()))
    without = pattern(bare, scene)[0].coupling
    assert couplings(FILM, scene, exchange_field=0.0) == pytest.approx(without, rel=1e-12)
    assert couplings(FILM, scene, exchange_field=1e-6) == pytest.approx(without, rel=1e-3)


def test_sum_of_fields_is_one_field():
    # The film does not know where a field comes from.
    both = couplings(FILM, replace(SATURATED, field=Field(0.3, 0.0)), exchange_field=0.5)
    one = couplings(FILM, replace(SATURATED, field=Field(0.8, 0.0)), exchange_field=0.0)
    assert both == pytest.approx(one, rel=1e-9)


@pytest.mark.parametrize("density", [3.8e17, 4.3e17, 5.8e17, 8.9e17, 9.8e17])
def test_half_a_tesla_takes_less_than_a_fiftieth_of_each_critical_temperature(density):
    film = made(density, temperature_spread=0.0)
    own = film.film.critical_temperature.flat[0]

    def locked(strength):
        """Where the mean coupling unbinds vortices, K."""

        def excess(temperature):
            scene = replace(SATURATED, temperature=temperature)
            return temperature - 0.8929 * couplings(film, scene, exchange_field=strength).mean()

        return brentq(excess, 0.3 * own, 0.999 * own, xtol=1e-5)

    # The temperature that has the sum for its parallel critical field.
    zero = film.film.parallel_field_at_zero
    left = brentq(lambda T: float(parallel_field(T, zero, own)) - 0.5, 0.9 * own, 0.999999 * own)
    # Ginzburg and Landau's law, which the paper extrapolates to 3.99 T.
    assert left / own == pytest.approx(1 - (0.5 / 3.99) ** 2, abs=0.001)
    assert locked(0.5) / locked(0.0) == pytest.approx(left / own, abs=0.004)


def test_a_dense_film_at_one_kelvin_hardly_knows():
    film = made(9.8e17)
    scene = replace(SATURATED, temperature=1.0)
    ratio = couplings(film, scene).mean() / couplings(film, scene, exchange_field=0.0).mean()
    assert 0.98 < ratio < 1.0


def test_a_film_that_is_heated_breaks_pairs_at_the_temperature_it_has():
    hot = replace(FILM, options=replace(FILM.options, couplings=("exchange", "heating")))
    # 0.17 W/m^2 through 1 W/(m^2 K^4) takes 0.5 K to 0.694 K.
    scene = replace(SATURATED, field=Field(0.1, 0.0), moment_rate=1.7)
    found = pattern(hot, scene)[0]
    assert found.temperature == pytest.approx((0.5**4 + 0.17) ** 0.25)
    cold = couplings(FILM, replace(scene, temperature=found.temperature, moment_rate=0.0))
    assert found.coupling == pytest.approx(cold, rel=1e-12)
