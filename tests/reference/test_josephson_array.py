"""
The Josephson array against exact and published results, in versions of a few seconds.

Every tolerance is a multiple of the statistical error of the run itself or of an exact bound; the
seeds are numbered, not chosen. The long versions are in test_josephson_array_long.py.
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import ive, jv

from known_josephson_arrays import (
    GROUND_STATES,
    PRECISIONS,
    SIGMAS,
    ambegaokar_halperin,
    annealed_energy,
    green_kubo_against_slope,
    in_groups,
    normal_array,
    wraps,
)
from papilio.simulate.josephson_array import statistics
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import advance, joined
from papilio.simulate.josephson_array.observables import helicity_modulus, moments
from papilio.simulate.josephson_array.state import State, conditions, start
from plain_josephson_array import uniform


def test_ambegaokar_halperin_formula_against_quadrature_values():
    """PHYSICS: values from an independent quadrature."""
    known = {(0.5, 0.2): 0.024834, (0.9, 0.1): 0.210110, (1.5, 0.5): 1.194234, (0.1, 1.0): 0.062630}
    for (bias, temperature), value in known.items():
        assert ambegaokar_halperin(bias, temperature) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_one_junction_without_noise(precision):
    biases = np.array([0.5, 0.9, 1.2, 1.5, 2.0, 3.0])
    array = Array(1, 1, step=0.02, precision=precision)
    state = start(array, len(biases), 1)
    state, _ = advance(array, state, conditions(len(biases), biases), 1, 5_000)
    _, series = advance(array, state, conditions(len(biases), biases), 1, 100_000)
    exact = np.sqrt(np.maximum(biases**2 - 1, 0))
    # One phase slip more or less, and the scheme's error of second order.
    assert np.abs(series.voltage[:, 0] - exact).max() < 2 * np.pi / 2000 + 0.02**2


@pytest.mark.parametrize("precision", PRECISIONS)
def test_one_junction_with_noise(precision):
    points = [(i, t) for t in (0.1, 0.3, 1.0) for i in (0.1, 0.5, 0.9, 1.1, 1.5, 2.5)]
    points = [point for point in points if point != (0.1, 0.1)]  # 6e-5: no slip in a short run
    replicas = 16
    array = Array(1, 1, step=0.1, precision=precision)
    bias, temperature = np.repeat(np.array(points), replicas, axis=0).T
    exposed = conditions(bias.size, bias, temperature)
    state, _ = advance(array, start(array, bias.size, 2), exposed, 1, 500)
    _, series = advance(array, state, exposed, 500, 40)
    pulls = []
    for (i, t), group in zip(points, in_groups(series, len(points)), strict=True):
        found = statistics.mean_voltage(group)
        assert found.settled
        exact = ambegaokar_halperin(i, t)
        # Without noise Heun's scheme is off by 0.08 step^2 of the voltage at high bias.
        pulls.append((found.value - exact) / np.hypot(found.std, 0.1 * array.step**2 * exact))
    assert len(pulls) >= 12
    assert np.abs(pulls).max() < SIGMAS
    assert np.sum(np.square(pulls)) < len(pulls) + SIGMAS * np.sqrt(2 * len(pulls))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("boundary", ["twist", "busbar"])
@pytest.mark.parametrize("size", [8, 32])
def test_normal_array_is_a_resistor_with_nyquist_noise(size, boundary, precision):
    normal_array(size, boundary, precision, blocks=250)


def test_green_kubo_agrees_with_the_slope_of_the_current_voltage_curve():
    """At one temperature of the three that the long version takes."""
    green_kubo_against_slope(8, 1.3, blocks=400, bias=0.08)


def two_by_two(temperature, points=48):
    """Energy of a site and stiffness of the 2 x 2 ring, by quadrature over its three phases."""
    angle = 2 * np.pi * np.arange(points) / points
    a, b, c = np.meshgrid(angle, angle, angle, indexing="ij")
    # Sites 0, a, b, c at (0,0), (1,0), (0,1), (1,1); every neighbour is met on both sides.
    x_bonds = [a, -a, c - b, b - c]
    y_bonds = [b, -b, c - a, a - c]
    energy = -sum(np.cos(bond) for bond in x_bonds + y_bonds)
    weight = np.exp(-(energy - energy.min()) / temperature)
    weight /= weight.sum()
    cosine = sum(np.cos(bond) for bond in x_bonds)
    sine = sum(np.sin(bond) for bond in x_bonds)
    stiffness = (weight * (cosine - sine**2 / temperature)).sum() / 4
    return (weight * energy).sum() / 4, stiffness


@pytest.mark.parametrize("precision", PRECISIONS)
def test_equilibrium_of_two_by_two_sites_is_boltzmann(precision):
    temperatures = np.array([0.5, 1.0, 2.0])
    replicas = 64
    array = Array(2, 2, "fixed-twist", step=0.1, precision=precision)
    exposed = conditions(3 * replicas, temperature=np.repeat(temperatures, replicas))
    state, _ = advance(array, start(array, 3 * replicas, 5), exposed, 1, 400)
    sums = None
    for _ in range(400):
        state, _ = advance(array, state, exposed, 1, 10)
        now = moments(array, state, exposed)
        sums = now if sums is None else sums + now
    energies = (sums.energy / sums.count).reshape(3, replicas)
    stiffness = helicity_modulus(array, sums, exposed.temperature).mean(axis=1)
    stiffness = stiffness.reshape(3, replicas)
    for number, temperature in enumerate(temperatures):
        exact = two_by_two(temperature)
        for found, wanted in zip((energies[number], stiffness[number]), exact, strict=True):
            std = found.std(ddof=1) / np.sqrt(replicas)
            # Heun's step of 0.1 shifts a mean by less than 0.1^2/2 of its size.
            assert abs(found.mean() - wanted) < SIGMAS * std + 0.005 * abs(wanted)
            assert std < 0.02


@pytest.mark.parametrize("fraction", [(1, 2), (1, 3), (1, 5)])
def test_ground_state_of_a_vortex_lattice(fraction):
    assert annealed_energy(fraction, 12, 300) == pytest.approx(GROUND_STATES[fraction][2], abs=2e-5)


def test_diluted_array_superconducts_where_its_bonds_percolate():
    """At T = 0 a small current meets no resistance if, and only if, a path of bonds goes round."""
    size, realisations = 10, 24
    generator = np.random.default_rng(7)
    present = np.linspace(0.3, 0.7, realisations)[:, None, None, None]
    couplings = (generator.random((realisations, 2, size, size)) < present).astype(float)
    array = Array(size, size, couplings=couplings, step=0.5, precision="double")
    # Below one junction's critical current for the whole width.
    exposed = conditions(realisations, 0.3 / size, 0.0, coupling=np.arange(realisations))
    state, _ = advance(array, start(array, realisations, 1), exposed, 1, 4000)
    _, series = advance(array, state, exposed, 1, 2000)
    percolating = np.array([wraps(pattern) for pattern in couplings])
    assert 4 < percolating.sum() < realisations - 4
    normal = series.voltage[:, 0] / (0.3 / size)
    assert np.abs(normal[percolating]).max() < 1e-6
    assert normal[~percolating].min() > 1e-3


def retrapping_current(damping):
    """Bias at which the running state of a noiseless RCSJ junction ends in the saddle point."""

    def running(bias):
        saddle = np.pi - np.arcsin(bias)
        slope = (-1 + np.sqrt(1 + 4 * damping * np.sqrt(1 - bias**2))) / (2 * damping)

        def rates(time, state):
            return state[1], (bias - np.sin(state[0]) - state[1]) / damping

        def stopped(time, state):
            return state[1]

        def arrived(time, state):
            return state[0] - saddle - 2 * np.pi

        stopped.terminal = arrived.terminal = True
        begin = (saddle + 1e-5, 1e-5 * slope)
        path = solve_ivp(rates, (0, 1e4), begin, events=(stopped, arrived), rtol=1e-9, atol=1e-11)
        return path.t_events[1].size > 0

    low, high = 0.0, 1.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (low, middle) if running(middle) else (middle, high)
    return (low + high) / 2


@pytest.mark.parametrize("damping", [2.0, 4.0, 25.0])
def test_capacitive_junction_returns_at_the_known_current(damping):
    exact = retrapping_current(damping)
    if damping == 25:
        # Stewart's and McCumber's limit of weak damping.
        assert exact == pytest.approx(4 / (np.pi * np.sqrt(damping)), rel=0.01)
    biases = exact + np.linspace(-0.02, 0.02, 21)
    array = Array(1, 1, capacitance=damping, step=0.05, precision="double")
    running = start(array, 21, 1)
    running = State(
        running.phases,
        running.rates,
        running.twists,
        np.tile([1.0, 0.0], (21, 1)),
        running.random,
    )
    state, _ = advance(array, running, conditions(21, 1.2), 1, 2000)
    state, _ = advance(array, state, conditions(21, biases), 1, 20_000)
    _, series = advance(array, state, conditions(21, biases), 1, 20_000)
    runs = series.voltage[:, 0] > 0.01
    found = biases[runs].min()
    assert not runs[0]
    assert runs[biases >= found].all()
    assert found == pytest.approx(exact, abs=0.0045)
    # From rest the same currents make no voltage: hysteresis.
    state, _ = advance(array, start(array, 21, 1), conditions(21, biases), 1, 30_000)
    _, series = advance(array, state, conditions(21, biases), 1, 5000)
    assert np.abs(series.voltage).max() < 1e-6


def fitted_order(steps, errors):
    return np.polyfit(np.log(steps), np.log(np.abs(errors)), 1)[0]


@pytest.mark.parametrize(
    ("scheme", "order"), [("euler", 1), ("heun", 2), ("adams", 2), ("capacitive", 2)]
)
def test_order_without_noise(scheme, order):
    """Phases after a fixed time against a run with a step 64 times smaller."""
    final = {}
    steps = np.array([0.2, 0.1, 0.05])
    for step in [*steps, steps[-1] / 64]:
        array = Array(
            6,
            5,
            step=step,
            scheme="euler" if scheme == "capacitive" else scheme,
            capacitance=1.5 if scheme == "capacitive" else 0.0,
            precision="double",
        )
        state = start(array, 1, 3, disordered=True)
        state, series = advance(array, state, conditions(1, 1.3), 1, round(4 / step))
        final[step] = series.voltage[0, 0]
    reference = final[steps[-1] / 64]
    errors = [final[step] - reference for step in steps]
    assert fitted_order(steps, errors) == pytest.approx(order, abs=0.25)


def stationary_chain(scheme, bias, temperature, step, modes=24):
    """
    What a scheme gives for one junction after infinitely many steps: mean voltage, mean cosine.

    The step is a Markov chain on the circle; its stationary density follows from the transition
    matrix between Fourier modes, with the noise integrated by Gauss and Hermite's rule.
    """
    phase = 2 * np.pi * np.arange(256) / 256
    deviate, weight = np.polynomial.hermite_e.hermegauss(60)
    weight = weight / weight.sum()
    kick = np.sqrt(2 * temperature * step) * deviate
    move = step * (bias - np.sin(phase))[:, None] + kick
    if scheme == "heun":
        later = bias - np.sin(phase[:, None] + move)
        move = step / 2 * ((bias - np.sin(phase))[:, None] + later) + kick
    mode = np.arange(-modes, modes + 1)
    after = np.array([np.exp(-1j * k * (phase[:, None] + move)) @ weight for k in mode])
    matrix = after @ np.exp(1j * np.outer(phase, mode)) / phase.size - np.eye(mode.size)
    matrix[modes] = 0
    matrix[modes, modes] = 1
    modes_of_density = np.linalg.solve(matrix, (mode == 0).astype(complex))
    density = (np.exp(1j * np.outer(phase, mode)) @ modes_of_density).real
    density /= density.sum()
    return density @ (move @ weight) / step, density @ np.cos(phase)


def stationary_chain_with_memory(bias, temperature, step, lags=5):
    """
    The same for the scheme of Adams and Bashforth, whose step needs the phase before as well.

    F(k, m) = <exp(-i k phase(n) - i m phase(n - 1))> obeys, by the Jacobi-Anger expansion,
    F(k, m) = exp(-k^2 T h - i k h bias) sum_qp J_q(3kh/2) J_p(-kh/2) F(k + m - q, -p).
    """
    most = int(np.sqrt(36 / (temperature * step))) + 2
    k, m = np.meshgrid(np.arange(-most, most + 1), np.arange(-lags, lags + 1), indexing="ij")
    k, m = k.ravel(), m.ravel()
    damping = np.exp(-(k**2) * temperature * step - 1j * k * step * bias)
    matrix = damping[:, None] * jv((k + m)[:, None] - k, 1.5 * step * k[:, None])
    matrix = matrix * jv(-m, -0.5 * step * k[:, None]) - np.eye(k.size)
    uniform_mode = (k == 0) & (m == 0)
    matrix[uniform_mode] = uniform_mode
    first = np.linalg.solve(matrix, uniform_mode.astype(complex))[(k == 1) & (m == 0)][0]
    return bias + first.imag, first.real


def stationary(scheme, bias, temperature, step):
    """Mean voltage and mean cosine of one junction under a scheme."""
    if scheme == "adams":
        return stationary_chain_with_memory(bias, temperature, step)
    return stationary_chain(scheme, bias, temperature, step)


@pytest.mark.parametrize(("scheme", "order"), [("euler", 1), ("heun", 2), ("adams", 2)])
def test_weak_order_of_the_schemes(scheme, order):
    """Mean cosine of one junction in equilibrium, exactly I_1(1/T)/I_0(1/T)."""
    steps = np.array([0.1, 0.05, 0.025])
    exact = ive(1, 1.0) / ive(0, 1.0)
    errors = [stationary(scheme, 0.0, 1.0, step)[1] - exact for step in steps]
    assert fitted_order(steps, errors) == pytest.approx(order, abs=0.1)


def test_driven_voltage_converges_in_second_order_with_every_scheme():
    """Bias of the mean voltage at (i, T) = (0.1, 1.1), the table in docs/josephson_array.md."""
    exact = ambegaokar_halperin(0.1, 1.1)
    table = {
        ("euler", 0.5): 0.0254,
        ("euler", 0.25): 0.0063,
        ("euler", 0.1): 0.0010,
        ("heun", 0.5): 0.0009,
        ("heun", 0.25): -0.0027,
        ("heun", 0.1): -0.0008,
        ("adams", 0.5): -0.0147,
        ("adams", 0.25): -0.0104,
        ("adams", 0.1): -0.0024,
    }
    for (scheme, step), bias in table.items():
        found = stationary(scheme, 0.1, 1.1, step)[0] / exact - 1
        assert found == pytest.approx(bias, abs=5.1e-5)


@pytest.mark.parametrize(
    ("scheme", "step"), [("euler", 0.2), ("euler", 0.5), ("heun", 0.7), ("adams", 0.5)]
)
def test_kernels_have_the_weak_error_of_their_scheme(scheme, step):
    """At a coarse step the kernels miss the exact cosine, by what the chain says and no more."""
    temperature, replicas, looks = 1.0, 512, 1000
    array = Array(1, 1, step=step, scheme=scheme)
    exposed = conditions(replicas, temperature=temperature)
    state, _ = advance(array, start(array, replicas, 9), exposed, 1, 100)
    cosines = np.zeros(replicas)
    for _ in range(looks):
        state, _ = advance(array, state, exposed, 1, max(1, round(1 / step)))
        cosines += np.cos(2 * np.pi * state.twists).mean(axis=1) / looks
    std = cosines.std(ddof=1) / np.sqrt(replicas)
    expected = stationary(scheme, 0.0, temperature, step)[1]
    exact = ive(1, 1 / temperature) / ive(0, 1 / temperature)
    assert abs(cosines.mean() - expected) < SIGMAS * std
    assert abs(expected - exact) > 2 * SIGMAS * std


@pytest.mark.parametrize("scheme", ["euler", "heun", "adams"])
def test_strong_order(scheme):
    """One Brownian path at several steps: order 1 for additive noise, with every scheme."""
    steps, finest, duration, temperature = np.array([0.2, 0.1, 0.05]), 0.05 / 32, 2.0, 0.5
    generator = np.random.default_rng(13)
    errors = np.zeros(steps.size)
    for _ in range(20):
        count = round(duration / finest)
        noise = generator.standard_normal((count, 2 * 12)) * np.sqrt(2 * temperature / finest)
        final = {}
        for step in [finest, *steps]:
            array = uniform(4, 3, "twist", bias=0.5, scheme=scheme, step=step)
            array.phases = np.zeros(12)
            gathered = round(step / finest)
            array.advance(noise.reshape(-1, gathered, noise.shape[1]).mean(axis=1))
            final[step] = array.phases - array.phases.mean()
        errors += [np.abs(final[step] - final[finest]).mean() for step in steps]
    assert fitted_order(steps, errors) == pytest.approx(1, abs=0.2)


def test_driven_voltage_is_the_same_in_both_precisions():
    """The average over the first steps, when rounding has not grown: same noise, same voltage."""
    size = 16
    found = {}
    for precision in PRECISIONS:
        array = Array(size, size, precision=precision)
        exposed = conditions(8, 0.2, 1.0)
        parts = []
        state = start(array, 8, 3)
        for _ in range(4):
            state, series = advance(array, state, exposed, 100, 32)
            parts.append(series)
        found[precision] = statistics.mean_voltage(joined(parts))
    difference = found["single"].value - found["double"].value
    assert abs(difference) < SIGMAS * np.hypot(found["single"].std, found["double"].std)
