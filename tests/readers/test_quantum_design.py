"""The traps of Quantum Design files, each in a small file of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import papilio
from papilio.dataset import Note, notes
from papilio.errors import ReadError
from papilio.readers.quantum_design_columns import APPLICATIONS, application, variable
from papilio.readers.quantum_design_header import info, start_time

LABELS = "Comment,Time Stamp (sec),Temperature (K),Magnetic Field (Oe),Bridge 1 Resistance (Ohms)"


def written(
    folder: Path,
    rows: str,
    *,
    byapp: str = "BYAPP, Resistivity, 2.1, 1.0",
    labels: str = LABELS,
    header: str = "",
    encoding: str = "utf-8",
) -> Path:
    path = folder / "measured.dat"
    text = f"[Header]\n{byapp}\n{header}[Data]\n{labels}\n{rows}"
    path.write_bytes(text.encode(encoding))
    return path


def reading(folder: Path, rows: str, **keywords: str) -> xr.Dataset:
    return papilio.read(written(folder, rows, **keywords))


def found(dataset: xr.Dataset, words: str) -> Note:
    matches = [note for note in notes(dataset) if words in note.message]
    assert len(matches) == 1, (words, notes(dataset))
    return matches[0]


def test_units_names_time_and_lines(tmp_path: Path) -> None:
    read = reading(tmp_path, ",100.5,2.0,10000,3.5\n,102,2.1,-5000,3.6\n")
    assert read["field"].values.tolist() == [1.0, -0.5]
    assert read["time"].values.tolist() == [0.0, 1.5]
    assert read.attrs["time_of_first_row"] == 100.5
    assert read["resistance_ch1"].values.tolist() == [3.5, 3.6]
    assert read["line"].values.tolist() == [5, 6]
    assert read["field"].attrs["original_name"] == "Magnetic Field (Oe)"
    assert read.attrs["application"] == "Resistivity, 2.1, 1.0"


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("APPNAME, PPMS MultiVu, 1.5.11", "APPNAME", "PPMS MultiVu, 1.5.11"),
        ("PPMS VSM Option Release 1.3.7 Build 2,APPNAME", "APPNAME",
         "PPMS VSM Option Release 1.3.7 Build 2"),
        ("TMR, Sample1 Name", "Sample1 Name", "TMR"),
        ("SC,SAMPLE1_TYPE", "SAMPLE1_TYPE", "SC"),
        ("a film, at 230C,SAMPLE_COMMENT", "SAMPLE_COMMENT", "a film, at 230C"),
        ("HARMONICS,1", "HARMONICS", "1"),
        ("mass,53.10 mg", "mass", "53.10 mg"),
        ("APPNAME, ETOption, Release 1.1.4 Build 5", "APPNAME", "ETOption, Release 1.1.4 Build 5"),
    ],
)  # fmt: skip
def test_info_key_and_value_stand_in_either_order(line: str, key: str, value: str) -> None:
    assert info(line) == (key, value)


@pytest.mark.parametrize("line", ["", ",", ",SAMPLE_MASS", "key,"])
def test_info_without_a_value_is_nothing(line: str) -> None:
    assert info(line) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30422650.78,12/18/2024,10:42 AM", "2024-12-18T10:42:00"),
        ("2827018.81,06/20/2017,5:24 pm", "2017-06-20T17:24:00"),
        ("1.0,,18/12/2024 15:29:28", "2024-12-18T15:29:28"),
        ("0.0, ,11/11/2022 11:54:38", "2022-11-11T11:54:38"),
        ("12212238.42,,1/10/2022 15:29:28", None),  # January or October
        ("0.0", None),
        ("1.0,02/31/2016,4:32 pm", None),
        ("1.0,13/13/2016,4:32 pm", None),
    ],
)
def test_time_of_opening_in_several_layouts(text: str, moment: str | None) -> None:
    assert start_time(text) == moment


def test_blank_and_semicolon_lines_and_a_blank_line_before_the_rows(tmp_path: Path) -> None:
    header = "; Copyright\n\n;TITLE,no\nTITLE, a film, cooled\n,,,\n"
    read = reading(tmp_path, "\n,1,2.0,0,3.5\n\n\n,2,2.0,0,3.6\n", header=header)
    assert read["resistance_ch1"].values.tolist() == [3.5, 3.6]
    assert read["line"].values.tolist() == [11, 14]
    assert read.attrs["title"] == "a film, cooled"


def test_latin_1(tmp_path: Path) -> None:
    labels = LABELS + ",Bridge 1 Excitation (µA)"
    header = "TITLE,Probe für 5 µA\n"
    rows = "Abkühlung,1,2.0,0,3.5,20\n,2,2.0,0,3.6,20\n"
    read = reading(tmp_path, rows, labels=labels, header=header, encoding="latin-1")
    assert read["excitation_current_ch1"].values == pytest.approx([20e-6, 20e-6])
    assert read.attrs["title"] == "Probe für 5 µA"
    assert found(read, "comment in the file: Abkühlung").line == 6


def test_comment_rows_are_notes(tmp_path: Path) -> None:
    rows = '"loop, at 2 K",99.0\n,100,2.0,0,3.5\nset point reached,101,,,\n'
    rows += "remark with data,102,2.0,0,3.6\n"
    read = reading(tmp_path, rows)
    assert read["line"].values.tolist() == [6, 8]
    assert [note.line for note in notes(read) if note.message.startswith("comment")] == [5, 7, 8]
    assert found(read, "loop, at 2 K").line == 5


def test_rows_without_a_measurement_are_counted(tmp_path: Path) -> None:
    read = reading(tmp_path, ",1,,,\n,2,,,\n,3,2.0,0,3.5\n,,,,\n")
    assert read["line"].values.tolist() == [7]
    first, second = (note for note in notes(read) if "no measurement" in note.message)
    assert (first.line, first.rows) == (5, 2)
    assert (second.line, second.rows) == (8, 1)


@pytest.mark.parametrize("rows", ["", "\n\n"])
def test_header_only_file_is_empty_with_a_warning(tmp_path: Path, rows: str) -> None:
    read = reading(tmp_path, rows)
    assert read.sizes["row"] == 0
    assert {"temperature", "field", "time", "resistance_ch1"} == set(read.data_vars)
    assert found(read, "a header and no rows")


@pytest.mark.parametrize("text", ["[Header]\nBYAPP,VSM\n", "[Header]\nBYAPP,VSM\n[Data]\n\n"])
def test_cut_header_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "cut.dat"
    path.write_text(text)
    with pytest.raises(ReadError, match=r"^cut\.dat: the file has no .*copy it"):
        papilio.read(path)


def test_exponents_decimal_commas_and_line_breaks_in_quotation_marks(tmp_path: Path) -> None:
    rows = ',1,2.0,5e-005,1E+003\n,2,"2,5",0,"3.\n5"\n,3,"2.0\n",0,"\n4.5"\n,4,2.0,0,5\n'
    read = reading(tmp_path, rows)
    assert read["temperature"].values.tolist() == [2.0, 2.5, 2.0, 2.0]
    assert read["resistance_ch1"].values.tolist() == [1000, 3.5, 4.5, 5]
    assert read["field"].values[0] == pytest.approx(5e-9)
    assert read["line"].values.tolist() == [5, 6, 8, 11]


def test_lone_quotation_mark_does_not_swallow_the_file(tmp_path: Path) -> None:
    rows = ',1,2.0,0,3.5\n12" wafer,2,2.0,0,3.6\n' + ",3,2.0,0,3.7\n" * 20
    read = reading(tmp_path, rows)
    assert read.sizes["row"] == 22
    assert found(read, "12 wafer").line == 6


def test_bad_rows_cost_themselves_alone(tmp_path: Path) -> None:
    rows = (
        ",1,2.0,0,3.5\n"
        ",2,2.0,0\n"
        ",3,2.0,0\n"
        ",4,2.0,0,3.6,7,8\n"
        ",5,2.0,zero,3.7\n"
        ",6,2.0,0,3.8\x00\n"
        ",7,2.0,0,3.9\n"
    )
    read = reading(tmp_path, rows)
    assert read["line"].values.tolist() == [5, 11]
    assert [(n.line, n.rows) for n in notes(read) if "left out at" in n.message] == [
        (6, 2),
        (8, 1),
        (9, 1),
        (10, 1),
    ]
    assert found(read, "fewer fields than the 5").message.startswith("2 rows left out at lines 6")
    assert found(read, "more fields than the 5")
    assert found(read, "a field is no number")
    assert found(read, "NUL")


def test_rows_of_fewer_fields_than_labels_are_usual_where_all_are(tmp_path: Path) -> None:
    labels = LABELS + ",Map 20 (),Map 21 ()"
    read = reading(tmp_path, ",1,2.0,0,3.5\n,2,2.0,0,3.6\n", labels=labels)
    assert read.sizes["row"] == 2
    assert "2 columns are wholly blank" in found(read, "wholly blank").message


def test_rows_may_end_with_more_separators_than_labels(tmp_path: Path) -> None:
    read = reading(tmp_path, ",1,2.0,0,3.5,,\n,2,2.0,0,3.6,,\n")
    assert read["resistance_ch1"].values.tolist() == [3.5, 3.6]
    assert not [note for note in notes(read) if "left out at" in note.message]


def test_resaved_by_a_spreadsheet_with_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "measured.dat"
    labels = LABELS.replace(",", ";")
    path.write_text(f"[Header];;\nBYAPP,VSM,1.0;;\n[Data];;\n{labels}\n;1;2,5;-100;3,5\n")
    read = papilio.read(path)
    assert read["temperature"].values.tolist() == [2.5]
    assert read["field"].values == pytest.approx([-0.01])


def test_header_repeated_in_the_middle_costs_no_row(tmp_path: Path) -> None:
    again = f"[Header]\nBYAPP, Resistivity\n[Data]\n{LABELS}\n"
    read = reading(tmp_path, f",1,2.0,0,3.5\n{again},2,2.0,0,3.6\n")
    assert read["resistance_ch1"].values.tolist() == [3.5, 3.6]
    assert found(read, "names of the columns stand here again").line == 9


def test_second_table_with_other_columns_is_not_mixed_in(tmp_path: Path) -> None:
    other = LABELS.replace("Magnetic Field (Oe)", "System Temp (K)")
    again = f"[Header]\nBYAPP, Resistivity\n[Data]\n{other}\n"
    read = reading(tmp_path, f",1,2.0,0,3.5\n{again},2,2.0,7,3.6\n")
    assert read["resistance_ch1"].values.tolist() == [3.5]
    assert found(read, "another table with other columns").line == 8


def test_absurd_numbers_become_nan_and_are_noted(tmp_path: Path) -> None:
    rows = ",1,2.0,1e300,3.5\n,2,2.0,inf,3.6\n,3,2.0,1e999,3.7\n,4,2.0,100,2e11\n"
    read = reading(tmp_path, rows)
    assert np.isnan(read["field"].values[:3]).all()
    assert read["field"].values[3] == pytest.approx(0.01)
    struck = found(read, "beyond any instrument")
    assert (struck.line, struck.rows, struck.column) == (5, 3, "Magnetic Field (Oe)")
    assert found(read, "open lead").rows == 1


RHO = "Comment,Temperature (K),Bridge 1 Resistivity ({}),Bridge 1 Std. Dev. ({})"


def test_resistivity_in_ohm_is_the_resistance(tmp_path: Path) -> None:
    read = reading(tmp_path, ",2.0,0.5,0.01\n", labels=RHO.format("Ohm", "Ohm"))
    assert read["resistance_ch1"].values.tolist() == [0.5]
    assert read["resistance_ch1_std"].values.tolist() == [0.01]
    assert "resistivity_ch1" not in read


def test_resistivity_alone_is_not_turned_into_a_guess(tmp_path: Path) -> None:
    read = reading(tmp_path, ",2.0,0.5,0.01\n", labels=RHO.format("Ohm-m", "Ohm-m"))
    assert "resistance_ch1" not in read
    assert read["resistivity_ch1"].attrs["units"] == "ohm*m"
    assert "R or R/1000" in found(read, "cannot be turned into a resistance").message


@pytest.mark.parametrize("scale", [1, 1000])
def test_resistance_is_taken_whatever_the_resistivity_means(tmp_path: Path, scale: int) -> None:
    labels = RHO.format("Ohm-m", "Ohm-m") + ",Bridge 1 Resistance (Ohms)"
    read = reading(tmp_path, f",2.0,{0.5 / scale},{0.01 / scale},0.5\n", labels=labels)
    assert read["resistance_ch1"].values.tolist() == [0.5]
    assert read["resistance_ch1_std"].values == pytest.approx([0.01])


def test_unknown_columns_never_claim_a_quantity_of_another_unit(tmp_path: Path) -> None:
    labels = "Comment,Temperature (K),Field Status (code),Row,Map 20 (),Flow_Std,Temperature (F)"
    read = reading(tmp_path, ",2.0,4,1,7,3,9\n,2.1,4,2,7,3,9\n", labels=labels)
    assert {"raw_field_status", "raw_row", "map_20", "flow_deviation", "raw_temperature"} <= set(
        read
    )
    assert read["raw_temperature"].attrs["units"] == "F"


def test_option_that_is_not_known_keeps_what_all_share(tmp_path: Path) -> None:
    read = reading(tmp_path, ",1,2.0,10,3.5\n", byapp="BYAPP,TorqueMag,1.0")
    assert read["field"].values == pytest.approx([1e-3])
    assert "bridge_1_resistance" in read
    assert found(read, "TorqueMag")


def test_without_byapp_the_columns_tell_the_option() -> None:
    labels = ["volts ch1", "excitation", "temperature", "res. ch1"]
    made_by = application("", labels)
    assert made_by is not None
    assert made_by.name == "ACTRANSPORT"
    assert application("", ["x"]) is None


@pytest.mark.parametrize(
    ("byapp", "name"),
    [
        ("Resistivity, 2.1, 1.0", "Resistivity"),
        ("ACTRANSPORT,2.0,1.1", "ACTRANSPORT"),
        ("Electrical Transport Option, Release 1.1.4 Build 5", "ETO"),
        ("LogData, 1.1, 2.0", "LogData"),
        ("VSM,1.0,1.0", "VSM"),
        ("ACMS,1.0,1.1", "ACMS"),
        ("MPMS,1.0,1.1", "MPMS"),
        ("MPMS3 w/ AC,1.0,1.1", "MPMS3"),
        ("SQUID AC,0.9.1.0", "MPMS3"),
    ],
)
def test_byapp_names_the_option(byapp: str, name: str) -> None:
    made_by = application(byapp, [])
    assert made_by is not None
    assert made_by.name == name


def test_channels_become_suffixes() -> None:
    by_name = {entry.name: entry for entry in APPLICATIONS}
    assert variable("Volts ch2", by_name["ACTRANSPORT"]) == "voltage_ch2"
    assert variable("Resistance Std. Dev.  Ch1", by_name["ETO"]) == "resistance_ch1_std"
    assert variable("Bridge 4 Excitation", by_name["LogData"]) == "excitation_current_ch4"
    assert variable("Bridge 4 Resistance", by_name["ACTRANSPORT"]) is None
    assert variable("Time Stamp", None) == "time"


def test_excitation_of_zero_gives_no_resistance(tmp_path: Path) -> None:
    labels = "Comment,Temperature (K),Excitation (mA),Volts ch1,V Std.Dev. ch1"
    rows = ",2.0,0,1e-6,1e-8\n,2.0,-2,1e-6,1e-8\n"
    read = reading(tmp_path, rows, labels=labels, byapp="BYAPP,ACTRANSPORT,2.0,1.1")
    assert np.isnan(read["resistance_ch1"].values[0])
    assert read["resistance_ch1"].values[1] == pytest.approx(-5e-4)
    assert read["resistance_ch1_std"].values[1] == pytest.approx(5e-6)


def test_older_mpms_file_takes_the_mean_temperature(tmp_path: Path) -> None:
    labels = "Time,Comment,Field (Oe),Start Temperature (K),End Temperature (K),Long Moment (emu)"
    read = reading(tmp_path, "5,,100,2.0,2.2,1e-3\n", labels=labels, byapp="BYAPP,MPMS,1.0")
    assert read["temperature"].values == pytest.approx([2.1])
    assert read["moment"].values == pytest.approx([1e-6])
    assert found(read, "mean of those at start and end")
