"""Upper critical field against angle: a thin film (Tinkham) or an anisotropic crystal."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis import model_comparison
from papilio.analysis.half_field import HalfFieldOptions, half_fields
from papilio.analysis.loops import curve, nominal
from papilio.analysis.model_comparison import UNDECIDED, compare, verdict
from papilio.analysis.resistance import PREFERRED
from papilio.errors import AnalysisError, FitError
from papilio.fit import Fit, Law, Parameter, least_squares
from papilio.options import option
from papilio.physics import angular as theory
from papilio.result import Quantity, Result
from papilio.vocabulary import base_name

Array = NDArray[np.float64]

TWO = "2D Tinkham"
THREE = "3D anisotropic Ginzburg-Landau"
#: Readings of the angle that differ by less than this belong to one setting, deg.
SAME_ANGLE = 0.05
#: Largest misalignment of the zero of the angle that a fit allows, rad.
LARGEST_TILT = float(np.radians(30))
#: Distances from the largest field that fits start at, rad.
STARTS = (-0.02, -0.004, 0.004, 0.02)
#: Smallest misalignment that a fit starts from, rad.
SMALL_TILT = 1e-3

REFERENCES = (
    "Thin film: Tinkham, Phys. Rev. 129, 2413 (1963), doi:10.1103/PhysRev.129.2413",
    "Anisotropic crystal: Morris, Coleman and Bhandari, Phys. Rev. B 5, 895 (1972), "
    "doi:10.1103/PhysRevB.5.895",
    model_comparison.REFERENCE,
)


@dataclass(frozen=True)
class AngularOptions(HalfFieldOptions):
    """Settings of `angular`."""

    angle: str = option("angle", help="angle to use, where the data hold several")
    zero: Literal["perpendicular", "parallel"] = option(
        "perpendicular", help="orientation of the field to the film at angle zero"
    )
    angle_std: float = option(
        0.0, unit="rad", help="one standard deviation of a setting of the angle"
    )


@dataclass(frozen=True)
class _Points:
    """Critical fields at one temperature (None: not known) against angle, rad and T."""

    temperature: float | None
    angle: Array
    field: Array
    std: Array | None


def angular(data: xr.Dataset, options: AngularOptions | None = None) -> Result:
    """
    Dimensionality of the superconductor from its critical field against angle.

    The data are field sweeps at several angles, whose half-resistance fields are found first, or a
    record of angle and critical field without resistance. Both laws are fitted, each with the two
    fields and the misalignment of the zero of the angle, and compared by information criterion.

    Parameters
    ----------
    data : xarray.Dataset
        A record with ``angle`` (deg) and ``field``; ``field_std`` is used where there is no
        resistance.
    options : AngularOptions, optional
        Settings.

    Returns
    -------
    Result
        With conditions ``model`` and ``temperature``: ``angular.Hc2_perpendicular``,
        ``.Hc2_parallel`` (T), ``.misalignment`` (rad), ``.anisotropy``, ``.reduced_chi_square``,
        ``.akaike_weight``; ``.akaike_difference`` (2D less 3D: below zero, the film is preferred).
        Curves: ``half_fields_<n>`` and ``fit_2d_<n>``, ``fit_3d_<n>`` along ``angle`` (rad) for
        each temperature, ``sweep_<n>``.

    Raises
    ------
    AnalysisError
        If angle or field is missing, or fewer than four angles show a critical field.
    """
    options = options or AngularOptions()
    source = str(data.attrs["source"])
    for name in (options.angle, "field"):
        if name not in data:
            raise AnalysisError(f"{source}: there is no '{name}'; name or rename its column")
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    if any(base_name(str(name)) in PREFERRED for name in data.data_vars):
        groups = _from_sweeps(data, options, curves, flags)
    else:
        groups = [_as_given(data, options)]
    groups = [points for points in groups if points.angle.size >= 4]
    if not groups:
        raise AnalysisError(
            f"{source}: fewer than four angles show a critical field; three numbers are fitted"
        )
    quantities: list[Quantity] = []
    for number, points in enumerate(groups):
        quantities += _fit(points, options, number, curves, flags)
    return Result(
        "angular",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=(source,),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(dict.fromkeys(flags)),
        references=REFERENCES,
    )


def _as_given(data: xr.Dataset, options: AngularOptions) -> _Points:
    angle, field = data[options.angle].values.astype(float), data["field"].values.astype(float)
    usable = np.isfinite(angle) & np.isfinite(field) & (field != 0)
    std = None
    if "field_std" in data:
        std = data["field_std"].values.astype(float)
        usable &= np.isfinite(std) & (std > 0)
        std = std[usable]
    known = data["temperature"].values[usable] if "temperature" in data else np.empty(0)
    temperature = float(np.nanmean(known)) if np.isfinite(known).any() else None
    return _Points(temperature, np.radians(angle[usable]), np.abs(field[usable]), std)


def _from_sweeps(
    data: xr.Dataset, options: AngularOptions, curves: dict[str, xr.Dataset], flags: list[str]
) -> list[_Points]:
    """Half-resistance fields of each stretch of constant angle, grouped by temperature."""
    found: list[tuple[float, float, float, float]] = []
    for rows in _settings(data[options.angle].values.astype(float)):
        if rows.size < 8:
            continue
        part = data.isel(row=rows)
        angle = float(np.radians(np.median(part[options.angle].values)))
        try:
            halves = half_fields(part, options, f"{np.degrees(angle):.3g} deg")
        except AnalysisError as error:
            flags.append(f"at {np.degrees(angle):.3g} deg nothing is found: {error}")
            continue
        flags += halves.flags
        for sweep, marks in halves.sweeps:
            curves[f"sweep_{len(curves)}"] = curve(sweep, angle=angle, **marks)
        found += [(h.temperature, angle, h.field.value, h.field.wide) for h in halves.fields]
    table = np.array(found).reshape(-1, 4)
    groups = []
    for temperature in dict.fromkeys(nominal(row[0]) for row in table):
        rows_at = table[[nominal(row[0]) == temperature for row in table]]
        groups.append(_Points(float(rows_at[:, 0].mean()), *rows_at[:, 1:].T))
    return groups


def _settings(angle: Array) -> list[NDArray[np.intp]]:
    """Rows of each stretch over which the angle stands still."""
    rows = np.flatnonzero(np.isfinite(angle))
    if rows.size == 0:
        return []
    jumps = np.flatnonzero(np.abs(np.diff(angle[rows])) > SAME_ANGLE)
    return [np.asarray(part) for part in np.split(rows, jumps + 1)]


def _law(name: str, zero: str) -> Law:
    field = theory.tinkham_field if name == TWO else theory.anisotropic_field
    turn = 0.0 if zero == "perpendicular" else np.pi / 2

    def formula(angle: Array, perpendicular: float, parallel: float, tilt: float) -> Array:
        return field(angle - tilt + turn, perpendicular, parallel)

    return Law(
        name,
        formula,
        (
            Parameter("Hc2_perpendicular", "T", 0),
            Parameter("Hc2_parallel", "T", 0),
            Parameter("misalignment", "rad", -LARGEST_TILT, LARGEST_TILT),
        ),
        "thinner than xi" if name == TWO else "thicker than xi",
        "doi:10.1103/PhysRev.129.2413" if name == TWO else "doi:10.1103/PhysRevB.5.895",
    )


def _fits(points: _Points, options: AngularOptions) -> dict[str, Fit]:
    """Both laws with the same error bars: the fields', the angle's, or else the better scatter."""
    laws = {name: _law(name, options.zero) for name in (TWO, THREE)}
    std = np.ones(points.field.size) if points.std is None else points.std
    first = {name: _first(law, points, std) for name, law in laws.items()}
    better = min(first.values(), key=lambda fit: fit.chi_square)
    if points.std is None:
        freedom = better.degrees_of_freedom
        if freedom == 0 or better.chi_square == 0:
            raise FitError(
                "the fields have no error bars and no scatter; give 'field_std', or more angles"
            )
        std = np.full(points.field.size, float(np.sqrt(better.chi_square / freedom)))
    elif options.angle_std == 0:
        return first
    else:
        step = options.angle_std / 2
        change = better.predict(points.angle + step) - better.predict(points.angle - step)
        std = np.hypot(std, change)
    return {
        name: least_squares(
            law, points.angle, points.field, std, _values(first[name]), rescale_below=0
        )
        for name, law in laws.items()
    }


def _values(fit: Fit) -> dict[str, float]:
    found = {p.name: float(v) for p, v in zip(fit.law.parameters, fit.values, strict=True)}
    # The optimiser steps in units of the start: one at zero would not move.
    if abs(found["misalignment"]) < SMALL_TILT:
        found["misalignment"] = SMALL_TILT
    return found


def _first(law: Law, points: _Points, std: Array) -> Fit:
    """The best of several starts: with a cusp at the largest field, chi-square has many dips."""
    best: Fit | None = None
    failure = FitError(f"{law.name}: no start of the fit converged")
    peak = _peak(law, points)
    # Without a cusp there is one dip.
    for shift in STARTS if law.name == TWO else STARTS[-2:-1]:
        start = {
            "Hc2_perpendicular": float(points.field.min()),
            "Hc2_parallel": float(points.field.max()),
            "misalignment": peak + shift or SMALL_TILT,
        }
        try:
            fit = least_squares(law, points.angle, points.field, std, start, rescale_below=0)
        except FitError as error:
            failure = error
            continue
        if best is None or fit.chi_square < best.chi_square:
            best = fit
    if best is None:
        raise failure
    return best


def _peak(law: Law, points: _Points) -> float:
    """Misalignment that puts the largest measured field along the film."""
    at = points.angle[int(np.argmax(points.field))]
    trial = np.linspace(-LARGEST_TILT, LARGEST_TILT, 1201)
    heights = law.formula(np.full(trial.size, at), 0.1, 1.0, trial)
    return float(trial[int(np.argmax(heights))])


def _fit(
    points: _Points,
    options: AngularOptions,
    number: int,
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> list[Quantity]:
    where: dict[str, float | str] = {}
    if points.temperature is not None:
        where["temperature"] = nominal(points.temperature)
    curves[f"half_fields_{number}"] = _measured(points)
    try:
        fits = _fits(points, options)
    except FitError as error:
        flags.append(str(error))
        return [
            Quantity(f"angular.{name}", None, "T", conditions=where, flags=(str(error),))
            for name in ("Hc2_perpendicular", "Hc2_parallel")
        ]
    scores = compare(fits)
    quantities: list[Quantity] = []
    for name, fit in fits.items():
        score = scores[name]
        # Error bars that the data do not keep are widened, law by law.
        widen = 1.0
        if score.misfits():
            widen = float(np.sqrt(score.reduced_chi_square))
        conditions: dict[str, float | str] = {"model": name, **where}
        ratio, ratio_std = fit.propagate(_anisotropy)
        quantities += [
            Quantity(f"angular.{key}", value, unit, widen * std, conditions=conditions)
            for key, unit, value, std in (
                *((p.name, p.unit, fit[p.name], fit.std(p.name)) for p in fit.law.parameters),
                ("anisotropy", "", ratio, ratio_std),
            )
        ]
        quantities += [
            Quantity(f"angular.{key}", value, "", conditions=conditions)
            for key, value in (
                ("reduced_chi_square", score.reduced_chi_square),
                ("akaike_weight", score.weight),
            )
        ]
        if score.misfits() and score.difference == 0:
            flags.append(
                f"the fields scatter about the better law, {name}, {widen:.1f} times more than "
                f"their error bars, which are widened by that factor"
            )
        curves[f"fit_{'2d' if name == TWO else '3d'}_{number}"] = _line(fit, points)
    difference = scores[TWO].difference - scores[THREE].difference
    quantities.append(
        Quantity(
            "angular.akaike_difference",
            difference,
            "",
            conditions=where,
            method=f"2D less 3D: {verdict(scores)}",
        )
    )
    if abs(difference) < UNDECIDED:
        flags.append("the data do not decide between a thin film and an anisotropic crystal")
    return quantities


def _anisotropy(values: Array) -> float:
    return float(values[1] / values[0])


def _measured(points: _Points) -> xr.Dataset:
    order = np.argsort(points.angle)
    columns = {"field": ("angle", points.field[order], {"units": "T"})}
    if points.std is not None:
        columns["field_std"] = ("angle", points.std[order], {"units": "T"})
    return _along_angle(columns, points.angle[order])


def _line(fit: Fit, points: _Points) -> xr.Dataset:
    grid = np.linspace(float(points.angle.min()), float(points.angle.max()), 2001)
    return _along_angle({"field": ("angle", fit.predict(grid), {"units": "T"})}, grid)


def _along_angle(columns: dict[str, tuple[str, Array, dict[str, str]]], angle: Array) -> xr.Dataset:
    return xr.Dataset(columns, {"angle": ("angle", angle, {"units": "rad"})})
