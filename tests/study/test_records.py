import json

import jsonschema
import pytest

from papilio.study import document, load, results_schema, run, to_text


def finished(folder, *changes):
    text = (folder / "small.toml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "small.toml").write_text(text)
    return run(load(folder / "small.toml"))


def content(done):
    return json.loads(to_text(document(done.study, done.rows)))


def strictly(text):
    def refuse(name):
        raise AssertionError(name)

    return json.loads(text, parse_constant=refuse)


def test_document_obeys_the_schema(folder):
    schema = results_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(content(finished(folder)), schema)


def test_keys_are_those_of_the_public_interface(folder):
    document = content(finished(folder))
    assert list(document) == ["papilio", "study", "results"]
    assert list(document["results"][0]) == [
        "sample",
        "quantity",
        "value",
        "std",
        "interval68",
        "limit",
        "unit",
        "conditions",
        "method",
        "sources",
        "synthetic",
        "flags",
        "truth",
        "reference",
    ]


@pytest.mark.parametrize(
    "damage",
    [
        lambda row: row.pop("truth"),
        lambda row: row.update(extra=1),
        lambda row: row.update(value="3"),
        lambda row: row.update(limit="both"),
        lambda row: row.update(interval68=[1]),
        lambda row: row.update(quantity="Tc"),
        lambda row: row.update(reference={"value": 1, "std": None}),
    ],
)
def test_schema_refuses_other_things(folder, damage):
    document = content(finished(folder))
    damage(document["results"][0])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, results_schema())


def test_numbers_that_are_none_are_null(folder):
    done = finished(folder)
    lost = strictly(to_text(document(done.study, done.rows)))["results"][2]
    assert lost["quantity"] == "mean.lost"
    assert (lost["value"], lost["std"], lost["interval68"]) == (None, None, None)
    assert lost["flags"] == ["not reached", "a flag of the whole"]


def test_reference_stands_beside_its_question_only(folder):
    rows = content(finished(folder))["results"]
    assert rows[0]["reference"] == {"value": 4.0, "std": 0.5, "where": "a book"}
    assert [row["reference"] for row in rows[1:]] == [None] * (len(rows) - 1)


def test_truth_is_attached_by_its_conditions(folder):
    rows = content(finished(folder))["results"]
    assert [row["truth"] for row in rows] == [None, None, None, None, 6.0, 3.0, None, None]
    assert [row["synthetic"] for row in rows] == [False] * 4 + [True] * 4


def test_rows_of_two_questions_are_told_apart(folder):
    rows = content(finished(folder))["results"]
    assert rows[0]["conditions"] == {"question": "real"}
    assert rows[4]["conditions"] == {"question": "made"}
    identities = {json.dumps([r["sample"], r["quantity"], r["conditions"]]) for r in rows}
    assert len(identities) == len(rows)


def test_rows_of_different_samples_need_no_question(folder):
    done = finished(
        folder,
        ('[measurements.twin]\nsample = "S2"', '[samples.B]\n[measurements.twin]\nsample = "B"'),
    )
    assert content(done)["results"][0]["conditions"] == {}


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ("{ temperature = 2.0 }", True),
        ("{ temperature = 2.01 }", True),
        ("{ temperature = 2.1 }", False),
        ('{ temperature = 2.0, side = "up" }', True),
        ('{ side = "down" }', False),
        ("{ field = 1 }", False),
        ("{}", True),
    ],
)
def test_conditions_of_a_reference(folder, conditions, fits):
    done = finished(
        folder,
        ('quantity = "mean.value"', f'quantity = "mean.half"\nconditions = {conditions}'),
    )
    assert (content(done)["results"][1]["reference"] is not None) is fits
    assert bool(done.warnings) is not fits


def test_reference_that_fits_nothing_is_told_with_its_line(folder):
    done = finished(folder, ('"mean.value"', '"mean.vlaue"'))
    assert done.warnings == (
        "small.toml:28: references[1]: no quantity 'mean.vlaue' was found to compare with; "
        "check its name, sample, question and conditions",
    )


def test_reference_in_a_wrong_unit_is_told(folder):
    done = finished(folder, ('"4 ohm"', '"4 K"'))
    assert done.warnings[0].startswith("small.toml:28: references[1]: unit 'K' is not a unit of")
    assert content(done)["results"][0]["reference"] is None


def test_reference_without_conditions_means_the_quantity_without_conditions(folder, monkeypatch):
    from dataclasses import replace

    import papilio.analysis

    function = papilio.analysis.ANALYSES["mean"].function

    def twice(**arguments):
        result = function(**arguments)
        first = result.quantities[0]
        sided = replace(first, conditions={"direction": "up"})
        return replace(result, quantities=(sided, first))

    monkeypatch.setattr(papilio.analysis.ANALYSES["mean"], "function", twice)
    rows = content(finished(folder))["results"]
    assert [row["reference"] is not None for row in rows] == [False, True, False, False]
    assert [row["truth"] for row in rows] == [None, None, None, 6.0]


def test_of_near_temperatures_a_reference_means_the_nearest(folder, monkeypatch):
    from dataclasses import replace

    import papilio.analysis

    function = papilio.analysis.ANALYSES["mean"].function

    def thrice(**arguments):
        result = function(**arguments)
        first = result.quantities[0]
        # Within one per cent of 2 K; the middle two are one temperature, read twice.
        at = [replace(first, conditions={"temperature": T}) for T in (1.985, 2.0, 2.001, 2.019)]
        return replace(result, quantities=tuple(at))

    monkeypatch.setattr(papilio.analysis.ANALYSES["mean"], "function", thrice)
    done = finished(
        folder,
        ('quantity = "mean.value"', 'quantity = "mean.value"\nconditions = { temperature = 2.0 }'),
    )
    rows = [row for row in content(done)["results"] if not row["synthetic"]]
    assert [row["reference"] is not None for row in rows] == [False, True, True, False]
