"""Questions that look at the answers to other questions."""

import dataclasses

import numpy as np
import pytest

import papilio.analysis
from papilio.analysis import scaling
from papilio.analysis.scaling import ScalingOptions
from papilio.dataset import Provenance, record
from papilio.errors import AnalysisError, StudyError
from papilio.result import Quantity, Result
from papilio.study import Store, load, parse, run
from papilio.study.answers import answer_table
from papilio.study.sections import Question

TABLE = """
[samples.S3]
[samples.all]
[measurements.third]
sample = "S3"
simulate = "ramp"
[questions.third]
analysis = "mean"
data = "third"
[questions.line]
analysis = "scaling"
sample = "all"
[questions.line.data]
density = ["made.half", "third.half"]
critical_temperature = ["made.value", "third.value"]
"""


@pytest.fixture
def study(folder):
    analyses = papilio.analysis.ANALYSES
    analyses["scaling"] = papilio.analysis.Analysis(scaling, ScalingOptions, ("data",))
    (folder / "small.toml").write_text((folder / "small.toml").read_text() + TABLE)
    return folder / "small.toml"


def answers(study, folder):
    return run(load(study), Store(folder / "parts"))


def test_values_error_bars_and_planted_values_come_from_the_answers(study, folder):
    done = answers(study, folder)
    assert done.problems == ()
    points = done["line"].curves["critical_temperature"]
    inputs = [done[name]["value"] for name in ("made", "third")]
    assert points["critical_temperature"].values == pytest.approx([q.value for q in inputs])
    assert points["critical_temperature_std"].values == pytest.approx([q.std for q in inputs])
    assert points["density_std"].values == pytest.approx(
        [done[name]["half"].std for name in ("made", "third")]
    )
    assert done["line"].synthetic
    assert list(done.results) == list(load(study).questions)
    # Planted: value 2 slope, half slope, with slopes 3 and 2: the line has slope two through zero.
    truths = {r.quantity.name: r.truth for r in done.rows if r.question == "line"}
    assert truths["scaling.Tc_slope"] == pytest.approx(2.0)
    assert {row.sample for row in done.rows if row.question == "line"} == {"all"}


def test_answers_to_answers_are_kept_until_an_input_changes(study, folder, calls):
    answers(study, folder)
    assert "question line" in answers(study, folder).kept
    study.write_text(study.read_text().replace("1500 mK", "1600 mK"))
    again = answers(study, folder)
    assert "question line" not in again.kept
    assert "question third" in again.kept


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('sample = "all"\n', "", "of samples S2, S3; add sample"),
        ('"made.half", "third.half"', '"mode.half"', "no question 'mode'"),
        ('"made.half", "third.half"', '"made"', "'made' is not QUESTION.QUANTITY"),
        ('"made.half", "third.half"', "3", "a text is wanted"),
        ("density = [", "densety = [", "did you mean 'density'?"),
        ('"made.half", "third.half"', '"line.half"', "no question 'line' that looks at meas"),
        ('sample = "all"\n', 'sample = "al"\n', "did you mean 'all'?"),
    ],
)
def test_mistakes_name_key_and_remedy(study, old, new, said):
    text = study.read_text()
    assert old in text
    with pytest.raises(StudyError, match=r"small\.toml:\d+: questions\.line") as caught:
        parse(text.replace(old, new), study)
    assert said in str(caught.value)


def test_two_answers_for_a_sample_are_refused_and_the_rest_is_done(study, folder):
    study.write_text(study.read_text().replace('"made.half", "third.half"', '"*.half"'))
    done = answers(study, folder)
    (problem,) = done.problems
    assert "density: sample S2 has two answers, of real and of made" in str(problem)
    assert "third" in done.results


def table(*quantities):
    result = Result("mean", quantities, sources=("s",))
    question = Question("q", "mean", {"data": "m"}, None, "A")
    return answer_table({"delta_R": (("q", "value"),)}, {"q": result}, {"q": question})


