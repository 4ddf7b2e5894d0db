"""Steps that a resistive transition may look like."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Shape:
    """A smooth step from 0 to 1, one half at 0, and its inverse."""

    step: Callable[[Array], Array]
    place: Callable[[float], float]


def _logit(level: float) -> float:
    return math.log(level / (1 - level))


#: Steps that a transition may look like: symmetric, asymmetric either way.
SHAPES = (
    Shape(lambda x: 1 / (1 + np.exp(-np.clip(x, -500, 500))), _logit),
    Shape(
        lambda x: np.exp(-math.log(2) * np.exp(-np.clip(x, -50, 500))),
        lambda level: -math.log(-math.log(level) / math.log(2)),
    ),
    Shape(
        lambda x: 1 - np.exp(-math.log(2) * np.exp(np.clip(x, -500, 50))),
        lambda level: math.log(-math.log(1 - level) / math.log(2)),
    ),
)
