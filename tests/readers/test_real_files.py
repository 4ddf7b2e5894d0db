"""Every real file reads, or is refused in one sentence; key values against independent looks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import papilio
from papilio.dataset import check, notes
from papilio.errors import ReadError
from papilio.readers import READERS

DATA = Path(__file__).parents[3] / "shared" / "data"
FILES = sorted(path for path in DATA.rglob("*") if path.is_file()) if DATA.is_dir() else []
REFUSED = {"SOURCES.md", "Figures_2-5__Chip_3__Data__Device_1__Dimensions.txt"}
JUNCTION = "nb_helimagnet_jj/Figures_2-5__Chip_3"

needs_data = pytest.mark.skipif(not FILES, reason="real measurements are not beside the repository")


def data(name: str) -> xr.Dataset:
    return papilio.read(DATA / name)


def messages(dataset: xr.Dataset) -> str:
    return "\n".join(note.message for note in notes(dataset))


@needs_data
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[-50:])
def test_reads_or_refuses(path: Path) -> None:
    if path.name in REFUSED:
        with pytest.raises(ReadError) as caught:
            papilio.read(path)
        message = str(caught.value)
        assert message.startswith(path.name)
        assert all(name in message for name in READERS)
        assert "\n" not in message
        return
    dataset = check(papilio.read(path))
    assert len(dataset.data_vars) > 0
    assert dataset.attrs["source"] == path.name
    assert len(dataset.attrs["source_sha256"]) == 64
    if dataset.sizes["row"] == 0:
        assert "no rows" in messages(dataset)
    else:
        lines = path.read_bytes().count(b"\n") + 1
        assert dataset["line"].values.min() >= 1
        assert dataset["line"].values.max() <= lines
        assert bool((np.diff(dataset["line"].values) > 0).all())
    for name in dataset.data_vars:
        assert np.isfinite(dataset[name].values).any() or dataset.sizes["row"] == 0, name


@needs_data
def test_ac_transport_channels_alternate_and_resistance_is_voltage_over_current() -> None:
    act = data("misfit_snse_nbse2_nomad/ACT_Ch1_Hall_Ch2_TMR.dat")
    assert act.sizes["row"] == 6035
    first, second = act["resistance_ch1"].values, act["resistance_ch2"].values
    assert not (np.isfinite(first) & np.isfinite(second)).any()
    assert np.isfinite(first).sum() > 3000
    assert np.isfinite(second).sum() > 3000
    # The file's own resistivity, length and cross section of its header, say the same, to the
    # digits that the instrument reckons with.
    for channel, length in ((1, 0.1393e-2), (2, 0.1022e-2)):
        rho = act[f"resistivity_ch{channel}"].values
        np.testing.assert_allclose(
            act[f"resistance_ch{channel}"].values, rho * length / 0.0011144e-4, rtol=1e-8
        )
        # The deviation of the voltage is right where the sample superconducts too; that of the
        # resistivity, which the instrument scales with the value, collapses there.
        std = act[f"resistance_ch{channel}_std"].values
        stated = act[f"resistivity_ch{channel}_std"].values * length / 0.0011144e-4
        normal = act[f"resistance_ch{channel}"].values > 3e-4
        np.testing.assert_allclose(std[normal], stated[normal], rtol=0.05)
        gone = abs(act[f"resistance_ch{channel}"].values) < 1e-7
        assert np.median(stated[gone] / std[gone]) < 0.1
    assert first[0] == pytest.approx(1.07923080942839e-6 / 1.02880465367804e-3, rel=1e-12)
    assert act["field"].values[0] == pytest.approx(1.0000085)
    assert act["time"].values[:2] == pytest.approx([0, 11.22], abs=1e-6)
    assert act["line"].values[0] == 28
    assert act.attrs["header_sample1_lead_separation"] == "0.1393"
    assert "started" not in act.attrs  # 1/10 may be January or October


@needs_data
def test_half_height_field_of_a_loop_agrees_with_the_table_of_the_data() -> None:
    act = data("misfit_snse_nbse2_nomad/ACT_Ch1_Hall_Ch2_TMR.dat")
    chosen = np.isfinite(act["resistance_ch2"].values) & (
        abs(act["temperature"].values - 2.0) < 0.05
    )
    field = act["field"].values[chosen]
    resistance = act["resistance_ch2"].values[chosen]
    half = (resistance[field > 0.95].mean() + resistance[abs(field) < 0.2].mean()) / 2
    near = np.argsort(abs(resistance - half) + 1e9 * (field < 0))[:10]
    assert np.median(field[near]) == pytest.approx(0.6466, rel=0.03)


@needs_data
def test_resistivity_file_gives_resistances_of_its_bridges() -> None:
    loops = data("misfit_snse_nbse2_nomad/Resistivity_Ch1_TMR_Ch2_Hall_test.dat")
    assert loops["resistance_ch1"].values[0] == 0.466511068344116
    assert loops["resistance_ch2"].values[0] == 0.22415763258934
    assert loops["resistance_ch1_std"].values[0] == 0.0141793771782327
    assert loops["excitation_current_ch1"].values[0] == pytest.approx(19.9799995422363e-6)
    assert "resistance_ch3" not in loops
    assert loops.attrs["header_appname"] == "PPMS MultiVu Application, 1.5.11"
    assert loops.attrs["header_sample1_name"] == "TMR"
    assert loops.attrs["started"] == "2024-12-18T10:42:00"
    assert "26 columns are wholly blank" in messages(loops)


@needs_data
def test_electrical_transport() -> None:
    eto = data("nomad_areaA_ppms/testPPMS.dat")
    assert eto.sizes["row"] == 81
    assert eto["field"].values == pytest.approx(np.full(81, 9.0), rel=1e-4)
    assert 90 < eto["temperature"].values.min() < eto["temperature"].values.max() < 121
    assert eto["resistance_ch1"].values[0] == 0.0998475
    assert eto["excitation_current_ch1"].values[0] == pytest.approx(1e-3)
    assert (eto["line"].values[0], eto.attrs["header_sample1_material"]) == (25, "EuCuAs")
    assert "negative where a standard deviation stands" in messages(eto)


@needs_data
def test_moment_is_blank_in_dc_files_and_taken_from_the_fixed_centre() -> None:
    loop = data("qd_mpms3/mvsh9.dat")
    assert "'DC Moment Fixed Ctr (emu)', because 'Moment' is blank" in messages(loop)
    assert loop["moment"].values[0] == pytest.approx(5.41804424088336e-8)
    assert loop["moment_std"].values[0] == pytest.approx(2.8530341118576e-9)
    hysteresis = loop["moment"].values[abs(loop["field"].values) < 0.05]
    assert np.nanmax(hysteresis) > 1e-5  # open at 2 K
    free = papilio.read(DATA / "qd_mpms3/mvsh9.dat", options={"moment": "free center"})
    assert free["moment"].values[0] == pytest.approx(5.64399657587188e-8)
    assert "DC Calculated Center Err (mm)': each is infinite" in messages(loop)
    crystal = data("misfit_snse_nbse2_nomad/MPMS_test.dat")
    assert crystal["moment"].values[0] == pytest.approx(-0.000155412707237067e-3, rel=1e-14)


@needs_data
def test_comment_row_is_a_note_and_no_row() -> None:
    loop = data("qd_mpms3/mvsh5.dat")
    comment = next(note for note in notes(loop) if "MvsH, 20 C" in note.message)
    assert comment.line == 42
    assert loop["line"].values[0] == 43
    assert loop["time"].values[0] == 0


@needs_data
def test_vsm_loop_log_and_header_only_file() -> None:
    loop = data("qd_log_vsm/20170620_BITHERMAL_SF_VSM_SF170517SI2_MVSH_3K.DAT")
    assert loop["moment"].values[1] == pytest.approx(-1.05639267791654e-8)
    assert np.isnan(loop["moment"].values[0])
    assert abs(loop["field"].values).max() == pytest.approx(2.0, rel=1e-3)
    log = data("qd_log_vsm/sample2.DAT")
    assert log["temperature"].values[0] == 208.403
    empty = data("qd_log_vsm/empty_vsm.dat")
    assert empty.sizes["row"] == 0
    assert {"temperature", "field", "moment"} <= set(empty)
    assert "a header and no rows" in messages(empty)


@needs_data
@pytest.mark.parametrize(("number", "first", "sign"), [(69, 0.25, -1), (70, -0.25, 1)])
def test_butterfly_bars(number: int, first: float, sign: int) -> None:
    bars = data(f"al_eus_butterfly_nbi/BAR_data__{number}.dat")
    assert bars["field"].values[0] == first
    assert (np.sign(np.diff(bars["field"].values)) == sign).all()
    window = bars["field"].values[bars["resistance_lockin_3"].values < 150]
    expected = (-0.186, 0.145) if number == 69 else (-0.146, 0.186)
    assert (window.min(), window.max()) == pytest.approx(expected, abs=3e-3)
    assert "no unit is stated, SI is taken: 'magnet_bpar' as field in T" in messages(bars)


@needs_data
def test_conductance_without_unit_is_not_believed() -> None:
    bias = data("al_eus_butterfly_nbi/NIS_data__MDC004.Sample1__77.dat")
    assert "lockin_6_condx" in bias
    assert bias["lockin_6_condx"].attrs["units"] == ""
    assert not [name for name in bias if str(name).startswith("conductance")]


@needs_data
def test_cooldown_with_typo_keeps_three_thermometers() -> None:
    cooldown = data(f"{JUNCTION}_Run_2__Device_2__RvT_Cooldown_9.txt")
    assert cooldown["resistance"].attrs["original_name"] == "Restsitance (Ohms)"
    assert {f"temperature_channel_{number}" for number in (5, 8, 13)} <= set(cooldown)
    assert cooldown.attrs["header_excitation_current"] == 1.299e-9
    assert cooldown.attrs["header_started"] == "April 25, 2024 13:09:14"
    assert data(f"{JUNCTION}_Run_2__Device_2__RvT_Cooldown_3.txt").sizes["row"] == 1


@needs_data
def test_open_lead_is_flagged_and_kept() -> None:
    junction = data(f"{JUNCTION}_Run_2__Device_2__Critical_Field_1.txt")
    note = next(note for note in notes(junction) if "open lead" in note.message)
    assert (note.line, note.rows) == (6, 1)
    assert junction["resistance"].values[0] == 207788281843.8151


@needs_data
def test_padded_fields_truth_values_and_actual_fields() -> None:
    fraunhofer = data(f"{JUNCTION}_Run_2__Device_2__Fraunhofer_1.txt")
    assert fraunhofer.sizes["row"] == 4261
    assert fraunhofer["current"].values[1] == -1.99e-6
    assert (fraunhofer["lock_in_overload_pass"].values == 1).all()
    assert fraunhofer["field_x_actual"].values[0] == -0.1


@needs_data
def test_both_sweeps_of_one_file_stay_in_order() -> None:
    both = data(f"{JUNCTION}__Data__Device_3__Z-Field_Sweep_with_Rxy_7.txt")
    field = both["field"].values
    assert field[0] == 0
    assert (np.diff(field) > 0).any()
    assert (np.diff(field) < 0).any()
    assert both["line"].values[-1] - both["line"].values[0] == field.size - 1
