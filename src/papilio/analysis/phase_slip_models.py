"""Models of phase slips as Laws of R(T): thermal, quantum, both."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, stats

from papilio.analysis.phase_slip_levels import BARRIER_UNIT, LOWEST_TC, Levels
from papilio.fit import Fit, Law, Parameter, autocorrelation_factor, least_squares, propagate_all
from papilio.physics import phase_slips as ps

Array = NDArray[np.float64]

#: Parameters of each model, beside those that all have. Logarithms: all are positive, some span
#: decades.
MODELS: dict[str, tuple[tuple[str, str], ...]] = {
    "thermal_literal": (("Tc", "K"), ("ln_dF0", "")),
    "thermal": (("Tc", "K"), ("ln_dF0", ""), ("ln_ratio", "")),
    "quantum": (("Tc", "K"), ("ln_B1", ""), ("ln_B2", "")),
    "both": (("Tc", "K"), ("ln_dF0", ""), ("ln_ratio", ""), ("ln_B1", ""), ("ln_B2", "")),
}
#: Probability of chi-square below which a model does not describe the data.
MISFIT = 0.001
#: A probability of chi-square is always below it.
ALWAYS = 2.0
#: Highest Tc, in units of the hottest reading of the window.
HIGHEST_TC = 4.0
#: Part of the largest resistance at which the slips are described.
DESCRIBED_AT = 0.2
#: A fit that takes longer has no minimum to find.
MOST_EVALUATIONS = 100
#: Relative change of chi-square and parameters at which a fit has converged.
TOLERANCE = 1e-9

REFERENCE = "doi:10.1038/s41467-025-58300-9, Eqs. (3) and (4)"

#: Mean over a Gaussian of standard deviation one, exact for polynomials up to the fifth order.
HERMITE_AT = np.array([-np.sqrt(3), 0.0, np.sqrt(3)])[:, None]
HERMITE = np.array([1, 4, 1]) / 6


@dataclass(frozen=True)
class Strip:
    """
    What is measured and what is known of the strip.

    Attributes
    ----------
    temperature, resistance, direction : ndarray, shape (point,)
        Readings of the window: K, ohm of the whole length, +1 on warming and -1 on cooling.
    order : ndarray of int, shape (point,)
        Place in the order of acquisition.
    std : ndarray, shape (point,)
        Standard deviations of the resistance, ohm.
    thermometer_noise : float
        Scatter of the thermometer, K.
    normal, normal_std : float
        Normal resistance of the whole length and its standard deviation, ohm.
    length, coherence_length : float
        L and xi(0), m.
    offset : bool
        Whether an instrument's offset is fitted.
    both : bool
        Whether a lag is: there are cooling and warming sweeps.
    """

    temperature: Array
    resistance: Array
    direction: Array
    order: NDArray[np.int64]
    std: Array
    thermometer_noise: float
    normal: float
    normal_std: float
    length: float
    coherence_length: float
    offset: bool
    both: bool


def channels(
    strip: Strip, temperature: Array, values: Mapping[str, float]
) -> tuple[Array | None, Array | None]:
    """
    Resistance of thermal and of quantum phase slips, each held at its largest value.

    Parameters
    ----------
    strip : Strip
        Its length and coherence length.
    temperature : ndarray, any shape
        K.
    values : mapping
        Parameters by name; a channel whose parameters are missing is None.

    Returns
    -------
    thermal, quantum : ndarray or None
        ohm.
    """
    thermal = quantum = None
    Tc = max(values["Tc"], 1e-6)
    if "ln_dF0" in values:
        dF0 = float(barrier(values["ln_dF0"]))
        thermal = ps.thermal_channel(temperature, Tc, dF0, strip.length, strip.coherence_length)
        thermal = thermal * _exp(values.get("ln_ratio", 0.0))
    if "ln_B1" in values:
        constants = float(_exp(values["ln_B1"])), float(_exp(values["ln_B2"]))
        quantum = ps.quantum_channel(
            temperature, Tc, *constants, values["normal"], strip.length, strip.coherence_length
        )
    return thermal, quantum


def barrier(logarithm: float) -> float:
    """
    Barrier at T = 0 from its fitted logarithm.

    Parameters
    ----------
    logarithm : float
        ln(dF0 / 1e-23 J).

    Returns
    -------
    float
        J.
    """
    return BARRIER_UNIT * math.exp(min(max(logarithm, -15.0), 15.0))


def _exp(logarithm: float) -> float:
    # A trial step of the optimiser may go anywhere.
    return math.exp(min(max(logarithm, -600.0), 600.0))


def resistance(strip: Strip, temperature: Array, values: Mapping[str, float]) -> Array:
    """
    Resistance with the normal channel in parallel, without offset.

    Parameters
    ----------
    strip : Strip
        The strip.
    temperature : ndarray, any shape
        K.
    values : mapping
        Parameters by name, with ``normal`` in ohm.

    Returns
    -------
    ndarray
        ohm.
    """
    thermal, quantum = channels(strip, temperature, values)
    slips = (0.0 if thermal is None else thermal) + (0.0 if quantum is None else quantum)
    return ps.with_normal_channel(slips, values["normal"])


def law(strip: Strip, model: str) -> Law:
    """
    A model as a Law of (temperature, direction); its last value is the normal resistance.

    Parameters
    ----------
    strip : Strip
        The strip.
    model : str
        A key of `MODELS`.

    Returns
    -------
    Law
        One value more than readings.
    """
    parameters = [Parameter(name, unit) for name, unit in MODELS[model]]
    # Slips of the other kind look like those of a Tc at infinity.
    parameters[0] = Parameter("Tc", "K", 0.0, HIGHEST_TC * float(strip.temperature.max()))
    parameters.append(Parameter("normal", "ohm"))
    parameters += [Parameter("offset", "ohm")] if strip.offset else []
    parameters += [Parameter("lag", "K")] if strip.both else []
    names = [parameter.name for parameter in parameters]
    shifts = strip.thermometer_noise * HERMITE_AT

    def formula(x: Array, *values: float) -> Array:
        known = dict(zip(names, values, strict=True))
        T = x[0] - known.get("lag", 0.0) * x[1] + shifts
        curve = HERMITE @ resistance(strip, np.maximum(T, 1e-6), known)
        offset = known.get("offset", 0.0)
        # The normal resistance is a measurement of its own: one more datum.
        return np.append(curve + offset, known["normal"] + offset)

    return Law(f"phase slips, {model}", formula, tuple(parameters), "below Tc", REFERENCE)


def solve(
    strip: Strip, model: str, start: Mapping[str, float], tolerance: float = TOLERANCE
) -> Fit:
    """
    Fit one model, in the coordinates of `phase_slip_levels`.

    Parameters
    ----------
    strip : Strip
        The readings.
    model : str
        A key of `MODELS`.
    start : mapping of str to float
        First guess.
    tolerance : float, optional
        Relative change of chi-square or of the parameters at which the fit has converged.

    Returns
    -------
    Fit
        Of `law`; its covariance allows for correlated noise.

    Raises
    ------
    FitError
        If the fit fails.
    """
    x = np.stack([strip.temperature, strip.direction])
    y = np.append(strip.resistance, strip.normal)
    std = np.append(strip.std, strip.normal_std)
    levels = _levels(strip, model)
    inner, size = _inner(strip, model, levels)
    names = [parameter.name for parameter in inner.parameters]
    full = {"normal": strip.normal, "offset": 0.0, "lag": 0.0, **start}
    lowest, highest = (size["Tc"] * edge for edge in (LOWEST_TC, inner.parameters[0].upper))
    full["Tc"] = min(max(full["Tc"], 1.001 * lowest), 0.999 * highest)
    known = full | levels.coordinates({name: full[name] for name, _ in MODELS[model]})
    begin = {name: known[name] / size[name] for name in names}
    # The noise was found beside the transition: how the readings scatter about the fit is nearer.
    found = least_squares(
        inner,
        x,
        y,
        std,
        begin,
        rescale_below=ALWAYS,
        max_nfev=MOST_EVALUATIONS,
        tolerance=tolerance,
    )
    outer = law(strip, model)

    def back(values: Array) -> Array:
        each = {n: float(v) * size[n] for n, v in zip(names, values, strict=True)}
        each |= levels.parameters(each)
        return np.array([each[parameter.name] for parameter in outer.parameters])

    covariance = propagate_all(back, found.values, found.covariance)
    residual = ((y - found.predict(x)) / std)[:-1][np.argsort(strip.order, kind="stable")]
    factor = autocorrelation_factor(residual)
    return dataclasses.replace(
        found, law=outer, values=back(found.values), covariance=covariance * factor**2
    )


def _levels(strip: Strip, model: str) -> Levels:
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


def _inner(strip: Strip, model: str, levels: Levels) -> tuple[Law, dict[str, float]]:
    """The model in coordinates of order one, and the unit of each."""
    outer = law(strip, model)
    others = [p.name for p in outer.parameters if p.name in ("normal", "offset", "lag")]
    names = [*COORDINATES[model], *others]
    size = dict.fromkeys(names, 1.0) | {"Tc": levels.thermal_at}
    size |= {"normal": strip.normal, "offset": 0.01 * strip.normal, "lag": 0.01 * levels.thermal_at}
    order = [parameter.name for parameter in outer.parameters]

    def formula(x: Array, *values: float) -> Array:
        known = {name: v * size[name] for name, v in zip(names, values, strict=True)}
        known |= levels.parameters(known)
        return outer.formula(x, *(known[name] for name in order))

    highest = HIGHEST_TC * float(strip.temperature.max()) / levels.thermal_at
    Tc = Parameter("Tc", "", LOWEST_TC, highest)
    inner = Law(
        outer.name,
        formula,
        (Tc, *(Parameter(name, "") for name in names[1:])),
        outer.valid,
        outer.reference,
    )
    return inner, size


def misfits(fit: Fit) -> bool:
    """
    Whether the readings scatter about a model more than their noise allows.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    bool
        True where the probability of its chi-square is below `MISFIT`.
    """
    return float(stats.chi2.sf(fit.chi_square, fit.degrees_of_freedom)) < MISFIT


def parameters(fit: Fit) -> dict[str, float]:
    """
    Values of a fit by name.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    dict of str to float
        As its Law names them.
    """
    names = [parameter.name for parameter in fit.law.parameters]
    return dict(zip(names, map(float, fit.values), strict=True))


def with_thermometer_noise(strip: Strip, fit: Fit) -> Strip:
    """
    The same readings with error bars that hold the thermometer's noise.

    Parameters
    ----------
    strip : Strip
        Readings with the noise of the resistance alone.
    fit : Fit
        A curve through them.

    Returns
    -------
    Strip
        A copy.
    """
    known = parameters(fit)
    T = strip.temperature - known.get("lag", 0.0) * strip.direction
    near = resistance(strip, T + strip.thermometer_noise * HERMITE_AT, known)
    spread = HERMITE @ (near - HERMITE @ near) ** 2
    return dataclasses.replace(strip, std=np.sqrt(strip.std**2 + spread))
