"""
Synthetic laboratories with known answers, one module for each analysis.

Each `scenario` takes a random generator, draws true values, noise and point density from the
ranges that its docstring states, and yields what the analysis found beside what was planted.
"""

from __future__ import annotations

from scenarios import (
    angular,
    anisotropy,
    butterfly,
    critical_current,
    critical_field,
    gate,
    hall,
    magnetisation,
    scaling,
    transition,
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
}
