"""Loops of the magnetic moment: planted numbers come back, and real files say what they hold."""

from pathlib import Path

import numpy as np
import pytest

from papilio.analysis.magnetisation import MagnetisationOptions, magnetisation
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError
from papilio.join import concatenate
from papilio.readers import read

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
SATURATION, COERCIVE, WIDTH, SLOPE, SHIFT = 3e-8, 0.05, 0.03, -5e-8, 0.004
REMANENCE = SATURATION * np.mean(np.tanh((COERCIVE + SHIFT * np.array([-1, 1])) / WIDTH))
TRUTH = {
    "slope": SLOPE,
    "saturation_moment": SATURATION,
    "coercive_field": COERCIVE,
    "shift": SHIFT,
    "remanence": REMANENCE,
    "offset": 2.5e-9,
}


def loop(seed=0, noise=1e-9, saturation=SATURATION, width=WIDTH, temperature=3.0, points=400):
    """A loop with a diamagnetic slope, an offset that drifts between the branches, white noise."""
    generator = np.random.default_rng(seed)
    down = np.linspace(2, -2, points)
    field = np.concatenate([down, -down])
    direction = np.repeat([-1.0, 1.0], points)
    moment = saturation * np.tanh((field - direction * COERCIVE - SHIFT) / width)
    moment += SLOPE * field + np.where(direction > 0, 3e-9, 2e-9)
    moment += generator.normal(0, noise, field.size)
    variables = {
        "time": np.arange(field.size, dtype=float),
        "temperature": np.full(field.size, temperature),
        "field": field,
        "moment": moment,
    }
    return record(variables, Provenance("loop", "loop", synthetic=True, seed=seed))


def test_planted_numbers_come_back_with_honest_error_bars():
    results = [magnetisation(loop(seed)) for seed in range(60)]
    for name, truth in TRUTH.items():
        pulls = np.array([(r[name].value - truth) / r[name].std for r in results])
        assert abs(pulls.mean()) < 0.45, name
        assert 0.75 < pulls.std() < 1.3, name


def test_moment_per_area():
    result = magnetisation(loop(), MagnetisationOptions(area=1e-5, area_std=1e-6))
    assert result["areal_moment"].value == pytest.approx(SATURATION / 1e-5, rel=0.05)
    assert result["areal_moment"].std == pytest.approx(0.1 * SATURATION / 1e-5, rel=0.1)
    assert result["areal_moment"].unit == "A"


def test_a_loop_without_hysteresis_has_upper_limits():
    data = loop()
    symmetric = data["moment"].values + 0.0
    symmetric[:400] = symmetric[400:][::-1]
    result = magnetisation(data.assign(moment=data["moment"].copy(data=symmetric)))
    assert result["remanence"].limit == "upper"
    assert result["coercive_field"].limit == "upper"
    assert 0 < result["coercive_field"].value < 0.2 * COERCIVE


def test_a_sample_without_moment_has_an_upper_limit_that_holds():
    limits = [magnetisation(loop(seed, saturation=0.0))["saturation_moment"] for seed in range(40)]
    assert all(limit.limit == "upper" for limit in limits)
    assert all(0 < limit.value < 3e-9 for limit in limits)


def test_limits_hold_a_small_moment_in_nineteen_of_twenty():
    small = 1.5e-10
    results = [magnetisation(loop(seed, saturation=small)) for seed in range(100)]
    limits = [r["saturation_moment"] for r in results]
    held = [q.value >= small for q in limits if q.limit == "upper"]
    assert np.mean(held) > 0.9


def test_a_moment_that_still_bends_is_flagged_and_its_uncertainty_holds_the_window():
    sharp = magnetisation(loop(noise=1e-10))
    blunt = magnetisation(loop(noise=1e-10, width=0.7))
    assert not any("saturation is not reached" in flag for flag in sharp.flags)
    assert any("saturation is not reached" in flag for flag in blunt.flags)
    assert blunt["saturation_moment"].flags
    missed = abs(blunt["saturation_moment"].value - SATURATION)
    assert missed < 3 * blunt["saturation_moment"].std


def test_temperatures_stay_apart():
    both = concatenate([loop(temperature=3.0), loop(saturation=1e-8, temperature=20.0)])
    result = magnetisation(both)
    values = {t: result.select("saturation_moment", temperature=t)[0].value for t in (3.0, 20.0)}
    assert values[3.0] == pytest.approx(3e-8, rel=0.05)
    assert values[20.0] == pytest.approx(1e-8, rel=0.15)


def test_what_is_missing_is_named():
    with pytest.raises(AnalysisError, match="no 'moment'"):
        magnetisation(loop().drop_vars("moment"))
    with pytest.raises(AnalysisError, match="both signs"):
        magnetisation(loop().isel(row=np.arange(150)))


def test_a_vsm_loop_of_a_film_at_3_kelvin():
    path = DATA / "qd_log_vsm" / "20170620_BITHERMAL_SF_VSM_SF170517SI2_MVSH_3K.DAT"
    if not path.exists():
        pytest.skip("the shared measurements are not here")
    result = magnetisation(read(path))
    # Read off a plot: the moment crosses zero at -42 mT and +42 mT once the slope is taken off.
    assert result["coercive_field"].value == pytest.approx(0.042, abs=0.004)
    assert result["saturation_moment"].value == pytest.approx(9.1e-8, rel=0.05)
    assert result["slope"].value == pytest.approx(-5.17e-8, rel=0.03)
    assert any("apart" in flag for flag in result.flags)


@pytest.mark.parametrize(
    ("name", "temperature", "sign"), [("mvsh5.dat", 293.0, -1), ("mvsh9.dat", 2.0, 1)]
)
def test_squid_loops_without_coercive_field(name, temperature, sign):
    path = DATA / "qd_mpms3" / name
    if not path.exists():
        pytest.skip("the shared measurements are not here")
    result = magnetisation(read(path))
    assert np.sign(result["slope"].value) == sign
    assert result["coercive_field"].limit == "upper"
    assert result["coercive_field"].value < 2e-3
    assert result["saturation_moment"].conditions == {"temperature": temperature}
