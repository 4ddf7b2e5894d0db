"""Every measurement of the virtual cryostat, and the analysis that reads it."""

import dataclasses
import json

import numpy as np
import pytest

from papilio.analysis import ANALYSES
from papilio.errors import OptionsError
from papilio.simulate import SIMULATIONS
from papilio.simulate.granular_film.options import FilmOptions
from papilio.simulate.virtual_cryostat import (
    VirtualButterflyOptions,
    VirtualCooldownOptions,
    VirtualCurrentVoltageOptions,
    VirtualGatedButterflyOptions,
    VirtualGatedHallOptions,
    VirtualHallOptions,
    VirtualParallelFieldOptions,
    VirtualPerpendicularFieldOptions,
    butterfly,
    cooldown,
    current_voltage,
    gated_butterfly,
    gated_hall,
    hall,
    parallel_field,
    perpendicular_field,
)

#: A small film, watched for a moment.
SMALL = {"columns": 8, "rows": 8, "replicas": 2, "equilibration_steps": 128, "maximum_steps": 512}


def test_all_are_in_the_table():
    names = [name for name in SIMULATIONS if name.startswith("virtual_cryostat.")]
    assert len(names) == 8


def test_cooldown_and_transition():
    record = cooldown(VirtualCooldownOptions(**{**SMALL, "maximum_steps": 2048}, couplings=()))
    assert record.attrs["mechanism"] == "none"
    assert record.attrs["time_scale_ratio"] < 1e-6
    sheet = record["array_resistance"].values
    assert sheet[0] == 1358
    assert sheet[-1] == 0
    # The coldest reading is a limit, by activation far below that of the time it was watched for.
    assert not record["resolved"].values[-1]
    limit = record["array_resistance_limit"].values
    assert 0 < limit[-1] < 0.2 * limit[record["temperature"].values > 0.3].min()
    found = ANALYSES["transition"].function(record)
    assert 0.5 < found["Tc"].value < 0.9
    assert found["R_normal"].value == pytest.approx(1358, rel=1e-3)


def test_hall():
    record = hall(VirtualHallOptions())
    found = ANALYSES["hall"].function(record)
    density = found["density"]
    assert abs(density.value - 3.8e17) < 4 * density.std
    assert density.std < 1e-3 * density.value
    assert found["sheet_resistance"].value == pytest.approx(1358, rel=1e-4)
    with pytest.raises(OptionsError, match=r"^temperature: at 0\.5 K the film is not normal"):
        hall(VirtualHallOptions(temperature=0.5))


def test_gated_hall_and_gate():
    record = gated_hall(VirtualGatedHallOptions())
    found = ANALYSES["gate"].function(record)
    capacitance = found["capacitance"]
    assert abs(capacitance.value - 1.44e-4) < 4 * capacitance.std
    with pytest.raises(OptionsError, match=r"^mean_free_paths: there are 3 for 1"):
        VirtualGatedHallOptions(gate_voltages=(0.0,))
    with pytest.raises(OptionsError, match=r"^gate_voltages: at -1000 V no carriers"):
        gated_hall(VirtualGatedHallOptions(gate_voltages=(-1000.0,), mean_free_paths=(1e-8,)))


def test_current_voltage_and_bkt():
    options = VirtualCurrentVoltageOptions(
        **{**SMALL, "replicas": 4, "maximum_steps": 2048},
        couplings=(),
        temperatures=(0.5, 0.53, 0.56),
    )
    record = current_voltage(options)
    assert record.sizes["row"] == 3 * 20
    # From nothing to nearly the metal's resistance, as current and temperature rise.
    resistance = record["voltage"].values / record["current"].values / 6
    assert resistance[0] < 0.1 * 1358
    assert 0.3 * 1358 < resistance[-1] < 1358
    found = ANALYSES["bkt"].function(current_voltage=record)
    assert any(quantity.name == "bkt.exponent" for quantity in found.quantities)


def test_a_current_voltage_curve_of_a_normal_film_is_that_of_the_metal():
    settings = {**SMALL, "couplings": (), "voltage_noise": 0.0}
    for currents in ((), (1e-7, 1e-6)):
        record = current_voltage(
            VirtualCurrentVoltageOptions(**settings, temperatures=(3.0,), currents=currents)
        )
        ratio = record["voltage"].values / record["current"].values
        assert ratio == pytest.approx(6 * 1358.0, rel=1e-12)
        assert not record["coupling_mean"].values.any()
        assert np.isfinite(record.attrs["time_scale_ratio"])
    weak = {**settings, "film": FilmOptions(normal_resistance=3e5)}
    with pytest.raises(OptionsError, match=r"^film: links of 300000 ohm .*give a smaller"):
        current_voltage(VirtualCurrentVoltageOptions(**weak))


