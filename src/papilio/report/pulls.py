"""How the answers of a study scatter about what was planted, in their own error bars."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from papilio.report.display import beside, number, scale_of
from papilio.study import Row, StudyRun

#: The largest pulls that are named.
NAMED = 5


@dataclass(frozen=True)
class Pull:
    """
    One answer against what was planted.

    Attributes
    ----------
    sample, name : str
        Of the quantity.
    question : str
        That it answers.
    sigma : float
        (found - planted)/standard deviation.
    found, planted : str
        With unit.
    """

    sample: str
    name: str
    question: str
    sigma: float
    found: str
    planted: str


@dataclass(frozen=True)
class Pulls:
    """
    All answers of a study that something was planted for.

    Attributes
    ----------
    count : int
        Their number; answers of one question share data and are not independent.
    mean, std : float
        Of the pulls; 0 and 1 where error bars hold what they say.
    within_one, within_three : float
        Parts of the pulls; 0.683 and 0.997 for a normal distribution.
    largest : tuple of Pull
        The largest ones, falling.
    limits, limits_held : int
        Upper and lower limits that something was planted for, and those on its side.
    """

    count: int
    mean: float
    std: float
    within_one: float
    within_three: float
    largest: tuple[Pull, ...]
    limits: int
    limits_held: int


def pulls(run: StudyRun) -> Pulls | None:
    """
    Distribution of the answers about what was planted, in standard deviations.

    Parameters
    ----------
    run : StudyRun
        What was found.

    Returns
    -------
    Pulls or None
        None for fewer than two answers to compare.
    """
    found = [_pull(row) for row in run.rows]
    known = [pull for pull in found if pull is not None]
    if len(known) < 2:
        return None
    sigma = np.array([pull.sigma for pull in known])
    bounds = [row for row in run.rows if row.truth is not None and row.quantity.limit]
    return Pulls(
        len(known),
        float(sigma.mean()),
        float(sigma.std(ddof=1)),
        float(np.mean(np.abs(sigma) < 1)),
        float(np.mean(np.abs(sigma) < 3)),
        tuple(sorted(known, key=lambda pull: -abs(pull.sigma))[:NAMED]),
        len(bounds),
        sum(_held(row) for row in bounds),
    )


def _pull(row: Row) -> Pull | None:
    quantity, truth = row.quantity, row.truth
    if truth is None or quantity.value is None or quantity.limit is not None:
        return None
    if not quantity.std or not math.isfinite(quantity.std):
        return None
    factor, unit = scale_of(quantity.unit, [quantity.value])
    return Pull(
        row.sample,
        quantity.name,
        row.question,
        (quantity.value - truth) / quantity.std,
        f"{number(quantity.value, quantity.std, factor)} {unit}".rstrip(),
        f"{beside(truth, quantity.std, factor)} {unit}".rstrip(),
    )


def _held(row: Row) -> bool:
    value, truth = row.quantity.value, row.truth
    if value is None or truth is None:
        return False
    return truth <= value if row.quantity.limit == "upper" else truth >= value
