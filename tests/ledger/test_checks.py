"""Each check with the numbers of the paper, and with numbers that agree."""

import math
from dataclasses import replace

import pytest

from ledger.samples import LOOP, cooldown, paper, said, with_values
from papilio.constants import BOLTZMANN
from papilio.ledger import CHECKS, OutsideFacts, Published
from papilio.result import Quantity


def outside(facts, **changes):
    return replace(facts, outside=replace(facts.outside, **changes))


def test_T_BKT_lies_above_Tc_in_the_paper():
    found, verdict, sentence = said("T_BKT_below_Tc", paper())
    assert verdict == "inconsistent"
    assert found.value == pytest.approx(0.038 / math.hypot(0.003, 0.002))
    assert "0.706" in sentence
    assert "0.668" in sentence


def test_T_BKT_below_Tc_is_consistent():
    facts = with_values(paper(), bkt__T_BKT_halperin_nelson=0.62)
    assert said("T_BKT_below_Tc", facts)[1] == "consistent"


def test_T_BKT_without_error_bars_is_undecided():
    facts = paper()
    bare = tuple(replace(q, std=None) for q in facts.quantities)
    found, verdict, _ = said("T_BKT_below_Tc", replace(facts, quantities=bare))
    assert (found.value, verdict) == (None, "undecided")


@pytest.mark.parametrize(("T_zero", "verdict"), [(1.86, "suspicious"), (2.2, "consistent")])
def test_T_BKT_against_zero_resistance(T_zero, verdict):
    facts = with_values(paper(), bkt__T_BKT_iv=2.153, transition__T_zero=T_zero)
    assert said("T_BKT_below_T_zero", facts)[1] == verdict


@pytest.mark.parametrize(
    ("other", "verdict"), [(0.706, "inconsistent"), (0.628, "suspicious"), (0.62, "consistent")]
)
def test_two_ways_to_T_BKT(other, verdict):
    facts = with_values(paper(), bkt__T_BKT_halperin_nelson=other)
    found = said("T_BKT_two_ways", facts)
    assert found[1] == verdict
    assert found[0].value == pytest.approx((0.618 - other) / math.hypot(0.003, 0.003))


@pytest.mark.parametrize(("mean_field", "verdict"), [(0.69, "inconsistent"), (0.75, "consistent")])
def test_T_BKT_against_the_mean_field(mean_field, verdict):
    more = (*paper().quantities, Quantity("fluctuations.Tc0", mean_field, "K", 0.003))
    assert said("T_BKT_below_mean_field", paper(quantities=more))[1] == verdict


def test_T_BKT_of_a_uniform_film():
    found, verdict, sentence = said("T_BKT_dirty_film", paper())
    assert "0.632" in sentence
    assert found.value == pytest.approx(0.618 / 0.632, rel=1e-3)
    assert verdict == "consistent"  # 0.014 K too low, without the weak links of a granular film
    weak = with_values(paper(), bkt__T_BKT_iv=0.4)
    assert said("T_BKT_dirty_film", weak)[1] == "suspicious"


@pytest.mark.parametrize(("shift", "verdict"), [(0.005, "consistent"), (-0.04, "suspicious")])
def test_thermometer_lag(shift, verdict):
    facts = with_values(paper(), transition__hysteresis=shift)
    assert said("thermometer_lag", facts)[1] == verdict


def test_literal_phase_slips_of_the_paper():
    found, verdict, sentence = said("literal_phase_slips", paper())
    assert found.value == pytest.approx(5.7e5, rel=0.01)
    assert found.value / 6 == pytest.approx(95e3, rel=0.01)
    assert found.conditions == {"temperature": 0.3}
    assert verdict == "inconsistent"
    assert "95.3 kohm per square" in sentence


def test_literal_phase_slips_where_the_sample_shows_them():
    floor = 5.716e5 / 6
    facts = paper(cooldowns=(cooldown(floor=floor),))
    assert said("literal_phase_slips", facts)[1] == "consistent"


def test_own_phase_slip_fit_where_none_is_quoted():
    fit = {"model": "thermal"}
    own = (
        Quantity("phase_slips.Tc_zero", 0.7, "K", 0.01, conditions={"model": "quantum"}),
        Quantity("phase_slips.Tc_zero", 0.6, "K", 0.01, conditions=fit),
        Quantity("phase_slips.dF0", 5.18e-23, "J", 1e-25, conditions=fit),
    )
    facts = paper(quantities=(*paper().quantities, *own), published=())
    assert said("literal_phase_slips", facts)[0].value == pytest.approx(5.7e5, rel=0.01)


