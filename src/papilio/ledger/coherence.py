"""Checks of the critical fields: dimension, scattering, Pauli limit, extrapolation."""

from __future__ import annotations

import math

from papilio.constants import BOLTZMANN
from papilio.ledger.facts import Facts
from papilio.ledger.finding import (
    SUSPICIOUS_SIGMA,
    Verdict,
    finding,
    graded,
    ratio,
    tension,
    told,
    value_of,
)
from papilio.physics.dirty_limit import clean_coherence_length
from papilio.result import Quantity

#: l/xi below and above which the dirty and the clean limit are at hand.
DIRTY, CLEAN = 0.3, 3.0
#: T/T_C of the coldest field above which a value at T = 0 rests on the law.
FAR = 0.5
#: Difference of Akaike criteria that decides between two laws.
DECISIVE = 10.0


def clean_or_dirty(facts: Facts) -> Quantity | None:
    """
    Mean free path over coherence length, and over the clean coherence length behind it.

    In the dirty limit xi is itself shortened, so l is to be compared with xi_0, not with xi.
    """
    path, xi = facts.find("hall.mean_free_path"), facts.find("critical_field.xi_GL")
    if path is None or xi is None:
        return None
    share, std = ratio(path, xi)
    clean = clean_coherence_length(value_of(xi), value_of(path))
    limit = "dirty" if share < DIRTY else "clean" if share > CLEAN else "neither clean nor dirty"
    verdict: Verdict = "undecided" if DIRTY <= share <= CLEAN else "consistent"
    if share > CLEAN and facts.find("critical_field.xi_whh", "spin_orbit.Gamma") is not None:
        verdict = "suspicious"
        limit += ", while laws of the dirty limit were used"
    return finding(
        share,
        "",
        verdict,
        f"l = {told(path)} is {share:.2g} of xi_GL = {told(xi)} ({limit}); the dirty limit puts "
        f"xi_0 at {told(clean, 'm')}, {clean / value_of(path):.2g} times l",
        std=std,
        method="l_mfp/xi_GL(0)",
    )


def ioffe_regel(facts: Facts) -> Quantity | None:
    """Fermi wave number times mean free path: a metal needs it above one."""
    wave, path = facts.find("hall.fermi_wave_number"), facts.find("hall.mean_free_path")
    if wave is None or path is None:
        return None
    product = value_of(wave) * value_of(path)
    verdict: Verdict = (
        "inconsistent" if product < 1 else "suspicious" if product < 3 else "consistent"
    )
    return finding(
        product,
        "",
        verdict,
        f"k_F l = {product:.3g}: waves travel {product:.2g} radians between collisions, and "
        f"formulas of a weakly disordered metal need well above one",
        std=product * (path.std or 0.0) / value_of(path) if path.std else None,
        method="k_F l_mfp",
    )


def two_dimensional(facts: Facts) -> Quantity | None:
    """Thickness from the parallel field over coherence length: below one in two dimensions."""
    thickness, xi = facts.find("critical_field.d_SC"), facts.find("critical_field.xi_GL")
    if thickness is None or xi is None:
        return None
    share, std = ratio(thickness, xi)
    return finding(
        share,
        "",
        graded(share - 2 * (std or 0.0), 0.5, 1.0),
        f"d_SC = {told(thickness)} is {share:.2g} of xi_GL = {told(xi)}",
        std=std,
        method="d_SC/xi_GL(0)",
    )


def pauli(facts: Facts) -> Quantity | None:
    """
    Parallel critical field at T = 0 over the Pauli limit of weak coupling.

    Above one it needs a reason: a spin-orbit energy well above k_B T_C is one.
    """
    field = facts.find("critical_field.Hc2_parallel_0")
    limit = facts.find("critical_field.pauli_limit")
    if field is None or limit is None:
        return None
    times, std = ratio(field, limit)
    text = f"mu0 Hc2 = {told(field)} is {times:.2f} times the Pauli limit {told(limit)}"
    verdict: Verdict = "suspicious"
    energy, Tc = facts.find("spin_orbit.Gamma"), facts.find("critical_field.Tc")
    if times - SUSPICIOUS_SIGMA * (std or 0.0) <= 1:
        verdict = "consistent"
    elif energy is not None and Tc is not None:
        strength = value_of(energy) / (BOLTZMANN * value_of(Tc))
        verdict = "consistent" if strength > 3 else "suspicious"
        text += f"; a spin-orbit energy of {strength:.2g} k_B T_C would allow it"
    else:
        text += "; it needs a reason, and none was measured"
    return finding(times, "", verdict, text, std=std, method="Hc2_parallel(0)/Pauli limit")


