"""Which numbers of a study stand in its table, and what explains those far from a reference."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation

from papilio.study import Row, StudyRun
from papilio.units import to_si

#: A table with more rows than this keeps to what has a reference.
MOST_ROWS = 120
#: Conditions that tell parts of one quantity from each other.
PARTS = {"side", "branch", "direction"}

#: Standard deviations from a reference, or from what was planted, that call for a reason.
FAR = 3.0

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")

#: Quantity -> checks of the ledger that say why a published value of it may not be met.
WHY: dict[str, tuple[str, ...]] = {
    "transition.Tc": ("T_BKT_below_Tc", "quoted_T_BKT_below_Tc", "quoted_Tc_slope"),
    "transition.T_zero": ("T_BKT_below_T_zero", "quoted_T_zero", "fit_equals_data"),
    "bkt.T_BKT_iv": ("T_BKT_below_T_zero", "quoted_T_zero", "quoted_T_BKT_two_ways"),
    "bkt.T_BKT_halperin_nelson": (
        "T_BKT_below_Tc",
        "T_BKT_two_ways",
        "quoted_T_BKT_below_Tc",
        "quoted_T_BKT_two_ways",
    ),
    "critical_field.Hc2_perpendicular_0": ("quoted_critical_fields",),
    "critical_field.anisotropy": ("quoted_critical_fields",),
    "critical_field.Hc2_parallel_0": ("reported_twice", "thickness_or_spin"),
    "butterfly.delta_R": ("flux_budget", "tilt"),
    "butterfly_series.delta_R": ("flux_budget", "tilt"),
    "scaling.Tc_slope": ("Tc_proportional", "quoted_Tc_slope"),
    "xps.Ta4_fraction": ("xps_doping",),
    "phase_slips.Tc_zero": ("literal_phase_slips", "phase_slip_prefactor", "fit_equals_data"),
    "phase_slips.dF0": ("literal_phase_slips", "phase_slip_prefactor", "barrier_monotonic"),
}


def reasons(run: StudyRun, row: Row) -> list[tuple[str, str]]:
    """
    Rows of the ledger that say what is wrong with the published value of a quantity.

    Parameters
    ----------
    run : StudyRun
        What was found.
    row : Row
        A quantity with a reference.

    Returns
    -------
    list of (str, str)
        Sample (empty where a check spans samples) and name of each check with a complaint.
    """
    if row.reference is None:
        return []
    wanted = {f"ledger.{name}" for name in WHY.get(row.quantity.name, ())}
    return [
        (sample, quantity.name.partition(".")[2])
        for sample in (row.sample, "")
        if sample in run.ledgers
        for quantity in run.ledgers[sample].quantities
        if quantity.name in wanted and quantity.flags[0] in ("inconsistent", "suspicious")
    ]


def far(run: StudyRun, row: Row) -> bool:
    """
    Whether a number lies further from its reference than errors and printed digits explain.

    Parameters
    ----------
    run : StudyRun
        What was found.
    row : Row
        A quantity, with a reference or without.

    Returns
    -------
    bool
        More than three standard deviations apart, and more than half of the last digit in which
        the study gives the reference. A limit is never far.
    """
    reference, quantity = row.reference, row.quantity
    if reference is None or quantity.value is None or quantity.limit is not None:
        return False
    apart = abs(quantity.value - reference["value"])
    combined = math.hypot(quantity.std or 0.0, reference["std"] or 0.0)
    return bool(apart > FAR * combined and apart > _half_digit(run, row))


def planted_apart(run: StudyRun, row: Row) -> bool:
    """
    Whether a number is far from its reference because it was planted there, and found again.

    Parameters
    ----------
    run : StudyRun
        What was found.
    row : Row
        A quantity.

    Returns
    -------
    bool
        False where nothing was planted, or something else was found.
    """
    value, std, truth = row.quantity.value, row.quantity.std, row.truth
    if truth is None or value is None or not std:
        return False
    return far(run, row) and abs(value - truth) <= FAR * std


def _half_digit(run: StudyRun, row: Row) -> float:
    """Half of the last digit that the study gives of a reference, in SI; zero if unknown."""
    for entry in run.study.references:
        if entry.quantity != row.quantity.name or entry.sample not in (None, row.sample):
            continue
        found = _NUMBER.match(str(entry.value).strip())
        if row.reference is None or entry.where != row.reference["where"] or found is None:
            continue
        try:
            exponent = Decimal(found.group()).as_tuple().exponent
        except InvalidOperation:
            continue
        unit = str(entry.value).strip()[found.end() :]
        if isinstance(exponent, int):
            half = Decimal(5).scaleb(exponent - 1)
            return to_si(f"{half}{unit}" if unit else float(half), row.quantity.unit)
    return 0.0


def split(run: StudyRun) -> tuple[list[Row], list[Row]]:
    """
    Rows for the table of the study, and those that stand with their question.

    Parameters
    ----------
    run : StudyRun
        What was found; the ledger's rows are left out, for they have a table of their own.

    Returns
    -------
    headlines, details : list of Row
        In the order of the study.
    """
    only = only_referenced(run)
    headlines: list[Row] = []
    details: list[Row] = []
    for row in _answers(run):
        aside = row.reference is None if only else _is_part(row)
        (details if aside else headlines).append(row)
    return headlines, details


def only_referenced(run: StudyRun) -> bool:
    """
    Whether the table of the study, too long otherwise, holds only what has a reference.

    Parameters
    ----------
    run : StudyRun
        What was found.

    Returns
    -------
    bool
        False where the study gives no reference.
    """
    found = _answers(run)
    many = sum(not _is_part(row) for row in found) > MOST_ROWS
    return many and any(row.reference is not None for row in found)


def _answers(run: StudyRun) -> list[Row]:
    return [row for row in run.rows if row.result.analysis != "ledger"]


def _is_part(row: Row) -> bool:
    """One side, branch or direction of a quantity that nothing is compared with."""
    apart = PARTS.intersection(row.quantity.conditions)
    return bool(apart) and row.reference is None and row.truth is None
