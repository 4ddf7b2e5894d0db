"""What a gate does: density against its voltage, capacitance, linearity, hysteresis."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.curve import reading_noise
from papilio.analysis.gate_branches import (
    SIGNIFICANT,
    Points,
    branch_shift,
    linear,
    two_branches,
    with_unknown_shift,
    without_hysteresis,
)
from papilio.analysis.hall import HallOptions, hall
from papilio.analysis.resistance import longitudinal
from papilio.analysis.straight_line import misfit, straight_line, student_interval
from papilio.errors import AnalysisError
from papilio.fit import Fit, propagate
from papilio.options import option
from papilio.physics.capacitor import VACUUM_PERMITTIVITY, capacitance, capacitance_of_slope
from papilio.result import Quantity, Result
from papilio.sweep import split

Array = NDArray[np.float64]

#: Standard deviations between a value and its one-sided 95 % limit.
LIMIT = 1.645
#: Gate voltages closer than this part of their range are one.
SAME_VOLTAGE = 0.01
#: Orders of the polynomial for R(V_G): the one with the least criterion of Akaike is taken.
RESISTANCE_ORDERS = (5, 7, 9, 11)


@dataclass(frozen=True)
class GateOptions:
    """Settings of `gate`."""

    variable: str = option("", help="longitudinal resistance to use, where there are several")
    hall_variable: str = option("hall_resistance", help="transverse resistance to use")
    thickness: float | None = option(None, unit="m", help="thickness of the dielectric")
    thickness_std: float = option(0.0, unit="m", help="its standard deviation")
    permittivity: float | None = option(
        None, help="relative permittivity of the dielectric, at the temperature and field of use"
    )
    permittivity_std: float = option(0.0, help="its standard deviation")


def gate(data: xr.Dataset, options: GateOptions | None = None) -> Result:
    """
    Density, and resistance, against the voltage of a gate.

    The density comes from the data, or from the Hall resistance at each gate voltage. Its slope is
    the capacitance per area; a second-order term tells whether it is constant. The hysteresis is
    the shift in voltage between the sweeps up and down, of the density or of the resistance.

    Parameters
    ----------
    data : xarray.Dataset
        A record with ``gate_voltage`` and one or more of: ``density`` (with its ``_std``), a Hall
        resistance with ``field``, a resistance.
    options : GateOptions, optional
        Settings.

    Returns
    -------
    Result
        ``gate.density_slope`` (1/(m^2 V)), ``.capacitance`` (F/m^2), ``.density_0`` (1/m^2, at zero
        voltage), ``.nonlinearity`` (change of the slope over the range, over the slope),
        ``.hysteresis`` (V, down less up; condition ``of``), ``.density`` for each voltage of a Hall
        loop; with a thickness ``.permittivity`` and with a permittivity also
        ``.parallel_plate`` (F/m^2) and ``.capacitance_ratio``. Curves: ``density`` (``density``,
        ``density_std``, ``direction``, ``gate_voltage`` along ``point``), ``line`` (``density``
        along ``gate_voltage``), ``resistance`` (as ``density``).

    Raises
    ------
    AnalysisError
        If there is no gate voltage, or it does not change, or nothing goes with it.
    """
    options = options or GateOptions()
    source = str(data.attrs["source"])
    if "gate_voltage" not in data:
        raise AnalysisError(
            f"{source}: there is no 'gate_voltage'; rename its column, or give it as a constant of "
            f"each measurement, in the study"
        )
    voltage = data["gate_voltage"].values.astype(float)
    if not np.isfinite(voltage).any() or np.nanmax(voltage) == np.nanmin(voltage):
        raise AnalysisError(f"{source}: the gate voltage does not change; measure at several")
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    density = _densities(data, options, quantities, flags)
    if density is not None:
        _describe_density(density, options, quantities, curves, flags)
    resistance = None if density is not None else _resistances(data, options)
    if resistance is not None:
        curves["resistance"] = _curve(resistance, "resistance", "ohm")
        orders = [n for n in RESISTANCE_ORDERS if two_branches(resistance, n)]
        if orders:
            order = min(orders, key=lambda n: branch_shift(resistance, n)[1])
            _describe_hysteresis(resistance, order, "resistance", quantities, flags)
    if not quantities:
        raise AnalysisError(
            f"{source}: neither a density nor a Hall or longitudinal resistance goes with the gate "
            f"voltage at several values of it"
        )
    return Result(
        "gate",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=(source,),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(dict.fromkeys(flags)),
    )


def _directions(voltage: Array) -> Array:
    """Sign of the last change of the voltage before each point; the first takes the next one's."""
    change = np.sign(np.diff(voltage, prepend=voltage[0]))
    moved = np.flatnonzero(change)
    if moved.size == 0:
        return np.zeros(voltage.size)
    last = np.maximum.accumulate(np.where(change != 0, np.arange(voltage.size), 0))
    direction = change[last]
    direction[: moved[0]] = change[moved[0]]
    return np.asarray(direction)


