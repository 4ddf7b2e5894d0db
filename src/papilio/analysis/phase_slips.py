"""Phase slips: R(T) of a superconducting strip as thermal slips, quantum slips or both."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis import phase_slip_models as models
from papilio.analysis.cooldown import Cooldown, cooldown, smooth
from papilio.analysis.curve import plateau
from papilio.analysis.noise_memory import noise_memory
from papilio.analysis.phase_slip_choice import compared, crossover, parameters
from papilio.analysis.phase_slip_field import in_field
from papilio.analysis.phase_slip_fit import solve
from papilio.analysis.phase_slip_start import guess
from papilio.analysis.phase_slip_valley import Intervals, along_Tc
from papilio.analysis.resistance import longitudinal
from papilio.errors import AnalysisError, FitError, OptionsError
from papilio.fit import Fit
from papilio.options import option
from papilio.result import Result

Array = NDArray[np.float64]

#: Relative uncertainty of a normal resistance that is given, not measured.
KNOWN_NORMAL = 1e-3
#: Relative change of chi-square at which a first fit ends.
ROUGHLY = 1e-5
#: Tc over the hottest reading of the fit that both kinds of slips are tried from.
TRIED_TC = (1.2, 1.6)
#: An offset of this many standard deviations, and this part of R_N, is worth a flag.
OFFSET = (5.0, 1e-3)

REFERENCES = (
    "Equations, SI: doi:10.1038/s41467-025-58300-9, Eqs. (3) and (4)",
    "Thermal phase slips: Langer and Ambegaokar, doi:10.1103/PhysRev.164.498; McCumber and "
    "Halperin, doi:10.1103/PhysRevB.1.1054",
    "Quantum phase slips: Golubev and Zaikin, doi:10.1103/PhysRevB.64.014504",
    "Normal channel in parallel: Lau et al., doi:10.1103/PhysRevLett.87.217003",
    "Uncertainty of a difference of information criteria: Vuong, Econometrica 57, 307 (1989), "
    "doi:10.2307/1912557",
)


@dataclass(frozen=True)
class PhaseSlipsOptions:
    """Settings of `phase_slips`."""

    coherence_length: float = option(
        unit="m", help="Ginzburg-Landau coherence length at T = 0, taken as known"
    )
    length: float | None = option(
        None, unit="m", help="length of the strip along the current; by default that of the bar"
    )
    width: float | None = option(
        None, unit="m", help="width of the strip; by default that of the bar"
    )
    variable: str = option("", help="resistance to use, where the data hold several")
    thermometer: str = option("temperature", help="thermometer to use, where there are several")
    temperature_window: tuple[float, float] | None = option(
        None,
        unit="K",
        help="temperatures of the fit; by default all up to a part of the normal-state resistance",
    )
    upper_fraction: float = option(0.5, help="that part of the normal-state resistance")
    normal_resistance: float | None = option(
        None,
        unit="ohm",
        help="normal-state resistance of the whole length; by default that of the hottest readings",
    )
    offset: Literal["fitted", "zero"] = option(
        "fitted",
        help="whether a resistance that does not depend on temperature is the instrument's; with "
        "'zero' it counts as the sample's",
    )
    models: tuple[str, ...] = option(
        ("thermal_literal", "thermal", "quantum", "both"), help="models that are fitted"
    )
    criterion: Literal["AIC", "BIC"] = option(
        "AIC", help="information criterion that chooses the model"
    )

    def __post_init__(self) -> None:
        unknown = set(self.models) - set(models.MODELS)
        if unknown or not self.models:
            raise OptionsError(
                f"models: {', '.join(sorted(unknown)) or 'the list is empty'}; give some of "
                f"{', '.join(models.MODELS)}"
            )


def phase_slips(
    data: xr.Dataset, options: PhaseSlipsOptions, delta: xr.Dataset | None = None
) -> Result:
    """
    Barrier, attempt rate and kind of the phase slips that broaden a resistive transition.

    Four models are fitted to R(T) of the whole length, the normal channel always in parallel:
    thermal slips with the literal prefactor of the theory, thermal slips with a free one, quantum
    slips, and (thermal with a free prefactor and quantum) both. They are compared by Akaike's and
    the Bayesian information criterion.

    Parameters
    ----------
    data : xarray.Dataset
        A record with resistance against temperature.
    options : PhaseSlipsOptions
        Settings; the coherence length is required.
    delta : xarray.Dataset, optional
        A record with the difference of resistance in a field and without, against temperature.

    Returns
    -------
    Result
        Of the preferred model, and of every model with the condition ``model``:
        ``phase_slips.Tc_zero`` (K), ``.dF0`` (J), ``.prefactor_ratio`` (fitted over literal),
        ``.B1``, ``.B2``, ``.offset`` (ohm). ``.model``: criterion less that of the best model
        (conditions ``model`` and ``criterion``). ``.crossover_temperature`` (K): quantum slips
        take over below it. With `delta`: those of `phase_slip_field.in_field`. Curves:
        ``resistance`` (``temperature``, ``resistance`` of the whole length without offset and
        lag, ``direction``, ``used`` along ``point``), ``fit_<model>`` (``resistance``, ``thermal``
        and ``quantum`` channels along ``temperature``), and those of the field.

    Raises
    ------
    AnalysisError
        If the temperature, the resistance or the size of the bar is missing.
    """
    gathered, squares = _gather(data, options)
    strip, flags = _strip(gathered, data, options)
    strip, fits, intervals, failures = _fits(strip, options.models)
    if not fits:
        raise FitError(
            f"{data.attrs['source']}: no model of phase slips fits ({failures[options.models[0]]})"
        )
    quantities, preferred = compared(strip, fits, failures, options.criterion)
    quantities += parameters(fits, intervals, preferred)
    quantities.append(crossover(strip, fits, intervals, preferred))
    flags += _judgement(strip, fits[preferred], gathered)
    curves = _curves(gathered, strip, fits, preferred)
    sources = [data]
    if delta is not None:
        sources.append(delta)
        thermal = preferred if preferred.startswith("thermal") else "thermal"
        if thermal not in fits:
            raise FitError(f"{data.attrs['source']}: thermal phase slips do not fit R(T)")
        if preferred != thermal:
            flags.append("the field dependence is that of thermal phase slips alone")
        more, drawn, why = in_field(strip, thermal, fits[thermal], delta, options, squares)
        quantities += more
        curves |= drawn
        flags += why
    return Result(
        "phase_slips",
        tuple(quantities),
        curves=curves,
        options=dataclasses.asdict(options),
        sources=tuple(dict.fromkeys(str(each.attrs["source"]) for each in sources)),
        synthetic=any(bool(each.attrs["synthetic"]) for each in sources),
        flags=tuple(dict.fromkeys(flags)),
        references=REFERENCES,
    )


def _gather(data: xr.Dataset, options: PhaseSlipsOptions) -> tuple[Cooldown, float]:
    """Readings as resistance of the whole length, and squares where the data are per square."""
    chosen = longitudinal(data, options.variable)
    squares = 1.0
    if chosen.per_square:
        length = options.length or data.attrs.get("bar_length")
        width = options.width or data.attrs.get("bar_width")
        if length is None or width is None:
            raise AnalysisError(
                f"{data.attrs['source']}: the resistance is per square; give the size of the bar "
                f"with the options 'length' and 'width'"
            )
        squares = float(length) / float(width)
    whole = dataclasses.replace(chosen, values=chosen.values * squares)
    return cooldown(data, whole, options.thermometer, options.normal_resistance), squares


def _strip(
    gathered: Cooldown, data: xr.Dataset, options: PhaseSlipsOptions
) -> tuple[models.Strip, list[str]]:
    length = options.length or data.attrs.get("bar_length")
    if length is None:
        raise AnalysisError(
            f"{data.attrs['source']}: the length of the strip is not known; give it with the "
            f"option 'length'"
        )
    T, R = gathered.temperature, gathered.resistance + gathered.floor
    normal, normal_std = gathered.normal, KNOWN_NORMAL * gathered.normal
    hottest = T / T.max() > 0.9
    memory = _memory(gathered)
    if options.normal_resistance is None and hottest.sum() >= 8:
        widening = float(np.sqrt((1 + memory) / (1 - memory)))
        level = plateau(T[hottest], R[hottest], float(T[hottest].mean()), widening)
        normal, normal_std = level.value, max(level.std, 1e-9 * level.value)
    low, high = options.temperature_window or (0.0, _reached(gathered, options.upper_fraction))
    keep = np.clip(T, low, high) == T
    if keep.sum() < 12:
        raise AnalysisError(
            f"{data.attrs['source']}: {int(keep.sum())} readings lie in the window of the fit; "
            f"phase slips need twelve"
        )
    flags: list[str] = []
    if not gathered.both:
        flags.append("one direction of the sweep only: lag not removed")
    return (
        models.Strip(
            T[keep],
            R[keep],
            gathered.direction[keep],
            gathered.order[keep],
            np.full(int(keep.sum()), gathered.noise),
            gathered.thermometer_noise,
            normal,
            normal_std,
            float(length),
            options.coherence_length,
            options.offset == "fitted",
            gathered.both,
            memory,
        ),
        flags,
    )


def _memory(gathered: Cooldown) -> float:
    """Correlation of the resistance noise of neighbouring readings, mean of the directions."""
    acquired = np.argsort(gathered.order, kind="stable")
    sweeps = [acquired[gathered.direction[acquired] == way] for way in (-1, 1)]
    return float(np.mean([noise_memory(gathered.resistance[s]) for s in sweeps if s.size]))


def _reached(gathered: Cooldown, fraction: float) -> float:
    level = smooth(gathered) > fraction * gathered.normal
    above, below = np.flatnonzero(level), np.flatnonzero(~level)
    if not above.size or not below.size:
        return float(gathered.temperature[-1])
    # The first reading above is there by its noise, the last one below by the opposite noise.
    return float(gathered.temperature[[above[0], max(below[-1], above[0])]].mean())


def _fits(
    strip: models.Strip, wanted: Sequence[str]
) -> tuple[models.Strip, dict[str, Fit], dict[str, Intervals], dict[str, str]]:
    """Readings with full error bars, models that fit, their intervals, why others do not."""
    first, failures = _pass(strip, wanted, {})
    if not first:
        return strip, {}, {}, failures
    # Thermometer noise acts through the curve: that of the best model, for all alike.
    best = min(first.values(), key=lambda fit: fit.chi_square)
    known = models.with_thermometer_noise(strip, best)
    fits, failures = _pass(known, wanted, first)
    intervals: dict[str, Intervals] = {}
    for name, fit in list(fits.items()):
        fits[name], intervals[name] = along_Tc(known, name, fit)
    return known, fits, intervals, failures


def _pass(
    strip: models.Strip, wanted: Sequence[str], before: Mapping[str, Fit]
) -> tuple[dict[str, Fit], dict[str, str]]:
    """Every model once, from where it ended before or from a guess."""
    fits: dict[str, Fit] = {}
    failures = dict.fromkeys(models.MODELS, "this model is not among those wanted")
    for model in wanted:
        try:
            # What only tells the error bars need not be found to many digits.
            if model in before:
                fits[model] = solve(strip, model, models.parameters(before[model]))
            elif model == "both":
                fits[model] = _both(strip)
            else:
                fits[model] = _single(strip, model)
        except FitError as error:
            failures[model] = str(error)
    return fits, failures


def _single(strip: models.Strip, model: str) -> Fit:
    """One kind of slips; also from a higher Tc where the first fit ends close to the readings."""
    found = solve(strip, model, guess(strip, model), ROUGHLY)
    hottest = float(strip.temperature.max())
    if found["Tc"] > TRIED_TC[0] * hottest:
        return found
    # There the channel is at its largest value within the window, which can hold a fit fast.
    try:
        higher = guess(strip, model, Tc=TRIED_TC[1] * hottest)
        again = solve(strip, model, higher, ROUGHLY)
    except FitError:
        return found
    return min(found, again, key=lambda fit: fit.chi_square)


def _both(strip: models.Strip) -> Fit:
    """Thermal slips from the upper part of the curve, where they rule, then the tail as well."""
    upper = strip.resistance > 0.1 * strip.resistance.max()
    part = dataclasses.replace(
        strip,
        temperature=strip.temperature[upper],
        resistance=strip.resistance[upper],
        direction=strip.direction[upper],
        order=strip.order[upper],
        std=strip.std[upper],
        offset=False,
    )
    hottest = float(strip.temperature.max())
    best: Fit | None = None
    failure = FitError("thermal and quantum phase slips together do not fit")
    for ratio in (None, *TRIED_TC):
        try:
            if ratio is None:
                thermal = models.parameters(solve(part, "thermal", guess(part, "thermal"), ROUGHLY))
            else:
                thermal = guess(part, "thermal", Tc=ratio * hottest)
            found = solve(strip, "both", guess(strip, "both", thermal), ROUGHLY)
        except FitError as error:
            failure = error
            continue
        if best is None or found.chi_square < best.chi_square:
            best = found
        if best["Tc"] < max(TRIED_TC) * hottest:
            return best  # far above, a tail of the thermal slips can stand for quantum ones
    if best is None:
        raise failure
    return best


def _judgement(strip: models.Strip, fit: Fit, gathered: Cooldown) -> list[str]:
    """What makes the preferred model unreliable."""
    flags = []
    known = models.parameters(fit)
    if "offset" in known:
        offset, std = known["offset"], fit.std("offset")
        if abs(offset) > max(OFFSET[0] * std, OFFSET[1] * strip.normal):
            flags.append(
                f"{offset:.3g} ohm of the whole length do not depend on temperature and count as "
                f"the instrument's offset; with offset 'zero' they count as the sample's"
            )
    if models.misfits(fit):
        flags.append("even the preferred model does not describe R(T) within its noise")
    seen = gathered.temperature[gathered.resistance > 5 * gathered.noise]
    if seen.size and known["Tc"] > 1.1 * float(seen.min()):
        flags.append(
            f"the fitted Tc_zero lies at {known['Tc']:.3g} K though resistance is seen from "
            f"{float(seen.min()):.3g} K: in this theory slips exist below Tc_zero only, so it is "
            f"the top of the transition and not where resistance vanishes"
        )
    return flags


def _curves(
    gathered: Cooldown, strip: models.Strip, fits: dict[str, Fit], preferred: str
) -> dict[str, xr.Dataset]:
    known = models.parameters(fits[preferred])
    T = gathered.temperature - known.get("lag", 0.0) * gathered.direction
    R = gathered.resistance + gathered.floor - known.get("offset", 0.0)
    low, high = float(strip.temperature.min()), float(strip.temperature.max())
    used = (gathered.temperature >= low) & (gathered.temperature <= high)
    made = {
        "resistance": xr.Dataset(
            {
                "temperature": ("point", T, {"units": "K"}),
                "resistance": ("point", R, {"units": "ohm"}),
                "direction": ("point", gathered.direction),
                "used": ("point", used.astype(int)),
            },
            attrs={
                "window_low": low,
                "window_high": high,
                "normal": strip.normal,
                "noise": gathered.noise,
                "preferred": preferred,
            },
        )
    }
    grid = np.linspace(max(low, 0.01 * high), high, 400)
    for name, fit in fits.items():
        known = models.parameters(fit)
        drawn = {"resistance": models.resistance(strip, grid, known)}
        for word, channel in zip(
            ("thermal", "quantum"), models.channels(strip, grid, known), strict=True
        ):
            if channel is not None:
                drawn[word] = channel
        made[f"fit_{name}"] = xr.Dataset(
            {word: ("temperature", curve, {"units": "ohm"}) for word, curve in drawn.items()},
            {"temperature": ("temperature", grid, {"units": "K"})},
            attrs={"model": name, "preferred": int(name == preferred)},
        )
    return made
