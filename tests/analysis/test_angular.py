"""Critical fields against angle: the law that made them is found, with its numbers."""

import numpy as np
import pytest

from known_records import made, step
from papilio.analysis import AngularOptions, angular
from papilio.analysis.angular import THREE, TWO
from papilio.errors import AnalysisError
from papilio.physics import angular as theory

PERPENDICULAR, PARALLEL, TILT = 0.1, 2.0, np.radians(1.3)
ANGLES = np.unique(np.concatenate([np.linspace(-10, 100, 24), 90 + np.linspace(-4, 4, 9)]))
LAWS = {TWO: theory.tinkham_field, THREE: theory.anisotropic_field}


def fields(model, seed=0, relative=0.01, turn=0.0):
    """Half fields against angle, with their error bars."""
    H = LAWS[model](np.radians(ANGLES) - TILT, PERPENDICULAR, PARALLEL)
    noise = relative * H * np.random.default_rng(seed).normal(size=H.size)
    return made({"angle": ANGLES - turn, "field": H + noise, "field_std": relative * H})


@pytest.mark.parametrize("model", [TWO, THREE])
def test_the_law_that_made_the_data_is_preferred(model):
    result = angular(fields(model))
    sign = -1 if model == TWO else 1
    assert sign * result["akaike_difference"].value > 10
    for name, truth in (
        ("Hc2_perpendicular", PERPENDICULAR),
        ("Hc2_parallel", PARALLEL),
        ("misalignment", TILT),
        ("anisotropy", PARALLEL / PERPENDICULAR),
    ):
        (found,) = result.select(name, model=model)
        assert found.value == pytest.approx(truth, abs=4 * found.std), name
        assert 0 < found.std < 0.1 * truth
    weights = [q.value for q in result.select("akaike_weight")]
    assert sum(weights) == pytest.approx(1)
    (good,) = result.select("reduced_chi_square", model=model)
    assert good.value < 2


def test_the_angle_may_be_counted_from_the_film():
    result = angular(fields(TWO, turn=90.0), AngularOptions(zero="parallel"))
    (found,) = result.select("Hc2_parallel", model=TWO)
    assert found.value == pytest.approx(PARALLEL, abs=4 * found.std)
    (tilt,) = result.select("misalignment", model=TWO)
    assert tilt.value == pytest.approx(TILT, abs=4 * tilt.std)


def test_an_uncertain_angle_widens_the_parallel_field():
    sharp, blurred = (
        angular(fields(TWO), AngularOptions(angle_std=std)).select("Hc2_parallel", model=TWO)[0]
        for std in (0.0, 2e-3)
    )
    assert blurred.std > 1.5 * sharp.std


def test_without_error_bars_the_scatter_tells():
    data = fields(TWO).drop_vars("field_std")
    result = angular(data)
    (found,) = result.select("Hc2_parallel", model=TWO)
    assert found.value == pytest.approx(PARALLEL, abs=4 * found.std)
    assert result["akaike_difference"].value < -2


def test_field_sweeps_at_several_angles():
    rng = np.random.default_rng(3)
    angles = (0.0, 30.0, 60.0, 80.0, 85.0, 88.0, 90.0, 92.0, 95.0)
    columns = {"angle": [], "field": [], "resistance": [], "temperature": []}
    for angle in angles:
        half = float(theory.tinkham_field(np.radians(angle), PERPENDICULAR, PARALLEL))
        leg = np.linspace(3 * half, -3 * half, 301)
        field = np.concatenate([leg, leg[::-1]])
        columns["field"].append(field)
        columns["angle"].append(np.full(field.size, angle))
        columns["temperature"].append(np.full(field.size, 0.3))
        clean = 1000 * step((np.abs(field) / half - 1) / 0.1)
        columns["resistance"].append(clean + rng.normal(0, 1, field.size))
    data = made({name: np.concatenate(parts) for name, parts in columns.items()})
    result = angular(data)
    assert result["akaike_difference"].value < -10
    (found,) = result.select("Hc2_parallel", model=TWO, temperature=0.3)
    assert found.value == pytest.approx(PARALLEL, abs=4 * found.std)
    assert result.curves["half_fields_0"].sizes["angle"] == len(angles)
    assert {"fit_2d_0", "fit_3d_0"} <= set(result.curves)


def test_a_nearly_isotropic_sample_is_left_undecided():
    angle = np.linspace(0, 90, 12)
    H = theory.anisotropic_field(np.radians(angle), 0.1, 0.101)
    noise = 0.2 * H * np.random.default_rng(0).normal(size=H.size)
    result = angular(made({"angle": angle, "field": H + noise, "field_std": 0.2 * H}))
    assert any("do not decide" in flag for flag in result.flags)


@pytest.mark.parametrize("missing", ["angle", "field"])
def test_what_is_missing_is_named(missing):
    with pytest.raises(AnalysisError, match=f"no '{missing}'"):
        angular(fields(TWO).drop_vars([missing, "field_std"]))


def test_three_angles_are_too_few():
    with pytest.raises(AnalysisError, match="fewer than four angles"):
        angular(fields(TWO).isel(row=slice(0, 3)))


@pytest.mark.parametrize("model", [TWO, THREE])
def test_pulls_over_seeds_are_normal(model):
    found = [
        angular(fields(model, seed)).select("Hc2_parallel", model=model)[0] for seed in range(40)
    ]
    pulls = [(q.value - PARALLEL) / q.std for q in found]
    assert np.mean(pulls) == pytest.approx(0, abs=4 / np.sqrt(40))
    assert np.std(pulls) == pytest.approx(1, abs=4 / np.sqrt(80))