def _densities(
    data: xr.Dataset, options: GateOptions, quantities: list[Quantity], flags: list[str]
) -> Points | None:
    voltage = data["gate_voltage"].values.astype(float)
    if "density" in data:
        values = data["density"].values.astype(float)
        usable = np.isfinite(voltage) & np.isfinite(values)
        std = None
        if "density_std" in data:
            std = data["density_std"].values.astype(float)[usable]
            if not (np.isfinite(std).all() and (std > 0).all()):
                std = None
                flags.append("not all densities have error bars: their scatter gives them")
        return Points(voltage[usable], values[usable], std, _directions(voltage[usable]))
    if options.hall_variable not in data or "field" not in data:
        return None
    return _from_hall(data, voltage, options, quantities, flags)


def _from_hall(
    data: xr.Dataset,
    voltage: Array,
    options: GateOptions,
    quantities: list[Quantity],
    flags: list[str],
) -> Points | None:
    """One density for each stretch of rows at one gate voltage."""
    known = np.flatnonzero(np.isfinite(voltage))
    same = SAME_VOLTAGE * float(np.ptp(voltage[known]))
    breaks = np.flatnonzero(np.abs(np.diff(voltage[known])) > same) + 1
    voltages, densities, stds = [], [], []
    for rows in np.split(known, breaks):
        at = float(np.mean(voltage[rows]))
        try:
            found = hall(data.isel(row=rows), options=HallOptions(variable=options.hall_variable))[
                "density"
            ]
        except AnalysisError as error:
            flags.append(f"no density at {at:.4g} V: {error}")
            continue
        if found.value is None or found.std is None:
            continue
        conditions: dict[str, float | str] = {"gate_voltage": float(f"{at:.4g}")}
        quantities.append(
            dataclasses.replace(
                found, name="gate.density", conditions={**found.conditions, **conditions}
            )
        )
        voltages.append(at)
        densities.append(found.value)
        stds.append(found.std)
    if len(voltages) < 2:
        return None
    found_at = np.array(voltages)
    return Points(found_at, np.array(densities), np.array(stds), _directions(found_at))


def _resistances(data: xr.Dataset, options: GateOptions) -> Points | None:
    try:
        chosen = longitudinal(data, options.variable)
    except AnalysisError:
        if options.variable:
            raise
        return None
    usable = np.isfinite(chosen.values) & data["gate_voltage"].notnull().values
    record, values = data.isel(row=np.flatnonzero(usable)), chosen.values[usable]
    voltage = record["gate_voltage"].values.astype(float)
    direction = np.zeros(voltage.size)
    # Backwards: a turning point stands in two sweeps and belongs to the earlier one.
    for sweep in reversed(split(record, "gate_voltage")):
        direction[sweep.rows] = sweep.direction
    return Points(voltage, values, None, direction)


