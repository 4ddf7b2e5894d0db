"""Fit of the paraconductivity to one sweep of temperature: window, noise, both laws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from papilio.analysis.curve import reading_noise
from papilio.analysis.model_comparison import UNDECIDED, Score, compare
from papilio.analysis.noise_memory import noise_widening
from papilio.errors import FitError
from papilio.fit import Fit, Law, Parameter, least_squares
from papilio.physics import fluctuations as theory

Array = NDArray[np.float64]

BOTH = "Aslamazov-Larkin and Maki-Thompson"
ALONE = "Aslamazov-Larkin"
#: Range of ln(delta) in a fit: outside, the Maki-Thompson term does not depend on it or is nothing.
LOG_DELTA = (float(np.log(1e-4)), float(np.log(30.0)))
#: A standard deviation of ln(delta) above which delta is not determined.
LOOSE = 0.7
#: Readings that a window must hold.
FEWEST = 15
#: Mean square of the thermometer's part of the noise over that of the voltage.
NOISE_RATIOS = (3e3, 1e3, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.0)
#: Twice the logarithm of a likelihood over the best one from which on a ratio does not count.
NEGLIGIBLE = 20.0
#: Relative change of chi-square at which a fit has converged; likewise for the fits that only weigh
#: one ratio of noises against another, and for those that only choose a start.
TOLERANCE, NOISE_TOLERANCE, ROUGHLY = 1e-9, 1e-6, 1e-3
#: Part of the epsilon that the coldest readings allow, kept as the distance of Tc0 from them.
CLOSEST = 0.7
#: Smallest epsilon that the law is evaluated at, below any reading's.
NEAREST = 1e-6


@dataclass(frozen=True)
class Window:
    """
    Temperatures that a fit uses.

    Attributes
    ----------
    low, high : float
        K.
    normal : float
        Resistance at the highest temperature of the sweep, ohm per square.
    """

    low: float
    high: float
    normal: float


@dataclass(frozen=True)
class SweepFit:
    """
    Both laws, fitted to one sweep.

    Attributes
    ----------
    temperature, resistance, std : ndarray, shape (point,)
        Readings in the window, K and ohm per square, with their noise as found.
    fits : mapping of str to Fit
        `BOTH` and `ALONE`.
    scores : mapping of str to Score
        Of the same.
    model : str
        `BOTH`, unless delta is not determined by the data.
    excess : float
        Scatter about the fit over the noise of a reading: one where the law holds.
    """

    temperature: Array
    resistance: Array
    std: Array
    fits: dict[str, Fit]
    scores: dict[str, Score]
    model: str
    excess: float


def find_window(
    temperature: Array, resistance: Array, lower_fraction: float, upper_ratio: float
) -> Window | None:
    """
    Where fluctuations show and the Gaussian theory holds.

    Rows are chosen by temperature, never by their own noisy resistance.

    Parameters
    ----------
    temperature, resistance : ndarray, shape (point,)
        One sweep, K and ohm.
    lower_fraction : float
        Part of the resistance at the highest temperature at which the window begins.
    upper_ratio : float
        Its end over the temperature of half that resistance.

    Returns
    -------
    Window or None
        None where the resistance does not fall to one half.
    """
    order = np.argsort(temperature, kind="stable")
    T, R = temperature[order], ndimage.median_filter(resistance[order], 5, mode="nearest")
    normal = float(np.median(R[-max(5, R.size // 50) :]))
    below_half = np.flatnonzero(R / normal < 0.5)
    below = np.flatnonzero(R / normal < lower_fraction)
    if below_half.size == 0 or below.size == 0:
        return None
    half = float(T[below_half[-1]])
    return Window(float(T[below[-1]]), upper_ratio * half, normal)


def law(model: str, background: str, centre: float, highest: float, delta: float | None) -> Law:
    """
    Sheet resistance above Tc0: a normal background in parallel with the fluctuating pairs.

    Parameters
    ----------
    model : str
        `BOTH` or `ALONE`.
    background : {"linear", "constant"}
        Normal resistance against temperature.
    centre : float
        Temperature that the background's value belongs to, K.
    highest : float
        Bound of Tc0, K, below the coldest reading.
    delta : float or None
        Pair-breaking parameter, where it is known.

    Returns
    -------
    Law
        Of temperature, with parameters Tc0, ln_delta, R_normal and slope as far as they are free.
    """
    parameters = [Parameter("Tc0", "K", 0, highest)]
    free = model == BOTH and delta is None
    if free:
        parameters.append(Parameter("ln_delta", "", *LOG_DELTA))
    parameters.append(Parameter("R_normal", "ohm", 0))
    if background == "linear":
        parameters.append(Parameter("slope", ""))

    def formula(T: Array, Tc0: float, *rest: float) -> Array:
        left = list(rest)
        known = float(np.exp(left.pop(0))) if free else delta
        normal = left[0] * (1 + (left[1] * (T / centre - 1) if background == "linear" else 0.0))
        epsilon = np.maximum(np.log(T / Tc0), NEAREST)
        extra = theory.aslamazov_larkin(epsilon)
        if model == BOTH and known is not None:
            extra = extra + theory.maki_thompson(epsilon, known)
        return np.asarray(1 / (1 / normal + extra))

    def jacobian(T: Array, Tc0: float, *rest: float) -> Array:
        left = list(rest)
        known = float(np.exp(left.pop(0))) if free else delta
        shape = np.ones(T.size)
        if background == "linear":
            shape += left[1] * (T / centre - 1)
        inverse = 1 / (left[0] * shape)
        epsilon = np.maximum(np.log(T / Tc0), NEAREST)
        extra = theory.aslamazov_larkin(epsilon)
        by_epsilon, by_delta = -extra / epsilon, np.zeros(T.size)
        if model == BOTH and known is not None:
            extra = extra + theory.maki_thompson(epsilon, known)
            more, by_delta = theory.maki_thompson_slopes(epsilon, known)
            by_epsilon = by_epsilon + more
        columns: list[Array] = [np.where(epsilon > NEAREST, -by_epsilon / Tc0, 0.0)]
        if free and known is not None:
            columns.append(by_delta * known)
        columns.append(-inverse / float(left[0]))
        if background == "linear":
            columns.append(-inverse * (T / centre - 1) / shape)
        return np.asarray(-np.stack(columns, axis=1) / (inverse + extra)[:, None] ** 2)

    return Law(
        f"{model}, two dimensions",
        formula,
        tuple(parameters),
        "Gi << ln(T/Tc0) << 1",
        "doi:10.1016/0375-9601(68)90623-3; doi:10.1143/PTP.40.193; doi:10.1103/PhysRevB.1.327",
        jacobian,
    )


def fit_sweep(
    temperature: Array,
    resistance: Array,
    window: Window,
    background: str = "linear",
    delta: float | None = None,
) -> SweepFit:
    """
    Both laws fitted to the readings of a sweep inside a window.

    The noise is found from the scatter: one part that is the same everywhere (the voltage) and one
    that goes as the slope of the curve (the thermometer); correlation between readings widens it.

    Parameters
    ----------
    temperature, resistance : ndarray, shape (point,)
        One sweep in order of acquisition, K and ohm per square.
    window : Window
        What the fit uses.
    background : {"linear", "constant"}, optional
        Normal resistance against temperature.
    delta : float, optional
        Pair-breaking parameter, where it is known.

    Returns
    -------
    SweepFit
        Fits and noise.

    Raises
    ------
    FitError
        If the window holds too few readings or the law does not fit at all.
    """
    inside = (temperature > window.low) & (temperature < window.high)
    T, R = temperature[inside], resistance[inside]
    if T.size < FEWEST:
        raise FitError(
            f"{T.size} readings lie between {window.low:.3g} and {window.high:.3g} K; "
            f"fluctuations need {FEWEST}: measure there, or widen the window"
        )
    highest = _highest_Tc0(T, R, window)
    laws = {
        name: law(name, background, float(T.mean()), highest, delta if name == BOTH else None)
        for name in (BOTH, ALONE)
    }
    std, voltage, second = _noise(laws[BOTH], T, R, window)
    scatter = (R - second.predict(T)) / std
    freedom = max(1, second.degrees_of_freedom)
    spread = float(np.sqrt(second.chi_square / freedom))
    quiet = reading_noise(scatter)
    # The lock-in's noise remembers itself, which the whole sweep shows; the thermometer's does not.
    memory = noise_widening(resistance)
    std = spread * np.hypot(std, np.sqrt(memory**2 - 1) * voltage)
    fits = {
        BOTH: _best(laws[BOTH], T, R, std, window, second),
        ALONE: _best(laws[ALONE], T, R, std, window),
    }
    if fits[BOTH]["Tc0"] > (1 - 1e-6) * highest:
        raise FitError(
            "the resistance falls faster than fluctuations allow; it does not follow their theory "
            "in this window: move its lower end up"
        )
    scores = compare(fits)
    # Without a sign of the Maki-Thompson term delta is free to run away.
    needed = scores[ALONE].difference > scores[BOTH].difference + UNDECIDED
    determined = delta is not None or needed or _determined(fits[BOTH])
    return SweepFit(
        T,
        R,
        std,
        fits,
        scores,
        BOTH if determined else ALONE,
        spread / quiet if quiet > 0 else float("inf"),
    )


def _highest_Tc0(T: Array, R: Array, window: Window) -> float:
    """
    Bound of Tc0: the pairs alone must not carry more than was measured at the cold end.

    It keeps a fit from putting Tc0 at a reading, where the law diverges and any noise is explained.
    """
    coldest = int(np.argmin(T))
    measured = max(1 / float(R[coldest]) - 1 / window.normal, 0.1 / window.normal)
    return float(T[coldest] * np.exp(-CLOSEST * theory.ASLAMAZOV_LARKIN / measured))


def _determined(fit: Fit) -> bool:
    inside = LOG_DELTA[0] + 0.01 < fit["ln_delta"] < LOG_DELTA[1] - 0.01
    return inside and fit.std("ln_delta") < LOOSE


def _best(
    law: Law,
    T: Array,
    R: Array,
    std: Array,
    window: Window,
    near: Fit | None = None,
    tolerance: float = TOLERANCE,
) -> Fit:
    """The best of the fits from several starts: Tc0 and delta pull against each other."""
    if near is not None:
        # The optimiser steps in units of the start: one at zero would not move.
        start = {
            parameter.name: float(value) if abs(value) > 0.01 else 0.01
            for parameter, value in zip(law.parameters, near.values, strict=True)
        }
        return least_squares(law, T, R, std, start, rescale_below=0, tolerance=tolerance)
    best: Fit | None = None
    failure = FitError(f"{law.name}: no start of the fit converged; change the window")
    names = [parameter.name for parameter in law.parameters]
    for ratio in (0.9, 0.97, 0.995):
        for delta in (0.02, 0.3) if "ln_delta" in names else (0.1,):
            start = {
                "Tc0": ratio * law.parameters[0].upper,
                "ln_delta": float(np.log(delta)),
                "R_normal": 1.1 * window.normal,
                "slope": 0.05,
            }
            try:
                fit = least_squares(law, T, R, std, start, rescale_below=0, tolerance=ROUGHLY)
            except FitError as error:
                failure = error
                continue
            if best is None or fit.chi_square < best.chi_square:
                best = fit
    if best is None:
        raise failure
    return _best(law, T, R, std, window, best, tolerance)


def _noise(law: Law, T: Array, R: Array, window: Window) -> tuple[Array, float, Fit]:
    """
    Noise of each reading, 1 + ratio slope^2, the voltage's part of it, the fit weighted with it.

    The ratio of thermometer to voltage noise maximises the restricted likelihood. The plain one
    would let a fit run through the few steepest readings and then take these for noiseless.
    """
    # Slope of the Aslamazov-Larkin law at the measured resistance: no fit is needed for it.
    excess = np.maximum(1 / R - 1 / window.normal, 0)
    slope = R**2 * excess**2 / (theory.ASLAMAZOV_LARKIN * T)
    relative = slope**2 / np.mean(slope**2)
    found: list[tuple[float, Array, Fit]] = []
    for ratio in NOISE_RATIOS:
        variance = 1 + ratio * relative
        variance = variance / np.mean(variance)
        std = np.sqrt(variance)
        fit = _best(law, T, R, std, window, found[-1][2] if found else None, NOISE_TOLERANCE)
        size, logarithm = np.linalg.slogdet(fit.covariance)
        criterion = fit.degrees_of_freedom * np.log(max(fit.chi_square, 1e-300))
        criterion += float(np.sum(np.log(variance))) - (logarithm if size > 0 else -np.inf)
        found.append((float(criterion), std, fit))
        if criterion > min(known for known, _, _ in found) + NEGLIGIBLE:
            break  # less of the thermometer's noise is less likely still
    # The ratio is uncertain where few readings are steep: a mean over all, by their likelihood.
    criteria = np.array([criterion for criterion, _, _ in found])
    weight = np.exp(-(criteria - criteria.min()) / 2)
    variances = [
        w * fit.chi_square / max(1, fit.degrees_of_freedom) * std**2
        for w, (_, std, fit) in zip(weight / weight.sum(), found, strict=True)
    ]
    std = np.sqrt(np.sum(variances, axis=0))
    # Of 1 + ratio slope^2 the one is the voltage's.
    constant = [
        variance / (1 + ratio * relative)
        for variance, ratio in zip(variances, NOISE_RATIOS[: len(variances)], strict=True)
    ]
    voltage = float(np.sqrt(np.mean(np.sum(constant, axis=0))))
    return std, voltage, _best(law, T, R, std, window, found[int(np.argmin(criteria))][2])
