"""What a column of free text most likely is, from its name and unit."""

from __future__ import annotations

import re
from collections.abc import Container

from papilio.readers.assemble import Quantity
from papilio.readers.header_units import to_si
from papilio.readers.naming import safe_name, slug, split_unit, unused
from papilio.vocabulary import VOCABULARY

#: Pattern in the slug of a name -> quantity, tried in order; what the pattern leaves of the name
#: goes behind the quantity (``channel_8_temp`` -> ``temperature_channel_8``).
PATTERNS: tuple[tuple[str, str], ...] = (
    (r"(?<![a-z])diff(?:erential)?_res(?:istance)?|dv_?di", "differential_resistance"),
    (r"(?<![a-z])diff(?:erential)?_cond(?:uctance)?|di_?dv", "differential_conductance"),
    (r"hall_res(?:istance)?|(?<![a-z])r_?xy(?![a-z])", "hall_resistance"),
    (r"(?:sheet|square)_resistance|(?<![a-z])r_?s(?:heet|quare)(?![a-z])", "sheet_resistance"),
    (
        r"re[a-z]{0,4}s[a-z]?tance|(?<![a-z])res(?:x|istor)?(?![a-z])|(?<![a-z])r(?:_?xx)?(?![a-z])",
        "resistance",
    ),
    (r"(?<![a-z])temp(?:erature)?(?![a-z])|(?<![a-z])t(?![a-z])", "temperature"),
    (
        r"(?<![a-z])([xyz])_(?:magnetic_)?field(?![a-z])|(?<![a-z])(?:field|b)_([xyz])(?![a-z])",
        "field",
    ),
    (
        r"(?:magnet(?:ic)?_)?(?:field|b_?par(?:allel)?|b_?perp(?:endicular)?)(?![a-z])"
        r"|(?<![a-z])(?:mu0_?)?[bh](?![a-z])",
        "field",
    ),
    (r"gate_volt(?:age|s)?|(?<![a-z])v_?(?:bg|tg|g|gate)(?![a-z])", "gate_voltage"),
    (r"excitation_current", "excitation_current"),
    (r"(?<![a-z])volt(?:age|s)?(?![a-z])|(?<![a-z])v(?![a-z])", "voltage"),
    (r"(?<![a-z])curr(?:ent)?(?![a-z])|(?<![a-z])i(?![a-z])", "current"),
    (r"(?<![a-z])cond(?:x|uctance)?(?![a-z])", "conductance"),
    (r"(?<![a-z])freq(?:uency)?(?![a-z])", "frequency"),
    (r"(?<![a-z])phase(?![a-z])", "phase"),
    (r"(?<![a-z])angle(?![a-z])", "angle"),
    (r"(?<![a-z])time(?:_?stamp)?(?![a-z])", "time"),
    (r"(?<![a-z])moment(?![a-z])", "moment"),
)
#: Quantities that instruments state in many units: without a unit they are not believed.
UNIT_NEEDED = {"conductance", "differential_conductance", "moment"}
_FILLERS = {"magnet", "magnetic", "sample", "the", "of"}


def guess(label: str, taken: Container[str]) -> tuple[Quantity, bool]:
    """
    What a column most likely holds.

    Parameters
    ----------
    label : str
        As in "Channel 8 Temp (K)" or "lockin_3_ResX".
    taken : container of str
        Names that are in use.

    Returns
    -------
    quantity : Quantity
        A vocabulary name where name and unit agree, else a name of its own.
    assumed : bool
        Whether the SI unit was taken because the file states none.
    """
    text, unit = split_unit(label)
    return guess_from([text], unit, label, taken)


def guess_from(
    texts: list[str], unit: str | None, label: str, taken: Container[str]
) -> tuple[Quantity, bool]:
    """
    What a column with several descriptions most likely holds.

    Parameters
    ----------
    texts : list of str
        Descriptions without unit; the first that names a quantity counts.
    unit : str or None
        Unit as the file spells it; None where none is stated.
    label : str
        Name of the column in the file.
    taken : container of str
        Names that are in use.

    Returns
    -------
    quantity : Quantity
        A vocabulary name where name and unit agree, else a name of its own.
    assumed : bool
        Whether the SI unit was taken because the file states none.
    """
    known = to_si(unit) if unit is not None else None
    for text in texts:
        quantity = _quantity(slug(text))
        if quantity is None:
            continue
        base, rest = quantity
        if unit is None and base not in UNIT_NEEDED:
            name = unused("_".join((base, *rest)), taken)
            return Quantity(name, VOCABULARY[base][0], 1.0, label), True
        if known is not None and known[0] == VOCABULARY[base][0]:
            name = unused("_".join((base, *rest)), taken)
            return Quantity(name, known[0], known[1], label), False
    si, factor = known or (unit or "", 1.0)
    return Quantity(safe_name(texts[0], si, taken), si, factor, label), False


def _quantity(name: str) -> tuple[str, list[str]] | None:
    """Quantity and the words that tell one such column from another."""
    for pattern, base in PATTERNS:
        match = re.search(pattern, name)
        if match is None:
            continue
        axis = next((group for group in match.groups() if group), None)
        words = (name[: match.start()] + "_" + name[match.end() :]).split("_")
        rest = [word for word in words if word and word not in _FILLERS]
        if rest and rest[-1] == "std":
            rest[-1] = "deviation"
        return (f"{base}_{axis}" if axis else base), rest
    return None
