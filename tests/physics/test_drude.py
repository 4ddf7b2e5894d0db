"""Drude numbers of the paper's sample and the relations between them."""

import numpy as np
import pytest

from papilio.constants import ELEMENTARY_CHARGE, REDUCED_PLANCK
from papilio.physics import drude


def test_the_mean_free_path_of_the_papers_sample():
    # doi:10.1038/s41467-025-58300-9: 12.3 nm at 3.8e17 per square metre; 1358 ohm follows.
    assert drude.mean_free_path(3.8e17, 1358.0) == pytest.approx(12.3e-9, rel=1e-3)


def test_density_and_slope_are_inverse_and_blind_to_the_sign():
    slope = 1 / (ELEMENTARY_CHARGE * 3.8e17)
    assert drude.density(slope) == pytest.approx(3.8e17)
    assert drude.density(-slope) == pytest.approx(3.8e17)


def test_the_mean_free_path_is_fermi_velocity_times_scattering_time():
    # l = v_F tau = (hbar k_F / m)(m mu / e): no mass enters.
    n, R = 5e17, 800.0
    expected = (
        REDUCED_PLANCK * drude.fermi_wave_number(n) * drude.mobility(n, R) / ELEMENTARY_CHARGE
    )
    assert drude.mean_free_path(n, R) == pytest.approx(expected)
    assert np.isfinite(expected)
