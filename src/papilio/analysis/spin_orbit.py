"""Spin-orbit energy of a two-dimensional superconductor from its parallel critical field."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from papilio.analysis import model_comparison
from papilio.analysis.ginzburg_landau_fit import PARALLEL_LAW
from papilio.analysis.half_field import HalfFieldOptions, half_fields
from papilio.analysis.model_comparison import Score, verdict
from papilio.analysis.pair_breaking_fit import (
    PAIR_BREAKING_LAW,
    FewReadings,
    few_readings,
    field_curves,
    finite_scattering,
    fit_parallel,
    fit_perpendicular,
)
from papilio.constants import BOHR_MAGNETON
from papilio.errors import AnalysisError, OptionsError
from papilio.fit import Fit, propagate
from papilio.options import option
from papilio.physics import pair_breaking
from papilio.result import Quantity, Result

Array = NDArray[np.float64]

#: 2 muB B/Gamma above which the law for strong spin-orbit scattering is a rough one.
STRONG = 0.3
#: One-sided 95 % limit of a normal distribution, in standard deviations.
ONE_SIDED_95 = 1.6449

REFERENCES = (
    "Pair breaking adds up: Maki, Phys. Rev. 148, 362 (1966), doi:10.1103/PhysRev.148.362; "
    "Tinkham, Introduction to Superconductivity, 2nd ed., Sec. 10.2",
    "Spin-orbit scattering: Werthamer, Helfand and Hohenberg, Phys. Rev. 147, 295 (1966), "
    "doi:10.1103/PhysRev.147.295; single layers: Klemm, Luther and Beasley, Phys. Rev. B 12, 877 "
    "(1975), doi:10.1103/PhysRevB.12.877; oxide interfaces: Rout, Maniv and Dagan, Phys. Rev. "
    "Lett. 119, 237002 (2017), doi:10.1103/PhysRevLett.119.237002",
    model_comparison.REFERENCE,
)


@dataclass(frozen=True)
class SpinOrbitOptions(HalfFieldOptions):
    """Settings of `spin_orbit`."""

    fit_temperature: tuple[float, float] | None = option(
        None, unit="K", help="lowest and highest temperature that the fits use; by default all"
    )
    thickness: float | None = option(
        None,
        unit="m",
        help="thickness of the layer, known from elsewhere: its orbital pair breaking is taken off",
    )
    thickness_std: float = option(0.0, unit="m", help="one standard deviation of the thickness")
    diffusivity: float | None = option(
        None,
        unit="m^2/s",
        help="diffusion constant for the orbital term; by default from perpendicular fields",
    )

    def __post_init__(self) -> None:
        for name in ("thickness", "diffusivity"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise OptionsError(f"{name}: {value} is out of range; give a number above zero")


@dataclass(frozen=True)
class _Numbers:
    """Tc, parallel field at T = 0, diffusion constant and thickness (zero: not known)."""

    values: Array
    covariance: Array

    def propagate(self, function: Callable[[Array], float]) -> tuple[float, float]:
        return propagate(function, self.values, self.covariance)


def spin_orbit(
    parallel: xr.Dataset,
    perpendicular: xr.Dataset | None = None,
    options: SpinOrbitOptions | None = None,
) -> Result:
    """
    Spin-orbit energy Gamma that lets the parallel field exceed the Pauli limit.

    The half-resistance fields are fitted with the law of pair breaking, whose energies
    D e^2 d^2 B^2/(6 hbar) of the orbits and (muB B)^2/Gamma of the spins both go as the square of
    the field: parallel fields alone give their sum. With no orbital term (a layer of thickness
    zero) the spins break all pairs and Gamma is smallest, so this Gamma is a lower bound; a
    thickness given as an option takes the orbital part off. The law holds for strong spin-orbit
    scattering, 2 muB B << Gamma; the equation for any strength gives a smaller Gamma, which is
    reported beside it and sets the limit.

    Parameters
    ----------
    parallel : xarray.Dataset
        A record of in-plane field sweeps at two or more temperatures.
    perpendicular : xarray.Dataset, optional
        A record of perpendicular sweeps, from which the diffusion constant is found (WHH).
    options : SpinOrbitOptions, optional
        Settings.

    Returns
    -------
    Result
        ``spin_orbit.Gamma`` (J; condition ``thickness``, m), ``.Gamma_lower_limit`` (J, 95 %:
        thickness zero, any strength of the scattering),
        ``.eps_so_<convention>`` (J; hbar/tau_so, conditions ``convention`` and ``thickness``),
        ``.Gamma_finite_scattering`` (J: the equation of WHH for any strength of the scattering, at
        the coldest field), ``.Gamma_ginzburg_landau`` (J: from the square-root law at T = 0),
        ``.Tc`` (K), ``.Hc2_parallel_0`` (T), ``.diffusivity`` (m^2/s), ``.largest_thickness`` (m),
        ``.reduced_chi_square`` (condition ``law``), ``.akaike_difference``. Curves:
        ``half_fields_<orientation>``, ``fit_<orientation>`` and ``fit_parallel_ginzburg_landau``
        along ``temperature``.

    Raises
    ------
    AnalysisError
        If fewer than two temperatures show a parallel field, or the law cannot be fitted.
    """
    options = options or SpinOrbitOptions()
    flags: list[str] = []
    fields = {"parallel": _fields(parallel, "parallel", options, flags)}
    if perpendicular is not None:
        fields["perpendicular"] = _fields(perpendicular, "perpendicular", options, flags)
    fits, scores = fit_parallel(fields["parallel"])
    law = fits[PAIR_BREAKING_LAW.name]
    across = fit_perpendicular(fields["perpendicular"]) if "perpendicular" in fields else None
    numbers = _numbers(law, across, options)
    quantities = [
        *_gamma(numbers, options, flags),
        *_finite(law, float(fields["parallel"].temperature.min()), flags),
        *_checks(fits, scores, flags),
        *_orbits(numbers, across),
    ]
    given = [data for data in (parallel, perpendicular) if data is not None]
    return Result(
        "spin_orbit",
        tuple(quantities),
        curves=field_curves(fields, fits, across),
        options=dataclasses.asdict(options),
        sources=tuple(str(data.attrs["source"]) for data in given),
        synthetic=any(bool(data.attrs["synthetic"]) for data in given),
        flags=tuple(dict.fromkeys(flags)),
        references=REFERENCES,
    )


def _fields(
    data: xr.Dataset, orientation: str, options: SpinOrbitOptions, flags: list[str]
) -> FewReadings:
    found = half_fields(data, options, orientation)
    flags += found.flags
    fields = few_readings(found, options.fit_temperature)
    if fields.temperature.size < 2:
        raise AnalysisError(
            f"{data.attrs['source']}: {fields.temperature.size} temperatures show a {orientation} "
            f"critical field; a fit needs two or more"
        )
    return fields


def _numbers(law: Fit, across: Fit | None, options: SpinOrbitOptions) -> _Numbers:
    diffusion, diffusion_std = 0.0, 0.0
    if options.diffusivity is not None:
        diffusion = options.diffusivity
    elif across is not None:
        diffusion, diffusion_std = across.propagate(
            lambda values: pair_breaking.diffusivity(values[0], values[1])
        )
    covariance = np.zeros((4, 4))
    order = [1, 0]
    covariance[:2, :2] = law.covariance[np.ix_(order, order)]
    covariance[2, 2] = diffusion_std**2
    covariance[3, 3] = options.thickness_std**2
    values = np.array([law["Tc"], law["Hc2_parallel_0"], diffusion, options.thickness or 0.0])
    return _Numbers(values, covariance)


def _bare(values: Array) -> float:
    return pair_breaking.spin_orbit_gamma(values[1], values[0])


def _excess(values: Array) -> float:
    """1/Gamma with the orbital term taken off: below zero where that term is too large."""
    orbital = pair_breaking.parallel_orbital_curvature(values[2], values[3])
    return 1 / _bare(values) - orbital / BOHR_MAGNETON**2


def _gamma(numbers: _Numbers, options: SpinOrbitOptions, flags: list[str]) -> list[Quantity]:
    value, std = numbers.propagate(_bare)
    bound = "no orbital pair breaking (thickness zero): Gamma is larger for any thickness"
    quantities = _with_conventions(value, std, 0.0, bound)
    if options.thickness is None:
        return quantities
    if numbers.values[2] == 0:
        flags.append(
            "the thickness is not used: its orbital term needs the diffusion constant; give "
            "perpendicular sweeps or the option diffusivity"
        )
        return quantities
    inverse, inverse_std = numbers.propagate(_excess)
    method = "orbital pair breaking of the given thickness taken off"
    if inverse > 2 * inverse_std:
        # Gamma is the inverse of what is left: its interval is the inverse of that interval.
        quantities += _with_conventions(
            1 / inverse,
            inverse_std / inverse**2,
            options.thickness,
            method,
            interval=(1 / (inverse + inverse_std), 1 / (inverse - inverse_std)),
        )
        return quantities
    flag = "the orbital term of this thickness accounts for the parallel field by itself"
    highest = inverse + ONE_SIDED_95 * inverse_std
    quantities.append(
        Quantity(
            "spin_orbit.Gamma",
            1 / highest if highest > 0 else None,
            "J",
            limit="lower" if highest > 0 else None,
            conditions={"thickness": options.thickness},
            method=method,
            flags=(flag,),
        )
    )
    flags.append(flag)
    return quantities


def _with_conventions(
    value: float,
    std: float,
    thickness: float,
    method: str,
    interval: tuple[float, float] | None = None,
) -> list[Quantity]:
    where: dict[str, float | str] = {"thickness": thickness}
    quantities = [
        Quantity("spin_orbit.Gamma", value, "J", std, interval, conditions=where, method=method)
    ]
    texts = {1 / 3: "hbar/(3 tau_so)", 2 / 3: "2 hbar/(3 tau_so)", 1.0: "hbar/tau_so"}
    for name, factor in pair_breaking.CONVENTIONS.items():
        scaled = None if interval is None else (interval[0] / factor, interval[1] / factor)
        quantities.append(
            Quantity(
                f"spin_orbit.eps_so_{name}",
                value / factor,
                "J",
                std / factor,
                scaled,
                conditions={"convention": f"Gamma = {texts[factor]}", **where},
                method=f"hbar/tau_so; {method}",
            )
        )
    return quantities


def _finite(law: Fit, coldest: float, flags: list[str]) -> list[Quantity]:
    """Gamma from the equation that holds for weak scattering too, and the limit it sets."""
    value, std = finite_scattering(law, coldest)
    strength = 2 * BOHR_MAGNETON * law["Hc2_parallel_0"] / _bare(law.values[::-1])
    if strength > STRONG:
        flags.append(
            f"2 muB B/Gamma is {strength:.2g} at T = 0, where the law for strong spin-orbit "
            f"scattering is rough: compare Gamma_finite_scattering"
        )
    name, method = (
        "spin_orbit.Gamma_finite_scattering",
        "equation of WHH for any scattering, at the coldest temperature of the fit",
    )
    where: dict[str, float | str] = {"thickness": 0.0}
    if value is None or std is None:
        flag = "the field does not exceed that of no spin-orbit scattering"
        return [Quantity(name, None, "J", conditions=where, method=method, flags=(flag,))]
    return [
        Quantity(name, value, "J", std, conditions=where, method=method),
        Quantity(
            "spin_orbit.Gamma_lower_limit",
            value - ONE_SIDED_95 * std,
            "J",
            limit="lower",
            method="Gamma_finite_scattering less 1.64 standard deviations, for any thickness",
        ),
    ]


def _checks(fits: dict[str, Fit], scores: dict[str, Score], flags: list[str]) -> list[Quantity]:
    law, root = fits[PAIR_BREAKING_LAW.name], fits[PARALLEL_LAW.name]
    quantities = [
        Quantity(f"spin_orbit.{name}", law[name], unit, law.std(name), method=law.law.name)
        for name, unit in (("Tc", "K"), ("Hc2_parallel_0", "T"))
    ]
    value, std = root.propagate(lambda v: pair_breaking.spin_orbit_gamma(v[0], v[1]))
    quantities.append(
        Quantity(
            "spin_orbit.Gamma_ginzburg_landau",
            value,
            "J",
            std,
            conditions={"thickness": 0.0},
            method="(2 muB B)^2 = 3.53 kB Tc Gamma with the square-root law at T = 0",
        )
    )
    quantities += [
        Quantity(
            "spin_orbit.reduced_chi_square",
            score.reduced_chi_square,
            "",
            conditions={"law": name, "degrees_of_freedom": score.degrees_of_freedom},
        )
        for name, score in scores.items()
    ]
    difference = scores[law.law.name].difference - scores[root.law.name].difference
    quantities.append(
        Quantity(
            "spin_orbit.akaike_difference",
            difference,
            "",
            method=f"pair breaking less square root: {verdict(scores)}",
        )
    )
    if difference > model_comparison.UNDECIDED:
        flags.append(
            "the parallel fields prefer the square-root law to the pair-breaking law that Gamma "
            "assumes"
        )
    if law.scale > 1:
        flags.append(
            f"the parallel fields scatter about the pair-breaking law {law.scale:.1f} times more "
            f"than their error bars, which are widened by that factor"
        )
    return quantities


def _orbits(numbers: _Numbers, across: Fit | None) -> list[Quantity]:
    """Diffusion constant, and the thickness that would need no spin pair breaking at all."""
    if across is None:
        return []
    field_std = across.std("Hc2_perpendicular_0")
    values = np.array([across["Hc2_perpendicular_0"], numbers.values[1]])
    covariance = np.diag([field_std**2, numbers.covariance[1, 1]])
    thickness, thickness_std = propagate(
        lambda v: pair_breaking.largest_thickness(v[0], v[1]), values, covariance
    )
    diffusion, diffusion_std = across.propagate(lambda v: pair_breaking.diffusivity(v[0], v[1]))
    return [
        Quantity(
            "spin_orbit.diffusivity", diffusion, "m^2/s", diffusion_std, method=across.law.name
        ),
        Quantity(
            "spin_orbit.largest_thickness",
            thickness,
            "m",
            thickness_std,
            method="orbital pair breaking alone: the layer is thinner where spins take part",
        ),
    ]
