"""Fits of the pair-breaking law to critical fields, beside the Ginzburg-Landau square root."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from scipy import optimize

from papilio.analysis.ginzburg_landau_fit import PARALLEL_LAW, CriticalFields
from papilio.analysis.model_comparison import Score, compare
from papilio.analysis.whh_fit import WHH_LAW
from papilio.fit import Fit, Law, least_squares, propagate
from papilio.physics import pair_breaking

PAIR_BREAKING_LAW = Law(
    "pair breaking, parallel",
    pair_breaking.parallel_field,
    PARALLEL_LAW.parameters,
    "dirty limit, film thinner than xi, strong spin-orbit scattering",
    "doi:10.1103/PhysRev.148.362",
)


def fit_parallel(fields: CriticalFields) -> tuple[dict[str, Fit], dict[str, Score]]:
    """
    Pair-breaking law and square root, fitted to the same parallel fields.

    Parameters
    ----------
    fields : CriticalFields
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
    fits = {
        law.name: least_squares(law, fields.temperature, fields.field, fields.std, start)
        for law in (PAIR_BREAKING_LAW, PARALLEL_LAW)
    }
    return fits, compare(fits)


def fit_perpendicular(fields: CriticalFields) -> Fit:
    """
    The dirty-limit curve through perpendicular fields, for the diffusion constant.

    Parameters
    ----------
    fields : CriticalFields
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
    return least_squares(WHH_LAW, fields.temperature, fields.field, fields.std, start)


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
