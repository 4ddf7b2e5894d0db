"""Readings of a pattern: whole flux quanta, equal patterns, links in series."""

import dataclasses

import numpy as np
import pytest

from papilio.simulate import granular_film
from papilio.simulate.virtual_cryostat import VirtualButterflyOptions
from papilio.simulate.virtual_cryostat.pattern import Pattern, resting, sample
from papilio.simulate.virtual_cryostat.transport import reading, series_resistance

OPTIONS = VirtualButterflyOptions(
    columns=8,
    rows=8,
    couplings=(),
    replicas=4,
    equilibration_steps=256,
    maximum_steps=1024,
)
MADE = sample(OPTIONS)


def at(temperature, flux=0.0, **more) -> Pattern:
    found = resting(MADE, temperature)
    return dataclasses.replace(found, flux=np.full((8, 8), flux / 64), **more)


def test_a_part_of_a_flux_quantum_weighs_its_neighbours():
    known = {}
    none, one = reading(MADE, at(0.62), known), reading(MADE, at(0.62, 1.0), known)
    third = reading(MADE, at(0.62, 0.3), known)
    assert third.value == pytest.approx(0.7 * none.value + 0.3 * one.value)
    assert third.limit == pytest.approx(0.7 * none.limit + 0.3 * one.limit)
    assert len(known) == 2
    # A field of the other sign does the same.
    assert reading(MADE, at(0.62, -0.3), known).value == pytest.approx(third.value)
    assert len(known) == 2


def test_flux_that_no_array_could_tell_is_none():
    known = {}
    small = 1e-5 * np.sin(np.arange(64.0)).reshape(8, 8)
    plain = reading(MADE, at(0.55), known)
    same = reading(MADE, dataclasses.replace(at(0.55), flux=small - small.mean()), known)
    assert same == plain
    assert len(known) == 1


def test_a_film_without_coupling_is_normal_and_a_cold_one_has_none():
    normal = reading(MADE, at(3.0), {})
    assert (normal.value, normal.std, normal.resolved) == (1358.0, 0.0, True)
    cold = reading(MADE, at(0.1), {})
    assert (cold.value, cold.resolved) == (0.0, False)


def test_links_in_series_follow_kirchhoff():
    assert series_resistance(np.zeros((2, 4, 5))) == 0
    assert series_resistance(np.full((2, 4, 5), 7.0)) == pytest.approx(7.0)
    # One column of links of four: a quarter, all others being shorts.
    one = np.zeros((2, 4, 5))
    one[0, :, 2] = 7.0
    assert series_resistance(one) == pytest.approx(7.0 / 4)
    # A single short shorts it.
    one[0, 1, 2] = 0.0
    assert series_resistance(one) == 0


def test_series_resistance_adds_and_never_exceeds_the_metal():
    links = np.full((2, 8, 8), 20.0)
    cold = reading(MADE, at(0.03, resistance=links), {})
    assert cold.value == pytest.approx(20.0)
    assert cold.resolved
    assert reading(MADE, at(0.03, resistance=1e6 * links), {}).value == 1358.0


def test_network_of_unlike_links_against_a_dense_solution():
    random = np.random.default_rng(4)
    rows, columns = 5, 6
    links = random.uniform(1, 9, (2, rows, columns))
    number = np.arange(rows * columns).reshape(rows, columns)
    laplacian = np.zeros((number.size, number.size))
    for axis, (a, b) in enumerate([(number[:, :-1], number[:, 1:]), (number[:-1], number[1:])]):
        inside = links[axis, : a.shape[0], : a.shape[1]]
        for i, j, r in zip(a.ravel(), b.ravel(), inside.ravel(), strict=True):
            laplacian[[i, j], [i, j]] += 1 / r
            laplacian[[i, j], [j, i]] -= 1 / r
    left = number[:, 0]
    inner = number[:, 1:-1].ravel()
    potential = np.zeros(number.size)
    potential[left] = 1.0
    potential[inner] = np.linalg.solve(
        laplacian[np.ix_(inner, inner)], -laplacian[np.ix_(inner, left)].sum(axis=1)
    )
    current = (laplacian @ potential)[left].sum()
    unlocked = np.zeros(links.shape, bool)
    found = granular_film.network.network_resistance(unlocked, links)
    assert found == pytest.approx(rows / (columns - 1) / current)