def _describe_density(
    points: Points,
    options: GateOptions,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> None:
    curves["density"] = _curve(points, "density", "1/m^2")
    if np.unique(points.voltage).size < 2 or (points.std is None and points.voltage.size < 3):
        flags.append("too few gate voltages for a slope of the density")
        return
    measured, points = points, without_hysteresis(points)
    fitted = straight_line(points.voltage, points.value, None, points.std)
    if points is not measured:
        fitted = with_unknown_shift(fitted, measured)
    if points.std is not None:
        flags += misfit(fitted, "the densities")
    slope, std = fitted["slope"], fitted.std("slope")
    quantities += [
        Quantity(
            "gate.density_slope",
            slope,
            "1/(m^2*V)",
            std,
            student_interval(fitted, slope, std),
            method="straight line",
        ),
        Quantity(
            "gate.density_0",
            fitted["intercept"],
            "1/m^2",
            fitted.std("intercept"),
            student_interval(fitted, fitted["intercept"], fitted.std("intercept")),
            method="straight line at zero gate voltage",
        ),
    ]
    quantities += _capacitances(fitted, options)
    _describe_curvature(points, slope, quantities, flags)
    _describe_hysteresis(measured, 1, "density", quantities, flags)
    grid = np.linspace(points.voltage.min(), points.voltage.max(), 50)
    curves["line"] = xr.Dataset(
        {"density": ("gate_voltage", fitted.predict(grid), {"units": "1/m^2"})},
        {"gate_voltage": ("gate_voltage", grid, {"units": "V"})},
    )


def _capacitances(fitted: Fit, options: GateOptions) -> list[Quantity]:
    value = capacitance_of_slope(fitted["slope"])
    std = capacitance_of_slope(fitted.std("slope"))
    interval = student_interval(fitted, value, std)
    quantities = [Quantity("gate.capacitance", value, "F/m^2", std, interval, method="e dn/dV")]
    if options.thickness is None:
        return quantities
    numbers = np.array([value, options.thickness, options.permittivity or np.nan])
    covariance = np.diag(np.square([std, options.thickness_std, options.permittivity_std]))
    found, spread = propagate(
        lambda v: v[0] * v[1] / VACUUM_PERMITTIVITY, numbers[:2], covariance[:2, :2]
    )
    quantities.append(
        Quantity("gate.permittivity", found, "", spread, method="C d / eps0, relative to vacuum")
    )
    if options.permittivity is not None:
        plate, spread = propagate(lambda v: capacitance(v[2], v[1]), numbers, covariance)
        method = "eps0 eps / d"
        quantities.append(Quantity("gate.parallel_plate", plate, "F/m^2", spread, method=method))
        ratio, spread = propagate(lambda v: v[0] / capacitance(v[2], v[1]), numbers, covariance)
        quantities.append(
            Quantity(
                "gate.capacitance_ratio", ratio, "", spread, method="measured over parallel plates"
            )
        )
    return quantities


def _describe_curvature(
    points: Points, slope: float, quantities: list[Quantity], flags: list[str]
) -> None:
    if np.unique(points.voltage).size < 3 or points.voltage.size < 4 or slope == 0:
        return
    span = float(np.ptp(points.voltage))
    u = (points.voltage - points.voltage.mean()) / span
    coefficients, covariance = linear(np.vander(u, 3), points)
    # The slope changes by twice the second-order coefficient over the whole range.
    value = 2 * float(coefficients[0]) / (slope * span)
    std = 2 * float(np.sqrt(covariance[0, 0])) / abs(slope * span)
    quantities.append(
        Quantity("gate.nonlinearity", value, "", std, method="change of the slope over the range")
    )
    if abs(value) > SIGNIFICANT * std:
        flags.append(
            f"the density bends with the gate voltage ({abs(value) / std:.1f} sigma): the "
            f"capacitance is a mean over the range"
        )


def _describe_hysteresis(
    points: Points, order: int, what: str, quantities: list[Quantity], flags: list[str]
) -> None:
    """Shift in voltage between the branches, from a curve that both share."""
    if not two_branches(points, order):
        return
    shift, _ = branch_shift(points, order)
    conditions: dict[str, float | str] = {"of": what}
    method = "shift of the curve between the sweeps down and up"
    if abs(shift.value) > SIGNIFICANT * shift.std:
        flags.append(
            f"the gate is hysteretic: the {what} lies {shift.value:.3g} V apart on the ways up "
            f"and down"
        )
        quantities.append(shift.quantity("gate.hysteresis", "V", conditions, method=method))
        return
    limit = abs(shift.value) + LIMIT * shift.std
    quantities.append(
        Quantity("gate.hysteresis", limit, "V", None, None, "upper", conditions, method)
    )


def _curve(points: Points, name: str, unit: str) -> xr.Dataset:
    std = points.std if points.std is not None else np.full(points.value.size, 0.0)
    if points.std is None and name == "resistance":
        std = np.full(points.value.size, reading_noise(points.value))
    return xr.Dataset(
        {
            "gate_voltage": ("point", points.voltage, {"units": "V"}),
            name: ("point", points.value, {"units": unit}),
            f"{name}_std": ("point", std, {"units": unit}),
            "direction": ("point", points.direction.astype(int)),
        }
    )
