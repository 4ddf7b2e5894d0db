import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from papilio.errors import StudyError
from papilio.study import parse
from papilio.study.schema import study_schema

PLACE = Path("grid.toml")
TEXT = """
[study]
name = "s"
[grids]
slope = [{ name = "low", value = "1 ohm/K", seeds = [1, 2] }, { name = "high", value = 3.0 }]
seed = [1, 2, 3]
shared = [{ name = "shared", rows = 7 }]
[samples."of_{slope}"]
label = "slope {slope.value}"
[measurements."m_{slope}_{seed}"]
sample = "of_{slope}"
simulate = "ramp"
options.rows = "{shared.rows}"
options.slope = "{slope.value}"
options.seed = "{seed}"
[questions."q_{slope}"]
analysis = "mean"
data = "m_{slope}_1"
[[references]]
quantity = "mean.value"
question = "q_{slope}"
value = "4 ohm"
where = "a book, {slope}"
[[references]]
quantity = "mean.half"
value = 2.0
where = "another"
"""


@pytest.fixture(autouse=True)
def _fakes(calls):
    """Small simulations and analyses."""


def test_one_table_stands_for_every_combination():
    study = parse(TEXT, PLACE)
    assert list(study.samples) == ["of_low", "of_high"]
    assert study.samples["of_low"].label == "slope 1 ohm/K"
    assert list(study.measurements) == [f"m_{s}_{n}" for s in ("low", "high") for n in (1, 2, 3)]
    options = study.measurements["m_high_2"].options
    assert (options.slope, options.seed, options.rows) == (3.0, 2, 7)
    assert study.questions["q_low"].roles == {"data": "m_low_1"}
    assert [(r.question, r.where) for r in study.references] == [
        ("q_low", "a book, low"),
        ("q_high", "a book, high"),
        (None, "another"),
    ]


def test_written_out_and_filled_in_are_the_same_study():
    short = (
        '[study]\nname = "s"\n[grids]\nn = [1, 2]\n[samples.A]\n[measurements."m_{n}"]\n'
        'sample = "A"\nsimulate = "ramp"\noptions.seed = "{n}"\n'
    )
    long = '[study]\nname = "s"\n[samples.A]\n' + "".join(
        f'[measurements.m_{n}]\nsample = "A"\nsimulate = "ramp"\noptions.seed = {n}\n'
        for n in (1, 2)
    )
    assert parse(short, PLACE).measurements == parse(long, PLACE).measurements


def test_a_list_takes_one_element_for_each_value():
    text = TEXT + (
        '[questions.all]\nanalysis = "mean"\nsample = "of_low"\n'
        'data = { resistance = ["q_{*slope}.mean.value"] }\n'
    )
    columns = parse(text, PLACE).questions["all"].tables["data"]
    assert columns["resistance"] == (("q_low", "mean.value"), ("q_high", "mean.value"))


def test_several_starred_grids_in_one_element_combine():
    text = (
        '[study]\nname = "s"\n[grids]\na = ["x", "y"]\nb = [1, 2]\nc = [0]\n[samples.A]\n'
        '[measurements."m_{c}"]\nsample = "A"\nsimulate = "ramp"\n'
        '[questions."q_{a}_{b}"]\nanalysis = "mean"\ndata = "m_0"\n'
        '[questions."t_{a}"]\nanalysis = "mean"\n'
        'data = { resistance = ["q_{a}_{*b}.value", "q_{*a}_{*b}.value", "q_x_1.half"] }\n'
        # Two samples' worth of answers is the business of the checker, not of the grids.
    )
    columns = parse(text, PLACE).questions["t_y"].tables["data"]["resistance"]
    assert columns == (
        ("q_y_1", "value"),
        ("q_y_2", "value"),
        ("q_x_1", "value"),
        ("q_x_2", "value"),
        ("q_x_1", "half"),
    )


def test_without_grids_braces_mean_nothing():
    text = (
        '[study]\nname = "s"\n[samples."{a}"]\n[measurements.m]\nsample = "{a}"\nsimulate = "ramp"'
    )
    assert list(parse(text, PLACE).samples) == ["{a}"]


