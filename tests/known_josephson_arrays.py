"""Exact results about Josephson arrays and checks against them, for the short and long tests."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy import sparse

from papilio.simulate.josephson_array import statistics
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import Series, advance
from papilio.simulate.josephson_array.observables import moments
from papilio.simulate.josephson_array.state import conditions, start

#: Four and a half standard deviations: one false alarm in 150 000.
SIGMAS = 4.5

PRECISIONS = ["single", "double"]

GROUND_STATES = {
    # flux: (columns, rows, energy of a site)
    (1, 2): (4, 4, -np.sqrt(2)),
    (1, 3): (6, 6, -4 / 3),
    (1, 4): (8, 8, -(1 + np.sqrt(3)) / 2),
    (1, 5): (5, 5, -1.44721),
    (2, 5): (10, 10, -1.29443),
}


def ambegaokar_halperin(bias, temperature):
    """Mean voltage of one overdamped junction, Ambegaokar and Halperin, PRL 22, 1364 (1969)."""
    order = mpmath.mpc(0, bias / temperature)
    bessel = abs(mpmath.besseli(order, 1 / mpmath.mpf(temperature)))
    return float(temperature / mpmath.pi * mpmath.sinh(mpmath.pi * bias / temperature) / bessel**2)


def in_groups(series, groups):
    """Series of replicas that are repeated `groups` times over, one for each group."""
    replicas = len(series.voltage) // groups
    return [
        Series(
            series.voltage[number * replicas : (number + 1) * replicas],
            series.noise[number * replicas : (number + 1) * replicas],
            series.duration,
        )
        for number in range(groups)
    ]


def normal_array(size, boundary, precision, blocks):
    temperature, replicas, steps = 0.5, 8, 4
    array = Array(
        size,
        size,
        boundary,
        couplings=np.zeros((1, 2, size, size)),
        scheme="euler",
        step=0.5,
        precision=precision,
    )
    exposed = conditions(replicas, 0.3, temperature)
    _, series = advance(array, start(array, replicas, 3), exposed, blocks, steps)
    plain = statistics.mean(series.voltage)
    assert abs(plain.value - 0.3) < SIGMAS * plain.std
    if boundary == "twist":
        # Here all of the voltage's noise is known: R = R_N to rounding.
        assert statistics.mean_voltage(series).value == pytest.approx(0.3, abs=1e-6)
    # One-sided S_V = 4 k_B T R of `weight` junctions' mean, white: the same at all frequencies.
    _, density, _ = statistics.noise_spectrum(series, 50)
    exact = 4 * temperature / array.weight
    segments = replicas * blocks // 50
    relative = density / exact - 1
    assert abs(relative.mean()) < SIGMAS / np.sqrt(segments * relative.size)
    assert np.abs(relative).max() < SIGMAS * 1.2 / np.sqrt(segments)


def green_kubo_against_slope(size, temperature, blocks, bias):
    """Noise at zero bias against the slope of the curve, taken at one and two `bias` to zero."""
    array = Array(size, size, step=0.25)
    replicas = 16
    biases = np.repeat([0.0, bias, -bias, 2 * bias, -2 * bias], replicas)
    exposed = conditions(biases.size, biases, temperature)
    state, _ = advance(array, start(array, biases.size, 4), exposed, 1, 800)
    _, series = advance(array, state, exposed, blocks, 32)
    still, *driven = in_groups(series, 5)
    from_noise, noise_std = statistics.green_kubo(still, temperature, array.weight)
    found = [statistics.mean_voltage(group) for group in driven]
    slopes = [(found[k].value - found[k + 1].value) / (2 * bias * (1 + k / 2)) for k in (0, 2)]
    stds = [np.hypot(found[k].std, found[k + 1].std) / (2 * bias * (1 + k / 2)) for k in (0, 2)]
    # The slope of the chord grows as the square of the bias.
    slope = (4 * slopes[0] - slopes[1]) / 3
    slope_std = np.hypot(4 * stds[0], stds[1]) / 3
    assert abs(from_noise - slope) < SIGMAS * np.hypot(noise_std, slope_std)
    assert noise_std < 0.15 * slope
    assert slope_std < 0.1 * slope


def annealed_energy(fraction, replicas, steps):
    """Lowest energy of a site that slow cooling finds."""
    columns, rows, _ = GROUND_STATES[fraction]
    flux = np.full((1, rows, columns), fraction[0] / fraction[1])
    array = Array(columns, rows, fluxes=flux, scheme="adams", step=0.25, precision="double")
    state = start(array, replicas, 6, disordered=True)
    for temperature in [*np.linspace(0.6, 0.02, 30), 0.0]:
        exposed = conditions(replicas, temperature=temperature)
        state, _ = advance(array, state, exposed, 1, steps * (1 if temperature > 0 else 4))
    energy = moments(array, state, exposed).energy
    return float(energy.min())


def conductance(couplings):
    """Conductance along x of a square ring whose bonds conduct as the couplings say."""
    rows, columns = couplings.shape[1:]
    site = np.arange(rows * columns).reshape(rows, columns)
    weight = np.concatenate([couplings[0].ravel(), couplings[1].ravel()])
    start_sites = np.tile(site.ravel(), 2)
    end_sites = np.concatenate(
        [np.roll(site, -1, axis=1).ravel(), np.roll(site, -1, axis=0).ravel()]
    )
    bond = np.arange(weight.size)
    difference = np.zeros((weight.size, site.size))
    difference[bond, end_sites] += 1
    difference[bond, start_sites] -= 1
    along = (bond < site.size).astype(float)
    # Phases, and a twist along y, that make the energy least at unit twist of each bond along x.
    difference = np.column_stack([difference, 1 - along])
    weighted = difference * weight[:, None]
    phases = np.linalg.lstsq(difference.T @ weighted, -weighted.T @ along, rcond=1e-10)[0]
    return float(weight @ (difference @ phases + along) ** 2) / site.size


def wraps(couplings):
    """Whether the bonds of a ring close a loop around it along x."""
    rows, columns = couplings.shape[1:]
    # Three copies side by side, not closed: a loop leads from a site to its own next copy.
    wide = np.tile(couplings, (1, 1, 3)) > 0
    site = np.arange(rows * 3 * columns).reshape(rows, 3 * columns)
    across = wide[0].copy()
    across[:, -1] = False
    start_sites = np.concatenate([site[across], site[wide[1]]])
    end_sites = np.concatenate(
        [np.roll(site, -1, axis=1)[across], np.roll(site, -1, axis=0)[wide[1]]]
    )
    graph = sparse.coo_array(
        (np.ones(start_sites.size), (start_sites, end_sites)), shape=(site.size, site.size)
    )
    label = sparse.csgraph.connected_components(graph, directed=False)[1].reshape(site.shape)
    middle = label[:, columns : 2 * columns]
    return bool((middle == label[:, 2 * columns :]).any() or (middle == label[:, :columns]).any())
