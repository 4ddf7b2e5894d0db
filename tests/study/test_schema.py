import tomllib

import jsonschema
import pytest

from papilio.errors import StudyError
from papilio.study import parse
from papilio.study.schema import study_schema


def test_the_small_study_obeys(folder):
    schema = study_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads((folder / "small.toml").read_text()), schema)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "small"', "name = 3"),
        ('label = "sample two"', 'lable = "sample two"'),
        ('analysis = "mean"', 'analysis = "meen"'),
        ('above = "1500 mK"', "above = true"),
        ('above = "1500 mK"', 'below = "1500 mK"'),
        ('slope = "3 ohm/K"', "rows = 2.5"),
        ('data = "cooldown"', 'date = "cooldown"'),
        ('where = "a book"', ""),
        ('simulate = "ramp"', 'simulate = "ramp"\nfiles = ["a"]'),
    ],
)
def test_schema_and_parser_refuse_the_same(folder, old, new):
    text = (folder / "small.toml").read_text()
    assert old in text
    text = text.replace(old, new)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), study_schema())
    with pytest.raises(StudyError):
        parse(text, folder / "small.toml")


def test_every_key_has_a_meaning(calls):
    def walk(schema, where):
        for name, entry in schema.get("properties", {}).items():
            yield f"{where}.{name}", entry
            yield from walk(entry, f"{where}.{name}")
            yield from walk(entry.get("additionalProperties") or {}, f"{where}.{name}.*")
            yield from walk(entry.get("items") or {}, f"{where}.{name}[]")

    schema = study_schema()
    inner = [entry for entry in walk(schema, "") if entry[0].count(".") > 1]
    assert len(inner) > 20
    assert [name for name, entry in inner if not entry.get("description")] == []
