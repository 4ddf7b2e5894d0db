"""Keys of a study file taken apart: tables, texts, quantities, each mistake with its line."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from papilio.errors import OptionsError, StudyError
from papilio.options import from_table
from papilio.study.lines import Path as KeyPath
from papilio.study.sections import place
from papilio.units import factor, to_si

Section = TypeVar("Section")

_NAME = re.compile(r"[A-Za-z0-9_-]+")
#: Names that Windows keeps for devices, with any suffix: no output file may be called so.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10)}


@dataclasses.dataclass(frozen=True)
class Keys:
    """
    What all parts of a study file are checked with.

    Attributes
    ----------
    path : Path
        The study file.
    lines : mapping of tuple to int
        Line of each key.
    """

    path: Path
    lines: Mapping[KeyPath, int]

    def fail(self, key: KeyPath, message: str) -> NoReturn:
        """Refuse the study: file, line, key, message."""
        raise StudyError(f"{place(self.path, self.lines, key)}: {message}")

    def quantity(self, value: Any, unit: str, key: KeyPath) -> float:
        """Take a number or a text with a unit to SI."""
        try:
            factor(unit, unit)
            number = to_si(value, unit)
        except OptionsError as error:
            self.fail(key, str(error))
        if not math.isfinite(number):
            self.fail(key, f"{value!r} is not finite; write a number")
        return number

    def section(
        self, cls: type[Section], content: Any, key: KeyPath, others: Collection[str] = ()
    ) -> Section:
        """Fill a dataclass of options from a table in which `others` may stand too."""
        if not isinstance(content, dict):
            self.fail(key, f"a table is wanted, not {content!r}")
        fields = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
        self.refuse_unknown(content, (*fields, *others), key)
        try:
            return from_table(cls, {k: v for k, v in content.items() if k in fields})
        except OptionsError as error:
            name, _, message = str(error).partition(": ")
            parts = name.split(".")
            if parts[0] in fields:
                path = (int(part) if part.isdigit() else part for part in parts)
                self.fail((*key, *path), message)
            self.fail(key, str(error))

    def tables(self, table: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Tables under names of the user's choice."""
        content = table.get(name, {})
        if not isinstance(content, dict):
            self.fail((name,), f"tables are wanted; write [{name}.NAME]")
        folded: dict[str, str] = {}
        for key in content if name != "samples" else ():
            # Outputs are named after them, and not every file system tells A from a.
            if folded.setdefault(key.casefold(), key) != key:
                self.fail((name, key), f"it differs from '{folded[key.casefold()]}' only in case")
        return content

    def mapping(self, content: Mapping[str, Any], key: KeyPath, name: str) -> dict[str, Any]:
        """A table inside a table, empty where it is missing."""
        table = content.get(name, {})
        if not isinstance(table, dict):
            self.fail((*key, name), f"a table is wanted, not {table!r}")
        return table

    def check_name(self, name: str, key: KeyPath) -> None:
        """Refuse what cannot name a file."""
        if not _NAME.fullmatch(name) or name.casefold() in _DEVICES:
            self.fail(key, f"'{name}' cannot name a file; use letters, digits, - and _")

    def known(
        self, name: str, names: Collection[str], key: KeyPath, what: str, table: str | None = None
    ) -> None:
        """Refuse a name that nothing has."""
        if name not in names:
            remedy = nearest(name, names)
            if table is not None and not names:
                remedy = f"; add a table [{table}.{name}]"
            self.fail(key, f"there is no {what} '{name}'{remedy}")

    def refuse_unknown(
        self, table: Mapping[str, Any], known: Collection[str], key: KeyPath
    ) -> None:
        """Refuse keys that nothing reads."""
        for name in table:
            if name not in known:
                self.fail((*key, name), f"unknown key{nearest(name, known)}")

    def refuse_not_finite(self, value: Any, key: KeyPath) -> None:
        """Refuse infinities and not-a-numbers, however deep."""
        if isinstance(value, dict):
            for name, item in value.items():
                self.refuse_not_finite(item, (*key, name))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                self.refuse_not_finite(item, (*key, number))
        elif isinstance(value, float) and not math.isfinite(value):
            self.fail(key, f"{value} is not finite; write a number")


def nearest(name: str, known: Collection[str]) -> str:
    """
    Remedy for a name that is not known, to be put behind the complaint.

    Parameters
    ----------
    name : str
        What was written.
    known : collection of str
        What could have been meant.

    Returns
    -------
    str
        "; did you mean ...?".
    """
    if not known:
        return "; there is none to choose from"
    near = difflib.get_close_matches(name, list(known), 1, 0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known are {', '.join(known)}"
