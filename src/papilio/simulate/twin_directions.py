"""The twin along another direction of its plane, and in fields at an angle to it."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar

from papilio.physics.angular import tinkham_field
from papilio.simulate import closed_form, instrument, recording, twin
from papilio.simulate.recording import MOMENTS, Truth
from papilio.simulate.twin_series_options import AngularFieldOptions, SecondDirectionOptions

Array = NDArray[np.float64]


def second_direction_cooldown(options: SecondDirectionOptions) -> xr.Dataset:
    """
    Resistance against temperature along a direction whose transition lies higher.

    The truth is what `anisotropy` should find with `twin.cooldown` of the same sample as `first`.

    Parameters
    ----------
    options : SecondDirectionOptions
        Sample, instrument, ramp and how the directions differ.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, resistance, excitation_current.
    """
    along = dataclasses.replace(
        options,
        critical_temperature=options.critical_temperature + options.raised,
        sheet_resistance=options.sheet_resistance * options.resistance_ratio,
    )
    return twin.ramped(
        "twin.second_direction_cooldown",
        options,
        lambda T: closed_form.sheet_resistance(along, T, 0.0, "perpendicular"),
        _difference_truth(options),
    )


def _difference_truth(options: SecondDirectionOptions) -> list[Truth]:
    """Largest difference of the directions, both scaled to the mean normal resistance."""
    ratio = 1 / options.resistance_ratio
    truth: list[Truth] = [("anisotropy.normal_ratio", ratio, {})]
    if options.raised == 0:
        return truth
    common = options.sheet_resistance * (1 + options.resistance_ratio) / 2
    scale = options.transition_width / closed_form.WIDTH_OVER_SCALE
    raised = options.raised / scale

    def difference(x: float) -> float:
        one, other = closed_form.transition_shape(np.array([x, x - raised]))
        return float(one - other)

    top = minimize_scalar(lambda x: -difference(x), bounds=(-5.0, 5.0), options={"xatol": 1e-10})
    size, place = difference(float(top.x)), float(top.x)
    onset = float(brentq(lambda x: difference(x) - 0.1 * size, place, place + 30.0, xtol=1e-12))
    return [
        *truth,
        ("anisotropy.size", common * size, {}),
        ("anisotropy.relative_size", size, {}),
        ("anisotropy.T_max", options.critical_temperature + scale * place, {}),
        ("anisotropy.T_onset", options.critical_temperature + scale * onset, {}),
    ]


def critical_field_at_angle(options: AngularFieldOptions, angle: float) -> float:
    """
    Field of half the normal resistance at an angle from the normal, T.

    Parameters
    ----------
    options : AngularFieldOptions
        Sample and temperature.
    angle : float
        deg.

    Returns
    -------
    float
        T: the two-dimensional form of Tinkham.
    """
    fields = (
        closed_form.half_resistance_field(options, options.temperature, orientation)
        for orientation in ("perpendicular", "parallel")
    )
    return float(tinkham_field(math.radians(angle), *fields))


def tilted_sheet_resistance(options: AngularFieldOptions, field: Array, angle: float) -> Array:
    """
    Sheet resistance in a field at an angle from the normal, ohm.

    Both components lower the temperature of half the resistance, the one along the normal linearly
    and the other one with its square; half the resistance is then where Tinkham's form says.

    Parameters
    ----------
    options : AngularFieldOptions
        Sample and temperature.
    field : ndarray, any shape
        T.
    angle : float
        deg.

    Returns
    -------
    ndarray
        ohm per square.
    """
    tilt = math.radians(angle)
    Tc = options.critical_temperature
    across = closed_form.half_resistance_temperature(
        options, field * math.cos(tilt), "perpendicular"
    )
    along = closed_form.half_resistance_temperature(options, field * math.sin(tilt), "parallel")
    scale = options.transition_width / closed_form.WIDTH_OVER_SCALE
    normal = options.sheet_resistance * (1 + options.magnetoresistance * np.abs(field))
    distance = (options.temperature - (across + along - Tc)) / scale
    return np.asarray(normal * closed_form.transition_shape(distance))


def angular_field(options: AngularFieldOptions) -> xr.Dataset:
    """
    Resistance against field, one angle after another.

    Parameters
    ----------
    options : AngularFieldOptions
        Sample, instrument, magnet and angles.

    Returns
    -------
    xarray.Dataset
        Record of time, temperature, field, angle (from the normal), resistance,
        excitation_current.
    """
    random = instrument.generator(options.seed, "twin.angular_field")
    parts = []
    for angle in options.angles:
        there = critical_field_at_angle(options, angle)
        top = options.reach * there
        magnet = dataclasses.replace(options, maximum_field=top, field_step=top / options.readings)
        nominal, time, direction = recording.field_sweep(magnet, loops=1, back_to_zero=True)
        field = instrument.field_at_sample(
            nominal, direction, options.field_offset, options.remanent_field
        )
        bar = tilted_sheet_resistance(options, field, angle) * recording.squares(options)
        rows = time[::MOMENTS].size
        parts.append(
            {
                "time": time[::MOMENTS],
                "temperature": recording.held(options, options.temperature, rows, random),
                "field": instrument.reading(nominal[::MOMENTS], random, options.field_noise),
                "angle": np.full(rows, angle),
                "resistance": recording.lock_in(options, bar, time, random),
            }
        )
    fields = [
        closed_form.half_resistance_field(options, options.temperature, orientation)
        for orientation in ("perpendicular", "parallel")
    ]
    film = {"model": "2D Tinkham"}
    truth: list[Truth] = [
        ("angular.Hc2_perpendicular", fields[0], film),
        ("angular.Hc2_parallel", fields[1], film),
        ("angular.anisotropy", fields[1] / fields[0], film),
    ]
    variables = recording.one_after_another(parts, options.settling)
    return recording.finished("twin.angular_field", options, variables, truth)
