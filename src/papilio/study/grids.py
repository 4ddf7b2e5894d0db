"""Grids of a study file: one table that stands for many, filled in before anything is checked."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from papilio.study.keys import Keys, nearest
from papilio.study.lines import Path as KeyPath

#: Tables under names of the user's choice that a grid may multiply.
_NAMED = ("samples", "measurements", "questions")
#: Most tables, and most values in all of them, that grids may make: a slip of the pen makes more.
MOST_TABLES, MOST_VALUES = 10_000, 200_000
_GRID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HOLE = re.compile(r"\{(\*?)([A-Za-z_][A-Za-z0-9_]*)(?:\.([A-Za-z_][A-Za-z0-9_]*))?\}")
_NAME = re.compile(r"[A-Za-z0-9_-]+")

#: Grid -> the value of it that is filled in.
Choice = Mapping[str, Any]


def expanded(
    table: Mapping[str, Any], path: Path, lines: Mapping[KeyPath, int]
) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    """
    A study without grids, from one with them.

    Parameters
    ----------
    table : mapping
        As `tomllib` gives it.
    path : Path
        The study file, for messages.
    lines : mapping of tuple to int
        Line of each key.

    Returns
    -------
    table : dict
        With every ``{grid}`` filled in and without the table ``[grids]``.
    lines : dict of tuple to int
        Line of each of its keys: that of the key in the file that it was made from.

    Raises
    ------
    StudyError
        Naming file, line, key and remedy.
    """
    if "grids" not in table:
        return dict(table), dict(lines)
    filling = _Filling(path, lines)
    filling.take(table["grids"])
    filled = {
        name: filling.named(name, content) if name in _NAMED else content
        for name, content in table.items()
        if name != "grids"
    }
    if isinstance(table.get("references"), list):
        filled["references"] = filling.listed("references", table["references"])
    return filled, filling.placed


@dataclass(frozen=True)
class _Filling(Keys):
    grids: dict[str, list[Any]] = field(default_factory=dict)
    #: Line of each key that was made, beside those of the keys that stay as they are.
    placed: dict[KeyPath, int] = field(default_factory=dict)
    #: Values made so far, in a list so that it can grow.
    made: list[int] = field(default_factory=lambda: [0])

    def __post_init__(self) -> None:
        self.placed.update(self.lines)

    def take(self, grids: Any) -> None:
        """Check the table ``[grids]``."""
        if not isinstance(grids, dict):
            self.fail(("grids",), "tables are wanted; write [grids] and NAME = [value, ...]")
        for name, values in grids.items():
            key = ("grids", name)
            if not _GRID.fullmatch(name):
                self.fail(key, f"'{name}' cannot name a grid; use letters, digits and _")
            if not isinstance(values, list) or not values:
                self.fail(key, "a list of values is wanted, with one at least")
            for number, value in enumerate(values):
                if isinstance(value, list):
                    self.fail((*key, number), "a list has no name; write { name = ..., ... }")
                if isinstance(value, dict) and not isinstance(value.get("name"), str):
                    self.fail((*key, number), 'the table needs a name; add name = "..."')
            names = [_text(value) for value in values]
            if len(set(names)) < len(names):
                self.fail(key, "two values are the same, or have the same name; delete one")
            self.grids[name] = values

    def named(self, section: str, content: Any) -> Any:
        """Tables under names in which grids may stand."""
        if not isinstance(content, dict):
            return content
        filled: dict[str, Any] = {}
        for template, entry in content.items():
            key = (section, template)
            used = self.used_in(template, key)
            for choice in self.choices(used, key):
                name = self.name(template, choice, key)
                if name in filled:
                    self.fail(key, f"there is a '{name}' already; put every grid into the name")
                filled[name] = self.copy(entry, key, (section, name), choice)
        return filled

    def listed(self, section: str, content: list[Any]) -> list[Any]:
        """Tables without a name: one for each value of the grids in their texts."""
        filled: list[Any] = []
        for key in [key for key in self.placed if key[0] == section and len(key) > 1]:
            del self.placed[key]  # positions in the list are others now
        for number, entry in enumerate(content):
            key = (section, number)
            used = dict.fromkeys(
                grid for text in _texts(entry) for grid in self.used_in(text, key, spread=True)
            )
            for choice in self.choices(list(used), key):
                filled.append(self.copy(entry, key, (section, len(filled)), choice))
        return filled

    def used_in(self, text: str, key: KeyPath, *, spread: bool = False) -> list[str]:
        """Grids that a text is to be filled from, each once."""
        used: dict[str, None] = {}
        for star, grid, _ in _HOLE.findall(text):
            self.known_grid(grid, key)
            if not star:
                used[grid] = None
            elif not spread:
                self.fail(key, f"{{*{grid}}} belongs into a list; write {{{grid}}} in a name")
        return list(used)

    def known_grid(self, grid: str, key: KeyPath) -> None:
        """Refuse a grid that is not there."""
        if grid not in self.grids:
            self.fail(key, f"there is no grid '{grid}'{nearest(grid, self.grids)}")

    def choices(self, used: list[str], key: KeyPath) -> Iterator[Choice]:
        """Every combination of values, the last grid fastest; grids of one value always."""
        number = math.prod(len(self.grids[grid]) for grid in used)
        if number > MOST_TABLES:
            self.fail(key, f"it makes {number} tables, over {MOST_TABLES}; shorten its grids")
        single = {grid: values[0] for grid, values in self.grids.items() if len(values) == 1}
        for values in itertools.product(*(self.grids[grid] for grid in used)):
            yield single | dict(zip(used, values, strict=True))

    def name(self, template: str, choice: Choice, key: KeyPath) -> str:
        """The name of a table, which becomes that of a file."""

        def text(match: re.Match[str]) -> str:
            part = _text(self.value(match, choice, key))
            if not _NAME.fullmatch(part) and key[0] != "samples":
                self.fail(
                    key,
                    f"'{part}' of grid '{match[2]}' cannot name a file; give the value a name, "
                    f'as in {{ name = "...", value = "{part}" }}',
                )
            return part

        return _HOLE.sub(text, template)

    def value(self, hole: re.Match[str], choice: Choice, key: KeyPath) -> Any:
        """What a placeholder stands for."""
        grid, part = hole[2], hole[3]
        self.known_grid(grid, key)
        if grid not in choice:
            self.fail(key, f"grid '{grid}' is not in the name of the table; add {{{grid}}} there")
        chosen = choice[grid]
        if part is None:
            return chosen["name"] if isinstance(chosen, dict) else chosen
        if not isinstance(chosen, dict):
            self.fail(key, f"the values of grid '{grid}' are no tables; write {{{grid}}}")
        if part not in chosen:
            self.fail(key, f"'{_text(chosen)}' of grid '{grid}' has no '{part}'; add it there")
        return chosen[part]

    def copy(self, value: Any, key: KeyPath, to: KeyPath, choice: Choice) -> Any:
        """A value with its placeholders filled in, and the lines of what is made."""
        self.made[0] += 1
        if self.made[0] > MOST_VALUES:
            self.fail(key, f"the grids make over {MOST_VALUES} values in all; shorten them")
        if key in self.lines:
            self.placed[to] = self.lines[key]
        if isinstance(value, dict):
            return {
                name: self.copy(item, (*key, name), (*to, name), choice)
                for name, item in value.items()
            }
        if isinstance(value, list):
            items: list[Any] = []
            for number, item in enumerate(value):
                for wider in self.spread(item, (*key, number), choice):
                    place = (*to, len(items))
                    items.append(self.copy(item, (*key, number), place, wider))
            return items
        return self.filled(value, key, choice) if isinstance(value, str) else value

    def spread(self, item: Any, key: KeyPath, choice: Choice) -> Iterator[Choice]:
        """Choices for one element of a list: one for each value of ``{*grid}``."""
        stars = [grid for star, grid, _ in _HOLE.findall(item) if star] if _is_text(item) else []
        for grid in stars:
            self.known_grid(grid, key)
        for wider in self.choices(list(dict.fromkeys(stars)), key):
            yield {**choice, **{grid: wider[grid] for grid in stars}}

    def filled(self, text: str, key: KeyPath, choice: Choice) -> Any:
        """A text with its placeholders filled in; one placeholder alone gives the value itself."""
        alone = _HOLE.fullmatch(text)
        if alone:
            return self.value(alone, choice, key)
        return _HOLE.sub(lambda hole: _text(self.value(hole, choice, key)), text)


def _text(value: Any) -> str:
    return str(value["name"]) if isinstance(value, dict) else str(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
