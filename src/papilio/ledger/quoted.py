"""Checks of values that the study quotes against each other: why no sample can have them all."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from papilio.ledger.facts import Facts, Published
from papilio.ledger.finding import Verdict, finding, graded, graded_factor, told, value_of
from papilio.ledger.transition import T_BKT
from papilio.physics.ginzburg_landau import perpendicular_field_at_zero
from papilio.result import Quantity

#: Factors beyond which quoted values that ought to be one number are suspicious, inconsistent:
#: they are printed to two or three digits, mostly without an uncertainty.
PRINTED, APART = 1.02, 1.1


def bkt_below_Tc(facts: Facts) -> Quantity | None:
    """Highest quoted T_BKT over the quoted half-resistance T_C: at most one."""
    Tc, highest = facts.quoted("transition.Tc"), _highest(facts)
    if Tc is None or highest is None:
        return None
    share = highest.value / Tc.value
    word = "above" if share > 1 else "below"
    return finding(
        share,
        "",
        graded(share, 1.0, PRINTED),
        f"{highest.name} is quoted as {_told(highest)}, {word} the quoted T_C of {_told(Tc)} (half "
        f"resistance), and the resistance should vanish below T_BKT"
        + ("; no R(T) has both" if share > 1 else ""),
        method="quoted T_BKT over quoted T_C",
    )


def bkt_two_ways(facts: Facts) -> Quantity | None:
    """Quoted T_BKT from I-V curves over that from R(T): one."""
    first, second = (facts.quoted(name) for name in T_BKT)
    if first is None or second is None:
        return None
    share = first.value / second.value
    return finding(
        share,
        "",
        graded_factor(share, PRINTED, APART),
        f"T_BKT is quoted as {_told(first)} from I-V curves and as {_told(second)} from R(T), "
        f"{100 * (share - 1):+.1f} % apart: one film has one of them",
        method="quoted I-V over quoted Halperin-Nelson",
    )


def zero_resistance(facts: Facts) -> Quantity | None:
    """
    T_BKT over the quoted zero-resistance temperature: at most one for free vortices alone.

    A finite bar, weak links and quantum slips leave a resistance below T_BKT, so this alone is
    suspicious only.
    """
    T_zero = facts.quoted("transition.T_zero")
    published = facts.quoted("bkt.T_BKT_iv")
    found = facts.find("bkt.T_BKT_iv", "bkt.T_BKT_halperin_nelson")
    if T_zero is None or (published is None and found is None):
        return None
    T_BKT_here = published.value if published else value_of(found) if found else 0.0
    share = T_BKT_here / T_zero.value
    origin = "quoted" if published else "found here"
    word = "below" if share > 1 else "above"
    verdict: Verdict = "suspicious" if share > 1 else "consistent"
    return finding(
        share,
        "",
        verdict,
        f"T_zero is quoted as {_told(T_zero)}, {word} T_BKT = {told(T_BKT_here, 'K')} ({origin})"
        + (
            ": free vortices alone leave no resistance between the two, whatever the criterion of "
            "zero, so that a finite bar, weak links or quantum phase slips have to"
            if share > 1
            else ", as for free vortices"
        ),
        method="T_BKT over quoted T_zero",
    )


def critical_fields(facts: Facts) -> Quantity | None:
    """Quoted perpendicular field over that of the quoted coherence length: one."""
    field = facts.quoted("critical_field.Hc2_perpendicular_0")
    xi = facts.quoted("critical_field.xi_GL")
    if field is None or xi is None:
        return None
    expected = perpendicular_field_at_zero(xi.value)
    share = field.value / expected
    anisotropy = facts.quoted("critical_field.anisotropy")
    beside = ""
    if anisotropy is not None:
        beside = (
            f"; the quoted anisotropy of {anisotropy.value:g} would be "
            f"{anisotropy.value * share:.3g} with it"
        )
    return finding(
        share,
        "",
        graded_factor(share, PRINTED, 1.2),
        f"the quoted perpendicular field of {_told(field)} at T = 0 is {share:.3g} of "
        f"Phi_0/(2 pi xi^2) = {told(expected, 'T')} for the quoted xi_GL of {_told(xi)}{beside}",
        method="quoted Hc2(0) over Phi_0/(2 pi xi^2)",
    )


def Tc_on_the_slope(samples: Sequence[Facts]) -> Quantity | None:
    """Largest misfit between the quoted T_C of two samples and the quoted slope with density."""
    slope = next((q for f in samples if (q := f.quoted("scaling.Tc_slope"))), None)
    known = [
        (value_of(carriers), Tc)
        for f in samples
        if (Tc := f.quoted("transition.Tc")) and (carriers := f.carriers)
    ]
    if slope is None or len(known) < 2:
        return None
    misfits = [
        (b.value - a.value - slope.value * (second - first), first, second, a, b)
        for (first, a), (second, b) in itertools.combinations(sorted(known, key=_density), 2)
    ]
    misfit, first, second, a, b = max(misfits, key=lambda entry: abs(entry[0]))
    share = (b.value - a.value) / (slope.value * (second - first))
    return finding(
        share,
        "",
        graded_factor(share, 1.01, APART),
        f"T_C is quoted as {_told(a)} at {first:.2g} 1/m^2 and {_told(b)} at {second:.2g} 1/m^2; "
        f"with the quoted slope of {slope.value:.3g} K m^2 through the first, the second is "
        f"{told(abs(misfit), 'K')} off",
        method="rise of quoted T_C over quoted slope",
    )


def _density(entry: tuple[float, Published]) -> float:
    return entry[0]


def _highest(facts: Facts) -> Published | None:
    known = [q for q in map(facts.quoted, T_BKT) if q is not None]
    return max(known, key=lambda q: q.value, default=None)


def _told(published: Published) -> str:
    return told(published.value, published.unit, published.std)
