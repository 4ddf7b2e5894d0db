"""Islands, links and their network against closed forms."""

import dataclasses

import numpy as np
import pytest

from papilio.analysis.transition import transition
from papilio.constants import BOLTZMANN, ELEMENTARY_CHARGE, FLUX_QUANTUM, REDUCED_PLANCK
from papilio.errors import OptionsError
from papilio.physics.critical_current import ambegaokar_baratoff, ambegaokar_baratoff_zero
from papilio.physics.pair_breaking import parallel_field, perpendicular_field
from papilio.simulate import granular_film
from papilio.simulate.granular_film.film import couplings, depressed, film
from papilio.simulate.granular_film.network import network_resistance, spans
from papilio.simulate.granular_film.options import FilmCooldownOptions, FilmOptions


def test_equal_islands_have_the_coupling_of_ambegaokar_and_baratoff():
    options = FilmOptions(
        columns=3, rows=3, temperature_spread=0.0, resistance_spread=0.0, weak_link=1.0
    )
    made = film(options)
    Tc = options.island_temperature
    zero = ambegaokar_baratoff_zero(options.normal_resistance, Tc)
    for temperature in (0.02, 0.3, 0.7, 0.8):
        current = ambegaokar_baratoff(np.array(temperature), zero, Tc)
        wanted = REDUCED_PLANCK * current / (2 * ELEMENTARY_CHARGE * BOLTZMANN)
        # The gap itself is interpolated from a table.
        assert couplings(made, temperature) == pytest.approx(float(wanted), rel=1e-4)
    assert not couplings(made, 1.01 * Tc).any()


def test_a_link_of_two_gaps_lies_between_those_of_each():
    options = FilmOptions(columns=20, rows=20, resistance_spread=0.0, weak_link=1.0)
    made = film(options)
    here = couplings(made, 0.1)[0]
    own = np.stack(
        [
            couplings(dataclasses.replace(made, critical_temperature=np.full((20, 20), Tc)), 0.1)[
                0, 0, 0
            ]
            for Tc in made.critical_temperature[0]
        ]
    )
    row, other = own, np.roll(own, -1)
    assert (here[0] <= np.maximum(row, other) + 1e-9).all()
    assert (here[0] >= np.minimum(row, other) - 1e-9).all()


def test_a_parallel_field_takes_the_temperature_down_along_its_critical_field():
    for field in (0.08, 1.0, 3.0):
        Tc = float(depressed(np.array(0.8), field / 3.99))
        assert parallel_field(Tc, 3.99, 0.8) == pytest.approx(field, rel=1e-4)
    assert depressed(np.array([0.8]), 4.0 / 3.99) == 0
    made = film(FilmOptions(columns=4, rows=4))
    assert (couplings(made, 0.3, 1.0) < couplings(made, 0.3)).all()
    assert not couplings(made, 0.3, 4.0).any()


def test_near_the_transition_a_field_in_the_plane_follows_ginzburg_and_landau():
    options = FilmOptions()
    made = film(options)
    own, small = 0.8, 0.02 * options.parallel_field_at_zero
    left = depressed(np.array(own), small / made.parallel_field_at_zero)
    # B = B_GL (1 - T/T_C)^(1/2), the paper's Eq. (2).
    assert left == pytest.approx(own * (1 - 0.02**2), rel=1e-5)


def test_an_upright_field_takes_the_temperature_down_as_ginzburg_and_landau_say():
    made = film(FilmOptions(columns=4, rows=4, temperature_spread=0.0, coherence_length=50e-9))
    own = float(made.critical_temperature[0, 0])
    slope = FLUX_QUANTUM / (2 * np.pi * 50e-9**2) / own
    small = 1e-3 * own * slope
    left = depressed(np.array(own), 0.0, small / made.perpendicular_field_at_zero)
    # Werthamer, Helfand and Hohenberg bend by 0.15 of the reduced temperature.
    assert own - float(left) == pytest.approx(small / slope, rel=2e-3)
    assert perpendicular_field(left, made.perpendicular_field_at_zero, own) == pytest.approx(
        small, rel=1e-3
    )
    assert (couplings(made, 0.3, 0.0, -0.02) == couplings(made, 0.3, 0.0, 0.02)).all()
    assert (couplings(made, 0.3, 0.5, 0.02) < couplings(made, 0.3, 0.0, 0.02)).all()
    assert not couplings(made, 0.1, 0.0, 1.01 * made.perpendicular_field_at_zero).any()


