"""Figures that a study arranges itself."""

import numpy as np
import pytest

from papilio.errors import StudyError
from papilio.plot import arrange
from papilio.report import run_study
from papilio.study import load, parse, run

FIGURE = """
[figures.both]
title = "Both measurements"
columns = 2
[[figures.both.panels]]
name = "a"
title = "answers"
lift = 1.0
y_marks = ["real.value"]
layers = [
  { curves = ["*.all"], only = { question = "real" }, x = "temperature", y = "resistance", label = "file" },
  { curves = ["made.all"], x = "temperature", y = "resistance", divide_y = "mean.value", subtract_x = "mean.half", style = "line" },
]
[[figures.both.panels]]
name = "b"
y_scale = "logarithmic"
x_range = [1.0, 2.0]
layers = [{ measurements = ["cooldown", "twin"], x = "temperature", y = "resistance", colour = "resistance" }]
"""  # noqa: E501 - inline tables of TOML stand on one line


@pytest.fixture
def study(folder):
    (folder / "small.toml").write_text((folder / "small.toml").read_text() + FIGURE)
    return folder / "small.toml"


def test_curves_come_from_answers_and_measurements(study):
    done = run(load(study))
    first, second, bar = arrange(done, "both").axes
    file, made, mark = first.get_lines()
    curve = done["real"].curves["all"]
    np.testing.assert_allclose(file.get_xdata(), curve["temperature"])
    np.testing.assert_allclose(file.get_ydata(), curve["resistance"])
    twin, mean = done["made"].curves["all"], done["made"]["value"].value
    np.testing.assert_allclose(made.get_ydata(), twin["resistance"] / mean + 1.0)
    np.testing.assert_allclose(made.get_xdata(), twin["temperature"] - done["made"]["half"].value)
    assert mark.get_ydata()[0] == pytest.approx(done["real"]["value"].value)
    assert second.get_yscale() == "log"
    assert second.get_xlim() == pytest.approx((1.0, 2.0))
    assert second.get_xlabel() == "temperature (K)"
    colours = [line.get_color() for line in second.get_lines()]
    assert len(set(map(str, colours))) == len(colours) == 2
    assert "resistance" in bar.get_ylabel()


def test_figure_stands_in_the_report_labelled_synthetic(study, tmp_path):
    done = run_study(study, tmp_path / "out")
    assert done.problems == ()
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert page.index('id="both-figure"') < page.index('id="real-figure"')
    assert "Both measurements" in page
    assert "SYNTHETIC DATA" in [text.get_text() for text in arrange(done, "both").texts]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["*.all"]', '["rael.all"]', "layers[1].curves: there is no question 'rael'"),
        ('["*.all"]', '["real"]', "'real' is not QUESTION.CURVE"),
        ('["cooldown", "twin"]', '["coldown"]', "there is no measurement 'coldown'"),
        ('curves = ["made.all"], ', "", "either 'curves' or 'measurements'"),
        ('style = "line"', 'style = "wavy"', "panels[1].layers[2].style"),
        ("lift = 1.0", 'lift = "1 kg"', "panels[1].lift"),
        ('"real.value"]', '"rael.value"]', "y_marks: there is no question 'rael'"),
        ("[figures.both]", "[figures.real]", "a question is called 'real' too"),
    ],
)
def test_mistakes_name_key_and_remedy(study, old, new, said):
    text = study.read_text()
    assert old in text
    if "figures" in old:
        text = text.replace("figures.both", "figures.real")
    with pytest.raises(StudyError, match=r"small\.toml:\d+: figures\.") as caught:
        parse(text.replace(old, new), study)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["made.all"]', '["made.fit"]', "no curve 'made.fit'; there are made.all"),
        ('y = "resistance", label', 'y = "voltage", label', "'real' has no 'voltage'"),
        ('colour = "resistance"', 'colour = "angle"', "no number 'angle'"),
        ('"mean.half"', '"mean.none"', "no quantity 'mean.none' of sample 'S2'"),
    ],
)
def test_what_the_data_do_not_hold_is_told_and_the_rest_is_drawn(study, tmp_path, old, new, said):
    text = study.read_text()
    assert old in text
    study.write_text(text.replace(old, new))
    done = run_study(study, tmp_path / "out")
    (problem,) = done.problems
    assert str(problem).startswith("figure both: small.toml:")
    assert said in str(problem)
    assert problem.defect == ""
    assert (tmp_path / "out" / "figures" / "real.svg").exists()
