"""The table of mechanisms and signatures."""

from dataclasses import replace

import pytest

from papilio.analysis.signatures import SIGNATURES
from papilio.report.page import page
from papilio.report.signature_table import signature_table
from papilio.result import Quantity, Result
from papilio.study import Row, StudyRun
from papilio.study.sections import Heading, Question, Sample, Study


def told(question, signature, value, how, mechanism, *more):
    conditions = {"mechanism": mechanism}
    quantity = Quantity(
        f"signature.{signature}", value, "", conditions=conditions, flags=(how, "so it is")
    )
    numbers = [
        Quantity("signature.loop_height", height, "ohm", std, None, limit, {**conditions, **where})
        for height, std, limit, where in more
    ]
    result = Result(f"signature.{signature}", (quantity, *numbers), synthetic=True)
    return [Row(question, "film", q, result) for q in result.quantities]


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "s.toml"
    path.write_text('[study]\nname = "s"\n[samples.film]\n')
    study = Study(path, Heading("s"), {"film": Sample()})
    rows = [
        *told(
            "a",
            "peaks_on_reversing_branch",
            1.0,
            "emergent",
            "weak_walls",
            (700.0, 20.0, None, {"temperature": 0.5, "sweep_rate": 0.1 / 60}),
            (8.0, None, "upper", {"temperature": 0.05, "sweep_rate": 0.1 / 60}),
        ),
        *told("b", "falls_on_depletion", None, "emergent", "weak_walls"),
        *told("c", "peaks_on_reversing_branch", 0.0, "emergent", "none"),
        *told("d", "width_grows_with_density", 1.0, "planted", "none"),
    ]
    questions = {name: Question(name, "x", {}, None, "film") for name in "abcd"}
    return StudyRun(replace(study, questions=questions), rows=tuple(rows))


def test_signs_stars_and_numbers(run):
    table = signature_table(run)
    lines = {line.mechanism: line for line in table.lines}
    place = {name: number for number, name in enumerate(SIGNATURES)}
    walls, none = lines["weak_walls"], lines["none"]
    assert walls.cells[place["peaks_on_reversing_branch"]].sign == "1"
    assert walls.cells[place["falls_on_depletion"]].sign == "?"
    assert walls.cells[place["density_window"]].sign == ""
    assert none.cells[place["peaks_on_reversing_branch"]].sign == "0"
    assert none.cells[place["width_grows_with_density"]].planted
    assert not none.cells[place["peaks_on_reversing_branch"]].planted
    numbers = {c.title: text for c, text in zip(table.columns, walls.numbers, strict=True)}
    assert numbers["ΔR at 0.5 K (Ω)"] == "700(20)"
    assert numbers["ΔR at 0.05 K (Ω)"].startswith("<")
    assert "ΔR at 0.02 T/min (Ω)" not in numbers


def test_the_page_shows_them_beside_the_paper(run):
    text = page(run, {}, "papilio run")
    assert "Signatures by mechanism" in text
    assert "<td>weak_walls</td>" in text
    assert "814.9" in text
    assert "so it is" in text


def test_a_study_without_detectors_has_no_table(run):
    without = type(run)(run.study)
    assert signature_table(without) is None
    assert "Signatures by mechanism" not in page(without, {}, "papilio run")