@pytest.mark.parametrize(("ratio", "verdict"), [(1e-9, "inconsistent"), (1.5, "consistent")])
def test_prefactor_of_a_free_fit(ratio, verdict):
    more = (*paper().quantities, Quantity("phase_slips.prefactor_ratio", ratio, "", 0.1 * ratio))
    assert said("phase_slip_prefactor", paper(quantities=more))[1] == verdict


def test_effective_width_of_a_phase_slip():
    found, verdict, sentence = said("phase_slip_width", paper())
    assert found.value == pytest.approx(100e-9, rel=0.2)
    assert verdict == "inconsistent"
    assert "3.75 K" in sentence
    whole = 855 * BOLTZMANN
    facts = paper(
        published=(Published("phase_slips.dF0", whole, None, "J"), *paper().published[1:])
    )
    assert said("phase_slip_width", facts)[1] == "consistent"


@pytest.mark.parametrize(
    ("path", "verdict"), [(12.3e-9, "consistent"), (50e-9, "undecided"), (300e-9, "consistent")]
)
def test_clean_or_dirty(path, verdict):
    facts = with_values(paper(), hall__mean_free_path=path)
    assert said("clean_or_dirty", facts)[1] == verdict


def test_dirty_laws_for_a_clean_sample():
    facts = with_values(paper(), hall__mean_free_path=300e-9, critical_field__xi_whh=6e-8)
    assert said("clean_or_dirty", facts)[1] == "suspicious"


@pytest.mark.parametrize(
    ("path", "verdict"), [(12.3e-9, "consistent"), (1.2e-9, "suspicious"), (4e-10, "inconsistent")]
)
def test_metallic(path, verdict):
    facts = with_values(paper(), hall__mean_free_path=path)
    assert said("metallic", facts)[1] == verdict


@pytest.mark.parametrize(
    ("thickness", "verdict"), [(4.63e-9, "consistent"), (9e-8, "inconsistent")]
)
def test_two_dimensional(thickness, verdict):
    facts = with_values(paper(), critical_field__d_SC=thickness)
    assert said("two_dimensional", facts)[1] == verdict


def test_pauli_limit():
    found, verdict, _ = said("pauli", paper())
    assert found.value == pytest.approx(1 / 0.31, rel=0.01)
    assert verdict == "suspicious"
    spin = Quantity("spin_orbit.Gamma", 50 * BOLTZMANN * 0.668, "J", 1e-24)
    assert said("pauli", paper(quantities=(*paper().quantities, spin)))[1] == "consistent"
    weak = with_values(paper(), critical_field__Hc2_parallel_0=1.1)
    assert said("pauli", weak)[1] == "consistent"


def test_thickness_is_an_upper_bound():
    found, verdict, _ = said("thickness_or_spin", paper())
    assert (found.limit, verdict) == ("upper", "undecided")
    found, verdict, _ = said("thickness_or_spin", outside(paper(), thickness=2.0e-9))
    assert found.value == pytest.approx((2 / 4.63) ** 2)
    assert verdict == "consistent"
    assert said("thickness_or_spin", outside(paper(), thickness=7e-9))[1] == "inconsistent"


@pytest.mark.parametrize(
    ("coldest", "choice", "verdict"),
    [(0.1, 30.0, "consistent"), (0.1, -30.0, "suspicious"), (0.4, 30.0, "undecided")],
)
def test_field_at_zero_temperature(coldest, choice, verdict):
    more = (
        Quantity("critical_field.Hc2_perpendicular_0_whh", 0.062, "T", 0.0005),
        Quantity("critical_field.half_field", 0.05, "T", 1e-4, conditions={"temperature": coldest}),
        Quantity("critical_field.akaike_difference", choice, ""),
    )
    found = said("zero_temperature_field", paper(quantities=(*paper().quantities, *more)))
    assert found[0].value == pytest.approx(0.0867 / 0.062)
    assert found[1] == verdict


@pytest.mark.parametrize(("angle", "verdict"), [(1.0, "suspicious"), (0.1, "consistent")])
def test_alignment_of_the_parallel_field(angle, verdict):
    found = said("parallel_alignment", outside(paper(), misalignment=angle))
    assert found[0].value == pytest.approx(44 * math.radians(angle))
    assert found[1] == verdict


def test_flux_budget_of_the_paper():
    found, verdict, sentence = said("flux_budget", paper())
    assert verdict == "inconsistent"
    assert "1.18 uV" in sentence
    assert "5.7e+08 phase slips per second" in sentence
    assert "1.2 Phi_0" in sentence
    seconds = 0.02 / (0.1 / 60)
    assert found.value == pytest.approx(5.69e8 * seconds / 1.24, rel=0.01)
    assert found.conditions == LOOP


