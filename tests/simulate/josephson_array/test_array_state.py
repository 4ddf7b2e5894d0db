import numpy as np
import pytest

from papilio.errors import OptionsError
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import advance
from papilio.simulate.josephson_array.shunts import network
from papilio.simulate.josephson_array.state import conditions, load_state, save_state, start

KINDS = [
    {"scheme": "heun"},
    {"scheme": "euler", "precision": "double"},
    {"boundary": "busbar"},
    {"capacitance": 2.0},
    {"shunts": np.linspace(0.5, 1.5, 2 * 48).reshape(2, 6, 8)},
]


def fields(state):
    return (state.phases, state.rates, state.twists, state.twist_rates, state.random)


def equal(first, second):
    return first.streams == second.streams and all(
        np.array_equal(a, b) for a, b in zip(fields(first), fields(second), strict=True)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_saved_state_goes_on_to_the_bit(kind, tmp_path):
    array = Array(8, 6, **kind)
    net = network(array) if array.shunts is not None else None
    exposed = conditions(3, bias=[0.1, 0.5, 1.2], temperature=[0.3, 0.5, 0.0])
    whole, series = advance(array, start(array, 3, 7), exposed, 6, 5, net=net)
    first, early = advance(array, start(array, 3, 7), exposed, 2, 5, net=net)
    save_state(first, tmp_path / "state.npz")
    second, late = advance(array, load_state(tmp_path / "state.npz"), exposed, 4, 5, net=net)
    assert equal(whole, second)
    assert np.array_equal(series.voltage, np.hstack([early.voltage, late.voltage]))


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_result_does_not_depend_on_threads_or_company(threads):
    array = Array(8, 6)
    bias, temperature = np.linspace(0, 1, 5), np.linspace(0.1, 0.9, 5)
    exposed = conditions(5, bias, temperature)
    alone, one = advance(array, start(array, 5, 7), exposed, 3, 7)
    shared, several = advance(array, start(array, 5, 7), exposed, 3, 7, threads=threads)
    assert equal(alone, shared)
    assert np.array_equal(one.voltage, several.voltage)
    few, fewer = advance(array, start(array, 2, 7), conditions(2, bias[:2], temperature[:2]), 3, 7)
    assert np.array_equal(fewer.voltage, one.voltage[:2])
    assert np.array_equal(few.phases, alone.phases[:2])


def test_replicas_differ():
    array = Array(8, 6)
    _, series = advance(array, start(array, 4, 7), conditions(4, temperature=0.5), 1, 5)
    assert len(set(series.voltage[:, 0])) == 4


def test_file_that_is_no_state_is_refused(tmp_path):
    path = tmp_path / "state.npz"
    path.write_bytes(b"nonsense")
    with pytest.raises(OptionsError, match="holds no state"):
        load_state(path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"fluxes": np.zeros((1, 3, 3))}, "fluxes have shape"),
        ({"couplings": np.zeros((2, 6, 8))}, "couplings have shape"),
        ({"shunts": np.ones((2, 6, 7))}, "shunts have shape"),
        ({"shunts": np.ones((2, 6, 8)), "capacitance": 1.0}, "not available"),
        ({"step": 0.0}, "step is 0"),
    ],
)
def test_array_refuses(settings, message):
    with pytest.raises(OptionsError, match=message):
        Array(8, 6, **settings)
