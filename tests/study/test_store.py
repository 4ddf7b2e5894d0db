import numpy as np
import pytest
import xarray as xr

from papilio.result import Quantity, Result
from papilio.study import Store


def kept(tmp_path, curves):
    result = Result("mean", (Quantity("mean.value", 1.0, "K"),), curves=curves)
    Store(tmp_path).keep_result("key", result)
    return Store(tmp_path).result("key")


def test_curves_of_every_kind_come_back(tmp_path):
    curve = xr.Dataset(
        {
            "number": ("point", [1.5, np.nan, -0.0], {"units": "K"}),
            "whole": ("point", np.array([1, 2, 3], dtype=np.int32)),
            "truth": ("point", [True, False, True]),
            "text": ("point", ["a", "µ", ""]),
            "map": (("x", "y"), np.arange(6.0).reshape(2, 3)),
            "scalar": ((), 4.0),
            "empty": ("none", np.empty(0)),
        },
        {"x": ("x", [0.1, 0.2], {"units": "T"})},
        attrs={"nested": {"a": [1, None]}, "flag": True},
    )
    other = xr.Dataset({"number": ("point", np.arange(5, dtype=np.float32))})
    back = kept(tmp_path, {"one": curve, "no dots/in names?": other})
    assert list(back.curves) == ["one", "no dots/in names?"]
    xr.testing.assert_identical(back.curves["one"], curve)
    xr.testing.assert_identical(back.curves["no dots/in names?"], other)
    for name, variable in curve.variables.items():
        assert back.curves["one"][name].dtype == variable.dtype


def test_result_without_curves_comes_back(tmp_path):
    assert dict(kept(tmp_path, {}).curves) == {}


def test_what_json_does_not_know_is_refused_and_not_pickled(tmp_path):
    result = Result("mean", (), options={"odd": object()})
    with pytest.raises(TypeError, match="object has no form in JSON"):
        Store(tmp_path).keep_result("key", result)
    assert Store(tmp_path).result("key") is None
