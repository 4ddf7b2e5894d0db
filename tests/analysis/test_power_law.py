"""Parts of the fit of a current-voltage curve: its derivative and the noise it is weighted with."""

import numpy as np
import pytest

from papilio.analysis.current_voltage import Curve, noise
from papilio.analysis.power_law import _law

NORMAL = 1000.0


def curve(generator, constant, relative=0.0):
    """V ~ I^3 up to a jump to the normal branch, both signs."""
    strength = np.repeat(np.geomspace(1e-3, 1.0, 40), 2)
    sign = np.tile([1.0, -1.0], 40)
    voltage = np.where(strength > 0.7, NORMAL * strength, 200 * strength**3)
    voltage = voltage * (1 + relative * generator.normal(size=strength.size))
    return Curve(1.0, 0.0, strength, sign, sign * voltage + constant * generator.normal(size=80))


def relative_noise(seed, planted):
    generator = np.random.default_rng(seed)
    made = [curve(generator, 0.01, planted) for _ in range(8)]
    return noise(made, True, 0.3 * NORMAL).relative


def test_a_jump_to_the_normal_branch_is_no_noise_of_the_voltage():
    assert np.median([relative_noise(seed, 0.0) for seed in range(11)]) == 0


def test_noise_in_proportion_to_the_voltage_is_found():
    assert relative_noise(0, 0.02) == pytest.approx(0.02, rel=0.3)


@pytest.mark.parametrize("voltage", [True, False])
@pytest.mark.parametrize("tail", [True, False])
def test_the_derivative_is_that_of_the_law(voltage, tail):
    law = _law(voltage, tail)
    x = np.stack([np.geomspace(0.1, 5, 12), np.tile([1.0, -1.0], 6)])
    values = np.array([3.2, 2.0, 0.3, 0.1])[: len(law.parameters)]
    exact = law.jacobian(x, *values)
    for index in range(values.size):
        shift = 1e-6 * np.eye(values.size)[index]
        change = law.formula(x, *(values + shift)) - law.formula(x, *(values - shift))
        assert exact[:, index] == pytest.approx(change / 2e-6, rel=1e-6, abs=1e-6)
