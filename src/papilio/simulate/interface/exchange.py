"""Coupling: the exchange field of the domains breaks pairs, less where a pair sees two of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from papilio.options import option
from papilio.simulate.granular_film.film import depressed
from papilio.simulate.interface.contract import Effect, Scene


@dataclass(frozen=True)
class ExchangeOptions:
    """How strong, and over how far it is averaged."""

    exchange_field: float = option(
        0.5,
        unit="T",
        help="Exchange field on the electrons' spins (assumed; the paper gives none).",
    )
    pair_size: float = option(
        61.63e-9, unit="m", help="Coherence length over which a pair averages it (paper, Fig. 2)."
    )
    parallel_field_at_zero: float = option(
        3.99, unit="T", help="Parallel field that breaks all pairs at T = 0 (paper, Fig. 2)."
    )
    critical_temperature: float = option(0.668, unit="K", help="Without fields (paper, text).")


def exchange(scene: Scene, options: ExchangeOptions) -> Effect:
    """
    Couplings in the sum of applied field and averaged exchange field.

    Predicts that walls help superconductivity (a dip, not a peak, at the coercive field) while
    moment and field are parallel, and that a field against the moments helps too.

    Parameters
    ----------
    scene : Scene
        The magnet.
    options : ExchangeOptions
        Strength and range.

    Returns
    -------
    Effect
        Couplings over those without any field: (1 - T/Tc(B)) over (1 - T/Tc(0)), as close to Tc;
        a link takes the mean of its two islands.

    References
    ----------
    Pair breaking of an average exchange field and its relief at walls: Buzdin and Mel'nikov, Phys.
    Rev. B 67, 020503 (2003), doi:10.1103/PhysRevB.67.020503; law as in
    `papilio.physics.pair_breaking`.
    """
    width = options.pair_size / scene.sheet.cell
    mode = "wrap" if scene.sheet.periodic else "nearest"
    strength = options.exchange_field
    x = scene.field.x + strength * gaussian_filter(np.cos(scene.angle), width, mode=mode)
    y = scene.field.y + strength * gaussian_filter(np.sin(scene.angle), width, mode=mode)
    t = scene.temperature / options.critical_temperature
    # Of a critical temperature of one.
    reduced = depressed(np.ones(x.shape), np.hypot(x, y) / options.parallel_field_at_zero)
    with np.errstate(divide="ignore"):
        island = np.maximum(0.0, 1 - t / reduced) / max(1 - t, 1e-12)
    right, above = np.roll(island, -1, 1), np.roll(island, -1, 0)
    return Effect(coupling=np.stack([island + right, island + above]) / 2)
