"""Upper critical fields from field sweeps, and their Ginzburg-Landau description."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import xarray as xr

from papilio.analysis import ginzburg_landau_fit, model_comparison, whh_fit
from papilio.analysis.ginzburg_landau_fit import CriticalFields, critical_fields
from papilio.analysis.half_field import HalfField, HalfFieldOptions, half_fields
from papilio.analysis.loops import curve, nominal
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.result import Quantity, Result


@dataclass(frozen=True)
class CriticalFieldOptions(HalfFieldOptions):
    """Settings of `critical_field`."""

    fit_temperature: tuple[float, float] | None = option(
        None, unit="K", help="lowest and highest temperature that the fit uses; by default all"
    )
    whh: bool = option(
        True,
        help="also fit the dirty-limit curve of Werthamer, Helfand and Hohenberg to the "
        "perpendicular fields and say which law they prefer",
    )


def critical_field(
    perpendicular: xr.Dataset | None = None,
    parallel: xr.Dataset | None = None,
    options: CriticalFieldOptions | None = None,
) -> Result:
    """
    Half-resistance fields against temperature, coherence length, thickness, Pauli ratio.

    For each sweep and each sign of the field, the outermost field at which the resistance is a
    given part of the normal one; sweeps at one temperature are averaged over both signs, which
    removes a field offset, and the offset is reported for each direction. The linear law
    (perpendicular) and the square root (parallel) are fitted together with one critical
    temperature.

    Parameters
    ----------
    perpendicular, parallel : xarray.Dataset, optional
        Records of field sweeps at one or more temperatures in the two directions; at least one.
    options : CriticalFieldOptions, optional
        Settings.

    Returns
    -------
    Result
        ``critical_field.half_field`` (T; conditions ``temperature``, ``orientation``, and ``side``
        for one sign alone), ``.offset`` (T; also ``direction``), ``.Tc`` (K), ``.xi_GL``, ``.d_SC``
        (m), ``.Hc2_perpendicular_0``, ``.Hc2_parallel_0``, ``.pauli_limit`` (T), ``.pauli_ratio``,
        ``.anisotropy``; of the dirty-limit (WHH) curve through the perpendicular fields
        ``.Hc2_perpendicular_0_whh`` (T), ``.Tc_whh`` (K), ``.xi_whh`` (m), with
        ``.reduced_chi_square`` (condition ``law``) and ``.akaike_difference`` to choose by. Curves:
        ``<orientation>_<number>`` for each sweep, ``half_fields_<orientation>`` along
        ``temperature``, ``fit_<orientation>``, ``fit_perpendicular_whh``.

    Raises
    ------
    AnalysisError
        If no sweep passes the level anywhere.
    """
    options = options or CriticalFieldOptions()
    given = {"perpendicular": perpendicular, "parallel": parallel}
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    fields: dict[str, CriticalFields] = {}
    sources, synthetic = [], False
    for orientation, data in given.items():
        if data is None:
            continue
        sources.append(str(data.attrs["source"]))
        synthetic |= bool(data.attrs["synthetic"])
        found = _orientation(data, orientation, options, quantities, curves, flags)
        if found.temperature.size:
            fields[orientation] = found
    if not sources:
        raise AnalysisError(
            "there are no field sweeps; name a measurement, perpendicular or parallel"
        )
    if not fields:
        raise AnalysisError(
            f"{', '.join(sources)}: no sweep passes {options.fraction:g} of its largest "
            f"resistance; sweep further, or colder"
        )
    more, lines, why = ginzburg_landau_fit.fit(fields, options.fit_temperature)
    references = list(ginzburg_landau_fit.REFERENCES)
    if options.whh and "perpendicular" in fields:
        beside, line, preferred = whh_fit.fit(fields["perpendicular"], options.fit_temperature)
        more, lines, why = [*more, *beside], {**lines, **line}, [*why, *preferred]
        references += [whh_fit.REFERENCE, model_comparison.REFERENCE]
    return Result(
        "critical_field",
        (*quantities, *more),
        curves={**curves, **lines},
        options=dataclasses.asdict(options),
        sources=tuple(sources),
        synthetic=synthetic,
        flags=tuple(dict.fromkeys([*flags, *why])),
        references=tuple(references),
    )


def _orientation(
    data: xr.Dataset,
    orientation: str,
    options: CriticalFieldOptions,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> CriticalFields:
    """Half fields of one orientation; appends its quantities, curves and flags."""
    found = half_fields(data, options, orientation)
    flags += found.flags
    for sweep, marks in found.sweeps:
        curves[f"{orientation}_{len(curves)}"] = curve(sweep, orientation=orientation, **marks)
    for half in found.fields:
        quantities += _half_field_quantities(half, orientation, options)
    return critical_fields(found)


def _half_field_quantities(
    half: HalfField, orientation: str, options: CriticalFieldOptions
) -> list[Quantity]:
    name = "critical_field.half_field"
    method = f"field at {options.fraction:g} of the normal resistance"
    conditions: dict[str, float | str] = {
        "temperature": nominal(half.temperature),
        "orientation": orientation,
    }
    quantities = [
        estimate.quantity(name, "T", {**conditions, "side": side}, method=method)
        for side, estimate in half.signs.items()
    ]
    flags = (
        ()
        if len(half.signs) == 2
        else ("one sign of the field only: a field offset is not removed",)
    )
    quantities.append(half.field.quantity(name, "T", conditions, method=method, flags=flags))
    quantities += [
        estimate.quantity(
            "critical_field.offset",
            "T",
            {**conditions, "direction": direction},
            method="mean of the signed half fields",
        )
        for direction, estimate in half.offsets.items()
    ]
    return quantities
