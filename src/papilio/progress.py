"""Progress on standard error: what is being done, how far, how long still."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

Item = TypeVar("Item")


#: Whether somebody else's bar tells how far this one is.
_SILENT: ContextVar[bool] = ContextVar("silent", default=False)


@contextmanager
def silent() -> Iterator[None]:
    """
    Show no bars in this block.

    Yields
    ------
    None
    """
    before = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(before)


def progress_bar() -> Progress:
    """
    A bar with count, elapsed and remaining time on standard error.

    Returns
    -------
    rich.progress.Progress
        Quiet where standard error is not a terminal.
    """
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=_SILENT.get() or not sys.stderr.isatty(),
    )


def track(items: Iterable[Item], description: str, total: int | None = None) -> Iterator[Item]:
    """
    The items, one after another, with a bar.

    Parameters
    ----------
    items : iterable
        What is to be worked through.
    description : str
        What is being done.
    total : int, optional
        Their number, where `items` cannot tell.

    Yields
    ------
    object
        Each item.
    """
    with progress_bar() as bar:
        yield from bar.track(items, total=total, description=description)
