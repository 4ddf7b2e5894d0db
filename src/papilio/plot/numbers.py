"""Numbers in figures: units with prefixes for axes, values with uncertainties for notes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from papilio.result import Quantity, Result, with_uncertainty


def handy(unit: str, *values: NDArray[np.float64]) -> tuple[float, str]:
    """
    Unit with the prefix in which an axis reads best.

    Parameters
    ----------
    unit : str
        An SI unit that takes prefixes: "A", "V".
    *values : array
        Numbers in that unit.

    Returns
    -------
    factor : float
        ``shown = factor * value``.
    unit : str
        With prefix: "µA".
    """
    largest = max((float(np.nanmax(np.abs(v))) for v in values if np.isfinite(v).any()), default=0)
    for exponent, prefix in ((0, ""), (-3, "m"), (-6, "µ"), (-9, "n"), (-12, "p")):
        if largest >= 10.0**exponent:
            return 10.0**-exponent, f"{prefix}{unit}"
    return 1.0, unit


def power_of_ten(unit: str, *values: NDArray[np.float64]) -> tuple[float, str]:
    """
    Power of ten that the numbers of an axis share.

    Parameters
    ----------
    unit : str
        Their unit, as it is to be read: "A m²".
    *values : array
        Numbers in that unit.

    Returns
    -------
    factor : float
        ``shown = factor * value``.
    unit : str
        With the power before it: "10⁻⁹ A m²".
    """
    largest = max((float(np.nanmax(np.abs(v))) for v in values if np.isfinite(v).any()), default=0)
    exponent = 3 * math.floor(math.log10(largest) / 3) if largest > 0 else 0
    if exponent == 0:
        return 1.0, unit
    return 10.0**-exponent, f"$10^{{{exponent}}}$ {unit}"


def shown(value: float | None, std: float | None, factor: float, unit: str) -> str:
    """
    A number with its uncertainty, for a note in a figure.

    Parameters
    ----------
    value, std : float or None
        In SI.
    factor : float
        ``shown = factor * value``.
    unit : str
        The unit shown.

    Returns
    -------
    str
        "61.6(1.2) nm", or "not determined".
    """
    if value is None:
        return "not determined"
    text = with_uncertainty(value * factor, None if std is None else std * factor)
    mantissa, power, exponent = text.partition("e")
    mantissa = mantissa.replace("-", "−")
    text = f"{mantissa} × $10^{{{int(exponent)}}}$" if power else mantissa
    return f"{text} {unit}".rstrip()


def quantity_text(quantity: Quantity, factor: float, unit: str) -> str:
    """
    A quantity for a note in a figure, with the sign of a limit.

    Parameters
    ----------
    quantity : Quantity
        The number.
    factor : float
        ``shown = factor * value``.
    unit : str
        The unit shown.

    Returns
    -------
    str
        "= 61.6(1.2) nm", "< 0.4 Ω" or "not determined".
    """
    if quantity.value is None:
        return "not determined"
    sign = {"upper": "<", "lower": ">", None: "="}[quantity.limit]
    return f"{sign} {shown(quantity.value, quantity.std, factor, unit)}"


def plain(result: Result, name: str) -> Quantity | None:
    """
    The determined quantity of that name with fewest conditions.

    Parameters
    ----------
    result : Result
        An answer.
    name : str
        Name of the quantity.

    Returns
    -------
    Quantity or None
        None where there is none.
    """
    known = [quantity for quantity in result.select(name) if quantity.value is not None]
    return min(known, key=lambda quantity: len(quantity.conditions), default=None)
