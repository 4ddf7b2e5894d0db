"""Heat of a whole loop against the area of its magnetisation curve."""

import numpy as np
import pytest

from papilio.simulate.ferromagnet import observables
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.simulate.ferromagnet.sheet import Field
from papilio.simulate.interface.heating import HeatingOptions
from papilio.simulate.virtual_cryostat.options import CryostatOptions
from papilio.simulate.virtual_cryostat.pattern import Sweep, patterns, sample

STEP, TOP, RATE, BATH = 4e-3, 0.12, 0.1 / 60, 0.05


@pytest.mark.parametrize("azimuth", [0.0, 180.0])
def test_heat_of_a_loop_is_its_area_and_what_was_lent(azimuth):
    made = sample(
        CryostatOptions(
            columns=4,
            rows=4,
            couplings=("heating",),
            heating=HeatingOptions(conductance=1e-6),
            magnet=MagnetOptions(),
        )
    )
    down = np.arange(TOP, -TOP - STEP / 2, -STEP)
    fields = np.concatenate([down, -down[1:]])
    spacing = STEP / RATE
    sweep = Sweep(BATH, RATE, azimuth)
    found = list(patterns(made, sweep, fields, spacing, np.random.default_rng(3)))
    warm = np.array([one.temperature for one in found])
    heat = 1e-6 * (warm**4 - BATH**4).sum() * spacing
    turn = np.radians(azimuth)
    moment = np.array(
        [
            observables.directed(
                observables.mean_moment(made.magnet, one.angle, Field(0.0, 0.0)), turn, 0.0
            )
            for one in found
        ]
    )
    # The loop is closed: it starts from saturation as it ends.
    assert moment[0] == pytest.approx(moment[-1], rel=1e-3)
    area = abs(np.trapezoid(moment, fields))
    work = fields[1:] * np.diff(moment)
    lent = -work[work < 0].sum()
    assert area > 0.5 * made.magnet.areal_moment * 4 * 0.03
    # A step's work is taken at its end: as much as the change of the moment times half a step.
    rounding = STEP / 2 * np.abs(np.diff(moment)).sum()
    assert heat == pytest.approx(area + lent, abs=1.01 * rounding)
    assert lent < 0.5 * area
