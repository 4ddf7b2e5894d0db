"""papilio: from raw transport files to the physics of a two-dimensional superconductor."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

#: Loaded on first use, so that `import papilio` is quick: name -> module that holds it.
_FUNCTIONS = {"read": "papilio.readers", "run_study": "papilio.report"}
_MODULES = ("analysis", "dataset", "plot", "readers", "report", "result", "simulate", "study")

__all__ = ["__version__", *_FUNCTIONS, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _FUNCTIONS:
        return getattr(import_module(_FUNCTIONS[name]), name)
    if name in _MODULES:
        return import_module(f"papilio.{name}")
    raise AttributeError(f"module 'papilio' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
