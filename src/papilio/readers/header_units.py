"""Units as column headers spell them: a closed table, because a header may hold anything."""

from __future__ import annotations

import re

#: Spelling (lower case, blanks and signs of multiplication removed) -> (SI unit, factor).
#: Magnetic field strength stands for mu0*H: 1 Oe is 1e-4 T.
UNITS: dict[str, tuple[str, float]] = {
    "": ("", 1.0),
    "code": ("", 1.0),
    "mode": ("", 1.0),
    "cnts": ("", 1.0),
    "%": ("", 0.01),
    "oe": ("T", 1e-4),
    "koe": ("T", 0.1),
    "gauss": ("T", 1e-4),
    "tesla": ("T", 1.0),
    "kelvin": ("K", 1.0),
    "c": ("degC", 1.0),
    "sec": ("s", 1.0),
    "secs": ("s", 1.0),
    "seconds": ("s", 1.0),
    "min": ("s", 60.0),
    "h": ("s", 3600.0),
    "ohm": ("ohm", 1.0),
    "ohms": ("ohm", 1.0),
    "kohm": ("ohm", 1e3),
    "mohm": ("ohm", 1e-3),
    "ω": ("ohm", 1.0),
    "kω": ("ohm", 1e3),
    "mω": ("ohm", 1e-3),
    "ohm/sq": ("ohm", 1.0),
    "ohm-m": ("ohm*m", 1.0),
    "ohm-cm": ("ohm*m", 0.01),
    "ohm-cm-rad": ("ohm*m", 0.01),
    "cm^3/coul": ("m^3/C", 1e-6),
    "amps": ("A", 1.0),
    "amp": ("A", 1.0),
    "volts": ("V", 1.0),
    "watts": ("W", 1.0),
    "hz": ("Hz", 1.0),
    "khz": ("Hz", 1e3),
    "mhz": ("Hz", 1e6),
    "deg": ("deg", 1.0),
    "degree": ("deg", 1.0),
    "degrees": ("deg", 1.0),
    "°": ("deg", 1.0),
    "rad": ("deg", 57.29577951308232),
    "db": ("dB", 1.0),
    "emu": ("A*m^2", 1e-3),
    "am2": ("A*m^2", 1.0),
    "am^2": ("A*m^2", 1.0),
    "a.m2": ("A*m^2", 1.0),
    "emu/oe": ("A*m^2/T", 10.0),
    "am2/t": ("A*m^2/T", 1.0),
    "mm": ("m", 1e-3),
    "cm": ("m", 1e-2),
    "um": ("m", 1e-6),
    "grams": ("kg", 1e-3),
    "mg": ("kg", 1e-6),
    "torr": ("Pa", 133.32236842105263),
    "mbar": ("Pa", 100.0),
    "bar": ("Pa", 1e5),
    "l/min": ("m^3/s", 1e-3 / 60),
    "s": ("s", 1.0),
}
_PREFIXES = {"p": 1e-12, "n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "m": 1e-3, "k": 1e3}
_PREFIXES |= {"M": 1e6, "G": 1e9}
_SYMBOLS = {"A": "A", "V": "V", "T": "T", "K": "K", "W": "W", "S": "S", "m": "m", "Pa": "Pa"}
_SYMBOLS |= {"Ohm": "ohm", "ohm": "ohm", "Ω": "ohm", "\u2126": "ohm", "s": "s", "Hz": "Hz"}


def to_si(text: str) -> tuple[str, float] | None:
    """
    SI unit and factor of a unit as a header spells it.

    Parameters
    ----------
    text : str
        What stands between the brackets, as in "Oe", "uA" or "ohm-cm".

    Returns
    -------
    tuple of str and float, or None
        ``value_in_SI = factor * value``; None where the spelling is not known.
    """
    text = text.strip()
    if text in _SYMBOLS:
        return _SYMBOLS[text], 1.0
    if len(text) > 1 and text[0] in _PREFIXES and text[1:] in _SYMBOLS:
        return _SYMBOLS[text[1:]], _PREFIXES[text[0]]
    plain = re.sub(r"[\s*·]", "", text).lower()
    return UNITS.get(plain)
