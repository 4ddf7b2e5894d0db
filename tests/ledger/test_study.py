"""The ledger in a study: the table of facts, results.json, the report, the page of the docs."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import xarray as xr

from papilio.errors import StudyError
from papilio.ledger import CHECKS, STUDY_CHECKS
from papilio.report import run_study
from papilio.result import Quantity, Result
from papilio.study import load, results_schema, run
from papilio.study.audit import facts_of

ROOT = Path(__file__).parents[2]

FACTS = """
[samples.S2.facts]
density_of_states = "7 1/eV"
stoner_parameter = 1.4
"""
TWICE = """
[[references]]
quantity = "mean.value"
question = "real"
value = "5 ohm"
where = "<another> book"
"""


@pytest.fixture
def study(folder):
    path = folder / "small.toml"
    text = path.read_text().replace('label = "sample two"\n', f'label = "sample two"\n{FACTS}')
    path.write_text(text + TWICE)
    return path


def rows(folder):
    return json.loads((folder / "out" / "results.json").read_text("utf-8"))


def test_results_hold_the_ledger(study, folder):
    done = run_study(study, folder / "out")
    content = rows(folder)
    jsonschema.validate(content, results_schema())
    found = {r["quantity"]: r for r in content["results"] if r["quantity"].startswith("ledger.")}
    assert list(found) == ["ledger.stoner_product", "ledger.reported_twice"]
    product = found["ledger.stoner_product"]
    assert product["value"] == pytest.approx(9.8 / 12)
    assert product["std"] is None
    assert product["sample"] == "S2"
    assert product["synthetic"]  # one of the two questions is
    assert product["sources"] == ["cooldown.txt", "ramp"]
    assert product["flags"][0] == "undecided"
    assert "ledger of S2:" in str(done)
    assert "ledger.stoner_product: undecided: N I = 9.8" in str(done)
    assert done.warnings == ()


def test_report_shows_the_worst_first(study, folder):
    run_study(study, folder / "out")
    page = (folder / "out" / "report.html").read_text("utf-8")
    _, _, section = page.partition('<section class="ledger">')
    section = section.partition("</section>")[0]
    assert section.index("✗</span> inconsistent") < section.index("?</span> undecided")
    assert "<code>reported_twice</code>" in section
    assert "&lt;another&gt; book" in section
    assert "Stoner, Proc. R. Soc. A 165, 372 (1938)" in section
    assert "ledger." not in page.partition('<section class="ledger">')[0].partition("<h2>Quan")[2]


def test_a_study_without_checks_has_no_ledger(folder):
    run_study(folder / "small.toml", folder / "out")
    assert all(not r["quantity"].startswith("ledger.") for r in rows(folder)["results"])
    assert 'class="ledger"' not in (folder / "out" / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("stoner_parameter", "stoner_product", r"small.toml:\d+: samples.S2.facts.stoner_product"),
        ('"7 1/eV"', '"7 eV"', r"small.toml:\d+: samples.S2.facts.density_of_states: unit 'eV'"),
        ("1.4", "-1.4", r"small.toml:\d+: samples.S2.facts.stoner_parameter: -1.4 is not above"),
    ],
)
def test_mistakes_in_the_facts_are_told_with_their_line(study, old, new, message):
    study.write_text(study.read_text().replace(old, new))
    with pytest.raises(StudyError, match=message):
        load(study)


def test_facts_are_gathered_from_results_and_data(study):
    loaded = load(study)
    done = run(loaded)
    curve = xr.Dataset(
        {"temperature": ("point", [2.0, 1.0, np.nan]), "resistance": ("point", [4.0, 3.0, 9.0])}
    )
    results = {
        "real": Result("transition", (Quantity("transition.Tc", 1.5, "K"),), {"sweep": curve}),
        "made": Result("mean", ()),
    }
    data = {
        name: dataset.assign(excitation_current=("row", np.full(dataset.sizes["row"], -1e-8)))
        for name, dataset in done.datasets.items()
    }
    for dataset in data.values():
        dataset.attrs["lock_in_time_constant"] = 0.3
    loops = {name: replace(q, analysis="butterfly") for name, q in loaded.questions.items()}
    facts = facts_of("S2", replace(loaded, questions=loops), results, data)
    assert facts.find("transition.Tc").value == 1.5
    assert facts.cooldowns[0].temperature.tolist() == [1.0, 2.0]
    assert facts.cooldowns[0].resistance.tolist() == [3.0, 4.0]
    assert facts.excitation_current == pytest.approx(1e-8)
    assert facts.time_constant == 0.3
    assert [entry.value for entry in facts.published] == [4.0, 5.0]
    assert facts.published[0].std == 0.5


def test_page_is_current():
    spec = importlib.util.spec_from_file_location("docs_update", ROOT / "docs" / "update.py")
    update = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(update)
    path = ROOT / "docs" / "ledger.md"
    text = path.read_text("utf-8")
    assert text == update.pages()[path], "docs/ledger.md is stale; run `make docs`"
    for name in (*CHECKS, *STUDY_CHECKS):
        assert f"| `ledger.{name}` |" in text


@pytest.mark.skipif(
    not (ROOT.parent / "shared" / "data").is_dir(),
    reason="the measurements of ../shared/data are not here",
)
@pytest.mark.parametrize(
    ("name", "checks"),
    [
        (
            "misfit",
            {
                "zero_temperature_field": "undecided",
                "field_offset": "consistent",
                "direction_of_sweep": "consistent",
            },
        ),
        ("al_eus", {"remanent_field": "consistent", "loop_hysteresis": "consistent"}),
    ],
)
def test_examples_have_a_ledger(name, checks):
    done = run(load(ROOT / "examples" / f"{name}.toml"))
    # Of the bar of 5 um nothing is known that a check needs: its windows have no edges.
    asked = [sample for sample in done.study.samples if sample != "bar_5um"]
    assert asked
    for sample in asked:
        said = {q.name.removeprefix("ledger."): q.flags[0] for q in done.ledgers[sample].quantities}
        assert said.items() >= checks.items()
