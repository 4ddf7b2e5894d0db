"""Exponent of current-voltage curves: window, offset, ohmic tail and power law of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import stats

from papilio.analysis.current_voltage import FEWEST_READINGS, SEEN, Curve, Noise, noise, offset
from papilio.errors import FitError
from papilio.fit import Fit, Law, Parameter, least_squares

Array = NDArray[np.float64]

#: Probability of chi-square below which a window is not described by the law.
MISFIT = 0.001
#: Of windows that all misfit, the widest this near to the best one is taken.
NEARLY_BEST = 1.3
#: Each trial of a window ends at this part of the current of the trial before.
SHRINK = 0.85
#: Degrees of freedom from which the curves' own scatter corrects the noise.
POOLED_FREEDOM = 30
#: The power law must exceed the ohmic tail by this factor at the top of the window.
DOMINANT = 3.0

REFERENCE = "Halperin and Nelson, J. Low Temp. Phys. 36, 599 (1979), doi:10.1007/BF00116988"


@dataclass(frozen=True)
class Exponent:
    """
    Power law of one curve.

    Attributes
    ----------
    curve : Curve
        The readings.
    fit : Fit
        Parameters ``alpha``, ``power`` and ``tail`` (the two parts of the signal at `reference`)
        and ``offset``, those that were fitted.
    reference : float
        Current at which the parts are given, A.
    window : tuple of float
        Currents between which the power law is read, A.
    lowest : float
        Smallest current of the fit, A: below the window its readings only fix offset and tail.
    noise : float
        Standard deviation of one reading at small current, unit of the signal.
    offset : float
        Signal at zero current, V; zero for a differential resistance.
    flags : tuple of str
        What makes it unreliable.
    """

    curve: Curve
    fit: Fit
    reference: float
    window: tuple[float, float]
    lowest: float
    noise: float
    offset: float
    flags: tuple[str, ...]

    @property
    def alpha(self) -> float:
        """Exponent of V ~ I^alpha."""
        return self.fit["alpha"]

    @property
    def std(self) -> float:
        """Standard deviation of the exponent."""
        return self.fit.std("alpha")


def exponents(
    found: Sequence[Curve],
    voltage: bool,
    window: tuple[float, float] | None,
    normal_resistance: float | None,
    normal_fraction: float,
) -> list[Exponent]:
    """
    Exponent of the power law of each curve that shows one.

    Parameters
    ----------
    found : sequence of Curve
        Curves.
    voltage : bool
        True where the signal is a voltage, False where it is a differential resistance.
    window : (float, float) or None
        Currents of the fit, A; by default chosen for each curve.
    normal_resistance : float or None
        ohm; by default the largest resistance of all curves.
    normal_fraction : float
        Part of it above which a reading belongs to the heated or normal branch.

    Returns
    -------
    list of Exponent
        In the order of the curves; those without a power law are left out.
    """
    normal = normal_resistance or max(_largest_resistance(curve, voltage) for curve in found)
    scatter = noise(found, voltage, normal * normal_fraction)
    results = []
    for curve in found:
        try:
            results.append(_exponent(curve, voltage, scatter, window, normal * normal_fraction))
        except FitError:
            continue  # the caller sees which temperatures have no exponent and flags them
    return _pooled(results)


def _pooled(found: list[Exponent]) -> list[Exponent]:
    """Error bars of all curves from their common scatter, which is better known than each one's."""
    fair = [exponent.fit for exponent in found if exponent.fit.scale == 1]
    freedom = sum(fit.degrees_of_freedom for fit in fair)
    if freedom < POOLED_FREEDOM:
        return found
    factor = sum(fit.chi_square for fit in fair) / freedom
    fits = [
        dataclasses.replace(e.fit, covariance=e.fit.covariance * factor)
        if e.fit.scale == 1
        else e.fit
        for e in found
    ]
    return [dataclasses.replace(e, fit=fit) for e, fit in zip(found, fits, strict=True)]


def _largest_resistance(curve: Curve, voltage: bool) -> float:
    top = curve.strength > 0.5 * curve.strength.max()
    values = np.abs(curve.signal[top])
    return float(np.median(values / curve.strength[top] if voltage else values))


