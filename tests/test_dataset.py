"""The Dataset contract: what it accepts, what it refuses and with which words, and NetCDF."""

import json

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from papilio import dataset, sweep
from papilio.dataset import Note, Provenance
from papilio.errors import DatasetError, ReadError
from papilio.join import concatenate
from papilio.vocabulary import VOCABULARY, base_name

WHERE = Provenance(source="a.dat", reader="test", sha256="0" * 64)


def small(**changes):
    variables = {"temperature": [1.0, 2.0, np.nan], "resistance": [0.0, 5.0, 9.0], **changes}
    return dataset.record(variables, WHERE)


def test_a_record_knows_units_meaning_and_provenance():
    record = dataset.record(
        {"resistance_ch2": [1.0], "resistance_ch2_std": [0.1], "helium_level": [50.0]},
        Provenance("twin.x", "test", synthetic=True, seed=4, options='{"a": 1}'),
        units={"helium_level": ""},
        labels={"resistance_ch2": "Res. ch2 (ohm)"},
        line=[12],
        notes=[Note("3 rows without a number were left out", line=7, rows=3)],
        attributes={"title": "Kühlung 3"},
    )
    assert record["resistance_ch2"].attrs["units"] == "ohm"
    assert record["resistance_ch2_std"].attrs["units"] == "ohm"
    assert record["resistance_ch2"].attrs["original_name"] == "Res. ch2 (ohm)"
    assert record["helium_level"].attrs["units"] == ""
    assert record["line"].values.tolist() == [12]
    assert (record.attrs["synthetic"], record.attrs["seed"]) == (1, 4)
    assert record.attrs["title"] == "Kühlung 3"
    assert dataset.notes(record) == [Note("3 rows without a number were left out", 7, None, 3)]


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("resistance", "resistance"),
        ("resistance_ch2_std", "resistance"),
        ("field_x", "field_x"),
        ("field_x_std", "field_x"),
        ("differential_resistance_2", "differential_resistance"),
        ("sheet_resistance", "sheet_resistance"),
        ("excitation_current", "excitation_current"),
        ("fields", None),
        ("helium_level", None),
        ("my_resistance", None),
    ],
)
def test_base_name(name, base):
    assert base_name(name) == base


def broken(change):
    """A record that is changed behind the back of `record`."""
    record = small().assign_coords(line=("row", [1, 2, 3]))
    change(record)
    return record


def drop_attribute(name):
    return lambda record: record.attrs.pop(name)


def put(name, values, dims="row", **attrs):
    return lambda record: record.update({name: (dims, np.asarray(values), attrs)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (drop_attribute("papilio_kind"), "attribute 'papilio_kind' is None; make it 'record'"),
        (drop_attribute("source"), "attribute 'source' is missing"),
        (drop_attribute("synthetic"), "attribute 'synthetic' is missing"),
        (put("pressure", [1.0] * 3), "variable 'pressure' has no attribute 'units'; give it one"),
        (put("field", [1.0] * 3, units="Oe"), "variable 'field' is in 'Oe'; convert it to 'T'"),
        (put("field", ["a"] * 3, units="T"), "variable 'field' holds <U1, not numbers"),
        (put("field", [True] * 3, units="T"), "variable 'field' holds bool, not numbers"),
        (put("field", [1j] * 3, units="T"), "variable 'field' holds complex128"),
        (put("field", [1, np.inf, 1], units="T"), "variable 'field' holds infinities; write NaN"),
        (put("field_std", [1.0] * 3, units="T"), "'field_std' is the uncertainty of nothing"),
        (
            put("resistance_std", [1.0, -1.0, np.nan], units="ohm"),
            "variable 'resistance_std' is negative somewhere",
        ),
        (
            put("field", np.ones((3, 2)), dims=("row", "side"), units="T"),
            r"variable 'field' has dimensions \('row', 'side'\); a record has only 'row'",
        ),
        (put("line", [1.0, 2.0, 3.0]), "coordinate 'line' numbers rows; make it whole numbers"),
        (put("a/b", [1.0] * 3, units=""), "variable 'a/b' has a name that NetCDF refuses"),
        (put(" a", [1.0] * 3, units=""), "variable ' a' has a name that NetCDF refuses"),
    ],
)
def test_what_breaks_the_contract_is_named_with_its_remedy(change, message):
    with pytest.raises(DatasetError, match=message):
        dataset.check(broken(change))


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"helium_level": [1.0]}, "variable 'helium_level' has no unit; give it one"),
        ({"field": [[1.0]]}, "variable 'field' has 2 dimensions; a record has only 'row'"),
        ({"field": 1.0}, "variable 'field' has 0 dimensions"),
        (
            {"field": [1.0, 2.0], "time": [1.0]},
            "number of rows: 'field' has 2, 'time' has 1; give all the same",
        ),
        ({"field": ["1,5"]}, "variable 'field' holds <U3, not numbers"),
    ],
)
def test_records_that_cannot_be_built(variables, message):
    with pytest.raises(DatasetError, match=message):
        dataset.record(variables, WHERE)


