"""Ta 4f photoelectron spectrum: part of Ta4+, and the oxygen vacancies that it implies."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.errors import AnalysisError, FitError
from papilio.fit import Fit, Law, Parameter, least_squares, propagate
from papilio.options import option
from papilio.physics.core_level import F_BRANCHING, TA_4F_SPLITTING, doublet, shirley
from papilio.result import Quantity, Result

Array = NDArray[np.float64]

#: Standard deviations between a value and its one-sided 95 % limit.
LIMIT = 1.645
#: Significance of the Ta4+ doublet below which its shift is not fitted.
RESOLVED = 4.0
#: Range of the shift, and the step in which it is sought, eV.
SHIFTS, STEP = (0.3, 3.0), 0.1
#: Relative change of chi-square at which a fit has converged.
TOLERANCE = 1e-8
#: Fits with the noise of the model: the first takes that of the data, which favours low counts.
PASSES = 2


@dataclass(frozen=True)
class XpsOptions:
    """Settings of `xps`."""

    range: tuple[float, float] | None = option(
        None, unit="eV", help="binding energies that are fitted; by default all"
    )
    splitting: float = option(
        TA_4F_SPLITTING, unit="eV", help="distance of Ta 4f5/2 above Ta 4f7/2"
    )
    shift: float = option(
        1.3, unit="eV", help="first guess of how much lower the Ta4+ lines are than those of Ta5+"
    )
    fix_shift: bool = option(False, help="keep the shift at that value")
    lorentzian: float | None = option(
        None, unit="eV", help="half width of the Lorentzian part; by default it is fitted"
    )
    counts: float = option(
        1.0, help="counts for one unit of intensity (dwell time times scans for counts per second)"
    )
    depth: float | None = option(
        None, unit="m", help="thickness of the reduced layer, for vacancies per area"
    )
    depth_std: float = option(0.0, unit="m", help="its standard deviation")
    lattice_constant: float = option(
        3.989e-10, unit="m", help="of the cubic cell, which holds one Ta"
    )
    density: float | None = option(
        None, unit="1/m^2", help="sheet density of the carriers, to compare the vacancies with"
    )
    density_std: float = option(0.0, unit="1/m^2", help="its standard deviation")


def xps(data: xr.Dataset, options: XpsOptions | None = None) -> Result:
    """
    Part of Ta4+ among all tantalum, from the Ta 4f lines.

    Two spin-orbit doublets of Voigt lines, Ta5+ and Ta4+, of one width, on a constant and the
    Shirley background of the doublets themselves, which is fitted with them (so that its
    uncertainty is in the result). The noise is that of counting. Each oxygen vacancy leaves two
    electrons, each of which makes one Ta4+; all of them in a layer of the stated depth.

    Parameters
    ----------
    data : xarray.Dataset
        A record with ``binding_energy`` and ``intensity``.
    options : XpsOptions, optional
        Settings.

    Returns
    -------
    Result
        ``xps.Ta4_fraction``, ``.binding_energy`` (eV, Ta5+ 4f7/2), ``.shift`` (eV), ``.width`` (eV,
        full Gaussian width), ``.chi_square`` (reduced); with a depth ``.electron_density``,
        ``.vacancy_density`` (1/m^2) and with a density ``.electrons_per_carrier``. An unresolved
        fraction is an upper limit. Curve ``spectrum``: ``intensity``, ``fit``, ``background``,
        ``Ta5``, ``Ta4``, ``residual`` (in standard deviations) along ``binding_energy``.

    Raises
    ------
    AnalysisError
        If a variable is missing, or there are fewer than twenty readings.
    """
    options = options or XpsOptions()
    source = str(data.attrs["source"])
    energy, counts = _spectrum(data, options)
    flags: list[str] = []
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    try:
        fitted, fixed = _fit(energy, counts, options)
    except FitError as error:
        flags.append(str(error))
        quantities.append(Quantity("xps.Ta4_fraction", None, "", flags=(str(error),)))
    else:
        if fitted.scale > 1:
            flags.append(
                f"the spectrum differs from the model by {fitted.scale:.1f} times the counting "
                f"noise; error bars are widened by that factor"
            )
        _describe(fitted, fixed, options, quantities)
        curves["spectrum"] = _curve(energy, counts, fitted, options)
    return Result(
        "xps",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=(source,),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(flags),
        references=("Shirley background: doi:10.1103/PhysRevB.5.4709",),
    )


def _spectrum(data: xr.Dataset, options: XpsOptions) -> tuple[Array, Array]:
    source = data.attrs["source"]
    for name in ("binding_energy", "intensity"):
        if name not in data:
            raise AnalysisError(f"{source}: there is no '{name}'; rename its column in the study")
    energy = data["binding_energy"].values.astype(float)
    counts = data["intensity"].values.astype(float) * options.counts
    usable = np.isfinite(energy) & np.isfinite(counts)
    if options.range is not None:
        usable &= (energy >= min(options.range)) & (energy <= max(options.range))
    if usable.sum() < 20:
        raise AnalysisError(f"{source}: {int(usable.sum())} readings are no spectrum; give twenty")
    order = np.flatnonzero(usable)[np.argsort(energy[usable], kind="stable")]
    return energy[order], counts[order]


def _parts(
    energy: Array, values: dict[str, float], options: XpsOptions
) -> tuple[Array, Array, Array]:
    """Ta5+ doublet, Ta4+ doublet, background."""
    widths = (values["gaussian"], values["lorentzian"], options.splitting, F_BRANCHING)
    five = doublet(energy, values["area5"], values["position"], *widths)
    four = doublet(energy, values["area4"], values["position"] - values["shift"], *widths)
    return five, four, values["level"] + shirley(energy, five + four, values["step"])


def _law(free: dict[str, Parameter], fixed: dict[str, float], options: XpsOptions) -> Law:
    def formula(energy: Array, *values: float) -> Array:
        everything = {**fixed, **dict(zip(free, values, strict=True))}
        return np.asarray(sum(_parts(energy, everything, options)))

    return Law(
        "two Ta 4f doublets on a Shirley background",
        formula,
        tuple(free.values()),
        "no other line within the fitted range",
        "doi:10.1103/PhysRevB.5.4709",
    )


def _fit(energy: Array, counts: Array, options: XpsOptions) -> tuple[Fit, dict[str, float]]:
    """The fit, with the shift free only where the Ta4+ doublet is there to tell it."""
    fixed: dict[str, float] = {}
    if options.fix_shift:
        fixed["shift"] = options.shift
    if options.lorentzian is not None:
        fixed["lorentzian"] = options.lorentzian
    kept = {"shift": options.shift, **fixed}
    first = _poisson(energy, counts, kept, options, {}, 1)
    start = {p.name: first[p.name] for p in first.law.parameters}
    if "shift" not in fixed:
        shift, rise = _best_shift(energy, counts, {**fixed, **start}, options)
        # As many standard deviations as the area would lie above zero.
        if rise > RESOLVED**2:
            kept, start = fixed, start | {"shift": shift}
    return _poisson(energy, counts, kept, options, start, PASSES), kept


def _best_shift(
    energy: Array, counts: Array, known: dict[str, float], options: XpsOptions
) -> tuple[float, float]:
    """
    Shift of the Ta4+ lines that lowers chi-square most, and by how much.

    A trial shift that is wrong would hide them: all shifts of the range are tried, with lines of
    the shape that is known so far, whose areas and background are a linear fit.
    """
    weight = 1 / np.sqrt(np.maximum(counts, 1.0))
    unit = {**known, "shift": 0.0, "area4": 0.0, "area5": 1.0, "level": 0.0}

    def line(moved: float) -> Array:
        five, _, background = _parts(
            energy, {**unit, "position": known["position"] + moved}, options
        )
        return five + background

    # The Ta5+ lines may move a little: they stood alone in the first fit.
    plain = np.column_stack([*(line(moved) for moved in (0.0, STEP, -STEP)), np.ones(energy.size)])

    def left(table: Array) -> float:
        table = table * weight[:, None]
        best = np.linalg.lstsq(table, counts * weight, rcond=None)[0]
        return float(np.sum((table @ best - counts * weight) ** 2))

    without = left(plain)
    shifts = np.arange(SHIFTS[0] + STEP, SHIFTS[1], STEP)
    gains = [without - left(np.column_stack([plain, line(-shift)])) for shift in shifts]
    best = int(np.argmax(gains))
    return float(shifts[best]), float(gains[best])


def _poisson(
    energy: Array,
    counts: Array,
    fixed: dict[str, float],
    options: XpsOptions,
    start: dict[str, float],
    passes: int,
) -> Fit:
    """The model with the noise of counting, which is found again from the fit on each pass."""
    span = float(np.ptp(energy))
    low = float(np.median(counts[: max(3, counts.size // 10)]))
    high = float(np.median(counts[-max(3, counts.size // 10) :]))
    top = float(counts.max()) - low
    area = max(float(np.trapezoid(counts - low - 0.5 * (high - low), energy)), 0.1 * top)
    free = {
        name: parameter
        for name, parameter in {
            "area5": Parameter("area5", "eV", lower=0),
            # Negative areas are allowed: a bound at zero would bias the fraction of a pure oxide.
            "area4": Parameter("area4", "eV"),
            "position": Parameter("position", "eV", float(energy[0]), float(energy[-1])),
            "shift": Parameter("shift", "eV", *SHIFTS),
            "gaussian": Parameter("gaussian", "eV", 0.05, 0.5 * span),
            # Below zero the line is the Gaussian sharpened: a bound there would bias its width.
            "lorentzian": Parameter("lorentzian", "eV", -0.2, 0.5 * span),
            "level": Parameter("level", ""),
            "step": Parameter("step", "1/eV"),
        }.items()
        if name not in fixed
    }
    guess = {
        "area5": 0.8 * area,
        "area4": 0.2 * area,
        "position": float(energy[int(counts.argmax())]),
        "shift": options.shift,
        "gaussian": 0.5,
        "lorentzian": 0.1,
        "level": low,
        "step": max(high - low, 0.0) / area,
        **start,
    }
    law = _law(free, fixed, options)
    std = np.sqrt(np.maximum(counts, 1.0))
    for _ in range(passes):
        fitted = least_squares(law, energy, counts, std, guess, tolerance=TOLERANCE)
        guess |= {name: fitted[name] for name in free}
        std = np.sqrt(np.maximum(fitted.predict(energy), 1.0))
    return fitted


def _describe(
    fitted: Fit, fixed: dict[str, float], options: XpsOptions, quantities: list[Quantity]
) -> None:
    index = {parameter.name: n for n, parameter in enumerate(fitted.law.parameters)}
    four, five = index["area4"], index["area5"]
    value, std = fitted.propagate(lambda v: v[four] / (v[four] + v[five]))
    resolved = value > 3 * std
    method = "area of the Ta4+ doublet over that of both"
    if "shift" in fixed:
        method += f", shift kept at {fixed['shift']:g} eV"
    if resolved:
        quantities.append(Quantity("xps.Ta4_fraction", value, "", std, method=method))
    else:
        limit = max(value, 0.0) + LIMIT * std
        quantities.append(Quantity("xps.Ta4_fraction", limit, "", limit="upper", method=method))
    quantities.append(
        Quantity("xps.binding_energy", fitted["position"], "eV", fitted.std("position"))
    )
    if "shift" not in fixed:
        quantities.append(Quantity("xps.shift", fitted["shift"], "eV", fitted.std("shift")))
    full = 2 * float(np.sqrt(2 * np.log(2)))
    quantities.append(
        Quantity("xps.width", full * fitted["gaussian"], "eV", full * fitted.std("gaussian"))
    )
    freedom = fitted.degrees_of_freedom
    quantities.append(
        Quantity("xps.chi_square", fitted.chi_square / freedom, "", float(np.sqrt(2 / freedom)))
    )
    if options.depth is not None and resolved:
        _describe_vacancies(value, std, options, options.depth, quantities)


def _describe_vacancies(
    fraction: float, std: float, options: XpsOptions, depth: float, quantities: list[Quantity]
) -> None:
    numbers = np.array([fraction, depth, options.density or np.nan])
    covariance = np.diag(np.square([std, options.depth_std, options.density_std]))
    cell = options.lattice_constant**3
    method = f"one Ta in each cell of a layer of {depth:.3g} m"
    electrons, spread = propagate(lambda v: v[0] * v[1] / cell, numbers[:2], covariance[:2, :2])
    quantities.append(Quantity("xps.electron_density", electrons, "1/m^2", spread, method=method))
    quantities.append(
        Quantity(
            "xps.vacancy_density",
            electrons / 2,
            "1/m^2",
            spread / 2,
            method=f"{method}, two electrons for each vacancy",
        )
    )
    if options.density is not None:
        ratio, spread = propagate(lambda v: v[0] * v[1] / cell / v[2], numbers, covariance)
        quantities.append(
            Quantity(
                "xps.electrons_per_carrier",
                ratio,
                "",
                spread,
                method="electrons that the vacancies leave over the density of the carriers",
            )
        )


def _curve(energy: Array, counts: Array, fitted: Fit, options: XpsOptions) -> xr.Dataset:
    names = [parameter.name for parameter in fitted.law.parameters]
    values = {"shift": options.shift, "lorentzian": options.lorentzian or 0.0}
    values |= {name: fitted[name] for name in names}
    five, four, background = _parts(energy, values, options)
    fit = five + four + background
    columns = {
        "intensity": counts,
        "fit": fit,
        "background": background,
        "Ta5": five,
        "Ta4": four,
        "residual": (counts - fit) / np.sqrt(np.maximum(fit, 1.0)),
    }
    return xr.Dataset(
        {name: ("binding_energy", column, {"units": ""}) for name, column in columns.items()},
        {"binding_energy": ("binding_energy", energy, {"units": "eV"})},
    )
