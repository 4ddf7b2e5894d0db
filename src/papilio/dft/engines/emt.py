"""Effective-medium theory of ASE: the smallest engine, for trying a workflow on metals."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from papilio.dft.engines.process import PROGRAMS, Announce, Machine, run_process
from papilio.errors import OptionsError


def run(
    folder: Path, job: Mapping[str, Any], machine: Machine, announce: Announce
) -> dict[str, Any]:
    """
    Run ASE's EMT in a folder, in a process of its own.

    Parameters
    ----------
    folder : Path
        Of this job alone.
    job : mapping
        See `papilio.dft.job`.
    machine : Machine
        Not used: ASE is wanted beside papilio.
    announce : callable
        Told where the calculation stands.

    Returns
    -------
    dict
        Content of ``result.json``.

    Raises
    ------
    OptionsError
        Without ASE.
    """
    del machine
    if importlib.util.find_spec("ase") is None:
        raise OptionsError("engine emt needs ASE: install the extra 'dft' of papilio")
    command = [sys.executable, "-m", "programs.emt_program"]
    return run_process(command, {"PYTHONPATH": str(PROGRAMS)}, folder, job, announce)
