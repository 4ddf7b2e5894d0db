"""Numbers for people: handy units, uncertainty in brackets, distance in standard deviations."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from papilio.result import with_uncertainty

#: SI unit -> (factor to SI, unit shown), the largest first. A unit is taken where the largest of
#: the numbers is at least half of it, or a tenth of it for temperatures.
_SCALES: dict[str, tuple[tuple[float, str], ...]] = {
    "K": ((1.0, "K"), (1e-3, "mK")),
    "T": ((1.0, "T"), (1e-3, "mT"), (1e-6, "µT")),
    "m": ((1e-3, "mm"), (1e-6, "µm"), (1e-9, "nm")),
    "ohm": ((1e6, "MΩ"), (1e3, "kΩ"), (1.0, "Ω"), (1e-3, "mΩ")),
    "A": ((1.0, "A"), (1e-3, "mA"), (1e-6, "µA"), (1e-9, "nA"), (1e-12, "pA")),
    "V": ((1.0, "V"), (1e-3, "mV"), (1e-6, "µV"), (1e-9, "nV")),
    "s": ((1.0, "s"), (1e-3, "ms")),
    "J": ((1.0, "J"),),
    "1/m": ((1e9, "nm⁻¹"),),
    "1/m^2": ((1e17, "10¹⁷ m⁻²"),),
    "m^2/(V s)": ((1e-4, "cm²/(V s)"),),
    "T/s": ((1e-3 / 60, "mT/min"),),
    "K/s": ((1 / 60, "K/min"),),
    "ohm/T": ((1.0, "Ω/T"),),
    "ohm T": ((1.0, "Ω T"), (1e-3, "mΩ T")),
    "T/K": ((1.0, "T/K"), (1e-3, "mT/K")),
    "A*m^2": ((1.0, "A m²"),),
    "": ((1.0, ""),),
}
#: Other spellings of the same units.
_SPELLINGS = {
    "m^-2": "1/m^2",
    "1/m2": "1/m^2",
    "m^-1": "1/m",
    "m^2/V/s": "m^2/(V s)",
    "m^2/(V*s)": "m^2/(V s)",
    "m^2 V^-1 s^-1": "m^2/(V s)",
    "ohm*T": "ohm T",
    "T*ohm": "ohm T",
    "1": "",
}

_EXPONENT = re.compile(r"e([+-]\d+)")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def scale_of(unit: str, values: Iterable[float | None]) -> tuple[float, str]:
    """
    A handy unit for some numbers.

    Parameters
    ----------
    unit : str
        Their SI unit.
    values : iterable of float or None
        The numbers that are to share it.

    Returns
    -------
    factor : float
        ``number_in_SI = factor * number_shown``.
    label : str
        The unit shown.
    """
    scales = _SCALES.get(_SPELLINGS.get(unit, unit))
    if scales is None:
        return 1.0, unit
    largest = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    if largest == 0.0:
        return next((scale for scale in scales if scale[0] == 1.0), scales[0])
    for factor, label in scales:
        if largest >= (0.1 if label == "K" else 0.5) * factor:
            return factor, label
    return scales[-1]


def number(value: float | None, std: float | None, factor: float, limit: str | None = None) -> str:
    """
    A number with its uncertainty, in the unit shown.

    Parameters
    ----------
    value, std : float or None
        In SI.
    factor : float
        From `scale_of`.
    limit : str or None
        "upper" or "lower" for a limit.

    Returns
    -------
    str
        "0.6680(12)", "< 0.4", "not determined".
    """
    if value is None or not math.isfinite(value):
        return "not determined"
    sign = {"upper": "< ", "lower": "> "}.get(limit or "", "")
    text = with_uncertainty(value / factor, None if std is None else std / factor)
    return sign + _EXPONENT.sub(_as_power, text).replace("-", "−")


def _as_power(match: re.Match[str]) -> str:
    return f" × 10{str(int(match.group(1))).translate(_SUPERSCRIPTS)}"


def beside(value: float, std: float | None, factor: float) -> str:
    """
    An exact number with as many digits as the uncertainty of the one it stands beside is worth.

    Parameters
    ----------
    value : float
        In SI.
    std : float or None
        Uncertainty of the number beside it, in SI.
    factor : float
        From `scale_of`.

    Returns
    -------
    str
        "0.66800".
    """
    shown = value / factor
    if std is None or not math.isfinite(std) or std <= 0 or not 1e-4 <= abs(shown) < 1e5:
        text = f"{shown:.6g}"
    else:
        digits = max(0, 1 - math.floor(math.log10(std / factor)))
        text = f"{shown:.{min(digits, 12)}f}"
    return _EXPONENT.sub(_as_power, text).replace("-", "−")


def distance(
    value: float | None, std: float | None, other: float | None, other_std: float | None = None
) -> str:
    """
    How far a number is from another, in standard deviations combined.

    Parameters
    ----------
    value, std : float or None
        The number.
    other, other_std : float or None
        What it is compared with.

    Returns
    -------
    str
        "+1.2 σ", "−3.0 %" where neither has an uncertainty, or "".
    """
    if value is None or other is None or not (math.isfinite(value) and math.isfinite(other)):
        return ""
    known = [s for s in (std, other_std) if s is not None and math.isfinite(s) and s > 0]
    if known:
        return f"{(value - other) / math.hypot(*known):+.1f} σ".replace("-", "−")
    return difference(value, other)


def difference(value: float | None, other: float | None) -> str:
    """
    Difference of a number from another, in percent.

    Parameters
    ----------
    value, other : float or None
        The number and what it is compared with.

    Returns
    -------
    str
        "−3.0 %", or "" where there is nothing to compare.
    """
    if value is None or other is None or other == 0 or not math.isfinite(value / other):
        return ""
    return f"{100 * (value / other - 1):+.1f} %".replace("-", "−")
