"""Conversion at the edges: strings and foreign units in, SI floats out (and back for people)."""

from __future__ import annotations

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


#: How laboratory files spell units, where pint would misread or refuse.
SPELLINGS = {
    "Oe": "oersted_flux",
    "oe": "oersted_flux",
    "kOe": "kilooersted_flux",
    "Gauss": "gauss",
    "G": "gauss",
    "ohms": "ohm",
    "Ohms": "ohm",
    "Ohm": "ohm",
    "Ω": "ohm",
    "kΩ": "kiloohm",
    "A m2": "ampere * meter ** 2",
    "Am2": "ampere * meter ** 2",
    "A*m^2": "ampere * meter ** 2",
    "sec": "second",
    "secs": "second",
    "min": "minute",
    "deg": "degree",
    "T/min": "tesla / minute",
    "mT/min": "millitesla / minute",
    "": "dimensionless",
    "1": "dimensionless",
}


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
    registry = _registry()
    try:
        units = [
            registry.Unit(SPELLINGS.get(text.strip(), text.strip())) for text in (source, target)
        ]
        return float(registry.Quantity(1.0, units[0]).to(units[1]).magnitude)
    except pint.DimensionalityError as error:
        raise OptionsError(
            f"unit '{source}' is not a unit of the same quantity as '{target}'; use one that is"
        ) from error
    except Exception as error:  # pint raises many kinds, down to tokenize errors, for bad text
        raise OptionsError(f"unit '{source}' is not known; write it as in '{target}'") from error


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
        return float(value)
    if not isinstance(value, str):
        raise OptionsError(
            f"{value!r} is not a quantity; write a number in {unit} or a text with unit"
        )
    text = value.strip()
    number, _, rest = text.partition(" ")
    try:
        magnitude = float(number)
    except ValueError as error:
        raise OptionsError(
            f"'{text}' is not a quantity; write a number, a blank and a unit, as in '0.1 {unit}'"
        ) from error
    if not rest.strip() and unit not in ("", "1"):
        raise OptionsError(f"'{text}' has no unit; write it as in '{number} {unit}'")
    return magnitude * factor(rest, unit)
