"""`papilio dft`: a study file in; numbers with their provenance and figures out."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from papilio.analysis.stoner import StonerOptions, stoner
from papilio.dft.cluster import ClusterJob, submit
from papilio.dft.electronic import by_layer, load_states
from papilio.dft.engines import quantum_espresso, vasp
from papilio.dft.job import Done
from papilio.dft.orbitals import D_ORBITALS
from papilio.dft.structure import build
from papilio.dft.summary import orbital_shares, provenance, summarise
from papilio.dft.symmetry_lines import symmetry_lines
from papilio.dft.workflow import (
    Finished,
    WorkflowOptions,
    b_ion,
    run,
    starting_moments,
)
from papilio.errors import OptionsError
from papilio.options import from_table
from papilio.plot import dft as figures
from papilio.plot.style import style
from papilio.report.magnet_of_cell import write_magnet
from papilio.report.states_of_cell import densities, write_densities
from papilio.storage import write_text, write_whole

#: Gaussian of the densities of states in figures, eV.
WIDTH = 0.05
ENERGIES = np.linspace(-1.5, 1.5, 301)


def run_first_principles(path: Path, output: Path, announce: Callable[[str], None]) -> Path:
    """
    Calculate what a first-principles study asks for.

    Parameters
    ----------
    path : Path
        Study in TOML; docs/first_principles.md documents its keys.
    output : Path
        Folder; what is finished in it is kept, what was killed goes on.
    announce : callable
        Told in words where it stands.

    Returns
    -------
    Path
        ``first_principles.json`` in the folder: all values, and a record of each calculation.

    Raises
    ------
    OptionsError
        Naming the file, and the key that is wrong.
    AnalysisError
        If a calculation fails.
    """
    options = _options(path)
    target = output / "first_principles.json"
    try:
        finished = run(options, output, announce, partial(_keep, options, target))
    except OptionsError as error:
        raise OptionsError(f"{path}: {error}") from error
    values = _keep(options, target, finished)
    element = b_ion(options)
    made: dict[str, Callable[[], Figure]] = {
        "structure": lambda: figures.structure_figure(finished.structure, element)
    }
    done = finished.electronic.get("magnetic") or finished.electronic.get("non_magnetic")
    if done is not None:
        states = load_states(done.folder / "states.npz")
        shares = orbital_shares(states, done, element, ENERGIES, WIDTH)
        write_densities(output / "densities.nc", densities(done, shares, ENERGIES))
        made |= _figures(done, options, shares, values.get("moments", []))
    for name, draw in made.items():
        _save(draw, output / "figures" / f"{name}.svg")
    return target


def _keep(options: WorkflowOptions, target: Path, finished: Finished) -> dict[str, Any]:
    """Write what is finished; give its values."""
    values = summarise(finished, b_ion(options))
    criterion = _stoner(values)
    if criterion is not None:
        values["stoner"] = criterion
    content = {
        "study": asdict(options),
        "structure": finished.structure.to_table(),
        "values": values,
        "calculations": provenance(finished),
    }
    write_text(target, json.dumps(content, indent=1))
    if values.get("total_moment") and options.structure.orientation == "111":
        write_magnet(target.with_name("magnet.json"), target, finished.structure, values)
    return values


def submit_study(path: Path, output: Path, template: Path | None) -> str:
    """
    Hand a study to the queue of a cluster, where the same command of papilio runs it.

    Parameters
    ----------
    path : Path
        Study in TOML; it is checked first.
    output : Path
        Folder.
    template : Path or None
        Of the script; None takes that of papilio.

    Returns
    -------
    str
        What the queue answers.

    Raises
    ------
    OptionsError
        Naming the file and what is wrong.
    """
    options = _options(path)
    job = ClusterJob(
        path.stem,
        output,
        options.machine.processes,
        (sys.executable, "-m", "papilio.cli", "dft", str(path), "-o", str(output)),
    )
    return submit(job, template)


def write_inputs(path: Path, output: Path, engine: str) -> list[Path]:
    """
    Input of an engine that runs elsewhere, for the last stage of a study.

    Parameters
    ----------
    path : Path
        Study in TOML.
    output : Path
        Folder.
    engine : str
        "vasp" or "quantum_espresso".

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    OptionsError
        Naming the file, and the key that is wrong or missing.
    """
    options = _options(path)
    try:
        if not options.relaxation:
            raise OptionsError("relaxation: give a stage, whose settings the input is to have")
        calculation = options.relaxation[-1]
        structure = build(options.structure)
        moments: list[float] = []
        if calculation.spin_polarised:
            moment = max(options.starting_moments, default=0.0)
            moments = starting_moments(structure, b_ion(options), moment)
        steps = options.most_ionic_steps
        if engine == "vasp":
            return vasp.write(output, structure, calculation, moments, steps)
        return quantum_espresso.write(
            output,
            structure,
            calculation,
            moments,
            steps,
            options.pseudopotentials,
            options.valence_electrons,
        )
    except OptionsError as error:
        raise OptionsError(f"{path}: {error}") from error


def _options(path: Path) -> WorkflowOptions:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OptionsError(f"{path}: {error.strerror}; check the path") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionsError(f"{path}: {error}; correct the file") from error
    try:
        return from_table(WorkflowOptions, table)
    except OptionsError as error:
        raise OptionsError(f"{path}: {error}") from error


def _stoner(values: dict[str, Any]) -> dict[str, Any] | None:
    """Stoner's criterion from the largest moment of the cell, in each convention."""
    splittings = [s for s in values.get("splittings", []) if s["moment"] > 0]
    density = values.get("fermi_level")
    if not splittings or density is None:
        return None
    largest = max(splittings, key=lambda s: float(s["moment"]))
    result = stoner(
        StonerOptions(
            density_of_states=density["cell"],
            splitting=largest["splitting"],
            moment=largest["moment"],
            atoms=len(density["atoms"]),
            density_of_states_std=density["cell_std"],
            splitting_std=largest["splitting_std"],
        )
    )
    made: dict[str, Any] = {
        "atom": largest["atom"],
        "exchange_parameter": [
            result["exchange_parameter"].value,
            result["exchange_parameter"].std,
        ],
        "product": {
            str(q.conditions["convention"]): [q.value, q.std] for q in result.select("product")
        },
        "flags": list(result.flags),
    }
    own = {s["atom"]: s for s in splittings}
    made["product"]["projected"] = {
        name: _own_product(atom["d_per_spin"], density["cell_std"] / density["cell"], own[number])
        for name, number, atom in _named(density["atoms"])
        if number in own
    }
    return made


