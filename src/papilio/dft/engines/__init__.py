"""Engines that calculate, and writers of inputs for engines that run elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papilio.dft.engines import emt, gpaw
from papilio.dft.engines.process import Announce, Machine

Run = Callable[[Path, Mapping[str, Any], Machine, Announce], dict[str, Any]]


@dataclass(frozen=True)
class Engine:
    """
    What the workflow has to know of an engine.

    Attributes
    ----------
    run : callable
        Takes a folder, a job, a `Machine` and what to tell of the progress; returns the result.
    electronic : bool
        Has electrons: spins, densities of states, bands.
    remedies : tuple of dict
        What to try, one after another, when self-consistency is not reached.
    """

    run: Run
    electronic: bool
    remedies: tuple[dict[str, Any], ...] = ({},)


#: Engine -> how it is run.
ENGINES: dict[str, Engine] = {
    "gpaw": Engine(gpaw.run, True, gpaw.REMEDIES),
    "emt": Engine(emt.run, False),
}
