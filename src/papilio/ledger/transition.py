"""Checks of the transition: which temperatures may lie above which, and two ways to one number."""

from __future__ import annotations

from papilio.ledger.facts import Facts
from papilio.ledger.finding import (
    by_sigma,
    finding,
    graded,
    ratio,
    tension,
    told,
    value_of,
)
from papilio.physics.dirty_limit import vortex_unbinding_temperature
from papilio.result import Quantity

#: The ways to T_BKT that stand on their own.
T_BKT = ("bkt.T_BKT_iv", "bkt.T_BKT_halperin_nelson")


def bkt_below_Tc(facts: Facts) -> Quantity | None:
    """
    Excess of the highest T_BKT over the half-resistance T_C, in standard deviations.

    Below T_BKT the resistance is zero, so half of it cannot be left at a lower temperature.
    """
    Tc, highest = facts.find("transition.Tc"), _highest(facts)
    if Tc is None or highest is None:
        return None
    excess = tension(highest, Tc)
    word = "above" if value_of(highest) > value_of(Tc) else "below"
    return finding(
        excess,
        "",
        by_sigma(excess),
        f"{highest.name} = {told(highest)} lies {word} T_C = {told(Tc)} (half resistance), "
        f"and the resistance should vanish below T_BKT",
        std=None if excess is None else 1.0,
        method="(T_BKT - T_C)/sigma",
    )


def bkt_below_T_zero(facts: Facts) -> Quantity | None:
    """
    Excess of T_BKT from I-V curves over the zero-resistance temperature, in standard deviations.

    A finite bar or weak links leave a resistance below T_BKT, so this alone is suspicious only.
    """
    T_zero, from_iv = facts.find("transition.T_zero"), facts.find("bkt.T_BKT_iv")
    if T_zero is None or from_iv is None:
        return None
    excess = tension(from_iv, T_zero)
    verdict = by_sigma(excess)
    word = "above" if value_of(from_iv) > value_of(T_zero) else "below"
    return finding(
        excess,
        "",
        "suspicious" if verdict == "inconsistent" else verdict,
        f"T_BKT = {told(from_iv)} from I-V curves lies {word} T_zero = {told(T_zero)}, "
        f"where the resistance leaves its floor",
        std=None if excess is None else 1.0,
        method="(T_BKT - T_zero)/sigma",
    )


def iv_against_resistance(facts: Facts) -> Quantity | None:
    """Difference of T_BKT from I-V curves and from R(T), in standard deviations."""
    first, second = (facts.find(name) for name in T_BKT)
    if first is None or second is None:
        return None
    apart = tension(first, second)
    percent = 100 * (value_of(first) / value_of(second) - 1)
    return finding(
        apart,
        "",
        by_sigma(None if apart is None else abs(apart)),
        f"T_BKT is {told(first)} from I-V curves and {told(second)} from R(T) "
        f"(Halperin-Nelson), {percent:+.1f} % apart",
        std=None if apart is None else 1.0,
        method="(I-V less Halperin-Nelson)/sigma",
    )


def mean_field_Tc(facts: Facts) -> Quantity | None:
    """
    Excess of T_BKT over the mean-field T_C0 from the paraconductivity, in standard deviations.

    Vortices exist only where pairs do: T_BKT <= T_C0.
    """
    mean_field = facts.find("fluctuations.Tc0", "fluctuations.T_C0")
    highest = _highest(facts)
    if mean_field is None or highest is None:
        return None
    excess = tension(highest, mean_field)
    Tc = facts.find("transition.Tc")
    beside = f", T_C = {told(Tc)} (half resistance)" if Tc else ""
    return finding(
        excess,
        "",
        by_sigma(excess),
        f"{highest.name} = {told(highest)} against the mean-field T_C0 = {told(mean_field)} of "
        f"the paraconductivity{beside}",
        std=None if excess is None else 1.0,
        method="(T_BKT - T_C0)/sigma",
    )


def dirty_film_T_BKT(facts: Facts) -> Quantity | None:
    """
    T_BKT over that of a uniform dirty film of the same T_C and normal resistance.

    Grains joined by weak links lower it; above one by more than the error it has no explanation.
    """
    Tc = facts.find("fluctuations.Tc0", "fluctuations.T_C0", "transition.Tc")
    normal, measured = facts.find("transition.R_normal"), facts.find("bkt.T_BKT_iv")
    if Tc is None or normal is None or measured is None or facts.length is None:
        return None
    expected = vortex_unbinding_temperature(value_of(Tc), value_of(normal))
    uniform = Quantity("", expected, "K", (Tc.std or 0.0) * expected / value_of(Tc))
    share, std = ratio(measured, uniform)
    apart = tension(measured, uniform)
    verdict = by_sigma(apart)
    if share < 0.9:
        verdict = "suspicious"
    return finding(
        share,
        "",
        verdict,
        f"T_BKT = {told(measured)} where a uniform dirty film with {told(normal)} per square and "
        f"T_C = {told(Tc)} has {expected:.3g} K; weak links between grains lower it",
        std=std,
        method="T_BKT over T_C/(1 + 0.173 R_S e^2/hbar)",
    )


def thermometer_lag(facts: Facts) -> Quantity | None:
    """Shift between cooling and warming, over the width of the transition."""
    shift, width = facts.find("transition.hysteresis"), facts.find("transition.width")
    if shift is None or width is None or value_of(width) <= 0:
        return None
    share, std = ratio(shift, width)
    return finding(
        abs(share),
        "",
        graded(abs(share) - 2 * (std or 0.0), 0.1, 0.5),
        f"cooling and warming are {told(shift)} apart, {abs(share):.0%} of the width of the "
        f"transition, {told(width)}: T_C is their mean, and one direction alone is off by half",
        std=std,
        method="|hysteresis| over width",
    )


def _highest(facts: Facts) -> Quantity | None:
    """The highest T_BKT of those found in one way or another."""
    known = [q for q in map(facts.find, T_BKT) if q is not None]
    return max(known, key=value_of, default=None)
