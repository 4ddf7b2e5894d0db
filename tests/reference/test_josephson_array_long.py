"""The Josephson array against exact and published results: the long versions (`make validate`)."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from known_josephson_arrays import (
    GROUND_STATES,
    PRECISIONS,
    SIGMAS,
    annealed_energy,
    conductance,
    green_kubo_against_slope,
    in_groups,
    normal_array,
    wraps,
)
from papilio.simulate.josephson_array import statistics
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import advance
from papilio.simulate.josephson_array.observables import helicity_modulus, moments
from papilio.simulate.josephson_array.state import conditions, start

pytestmark = pytest.mark.validate

#: Kosterlitz-Thouless temperature of the square lattice without field, in E_J.
T_BKT = 0.8929


def stiffness(
    size, temperatures, replicas, looks, flux=0.0, scheme="heun", step=0.125, relaxation=300.0
):
    """Helicity modulus at each temperature and its error, from replicas in equilibrium."""
    array = Array(
        size,
        size,
        "fixed-twist",
        fluxes=np.full((1, size, size), flux) if flux else None,
        scheme=scheme,
        step=step,
    )
    temperature = np.repeat(temperatures, replicas)
    state = start(array, temperature.size, 21, disordered=bool(flux))
    for factor in np.linspace(1.6, 1.0, 16) if flux else [1.0]:
        exposed = conditions(temperature.size, temperature=factor * temperature)
        state, _ = advance(array, state, exposed, 1, round(relaxation / step))
    sums = None
    for _ in range(looks):
        state, _ = advance(array, state, exposed, 1, round(4 / step))
        now = moments(array, state, exposed)
        sums = now if sums is None else sums + now
    modulus = helicity_modulus(array, sums, temperature).mean(axis=1).reshape(-1, replicas)
    return modulus.mean(axis=1), modulus.std(axis=1, ddof=1) / np.sqrt(replicas)


def misfit(jump_temperature, sizes, temperatures, found):
    """
    Chi squared of Weber's and Minnhagen's law at one temperature, for the best constant.

    Y = 2T/pi (1 + 1/(2 ln L + C)) holds at the transition alone, doi:10.1103/PhysRevB.37.5986.
    """
    values = np.array(
        [np.polyval(np.polyfit(temperatures, y, 2), jump_temperature) for y, _ in found]
    )
    errors = np.array([error.mean() for _, error in found])

    def chi_squared(constant):
        law = 2 * jump_temperature / np.pi * (1 + 1 / (2 * np.log(sizes) + constant))
        return float((((values - law) / errors) ** 2).sum())

    return minimize_scalar(chi_squared, bounds=(-2.0, 10.0), method="bounded").fun


def test_transition_without_field():
    """T_BKT = 0.8929 E_J within 1 %: jump of the stiffness with its logarithmic correction."""
    sizes, temperatures = (8, 16, 32, 64), np.array([0.86, 0.88, 0.90, 0.92])
    replicas, looks = (16, 12, 8, 6), (600, 700, 800, 900)
    found = [
        stiffness(size, temperatures, number, times, relaxation=max(200, size**2 / 4))
        for size, number, times in zip(sizes, replicas, looks, strict=True)
    ]
    trial = np.linspace(0.86, 0.92, 121)
    chi = [misfit(t, sizes, temperatures, found) for t in trial]
    best = trial[int(np.argmin(chi))]
    assert min(chi) < 15  # four sizes, one constant
    assert best == pytest.approx(T_BKT, rel=0.01)


def test_exponent_of_the_current_voltage_curve_at_the_transition():
    """alpha(T_BKT) = 3 between the ohmic tail of a finite array and the critical current."""
    size, replicas = 48, 6
    currents = np.array([0.12, 0.16, 0.2, 0.25])
    array = Array(size, size)
    exposed = conditions(currents.size * replicas, np.repeat(currents, replicas), T_BKT)
    state, _ = advance(array, start(array, exposed.replicas, 22), exposed, 1, 4000)
    _, series = advance(array, state, exposed, 800, 32)
    found = [statistics.mean_voltage(group) for group in in_groups(series, currents.size)]
    log_error = np.array([one.std / one.value for one in found])
    fit, covariance = np.polyfit(
        np.log(currents),
        [np.log(one.value) for one in found],
        1,
        w=1 / log_error,
        cov="unscaled",
    )
    # The window's own curvature moves the exponent by a few hundredths.
    assert abs(fit[0] - 3) < 3 * np.sqrt(covariance[0, 0]) + 0.05


def test_transition_at_half_a_flux_quantum():
    """
    The stiffness falls through the universal jump near 0.446 E_J.

    A finite array does so above the transition, the larger the closer.
    """
    temperatures = np.array([0.42, 0.44, 0.46, 0.48, 0.50, 0.52])
    meeting = []
    for size, replicas in ((8, 12), (16, 8), (24, 8)):
        modulus, _ = stiffness(
            size, temperatures, replicas, 300, flux=0.5, scheme="adams", relaxation=200.0
        )
        excess = modulus / (2 * temperatures / np.pi) - 1
        assert excess[0] > 0 > excess[-1]
        meeting.append(np.interp(0, -excess, temperatures))
    assert meeting[0] > meeting[1] > meeting[2]
    assert 0.446 < meeting[2] < 1.05 * 0.446


@pytest.mark.parametrize("fraction", list(GROUND_STATES))
def test_ground_states_of_vortex_lattices(fraction):
    energy = annealed_energy(fraction, 48, 2000)
    assert energy == pytest.approx(GROUND_STATES[fraction][2], abs=1e-5)


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("boundary", ["twist", "busbar"])
@pytest.mark.parametrize("size", [8, 32, 128])
def test_normal_array_at_every_size(size, boundary, precision):
    normal_array(size, boundary, precision, blocks=500)


@pytest.mark.parametrize(
    ("size", "temperature", "bias"), [(8, 0.95, 0.04), (16, 1.1, 0.05), (16, 1.5, 0.05)]
)
def test_green_kubo_at_three_temperatures(size, temperature, bias):
    """
    Linear response needs a current that moves a vortex across at less cost than T: pi i L < T.

    Where free vortices screen it, their distance (8 at T = 1.1) stands for L.
    """
    green_kubo_against_slope(size, temperature, blocks=800, bias=bias)


def test_diluted_array_loses_stiffness_at_the_bond_threshold():
    """
    Without noise, stiffness and zero resistance end where bonds no longer percolate round the ring.

    Pattern by pattern the resistance vanishes where the network of bonds conducts along x, and the
    stiffness is its conductance. A path that winds round both ways at once, and none else, gives
    neither: the twist along y is free to follow. At p = 1/2 the exact share is 0.5211 for a square
    torus (Pinson, doi:10.1007/BF02186762); away from it the share at this size is near 0 and 1.
    """
    size, realisations, current = 16, 150, 0.02
    generator = np.random.default_rng(23)
    shares = {}
    for present in (0.4, 0.5, 0.6):
        couplings = (generator.random((realisations, 2, size, size)) < present).astype(float)
        array = Array(size, size, couplings=couplings, scheme="euler", step=0.5, precision="double")
        exposed = conditions(realisations, current / size, 0.0, coupling=np.arange(realisations))
        state, _ = advance(array, start(array, realisations, 1), exposed, 1, 12_000)
        state, series = advance(array, state, exposed, 1, 2000)
        superconducting = np.abs(series.voltage[:, 0]) < 1e-4 * current / size
        conducting = np.array([conductance(pattern) for pattern in couplings])
        assert (superconducting == (conducting > 1e-9)).all()
        found = current / size / (2 * np.pi * state.twists[superconducting, 0])
        # The sine of a bond that carries all the current is below its phase by 7e-5.
        assert found == pytest.approx(conducting[superconducting], rel=2e-3)
        percolating = np.array([wraps(pattern) for pattern in couplings])
        assert percolating[superconducting].all()
        assert (percolating & ~superconducting).mean() < 0.1
        shares[present] = percolating.mean()
    assert shares[0.4] < 0.2
    assert shares[0.6] > 0.8
    assert abs(shares[0.5] - 0.5211) < SIGMAS * np.sqrt(0.25 / realisations)
