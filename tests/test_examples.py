"""The examples on real measurements, against threshold crossings of the raw readings."""

import json
from pathlib import Path

import pytest

import papilio

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the measurements of ../shared/data are not here"
)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Results of an example, by its name; each example runs once."""
    known = {}

    def run(name):
        if name not in known:
            place = tmp_path_factory.mktemp(name)
            papilio.run_study(ROOT / "examples" / f"{name}.toml", place)
            known[name] = json.loads((place / "results.json").read_text("utf-8"))["results"]
        return known[name]

    return run


def find(results, quantity, **conditions):
    return [
        row
        for row in results
        if row["quantity"] == quantity
        and all(row["conditions"].get(key) == value for key, value in conditions.items())
    ]


@pytest.mark.parametrize(
    ("temperature", "positive", "negative"),
    [
        (2.0, 0.6466, 0.6439),
        (2.2, 0.5398, 0.5422),
        (2.4, 0.4382, 0.4359),
        (2.6, 0.3323, 0.3348),
        (2.8, 0.2330, 0.2291),
        (3.0, 0.1319, 0.1352),
        (3.2, 0.0444, 0.0410),
    ],
)
def test_half_fields_of_the_misfit_crystal(results, temperature, positive, negative):
    rows = find(results("misfit"), "critical_field.half_field", temperature=temperature)
    by_side = {row["conditions"].get("side"): row["value"] for row in rows}
    assert by_side["positive"] == pytest.approx(positive, rel=0.02)
    assert by_side["negative"] == pytest.approx(-negative, rel=0.02)
    assert by_side[None] == pytest.approx((by_side["positive"] - by_side["negative"]) / 2)
    offset = find(results("misfit"), "critical_field.offset", temperature=temperature)
    assert offset[0]["value"] == pytest.approx((by_side["positive"] + by_side["negative"]) / 2)


def test_Tc_and_coherence_length_of_the_misfit_crystal(results):
    (Tc,) = find(results("misfit"), "critical_field.Tc")
    (xi,) = find(results("misfit"), "critical_field.xi_GL")
    assert Tc["value"] == pytest.approx(3.27, abs=0.05)
    assert xi["value"] == pytest.approx(14e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("sample", "edges"),
    [("bar_10um", (-0.186, 0.145, -0.146, 0.186)), ("bar_50um", (-0.190, 0.151, -0.151, 0.190))],
)
def test_windows_of_the_al_eus_bars(results, sample, edges):
    rows = [row for row in results("al_eus") if row["sample"] == sample]
    places = [(branch, side) for branch in ("down", "up") for side in ("lower", "upper")]
    for (branch, side), expected in zip(places, edges, strict=True):
        (edge,) = find(rows, "butterfly.window_edge", branch=branch, side=side)
        assert edge["value"] == pytest.approx(expected, abs=3e-3)
    (significance,) = find(rows, "butterfly.significance")
    assert significance["value"] > 5


def test_the_outlier_of_the_50_um_bar_is_flagged(results):
    rows = [row for row in results("al_eus") if row["sample"] == "bar_50um"]
    assert any("+0.24 T" in flag for row in rows for flag in row["flags"])


def test_the_niobium_transition_of_each_cool_down_that_holds_it(results):
    answered = {
        row["sources"][0].split("RvT_")[1].removesuffix(".txt"): row["value"]
        for row in find(results("nb_helimagnet"), "transition.Tc")
        if "direction" not in row["conditions"]
    }
    assert set(answered) == {"Cooldown_4", "Cooldown_5", "Cooldown_9", "Warmup_1"}
    for value in answered.values():
        assert 9.0 < value < 11.0
