"""Models of phase slips as Laws of R(T): thermal, quantum, both."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from papilio.analysis.phase_slip_levels import BARRIER_UNIT
from papilio.fit import Fit, Law, Parameter
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
#: Highest Tc, in units of the hottest reading of the window.
HIGHEST_TC = 4.0

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
    memory : float
        Correlation of the noise of the resistance between neighbouring readings.
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
    memory: float = 0.0


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


def crossing(strip: Strip, values: Mapping[str, float]) -> float:
    """
    Temperature below which quantum slips give more resistance than thermal ones.

    Parameters
    ----------
    strip : Strip
        The strip.
    values : mapping
        Parameters of both channels by name.

    Returns
    -------
    float
        K; NaN where one channel is the larger one at all temperatures of the readings.
    """
    top = float(strip.temperature.max())
    grid = np.linspace(top / 1000, top, 1000)
    thermal, quantum = channels(strip, grid, values)
    if thermal is None or quantum is None:
        return float("nan")
    # The logarithms' difference changes sign once: thermal slips win as it gets warmer.
    ahead = np.log(thermal + 1e-300) - np.log(quantum + 1e-300)
    last = np.flatnonzero(ahead < 0)
    if not last.size or last[-1] == grid.size - 1:
        return float("nan")
    row = int(last[-1])
    share = ahead[row] / (ahead[row] - ahead[row + 1])
    return float(grid[row] + share * (grid[row + 1] - grid[row]))


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
