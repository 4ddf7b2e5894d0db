"""Results: what an analysis found, frozen, with uncertainties, flags and where it came from."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import xarray as xr


@dataclass(frozen=True)
class Quantity:
    """
    One number that a study reports.

    Attributes
    ----------
    name : str
        As in results.json: "transition.Tc".
    value : float or None
        In `unit`; None when it could not be found (a flag says why).
    unit : str
        SI unit.
    std : float or None
        One standard deviation.
    interval68 : tuple of float, or None
        68 % interval, where it is not value -+ std.
    limit : {"upper", "lower"} or None
        Set when `value` is a limit at 95 % confidence rather than a measurement.
    conditions : mapping of str to float or str
        Temperature, direction, channel ... that tell this number from others of the same name.
    method : str
        How it was found, in a few words.
    flags : tuple of str
        What makes it unreliable.
    """

    name: str
    value: float | None
    unit: str
    std: float | None = None
    interval68: tuple[float, float] | None = None
    limit: Literal["upper", "lower"] | None = None
    conditions: Mapping[str, float | str] = field(default_factory=dict)
    method: str = ""
    flags: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = ", ".join(f"{key} {value}" for key, value in self.conditions.items())
        return f"{self.name}{f' ({where})' if where else ''} = {self.text()}"

    def text(self) -> str:
        """
        Value with its uncertainty in brackets and its unit.

        Returns
        -------
        str
            As in "0.6680(12) K" or "< 0.4 ohm".
        """
        if self.value is None:
            return "not determined"
        sign = {"upper": "< ", "lower": "> ", None: ""}[self.limit]
        text = f"{sign}{with_uncertainty(self.value, self.std)} {self.unit}".strip()
        if self.std is not None or self.interval68 is None:
            return text
        low, high = (with_uncertainty(end, None) for end in self.interval68)
        return f"{text} (68 %: {low} to {high})"


@dataclass(frozen=True)
class Result:
    """
    The answer of one analysis to one Dataset.

    Attributes
    ----------
    analysis : str
        Name of the analysis ("transition").
    quantities : tuple of Quantity
        The numbers.
    curves : mapping of str to xarray.Dataset
        What a figure needs: data, fits, windows. The analysis names them.
    options : mapping
        The settings that were used.
    sources : tuple of str
        Names of the files or simulations.
    synthetic : bool
        True when any of them is simulated.
    flags : tuple of str
        What makes the whole answer unreliable.
    references : tuple of str
        Literature behind the method.
    """

    analysis: str
    quantities: tuple[Quantity, ...]
    curves: Mapping[str, xr.Dataset] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    synthetic: bool = False
    flags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Quantity:
        """
        The first quantity of that name, with or without the name of the analysis before it.

        Parameters
        ----------
        name : str
            "Tc" or "transition.Tc".

        Returns
        -------
        Quantity
            The quantity.
        """
        matches = self.select(name)
        if not matches:
            known = ", ".join(dict.fromkeys(quantity.name for quantity in self.quantities))
            raise KeyError(f"no quantity '{name}'; there are {known}")
        return matches[0]

    def select(self, name: str, **conditions: float | str) -> tuple[Quantity, ...]:
        """
        All quantities of that name that meet the conditions.

        Parameters
        ----------
        name : str
            "Tc" or "transition.Tc".
        **conditions : float or str
            Values that `Quantity.conditions` must have.

        Returns
        -------
        tuple of Quantity
            In the order of the result.
        """
        wanted = (name, f"{self.analysis}.{name}")
        return tuple(
            quantity
            for quantity in self.quantities
            if quantity.name in wanted
            and all(quantity.conditions.get(key) == value for key, value in conditions.items())
        )

    def __str__(self) -> str:
        lines = [str(quantity) for quantity in self.quantities]
        return "\n".join([*lines, *(f"! {flag}" for flag in self.flags)])

    def _repr_html_(self) -> str:
        return table(self.quantities) + "".join(f"<p>{html.escape(f)}</p>" for f in self.flags)


def table(quantities: Iterable[Quantity]) -> str:
    """
    HTML table of quantities, everything escaped.

    Parameters
    ----------
    quantities : iterable of Quantity
        The rows.

    Returns
    -------
    str
        A ``<table>`` element.
    """
    rows = []
    for quantity in quantities:
        where = ", ".join(f"{key} {value}" for key, value in quantity.conditions.items())
        cells = (quantity.name, where, quantity.text(), "; ".join(quantity.flags))
        rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    head = "<tr><th>quantity</th><th>conditions</th><th>value</th><th>flags</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def with_uncertainty(value: float, std: float | None) -> str:
    """
    A number with its uncertainty in brackets, the uncertainty with two digits.

    Parameters
    ----------
    value : float
        The number.
    std : float or None
        One standard deviation; without one that is finite and above zero there are four
        significant digits and no brackets.

    Returns
    -------
    str
        "0.6680(12)", "3.86(11)e+17", "12.3(1.2)", "1358(123)".
    """
    if std is None or not math.isfinite(std) or std <= 0 or not math.isfinite(value):
        return f"{value:.4g}"
    if std < 1e-15 * abs(value):  # finer than the number itself is held
        return f"{value:.16g}"
    largest = max(abs(value), std)
    exponent = math.floor(math.log10(largest))
    scale = exponent if exponent >= 5 or exponent <= -4 else 0
    # Decimal, because a float has no 1e-324 to divide by.
    mantissa, error = (float(Decimal(number).scaleb(-scale)) for number in (value, std))
    digits = max(0, 1 - math.floor(math.log10(error)))
    if round(error * 10**digits) >= 100:  # 0.0996 rounds to three digits
        digits = max(0, digits - 1)
    shown = round(error, digits)
    bracket = f"{shown * 10**digits:.0f}" if shown < 1 or digits == 0 else f"{shown:.{digits}f}"
    suffix = f"e{scale:+03d}" if scale else ""
    mantissa = round(mantissa, digits) + 0.0  # minus zero becomes zero
    return f"{mantissa:.{digits}f}({bracket}){suffix}"
