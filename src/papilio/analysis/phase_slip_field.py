"""Resistance that a field adds: thermal phase slips over a lowered barrier, below a lowered Tc."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis import phase_slip_models as models
from papilio.analysis.phase_slip_fit import scatter
from papilio.analysis.resistance import longitudinal
from papilio.errors import AnalysisError, FitError
from papilio.fit import Fit, Law, Parameter, least_squares
from papilio.result import Quantity

Array = NDArray[np.float64]

#: Parts of Tc that the field may lower it by, as first guesses; likewise for the barrier.
LOWERED = (0.0, 0.003, 0.01, 0.03, 0.1, 0.2)
FEWEST_READINGS = 4


class Settings(Protocol):
    """The settings that name the thermometer."""

    @property
    def thermometer(self) -> str:
        """Thermometer to use."""


def in_field(
    strip: models.Strip,
    model: str,
    zero: Fit,
    delta: xr.Dataset,
    options: Settings,
    squares: float,
) -> tuple[list[Quantity], dict[str, xr.Dataset], list[str]]:
    """
    Fit Delta R(T) = R(dF, Tc lowered) - R(dF, Tc), together with R(T) without field.

    Parameters
    ----------
    strip : Strip
        The readings without field.
    model : {"thermal", "thermal_literal"}
        What describes them.
    zero : Fit
        Its fit.
    delta : xarray.Dataset
        A record with temperature and the difference of resistance; its standard deviation from
        ``<resistance>_std``, else from the scatter.
    options : object
        Has ``thermometer``.
    squares : float
        Length over width where the resistance is per square, else 1.

    Returns
    -------
    quantities : list of Quantity
        ``phase_slips.Tc_zero_in_field``, ``.Tc_lowering`` (K), ``.dF0_in_field``,
        ``.dF0_lowering`` (J).
    curves : dict of str to xarray.Dataset
        ``delta`` (``resistance`` of the whole length, ``used``) and
        ``delta_fit`` (``resistance``), both along ``temperature``.
    flags : list of str
        What makes them unreliable.

    Raises
    ------
    AnalysisError
        If the temperature is missing or there are fewer than four readings.
    """
    every_T, every_y, every_std = _readings(delta, options.thermometer, squares)
    # Nearer to Tc than R(T) was fitted the theory says nothing about either curve.
    below = every_T <= strip.temperature.max()
    if below.sum() < FEWEST_READINGS:
        raise AnalysisError(
            f"{delta.attrs['source']}: {int(below.sum())} readings of Delta R lie below "
            f"{strip.temperature.max():.3g} K, where the fit of R(T) ends; "
            f"{FEWEST_READINGS} are needed"
        )
    T, y = every_T[below], every_y[below]
    given = None if every_std is None else every_std[below]
    law = _difference(strip, zero)
    fixed = dict(models.parameters(zero))
    start = _start(law, T, y, given, fixed)
    names = ("Tc_zero_in_field", "Tc_lowering", "dF0_in_field", "dF0_lowering")
    try:
        alone = _alone(strip, law, T, y, given, fixed, start)
        std = given if given is not None else np.full(T.size, alone.scale)
        # The scatter and memory of R(T), as its own fit found them.
        wider = float(np.sqrt(scatter(strip, model, zero)))
        known = dataclasses.replace(
            strip, std=wider * strip.std, normal_std=wider * strip.normal_std
        )
        fit = _joint(known, model, law, T, y, std, {**fixed, **start, **models.parameters(alone)})
    except FitError as error:
        flags = (str(error),)
        return (
            [
                Quantity(f"phase_slips.{name}", None, "K" if "Tc" in name else "J", flags=flags)
                for name in names
            ],
            {},
            [],
        )
    index = {parameter.name: i for i, parameter in enumerate(fit.law.parameters)}
    own = () if fit.scale == 1 else ("no lowered barrier describes both curves within the noise",)

    def derived(name: str, low: str, high: str | None) -> Quantity:
        def value(values: Array) -> float:
            def size(key: str) -> float:
                number = float(values[index[key]])
                return models.barrier(number) if key.startswith("ln") else number

            return size(low) if high is None else size(high) - size(low)

        best, std = fit.propagate(value)
        unit = "J" if low.startswith("ln") else "K"
        how = "Delta R(T) and R(T) together, normal channel in parallel"
        return Quantity(f"phase_slips.{name}", best, unit, std, method=how, flags=own)

    quantities = [
        derived("Tc_zero_in_field", "Tc_field", None),
        derived("Tc_lowering", "Tc_field", "Tc"),
        derived("dF0_in_field", "ln_dF0_field", None),
        derived("dF0_lowering", "ln_dF0_field", "ln_dF0"),
    ]
    grid = np.linspace(T.min(), T.max(), 300)
    curves = {
        "delta": xr.Dataset(
            {
                "resistance": ("temperature", every_y, {"units": "ohm"}),
                "used": ("temperature", below.astype(int)),
            },
            {"temperature": ("temperature", every_T, {"units": "K"})},
        ),
        "delta_fit": xr.Dataset(
            {"resistance": ("temperature", law(grid, models.parameters(fit)), {"units": "ohm"})},
            {"temperature": ("temperature", grid, {"units": "K"})},
        ),
    }
    notes = [] if given is not None else ["error bars of Delta R come from its scatter"]
    return quantities, curves, notes


def _readings(
    delta: xr.Dataset, thermometer: str, squares: float
) -> tuple[Array, Array, Array | None]:
    source = delta.attrs["source"]
    if thermometer not in delta:
        raise AnalysisError(f"{source}: there is no '{thermometer}'; name or rename its column")
    chosen = longitudinal(delta)
    # A resistance of the whole bar must not be multiplied again.
    factor = squares if chosen.per_square else 1.0
    T = delta[thermometer].values.astype(float)
    good = (T > 0) & np.isfinite(chosen.values)  # comparison with NaN is false
    if good.sum() < FEWEST_READINGS:
        raise AnalysisError(
            f"{source}: {int(good.sum())} readings of Delta R; {FEWEST_READINGS} are needed"
        )
    order = np.flatnonzero(good)[np.argsort(T[good], kind="stable")]
    std = None
    name = f"{chosen.name}_std"
    if name in delta and bool((delta[name].values[order] > 0).all()):
        raw = delta[chosen.name].values
        largest = int(np.nanargmax(np.abs(raw)))
        std = delta[name].values[order] * factor * chosen.values[largest] / raw[largest]
    return T[order], chosen.values[order] * factor, std


class _Difference(Protocol):
    def __call__(self, T: Array, known: dict[str, float]) -> Array: ...


def _difference(strip: models.Strip, zero: Fit) -> _Difference:
    def delta(T: Array, known: dict[str, float]) -> Array:
        without = {name: known[name] for name in known if not name.endswith("_field")}
        within = {**without, "Tc": known["Tc_field"], "ln_dF0": known["ln_dF0_field"]}
        return np.asarray(
            models.resistance(strip, T, within) - models.resistance(strip, T, without)
        )

    return delta


def _start(
    law: _Difference, T: Array, y: Array, std: Array | None, fixed: dict[str, float]
) -> dict[str, float]:
    weight = np.ones(T.size) if std is None else 1 / std
    best = (np.inf, 0.0, 0.0)
    for of_Tc in LOWERED:
        for of_barrier in LOWERED:
            Tc, ln_dF0 = fixed["Tc"] * (1 - of_Tc), fixed["ln_dF0"] + np.log(1 - of_barrier)
            curve = law(T, {**fixed, "Tc_field": Tc, "ln_dF0_field": ln_dF0})
            misfit = float((((curve - y) * weight) ** 2).sum())
            if misfit < best[0]:
                best = (misfit, float(Tc), float(ln_dF0))
    return {"Tc_field": best[1], "ln_dF0_field": best[2]}


_FIELD = (Parameter("Tc_field", "K"), Parameter("ln_dF0_field", ""))


def _alone(
    strip: models.Strip,
    law: _Difference,
    T: Array,
    y: Array,
    std: Array | None,
    fixed: dict[str, float],
    start: dict[str, float],
) -> Fit:
    """Fit of the difference with the curve without field held: its scatter where std is None."""

    def formula(x: Array, Tc: float, ln_dF0: float) -> Array:
        return law(x, {**fixed, "Tc_field": Tc, "ln_dF0_field": ln_dF0})

    made = Law("Delta R of thermal phase slips", formula, _FIELD, "below Tc", models.REFERENCE)
    return least_squares(made, T, y, std, start)


def _joint(
    strip: models.Strip,
    model: str,
    difference: _Difference,
    T: Array,
    y: Array,
    std: Array,
    start: dict[str, float],
) -> Fit:
    """Difference and curve without field stacked, so that the shared parameters' errors count."""
    law = models.law(strip, model)
    names = [parameter.name for parameter in law.parameters]
    x = np.stack([strip.temperature, strip.direction])

    def formula(_: Array, *values: float) -> Array:
        known = dict(zip((*names, "Tc_field", "ln_dF0_field"), values, strict=True))
        return np.concatenate([law.formula(x, *values[: len(names)]), difference(T, known)])

    made = dataclasses.replace(law, formula=formula, parameters=(*law.parameters, *_FIELD))
    return least_squares(
        made,
        np.zeros(0),
        np.concatenate([strip.resistance, [strip.normal], y]),
        np.concatenate([strip.std, [strip.normal_std], std]),
        start,
        rescale_below=models.MISFIT,
    )
