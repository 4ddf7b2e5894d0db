"""The table of checks, and what they say about a sample or about all samples of a study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from papilio.ledger import (
    carriers,
    coherence,
    dissipation,
    field_sweeps,
    magnet,
    quoted,
    samples,
    transition,
)
from papilio.ledger.facts import Facts
from papilio.ledger.finding import VERDICTS
from papilio.result import Quantity, Result


@dataclass(frozen=True)
class Check:
    """
    A comparison of numbers of one sample.

    Attributes
    ----------
    function : callable
        Takes the Facts of a sample; returns a Quantity from `finding`, or None where its inputs
        are not there.
    help : str
        What is compared, one sentence.
    reference : str
        Where the comparison, or the law behind it, comes from.
    """

    function: Callable[[Facts], Quantity | None]
    help: str
    reference: str


@dataclass(frozen=True)
class StudyCheck:
    """
    A comparison that spans samples.

    Attributes
    ----------
    function : callable
        Takes the Facts of each sample; returns a Quantity from `finding`, or None.
    help : str
        What is compared, one sentence.
    reference : str
        Where the comparison, or the law behind it, comes from.
    """

    function: Callable[[Sequence[Facts]], Quantity | None]
    help: str
    reference: str


_SOURCE = "doi:10.1038/s41467-025-58300-9"
_UNBINDING = "Halperin and Nelson, doi:10.1007/BF00116988"
_TINKHAM = "Tinkham, Introduction to Superconductivity, 2nd ed."
_HEAT = "Pendry, doi:10.1088/0305-4470/16/10/012; Schwab et al., doi:10.1038/35010065"

#: Name behind "ledger." -> what is checked about each sample.
CHECKS: dict[str, Check] = {
    "T_BKT_below_Tc": Check(
        transition.bkt_below_Tc, "T_BKT lies below the half-resistance T_C", _UNBINDING
    ),
    "T_BKT_below_T_zero": Check(
        transition.bkt_below_T_zero,
        "T_BKT from I-V curves lies below the zero-resistance temperature",
        _UNBINDING,
    ),
    "T_BKT_two_ways": Check(
        transition.iv_against_resistance,
        "T_BKT from I-V curves and from R(T) agree",
        _UNBINDING,
    ),
    "T_BKT_below_mean_field": Check(
        transition.mean_field_Tc,
        "T_BKT lies below the mean-field T_C0 of the paraconductivity",
        "Aslamazov and Larkin, doi:10.1016/0375-9601(68)90623-3",
    ),
    "T_BKT_dirty_film": Check(
        transition.dirty_film_T_BKT,
        "T_BKT is that of a uniform dirty film of this resistance",
        "Beasley, Mooij and Orlando, doi:10.1103/PhysRevLett.42.1165",
    ),
    "thermometer_lag": Check(
        transition.thermometer_lag,
        "cooling and warming show the same transition",
        "definition",
    ),
    "quoted_T_BKT_below_Tc": Check(
        quoted.bkt_below_Tc,
        "the quoted T_BKT lies below the quoted T_C",
        "Halperin and Nelson, doi:10.1007/BF00116988",
    ),
    "quoted_T_BKT_two_ways": Check(
        quoted.bkt_two_ways,
        "the quoted T_BKT from I-V curves and from R(T) agree",
        "Halperin and Nelson, doi:10.1007/BF00116988",
    ),
    "quoted_T_zero": Check(
        quoted.zero_resistance,
        "the quoted zero-resistance temperature lies above T_BKT",
        "Halperin and Nelson, doi:10.1007/BF00116988",
    ),
    "quoted_critical_fields": Check(
        quoted.critical_fields,
        "the quoted perpendicular field is that of the quoted coherence length",
        f"{_SOURCE}, Eq. (1)",
    ),
    "literal_phase_slips": Check(
        dissipation.literal_phase_slips,
        "Eq. (3) with the literal prefactor gives the measured resistance",
        f"{_SOURCE}, Eq. (3); McCumber and Halperin, doi:10.1103/PhysRevB.1.1054",
    ),
    "phase_slip_prefactor": Check(
        dissipation.phase_slip_prefactor,
        "a free LAMH fit finds the literal prefactor",
        f"{_SOURCE}, Eq. (3); McCumber and Halperin, doi:10.1103/PhysRevB.1.1054",
    ),
    "phase_slip_width": Check(
        dissipation.phase_slip_width,
        "the fitted barrier is that of a phase slip of the whole bar",
        "Tinkham and Lau, doi:10.1063/1.1474619",
    ),
    "clean_or_dirty": Check(
        coherence.clean_or_dirty,
        "mean free path against coherence length",
        f"{_TINKHAM}, Eq. (4.24b)",
    ),
    "metallic": Check(
        coherence.ioffe_regel,
        "k_F l is above one",
        "Ioffe and Regel, Prog. Semicond. 4, 237 (1960)",
    ),
    "two_dimensional": Check(
        coherence.two_dimensional,
        "the superconductor is thinner than its coherence length",
        f"{_SOURCE}, Eqs. (1), (2)",
    ),
    "pauli": Check(
        coherence.pauli,
        "the parallel critical field stays below the Pauli limit, or a spin-orbit energy allows it",
        "Clogston, doi:10.1103/PhysRevLett.9.266; Chandrasekhar, doi:10.1063/1.1777362",
    ),
    "thickness_or_spin": Check(
        coherence.thickness_or_spin,
        "the thickness from the parallel field leaves room for spins",
        "Klemm, Luther and Beasley, doi:10.1103/PhysRevB.12.877",
    ),
    "zero_temperature_field": Check(
        coherence.zero_temperature_field,
        "the perpendicular field at T = 0 does not depend on the law",
        "Werthamer, Helfand and Hohenberg, doi:10.1103/PhysRev.147.295",
    ),
    "parallel_alignment": Check(
        coherence.parallel_alignment,
        "the misalignment does not limit the parallel critical field",
        f"{_TINKHAM}, Sec. 4.10",
    ),
    "flux_budget": Check(
        dissipation.flux_budget,
        "the magnet moves as much flux as the phase slips of the peak need",
        "Josephson, doi:10.1016/0031-9163(62)91369-0",
    ),
    "heating": Check(
        dissipation.heating, "the measuring current does not heat the bar to the peak", _HEAT
    ),
    "reversal_heat": Check(
        dissipation.reversal_heating,
        "the heat of the magnet's reversal does not make the peak",
        _HEAT,
    ),
    "remanent_field": Check(
        magnet.remanent_field,
        "the two branches of a loop lie symmetric about zero field",
        "definition",
    ),
    "field_offset": Check(
        magnet.field_offset, "critical fields of both signs are the same", "definition"
    ),
    "direction_of_sweep": Check(
        field_sweeps.direction_of_sweep,
        "upward and downward sweeps show the same zero of field",
        "definition",
    ),
    "mirrored_windows": Check(
        field_sweeps.mirrored_windows,
        "reversing the field turns one branch of a loop into the other, but for one shift",
        "time reversal: R(B, M) = R(-B, -M), Onsager, doi:10.1103/PhysRev.38.2265",
    ),
    "loop_hysteresis": Check(
        field_sweeps.loop_without_peak,
        "the branches of a loop are displaced as a magnet's are, behind the sweep",
        "definition",
    ),
    "law_of_critical_field": Check(
        field_sweeps.law_of_critical_field,
        "one of the fitted laws describes the critical fields within their errors",
        f"{_TINKHAM}, Sec. 4.10; Werthamer, Helfand and Hohenberg, doi:10.1103/PhysRev.147.295",
    ),
    "extrapolated_Tc": Check(
        field_sweeps.extrapolated_Tc,
        "T_C from critical fields is not far beyond the hottest of them",
        "definition",
    ),
    "tilt": Check(
        magnet.tilt,
        "a misalignment leaves no perpendicular field that matters",
        f"{_TINKHAM}, Sec. 4.10",
    ),
    "lock_in_lag": Check(
        dissipation.lock_in_lag,
        "the lock-in follows the peak at the rate of the sweep",
        "low-pass of first order",
    ),
    "linear_response": Check(
        dissipation.linear_response,
        "the measuring current is far below the critical one",
        "square array: Hasenbusch, doi:10.1088/0305-4470/38/26/003",
    ),
    "hall_density": Check(
        carriers.hall_density, "the Hall density is the one that the study states", "definition"
    ),
    "luttinger_count": Check(
        carriers.luttinger_count,
        "the Hall density counts the Fermi surface",
        "Luttinger, doi:10.1103/PhysRev.119.1153",
    ),
    "capacitor_count": Check(
        carriers.capacitor_count,
        "the gate changes the Hall density by the charge of its capacitor",
        "charge of a capacitor, dn = C dV/e",
    ),
    "cell_doping": Check(
        carriers.cell_doping,
        "the first-principles cell is doped like the sample",
        f"{_SOURCE}, Methods",
    ),
    "xps_doping": Check(
        carriers.xps_doping,
        "the reduced ions that photoemission sees are the carriers",
        f"{_SOURCE}, Fig. S3",
    ),
    "calculated_moment": Check(
        carriers.moment_measured,
        "the measured moment is not above the calculated one",
        f"{_SOURCE}, Fig. 4",
    ),
    "moment_in_spheres": Check(
        carriers.moment_in_spheres,
        "a part of the calculated moment lies between the ions",
        f"{_SOURCE}, text on Fig. 4",
    ),
    "stoner_product": Check(
        carriers.stoner_product,
        "N(E_F) I is above one however it is counted",
        "Stoner, Proc. R. Soc. A 165, 372 (1938), doi:10.1098/rspa.1938.0066",
    ),
    "reported_twice": Check(
        carriers.reported_twice,
        "a quantity that is quoted twice is quoted alike",
        "the places that the study names",
    ),
}

#: Name behind "ledger." -> what is checked about all samples together.
STUDY_CHECKS: dict[str, StudyCheck] = {
    "Tc_proportional": StudyCheck(
        samples.Tc_proportional, "T_C is proportional to the density", f"{_SOURCE}, Fig. 1c"
    ),
    "quoted_Tc_slope": StudyCheck(
        quoted.Tc_on_the_slope,
        "the quoted T_C lie on the quoted slope with density",
        f"{_SOURCE}, Fig. 1c",
    ),
    "barrier_monotonic": StudyCheck(
        samples.barrier_monotonic,
        "the barrier of phase slips grows with density as T_C does",
        f"{_SOURCE}, Table 1",
    ),
    "one_magnet": StudyCheck(
        field_sweeps.one_magnet,
        "samples in one magnet show the same remanent field",
        "definition",
    ),
    "fit_equals_data": StudyCheck(
        samples.fit_equals_data,
        "quoted fits scatter about the quoted data",
        f"{_SOURCE}, Table 1",
    ),
}


def ledger(facts: Facts, results: Iterable[Result] = ()) -> Result | None:
    """
    What the checks say about one sample.

    Parameters
    ----------
    facts : Facts
        What is known about it.
    results : iterable of Result
        Where that comes from.

    Returns
    -------
    Result or None
        One quantity ``ledger.<check>`` for each check whose inputs are there, whose flags are the
        verdict, a sentence with the numbers and the reference; None where no check applies.
    """
    said = [(name, check.reference, check.function(facts)) for name, check in CHECKS.items()]
    return _result(said, results)


def across(facts: Sequence[Facts], results: Iterable[Result] = ()) -> Result | None:
    """
    What the checks say that span samples.

    Parameters
    ----------
    facts : sequence of Facts
        One for each sample.
    results : iterable of Result
        Where they come from.

    Returns
    -------
    Result or None
        As `ledger`.
    """
    said = [(name, check.reference, check.function(facts)) for name, check in STUDY_CHECKS.items()]
    return _result(said, results)


def tally(ledgers: Iterable[Result]) -> str:
    """
    How many checks have which verdict, the worst first.

    Parameters
    ----------
    ledgers : iterable of Result
        From `ledger` and `across`.

    Returns
    -------
    str
        "2 inconsistent, 1 suspicious, 8 consistent".
    """
    said = Counter(quantity.flags[0] for result in ledgers for quantity in result.quantities)
    return ", ".join(f"{said[verdict]} {verdict}" for verdict in VERDICTS if said[verdict])


def _result(
    said: Iterable[tuple[str, str, Quantity | None]], results: Iterable[Result]
) -> Result | None:
    quantities = tuple(
        replace(found, name=f"ledger.{name}", flags=(*found.flags, reference))
        for name, reference, found in said
        if found is not None
    )
    if not quantities:
        return None
    origins = list(results)
    return Result(
        "ledger",
        quantities,
        sources=tuple(dict.fromkeys(source for r in origins for source in r.sources)),
        synthetic=any(r.synthetic for r in origins),
    )
