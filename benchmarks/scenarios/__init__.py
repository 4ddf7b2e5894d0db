"""
Synthetic laboratories with known answers, one module for each analysis.

Each `scenario` takes a random generator, draws true values, noise and point density from the
ranges that its docstring states, and yields what the analysis found beside what was planted.
"""

from __future__ import annotations

from scenarios import butterfly, critical_field, hall, transition
from scenarios.laboratory import Scenario

#: Name of an analysis -> its laboratory.
SCENARIOS: dict[str, Scenario] = {
    "transition": transition.scenario,
    "hall": hall.scenario,
    "critical_field": critical_field.scenario,
    "butterfly": butterfly.scenario,
}
