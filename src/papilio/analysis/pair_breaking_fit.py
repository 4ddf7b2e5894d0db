"""Fits of the pair-breaking law to critical fields, beside the Ginzburg-Landau square root."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import optimize, special

from papilio.analysis.estimate import ONE_SIGMA
from papilio.analysis.ginzburg_landau_fit import PARALLEL_LAW, CriticalFields
from papilio.analysis.half_field import HalfFields
from papilio.analysis.model_comparison import Score, compare
from papilio.analysis.whh_fit import WHH_LAW
from papilio.fit import Fit, Law, least_squares, propagate
from papilio.physics import pair_breaking

Array = NDArray[np.float64]

#: Part of a parameter, or of a temperature, that a numerical derivative steps by.
STEP = 1e-5

PAIR_BREAKING_LAW = Law(
    "pair breaking, parallel",
    pair_breaking.parallel_field,
    PARALLEL_LAW.parameters,
    "dirty limit, film thinner than xi, strong spin-orbit scattering",
    "doi:10.1103/PhysRev.148.362",
)


@dataclass(frozen=True)
class FewReadings(CriticalFields):
    """
    Critical fields whose uncertainties are themselves known from few readings.

    Attributes
    ----------
    temperature_std : ndarray, shape (point,)
        K.
    own_std : ndarray, shape (point,)
        One standard deviation of the field, without that of the temperature, T.
    freedom : ndarray, shape (point,)
        Degrees of freedom that `own_std` is known from.
    """

    temperature_std: Array
    own_std: Array
    freedom: Array


def few_readings(found: HalfFields, window: tuple[float, float] | None) -> FewReadings:
    """
    Half-resistance fields inside a window, with what a fit must know of their uncertainties.

    Parameters
    ----------
    found : HalfFields
        Of one orientation.
    window : (float, float) or None
        Lowest and highest temperature, K; None keeps all.

    Returns
    -------
    FewReadings
        With an uncertainty of the temperature that a fit replaces by one along its own curve.
    """
    low, high = window or (-np.inf, np.inf)
    used = [half for half in found.fields if low <= half.temperature <= high]
    temperature, temperature_std, field, own, freedom = (
        np.array(
            [
                (h.temperature, h.temperature_std, h.field.value, h.field.std, h.field.freedom)
                for h in used
            ]
        )
        .reshape(-1, 5)
        .T
    )
    slope = np.gradient(field, temperature) if len(used) > 1 else np.zeros(len(used))
    std = np.hypot(own, slope * temperature_std)
    shared = np.array([half.floor for half in used])
    return FewReadings(temperature, field, std, shared, temperature_std, own, freedom)


def fit_parallel(fields: FewReadings) -> tuple[dict[str, Fit], dict[str, Score]]:
    """
    Pair-breaking law and square root, fitted to the same parallel fields.

    Parameters
    ----------
    fields : FewReadings
        Parallel ones, two or more.

    Returns
    -------
    fits : dict of str to Fit
        By the name of the law.
    scores : dict of str to Score
        By the name of the law.

    Raises
    ------
    FitError
        If a law cannot be fitted.
    """
    start = _start(fields, "Hc2_parallel_0")
    fits = {law.name: _fit(law, fields, start) for law in (PAIR_BREAKING_LAW, PARALLEL_LAW)}
    return fits, compare(fits)


def fit_perpendicular(fields: FewReadings) -> Fit:
    """
    The dirty-limit curve through perpendicular fields, for the diffusion constant.

    Parameters
    ----------
    fields : FewReadings
        Perpendicular ones, two or more.

    Returns
    -------
    Fit
        Of the WHH law.

    Raises
    ------
    FitError
        If it cannot be fitted.
    """
    start = _start(fields, "Hc2_perpendicular_0")
    return _fit(WHH_LAW, fields, start)


def _fit(law: Law, fields: FewReadings, start: Mapping[str, float]) -> Fit:
    """Least squares with the thermometer's noise along the curve, and badly known weights."""
    first = least_squares(law, fields.temperature, fields.field, fields.std, start)
    # Over what the temperature may be off by: the parallel law is not straight near Tc.
    step = np.maximum(STEP * fields.temperature, fields.temperature_std)
    # Beyond Tc a law is flat: the slope there is the one just below.
    T = np.minimum(fields.temperature, first["Tc"] - step)
    slope = (first.predict(T + step) - first.predict(T - step)) / (2 * step)
    std = np.hypot(fields.own_std, slope * fields.temperature_std)
    begin = {p.name: first[p.name] for p in law.parameters}
    fit = least_squares(law, fields.temperature, fields.field, std, begin)
    # Only the field's own part of a variance is badly known.
    freedom = fields.freedom / np.maximum(fields.own_std / std, STEP) ** 4
    return dataclasses.replace(
        fit, covariance=small_sample_covariance(fit, fields.temperature, std, freedom)
    )


