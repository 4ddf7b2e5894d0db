import json
import math

import numpy as np
import pytest

from papilio import cli, dataset
from papilio.errors import OptionsError
from papilio.simulate import josephson_array
from papilio.simulate.josephson_array import checkpoint, protocols
from papilio.simulate.josephson_array.measure import CHUNK_STEPS
from papilio.simulate.josephson_array.options import (
    ArrayOptions,
    CooldownOptions,
    CurrentVoltageOptions,
    FieldSweepOptions,
    SnapshotOptions,
)

SMALL = {"columns": 8, "rows": 6, "replicas": 2, "equilibration_steps": 256, "maximum_steps": 2048}


def equal(first, second):
    return set(first.variables) == set(second.variables) and all(
        np.array_equal(first[name], second[name], equal_nan=True) for name in first.variables
    )


def test_scales():
    """PHYSICS: E_J of 0.692 K and 1358 ohm give 29 nA and 8.3 ps."""
    options = ArrayOptions(normal_resistance=1358.0, josephson_energy=0.692)
    assert options.critical_current == pytest.approx(29e-9, rel=0.01)
    assert options.time_unit == pytest.approx(8.3e-12, rel=0.01)
    assert options.bias(options.critical_current / options.pitch) == pytest.approx(1.0)
    assert ArrayOptions(capacitance=1e-15).damping == pytest.approx(
        options.normal_resistance * 1e-15 / options.time_unit
    )


def test_frustration_is_whole_on_a_ring_only():
    field = 0.6
    exact = field * (30e-9) ** 2 / 2.067833848e-15
    ring = ArrayOptions(columns=8, rows=6)
    assert ring.frustration(field) * 48 == round(exact * 48)
    assert ArrayOptions(boundary="busbar").frustration(field) == pytest.approx(exact)


def test_cooldown_is_a_record_in_si():
    options = CooldownOptions(**SMALL, temperatures=(3.0, 0.1))
    cold = josephson_array.cooldown(options)
    dataset.check(cold)
    assert cold.attrs["synthetic"] == 1
    assert cold.attrs["seed"] == options.seed
    assert json.loads(cold.attrs["options"])["columns"] == 8
    assert cold.attrs["bar_length"] == pytest.approx(8 * 30e-9)
    assert cold.attrs["bar_width"] == pytest.approx(6 * 30e-9)
    assert cold["current"].values == pytest.approx(0.05 * 6 * 30e-9)
    ratio = cold["voltage"] / cold["current"]
    assert cold["resistance"].values == pytest.approx(ratio.values)
    assert cold["sheet_resistance"].values == pytest.approx(ratio.values * 6 / 8)
    hot, frozen = cold["sheet_resistance"].values
    assert 0.5 * 1358 < hot < 1.1 * 1358
    assert abs(frozen) < 1e-3 * 1358
    assert cold["vortex_density"][0] > 10 * cold["vortex_density"][1]
    # Two bonds a site in order, but for spin waves: -2 + T/2.
    assert cold["site_energy"][1] == pytest.approx(-2 * 0.692 + 0.1 / 2, rel=0.02)


def test_current_voltage_has_a_row_for_each_current_and_is_odd():
    options = CurrentVoltageOptions(
        **SMALL, temperatures=(0.3,), current_densities=(-2.0, 0.0, 2.0)
    )
    curve = josephson_array.current_voltage(options)
    assert curve["current"].values == pytest.approx(np.array([-2.0, 0.0, 2.0]) * 6 * 30e-9)
    low, zero, high = curve["voltage"].values
    error = np.hypot(*curve["voltage_std"].values[[0, 2]])
    assert high > 10 * error
    assert abs(low + high) < 4.5 * error
    assert abs(zero) < 4.5 * curve["voltage_std"].values[1]


@pytest.mark.parametrize("boundary", ["twist", "busbar"])
def test_cooldown_without_current_takes_the_resistance_from_the_noise(boundary):
    options = CooldownOptions(
        **{**SMALL, "maximum_steps": 16384, "replicas": 32},
        temperatures=(30.0,),
        current_density=0.0,
        boundary=boundary,
    )
    hot = josephson_array.cooldown(options)
    value, std = hot["sheet_resistance"].item(), hot["sheet_resistance_std"].item()
    assert abs(value - 1358) < 4.5 * std + 0.01 * 1358
    assert std < 0.2 * 1358


def test_field_sweep_takes_flux_maps():
    rows = np.zeros((6, 8))
    rows[2, 3], rows[4, 5] = 0.5, -0.5
    options = FieldSweepOptions(**SMALL, fields=(0.0, 0.5))
    plain = josephson_array.field_sweep(options)
    magnet = josephson_array.field_sweep(options, fluxes=[rows, 2 * rows])
    assert (plain["site_energy"] < magnet["site_energy"]).all()
    with pytest.raises(OptionsError, match="1 flux maps for 2 fields"):
        josephson_array.field_sweep(options, fluxes=[rows])
    with pytest.raises(OptionsError, match="flux has shape"):
        josephson_array.field_sweep(options, fluxes=[rows.T, rows.T])


