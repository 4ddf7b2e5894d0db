"""Checks of carriers and moments: counts that should agree, and the Stoner product."""

from __future__ import annotations

import math

from papilio.constants import BOHR_MAGNETON, ELEMENTARY_CHARGE
from papilio.ledger.facts import Facts
from papilio.ledger.finding import (
    Verdict,
    by_sigma,
    finding,
    graded,
    graded_factor,
    ratio,
    tension,
    told,
    value_of,
)
from papilio.result import Quantity

#: A count of electrons may be off by this factor before it contradicts another.
FACTOR = 3.0
#: So near to all of a moment in the spheres of the ions that none would lie between them.
ALL_IN_SPHERES = 0.05


def stoner_product(facts: Facts) -> Quantity | None:
    """
    Stoner product N(E_F) I per spin and per atom, beside that with the states of the whole cell.

    The criterion N I > 1 takes N for one spin and one atom, as I is taken for one atom: where the
    projected density of states is known, it decides.
    """
    counted = _stoner_products(facts)
    if counted is None:
        return None
    cell, shared, few = counted
    own = _own_product(facts)
    if own is not None:
        return finding(
            own,
            "",
            "consistent" if (own > 1) == (cell > 1) else "inconsistent",
            f"N I = {cell:.3g} with all states of the cell, and {own:.2g} with those on the d "
            "orbitals of the ion that has the largest moment, one spin, as the criterion counts",
            method="projected N(E_F) I",
        )
    verdict: Verdict = "undecided"
    if min(shared, few) > 1:
        verdict = "consistent"
    elif max(shared, few) < 1:
        verdict = "inconsistent" if cell > 1 else "consistent"
    return finding(
        shared,
        "",
        verdict,
        f"N I = {cell:.3g} with all states of the cell; per spin and atom it is {shared:.2g} if "
        f"all magnetic atoms share them alike and {few:.3g} if those at the vacancy carry all, "
        f"and only the projected density of states tells",
        method="N(E_F) I/(2 atoms)",
    )


def _stoner_products(facts: Facts) -> tuple[float, float, float] | None:
    """N I of the cell, per spin and atom, per spin and atom next to a vacancy."""
    measured = {q.conditions.get("convention"): value_of(q) for q in facts.all("stoner.product")}
    if {"cell", "atom_and_spin"} <= measured.keys():
        cell, shared = measured["cell"], measured["atom_and_spin"]
        return cell, shared, measured.get("carrying_atom_and_spin", shared)
    outside = facts.outside
    states, parameter = outside.density_of_states, _stoner_parameter(facts)
    if states is None or parameter is None:
        return None
    cell = states * parameter
    return cell, cell / (2 * outside.cell_atoms), cell / (2 * outside.cell_vacancy_atoms)


def _own_product(facts: Facts) -> float | None:
    """N I with the states on one ion and of one spin."""
    states, parameter = facts.outside.projected_density_of_states, _stoner_parameter(facts)
    return None if states is None or parameter is None else states * parameter


def _stoner_parameter(facts: Facts) -> float | None:
    outside = facts.outside
    if outside.stoner_parameter is not None:
        return outside.stoner_parameter
    if outside.exchange_splitting is not None and outside.moment_per_atom:
        return outside.exchange_splitting / outside.moment_per_atom
    return None


def cell_doping(facts: Facts) -> Quantity | None:
    """Electrons per area that the vacancies of the first-principles cell give, over n_S."""
    area, carriers = facts.outside.cell_area, facts.carriers
    if area is None or carriers is None:
        return None
    given = facts.outside.cell_electrons / area
    times = given / value_of(carriers)
    text = (
        f"the cell holds {given:.2g} electrons per m^2 of vacancies, {times:.2g} times n_S = "
        f"{told(carriers)}"
    )
    moment = facts.areal_moment
    if moment is not None and moment[1].startswith("of the first-principles cell"):
        text += (
            f": its moment of {told(moment[0], 'A')} is an upper bound, "
            f"{told(moment[0] / times, 'A')} if scaled by the density"
        )
    return finding(
        times,
        "",
        graded_factor(times, 1.5, FACTOR),
        text,
        std=times * carriers.std / value_of(carriers) if carriers.std else None,
        method="electrons of the cell per area over n_S",
    )


def xps_doping(facts: Facts) -> Quantity | None:
    """
    Electrons per area behind the reduced ions that photoemission sees, over n_S.

    Each reduced ion holds one electron; two of them are one vacancy. Only mobile ones conduct.
    """
    outside, carriers = facts.outside, facts.carriers
    measured = facts.find("xps.electron_density")
    seen = outside.xps_fraction, outside.xps_depth, outside.xps_ion_density
    if measured is not None:
        electrons, std, how = value_of(measured), measured.std, "the spectrum"
    elif seen[0] is not None and seen[1] is not None and seen[2] is not None:
        electrons, std = seen[0] * seen[1] * seen[2], None
        how = f"{seen[0]:.1%} reduced ions within {told(seen[1], 'm')}"
    else:
        return None
    if carriers is None:
        return None
    times, spread = ratio(Quantity("", electrons, "1/m^2", std), carriers)
    return finding(
        times,
        "",
        graded_factor(times, 1.5, FACTOR),
        f"{how} hold {electrons:.2g} electrons per m^2, {electrons / 2:.2g} vacancies, and "
        f"n_S = {told(carriers)} is {1 / times:.1%} of them",
        std=spread,
        method="reduced ions per area over n_S",
    )


