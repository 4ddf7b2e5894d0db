"""The twin's paraconductivity and pair breaking against independent evaluations."""

import dataclasses
import json
import math

import mpmath
import numpy as np
import pytest

from papilio.analysis import SpinOrbitOptions, fluctuations, spin_orbit, transition
from papilio.constants import BOHR_MAGNETON, BOLTZMANN, ELEMENTARY_CHARGE, REDUCED_PLANCK
from papilio.errors import OptionsError
from papilio.simulate.twin_theory import (
    distance_of,
    fields_at_zero,
    fluctuation_cooldown,
    pair_breaking_field,
)
from papilio.simulate.twin_theory_options import (
    FluctuationCooldownOptions,
    PairBreakingFieldOptions,
)

QUIET = {"voltage_noise": 0.0, "voltage_offset": 0.0, "thermometer_noise": 0.0}
THIN = {
    "superconducting_thickness": 3e-9,
    "temperatures": (0.05, 0.15, 0.25, 0.35, 0.45, 0.52, 0.58, 0.62),
}


def planted(record, quantity, **conditions):
    return next(
        entry["value"]
        for entry in json.loads(record.attrs["truth"])
        if entry["quantity"] == quantity and conditions.items() <= entry["conditions"].items()
    )


def test_part_of_the_normal_resistance_is_where_thirty_digit_arithmetic_puts_it():
    options = FluctuationCooldownOptions()
    unit = mpmath.mpf(ELEMENTARY_CHARGE) ** 2 / (16 * mpmath.mpf(REDUCED_PLANCK))
    delta = mpmath.mpf(options.phase_breaking)
    for part in (0.01, 0.2, 0.5, 0.8):
        epsilon = mpmath.mpf(distance_of(part, options))
        extra = unit / epsilon + 2 * unit * mpmath.log(epsilon / delta) / (epsilon - delta)
        left = 1 / (1 + options.sheet_resistance * extra)
        assert float(left) == pytest.approx(part, rel=1e-9)


def test_quiet_cool_down_has_its_half_resistance_and_none_below_the_mean_field_temperature():
    options = FluctuationCooldownOptions(**QUIET, thermometer_lag=0.0, lock_in_time_constant=1e-7)
    record = fluctuation_cooldown(options)
    temperature, resistance = record["temperature"].values, record["resistance"].values
    bar = 6 * options.sheet_resistance
    order = np.argsort(temperature)
    there = np.interp(0.668, temperature[order], resistance[order])
    assert there == pytest.approx(bar / 2, rel=2e-3)
    Tc0 = planted(record, "fluctuations.Tc0")
    assert float(np.abs(resistance[temperature < Tc0 - 1e-3]).max()) < 1e-9 * bar
    assert 0.6 < Tc0 < 0.668


def test_planted_mean_field_temperature_is_found():
    record = fluctuation_cooldown(FluctuationCooldownOptions(seed=5, slow_rate=0.02 / 60))
    result = fluctuations(record)
    for name in ("fluctuations.Tc0", "fluctuations.delta", "fluctuations.R_normal"):
        quantity = next(q for q in result.select(name) if not q.conditions)
        assert abs(quantity.value - planted(record, name)) < 4 * quantity.std
    half = transition(record).select("transition.Tc")[0]
    assert half.value == pytest.approx(0.668, abs=0.02)


def test_quiet_sweeps_have_half_the_resistance_at_the_field_that_a_root_finder_puts_there():
    options = PairBreakingFieldOptions(
        **QUIET, temperatures=(0.3,), magnetoresistance=0.0, field_offset=1e-12,
        remanent_field=0.0, field_noise=0.0, lock_in_time_constant=1e-7,
    )  # fmt: skip
    record = pair_breaking_field(options)
    # Orbits and spins, each from its own formula, in the law of pair breaking.
    slope = math.pi * REDUCED_PLANCK / ELEMENTARY_CHARGE / (2 * math.pi * 61.63e-9**2) / 0.668
    diffusion = 4 * BOLTZMANN / (math.pi * ELEMENTARY_CHARGE * slope)
    curvature = diffusion * (ELEMENTARY_CHARGE * 4.63e-9) ** 2 / (6 * REDUCED_PLANCK)
    curvature += BOHR_MAGNETON**2 / options.spin_orbit_energy

    def law(field):
        alpha = curvature * field**2 / (2 * math.pi * BOLTZMANN * 0.3)
        return mpmath.log(0.3 / 0.668) + mpmath.digamma(0.5 + alpha) - mpmath.digamma(0.5)

    expected = float(mpmath.findroot(law, 2.5))
    found = planted(record, "critical_field.half_field", temperature=0.3)
    assert found == pytest.approx(expected, rel=1e-9)
    field, resistance = record["field"].values, record["resistance"].values
    down = slice(int(np.argmax(field)), int(np.argmin(field)))
    there = np.interp(-expected, -field[down], resistance[down])
    assert there == pytest.approx(6 * 1358.0 / 2, rel=5e-3)


def test_planted_spin_orbit_energy_is_found_beside_the_orbits():
    options = PairBreakingFieldOptions(seed=2, **THIN)
    across = dataclasses.replace(
        options, orientation="perpendicular", maximum_field=0.15, field_step=5e-4,
        rate=0.02 / 60, seed=3,
    )  # fmt: skip
    records = pair_breaking_field(options), pair_breaking_field(across)
    result = spin_orbit(*records, SpinOrbitOptions(normal="line", thickness=3e-9))
    for thickness in (0.0, 3e-9):
        quantity = result.select("spin_orbit.Gamma", thickness=thickness)[0]
        truth = planted(records[0], "spin_orbit.Gamma", thickness=thickness)
        assert abs(quantity.value - truth) < 4 * quantity.std
    assert fields_at_zero(options)[1] > 4


def test_settings_that_the_laws_cannot_take_are_refused():
    with pytest.raises(OptionsError, match="not below critical_temperature"):
        PairBreakingFieldOptions(temperatures=(0.7,))
    with pytest.raises(OptionsError, match="relative_width"):
        PairBreakingFieldOptions(relative_width=0.5)
    with pytest.raises(OptionsError, match="sheet_resistance"):
        FluctuationCooldownOptions(sheet_resistance=6000.0)
