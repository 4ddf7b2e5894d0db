"""Make study.md's and ledger.md's tables and study.schema.json from the code: `make docs`."""

from __future__ import annotations

import collections.abc
import dataclasses
import inspect
import json
import re
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from papilio.analysis import ANALYSES
from papilio.ledger import CHECKS, STUDY_CHECKS, Check, StudyCheck
from papilio.ledger.coherence import two_dimensional
from papilio.readers import READERS
from papilio.simulate import SIMULATIONS
from papilio.study import sections
from papilio.study.layout import Layout
from papilio.study.schema import study_schema

HERE = Path(__file__).parent

Row = tuple[str, str, str, str]


def main() -> None:
    """Write every page that is made from the code."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")


def pages() -> dict[Path, str]:
    """Return each page with the text that it should have."""
    page = HERE / "study.md"
    schema = json.dumps(study_schema(), indent=1, ensure_ascii=False) + "\n"
    ledger = HERE / "ledger.md"
    return {
        page: filled(page, study_blocks()),
        ledger: filled(ledger, ledger_blocks()),
        HERE / "study.schema.json": schema,
    }


def study_blocks() -> dict[str, str]:
    """Return what stands between the markers of study.md."""
    return {
        "table: Heading": table(rows(sections.Heading)),
        "table: Sample": table(rows(sections.Sample)),
        "table: Measurement": table(
            rows(sections.MeasurementKeys) + others(sections.MEASUREMENT_TABLES)
        ),
        "table: Question": table(rows(sections.QuestionKeys) + others(sections.QUESTION_TABLES)),
        "table: Reference": table(rows(sections.ReferenceKeys) + others(sections.REFERENCE_VALUES)),
        "table: Figure": table(rows(Layout)),
        "analyses": "\n\n".join(analysis(name) for name in ANALYSES),
        "readers": "\n\n".join(part(name, reader.options) for name, reader in READERS.items()),
        "simulations": "\n\n".join(part(name, made.options) for name, made in SIMULATIONS.items()),
    }


def ledger_blocks() -> dict[str, str]:
    """Return what stands between the markers of ledger.md."""
    return {
        "checks": checks(CHECKS),
        "study checks": checks(STUDY_CHECKS),
        "example": f"```python\n{inspect.getsource(two_dimensional)}```",
    }


def checks(entries: Mapping[str, Check] | Mapping[str, StudyCheck]) -> str:
    """Return a Markdown table of checks."""
    lines = ["| check | holds if | reference |", "|---|---|---|"]
    for name, check in entries.items():
        lines.append(f"| `ledger.{name}` | {check.help} | {check.reference} |")
    return "\n".join(lines)


def filled(page: Path, blocks: Mapping[str, str]) -> str:
    """Return the text of a page with everything between its markers made anew."""
    text = page.read_text("utf-8")
    for name, content in blocks.items():
        marker = re.escape(f"<!-- {name} -->")
        text, found = re.subn(
            rf"({marker}\n).*?(<!-- end -->)",
            lambda match, content=content: f"{match[1]}{content}\n{match[2]}",
            text,
            flags=re.DOTALL,
        )
        if found != 1:
            raise ValueError(f"{page.name} has {found} places for '{name}'; it needs one")
    return text


def analysis(name: str) -> str:
    """Return the part about one analysis: its roles, then its options."""
    entry = ANALYSES[name]
    roles = [f"`{role}`" for role in entry.roles]
    roles += [f"`{role}` (optional)" for role in entry.optional_roles]
    if not entry.roles:
        roles = [" or ".join(f"`{role}`" for role in entry.optional_roles) + ", or both"]
    return f"### Analysis `{name}`\nRoles: {', '.join(roles)}.\n\n{table(rows(entry.options))}"


def part(name: str, options: type[Any]) -> str:
    """Return the part about the options of one reader or simulation."""
    content = rows(options)
    return f"### `{name}`\n{table(content) if content else 'No options.'}"


def rows(cls: type[Any]) -> list[Row]:
    """Return key, kind, default and meaning of each field of a dataclass of options."""
    hints = typing.get_type_hints(cls)
    found: list[Row] = []
    for field in dataclasses.fields(cls):
        unit = field.metadata.get("unit")
        found.append(
            (field.name, kind(hints[field.name], unit), default(field), field.metadata["help"])
        )
        prefix = f"{field.name}.*" if is_named(hints[field.name]) else field.name
        for inner in inner_options(hints[field.name]):
            found += [(f"{prefix}.{key}", *rest) for key, *rest in rows(inner)]
    return found


def inner_options(hint: Any) -> list[type[Any]]:
    """Return the dataclasses of options that stand inside a type."""
    if dataclasses.is_dataclass(hint):
        return [typing.cast(type[Any], hint)]
    return [found for argument in typing.get_args(hint) for found in inner_options(argument)]


def is_named(hint: Any) -> bool:
    """Return whether a type holds tables under names of the user's choice."""
    inner = typing.get_args(hint)
    return typing.get_origin(hint) is collections.abc.Mapping or any(map(is_named, inner))


def others(keys: Mapping[str, tuple[str, str]]) -> list[Row]:
    """Return the rows of keys that hold tables or values of several types."""
    return [(name, what, "", meaning) for name, (what, meaning) in keys.items()]


def kind(hint: Any, unit: str | None) -> str:
    """Return what kind of value a type means to whoever writes a study."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(kind(a, unit) for a in arguments if a is not type(None))
    if origin is typing.Literal:
        return " or ".join(f"`{json.dumps(argument)}`" for argument in arguments)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return f"list of {kind(arguments[0], unit)}"
        return f"list of {len(arguments)}: {kind(arguments[0], unit)}"
    if dataclasses.is_dataclass(hint) or origin is not None:
        return "table"
    if hint is float:
        return f"quantity, {unit}" if unit else "number"
    return {int: "whole number", bool: "true or false", str: "text"}[hint]


def default(field: dataclasses.Field[Any]) -> str:
    """Return the default as a study would write it."""
    if field.default is dataclasses.MISSING:
        return "required" if field.default_factory is dataclasses.MISSING else ""
    if field.default is None or field.default == "":
        return ""
    if isinstance(field.default, float):
        return f"{field.default:.6g}"
    return json.dumps(field.default)


def table(content: list[Row]) -> str:
    """Return a Markdown table."""
    lines = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for name, what, standard, meaning in content:
        told = meaning[0].upper() + meaning[1:].rstrip(".") + "."
        cells = [cell.replace("|", "\\|") for cell in (f"`{name}`", what, standard, told)]
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
