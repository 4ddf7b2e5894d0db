"""Which files of papilio a program rests on: what it imports, and what that imports in turn."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "papilio"


def imported_sources(files: Iterable[Path]) -> list[Path]:
    """
    Files of papilio that some files import, directly or through others.

    A name is followed to the module that defines it, so that a package which only lists what its
    modules offer, such as `papilio.analysis`, does not bring in all of them.

    Parameters
    ----------
    files : iterable of Path
        Python files; only their absolute imports count.

    Returns
    -------
    list of Path
        Sorted; without the files given.
    """
    seen: set[str] = set()
    todo = [name for file in files for name in _imports(file)]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += _imports(_place(name))
    return sorted(_place(name) for name in seen)


def _imports(file: Path) -> Iterator[str]:
    """Modules of papilio that define what a file imports."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if _own(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module and _own(node.module):
            yield from (_home(node.module, alias.name) for alias in node.names)


def _own(module: str) -> bool:
    return module.split(".")[0] == PACKAGE


def _home(module: str, name: str) -> str:
    """Module that defines a name which another offers; that other where it cannot be told."""
    offered = getattr(import_module(module), name, None)
    home = getattr(offered, "__module__", None)
    if isinstance(home, str) and _own(home):
        return home
    whole = f"{module}.{name}"
    is_package = hasattr(sys.modules[module], "__path__")
    return whole if is_package and find_spec(whole) else module


def _place(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{module} has no file")
    return Path(spec.origin)
