"""Records with known answers that the tests of the analyses use."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from papilio.dataset import Provenance, record


def made(variables: Mapping[str, object], **attributes: float) -> xr.Dataset:
    """A record that a test wrote."""
    arrays = {name: np.asarray(values, float) for name, values in variables.items()}
    made_here = Provenance("test", "test", synthetic=True, seed=0)
    return record(arrays, made_here, attributes=attributes)


def step(x: object) -> np.ndarray:
    """A step from zero to one, one half at zero, asymmetric."""
    return np.exp(-np.log(2) * np.exp(-np.clip(np.asarray(x, float), -50, 50)))


def ramp(low: float, high: float, count: int) -> np.ndarray:
    """Down from `high` to `low` and up again."""
    down = np.linspace(high, low, count)
    return np.concatenate([down, down[::-1][1:]])