def test_gaps_and_empty_records_are_allowed():
    assert dataset.check(small()).sizes["row"] == 3
    assert dataset.record({"field": np.empty(0)}, WHERE).sizes["row"] == 0
    assert not dataset.record({}, WHERE).data_vars


def test_maps_need_a_grid_that_goes_one_way():
    grid = xr.Dataset(
        {"resistance": (("field", "temperature"), np.ones((3, 2)), {"units": "ohm"})},
        {
            "field": ("field", [0.3, 0.2, 0.1], {"units": "T"}),
            "temperature": ("temperature", [1.0, 2.0], {"units": "K"}),
        },
        attrs={**small().attrs, "papilio_kind": "map"},
    )
    assert dataset.check(grid) is grid
    for wrong in ([0.1, 0.1, 0.2], [0.1, 0.3, 0.2], [0.1, np.nan, 0.3]):
        folded = grid.assign_coords(field=("field", wrong, {"units": "T"}))
        with pytest.raises(DatasetError, match="coordinate 'field' is not strictly monotonic"):
            dataset.check(folded)
    with pytest.raises(DatasetError, match="dimension 'field' has no coordinate"):
        dataset.check(grid.drop_vars("field"))


def test_geometry_is_metadata_and_must_be_a_size():
    bar = dataset.with_geometry(small(), 120e-6, 20e-6)
    assert (bar.attrs["bar_length"], bar.attrs["bar_width"]) == (120e-6, 20e-6)
    assert "bar_length" not in small().attrs
    for length in (0.0, -1.0, np.nan):
        with pytest.raises(DatasetError, match=r"a bar of .* m by 2e-05 m is none"):
            dataset.with_geometry(small(), length, 20e-6)


def test_concatenated_records_keep_order_gaps_and_notes():
    first = dataset.record(
        {"temperature": [1.0, 2.0], "count": np.array([1, 2])},
        WHERE,
        units={"count": ""},
        line=[5, 6],
        notes=[Note("a")],
    )
    second = dataset.record(
        {"temperature": [3.0], "field": [0.5]},
        Provenance("twin.x", "test", synthetic=True),
        notes=[Note("b")],
    )
    joined = concatenate([first, second])
    assert joined["temperature"].values.tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(joined["field"].values, [np.nan, np.nan, 0.5])
    np.testing.assert_array_equal(joined["count"].values, [1, 2, np.nan])
    assert joined["field"].attrs["units"] == "T"
    assert joined["segment"].values.tolist() == [0, 0, 1]
    assert "line" not in joined.coords  # not every row has one
    assert joined.attrs["source"] == "a.dat, twin.x"
    assert joined.attrs["synthetic"] == 1
    assert [note.message for note in dataset.notes(joined)] == ["a", "b"]
    assert first["count"].dtype.kind == "i"  # the parts are left alone


def test_concatenating_again_keeps_all_segments_apart():
    parts = [dataset.record({"field": [0.0, 1.0, 2.0]}, WHERE, line=[1, 2, 3]) for _ in range(3)]
    inner = concatenate(parts[:2])
    joined = concatenate([parts[2], inner])
    assert joined["segment"].values.tolist() == [0] * 3 + [1] * 3 + [2] * 3
    assert joined["line"].values.tolist() == [1, 2, 3] * 3
    assert [part.direction for part in sweep.split(joined, "field")] == [1, 1, 1]


def test_concatenating_an_empty_record_changes_no_rows():
    empty = dataset.record({"field": np.empty(0)}, WHERE)
    joined = concatenate([empty, dataset.record({"field": [1.0]}, WHERE)])
    assert joined["field"].values.tolist() == [1.0]


def test_what_cannot_be_concatenated():
    with pytest.raises(DatasetError, match="there is no Dataset to put together"):
        concatenate([])
    grid = xr.Dataset(attrs={**small().attrs, "papilio_kind": "map"})
    with pytest.raises(DatasetError, match=r"'a\.dat' is a map; only records go end to end"):
        concatenate([small(), grid])


# NetCDF ---------------------------------------------------------------------------------------

TEXT = st.text(max_size=20)
NUMBERS = st.sampled_from([np.float64, np.float32, np.int64, np.int32, np.int16, np.uint8])


