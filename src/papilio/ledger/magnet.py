"""Checks of the field: what is common to both branches, and what leaks out of the plane."""

from __future__ import annotations

import math

from papilio.constants import FLUX_QUANTUM
from papilio.ledger.facts import Facts
from papilio.ledger.finding import Verdict, finding, graded, ratio, told, value_of
from papilio.result import Quantity

#: A shift is one from this many standard deviations on.
SEEN = 3.0


def remanent_field(facts: Facts) -> Quantity | None:
    """
    Shift that both branches of a loop share, over half the distance of their features.

    A magnet with trapped flux shifts the field axis; exchange bias would, too.
    """
    for shifted, half in (
        ("butterfly.shift", "butterfly.peak_field"),
        ("butterfly.window_shift", "butterfly.window_hysteresis"),
    ):
        shift = facts.coldest(shifted)
        field = None if shift is None else facts.find(half, at=shift.conditions)
        if shift is not None and field is not None and value_of(field) != 0:
            break
    else:
        return None
    share, std = ratio(shift, field)
    seen = abs(value_of(shift)) > SEEN * (shift.std or 0.0)
    verdict: Verdict = "suspicious" if seen and abs(share) > 0.1 else "consistent"
    return finding(
        abs(share),
        "",
        verdict,
        f"both branches are shifted by {told(shift)}, {abs(share):.1%} of {told(field)}, half "
        f"the distance of their features: fields are to be counted from there",
        std=std,
        conditions=shift.conditions,
        method="|common shift| over half the distance",
    )


def field_offset(facts: Facts) -> Quantity | None:
    """
    Largest offset of a critical field between the two signs, over that field.

    Means over both signs are free of it; a field of one sign alone is not.
    """
    steps = []
    for offset in facts.all("critical_field.offset", parts=True):
        field = facts.find("critical_field.half_field", at=offset.conditions)
        if field is not None and value_of(field) > 0:
            steps.append((*ratio(offset, field), offset, field))
    if not steps:
        return None
    share, std, offset, field = max(steps, key=lambda step: abs(step[0]))
    seen = abs(value_of(offset)) > SEEN * (offset.std or 0.0)
    return finding(
        abs(share),
        "",
        graded(abs(share), 0.1, 1.0) if seen else "consistent",
        f"zero of the field is off by {told(offset)} where half of the resistance is back at "
        f"{told(field)}: one sign of the field alone would be wrong by {abs(share):.1%}",
        std=std,
        conditions=offset.conditions,
        method="largest |offset| over half-resistance field",
    )


def tilt(facts: Facts) -> Quantity | None:
    """
    Perpendicular part of the peak field at the stated misalignment, over Hc2_perpendicular(0).

    It puts vortices into the bar whatever the magnet does, the same on both branches.
    """
    field = facts.coldest("butterfly.peak_field")
    critical = facts.find("critical_field.Hc2_perpendicular_0")
    if field is None or critical is None:
        return None
    angle = facts.outside.misalignment
    across = value_of(field) * math.sin(math.radians(angle))
    share, std = ratio(
        Quantity("", across, "T", across * (field.std or 0.0) / value_of(field)), critical
    )
    text = (
        f"{angle:g} degrees off the plane, the peak field {told(field)} puts {told(across, 'T')} "
        f"across it, {share:.1%} of {told(critical)}"
    )
    verdict = graded(share, 0.1, 1.0)
    if facts.length is not None and facts.width is not None:
        vortices = across * facts.length * facts.width / FLUX_QUANTUM
        text += f" and {vortices:.2g} vortices in the bar, none of them hysteretic by itself"
        if vortices > 1 and verdict == "consistent":
            verdict = "suspicious"
    return finding(
        share,
        "",
        verdict,
        text,
        std=std,
        conditions=field.conditions,
        method="B_peak sin(angle)/Hc2_perpendicular(0)",
    )
