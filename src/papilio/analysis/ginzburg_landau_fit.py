"""Joint Ginzburg-Landau fit of perpendicular and parallel critical fields with one Tc."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.half_field import HalfFields
from papilio.errors import FitError
from papilio.fit import Fit, Law, Parameter, least_squares
from papilio.physics import ginzburg_landau as gl
from papilio.result import Quantity

Array = NDArray[np.float64]

#: Below this part of Tc the linear law is an extrapolation from the vicinity of Tc.
FAR_BELOW_TC = 0.5

REFERENCES = (
    "Ginzburg-Landau fields of a thin film: doi:10.1038/s41467-025-58300-9, Eqs. (1) and (2); "
    "Tinkham, Phys. Rev. 129, 2413 (1963), doi:10.1103/PhysRev.129.2413",
    "Pauli limit 1.764 kB Tc/(sqrt(2) muB): Clogston, doi:10.1103/PhysRevLett.9.266; "
    "Chandrasekhar, doi:10.1063/1.1777362",
)


@dataclass(frozen=True)
class CriticalFields:
    """
    Critical fields of one orientation.

    Attributes
    ----------
    temperature : ndarray, shape (point,)
        K.
    field, std : ndarray, shape (point,)
        T, with one standard deviation, that of the temperature included.
    shared : ndarray, shape (point,)
        Part of `std`, signed, by which all fields err together, T.
    """

    temperature: Array
    field: Array
    std: Array
    shared: Array


def critical_fields(found: HalfFields) -> CriticalFields:
    """
    Half-resistance fields as the arrays that a fit takes.

    Parameters
    ----------
    found : HalfFields
        Of one orientation.

    Returns
    -------
    CriticalFields
        Temperatures and fields.
    """
    temperature = np.array([half.temperature for half in found.fields])
    field = np.array([half.field.value for half in found.fields])
    std = np.array([half.field.wide for half in found.fields])
    if temperature.size > 1:
        # An error of the temperature is one of the field, through the slope of the curve.
        slope = np.gradient(field, temperature)
        std = np.hypot(std, slope * [half.temperature_std for half in found.fields])
    shared = np.array([half.floor for half in found.fields])
    return CriticalFields(temperature, field, std, shared)


_TC = Parameter("Tc", "K", lower=0)
_PERPENDICULAR = Parameter("Hc2_perpendicular_0", "T", lower=0)
_PARALLEL = Parameter("Hc2_parallel_0", "T", lower=0)
_VALID = "near Tc; a film thinner than xi(T); no Pauli term"
_REFERENCE = "doi:10.1038/s41467-025-58300-9, Eqs. (1) and (2)"

PERPENDICULAR_LAW = Law(
    "Ginzburg-Landau, perpendicular",
    gl.perpendicular_field,
    (_PERPENDICULAR, _TC),
    _VALID,
    _REFERENCE,
)
PARALLEL_LAW = Law(
    "Ginzburg-Landau, parallel", gl.parallel_field, (_PARALLEL, _TC), _VALID, _REFERENCE
)


def _joint(count: int) -> Law:
    """Law of stacked temperatures: the first `count` perpendicular, the rest parallel."""

    def formula(temperature: Array, perpendicular: float, parallel: float, Tc: float) -> Array:
        return np.concatenate(
            [
                gl.perpendicular_field(temperature[:count], perpendicular, Tc),
                gl.parallel_field(temperature[count:], parallel, Tc),
            ]
        )

    return Law(
        "Ginzburg-Landau, both directions",
        formula,
        (_PERPENDICULAR, _PARALLEL, _TC),
        _VALID,
        _REFERENCE,
    )


def fit(
    fields: Mapping[str, CriticalFields], window: tuple[float, float] | None
) -> tuple[list[Quantity], dict[str, xr.Dataset], list[str]]:
    """
    Fit the laws to the fields of one or both orientations.

    Parameters
    ----------
    fields : mapping of {"perpendicular", "parallel"} to CriticalFields
        What was measured.
    window : (float, float) or None
        Temperatures that the fit uses, K.

    Returns
    -------
    quantities : list of Quantity
        What `papilio.analysis.critical_field` reports from the fit; empty where it fails.
    curves : dict of str to xarray.Dataset
        ``half_fields_<orientation>`` and ``fit_<orientation>``.
    flags : list of str
        What makes the fit unreliable.
    """
    curves = {f"half_fields_{name}": _points(points, window) for name, points in fields.items()}
    used = {name: within(points, window) for name, points in fields.items()}
    used = {name: points for name, points in used.items() if points.temperature.size}
    try:
        fitted = _fit(used)
    except FitError as error:
        return [], curves, [str(error)]
    quantities = _quantities(fitted, list(used))
    Tc = fitted["Tc"]
    flags = []
    if fitted.scale > 1:
        flags.append(
            f"the critical fields scatter about the Ginzburg-Landau law {fitted.scale:.1f} times "
            f"more than their error bars, which are widened by that factor"
        )
    coldest = min(float(points.temperature.min()) for points in used.values())
    if coldest < FAR_BELOW_TC * Tc:
        flags.append(
            f"the fit reaches down to {coldest / Tc:.2f} Tc, where the Ginzburg-Landau law, made "
            f"for the vicinity of Tc, is an extrapolation"
        )
    grid = np.linspace(0, Tc, 200)
    for name in used:
        law = gl.perpendicular_field if name == "perpendicular" else gl.parallel_field
        curves[f"fit_{name}"] = xr.Dataset(
            {
                "field": ("temperature", law(grid, fitted[f"Hc2_{name}_0"], Tc), {"units": "T"}),
                "field_std": ("temperature", _band(fitted, name, law, grid), {"units": "T"}),
            },
            {"temperature": ("temperature", grid, {"units": "K"})},
        )
    return quantities, curves, flags


def _band(fitted: Fit, name: str, law: Callable[..., Array], grid: Array) -> Array:
    """One standard deviation of the fitted line, T."""
    names = [parameter.name for parameter in fitted.law.parameters]
    rows = [names.index(f"Hc2_{name}_0"), names.index("Tc")]
    values, covariance = fitted.values[rows], fitted.covariance[np.ix_(rows, rows)]
    gradient = []
    for shift in 0.1 * np.diag(np.sqrt(np.diag(covariance))):
        change = law(grid, *(values + shift)) - law(grid, *(values - shift))
        gradient.append(change / (2 * shift.sum()))
    columns = np.array(gradient)
    return np.asarray(np.sqrt(np.einsum("ix,ij,jx->x", columns, covariance, columns)))


def within(points: CriticalFields, window: tuple[float, float] | None) -> CriticalFields:
    """
    Fields inside a window of temperature.

    Parameters
    ----------
    points : CriticalFields
        Of one orientation.
    window : (float, float) or None
        Lowest and highest temperature, K; None keeps all.

    Returns
    -------
    CriticalFields
        Those inside.
    """
    low, high = window or (-np.inf, np.inf)
    keep = (points.temperature >= low) & (points.temperature <= high)
    return CriticalFields(
        points.temperature[keep], points.field[keep], points.std[keep], points.shared[keep]
    )


def _fit(used: Mapping[str, CriticalFields]) -> Fit:
    if not used:
        raise FitError("no critical field lies in the temperature window of the fit; widen it")
    guess = max(float(points.temperature.max()) for points in used.values()) * 1.05
    start = {"Tc": guess}
    for name, points in used.items():
        power = 1.0 if name == "perpendicular" else 0.5
        start[f"Hc2_{name}_0"] = float(
            np.median(points.field / (1 - points.temperature / guess) ** power)
        )
    fields = {name: points.field for name, points in used.items()}
    fitted = _least_squares(used, fields, start)
    # What all fields of an orientation share moves the parameters, not the scatter about the law.
    covariance = fitted.covariance
    best = {p.name: fitted[p.name] for p in fitted.law.parameters}
    for name, points in used.items():
        if points.shared.any():
            moved = _least_squares(used, {**fields, name: points.field + points.shared}, best)
            change = moved.values - fitted.values
            covariance = covariance + np.outer(change, change)
    return dataclasses.replace(fitted, covariance=covariance)


def _least_squares(
    used: Mapping[str, CriticalFields], fields: Mapping[str, Array], start: Mapping[str, float]
) -> Fit:
    """Fit fields at the temperatures of `used`, by what each errs alone."""
    std = {name: np.sqrt(points.std**2 - points.shared**2) for name, points in used.items()}
    if set(used) == {"perpendicular", "parallel"}:
        both = ("perpendicular", "parallel")
        return least_squares(
            _joint(used["perpendicular"].temperature.size),
            np.concatenate([used[name].temperature for name in both]),
            np.concatenate([fields[name] for name in both]),
            np.concatenate([std[name] for name in both]),
            start,
        )
    ((name, points),) = used.items()
    law = PERPENDICULAR_LAW if name == "perpendicular" else PARALLEL_LAW
    return least_squares(law, points.temperature, fields[name], std[name], start)


def _quantities(fitted: Fit, used: list[str]) -> list[Quantity]:
    index = {parameter.name: i for i, parameter in enumerate(fitted.law.parameters)}
    method = fitted.law.name

    def derived(name: str, unit: str, function: Callable[[Array], float], how: str) -> Quantity:
        value, std = fitted.propagate(function)
        return Quantity(f"critical_field.{name}", value, unit, std, method=how)

    quantities = [Quantity("critical_field.Tc", fitted["Tc"], "K", fitted.std("Tc"), method=method)]
    for name in used:
        field = f"Hc2_{name}_0"
        quantities.append(
            Quantity(
                f"critical_field.{field}", fitted[field], "T", fitted.std(field), method=method
            )
        )
    perpendicular, parallel = index.get("Hc2_perpendicular_0"), index.get("Hc2_parallel_0")
    Tc = index["Tc"]
    if perpendicular is not None:
        quantities.append(
            derived(
                "xi_GL", "m", lambda v: gl.coherence_length(v[perpendicular]), "Phi_0/(2 pi xi^2)"
            )
        )
    if parallel is not None:
        quantities.append(
            derived(
                "pauli_limit", "T", lambda v: gl.pauli_limit(v[Tc]), "1.764 kB Tc/(sqrt(2) muB)"
            )
        )
        quantities.append(
            derived(
                "pauli_ratio",
                "",
                lambda v: v[parallel] / gl.pauli_limit(v[Tc]),
                "parallel field at T = 0 over the Pauli limit",
            )
        )
    if perpendicular is not None and parallel is not None:
        quantities.append(
            derived(
                "d_SC",
                "m",
                lambda v: gl.thickness(v[perpendicular], v[parallel]),
                "both fields at T = 0; an upper bound where the Pauli term acts",
            )
        )
        quantities.append(
            derived("anisotropy", "", lambda v: v[parallel] / v[perpendicular], "ratio at T = 0")
        )
    return quantities


def _points(points: CriticalFields, window: tuple[float, float] | None) -> xr.Dataset:
    low, high = window or (-np.inf, np.inf)
    used = (points.temperature >= low) & (points.temperature <= high)
    return xr.Dataset(
        {
            "field": ("temperature", points.field, {"units": "T"}),
            "field_std": ("temperature", points.std, {"units": "T"}),
            "used": ("temperature", used.astype(int)),
        },
        {"temperature": ("temperature", points.temperature, {"units": "K"})},
    )
