"""Rows of a record in SI from a measurement in reduced units."""

from __future__ import annotations

from typing import Any

import numpy as np

from papilio.simulate.josephson_array import statistics
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.checkpoint import Row
from papilio.simulate.josephson_array.freeze import Point
from papilio.simulate.josephson_array.measure import Measurement, Plan, group_series
from papilio.simulate.josephson_array.observables import helicity_modulus
from papilio.simulate.josephson_array.options import ArrayOptions
from papilio.simulate.josephson_array.state import Conditions

#: Units of the variables that the vocabulary of Datasets does not have.
UNITS = {
    "vortex_density": "1/m^2",
    "josephson_energy": "K",
    "site_energy": "K",
    "helicity_modulus": "K",
    "helicity_modulus_std": "K",
    "correlation_time": "s",
    "steps": "",
    "settled": "",
}


def plan_of(options: ArrayOptions, point: Point) -> Plan:
    """
    How long to measure a point.

    Parameters
    ----------
    options : ArrayOptions
        Steps, wanted error, threads.
    point : Point
        Its currents are the groups.

    Returns
    -------
    Plan
        In reduced units.
    """
    groups = len(point.current_densities)
    biases = np.array([abs(options.bias(density)) for density in point.current_densities])
    return Plan(
        equilibration_steps=options.equilibration_steps,
        maximum_steps=options.maximum_steps,
        voltage_error=biases * options.resistance_error / options.normal_resistance,
        group=np.repeat(np.arange(groups), options.replicas),
        threads=options.threads,
    )


def rows_of(
    options: ArrayOptions,
    point: Point,
    array: Array,
    exposed: Conditions,
    plan: Plan,
    finished: Measurement,
) -> list[Row]:
    """
    Rows of a point, one for each current.

    Parameters
    ----------
    options : ArrayOptions
        Scales, at the point's temperature.
    point : Point
        Conditions in SI.
    array : Array
        What was measured.
    exposed : Conditions
        Of its replicas.
    plan : Plan
        Knows which replicas belong together.
    finished : Measurement
        What came out.

    Returns
    -------
    list of dict
        Quantity to value, in SI.
    """
    assert finished.series is not None
    assert finished.sums is not None
    sums = finished.sums
    rows = []
    for number, density in enumerate(point.current_densities):
        chosen = plan.group == number
        series = group_series(finished.series, plan, number)
        voltage = statistics.mean_voltage(series)
        sheet, sheet_std = _sheet_resistance(options, array, point, density, series, voltage)
        squares = options.length / options.width
        row: Row = {
            "temperature": point.temperature,
            "field": point.field,
            "current": density * options.width,
            "voltage": voltage.value * options.voltage_unit * options.bond_rows,
            "voltage_std": voltage.std * options.voltage_unit * options.bond_rows,
            "resistance": sheet * squares,
            "resistance_std": sheet_std * squares,
            "sheet_resistance": sheet,
            "sheet_resistance_std": sheet_std,
            "vortex_density": float(sums.vortices[chosen].mean()) / sums.count / options.pitch**2,
            "josephson_energy": options.josephson_energy,
            "site_energy": float(sums.energy[chosen].mean())
            / sums.count
            * options.josephson_energy,
            "correlation_time": voltage.correlation * series.duration * options.time_unit,
            "steps": float(series.voltage.shape[1] * series.duration / array.step),
            "settled": float(voltage.settled),
        }
        if options.boundary == "fixed-twist":
            modulus = helicity_modulus(array, sums, exposed.temperature)[chosen].mean(axis=1)
            spread = float(modulus.std(ddof=1)) if modulus.size > 1 else float("nan")
            row["helicity_modulus"] = float(modulus.mean()) * options.josephson_energy
            row["helicity_modulus_std"] = spread / np.sqrt(modulus.size) * options.josephson_energy
        rows.append(row)
    return rows


def _sheet_resistance(
    options: ArrayOptions,
    array: Array,
    point: Point,
    density: float,
    series: Any,
    voltage: statistics.Mean,
) -> tuple[float, float]:
    """Of the mean voltage, or without current of its noise; NaN where neither says anything."""
    if options.boundary == "fixed-twist" or (density == 0 and point.temperature == 0):
        return float("nan"), float("nan")
    if density == 0:
        reduced = point.temperature / options.josephson_energy
        value, std = statistics.green_kubo(series, reduced, array.weight)
    else:
        bias = options.bias(density)
        value, std = voltage.value / bias, voltage.std / abs(bias)
    return value * options.normal_resistance, std * options.normal_resistance