@st.composite
def records(draw):
    rows = draw(st.integers(0, 6))

    def column(kind):
        # The largest 32-bit floats are fine, infinities break the contract.
        elements = {} if np.dtype(kind).kind in "iu" else {"allow_infinity": False}
        return draw(hnp.arrays(kind, rows, elements=hnp.from_dtype(np.dtype(kind), **elements)))

    names = draw(
        st.lists(
            st.sampled_from([*VOCABULARY, "resistance_ch1", "field_2", "helium level", "n(s)"]),
            unique=True,
            max_size=4,
        )
    )
    extra = draw(st.sampled_from(["", "s", "days", "seconds", "days since 2000-01-01", "%"]))
    return dataset.record(
        {name: column(draw(NUMBERS)) for name in names},
        Provenance(
            draw(TEXT), draw(TEXT), draw(TEXT), draw(st.booleans()), draw(st.integers(0, 9))
        ),
        units={"helium level": extra, "n(s)": extra},
        labels={name: draw(TEXT) for name in names},
        line=draw(st.one_of(st.none(), st.just(np.arange(rows)))),
        notes=[Note(draw(TEXT), draw(st.integers(1, 9)), draw(TEXT), 1)],
        attributes={
            "title": draw(TEXT),
            "start": draw(st.integers(-(2**60), 2**60)),
            "bar_length": draw(st.floats(1e-9, 1e9)),
        },
    )


@settings(max_examples=50, deadline=None)
@given(records())
def test_netcdf_loses_nothing(tmp_path_factory, record):
    path = tmp_path_factory.getbasetemp() / "round.nc"
    dataset.save(record, path)
    back = dataset.load(path)
    assert back.identical(record)
    for name in record.variables:
        assert back[name].dtype == record[name].dtype
        assert back[name].values.tobytes() == record[name].values.tobytes()
    assert list(back.data_vars) == list(record.data_vars)
    assert set(back.coords) == set(record.coords)
    assert dataset.notes(back) == dataset.notes(record)


@pytest.mark.parametrize("unit", ["days", "seconds", "days since 2000-01-01", "s"])
def test_netcdf_keeps_times_as_numbers(tmp_path, unit):
    record = dataset.record({"age": [1.0, 2.5, np.nan]}, WHERE, units={"age": unit})
    dataset.save(record, tmp_path / "a.nc")
    assert dataset.load(tmp_path / "a.nc").identical(record)


def test_netcdf_keeps_maps_and_long_attributes(tmp_path):
    grid = xr.Dataset(
        {"resistance": (("field", "temperature"), np.arange(6.0).reshape(3, 2), {"units": "ohm"})},
        {
            "field": ("field", [0.3, 0.2, 0.1], {"units": "T"}),
            "temperature": ("temperature", [1.0, 2.0], {"units": "K"}),
        },
        attrs={**small().attrs, "papilio_kind": "map"},
    )
    # HDF5 keeps short attributes in a header of at most 64 KiB: long lists of notes must not fail.
    grid.attrs["notes"] = json.dumps([{"message": "x" * 100}] * 2000)
    dataset.save(grid, tmp_path / "map.nc")
    assert dataset.load(tmp_path / "map.nc").identical(grid)


def test_saving_twice_replaces(tmp_path):
    path = tmp_path / "a.nc"
    dataset.save(small(), path)
    with dataset.load(path) as held:
        dataset.save(small(resistance=[7.0, 7.0, 7.0]), path)
        assert held["resistance"].values.tolist() == [0.0, 5.0, 9.0]
    assert dataset.load(path)["resistance"].values.tolist() == [7.0] * 3
    assert list(tmp_path.iterdir()) == [path]


def test_what_breaks_the_contract_is_not_saved(tmp_path):
    record = small()
    record["field"] = ("row", [1.0, 2.0, 3.0], {"units": "Oe"})
    with pytest.raises(DatasetError, match="variable 'field' is in 'Oe'"):
        dataset.save(record, tmp_path / "a.nc")
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_no_datasets_are_refused(tmp_path):
    whole = tmp_path / "whole.nc"
    dataset.save(small(), whole)
    for name, content in {
        "text.nc": b"temperature,resistance\n1,2\n",
        "empty.nc": b"",
        "cut.nc": whole.read_bytes()[: whole.stat().st_size // 2],
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ReadError, match=f"^{name}: not a NetCDF file that papilio wrote"):
            dataset.load(tmp_path / name)
    with pytest.raises(ReadError, match=r"^none\.nc: "):
        dataset.load(tmp_path / "none.nc")
    foreign = tmp_path / "foreign.nc"
    xr.Dataset({"a": ("x", [1.0])}).to_netcdf(foreign, engine="h5netcdf")
    with pytest.raises(DatasetError, match="attribute 'papilio_kind' is None"):
        dataset.load(foreign)


def test_texts_that_netcdf_cannot_hold_are_cleaned():
    record = dataset.record(
        {"field": [1.0]},
        WHERE,
        labels={"field": "Field\0 (Oe)"},
        attributes={"comment": "5 \udcb5m"},
    )
    assert record["field"].attrs["original_name"] == "Field (Oe)"
    assert record.attrs["comment"] == "5 ?m"
