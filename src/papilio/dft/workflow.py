"""From a structure to its magnetic ground state: relax, start from many moments, dense k-grid."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from papilio.dft.calculation import Calculation
from papilio.dft.cell import Structure
from papilio.dft.engines import ENGINES
from papilio.dft.engines.process import Announce, Machine, NotConverged
from papilio.dft.job import CURVATURE, DENSITY, Done, Job, do
from papilio.dft.structure import StructureOptions, build, relaxed_in
from papilio.dft.symmetry_lines import symmetry_lines
from papilio.errors import AnalysisError, OptionsError
from papilio.options import option

#: Moments of ions smaller than this are none, Bohr magnetons.
NO_MOMENT = 0.01


@dataclass(frozen=True)
class WorkflowOptions:
    """A first-principles study of one cell."""

    structure: StructureOptions = option(help="the cell")  # noqa: RUF009 - makes a field
    relaxation: tuple[Calculation, ...] = option(
        (), help="stages of the relaxation, quick ones first; each goes on from the one before"
    )
    ground_state: Calculation | None = option(  # noqa: RUF009 - makes a field
        None, help="for the comparison of magnetic starts on the relaxed structure"
    )
    dense_k_grid: tuple[int, int, int] | None = option(
        None, help="for densities of states; wants ground_state"
    )
    relaxed_in: str | None = option(
        None, help="first_principles.json of another study of this cell, whose atoms are taken"
    )
    engine: Literal["gpaw", "emt"] = option("gpaw", help="what calculates")
    machine: Machine = option(Machine(), help="where it runs")  # noqa: RUF009 - frozen
    most_ionic_steps: int = option(100, help="of each stage")
    starting_moments: tuple[float, ...] = option(
        (0.2, 0.6), help="of each B ion, one ferromagnetic start each, Bohr magnetons"
    )
    antiferromagnetic: bool = option(True, help="also start with layers in turn up and down")
    lattice_constants: tuple[float, ...] = option(
        (), unit="angstrom", help="of an equation of state, with the settings of ground_state"
    )
    band_points: int = option(0, help="points along the symmetry lines; zero leaves bands out")
    pseudopotentials: Mapping[str, str] = field(
        default_factory=dict,
        metadata={"help": "files of the elements, for input of Quantum ESPRESSO"},
    )
    valence_electrons: Mapping[str, float] = field(
        default_factory=dict,
        metadata={"help": "of these files; pw.x takes small starting moments as a share of them"},
    )


@dataclass(frozen=True, eq=False)
class Finished:
    """
    What the workflow has found.

    Attributes
    ----------
    structure : Structure
        Relaxed.
    relaxations : tuple of Done
        Its stages.
    starts : dict
        Name of a magnetic start -> where it went, or None if it did not converge.
    scan : tuple of Done
        The equation of state.
    dense : dict
        "non_magnetic" and "magnetic" -> on the dense grid, with states.
    """

    structure: Structure
    relaxations: tuple[Done, ...]
    starts: Mapping[str, Done | None]
    dense: Mapping[str, Done]
    scan: tuple[Done, ...] = ()

    @property
    def lowest_magnetic(self) -> Done | None:
        """The start with a moment that came out lowest in energy."""
        return lowest_magnetic(self.starts)

    @property
    def electronic(self) -> Mapping[str, Done]:
        """The best there is of "non_magnetic" and "magnetic": the dense grid, else the starts."""
        found = {"non_magnetic": self.starts.get("non_magnetic"), "magnetic": self.lowest_magnetic}
        return {name: done for name, done in found.items() if done is not None} | dict(self.dense)


def lowest_magnetic(starts: Mapping[str, Done | None]) -> Done | None:
    """
    Of the calculations that kept a moment, the one lowest in energy.

    Parameters
    ----------
    starts : mapping
        Name -> calculation, or None if it did not converge.

    Returns
    -------
    Done or None
        None if none kept a moment.
    """
    found = [
        done
        for done in starts.values()
        if done is not None and max(map(abs, done.result["moments"]), default=0.0) > NO_MOMENT
    ]
    return min(found, key=lambda done: float(done.result["energy"]), default=None)


def run(
    options: WorkflowOptions,
    output: Path,
    announce: Announce,
    keep: Callable[[Finished], object] = lambda finished: None,
) -> Finished:
    """
    Relax a cell and find its magnetic ground state.

    What was done before, in the same folder with the same settings, is kept; a calculation that was
    killed goes on from its last ionic step.

    Parameters
    ----------
    options : WorkflowOptions
        What to do.
    output : Path
        Folder of the study.
    announce : callable
        Told where it stands.
    keep : callable, optional
        Given what is finished each time that a calculation is: a study takes days.

    Returns
    -------
    Finished
        Every calculation with its files.

    Raises
    ------
    OptionsError
        If the options contradict each other.
    AnalysisError
        If a relaxation fails, or no magnetic start converges.
    """
    _check(options)
    structure = build(options.structure)
    if options.relaxed_in is not None:
        found = relaxed_in(Path(options.relaxed_in))
        if found.symbols != structure.symbols:
            raise OptionsError(f"relaxed_in: {options.relaxed_in} holds another cell")
        structure = found
    densities = _densities_of(options.relaxed_in)
    curvature = _curvature_of(options.relaxed_in)
    relaxations: list[Done] = []
    moments: list[float] = []
    for number, calculation in enumerate(options.relaxation, 1):
        if calculation.spin_polarised and not any(moments):
            moments = starting_moments(structure, b_ion(options), options.starting_moments[-1])
        job = Job(
            f"relax-{number}",
            options.engine,
            structure,
            calculation,
            options.most_ionic_steps,
            moments if calculation.spin_polarised else (),
            densities=densities,
            curvature=curvature,
        )
        done = do(job, output, options.machine, announce)
        relaxations.append(done)
        structure, densities, curvature = done.structure, (done.density,), done.curvature
        if calculation.spin_polarised:
            moments = done.result["moments"]
        keep(Finished(structure, tuple(relaxations), {}, {}))
    scan = _scan(options, output, announce)
    finished = Finished(structure, tuple(relaxations), {}, {}, scan)
    starts: dict[str, Done | None] = {}
    if any(of.job.calculation.spin_polarised for of in relaxations[-1:]):
        densities = ()  # with spin it would make every magnetic start the same
    for name, start in _starts(options, structure, densities, output, announce):
        starts[name] = start
        finished = dataclasses.replace(finished, starts=dict(starts))
        keep(finished)
    if starts and not any(starts.values()):
        raise AnalysisError("no magnetic start converged; raise smearing or most_iterations")
    for name, done in _dense(options, structure, starts, output, announce):
        finished = dataclasses.replace(finished, dense={**finished.dense, name: done})
        keep(finished)
    return finished


def b_ion(options: WorkflowOptions) -> str:
    """
    Symbol of the B ion of the study's perovskite.

    Parameters
    ----------
    options : WorkflowOptions
        The study.

    Returns
    -------
    str
        As in Ta.
    """
    structure = build(dataclasses.replace(options.structure, vacancies=()))
    return next(
        s for s, layer in zip(structure.symbols, structure.layers, strict=True) if layer == f"{s}1"
    )


def starting_moments(
    structure: Structure, element: str, moment: float, alternate: bool = False
) -> list[float]:
    """
    Moments to start from, on the B ions alone.

    Parameters
    ----------
    structure : Structure
        Atoms with layers.
    element : str
        The B ion.
    moment : float
        Of each, Bohr magnetons.
    alternate : bool
        Change sign from layer to layer.

    Returns
    -------
    list of float
        One for each atom.
    """
    made = []
    for symbol, layer in zip(structure.symbols, structure.layers, strict=True):
        if symbol != element:
            made.append(0.0)
            continue
        down = alternate and int(layer.removeprefix(element)) % 2 == 0
        made.append(-moment if down else moment)
    return made


def _check(options: WorkflowOptions) -> None:
    electronic = ENGINES[options.engine].electronic
    if not electronic and (
        options.ground_state or any(c.spin_polarised for c in options.relaxation)
    ):
        raise OptionsError(f"engine {options.engine} has no electrons: leave out ground_state")
    if options.dense_k_grid and options.ground_state is None:
        raise OptionsError("dense_k_grid: wants ground_state, whose other settings it takes")
    if options.lattice_constants and (
        options.ground_state is None or options.structure.orientation != "cubic"
    ):
        raise OptionsError(
            'lattice_constants: want ground_state, whose settings they take, and the "cubic" cell'
        )
    if any(c.spin_polarised for c in options.relaxation) and not options.starting_moments:
        raise OptionsError("starting_moments: a relaxation with spin needs a moment to start from")


def _densities_of(relaxed_in: str | None) -> tuple[Path, ...]:
    """Where the study whose atoms are taken may have kept their density."""
    if relaxed_in is None:
        return ()
    steps = Path(relaxed_in).absolute().parent / "steps"
    return tuple(sorted(steps.glob(f"non_magnetic-*/{DENSITY}")))


def _curvature_of(relaxed_in: str | None) -> Path | None:
    """Where the study whose atoms are taken may have left what its last relaxation had learnt."""
    if relaxed_in is None:
        return None
    done: dict[str, Any] = json.loads(Path(relaxed_in).read_text("utf-8")).get("calculations", {})
    stages: list[str] = [name for name in done if name.startswith("relax-")]
    if not stages:
        return None
    return Path(relaxed_in).absolute().parent / "steps" / stages[-1] / CURVATURE


def _starts(
    options: WorkflowOptions,
    structure: Structure,
    densities: tuple[Path, ...],
    output: Path,
    announce: Announce,
) -> Iterator[tuple[str, Done | None]]:
    calculation = options.ground_state
    if calculation is None:
        return
    element = b_ion(options)
    plain = dataclasses.replace(calculation, spin_polarised=False)
    polarised = dataclasses.replace(calculation, spin_polarised=True)
    jobs: dict[str, tuple[Calculation, list[float]]] = {"non_magnetic": (plain, [])}
    for moment in options.starting_moments:
        jobs[f"ferromagnetic_{moment:g}"] = (
            polarised,
            starting_moments(structure, element, moment),
        )
    layers = {structure.layers[atom] for atom in structure.of(element)}
    if options.antiferromagnetic and options.starting_moments and len(layers) > 1:
        jobs["antiferromagnetic"] = (
            polarised,
            starting_moments(structure, element, max(options.starting_moments), alternate=True),
        )
    for name, (settings, moments) in jobs.items():
        job = Job(
            name, options.engine, structure, settings, 0, moments, ("states",), densities=densities
        )
        done = None
        try:
            done = do(job, output, options.machine, announce)
        except NotConverged as error:
            announce(str(error))
        if done is not None and name == "non_magnetic":
            densities = (done.density, *densities)
        yield name, done


def _scan(options: WorkflowOptions, output: Path, announce: Announce) -> tuple[Done, ...]:
    made: list[Done] = []
    calculation = options.ground_state
    if calculation is None:
        return ()
    for lattice in options.lattice_constants:
        cell = dataclasses.replace(options.structure, lattice_constant=lattice)
        job = Job(f"lattice-{lattice:g}", options.engine, build(cell), calculation)
        made.append(do(job, output, options.machine, announce))
    return tuple(made)


def _dense(
    options: WorkflowOptions,
    structure: Structure,
    starts: Mapping[str, Done | None],
    output: Path,
    announce: Announce,
) -> Iterator[tuple[str, Done]]:
    if options.ground_state is None or options.dense_k_grid is None:
        return
    calculation = dataclasses.replace(options.ground_state, k_grid=options.dense_k_grid)
    path: Any = ()
    if options.band_points:
        path = symmetry_lines(structure, options.band_points)[0].tolist()
    outputs = ("states", "bands") if options.band_points else ("states",)
    plain = dataclasses.replace(calculation, spin_polarised=False)
    lowest, coarse = lowest_magnetic(starts), starts.get("non_magnetic")
    before = (coarse.density,) if coarse is not None else ()
    job = Job("dense-non_magnetic", options.engine, structure, plain, 0, (), outputs, path, before)
    yield "non_magnetic", do(job, output, options.machine, announce)
    if lowest is not None:
        job = Job(
            "dense-magnetic",
            options.engine,
            structure,
            dataclasses.replace(calculation, spin_polarised=True),
            0,
            lowest.result["moments"],
            (*outputs, "spin_density"),
            path,
            (lowest.density,),
        )
        yield "magnetic", do(job, output, options.machine, announce)
