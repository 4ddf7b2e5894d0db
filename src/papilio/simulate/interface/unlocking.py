"""Coupling: a wall that moves over a weak link lets its phase slip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from papilio.constants import FLUX_QUANTUM
from papilio.errors import OptionsError
from papilio.options import option
from papilio.simulate.interface.contract import Effect, Scene, require


@dataclass(frozen=True)
class UnlockingOptions:
    """What one wall does to one link."""

    slips_per_passage: float = option(
        1.0,
        help="Phase slips along the current in a weak link that a wall passes (assumed; one, "
        "always forward, is the most that a passage can do: by chance alone forward exceeds "
        "backward by Phi_0 I/(2 kB T) of a link, 2 % at 10 nA and 0.05 K).",
    )

    def __post_init__(self) -> None:
        require(self, zero_or_more=("slips_per_passage",))


def unlocking(scene: Scene, options: UnlockingOptions) -> Effect:
    """
    Voltage of the phase slips that moving walls unlock, over the current.

    A cell that reverses has had a wall pass over each of its links. Predicts a peak where the
    moment changes fastest, at the coercive field, for every orientation in the plane, none out of
    it, linear in the sweep rate and in the inverse current, whatever the temperature.

    Parameters
    ----------
    scene : Scene
        Rate of reversal, current, weak links.
    options : UnlockingOptions
        Slips of a passage.

    Returns
    -------
    Effect
        Resistance of each weak link: Phi_0 times slips per second over its current.

    Raises
    ------
    OptionsError
        If no current is there to say the direction of the slips.

    References
    ----------
    One slip of 2 pi is one flux quantum of voltage times time: Josephson, Phys. Lett. 1, 251
    (1962), doi:10.1016/0031-9163(62)91369-0. That walls make the slips: the paper,
    doi:10.1038/s41467-025-58300-9; the number of slips in a passage is a hypothesis.
    """
    if scene.reversal_rate == 0:
        return Effect()
    if not scene.current_density > 0:
        raise OptionsError("slips_per_passage: without a measuring current no slip has a direction")
    voltage = FLUX_QUANTUM * options.slips_per_passage * scene.reversal_rate
    return Effect(
        resistance=np.where(scene.weak, voltage / (scene.current_density * scene.sheet.cell), 0.0)
    )
