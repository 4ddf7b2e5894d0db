"""What detectors of a series of peaks share: their table, their options, their Result."""

from __future__ import annotations

from dataclasses import dataclass

import xarray as xr
from scipy import stats

from papilio.analysis.butterfly import ButterflyOptions
from papilio.analysis.loop_table import loop_table
from papilio.analysis.signatures import verdict as says
from papilio.analysis.signatures.points import ONE_SIDE, Points, points
from papilio.analysis.signatures.verdict import TWO_SIDED, Verdict
from papilio.errors import AnalysisError
from papilio.options import option
from papilio.result import Quantity, Result

PAPER = "The paper, doi:10.1038/s41467-025-58300-9, Figs. 2f, 3a-c"


@dataclass(frozen=True)
class PeakSeriesOptions:
    """Settings that all detectors of a series of peaks share."""

    field: float | None = option(
        None,
        unit="T",
        help="of field loops, the field at which Delta R is read; by default each loop's own peak",
    )
    variable: str = option("", help="resistance to use, where the data hold several")
    matters: float = option(
        9.7,
        unit="ohm",
        help="Delta R below which a sample counts as one without the signal (paper: 9.7 ohm per "
        "square is the smallest peak at 0.1 T/min)",
    )


def shared(count: int) -> float:
    """
    Standard deviations that the best of several candidates must have beyond those of one.

    Parameters
    ----------
    count : int
        Number of candidates.

    Returns
    -------
    float
        Zero for one (Bonferroni).
    """
    return float(stats.norm.isf(ONE_SIDE / count)) - TWO_SIDED


def peak_table(data: xr.Dataset, options: PeakSeriesOptions) -> xr.Dataset:
    """
    A table as it is; of field loops, their Delta R.

    Parameters
    ----------
    data : xarray.Dataset
        A table with ``delta_R``, or a record of field loops.
    options : PeakSeriesOptions
        How loops are read.

    Returns
    -------
    xarray.Dataset
        A table.
    """
    if "delta_R" in data or "delta_R_limit" in data:
        return data
    return loop_table(data, ButterflyOptions(variable=options.variable, field=options.field))


def peak_series(data: xr.Dataset, x: str, options: PeakSeriesOptions, flags: list[str]) -> Points:
    """
    Delta R against what was varied.

    Parameters
    ----------
    data : xarray.Dataset
        As `peak_table` takes it.
    x : str
        What was varied.
    options : PeakSeriesOptions
        How loops are read.
    flags : list of str
        Told what is left out.

    Returns
    -------
    Points
        By increasing ``x``.

    Raises
    ------
    AnalysisError
        If a variable is missing.
    """
    table = peak_table(data, options)
    if x not in table:
        raise AnalysisError(f"{data.attrs['source']}: there is no '{x}'; give it in the table")
    return points(table, x, "delta_R", flags)


def peak_result(
    name: str,
    verdict: Verdict,
    found: Points,
    x: str,
    unit: str,
    data: list[xr.Dataset],
    options: PeakSeriesOptions,
    flags: list[str],
    numbers: list[Quantity] | None = None,
) -> Result:
    """
    The Result of a detector of a series, with its points as a curve.

    Parameters
    ----------
    name : str
        Of the signature.
    verdict : Verdict
        The decision.
    found : Points
        The series.
    x, unit : str
        What was varied, and its unit.
    data : list of xarray.Dataset
        What was looked at.
    options : PeakSeriesOptions
        Settings.
    flags : list of str
        Of the whole answer.
    numbers : list of Quantity, optional
        Further numbers.

    Returns
    -------
    Result
        As `papilio.analysis.signatures.verdict.result` makes it.
    """
    return says.result(
        name,
        verdict,
        data,
        options,
        curves={"points": found.curve(x, "delta_R", (unit, "ohm"))},
        numbers=numbers or [],
        method="differences in standard deviations, two-sided at 5 %",
        flags=flags,
        references=(PAPER,),
    )
