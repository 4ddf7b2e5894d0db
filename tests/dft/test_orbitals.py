"""Rotation of d orbitals against quadrature, octahedra, and states of a trigonal field."""

import dataclasses

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from papilio.dft.cell import neighbour_vectors
from papilio.dft.orbitals import (
    E_G,
    T2G,
    harmonics,
    lobe,
    octahedral_frame,
    rotation_of_d,
    trigonal_states,
)
from papilio.dft.structure import StructureOptions, build


def sphere():
    """Gauss-Legendre times equal steps: exact for polynomials up to degree 15."""
    z, weight = np.polynomial.legendre.leggauss(8)
    phi = 2 * np.pi * np.arange(16) / 16
    zz, pp = np.meshgrid(z, phi, indexing="ij")
    rho = np.sqrt(1 - zz**2)
    directions = np.stack([rho * np.cos(pp), rho * np.sin(pp), zz], axis=-1).reshape(-1, 3)
    return directions, np.repeat(weight, 16) * 2 * np.pi / 16


def test_harmonics_are_orthonormal():
    directions, weights = sphere()
    values = harmonics(directions)
    np.testing.assert_allclose(values.T @ (weights[:, None] * values), np.eye(5), atol=1e-13)


def test_rotation_is_the_overlap_of_old_and_new():
    directions, weights = sphere()
    axes = Rotation.from_euler("zyx", [0.3, -1.1, 2.0]).as_matrix()
    overlap = harmonics(directions @ axes.T).T @ (weights[:, None] * harmonics(directions))
    np.testing.assert_allclose(rotation_of_d(axes), overlap, atol=1e-12)
    np.testing.assert_allclose(rotation_of_d(-axes), overlap, atol=1e-12)


def test_rotations_compose():
    one, other = (Rotation.from_rotvec(v).as_matrix() for v in ([0.2, 0.5, -0.4], [1, 0, 0.7]))
    np.testing.assert_allclose(
        rotation_of_d(one @ other), rotation_of_d(one) @ rotation_of_d(other), atol=1e-12
    )


@pytest.mark.parametrize("units", [1, 6])  # with one unit the vacancy lies on both sides
def test_octahedra_of_the_ideal_crystal_are_the_cubic_axes_even_next_to_a_vacancy(units):
    structure = build(StructureOptions(units=units, vacancies=("KO1",)))
    for atom in structure.of("Ta"):
        np.testing.assert_allclose(
            octahedral_frame(structure, atom), structure.cubic_axes, atol=1e-9
        )


def test_a1g_is_the_orbital_along_the_trigonal_axis():
    structure = build(StructureOptions(units=3))
    turn = rotation_of_d(structure.cubic_axes)
    # In the frame of the cell, whose z is [111], a1g is 3z2-r2 (third in the order).
    np.testing.assert_allclose(np.abs(trigonal_states()[0] @ turn), [0, 0, 1, 0, 0], atol=1e-12)
    states = trigonal_states()
    np.testing.assert_allclose(states @ states.T, np.eye(3), atol=1e-12)
    assert np.all(states[:, list(E_G)] == 0)
    assert np.linalg.norm(states[:, list(T2G)]) == pytest.approx(np.sqrt(3))


def test_the_lobe_along_an_axis_is_3z2_r2_there():
    axes = Rotation.from_rotvec([0.4, -0.2, 0.9]).as_matrix()
    np.testing.assert_allclose(rotation_of_d(axes) @ lobe(3 * axes[2]), [0, 0, 1, 0, 0], atol=1e-12)


def test_the_lobe_along_a_cubic_axis_is_yz_and_x2_y2_of_a_cell_along_111():
    """Two thirds and one third: why papers find d_yz next to a vacancy, which is e_g."""
    direction = np.array([0, np.sqrt(2), 1])  # a cubic axis, seen with z along [111]
    np.testing.assert_allclose(lobe(direction) ** 2, [0, 2 / 3, 0, 0, 1 / 3], atol=1e-12)


def test_a_tilted_octahedron_is_followed():
    structure = build(StructureOptions(units=3))
    atom = structure.of("Ta")[0]
    tilt = Rotation.from_rotvec([0.05, -0.08, 0.1]).as_matrix()
    near = neighbour_vectors(structure, structure.positions[[atom]], 2.1)[0]
    positions = structure.positions.copy()
    positions[near[:, 0].astype(int)] += near[:, 1:] @ tilt.T - near[:, 1:]
    turned = dataclasses.replace(structure, positions=positions)
    # Each of the six oxygens is moved for one bond; three atoms of the cell serve two bonds each
    # only in smaller cells, so that the octahedron turns as a whole here.
    assert len(set(near[:, 0])) == 6
    np.testing.assert_allclose(
        octahedral_frame(turned, atom), structure.cubic_axes @ tilt.T, atol=1e-9
    )