def _exponent(
    curve: Curve,
    voltage: bool,
    scatter: Noise,
    window: tuple[float, float] | None,
    heated: float,
) -> Exponent:
    x = curve.strength
    guess = offset(curve) if voltage else 0.0
    y = (curve.signal - guess) * (curve.sign if voltage else 1)
    resistance = y / np.where(x > 0, x, np.inf) if voltage else y
    seen = y > SEEN * scatter.of(np.abs(y))
    if window is not None:
        inside = (x >= window[0]) & (x <= window[1])
        # Below a window that was set by hand there is no tail to be fitted.
        fitted = _fit(curve, voltage, inside, seen, scatter, tail=False)
        edges = (float(x[inside].min()), float(x[inside].max()))
        return _result(curve, voltage, *fitted, edges, scatter, ())
    hot = np.flatnonzero((resistance > heated) & seen)
    top = float(x[hot[0]]) if hot.size else float(np.inf)
    lowest = float(x[seen].min()) if seen.any() else 0.0
    trials: list[tuple[Fit, float, NDArray[np.bool_]]] = []
    while True:
        inside = x < top
        if (inside & seen).sum() < FEWEST_READINGS // 2 or top < 2 * lowest:
            break
        try:
            trials.append((*_fit(curve, voltage, inside, seen, scatter, tail=True), inside))
        except FitError:
            break
        if stats.chi2.sf(trials[-1][0].chi_square, trials[-1][0].degrees_of_freedom) > MISFIT:
            break
        top = SHRINK * float(x[inside & seen].max())
    if not trials:
        raise FitError("no current window shows a power law; measure more readings")
    quality = [fit.chi_square / max(fit.degrees_of_freedom, 1) for fit, _, _ in trials]
    first = int(np.argmax(np.array(quality) <= NEARLY_BEST * min(quality)))
    return _judged(curve, voltage, *trials[first], seen, scatter)


def _judged(
    curve: Curve,
    voltage: bool,
    fit: Fit,
    reference: float,
    inside: NDArray[np.bool_],
    seen: NDArray[np.bool_],
    scatter: Noise,
) -> Exponent:
    """The window of the power law; the plain slope where the ohmic tail is nearly everything."""
    x = curve.strength
    high = float(x[inside].max())
    power = fit["power"] * (high / reference) ** fit["alpha"]
    tail = fit["tail"] * (high / reference)
    flags: tuple[str, ...] = ()
    if power > DOMINANT * tail and fit["alpha"] > 1:
        # Where the power law has grown out of tail and noise.
        level = max(fit["tail"], 0.0) / fit["power"]
        start = reference * level ** (1 / (fit["alpha"] - 1)) if level > 0 else 0.0
        first = x[inside & seen & (x >= start)]
        low = float(first.min()) if first.size else high
    else:
        # A tail subtracted from an ohmic curve would leave its cubic correction: alpha near 3.
        upper = inside & (x > high / 3)
        fit, reference = _fit(curve, voltage, upper, seen, scatter, tail=False)
        low = float(x[upper].min())
        flags = ("mostly ohmic: the exponent is the slope of the upper half decade",)
        inside = upper
    if fit.scale > 1:
        flags += (f"no power law within the noise: error bar widened {fit.scale:.1f} times",)
    found = _result(curve, voltage, fit, reference, (low, high), scatter, flags)
    return dataclasses.replace(found, lowest=float(x[inside].min()))


def _result(
    curve: Curve,
    voltage: bool,
    fit: Fit,
    reference: float,
    window: tuple[float, float],
    scatter: Noise,
    flags: tuple[str, ...],
) -> Exponent:
    zero = fit["offset"] if voltage else 0.0
    return Exponent(curve, fit, reference, window, window[0], scatter.constant, zero, flags)


