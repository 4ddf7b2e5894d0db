"""Calculated densities of states, splittings and moments with a known Stoner product."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from papilio.analysis.stoner import StonerOptions, stoner
from papilio.result import Quantity, Result
from scenarios.laboratory import Found, log_uniform


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    A band structure with stated uncertainties.

    Density of states 0.5 to 20 per eV, splitting 0.02 to 1 eV, moment 0.02 to 2 Bohr magnetons,
    each with an uncertainty of 1 to 8 % that is known; 2 to 8 atoms share the density of states.
    """
    truth = np.array(
        [log_uniform(random, 0.5, 20), log_uniform(random, 0.02, 1), log_uniform(random, 0.02, 2)]
    )
    stds = truth * random.uniform(0.01, 0.08, 3)
    atoms = int(random.integers(2, 9))
    density, splitting, moment = (float(x) for x in truth + stds * random.normal(size=3))
    result = stoner(
        StonerOptions(density, splitting, moment, atoms, None, *(float(s) for s in stds))
    )
    exchange = float(truth[1] / truth[2])
    yield "stoner.exchange_parameter", result["exchange_parameter"], exchange
    yield "stoner.product_cell", _of(result, "cell"), float(truth[0] * exchange)
    yield (
        "stoner.product_atom_and_spin",
        _of(result, "atom_and_spin"),
        float(truth[0] * exchange / (2 * atoms)),
    )


def _of(result: Result, convention: str) -> Quantity:
    return result.select("product", convention=convention)[0]
