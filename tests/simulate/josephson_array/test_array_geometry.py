import numpy as np
import pytest

from papilio.errors import OptionsError
from papilio.simulate.josephson_array import geometry
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.observables import bond_phases, vorticity
from papilio.simulate.josephson_array.state import State, conditions, start


def divergence(field, periodic):
    field = field.copy()
    if not periodic:
        field[0, :, -1] = 0
        field[1, -1, :] = 0
    return field[0] - np.roll(field[0], 1, axis=1) + field[1] - np.roll(field[1], 1, axis=0)


@pytest.mark.parametrize("size", [(5, 7), (2, 2), (8, 3)])
def test_gauge_field_of_a_ring(size):
    flux = geometry.random_flux(size, 3 / np.prod(size), 0.3, True, np.random.default_rng(1))
    excess = geometry.circulation(geometry.gauge_field(flux, True)) - flux
    # Whole flux quanta do nothing to a junction.
    assert np.abs(excess - np.rint(excess)).max() < 1e-12


def test_gauge_field_of_a_ring_without_total_flux_induces_the_whole_voltage():
    flux = geometry.random_flux((5, 7), 0.0, 0.3, True, np.random.default_rng(1))
    field = geometry.gauge_field(flux, True)
    assert np.abs(geometry.circulation(field) - flux).max() < 1e-12
    assert np.abs(divergence(field, True)).max() < 1e-12
    assert np.abs(field.mean(axis=(1, 2))).max() < 1e-12


def test_gauge_field_of_an_open_lattice():
    flux = geometry.random_flux((5, 7), 0.37, 0.3, False, np.random.default_rng(1))
    field = geometry.gauge_field(flux, False)
    assert np.abs(geometry.circulation(field) - flux)[:-1, :-1].max() < 1e-12
    assert np.abs(divergence(field, False)).max() < 1e-12
    # No net voltage across any cut: what moves from edge to edge is the current's doing.
    assert np.abs(field[0, :, :-1].sum(axis=0)).max() < 1e-12


def test_ring_refuses_part_of_a_flux_quantum():
    with pytest.raises(OptionsError, match="whole number"):
        geometry.gauge_field(np.full((4, 4), 0.1), True)


def test_couplings_keep_their_mean_and_lose_the_right_share():
    generator = np.random.default_rng(2)
    couplings = geometry.random_couplings((200, 200), 0.5, 0.3, 0.0, generator)
    present = couplings > 0
    assert abs(present.mean() - 0.7) < 4 * np.sqrt(0.21 / present.size)
    spread = np.sqrt(np.exp(0.25) - 1)
    assert abs(couplings[present].mean() - 1) < 4 * spread / np.sqrt(present.sum())
    couplings = geometry.random_couplings((200, 200), 0.0, 0.0, 0.2, generator)
    assert abs((couplings > 0).mean() - 0.64) < 0.01


@pytest.mark.parametrize("boundary", ["twist", "busbar"])
def test_a_planted_vortex_is_found_where_it_is(boundary):
    rows, columns = 12, 10
    y, x = np.mgrid[:rows, :columns]
    phase = np.arctan2(y - 5.5, x - 3.5) / (2 * np.pi)
    array = Array(columns, rows, boundary, precision="double")
    begun = start(array, 1, 0)
    state = State(
        array.laid_out(phase[None]),
        begun.rates,
        begun.twists,
        begun.twist_rates,
        begun.random,
    )
    exposed = conditions(1)
    vortices = vorticity(array, bond_phases(array, state, exposed), exposed)[0]
    assert vortices[5, 3] == 1
    if boundary == "busbar":
        assert np.abs(vortices).sum() == 1
    else:
        assert vortices.sum() == 0


def test_vorticity_adds_up_to_the_flux_on_a_ring():
    flux = np.full((1, 6, 8), 0.25)
    array = Array(8, 6, fluxes=flux)
    exposed = conditions(5)
    state = start(array, 5, 1, disordered=True)
    vortices = vorticity(array, bond_phases(array, state, exposed), exposed)
    assert (vortices.sum(axis=(1, 2)) == 12).all()
