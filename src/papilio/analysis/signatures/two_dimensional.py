"""Signatures of two dimensions: vortex unbinding, critical fields across and along the layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import stats

from papilio.analysis.bkt import BktOptions, bkt
from papilio.analysis.critical_field import CriticalFieldOptions, critical_field
from papilio.analysis.resistance import PREFERRED
from papilio.analysis.signatures import verdict as says
from papilio.analysis.signatures.points import ONE_SIDE, Points, points
from papilio.analysis.signatures.verdict import TWO_SIDED, Verdict
from papilio.errors import FitError
from papilio.fit import Fit, Law, Parameter, least_squares
from papilio.options import option
from papilio.result import Quantity, Result
from papilio.vocabulary import base_name

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ExponentOptions:
    """Settings of `exponent_through_three`."""

    agreement: float = option(
        0.15,
        help="part of T_BKT by which I-V and R(T) may differ (paper: 0.618 K and 0.706 K, 0.13, "
        "are called consistent)",
    )


@dataclass(frozen=True)
class FieldsOptions:
    """Settings of `two_dimensional_fields`."""

    anisotropy: float = option(10.0, help="least ratio of parallel and perpendicular field at T=0")
    tolerance: float = option(
        0.25, help="departure of an exponent from 1 (perpendicular) or 1/2 (parallel), half-way"
    )


def exponent_through_three(
    current_voltage: xr.Dataset, resistance: xr.Dataset, options: ExponentOptions | None = None
) -> Result:
    """
    Whether the exponent of I-V curves passes three at the vortex-unbinding temperature of R(T).

    1: an exponent is above three and another below (at 2.5 %, shared among the temperatures), and
    the temperature of exponent three lies within 15 % of the T_BKT of the Halperin-Nelson fit of
    R(T) (at 2.5 % on either side). 0: the two temperatures differ by more, at 2.5 %; or all
    exponents are below three although a curve was taken below that T_BKT, or all above although
    one was taken above. Else undecided.

    Parameters
    ----------
    current_voltage : xarray.Dataset
        I-V curves at several temperatures, as `papilio.analysis.bkt` takes them.
    resistance : xarray.Dataset
        R(T), likewise.
    options : ExponentOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.exponent_through_three`` and its significance.

    Raises
    ------
    AnalysisError
        If a record cannot be used.
    """
    options = options or ExponentOptions()
    told = bkt(current_voltage, resistance, BktOptions())
    exponents = [q for q in told.select("exponent") if q.value is not None and q.std]
    alpha = np.array([q.value for q in exponents], float)
    std = np.array([q.std for q in exponents], float)
    temperature = np.array([q.conditions["temperature"] for q in exponents], float)
    from_curves, from_cooling = told["T_BKT_iv"], told["T_BKT_halperin_nelson"]
    verdict = _exponent(alpha, std, temperature, from_curves, from_cooling, options)
    curve = xr.Dataset(
        {
            "temperature": ("point", temperature, {"units": "K"}),
            "alpha": ("point", alpha, {"units": ""}),
            "alpha_std": ("point", std, {"units": ""}),
        },
        attrs={"x": "temperature", "y": "alpha", "level": 3.0},
    )
    if from_cooling.value is not None:
        curve.attrs["mark"] = float(from_cooling.value)
    return says.result(
        "exponent_through_three",
        verdict,
        [current_voltage, resistance],
        options,
        curves={"points": curve},
        method="exponents and temperatures in standard deviations, two-sided at 5 %",
        flags=told.flags,
        references=told.references,
    )


def _exponent(
    alpha: Array,
    std: Array,
    temperature: Array,
    from_curves: Quantity,
    from_cooling: Quantity,
    options: ExponentOptions,
) -> Verdict:
    if not alpha.size:
        return says.undecided("no current-voltage curve shows a power law")
    if from_cooling.value is None or not from_cooling.std:
        return says.undecided("R(T) gives no T_BKT")
    unbinding = float(from_cooling.value)
    share = float(stats.norm.isf(ONE_SIDE / alpha.size)) - TWO_SIDED
    sigma = (alpha - 3) / std
    above, below = float(sigma.max()) - share, float(-sigma.min()) - share
    absent: list[tuple[float, str]] = []
    if (temperature < unbinding).any():
        absent.append((float((-sigma).min()), "all exponents are below three"))
    if (temperature > unbinding).any():
        absent.append((float(sigma.min()), "all exponents are above three"))
    present = [(min(above, below), "the exponent passes three")]
    if from_curves.value is None or not from_curves.std:
        present.append((-np.inf, "it does so at a known temperature"))
    else:
        apart = abs(float(from_curves.value) - unbinding)
        spread = float(np.hypot(from_curves.std, (1 + options.agreement) * from_cooling.std))
        room = options.agreement * unbinding
        present.append(((room - apart) / spread, f"near the T_BKT of R(T), {unbinding:.3g} K"))
        absent.append(((apart - room) / spread, f"it does so {apart:.2g} K from that of R(T)"))
    return says.decide(present, absent)


def two_dimensional_fields(
    perpendicular: xr.Dataset, parallel: xr.Dataset, options: FieldsOptions | None = None
) -> Result:
    """
    Whether critical fields are those of a layer: linear across, square-root along, anisotropic.

    The fields are fitted with A (1 - T/Tc)^p across and B (1 - T/Tc)^q along the layer, with one
    Tc. 1: p is nearer to 1 than to 1/2, and no more above; q is nearer to 1/2 than to 1, and no
    more below; B/A is above ten; each at 2.5 %. 0: any of them is excluded at 2.5 %, shared among
    the five. Else undecided.

    Parameters
    ----------
    perpendicular, parallel : xarray.Dataset
        Records of field sweeps at several temperatures; or tables of ``temperature``, ``field``
        (the critical field) and ``field_std``.
    options : FieldsOptions, optional
        Settings.

    Returns
    -------
    Result
        ``signature.two_dimensional_fields``, its significance, ``signature.field_exponent``
        (condition ``orientation``) and ``signature.anisotropy`` (at T = 0).

    Raises
    ------
    AnalysisError
        If no critical field is found.
    """
    options = options or FieldsOptions()
    flags: list[str] = []
    across = _critical_fields("perpendicular", perpendicular, flags)
    along = _critical_fields("parallel", parallel, flags)
    numbers: list[Quantity] = []
    try:
        fitted = _powers(across, along)
    except FitError as error:
        verdict = says.undecided(str(error))
    else:
        verdict = _layered(fitted, options)
        if fitted.scale > 1:
            flags.append(f"the fields scatter {fitted.scale:.1f} times more than their error bars")
        ratio, spread = fitted.propagate(lambda v: float(np.exp(v[3] - v[1])))
        numbers = [
            Quantity("signature.field_exponent", fitted[key], "", fitted.std(key), conditions=where)
            for key, where in (
                ("p", {"orientation": "perpendicular"}),
                ("q", {"orientation": "parallel"}),
            )
        ] + [Quantity("signature.anisotropy", ratio, "", spread)]
    return says.result(
        "two_dimensional_fields",
        verdict,
        [perpendicular, parallel],
        options,
        curves={
            name: found.curve("temperature", "field", ("K", "T"))
            for name, found in (("perpendicular", across), ("parallel", along))
        },
        numbers=numbers,
        method="exponents and ratio in standard deviations, two-sided at 5 %",
        flags=flags,
        references=(
            "Critical fields of a layer: Tinkham, Phys. Rev. 129, 2413 (1963), "
            "doi:10.1103/PhysRev.129.2413; as Eqs. 1 and 2 of doi:10.1038/s41467-025-58300-9",
        ),
    )


def _critical_fields(orientation: str, data: xr.Dataset, flags: list[str]) -> Points:
    """Critical fields against temperature, of sweeps or from a table."""
    if not any(base_name(str(name)) in PREFERRED for name in data.data_vars):
        return points(data, "temperature", "field", flags)
    told = critical_field(**{orientation: data}, options=CriticalFieldOptions(whh=False))
    flags += [f"{orientation}: {flag}" for flag in told.flags]
    found = [
        q
        for q in told.select("half_field")
        if "side" not in q.conditions and q.value is not None and q.std
    ]
    temperature = np.array([float(q.conditions["temperature"]) for q in found])
    order = np.argsort(temperature, kind="stable")
    value, std = (np.array([getattr(q, n) for q in found], float) for n in ("value", "std"))
    nothing = np.full(order.size, np.nan)
    return Points(temperature[order], np.zeros(order.size), value[order], std[order], nothing)


def _powers(across: Points, along: Points) -> Fit:
    """Both powers with one critical temperature, in the logarithms of the fields."""
    T = np.concatenate([across.x, along.x])
    field = np.concatenate([across.y, along.y])
    std = np.concatenate([across.std, along.std])
    layer = np.concatenate([np.zeros(across.x.size), np.ones(along.x.size)]).astype(bool)
    # The logarithm of what is not clear of zero is not normal.
    clear = (field > 5 * std) & (std > 0)
    T, field, std, layer = T[clear], field[clear], std[clear], layer[clear]
    if min(int((~layer).sum()), int(layer.sum())) < 3:
        raise FitError("three critical fields of each orientation are needed")
    hottest = float(T.max())

    def formula(_: Array, over: float, A: float, p: float, B: float, q: float) -> Array:
        reduced = np.log1p(-T / (hottest * (1 + over)))
        return np.where(layer, B + q * reduced, A + p * reduced)

    law = Law(
        "powers of 1 - T/Tc",
        formula,
        (
            Parameter("over", "", 1e-6, 10.0),
            Parameter("A", ""),
            Parameter("p", "", 0.0, 5.0),
            Parameter("B", ""),
            Parameter("q", "", 0.0, 5.0),
        ),
        "near Tc",
        "Tinkham, doi:10.1103/PhysRev.129.2413",
    )
    start = {
        "over": 0.1,
        "A": float(np.log(field[~layer].max())),
        "p": 1.0,
        "B": float(np.log(field[layer].max())),
        "q": 0.5,
    }
    return least_squares(law, T, np.log(field), std / field, start, rescale_below=0.05)


def _layered(fitted: Fit, options: FieldsOptions) -> Verdict:
    p, q = ((fitted[key], fitted.std(key)) for key in "pq")
    ratio, spread = fitted.propagate(lambda v: float(v[3] - v[1]))
    room = options.tolerance
    tests = [
        ((p[0] - (1 - room)) / p[1], "linear across", "not linear across"),
        (((1 + room) - p[0]) / p[1], "linear across", "steeper than linear across"),
        (((0.5 + room) - q[0]) / q[1], "square-root along", "not square-root along"),
        ((q[0] - (0.5 - room)) / q[1], "square-root along", "flatter than square-root along"),
        (
            (ratio - np.log(options.anisotropy)) / spread,
            f"anisotropy above {options.anisotropy:g}",
            f"anisotropy below {options.anisotropy:g}",
        ),
    ]
    share = float(stats.norm.isf(ONE_SIDE / len(tests))) - TWO_SIDED
    verdict = says.decide(
        [(value, what) for value, what, _ in tests],
        [(-value - share, what) for value, _, what in tests],
    )
    if verdict.value == 1:
        return Verdict(1, verdict.significance, "; ".join(dict.fromkeys(t[1] for t in tests)))
    return verdict
