"""Curves that a study names for a panel, found among its answers and measurements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.errors import StudyError
from papilio.result import Quantity, Result
from papilio.study import StudyRun
from papilio.study.layout import Layer, matching
from papilio.study.records import meets
from papilio.sweep import split
from papilio.vocabulary import VOCABULARY, base_name

Array = NDArray[np.float64]

#: A sweep over less than this part of the range of its measurement is the way to its start.
WHOLE = 0.9


@dataclass(frozen=True)
class Series:
    """
    One curve, in SI.

    Attributes
    ----------
    x, y : ndarray, shape (point,)
        Values.
    x_std, y_std : ndarray, shape (point,), or None
        One standard deviation.
    units : tuple of str
        Of x and of y.
    per_square : bool
        Whether resistances are of a square.
    attributes : mapping of str to object
        What tells it from others: temperature, branch, density of the sample ...
    result : Result or None
        The answer that it is part of.
    """

    x: Array
    y: Array
    units: tuple[str, str]
    x_std: Array | None = None
    y_std: Array | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    result: Result | None = None
    per_square: bool = True


def series(layer: Layer, run: StudyRun) -> list[Series]:
    """
    The curves of one layer, in the order of the study.

    Parameters
    ----------
    layer : Layer
        What the study names.
    run : StudyRun
        What was found.

    Returns
    -------
    list of Series
        Not empty.

    Raises
    ------
    StudyError
        If a pattern means no curve, or a variable, attribute or quantity is not there.
    """
    found = [*_of_answers(layer, run), *_of_measurements(layer, run)]
    if not found:
        wanted = ", ".join((*layer.curves, *layer.measurements))
        condition = f" with {dict(layer.only)}" if layer.only else ""
        raise StudyError(f"no curve '{wanted}'{condition}; {_there_are(layer, run)}")
    return found


def _there_are(layer: Layer, run: StudyRun) -> str:
    known = dict.fromkeys(
        f"{name}.{curve}"
        for pattern in layer.curves
        for name in matching(pattern.partition(".")[0], run.results)
        for curve in run.results[name].curves
    )
    return f"there are {', '.join(list(known)[:12])}" if known else "its question has no answer"


def _of_answers(layer: Layer, run: StudyRun) -> Iterator[Series]:
    for pattern in layer.curves:
        question, _, wanted = pattern.partition(".")
        for name in matching(question, run.results):
            result, sample = run.results[name], run.study.questions[name].sample
            for title, curve in result.curves.items():
                attributes = {**_of_sample(sample, run), "question": name, **curve.attrs}
                if fnmatchcase(title, wanted) and meets(attributes, layer.only or {}):
                    yield _made(layer, curve, attributes, run, name, result)


def _of_measurements(layer: Layer, run: StudyRun) -> Iterator[Series]:
    for pattern in layer.measurements:
        for name in matching(pattern, run.datasets):
            sample = run.study.measurements[name].sample
            for stretch in _stretches(run.datasets[name], layer.x):
                attributes = {**_of_sample(sample, run), "measurement": name, **stretch.attrs}
                if meets(attributes, layer.only or {}):
                    yield _made(layer, stretch, attributes, run, name, None)


def _of_sample(name: str, run: StudyRun) -> dict[str, object]:
    sample = run.study.samples.get(name)
    known: dict[str, object] = {"sample": name}
    if sample is not None and sample.density is not None:
        known["density"] = sample.density
    return known


def _stretches(data: xr.Dataset, x: str) -> Iterator[xr.Dataset]:
    """Sweep by sweep of a record, with the medians of what else there is; a map is one curve."""
    if data.attrs["papilio_kind"] != "record" or x not in data:
        yield data.assign_attrs({})
        return
    sweeps = [sweep for sweep in split(data, x) if sweep.direction]
    longest = max((abs(sweep.stop - sweep.start) for sweep in sweeps), default=0.0)
    for sweep in sweeps:
        if abs(sweep.stop - sweep.start) < WHOLE * longest:
            continue
        part = sweep.of(data)
        medians = {
            str(name): float(np.nanmedian(variable.values))
            for name, variable in part.data_vars.items()
            if name != x and np.isfinite(variable.values).any()
        }
        branch = "up" if sweep.direction > 0 else "down"
        rate = {} if sweep.rate is None else {"rate": sweep.rate, "sweep_rate": abs(sweep.rate)}
        if "bar_length" in data.attrs:  # as the analyses have it
            for name in ("resistance", "differential_resistance"):
                if name in part:
                    squares = data.attrs["bar_length"] / data.attrs["bar_width"]
                    part[name] = (part[name] / squares).assign_attrs(part[name].attrs)
        squares_known = "bar_length" in data.attrs
        part.attrs = {**medians, **rate, "branch": branch, "per_square": squares_known}
        yield part


def _made(
    layer: Layer,
    curve: xr.Dataset,
    attributes: Mapping[str, object],
    run: StudyRun,
    name: str,
    result: Result | None,
) -> Series:
    for variable in (layer.x, layer.y):
        if variable not in curve.variables:
            raise StudyError(
                f"'{name}' has no '{variable}'; there are {', '.join(map(str, curve.variables))}"
            )
    x, y = (np.asarray(curve[v].values, float) for v in (layer.x, layer.y))
    if x.shape != y.shape:
        raise StudyError(f"'{layer.x}' and '{layer.y}' of '{name}' have different lengths")
    stds = [
        np.asarray(curve[f"{v}_std"].values, float) if f"{v}_std" in curve.variables else None
        for v in (layer.x, layer.y)
    ]
    units = [_unit(curve, v) for v in (layer.x, layer.y)]
    sample = str(attributes["sample"])
    if layer.subtract_x:
        x = x - _value(quantity(layer.subtract_x, run, sample, result))
    if layer.divide_y:
        scale = _value(quantity(layer.divide_y, run, sample, result))
        y, units[1] = y / scale, ""
        stds[1] = None if stds[1] is None else stds[1] / abs(scale)
    square = bool(attributes.get("per_square", True)) and not (
        result is not None and any("of the whole bar" in flag for flag in result.flags)
    )
    return Series(x, y, (units[0], units[1]), stds[0], stds[1], attributes, result, square)


def _unit(curve: xr.Dataset, variable: str) -> str:
    """Unit that the curve states, or that the name has in the vocabulary."""
    stated = str(curve[variable].attrs.get("units", "") or "")
    return stated or VOCABULARY.get(base_name(variable) or "", ("", ""))[0]


def quantity(name: str, run: StudyRun, sample: str, result: Result | None) -> Quantity:
    """
    A number of the same answer, or else of another answer about the same sample.

    Parameters
    ----------
    name : str
        As in results.json.
    run : StudyRun
        What was found.
    sample : str
        The sample.
    result : Result or None
        The answer to look into first.

    Returns
    -------
    Quantity
        With a value.

    Raises
    ------
    StudyError
        If there is none.
    """
    others = [
        run.results[other]
        for other, question in run.study.questions.items()
        if question.sample == sample and other in run.results
    ]
    for candidate in [*([] if result is None else [result]), *others]:
        found = [q for q in candidate.select(name) if q.value is not None]
        if found:
            return min(found, key=lambda q: len(q.conditions))
    raise StudyError(f"no quantity '{name}' of sample '{sample}' was found; name another")


def _value(found: Quantity) -> float:
    return float(found.value) if found.value is not None else float("nan")
