"""JSON schema of study files, made from the dataclasses that they fill."""

from __future__ import annotations

import collections.abc
import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any

import papilio.analysis
import papilio.readers
import papilio.simulate
from papilio.study.layout import Layout
from papilio.study.sections import (
    MEASUREMENT_TABLES,
    QUESTION_TABLES,
    REFERENCE_VALUES,
    Heading,
    MeasurementKeys,
    QuestionKeys,
    ReferenceKeys,
    Sample,
)
from papilio.vocabulary import VOCABULARY

_TYPES: dict[Any, str] = {float: "number", int: "integer", bool: "boolean", str: "string"}
_QUANTITY = {"type": ["number", "string"]}
#: What stands for a value of any type, and for a name out of a list, in a study with grids.
_PLACEHOLDER = r"^\{\*?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?\}$"
_RANGE = {"type": "array", "items": _QUANTITY, "minItems": 2, "maxItems": 2}


def study_schema() -> dict[str, Any]:
    """
    JSON schema of study files, for editors to complete and check keys.

    Returns
    -------
    dict
        Draft 2020-12.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A study of papilio",
        "type": "object",
        "required": ["study", "measurements"],
        "additionalProperties": False,
        "properties": {
            "study": _table(Heading, {}),
            "grids": _grids(),
            "samples": _named(_table(Sample, {})),
            "measurements": _named(_measurement()),
            "questions": _named(_question()),
            "references": {"type": "array", "items": _reference()},
            "figures": _named(_table(Layout, {})),
        },
    }


def _grids() -> dict[str, Any]:
    named = {
        "type": "object",
        "properties": {"name": {"type": "string", "description": "What {GRID} stands for."}},
        "required": ["name"],
    }
    return {
        "type": "object",
        "description": "Values that {GRID} and {GRID.KEY} stand for, one table for each value.",
        "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
        "additionalProperties": {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [{"type": ["string", "number", "boolean"]}, named]},
        },
    }


def _measurement() -> dict[str, Any]:
    quantities = {"type": "object", "additionalProperties": _QUANTITY}
    tables: dict[str, dict[str, Any]] = {
        "reader": {"type": "object"},
        "options": {"type": "object"},
        "rename": {"type": "object", "additionalProperties": {"type": "string"}},
        "constants": quantities,
        "keep": {"type": "object", "additionalProperties": _RANGE},
    }
    schema = _table(MeasurementKeys, _described(tables, MEASUREMENT_TABLES))
    readers, simulations = papilio.readers.READERS, papilio.simulate.SIMULATIONS
    schema["properties"]["format"] |= _one_of(readers)
    schema["properties"]["simulate"] |= _one_of(simulations)
    schema["oneOf"] = [{"required": ["files"]}, {"required": ["simulate"]}]
    schema["allOf"] = [
        _when("format", name, {"reader": _table(reader.options, {})})
        for name, reader in readers.items()
    ] + [
        _when("simulate", name, {"options": _table(simulation.options, {})})
        for name, simulation in simulations.items()
    ]
    return schema


def _question() -> dict[str, Any]:
    analyses = papilio.analysis.ANALYSES
    roles = {
        role: {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "propertyNames": {"enum": list(VOCABULARY)},
                    "additionalProperties": {
                        "anyOf": [
                            {"type": "string"},
                            {"type": "array", "items": {"type": "string"}},
                        ]
                    },
                },
            ],
            "description": "Name of a measurement, or a table of answers: variable = "
            "'QUESTION.QUANTITY'.",
        }
        for analysis in analyses.values()
        for role in (*analysis.roles, *analysis.optional_roles)
    }
    tables: dict[str, dict[str, Any]] = {"options": {"type": "object"}}
    schema = _table(QuestionKeys, {**_described(tables, QUESTION_TABLES), **roles})
    schema["properties"]["analysis"] |= _one_of(analyses)
    schema["allOf"] = []
    for name, analysis in analyses.items():
        own = {"analysis", "sample", "options", *analysis.roles, *analysis.optional_roles}
        rule = _when("analysis", name, {"options": _table(analysis.options, {})})
        if analysis.roles:
            rule["then"]["required"] = list(analysis.roles)
        else:
            rule["then"]["anyOf"] = [{"required": [role]} for role in analysis.optional_roles]
        rule["then"]["propertyNames"] = {"enum": sorted(own)}
        schema["allOf"].append(rule)
    return schema


def _reference() -> dict[str, Any]:
    values: dict[str, dict[str, Any]] = {
        "value": dict(_QUANTITY),
        "std": dict(_QUANTITY),
        "conditions": {"type": "object", "additionalProperties": _QUANTITY},
    }
    schema = _table(ReferenceKeys, _described(values, REFERENCE_VALUES))
    schema["required"].append("value")
    return schema


def _named(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": schema}


def _when(key: str, value: str, then: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "if": {"properties": {key: {"const": value}}, "required": [key]},
        "then": {"properties": dict(then)},
    }


def _described(
    schemas: dict[str, dict[str, Any]], meanings: Mapping[str, tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    return {name: {**schema, "description": meanings[name][1]} for name, schema in schemas.items()}


def _table(cls: type[Any], others: Mapping[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    properties: dict[str, Any] = {}
    required = []
    for field in dataclasses.fields(cls):
        unit = field.metadata.get("unit")
        schema = _or_placeholder(_type(hints[field.name], unit))
        text = str(field.metadata.get("help", ""))
        schema["description"] = f"{text} SI unit: {unit}." if unit else text
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            required.append(field.name)
        elif field.default not in (None, dataclasses.MISSING):
            schema["default"] = field.default
        properties[field.name] = schema
    return {
        "type": "object",
        "properties": {**properties, **others},
        "required": required,
        "additionalProperties": False,
    }


def _one_of(names: Iterable[str]) -> dict[str, Any]:
    return {"anyOf": [{"enum": list(names)}, {"pattern": _PLACEHOLDER}]}


def _or_placeholder(schema: dict[str, Any]) -> dict[str, Any]:
    """Let a text that is one placeholder stand where a text is not wanted."""
    if "enum" in schema:
        return _one_of(schema["enum"])
    kinds = schema.get("type", "string")
    if "string" in kinds:
        return schema
    # The pattern binds texts only, as the other keywords bind only what they are about.
    together = [*kinds, "string"] if isinstance(kinds, list) else [kinds, "string"]
    return {**schema, "type": together, "pattern": _PLACEHOLDER}


def _type(hint: Any, unit: str | None) -> dict[str, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        kinds = [_type(argument, unit) for argument in arguments if argument is not type(None)]
        return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": _or_placeholder(_type(arguments[0], unit))}
        return {
            "type": "array",
            "prefixItems": [_type(argument, unit) for argument in arguments],
            "minItems": len(arguments),
            "maxItems": len(arguments),
        }
    if origin is collections.abc.Mapping:
        return {"type": "object", "additionalProperties": _type(arguments[1], unit)}
    if dataclasses.is_dataclass(hint):
        return _table(typing.cast(type[Any], hint), {})
    if hint is float and unit is not None:
        return {"type": ["number", "string"]}
    return {"type": _TYPES[hint]}
