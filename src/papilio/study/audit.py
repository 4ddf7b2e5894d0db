"""The ledger of a study: the facts of each sample gathered, and what the checks say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import xarray as xr

from papilio.errors import OptionsError
from papilio.ledger import Cooldown, Facts, OutsideFacts, Published, across, ledger
from papilio.result import Result
from papilio.study.sections import Reference, Study
from papilio.units import to_si

#: Units of quantities that no analysis found, to read a quoted text in.
UNITS = ("", "K", "T", "m", "J", "ohm", "1/m^2", "A", "V", "s", "A*m^2", "eV", "K*m^2", "T/s")


def audit(
    study: Study, results: Mapping[str, Result], datasets: Mapping[str, xr.Dataset]
) -> dict[str, Result]:
    """
    What a careful referee would check, sample by sample and across them.

    Parameters
    ----------
    study : Study
        The study.
    results : mapping of str to Result
        Answers by name of the question.
    datasets : mapping of str to xarray.Dataset
        Datasets by name of the measurement.

    Returns
    -------
    dict of str to Result
        By name of the sample; what spans samples has the empty name.
    """
    samples = dict.fromkeys(question.sample for question in study.questions.values())
    known = {name: facts_of(name, study, results, datasets) for name in samples}
    found = {name: ledger(facts, _of(name, study, results)) for name, facts in known.items()}
    found[""] = across(list(known.values()), results.values())
    return {name: result for name, result in found.items() if result is not None}


def facts_of(
    name: str,
    study: Study,
    results: Mapping[str, Result],
    datasets: Mapping[str, xr.Dataset],
) -> Facts:
    """
    What is known about one sample.

    Parameters
    ----------
    name : str
        The sample.
    study : Study
        The study.
    results : mapping of str to Result
        Answers by name of the question.
    datasets : mapping of str to xarray.Dataset
        Datasets by name of the measurement.

    Returns
    -------
    Facts
        For the checks of `papilio.ledger`.
    """
    own = _of(name, study, results)
    sample = study.samples.get(name)
    outside = (sample.facts if sample else None) or OutsideFacts()
    quantities = tuple(quantity for result in own for quantity in result.quantities)
    units = {quantity.name: quantity.unit for quantity in quantities}
    loops = list(_loops(name, study, datasets))
    return Facts(
        name,
        quantities,
        length=sample.length if sample else None,
        width=sample.width if sample else None,
        density=sample.density if sample else None,
        excitation_current=outside.excitation_current or _first(map(_excitation, loops)),
        time_constant=outside.time_constant or _first(map(_time_constant, loops)),
        cooldowns=tuple(_cooldowns(own)),
        published=tuple(_published(name, study, units)),
        outside=outside,
    )


def _of(name: str, study: Study, results: Mapping[str, Result]) -> list[Result]:
    return [
        results[question]
        for question, entry in study.questions.items()
        if entry.sample == name and question in results
    ]


def _loops(name: str, study: Study, datasets: Mapping[str, xr.Dataset]) -> Iterator[xr.Dataset]:
    """Datasets of the sample's field loops."""
    for question in study.questions.values():
        if question.sample == name and question.analysis == "butterfly":
            yield from (datasets[m] for m in question.roles.values() if m in datasets)


def _excitation(dataset: xr.Dataset) -> float | None:
    if "excitation_current" not in dataset:
        return None
    values = np.abs(dataset["excitation_current"].values)
    values = values[np.isfinite(values) & (values > 0)]
    return float(np.median(values)) if values.size else None


def _time_constant(dataset: xr.Dataset) -> float | None:
    return float(dataset.attrs.get("lock_in_time_constant", 0.0)) or None


def _first(values: Iterable[float | None]) -> float | None:
    return next((value for value in values if value is not None), None)


def _cooldowns(results: Iterable[Result]) -> Iterator[Cooldown]:
    for result in results:
        if result.analysis != "transition":
            continue
        for curve in result.curves.values():
            if not {"temperature", "resistance"} <= set(curve.variables):
                continue
            temperature = curve["temperature"].values.astype(float)
            resistance = curve["resistance"].values.astype(float)
            if temperature.shape != resistance.shape:
                continue
            known = np.isfinite(temperature) & np.isfinite(resistance)
            order = np.argsort(temperature[known], kind="stable")
            if order.size:
                yield Cooldown(temperature[known][order], resistance[known][order])


def _published(name: str, study: Study, units: Mapping[str, str]) -> Iterator[Published]:
    """What the study quotes for the sample and can be read in SI."""
    for entry in study.references:
        question = study.questions.get(entry.question) if entry.question else None
        if entry.sample not in (None, name) or (question and question.sample != name):
            continue
        wanted = (units[entry.quantity],) if entry.quantity in units else UNITS
        for unit in wanted:
            read = _read(entry, unit)
            if read is not None:
                yield Published(entry.quantity, *read, unit, entry.where, entry.conditions)
                break


def _read(entry: Reference, unit: str) -> tuple[float, float | None] | None:
    try:
        std = None if entry.std is None else to_si(entry.std, unit)
        return to_si(entry.value, unit), std
    except OptionsError:  # of another unit: `rows` tells the user where that is a mistake
        return None