def _own_product(states: float, relative: float, ion: dict[str, Any]) -> list[float]:
    """
    The criterion of one ion, and its standard deviation, for the states on its d orbitals.

    Density and moment are counted by the same projections. The density of one ion is known no
    better than that of the cell.
    """
    value = states * ion["splitting"] / ion["projected_moment"]
    return [value, abs(value) * float(np.hypot(relative, ion["splitting_std"] / ion["splitting"]))]


def _named(atoms: list[dict[str, Any]]) -> list[tuple[str, int, dict[str, Any]]]:
    """Name of each ion: its layer, with a number where a layer has several."""
    layers = [atom["layer"] for atom in atoms]
    return [
        (
            layer if layers.count(layer) == 1 else f"{layer}.{layers[: place + 1].count(layer)}",
            atom["atom"],
            atom,
        )
        for place, (layer, atom) in enumerate(zip(layers, atoms, strict=True))
    ]


def _figures(
    done: Done,
    options: WorkflowOptions,
    shares: Mapping[int, Mapping[str, NDArray[np.float64]]],
    moments: list[dict[str, Any]],
) -> dict[str, Callable[[], Figure]]:
    """Figures of a calculation with states."""
    made: dict[str, Callable[[], Figure]] = {}
    structure = done.structure
    atoms = tuple(shares)
    for frame, words in (("octahedron", "local octahedron"), ("cell", "frame of the cell")):
        stacked = np.stack([shares[atom][frame] for atom in atoms], axis=2)
        layers = by_layer(stacked, structure, atoms)
        made[f"density_of_states_{frame}"] = partial(
            figures.layer_densities, ENERGIES, layers, D_ORBITALS, words
        )
    if moments and moments[0]["distance"] is not None:
        made["moments"] = lambda: figures.moments_figure(moments)
    if (done.folder / "bands.npz").exists():
        with np.load(done.folder / "bands.npz") as file:
            path, labels = symmetry_lines(structure, options.band_points)
            eigenvalues = file["eigenvalues"] - float(file["fermi_level"])
        made["bands"] = lambda: figures.bands_figure(path, labels, eigenvalues, structure.cell)
    if (done.folder / "spin_density.npz").exists():
        with np.load(done.folder / "spin_density.npz") as file:
            density = file["spin_density"].astype(float)
        made["spin_density"] = lambda: figures.spin_density_figure(density, structure)
    return made


def _save(draw: Callable[[], Figure], path: Path) -> None:
    with style():
        made = draw()
        write_whole(path, lambda place: made.savefig(place, format="svg"))
