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
from ase.neighborlist import neighbor_list
from ase.optimize import BFGS

#: Longest step of one atom, angstrom: vacancies start with large forces.
LONGEST_STEP = 0.1
#: Springs that stand for bonds of which nothing is known yet: constant of one of `BOND` angstrom,
#: eV/angstrom^2, the length over which it falls by e, and where it ends, angstrom. About the bonds
#: of a transition metal and of an alkali metal with oxygen, 2.0 and 2.8 angstrom.
BOND, SPRING, DECAY, REACH = 2.0, 9.0, 0.4, 4.0
#: What holds each atom beside its springs, eV/angstrom^2: those resist no turn of an octahedron.
SOFTEST = 2.0


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
    writes = communicator is None or communicator.rank == 0
    if writes and most_steps and _kept(hessian, atoms) is None:
        # There is none yet, or it was killed while ASE wrote it.
        _start_from(_kept(curvature, atoms), hessian, atoms)
    if communicator is not None:
        communicator.barrier()
    settings = {} if communicator is None else {"comm": communicator}
    optimiser = BFGS(
        atoms,
        restart=str(hessian),
        logfile=None,
        maxstep=LONGEST_STEP,
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
        if writes:
            write_json(checkpoint, state)
        after_step(step)
        done = step
    return {
        "ionic_steps": done,
        "relaxed": trail[-1]["largest_force"] < force_tolerance,
        "trail": trail,
        "wall_s_before": spent,
    }


def first_curvature(atoms: Atoms) -> np.ndarray[Any, np.dtype[np.float64]]:
    """
    Second derivatives of the energy as far as bond lengths tell, to begin a relaxation with.

    Each pair of atoms has a spring along its bond, the softer the longer it is. ASE begins with
    70 eV/angstrom^2 for every atom and direction, as stiff as the stiffest bond, and learns soft
    directions one step at a time.

    Parameters
    ----------
    atoms : ase.Atoms
        Where a relaxation starts.

    Returns
    -------
    array, shape (3 atoms, 3 atoms)
        eV/angstrom^2, symmetric and positive.

    Notes
    -----
    A model of the curvature in place of a multiple of unity: Lindh, Bernhardsson, Karlstrom and
    Malmqvist, Chem. Phys. Lett. 241, 423 (1995), doi:10.1016/0009-2614(95)00646-L. Theirs has
    angles and torsions of molecules as well, and other constants. It changes the number of steps
    and not where they end.
    """
    number = len(atoms)
    made = np.zeros((number, 3, number, 3))
    for one, other, vector in zip(*neighbor_list("ijD", atoms, REACH), strict=True):
        length = np.linalg.norm(vector)
        along = np.outer(vector, vector) / length**2
        spring = SPRING * np.exp((BOND - length) / DECAY) * along
        made[one, :, one] += spring
        made[one, :, other] -= spring
    return made.reshape(3 * number, 3 * number) + SOFTEST * np.eye(3 * number)


def _kept(path: Path | None, atoms: Atoms) -> Any:
    """The curvature in a file of ASE; None if there is none, it is cut off or of other atoms."""
    if path is None or not path.exists():
        return None
    try:
        matrix = decode(path.read_text(encoding="utf-8"))[0]
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    return matrix if np.shape(matrix) == (3 * len(atoms), 3 * len(atoms)) else None


def _start_from(matrix: Any, hessian: Path, atoms: Atoms) -> None:
    """
    Write the curvature that a relaxation begins with where ASE looks for it.

    Of another relaxation the matrix alone is taken, without its last positions and forces: forces
    of other settings differ, and that difference, divided by a small last move, would pass for
    curvature.
    """
    here = atoms.get_positions().ravel()
    state = (
        first_curvature(atoms) if matrix is None else matrix,
        here,
        np.zeros_like(here),
        LONGEST_STEP,
    )
    partial = hessian.with_name(f".{hessian.name}.partial")
    partial.write_text(encode(state), encoding="utf-8")
    partial.replace(hessian)
