"""The Berezinskii-Kosterlitz-Thouless transition: from I-V curves, from R(T), from both."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis import current_voltage as iv
from papilio.analysis import halperin_nelson as hn
from papilio.analysis import halperin_nelson_line as line_fit
from papilio.analysis import power_law
from papilio.analysis.cooldown import Cooldown, cooldown
from papilio.analysis.exponent_crossing import Crossing, about_three, crossing
from papilio.analysis.resistance import longitudinal
from papilio.errors import AnalysisError, FitError
from papilio.fit import Fit, Law, least_squares
from papilio.options import option
from papilio.result import Quantity, Result

Array = NDArray[np.float64]

#: Disagreement of the two transition temperatures, in sigma, that the joint number is flagged at.
TENSION = 2.0

REFERENCES = (
    "Resistance above the transition and exponent 3 at it: Halperin and Nelson, "
    "J. Low Temp. Phys. 36, 599 (1979), doi:10.1007/BF00116988",
    "Universal jump of the stiffness: Nelson and Kosterlitz, Phys. Rev. Lett. 39, 1201 (1977), "
    "doi:10.1103/PhysRevLett.39.1201",
    "Both criteria as used here: doi:10.1038/s41467-025-58300-9, Fig. 1",
)


@dataclass(frozen=True)
class BktOptions:
    """Settings of `bkt`."""

    variable: str = option("", help="resistance of R(T) to use, where the data hold several")
    thermometer: str = option("temperature", help="thermometer to use, where there are several")
    current_window: tuple[float, float] | None = option(
        None,
        unit="A",
        help="currents of the power-law fits; by default chosen at each temperature between the "
        "ohmic tail and the onset of heating",
    )
    exponent_temperatures: tuple[float, float] | None = option(
        None,
        unit="K",
        help="temperatures whose exponents enter the local fit; by default the eight about "
        "exponent 3",
    )
    temperature_window: tuple[float, float] | None = option(
        None,
        unit="K",
        help="temperatures of the Halperin-Nelson fit; by default from the noise floor to a part "
        "of the normal-state resistance",
    )
    upper_fraction: float = option(
        0.5, help="that part of the normal-state resistance; less is used where the law fails"
    )
    normal_fraction: float = option(
        0.3, help="part of the normal-state resistance above which an I-V curve counts as heated"
    )
    normal_resistance: float | None = option(
        None,
        unit="ohm",
        help="normal-state resistance of R(T); by default that of its hottest readings",
    )


def bkt(
    current_voltage: xr.Dataset | None = None,
    resistance: xr.Dataset | None = None,
    options: BktOptions | None = None,
) -> Result:
    """
    Transition temperature from the exponent of I-V curves, from R(T), and from both together.

    The voltage of each I-V curve is offset + sign(I) A |I|^alpha + an ohmic tail, fitted in the
    voltage itself (where noise is Gaussian) up to the current where the sample heats; T_BKT is
    where a local polynomial of alpha, or of its logarithm, in temperature is 3. R(T) is fitted
    with R0 exp(-b (T/T_BKT - 1)^(-1/2)), directly and as the line (d ln R/dT)^(-2/3).

    Parameters
    ----------
    current_voltage : xarray.Dataset, optional
        A record with current, temperature and voltage (or differential resistance) at several
        temperatures.
    resistance : xarray.Dataset, optional
        A record with resistance against temperature.
    options : BktOptions, optional
        Settings.

    Returns
    -------
    Result
        ``bkt.exponent`` (condition ``temperature``), ``.T_BKT_iv``, ``.T_BKT_halperin_nelson``,
        ``.T_BKT_halperin_nelson_linearised``, ``.T_BKT_joint`` (K), ``.tension`` (I-V less
        Halperin-Nelson in units of its uncertainty), ``.b``, ``.R0`` (ohm, per square where the
        geometry is known) and ``.lag`` (K, warming later than cooling by twice that). Curves:
        ``current_voltage_<n>`` (see `power_law.as_dataset`), ``exponents`` (``alpha``,
        ``alpha_std``, ``used`` along ``temperature``), ``exponents_fit`` (``alpha`` along
        ``temperature``), and those of `halperin_nelson_line.curves`.

    Raises
    ------
    AnalysisError
        If neither role is given, or a variable is missing.
    """
    options = options or BktOptions()
    given = [data for data in (current_voltage, resistance) if data is not None]
    if not given:
        raise AnalysisError(
            "bkt: there are no data; give I-V curves as 'current_voltage', R(T) as 'resistance', "
            "or both"
        )
    quantities: list[Quantity] = []
    curves: dict[str, xr.Dataset] = {}
    flags: list[str] = []
    local = cooled = None
    if current_voltage is not None:
        local = _current_voltage(current_voltage, options, quantities, curves, flags)
    if resistance is not None:
        cooled = _resistance(resistance, options, quantities, curves, flags)
    if current_voltage is not None and resistance is not None:
        quantities += _together(local, cooled)
    return Result(
        "bkt",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=tuple(dict.fromkeys(str(data.attrs["source"]) for data in given)),
        synthetic=any(bool(data.attrs["synthetic"]) for data in given),
        flags=tuple(dict.fromkeys(flags)),
        references=REFERENCES,
    )


def _current_voltage(
    data: xr.Dataset,
    options: BktOptions,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> Crossing | None:
    """Exponents and their crossing of 3; adds to the lists what it finds."""
    kind = iv.measured(data, options.thermometer)
    voltage = kind == "voltage"
    measured = iv.curves(data, kind, options.thermometer)
    if len(measured) < 2:
        raise AnalysisError(
            f"{data.attrs['source']}: {len(measured)} temperatures hold a current-voltage curve of "
            f"eight readings; at least two are needed"
        )
    found = power_law.exponents(
        measured, voltage, options.current_window, None, options.normal_fraction
    )
    missing = len(measured) - len(found)
    if missing:
        flags.append(
            f"{missing} of {len(measured)} current-voltage curves show no power law above the noise"
        )
    one_sided = not all({-1.0, 1.0} <= set(curve.sign.tolist()) for curve in measured)
    if voltage and one_sided:
        flags.append(
            "one sign of the current only: the offset is the intercept at small currents, and "
            "voltages even in the current are not removed"
        )
    for number, exponent in enumerate(found):
        curves[f"current_voltage_{number}"] = power_law.as_dataset(exponent, voltage)
        quantities.append(
            Quantity(
                "bkt.exponent",
                exponent.alpha,
                "",
                exponent.std,
                conditions={"temperature": float(f"{exponent.curve.temperature:.4g}")},
                method=f"power law between {exponent.window[0]:.3g} and {exponent.window[1]:.3g} A",
                flags=exponent.flags,
            )
        )
    T = np.array([exponent.curve.temperature for exponent in found])
    used = np.zeros(T.size, bool)
    local: Crossing | None = None
    why = "no current-voltage curve shows a power law"
    try:
        used = about_three(found, options.exponent_temperatures)
        local = crossing([e for e, use in zip(found, used, strict=True) if use])
    except FitError as error:
        why = str(error)
    curves["exponents"] = xr.Dataset(
        {
            "alpha": ("temperature", np.array([exponent.alpha for exponent in found])),
            "alpha_std": ("temperature", np.array([exponent.std for exponent in found])),
            "used": ("temperature", used.astype(int)),
        },
        {"temperature": ("temperature", T, {"units": "K"})},
    )
    method = "exponent 3 by a local polynomial in temperature"
    if local is None:
        quantities.append(Quantity("bkt.T_BKT_iv", None, "K", method=method, flags=(why,)))
        return None
    own = () if local.fit.scale == 1 else ("the exponents scatter about the local polynomial",)
    T_BKT, std = local.fit["T_BKT"], local.fit.std("T_BKT")
    quantities.append(Quantity("bkt.T_BKT_iv", T_BKT, "K", std, method=method, flags=own))
    grid = np.linspace(local.temperature.min(), local.temperature.max(), 100)
    alpha = local.exponent(grid)
    curves["exponents_fit"] = xr.Dataset(
        {"alpha": ("temperature", alpha)},
        {"temperature": ("temperature", grid, {"units": "K"})},
        attrs={"T_BKT": T_BKT, "T_BKT_std": std},
    )
    return local


@dataclass(frozen=True)
class _Cooled:
    """The direct fit of R(T), with the readings it used."""

    data: Cooldown
    fit: Fit
    window: hn.Window


def _resistance(
    data: xr.Dataset,
    options: BktOptions,
    quantities: list[Quantity],
    curves: dict[str, xr.Dataset],
    flags: list[str],
) -> _Cooled | None:
    """Direct and linearised Halperin-Nelson fits; adds to the lists what it finds."""
    chosen = longitudinal(data, options.variable)
    if not chosen.per_square:
        flags.append("resistances are of the whole bar: its length and width are not given")
    cooled = cooldown(data, chosen, options.thermometer, options.normal_resistance)
    method = "fit of R0 exp(-b (T/T_BKT - 1)^(-1/2)) to R(T)"
    names = (("T_BKT_halperin_nelson", "K"), ("b", ""), ("R0", "ohm"))
    try:
        fit, window, edges = hn.direct(cooled, options.temperature_window, options.upper_fraction)
    except FitError as error:
        quantities += [
            Quantity(f"bkt.{name}", None, unit, method=method, flags=(str(error),))
            for name, unit in names
        ]
        return None
    own: list[str] = []
    if fit.scale > 1:
        own.append(
            f"R(T) departs from the law {fit.scale:.1f} times more than its noise allows: the "
            f"error bar is widened by that factor"
        )
    if not cooled.both:
        own.append("one direction of the sweep only: lag not removed")
    method += f" between {edges[0]:.4g} and {edges[1]:.4g} K"
    for name, unit, (value, std) in (
        ("T_BKT_halperin_nelson", "K", (fit["T_BKT"], fit.std("T_BKT"))),
        ("b", "", (fit["b"], fit.std("b"))),
        ("R0", "ohm", fit.propagate(lambda values: float(np.exp(values[2])))),
    ):
        quantities.append(
            Quantity(f"bkt.{name}", value, unit, std, method=method, flags=tuple(own))
        )
    if cooled.both:
        lag = Quantity("bkt.lag", fit["lag"], "K", fit.std("lag"), method="cooling against warming")
        quantities.append(lag)
    line: tuple[Fit, line_fit.Slopes] | None = None
    method = "intercept of (d ln R/dT)^(-2/3)"
    name = "bkt.T_BKT_halperin_nelson_linearised"
    try:
        line = line_fit.linearised(cooled, window, fit)
        own = ["the derivative scatters about the line"] if line[0].scale > 1 else []
        quantities.append(
            Quantity(
                name, line[0]["T_BKT"], "K", line[0].std("T_BKT"), method=method, flags=tuple(own)
            )
        )
    except FitError as error:
        quantities.append(Quantity(name, None, "K", method=method, flags=(str(error),)))
    curves.update(line_fit.curves(cooled, window, edges, fit, line))
    return _Cooled(cooled, fit, window)


def _together(local: Crossing | None, cooled: _Cooled | None) -> list[Quantity]:
    """Tension of the two temperatures and a fit with one."""
    if local is None or cooled is None:
        why = ("one of the two transition temperatures is missing",)
        return [
            Quantity("bkt.tension", None, "", flags=why),
            Quantity("bkt.T_BKT_joint", None, "K", flags=why),
        ]
    stds = local.fit.std("T_BKT"), cooled.fit.std("T_BKT")
    tension = (local.fit["T_BKT"] - cooled.fit["T_BKT"]) / float(np.hypot(*stds))
    own: tuple[str, ...] = ()
    widening = 1.0
    if abs(tension) > TENSION:
        widening = abs(tension)
        own = (
            f"I-V and R(T) disagree by {abs(tension):.1f} sigma: one temperature does not "
            f"describe both, the error bar is widened by that factor",
        )
    result = [
        Quantity(
            "bkt.tension", tension, "", 1.0, method="(I-V less Halperin-Nelson)/sigma", flags=own
        )
    ]
    try:
        fit = _joint(local, cooled)
    except FitError as error:
        return [*result, Quantity("bkt.T_BKT_joint", None, "K", flags=(*own, str(error)))]
    result.append(
        Quantity(
            "bkt.T_BKT_joint",
            fit["T_BKT"],
            "K",
            fit.std("T_BKT") * widening,
            method="exponents and R(T) with one T_BKT",
            flags=own,
        )
    )
    return result


def _joint(local: Crossing, cooled: _Cooled) -> Fit:
    """Exponents and R(T) stacked; the error bars of each are those of its own fit."""
    table = cooled.window.table(cooled.data)
    law = hn.direct_law(cooled.data.both, cooled.data.thermometer_noise)
    own = local.fit.law.parameters[1:]

    def formula(_: Array, T_BKT: float, *rest: float) -> Array:
        first, second = rest[: len(own)], rest[len(own) :]
        return np.concatenate(
            [
                local.fit.law.formula(local.temperature, T_BKT, *first),
                law.formula(table, T_BKT, *second),
            ]
        )

    joint = Law(
        "exponents and Halperin-Nelson",
        formula,
        (law.parameters[0], *own, *law.parameters[1:]),
        "near the transition",
        REFERENCES[0],
    )
    # What autocorrelation or misfit widened stays as wide beside the other data.
    factor = cooled.window.widening
    y = np.concatenate([local.value, cooled.data.resistance[cooled.window.keep], [0.0]])
    floor_std = cooled.data.floor_std or 1e-6 * cooled.data.noise
    std = np.concatenate(
        [local.std * local.fit.scale, cooled.window.std * factor, [floor_std * factor]]
    )
    start = {p.name: local.fit[p.name] for p in own}
    start |= {p.name: cooled.fit[p.name] for p in law.parameters}
    weights = (local.fit.std("T_BKT") ** -2, cooled.fit.std("T_BKT") ** -2)
    start["T_BKT"] = float(np.average([local.fit["T_BKT"], cooled.fit["T_BKT"]], weights=weights))
    # R(T) is zero at T_BKT and below: a start there has no slope to follow.
    start["T_BKT"] = min(start["T_BKT"], 0.999 * float(table[0].min()))
    return least_squares(joint, np.zeros(y.size), y, std, start, rescale_below=0.0)
