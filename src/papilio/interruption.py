"""Control-C is heard wherever it arrives."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: Seconds until a lost interrupt is repeated: the finaliser that lost it has ended by then.
_PAUSE = 0.05


@contextmanager
def kept() -> Iterator[None]:
    """
    Repeat an interrupt that Python drops in this block.

    A `KeyboardInterrupt` may be raised in any Python code of the main thread. Where that is a
    finaliser or the callback of a weak reference, which libraries run all the time, Python reports
    the exception as one that cannot be raised and goes on, as if nobody had pressed a key.

    Yields
    ------
    None
    """
    before = sys.unraisablehook

    def repeat(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            before(lost)
            return
        timer = threading.Timer(_PAUSE, _interrupt)
        timer.daemon = True
        timer.start()

    sys.unraisablehook = repeat
    try:
        yield
    finally:
        sys.unraisablehook = before


def _interrupt() -> None:
    """As Control-C does: also a main thread that waits for a lock is woken."""
    main = threading.main_thread().ident
    if sys.platform == "win32" or main is None:
        signal.raise_signal(signal.SIGINT)
    else:
        signal.pthread_kill(main, signal.SIGINT)
