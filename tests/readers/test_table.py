"""Numbers of separated text: the quick way and the patient way agree, wherever blocks end."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papilio.errors import ReadError
from papilio.readers import clean, patient, table
from papilio.readers.fields import Layout, number
from papilio.readers.findings import MOST_STRETCHES, Findings

LAYOUT = Layout(",", 4, 4, comment=0, clock=1)


def tabled(text: bytes, layout: Layout = LAYOUT) -> tuple[table.Table, Findings]:
    findings = Findings()
    return table.read_table(io.BytesIO(text), "x", 1, layout, findings), findings


FIELD = st.one_of(
    st.just(""),
    st.floats(allow_infinity=False).map(repr),
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from(["1e-005", "+.5", "5.", "nan", "1E3", "inf", "1e400", "NA", " 7 "]),
)


@given(st.lists(st.tuples(FIELD, FIELD, FIELD), min_size=1, max_size=20))
@settings(deadline=None, max_examples=200)
def test_quick_and_patient_agree(rows: list[tuple[str, str, str]]) -> None:
    layout = Layout(",", 3, 3)
    block = "".join(",".join(row) + "\n" for row in rows).encode()
    quick = clean.parse(block, layout)
    assert quick is not None
    with np.errstate(over="ignore"):
        careful = patient.parse(block, 1, layout, Findings(), True)
    wanted = np.column_stack(
        [np.full(len(rows), np.nan) if column is None else column for column in quick.columns]
    )
    wanted = wanted[~np.isnan(wanted).all(axis=1)]
    np.testing.assert_allclose(careful.values, wanted, rtol=1e-15)


@given(st.lists(st.tuples(FIELD, FIELD, FIELD, FIELD), min_size=2, max_size=20), st.integers(0, 3))
@settings(deadline=None, max_examples=200)
def test_columns_known_to_be_blank_are_watched(
    rows: list[tuple[str, str, str, str]], blank: int
) -> None:
    layout = Layout(",", 4, 4)
    block = "".join(",".join(row) + "\n" for row in rows).encode()
    plain = clean.parse(block, layout)
    quick = clean.parse(block, layout, frozenset({blank}))
    assert plain is not None
    assert quick is not None
    for one, other in zip(plain.columns, quick.columns, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "block", [b"1,2,3\n4,5\n", b"1,2,3\n4,5,6,7\n", b"1,2\n3,4,5,6\n", b"1,2,3,4\n5,6\n"]
)
def test_lines_of_unusual_length_are_not_clean(block: bytes) -> None:
    assert clean.parse(block, Layout(",", 3, 3)) is None
    assert clean.parse(block, Layout(",", 3, 3), frozenset({2})) is None


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_blank_fields_are_counted_at_every_place(end: bytes) -> None:
    block = b"," + b"1,,2" + end + b",3,," + end
    marks = clean._scan(memoryview(block), Layout(",", 4, 4))
    assert marks == clean._Marks(lines=2, delimiters=6, blank_fields=5)


def test_patient_keeps_line_numbers_across_quoted_line_ends() -> None:
    text = b'"a",1,2,3\n,2,"\n2.5",3\n,3,4,5\n'
    read, findings = tabled(text)
    assert read.line.tolist() == [1, 2, 4]
    assert read.columns[2] is not None
    assert read.columns[2].tolist() == [2, 2.5, 4]
    assert [note.line for note in findings.notes()] == [1]


@pytest.mark.parametrize("piece", [40, 150, 1000])
def test_pieces_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    rows = [b",%d,%d,1.5\n" % (n, n) for n in range(200)]
    rows[50] = b',50,"5\n0",1.5\n'
    rows[70] = b"bad row\n"
    rows[90] = b",90,ninety,1.5\n"
    rows[110:113] = [b"remark,110,,\n", b"\n", b"x,112,112,1.5\n"]
    text = b"".join(rows)
    whole, findings = tabled(text)
    monkeypatch.setattr(table, "PIECE", piece)
    monkeypatch.setattr(table, "BLOCK", 10)
    monkeypatch.setattr(table, "LONGEST_LINE", 4 * piece + 60)
    cut, others = tabled(text)
    np.testing.assert_array_equal(whole.line, cut.line)
    for one, other in zip(whole.columns, cut.columns, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            np.testing.assert_array_equal(one, other)
    assert findings.notes() == others.notes()
    assert whole.line.size == 196
    assert whole.line[50] == 51
    assert whole.line[51] == 53


def test_column_that_begins_late_and_one_that_never_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "BLOCK", 64)
    monkeypatch.setattr(table, "LONGEST_LINE", 64)
    rows = [b",%d,%d,\n" % (n, n) for n in range(100)] + [b",100,100,7\n"]
    read, _ = tabled(b"".join(rows))
    assert read.columns[0] is None
    assert read.columns[3] is not None
    assert np.isnan(read.columns[3][:100]).all()
    assert read.columns[3][100] == 7


def test_line_beyond_measure_is_refused() -> None:
    with pytest.raises(ReadError, match="longer than"):
        tabled(b"1" * (table.BLOCK + 2 * table.LONGEST_LINE))


def test_blank_separated_rows() -> None:
    read, findings = tabled(b" 1  2\n3 4 \n5\n6\t7\n", Layout(" ", 2, 2))
    assert read.line.tolist() == [1, 2, 4]
    assert [note.line for note in findings.notes()] == [3]


@pytest.mark.parametrize("text", ["1_0", "0x1", "1e", "--1", "1 2", "9" * 65, "one", "1.2.3"])
def test_no_numbers(text: str) -> None:
    assert number(text) is None
    assert clean.parse(f"{text},1\n".encode(), Layout(",", 2, 2)) is None or len(text) > 64


def test_numbers() -> None:
    assert [number(text) for text in ("1e-005", " 5 ", "True", "-.5")] == [1e-5, 5, 1, -0.5]
    assert number("1,5", ",") == 1.5
    assert math.isnan(number("N/A") or 0)


def test_many_separate_stretches_are_summed_up() -> None:
    findings = Findings()
    for line in range(1, 2 * 5000, 2):
        findings.dropped("odd", line)
    notes = findings.notes()
    assert len(notes) == MOST_STRETCHES
    assert sum(note.rows for note in notes) == 5000


@pytest.mark.parametrize("comment", [True, False])
def test_words_in_many_blocks(monkeypatch: pytest.MonkeyPatch, comment: bool) -> None:
    monkeypatch.setattr(table, "BLOCK", 64)
    monkeypatch.setattr(table, "LONGEST_LINE", 64)
    words = Layout(",", 4, 4, text=frozenset({1, 2}))
    remarks = Layout(",", 4, 4, comment=1, text=frozenset({2}))
    rows = [b"%d,%s,word,\n" % (n, b"said" if n == 70 else b"") for n in range(100)]
    read, findings = tabled(b"".join(rows), remarks if comment else words)
    assert read.columns[0] is not None
    assert read.columns[0].tolist() == list(range(100))
    assert read.columns[1:] == [None, None, None]
    assert [note.line for note in findings.notes()] == ([71] if comment else [])
