"""One measurement of a study in, its Dataset out: read or simulated, renamed, cut, sized."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import xarray as xr

import papilio.readers
import papilio.simulate
from papilio.dataset import RECORD_DIMENSION, Note, check, notes, with_geometry
from papilio.errors import DatasetError, OptionsError, PapilioError, ReadError
from papilio.join import concatenate
from papilio.study.sections import Measurement, Sample
from papilio.units import factor
from papilio.vocabulary import VOCABULARY, base_name


def prepare(
    measurement: Measurement, sample: Sample | None, refuse: Callable[[str], None]
) -> xr.Dataset:
    """
    The Dataset of one measurement.

    Parameters
    ----------
    measurement : Measurement
        What the study says of it.
    sample : Sample or None
        Its sample, for the geometry.
    refuse : callable
        Is told, in one sentence, of each file that is left out of several.

    Returns
    -------
    xarray.Dataset
        A checked Dataset.

    Raises
    ------
    PapilioError
        If no file of the measurement can be read, or the study's changes do not fit its content.
    """
    if measurement.simulate is not None:
        simulation = papilio.simulate.SIMULATIONS[measurement.simulate]
        dataset = _shaped(simulation.function(measurement.options), measurement)
    else:
        dataset = _read_files(measurement, refuse)
    dataset = _keep(dataset, measurement.keep)
    if sample is not None and sample.length is not None and sample.width is not None:
        dataset = with_geometry(dataset, sample.length, sample.width)
    return check(dataset)


def _read_files(measurement: Measurement, refuse: Callable[[str], None]) -> xr.Dataset:
    datasets, refusals = [], []
    for file in measurement.files:
        try:
            datasets.append(_shaped(_read(file, measurement), measurement))
        except PapilioError as error:
            message = str(error)
            refusals.append(message if file.name in message else f"{file.name}: {message}")
    if not datasets:
        raise ReadError("; ".join(refusals))
    joined = concatenate(datasets) if len(datasets) > 1 else datasets[0]
    for message in refusals:
        refuse(message)
    if refusals:
        joined = _with_notes(joined, [Note(f"left out: {message}") for message in refusals])
    return joined


def _read(file: Path, measurement: Measurement) -> xr.Dataset:
    return papilio.readers.read(file, format=measurement.format, options=measurement.reader_options)


def _shaped(dataset: xr.Dataset, measurement: Measurement) -> xr.Dataset:
    return _with_constants(_renamed(dataset, measurement.rename), measurement.constants)


def _renamed(dataset: xr.Dataset, rename: Mapping[str, str]) -> xr.Dataset:
    """Give variables their names in the vocabulary, and the vocabulary's unit."""
    names: dict[str, str] = {}
    for new, old in rename.items():
        if old not in dataset:
            raise DatasetError(
                f"rename: there is no '{old}' to become '{new}'; the file holds "
                f"{', '.join(map(str, dataset))}"
            )
        names[old] = new
        if f"{old}_std" in dataset:
            names[f"{old}_std"] = f"{new}_std"
    for new in names.values():
        if new in dataset and new not in names:
            raise DatasetError(
                f"rename: the file holds a '{new}' already; give that one another name as well"
            )
    renamed = dataset.rename(names)
    for old, new in names.items():
        renamed[new] = _in_unit_of_vocabulary(renamed[new], old, new)
    return check(renamed) if names else renamed


def _in_unit_of_vocabulary(variable: xr.DataArray, old: str, new: str) -> xr.DataArray:
    base = base_name(new)
    if base is None:
        return variable
    unit, meaning = VOCABULARY[base]
    try:
        scale = factor(str(variable.attrs.get("units", "")), unit)
    except OptionsError as error:
        raise DatasetError(f"rename: '{old}' cannot become '{new}': {error}") from error
    converted = variable if scale == 1 else variable * scale
    attributes = {**variable.attrs, "units": unit, "long_name": meaning}
    attributes.setdefault("original_name", old)
    return converted.assign_attrs(attributes)


def _with_constants(dataset: xr.Dataset, constants: Mapping[str, float]) -> xr.Dataset:
    for name, value in constants.items():
        if dataset.attrs["papilio_kind"] != "record":
            raise DatasetError(f"constants: '{name}' belongs to a record, and this is a map")
        if name in dataset:
            raise DatasetError(f"constants: the file holds '{name}' itself; delete the constant")
        unit, meaning = VOCABULARY[base_name(name) or name]
        dataset = dataset.assign(
            {
                name: (
                    RECORD_DIMENSION,
                    np.full(dataset.sizes.get(RECORD_DIMENSION, 0), value),
                    {"units": unit, "long_name": meaning, "original_name": "given in the study"},
                )
            }
        )
    return dataset


def _keep(dataset: xr.Dataset, ranges: Mapping[str, tuple[float, float]]) -> xr.Dataset:
    for name, (low, high) in ranges.items():
        if name not in dataset.variables:
            raise DatasetError(
                f"keep: there is no '{name}' in the data; there are "
                f"{', '.join(map(str, dataset.variables))}"
            )
        variable = dataset[name]
        if variable.ndim != 1:
            raise DatasetError(f"keep: '{name}' has more than one dimension; cut by a coordinate")
        inside = (variable.values >= low) & (variable.values <= high)
        dropped = int((~inside).sum())
        dataset = dataset.isel({variable.dims[0]: np.flatnonzero(inside)})
        if dropped:
            unit = variable.attrs.get("units", "")
            message = f"the study keeps {name} from {low:g} to {high:g} {unit}".rstrip()
            dataset = _with_notes(dataset, [Note(message, column=name, rows=dropped)])
    return dataset


def _with_notes(dataset: xr.Dataset, more: list[Note]) -> xr.Dataset:
    together = json.dumps([asdict(note) for note in [*notes(dataset), *more]])
    return dataset.assign_attrs(notes=together)