#: What is replaced, by what, line of the mistake, words of the message.
MISTAKES = {
    "unknown grid in a name": ("m_{slope}_{seed}", "m_{slop}", 10, "no grid 'slop'; did you mean"),
    "unknown grid in a value": ('"{seed}"', '"{sed}"', 15, "no grid 'sed'; did you mean 'seed'?"),
    "unknown grid in a list": ('"{seed}"', '["{*sed}"]', 15, "no grid 'sed'"),
    "grid missing in the name": ("m_{slope}_{seed}", "m_{slope}", 15, "add {seed} there"),
    "no such key": ("{slope.value}", "{slope.volume}", 9, "'low' of grid 'slope' has no 'volume'"),
    "plain values": ('"{seed}"', '"{seed.value}"', 15, "are no tables; write {seed}"),
    "same name twice": ("m_{slope}_{seed}", "m_{slope}{seed}", 18, "there is no measurement"),
    "star in a name": ('"q_{slope}"]', '"q_{*slope}"]', 16, "write {slope} in a name"),
    "empty grid": ("[1, 2, 3]", "[]", 6, "grids.seed: a list of values is wanted"),
    "grid of lists": ("[1, 2, 3]", "[[1], [2]]", 6, "grids.seed[1]: a list has no name"),
    "table without name": ('name = "low", ', "", 5, "grids.slope[1]: the table needs a name"),
    "equal values": ("[1, 2, 3]", "[1, 2, 1]", 6, "two values are the same"),
    "bad grid name": ("seed = [1", '"se-ed" = [1', 6, "cannot name a grid"),
    "no file name": ("[1, 2, 3]", '["1 K"]', 10, "'1 K' of grid 'seed' cannot name a file"),
    "wrong type filled in": ('"{seed}"', '"{slope.value}"', 15, "m_low_1.options.seed: a whole"),
    "wrong unit filled in": ("1 ohm/K", "1 T", 14, "measurements.m_low_1.options.slope: "),
    "grids no table": ("[grids]", "[[grids]]", 4, "grids: tables are wanted"),
    "too many": ("[1, 2, 3]", f"{list(range(6000))}", 10, "makes 12000 tables, over 10000"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_mistakes_are_named_with_the_line_of_the_file(what):
    old, new, line, words = MISTAKES[what]
    assert old in TEXT
    with pytest.raises(StudyError) as caught:
        parse(TEXT.replace(old, new), PLACE)
    message = str(caught.value)
    assert words in message
    assert int(re.match(r"grid\.toml:(\d+): ", message)[1]) == line
    assert "\n" not in message


def test_names_that_collide_are_refused():
    text = (
        '[study]\nname = "s"\n[grids]\nn = [1, 2]\n[samples.A]\n'
        '[measurements."m_{n}"]\nsample = "A"\nsimulate = "ramp"\n'
        '[measurements.m_2]\nsample = "A"\nsimulate = "ramp"\n'
    )
    with pytest.raises(StudyError, match=r"toml:9: measurements\.m_2: there is a 'm_2' already"):
        parse(text, PLACE)


def test_many_values_are_refused_before_they_fill_the_memory():
    values = ", ".join(f'"{"x" * n}"' for n in range(1, 100))
    lists = ", ".join('"{*a}{*b}"' for _ in range(200))
    text = (
        f'[study]\nname = "s"\n[grids]\na = [{values}]\nb = [{values}]\n[samples.A]\n'
        f'[measurements."m_{{a}}"]\nsample = "A"\nfiles = [{lists}]\n'
    )
    with pytest.raises(StudyError, match="over 200000 values in all"):
        parse(text, PLACE)


def test_schema_knows_grids():
    schema = study_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(TEXT), schema)
    for old, new in (("[1, 2, 3]", "[]"), ('name = "low", ', ""), ('"{seed}"', '"seven"')):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tomllib.loads(TEXT.replace(old, new)), schema)
