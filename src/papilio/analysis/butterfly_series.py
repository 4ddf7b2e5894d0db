"""The butterfly against temperature, density, gate voltage, sweep rate and orientation."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.butterfly import ButterflyOptions, butterfly
from papilio.analysis.loop_table import VARIED, groups, labels, loop_table
from papilio.analysis.series_laws import maximum, power_law
from papilio.analysis.straight_line import misfit, straight_line, student_interval
from papilio.errors import AnalysisError, FitError
from papilio.options import option
from papilio.result import Quantity, Result

Array = NDArray[np.float64]

#: Standard deviations between a value and its one-sided 95 % limit.
LIMIT = 1.645
#: Fewest points of a maximum against temperature.
FEWEST_FOR_MAXIMUM = 4


@dataclass(frozen=True)
class ButterflySeriesOptions:
    """Settings of `butterfly_series`."""

    variable: str = option("", help="resistance to use, where the data hold several")
    field: float | None = option(
        None,
        unit="T",
        help="field at which Delta R = R(field) - R(0) is read; by default each loop's own peak",
    )
    search: float | None = option(
        None, unit="T", help="largest field, either sign, at which a peak is sought; by default all"
    )
    limit_width: float | None = option(
        None, unit="T", help="full width of the narrowest peak that a limit is given for"
    )
    time_constant: float | None = option(
        None, unit="s", help="of the lock-in, if the data do not say it"
    )
    reference_rate: float | None = option(
        None,
        unit="T/s",
        help="rate at which the power law's Delta R is given; by default the rates' geometric mean",
    )
    signal_sigma: float = option(3.0, help="significance from which a Delta R counts as seen")
    seed: int = option(0, help="seed of the bootstrap")


def butterfly_series(
    data: xr.Dataset,
    out_of_plane: xr.Dataset | None = None,
    options: ButterflySeriesOptions | None = None,
) -> Result:
    """
    How the resistance peak of a field loop depends on what was varied between the loops.

    Loops of a record are told apart by temperature, gate voltage, density and rate; those that
    agree in all others but one make a series. Against temperature the series has a maximum,
    against the rate a power law, against density and gate voltage a slope. A loop in a field out of
    the plane gives a peak to compare with, or an upper limit at 95 % confidence.

    Parameters
    ----------
    data : xarray.Dataset
        A record of field loops; or a table with ``delta_R``, ``delta_R_std`` and what was varied.
    out_of_plane : xarray.Dataset, optional
        A record of field loops out of the plane.
    options : ButterflySeriesOptions, optional
        Settings.

    Returns
    -------
    Result
        ``butterfly_series.delta_R`` (ohm; conditions as varied) for each loop,
        ``.maximum_temperature`` (K), ``.maximum_delta_R`` (ohm), ``.rate_exponent``,
        ``.rate_delta_R`` (ohm, at the reference rate), ``.density_slope`` (ohm m^2),
        ``.gate_slope`` (ohm/V), ``.out_of_plane`` (ohm) and ``.orientation_ratio`` (out of plane
        over the largest in plane), limits where no peak is seen. Curves: ``against_<varied>_<n>``
        with ``delta_R``, ``delta_R_std``, the varied quantity along ``loop``, ``fit_<varied>_<n>``.

    Raises
    ------
    AnalysisError
        If no loop can be read.
    """
    options = options or ButterflySeriesOptions()
    table = data if "delta_R" in data else loop_table(data, _settings(options))
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    columns = {
        name: table[name].values.astype(float)
        for name in VARIED
        if name in table and table[name].notnull().any()
    }
    delta = table["delta_R"].values.astype(float)
    std = np.full(delta.size, np.nan)
    if "delta_R_std" in table:
        std = table["delta_R_std"].values.astype(float)
    usable = np.isfinite(delta) & np.isfinite(std) & (std > 0)
    if (np.isfinite(delta) & ~usable).any():
        flags.append("loops whose Delta R has no error bar are left out of the series")
    _list_loops(columns, delta, std, table, quantities)
    for varied in columns:
        for rows in _series(columns, varied, usable):
            _describe(varied, columns, rows, delta, std, options, quantities, curves, flags)
    if out_of_plane is not None:
        _orientation(out_of_plane, delta, std, options, quantities, flags)
    if not quantities:
        raise AnalysisError(f"{data.attrs['source']}: no loop has a Delta R; give field loops")
    sources = [str(data.attrs["source"])]
    if out_of_plane is not None:
        sources.append(str(out_of_plane.attrs["source"]))
    synthetic = bool(data.attrs["synthetic"])
    if out_of_plane is not None:
        synthetic |= bool(out_of_plane.attrs["synthetic"])
    return Result(
        "butterfly_series",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=tuple(sources),
        synthetic=synthetic,
        flags=tuple(dict.fromkeys(flags)),
    )


def _settings(options: ButterflySeriesOptions) -> ButterflyOptions:
    return ButterflyOptions(
        variable=options.variable,
        field=options.field,
        search=options.search,
        limit_width=options.limit_width,
        time_constant=options.time_constant,
        seed=options.seed,
    )


def _series(
    columns: dict[str, Array], varied: str, usable: NDArray[np.bool_]
) -> list[NDArray[np.intp]]:
    """Loops that agree in all but one quantity, which has at least two values among them."""
    rows = np.flatnonzero(usable & np.isfinite(columns[varied]))
    others = {name: values for name, values in columns.items() if name != varied}
    if varied == "gate_voltage":
        others.pop("density", None)  # the gate changes the density: it is not held
    if varied == "density":
        others.pop("gate_voltage", None)
    together = groups(others, rows) if rows.size else []
    return [
        group
        for group in together
        if np.unique(labels(columns[varied][group], VARIED[varied])).size >= 2
    ]


def _list_loops(
    columns: dict[str, Array],
    delta: Array,
    std: Array,
    table: xr.Dataset,
    quantities: list[Quantity],
) -> None:
    limit = np.full(delta.size, np.nan)
    if "delta_R_limit" in table:
        limit = table["delta_R_limit"].values.astype(float)
    for row in range(delta.size):
        conditions: dict[str, float | str] = {
            name: float(f"{values[row]:.4g}")
            for name, values in columns.items()
            if np.isfinite(values[row])
        }
        name = "butterfly_series.delta_R"
        if np.isfinite(delta[row]):
            spread = float(std[row]) if np.isfinite(std[row]) else None
            quantities.append(
                Quantity(name, float(delta[row]), "ohm", spread, conditions=conditions)
            )
        elif np.isfinite(limit[row]):
            quantities.append(
                Quantity(name, float(limit[row]), "ohm", limit="upper", conditions=conditions)
            )


def _describe(
    varied: str,
    columns: dict[str, Array],
    rows: NDArray[np.intp],
    delta: Array,
    std: Array,
    options: ButterflySeriesOptions,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> None:
    x, y, error = columns[varied][rows], delta[rows], std[rows]
    order = np.argsort(x, kind="stable")
    x, y, error = x[order], y[order], error[order]
    held: dict[str, float | str] = {
        name: float(f"{np.mean(values[rows]):.4g}")
        for name, values in columns.items()
        if name != varied and np.ptp(values[rows]) <= 2 * VARIED[name] * np.abs(values[rows]).max()
    }
    number = sum(name.startswith(f"against_{varied}_") for name in curves)
    curves[f"against_{varied}_{number}"] = xr.Dataset(
        {
            varied: ("loop", x),
            "delta_R": ("loop", y, {"units": "ohm"}),
            "delta_R_std": ("loop", error, {"units": "ohm"}),
        },
        attrs=held,
    )
    try:
        if varied == "temperature":
            generator = np.random.default_rng(options.seed)
            new, grid, fit = _against_temperature(x, y, error, generator, flags)
        elif varied == "sweep_rate":
            new, grid, fit = _against_rate(x, y, error, options, flags)
        else:
            new, grid, fit = _against_line(varied, x, y, error, flags)
    except FitError as error_of_fit:
        flags.append(str(error_of_fit))
        return
    quantities += [dataclasses.replace(q, conditions={**held, **q.conditions}) for q in new]
    if grid.size:
        curves[f"fit_{varied}_{number}"] = xr.Dataset(
            {"delta_R": (varied, fit, {"units": "ohm"})}, {varied: (varied, grid)}, attrs=held
        )


def _against_temperature(
    x: Array, y: Array, std: Array, generator: np.random.Generator, flags: list[str]
) -> tuple[list[Quantity], Array, Array]:
    if x.size < FEWEST_FOR_MAXIMUM:
        flags.append(f"{x.size} temperatures are too few for a maximum of Delta R")
        return [], np.empty(0), np.empty(0)
    top = maximum(x, y, std, generator)
    if top is None:
        place = "lowest" if int(y.argmax()) == 0 else "highest"
        flags.append(f"Delta R is largest at the {place} temperature measured: no maximum inside")
        return [], np.empty(0), np.empty(0)
    how = "exponential of a polynomial through the points above half of the largest one"
    quantities = [
        top.place.quantity("butterfly_series.maximum_temperature", "K", method=how),
        top.size.quantity("butterfly_series.maximum_delta_R", "ohm", method=how),
    ]
    return quantities, top.grid, top.curve


def _against_rate(
    x: Array, y: Array, std: Array, options: ButterflySeriesOptions, flags: list[str]
) -> tuple[list[Quantity], Array, Array]:
    seen = y > options.signal_sigma * std
    if not seen.all():
        flags.append(
            f"{int((~seen).sum())} rates show no significant Delta R; the power law is fitted to "
            f"them all the same, in proportion to their error bars"
        )
    if seen.sum() < 2:
        raise FitError("fewer than two rates show a Delta R: no power law")
    reference = options.reference_rate or float(np.exp(np.mean(np.log(x[seen]))))
    fitted = power_law(x, y, std, reference)
    flags += misfit(fitted, "the Delta R against the rate")
    exponent, spread = fitted["exponent"], fitted.std("exponent")
    interval = student_interval(fitted, exponent, spread)
    quantities = [
        Quantity(
            "butterfly_series.rate_exponent", exponent, "", spread, interval, method="power law"
        ),
        Quantity(
            "butterfly_series.rate_delta_R",
            fitted["delta_R"],
            "ohm",
            fitted.std("delta_R"),
            student_interval(fitted, fitted["delta_R"], fitted.std("delta_R")),
            conditions={"sweep_rate": float(f"{reference:.4g}")},
            method="power law at this rate",
        ),
    ]
    grid = np.geomspace(x.min(), x.max(), 60)
    return quantities, grid, fitted.predict(grid)


def _against_line(
    varied: str, x: Array, y: Array, std: Array, flags: list[str]
) -> tuple[list[Quantity], Array, Array]:
    name, unit = {"density": ("density_slope", "ohm*m^2"), "gate_voltage": ("gate_slope", "ohm/V")}[
        varied
    ]
    fitted = straight_line(x, y, None, std)
    flags += misfit(fitted, f"the Delta R against the {varied.replace('_', ' ')}")
    slope, spread = fitted["slope"], fitted.std("slope")
    quantity = Quantity(
        f"butterfly_series.{name}",
        slope,
        unit,
        spread,
        student_interval(fitted, slope, spread),
        method="straight line",
    )
    grid = np.linspace(x.min(), x.max(), 50)
    return [quantity], grid, fitted.predict(grid)


def _of_one_branch(heights: Sequence[Quantity]) -> Quantity:
    """Upper limit of both branches: of the peak on one, or what could hide on the other."""
    ends = [
        (q.value or 0.0) if q.limit else (q.value or 0.0) + LIMIT * (q.std or 0.0) for q in heights
    ]
    conditions = {key: value for key, value in heights[0].conditions.items() if key != "branch"}
    return Quantity(
        heights[0].name,
        max(ends),
        heights[0].unit,
        limit="upper",
        conditions=conditions,
        method="peak on one branch and 1.645 standard deviations, or the limit of the other",
    )


def _orientation(
    out_of_plane: xr.Dataset,
    delta: Array,
    std: Array,
    options: ButterflySeriesOptions,
    quantities: list[Quantity],
    flags: list[str],
) -> None:
    """The peak out of the plane, or its limit, and its ratio to the largest one in the plane."""
    settings = dataclasses.replace(_settings(options), field=None)
    heights = [q for q in butterfly(out_of_plane, settings).select("height") if q.value is not None]
    found = [q for q in heights if "branch" not in q.conditions]
    if not found and heights:
        found = [_of_one_branch(heights)]
        flags.append(
            "the loops out of the plane show a peak on one branch only, which is no butterfly: its "
            "upper end is the limit"
        )
    if not found:
        flags.append("the loops out of the plane cannot be read: no comparison")
        return
    quantities += [dataclasses.replace(q, name="butterfly_series.out_of_plane") for q in found]
    known: Sequence[int] = np.flatnonzero(np.isfinite(delta) & np.isfinite(std)).tolist()
    if not known:
        return
    largest = max(known, key=lambda row: delta[row])
    plane, spread = float(delta[largest]), float(std[largest])
    if plane < options.signal_sigma * spread:
        return
    for q in found:
        if q.value is None:
            continue
        # Of a limit the ratio is one too; the peak in the plane is then taken at its lowest.
        ratio = q.value / (plane - LIMIT * spread if q.limit else plane)
        error = None if q.std is None else ratio * float(np.hypot(q.std / q.value, spread / plane))
        quantities.append(
            Quantity(
                "butterfly_series.orientation_ratio",
                ratio,
                "",
                error,
                limit=q.limit,
                conditions=q.conditions,
                method="height out of the plane over the largest Delta R in it",
            )
        )
