"""Measurements of an array: options in SI in, records and maps in SI out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from papilio.dataset import Provenance, check, record, with_geometry
from papilio.errors import OptionsError
from papilio.progress import progress_bar
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.checkpoint import Checkpoint, Row
from papilio.simulate.josephson_array.dynamics import advance
from papilio.simulate.josephson_array.freeze import Point, frozen
from papilio.simulate.josephson_array.measure import Measurement, measure
from papilio.simulate.josephson_array.observables import (
    bond_couplings,
    bond_phases,
    vorticity,
)
from papilio.simulate.josephson_array.options import (
    ArrayOptions,
    CooldownOptions,
    CurrentVoltageOptions,
    FieldSweepOptions,
    SnapshotOptions,
)
from papilio.simulate.josephson_array.rows import UNITS, plan_of, rows_of
from papilio.simulate.josephson_array.shunts import network
from papilio.simulate.josephson_array.state import (
    Conditions,
    State,
    phases,
    save_state,
    start,
)

Floats = NDArray[np.float64]


def cooldown(
    options: CooldownOptions,
    *,
    flux: ArrayLike | None = None,
    couplings: ArrayLike | None = None,
    checkpoint: Path | None = None,
) -> xr.Dataset:
    """
    Sheet resistance of an array that is cooled step by step.

    Parameters
    ----------
    options : CooldownOptions
        Array, temperatures, current.
    flux : array, shape (Ly, Lx), optional
        Flux through each plaquette over the flux quantum, added to that of the field.
    couplings : array, shape (2, Ly, Lx), optional
        Couplings of the bonds along x and y over E_J, times those of the disorder.
    checkpoint : Path, optional
        File (``.npz``) from which an interrupted run goes on; removed at the end.

    Returns
    -------
    xarray.Dataset
        Record of temperature, field, current, voltage, resistance, sheet_resistance, each with
        its standard error, vortex density, energy; with boundary "fixed-twist" the helicity
        modulus.
    """
    points = [
        Point(temperature, options.field, (options.current_density,), _map(flux))
        for temperature in options.temperatures
    ]
    return _run("cooldown", options, points, couplings, checkpoint)


def current_voltage(
    options: CurrentVoltageOptions,
    *,
    flux: ArrayLike | None = None,
    couplings: ArrayLike | None = None,
    checkpoint: Path | None = None,
) -> xr.Dataset:
    """
    Current-voltage curves, one temperature after another.

    Parameters
    ----------
    options : CurrentVoltageOptions
        Array, temperatures, currents.
    flux, couplings, checkpoint
        As for `cooldown`.

    Returns
    -------
    xarray.Dataset
        Record as of `cooldown`.
    """
    points = [
        Point(temperature, options.field, options.current_densities, _map(flux))
        for temperature in options.temperatures
    ]
    return _run("current_voltage", options, points, couplings, checkpoint)


def field_sweep(
    options: FieldSweepOptions,
    *,
    fluxes: Sequence[ArrayLike] | None = None,
    couplings: ArrayLike | None = None,
    checkpoint: Path | None = None,
) -> xr.Dataset:
    """
    Sheet resistance against perpendicular field, each point starting where the last one ended.

    Parameters
    ----------
    options : FieldSweepOptions
        Array, fields, temperature, current.
    fluxes : sequence of array, shape (Ly, Lx), optional
        Flux map over the flux quantum at each field, added to that of the field: the stray field
        of a magnet, say.
    couplings : array, shape (2, Ly, Lx) or (fields, 2, Ly, Lx), optional
        As for `cooldown`, or one for each field.
    checkpoint
        As for `cooldown`.

    Returns
    -------
    xarray.Dataset
        Record as of `cooldown`.

    Raises
    ------
    OptionsError
        If there are not as many maps as fields.
    """
    maps: list[Floats | None] = [None] * len(options.fields)
    if fluxes is not None:
        if len(fluxes) != len(options.fields):
            raise OptionsError(
                f"there are {len(fluxes)} flux maps for {len(options.fields)} fields; give one each"
            )
        maps = [_map(flux) for flux in fluxes]
    links: list[Floats | None] = [None] * len(options.fields)
    if couplings is not None and np.ndim(couplings) == 4:
        links = list(np.asarray(couplings, dtype=float))
        couplings = None
        if len(links) != len(options.fields):
            raise OptionsError(
                f"couplings: there are {len(links)} maps for {len(options.fields)} fields; "
                "give one each, or one for all"
            )
    points = [
        Point(options.temperature, options.field + field, (options.current_density,), flux, link)
        for field, flux, link in zip(options.fields, maps, links, strict=True)
    ]
    return _run("field_sweep", options, points, couplings, checkpoint)


def snapshots(
    options: SnapshotOptions,
    *,
    flux: ArrayLike | None = None,
    couplings: ArrayLike | None = None,
    state_path: Path | None = None,
) -> xr.Dataset:
    """
    Phases, vortices and supercurrents of an array at equal distances in time.

    Parameters
    ----------
    options : SnapshotOptions
        Array, temperature, current, frames.
    flux, couplings
        As for `cooldown`.
    state_path : Path, optional
        Where the state at the end is saved.

    Returns
    -------
    xarray.Dataset
        Map over time, y and x of superconducting_phase (rad), vorticity (of the plaquette whose
        lower left corner is the site), current_x and current_y (supercurrents of the bonds to the
        right and above, A).
    """
    point = Point(options.temperature, options.field, (options.current_density,), _map(flux))
    provenance = _provenance("snapshots", options)
    options = options.at(options.temperature)
    array, exposed = frozen(options, point, couplings)
    net = network(array) if array.shunts is not None else None
    state = start(array, 1, options.seed, disordered=True)
    steps = max(options.equilibration_steps, 1)
    state, _ = advance(array, state, exposed, 1, steps, net=net)
    frames: list[dict[str, Floats]] = []
    with progress_bar() as bar:
        for _ in bar.track(range(options.frames), description="snapshots"):
            state, _ = advance(array, state, exposed, 1, options.steps_between, net=net)
            frames.append(_picture(options, array, state, exposed))
    if state_path is not None:
        save_state(state, state_path)
    spacing = options.steps_between * array.step * options.time_unit
    return _pictures(options, frames, spacing, provenance)


def _picture(
    options: SnapshotOptions, array: Array, state: State, exposed: Conditions
) -> dict[str, Floats]:
    bonds = bond_phases(array, state, exposed)
    currents = bond_couplings(array, exposed) * np.sin(2 * np.pi * bonds)
    return {
        "superconducting_phase": 2 * np.pi * phases(array, state)[0],
        "vorticity": vorticity(array, bonds, exposed)[0],
        "current_x": options.critical_current * currents[0, 0],
        "current_y": options.critical_current * currents[0, 1],
    }


def _pictures(
    options: SnapshotOptions,
    frames: list[dict[str, Floats]],
    spacing: float,
    provenance: Provenance,
) -> xr.Dataset:
    units = {"superconducting_phase": "rad", "vorticity": "", "current_x": "A", "current_y": "A"}
    data = {
        name: (
            ("time", "y", "x"),
            np.stack([frame[name] for frame in frames]),
            {"units": unit},
        )
        for name, unit in units.items()
    }
    coordinates = {
        "time": ("time", spacing * np.arange(1, len(frames) + 1), {"units": "s"}),
        "y": ("y", options.pitch * np.arange(options.rows), {"units": "m"}),
        "x": ("x", options.pitch * np.arange(options.columns), {"units": "m"}),
    }
    dataset = xr.Dataset(data, coordinates)
    # The attributes of a record are those of a map, but for its kind.
    dataset.attrs = record({}, provenance).attrs
    dataset.attrs["papilio_kind"] = "map"
    return check(dataset)


def _provenance(protocol: str, options: ArrayOptions) -> Provenance:
    return Provenance(
        source=f"josephson_array.{protocol}",
        reader="josephson_array",
        synthetic=True,
        seed=options.seed,
        options=json.dumps(asdict(options)),
    )


def _map(flux: ArrayLike | None) -> Floats | None:
    return None if flux is None else np.asarray(flux, dtype=float)


def _run(
    protocol: str,
    options: ArrayOptions,
    points: list[Point],
    couplings: ArrayLike | None,
    checkpoint_path: Path | None,
) -> xr.Dataset:
    keeper = Checkpoint(checkpoint_path, f"{protocol} {json.dumps(asdict(options))}")
    local = options.at(points[0].temperature)
    array, exposed = frozen(local, points[0], couplings)
    resumed = keeper.read()
    rows: list[Row] = []
    begun = Measurement(start(array, exposed.replicas, options.seed, disordered=True))
    if resumed is not None:
        rows, begun = resumed
    done = len(rows) // len(points[0].current_densities)
    with progress_bar() as bar:
        task = bar.add_task(protocol.replace("_", " "), total=None)
        for number, point in enumerate(points):
            if number < done:
                continue
            local = options.at(point.temperature)
            array, exposed = frozen(local, point, couplings)
            plan = plan_of(local, point)
            each = sum(plan.chunks)
            bar.update(task, total=each * len(points), completed=each * number)

            def after_chunk(now: Measurement) -> None:
                keeper.write(rows, now)
                bar.advance(task)

            finished = measure(
                array,
                exposed,
                plan,
                begun,
                net=network(array) if array.shunts is not None else None,
                after_chunk=after_chunk,
            )
            rows.extend(rows_of(local, point, array, exposed, plan, finished))
            following = options.at(points[min(number + 1, len(points) - 1)].temperature)
            begun = Measurement(_retimed(finished.state, following.time_unit / local.time_unit))
            keeper.write(rows, begun, force=True)
    dataset = record(
        {name: [row[name] for row in rows] for name in rows[0]},
        _provenance(protocol, options),
        units=UNITS,
    )
    keeper.remove()
    return with_geometry(dataset, options.length, options.width)


def _retimed(state: State, ratio: float) -> State:
    """The state in another unit of time; of forces (scheme "adams") one step is off."""
    return replace(
        state,
        rates=(state.rates * ratio).astype(state.rates.dtype),
        twist_rates=state.twist_rates * ratio,
    )


#: Name of a protocol -> its options and its function.
PROTOCOLS: dict[str, tuple[type[ArrayOptions], Callable[..., xr.Dataset]]] = {
    "cooldown": (CooldownOptions, cooldown),
    "current_voltage": (CurrentVoltageOptions, current_voltage),
    "field_sweep": (FieldSweepOptions, field_sweep),
    "snapshots": (SnapshotOptions, snapshots),
}
