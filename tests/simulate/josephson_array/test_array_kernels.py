import numpy as np
import pytest

from papilio.errors import OptionsError
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import advance
from papilio.simulate.josephson_array.shunts import network
from papilio.simulate.josephson_array.state import conditions, phases, start
from plain_josephson_array import PlainArray

STEPS = 13


def arrays(columns, rows, boundary, scheme, precision, shunts=None):
    generator = np.random.default_rng(columns * rows)
    flux = generator.normal(0.0, 0.2, (1, rows, columns))
    flux -= flux.mean()
    couplings = generator.uniform(0.0, 1.5, (1, 2, rows, columns))
    capacitance = 3.0 if scheme == "capacitive" else 0.0
    array = Array(
        columns,
        rows,
        boundary,
        fluxes=flux,
        couplings=couplings,
        shunts=shunts,
        capacitance=capacitance,
        scheme="euler" if scheme == "capacitive" else scheme,
        step=0.2,
        precision=precision,
    )
    plain = PlainArray(
        columns,
        rows,
        boundary,
        array.gauges[0],
        couplings[0],
        np.ones_like(couplings[0]) if shunts is None else shunts,
        0.0 if boundary == "fixed-twist" else 0.7,
        scheme,
        0.2,
        capacitance,
    )
    return array, plain


def compare(array, plain, tolerance, net=None):
    state = start(array, 1, seed=3, disordered=True)
    plain.phases = 2 * np.pi * phases(array, state)[0].ravel()
    exposed = conditions(1, bias=plain.bias)
    state, series = advance(array, state, exposed, 1, STEPS, net=net)
    voltage = plain.advance(np.zeros((STEPS, len(plain.direction))))
    # Only differences of phases mean anything: the general path keeps one site fixed.
    error = 2 * np.pi * phases(array, state)[0].ravel() - plain.phases
    error -= error[0]
    error -= 2 * np.pi * np.rint(error / (2 * np.pi))
    assert np.abs(error).max() < tolerance
    assert series.voltage[0, 0] == pytest.approx(voltage, abs=tolerance)
    twist = 2 * np.pi * state.twists[0] - plain.twist
    assert np.abs(twist - 2 * np.pi * np.rint(twist / (2 * np.pi))).max() < tolerance


@pytest.mark.parametrize(("precision", "tolerance"), [("double", 2e-12), ("single", 2e-5)])
@pytest.mark.parametrize("scheme", ["euler", "heun", "adams", "capacitive"])
@pytest.mark.parametrize("boundary", ["twist", "fixed-twist", "busbar"])
@pytest.mark.parametrize("size", [(6, 5), (16, 16), (20, 7), (3, 18), (2, 2)])
def test_fast_path_agrees_with_plain_array(size, boundary, scheme, precision, tolerance):
    array, plain = arrays(*size, boundary, scheme, precision)
    compare(array, plain, tolerance)


@pytest.mark.parametrize("scheme", ["euler", "heun"])
@pytest.mark.parametrize("boundary", ["twist", "fixed-twist", "busbar"])
def test_general_path_agrees_with_plain_array(boundary, scheme):
    shunts = np.random.default_rng(8).uniform(0.2, 2.0, (2, 5, 6))
    array, plain = arrays(6, 5, boundary, scheme, "double", shunts)
    compare(array, plain, 2e-12, network(array))


def test_general_path_has_no_extrapolating_scheme():
    with pytest.raises(OptionsError, match="take 'heun'"):
        Array(6, 5, shunts=np.ones((2, 5, 6)), scheme="adams")


def test_general_path_needs_connected_shunts():
    shunts = np.ones((2, 5, 6))
    shunts[:, 2, 2] = 0.0
    shunts[0, 2, 1] = 0.0
    shunts[1, 1, 2] = 0.0
    array = Array(6, 5, shunts=shunts)
    with pytest.raises(OptionsError, match="unconnected"):
        network(array)


@pytest.mark.parametrize("boundary", ["twist", "busbar"])
def test_both_paths_draw_noise_of_the_same_covariance(boundary):
    """One Euler step without junctions: phases move by noise alone, covariance 2 T dt/Laplacian."""
    replicas, step = 4000, 0.1
    found = {}
    for shunts in (None, np.ones((2, 3, 4))):
        array = Array(
            4,
            3,
            boundary,
            couplings=np.zeros((1, 2, 3, 4)),
            shunts=shunts,
            scheme="euler",
            step=step,
            precision="double",
        )
        net = None if shunts is None else network(array)
        exposed = conditions(replicas, temperature=0.5)
        state, series = advance(array, start(array, replicas, 11), exposed, 1, 1, net=net)
        moved = phases(array, state).reshape(replicas, -1)
        moved = 2 * np.pi * (moved - moved.mean(axis=1, keepdims=True))
        found[shunts is None] = (moved.T @ moved / replicas, series.voltage.var())
    array = Array(4, 3, boundary)
    plain = arrays(4, 3, boundary, "euler", "double")[1]
    exact = 2 * 0.5 * step * np.linalg.pinv(plain.difference.T @ plain.difference)
    for covariance, variance in found.values():
        error = np.abs(covariance - exact) / exact[0, 0]
        assert error.max() < 6 * np.sqrt(2 / replicas)
        assert variance == pytest.approx(
            2 * 0.5 / step / array.weight, rel=5 * np.sqrt(2 / replicas)
        )
