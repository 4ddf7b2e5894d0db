"""Each coupling against what its formula says for patterns that one can work out."""

import math
from dataclasses import replace

import numpy as np
import pytest

from papilio.constants import FLUX_QUANTUM, VACUUM_PERMEABILITY
from papilio.errors import OptionsError
from papilio.physics.flux_and_heat import reversal_heat
from papilio.simulate.ferromagnet.grains import sheet
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.simulate.ferromagnet.sheet import Field
from papilio.simulate.interface import COUPLINGS, PLANTED, effect
from papilio.simulate.interface.contract import Effect, Scene, combined

FILM = sheet(MagnetOptions(columns=24, rows=16))
UNIFORM = Scene(FILM, np.zeros(FILM.shape), Field(0.08, 0.0), 0.5)
#: Head to head and tail to tail along x.
TWO = replace(UNIFORM, angle=np.where(np.arange(24) < 12, 0.0, math.pi) * np.ones((16, 1)))


def test_without_couplings_nothing_happens():
    nothing = effect(TWO, {})
    assert not nothing.flux.any()
    assert (nothing.coupling == 1).all()
    assert nothing.warming == 0


def test_stray_flux():
    assert np.abs(effect(UNIFORM, {"stray_flux": {}}).flux).max() < 1e-12
    flux = effect(TWO, {"stray_flux": {"depth": "5 nm"}}).flux
    assert abs(flux.sum()) < 1e-12 * np.abs(flux).sum()
    # The plaquettes whose middle lies under the line of charge 2 m: most of one half of its flux.
    half = -VACUUM_PERMEABILITY * FILM.areal_moment * FILM.cell / FLUX_QUANTUM
    assert 0.7 < flux[0, 11] / half < 1
    assert flux[0, 23] == pytest.approx(-flux[0, 11])
    assert int(np.argmin(flux[3])) == 11


def test_weak_walls():
    found = effect(TWO, {"weak_walls": {"remaining": 0.25}}).coupling
    assert (found[0, :, [11, 23]] == 0.25).all()
    assert (np.delete(found[0], [11, 23], axis=1) == 1).all()
    assert (found[1] == 1).all()
    assert (effect(UNIFORM, {"weak_walls": {}}).coupling == 1).all()


def test_tilt():
    flux = effect(UNIFORM, {"tilt": {"misalignment": "1 deg"}}).flux
    # 1.4 mT at 0.08 T.
    assert flux * FLUX_QUANTUM / FILM.cell**2 == pytest.approx(1.396e-3, rel=1e-3)
    upright = replace(UNIFORM, field=Field(0.0, 0.0, 0.01))
    # What is applied upright is no misalignment: the film has it in any case.
    assert not effect(upright, {"tilt": {}}).flux.any()


def test_heating_of_a_reversal_is_nothing():
    # The whole reversal, 2 m B_c, within 10 s.
    rate = 2 * FILM.areal_moment / 10
    hot = replace(UNIFORM, temperature=0.05, moment_rate=rate)
    warming = effect(hot, {"heating": {}}).warming
    power = reversal_heat(FILM.areal_moment, 0.08, 1.0) / 10
    assert (0.05 + warming) ** 4 - 0.05**4 == pytest.approx(power, rel=1e-9)
    assert 0 < warming < 1e-3
    # What the magnet gives back cools nothing.
    assert effect(replace(hot, moment_rate=-rate), {"heating": {}}).warming == 0
    swept = replace(hot, sweep_rate=2e-3)
    more = effect(swept, {"heating": {"eddy_heating": 1.0}}).warming
    assert (0.05 + more) ** 4 - 0.05**4 == pytest.approx(power + 4e-6, rel=1e-9)


def test_couplings_combine():
    parts = [effect(TWO, {name: {}}) for name in COUPLINGS]
    whole = effect(TWO, {name: {} for name in COUPLINGS})
    assert whole.flux == pytest.approx(sum(part.flux for part in parts))
    assert whole.coupling == pytest.approx(np.prod([part.coupling for part in parts], axis=0))
    fields = sum(part.exchange_field for part in parts)
    assert whole.exchange_field == pytest.approx(fields)
    assert whole.warming == pytest.approx(sum(part.warming for part in parts))


def test_mistakes_are_told():
    with pytest.raises(OptionsError, match=r"^ghost: no such coupling"):
        effect(TWO, {"ghost": {}})
    with pytest.raises(OptionsError, match=r"^tilt\.lean: "):
        effect(TWO, {"tilt": {"lean": 1.0}})
    with pytest.raises(OptionsError, match="another shape"):
        combined([Effect(flux=np.zeros((3, 3)))], (4, 4))


@pytest.mark.parametrize(
    ("name", "key", "value", "wanted"),
    [
        ("heating", "conductance", 0.0, "above zero"),
        ("heating", "conductance", -1.0, "above zero"),
        ("heating", "eddy_heating", -1.0, "zero or more"),
        ("exchange", "exchange_field", math.inf, "finite"),
        ("exchange", "pair_size", -1e-9, "zero or more"),
        ("unlocking", "slips_per_passage", -0.5, "zero or more"),
        ("creep", "vortices_per_flux", -1.0, "zero or more"),
        ("creep", "attempt_time", 0.0, "above zero"),
        ("creep", "barrier", -1.0, "zero or more"),
        ("creep", "pair_size", -1e-9, "zero or more"),
        ("weak_walls", "remaining", 1.5, "0 to 1"),
        ("weak_walls", "remaining", -0.1, "0 to 1"),
        ("stray_flux", "depth", 0.0, "above zero"),
        ("tilt", "misalignment", math.inf, "finite"),
    ],
)
def test_options_that_no_physics_has_are_refused(name, key, value, wanted):
    with pytest.raises(OptionsError, match=rf"^{name}\.{key}: .*give .*{wanted}"):
        effect(UNIFORM, {name: {key: value}})


def test_every_coupling_says_what_it_plants():
    assert list(PLANTED) == ["none", *COUPLINGS]
    signatures = {
        "transition_linear_in_density",
        "exponent_through_three",
        "two_dimensional_fields",
        "peaks_on_reversing_branch",
        "no_loop_out_of_plane",
        "loop_along_and_across_current",
        "maximum_near_zero_resistance",
        "faster_than_linear_in_rate",
        "density_window",
        "falls_on_depletion",
        "width_grows_with_density",
    }
    assert {name for names in PLANTED.values() for name in names} <= signatures


def test_resistances_add_and_memories_are_kept_apart():
    one = Effect(resistance=2.0, memory={"creep": np.ones(1)})
    other = Effect(resistance=np.full((2, 4, 4), 3.0), memory={"another": np.zeros(2)})
    both = combined([one, other], (4, 4))
    assert (both.resistance == 5.0).all()
    assert sorted(both.memory) == ["another", "creep"]
