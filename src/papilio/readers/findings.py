"""Notes in the making: what a reader leaves out or finds odd, runs of lines merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.dataset import Note

#: Separate stretches of lines that one reason may list; what comes after is only counted.
MOST_STRETCHES = 50
#: Comments of the instrument that are kept word by word; what comes after is only counted.
MOST_REMARKS = 500
LONGEST_TEXT = 400


@dataclass
class _Stretch:
    reason: str
    first: int
    last: int
    rows: int


class Findings:
    """Notes in the making; consecutive lines with one fault become one note."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._open: dict[str, _Stretch] = {}
        self._stretches: dict[str, list[_Stretch]] = {}
        self._remarks = 0
        self._unkept: list[int] = []

    def add(
        self, message: str, line: int | None = None, column: str | None = None, rows: int = 0
    ) -> None:
        """
        A note of its own.

        Parameters
        ----------
        message : str
            One sentence.
        line : int, optional
            Line of the file.
        column : str, optional
            Column as the file names it.
        rows : int, optional
            Number of rows concerned.
        """
        self._notes.append(Note(_short(message), line, _short(column) if column else None, rows))

    def remark(self, text: str, line: int) -> None:
        """
        A comment that stands in the data.

        Parameters
        ----------
        text : str
            The comment.
        line : int
            Line of the file.
        """
        self._remarks += 1
        if self._remarks <= MOST_REMARKS:
            self.add(f"comment in the file: {text}", line)
        else:
            self._unkept.append(line)

    def dropped(self, reason: str, line: int) -> None:
        """
        A row that is left out.

        Parameters
        ----------
        reason : str
            Why, the same words for the same fault.
        line : int
            Line of the file.
        """
        stretch = self._open.get(reason)
        if stretch is not None and line == stretch.last + 1:
            stretch.last = line
            stretch.rows += 1
            return
        stretch = _Stretch(reason, line, line, 1)
        self._open[reason] = stretch
        known = self._stretches.setdefault(reason, [])
        if len(known) < MOST_STRETCHES:
            known.append(stretch)
        else:  # one more stretch that swallows all that follow
            known[-1].rows += 1
            known[-1].last = line
            self._open[reason] = _Stretch(reason, -1, -1, 0)

    def dropped_rows(self, reason: str, lines: NDArray[np.int64]) -> None:
        """
        Rows that are left out.

        Parameters
        ----------
        reason : str
            Why.
        lines : ndarray of int, shape (row,)
            Lines of the file, increasing.
        """
        for line in lines.tolist():
            self.dropped(reason, line)

    def notes(self) -> list[Note]:
        """
        All notes.

        Returns
        -------
        list of Note
            Those of the whole file first, then by line.
        """
        notes = list(self._notes)
        for stretches in self._stretches.values():
            for stretch in stretches:
                where = (
                    f"line {stretch.first}"
                    if stretch.first == stretch.last
                    else f"lines {stretch.first} to {stretch.last}"
                )
                count = "1 row" if stretch.rows == 1 else f"{stretch.rows} rows"
                notes.append(
                    Note(
                        _short(f"{count} left out at {where}: {stretch.reason}"),
                        stretch.first,
                        None,
                        stretch.rows,
                    )
                )
        if self._unkept:
            notes.append(
                Note(f"{len(self._unkept)} more comments in the file are not kept", self._unkept[0])
            )
        return sorted(notes, key=lambda note: note.line or 0)


def _short(text: str) -> str:
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - 3] + "..."
