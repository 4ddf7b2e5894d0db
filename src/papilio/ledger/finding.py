"""What a check says: a number, a verdict and one sentence, as a Quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from papilio.result import Quantity, with_uncertainty

Verdict = Literal["consistent", "inconsistent", "suspicious", "undecided"]

#: The verdicts, the worst first: the order in which a report shows them.
VERDICTS: tuple[Verdict, ...] = ("inconsistent", "suspicious", "undecided", "consistent")

#: Disagreements in standard deviations from which a check is suspicious, inconsistent.
SUSPICIOUS_SIGMA, INCONSISTENT_SIGMA = 2.0, 3.0

_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M"}
_PREFIXED = {"A", "J", "T", "V", "W", "Wb", "eV", "m", "ohm", "s"}


def finding(
    value: float | None,
    unit: str,
    verdict: Verdict,
    sentence: str,
    *,
    std: float | None = None,
    conditions: Mapping[str, float | str] | None = None,
    method: str = "",
    limit: Literal["upper", "lower"] | None = None,
) -> Quantity:
    """
    The answer of a check; the ledger adds its name and reference.

    Parameters
    ----------
    value : float or None
        The number that decides, in `unit`.
    unit : str
        SI unit, empty for a ratio or a number of standard deviations.
    verdict : str
        One of `VERDICTS`.
    sentence : str
        One sentence with the numbers.
    std : float, optional
        One standard deviation of `value`.
    conditions : mapping, optional
        Temperature, field ... that the numbers are for.
    method : str, optional
        How the number was made.
    limit : {"upper", "lower"}, optional
        Where the value is a bound.

    Returns
    -------
    Quantity
        Without name; its flags are the verdict and the sentence.
    """
    return Quantity(
        "",
        value,
        unit,
        std,
        limit=limit,
        conditions=dict(conditions or {}),
        method=method,
        flags=(verdict, sentence),
    )


def graded(value: float, suspicious: float, inconsistent: float) -> Verdict:
    """
    Verdict on a number that should be small.

    Parameters
    ----------
    value : float
        The number.
    suspicious, inconsistent : float
        Values above which it is so.

    Returns
    -------
    str
        A verdict; "undecided" where the value is not finite.
    """
    if not math.isfinite(value):
        return "undecided"
    if value > inconsistent:
        return "inconsistent"
    return "suspicious" if value > suspicious else "consistent"


def graded_factor(times: float, suspicious: float, inconsistent: float) -> Verdict:
    """
    Verdict on a ratio that should be near one.

    Parameters
    ----------
    times : float
        The ratio.
    suspicious, inconsistent : float
        Factors, up or down, beyond which it is so.

    Returns
    -------
    str
        A verdict; "undecided" where the ratio is not above zero.
    """
    if not times > 0:
        return "undecided"
    return graded(abs(math.log(times)), math.log(suspicious), math.log(inconsistent))


def by_sigma(tension: float | None) -> Verdict:
    """
    Verdict on an excess in standard deviations.

    Parameters
    ----------
    tension : float or None
        Excess over what is allowed; None where no uncertainty is known.

    Returns
    -------
    str
        A verdict.
    """
    if tension is None:
        return "undecided"
    return graded(tension, SUSPICIOUS_SIGMA, INCONSISTENT_SIGMA)


def tension(first: Quantity, second: Quantity) -> float | None:
    """
    First less second in their combined standard deviations.

    Parameters
    ----------
    first, second : Quantity
        In the same unit, both with a value.

    Returns
    -------
    float or None
        None where neither has an uncertainty.
    """
    known = [q.std for q in (first, second) if q.std is not None and math.isfinite(q.std)]
    scale = math.hypot(*known) if known else 0.0
    return (value_of(first) - value_of(second)) / scale if scale > 0 else None


def ratio(first: Quantity, second: Quantity) -> tuple[float, float | None]:
    """
    First over second, with the standard deviation of independent numbers.

    Parameters
    ----------
    first, second : Quantity
        Both with a value.

    Returns
    -------
    value : float
        The ratio; infinite over zero.
    std : float or None
        None where neither has an uncertainty.
    """
    if value_of(second) == 0:
        return math.inf, None
    value = value_of(first) / value_of(second)
    parts = [
        (q.std or 0.0) / abs(value_of(q)) for q in (first, second) if q.value and q.std is not None
    ]
    return value, abs(value) * math.hypot(*parts) if parts else None


def value_of(quantity: Quantity) -> float:
    """
    The value of a quantity that is known to have one.

    Parameters
    ----------
    quantity : Quantity
        From `Facts.find`.

    Returns
    -------
    float
        Its value.

    Raises
    ------
    ValueError
        If it has none.
    """
    if quantity.value is None:
        raise ValueError(f"{quantity.name} has no value")
    return quantity.value


def told(value: float | Quantity, unit: str = "", std: float | None = None) -> str:
    """
    A number for a sentence, in a handy unit, with its uncertainty in brackets.

    Parameters
    ----------
    value : float or Quantity
        In SI; a Quantity brings its unit and uncertainty.
    unit : str, optional
        SI unit.
    std : float, optional
        One standard deviation.

    Returns
    -------
    str
        "61.63(12) nm", "3.8e+17 1/m^2".
    """
    if isinstance(value, Quantity):
        return told(value_of(value), value.unit, value.std)
    if unit not in _PREFIXED or value == 0 or not math.isfinite(value):
        return f"{_short(value, std)} {unit}".rstrip()
    power = 3 * math.floor(math.log10(abs(value)) / 3 + 1e-9)
    if power not in _PREFIXES:
        return f"{_short(value, std)} {unit}"
    scale = 10.0**power
    return f"{_short(value / scale, None if std is None else std / scale)} {_PREFIXES[power]}{unit}"


def _short(value: float, std: float | None) -> str:
    if std is None or not math.isfinite(std) or std <= 0:
        return f"{value:.3g}"
    if std < 1e-3 * abs(value):  # finer than a sentence needs
        return f"{value:.4g}"
    return with_uncertainty(value, std)
