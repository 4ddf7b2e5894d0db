"""Delimited text, guessed and declared."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import papilio
from papilio.dataset import notes
from papilio.errors import OptionsError, ReadError
from papilio.options import from_table
from papilio.readers.delimited import Options
from papilio.readers.vocabulary_guess import guess


def reading(folder: Path, text: str | bytes, **options: object) -> xr.Dataset:
    path = folder / "measured.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return papilio.read(path, "delimited" if options else None, options or None)


def messages(dataset: xr.Dataset) -> str:
    return "\n".join(note.message for note in notes(dataset))


@pytest.mark.parametrize("mark", ["\t", ",", ";", " ", "   "])
def test_delimiters_are_found(tmp_path: Path, mark: str) -> None:
    rows = "".join(f"{0.1 * n:.1f}{mark}{100 + n}.5{mark}{n}\n" for n in range(5))
    read = reading(tmp_path, mark.join(("Field[T]", "Resistance[ohm]", "Index")) + "\n" + rows)
    assert read["field"].values == pytest.approx(0.1 * np.arange(5))
    assert read["resistance"].values.tolist() == [100.5, 101.5, 102.5, 103.5, 104.5]
    assert read["index"].values.tolist() == [0, 1, 2, 3, 4]
    assert read["line"].values.tolist() == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("mark", ["\t", ";", " "])
def test_decimal_commas(tmp_path: Path, mark: str) -> None:
    rows = "".join(f"0,{n}{mark}{n},25E-005\n" for n in range(1, 6))
    read = reading(tmp_path, f"T(K){mark}U(mV)\n{rows}")
    assert read["temperature"].values == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert read["raw_u" if "raw_u" in read else "u"].values[0] == pytest.approx(1.25e-8)


def test_units_in_the_header_are_taken_to_si(tmp_path: Path) -> None:
    labels = "Field (mT)\tI (uA)\tVoltage [nV]\tGate Voltage (V)\tTemp (mK)\tMoment (emu)"
    read = reading(tmp_path, labels + "\n" + "1\t2\t3\t4\t5\t6" + "\n")
    assert {name: float(read[name].values[0]) for name in map(str, read.data_vars)} == (
        pytest.approx(
            {
                "field": 1e-3,
                "current": 2e-6,
                "voltage": 3e-9,
                "gate_voltage": 4,
                "temperature": 5e-3,
                "moment": 6e-3,
            }
        )
    )


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Field (T)", "field"),
        ("magnet_bpar", "field"),
        ("B", "field"),
        ("Actual X-Field", "field_x_actual"),
        ("Restsitance (Ohms)", "resistance"),
        ("Resistance (Ohms)", "resistance"),
        ("lockin_3_ResX", "resistance_lockin_3"),
        ("Channel 8 Temp (K)", "temperature_channel_8"),
        ("Measured Current (A)", "current_measured"),
        ("v_bias", "voltage_bias"),
        ("Vg (V)", "gate_voltage"),
        ("Hall resistance (kOhm)", "hall_resistance"),
        ("Rxy (ohm)", "hall_resistance"),
        ("dV/dI (Ohm)", "differential_resistance"),
        ("lockin_6_CondX", "lockin_6_condx"),
        ("Conductance (uS)", "conductance"),
        ("Resistance (K)", "raw_resistance"),
        ("Resistor (Ohm)", "resistance"),
        ("Elapsed time (min)", "time_elapsed"),
        ("Whatever", "whatever"),
    ],
)
def test_names(label: str, name: str) -> None:
    assert guess(label, {})[0].name == name


def test_same_name_twice_is_kept_twice(tmp_path: Path) -> None:
    read = reading(tmp_path, "R (ohm)\tR (ohm)\n1\t2\n3\t4\n")
    assert read["resistance"].values.tolist() == [1, 3]
    assert read["resistance_2"].values.tolist() == [2, 4]


def test_facts_above_the_names(tmp_path: Path) -> None:
    text = (
        "Started: March 05, 2024 21:31:22\nInitial Temperature (mK)\t20.0\n"
        "Resistor\t1000000.0\tExcitation Current (uA)\t5e-08\nAxis 1,2\tx,y\n"
        "Field (T)\tResistance (Ohms)\n0.1\t5\n0.2\t6\n"
    )
    read = reading(tmp_path, text)
    assert read.attrs["header_started"] == "March 05, 2024 21:31:22"
    assert read.attrs["header_initial_temperature"] == pytest.approx(0.02)
    assert read.attrs["header_resistor"] == 1e6
    assert read.attrs["header_excitation_current"] == pytest.approx(5e-14)
    assert read.attrs["header_axis_1_2"] == "x,y"


def test_names_in_a_comment_line_and_remarks_among_the_rows(tmp_path: Path) -> None:
    text = "# cooldown 3\n# T (K)\tR (ohm)\n#\n4.0\t10\n# heater on\n3.0\t9\n"
    read = reading(tmp_path, text)
    assert read["temperature"].values.tolist() == [4, 3]
    assert read["line"].values.tolist() == [4, 6]
    assert "heater on" in messages(read)


def test_bad_rows_and_word_columns_are_reported(tmp_path: Path) -> None:
    rows = [f"{n}\t{n * 2}\trun" for n in range(20)]
    rows[7] = "7\tOVERLOAD\trun"
    rows[8] = "8"
    rows[9] = "9\t18\trun\t5"
    read = reading(tmp_path, "T (K)\tR (ohm)\tstate\n" + "\n".join(rows) + "\n")
    assert read["temperature"].values.tolist() == [*range(7), *range(10, 20)]
    assert [(n.line, n.rows) for n in notes(read) if "left out at" in n.message] == [
        (9, 1),
        (10, 1),
        (11, 1),
    ]
    assert "columns that hold words are left out: 'state'" in messages(read)


def test_blank_column_is_counted(tmp_path: Path) -> None:
    read = reading(tmp_path, "T (K)\tR (ohm)\tV (V)\n1\t2\t\n2\t3\t\n")
    assert list(read.data_vars) == ["temperature", "resistance"]
    assert "1 columns are wholly blank and left out: 'V (V)'" in messages(read)


def test_names_alone_are_an_empty_dataset(tmp_path: Path) -> None:
    read = reading(tmp_path, "Resistor\t1000\nField (T)\tResistance (Ohms)\n")
    assert read.sizes["row"] == 0
    assert list(read.data_vars) == ["field", "resistance"]
    assert "no rows of numbers" in messages(read)


@pytest.mark.parametrize("text", ["Dear all,\nthe cooldown failed in 2024.\n", "{}", "a,b\nc,d\n"])
def test_prose_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReadError, match="not recognised, tried quantum_design, qcodes, netcdf"):
        reading(tmp_path, text)


def test_columns_without_names(tmp_path: Path) -> None:
    read = reading(tmp_path, "0.25\t5.2\n0.24\t5.3\n")
    assert list(read.data_vars) == ["column_1", "column_2"]
    assert "no names" in messages(read)
    declared = reading(
        tmp_path,
        "0.25\t5.2\n0.24\t5.3\n",
        columns={
            "field": {"column": 1, "unit": "T"},
            "resistance": {"column": 2, "unit": "kohm"},
        },
    )
    assert declared["resistance"].values.tolist() == [5200, 5300]


def test_declared_columns(tmp_path: Path) -> None:
    text = "some text\nmore\nB/mT|R|x|y\n1,5|10|a|1\n2,5|11|b|2\n"
    read = reading(
        tmp_path,
        text,
        columns={
            "field": {"column": "B/mT", "unit": "mT"},
            "resistance": {"column": "R", "unit": "ohm"},
            "dial": {"column": 4, "unit": "turns"},
        },
        delimiter="|",
        decimal=",",
        skip_lines=2,
    )
    assert read["field"].values.tolist() == [0.0015, 0.0025]
    assert read["dial"].attrs["units"] == "turns"
    assert read["line"].values.tolist() == [4, 5]
    assert "1 columns are not declared" in messages(read)


def test_one_column_may_be_declared_for_two_variables(tmp_path: Path) -> None:
    declared = {name: {"column": 1, "unit": "mT"} for name in ("field", "field_z")}
    read = reading(tmp_path, "1\t5\n2\t6\n", columns=declared)
    assert read["field"].values.tolist() == read["field_z"].values.tolist() == [1e-3, 2e-3]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"field": {"column": "B", "unit": "T"}}}, "there is no column 'B' for"),
        ({"columns": {"field": {"column": 9, "unit": "T"}}}, "there is no column 9 for 'field'"),
        ({"columns": {"field": {"column": 1, "unit": "K"}}}, "columns.field.unit: unit 'K'"),
        ({"columns": {"field": {"unit": "K"}}}, "columns.field.column: missing"),
        ({"columns": {"field": 1}}, "columns.field: a table is wanted"),
        ({"columns": 1}, "columns: a table"),
        ({"delimiter": "tabb"}, "delimiter: 'tabb' is not one of tab"),
        ({"decimal": ":"}, "decimal: ':' is neither"),
        ({"skip_lines": -1}, "skip_lines: -1"),
        ({"skip_lines": 50}, "no rows of numbers"),
    ],
)
def test_wrong_declarations_name_the_key(
    tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises((ReadError, OptionsError)) as caught:
        reading(tmp_path, "H\tR\n1\t2\n3\t4\n", **options)
    assert message in str(caught.value)


def test_options_from_a_table() -> None:
    table = {"columns": {"field": {"column": 3, "unit": "mT"}}, "delimiter": "tab"}
    options = from_table(Options, table)
    assert options.columns is not None
    assert (options.columns["field"].column, options.columns["field"].unit) == (3, "mT")


def test_old_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    read = reading(tmp_path, b"\xef\xbb\xbfT (K)\tR (ohm)\r4\t10\r3\t9\r")
    assert read["temperature"].values.tolist() == [4, 3]
    assert read["line"].values.tolist() == [2, 3]


def test_utf_16_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="UTF-16; save it as UTF-8"):
        reading(tmp_path, "T (K)\tR (ohm)\n4\t10\n".encode("utf-16"))


def test_number_at_the_very_end_may_be_cut(tmp_path: Path) -> None:
    cut = reading(tmp_path, "T (K)\tR (ohm)\n4\t10.5\n3\t9")
    assert cut["resistance"].values.tolist() == [10.5, 9]
    note = next(note for note in notes(cut) if "may be cut short" in note.message)
    assert note.line == 3
    whole = reading(tmp_path, "T (K)\tR (ohm)\n4\t10.5\n3\t9\n")
    assert "cut short" not in messages(whole)


def test_names_with_blanks_over_blank_separated_numbers(tmp_path: Path) -> None:
    read = reading(tmp_path, "Probe Temp (K), Sample Res (ohm)\n 4  10\n 3   9\n")
    assert read["temperature_probe"].values.tolist() == [4, 3]
    assert read["resistance"].values.tolist() == [10, 9]


@pytest.mark.parametrize("filler", [" ", "\t", "(", "a ", ": ", ",", "_", "(K)"])
def test_no_line_takes_long(tmp_path: Path, filler: str) -> None:
    long = filler * 8000
    started = time.process_time()
    text = f"Resistor{long}x\nField (T)\tResistance {long} (Ohms)\n1\t2\n3\t4\n"
    read = reading(tmp_path, text, delimiter="tab")
    assert time.process_time() - started < 3
    assert read.sizes["row"] == 2
