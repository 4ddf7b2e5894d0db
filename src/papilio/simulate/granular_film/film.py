"""Islands and links: what does not change with temperature and field, and the couplings."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from papilio.constants import BOLTZMANN, ELEMENTARY_CHARGE, REDUCED_PLANCK
from papilio.physics import ginzburg_landau
from papilio.physics.critical_current import GAP_RATIO, bcs_gap
from papilio.physics.pair_breaking import WHH_RATIO, reduced_pair_breaking
from papilio.simulate import instrument
from papilio.simulate.granular_film.options import FilmOptions

Floats = NDArray[np.float64]

#: Matsubara frequencies up to this many times the largest gap are summed; the rest is an integral.
BEYOND_THE_GAP = 20.0


@dataclass(frozen=True)
class Film:
    """
    Frozen description of a film.

    Attributes
    ----------
    critical_temperature : array, shape (Ly, Lx)
        Of each island, K.
    tunnel_resistance : array, shape (2, Ly, Lx)
        Of the link to the right of an island, and above, ohm; it sets the coupling.
    strong : array of bool, shape (2, Ly, Lx)
        Which links are strong.
    normal_resistance : float
        Shunt of every link, ohm.
    parallel_field_at_zero : float
        Field that breaks all pairs at T = 0 in an island of the mean critical temperature, T.
    perpendicular_field_at_zero : float
        The same out of the plane, T.
    """

    critical_temperature: Floats
    tunnel_resistance: Floats
    strong: NDArray[np.bool_]
    normal_resistance: float
    parallel_field_at_zero: float
    perpendicular_field_at_zero: float


def film(options: FilmOptions) -> Film:
    """
    A film with its disorder drawn from the seed.

    The same seed gives islands and links the same luck at every density, so that a film at a
    higher density has all the strong links of one at a lower density, as a gate would make it.

    Parameters
    ----------
    options : FilmOptions
        The film.

    Returns
    -------
    Film
        Frozen.
    """
    random = instrument.generator(options.seed, "granular_film")
    shape = (options.rows, options.columns)
    luck = random.standard_normal(shape)
    temperature = options.island_temperature * np.maximum(
        0.05, 1 + options.temperature_spread * luck
    )
    strong = random.random((2, *shape)) < options.strong_part
    resistance = options.normal_resistance * np.exp(
        options.resistance_spread * random.standard_normal((2, *shape))
    )
    weak = max(options.weak_link, 1e-12)
    resistance = np.where(strong, resistance, resistance / weak)
    return Film(
        critical_temperature=temperature,
        tunnel_resistance=resistance,
        strong=strong,
        normal_resistance=options.normal_resistance,
        parallel_field_at_zero=math.sqrt(WHH_RATIO) * options.parallel_field_at_zero,
        perpendicular_field_at_zero=WHH_RATIO
        * ginzburg_landau.perpendicular_field_at_zero(options.coherence_length),
    )


@lru_cache(maxsize=1)
def _pair_breaking_table() -> tuple[Floats, Floats]:
    """Pair breaking over its largest, rising, and the reduced temperature that it leaves."""
    temperature = np.linspace(1, 0, 4001)
    return reduced_pair_breaking(temperature), temperature


def depressed(
    critical_temperature: Floats, parallel: Floats | float, perpendicular: float = 0.0
) -> Floats:
    """
    Critical temperature in a field.

    Energies of pair breaking add. In the plane they go as the square of the field, orbital and spin
    part alike, out of the plane as the field itself:
    alpha/alpha(0) = (B_par/B_par(0))^2 + |B_perp|/B_perp(0), B(0) the same for all islands. Near
    T_C an upright field takes it down as T_C (1 - B/B_GL), B_GL = Phi_0/(2 pi xi^2), to which
    B_perp(0) = 0.693 B_GL belongs, and one in the plane as T_C (1 - (B/B_GL)^2), to which
    B_par(0) = 0.693^(1/2) B_GL belongs: fields that Ginzburg and Landau's laws extrapolate are
    larger than those that break all pairs.

    Parameters
    ----------
    critical_temperature : array, any shape
        Without field, K.
    parallel : float or array of the same shape
        Parallel field over the one at which nothing is left.
    perpendicular : float, optional
        The same of the perpendicular field.

    Returns
    -------
    array, same shape
        K; zero where the field is too high.

    References
    ----------
    Maki, Phys. Rev. 148, 362 (1966), doi:10.1103/PhysRev.148.362: one law for the sum
    (`papilio.physics.pair_breaking`). Werthamer, Helfand and Hohenberg, Phys. Rev. 147, 295 (1966),
    doi:10.1103/PhysRev.147.295: the ratio 0.693. The laws near T_C:
    doi:10.1038/s41467-025-58300-9, Eqs. (1) and (2).
    """
    broken = np.asarray(parallel) ** 2 + abs(perpendicular)
    reduced = np.interp(broken, *_pair_breaking_table())
    return np.asarray(critical_temperature * reduced)


def couplings(
    film: Film, temperature: float, field: Floats | float = 0.0, perpendicular: float = 0.0
) -> Floats:
    """
    Josephson couplings of all links over the Boltzmann constant.

    The gaps are those of BCS at the critical temperature that the field leaves.

    Parameters
    ----------
    film : Film
        The film.
    temperature : float
        K, above zero.
    field : float or array, shape (Ly, Lx), optional
        Parallel field, T.
    perpendicular : float, optional
        Perpendicular field, T.

    Returns
    -------
    array, shape (2, Ly, Lx)
        K; zero where one of the islands does not superconduct.

    References
    ----------
    Ambegaokar and Baratoff, Phys. Rev. Lett. 10, 486 (1963), doi:10.1103/PhysRevLett.10.486, for
    two gaps: I_c R = (2 pi kB T/e) sum over n >= 0 of D1 D2/((w^2 + D1^2)(w^2 + D2^2))^(1/2),
    w = (2 n + 1) pi kB T. E_J = hbar I_c/(2 e).
    """
    there = depressed(
        film.critical_temperature,
        field / film.parallel_field_at_zero,
        perpendicular / film.perpendicular_field_at_zero,
    )
    gap = GAP_RATIO * there * bcs_gap(temperature / np.maximum(there, 1e-9))
    total = np.empty((2, *gap.shape))
    number = 10 + math.ceil(BEYOND_THE_GAP * float(gap.max()) / (2 * math.pi * temperature))
    omega = (2 * np.arange(number) + 1) * math.pi * temperature
    for direction, axis in ((0, 1), (1, 0)):
        other = np.roll(gap, -1, axis)
        part = np.zeros_like(gap)
        for w in omega:
            part += gap * other / np.sqrt((w * w + gap**2) * (w * w + other**2))
        # Beyond, D1 D2/w^2 integrated from the next half step on.
        edge = 2 * number * math.pi * temperature
        part += gap * other / (2 * math.pi * temperature * edge)
        total[direction] = part
    current = 2 * math.pi * BOLTZMANN * temperature / ELEMENTARY_CHARGE * total
    current = current / film.tunnel_resistance
    return np.asarray(REDUCED_PLANCK * current / (2 * ELEMENTARY_CHARGE * BOLTZMANN))
