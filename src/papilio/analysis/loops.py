"""Field sweeps of a record: branch by branch, temperature by temperature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.curve import outliers
from papilio.analysis.resistance import longitudinal
from papilio.errors import AnalysisError
from papilio.sweep import split

Array = NDArray[np.float64]

#: Sweeps whose temperatures differ by less than this part count as one temperature.
SAME_TEMPERATURE = 0.01


@dataclass(frozen=True)
class FieldSweep:
    """
    One monotonic sweep of the field.

    Attributes
    ----------
    direction : int
        +1 up, -1 down.
    rate : float or None
        T/s, signed.
    temperature : float or None
        Mean over the sweep, K.
    drift : float
        Standard deviation of the temperature over the sweep, K.
    delay : float
        Rate times time constant of the lock-in, T, signed; zero where either is unknown.
    field : ndarray, shape (point,)
        T; moved back by the delay.
    resistance : ndarray, shape (point,)
        ohm, per square where the geometry is known.
    outlying_field, outlying_resistance : ndarray, shape (outlier,)
        Readings that left all their neighbours.
    """

    direction: int
    rate: float | None
    temperature: float | None
    drift: float
    delay: float
    field: Array
    resistance: Array
    outlying_field: Array
    outlying_resistance: Array

    @property
    def branch(self) -> str:
        """Name of the branch of a loop: "up" or "down"."""
        return "up" if self.direction > 0 else "down"


def field_sweeps(
    data: xr.Dataset, variable: str = "", time_constant: float | None = None
) -> tuple[list[FieldSweep], bool]:
    """
    All field sweeps of a record, without their outliers.

    Parameters
    ----------
    data : xarray.Dataset
        A record with a field and a resistance.
    variable : str, optional
        The resistance, where there are several.
    time_constant : float, optional
        Of the lock-in, s: a reading belongs to the field of that much earlier. The default is the
        attribute ``lock_in_time_constant`` of the data, or none.

    Returns
    -------
    sweeps : list of FieldSweep
        In order of acquisition, each of at least eight readings.
    per_square : bool
        Whether the resistances are per square.

    Raises
    ------
    AnalysisError
        If the field is missing or does not sweep.
    """
    source = data.attrs["source"]
    if "field" not in data:
        raise AnalysisError(
            f"{source}: there is no 'field'; name or rename its column in the study"
        )
    chosen = longitudinal(data, variable)
    if time_constant is None:
        time_constant = float(data.attrs.get("lock_in_time_constant", 0.0))
    usable = np.isfinite(chosen.values) & np.isfinite(data["field"].values)
    record = data.isel(row=np.flatnonzero(usable))
    values = chosen.values[usable]
    temperatures = record["temperature"].values if "temperature" in record else None
    sweeps = []
    for sweep in split(record, "field"):
        if sweep.direction == 0 or sweep.rows.size < 8:
            continue
        delay = time_constant * (sweep.rate or 0.0)
        field = record["field"].values[sweep.rows].astype(float) - delay
        resistance = values[sweep.rows]
        temperature, drift = None, 0.0
        own = np.ones(sweep.rows.size, bool)
        if temperatures is not None and np.isfinite(temperatures[sweep.rows[1:-1]]).any():
            # The turning point belongs to both sweeps; the temperature may step there.
            inner = temperatures[sweep.rows[1:-1]]
            temperature, drift = float(np.nanmean(inner)), float(np.nanstd(inner))
            departure = np.abs(temperatures[sweep.rows] - temperature)
            own[[0, -1]] = departure[[0, -1]] < max(SAME_TEMPERATURE * temperature, 5 * drift)
        field, resistance = field[own], resistance[own]
        bad = outliers(resistance)
        sweeps.append(
            FieldSweep(
                sweep.direction,
                sweep.rate,
                temperature,
                drift,
                delay,
                field[~bad],
                resistance[~bad],
                field[bad],
                resistance[bad],
            )
        )
    if not sweeps:
        raise AnalysisError(f"{source}: the field does not sweep; a field loop is needed")
    return sweeps, chosen.per_square


class AtTemperature(Protocol):
    """
    A sweep that knows its temperature.

    Attributes
    ----------
    temperature : float or None
        Mean over the sweep, K.
    drift : float
        Standard deviation of the temperature over the sweep, K.
    """

    @property
    def temperature(self) -> float | None:
        """K."""
        ...

    @property
    def drift(self) -> float:
        """K."""
        ...


SweepType = TypeVar("SweepType", bound=AtTemperature)


def by_temperature(sweeps: Sequence[SweepType]) -> list[list[SweepType]]:
    """
    Sweeps grouped by temperature, coldest first; those without one form one group.

    Parameters
    ----------
    sweeps : sequence
        Sweeps of any kind, in any order.

    Returns
    -------
    list of list
        Within a group, in the given order.
    """
    groups: list[list[SweepType]] = []
    for sweep in sorted(sweeps, key=lambda sweep: sweep.temperature or 0.0):
        last = groups[-1][-1].temperature if groups else None
        same = last == sweep.temperature or (
            last is not None
            and sweep.temperature is not None
            and abs(sweep.temperature - last) < max(SAME_TEMPERATURE * last, 3 * sweep.drift)
        )
        if groups and same:
            groups[-1].append(sweep)
        else:
            groups.append([sweep])
    order = {id(sweep): number for number, sweep in enumerate(sweeps)}
    return [sorted(group, key=lambda sweep: order[id(sweep)]) for group in groups]


def group_temperature(group: Sequence[AtTemperature]) -> float | None:
    """
    Mean temperature of a group of sweeps.

    Parameters
    ----------
    group : sequence
        Sweeps at one temperature.

    Returns
    -------
    float or None
        K.
    """
    known = [sweep.temperature for sweep in group if sweep.temperature is not None]
    return float(np.mean(known)) if known else None


def group_temperature_std(group: Sequence[FieldSweep]) -> float:
    """
    Uncertainty of the mean temperature of a group of sweeps, from the scatter of its readings.

    Parameters
    ----------
    group : sequence of FieldSweep
        Sweeps at one temperature.

    Returns
    -------
    float
        K; the calibration of the thermometer is not in it.
    """
    variance = sum(sweep.drift**2 / max(sweep.field.size, 1) for sweep in group)
    return float(np.sqrt(variance)) / len(group)


def nominal(temperature: float) -> float:
    """
    A temperature as people name it: the set point, three significant digits.

    Parameters
    ----------
    temperature : float
        K.

    Returns
    -------
    float
        K.
    """
    return float(f"{temperature:.3g}")


def curve(sweep: FieldSweep, **attributes: float | str) -> xr.Dataset:
    """
    A sweep for a figure.

    Parameters
    ----------
    sweep : FieldSweep
        The sweep.
    **attributes : float or str
        What the figure marks in it.

    Returns
    -------
    xarray.Dataset
        ``field`` and ``resistance`` along ``point``, ``outlying_field`` and
        ``outlying_resistance`` along ``outlier``.
    """
    told: dict[str, float | str] = {"branch": sweep.branch}
    if sweep.temperature is not None:
        told["temperature"] = sweep.temperature
    if sweep.rate is not None:
        told["rate"] = sweep.rate
    return xr.Dataset(
        {
            "field": ("point", sweep.field, {"units": "T"}),
            "resistance": ("point", sweep.resistance, {"units": "ohm"}),
            "outlying_field": ("outlier", sweep.outlying_field, {"units": "T"}),
            "outlying_resistance": ("outlier", sweep.outlying_resistance, {"units": "ohm"}),
        },
        attrs={**told, **attributes},
    )