def _fit(
    curve: Curve,
    voltage: bool,
    inside: NDArray[np.bool_],
    seen: NDArray[np.bool_],
    scatter: Noise,
    tail: bool,
) -> tuple[Fit, float]:
    """Power law, ohmic tail and offset through readings; the current its parts are given at."""
    x, sign, y = curve.strength[inside], curve.sign[inside], curve.signal[inside]
    good = seen[inside] & (x > 0)
    if good.sum() < FEWEST_READINGS // 2 or np.ptp(x[good]) == 0:
        raise FitError("fewer than four readings stand above the noise; raise the current")
    odd = sign if voltage else np.ones(x.size)
    guess = offset(curve) if voltage else 0.0
    reference = float(np.exp(np.log(x[good]).mean()))
    size = np.abs(odd * (y - guess))
    slope, height = np.polyfit(np.log(x[good] / reference), np.log(size[good]), 1, w=size[good])
    # A zero signal has no logarithm; the fit itself is of the signal, whose noise is Gaussian.
    shape = 0.0 if voltage else 1.0
    alpha = float(np.clip(slope + shape, 1.01, 30))
    power = float(np.exp(height))
    law = _law(voltage, tail)
    start = {"alpha": alpha, "power": power, "tail": 0.01 * power, "offset": guess}
    table = np.stack([x / reference, odd])
    fit = least_squares(law, table, y, scatter.of(size), start, rescale_below=MISFIT)
    if scatter.relative > 0:
        # Once more with error bars from the curve instead of the noisy readings.
        smooth = np.abs(law.formula(table, *fit.values))
        start = {p.name: float(v) for p, v in zip(law.parameters, fit.values, strict=True)}
        fit = least_squares(law, table, y, scatter.of(smooth), start, rescale_below=MISFIT)
    return fit, reference


def _law(voltage: bool, tail: bool) -> Law:
    unit = "V" if voltage else "ohm"
    parameters = [Parameter("alpha", ""), Parameter("power", unit)]
    parameters += [Parameter("tail", unit)] if tail else []
    parameters += [Parameter("offset", unit)] if voltage else []

    def formula(x: Array, alpha: float, power: float, *rest: float) -> Array:
        reduced, sign = x
        lower = 0 if voltage else 1
        # A trial step of the optimiser may go anywhere; 300 decades are enough of it.
        decades = (alpha - lower) * np.log10(np.clip(reduced, 1e-30, None))
        strength = power * 10 ** np.clip(decades, -300, 300)
        ohmic = rest[0] * reduced ** (1 - lower) if tail else 0.0
        return np.asarray(sign * (strength + ohmic) + (rest[-1] if voltage else 0.0))

    def jacobian(x: Array, alpha: float, power: float, *_: float) -> Array:
        reduced, sign = x
        lower = 0 if voltage else 1
        logarithm = np.log10(np.clip(reduced, 1e-30, None))
        decades = (alpha - lower) * logarithm
        strength = sign * 10 ** np.clip(decades, -300, 300)
        steep = np.where(np.abs(decades) < 300, np.log(10) * logarithm, 0.0)
        columns = [power * strength * steep, strength]
        columns += [sign * reduced ** (1 - lower)] if tail else []
        columns += [np.ones(reduced.size)] if voltage else []
        return np.stack(columns, axis=1)

    return Law(
        "power law of the current-voltage curve",
        formula,
        tuple(parameters),
        "between the ohmic tail and the onset of heating",
        REFERENCE,
        jacobian,
    )


def as_dataset(found: Exponent, voltage: bool) -> xr.Dataset:
    """
    One curve with its fit, for a figure.

    Parameters
    ----------
    found : Exponent
        The fitted curve.
    voltage : bool
        True where the signal is a voltage.

    Returns
    -------
    xarray.Dataset
        Along ``point``: ``current`` (magnitude), ``signal`` without its offset and with the sign
        of the current taken out, ``fit``, and ``used`` (1 inside the window). Attributes:
        ``temperature``, ``alpha``, ``alpha_std``, ``window_low``, ``window_high``, ``offset``.
    """
    curve = found.curve
    unit = "V" if voltage else "ohm"
    odd = curve.sign if voltage else np.ones(curve.sign.size)
    line = found.fit.predict(np.stack([curve.strength / found.reference, odd]))
    inside = (curve.strength >= found.window[0]) & (curve.strength <= found.window[1])
    return xr.Dataset(
        {
            "current": ("point", curve.strength, {"units": "A"}),
            "signal": ("point", odd * (curve.signal - found.offset), {"units": unit}),
            "fit": ("point", odd * (line - found.offset), {"units": unit}),
            "used": ("point", inside.astype(int)),
        },
        attrs={
            "temperature": curve.temperature,
            "alpha": found.alpha,
            "alpha_std": found.std,
            "window_low": found.window[0],
            "window_high": found.window[1],
            "offset": found.offset,
        },
    )
