"""Options from tables: every key checked, every quantity taken to SI."""

from dataclasses import FrozenInstanceError, asdict, dataclass, field
from typing import Literal

import pytest

from papilio.errors import OptionsError
from papilio.options import from_table, option


@dataclass(frozen=True)
class Settings:
    """One field of each kind."""

    length: float = option(unit="m", help="Length of the bar.")
    rate: float = option(0.1 / 60, unit="T/s", help="Rate.")
    fraction: float = option(0.5, help="Fraction.")
    count: int = option(3, help="Count.")
    quick: bool = option(False, help="Whether to hurry.")
    mode: Literal["up", "down"] = option("up", help="Direction.")
    label: str = option("", help="Label.")
    window: tuple[float, float] | None = option(None, unit="K", help="Window.")
    fields: tuple[float, ...] = option((), unit="T", help="Fields.")
    names: tuple[str, ...] = field(default_factory=tuple)


def test_values_arrive_in_si():
    settings = from_table(
        Settings,
        {
            "length": "120 um",
            "rate": "0.2 T/min",
            "fraction": 1,
            "count": 7,
            "quick": True,
            "mode": "down",
            "label": "a",
            "window": ["500 mK", 0.7],
            "fields": ["10 kOe", -2, "3 mT"],
            "names": ["x"],
        },
    )
    assert settings.length == pytest.approx(120e-6)
    assert settings.rate == pytest.approx(0.2 / 60)
    assert settings.fraction == 1.0
    assert isinstance(settings.fraction, float)
    assert (settings.count, settings.quick, settings.mode) == (7, True, "down")
    assert settings.window == pytest.approx((0.5, 0.7))
    assert settings.fields == pytest.approx((1.0, -2.0, 3e-3))
    assert settings.names == ("x",)


def test_defaults_stay_and_options_are_frozen():
    settings = from_table(Settings, {"length": 1.0})
    assert settings == Settings(length=1.0)
    with pytest.raises(FrozenInstanceError):
        settings.length = 2.0


def test_options_survive_their_own_table():
    settings = Settings(length=1e-6, fields=(0.1,), window=None)
    assert from_table(Settings, asdict(settings)) == settings


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "^length: missing; Length of the bar."),
        ({"length": 1, "lenght": 1}, "^lenght: unknown option; known are count, fields, "),
        ({"length": "1 T"}, "^length: unit 'T' is not a unit of the same quantity as 'm'"),
        ({"length": "1"}, "^length: '1' has no unit"),
        ({"length": True}, "^length: true or false stands where"),
        ({"length": None}, "^length: None is not a quantity"),
        ({"length": 1, "fraction": "0.5"}, "^fraction: a number is wanted, not '0.5'"),
        ({"length": 1, "fraction": True}, "^fraction: true or false stands"),
        ({"length": 1, "count": 3.0}, "^count: a whole number is wanted, not 3.0"),
        ({"length": 1, "count": True}, "^count: a whole number is wanted, not True"),
        ({"length": 1, "quick": 1}, "^quick: true or false is wanted, not 1"),
        ({"length": 1, "label": 5}, "^label: a text is wanted, not 5"),
        ({"length": 1, "mode": "left"}, "^mode: 'left' is not one of 'up', 'down'"),
        ({"length": 1, "fields": 0.1}, r"^fields: a list is wanted, as in \[T, ...\]"),
        ({"length": 1, "fields": ["1 K"]}, "^fields: unit 'K' is not a unit of the same"),
        ({"length": 1, "window": [1.0]}, "^window: 2 values are wanted, 1 are given"),
        ({"length": 1, "names": [1]}, "^names: a text is wanted, not 1"),
    ],
)
def test_wrong_tables_are_refused_by_key(table, message):
    with pytest.raises(OptionsError, match=message):
        from_table(Settings, table)


def test_a_type_that_no_table_can_give_is_refused():
    @dataclass(frozen=True)
    class Odd:
        data: dict

    with pytest.raises(OptionsError, match=r"^data: options of type .*dict.* cannot be set"):
        from_table(Odd, {"data": {}})
