"""The embedded study: planted truth found within its errors, for its own seed and for fifty."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import papilio
from papilio.analysis import (
    ButterflyOptions,
    CriticalFieldOptions,
    TransitionOptions,
    butterfly,
    critical_field,
    hall,
    transition,
)
from papilio.simulate import SIMULATIONS

REPORTED = (
    "transition.Tc",
    "transition.width",
    "hall.density",
    "critical_field.Hc2_perpendicular_0",
    "critical_field.Hc2_parallel_0",
    "critical_field.xi_GL",
    "critical_field.d_SC",
    "butterfly.peak_field",
)
ASKED = (
    "twin.cooldown",
    "twin.hall",
    "twin.perpendicular_field",
    "twin.parallel_field",
    "twin.butterfly",
)


def test_the_embedded_study_finds_what_was_planted(tmp_path):
    papilio.run_study(Path(papilio.__file__).parent / "studies" / "demo.toml", tmp_path)
    rows = json.loads((tmp_path / "results.json").read_text("utf-8"))["results"]
    planted = [row for row in rows if row["truth"] is not None]
    assert set(REPORTED) <= {row["quantity"] for row in planted}
    assert all(row["synthetic"] for row in rows)
    for row in planted:
        assert abs(row["value"] - row["truth"]) < 3 * row["std"], row


@pytest.fixture(scope="module")
def pulls():
    """Pulls of each planted quantity over fifty seeds."""
    collected: dict[str, list[float]] = {name: [] for name in REPORTED}
    for seed in range(50):
        data = {
            name: simulation.function(dataclasses.replace(simulation.options(), seed=seed))
            for name, simulation in SIMULATIONS.items()
            if name in ASKED
        }
        results = (
            transition(data["twin.cooldown"], TransitionOptions(normal_temperature=4.0)),
            hall(data["twin.hall"]),
            critical_field(
                data["twin.perpendicular_field"],
                data["twin.parallel_field"],
                CriticalFieldOptions(normal="line"),
            ),
            butterfly(data["twin.butterfly"], ButterflyOptions(field=0.08)),
        )
        truth = {
            entry["quantity"]: entry["value"]
            for dataset in data.values()
            for entry in json.loads(dataset.attrs["truth"])
        }
        for result in results:
            for name in REPORTED:
                for quantity in result.select(name)[:1]:
                    collected[name].append((quantity.value - truth[name]) / quantity.std)
    return {name: np.array(values) for name, values in collected.items()}


@pytest.mark.parametrize("name", REPORTED)
def test_over_fifty_seeds_the_chi_square_is_acceptable(pulls, name):
    chi_square = float(np.sum(pulls[name] ** 2))
    assert pulls[name].size == 50
    # Two-sided at one in a thousand.
    assert stats.chi2.sf(chi_square, 50) > 5e-4
    assert stats.chi2.cdf(chi_square, 50) > 5e-4