def test_flux_budget_that_closes():
    facts = paper(excitation_current=1e-19)
    assert said("flux_budget", facts)[1] == "consistent"


def test_no_flux_budget_of_a_peak_in_the_noise():
    assert CHECKS["flux_budget"].function(with_values(paper(), butterfly__delta_R=0.2)) is None


def test_heating_of_the_paper():
    found, verdict, sentence = said("heating", paper())
    assert 0.4 < found.value < 0.6
    assert "11.8 fW" in sentence
    assert verdict == "consistent"
    assert said("heating", paper(excitation_current=3e-7))[1] == "undecided"
    assert said("heating", paper(excitation_current=1e-5))[1] == "suspicious"


def test_heat_of_a_reversal():
    found, verdict, _ = said("reversal_heat", paper())
    assert found.value == pytest.approx(6.5e-15, rel=0.01)
    assert verdict == "consistent"
    assert said("reversal_heat", outside(paper(), areal_moment=0.1))[1] == "undecided"
    assert said("reversal_heat", outside(paper(), areal_moment=1e3))[1] == "suspicious"


@pytest.mark.parametrize(
    ("shift", "verdict"), [(0.002, "consistent"), (0.02, "suspicious"), (-0.02, "suspicious")]
)
def test_remanent_field(shift, verdict):
    found = said("remanent_field", with_values(paper(), butterfly__shift=shift))
    assert found[0].value == pytest.approx(abs(shift) / 0.08)
    assert found[1] == verdict


def test_remanent_field_of_a_window():
    windows = (
        Quantity("butterfly.window_shift", -2.6e-4, "T", 8e-5),
        Quantity("butterfly.window_hysteresis", 0.0199, "T", 8e-5),
    )
    found, verdict, _ = said("remanent_field", paper(quantities=windows))
    assert found.value == pytest.approx(0.0131, rel=0.01)
    assert verdict == "consistent"


@pytest.mark.parametrize(("offset", "verdict"), [(0.0002, "consistent"), (0.02, "suspicious")])
def test_offset_of_critical_fields(offset, verdict):
    where = {"temperature": 0.4, "orientation": "perpendicular"}
    more = (
        Quantity("critical_field.half_field", 0.04, "T", 1e-4, conditions=where),
        Quantity(
            "critical_field.offset", offset, "T", 1e-4, conditions={**where, "direction": "up"}
        ),
    )
    assert said("field_offset", paper(quantities=more))[1] == verdict


def test_tilt_of_one_degree():
    found, verdict, sentence = said("tilt", paper())
    assert found.value * 0.0867 == pytest.approx(1.4e-3, rel=0.01)
    assert "1.6e+03 vortices" in sentence
    assert verdict == "suspicious"
    assert said("tilt", outside(paper(), misalignment=1e-4))[1] == "consistent"


@pytest.mark.parametrize(
    ("constant", "verdict"), [(0.3, "consistent"), (3.0, "suspicious"), (10.0, "inconsistent")]
)
def test_lock_in_lag(constant, verdict):
    found = said("lock_in_lag", paper(time_constant=constant))
    assert found[0].value == pytest.approx(constant * 0.1 / 60 / 0.02)
    assert found[1] == verdict


def test_linear_response():
    found, verdict, sentence = said("linear_response", paper())
    assert "29" in sentence  # nA for each junction
    assert found.value == pytest.approx(10e-9 / (29e-9 * 20e-6 / 61.63e-9), rel=0.01)
    assert verdict == "consistent"
    assert said("linear_response", outside(paper(), critical_current=2e-8))[1] == "suspicious"
    assert said("linear_response", outside(paper(), critical_current=2e-9))[1] == "inconsistent"


@pytest.mark.parametrize(
    ("density", "verdict"), [(3.8e17, "consistent"), (4.1e17, "suspicious"), (8e17, "inconsistent")]
)
def test_hall_density(density, verdict):
    assert said("hall_density", paper(density=density))[1] == verdict


@pytest.mark.parametrize(
    ("density", "verdict"), [(3.7e17, "consistent"), (3.2e17, "suspicious"), (1e17, "inconsistent")]
)
def test_luttinger_count(density, verdict):
    assert said("luttinger_count", outside(paper(), luttinger_density=density))[1] == verdict


