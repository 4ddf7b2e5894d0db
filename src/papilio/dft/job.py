"""One calculation of a workflow: known by its content, kept when done, taken up when killed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papilio.dft.calculation import Calculation
from papilio.dft.cell import Structure
from papilio.dft.engines import ENGINES
from papilio.dft.engines.process import Announce, Machine, NotConverged
from papilio.storage import sha256, write_text

#: What of a result says where it comes from.
_NOT_VALUES = ("engine", "engine_version", "command", "wall_s", "wall_s_before", "trail")
#: Files in the folder of a job, if its engine keeps them.
DENSITY = "density.npz"
CURVATURE = "hessian.json"


@dataclass(frozen=True, eq=False)
class Job:
    """
    What an engine is to do.

    Attributes
    ----------
    name : str
        For people; no part of the content.
    engine : str
        Name in `papilio.dft.engines.ENGINES`.
    structure : Structure
        Where the atoms start.
    calculation : Calculation
        Settings.
    most_steps : int
        Ionic moves at most; none leaves the atoms where they are.
    moments : sequence of float
        Starting moments of the atoms, Bohr magnetons.
    outputs : tuple of str
        Of "states", "spin_density", "bands".
    path : sequence of points
        For bands, in units of the reciprocal lattice.
    densities : tuple of Path
        Of jobs before, the best first: where self-consistency may start. They save time and are no
        part of the content.
    curvature : Path or None
        Of a relaxation that ended where this one starts: saves steps, and is no part of the
        content.
    """

    name: str
    engine: str
    structure: Structure
    calculation: Calculation
    most_steps: int = 0
    moments: Sequence[float] = ()
    outputs: tuple[str, ...] = ()
    path: Sequence[Sequence[float]] = ()
    densities: tuple[Path, ...] = ()
    curvature: Path | None = None

    def table(self) -> dict[str, Any]:
        """
        The job as the programs read it.

        Returns
        -------
        dict
            Lists, numbers and texts alone.
        """
        # The atoms alone: other names of the layers make no other calculation.
        atoms = self.structure.to_table()
        return {
            "structure": {k: atoms[k] for k in ("cell", "symbols", "positions", "periodic")},
            "calculation": self.calculation.table(),
            "most_steps": self.most_steps,
            "moments": [float(m) for m in self.moments],
            "outputs": list(self.outputs),
            "path": [[float(c) for c in point] for point in self.path],
        }

    def fingerprint(self) -> str:
        """
        SHA-256 of engine, atoms and settings: two jobs that are alike are done once.

        Returns
        -------
        str
            64 hexadecimal digits.
        """
        content = _rounded({"engine": self.engine, **self.table()})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _head_start(job: Job) -> dict[str, Any]:
    """What saves time and changes no answer."""
    named: dict[str, Any] = {"densities": list(map(str, job.densities))}
    if job.curvature is not None:
        named["curvature"] = str(job.curvature)
    return named


def _rounded(content: Any) -> Any:
    """Numbers to nine decimals: the last bits of a position differ between processors."""
    if isinstance(content, float):
        return round(content, 9) + 0.0  # no negative zero
    if isinstance(content, dict):
        return {key: _rounded(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_rounded(value) for value in content]
    return content


@dataclass(frozen=True, eq=False)
class Done:
    """
    A finished job.

    Attributes
    ----------
    job : Job
        What was asked.
    result : dict
        What the engine answers; see ``result.json``.
    folder : Path
        Where its files lie.
    """

    job: Job
    result: dict[str, Any]
    folder: Path

    @property
    def structure(self) -> Structure:
        """The atoms where the job left them."""
        return Structure.from_table(
            {**self.job.structure.to_table(), "positions": self.result["positions"]}
        )

    @property
    def density(self) -> Path:
        """Where the engine may have kept the density."""
        return self.folder.absolute() / DENSITY

    @property
    def curvature(self) -> Path:
        """Where a relaxation has left its curvature."""
        return self.folder.absolute() / CURVATURE

    def record(self) -> dict[str, Any]:
        """
        Result with where it comes from, for keeping.

        Returns
        -------
        dict
            engine, engine_version, functional, settings, command, wall_s, input_sha256,
            log_sha256, values.
        """
        log = self.folder / "log.txt"
        values = {key: value for key, value in self.result.items() if key not in _NOT_VALUES}
        return {
            "engine": self.result["engine"],
            "engine_version": self.result["engine_version"],
            "functional": self.job.calculation.functional,
            "settings": self.job.calculation.table(),
            "command": self.result["command"],
            "wall_s": self.result["wall_s"],
            "input_sha256": self.job.fingerprint(),
            "log_sha256": sha256(log) if log.exists() else "",
            "values": values,
        }


def do(job: Job, output: Path, machine: Machine, announce: Announce) -> Done:
    """
    Do a job, or find that it is done.

    Parameters
    ----------
    job : Job
        What to do.
    output : Path
        Its folder is ``steps/<name>-<fingerprint>`` in it.
    machine : Machine
        Where the engine runs.
    announce : callable
        Told where it stands.

    Returns
    -------
    Done
        With ``remedies``, the number of remedies it took, in its result.

    Raises
    ------
    NotConverged
        If self-consistency is not reached with any remedy.
    AnalysisError
        If the engine fails.
    """
    folder = output / "steps" / f"{job.name}-{job.fingerprint()[:12]}"
    finished = folder / "done.json"
    # What is kept in a repository may lack the arrays: then they are made again, from the density.
    if finished.exists() and all((folder / f"{name}.npz").exists() for name in job.outputs):
        return Done(job, json.loads(finished.read_text("utf-8")), folder)
    engine = ENGINES[job.engine]
    said = ""
    for number, remedy in enumerate(engine.remedies):
        if number:
            announce(f"{job.name}: {said}; remedy {number} of {len(engine.remedies) - 1}: {remedy}")
        try:
            result = engine.run(
                folder,
                {**job.table(), "remedy": remedy, **_head_start(job)},
                machine,
                lambda words: announce(f"{job.name}: {words}"),
            )
        except NotConverged as error:
            said = str(error)
            continue
        result["remedies"] = number
        write_text(finished, json.dumps(result, indent=1))
        return Done(job, result, folder)
    tried = len(engine.remedies) - 1
    raise NotConverged(
        f"{said}; {tried} remedies did not help: raise smearing, or start from other moments"
    )