def luttinger_count(facts: Facts) -> Quantity | None:
    """Density from the Hall slope against that from the size of the Fermi surface."""
    hall, counted = facts.find("hall.density"), facts.outside.luttinger_density
    if hall is None or counted is None:
        return None
    share = value_of(hall) / counted
    std = (hall.std or 0.0) / counted
    return finding(
        share,
        "",
        graded(abs(share - 1) - 2 * std, 0.1, 0.3),
        f"the Hall slope gives {told(hall)} and the Fermi surface {counted:.3g} 1/m^2",
        std=std if std > 0 else None,
        method="Hall density over Luttinger count",
    )


def hall_density(facts: Facts) -> Quantity | None:
    """Density from the Hall slope against the one that the study states for the sample."""
    hall = facts.find("hall.density")
    if hall is None or facts.density is None:
        return None
    share = value_of(hall) / facts.density
    std = (hall.std or 0.0) / facts.density
    return finding(
        share,
        "",
        graded(abs(share - 1) - 2 * std, 0.02, 0.1),
        f"the Hall slope gives {told(hall)} and the study states {facts.density:.3g} 1/m^2",
        std=std if std > 0 else None,
        method="Hall density over stated density",
    )


def capacitor_count(facts: Facts) -> Quantity | None:
    """
    Change of the Hall density over the charge that the gate's capacitor takes up.

    Below one, part of the charge is trapped; above one, the Hall slope is not the density.
    """
    capacitance, measured = facts.outside.gate_capacitance, facts.find("gate.capacitance")
    plates = facts.find("gate.parallel_plate")
    if capacitance is not None:
        plates = Quantity("gate_capacitance", capacitance, "F/m^2")
    if measured is not None and plates is not None:
        share, spread = ratio(measured, plates)
        return finding(
            share,
            "",
            graded(abs(share - 1) - 2 * (spread or 0.0), 0.1, 0.5),
            f"the Hall density changes with the gate like the charge of {told(measured)} and the "
            f"capacitor has {told(plates)}",
            std=spread,
            method="e dn/dV over capacitance per area",
        )
    points = [
        (float(voltage), q)
        for q in (*facts.all("gate.density"), *facts.all("hall.density"))
        if isinstance(voltage := q.conditions.get("gate_voltage"), int | float)
    ]
    if capacitance is None or len({voltage for voltage, _ in points}) < 2:
        return None
    (low, first), (high, last) = (
        min(points, key=lambda point: point[0]),
        max(points, key=lambda point: point[0]),
    )
    expected = capacitance * (high - low) / ELEMENTARY_CHARGE
    change = value_of(last) - value_of(first)
    std = math.hypot(first.std or 0.0, last.std or 0.0) / expected
    share = change / expected
    return finding(
        share,
        "",
        graded(abs(share - 1) - 2 * std, 0.1, 0.5),
        f"between {low:g} and {high:g} V the Hall density changes by {change:.3g} 1/m^2 and the "
        f"capacitor takes up {expected:.3g}",
        std=std if std > 0 else None,
        method="change of the Hall density over C V/e",
    )


def moment_measured(facts: Facts) -> Quantity | None:
    """Measured moment per area over that of the first-principles cell."""
    measured = facts.find("magnetisation.areal_moment")
    cell, area = facts.outside.cell_moment, facts.outside.cell_area
    if measured is None or cell is None or area is None:
        return None
    bound = cell * BOHR_MAGNETON / area
    share = value_of(measured) / bound
    return finding(
        share,
        "",
        graded(share, 1.5, FACTOR),
        f"the loop gives {told(measured)} and the first-principles cell at most {told(bound, 'A')}",
        std=(measured.std or 0.0) / bound if measured.std else None,
        method="measured over calculated moment per area",
    )


def moment_in_spheres(facts: Facts) -> Quantity | None:
    """
    Part of the first-principles cell's moment that lies in the spheres of its ions.

    Spheres of ions leave out what lies between them, which of d bands that vacancies fill is a good
    part: where just all of the moment lies in them, their sum may have been taken for the total.
    """
    cell, inside = facts.outside.cell_moment, facts.outside.moment_in_spheres
    if cell is None or inside is None:
        return None
    share = inside / cell
    verdict: Verdict = "consistent"
    text = f"of the {told(cell)} Bohr magnetons of the cell {told(inside)} lie in the spheres"
    if abs(share - 1) < ALL_IN_SPHERES:
        verdict = "suspicious"
        text += " of its ions: their sum may have been taken for the total"
    elif share > 1:
        verdict = "undecided"
        text += " of its ions, more than in all: what lies between would be of the other sign"
    return finding(share, "", verdict, text, method="sum over the ions, over that of the cell")


def reported_twice(facts: Facts) -> Quantity | None:
    """
    Largest disagreement of two values that the study quotes for the same quantity.

    In standard deviations where both have one, else in parts of the value.
    """
    worst: Quantity | None = None
    for number, first in enumerate(facts.published):
        for second in facts.published[:number]:
            if first.name != second.name or first.conditions != second.conditions:
                continue
            share = abs(first.value / second.value - 1) if second.value else 0.0
            apart = None
            if first.std and second.std:
                apart = tension(first.quantity(), second.quantity())
            verdict = graded(share, 0.02, 0.05) if apart is None else by_sigma(abs(apart))
            if worst is None or share > value_of(worst):
                worst = finding(
                    share,
                    "",
                    verdict,
                    f"{first.name} is quoted as {told(second.quantity())} ({second.where}) and as "
                    f"{told(first.quantity())} ({first.where})",
                    conditions=first.conditions,
                    method="difference of two quoted values",
                )
    return worst
