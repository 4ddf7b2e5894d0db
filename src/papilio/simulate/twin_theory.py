"""The twin above its mean-field transition, and in fields that break pairs."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.optimize import brentq

from papilio.constants import BOHR_MAGNETON, BOLTZMANN, FLUX_QUANTUM
from papilio.physics import fluctuations, pair_breaking
from papilio.simulate import closed_form, instrument, recording, twin
from papilio.simulate.recording import MOMENTS, Truth
from papilio.simulate.twin_theory_options import (
    FluctuationCooldownOptions,
    PairBreakingFieldOptions,
)

Array = NDArray[np.float64]


def paraconductance(epsilon: Array | float, delta: float) -> Array:
    """
    Conductance per square of fluctuating pairs, both terms, S.

    Parameters
    ----------
    epsilon : ndarray or float, any shape
        ln(T/T_C0), above zero.
    delta : float
        Pair-breaking parameter.

    Returns
    -------
    ndarray
        S.

    References
    ----------
    As `physics.fluctuations`.
    """
    return np.asarray(
        fluctuations.aslamazov_larkin(epsilon) + fluctuations.maki_thompson(epsilon, delta)
    )


def distance_of(part: float, options: FluctuationCooldownOptions) -> float:
    """
    Epsilon = ln(T/T_C0) at which a part of the normal resistance is left.

    Parameters
    ----------
    part : float
        Between zero and one.
    options : FluctuationCooldownOptions
        Sample.

    Returns
    -------
    float
        Where the pairs carry 1/part - 1 times what the metal carries.
    """
    wanted = (1 / part - 1) / options.sheet_resistance

    def excess(logarithm: float) -> float:
        return math.log(
            float(paraconductance(math.exp(logarithm), options.phase_breaking)) / wanted
        )

    return math.exp(float(brentq(excess, -30.0, 20.0, xtol=1e-14)))


def fluctuation_cooldown(options: FluctuationCooldownOptions) -> xr.Dataset:
    """
    Resistance against temperature where fluctuating pairs lower it, cooling and then warming.

    T_C0 lies where half the normal resistance comes at critical_temperature; below it there is no
    resistance.

    Parameters
    ----------
    options : FluctuationCooldownOptions
        Sample, instrument and ramp.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    half, low, high, one = (distance_of(part, options) for part in (0.5, 0.2, 0.8, 0.01))
    Tc0 = options.critical_temperature * math.exp(-half)
    normal = options.sheet_resistance

    def curve(temperature: Array) -> Array:
        epsilon = np.log(np.maximum(temperature, 1e-300) / Tc0)
        above = np.maximum(epsilon, 1e-12)
        extra = paraconductance(above, options.phase_breaking)
        return np.where(epsilon > 0, 1 / (1 / normal + extra), 0.0)

    truth: list[Truth] = [
        ("transition.Tc", options.critical_temperature, {}),
        ("transition.width", Tc0 * (math.exp(high) - math.exp(low)), {}),
        ("transition.T_zero", Tc0 * math.exp(one), {}),
        ("fluctuations.Tc0", Tc0, {}),
        ("fluctuations.delta", options.phase_breaking, {}),
        ("fluctuations.R_normal", normal, {}),
    ]
    return twin.ramped("twin.fluctuation_cooldown", options, curve, truth)


def fields_at_zero(options: PairBreakingFieldOptions) -> tuple[float, float]:
    """
    Perpendicular and parallel critical field at T = 0, T.

    Parameters
    ----------
    options : PairBreakingFieldOptions
        Sample.

    Returns
    -------
    perpendicular, parallel : float
        T.

    References
    ----------
    `physics.pair_breaking`; the slope of the perpendicular field at T_C is
    Phi_0/(2 pi xi^2 T_C).
    """
    Tc = options.critical_temperature
    slope = FLUX_QUANTUM / (2 * math.pi * options.coherence_length**2)
    perpendicular = pair_breaking.WHH_RATIO * slope
    orbits = pair_breaking.parallel_orbital_curvature(
        pair_breaking.diffusivity(perpendicular, Tc), options.superconducting_thickness
    )
    curvature = orbits + BOHR_MAGNETON**2 / options.spin_orbit_energy
    parallel = math.sqrt(pair_breaking.ALPHA_AT_ZERO * BOLTZMANN * Tc / curvature)
    return perpendicular, parallel


def pair_breaking_field(options: PairBreakingFieldOptions) -> xr.Dataset:
    """
    Resistance against field where pair breaking sets the critical field, at several temperatures.

    Parameters
    ----------
    options : PairBreakingFieldOptions
        Sample, instrument, magnet, orientation and temperatures.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    random = instrument.generator(options.seed, f"twin.pair_breaking_field {options.orientation}")
    nominal, time, direction = recording.field_sweep(options, loops=1, back_to_zero=True)
    field = instrument.field_at_sample(
        nominal, direction, options.field_offset, options.remanent_field
    )
    critical = _critical_fields(options)
    normal = options.sheet_resistance * (1 + options.magnetoresistance * np.abs(field))
    squares = recording.squares(options)
    parts = []
    for temperature, at in zip(options.temperatures, critical, strict=True):
        distance = (np.abs(field) / at - 1) / options.relative_width
        sheet = normal * closed_form.transition_shape(distance)
        rows = time[::MOMENTS].size
        parts.append(
            {
                "time": time[::MOMENTS],
                "temperature": recording.held(options, temperature, rows, random),
                "field": instrument.reading(nominal[::MOMENTS], random, options.field_noise),
                "resistance": recording.lock_in(options, sheet * squares, time, random),
            }
        )
    return recording.finished(
        "twin.pair_breaking_field",
        options,
        recording.one_after_another(parts, options.settling),
        _truth(options, critical),
    )


def _critical_fields(options: PairBreakingFieldOptions) -> list[float]:
    perpendicular, parallel = fields_at_zero(options)
    temperatures = np.array(options.temperatures)
    if options.orientation == "parallel":
        found = pair_breaking.parallel_field(temperatures, parallel, options.critical_temperature)
    else:
        found = pair_breaking.perpendicular_field(
            temperatures, perpendicular, options.critical_temperature
        )
    return [float(field) for field in found]


def _truth(options: PairBreakingFieldOptions, critical: list[float]) -> list[Truth]:
    orientation = options.orientation
    perpendicular, parallel = fields_at_zero(options)
    Tc = options.critical_temperature
    truth: list[Truth] = [
        (
            "critical_field.half_field",
            at,
            {"temperature": temperature, "orientation": orientation},
        )
        for temperature, at in zip(options.temperatures, critical, strict=True)
    ]
    if orientation == "perpendicular":
        truth += [
            ("critical_field.Hc2_perpendicular_0_whh", perpendicular, {}),
            ("spin_orbit.diffusivity", pair_breaking.diffusivity(perpendicular, Tc), {}),
        ]
        return truth
    thickness = options.superconducting_thickness
    return [
        *truth,
        ("spin_orbit.Tc", Tc, {}),
        ("spin_orbit.Hc2_parallel_0", parallel, {}),
        # What no thickness leaves: the spins then have the orbital part as well.
        ("spin_orbit.Gamma", pair_breaking.spin_orbit_gamma(parallel, Tc), {"thickness": 0.0}),
        ("spin_orbit.Gamma", options.spin_orbit_energy, {"thickness": thickness}),
        (
            "spin_orbit.largest_thickness",
            pair_breaking.largest_thickness(perpendicular, parallel),
            {},
        ),
    ]