def thickness_or_spin(facts: Facts) -> Quantity | None:
    """
    Part of the parallel pair breaking that is orbital, with the thickness known from elsewhere.

    Orbits and spins both go as the square of the field: Eq. (2)'s d_SC gives all of it to the
    orbits and is an upper bound, a Gamma from the same field gives all of it to the spins.
    """
    thickness = facts.find("critical_field.d_SC")
    if thickness is None:
        return None
    known = facts.outside.thickness
    if known is None:
        spins = facts.find("spin_orbit.Gamma")
        also = "; Gamma from the same field assumes the opposite" if spins else ""
        return finding(
            thickness.value,
            "m",
            "undecided",
            f"d_SC = {told(thickness)} is an upper bound, for it leaves no pair breaking to the "
            f"spins{also}: only a thickness from elsewhere separates the two",
            limit="upper",
            method="all pair breaking taken as orbital",
        )
    orbital = (known / value_of(thickness)) ** 2
    std = 2 * orbital * (thickness.std or 0.0) / value_of(thickness)
    return finding(
        orbital,
        "",
        graded(orbital - 2 * std, 1.0, 1.5),
        f"the layer is {told(known, 'm')} thick and Eq. (2) gives {told(thickness)}: orbits break "
        f"{orbital:.0%} of the pairs, spins the rest",
        std=std if std > 0 else None,
        method="(thickness/d_SC)^2",
    )


def zero_temperature_field(facts: Facts) -> Quantity | None:
    """
    Perpendicular field at T = 0 by the Ginzburg-Landau line over that by the dirty-limit curve.

    The line overshoots by up to 1.44; where no cold field was measured only the law tells.
    """
    line = facts.find("critical_field.Hc2_perpendicular_0")
    curve = facts.find("critical_field.Hc2_perpendicular_0_whh")
    Tc = facts.find("critical_field.Tc")
    measured = [
        float(q.conditions["temperature"])
        for q in facts.all("critical_field.half_field")
        if q.conditions.get("orientation", "perpendicular") == "perpendicular"
        and isinstance(q.conditions.get("temperature"), int | float)
    ]
    if line is None or curve is None or Tc is None or not measured:
        return None
    times, std = ratio(line, curve)
    apart = abs(tension(line, curve) or 0.0)
    reached = min(measured) / value_of(Tc)
    choice = facts.find("critical_field.akaike_difference")
    better = "neither law fits better"
    verdict: Verdict = "consistent"
    if choice is not None and abs(value_of(choice)) > DECISIVE:
        better = f"the {'curve' if value_of(choice) < 0 else 'line'} fits better"
        verdict = "suspicious" if value_of(choice) < 0 else "consistent"
    elif apart > SUSPICIOUS_SIGMA:
        verdict = "undecided"
    if reached > FAR and apart > SUSPICIOUS_SIGMA:
        verdict = "undecided"
    return finding(
        times,
        "",
        verdict,
        f"the Ginzburg-Landau line gives {told(line)} at T = 0 and the dirty-limit curve "
        f"{told(curve)}; the coldest field was measured at {reached:.2f} T_C, and {better} there",
        std=std,
        method="Hc2(0) linear over dirty limit",
    )


def parallel_alignment(facts: Facts) -> Quantity | None:
    """
    Perpendicular part of the parallel field, in units of the perpendicular critical field.

    A misalignment of one over the anisotropy (in radians) lowers the parallel critical field by
    38 %, one of 0.3 of that by 14 %.
    """
    anisotropy = facts.find("critical_field.anisotropy")
    if anisotropy is None:
        return None
    angle = facts.outside.misalignment
    part = value_of(anisotropy) * math.radians(angle)
    return finding(
        part,
        "",
        "suspicious" if part > 0.3 else "consistent",
        f"with an anisotropy of {told(anisotropy)}, {angle:g} degrees off the plane put "
        f"{part:.0%} of the perpendicular critical field across it: the field must be aligned to "
        f"{math.degrees(0.1 / value_of(anisotropy)):.2g} degrees for a tenth",
        std=part * (anisotropy.std or 0.0) / value_of(anisotropy) if anisotropy.std else None,
        method="misalignment times anisotropy",
    )