@pytest.mark.parametrize(
    ("capacitance", "verdict"), [(6.41e-5, "consistent"), (3e-4, "inconsistent")]
)
def test_capacitor_count(capacitance, verdict):
    gated = tuple(
        Quantity("hall.density", n, "1/m^2", 1e15, conditions={"gate_voltage": voltage})
        for n, voltage in ((3.0e17, -100.0), (3.8e17, 0.0), (4.0e17, 150.0))
    )
    facts = outside(paper(quantities=gated), gate_capacitance=capacitance)
    assert said("capacitor_count", facts)[1] == verdict


@pytest.mark.parametrize(("plates", "verdict"), [(5e-5, "consistent"), (2e-4, "inconsistent")])
def test_capacitor_count_of_the_gate_analysis(plates, verdict):
    gate = (
        Quantity("gate.capacitance", 5.1e-5, "F/m^2", 1e-6),
        Quantity("gate.parallel_plate", plates, "F/m^2", 1e-6),
    )
    found = said("capacitor_count", paper(quantities=gate))
    assert found[0].value == pytest.approx(5.1e-5 / plates)
    assert found[1] == verdict


def test_doping_of_the_cell():
    found, verdict, sentence = said("cell_doping", paper())
    assert found.value == pytest.approx(19, rel=0.01)
    assert "7.2e+18 electrons" in sentence
    assert "888 nA" in sentence  # its moment scaled by the density
    assert verdict == "inconsistent"
    assert said("cell_doping", outside(paper(), cell_area=5.3e-18))[1] == "consistent"


def test_reduced_ions():
    found, verdict, _ = said("xps_doping", paper())
    assert found.value == pytest.approx(0.228 * 2e-9 * 1.57e28 / 3.8e17)
    assert verdict == "inconsistent"
    own = Quantity("xps.electron_density", 4e17, "1/m^2", 1e16)
    assert said("xps_doping", paper(quantities=(*paper().quantities, own)))[1] == "consistent"


@pytest.mark.parametrize(("moment", "verdict"), [(9e-7, "consistent"), (1e-4, "inconsistent")])
def test_measured_against_calculated_moment(moment, verdict):
    own = Quantity("magnetisation.areal_moment", moment, "A", 1e-8)
    facts = paper(quantities=(*paper().quantities, own))
    assert said("calculated_moment", facts)[1] == verdict


@pytest.mark.parametrize(
    ("inside", "verdict"), [(0.3, "consistent"), (0.496, "suspicious"), (0.7, "undecided")]
)
def test_a_part_of_the_moment_lies_between_the_ions(inside, verdict):
    facts = outside(paper(), cell_moment=0.504, moment_in_spheres=inside)
    found, given, sentence = said("moment_in_spheres", facts)
    assert found.value == pytest.approx(inside / 0.504)
    assert given == verdict
    assert ("sum may have been taken" in sentence) == (verdict == "suspicious")


def test_stoner_product_in_both_conventions():
    found, verdict, sentence = said("stoner_product", paper())
    assert found.value == pytest.approx(0.82, abs=0.01)
    assert "9.8" in sentence
    assert "2.45" in sentence
    assert verdict == "undecided"
    assert said("stoner_product", outside(paper(), stoner_parameter=3.0))[1] == "consistent"
    assert said("stoner_product", outside(paper(), stoner_parameter=0.3))[1] == "inconsistent"
    split = outside(paper(), stoner_parameter=None, exchange_splitting=0.182, moment_per_atom=0.13)
    assert said("stoner_product", split)[0].value == pytest.approx(found.value)


def test_stoner_product_of_the_analysis():
    measured = tuple(
        Quantity("stoner.product", value, "", conditions={"convention": word})
        for word, value in (
            ("cell", 9.8),
            ("atom_and_spin", 0.82),
            ("carrying_atom_and_spin", 2.45),
        )
    )
    facts = paper(quantities=measured, outside=OutsideFacts())
    found, verdict, _ = said("stoner_product", facts)
    assert (found.value, verdict) == (0.82, "undecided")


def test_a_critical_field_quoted_twice():
    found, verdict, sentence = said("reported_twice", paper())
    assert found.value == pytest.approx(1 - 3.6 / 3.99, rel=0.02)
    assert verdict == "inconsistent"
    assert "Fig. 2" in sentence
    assert "text on gating" in sentence
    alike = (*paper().published[:3], replace(paper().published[3], value=4.0))
    assert said("reported_twice", paper(published=alike))[1] == "consistent"
    gated = replace(paper().published[3], conditions={"gate_voltage": -100.0})
    assert CHECKS["reported_twice"].function(paper(published=(*alike[:3], gated))) is None
