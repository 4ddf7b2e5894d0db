"""
Synthetic laboratories with known answers, one module for each analysis.

Each `scenario` takes a random generator, draws true values, noise and point density from the
ranges that its docstring states, and yields what the analysis found beside what was planted.
"""

from __future__ import annotations

from scenarios import (
    angular,
    anisotropy,
    bkt,
    butterfly,
    butterfly_series,
    critical_current,
    critical_field,
    fluctuations,
    gate,
    hall,
    magnetisation,
    phase_slips,
    scaling,
    spin_orbit,
    stoner,
    transition,
    xps,
)
from scenarios.laboratory import Scenario

#: Name of an analysis -> its laboratory.
SCENARIOS: dict[str, Scenario] = {
    "transition": transition.scenario,
    "hall": hall.scenario,
    "critical_field": critical_field.scenario,
    "butterfly": butterfly.scenario,
    "magnetisation": magnetisation.scenario,
    "scaling": scaling.scenario,
    "critical_current": critical_current.scenario,
    "anisotropy": anisotropy.scenario,
    "angular": angular.scenario,
    "gate": gate.scenario,
    "bkt": bkt.scenario,
    "phase_slips": phase_slips.scenario,
    "spin_orbit": spin_orbit.scenario,
    "fluctuations": fluctuations.scenario,
    "xps": xps.scenario,
    "stoner": stoner.scenario,
    "butterfly_series": butterfly_series.scenario,
}
