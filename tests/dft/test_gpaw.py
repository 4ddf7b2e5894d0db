"""GPAW for real, on small cells: run by `make test-dft`."""

import dataclasses
import fcntl
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from papilio.dft.calculation import Calculation
from papilio.dft.cell import symmetry
from papilio.dft.electronic import d_density_matrices, density_of_states, load_states
from papilio.dft.engines import gpaw
from papilio.dft.engines.process import Machine
from papilio.dft.job import Job, do
from papilio.dft.structure import StructureOptions, build

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
MACHINE = Machine(python=str(ROOT / ".venv-dft" / "bin" / "python"), processes=2)
BULK = build(StructureOptions(orientation="cubic"))
VACANCY = build(StructureOptions(units=2, vacancies=("KO1",)))
LIGHT = Calculation(
    cutoff=250,
    k_grid=(2, 2, 2),
    smearing=0.1,
    energy_tolerance=1e-3,
    density_tolerance=1e-4,
    force_tolerance=0.3,
    hubbard={"Ta-5d": 3.0},
)


def silent(words):
    del words


def test_symmetry_gives_back_the_whole_zone(tmp_path):
    """Irreducible points and the space group against all points without symmetry."""
    asked = Job("bulk", "gpaw", BULK, LIGHT, outputs=("states",)).table()
    states = []
    for name, remedy in (("with", {}), ("without", {"symmetry": "off"})):
        gpaw.run(tmp_path / name, {**asked, "remedy": remedy}, MACHINE, silent)
        states.append(load_states(tmp_path / name / "states.npz"))
    assert len(states[0].weights) < len(states[1].weights)
    energies = np.linspace(-6, 6, 49)
    few, all_points = (density_of_states(s, energies, 0.3) for s in states)
    np.testing.assert_allclose(few, all_points, atol=0.02)
    group = symmetry(BULK)
    few, whole = (d_density_matrices(s, energies, 0.3, group) for s in states)
    np.testing.assert_allclose(few, whole, atol=0.02)
    # Without symmetry the sum over all points has the symmetry of the crystal by itself.
    alone = dataclasses.replace(group, rotations=np.eye(3)[None], permutations=np.arange(5)[None])
    np.testing.assert_allclose(
        d_density_matrices(states[1], energies, 0.3, alone), whole, atol=0.02
    )


def test_u_inside_the_sphere_alone_acts_more_weakly(tmp_path):
    energies = []
    for number, change in enumerate(
        ({"hubbard": {}}, {"hubbard_normalised": False}, {"hubbard_normalised": True})
    ):
        asked = Job("bulk", "gpaw", BULK, dataclasses.replace(LIGHT, **change)).table()
        result = gpaw.run(tmp_path / str(number), {**asked, "remedy": {}}, MACHINE, silent)
        energies.append(result["energy"])
    none, inside, whole = energies
    # U raises the energy of a shell that is partly filled, as 5d is by its bonds.
    assert none < inside < whole


def squeezed():
    """The tantalums beside the vacancy pushed towards it, so that there is a force to follow."""
    first, second = VACANCY.of("Ta")
    positions = VACANCY.positions.copy()
    positions[first] += 0.15 * VACANCY.cubic_axes[0]
    positions[second] -= 0.15 * VACANCY.cubic_axes[0]
    return dataclasses.replace(VACANCY, positions=positions)


def test_a_killed_relaxation_goes_on(tmp_path):
    quick = dataclasses.replace(LIGHT, cutoff=200, k_grid=(2, 2, 1))
    job = Job("relax", "gpaw", squeezed(), quick, most_steps=1)
    folder = tmp_path / "steps" / f"relax-{job.fingerprint()[:12]}"
    script = f"""
import sys, json
sys.path.insert(0, {str(ROOT / "src")!r})
from pathlib import Path
from papilio.dft.engines import gpaw
from papilio.dft.engines.process import Machine
table = json.loads({json.dumps(json.dumps(job.table()))})
gpaw.run(Path({str(folder)!r}), table, Machine({MACHINE.python!r}, 2), print)
"""
    process = subprocess.Popen([sys.executable, "-c", script])
    checkpoint = folder / "checkpoint.json"
    deadline = time.monotonic() + 600
    while not checkpoint.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = json.loads(checkpoint.read_text())
    with (folder / "lock").open("w") as stream:  # until GPAW has seen it
        fcntl.flock(stream, fcntl.LOCK_EX)
    assert not (folder / "result.json").exists()
    result = do(job, tmp_path, MACHINE, silent).result
    # The step that was done last is calculated once more, at its atoms, before the next.
    assert [entry["step"] for entry in result["trail"]] == [0, 1]
    first = result["trail"][0]["energy"]
    assert first == pytest.approx(left["trail"][0]["energy"], abs=quick.energy_tolerance)
    assert result["wall_s"] > left["wall_s"]
    assert result["ionic_steps"] == 1
    # The vacancy's neighbours move back: the energy falls, the forces with it.
    assert result["energy"] < left["trail"][0]["energy"] - 0.05
    assert result["largest_force"] < left["trail"][0]["largest_force"]
    assert result["electrons"] == pytest.approx(2 * (9 + 13) + 5 * 6)


def test_a_kept_density_saves_time_and_changes_nothing(tmp_path):
    """
    From the density of a calculation without spin.

    Time is saved where that density is near the one that is sought: with nearly the same settings.
    On another grid, and with spin, a cell of nine atoms is no sooner there than from free atoms,
    since the density is held while the first wave functions follow.
    """
    tight = dataclasses.replace(LIGHT, energy_tolerance=1e-5, density_tolerance=1e-5)
    first = do(Job("first", "gpaw", VACANCY, tight), tmp_path, MACHINE, silent)
    assert not first.result["from_density"]
    near = dataclasses.replace(tight, smearing=0.095)
    dense = dataclasses.replace(tight, k_grid=(3, 3, 2))
    spin = dataclasses.replace(tight, spin_polarised=True)
    moments = [0.5 if symbol == "Ta" else 0.0 for symbol in VACANCY.symbols]
    for settings, start in ((near, []), (dense, []), (spin, moments)):
        asked = Job("next", "gpaw", VACANCY, settings, moments=start)
        cold = do(asked, tmp_path / "cold", MACHINE, silent).result
        asked = dataclasses.replace(asked, densities=(tmp_path / "none.npz", first.density))
        warm = do(asked, tmp_path / "warm", MACHINE, silent).result
        assert warm["from_density"]
        assert not cold["from_density"]
        assert warm["energy"] == pytest.approx(cold["energy"], abs=1e-3)
        assert warm["total_moment"] == pytest.approx(cold["total_moment"], abs=0.02)
        if settings is near:
            assert warm["scf_iterations"] < cold["scf_iterations"]


def test_what_does_not_converge_says_how_far_it_came(tmp_path):
    from papilio.dft.engines.process import NotConverged

    hopeless = dataclasses.replace(LIGHT, most_iterations=4)
    with pytest.raises(NotConverged, match=r"after 4 iterations; .* 2 remedies did not help"):
        do(Job("scf", "gpaw", BULK, hopeless), tmp_path, MACHINE, silent)
