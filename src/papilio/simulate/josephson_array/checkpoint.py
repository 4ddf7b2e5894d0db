"""Interrupted runs: what is done and where the array stands, in one file, whole or absent."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from papilio.errors import OptionsError
from papilio.simulate.josephson_array.dynamics import Series
from papilio.simulate.josephson_array.measure import Measurement
from papilio.simulate.josephson_array.observables import Moments
from papilio.simulate.josephson_array.state import State
from papilio.storage import write_whole

#: Seconds between two writes; losing so much work is no loss.
INTERVAL = 20.0

Row = dict[str, float]


@dataclass
class Checkpoint:
    """
    Keeps a run's progress in a file.

    Attributes
    ----------
    path : Path or None
        The file, with suffix ``.npz``; None keeps nothing.
    options : str
        Options of the run as JSON; a file of other options is refused.
    interval : float
        Seconds between two writes within a point.
    """

    path: Path | None
    options: str
    interval: float = field(default_factory=lambda: INTERVAL)
    _written: float = field(default_factory=time.monotonic)

    def read(self) -> tuple[list[Row], Measurement] | None:
        """
        Rows that are done, and the measurement that was going on.

        Returns
        -------
        tuple or None
            None where there is no file.

        Raises
        ------
        OptionsError
            If the file is of another run, or damaged.
        """
        if self.path is None or not self.path.is_file():
            return None
        try:
            with np.load(self.path, allow_pickle=False) as stored:
                entries = {name: stored[name] for name in stored.files}
            options, rows = str(entries["options"]), json.loads(str(entries["rows"]))
            begun = _measurement(entries)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OptionsError(
                f"{self.path} cannot be read as a checkpoint; remove it to start anew"
            ) from error
        if options != self.options:
            raise OptionsError(
                f"{self.path} belongs to a run with other options; remove it or name another folder"
            )
        return rows, begun

    def write(self, rows: list[Row], now: Measurement, *, force: bool = False) -> None:
        """
        Keep the progress, when it is time to.

        Parameters
        ----------
        rows : list of dict
            What is done.
        now : Measurement
            What is going on.
        force : bool
            Write whether it is time or not.
        """
        if self.path is None or not (force or time.monotonic() - self._written > self.interval):
            return
        entries: dict[str, Any] = {
            "options": np.array(self.options),
            "rows": np.array(json.dumps(rows)),
            "settled_chunks": np.array(now.settled_chunks),
            **_named("state", now.state),
            **_named("series", now.series),
            **_named("sums", now.sums),
        }

        def save(place: Path) -> None:
            with place.open("wb") as stream:
                np.savez(stream, allow_pickle=False, **entries)

        write_whole(self.path, save)
        self._written = time.monotonic()

    def remove(self) -> None:
        """Forget the run: it is done."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _named(prefix: str, holder: Any) -> dict[str, Any]:
    if holder is None:
        return {}
    return {
        f"{prefix}.{entry.name}": np.asarray(getattr(holder, entry.name))
        for entry in fields(holder)
    }


def _measurement(entries: dict[str, Any]) -> Measurement:
    values: dict[str, dict[str, Any]] = {"state": {}, "series": {}, "sums": {}}
    for name, value in entries.items():
        prefix, _, rest = name.partition(".")
        if rest:
            values[prefix][rest] = value
    values["state"]["streams"] = tuple(str(text) for text in values["state"]["streams"].ravel())
    if values["series"]:
        values["series"]["duration"] = float(values["series"]["duration"])
    if values["sums"]:
        values["sums"]["count"] = int(values["sums"]["count"])
    return Measurement(
        state=State(**values["state"]),
        settled_chunks=int(entries["settled_chunks"]),
        series=Series(**values["series"]) if values["series"] else None,
        sums=Moments(**values["sums"]) if values["sums"] else None,
    )
