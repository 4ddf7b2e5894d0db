import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papilio.errors import StudyError
from papilio.study import load, parse

HEAD = '[study]\nname = "s"\n[samples.A]\n[measurements.m]\nsample = "A"\nsimulate = "ramp"\n'
QUESTION = '[questions.q]\nanalysis = "mean"\ndata = "m"\n'


def test_everything_is_resolved(folder):
    (folder / "full.toml").write_text(
        """
[study]
name = "full"
[samples."S 2"]
length = "1.022 mm"
width = 1e-3
density = "3.8e17 1/m^2"
orientation = "[11-2]"
[measurements.m]
sample = "S 2"
files = ["cooldown.txt", "cooldown.txt"]
format = "delimited"
[measurements.m.reader]
skip_lines = 0
[measurements.m.rename]
hall_resistance = "resistance"
[measurements.m.constants]
field = "10 kOe"
[measurements.m.keep]
temperature = ["1900 mK", 2.5]
line = [2, 10]
helium = [0.1, 0.2]
[questions.q]
analysis = "mean"
data = "m"
background = "m"
[questions.q.options]
window = ["1 K", "2000 mK"]
[[references]]
quantity = "mean.value"
sample = "S 2"
conditions = { temperature = 2.0, side = "up" }
value = "3.27 K"
std = 0.05
where = "here"
"""
    )
    study = load(folder / "full.toml")
    sample, measurement = study.samples["S 2"], study.measurements["m"]
    assert (sample.length, sample.width) == pytest.approx((1.022e-3, 1e-3))
    assert sample.density == pytest.approx(3.8e17)
    assert [file.name for file in measurement.files] == ["cooldown.txt"] * 2
    assert measurement.reader_options.skip_lines == 0
    assert measurement.rename == {"hall_resistance": "resistance"}
    assert measurement.constants == {"field": pytest.approx(1.0)}
    assert measurement.keep["temperature"] == pytest.approx((1.9, 2.5))
    assert measurement.keep["line"] == (2, 10)
    question = study.questions["q"]
    assert question.roles == {"data": "m", "background": "m"}
    assert question.options.window == pytest.approx((1.0, 2.0))
    assert question.sample == "S 2"
    reference = study.references[0]
    assert (reference.value, reference.std, reference.line) == ("3.27 K", 0.05, 29)
    assert reference.conditions == {"temperature": 2.0, "side": "up"}


