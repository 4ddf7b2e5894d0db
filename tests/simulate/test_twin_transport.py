"""The twin's cool-downs by theory and its current-voltage curves, against closed form and truth."""

import dataclasses
import json

import numpy as np
import pytest

from papilio.analysis import (
    PhaseSlipsOptions,
    TransitionOptions,
    bkt,
    phase_slips,
    transition,
)
from papilio.errors import OptionsError
from papilio.simulate import current_voltage_forms as iv
from papilio.simulate.transition_forms import HalperinNelson
from papilio.simulate.twin_series_options import DeltaResistanceOptions
from papilio.simulate.twin_transport import (
    current_voltage,
    delta_resistance,
    halperin_nelson_cooldown,
    phase_slip_cooldown,
    phase_slip_curve,
)
from papilio.simulate.twin_transport_options import (
    CurrentVoltageOptions,
    HalperinNelsonCooldownOptions,
    PhaseSlipCooldownOptions,
)

QUIET = {"voltage_noise": 0.0, "voltage_offset": 0.0, "thermometer_noise": 0.0}
BAR = 6 * 1358.0


def planted(record, quantity):
    return next(e["value"] for e in json.loads(record.attrs["truth"]) if e["quantity"] == quantity)


@pytest.mark.parametrize(
    ("simulate", "options"),
    [
        (halperin_nelson_cooldown, HalperinNelsonCooldownOptions),
        (phase_slip_cooldown, PhaseSlipCooldownOptions),
    ],
)
def test_quiet_record_is_the_closed_form(simulate, options):
    settings = options(**QUIET, thermometer_lag=0.0, lock_in_time_constant=1e-7)
    record = simulate(settings)
    if simulate is phase_slip_cooldown:
        expected = phase_slip_curve(settings)(record["temperature"].values)
    else:
        law = HalperinNelson.of(0.618, 0.668, 0.12, 1358.0)
        expected = 6 * law(record["temperature"].values)
    np.testing.assert_allclose(record["resistance"].values, expected, rtol=1e-6, atol=1e-9 * BAR)
    assert planted(record, "transition.Tc") == 0.668


def test_planted_transition_is_found_in_the_cool_downs():
    for simulate, options in (
        (halperin_nelson_cooldown, HalperinNelsonCooldownOptions(seed=3)),
        (phase_slip_cooldown, PhaseSlipCooldownOptions(seed=3)),
    ):
        record = simulate(options)
        result = transition(record, TransitionOptions(normal_temperature=4.0))
        for name in ("transition.Tc", "transition.width"):
            quantity = result.select(name)[0]
            assert abs(quantity.value - planted(record, name)) < 3 * quantity.std


def test_exponent_is_three_at_the_transition_and_falls_through_it():
    options = CurrentVoltageOptions()
    assert iv.exponent(options, 0.618) == pytest.approx(3, abs=1e-12)
    found = [iv.exponent(options, T) for T in options.temperatures]
    assert bool((np.diff(found) < 0).all())
    assert found[-1] > 1


def test_quiet_curves_have_power_law_tail_and_normal_branch():
    options = CurrentVoltageOptions(**QUIET, ohmic_tail=1e-4)
    record = current_voltage(options)
    for temperature in (0.58, 0.618):
        rows = record.isel(row=record["temperature"].values == temperature)
        current, voltage = rows["current"].values, rows["voltage"].values
        assert set(np.sign(current)) == {-1.0, 1.0}
        np.testing.assert_allclose(voltage[:60], -voltage[60:], rtol=1e-12)
        switch = iv.critical_current(options, temperature)
        low = (current > 0) & (current < switch)
        power = voltage[low] - 1e-4 * BAR * current[low]
        slope = np.polyfit(np.log(current[low]), np.log(power), 1)[0]
        assert slope == pytest.approx(iv.exponent(options, temperature), abs=1e-6)
        high = current > iv.SWITCHED * switch
        assert high.any()
        np.testing.assert_allclose(voltage[high], BAR * current[high], rtol=1e-12)


def test_ohmic_resistance_is_that_of_the_cool_down():
    options = CurrentVoltageOptions(ohmic_tail=0.0)
    cooled = HalperinNelson.of(0.618, 0.668, 0.12, 1358.0)
    assert iv.ohmic_resistance(options, 0.64) == pytest.approx(6 * float(cooled(0.64)), rel=1e-12)
    assert iv.ohmic_resistance(options, 0.6) == 0


def test_one_transition_temperature_is_found_both_ways():
    curves = current_voltage(CurrentVoltageOptions(seed=4))
    cooled = halperin_nelson_cooldown(HalperinNelsonCooldownOptions(seed=4))
    result = bkt(curves, cooled)
    for name in ("bkt.T_BKT_iv", "bkt.T_BKT_halperin_nelson", "bkt.T_BKT_joint", "bkt.b", "bkt.R0"):
        quantity = result.select(name)[0]
        truth = planted(curves if name.endswith("iv") else cooled, name)
        assert abs(quantity.value - truth) < 3 * quantity.std, name


def test_curves_above_the_critical_temperature_are_refused():
    with pytest.raises(OptionsError, match=r"temperatures: 0\.7 K is not below"):
        CurrentVoltageOptions(temperatures=(0.6, 0.7))


def test_difference_in_a_field_is_that_of_the_lowered_barrier():
    options = DeltaResistanceOptions(delta_std=1e-9)
    record = delta_resistance(options)
    curve = phase_slip_curve(options)
    lowered = dataclasses.replace(curve, Tc=curve.Tc - 0.05, dF0=curve.dF0 - 2e-23)
    T = np.array(options.temperatures)
    np.testing.assert_allclose(
        record["resistance"].values, lowered.law(T) - curve.law(T), rtol=1e-6, atol=1e-6
    )
    assert planted(record, "phase_slips.Tc_zero_in_field") == pytest.approx(0.95)


def test_barrier_and_what_the_field_does_to_it_are_found():
    record = phase_slip_cooldown(PhaseSlipCooldownOptions(seed=4))
    delta = delta_resistance(DeltaResistanceOptions(seed=4))
    result = phase_slips(record, PhaseSlipsOptions(coherence_length=61.63e-9), delta)
    for source, names in (
        (record, ("Tc_zero", "dF0", "prefactor_ratio")),
        (delta, ("Tc_lowering", "dF0_lowering", "Tc_zero_in_field", "dF0_in_field")),
    ):
        for name in names:
            quantity = result.select(f"phase_slips.{name}")[0]
            truth = planted(source, f"phase_slips.{name}")
            assert abs(quantity.value - truth) < 3 * quantity.std, name
