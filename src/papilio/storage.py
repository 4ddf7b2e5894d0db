"""Files: content hashes, and outputs that are whole or absent."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def sha256(path: Path) -> str:
    """
    SHA-256 of the content of a file, as 64 hexadecimal digits.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        The digest.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """
    Write a file under a temporary name beside its place, then rename it.

    A reader, or a run that was killed, finds the old file or the new one, never half of one.

    Parameters
    ----------
    path : Path
        Where the file is to be.
    write : callable
        Writes the file at the path it is given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """
    Write a text file (UTF-8, line feeds) whole or not at all.

    Parameters
    ----------
    path : Path
        Where the file is to be.
    text : str
        Its content.
    """

    def write(place: Path) -> None:
        place.write_text(text, encoding="utf-8", newline="\n")

    write_whole(path, write)