def test_networks_whose_resistance_is_known():
    none = np.zeros((2, 6, 8), bool)
    assert network_resistance(none, 10.0) == pytest.approx(10 * 6 / 7 * 7 / 6)
    # A whole column of links in series less.
    column = none.copy()
    column[0, :, 3] = True
    assert network_resistance(column, 10.0) == pytest.approx(10 * 6 / 7)
    # Links across the current carry none.
    across = none.copy()
    across[1, 2, 4] = True
    assert network_resistance(across, 10.0) == pytest.approx(10)
    path = none.copy()
    path[0, 2, :-1] = True
    assert spans(path)
    assert network_resistance(path, 10.0) == 0
    # One link in a long row is shorted: with one row, six of seven are left.
    single = np.zeros((2, 1, 8), bool)
    single[0, 0, 2] = True
    assert network_resistance(single, 10.0) == pytest.approx(10 * 6 / 7)


def test_strong_links_percolate_at_the_density_that_is_said():
    """Bond percolation: one half, exactly, on the square lattice (Kesten 1980)."""
    shares = {}
    for density in (3.8e17, 4.3e17, 5.8e17, 8.9e17):
        shares[density] = np.mean(
            [
                spans(film(FilmOptions(density=density, columns=41, rows=40, seed=seed)).strong)
                for seed in range(20)
            ]
        )
    assert shares[3.8e17] == shares[4.3e17] == 0
    assert shares[5.8e17] == shares[8.9e17] == 1
    # The dual of a lattice of n + 1 by n sites is its own: exactly one half at the threshold.
    at = sum(
        spans(film(FilmOptions(density=5e17, columns=25, rows=24, seed=seed)).strong)
        for seed in range(400)
    )
    assert abs(at - 200) < 4 * 10


def test_links_only_grow_stronger_with_the_density():
    low, high = (film(FilmOptions(density=d, columns=16, rows=16)) for d in (3.8e17, 5e17))
    assert (high.strong | ~low.strong).all()
    assert (high.tunnel_resistance <= low.tunnel_resistance).all()


def measured(density, size, step):
    options = FilmCooldownOptions(
        density=density, columns=size, rows=size, temperature_step=step, lowest_temperature=0.3
    )
    result = transition(granular_film.cooldown(options))
    return {quantity.name: quantity.value for quantity in result.quantities}


def test_transition_of_the_thinnest_film():
    found = measured(3.8e17, 16, 0.02)
    assert found["transition.Tc"] == pytest.approx(0.668, abs=0.05)
    assert found["transition.width"] == pytest.approx(0.12, abs=0.05)


@pytest.mark.validate
def test_transitions_follow_the_line_and_widen():
    low, high = measured(3.8e17, 40, 0.01), measured(9.8e17, 40, 0.02)
    slope = (high["transition.Tc"] - low["transition.Tc"]) / 6e17
    assert slope == pytest.approx(2.84e-18, rel=0.05)
    assert low["transition.width"] == pytest.approx(0.12, abs=0.02)
    # The paper has 0.32 K. One spread for all densities widens the transition to 0.25 K.
    assert high["transition.width"] > 1.6 * low["transition.width"]


def test_options_that_make_no_film():
    with pytest.raises(OptionsError, match=r"^density: "):
        FilmOptions(density=5e16)
    with pytest.raises(OptionsError, match=r"^columns: "):
        FilmOptions(columns=1)
    with pytest.raises(OptionsError, match=r"^weak_link: "):
        FilmOptions(weak_link=1.5)
