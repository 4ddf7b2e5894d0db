"""Ta 4f spectra with counting noise and a known part of Ta4+."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from papilio.analysis import XpsOptions, xps
from papilio.physics.core_level import doublet, shirley
from scenarios.laboratory import Found, log_uniform, measured, pick

#: Full width at half height of a Gaussian, in standard deviations.
FULL_WIDTH = 2 * float(np.sqrt(2 * np.log(2)))


def scenario(random: np.random.Generator) -> Iterator[Found]:
    """
    A spectrum of an oxide whose surface is partly reduced, and one of a pure oxide.

    Ta4+ part 5 to 50 %, its lines 1.0 to 2.0 eV below those of Ta5+ (25.5 to 27 eV), Gaussian
    standard deviation 0.35 to 0.6 eV, Lorentzian half width 0.03 to 0.15 eV, steps of 0.025 to
    0.1 eV, 3,000 to 100,000 counts eV in the lines, level 1 to 5 % of that per eV, Shirley step
    0.01 to 0.05 per eV; Poisson counts. The limit is that of a part of 0 to 0.2 %.
    """
    fraction = log_uniform(random, 0.05, 0.5)
    spectrum, truth = _spectrum(random, fraction)
    result = xps(spectrum, XpsOptions())
    yield "xps.Ta4_fraction", pick(result, "Ta4_fraction"), fraction
    for name, planted in truth.items():
        found = result.select(name)
        yield f"xps.{name}", found[0] if found else None, planted
    small = random.uniform(0, 2e-3)
    spectrum, _ = _spectrum(random, small)
    (limit,) = xps(spectrum, XpsOptions()).select("Ta4_fraction")
    yield "xps.Ta4_fraction (limit)", limit, small


def _spectrum(random: np.random.Generator, fraction: float) -> tuple[xr.Dataset, dict[str, float]]:
    position, shift = random.uniform(25.5, 27.0), random.uniform(1.0, 2.0)
    gaussian, lorentzian = random.uniform(0.35, 0.6), random.uniform(0.03, 0.15)
    area = log_uniform(random, 3e3, 1e5)
    fine = np.linspace(19, 34, 3001)
    peaks = doublet(fine, (1 - fraction) * area, position, gaussian, lorentzian)
    peaks += doublet(fine, fraction * area, position - shift, gaussian, lorentzian)
    background = random.uniform(0.01, 0.05) * area + shirley(
        fine, peaks, random.uniform(0.01, 0.05)
    )
    energy = np.arange(20, 33, random.uniform(0.025, 0.1))
    counts = random.poisson(np.interp(energy, fine, background + peaks)).astype(float)
    truth = {"binding_energy": position, "shift": shift, "width": FULL_WIDTH * gaussian}
    return measured({"binding_energy": energy, "intensity": counts}), truth
