"""Units at the edges: what laboratories write, and what must be refused."""

import math

import pytest

from papilio.errors import OptionsError
from papilio.units import factor, to_si


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        # Field strength in a laboratory's file means mu0 H.
        ("Oe", "T", 1e-4),
        ("kOe", "T", 0.1),
        ("mOe", "T", 1e-7),
        ("G", "T", 1e-4),
        ("Gauss", "T", 1e-4),
        ("kG", "T", 0.1),
        ("Oe/s", "T/s", 1e-4),
        ("T/min", "T/s", 1 / 60),
        ("mT/min", "T/s", 1e-3 / 60),
        ("K/Min", "K/s", 1 / 60),
        ("emu", "A*m^2", 1e-3),
        ("memu", "A*m^2", 1e-6),
        ("A m2", "A*m^2", 1.0),
        ("Am2", "A*m^2", 1.0),
        ("uA", "A", 1e-6),
        ("µA", "A", 1e-6),  # micro sign
        ("μA", "A", 1e-6),  # Greek mu
        ("Ohm", "ohm", 1.0),
        ("Ohms", "ohm", 1.0),
        ("mOhm", "ohm", 1e-3),
        ("kOhm", "ohm", 1e3),
        ("MOhm", "ohm", 1e6),
        ("kΩ", "ohm", 1e3),
        ("mΩ", "ohm", 1e-3),
        ("ohm/sq", "ohm", 1.0),
        ("sec", "s", 1.0),
        ("min", "s", 60.0),
        ("deg", "deg", 1.0),
        ("rad", "deg", 180 / math.pi),
        ("cm^-2", "1/m^2", 1e4),
        ("nV/Hz^0.5", "V/Hz^0.5", 1e-9),
        ("%", "", 0.01),
        ("1", "", 1.0),
        (" K\n", "K", 1.0),
    ],
)
def test_factor(source, target, expected):
    assert factor(source, target) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("V", "T", "unit 'V' is not a unit of the same quantity as 'T'"),
        ("A/m", "T", "unit 'A/m' is not a unit of the same quantity as 'T'"),
        ("Tesler", "T", "unit 'Tesler' is not known"),
        ("K*", "K", "is not known"),
        ("5 K", "K", "is not known"),
        ("__import__('os').getcwd()", "K", "is not known"),
        ("(" * 60, "K", r"unit '\({40}\.\.\.' is not known"),
        # An offset is not a factor: 20 degC must not become 20 x 274.15 K.
        ("degC", "K", "unit 'degC' does not share its zero with 'K'"),
        ("°C", "K", "does not share its zero"),
    ],
)
def test_units_that_are_refused(source, target, message):
    with pytest.raises(OptionsError, match=message):
        factor(source, target)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (3, "T", 3.0),
        (0.5, "", 0.5),
        ("0.1 T/min", "T/s", 0.1 / 60),
        ("20 um", "m", 20e-6),
        ("3.8e13 1/cm^2", "1/m^2", 3.8e17),
        (" -3   mT ", "T", -3e-3),
        ("10 kOe", "T", 1.0),
        ("inf T", "T", math.inf),
        ("3", "", 3.0),
        ("3 %", "", 0.03),
    ],
)
def test_quantities_become_si(value, unit, expected):
    assert to_si(value, unit) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1e5", "'1e5' has no unit; write it as in '1e5 T'"),
        ("0.1T", "'0.1T' is not a quantity; write a number, a blank and a unit"),
        ("0,1 T", "'0,1 T' is not a quantity"),
        ("", "'' is not a quantity"),
        ("T", "'T' is not a quantity"),
        ("1 K", "unit 'K' is not a unit of the same quantity as 'T'"),
        ("nan T", "nan T is not a number"),
        (math.nan, "nan is not a number"),
        (True, "true or false stands where a quantity in T is wanted"),
        (None, "None is not a quantity"),
        ([1.0], r"\[1.0\] is not a quantity"),
    ],
)
def test_what_is_no_quantity_is_refused(value, message):
    with pytest.raises(OptionsError, match=message):
        to_si(value, "T")
