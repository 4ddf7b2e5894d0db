"""Study file in, checked `Study` out; what is wrong is named with line, key and remedy."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

from papilio.errors import StudyError
from papilio.study.checker import checked
from papilio.study.grids import expanded
from papilio.study.lines import lines_of_keys
from papilio.study.sections import Study


def load(path: str | os.PathLike[str]) -> Study:
    """
    Read and check a study file.

    Parameters
    ----------
    path : path-like
        A TOML file.

    Returns
    -------
    Study
        With every option converted and every name resolved; no data are read.

    Raises
    ------
    StudyError
        Naming file, line, key and remedy.
    """
    place_of_file = Path(path)
    try:
        content = place_of_file.read_bytes()
    except OSError as error:
        raise StudyError(
            f"{place_of_file}: the study file cannot be read ({error.strerror}); check its path"
        ) from error
    return parse(_decode(content, place_of_file), place_of_file)


def parse(text: str, path: Path) -> Study:
    """
    Check the text of a study.

    Parameters
    ----------
    text : str
        TOML.
    path : Path
        The study file, for messages and as the start of relative paths.

    Returns
    -------
    Study
        With every option converted and every name resolved; no data are read.

    Raises
    ------
    StudyError
        Naming file, line, key and remedy.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = re.search(r" \(at line (\d+), column \d+\)", message)
        line = int(found.group(1)) if found else text.count("\n") + 1
        reason = message.replace(found.group(), "") if found else message
        raise StudyError(
            f"{path.name}:{line}: this is not TOML ({reason}); correct the line or the one above"
        ) from error
    filled, lines = expanded(table, path, lines_of_keys(text))
    return checked(filled, path, lines)


def _decode(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise StudyError(
            f"{path.name}:{line}: a character is not UTF-8; save the study file as UTF-8"
        ) from error