def test_fields_and_critical_field():
    few = {**SMALL, "couplings": ()}
    parallel = parallel_field(
        VirtualParallelFieldOptions(**few, temperatures=(0.3, 0.45), field_step=0.5)
    )
    upright = perpendicular_field(
        VirtualPerpendicularFieldOptions(
            **{**few, "replicas": 8}, temperatures=(0.3, 0.6), maximum_field=0.04, field_step=0.02
        )
    )
    found = ANALYSES["critical_field"].function(parallel=parallel)
    fields = [q for q in found.quantities if q.name == "critical_field.half_field"]
    # Pair breaking of the film: 3.99 T at T = 0.
    assert all(2 < abs(q.value) < 4 for q in fields)
    assert parallel["array_resistance"].values[0] == 1358
    # The other sign of the field does the same, but for the rounding of the field itself.
    sheet = upright["array_resistance"].values.reshape(2, 5)
    assert sheet == pytest.approx(sheet[:, ::-1], rel=1e-9)
    # At 0.6 K the film is normal above 8 mT, at 0.3 K above 0.05 T: pairs are broken.
    assert 0.9 * 1358 < sheet[1, 0] <= 1358
    assert sheet[1, 0] > sheet[1, 2]
    assert sheet[0, 0] < 0.5 * 1358
    # Both temperatures have states of their own, whose numbers tell them apart.
    number = upright["state"].values.reshape(2, 5)
    assert not set(number[0]) & set(number[1])
    assert number[0, 1] != number[0, 0]


def test_gated_butterfly():
    options = VirtualGatedButterflyOptions(
        **SMALL, couplings=("unlocking",), maximum_field=0.1, field_step=0.02
    )
    record = gated_butterfly(options)
    assert record.attrs["mechanism"] == "unlocking"
    assert sorted(set(record["gate_voltage"].values)) == [-100, 0, 150]
    peak = {
        v: record["array_resistance"].values[record["gate_voltage"] == v].max()
        for v in (-100.0, 0.0, 150.0)
    }
    # The gate at 150 V takes the film above its percolation threshold: strong links short the weak.
    assert peak[150.0] == 0 < peak[-100.0]
    ANALYSES["butterfly"].function(record.isel(row=np.flatnonzero(record["gate_voltage"] == 0)))


@pytest.mark.parametrize("elevation", [0.0, 90.0])
def test_peaks_stand_where_walls_move_and_not_out_of_the_plane(elevation):
    options = VirtualButterflyOptions(
        **{**SMALL, "replicas": 8, "maximum_steps": 2048},
        couplings=("creep", "unlocking"),
        temperature=0.05,
        elevation=elevation,
        unlocking=dataclasses.replace(VirtualButterflyOptions().unlocking, slips_per_passage=1e8),
    )
    record = butterfly(options)
    # In the order of the table, whatever the order of the options.
    assert record.attrs["mechanism"] == "unlocking+creep"
    sheet, field = record["array_resistance"].values, record["field"].values
    if elevation == 90:
        # An upright field breaks pairs, of either sign and on either branch alike.
        assert np.array_equal(sheet, sheet[::-1])
        assert not sheet[np.abs(field) < 0.03].any()
        assert sheet[0] == 1358
        return
    # What walls make is no limit where it exceeds what the array leaves possible.
    limit = record["array_resistance_limit"].values[0]
    assert np.array_equal(record["resolved"].values == 1, sheet > limit)
    assert record["resolved"].values[np.argmax(sheet)] == 1
    down = np.arange(sheet.size) <= int(np.argmin(field))
    assert -0.12 < field[down][np.argmax(sheet[down])] < -0.02
    assert 0.02 < field[~down][np.argmax(sheet[~down])] < 0.12


def test_options_are_kept_in_the_record():
    record = hall(VirtualHallOptions(seed=7))
    assert json.loads(record.attrs["options"])["seed"] == 7
    assert record.attrs["bar_length"] == 120e-6
