"""Hall loops with pick-up, offsets, lag and two bands."""

import numpy as np
import pytest

from known_records import made
from papilio.analysis import HallOptions, hall
from papilio.constants import ELEMENTARY_CHARGE
from papilio.dataset import with_geometry
from papilio.errors import AnalysisError

DENSITY, SHEET = 5e17, 900.0
SLOPE = 1 / (ELEMENTARY_CHARGE * DENSITY)


def loop(seed=0, cubic=0.0, noise=0.05, top=9.0):
    rng = np.random.default_rng(seed)
    field = np.concatenate([np.linspace(top, -top, 200), np.linspace(-top, top, 200)])
    magnetoresistance = 1 + 0.01 * np.abs(field) + 0.002 * field**2
    transverse = -SLOPE * field + cubic * field**3 + 3.0 + 0.02 * SHEET * magnetoresistance
    return made(
        {
            "time": np.arange(field.size),
            "temperature": np.full(field.size, 10.0),
            "field": field,
            "hall_resistance": transverse + rng.normal(0, noise, field.size),
            "resistance": 6 * SHEET * magnetoresistance + rng.normal(0, noise, field.size),
        }
    )


def test_density_mobility_and_mean_free_path():
    result = hall(with_geometry(loop(), 120e-6, 20e-6))
    assert result["slope"].value < 0
    for name, truth in (
        ("density", DENSITY),
        ("sheet_resistance", SHEET),
        ("mobility", 1 / (ELEMENTARY_CHARGE * DENSITY * SHEET)),
        ("fermi_wave_number", np.sqrt(2 * np.pi * DENSITY)),
    ):
        found = result[name]
        assert found.value == pytest.approx(truth, abs=4 * found.std), name
        assert found.std < 0.01 * truth
    assert result["density"].conditions == {"temperature": 10.0}
    assert not result.flags


def test_pulls_of_the_density_are_normal():
    pulls = [
        (q.value - DENSITY) / q.std for q in (hall(loop(seed))["density"] for seed in range(200))
    ]
    assert np.mean(pulls) == pytest.approx(0, abs=4 / np.sqrt(200))
    assert np.std(pulls) == pytest.approx(1, abs=0.17)


def test_two_bands_are_flagged_and_the_slope_is_that_at_zero_field():
    result = hall(loop(cubic=3e-3))
    assert any("bends" in flag for flag in result.flags)
    assert result["density"].value == pytest.approx(DENSITY, abs=4 * result["density"].std)


def test_without_geometry_there_is_a_density_but_no_mobility():
    result = hall(loop())
    assert "density" in {quantity.name.split(".")[1] for quantity in result.quantities}
    with pytest.raises(KeyError):
        result["mobility"]
    assert any("length and width" in flag for flag in result.flags)


def test_a_separate_longitudinal_record_serves():
    data = loop()
    other = with_geometry(data.drop_vars("hall_resistance"), 120e-6, 20e-6)
    result = hall(data.drop_vars("resistance"), longitudinal=other)
    sheet = result["sheet_resistance"]
    assert sheet.value == pytest.approx(SHEET, abs=4 * sheet.std)


def test_what_cannot_be_answered_is_refused():
    with pytest.raises(AnalysisError, match="no 'hall_resistance'"):
        hall(loop().drop_vars("hall_resistance"))
    half = loop().isel(row=slice(0, 90))
    with pytest.raises(AnalysisError, match="both signs"):
        hall(half)
    noise = loop()
    noise["hall_resistance"].values[:] = np.random.default_rng(0).normal(0, 1, 400)
    with pytest.raises(AnalysisError, match="not resolved"):
        hall(noise)


def test_the_field_range_is_kept():
    result = hall(loop(cubic=3e-3), options=HallOptions(field_range=1.0))
    assert np.abs(result.curves["loop"]["field"]).max() <= 1.0
