"""Which model of phase slips the data prefer, its parameters, and where quantum slips take over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from papilio.analysis import phase_slip_models as models
from papilio.analysis.phase_slip_levels import BARRIER_UNIT
from papilio.analysis.phase_slip_valley import CROSSING, Intervals
from papilio.fit import Fit
from papilio.result import Quantity

Array = NDArray[np.float64]

#: The models in words.
WORDS = {
    "thermal_literal": "thermal slips, literal prefactor",
    "thermal": "thermal slips, free prefactor",
    "quantum": "quantum slips",
    "both": "thermal slips with a free prefactor and quantum slips",
}
#: Half of the 68 % interval of a logarithm above which its number has an interval alone: a standard
#: deviation of seven times the number says nothing.
WIDE = 2.0
#: The same above which nothing is reported: three decades either way.
UNDETERMINED = float(np.log(1e3))


def compared(
    strip: models.Strip, fits: dict[str, Fit], failures: dict[str, str], chosen: str
) -> tuple[list[Quantity], str]:
    """
    Information criteria less that of the best model, and its name.

    Parameters
    ----------
    strip : Strip
        The readings, with the error bars that all models share.
    fits : dict of str to Fit
        Models that fit.
    failures : dict of str to str
        Why the others do not.
    chosen : {"AIC", "BIC"}
        Criterion that decides.

    Returns
    -------
    quantities : list of Quantity
        ``phase_slips.model``.
    preferred : str
        Name of the best model.

    References
    ----------
    Akaike, IEEE Trans. Autom. Control 19, 716 (1974), doi:10.1109/TAC.1974.1100705; Schwarz,
    Ann. Stat. 6, 461 (1978), doi:10.1214/aos/1176344136; for the uncertainty of a difference
    Vuong, Econometrica 57, 307 (1989), doi:10.2307/1912557.
    """
    x, y = np.stack([strip.temperature, strip.direction]), strip.resistance
    # One common scatter for all models: that about the best one.
    best = min(fits.values(), key=lambda fit: fit.chi_square)
    scale = best.chi_square / best.degrees_of_freedom
    squares = {
        name: ((y - fit.predict(x)[:-1]) / strip.std) ** 2 / scale for name, fit in fits.items()
    }
    quantities: list[Quantity] = []
    preferred = ""
    for criterion, price in (("AIC", 2.0), ("BIC", float(np.log(y.size)))):
        cost = {name: price * len(fits[name].values) for name in fits}
        value = {name: float(squares[name].sum()) + cost[name] for name in fits}
        winner = min(value, key=lambda name: value[name])
        if criterion == chosen:
            preferred = winner
        for name in models.MODELS:
            conditions: dict[str, float | str] = {"model": name, "criterion": criterion}
            if name not in fits:
                quantities.append(
                    Quantity(
                        "phase_slips.model",
                        None,
                        "",
                        None,
                        None,
                        None,
                        conditions,
                        flags=(failures[name],),
                    )
                )
                continue
            spread = float(np.sqrt(y.size) * np.std(squares[name] - squares[winner]))
            own = ("preferred",) if name == winner else ()
            quantities.append(
                Quantity(
                    "phase_slips.model",
                    value[name] - value[winner],
                    "",
                    spread,
                    conditions=conditions,
                    method=f"{criterion} less that of the best model",
                    flags=own,
                )
            )
    return quantities, preferred


def parameters(
    fits: dict[str, Fit], intervals: dict[str, Intervals], preferred: str
) -> list[Quantity]:
    """
    Parameters of the preferred model, then those of each model under its name.

    Parameters
    ----------
    fits : dict of str to Fit
        Models that fit.
    intervals : dict of str to mapping
        68 % intervals of their parameters (`phase_slip_valley.along_Tc`).
    preferred : str
        Name of the best one.

    Returns
    -------
    list of Quantity
        Those of the best model have no condition ``model``.
    """
    quantities = _of_model(fits[preferred], intervals.get(preferred, {}), preferred, {})
    for name in models.MODELS:
        if name in fits:  # of the others, the criterion says why not
            quantities += _of_model(fits[name], intervals.get(name, {}), name, {"model": name})
    return quantities


def _of_model(
    fit: Fit, intervals: Intervals, model: str, conditions: dict[str, float | str]
) -> list[Quantity]:
    method = f"{WORDS[model]}, normal channel in parallel"
    flags: tuple[str, ...] = ()
    if models.misfits(fit):
        flags = (
            f"the model misses R(T) {fit.scale:.1f} times more than the noise allows: error bars "
            f"are widened by that factor",
        )
    known = models.parameters(fit)
    if known["Tc"] > 0.999 * fit.law.parameters[0].upper:
        flags += ("Tc_zero stands at the upper end of its range: this model has no minimum",)
    quantities = [
        Quantity(
            "phase_slips.Tc_zero",
            known["Tc"],
            "K",
            fit.std("Tc"),
            intervals.get("Tc"),
            None,
            conditions,
            method=method,
            flags=flags,
        )
    ]
    for name, logarithm, unit, size in (
        ("dF0", "ln_dF0", "J", BARRIER_UNIT),
        ("prefactor_ratio", "ln_ratio", "", 1.0),
        ("B1", "ln_B1", "", 1.0),
        ("B2", "ln_B2", "", 1.0),
    ):
        if logarithm not in known:
            continue
        relative = fit.std(logarithm)
        low, high = intervals.get(
            logarithm, (known[logarithm] - relative, known[logarithm] + relative)
        )
        half = (high - low) / 2
        told = flags if half <= WIDE else (*flags, f"known only to a factor of exp({half:.2g})")
        # Also where it is not a number.
        if not half <= UNDETERMINED:
            quantities.append(
                Quantity(f"phase_slips.{name}", None, unit, conditions=conditions, flags=told)
            )
            continue
        value = size * float(np.exp(known[logarithm]))
        quantities.append(
            Quantity(
                f"phase_slips.{name}",
                value,
                unit,
                value * relative if half <= WIDE else None,
                (size * float(np.exp(low)), size * float(np.exp(high))),
                None,
                conditions,
                method,
                told,
            )
        )
    if "offset" in known:
        quantities.append(
            Quantity(
                "phase_slips.offset",
                known["offset"],
                "ohm",
                fit.std("offset"),
                conditions=conditions,
                method="resistance of the whole length that does not depend on temperature",
            )
        )
    return quantities


def crossover(
    strip: models.Strip, fits: dict[str, Fit], intervals: dict[str, Intervals], preferred: str
) -> Quantity:
    """
    Temperature below which quantum slips give more resistance than thermal ones.

    Parameters
    ----------
    strip : Strip
        The readings.
    fits : dict of str to Fit
        Models that fit.
    intervals : dict of str to mapping
        As in `parameters`.
    preferred : str
        Name of the best one.

    Returns
    -------
    Quantity
        ``phase_slips.crossover_temperature``; None unless both kinds of slips are preferred.
    """
    name, method = "phase_slips.crossover_temperature", "both channels equal"
    if preferred != "both":
        why = f"quantum and thermal slips together are not the preferred model ({preferred})"
        return Quantity(name, None, "K", method=method, flags=(why,))
    fit = fits["both"]
    names = [parameter.name for parameter in fit.law.parameters]

    def crossing(values: Array) -> float:
        return models.crossing(strip, dict(zip(names, map(float, values), strict=True)))

    value, std = fit.propagate(crossing)
    interval = intervals["both"].get(CROSSING)
    if interval is not None:
        std = (interval[1] - interval[0]) / 2
    if not (np.isfinite(value) and np.isfinite(std)):
        why = "one of the two channels is the larger one at all temperatures measured"
        return Quantity(name, None, "K", method=method, flags=(why,))
    flags: tuple[str, ...] = ()
    if value < strip.temperature.min():
        flags = ("below the coldest reading: an extrapolation",)
    return Quantity(name, value, "K", std, interval, method=method, flags=flags)
