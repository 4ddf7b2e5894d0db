"""Results: numbers with uncertainties as text, selection, tables in a notebook."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papilio.result import Quantity, Result, table, with_uncertainty


@pytest.mark.parametrize(
    ("value", "std", "text"),
    [
        (0.668, 0.0012, "0.6680(12)"),
        (0.668, 0.012, "0.668(12)"),
        (0.668, 0.12, "0.67(12)"),
        (0.668, 1.2, "0.7(1.2)"),
        (0.668, 12.0, "1(12)"),
        (3.86e17, 1.1e16, "3.86(11)e+17"),
        (61.63e-9, 0.12e-9, "6.163(12)e-08"),
        (-0.0801, 0.0003, "-0.08010(30)"),
        (12.3, 1.2, "12.3(1.2)"),
        (1358.0, 123.4, "1358(123)"),
        (1358.0, 99.96, "1358(100)"),
        # The uncertainty rounds up to one more digit.
        (0.668, 0.0996, "0.67(10)"),
        (0.668, 0.00996, "0.668(10)"),
        (0.668, 0.996, "0.7(1.0)"),
        (12.0, 9.96, "12(10)"),
        (0.668, 0.0994, "0.668(99)"),
        # Exact powers of ten, which logarithms easily get wrong.
        (0.668, 0.001, "0.6680(10)"),
        (0.668, 0.01, "0.668(10)"),
        (1000.0, 1.0, "1000.0(1.0)"),
        (1e5, 100.0, "1.0000(10)e+05"),
        (99999.0, 10.0, "99999(10)"),
        (1e-4, 1e-6, "1.000(10)e-04"),
        (1.001e-3, 1e-6, "0.0010010(10)"),
        # An uncertainty above the value, and around zero.
        (0.0, 0.02, "0.000(20)"),
        (-0.001, 1.0, "0.0(1.0)"),
        (0.0, 3e-9, "0.0(3.0)e-09"),
        (1.0, 2e5, "0.0(2.0)e+05"),
        # No uncertainty that says anything.
        (0.66812345, None, "0.6681"),
        (0.66812345, math.nan, "0.6681"),
        (0.66812345, 0.0, "0.6681"),
        (0.66812345, -1.0, "0.6681"),
        (0.66812345, math.inf, "0.6681"),
        (math.nan, 0.1, "nan"),
        (math.inf, 0.1, "inf"),
        (1.5, 1e-30, "1.5"),
    ],
)
def test_number_with_uncertainty(value, std, text):
    assert with_uncertainty(value, std) == text


def parsed(text):
    """Value and uncertainty that the text states, by the rule of the field."""
    match = re.fullmatch(r"(-?\d+)(\.\d+)?\((\d+)(\.\d+)?\)(e[+-]\d+)?", text)
    assert match, text
    whole, fraction, bracket, point, power = match.groups("")
    scale = float(f"1{power or 'e0'}")
    value = float(whole + fraction)
    unit = 1 if point else 10.0 ** -max(0, len(fraction) - 1)
    return value, float(bracket + point) * unit, 10.0 ** -max(0, len(fraction) - 1), scale


@given(
    st.floats(-1e12, 1e12).filter(lambda x: x == 0 or abs(x) > 1e-12),
    st.floats(1e-14, 1e12),
)
def test_what_is_printed_is_what_was_meant(value, std):
    if std < 1e-15 * abs(value):
        return
    shown, error, last, scale = parsed(with_uncertainty(value, std))
    assert abs(shown - value / scale) <= last * 0.5001
    assert abs(error - std / scale) <= last * 0.5001
    # Never fewer than two digits of the uncertainty.
    assert last <= std / scale / 9.4


@given(st.floats(), st.one_of(st.none(), st.floats()))
def test_any_pair_of_floats_prints(value, std):
    assert len(with_uncertainty(value, std)) < 60


def quantities():
    return (
        Quantity("transition.Tc", 0.668, "K", 0.0012, conditions={"direction": "cooling"}),
        Quantity("transition.Tc", 0.670, "K", 0.0012, conditions={"direction": "warming"}),
        Quantity("transition.T_zero", None, "K", flags=("never leaves the floor",)),
        Quantity("butterfly.delta_R", 0.4, "ohm", 0.1, limit="upper"),
    )


def test_quantities_read_as_text():
    texts = [str(quantity) for quantity in quantities()]
    assert texts == [
        "transition.Tc (direction cooling) = 0.6680(12) K",
        "transition.Tc (direction warming) = 0.6700(12) K",
        "transition.T_zero = not determined",
        "butterfly.delta_R = < 0.40(10) ohm",
    ]
    assert Quantity("hall.ratio", 2.0, "", 0.1).text() == "2.00(10)"


def test_result_finds_quantities_by_name_and_condition():
    result = Result("transition", quantities(), flags=("two crossings",))
    assert result["Tc"].value == 0.668
    assert result["transition.Tc"].value == 0.668
    assert [q.value for q in result.select("Tc", direction="warming")] == [0.670]
    assert result.select("Tc", direction="sideways") == ()
    with pytest.raises(KeyError, match=r"no quantity 'Tonset'; there are transition\.Tc, "):
        result["Tonset"]
    assert str(result).splitlines()[-1] == "! two crossings"


def test_tables_escape_what_files_may_contain():
    evil = "<script>alert('x')</script> & \"y\""
    quantity = Quantity("a." + evil, 1.0, evil, 0.1, conditions={"by": evil}, flags=(evil,))
    for text in (table([quantity]), Result("a", (quantity,), flags=(evil,))._repr_html_()):
        assert "<script" not in text
        assert text.count("&lt;script&gt;") >= 4
        assert "&amp;" in text
    assert "<td>transition.Tc</td><td>direction cooling</td>" in table(quantities())