def small_sample_covariance(fit: Fit, x: Array, std: Array, freedom: Array) -> Array:
    """
    Covariance of a weighted fit whose weights are themselves estimated from few readings.

    Such weights favour the points that look quieter than they are: the plain covariance is too
    small by that, and the values scatter more than with the true weights. The diagonal is widened
    to what Student's distribution of the remaining freedom needs for 68 %.

    Parameters
    ----------
    fit : Fit
        With weights from `std`.
    x : ndarray, shape (point,)
        As its formula takes it.
    std : ndarray, shape (point,)
        Standard deviations of the data as estimated.
    freedom : ndarray, shape (point,)
        Degrees of freedom of each; infinite where it is as good as known.

    Returns
    -------
    ndarray, shape (parameter, parameter)
        Covariance; that of the fit where all freedoms are infinite.

    References
    ----------
    Kenward and Roger, Biometrics 53, 983 (1997), doi:10.2307/2533558, for a diagonal covariance of
    the data; for one common mean it is Meier, Biometrics 9, 59 (1953), doi:10.2307/3001633.
    """
    columns = []
    for index, value in enumerate(fit.values):
        shift = np.zeros(fit.values.size)
        shift[index] = STEP * abs(value)
        change = fit.law.formula(x, *(fit.values + shift)) - fit.law.formula(
            x, *(fit.values - shift)
        )
        columns.append(change / (2 * shift[index]))
    design = np.stack(columns, axis=1) / std[:, None]
    plain = fit.covariance / fit.scale**2
    reach = design @ plain  # of each point's standardised error on the parameters
    leverage = np.einsum("ij,ij->i", reach, design)
    more = np.einsum("i,ij,ik->jk", 2 / freedom * (1 - leverage), reach, reach)
    adjusted = plain + 2 * more
    # Satterthwaite: how well the variance of each parameter is known.
    spread = (2 * reach**4 / freedom[:, None]).sum(axis=0)
    left = np.divide(
        2 * np.diag(plain) ** 2, spread, out=np.full(spread.size, 1e9), where=spread > 0
    )
    student = special.stdtrit(np.clip(left, 1.0, 1e9), ONE_SIGMA)
    return np.asarray(adjusted * np.outer(student, student) * fit.scale**2)


def _start(fields: CriticalFields, name: str) -> dict[str, float]:
    return {"Tc": 1.05 * float(fields.temperature.max()), name: float(fields.field.max())}


def finite_scattering(law: Fit, temperature: float) -> tuple[float | None, float | None]:
    """
    Gamma of WHH's equation for spin-orbit scattering of any strength, without orbital term.

    Parameters
    ----------
    law : Fit
        Of `PAIR_BREAKING_LAW`: its field at `temperature` and its Tc are used.
    temperature : float
        K.

    Returns
    -------
    value, std : float or None
        J; None where the field stays below the one that needs no spin-orbit scattering.
    """
    floor = float("nan")

    def gamma(values: np.ndarray) -> float:
        field = float(pair_breaking.parallel_field(temperature, values[0], values[1]))
        strong = pair_breaking.spin_orbit_gamma(values[0], values[1])

        def residual(log_ratio: float) -> float:
            return float(
                pair_breaking.spin_law_residual(
                    temperature, field, strong * np.exp(log_ratio), values[1]
                )
            )

        low, high = -12.0, 3.0
        # Stronger scattering weakens the pair breaking, so the residual falls with Gamma.
        if not (residual(low) > 0 > residual(high)):
            return floor
        return strong * float(np.exp(optimize.brentq(residual, low, high, xtol=1e-10)))

    value, std = propagate(gamma, law.values, law.covariance)
    return (value, std) if np.isfinite(value) and np.isfinite(std) else (None, None)


def field_curves(
    fields: Mapping[str, CriticalFields], fits: Mapping[str, Fit], across: Fit | None
) -> dict[str, xr.Dataset]:
    """
    What a figure of the fields needs.

    Parameters
    ----------
    fields : mapping of {"parallel", "perpendicular"} to CriticalFields
        Measured.
    fits : mapping of str to Fit
        From `fit_parallel`.
    across : Fit or None
        From `fit_perpendicular`.

    Returns
    -------
    dict of str to xarray.Dataset
        ``half_fields_<orientation>``, ``fit_<orientation>``, ``fit_parallel_ginzburg_landau``.
    """
    curves = {
        f"half_fields_{name}": xr.Dataset(
            {
                "field": ("temperature", points.field, {"units": "T"}),
                "field_std": ("temperature", points.std, {"units": "T"}),
            },
            {"temperature": ("temperature", points.temperature, {"units": "K"})},
        )
        for name, points in fields.items()
    }
    lines = {
        "fit_parallel": fits[PAIR_BREAKING_LAW.name],
        "fit_parallel_ginzburg_landau": fits[PARALLEL_LAW.name],
    }
    if across is not None:
        lines["fit_perpendicular"] = across
    for name, fit in lines.items():
        grid = np.linspace(0, fit["Tc"], 200)
        curves[name] = xr.Dataset(
            {"field": ("temperature", fit.predict(grid), {"units": "T"})},
            {"temperature": ("temperature", grid, {"units": "K"})},
            attrs={"law": fit.law.name},
        )
    return curves
