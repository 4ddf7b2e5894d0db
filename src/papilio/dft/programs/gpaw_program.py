"""GPAW, started by papilio under mpirun: one self-consistent calculation with ionic steps."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import gpaw
import numpy as np
from ase.units import Bohr, Ha
from gpaw.mpi import world
from gpaw.new.ase_interface import GPAW

from .gpaw_density import KeptDensity, write_density
from .gpaw_output import CONVERGED_BANDS, write_bands, write_spin_density, write_states
from .ionic import Parent, atoms_of, curvature_of, relax, write_json

#: Iterations after which the density is kept: one takes minutes where cells are large.
KEPT_EVERY = 5
#: Exit code when self-consistency was not reached; the reason is in ``failure.json``.
NOT_CONVERGED = 3


def parameters(job: dict[str, Any]) -> dict[str, Any]:
    """
    GPAW's keywords for a job.

    Parameters
    ----------
    job : dict
        Content of ``job.json``.

    Returns
    -------
    dict
        For `gpaw.GPAW`.
    """
    asked = job["calculation"]
    setups: dict[str, str] = {}
    scale = "" if asked.get("hubbard_normalised", True) else ",0"
    for shell, energy in asked["hubbard"].items():
        element, _, letter = shell.replace("-", " ").partition(" ")
        more = f"{letter[-1]},{energy}{scale}"
        setups[element] = f"{setups[element]};{more}" if element in setups else f":{more}"
    made: dict[str, Any] = {
        "mode": {"name": "pw", "ecut": asked["cutoff"]},
        "xc": asked["functional"],
        "kpts": {"size": asked["k_grid"], "gamma": True},
        "occupations": {"name": "fermi-dirac", "width": asked["smearing"]},
        "spinpol": asked["spin_polarised"],
        "setups": setups,
        "maxiter": asked["most_iterations"],
        "convergence": {
            "energy": {"name": "energy", "tol": asked["energy_tolerance"], "relative": False},
            "density": asked["density_tolerance"],
            # GPAW's own 4e-8 costs a third of the iterations where the density may be coarse.
            "eigenstates": 4e-8 * max(asked["density_tolerance"] / 1e-5, 1.0),
        },
    }
    if not setups:
        del made["setups"]
    if job.get("outputs"):
        # Left to itself GPAW converges occupied bands alone; densities of states show empty ones.
        made["convergence"]["bands"] = CONVERGED_BANDS
    else:
        # GPAW takes a fifth more bands than are filled, and time goes as their square. A tenth is
        # enough where no empty states are shown: they converge less, and are not used.
        made["nbands"] = "110%"
    return {**made, **job.get("remedy", {})}


class Progress:
    """One line of ``progress.jsonl`` for each iteration: what papilio shows while it waits."""

    def __init__(self, folder: Path, parent: Parent, spin_polarised: bool) -> None:
        self.folder = folder
        self.parent = parent
        self.spin_polarised = spin_polarised
        self.step = 0
        self.iterations = 0

    def __call__(self, context: Any) -> None:
        """Write down where self-consistency stands; every rank has to call this."""
        self.iterations += 1
        moment = 0.0
        if self.spin_polarised:
            moment = float(context.dens.calculate_magnetic_moments()[0][2])
        if world.rank:
            return
        self.parent.check()
        electrons = float(context.wfs.nvalence)
        line = {
            "step": self.step,
            "iteration": int(context.niter),
            "energy": float(context.ham.e_total_extrapolated * Ha),
            # The first iteration has nothing to compare with (JSON knows no infinity), nor have
            # those that hold the density.
            "density_residual": min(float(context.dens.error) / electrons or 1.0, 1.0),
            "eigenstate_residual": float(context.wfs.eigensolver.error) * Ha**2 / electrons,
            "moment": moment,
            "time": time.time(),
        }
        with (self.folder / "progress.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


def main(folder: Path) -> int:
    """
    Do the job of a folder.

    Parameters
    ----------
    folder : Path
        Holds ``job.json``; receives ``result.json`` or ``failure.json``, the log and what the job
        asks for under ``outputs``: "states", "bands", "spin_density".

    Returns
    -------
    int
        Exit code.
    """
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    start = time.time()
    spin_polarised = job["calculation"]["spin_polarised"]
    atoms = atoms_of(job["structure"])
    if (folder / "checkpoint.json").exists():
        state = json.loads((folder / "checkpoint.json").read_text(encoding="utf-8"))
        atoms.set_positions(state["positions"])
    if spin_polarised:
        atoms.set_initial_magnetic_moments(_starting_moments(job, folder))
    progress = Progress(folder, Parent(job.get("parent")), spin_polarised)
    calculator = GPAW(**parameters(job), txt=str(folder / "log.txt"))
    own, unfinished = folder / "density.npz", folder / "density-unfinished.npz"
    kept = KeptDensity(own, unfinished, *map(Path, job.get("densities", [])))
    kept.start(calculator, atoms)

    def after_iteration(context: Any) -> None:
        progress(context)
        kept.after_iteration(context)
        if context.niter % KEPT_EVERY == 0:
            write_density(context.density, atoms, unfinished)

    calculator.hooks["scf_step"] = after_iteration
    atoms.calc = calculator

    def moments() -> list[float]:
        return [float(m) for m in atoms.get_magnetic_moments()] if spin_polarised else []

    def after_step(step: int) -> None:
        write_density(calculator.dft.density, atoms, own)
        progress.step = step + 1

    try:
        outcome = relax(
            atoms,
            folder,
            job["most_steps"],
            job["calculation"]["force_tolerance"],
            communicator=world,
            moments=moments,
            curvature=curvature_of(job),
            after_step=after_step,
        )
    except gpaw.KohnShamConvergenceError:
        if world.rank == 0:
            write_json(
                folder / "failure.json",
                {"reason": "self-consistency", "remedy": job.get("remedy", {})},
            )
            unfinished.unlink(missing_ok=True)  # the remedy starts afresh
        return NOT_CONVERGED
    forces = atoms.get_forces()
    result = {
        **outcome,
        "engine": "gpaw",
        "engine_version": gpaw.__version__,
        "energy": float(atoms.get_potential_energy()),
        "free_energy": float(atoms.get_potential_energy(force_consistent=True)),
        "largest_force": float(np.linalg.norm(forces, axis=1).max()),
        "positions": atoms.get_positions().tolist(),
        "moments": moments(),
        "total_moment": float(atoms.get_magnetic_moment()) if spin_polarised else 0.0,
        "fermi_level": float(calculator.get_fermi_level()),
        "sphere_radii": {s: _sphere(calculator, atoms, s) for s in sorted(set(atoms.symbols))},
        "datasets": _datasets(calculator, atoms),
        "irreducible_k_points": len(calculator.get_ibz_k_points()),
        "bands": int(calculator.get_number_of_bands()),
        "electrons": float(calculator.get_number_of_electrons()),
        "scf_iterations": progress.iterations,
        "from_density": kept.used,
        "processes": world.size,
    }
    outputs = job.get("outputs", [])
    if "states" in outputs:
        write_states(calculator, atoms, folder / "states.npz")
    if "spin_density" in outputs and spin_polarised:
        write_spin_density(calculator, folder / "spin_density.npz")
    if "bands" in outputs:
        write_bands(calculator, job["path"], folder / "bands.npz", folder / "bands_log.txt")
    result["wall_s"] = outcome["wall_s_before"] + time.time() - start
    if world.rank == 0:
        write_json(folder / "result.json", result)
    world.barrier()
    return 0


def _starting_moments(job: dict[str, Any], folder: Path) -> list[float]:
    """Moments of the last checkpoint, else those that the job asks for."""
    checkpoint = folder / "checkpoint.json"
    if checkpoint.exists():
        kept = json.loads(checkpoint.read_text(encoding="utf-8")).get("moments")
        if kept and max(abs(moment) for moment in kept) > 0.01:
            return list(kept)
    return list(job["moments"])


def _sphere(calculator: Any, atoms: Any, symbol: str) -> float:
    """Radius within which the atom's moment is taken, angstrom: that of its highest bound wave."""
    setup = calculator.setups[list(atoms.symbols).index(symbol)]
    waves = zip(setup.l_j, setup.n_j, setup.rcut_j, strict=True)
    return float(max((l_number, radius) for l_number, n, radius in waves if n > 0)[1] * Bohr)


def _datasets(calculator: Any, atoms: Any) -> dict[str, str]:
    """Fingerprint of the dataset of each element."""
    numbers = {symbol: number for number, symbol in enumerate(atoms.symbols)}
    return {s: str(calculator.setups[n].fingerprint) for s, n in sorted(numbers.items())}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
