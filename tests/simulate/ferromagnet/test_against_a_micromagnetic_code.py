"""Energies and a static loop against the public micromagnetic code `magnetics` (MIT)."""

import math

import numpy as np
import pytest

from papilio.constants import VACUUM_PERMEABILITY
from papilio.simulate.ferromagnet.magnetostatics import dipolar
from papilio.simulate.ferromagnet.relaxation import relaxed
from papilio.simulate.ferromagnet.sheet import Field, Sheet, energy

magnetics = pytest.importorskip("magnetics")
anisotropy = pytest.importorskip("magnetics.fields.anisotropy")
demag = pytest.importorskip("magnetics.fields.demag")
exchange = pytest.importorskip("magnetics.fields.exchange")
zeeman = pytest.importorskip("magnetics.fields.zeeman")

COLUMNS, ROWS, CELL, THICKNESS = 8, 5, 10e-9, 2e-9
MAGNETISATION, STIFFNESS, AXIS = 4e5, 5e-12, math.radians(25)
ANISOTROPY = 2e4  # J/m^3
ANISOTROPY_FIELD = 2 * ANISOTROPY / MAGNETISATION


@pytest.fixture
def ours():
    strength = np.full((2, ROWS, COLUMNS), 2 * STIFFNESS / (MAGNETISATION * CELL**2))
    strength[0, :, -1] = strength[1, -1, :] = 0.0
    return Sheet(
        cell=CELL,
        thickness=THICKNESS,
        areal_moment=MAGNETISATION * THICKNESS,
        axis=np.full((ROWS, COLUMNS), AXIS),
        anisotropy=np.full((ROWS, COLUMNS), ANISOTROPY_FIELD),
        exchange=strength,
        periodic=False,
        easy_plane=10.0,
        dipolar=dipolar((ROWS, COLUMNS), CELL, THICKNESS, False),
    )


@pytest.fixture
def theirs():
    mesh = magnetics.Mesh(COLUMNS, ROWS, 1, CELL, CELL, THICKNESS)
    material = magnetics.Material(
        name="film",
        Ms=MAGNETISATION,
        Aex=STIFFNESS,
        Ku=ANISOTROPY,
        easy_axis=(math.cos(AXIS), math.sin(AXIS), 0.0),
    )
    materials = magnetics.MaterialMap()
    materials.register(0, material)
    return mesh, materials


def vectors(angle):
    m = np.zeros((COLUMNS, ROWS, 1, 3))
    m[:, :, 0, 0], m[:, :, 0, 1] = np.cos(angle).T, np.sin(angle).T
    return m


def test_energies(ours, theirs):
    random = np.random.default_rng(1)
    for _ in range(3):
        angle = random.uniform(0, 2 * math.pi, (ROWS, COLUMNS))
        m = vectors(angle)
        applied = np.array([0.02, -0.05, 0.0]) / VACUUM_PERMEABILITY
        total = (
            exchange.exchange_energy(m, *theirs)
            + anisotropy.anisotropy_energy(m, *theirs)
            + demag.demag_energy(m, *theirs)
            + zeeman.zeeman_energy(m, *theirs, applied)
        )
        assert energy(ours, angle, Field(0.02, -0.05)) == pytest.approx(total, rel=1e-9)


def test_static_loop(ours, theirs):
    """What rests here has no torque there, on either branch and after each jump."""
    angle = np.zeros((ROWS, COLUMNS))
    jumps = 0
    for value in (0.2, 0.1, 0.0, -0.05, -0.1, -0.2, 0.0, 0.1, 0.2):
        before = angle
        angle = relaxed(ours, angle, Field(value, 0.0))
        jumps += bool((np.cos(before - angle) < 0).any())
        m = vectors(angle)
        field = (
            exchange.exchange_field(m, *theirs)
            + anisotropy.anisotropy_field(m, *theirs)
            + demag.demag_field(m, *theirs)
            + zeeman.zeeman_field(m, *theirs, np.array([value, 0.0, 0.0]) / VACUUM_PERMEABILITY)
        )
        torque = np.cross(m, field)[..., 2]
        assert np.abs(torque).max() < 1e-5 * np.abs(field).max()
    assert jumps == 2
