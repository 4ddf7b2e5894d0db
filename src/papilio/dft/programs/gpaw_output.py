"""What GPAW has calculated, as plain arrays that papilio reads without GPAW."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from gpaw.dos import get_projector_numbers
from gpaw.mpi import world

#: Bands that are converged where states are asked for: to this many eV above the lowest empty one,
#: or above the Fermi level of a metal.
CONVERGED_BANDS = "CBM+1.5"


def write_states(calculator: Any, atoms: Any, path: Path) -> None:
    """
    Eigenvalues and projections onto the bound partial waves of each atom.

    The file holds ``eigenvalues`` (spin, k, band), eV; ``weights`` (k,); ``k_points`` (k, 3) in
    units of the reciprocal lattice; ``fermi_level``, eV; ``total`` (spin, k, band, atom, l): sums
    of squares for l = s, p, d; ``d_atoms`` (d_atom,) and ``d`` (spin, k, band, d_atom, 5): complex
    projections of the atoms that have bound d waves, order xy, yz, 3z2-r2, zx, x2-y2.

    Parameters
    ----------
    calculator : gpaw calculator
        Converged.
    atoms : ase.Atoms
        Its atoms.
    path : Path
        Where to.
    """
    waves = calculator.wfs
    spins, points, bands = waves.nspins, waves.kd.nibzkpts, waves.bd.nbands
    indices = [
        [get_projector_numbers(calculator.setups[a], letter) for letter in range(3)]
        for a in range(len(atoms))
    ]
    d_atoms = [a for a, of in enumerate(indices) if len(of[2]) == 5]
    total = np.zeros((spins, points, bands, len(atoms), 3))
    d = np.zeros((spins, points, bands, len(d_atoms), 5), dtype=complex)
    mine = waves.bd.get_slice()
    for wave in waves.kpt_u:
        for atom, of in enumerate(indices):
            if atom not in wave.projections:
                continue
            projections = wave.projections[atom]
            for letter, numbers in enumerate(of):
                total[wave.s, wave.k, mine, atom, letter] = (
                    np.abs(projections[:, numbers]) ** 2
                ).sum(axis=1)
            if atom in d_atoms:
                d[wave.s, wave.k, mine, d_atoms.index(atom)] = projections[:, of[2]]
    world.sum(total)
    world.sum(d)
    eigenvalues = np.array(
        [[calculator.get_eigenvalues(kpt=k, spin=s) for k in range(points)] for s in range(spins)]
    )
    if world.rank == 0:
        save(
            path,
            eigenvalues=eigenvalues,
            weights=np.array(waves.kd.weight_k),
            k_points=np.array(calculator.get_ibz_k_points()),
            fermi_level=calculator.get_fermi_level(),
            total=total.astype(np.float32),
            d_atoms=np.array(d_atoms, dtype=int),
            d=d.astype(np.complex64),
        )


def write_bands(calculator: Any, path: list[list[float]], target: Path, log: Path) -> None:
    """
    Eigenvalues along a path, at the density of the calculation.

    Parameters
    ----------
    calculator : gpaw calculator
        Converged.
    path : list
        Points in units of the reciprocal lattice.
    target, log : Path
        Arrays ``k_points``, ``eigenvalues`` (spin, k, band) and ``fermi_level``; GPAW's own words.
    """
    along = calculator.fixed_density(
        kpts={"kpts": path},
        symmetry="off",
        nbands=int(calculator.get_number_of_bands()),
        convergence={"bands": CONVERGED_BANDS},
        txt=str(log),
    )
    along.get_potential_energy()
    eigenvalues = along.eigenvalues()
    if world.rank == 0:
        save(
            target,
            k_points=np.array(path),
            eigenvalues=np.array(eigenvalues),
            fermi_level=calculator.get_fermi_level(),
        )


def write_spin_density(calculator: Any, path: Path) -> None:
    """
    Spin density on a grid, Bohr magnetons for each cubic angstrom.

    Parameters
    ----------
    calculator : gpaw calculator
        Converged, spin-polarised.
    path : Path
        Receives ``spin_density`` (x, y, z), cores and augmentation spheres included.
    """
    up = calculator.get_all_electron_density(spin=0, gridrefinement=1, skip_core=True)
    down = calculator.get_all_electron_density(spin=1, gridrefinement=1, skip_core=True)
    if world.rank == 0:
        save(path, spin_density=np.asarray(up - down, dtype=np.float32))


def save(path: Path, **arrays: Any) -> None:
    """
    Write arrays under a temporary name, then rename the file.

    Parameters
    ----------
    path : Path
        Where to, ending in .npz.
    **arrays
        Named arrays.
    """
    temporary = path.with_name(f".partial-{path.name}")
    np.savez_compressed(temporary, **arrays)
    temporary.replace(path)