def test_field_sweep_takes_couplings_of_each_field():
    options = FieldSweepOptions(**SMALL, fields=(0.0, 0.0))
    whole = np.ones((2, 6, 8))
    found = josephson_array.field_sweep(options, couplings=[whole, 0.5 * whole])
    # The first point is that of couplings which never change; the second has weaker ones.
    plain = josephson_array.field_sweep(options, couplings=whole)
    assert found["site_energy"].values[0] == plain["site_energy"].values[0]
    assert found["site_energy"].values[1] > 0.7 * plain["site_energy"].values[1]
    with pytest.raises(OptionsError, match="1 maps for 2 fields"):
        josephson_array.field_sweep(options, couplings=[whole])


def test_fixed_twist_gives_the_stiffness():
    options = CooldownOptions(**SMALL, boundary="fixed-twist", temperatures=(0.02,))
    cold = josephson_array.cooldown(options)
    # Spin waves take a quarter of the temperature off the stiffness.
    assert cold["helicity_modulus"].item() == pytest.approx(0.692 - 0.02 / 4, rel=0.01)
    assert np.isnan(cold["sheet_resistance"].item())


def test_disorder_and_shunts_that_differ():
    options = CooldownOptions(
        **{**SMALL, "realisations": 2},
        temperatures=(2.0,),
        coupling_disorder=0.3,
        bond_dilution=0.1,
        flux_disorder=0.1,
        shunt_disorder=0.2,
    )
    record = josephson_array.cooldown(options)
    assert 0 < record["sheet_resistance"].item() < 2 * 1358


def test_measurement_ends_when_the_error_is_small_enough():
    long = {**SMALL, "maximum_steps": 50 * CHUNK_STEPS}
    options = CooldownOptions(**long, temperatures=(2.0,), current_density=0.5)
    wanted = 100.0
    record = josephson_array.cooldown(
        CooldownOptions(**{**vars(options), "resistance_error": wanted})
    )
    assert record["sheet_resistance_std"].item() <= wanted
    assert record["steps"].item() < long["maximum_steps"]
    assert record["settled"].item() == 1


@pytest.mark.parametrize(("stop", "scheme"), [(1, "heun"), (3, "heun"), (5, "heun"), (3, "adams")])
def test_interrupted_run_goes_on_as_if_nothing_had_happened(stop, scheme, tmp_path, monkeypatch):
    options = CooldownOptions(
        **{**SMALL, "maximum_steps": 2 * CHUNK_STEPS}, temperatures=(0.9, 0.6), scheme=scheme
    )
    whole = josephson_array.cooldown(options)
    path = tmp_path / "run.npz"
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    written = checkpoint.Checkpoint.write
    chunks = []

    def interrupting(self, rows, now, **settings):
        written(self, rows, now, **settings)
        chunks.append(now)
        if len(chunks) == stop:
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint.Checkpoint, "write", interrupting)
    with pytest.raises(KeyboardInterrupt):
        josephson_array.cooldown(options, checkpoint=path)
    assert path.is_file()
    other = CooldownOptions(**{**vars(options), "seed": 99})
    with pytest.raises(OptionsError, match="other options"):
        josephson_array.cooldown(other, checkpoint=path)
    assert equal(whole, josephson_array.cooldown(options, checkpoint=path))
    assert not path.exists()


def test_damaged_checkpoint_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    path.write_bytes(b"nonsense")
    with pytest.raises(OptionsError, match="remove it to start anew"):
        josephson_array.cooldown(CooldownOptions(**SMALL), checkpoint=path)


def test_snapshots_are_a_map():
    options = SnapshotOptions(columns=8, rows=6, frames=4, field=0.3, equilibration_steps=50)
    film = josephson_array.snapshots(options)
    dataset.check(film)
    assert film["vorticity"].dims == ("time", "y", "x")
    assert film["vorticity"].shape == (4, 6, 8)
    quanta = options.frustration(0.3) * 48
    assert (film["vorticity"].sum(("y", "x")) == quanta).all()
    assert float(np.abs(film["current_x"]).max()) <= options.critical_current
    spacing = 16 * 0.25 * options.time_unit
    assert film["time"].values == pytest.approx(spacing * np.arange(1, 5))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"columns": 0}, "columns"),
        ({"bond_dilution": 1.5}, "probability"),
        ({"coupling_disorder": -0.1}, "coupling_disorder"),
        ({"temperatures": ()}, "empty"),
        ({"temperatures": (-1.0,)}, "temperatures"),
        ({"columns": 10_000, "rows": 10_000}, "more than"),
    ],
)
def test_options_refuse(settings, message):
    with pytest.raises(OptionsError, match=message):
        CooldownOptions(**settings)


