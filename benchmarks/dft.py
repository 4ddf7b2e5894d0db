"""
Relaxing a vacancy cell by the workflow, against a plain GPAW script, from empty caches.

The cell is KTaO3 (111) of two units with one vacancy, its atoms displaced at random: the ideal one
has so few degrees of freedom that it is relaxed in two steps. Both start from the same atoms and
end at the same settings and force tolerance. The plain script is what one writes by hand: BFGS of
ASE, the choices of GPAW, the final settings from the start. Pairs run in turn, each second one
reversed. `time_over_plain` is the median of the ratios of wall times, `energy_difference_meV` the
largest difference of the final energies of the cell.
"""

from __future__ import annotations

import dataclasses
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from reporting import arguments, show

from papilio.dft.calculation import Calculation
from papilio.dft.engines.gpaw import launch, make_datasets
from papilio.dft.engines.process import Machine
from papilio.dft.structure import StructureOptions, build
from papilio.dft.workflow import WorkflowOptions, run
from papilio.progress import track

CELL = StructureOptions(units=2, vacancies=("KO1",), displacement=0.08)
FINAL = Calculation(
    cutoff=350,
    k_grid=(3, 3, 2),
    smearing=0.02,
    hubbard={"Ta-5d": 3.0},
    energy_tolerance=1e-5,
    density_tolerance=1e-5,
    force_tolerance=0.005,
)
# Most of the way with coarser self-consistency. A coarser grid of k-points would save little here:
# two fifths of the time of an iteration do not depend on it, and its minimum lies elsewhere.
COARSE = dataclasses.replace(
    FINAL, energy_tolerance=1e-4, density_tolerance=1e-4, force_tolerance=0.01
)
PLAIN = """
import json, sys
from ase import Atoms
from ase.optimize import BFGS
from gpaw import GPAW, PW, FermiDirac
table = json.load(open(sys.argv[1]))
atoms = Atoms(**table["atoms"], pbc=True)
atoms.calc = GPAW(mode=PW(table["cutoff"]), xc="PBEsol",
                  kpts={"size": table["k_grid"], "gamma": True},
                  occupations=FermiDirac(table["smearing"]), setups={"Ta": ":d,3.0"},
                  convergence={"density": table["density_tolerance"],
                               "energy": {"name": "energy", "tol": table["energy_tolerance"],
                                          "relative": False}}, txt="plain.txt")
optimiser = BFGS(atoms, logfile=None)
optimiser.run(fmax=table["force_tolerance"], steps=200)
energy = atoms.get_potential_energy()
from gpaw.mpi import world
if world.rank == 0:
    print(json.dumps({"energy": energy, "steps": optimiser.nsteps}))
"""


def workflow(folder: Path, machine: Machine) -> tuple[float, int]:
    options = WorkflowOptions(CELL, relaxation=(COARSE, FINAL), machine=machine)
    finished = run(options, folder, lambda words: None)
    steps = sum(int(done.result["ionic_steps"]) for done in finished.relaxations)
    assert finished.relaxations[-1].result["relaxed"]
    return float(finished.relaxations[-1].result["energy"]), steps


def plain(folder: Path, machine: Machine) -> tuple[float, int]:
    structure = build(CELL)
    table = {
        "atoms": {
            "symbols": list(structure.symbols),
            "positions": structure.positions.tolist(),
            "cell": structure.cell.tolist(),
        },
        "cutoff": FINAL.cutoff,
        "k_grid": FINAL.k_grid,
        "smearing": FINAL.smearing,
        "energy_tolerance": FINAL.energy_tolerance,
        "density_tolerance": FINAL.density_tolerance,
        "force_tolerance": FINAL.force_tolerance,
    }
    (folder / "plain.json").write_text(json.dumps(table))
    (folder / "plain.py").write_text(PLAIN)
    datasets = make_datasets(machine, "PBEsol", ["K", "O", "Ta"], lambda words: None)
    command, environment = launch(machine, ["plain.py", "plain.json"], datasets)
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    return float(answer["energy"]), int(answer["steps"])


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--pairs", type=int, default=1)
    parser.add_argument("--python", default=".venv-dft/bin/python", help="of the engine")
    options = parser.parse_args()
    machine = Machine(python=str(Path(options.python).absolute()), processes=2)
    ratios, differences, all_steps = [], [], []
    for pair in track(range(options.pairs), "pairs"):
        seconds, energies, steps = {}, {}, {}
        order = [workflow, plain] if pair % 2 == 0 else [plain, workflow]
        for work in order:
            with tempfile.TemporaryDirectory() as name:
                start = time.monotonic()
                energies[work], steps[work] = work(Path(name), machine)
                seconds[work] = time.monotonic() - start
        ratios.append(seconds[workflow] / seconds[plain])
        differences.append(1e3 * abs(energies[workflow] - energies[plain]))
        all_steps.append(
            {work.__name__: {"steps": steps[work], "seconds": seconds[work]} for work in order}
        )
    show(
        {
            "time_over_plain": statistics.median(ratios),
            "energy_difference_meV": max(differences),
        },
        as_json=options.json,
        meaning={
            "time_over_plain": "workflow over a plain GPAW script, wall time",
            "energy_difference_meV": "of the cell, between the two",
        },
        details={"pairs": all_steps, "load": os.getloadavg()},
    )


if __name__ == "__main__":
    main()
