"""Parallel and perpendicular critical fields of a film with a known spin-orbit energy."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import xarray as xr

from papilio.analysis import SpinOrbitOptions, spin_orbit
from papilio.constants import BOHR_MAGNETON
from papilio.physics import ginzburg_landau as gl
from papilio.physics import pair_breaking as pb
from papilio.result import Quantity, Result
from scenarios.laboratory import Found, lock_in_noise, log_uniform, measured


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    Field sweeps in both directions at five to eight temperatures, parallel and perpendicular.

    Temperatures from 0.1 to 0.95 Tc; Tc 0.3 to 5 K, parallel field at T = 0 two to six times the
    Pauli limit, perpendicular one 2 to 20 % of it; a layer of 0.3 to 0.7 of the thickness that
    would need no spin pair breaking, known to 2 %. The field step is 3 to 12 % of the critical
    field wide, 8 to 25 readings within it, noise 0.03 to 1 % of the normal resistance (half of
    them with a lock-in's correlation up to 0.6), field offset up to 0.3 % of the range.
    """
    Tc = log_uniform(random, 0.3, 5.0)
    parallel = gl.pauli_limit(Tc) * log_uniform(random, 2.0, 6.0)
    perpendicular = parallel * log_uniform(random, 0.02, 0.2)
    largest = pb.largest_thickness(perpendicular, parallel)
    thickness = largest * random.uniform(0.3, 0.7)
    thickness_std = 0.02 * thickness
    temperatures = Tc * np.linspace(0.1, 0.95, int(random.integers(5, 9)))
    records = [
        _sweeps(random, lambda T: float(pb.parallel_field(T, parallel, Tc)), temperatures),
        _sweeps(
            random, lambda T: float(pb.perpendicular_field(T, perpendicular, Tc)), temperatures
        ),
    ]
    known = thickness + thickness_std * random.normal()
    result = spin_orbit(*records, SpinOrbitOptions(thickness=known, thickness_std=thickness_std))
    bare = pb.spin_orbit_gamma(parallel, Tc)
    diffusion = pb.diffusivity(perpendicular, Tc)
    orbital = pb.parallel_orbital_curvature(diffusion, thickness)
    gamma = 1 / (1 / bare - orbital / BOHR_MAGNETON**2)
    yield "spin_orbit.Gamma", _first(result, "Gamma", thickness=0.0), bare
    yield "spin_orbit.Gamma_with_thickness", _first(result, "Gamma", thickness=known), gamma
    yield "spin_orbit.eps_so_oxide", _first(result, "eps_so_oxide", thickness=0.0), bare
    yield "spin_orbit.Tc", _first(result, "Tc"), Tc
    yield "spin_orbit.Hc2_parallel_0", _first(result, "Hc2_parallel_0"), parallel
    yield "spin_orbit.diffusivity", _first(result, "diffusivity"), diffusion
    yield "spin_orbit.largest_thickness", _first(result, "largest_thickness"), largest


def _first(result: Result, name: str, **where: float) -> Quantity | None:
    found = result.select(name, **where)
    return found[0] if found else None


def _sweeps(
    random: np.random.Generator, law: Callable[[float], float], temperatures: np.ndarray
) -> xr.Dataset:
    width = random.uniform(0.03, 0.12)
    top = 1.6 * law(float(temperatures[0]))
    count = int(3.2 / width * log_uniform(random, 8, 25) / 2)
    offset = random.uniform(-3e-3, 3e-3) * top
    memory = random.integers(2) * random.uniform(0, 0.6)
    noise = log_uniform(random, 3e-4, 1e-2)
    parts = []
    for T in temperatures:
        critical = law(float(T))
        leg = np.linspace(1.6 * critical, -1.6 * critical, count)
        field = np.concatenate([leg, leg[::-1]])
        scale = width * critical / (2 * math.log(4))
        curve = 1 / (1 + np.exp(-np.clip((np.abs(field + offset) - critical) / scale, -500, 500)))
        parts.append(
            {
                "temperature": np.full(field.size, T) * (1 + random.normal(0, 1e-4, field.size)),
                "field": field,
                "resistance": 1000 * (curve + lock_in_noise(random, field.size, noise, memory)),
            }
        )
    return measured({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
