import json

import numpy as np
import pytest

import papilio
from papilio import dataset
from papilio.simulate import SIMULATIONS, josephson_array

STUDY = """
[study]
name = "film"

[samples.film]
label = "granular film"

[measurements.cold]
sample = "film"
simulate = "josephson_array.cooldown"
[measurements.cold.options]
columns = 6
rows = 6
replicas = 2
coupling_law = "ambegaokar-baratoff"
gap = "1.18 K"
equilibration_steps = 1024
maximum_steps = 2048
current_density = "0.3 A/m"
temperatures = [0.98, 0.95, 0.92, 0.9, 0.87, 0.84, 0.8, 0.75, 0.7, 0.68, 0.66, 0.65, 0.64, 0.63,
    0.62, 0.61, 0.6, 0.59, 0.58, 0.57, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3]

[questions.transition]
analysis = "transition"
data = "cold"
[questions.transition.options]
normal_temperature = "0.9 K"
"""


def test_a_study_asks_its_questions_of_an_array(tmp_path):
    path = tmp_path / "film.toml"
    path.write_text(STUDY)
    papilio.run_study(path, tmp_path / "out")
    rows = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))["results"]
    found = {row["quantity"]: row for row in rows}
    # Far below it the couplings win, above the closing of the gap there are none.
    assert 0.55 < found["transition.Tc"]["value"] < 0.67
    assert found["transition.Tc"]["synthetic"]
    record = dataset.load(tmp_path / "out" / "datasets" / "cold.nc")
    assert record.attrs["source"] == "josephson_array.cooldown"


@pytest.mark.parametrize("name", [name for name in SIMULATIONS if "array" in name])
def test_the_names_of_studies_are_the_measurements(name):
    small = {"columns": 4, "rows": 4, "equilibration_steps": 0, "maximum_steps": 1, "replicas": 1}
    simulation = SIMULATIONS[name]
    options = simulation.options(seed=3, **small)
    record = simulation.function(options)
    direct = getattr(josephson_array, name.partition(".")[2])(options)
    assert record.attrs["source"] == name
    assert record.attrs["seed"] == 3
    assert all(np.array_equal(record[key], direct[key], equal_nan=True) for key in record)


def test_other_names_are_unknown():
    with pytest.raises(AttributeError, match="no attribute 'warmup'"):
        _ = josephson_array.warmup
