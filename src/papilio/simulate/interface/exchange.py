"""Coupling: the exchange field of the domains breaks pairs, less where a pair sees two of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from papilio.options import option
from papilio.simulate.interface.contract import Effect, Scene, require


@dataclass(frozen=True)
class ExchangeOptions:
    """How strong, and over how far it is averaged."""

    exchange_field: float = option(
        0.5,
        unit="T",
        help="Exchange field on the electrons' spins; negative is against the moments (assumed; "
        "the paper gives none).",
    )
    pair_size: float = option(
        61.63e-9, unit="m", help="Coherence length over which a pair averages it (paper, Fig. 2)."
    )

    def __post_init__(self) -> None:
        require(self, finite=("exchange_field",), zero_or_more=("pair_size",))


def exchange(scene: Scene, options: ExchangeOptions) -> Effect:
    """
    Exchange field that a pair in each island sees.

    It adds to the applied field, and the film breaks pairs in the sum, by each island's own
    critical temperature and parallel critical field. That field breaks pairs by their orbits too,
    an exchange field by their spins alone: the effect is an upper bound. Predicts that walls help
    superconductivity (a dip, not a peak, at the coercive field) while moment and field are
    parallel, and that a field against the moments helps too.

    Parameters
    ----------
    scene : Scene
        The magnet.
    options : ExchangeOptions
        Strength and range.

    Returns
    -------
    Effect
        Exchange field.

    References
    ----------
    Pair breaking of an average exchange field and its relief at walls: Buzdin and Mel'nikov, Phys.
    Rev. B 67, 020503 (2003), doi:10.1103/PhysRevB.67.020503; the law that the film applies:
    `papilio.physics.pair_breaking`.
    """
    width = options.pair_size / scene.sheet.cell
    mode = "wrap" if scene.sheet.periodic else "nearest"
    parts = [
        gaussian_filter(part, width, mode=mode)
        for part in (np.cos(scene.angle), np.sin(scene.angle))
    ]
    return Effect(exchange_field=options.exchange_field * np.stack(parts))
