"""A table of critical currents against temperature, fitted with two laws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.estimate import Estimate
from papilio.analysis.straight_line import misfit
from papilio.errors import FitError
from papilio.fit import Fit, Law, Parameter, least_squares, propagate
from papilio.physics import critical_current as physics
from papilio.result import Quantity

Array = NDArray[np.float64]

#: Fewest temperatures that a law is fitted to.
FEWEST = 4

_PARAMETERS = (Parameter("I_0", "A", lower=0), Parameter("Tc", "K", lower=1e-6))
LAWS = {
    "bardeen": Law(
        "law of Bardeen",
        physics.bardeen,
        _PARAMETERS,
        "depairing in a film or wire narrower than the penetration depth, no vortices",
        "doi:10.1103/RevModPhys.34.667",
    ),
    "ambegaokar_baratoff": Law(
        "law of Ambegaokar and Baratoff",
        physics.ambegaokar_baratoff,
        _PARAMETERS,
        "tunnel junction of two equal superconductors",
        "doi:10.1103/PhysRevLett.10.486",
    ),
}


@dataclass(frozen=True)
class Table:
    """
    Critical currents at several temperatures.

    Attributes
    ----------
    temperature : ndarray, shape (point,)
        K.
    current, std : ndarray, shape (point,)
        A, with one standard deviation.
    """

    temperature: Array
    current: Array
    std: Array


def fit(
    table: Table, normal: Estimate | None
) -> tuple[list[Quantity], dict[str, xr.Dataset], list[str]]:
    """
    Fit both laws, and say which one describes the table better.

    Parameters
    ----------
    table : Table
        What was measured.
    normal : Estimate or None
        Normal resistance, ohm.

    Returns
    -------
    quantities : list of Quantity
        What `papilio.analysis.critical_current` reports from the fits.
    curves : dict of str to xarray.Dataset
        ``table`` and ``fit_<law>``.
    flags : list of str
        What makes the fits unreliable.
    """
    curves = {
        "table": xr.Dataset(
            {
                "I_c": ("temperature", table.current, {"units": "A"}),
                "I_c_std": ("temperature", table.std, {"units": "A"}),
            },
            {"temperature": ("temperature", table.temperature, {"units": "K"})},
        )
    }
    if table.temperature.size < FEWEST:
        return [], curves, []
    quantities: list[Quantity] = []
    flags: list[str] = []
    fits: dict[str, Fit] = {}
    hottest = float(table.temperature.max())
    start = {"I_0": 1.1 * float(table.current.max()), "Tc": 1.1 * hottest}
    for name, law in LAWS.items():
        try:
            fitted = least_squares(law, table.temperature, table.current, table.std, start)
        except FitError as error:
            flags.append(str(error))
            continue
        fits[name] = fitted
        flags += misfit(fitted, "the critical currents")
        where: dict[str, float | str] = {"law": name}
        quantities += [
            Quantity(
                f"critical_current.{key}",
                fitted[key],
                unit,
                fitted.std(key),
                conditions=where,
                method=law.name,
            )
            for key, unit in (("I_0", "A"), ("Tc", "K"))
        ]
        grid = np.linspace(0, fitted["Tc"], 200)
        curves[f"fit_{name}"] = xr.Dataset(
            {"I_c": ("temperature", fitted.predict(grid), {"units": "A"})},
            {"temperature": ("temperature", grid, {"units": "K"})},
        )
    if normal is not None and "ambegaokar_baratoff" in fits:
        quantities.append(_ratio(fits["ambegaokar_baratoff"], normal))
    if len(fits) == 2:
        better = min(fits, key=lambda name: fits[name].chi_square)
        worse = next(name for name in fits if name != better)
        gain = fits[worse].chi_square - fits[better].chi_square
        flags.append(
            f"the {LAWS[better].name} describes the critical currents better than the "
            f"{LAWS[worse].name}: chi-square {fits[better].chi_square:.3g} against "
            f"{fits[better].chi_square + gain:.3g}"
        )
    return quantities, curves, flags


def _ratio(fitted: Fit, normal: Estimate) -> Quantity:
    values = np.array([*fitted.values, normal.value])
    covariance = np.zeros((3, 3))
    covariance[:2, :2], covariance[2, 2] = fitted.covariance, normal.std**2
    value, std = propagate(
        lambda v: v[0] / physics.ambegaokar_baratoff_zero(v[2], v[1]), values, covariance
    )
    return Quantity(
        "critical_current.junction_ratio",
        value,
        "",
        std,
        method="I_0 R_normal over pi Delta(0)/2e of a tunnel junction",
    )
