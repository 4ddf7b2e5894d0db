"""Where each key of a TOML text stands, so that an error can name the line."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

#: A key path: table names, keys, and positions in arrays.
Path = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_BLANK_LINES_AND_COMMENTS = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_VALUE = re.compile(r"[^,\]}\r\n#]*")
_QUOTED = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:""?(?!"))?'
    r"|'''.*?'''(?:''?(?!'))?"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def lines_of_keys(text: str) -> dict[Path, int]:
    """
    Line on which each key, table and array element of a TOML text begins.

    Parameters
    ----------
    text : str
        Text that `tomllib` accepts; what it refuses is not looked at here.

    Returns
    -------
    dict of tuple to int
        ``("samples", "S2", "length") -> 7``; lines are counted from one.
    """
    return _Scanner(text).scan()


def line_of(lines: dict[Path, int], path: Path) -> int:
    """
    Line of a key, or of the nearest table around it that the text writes down.

    Parameters
    ----------
    lines : dict
        From `lines_of_keys`.
    path : tuple
        The key.

    Returns
    -------
    int
        Line, counted from one.
    """
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


@dataclass
class _Scanner:
    text: str
    position: int = 0
    lines: dict[Path, int] = field(default_factory=dict)
    #: Number of the last element so far of each array of tables.
    arrays: dict[Path, int] = field(default_factory=dict)
    line_starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK_LINES_AND_COMMENTS)
        while self.position < len(self.text):
            if self.text.startswith("[[", self.position):
                table = self._header("[[", "]]", array=True)
            elif self.text.startswith("[", self.position):
                table = self._header("[", "]", array=False)
            else:
                self._assignment(table)
            self._skip(_BLANK_LINES_AND_COMMENTS)
        return self.lines

    def _header(self, opening: str, closing: str, *, array: bool) -> Path:
        start = self.position
        self.position += len(opening)
        keys = self._dotted_key()
        self.position = self.text.index(closing, self.position) + len(closing)
        table: Path = ()
        for depth, key in enumerate(keys):
            table = (*table, key)
            last = depth == len(keys) - 1
            if last and array:
                self._note(table, start)
                self.arrays[table] = self.arrays.get(table, -1) + 1
            if table in self.arrays:
                table = (*table, self.arrays[table])
            self._note(table, start)
        return table

    def _assignment(self, table: Path) -> None:
        start = self.position
        path = table
        for key in self._dotted_key():
            path = (*path, key)
            self._note(path, start)
        self.position = self.text.index("=", self.position) + 1
        self._skip(_BLANK)
        self._value(path)

    def _value(self, path: Path) -> None:
        first = self.text[self.position : self.position + 1]
        if first in ('"', "'"):
            self._skip(_QUOTED)
        elif first == "[":
            self._elements(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._skip(_BARE_VALUE)

    def _elements(self, path: Path) -> None:
        self.position += 1
        number = 0
        while not self._closed("]"):
            self._note((*path, number), self.position)
            self._value((*path, number))
            number += 1

    def _inline_table(self, path: Path) -> None:
        self.position += 1
        while not self._closed("}"):
            self._assignment(path)

    def _closed(self, closing: str) -> bool:
        """Go on to the next element, or past the closing bracket."""
        while True:
            self._skip(_BLANK_LINES_AND_COMMENTS)
            if self.position >= len(self.text):
                return True
            if self.text[self.position] == ",":
                self.position += 1
            elif self.text[self.position] == closing:
                self.position += 1
                return True
            else:
                return False

    def _dotted_key(self) -> list[str]:
        keys: list[str] = []
        while True:
            self._skip(_BLANK)
            quoted = _QUOTED.match(self.text, self.position)
            bare = _BARE_KEY.match(self.text, self.position)
            match = quoted or bare
            if match is None:
                return keys
            self.position = match.end()
            keys.append(_unquote(match.group()) if quoted else match.group())
            self._skip(_BLANK)
            if not self.text.startswith(".", self.position):
                return keys
            self.position += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.position)
        if match is not None:
            self.position = match.end()

    def _note(self, path: Path, position: int) -> None:
        self.lines.setdefault(path, bisect_right(self.line_starts, position))


def _unquote(key: str) -> str:
    if key.startswith("'"):
        return key[1:-1]

    def plain(match: re.Match[str]) -> str:
        code = match.group(1)
        if len(code) > 1:
            return chr(int(code[1:], 16))
        return _ESCAPES.get(code, code)

    return _ESCAPE.sub(plain, key[1:-1])
