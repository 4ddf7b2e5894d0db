"""
Ferromagnet: a granular film of in-plane moments that reverses in laboratory time.

Three measurements, `loop`, `domains` and `coercivity`, take options in SI and return Datasets.
Beneath them `grains.sheet` draws a film, `ramp.swept` moves it, `observables` and
`magnetostatics` look at it.
"""

from papilio.simulate.ferromagnet.options import CoercivityOptions, LoopOptions, MagnetOptions
from papilio.simulate.ferromagnet.protocols import coercivity, domains, loop

__all__ = [
    "CoercivityOptions",
    "LoopOptions",
    "MagnetOptions",
    "coercivity",
    "domains",
    "loop",
]