#: Text, line of the mistake, words that the message must hold.
MISTAKES = {
    "no study table": ("[samples.A]\n", 1, "[study] is missing"),
    "study without name": ('[study]\ntitle = "x"\n', 1, "study.name: missing"),
    "name with a blank": ('[study]\nname = "a b"\n', 2, "study.name: 'a b' cannot name a file"),
    "name of a device": ('[study]\nname = "NUL"\n', 2, "letters, digits"),
    "unknown top key": ('[study]\nname = "s"\n[sample.A]\n', 3, "did you mean 'samples'?"),
    "unknown key": (HEAD + 'fils = ["a"]\n', 7, "measurements.m.fils: unknown key; did you mean"),
    "wrong type": ("[study]\nname = 3\n", 2, "study.name: a text is wanted"),
    "table wanted": ('study = "s"\n', 1, "study: a table is wanted"),
    "wrong unit": (
        HEAD + '[samples.B]\nlength = "3 K"\nwidth = 1\n',
        8,
        "samples.B.length: unit 'K'",
    ),
    "no unit": (HEAD + '[samples.B]\nlength = "3"\n', 8, "samples.B.length: '3' has no unit"),
    "length alone": (HEAD + '[samples.B]\nlength = "3 mm"\n', 8, "without 'width'"),
    "negative length": (
        HEAD + "[samples.B]\nlength = -1\nwidth = 1\n",
        8,
        "-1 is not a number above zero",
    ),
    "infinite length": (
        HEAD + '[samples.B]\nlength = "inf m"\nwidth = 1\n',
        8,
        "inf is not a number above zero",
    ),
    "not finite": (HEAD + "[samples.B]\nlength = nan\n", 8, "samples.B.length: nan is not finite"),
    "unknown sample": (
        HEAD.replace('"A"', '"C"'),
        5,
        "measurements.m.sample: there is no sample 'C'",
    ),
    "files and simulate": (HEAD + 'files = ["x"]\n', 4, "either 'files' or 'simulate'"),
    "no files": (
        HEAD.replace('simulate = "ramp"', "files = []"),
        6,
        "measurements.m.files: the list is empty",
    ),
    "missing file": (
        HEAD.replace('simulate = "ramp"', 'files = [\n"absent.dat"]'),
        7,
        "measurements.m.files[1]: there is no file 'absent.dat'",
    ),
    "unknown simulation": (HEAD.replace("ramp", "romp"), 6, "did you mean 'ramp'?"),
    "unknown option": (
        HEAD + "[measurements.m.options]\nrow = 3\n",
        8,
        "measurements.m.options.row: unknown key; did you mean 'rows'?",
    ),
    "option of wrong type": (
        HEAD + "[measurements.m.options]\nrows = 3.5\n",
        8,
        "measurements.m.options.rows: a whole number is wanted",
    ),
    "reader of a simulation": (HEAD + "[measurements.m.reader]\n", 7, "has no reader"),
    "unknown reader": (
        HEAD.replace('simulate = "ramp"', 'format = "xls"\nfiles = ["a"]'),
        6,
        "measurements.m.format: there is no reader 'xls'",
    ),
    "unknown new name": (
        HEAD + '[measurements.m.rename]\nresistence = "a"\n',
        8,
        "did you mean 'resistance'?",
    ),
    "unknown constant": (HEAD + "[measurements.m.constants]\nfrog = 1\n", 8, "vocabulary has no"),
    "constant in wrong unit": (
        HEAD + '[measurements.m.constants]\nfield = "1 K"\n',
        8,
        "measurements.m.constants.field: unit 'K'",
    ),
    "range upside down": (
        HEAD + "[measurements.m.keep]\ntemperature = [2, 1]\n",
        8,
        "the first value is not below the second",
    ),
    "range of one": (HEAD + "[measurements.m.keep]\ntemperature = [2]\n", 8, "a list of two"),
    "unknown analysis": (HEAD + QUESTION.replace("mean", "maen"), 8, "did you mean 'mean'?"),
    "missing role": (
        HEAD + '[questions.q]\nanalysis = "mean"\n',
        7,
        "questions.q: 'data' is missing",
    ),
    "wrong role": (HEAD + QUESTION + 'date = "m"\n', 10, "questions.q.date: unknown key"),
    "unknown measurement": (HEAD + QUESTION.replace('"m"', '"n"'), 9, "no measurement 'n'"),
    "two samples": (
        HEAD
        + '[samples.B]\n[measurements.n]\nsample = "B"\nsimulate = "ramp"\n'
        + QUESTION
        + 'background = "n"\n',
        14,
        "of samples A and B; ask about one sample",
    ),
    "reference without where": (
        HEAD + '[[references]]\nquantity = "a.b"\nvalue = 1\n',
        7,
        "references[1].where: missing",
    ),
    "reference without value": (
        HEAD + '[[references]]\nquantity = "a.b"\nwhere = "x"\n',
        7,
        "'value' is missing",
    ),
    "reference with bad unit": (
        HEAD + '[[references]]\nquantity = "a.b"\nwhere = "x"\nvalue = "3 frogs"\n',
        10,
        "references[1].value: unit 'frogs' is not known",
    ),
    "reference to no question": (
        HEAD + '[[references]]\nquantity = "a.b"\nwhere = "x"\nvalue = 1\nquestion = "z"\n',
        11,
        "there is no question 'z'",
    ),
    "only case differs": (
        HEAD + '[measurements.M]\nsample = "A"\nsimulate = "ramp"\n',
        7,
        "only in case",
    ),
    "not TOML": ("[study]\nname = \n", 2, "this is not TOML"),
    "not closed": ('[study]\nname = """\n', 3, "this is not TOML"),
    "twice": ('[study]\nname = "a"\nname = "b"\n', 3, "this is not TOML"),
    "nothing to do": ('[study]\nname = "s"\n', 1, "there is no measurement"),
}


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_named_with_line_and_remedy(name, tmp_path):
    text, line, words = MISTAKES[name]
    with pytest.raises(StudyError) as caught:
        parse(text, tmp_path / "bad.toml")
    message = str(caught.value)
    assert message.startswith(f"bad.toml:{line}: "), message
    assert words in message
    assert "\n" not in message


def test_file_that_is_absent_is_named(tmp_path):
    with pytest.raises(StudyError, match=r"none\.toml: the study file cannot be read"):
        load(tmp_path / "none.toml")


def test_foreign_encoding_is_told_with_line(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b'[study]\nname = "s"\ntitle = "\xb5"\n')
    with pytest.raises(StudyError, match=r"latin\.toml:3: a character is not UTF-8"):
        load(tmp_path / "latin.toml")


def test_byte_order_mark_of_windows_editors_is_no_mistake(folder):
    text = (folder / "small.toml").read_text()
    (folder / "marked.toml").write_text(text.replace("\n", "\r\n"), encoding="utf-8-sig")
    assert load(folder / "marked.toml").name == "small"


@pytest.mark.usefixtures("calls")
def test_no_damage_to_a_study_makes_anything_but_a_study_error():
    text = HEAD + QUESTION + '[[references]]\nquantity = "a.b"\nwhere = "x"\nvalue = "3 K"\n'
    values = ["1", "-1", "true", "'x'", "[]", "[1]", "{}", "{a=1}", "nan", "1979-05-27", "[[]]"]

    @settings(max_examples=300, deadline=None)
    @given(st.integers(0, 20), st.sampled_from(values))
    def damage(which, value):
        lines = text.splitlines()
        which %= len(lines)
        lines[which] = re.sub("=.*", f"= {value}", lines[which])
        message = "damaged.toml:1: "
        try:
            parse("\n".join(lines), Path("damaged.toml"))
        except StudyError as error:
            message = str(error)
        assert re.match(r"damaged\.toml:\d+: ", message)

    damage()
