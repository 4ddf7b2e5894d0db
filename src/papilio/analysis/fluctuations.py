"""Superconducting fluctuations above Tc: the mean-field critical temperature from R(T)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from papilio.analysis import model_comparison
from papilio.analysis.estimate import Estimate, mean
from papilio.analysis.model_comparison import verdict
from papilio.analysis.paraconductivity_fit import (
    ALONE,
    BOTH,
    SweepFit,
    Window,
    find_window,
    fit_sweep,
)
from papilio.analysis.resistance import longitudinal
from papilio.errors import AnalysisError, FitError, OptionsError
from papilio.options import option
from papilio.physics import fluctuations as theory
from papilio.result import Quantity, Result
from papilio.sweep import split

#: Scatter about the fit over the noise of a reading from which on the law does not hold.
DEPARTURE = 3.0

REFERENCES = (
    "Aslamazov and Larkin, Phys. Lett. A 26, 238 (1968), doi:10.1016/0375-9601(68)90623-3",
    "Maki, Prog. Theor. Phys. 40, 193 (1968), doi:10.1143/PTP.40.193; Thompson, Phys. Rev. B 1, "
    "327 (1970), doi:10.1103/PhysRevB.1.327",
    "Full theory, of which these are the leading terms: Glatz, Varlamov and Vinokur, Phys. Rev. B "
    "84, 104510 (2011), doi:10.1103/PhysRevB.84.104510",
    model_comparison.REFERENCE,
)


@dataclass(frozen=True)
class FluctuationsOptions:
    """Settings of `fluctuations`."""

    variable: str = option("", help="resistance to use, where the data hold several")
    thermometer: str = option("temperature", help="thermometer to use, where there are several")
    window: tuple[float, float] | None = option(
        None, unit="K", help="temperatures that the fit uses; by default by the next two options"
    )
    lower_fraction: float = option(
        0.5, help="part of the resistance at the highest temperature at which the window begins"
    )
    upper_ratio: float = option(
        1.3, help="end of the window over the temperature of half that resistance"
    )
    background: Literal["linear", "constant"] = option(
        "linear",
        help="normal resistance in the window; a linear one also takes up the slowly varying terms "
        "that the closed forms leave out",
    )
    delta: float | None = option(
        None, help="pair-breaking parameter of the Maki-Thompson term, where it is known"
    )

    def __post_init__(self) -> None:
        if not 0 < self.lower_fraction < 1:
            raise OptionsError(
                f"lower_fraction: {self.lower_fraction} is out of range; give one between 0 and 1"
            )
        if self.delta is not None and not self.delta > 0:
            raise OptionsError(f"delta: {self.delta} is out of range; give a number above zero")


@dataclass(frozen=True)
class _Sweep:
    """One sweep: direction, window, fit."""

    direction: str
    window: Window
    fit: SweepFit


def fluctuations(data: xr.Dataset, options: FluctuationsOptions | None = None) -> Result:
    """
    Mean-field critical temperature from the resistance that fluctuating pairs take away above it.

    The conductance per square is that of the normal state plus e^2/(16 hbar epsilon)
    (Aslamazov-Larkin) plus e^2/(8 hbar) ln(epsilon/delta)/(epsilon - delta) (Maki-Thompson),
    epsilon = ln(T/Tc0). These are the leading terms for epsilon << 1. Against the full theory
    (without noise, 300 and 1358 ohm per square, delta 0.02 to 0.5) the default window and
    background put Tc0 too high by at most 0.8 %, and delta by a factor of 1.2 to 2 for delta up to
    0.1 and by more above: this systematic part is not in the uncertainties.

    Parameters
    ----------
    data : xarray.Dataset
        A record with a temperature and a resistance per square (or the size of the bar).
    options : FluctuationsOptions, optional
        Settings.

    Returns
    -------
    Result
        ``fluctuations.Tc0`` (K; the mean of the directions, each direction with the condition
        ``direction``, and each law alone with the condition ``law``), ``.delta``, ``.tau_phi`` (s,
        at Tc0), ``.R_normal`` (ohm per square), ``.ginzburg_number``, ``.window_low`` and
        ``.window_high`` (K), ``.akaike_difference`` (condition ``direction``). Curves:
        ``sweep_<n>`` with ``temperature``, ``resistance``, ``std``, ``fit`` and ``normal`` along
        ``point``; attributes hold direction, window, law and Tc0.

    Raises
    ------
    AnalysisError
        If the resistance is not per square, or no sweep holds a transition and what is above it.
    """
    options = options or FluctuationsOptions()
    source = str(data.attrs["source"])
    resistance = longitudinal(data, options.variable)
    if not resistance.per_square:
        raise AnalysisError(
            f"{source}: the resistance is that of the whole bar; give its length and width, for "
            f"fluctuations add a known conductance per square"
        )
    if options.thermometer not in data:
        raise AnalysisError(f"{source}: there is no '{options.thermometer}'; name a thermometer")
    usable = np.isfinite(resistance.values) & np.isfinite(data[options.thermometer].values)
    record = data.isel(row=np.flatnonzero(usable))
    values = resistance.values[usable]
    flags: list[str] = []
    sweeps: list[_Sweep] = []
    for part in split(record, options.thermometer):
        if part.direction == 0:
            continue
        temperature = record[options.thermometer].values[part.rows].astype(float)
        direction = "warming" if part.direction > 0 else "cooling"
        try:
            sweeps.append(_sweep(temperature, values[part.rows], direction, options))
        except FitError as error:
            flags.append(f"{direction}, {part.start:.3g} to {part.stop:.3g} K: {error}")
    if not sweeps:
        why = flags[0] if flags else "the temperature does not sweep"
        raise AnalysisError(f"{source}: {why}")
    return Result(
        "fluctuations",
        tuple(_quantities(sweeps, flags)),
        curves={f"sweep_{n}": _curve(sweep) for n, sweep in enumerate(sweeps)},
        options=dataclasses.asdict(options),
        sources=(source,),
        synthetic=bool(data.attrs["synthetic"]),
        flags=tuple(dict.fromkeys(flags)),
        references=REFERENCES,
    )


def _sweep(
    temperature: np.ndarray, resistance: np.ndarray, direction: str, options: FluctuationsOptions
) -> _Sweep:
    window = find_window(temperature, resistance, options.lower_fraction, options.upper_ratio)
    if options.window is not None:
        top = resistance[temperature >= np.percentile(temperature, 98)]
        window = Window(*options.window, float(np.median(top)))
    if window is None:
        raise FitError(
            "the resistance does not fall to one half of that at the highest temperature; "
            "cool further, or set the option window"
        )
    fit = fit_sweep(temperature, resistance, window, options.background, options.delta)
    return _Sweep(direction, window, fit)


def _quantities(sweeps: list[_Sweep], flags: list[str]) -> list[Quantity]:
    directions = list(dict.fromkeys(sweep.direction for sweep in sweeps))
    window = sweeps[0].window
    method = f"fit from {window.low:.4g} to {window.high:.4g} K"
    own = () if len(directions) == 2 else (f"{directions[0]} only: lag not removed",)
    quantities = [_mean(sweeps, "Tc0").quantity("fluctuations.Tc0", "K", method=method, flags=own)]
    if len(directions) == 2:
        quantities += [
            _mean([s for s in sweeps if s.direction == name], "Tc0").quantity(
                "fluctuations.Tc0", "K", {"direction": name}, method=method
            )
            for name in directions
        ]
    quantities += [
        _mean(sweeps, "Tc0", law).quantity("fluctuations.Tc0", "K", {"law": law}, method=method)
        for law in (BOTH, ALONE)
    ]
    quantities += _phase_breaking(sweeps, quantities[0].value or float("nan"))
    normal = _mean(sweeps, "R_normal")
    quantities += [
        normal.quantity(
            "fluctuations.R_normal", "ohm", method="background at the middle of the window"
        ),
        Quantity(
            "fluctuations.ginzburg_number",
            theory.ginzburg_number(normal.value),
            "",
            theory.ginzburg_number(normal.std),
            method="e^2 R_normal/(16 hbar): the law holds for ln(T/Tc0) well above it",
        ),
    ]
    for number, sweep in enumerate(sweeps):
        scores = sweep.fit.scores
        where: dict[str, float | str] = {"direction": sweep.direction, "sweep": number}
        quantities += [
            Quantity("fluctuations.window_low", sweep.window.low, "K", conditions=where),
            Quantity("fluctuations.window_high", sweep.window.high, "K", conditions=where),
            Quantity(
                "fluctuations.akaike_difference",
                scores[BOTH].difference - scores[ALONE].difference,
                "",
                conditions=where,
                method=f"with less without Maki-Thompson: {verdict(scores)}",
            ),
        ]
        if sweep.fit.excess > DEPARTURE:
            flags.append(
                f"{sweep.direction}: the resistance departs from the law by "
                f"{sweep.fit.excess:.2g} times its noise: it does not follow the fluctuation "
                f"theory in this window"
            )
    return quantities


def _mean(sweeps: list[_Sweep], name: str, law: str | None = None) -> Estimate:
    """Mean over directions, so that a lagging thermometer cancels."""
    by_direction: dict[str, list[Estimate]] = {}
    for sweep in sweeps:
        fit = sweep.fit.fits[law or sweep.fit.model]
        by_direction.setdefault(sweep.direction, []).append(Estimate(fit[name], fit.std(name)))
    return mean([mean(estimates) for estimates in by_direction.values()])


def _phase_breaking(sweeps: list[_Sweep], Tc0: float) -> list[Quantity]:
    if any(p.name == "ln_delta" for s in sweeps for p in s.fit.fits[BOTH].law.parameters):
        known = [sweep for sweep in sweeps if sweep.fit.model == BOTH]
        if not known:
            flag = "no Maki-Thompson term is seen, so its pair-breaking parameter is not known"
            return [
                Quantity("fluctuations.delta", None, "", flags=(flag,)),
                Quantity("fluctuations.tau_phi", None, "s", flags=(flag,)),
            ]
        logarithm = _mean(known, "ln_delta", BOTH)
        delta, spread = float(np.exp(logarithm.value)), logarithm.std
        interval = (delta * float(np.exp(-spread)), delta * float(np.exp(spread)))
        tau = theory.phase_breaking_time(delta, Tc0)
        times = (tau * float(np.exp(-spread)), tau * float(np.exp(spread)))
        return [
            Quantity(
                "fluctuations.delta",
                delta,
                "",
                delta * spread,
                interval,
                method="Maki-Thompson term",
            ),
            Quantity(
                "fluctuations.tau_phi",
                tau,
                "s",
                tau * spread,
                times,
                method="pi hbar/(8 kB Tc0 delta)",
            ),
        ]
    return []


def _curve(sweep: _Sweep) -> xr.Dataset:
    fit = sweep.fit.fits[sweep.fit.model]
    order = np.argsort(sweep.fit.temperature)
    T = sweep.fit.temperature[order]
    names = [parameter.name for parameter in fit.law.parameters]
    slope = fit["slope"] if "slope" in names else 0.0
    normal = fit["R_normal"] * (1 + slope * (T / sweep.fit.temperature.mean() - 1))
    columns = {
        "temperature": (T, "K"),
        "resistance": (sweep.fit.resistance[order], "ohm"),
        "std": (sweep.fit.std[order], "ohm"),
        "fit": (fit.predict(T), "ohm"),
        "normal": (normal, "ohm"),
    }
    return xr.Dataset(
        {name: ("point", values, {"units": unit}) for name, (values, unit) in columns.items()},
        attrs={
            "direction": sweep.direction,
            "window_low": sweep.window.low,
            "window_high": sweep.window.high,
            "law": fit.law.name,
            "Tc0": fit["Tc0"],
        },
    )
