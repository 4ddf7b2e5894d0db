"""Ginzburg-Landau fields against the paper's numbers and each other's inverses."""

import numpy as np
import pytest

from papilio.constants import BOHR_MAGNETON, BOLTZMANN
from papilio.physics import ginzburg_landau as gl


def test_the_coherence_length_inverts_the_perpendicular_field():
    for xi in (5e-9, 16.43e-9, 61.63e-9):
        assert gl.coherence_length(gl.perpendicular_field_at_zero(xi)) == pytest.approx(xi)


def test_the_papers_fields_and_lengths_belong_together():
    # doi:10.1038/s41467-025-58300-9, Fig. 2c: 0.09 T and 3.99 T, 61.63 nm and 4.63 nm.
    field = gl.perpendicular_field_at_zero(61.63e-9)
    assert field == pytest.approx(0.0866, abs=1e-4)
    assert gl.thickness(field, 3.995) == pytest.approx(4.63e-9, rel=1e-3)


def test_the_parallel_field_is_that_of_a_thin_slab():
    # mu0 Hc2_par = sqrt(3) Phi_0 / (pi xi d), Tinkham's form of the same law.
    from papilio.constants import FLUX_QUANTUM

    xi, d = 20e-9, 5e-9
    slab = np.sqrt(3) * FLUX_QUANTUM / (np.pi * xi * d)
    assert gl.thickness(gl.perpendicular_field_at_zero(xi), slab) == pytest.approx(d)


def test_the_laws_end_at_Tc_with_the_right_powers():
    t = np.array([0.0, 0.5, 0.99, 1.0, 1.5])
    assert gl.perpendicular_field(t, 2.0, 1.0) == pytest.approx([2, 1, 0.02, 0, 0])
    assert gl.parallel_field(t, 2.0, 1.0) == pytest.approx([2, np.sqrt(2), 0.2, 0, 0])


def test_the_pauli_limit_of_the_papers_sample():
    # The paper rounds the gap ratio to 1.76 and finds 1.24 T at 0.668 K.
    assert gl.pauli_limit(0.668) == pytest.approx(1.24, abs=0.005)
    rounded = 1.76 * BOLTZMANN / (np.sqrt(2) * BOHR_MAGNETON)
    assert gl.pauli_limit(1.0) == pytest.approx(rounded, rel=3e-3)
