"""The numbers of a finished workflow: energies, moments, densities of states at the Fermi level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papilio.dft.bulk import equilibrium, gap
from papilio.dft.cell import Structure, symmetry
from papilio.dft.electronic import (
    States,
    d_density_matrices,
    density_of_orbitals,
    fermi_level_density,
    load_states,
)
from papilio.dft.energies import energy_of_magnetism, magnetic_energies
from papilio.dft.exchange import exchange_splitting, projected_moment, shift_of_densities
from papilio.dft.job import Done
from papilio.dft.orbitals import (
    D_ORBITALS,
    lobe,
    octahedral_frame,
    rotation_of_d,
    trigonal_states,
)
from papilio.dft.workflow import NO_MOMENT, Finished
from papilio.errors import AnalysisError

Array = NDArray[np.float64]

#: Gaussian that stands for a state in N(E_F), eV.
FERMI_WIDTH = 0.1
#: An oxygen is of the ion's own octahedron below this, angstrom; the next ones are beyond four.
NEXT_TO = 3.0
#: About the Fermi level, in the mean of the exchange splitting, eV.
SPLITTING_WINDOW = 0.4


def moments_of_layers(done: Done, element: str) -> list[dict[str, Any]]:
    """
    Moment of each B ion against its distance from the nearest vacancy.

    Parameters
    ----------
    done : Done
        With spin.
    element : str
        The B ion.

    Returns
    -------
    list of dict
        ``layer``, ``atom``, ``distance`` (angstrom; None without vacancy), ``moment`` (Bohr
        magnetons), ``radius`` of the sphere it is taken from (angstrom).
    """
    structure = done.structure
    made = []
    for atom in structure.of(element):
        made.append(
            {
                "layer": structure.layers[atom],
                "atom": atom,
                "distance": distance_from_vacancy(structure, atom),
                "moment": float(done.result["moments"][atom]),
                "radius": float(done.result["sphere_radii"][element]),
            }
        )
    return made


def vector_to_vacancy(structure: Structure, atom: int) -> Array | None:
    """
    Vector from an atom to the nearest vacancy, periodic images among them.

    Parameters
    ----------
    structure : Structure
        With the places of the oxygens that were removed.
    atom : int
        Its number.

    Returns
    -------
    array, shape (3,), or None
        Angstrom; None where nothing was removed.
    """
    if not len(structure.removed):
        return None
    steps = [range(-1, 2) if periodic else range(1) for periodic in structure.periodic]
    shifts = np.array([(i, j, k) for i in steps[0] for j in steps[1] for k in steps[2]])
    vectors = structure.removed - structure.positions[atom]
    apart = (vectors[:, None, :] + (shifts @ structure.cell)[None, :, :]).reshape(-1, 3)
    nearest: Array = apart[np.linalg.norm(apart, axis=1).argmin()]
    return nearest


def distance_from_vacancy(structure: Structure, atom: int) -> float | None:
    """
    Distance of an atom from the nearest vacancy, periodic images among them.

    Parameters
    ----------
    structure : Structure
        With the places of the oxygens that were removed.
    atom : int
        Its number.

    Returns
    -------
    float or None
        Angstrom; None where nothing was removed.
    """
    vector = vector_to_vacancy(structure, atom)
    return None if vector is None else float(np.linalg.norm(vector))


def orbital_shares(
    states: States, done: Done, element: str, energies: Array, width: float
) -> dict[int, dict[str, Array]]:
    """
    Densities of d states of each B ion in three frames, 1/eV.

    Parameters
    ----------
    states : States
        Of the calculation.
    done : Done
        The calculation.
    element : str
        The B ion.
    energies : array, shape (energy,)
        From the Fermi level, eV.
    width : float
        Of the Gaussian, eV.

    Returns
    -------
    dict
        Atom -> ``cell`` (frame of the cell), ``octahedron`` (local axes), each of shape (spin,
        energy, 5), ``trigonal`` (spin, energy, 3): a1g and the two e_g' of the octahedron, and, of
        ions beside a vacancy, ``lobe`` (spin, energy): the e_g orbital that points to it.
    """
    structure = done.structure
    group = symmetry(structure, done.result["moments"])
    matrices = d_density_matrices(states, energies, width, group)
    made = {}
    for atom in structure.of(element):
        of = matrices[:, :, states.d_atoms.index(atom)]
        axes = octahedral_frame(structure, atom)
        trigonal = trigonal_states() @ rotation_of_d(axes)
        made[atom] = {
            "cell": density_of_orbitals(of, np.eye(3)),
            "octahedron": density_of_orbitals(of, axes),
            "trigonal": np.einsum("mp,sepq,mq->sem", trigonal, of, trigonal),
        }
        vector = vector_to_vacancy(structure, atom)
        if vector is not None and np.linalg.norm(vector) < NEXT_TO:
            pointing = lobe(vector)
            made[atom]["lobe"] = np.einsum("p,sepq,q->se", pointing, of, pointing)
    return made


def fermi_level(finished: Finished, element: str) -> dict[str, Any]:
    """
    N(E_F) of the non-magnetic cell, and what of it lies on the d orbitals of each B ion.

    Parameters
    ----------
    finished : Finished
        With a non-magnetic state.
    element : str
        The B ion.

    Returns
    -------
    dict
        ``cell`` and ``cell_std`` (both spins, 1/eV), ``k_grids`` that the latter comes from: with
        one alone it knows nothing of the sampling; ``atoms``: for each B ion ``atom``, ``layer``,
        ``d_per_spin`` (1/eV), shares of the orbitals in the local ``octahedron`` and of the one
        that points ``towards_vacancy``, None where there is none beside the ion.
    """
    done = finished.electronic["non_magnetic"]
    coarse = finished.starts.get("non_magnetic") or done
    states = load_states(done.folder / "states.npz")
    value, std = fermi_level_density(states, load_states(coarse.folder / "states.npz"), FERMI_WIDTH)
    shares = orbital_shares(states, done, element, np.zeros(1), FERMI_WIDTH)
    atoms = []
    for atom, of in shares.items():
        density = of["octahedron"].sum(axis=(0, 1))
        pointing = float(of["lobe"].sum() / density.sum()) if "lobe" in of else None
        atoms.append(
            {
                "atom": atom,
                "layer": done.structure.layers[atom],
                # Without spin one row counts both.
                "d_per_spin": float(density.sum() / 2),
                "octahedron": dict(
                    zip(D_ORBITALS, (density / density.sum()).tolist(), strict=True)
                ),
                "towards_vacancy": pointing,
            }
        )
    grids = sorted({tuple(of.job.calculation.k_grid) for of in (coarse, done)})
    return {
        "cell": value,
        "cell_std": std,
        "width": FERMI_WIDTH,
        "k_grids": [list(grid) for grid in grids],
        "atoms": atoms,
    }


def splittings(finished: Finished, element: str) -> list[dict[str, Any]]:
    """
    Exchange splitting of each B ion at the Fermi level, and its ratio to the moment.

    Parameters
    ----------
    finished : Finished
        With a magnetic state.
    element : str
        The B ion.

    Returns
    -------
    list of dict
        ``atom``, ``layer``, ``splitting`` from bands of one number and ``shift`` of the density of
        d states (eV; None if there is no best one), ``splitting_std``, the difference of the two
        and what half the window changes in the first, in quadrature, ``moment`` in the sphere and
        ``projected_moment``, that of the d electrons above the filled bands, counted as densities
        of states are (Bohr magnetons). Empty without a magnetic state.
    """
    done = finished.electronic.get("magnetic")
    if done is None or max(map(abs, done.result["moments"])) < NO_MOMENT:
        return []
    states = load_states(done.folder / "states.npz")
    group = symmetry(done.structure, done.result["moments"])
    # What the vacancies give stands above the bands that a perfect crystal fills.
    filled = round((done.result["electrons"] - done.structure.doped_electrons) / 2)
    made = []
    for atom in done.structure.of(element):
        alike = [int(image) for image in group.permutations[:, atom]]
        value, from_window = exchange_splitting(states, alike, SPLITTING_WINDOW)
        try:
            shift = shift_of_densities(states, alike, SPLITTING_WINDOW, FERMI_WIDTH)
        except AnalysisError:
            shift = None
        made.append(
            {
                "atom": atom,
                "layer": done.structure.layers[atom],
                "splitting": value,
                "splitting_std": float(
                    np.hypot(from_window, 0.0 if shift is None else value - shift)
                ),
                "shift": shift,
                "moment": float(done.result["moments"][atom]),
                "projected_moment": projected_moment(
                    states, alike, done.job.calculation.smearing, filled
                ),
            }
        )
    return made


def summarise(finished: Finished, element: str) -> dict[str, Any]:
    """
    All numbers of a workflow, for JSON.

    Parameters
    ----------
    finished : Finished
        Of the workflow.
    element : str
        The B ion.

    Returns
    -------
    dict
        Only what was calculated is there.
    """
    values: dict[str, Any] = {}
    if finished.scan:
        lattice = [done.job.structure.cell[0, 0] for done in finished.scan]
        energies = [_energy(done) for done in finished.scan]
        values["equation_of_state"] = {
            "lattice_constants": lattice,
            "energies": energies,
            **asdict(equilibrium(lattice, energies)),
        }
    plain = finished.dense.get("non_magnetic")
    if plain is not None and (plain.folder / "bands.npz").exists():
        with np.load(plain.folder / "bands.npz") as file:
            found = gap(file["k_points"], file["eigenvalues"], plain.result["electrons"])
        if found.indirect > 0:
            values["gap"] = asdict(found)
    if finished.starts:
        values["magnetic_starts"] = magnetic_energies(finished)
    electronic = finished.electronic
    if "non_magnetic" in electronic:
        values["fermi_level"] = fermi_level(finished, element)
    if "magnetic" in electronic:
        values["splittings"] = splittings(finished, element)
        values["total_moment"] = float(electronic["magnetic"].result["total_moment"])
        values["moment_in_spheres"] = float(sum(electronic["magnetic"].result["moments"]))
        values["moments"] = moments_of_layers(electronic["magnetic"], element)
    if "magnetic" in finished.dense:
        values["magnetic_energy_meV"] = energy_of_magnetism(finished)
    return values


def provenance(finished: Finished) -> dict[str, Mapping[str, Any]]:
    """
    Record of each calculation: engine, settings, command, time, hashes, values.

    Parameters
    ----------
    finished : Finished
        Of the workflow.

    Returns
    -------
    dict
        Name of the folder of each calculation -> record.
    """
    every = [
        *finished.relaxations,
        *finished.scan,
        *finished.starts.values(),
        *finished.dense.values(),
    ]
    return {done.folder.name: done.record() for done in every if done is not None}


def _energy(done: Done) -> float:
    return float(done.result["energy"])
