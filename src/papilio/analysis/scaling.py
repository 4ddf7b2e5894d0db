"""How samples of different density compare: critical temperature, percolation threshold."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis.straight_line import REFERENCE, misfit, straight_line, student_interval
from papilio.errors import AnalysisError, FitError
from papilio.options import option
from papilio.result import Quantity, Result

Array = NDArray[np.float64]

#: Standard deviations between a value and its one-sided 95 % limit.
LIMIT = 1.645
#: Half of the part of a uniform distribution that a 68 % interval covers.
HALF_OF_68 = 0.34135


@dataclass(frozen=True)
class ScalingOptions:
    """Settings of `scaling`."""

    signal_sigma: float = option(
        3.0, help="significance from which the butterfly's Delta R of a sample counts as a signal"
    )
    signal_minimum: float = option(
        0.0, unit="ohm", help="Delta R below which a sample counts as one without signal"
    )


def scaling(data: xr.Dataset, options: ScalingOptions | None = None) -> Result:
    """
    Critical temperature and butterfly of several samples against their density.

    The critical temperature is a straight line in the density, both with error bars. The
    percolation threshold is where Delta R vanishes: it lies between the highest density with a
    signal and the next one, without, and nothing says where in between.

    Parameters
    ----------
    data : xarray.Dataset
        A record with one row for each sample: ``density`` and ``critical_temperature`` or
        ``delta_R``, with their ``_std``; ``delta_R_limit`` where only an upper limit is known
        (`papilio.analysis.result_table.result_table` makes one from Results).
    options : ScalingOptions, optional
        Settings.

    Returns
    -------
    Result
        ``scaling.Tc_slope`` (K m^2), ``.Tc_intercept`` (K), ``.Tc_zero_density`` (1/m^2, where the
        line reaches zero), ``.percolation_density`` (1/m^2; a limit where all samples, or none,
        have a signal). Curves: ``critical_temperature`` (``density``, ``critical_temperature``,
        their ``_std`` along ``sample``), ``line`` (``critical_temperature``, ``low``, ``high``
        along ``density``), ``delta_R`` (``density``, ``delta_R``, ``delta_R_std``, ``signal`` along
        ``sample``; attributes ``low``, ``high`` of the threshold).

    Raises
    ------
    AnalysisError
        If there are no densities, or neither of the two quantities.
    """
    options = options or ScalingOptions()
    source = str(data.attrs["source"])
    names = [n for n in ("critical_temperature", "delta_R", "delta_R_limit") if n in data]
    if "density" not in data or not names:
        raise AnalysisError(
            f"{source}: a table of 'density' with 'critical_temperature' or 'delta_R' is needed, "
            f"not {', '.join(map(str, data.data_vars))}"
        )
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    if "critical_temperature" in data:
        _line(data, quantities, curves, flags)
    if "delta_R" in data or "delta_R_limit" in data:
        _percolation(data, options, quantities, curves, flags)
    return Result(
        "scaling",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=(source,),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(flags),
        references=(f"Straight line, errors in both variables: {REFERENCE}",),
    )


def _column(data: xr.Dataset, name: str) -> Array:
    if name not in data:
        return np.full(data.sizes["row"], np.nan)
    return np.asarray(data[name].values, float)


def _line(
    data: xr.Dataset,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> None:
    density, Tc = _column(data, "density"), _column(data, "critical_temperature")
    usable = np.isfinite(density) & np.isfinite(Tc)
    density, Tc = density[usable], Tc[usable]
    density_std = np.nan_to_num(_column(data, "density_std")[usable])
    Tc_std = _column(data, "critical_temperature_std")[usable]
    curves["critical_temperature"] = xr.Dataset(
        {
            "density": ("sample", density, {"units": "1/m^2"}),
            "density_std": ("sample", density_std, {"units": "1/m^2"}),
            "critical_temperature": ("sample", Tc, {"units": "K"}),
            "critical_temperature_std": ("sample", np.nan_to_num(Tc_std), {"units": "K"}),
        }
    )
    known = bool(np.isfinite(Tc_std).all() and (Tc_std > 0).all())
    if not known:
        flags.append("not all critical temperatures have error bars: their scatter gives them")
    try:
        fitted = straight_line(density, Tc, density_std, Tc_std if known else None)
    except FitError as error:
        flags.append(str(error))
        names = (("Tc_slope", "K*m^2"), ("Tc_intercept", "K"), ("Tc_zero_density", "1/m^2"))
        quantities += [
            Quantity(f"scaling.{name}", None, unit, flags=(str(error),)) for name, unit in names
        ]
        return
    if known:
        flags += misfit(fitted, "the critical temperatures")
    method = "straight line, both variables uncertain" if density_std.any() else "straight line"
    zero, zero_std = fitted.propagate(lambda v: -v[1] / v[0])
    for name, unit, value, std in (
        ("Tc_slope", "K*m^2", fitted["slope"], fitted.std("slope")),
        ("Tc_intercept", "K", fitted["intercept"], fitted.std("intercept")),
        ("Tc_zero_density", "1/m^2", zero, zero_std),
    ):
        interval = student_interval(fitted, value, std)
        own: tuple[str, ...] = ()
        if name == "Tc_zero_density" and fitted["slope"] < 5 * fitted.std("slope"):
            own = ("the slope is not resolved: the extrapolation means little",)
        quantities.append(
            Quantity(f"scaling.{name}", value, unit, std, interval, method=method, flags=own)
        )
    grid = np.linspace(min(0.0, float(density.min())), 1.05 * float(density.max()), 100)
    rows = np.column_stack([grid, np.ones(grid.size)])
    spread = np.sqrt(np.einsum("ij,jk,ik->i", rows, fitted.covariance, rows))
    best = fitted.predict(grid)
    curves["line"] = xr.Dataset(
        {
            "critical_temperature": ("density", best, {"units": "K"}),
            "low": ("density", best - spread, {"units": "K"}),
            "high": ("density", best + spread, {"units": "K"}),
        },
        {"density": ("density", grid, {"units": "1/m^2"})},
    )


def _percolation(
    data: xr.Dataset,
    options: ScalingOptions,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> None:
    density, density_std = _column(data, "density"), np.nan_to_num(_column(data, "density_std"))
    delta, std = _column(data, "delta_R"), np.nan_to_num(_column(data, "delta_R_std"))
    limit = _column(data, "delta_R_limit")
    usable = np.isfinite(density) & (np.isfinite(delta) | np.isfinite(limit))
    order = np.flatnonzero(usable)[np.argsort(density[usable], kind="stable")]
    density, density_std = density[order], density_std[order]
    delta, std, limit = delta[order], std[order], limit[order]
    signal = np.isfinite(delta) & (delta > options.signal_sigma * std)
    signal &= delta > options.signal_minimum
    curve = xr.Dataset(
        {
            "density": ("sample", density, {"units": "1/m^2"}),
            "delta_R": ("sample", np.where(np.isfinite(delta), delta, limit), {"units": "ohm"}),
            "delta_R_std": ("sample", std, {"units": "ohm"}),
            "limit": ("sample", (~np.isfinite(delta)).astype(int)),
            "signal": ("sample", signal.astype(int)),
        }
    )
    quantity = _threshold(density, density_std, signal, flags)
    if quantity.interval68 is not None:
        last = int(np.flatnonzero(signal).max())
        curve.attrs = {"low": float(density[last]), "high": float(density[last + 1])}
    curves["delta_R"] = curve
    quantities.append(quantity)


def _threshold(
    density: Array, density_std: Array, signal: NDArray[np.bool_], flags: list[str]
) -> Quantity:
    name, unit = "scaling.percolation_density", "1/m^2"
    if density.size == 0:
        return Quantity(name, None, unit, flags=("no sample has both a density and a Delta R",))
    if not signal.any():
        high = float(density[0] + LIMIT * density_std[0])
        return Quantity(name, high, unit, limit="upper", method="no sample shows a signal")
    last = int(np.flatnonzero(signal).max())
    if (~signal[:last]).any():
        quiet = ", ".join(f"{n:.3g}" for n in density[:last][~signal[:last]])
        flags.append(f"no signal at {quiet} /m^2 although a higher density shows one")
    low, low_std = float(density[last]), float(density_std[last])
    if last == density.size - 1:
        return Quantity(
            name, low - LIMIT * low_std, unit, limit="lower", method="all samples show a signal"
        )
    high, high_std = float(density[last + 1]), float(density_std[last + 1])
    middle, width = (low + high) / 2, high - low
    edges = 0.25 * (low_std**2 + high_std**2)
    reach = float(np.hypot(HALF_OF_68 * width, np.sqrt(edges)))
    return Quantity(
        name,
        middle,
        unit,
        float(np.sqrt(width**2 / 12 + edges)),
        (middle - reach, middle + reach),
        method=f"between the last density with a signal, {low:.3g}, and the first without, "
        f"{high:.3g} /m^2",
    )