def test_command_line(tmp_path, capsys):
    options = tmp_path / "cooldown.toml"
    options.write_text(
        'protocol = "cooldown"\ncolumns = 8\nrows = 6\nreplicas = 1\npitch = "50 nm"\n'
        'equilibration_steps = 0\nmaximum_steps = 10\ntemperatures = ["500 mK"]\n'
    )
    assert cli.main(["simulate", "array", str(options), "-o", str(tmp_path / "out")]) == 0
    result = dataset.load(tmp_path / "out" / "cooldown.nc")
    assert result["temperature"].item() == pytest.approx(0.5)
    assert json.loads(result.attrs["options"])["pitch"] == pytest.approx(50e-9)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "cooldown.nc",
        "cooldown.toml",
    ]
    options.write_text('protocol = "warmup"\n')
    assert cli.main(["simulate", "array", str(options), "-o", str(tmp_path / "out")]) == 2
    assert "make it one of cooldown" in capsys.readouterr().err
    options.write_text('protocol = "cooldown"\ncolumn = 8\n')
    assert cli.main(["simulate", "array", str(options), "-o", str(tmp_path / "out")]) == 2
    assert "column: unknown option" in capsys.readouterr().err


def test_coupling_of_a_tunnel_junction():
    """PHYSICS: 1358 ohm and T_c = 0.668 K give 22 nA at 0.618 K and E_J = 2.8 K at T = 0."""
    options = ArrayOptions(coupling_law="ambegaokar-baratoff", gap=1.764 * 0.668)
    assert options.coupling_at(0.0) == pytest.approx(6453.2 / 1358 * 1.764 * 0.668 / 2, rel=1e-4)
    assert options.at(0.618).critical_current == pytest.approx(22e-9, rel=0.03)
    assert options.coupling_at(0.7) == pytest.approx(0.7e-3)
    table = ArrayOptions(
        coupling_law="table", coupling_temperatures=(0.0, 1.0), coupling_energies=(2.0, 1.0)
    )
    assert table.coupling_at(0.25) == pytest.approx(1.75)
    with pytest.raises(OptionsError, match="give one each"):
        ArrayOptions(coupling_law="table", coupling_temperatures=(0.0, 1.0))
    with pytest.raises(OptionsError, match="do not rise"):
        ArrayOptions(
            coupling_law="table", coupling_temperatures=(1.0, 0.0), coupling_energies=(2.0, 1.0)
        )


@pytest.mark.parametrize("capacitance", [0.0, 2e-15])
def test_cooldown_with_the_coupling_of_each_temperature(capacitance):
    """Each point is that of an array with its temperature's coupling; above T_c it is normal."""
    settings = {
        **SMALL,
        "capacitance": capacitance,
        "equilibration_steps": 2 * CHUNK_STEPS,
        "maximum_steps": CHUNK_STEPS,
    }
    varying = CooldownOptions(
        **settings, coupling_law="ambegaokar-baratoff", temperatures=(0.8, 0.66, 0.3)
    )
    record = josephson_array.cooldown(varying)
    energy, sheet, std = (
        record[name].values
        for name in ("josephson_energy", "sheet_resistance", "sheet_resistance_std")
    )
    assert energy == pytest.approx([varying.coupling_at(t) for t in varying.temperatures])
    assert abs(sheet[0] - 1358) < 4.5 * std[0] + 1e-3
    assert abs(sheet[2]) < 4.5 * std[2] + 1e-3 * 1358
    assert std[2] < 0.05 * 1358
    alone = CooldownOptions(**settings, josephson_energy=energy[1], temperatures=(0.66,))
    other = josephson_array.cooldown(alone)
    difference = other["sheet_resistance"].item() - sheet[1]
    assert abs(difference) < 4.5 * np.hypot(std[1], other["sheet_resistance_std"].item())


def test_every_protocol_has_defaults():
    for kind, _ in protocols.PROTOCOLS.values():
        assert isinstance(kind(), ArrayOptions)


@pytest.mark.parametrize("temperature", [-0.3, math.nan, math.inf])
def test_temperatures_that_do_not_exist_are_refused(temperature):
    for made in (FieldSweepOptions, SnapshotOptions):
        with pytest.raises(OptionsError, match=r"^temperature: .*give"):
            made(temperature=temperature)
    for made in (CooldownOptions, CurrentVoltageOptions):
        with pytest.raises(OptionsError, match=r"^temperatures: .*give"):
            made(temperatures=(0.5, temperature))


def test_a_stiffness_at_rest_is_refused_before_the_run():
    with pytest.raises(OptionsError, match=r"^temperatures: .*fixed-twist.*above zero"):
        CooldownOptions(boundary="fixed-twist", temperatures=(0.5, 0.0))
    with pytest.raises(OptionsError, match=r"^temperature: .*fixed-twist.*above zero"):
        FieldSweepOptions(boundary="fixed-twist", temperature=0.0)
    # Where the twist is free the array may be at rest.
    assert CooldownOptions(temperatures=(0.0,)).temperatures == (0.0,)
