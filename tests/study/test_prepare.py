import numpy as np
import pytest

from papilio.dataset import notes
from papilio.errors import DatasetError, ReadError
from papilio.study import Measurement, Sample
from papilio.study.prepare import prepare


@pytest.fixture
def cooldown(folder):
    return folder / "cooldown.txt"


def refuse_nothing(message):
    raise AssertionError(message)


def made(cooldown, sample=None, **keys):
    return prepare(Measurement("m", "A", (cooldown,), **keys), sample, refuse_nothing)


def test_rename_takes_the_unit_of_the_vocabulary(cooldown):
    cooldown.write_text("Temperature (K)\tB (mT)\tResistance (Ohms)\n1\t500\t3\n2\t600\t4\n")
    first = made(cooldown)
    name = next(n for n in first if first[n].attrs.get("original_name", "").startswith("B"))
    data = made(cooldown, rename={"field_x": name})
    assert data["field_x"].values == pytest.approx([0.5, 0.6])
    assert data["field_x"].attrs["units"] == "T"


def test_swap_of_two_names(cooldown):
    data = made(cooldown, rename={"hall_resistance": "resistance"})
    assert "resistance" not in data
    assert data["hall_resistance"].values[0] == pytest.approx(2.0)
    assert data["hall_resistance"].attrs["original_name"] == "Resistance (Ohms)"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"rename": {"field": "bogus"}}, "rename: there is no 'bogus' to become 'field'"),
        ({"rename": {"resistance": "temperature"}}, "the file holds a 'resistance' already"),
        ({"rename": {"field": "temperature"}}, "rename: 'temperature' cannot become 'field'"),
        ({"constants": {"temperature": 1.0}}, "constants: the file holds 'temperature' itself"),
        ({"keep": {"field": (0, 1)}}, "keep: there is no 'field' in the data"),
    ],
)
def test_changes_that_do_not_fit_are_refused(cooldown, keys, words):
    with pytest.raises((DatasetError, ReadError), match=words):
        made(cooldown, **keys)


def test_constant_fills_every_row(cooldown):
    data = made(cooldown, constants={"field": 0.25})
    assert np.all(data["field"].values == 0.25)
    assert data["field"].attrs["original_name"] == "given in the study"


def test_keep_leaves_rows_out_and_says_so(cooldown):
    data = made(cooldown, keep={"temperature": (1.45, 2.05)})
    assert data["temperature"].values == pytest.approx([1.5, 1.6, 1.7, 1.8, 1.9, 2.0])
    assert notes(data)[-1].rows == 14
    assert "the study keeps temperature from 1.45 to 2.05 K" in notes(data)[-1].message


def test_rows_without_a_value_are_not_kept(cooldown):
    cooldown.write_text("Temperature (K)\tResistance (Ohms)\n1\t3\nnan\t4\n2\t5\n")
    assert made(cooldown, keep={"temperature": (0, 9)})["resistance"].values.tolist() == [3, 5]


def test_geometry_of_the_sample_goes_along(cooldown):
    data = made(cooldown, Sample(length=2e-3, width=1e-3))
    assert (data.attrs["bar_length"], data.attrs["bar_width"]) == (2e-3, 1e-3)


def test_a_refused_file_does_not_stop_the_others(cooldown):
    bad = cooldown.with_name("bad.txt")
    bad.write_bytes(b"")
    told = []
    measurement = Measurement("m", "A", (cooldown, bad, cooldown))
    data = prepare(measurement, None, told.append)
    assert data.sizes["row"] == 40
    assert len(told) == 1
    assert told[0].startswith("bad.txt: ")
    assert notes(data)[-1].message.startswith("left out: bad.txt: ")


def test_no_file_left_is_an_error_that_names_them(cooldown):
    cooldown.write_bytes(b"")
    with pytest.raises(ReadError, match=r"cooldown\.txt: "):
        made(cooldown)
