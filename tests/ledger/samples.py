"""The sample of the paper (3.8e17 m^-2) as Facts, and one without contradictions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from papilio.ledger import CHECKS, Cooldown, Facts, OutsideFacts, Published
from papilio.result import Quantity

LOOP = {"temperature": 0.05, "sweep_rate": 0.1 / 60}

PAPER = (
    ("transition.Tc", 0.668, "K", 0.002, {}),
    ("transition.T_zero", 0.60, "K", 0.01, {}),
    ("transition.width", 0.12, "K", 0.002, {}),
    ("transition.hysteresis", -0.005, "K", 0.001, {}),
    ("transition.R_normal", 1358.0, "ohm", 1.0, {}),
    ("bkt.T_BKT_iv", 0.618, "K", 0.003, {}),
    ("bkt.T_BKT_halperin_nelson", 0.706, "K", 0.003, {}),
    ("hall.density", 3.8e17, "1/m^2", 1e15, {}),
    ("hall.mean_free_path", 12.3e-9, "m", 0.1e-9, {}),
    ("hall.fermi_wave_number", 1.545e9, "1/m", 2e6, {}),
    ("critical_field.Tc", 0.668, "K", 0.002, {}),
    ("critical_field.xi_GL", 61.63e-9, "m", 0.3e-9, {}),
    ("critical_field.d_SC", 4.63e-9, "m", 0.05e-9, {}),
    ("critical_field.Hc2_perpendicular_0", 0.0867, "T", 0.0005, {}),
    ("critical_field.Hc2_parallel_0", 3.99, "T", 0.02, {}),
    ("critical_field.pauli_limit", 1.24, "T", 0.004, {}),
    ("critical_field.anisotropy", 44.0, "", 0.5, {}),
    ("butterfly.delta_R", 19.6, "ohm", 0.1, LOOP),
    ("butterfly.delta_R", 814.9, "ohm", 1.0, {**LOOP, "temperature": 0.5}),
    ("butterfly.peak_field", 0.08, "T", 0.0005, LOOP),
    ("butterfly.shift", 0.002, "T", 0.0005, LOOP),
    ("butterfly.width", 0.02, "T", 0.001, LOOP),
)


def quantities(entries=PAPER):
    return tuple(
        Quantity(name, value, unit, std, conditions=where)
        for name, value, unit, std, where in entries
    )


def cooldown(half=0.668, normal=1358.0, floor=0.0):
    temperature = np.linspace(0.03, 2.0, 600)
    noise = np.random.default_rng(1).normal(0, 0.05, temperature.size)
    step = normal / (1 + np.exp(-(temperature - half) / 0.04))
    step[temperature < 0.35] = floor
    return Cooldown(temperature, step + noise)


def paper(**changes):
    facts = Facts(
        "S1",
        quantities(),
        length=120e-6,
        width=20e-6,
        density=3.8e17,
        excitation_current=10e-9,
        time_constant=0.3,
        cooldowns=(cooldown(),),
        published=(
            Published("phase_slips.dF0", 5.18e-23, 0.02e-23, "J", "Table 1"),
            Published("phase_slips.Tc_zero", 0.60, None, "K", "Table 1"),
            Published("critical_field.Hc2_parallel_0", 3.99, None, "T", "Fig. 2"),
            Published("critical_field.Hc2_parallel_0", 3.6, None, "T", "text on gating"),
        ),
        outside=OutsideFacts(
            cell_moment=0.504,
            cell_area=2.76e-19,
            density_of_states=7.0,
            stoner_parameter=1.4,
            xps_fraction=0.228,
            xps_depth=2e-9,
            xps_ion_density=1.57e28,
        ),
    )
    return replace(facts, **changes)


def with_values(facts, **values):
    """The same facts with other values: `with_values(facts, transition__Tc=0.8)`."""
    wanted = {name.replace("__", "."): value for name, value in values.items()}
    known = [q for q in facts.quantities if q.name not in wanted]
    units = {q.name: (q.unit, q.std, q.conditions) for q in reversed(facts.quantities)}
    for name, value in wanted.items():
        unit, std, where = units.get(name, ("", None, {}))
        if value is not None:
            known.append(Quantity(name, value, unit, std, conditions=where))
    return replace(facts, quantities=tuple(known))


def said(name, facts):
    """The finding of one check, with its verdict and sentence."""
    found = CHECKS[name].function(facts)
    assert found is not None, f"{name} does not apply"
    return found, found.flags[0], found.flags[1]
