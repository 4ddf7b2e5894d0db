"""Conversion at the edges: strings and foreign units in, SI floats out (and back for people)."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

import pint

from papilio.errors import OptionsError


@lru_cache(maxsize=1)
def _registry() -> Any:
    # Loaded on first use: building the registry takes longer than importing all the rest.
    registry: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    # Magnetic field strength in laboratory files means mu0*H: 10 kOe is written 1 T.
    registry.define("oersted_flux = 1e-4 tesla = Oe_flux")
    registry.define("emu = 1e-3 ampere * meter ** 2")
    return registry


#: Words for units that pint would misread or refuse, without prefix.
_WORDS = {
    "Oe": "oersted_flux",
    "oe": "oersted_flux",
    "G": "oersted_flux",
    "Gauss": "oersted_flux",
    "gauss": "oersted_flux",
    "Ohm": "ohm",
    "Ohms": "ohm",
    "ohms": "ohm",
}
_PREFIXES = {"": "", "u": "micro", "µ": "micro", "μ": "micro", "m": "milli", "k": "kilo"}
_PREFIXES |= {"n": "nano", "M": "mega", "G": "giga"}

#: How laboratory files spell units, word by word.
SPELLINGS = {
    **{p + word: _PREFIXES[p] + unit for word, unit in _WORDS.items() for p in _PREFIXES},
    "sec": "second",
    "secs": "second",
    "Sec": "second",
    "Min": "minute",
    "min": "minute",
    "deg": "degree",
    "Degrees": "degree",
    "sq": "dimensionless",  # ohm/sq
    "square": "dimensionless",
}
#: Whole texts that are not words joined by signs.
_PHRASES = {
    "": "dimensionless",
    "1": "dimensionless",
    "A m2": "ampere * meter ** 2",
    "Am2": "ampere * meter ** 2",
}


def _unit(text: str) -> Any:
    text = text.strip()
    spelled = re.sub(r"[^\W\d_]+", lambda word: SPELLINGS.get(word[0], word[0]), text)
    try:
        return _registry().Unit(_PHRASES.get(text, spelled))
    except Exception as error:  # pint raises many kinds, down to tokenize errors, for bad text
        raise OptionsError(
            f"unit '{_short(text)}' is not known; write it as in 'mT' or 'K/min'"
        ) from error


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."


@lru_cache(maxsize=512)
def factor(source: str, target: str) -> float:
    """
    Factor that takes a number in one unit to another.

    Parameters
    ----------
    source, target : str
        Units as a laboratory writes them ("Oe", "uA", "T/min"); "Oe" and "kOe" mean mu0*H.

    Returns
    -------
    float
        ``value_in_target = factor * value_in_source``.

    Raises
    ------
    OptionsError
        If a unit is unknown, or the two do not measure the same quantity.
    """
    registry, units = _registry(), (_unit(source), _unit(target))
    try:
        zero, one = (registry.Quantity(x, units[0]).to(units[1]).magnitude for x in (0.0, 1.0))
    except pint.DimensionalityError as error:
        raise OptionsError(
            f"unit '{_short(source)}' is not a unit of the same quantity as '{target}'; "
            "use one that is"
        ) from error
    if zero != 0:
        raise OptionsError(
            f"unit '{_short(source)}' does not share its zero with '{target}'; convert to that"
        )
    return float(one)


def to_si(value: object, unit: str) -> float:
    """
    Number in an SI unit from a plain number or a string with a unit.

    Parameters
    ----------
    value : float, int or str
        A number already in `unit`, or a text such as ``"0.1 T/min"`` or ``"20 um"``.
    unit : str
        The unit wanted.

    Returns
    -------
    float
        The value in `unit`.

    Raises
    ------
    OptionsError
        If the text is no quantity, has no unit, or is of another dimension.
    """
    if isinstance(value, bool):
        raise OptionsError(
            f"true or false stands where a quantity in {unit or 'no unit'} is wanted"
        )
    if isinstance(value, int | float):
        return _number(value, value)
    if not isinstance(value, str):
        raise OptionsError(
            f"{value!r} is not a quantity; write a number in {unit} or a text with unit"
        )
    text = value.strip()
    number, _, rest = text.partition(" ")
    try:
        magnitude = _number(float(number), text)
    except ValueError as error:
        raise OptionsError(
            f"'{text}' is not a quantity; write a number, a blank and a unit, as in '0.1 {unit}'"
        ) from error
    if not rest.strip() and unit not in ("", "1"):
        raise OptionsError(f"'{text}' has no unit; write it as in '{number} {unit}'")
    return magnitude * factor(rest, unit)


def _number(value: float, text: object) -> float:
    if math.isnan(value):
        raise OptionsError(f"{text} is not a number; write one or leave the setting out")
    return float(value)
