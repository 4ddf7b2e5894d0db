"""Where the fits of phase slips start: levels of the curve solved for the parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from papilio.analysis import phase_slip_models as models
from papilio.analysis.phase_slip_levels import BARRIER_UNIT
from papilio.constants import BOLTZMANN, RESISTANCE_QUANTUM_PAIR
from papilio.errors import FitError
from papilio.physics import phase_slips as ps

Array = NDArray[np.float64]

#: Improvement of chi-square that a first guess of quantum slips must bring.
TRACE = 6.0
#: Relative error that a first guess is allowed.
ROUGH = 0.03
#: Part of the largest resistance below which the coldest one is taken for an offset.
SMALL = 0.02


def guess(
    strip: models.Strip,
    model: str,
    thermal: Mapping[str, float] | None = None,
    Tc: float | None = None,
) -> dict[str, float]:
    """
    First guess of a model: the best of many Tc, the rest from two points of the curve.

    Parameters
    ----------
    strip : models.Strip
        The readings.
    model : str
        A key of `MODELS`.
    thermal : mapping, optional
        Thermal parameters to start "both" from.
    Tc : float, optional
        K; by default the best of many.

    Returns
    -------
    dict of str to float
        Parameters.

    Raises
    ------
    FitError
        If the resistance does not rise through two decades of levels.
    """
    if model == "both":
        if thermal is None:
            raise FitError("phase slips of both kinds need the thermal ones first")
        return _guess_tail(strip, dict(thermal))
    T, slips = _two_points(strip)
    best: tuple[float, dict[str, float]] | None = None
    many = T[1] * (1 + np.geomspace(0.004, 2.0, 40)) if Tc is None else np.array([Tc])
    for each in map(float, many):
        trial = _guess_at(strip, model, each, T, slips)
        if trial is None:
            continue
        curve = models.resistance(strip, strip.temperature, {**trial, "normal": strip.normal})
        error = np.hypot(strip.std, ROUGH * strip.resistance)
        misfit = float((((curve - strip.resistance) / error) ** 2).sum())
        if best is None or misfit < best[0]:
            best = (misfit, trial)
    if best is None:
        raise FitError("R(T) does not fall as phase slips do; move the window")
    return best[1]


def _two_points(strip: models.Strip) -> tuple[Array, Array]:
    """Temperatures at a twentieth and at 0.9 of the largest resistance, and the slips there."""
    T, R = strip.temperature, strip.resistance
    smooth = ndimage.uniform_filter1d(R, 5, mode="nearest")
    lowest = float(smooth[:5].mean())
    # What is left at the coldest readings is an offset where it is small, else a tail.
    R = R - (lowest if strip.offset and lowest < SMALL * smooth.max() else 0.0)
    at = []
    for part in (0.05, 0.9):
        above = np.flatnonzero(smooth >= part * smooth.max())
        at.append(min(max(int(above[0]), 2), T.size - 3))
    near = [slice(row - 2, row + 3) for row in at]
    mean_T = np.array([T[rows].mean() for rows in near])
    mean_R = np.array([R[rows].mean() for rows in near])
    if not (mean_T[0] < mean_T[1] and 0 < mean_R[0] < mean_R[1] < strip.normal):
        raise FitError("R(T) does not rise from zero towards the normal state in the window")
    return mean_T, mean_R * strip.normal / (strip.normal - mean_R)


def _guess_at(
    strip: models.Strip, model: str, Tc: float, T: Array, slips: Array
) -> dict[str, float] | None:
    near = 1 - T / Tc
    if model == "quantum":
        strength = np.log(near[1] / near[0]) - np.log(slips[1] / slips[0])
        action = strength / (np.sqrt(near[1]) - np.sqrt(near[0]))
        if action <= 0:
            return None
        sites = strip.length / strip.coherence_length
        B2 = action * strip.normal / (RESISTANCE_QUANTUM_PAIR * sites)
        one = ps.quantum_resistance(
            T[1], Tc, 1.0, B2, strip.normal, strip.length, strip.coherence_length
        )
        return {"Tc": Tc, "ln_B1": float(np.log(slips[1] / one)), "ln_B2": float(np.log(B2))}
    # R = scale(T) sqrt(f) exp(-f), f the barrier over kB T; the scale from f = 1.
    unit = BOLTZMANN * T[1] / near[1] ** 1.5
    f_unit = unit * near**1.5 / (BOLTZMANN * T)
    strip_of = (strip.length, strip.coherence_length)
    at_one = [
        float(ps.thermal_resistance(t, Tc, float(BOLTZMANN * t / part**1.5), *strip_of))
        for t, part in zip(T, near, strict=True)
    ]
    scale = math.e * np.array(at_one)
    if model == "thermal_literal":
        grid = np.geomspace(ps.WEAKEST_BARRIER, 1e3, 400)
        level = np.log(slips[1] / scale[1])
        f = float(np.interp(-level, grid - 0.5 * np.log(grid), grid))
        return {"Tc": Tc, "ln_dF0": float(np.log(f * unit / BARRIER_UNIT))}
    growth = f_unit[0] / f_unit[1]
    drop = np.log(slips[1] / slips[0]) - np.log(scale[1] / scale[0])
    f = float((drop + 0.5 * np.log(growth)) / (growth - 1))
    if f <= 0:
        return None
    ratio = np.log(slips[1] / scale[1]) - 0.5 * np.log(f) + f
    return {
        "Tc": Tc,
        "ln_dF0": float(np.log(f * unit / BARRIER_UNIT)),
        "ln_ratio": float(ratio),
    }


def _guess_tail(strip: models.Strip, thermal: dict[str, float]) -> dict[str, float]:
    """Quantum constants that explain what the thermal channel leaves over."""
    start = {name: thermal[name] for name in ("Tc", "ln_dF0", "ln_ratio")}
    rest = strip.resistance - models.resistance(
        strip, strip.temperature, {**start, "normal": strip.normal}
    )
    weight = 1 / np.hypot(strip.std, ROUGH * strip.resistance) ** 2
    sites = strip.length / strip.coherence_length
    best = (float(weight @ rest**2) - TRACE, 0.0, 0.0)
    for action in np.geomspace(2.5, 80, 30):
        B2 = action * strip.normal / (RESISTANCE_QUANTUM_PAIR * sites)
        one = ps.quantum_channel(
            strip.temperature,
            start["Tc"],
            1.0,
            float(B2),
            strip.normal,
            strip.length,
            strip.coherence_length,
        )
        B1 = float((weight * one) @ rest / ((weight * one) @ one))
        misfit = float(weight @ (rest - B1 * one) ** 2)
        if B1 > 0 and misfit < best[0]:
            best = (misfit, B1, float(B2))
    if best[1] == 0:
        raise FitError("the thermal phase slips leave no resistance over for quantum ones")
    return {**start, "ln_B1": float(np.log(best[1])), "ln_B2": float(np.log(best[2]))}
