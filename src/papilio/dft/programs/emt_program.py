"""Effective-medium theory of ASE: metals in milliseconds, for trying the workflow."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import ase
import numpy as np
from ase.calculators.emt import EMT

from .ionic import Parent, atoms_of, curvature_of, relax, write_json


def main(folder: Path) -> None:
    """
    Do the job of a folder.

    Parameters
    ----------
    folder : Path
        Holds ``job.json``; receives ``result.json``.
    """
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    parent = Parent(job.get("parent"))
    start = time.time()
    atoms = atoms_of(job["structure"])
    atoms.calc = EMT()
    pause = float(job.get("pause", 0.0))  # lets a test kill a run in its middle

    def after_step(step: int) -> None:
        del step
        parent.check()
        time.sleep(pause)

    outcome = relax(
        atoms,
        folder,
        job["most_steps"],
        job["calculation"]["force_tolerance"],
        curvature=curvature_of(job),
        after_step=after_step,
    )
    forces = atoms.get_forces()
    write_json(
        folder / "result.json",
        {
            **outcome,
            "engine": "emt",
            "engine_version": f"ASE {ase.__version__}",
            "energy": float(atoms.get_potential_energy()),
            "largest_force": float(np.linalg.norm(forces, axis=1).max()),
            "positions": atoms.get_positions().tolist(),
            "wall_s": outcome["wall_s_before"] + time.time() - start,
        },
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
