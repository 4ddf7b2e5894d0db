"""Thermal reversal against rate equations and Boltzmann's distribution."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from scipy.integrate import quad

from papilio.constants import BOLTZMANN, VACUUM_PERMEABILITY
from papilio.simulate.ferromagnet.grains import sheet
from papilio.simulate.ferromagnet.kinetics import NEVER, finest_step, hold
from papilio.simulate.ferromagnet.landscape import barriers
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.simulate.ferromagnet.ramp import Ramp, saturated, swept
from papilio.simulate.ferromagnet.sheet import Field, energy, others_field

#: Kolmogorov and Smirnov's statistic is above this over the root of the number once in 1e4.
SUPREMUM = 2.23
ALIKE = MagnetOptions(
    columns=20,
    rows=20,
    axis_spread=0.0,
    easy_axes=1,
    anisotropy_spread=0.0,
    exchange_stiffness=0.0,
    dipolar=False,
)


def heights(options, temperature):
    """Anisotropy energy over kB T."""
    moment = options.areal_moment * options.cell**2
    return moment * options.anisotropy_field / 2 / (BOLTZMANN * temperature)


def rate(field, options, temperature):
    """Two saddles of height (1 - h)^2."""
    h = field / options.anisotropy_field
    return 2 * options.attempt_rate * math.exp(-heights(options, temperature) * (1 - h) ** 2)


def survivors(fields, options, temperature, sweep_rate):
    """Share that a ramp against the moments has left: Kurkijarvi, Phys. Rev. B 6, 832 (1972)."""
    integral = [
        quad(rate, 0, field, (options, temperature), epsabs=0, epsrel=1e-9, limit=200)[0]
        for field in fields
    ]
    return np.exp(-np.array(integral) / sweep_rate)


@pytest.mark.parametrize(("temperature", "per_minute"), [(0.05, 0.1), (0.05, 0.02), (0.1, 0.1)])
def test_grains_under_a_ramp(temperature, per_minute):
    film = sheet(ALIKE)
    ramp = Ramp(temperature, ALIKE.attempt_rate, per_minute / 60)
    random = np.random.default_rng(round(1e4 * temperature + 1e3 * per_minute))
    now = saturated(film, ramp, 0.01)
    fields = np.linspace(0.02, 0.14, 241)
    left = []
    for field in fields:
        now = swept(film, ramp, now, -field, random)
        left.append((np.cos(now.angle) > 0).mean())
    wanted = survivors(fields, ALIKE, temperature, per_minute / 60)
    assert wanted[0] > 0.999
    assert wanted[-1] < 0.001
    assert np.abs(left - wanted).max() < SUPREMUM / math.sqrt(film.axis.size)


def test_a_ramp_that_starts_where_nothing_happens_misses_no_reversal():
    """Barriers of 188 kT at first, beyond those that count, and one reading."""
    options = dataclasses.replace(ALIKE, anisotropy_field=0.32)
    film = sheet(options)
    assert heights(options, 0.05) > NEVER
    fields = np.linspace(0.05, 0.25, 401)
    half = np.interp(0.5, survivors(fields, options, 0.05, 0.1 / 60)[::-1], fields[::-1])
    ramp = Ramp(0.05, options.attempt_rate, 0.1 / 60)
    # As long as moments and field are parallel no rate is worked out at all.
    now = saturated(film, ramp, 0.005)
    now = swept(film, ramp, now, -half, np.random.default_rng(7))
    left = (np.cos(now.angle) > 0).mean()
    assert abs(left - 0.5) < SUPREMUM / math.sqrt(film.axis.size)


def test_coercive_field_against_rate():
    """Sharrock: B_K (1 - (ln(nu0 t)/(E/kT))^(1/2)); from ramp to ramp the median moves as that."""
    fields = np.linspace(0.02, 0.14, 2001)
    medians = [
        np.interp(0.5, survivors(fields, ALIKE, 0.05, r / 60)[::-1], fields[::-1])
        for r in (0.02, 0.1)
    ]
    e = heights(ALIKE, 0.05)
    sharrock = []
    for median, r in zip(medians, (0.02, 0.1), strict=True):
        # A ramp spends the time kT/(dE/dB v) at each barrier (Feng and Visscher, J. Appl. Phys. 95,
        # 7043 (2004)), to which the median answers with ln 2.
        h = median / ALIKE.anisotropy_field
        time = ALIKE.anisotropy_field / (2 * e * (1 - h) * r / 60)
        root = math.sqrt(math.log(2 * ALIKE.attempt_rate * time / math.log(2)) / e)
        sharrock.append(ALIKE.anisotropy_field * (1 - root))
    # The law is the first term in 1/(E/kT) of the integral that the ramps are held against.
    assert medians == pytest.approx(sharrock, rel=2e-3)
    assert medians[1] > 1.02 * medians[0]


def test_decay_at_constant_field():
    """Neel and Brown: exp(-2 nu0 exp(-E/kT) t), the field standing."""
    film = sheet(dataclasses.replace(ALIKE, columns=30, rows=30))
    field = 0.06
    life = 1 / rate(field, ALIKE, 0.05)
    random = np.random.default_rng(7)
    angle, number = np.zeros(film.shape), film.axis.size
    for step in range(1, 4):
        angle = hold(
            film, angle, Field(-field, 0.0), 0.05, ALIKE.attempt_rate, life / 2, random
        ).angle
        share = math.exp(-step / 2)
        left = float((np.cos(angle) > 0).sum())
        assert abs(left - number * share) < 4 * math.sqrt(number * share * (1 - share))


def test_detailed_balance_without_field():
    """Three cells on a line, coupled by exchange and dipoles: occupation of their eight states."""
    options = MagnetOptions(
        columns=3,
        rows=1,
        boundary="open",
        easy_axes=1,
        axis_spread=0.0,
        anisotropy_spread=0.2,
        areal_moment=1.7e-5,
        exchange_stiffness=1.5e-21,
        intergrain_exchange=0.06,
        attempt_rate=1.0,
    )
    film = sheet(options)
    coupling = film.cell_moment * film.exchange[0, 0, 0]
    temperature = 1.25 * coupling / BOLTZMANN
    states = list(itertools.product((0.0, math.pi), repeat=3))
    energies = np.array([energy(film, [state], Field(0.0, 0.0)) for state in states])
    weights = np.exp(-(energies - energies.min()) / (BOLTZMANN * temperature))
    weights /= weights.sum()
    lowest = film.anisotropy.min() * film.cell_moment / 2 / (BOLTZMANN * temperature)
    duration = math.exp(lowest)
    random = np.random.default_rng(11)
    angle = np.zeros((1, 3))
    seen = np.zeros(8)
    rounds, events = 800, 0
    for _ in range(rounds):
        held = hold(film, angle, Field(0.0, 0.0), temperature, 1.0, duration, random)
        angle, events = held.angle, events + held.events
        state = tuple(0.0 if np.cos(a) > 0 else math.pi for a in angle[0])
        seen[states.index(state)] += 1
    assert events > rounds
    # Whole blocks are independent of each other: their scatter gives the error of the share.
    chi = (seen - rounds * weights) / np.sqrt(rounds * weights * (1 - weights))
    assert np.abs(chi).max() < 6


def test_flickering_moments_are_in_equilibrium():
    options = dataclasses.replace(ALIKE, columns=40, rows=40)
    film = sheet(options)
    temperature, field = 1.0, 2e-4
    random = np.random.default_rng(5)
    held = hold(film, np.zeros(film.shape), Field(field, 0.0), temperature, 4.5e9, 1.0, random)
    up = 1 / (1 + math.exp(-2 * film.cell_moment * field / (BOLTZMANN * temperature)))
    number = film.axis.size
    assert 0.5 < up < 0.9
    assert held.events == 0
    assert abs((np.cos(held.angle) > 0).sum() - number * up) < 4 * math.sqrt(number * up * (1 - up))


def test_no_step_moves_a_barrier_by_more_than_it_says():
    film = sheet(ALIKE)
    step = finest_step(film, 0.05, 0.5) / ALIKE.anisotropy_field
    e = heights(ALIKE, 0.05)
    changes = []
    for degrees in range(0, 360, 10):
        x, y = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        for h in (0.1, 0.3, 0.45):
            before = barriers(math.pi, h * x, h * y)
            after = barriers(math.pi, (h + step) * x, (h + step) * y)
            assert before[0]
            assert after[0]
            changes += [e * abs(after[n] - before[n]) for n in (2, 3)]
    assert max(changes) <= 0.5
    # And it is not much finer than it has to be.
    assert max(changes) > 0.2


def test_without_temperature_the_astroid_alone_counts():
    film = sheet(ALIKE)
    ramp = Ramp(0.0, ALIKE.attempt_rate, 0.1 / 60)
    now = saturated(film, ramp, 0.1)
    random = np.random.default_rng(1)
    now = swept(film, ramp, now, -0.1599, random)
    assert (np.cos(now.angle) > 0).all()
    now = swept(film, ramp, now, -0.1601, random)
    assert (np.cos(now.angle) < 0).all()
    assert now.events == 0


def test_an_out_of_plane_field_tilts_and_does_not_reverse():
    film = sheet(MagnetOptions(columns=8, rows=8))
    ramp = Ramp(0.05, 4.5e9, 0.1 / 60, elevation=math.pi / 2)
    random = np.random.default_rng(2)
    now = saturated(film, ramp, 0.4)
    start = now.angle
    for field in np.linspace(0.4, -0.4, 17):
        now = swept(film, ramp, now, float(field), random)
        assert now.reversed_cells == 0
    assert np.cos(now.angle - start) == pytest.approx(1, abs=1e-6)


def test_one_cell_does_not_resist_its_own_reversal():
    """The energy of a square prism alone does not depend on the angle of its moment."""
    # Strong enough to see: mu0 M = 2 T, half as thick as wide.
    strong = {"areal_moment": 2.0 / VACUUM_PERMEABILITY * 15e-9, "thickness": 15e-9}
    options = dataclasses.replace(
        ALIKE, columns=1, rows=1, boundary="open", anisotropy_field=0.5, **strong
    )

    def switches_at(dipolar):
        film = sheet(dataclasses.replace(options, dipolar=dipolar))
        ramp = Ramp(0.0, options.attempt_rate, 1.0, math.radians(10))
        now = saturated(film, ramp, 0.6)
        for field in np.arange(0.0, 0.6, 2e-3):
            now = swept(film, ramp, now, -field, np.random.default_rng(1))
            if now.reversed_cells:
                return field
        raise AssertionError("never reversed")

    assert 0.1 < switches_at(False) < 0.5
    assert switches_at(True) == switches_at(False)
    film = sheet(dataclasses.replace(options, dipolar=True))
    x, y = others_field(film, np.array([[0.3]]))
    assert math.hypot(float(x[0, 0]), float(y[0, 0])) < 1e-12
    # That of the cell on itself is far from nothing.
    assert 2.0 * film.dipolar.own > 0.3
