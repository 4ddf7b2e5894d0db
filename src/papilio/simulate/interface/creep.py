"""Coupling: vortices that avalanches leave behind relax over a laboratory's time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from papilio.constants import FLUX_QUANTUM, VACUUM_PERMEABILITY
from papilio.options import option
from papilio.simulate.interface.contract import Effect, Scene, require

BARRIERS = 64  #: that a spread of them is made of
FLOW = 2.0  #: resistance over that of the metal, of one vortex per plaquette


@dataclass(frozen=True)
class CreepOptions:
    """How many vortices there are, and how they go."""

    vortices_per_flux: float = option(
        1.0,
        help="Vortices left for each flux quantum mu0 m a that a reversing cell carries (assumed).",
    )
    barrier: float = option(1.4, unit="K", help="Mean barrier (assumed: 10 s at 0.05 K).")
    barrier_spread: float = option(
        0.0,
        unit="K",
        help="Half the width of flat barriers: 0 relaxes exponentially, the mean as a logarithm.",
    )
    attempt_time: float = option(
        8.3e-12, unit="s", help="hbar/(2 e R I_c) of the array at 0.618 K (from the paper's R, T)."
    )
    pair_size: float = option(
        61.63e-9,
        unit="m",
        help="Distance over which pairs overlap and part (coherence length: paper, Fig. 2).",
    )

    def __post_init__(self) -> None:
        # A spread beyond the mean has barriers that hold nothing; they do no harm.
        require(
            self,
            positive=("attempt_time",),
            zero_or_more=("vortices_per_flux", "barrier", "barrier_spread", "pair_size"),
        )


def creep(scene: Scene, options: CreepOptions) -> Effect:
    """
    Flux flow of pairs that are young enough to overlap.

    Density n follows dn/dt = source - n exp(-U/kT)/t0 for each barrier, solved exactly for a source
    that is constant between readings. A pair alone moves as a neutral whole; n (1 - exp(-pi n l^2))
    of them have another within l, and flow as vortices of an overdamped array do, with twice the
    resistance of the metal for each of a plaquette. Predicts a peak at the coercive field, as the
    square of the rate when slow and constant when fast, that decays when the sweep stops, and is
    gone where kT ln(time/t0) exceeds the barrier: at 0.5 K.

    Parameters
    ----------
    scene : Scene
        Reversal, elapsed time, what was left.
    options : CreepOptions
        Numbers and barriers.

    Returns
    -------
    Effect
        Resistance of each weak link, and under "creep" the vortices of a cell for each barrier.

    References
    ----------
    Escape over barriers: Anderson and Kim, Rev. Mod. Phys. 36, 39 (1964),
    doi:10.1103/RevModPhys.36.39. Flux flow: a vortex of an array of shunts R and pitch a has the
    viscosity eta = Phi_0^2/(2 a^2 R) (Rzchowski, Benz, Tinkham and Lobb, Phys. Rev. B 42, 2041
    (1990), doi:10.1103/PhysRevB.42.2041); n of them per plaquette, driven by the force J Phi_0,
    make the voltage (n/a^2) Phi_0 v = 2 n R J. That only overlapping pairs flow is a hypothesis.
    """
    spread = options.barrier_spread * np.linspace(-1, 1, BARRIERS if options.barrier_spread else 1)
    over = np.minimum((options.barrier + spread) / scene.temperature, 600.0)
    lifetime = options.attempt_time * np.exp(over)
    flux = VACUUM_PERMEABILITY * scene.sheet.areal_moment * scene.sheet.cell / FLUX_QUANTUM
    source = options.vortices_per_flux * flux * scene.reversal_rate / spread.size
    left = scene.memory.get("creep", np.zeros(spread.size))
    passed = -np.expm1(-scene.elapsed / lifetime)
    left = left * (1 - passed) + source * lifetime * passed
    number = float(left.sum())
    overlap = -math.expm1(-math.pi * (options.pair_size / scene.sheet.cell) ** 2 * number)
    flow = min(FLOW * number * overlap, 1.0)
    resistance = np.where(scene.weak, scene.normal_resistance * flow, 0.0)
    return Effect(resistance=resistance, memory={"creep": left})
