"""Critical currents from current ramps, their hysteresis and their temperature dependence."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.critical_current_fit import Table, fit
from papilio.analysis.current_ramps import (
    SIGNIFICANT,
    CurrentSweep,
    Ends,
    Ramp,
    hysteresis,
    ramps,
    resistance_ends,
    voltage_ends,
)
from papilio.analysis.estimate import Estimate, combine, mean
from papilio.analysis.loops import by_temperature, group_temperature, nominal
from papilio.analysis.resistance import longitudinal
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.result import Quantity, Result
from papilio.sweep import split

Array = NDArray[np.float64]

#: Part of the largest voltage that is the criterion, where none is given.
DEFAULT_CRITERION = 0.02


@dataclass(frozen=True)
class CriticalCurrentOptions:
    """Settings of `critical_current`."""

    variable: str = option("", help="voltage or differential resistance to use")
    current: str = option("current", help="current to use, where there are several")
    kind: Literal["auto", "voltage", "differential"] = option(
        "auto", help="what the variable is; by default a voltage if it is measured in volts"
    )
    voltage_criterion: float | None = option(
        None,
        unit="V",
        help="voltage at the critical current; by default 2 % of the largest voltage",
    )
    resistance_fraction: float = option(
        0.5, help="part of the step of dV/dI, from zero to the largest current, at the critical one"
    )
    seed: int = option(0, help="seed of the bootstrap")


def critical_current(data: xr.Dataset, options: CriticalCurrentOptions | None = None) -> Result:
    """
    Critical current, retrapping current and the current of the largest dV/dI.

    Each sweep is cut at zero current into ramps away from zero (critical current) and back
    (retrapping current); the criterion is a voltage above the offset at zero current, or a part of
    the step of dV/dI. Both signs are averaged, and their difference is given as asymmetry. With
    four temperatures or more the table is fitted with the laws of Bardeen and of Ambegaokar and
    Baratoff.

    Parameters
    ----------
    data : xarray.Dataset
        A record with a current and a voltage or differential resistance.
    options : CriticalCurrentOptions, optional
        Settings.

    Returns
    -------
    Result
        ``critical_current.I_c``, ``.I_r`` (A; conditions ``temperature`` and, for one sign,
        ``side``), ``.I_peak``, ``.hysteresis`` (A, I_c - I_r), ``.asymmetry`` (difference of the
        signs over their sum), ``.R_normal`` (ohm, from dV/dI); from the table ``.I_0`` (A) and
        ``.Tc`` (K) with the condition ``law``, ``.junction_ratio`` (I_0 R_normal over that of a
        tunnel junction). Where no voltage appears I_c is a lower limit. Curves: ``sweep_<number>``
        with ``current`` and ``voltage`` or ``differential_resistance`` along ``point``;
        ``table`` with ``I_c`` and ``I_c_std`` along ``temperature``; ``fit_<law>``.

    Raises
    ------
    AnalysisError
        If the current does not sweep, or there is nothing to read a critical current from.
    """
    options = options or CriticalCurrentOptions()
    name, odd = _variable(data, options)
    sweeps = _sweeps(data, name, options)
    generator = np.random.default_rng(options.seed)
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    table: list[tuple[float, Estimate]] = []
    normal: list[Estimate] = []
    for group in by_temperature(sweeps):
        temperature = group_temperature(group)
        best = _at_one_temperature(group, odd, options, generator, quantities, flags, normal)
        if best is not None and temperature is not None:
            table.append((temperature, best))
        for sweep in group:
            curves[f"sweep_{len(curves)}"] = _curve(sweep, odd)
    if table:
        points = Table(
            np.array([t for t, _ in table]),
            np.array([estimate.value for _, estimate in table]),
            np.array([estimate.wide for _, estimate in table]),
        )
        more, fitted, why = fit(points, mean(normal) if normal else None)
        quantities += more
        curves |= fitted
        flags += why
    return Result(
        "critical_current",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=(str(data.attrs["source"]),),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(dict.fromkeys(flags)),
        references=(
            "Depairing current: Bardeen, doi:10.1103/RevModPhys.34.667",
            "Tunnel junction: Ambegaokar and Baratoff, doi:10.1103/PhysRevLett.10.486",
        ),
    )


def _variable(data: xr.Dataset, options: CriticalCurrentOptions) -> tuple[str, bool]:
    """Name of what is measured, and whether it is a voltage."""
    source = data.attrs["source"]
    if options.current not in data:
        raise AnalysisError(
            f"{source}: there is no '{options.current}'; name the current with the option 'current'"
        )
    if options.variable and options.variable not in data:
        raise AnalysisError(
            f"{source}: there is no '{options.variable}'; the data hold "
            f"{', '.join(map(str, data.data_vars))}"
        )
    if options.variable:
        name = options.variable
    elif options.kind == "voltage" or (options.kind == "auto" and "voltage" in data):
        name = "voltage"
        if name not in data:
            raise AnalysisError(f"{source}: there is no 'voltage'; name one with 'variable'")
    else:
        name = longitudinal(data).name
    odd = options.kind == "voltage" or (options.kind == "auto" and data[name].attrs["units"] == "V")
    return name, odd


def _sweeps(data: xr.Dataset, name: str, options: CriticalCurrentOptions) -> list[CurrentSweep]:
    usable = data[options.current].notnull().values & data[name].notnull().values
    record = data.isel(row=np.flatnonzero(usable))
    known = record["temperature"].values if "temperature" in record else None
    found = []
    last = -1
    for sweep in split(record, options.current):
        # The row of a turning point stands in two sweeps; it belongs to the earlier one.
        rows = sweep.rows[1:] if sweep.rows[0] == last else sweep.rows
        last = int(sweep.rows[-1])
        if sweep.direction == 0 or rows.size < 8:
            continue
        temperature, drift = None, 0.0
        if known is not None and np.isfinite(known[rows]).any():
            temperature = float(np.nanmedian(known[rows]))
            drift = float(np.nanstd(known[rows]))
        current = record[options.current].values[rows].astype(float)
        value = record[name].values[rows].astype(float)
        found.append(CurrentSweep(sweep.direction, temperature, drift, current, value))
    if not found:
        raise AnalysisError(
            f"{data.attrs['source']}: the current does not sweep; a ramp of it is needed"
        )
    return found


def _at_one_temperature(
    group: Sequence[CurrentSweep],
    odd: bool,
    options: CriticalCurrentOptions,
    generator: np.random.Generator,
    quantities: list[Quantity],
    flags: list[str],
    normal: list[Estimate],
) -> Estimate | None:
    """All numbers of one temperature; returns the critical current, both signs averaged."""
    temperature = group_temperature(group)
    conditions: dict[str, float | str] = {}
    if temperature is not None:
        conditions["temperature"] = nominal(temperature)
    where = "" if temperature is None else f" at {nominal(temperature):g} K"
    fraction = 0.5 if odd else options.resistance_fraction
    largest = max(float(np.abs(s.value).max()) for s in group)
    criterion = options.voltage_criterion or DEFAULT_CRITERION * largest
    method = f"V = {criterion:.3g} V" if odd else f"dV/dI at {fraction:g} of its step"
    ramps_of_sweeps: list[list[Ramp]] = []
    normals: list[Estimate] = []
    for sweep in group:
        ends = voltage_ends(sweep, criterion) if odd else resistance_ends(sweep)
        if not odd and not _has_step(ends):
            _no_step(sweep, ends, conditions, method, where, quantities, flags)
            continue
        if not odd:
            normals.append(ends.high)
        ramps_of_sweeps.append(ramps(sweep, ends, fraction, odd, generator))
    found = [ramp for of_sweep in ramps_of_sweeps for ramp in of_sweep]
    normal += normals
    if not found:
        return None
    if any(ramp.passages > 1 for ramp in found):
        flags.append(f"the criterion is passed several times{where}; the smallest current is taken")
    if normals:
        quantities.append(
            mean(normals).quantity(
                "critical_current.R_normal", "ohm", conditions, method="outer dV/dI"
            )
        )
    critical = _sides(
        [(r.side, r.critical) for r in found if r.away], "I_c", conditions, method, quantities
    )
    _sides(
        [(r.side, r.critical) for r in found if not r.away], "I_r", conditions, method, quantities
    )
    how = "largest numerical dV/dI" if odd else "largest dV/dI"
    _sides([(r.side, r.peak) for r in found if r.away], "I_peak", conditions, how, quantities)
    if not critical:
        reach = max(float(np.abs(sweep.current).max()) for sweep in group)
        flags.append(f"the criterion is not reached on a ramp away from zero{where}")
        if odd:
            quantities.append(
                Quantity(
                    "critical_current.I_c", reach, "A", None, None, "lower", conditions, method
                )
            )
        return None
    loop = hysteresis(ramps_of_sweeps)
    if loop is not None:
        quantities.append(
            loop.quantity(
                "critical_current.hysteresis", "A", conditions, method="critical less retrapping"
            )
        )
    return mean(list(critical.values()))


def _has_step(ends: Ends) -> bool:
    height = ends.high.value - ends.low.value
    return bool(
        height > SIGNIFICANT * np.hypot(ends.high.std, ends.low.std) and height > ends.noise
    )


def _no_step(
    sweep: CurrentSweep,
    ends: Ends,
    conditions: dict[str, float | str],
    method: str,
    where: str,
    quantities: list[Quantity],
    flags: list[str],
) -> None:
    """A ramp that stays superconducting gives a lower limit, another one nothing."""
    reach = float(np.abs(sweep.current).max())
    level = float(np.median(sweep.value))
    std = 1.25 * float(np.std(sweep.value)) / np.sqrt(sweep.value.size)
    if abs(level) < SIGNIFICANT * max(std, 0.2 * ends.noise):
        quantities.append(
            Quantity("critical_current.I_c", reach, "A", None, None, "lower", conditions, method)
        )
        flags.append(f"no resistance appears up to {reach:.3g} A{where}")
    else:
        flags.append(f"dV/dI has no step up to {reach:.3g} A{where}: no critical current")
        quantities.append(
            Quantity(
                "critical_current.I_c",
                None,
                "A",
                conditions=conditions,
                flags=("no step in dV/dI",),
            )
        )


def _sides(
    found: list[tuple[int, Estimate | None]],
    name: str,
    conditions: dict[str, float | str],
    method: str,
    quantities: list[Quantity],
) -> dict[str, Estimate]:
    """Each sign of the current, their mean, and of the critical current their asymmetry."""
    by_side = {}
    for word, side in (("positive", 1), ("negative", -1)):
        known = [estimate for s, estimate in found if s == side and estimate is not None]
        if known:
            by_side[word] = mean(known)
    if not by_side:
        return {}
    both = mean(list(by_side.values()))
    full = f"critical_current.{name}"
    own = () if len(by_side) == 2 else (f"{next(iter(by_side))} current only",)
    quantities.append(both.quantity(full, "A", conditions, method=method, flags=own))
    quantities += [
        estimate.quantity(full, "A", {**conditions, "side": word}, method=method)
        for word, estimate in by_side.items()
    ]
    if name == "I_c" and len(by_side) == 2:
        plus, minus = by_side["positive"], by_side["negative"]
        total = plus.value + minus.value
        # d(asymmetry) = 2 (minus d plus - plus d minus) / total^2
        weights = [2 * minus.value / total**2, -2 * plus.value / total**2]
        std = combine(weights, [plus, minus]).wide
        quantities.append(
            Quantity(
                "critical_current.asymmetry",
                (plus.value - minus.value) / total,
                "",
                std,
                conditions=conditions,
                method="difference over sum of both signs; an offset of the current does it too",
            )
        )
    return by_side


def _curve(sweep: CurrentSweep, odd: bool) -> xr.Dataset:
    name, unit = ("voltage", "V") if odd else ("differential_resistance", "ohm")
    told: dict[str, float | int] = {"direction": sweep.direction}
    if sweep.temperature is not None:
        told["temperature"] = sweep.temperature
    return xr.Dataset(
        {
            "current": ("point", sweep.current, {"units": "A"}),
            name: ("point", sweep.value, {"units": unit}),
        },
        attrs=told,
    )