def test_limits_and_what_is_missing():
    limited = table(Quantity("mean.value", 3.0, "ohm", limit="upper"))
    assert limited["delta_R_limit"].values == [3.0]
    assert np.isnan(limited["delta_R"].values[0])
    unknown = table(Quantity("mean.value", None, "ohm", flags=("no peak",)))
    assert "no peak" in unknown.attrs["notes"]
    with pytest.raises(AnalysisError, match=r"has no 'value'; name one of mean\.other"):
        table(Quantity("mean.other", 1.0, "ohm"))
    cold = Quantity("mean.value", 1.0, "ohm", conditions={"temperature": 1.0})
    with pytest.raises(AnalysisError, match="2 numbers 'value'"):
        table(cold, dataclasses.replace(cold, conditions={"temperature": 2.0}))


def loops(rates, sample="A", **attributes):
    """Answers of loops at several rates of one sample, and the Datasets behind them."""
    results, questions, datasets = {}, {}, {}
    for number, rate in enumerate(rates):
        name = f"loop_{number}"
        conditions = {"temperature": 0.05, "sweep_rate": rate, "mechanism": "tilt"}
        found = Quantity("mean.value", 3.0 + number, "ohm", 0.1, conditions=conditions)
        results[name] = Result("mean", (found,), sources=(name,), synthetic=True)
        questions[name] = Question(name, "mean", {"data": name}, None, sample)
        provenance = Provenance(name, "t", synthetic=True)
        datasets[name] = record({"field": [0.0]}, provenance, attributes=attributes)
    columns = {"delta_R": tuple((name, "value") for name in results)}
    return columns, results, questions, datasets


def test_answers_at_several_rates_have_a_row_each():
    columns, results, questions, datasets = loops([3e-4, 1e-3])
    cold = Result("mean", (Quantity("mean.zero", 0.6, "K", 0.01),), sources=("cold",))
    results["cold"], questions["cold"] = cold, Question("cold", "mean", {}, None, "A")
    columns["critical_temperature"] = (("cold", "zero"),)
    made = answer_table(columns, results, questions, datasets)
    assert made["sweep_rate"].values == pytest.approx([3e-4, 1e-3])
    assert made["temperature"].values == pytest.approx([0.05, 0.05])
    assert made["delta_R"].values == pytest.approx([3.0, 4.0])
    assert made["critical_temperature"].values == pytest.approx([0.6, 0.6])


def test_two_answers_at_the_same_rate_are_refused():
    with pytest.raises(AnalysisError, match="two answers, of loop_0 and of loop_1"):
        answer_table(*loops([3e-4, 3e-4])[:3])


def test_one_answer_a_sample_has_no_circumstances():
    assert "sweep_rate" not in answer_table(*loops([3e-4])[:3])


def test_mechanism_and_what_was_planted_are_handed_on():
    columns, results, questions, datasets = loops([3e-4, 1e-3], mechanism="tilt", planted="a")
    made = answer_table(columns, results, questions, datasets)
    assert (made.attrs["mechanism"], made.attrs["planted"]) == ("tilt", "a")
    assert "with_truth" not in made.attrs
    datasets["loop_1"] = datasets["loop_1"].assign_attrs(mechanism="none", truth="[]")
    made = answer_table(columns, results, questions, datasets)
    assert made.attrs["mechanism"] == "tilt | none"
    assert made.attrs["with_truth"] == "1"


def test_a_gate_voltage_that_the_data_were_held_at_is_a_circumstance():
    columns, results, questions, datasets = loops([3e-4, 3e-4])
    for name, voltage in (("loop_0", -100.0), ("loop_1", 150.0)):
        datasets[name] = datasets[name].assign(
            gate_voltage=("row", [voltage], {"units": "V", "long_name": "voltage on the gate"})
        )
    made = answer_table(columns, results, questions, datasets)
    assert made["gate_voltage"].values.tolist() == [-100.0, 150.0]
