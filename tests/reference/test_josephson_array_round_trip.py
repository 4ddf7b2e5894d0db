"""
Round trip: the analysis `bkt` finds the transition temperature of the array that it is given.

Windows follow from the size L, not from the answer. A current i tears pairs of vortices apart at
the distance 1/i: below 2.5/L the array's edge comes first (an ohmic tail), and far above 1/4 no
distance is left. The resistance is linear and of the bulk where the correlation length (about 20
sites at 1.03 E_J: Gupta and Baillie, doi:10.1103/PhysRevB.45.2883) stays below L/2.4 and 1/i, 20
both; above 0.4 R_N, near 1.4 E_J, it saturates.
"""

import numpy as np
import pytest

from papilio.analysis import BktOptions, bkt
from papilio.simulate import josephson_array
from papilio.simulate.josephson_array.options import (
    ArrayOptions,
    CooldownOptions,
    CurrentVoltageOptions,
)

#: Kosterlitz-Thouless temperature of the square lattice without field, in K.
T_BKT = 0.8929 * ArrayOptions().josephson_energy


def scaled(size, **settings):
    """Settings of a square array, and the current density of a junction's critical current."""
    options = ArrayOptions()
    unit = options.critical_current / options.pitch
    return {"columns": size, "rows": size, "scheme": "adams", **settings}, unit


def curves(size, temperatures, currents, replicas, steps, seed):
    """Current-voltage curves at temperatures in E_J and currents in I_c."""
    settings, unit = scaled(size, replicas=replicas, maximum_steps=steps, seed=seed)
    options = CurrentVoltageOptions(
        **settings,
        temperatures=tuple(float(t * ArrayOptions().josephson_energy) for t in temperatures),
        current_densities=tuple(float(i * unit) for i in currents),
    )
    return josephson_array.current_voltage(options)


def window(record):
    """All currents of a record."""
    current = record["current"].values
    return BktOptions(current_window=(0.999 * current.min(), 1.001 * current.max()))


def recovered(quantity):
    """Within three standard deviations and 5 % of the truth, and known to 5 % at all."""
    assert quantity.value is not None, quantity.flags
    assert abs(quantity.value - T_BKT) < 3 * quantity.std
    assert abs(quantity.value - T_BKT) < 0.05 * T_BKT
    assert quantity.std < 0.05 * T_BKT


def test_current_voltage_curves_of_a_small_array_give_back_its_transition():
    currents = np.geomspace(2.5 / 16, 0.3, 10)
    record = curves(16, (0.98, 0.92, 0.86, 0.8), currents, replicas=2, steps=16_000, seed=31)
    recovered(bkt(record, options=window(record))["T_BKT_iv"])


@pytest.mark.validate
def test_current_voltage_curves_give_back_the_transition():
    currents = np.geomspace(2.5 / 32, 0.25, 14)
    temperatures = (0.99, 0.95, 0.91, 0.87, 0.83, 0.79)
    record = curves(32, temperatures, currents, replicas=2, steps=16_000, seed=32)
    recovered(bkt(record, options=window(record))["T_BKT_iv"])


@pytest.mark.validate
def test_cooldown_gives_back_the_transition():
    settings, unit = scaled(48, replicas=4, equilibration_steps=2048, maximum_steps=8192, seed=33)
    energy = ArrayOptions().josephson_energy
    options = CooldownOptions(
        **settings,
        temperatures=tuple(float(t * energy) for t in np.linspace(1.40, 1.03, 16)),
        current_density=0.05 * unit,
    )
    record = josephson_array.cooldown(options)
    asked = BktOptions(
        variable="sheet_resistance",
        normal_resistance=options.normal_resistance,
        temperature_window=(1.02 * energy, 1.41 * energy),
    )
    recovered(bkt(resistance=record, options=asked)["T_BKT_halperin_nelson"])
