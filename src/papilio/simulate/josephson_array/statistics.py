"""Mean, error, resistance and noise of a voltage that remembers itself for a while."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papilio.simulate.josephson_array.dynamics import Series

Floats = NDArray[np.float64]

#: A series shorter than this many correlation times has no trustworthy error.
CORRELATION_TIMES_WANTED = 50
#: Blocks that a series is gathered into to find the best control variate.
GATHERED = 32


@dataclass(frozen=True)
class Mean:
    """
    A mean over time and replicas.

    Attributes
    ----------
    value, std : float
        Mean and its standard error.
    correlation : float
        Integrated correlation time in blocks, 1 without correlation.
    settled : bool
        Whether the series is long enough for the error to be trusted.
    """

    value: float
    std: float
    correlation: float
    settled: bool


def correlation_time(series: Floats) -> float:
    """
    Integrated correlation time of replicas of one series, in samples.

    1 + 2 sum of the normalised autocorrelation up to the first window five times as long as the
    result (Madras and Sokal, doi:10.1007/BF01022990), and never shorter than the square root of
    the number of samples: the voltage of a superconductor swings back at once (its correlation
    time is below one sample), and what its vortices do later must not be cut off.

    Parameters
    ----------
    series : array, shape (replicas, samples)
        Samples at equal distance.

    Returns
    -------
    float
        1 for uncorrelated samples; never less than 1/samples.
    """
    # Each replica about its own mean would hide the slowest fluctuations of short series.
    return _correlation(series - series.mean())[1]


def _correlation(deviation: Floats) -> tuple[float, float, int]:
    """Variance, integrated correlation time and the window it was summed over."""
    samples = deviation.shape[1]
    spectrum = np.abs(np.fft.rfft(deviation, 2 * samples, axis=1)) ** 2
    covariance = np.fft.irfft(spectrum.mean(axis=0))[:samples] / samples
    if not covariance[0] > 0:
        return 0.0, 1.0, 0
    time = 2 * np.cumsum(covariance / covariance[0]) - 1
    shortest = min(math.ceil(math.sqrt(samples)), samples - 1)
    enough = shortest + np.flatnonzero(np.arange(shortest, samples) >= 5 * time[shortest:])
    window = int(enough[0]) if enough.size else samples - 1
    return float(covariance[0]), float(max(time[window], 1 / samples)), window


def mean(series: Floats) -> Mean:
    """
    Mean of replicas of one series with the error that its correlation leaves.

    Parameters
    ----------
    series : array, shape (replicas, samples)
        Samples at equal distance, in a stationary state.

    Returns
    -------
    Mean
        Over all of them.
    """
    replicas, samples = series.shape
    time = correlation_time(series)
    variance = float(series.var()) * time / (replicas * samples)
    return Mean(
        value=float(series.mean()),
        std=float(np.sqrt(variance)),
        correlation=time,
        settled=samples >= CORRELATION_TIMES_WANTED * time,
    )


def mean_voltage(series: Series) -> Mean:
    """
    Mean voltage, the drawn noise used as a control variate where it is known.

    What the shunts' own noise adds is known and zero in the mean; its share in the voltage, near
    the differential resistance over R_N, is found by regression and taken off.

    Parameters
    ----------
    series : Series
        Voltages of replicas under one set of conditions.

    Returns
    -------
    Mean
        Over I_c R.
    """
    share = noise_share(series)
    return mean(series.voltage - share * series.noise)


def noise_share(series: Series) -> float:
    """
    Regression coefficient of the slow fluctuations of the voltage on those of the drawn noise.

    Parameters
    ----------
    series : Series
        Voltages of replicas under one set of conditions.

    Returns
    -------
    float
        Zero where the noise is not known.
    """
    gathered = max(series.noise.shape[1] // GATHERED, 1)
    noise, voltage = _gathered(series.noise, gathered), _gathered(series.voltage, gathered)
    noise = noise - noise.mean()
    scatter = float((noise**2).sum())
    if scatter == 0:
        return 0.0
    return float((noise * voltage).sum() / scatter)


def _gathered(series: Floats, number: int) -> Floats:
    whole = series.shape[1] // number * number
    out: Floats = series[:, :whole].reshape(len(series), -1, number).mean(axis=2)
    return out


def green_kubo(series: Series, temperature: float, weight: int) -> tuple[float, float]:
    """
    Linear resistance of a square over R_N, from the voltage noise without current.

    R = weight S_V(0)/(4 k_B T) with the one-sided spectral density S_V of the mean voltage of
    `weight` bonds.

    Parameters
    ----------
    series : Series
        Voltages at zero bias of replicas under one set of conditions.
    temperature : float
        k_B T/E_J.
    weight : int
        Of the `Array`.

    Returns
    -------
    value, std : float
        Resistance and its standard error.
    """
    # Without current the mean is zero: nothing is to be taken off.
    variance, time, window = _correlation(series.voltage)
    value = weight * variance * time * series.duration / (2 * temperature)
    # Error of a windowed sum over the autocorrelation (Madras and Sokal).
    return value, value * float(np.sqrt(2 * (2 * window + 1) / series.voltage.size))


def noise_spectrum(series: Series, segment: int) -> tuple[Floats, Floats, Floats]:
    """
    One-sided spectral density of the mean voltage.

    Parameters
    ----------
    series : Series
        Voltages of replicas under one set of conditions.
    segment : int
        Blocks in each segment; neighbouring segments do not overlap.

    Returns
    -------
    frequency : array, shape ((segment - 1)//2,)
        Over 2 e R I_c/hbar, without zero and the highest one.
    density, std : array, shape ((segment - 1)//2,)
        Over (I_c R)^2 hbar/(2 e R I_c), and its standard error.
    """
    whole = series.voltage.shape[1] // segment * segment
    pieces = series.voltage[:, :whole].reshape(-1, segment)
    pieces = pieces - series.voltage.mean()
    power = np.abs(np.fft.rfft(pieces, axis=1)) ** 2 * 2 * series.duration / segment
    frequency = np.fft.rfftfreq(segment, series.duration)
    # Zero frequency holds the mean; the highest one has half the degrees of freedom.
    inner = slice(1, (segment + 1) // 2)
    density: Floats = power[:, inner].mean(axis=0)
    std: Floats = density / np.sqrt(len(pieces))
    return np.asarray(frequency[inner], float), density, std
