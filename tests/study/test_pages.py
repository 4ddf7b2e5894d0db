import importlib.util
import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from papilio.study.schema import study_schema

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def update():
    spec = importlib.util.spec_from_file_location("docs_update", DOCS / "update.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["study.md", "study.schema.json"])
def test_page_is_current(update, name):
    path = DOCS / name
    assert path.read_text("utf-8") == update.pages()[path], f"docs/{name} is stale; run `make docs`"


def test_example_of_the_page_obeys_the_schema():
    example = re.search(r"```toml\n(.*?)```", (DOCS / "study.md").read_text("utf-8"), re.DOTALL)
    jsonschema.validate(tomllib.loads(example[1]), study_schema())


def test_every_key_of_the_schema_is_on_the_page():
    page = (DOCS / "study.md").read_text("utf-8")
    schema = json.loads((DOCS / "study.schema.json").read_text("utf-8"))

    def keys(part):
        for name, entry in part.get("properties", {}).items():
            yield name
            yield from keys(entry)
        for name in ("items", "additionalProperties", "then"):
            if isinstance(part.get(name), dict):
                yield from keys(part[name])
        for entry in part.get("allOf", []):
            yield from keys(entry)

    missing = [key for table in schema["properties"].values() for key in keys(table)]
    assert len(missing) > 100
    assert [key for key in missing if not re.search(rf"`(\S+\.)?{key}`", page)] == []


def test_shipped_studies_obey_the_schema():
    root = DOCS.parent
    studies = [*(root / "examples").glob("*.toml"), *(root / "src/papilio/studies").glob("*.toml")]
    assert studies
    for study in studies:
        jsonschema.validate(tomllib.loads(study.read_text("utf-8")), study_schema())
