"""Detectors in a study: from loops to results.json and the report."""

import json

import pytest

from papilio.report import run_study

LOOP = """
[measurements.loop_{name}]
sample = "film"
simulate = "twin.butterfly"
[measurements.loop_{name}.options]
maximum_field = "0.3 T"
field_step = "2 mT"
rate = "{rate} T/min"
peak_height = "{height} ohm"
[questions.peaks_{name}]
analysis = "signature.peaks_on_reversing_branch"
data = "loop_{name}"
"""

STUDY = (
    """
[study]
name = "signatures"
[samples.film]
length = "120 um"
width = "20 um"
[questions.rate]
analysis = "signature.faster_than_linear_in_rate"
data = { delta_R = "peaks_*.signature.loop_height" }
[questions.both]
analysis = "signature.loop_along_and_across_current"
along = "loop_fast"
across = "loop_slow"
"""
    + LOOP.format(name="slow", rate=0.02, height=0.0)
    + LOOP.format(name="middle", rate=0.05, height=4.0)
    + LOOP.format(name="fast", rate=0.10, height=19.6)
)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signatures")
    (folder / "s.toml").write_text(STUDY)
    return run_study(folder / "s.toml", folder / "out"), folder / "out"


def test_answers_go_from_loops_to_series(done):
    run, _ = done
    assert run.problems == ()
    value = {name: result.quantities[0].value for name, result in run.results.items()}
    assert value == {"peaks_slow": 0, "peaks_middle": 1, "peaks_fast": 1, "rate": 1, "both": 0}
    points = run["rate"].curves["points"]
    assert points["sweep_rate"].values * 60 == pytest.approx([0.02, 0.05, 0.10], rel=0.01)
    # The slowest is an upper limit.
    assert points["delta_R_limit"].notnull().values.tolist() == [True, False, False]
    assert run["rate"].quantities[0].flags[0] == "planted"


def test_results_and_report_hold_them(done):
    _, folder = done
    rows = json.loads((folder / "results.json").read_text())["results"]
    names = {row["quantity"]: row for row in rows}
    assert names["signature.faster_than_linear_in_rate"]["value"] == 1
    assert names["signature.faster_than_linear_in_rate"]["std"] is None
    assert "Signatures by mechanism" in (folder / "report.html").read_text("utf-8")
    assert (folder / "figures" / "rate.svg").exists()
