"""Ionic steps with ASE: each leaves a checkpoint; a run that was killed goes on from the last."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from ase.io.jsonio import decode, encode
from ase.optimize import BFGS

#: Longest step of one atom, angstrom: vacancies start with large forces.
LONGEST_STEP = 0.1
#: Curvature of which nothing is known yet, eV/angstrom^2: about that of a bond between a transition
#: metal and oxygen. ASE's own, 70, is the stiffest of them all, and takes twice as many steps.
FIRST_CURVATURE = 20.0


def write_json(path: Path, content: Any) -> None:
    """
    Write JSON under a temporary name, then rename it: whole or not at all.

    Parameters
    ----------
    path : Path
        Where to.
    content : object
        Lists, numbers, texts and tables.
    """
    temporary = path.with_name(f".{path.name}.partial")
    temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    temporary.replace(path)


def atoms_of(table: dict[str, Any]) -> Atoms:
    """
    ASE's atoms from the structure in a job file.

    Parameters
    ----------
    table : dict
        Keys symbols, positions, cell (angstrom) and periodic.

    Returns
    -------
    ase.Atoms
        Without calculator.
    """
    return Atoms(
        table["symbols"], positions=table["positions"], cell=table["cell"], pbc=table["periodic"]
    )


def curvature_of(job: dict[str, Any]) -> Path | None:
    """
    Where a relaxation before has left its curvature.

    Parameters
    ----------
    job : dict
        Content of ``job.json``.

    Returns
    -------
    Path or None
        None if the job names none.
    """
    named = job.get("curvature")
    return None if named is None else Path(named)


class Parent:
    """
    The papilio that started this process.

    Where it was killed there is nobody left to stop an engine: then the engine stops by itself, so
    that a second start does not meet the first one in the same folder.
    """

    def __init__(self, process: int | None) -> None:
        self.process = process

    def check(self) -> None:
        """End this process at once if its parent has gone; mpirun then ends the other ranks."""
        if self.process is None:
            return
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            os._exit(4)


def relax(
    atoms: Atoms,
    folder: Path,
    most_steps: int,
    force_tolerance: float,
    *,
    communicator: Any = None,
    moments: Callable[[], list[float]] | None = None,
    curvature: Path | None = None,
    after_step: Callable[[int], None] = lambda step: None,
) -> dict[str, Any]:
    """
    Move atoms until the largest force is below a tolerance.

    Parameters
    ----------
    atoms : ase.Atoms
        With a calculator; its positions are changed.
    folder : Path
        Where ``checkpoint.json`` and ``hessian.json`` lie.
    most_steps : int
        Moves at most, those before an interruption counted.
    force_tolerance : float
        eV/angstrom.
    communicator : object, optional
        MPI communicator; rank 0 writes.
    moments : callable, optional
        Moments of the atoms, Bohr magnetons.
    curvature : Path, optional
        ``hessian.json`` of a relaxation that ended where this one starts: what it had learnt.
    after_step : callable, optional
        Told the number of the step that is done.

    Returns
    -------
    dict
        ``ionic_steps``, ``relaxed``, ``trail`` (step, energy, largest force and time of each) and
        ``wall_s_before``, the seconds that earlier starts have spent.
    """
    checkpoint, hessian = folder / "checkpoint.json", folder / "hessian.json"
    start, spent = time.time(), 0.0
    done, trail = 0, []
    if checkpoint.exists():
        state = json.loads(checkpoint.read_text(encoding="utf-8"))
        atoms.set_positions(state["positions"])
        done, trail, spent = state["step"], state["trail"], state["wall_s"]
    if (communicator is None or communicator.rank == 0) and hessian.exists():
        try:
            json.loads(hessian.read_text(encoding="utf-8"))
        except json.JSONDecodeError:  # killed while ASE wrote it: the curvature is learnt anew
            hessian.unlink()
    if communicator is None or communicator.rank == 0:
        _take_up(curvature, hessian, atoms)
    if communicator is not None:
        communicator.barrier()
    settings = {} if communicator is None else {"comm": communicator}
    optimiser = BFGS(
        atoms,
        restart=str(hessian),
        logfile=None,
        maxstep=LONGEST_STEP,
        alpha=FIRST_CURVATURE,
        **settings,
    )
    # The first turn reports the positions as they are, before any move.
    for step, _ in enumerate(
        optimiser.irun(fmax=force_tolerance, steps=max(most_steps - done, 0)), done
    ):
        energy = float(atoms.get_potential_energy())
        force = float(np.linalg.norm(atoms.get_forces(), axis=1).max())
        kept = [entry for entry in trail if entry["step"] < step]
        entry = {"step": step, "energy": energy, "largest_force": force, "time": time.time()}
        trail = [*kept, entry]
        state = {
            "step": step,
            "positions": atoms.get_positions().tolist(),
            "trail": trail,
            "wall_s": spent + time.time() - start,
        }
        if moments is not None:
            state["moments"] = moments()
        if communicator is None or communicator.rank == 0:
            write_json(checkpoint, state)
        after_step(step)
        done = step
    return {
        "ionic_steps": done,
        "relaxed": trail[-1]["largest_force"] < force_tolerance,
        "trail": trail,
        "wall_s_before": spent,
    }


def _take_up(curvature: Path | None, hessian: Path, atoms: Atoms) -> None:
    """
    Start from the curvature of another relaxation, if there is any and none of our own.

    Its last positions and forces are not taken: forces of other settings differ, and that
    difference, divided by a small last move, would pass for curvature.
    """
    if curvature is None or not curvature.exists() or hessian.exists():
        return
    try:
        matrix = decode(curvature.read_text(encoding="utf-8"))[0]
    except (json.JSONDecodeError, KeyError):
        return
    here = atoms.get_positions().ravel()
    if np.shape(matrix) == (here.size, here.size):
        state = (matrix, here, np.zeros_like(here), LONGEST_STEP)
        partial = hessian.with_name(f".{hessian.name}.partial")
        partial.write_text(encode(state), encoding="utf-8")
        partial.replace(hessian)
