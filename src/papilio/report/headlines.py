"""Which numbers of a study stand in the tables of its samples, and which with their question."""

from __future__ import annotations

from papilio.study import Row, StudyRun

#: Tables of samples with more rows than this keep to what has a reference.
MOST_ROWS = 120
#: Conditions that tell parts of one quantity from each other.
PARTS = {"side", "branch", "direction"}

#: Quantity -> checks of the ledger that say why a published value of it may not be met.
WHY: dict[str, tuple[str, ...]] = {
    "transition.T_zero": ("T_BKT_below_T_zero", "fit_equals_data"),
    "bkt.T_BKT_iv": ("T_BKT_below_T_zero", "T_BKT_two_ways"),
    "bkt.T_BKT_halperin_nelson": ("T_BKT_below_Tc", "T_BKT_two_ways"),
    "critical_field.Hc2_parallel_0": ("reported_twice", "thickness_or_spin"),
    "butterfly.delta_R": ("flux_budget", "tilt"),
    "butterfly_series.delta_R": ("flux_budget", "tilt"),
    "scaling.Tc_slope": ("Tc_proportional",),
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


def split(run: StudyRun) -> tuple[list[Row], list[Row]]:
    """
    Rows for the tables of the samples, and those that stand with their question.

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
    Whether the tables of the samples, too long otherwise, hold only what has a reference.

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
