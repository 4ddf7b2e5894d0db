"""Fits of phase-slip models, in coordinates that hardly depend on one another."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from papilio.analysis import phase_slip_models as models
from papilio.analysis.phase_slip_levels import LOWEST_TC, Levels
from papilio.fit import Fit, Law, Parameter, autocorrelation_factor, least_squares, propagate_all

Array = NDArray[np.float64]

#: Part of the largest resistance at which the slips are described.
DESCRIBED_AT = 0.2
#: A probability of chi-square is always below it.
ALWAYS = 2.0
#: A fit that takes longer has no minimum to find.
MOST_EVALUATIONS = 100
#: Relative change of chi-square and parameters at which a fit has converged.
TOLERANCE = 1e-9
#: Step of a numerical derivative, in coordinates of order one.
STEP = 1e-6


def solve(
    strip: models.Strip, model: str, start: Mapping[str, float], tolerance: float = TOLERANCE
) -> Fit:
    """
    Fit one model, in the coordinates of `phase_slip_levels`.

    Parameters
    ----------
    strip : models.Strip
        The readings.
    model : str
        A key of `models.MODELS`.
    start : mapping of str to float
        First guess.
    tolerance : float, optional
        Relative change of chi-square or of the parameters at which the fit has converged.

    Returns
    -------
    Fit
        Of `models.law`; its covariance allows for correlated noise.

    Raises
    ------
    FitError
        If the fit fails.
    """
    x = _places(strip)
    y = np.append(strip.resistance, strip.normal)
    std = np.append(strip.std, strip.normal_std)
    described = describe(strip, model)
    size = described.size
    full = {"normal": strip.normal, "offset": 0.0, "lag": 0.0, **start}
    lowest, highest = (size["Tc"] * edge for edge in (LOWEST_TC, described.law.parameters[0].upper))
    full["Tc"] = min(max(full["Tc"], 1.001 * lowest), 0.999 * highest)
    # The noise was found beside the transition: how the readings scatter about the fit is nearer.
    found = least_squares(
        described.law,
        x,
        y,
        std,
        described.inner(full),
        rescale_below=ALWAYS,
        max_nfev=MOST_EVALUATIONS,
        tolerance=tolerance,
    )
    outer = models.law(strip, model)

    def back(values: Array) -> Array:
        return described.outer(values, outer)

    _, covariance = _with_memory(strip, described, found)
    covariance = propagate_all(back, found.values, covariance)
    return dataclasses.replace(found, law=outer, values=back(found.values), covariance=covariance)


def _places(strip: models.Strip) -> Array:
    return np.stack([strip.temperature, strip.direction])


def _slopes(strip: models.Strip, described: Described, values: Array) -> Array:
    """Derivatives of the curve over its error bars, shape (reading and normal, parameter)."""
    x, std = _places(strip), np.append(strip.std, strip.normal_std)
    here = described.law.formula(x, *values)
    steps = STEP * np.maximum(np.abs(values), 1.0)
    columns = [
        (described.law.formula(x, *(values + move)) - here) / (step * std)
        for move, step in zip(np.diag(steps), steps, strict=True)
    ]
    return np.stack(columns, axis=1)


def _with_memory(strip: models.Strip, described: Described, fit: Fit) -> tuple[Array, Array]:
    """
    Covariance of a fit in its coordinates, of white and of the actual noise.

    The resistance remembers its noise as a lock-in's filter does, the thermometer's noise is white:
    steep and flat stretches of one curve differ, and so do parameters.
    """
    slopes = _slopes(strip, described, fit.values)
    order = np.argsort(strip.order, kind="stable")
    readings, normal = slopes[:-1][order], slopes[-1]
    white = np.asarray(fit.covariance / fit.scale**2)
    memory = strip.memory
    if models.misfits(fit):
        # What the model misses is no noise, but it does repeat itself from reading to reading.
        predicted = described.law.formula(_places(strip), *fit.values)[:-1]
        residual = (strip.resistance - predicted) / strip.std
        factor = autocorrelation_factor(residual[order]) ** 2
        memory = max(memory, (factor - 1) / (factor + 1))
    share = strip.std.min() / strip.std[order][:, None]
    remembered = share * readings
    before = signal.lfilter([1.0], [1.0, -memory], remembered, axis=0)
    after = signal.lfilter([1.0], [1.0, -memory], remembered[::-1], axis=0)[::-1]
    meat = readings.T @ readings + remembered.T @ (before + after - 2 * remembered)
    actual = white @ (fit.scale**2 * meat + np.outer(normal, normal)) @ white
    return white, np.asarray(actual)


def scatter(strip: models.Strip, model: str, fit: Fit) -> float:
    """
    Rise of chi-square along Tc that counts as one, from the scatter and memory of the noise.

    Parameters
    ----------
    strip : models.Strip
        The readings.
    model : str
        A key of `models.MODELS`.
    fit : Fit
        Its fit to them, from `solve`.

    Returns
    -------
    float
        Pure number; one where the error bars are right and the noise is white.
    """
    described = describe(strip, model)
    values = described.inner(models.parameters(fit))
    inner = np.array([values[parameter.name] for parameter in described.law.parameters])
    slopes = _slopes(strip, described, inner)
    covariance = np.asarray(np.linalg.inv(slopes.T @ slopes) * fit.scale**2)
    same = dataclasses.replace(fit, law=described.law, values=inner, covariance=covariance)
    white, actual = _with_memory(strip, described, same)
    return float(actual[0, 0] / white[0, 0])


@dataclass(frozen=True)
class Described:
    """
    A model in coordinates of order one (`phase_slip_levels`).

    Attributes
    ----------
    law : Law
        In these coordinates, Tc first.
    size : dict of str to float
        Unit of each.
    levels : Levels
        What they mean.
    names : tuple of str
        Parameters of the model.
    """

    law: Law
    size: dict[str, float]
    levels: Levels
    names: tuple[str, ...]

    def inner(self, values: Mapping[str, float]) -> dict[str, float]:
        """
        Coordinates of given parameters.

        Parameters
        ----------
        values : mapping
            Parameters by name.

        Returns
        -------
        dict of str to float
            In their units.
        """
        known = {**values, **self.levels.coordinates({name: values[name] for name in self.names})}
        return {p.name: known[p.name] / self.size[p.name] for p in self.law.parameters}

    def outer(self, values: Array, law: Law) -> Array:
        """
        Parameters of given coordinates.

        Parameters
        ----------
        values : ndarray, shape (parameter,)
            Coordinates in the order of ``self.law``.
        law : Law
            The model in its parameters.

        Returns
        -------
        ndarray, shape (parameter,)
            In the order of `law`.
        """
        each = {
            parameter.name: float(value) * self.size[parameter.name]
            for parameter, value in zip(self.law.parameters, values, strict=True)
        }
        each |= self.levels.parameters(each)
        return np.array([each[parameter.name] for parameter in law.parameters])


def describe(strip: models.Strip, model: str) -> Described:
    """
    A model in the coordinates in which it is fitted.

    Parameters
    ----------
    strip : models.Strip
        The readings.
    model : str
        A key of `models.MODELS`.

    Returns
    -------
    Described
        Its law, units and meaning.
    """
    levels = _levels(strip, model)
    inner, size = _inner(strip, model, levels)
    return Described(inner, size, levels, tuple(name for name, _ in models.MODELS[model]))


def _levels(strip: models.Strip, model: str) -> Levels:
    smooth = ndimage.uniform_filter1d(strip.resistance, 7, mode="nearest")
    low, high = float(smooth[:7].mean()), float(smooth.max())
    at = float(strip.temperature[int(np.argmax(smooth > low + DESCRIBED_AT * (high - low)))])
    # Beside thermal slips the quantum ones make the tail below.
    tail = at if model == "quantum" else 0.5 * (float(strip.temperature[0]) + at)
    return Levels(at, tail, strip.normal, strip.length, strip.coherence_length)


#: Coordinates of each model.
COORDINATES = {
    "thermal_literal": ("Tc", "thermal_slope"),
    "thermal": ("Tc", "thermal_slope", "thermal_level"),
    "quantum": ("Tc", "quantum_slope", "quantum_level"),
    "both": ("Tc", "thermal_slope", "thermal_level", "quantum_slope", "quantum_level"),
}


def _inner(strip: models.Strip, model: str, levels: Levels) -> tuple[Law, dict[str, float]]:
    """The model in coordinates of order one, and the unit of each."""
    outer = models.law(strip, model)
    others = [p.name for p in outer.parameters if p.name in ("normal", "offset", "lag")]
    names = [*COORDINATES[model], *others]
    size = dict.fromkeys(names, 1.0) | {"Tc": levels.thermal_at}
    size |= {"normal": strip.normal, "offset": 0.01 * strip.normal, "lag": 0.01 * levels.thermal_at}
    order = [parameter.name for parameter in outer.parameters]

    def formula(x: Array, *values: float) -> Array:
        known = {name: v * size[name] for name, v in zip(names, values, strict=True)}
        known |= levels.parameters(known)
        return outer.formula(x, *(known[name] for name in order))

    highest = models.HIGHEST_TC * float(strip.temperature.max()) / levels.thermal_at
    Tc = Parameter("Tc", "", LOWEST_TC, highest)
    inner = Law(
        outer.name,
        formula,
        (Tc, *(Parameter(name, "") for name in names[1:])),
        outer.valid,
        outer.reference,
    )
    return inner, size
