"""One grain: minima and barriers against brute force, Stoner and Wohlfarth's astroid and loop."""

import math

import numpy as np
import pytest

from papilio.simulate.ferromagnet.landscape import barriers, energy, extrema, settled

ANGLES = np.linspace(-math.pi, math.pi, 20_001)[:-1]


def brute_force(hx, hy):
    """Minima and maxima of the energy on a fine grid."""
    e = np.sin(ANGLES) ** 2 - 2 * (hx * np.cos(ANGLES) + hy * np.sin(ANGLES))
    before, after = np.roll(e, 1), np.roll(e, -1)
    return ANGLES[(e < before) & (e < after)], ANGLES[(e > before) & (e > after)]


def distance(first, second):
    return abs((first - second + math.pi) % (2 * math.pi) - math.pi)


@pytest.mark.parametrize("seed", range(40))
def test_minima_and_saddles_are_those_of_a_fine_grid(seed):
    hx, hy = np.random.default_rng(seed).uniform(-1.2, 1.2, 2)
    minima, maxima = brute_force(hx, hy)
    two, stable, other, near, far = extrema(hx, hy)
    assert two == (len(minima) == 2)
    found = [stable, other] if two else [stable]
    peaks = [near, far] if two else [far]
    for angles, wanted in ((found, minima), (peaks, maxima)):
        for angle in angles:
            assert min(distance(angle, one) for one in wanted) < 2e-4
    assert energy(stable, hx, hy) == min(energy(angle, hx, hy) for angle in found)


@pytest.mark.parametrize("degrees", [1, 10, 30, 45, 60, 80, 89, 135, 200, 300])
def test_astroid(degrees):
    # Stoner and Wohlfarth: h = (cos^(2/3) + sin^(2/3))^(-3/2).
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    edge = (abs(cosine) ** (2 / 3) + abs(sine) ** (2 / 3)) ** -1.5
    low, high = 0.0, 2.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if extrema(middle * cosine, middle * sine)[0] else (low, middle)
    assert low == pytest.approx(edge, rel=1e-12)


def test_barrier_along_the_easy_axis():
    # (1 - h)^2 against the field, (1 + h)^2 along it.
    for h in (0.0, 0.2, 0.7, 0.95):
        two, target, near, far, gain = barriers(math.pi, h, 0.0)
        assert two
        assert distance(target, 0.0) < 1e-12
        assert near == pytest.approx((1 - h) ** 2, abs=1e-12)
        assert far == pytest.approx((1 - h) ** 2, abs=1e-12)
        assert gain == pytest.approx(4 * h, abs=1e-12)
        assert barriers(0.0, h, 0.0)[2] == pytest.approx((1 + h) ** 2, abs=1e-12)


def test_barrier_at_the_edge_of_the_astroid_goes_as_the_power_three_halves():
    # Victora, Phys. Rev. Lett. 63, 457 (1989), doi:10.1103/PhysRevLett.63.457.
    cosine, sine = math.cos(math.radians(150)), math.sin(math.radians(150))
    edge = (abs(cosine) ** (2 / 3) + abs(sine) ** (2 / 3)) ** -1.5
    below = np.array([1e-3, 1e-4, 1e-5])
    heights = [min(barriers(0.0, h * cosine, h * sine)[2:4]) for h in edge * (1 - below)]
    exponents = np.diff(np.log(heights)) / np.diff(np.log(below))
    # The next term of the expansion is smaller by one power of the distance.
    assert exponents == pytest.approx(1.5, abs=2e-3)
    assert abs(exponents[1] - 1.5) < abs(exponents[0] - 1.5)


def test_hard_axis_is_a_straight_line():
    angle = 0.0
    for h in np.linspace(0, 1.5, 31):
        angle = settled(angle, 0.0, h)
        assert math.sin(angle) == pytest.approx(min(h, 1.0), abs=1e-6)


@pytest.mark.parametrize("degrees", [5, 45, 85])
def test_loop(degrees):
    """The branch against the angle that minimises the energy with the field swept in steps."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    edge = (cosine ** (2 / 3) + sine ** (2 / 3)) ** -1.5
    angle = math.radians(degrees)
    for h in np.linspace(1.5, -1.5, 101):
        angle = settled(angle, h * cosine, h * sine)
        minima, _ = brute_force(h * cosine, h * sine)
        heights = [energy(one, h * cosine, h * sine) for one in minima]
        # In the lowest minimum, but for the way from zero field to the edge of the astroid.
        wanted = minima[np.argmax(heights) if -edge < h < 0 else np.argmin(heights)]
        assert distance(angle, wanted) < 3e-4


def test_a_moment_stays_in_its_basin():
    two, _stable, other, near, far = extrema(0.3, 0.1)
    assert two
    inside = near + 0.01 * (other - near)
    outside = near - 0.01 * (other - near)
    assert distance(settled(inside, 0.3, 0.1), other) < 1e-12
    assert distance(settled(outside, 0.3, 0.1), other) > 1
    assert distance(settled(far - 0.01, 0.3, 0.1), other) < 1e-12
    assert distance(settled(far + 0.01, 0.3, 0.1), other) > 1
