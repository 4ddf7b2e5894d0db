"""Current-voltage curves: one temperature after another, offset and ohmic tail, power law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.errors import AnalysisError
from papilio.sweep import split

Array = NDArray[np.float64]

#: Fewest readings of a curve, and fewest of them above their noise.
FEWEST_READINGS = 8
#: Sweeps whose temperatures differ by less than this part belong to one temperature.
SAME_TEMPERATURE = 0.002
#: Signal over noise from which a reading counts as seen, and shows relative noise.
SEEN = 3.0
LARGE = 100.0
#: Relative scatter of a median deviation of n differences that share readings, times sqrt(n).
MEDIAN_SCATTER = 1.6
#: Relative noise counts from so many of its standard deviations on.
SIGNIFICANT = 1.5


@dataclass(frozen=True)
class Curve:
    """
    Readings at one temperature.

    Attributes
    ----------
    temperature, temperature_std : float
        Mean of the thermometer and its standard deviation, K.
    strength : ndarray, shape (point,)
        Magnitude of the current, A, increasing.
    sign : ndarray, shape (point,)
        Sign of the current.
    signal : ndarray, shape (point,)
        Voltage in V, or differential resistance in ohm.
    """

    temperature: float
    temperature_std: float
    strength: Array
    sign: Array
    signal: Array


@dataclass(frozen=True)
class Noise:
    """Scatter of a reading: a constant part (unit of the signal) and a part of the signal."""

    constant: float
    relative: float

    def of(self, signal: Array) -> Array:
        """Standard deviation of readings of that size."""
        return np.asarray(np.hypot(self.constant, self.relative * signal))


def curves(data: xr.Dataset, kind: str, thermometer: str) -> list[Curve]:
    """
    The curves of a record, one for each temperature, coldest first.

    Parameters
    ----------
    data : xarray.Dataset
        A record with a current, a thermometer and `kind`.
    kind : {"voltage", "differential_resistance"}
        What was measured against the current.
    thermometer : str
        Name of the temperature.

    Returns
    -------
    list of Curve
        Each of at least eight readings.
    """
    usable = np.isfinite(data["current"].values)
    for name in (kind, thermometer):
        usable &= np.isfinite(data[name].values)
    data = data.isel(row=np.flatnonzero(usable))
    # Magnitudes, so that readings with alternating sign form sweeps too.
    magnitude = data.assign(current=np.abs(data["current"]))
    pieces: list[tuple[float, float, NDArray[np.int64]]] = []
    for sweep in split(magnitude, "current"):
        if sweep.direction == 0 or sweep.rows.size < FEWEST_READINGS // 2:
            continue
        T = data[thermometer].values[sweep.rows]
        middle = float(np.median(T))
        spread = 1.4826 * float(np.median(np.abs(T - middle)))
        # A turning point can belong to the temperature before.
        near = np.abs(T - middle) <= max(5 * spread, SAME_TEMPERATURE * middle)
        pieces.append((middle, spread, sweep.rows[near]))
    groups: list[list[tuple[float, float, NDArray[np.int64]]]] = []
    for piece in sorted(pieces, key=lambda piece: piece[0]):
        last = groups[-1][-1] if groups else None
        limit = max(SAME_TEMPERATURE * piece[0], piece[1])
        if last is not None and piece[0] - last[0] <= limit:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    found = [_curve(data, kind, thermometer, group) for group in groups]
    return [curve for curve in found if curve.strength.size >= FEWEST_READINGS]


def _curve(
    data: xr.Dataset,
    kind: str,
    thermometer: str,
    group: Sequence[tuple[float, float, NDArray[np.int64]]],
) -> Curve:
    rows = np.unique(np.concatenate([rows for _, _, rows in group]))
    current = data["current"].values[rows].astype(float)
    signal = data[kind].values[rows].astype(float)
    T = data[thermometer].values[rows].astype(float)
    order = np.argsort(np.abs(current), kind="stable")
    return Curve(
        float(T.mean()),
        float(T.std(ddof=1) / np.sqrt(T.size)),
        np.abs(current)[order],
        np.sign(current)[order],
        signal[order],
    )


def _scatter(x: Array, y: Array, variance: Array) -> tuple[Array, Array]:
    """Third differences of y(x) on an uneven grid, and the variance that `variance` gives them."""
    if x.size < 4 or np.ptp(x) == 0:
        return np.empty(0), np.empty(0)
    step = np.ptp(x) * 1e-9 * np.arange(x.size)  # repeated settings stay apart
    grid = np.lib.stride_tricks.sliding_window_view(x + step, 4)
    distance = grid[:, :, None] - grid[:, None, :] + np.eye(4)
    weight = 1 / distance.prod(axis=2)
    weight /= np.linalg.norm(weight, axis=1)[:, None]
    values = np.lib.stride_tricks.sliding_window_view(y, 4)
    variances = np.lib.stride_tricks.sliding_window_view(variance, 4)
    return (weight * values).sum(axis=1), (weight**2 * variances).sum(axis=1)


def noise(found: Sequence[Curve], voltage: bool, heated: float = np.inf) -> Noise:
    """
    Scatter of one reading, from what third differences leave over, all curves together.

    Parameters
    ----------
    found : sequence of Curve
        All curves of one instrument.
    voltage : bool
        True where the signal is a voltage, which changes sign with the current.
    heated : float, optional
        Resistance, ohm, above which a reading belongs to the heated branch; a jump to it is no
        noise.

    Returns
    -------
    Noise
        Constant part from the lower third of the currents, relative part from the large signals.
    """
    small = []
    for curve in found:
        for sign in (-1, 1):
            of = curve.sign == sign
            count = max(4, int(of.sum()) // 3)
            x, y = curve.strength[of][:count], curve.signal[of][:count]
            rest, _ = _scatter(x, y, np.zeros(x.size))
            if rest.size:
                small.append(float(np.mean(rest**2)))
    # A curve that bends even at the smallest currents says more about its bend than its noise.
    limit = 3 * float(np.median(small)) if small else 0.0
    flat = [power for power in small if power <= limit]
    constant = float(np.sqrt(np.mean(flat))) if flat else 0.0
    rests, known = [np.empty(0)], [np.empty(0)]
    for curve in found:
        zero = offset(curve) if voltage else 0.0
        for sign in (-1, 1):
            of = curve.sign == sign
            x, y = curve.strength[of], (curve.signal[of] - zero) * (sign if voltage else 1)
            resistance = y / np.where(x > 0, x, np.inf) if voltage else y
            hot = np.flatnonzero((resistance > heated) & (y > SEEN * constant))
            large = y > LARGE * constant
            large[hot[0] if hot.size else y.size :] = False
            if constant > 0 and large.sum() >= 4:
                y = y[large]
                parts = _scatter(np.log(x[large]), np.log(y), (constant / y) ** 2)
                rests.append(parts[0])
                known.append(parts[1])
    return Noise(constant, _relative(np.concatenate(rests), np.concatenate(known)))


def _relative(rest: Array, known: Array) -> float:
    """Relative noise that differences of logarithms need beside the known variance."""
    if rest.size < 10:
        return 0.0
    low, high = 0.0, 1.0
    spread = 1.4826 * float(np.median(np.abs(rest) / np.sqrt(known)))
    # One that is not there would take weight from the readings that fix the exponent.
    if spread <= 1 + SIGNIFICANT * MEDIAN_SCATTER / np.sqrt(rest.size):
        return 0.0
    for _ in range(20):
        middle = (low + high) / 2
        spread = 1.4826 * float(np.median(np.abs(rest) / np.sqrt(known + middle**2)))
        low, high = (middle, high) if spread > 1 else (low, middle)
    return high


def offset(curve: Curve) -> float:
    """
    First guess of the voltage at zero current: intercept of the smallest currents.

    Parameters
    ----------
    curve : Curve
        The readings.

    Returns
    -------
    float
        V.
    """
    count = max(4, curve.strength.size // 3)
    x, y = (curve.strength * curve.sign)[:count], curve.signal[:count]
    if np.ptp(x) == 0:
        return float(y.mean())
    return float(np.polyfit(x, y, 1)[1])


def measured(data: xr.Dataset, thermometer: str) -> str:
    """
    What a record holds against the current.

    Parameters
    ----------
    data : xarray.Dataset
        A record.
    thermometer : str
        Name of the temperature.

    Returns
    -------
    {"voltage", "differential_resistance"}
        The voltage where both are there.

    Raises
    ------
    AnalysisError
        If current, temperature or both of these are missing.
    """
    source = data.attrs["source"]
    for name in ("current", thermometer):
        if name not in data:
            raise AnalysisError(f"{source}: there is no '{name}'; name or rename its column")
    for name in ("voltage", "differential_resistance"):
        if name in data and bool(data[name].notnull().any()):
            return name
    raise AnalysisError(
        f"{source}: there is neither 'voltage' nor 'differential_resistance'; name or rename one"
    )
