"""Options: frozen dataclasses whose fields say their unit and meaning, filled from a table."""

from __future__ import annotations

import collections.abc
import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from papilio.errors import OptionsError
from papilio.units import to_si

OptionsType = TypeVar("OptionsType")


def option(default: Any = dataclasses.MISSING, *, help: str, unit: str | None = None) -> Any:
    """
    A field of an Options dataclass.

    Parameters
    ----------
    default : object, optional
        The default, in SI; without it the option is required.
    help : str
        What the option means, one sentence: shown in the documentation and by editors.
    unit : str, optional
        SI unit of a number; in a study the number may then be a text such as "0.1 T/min".

    Returns
    -------
    object
        A dataclass field.
    """
    return dataclasses.field(default=default, metadata={"help": help, "unit": unit})


def from_table(cls: type[OptionsType], table: Mapping[str, Any]) -> OptionsType:
    """
    Options from a table as TOML gives it, every key checked and every quantity taken to SI.

    Parameters
    ----------
    cls : type
        A frozen dataclass made of `option` fields.
    table : mapping
        Keys and values.

    Returns
    -------
    object
        An instance of `cls`.

    Raises
    ------
    OptionsError
        For an unknown or missing key, a wrong type or unit; the message begins with the key.
    """
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(cls)
    for key in table:
        if key not in fields:
            raise OptionsError(f"{key}: unknown option; known are {', '.join(sorted(fields))}")
    for name, field in fields.items():
        if (
            name not in table
            and field.default is dataclasses.MISSING
            and field.default_factory is dataclasses.MISSING
        ):
            raise OptionsError(f"{name}: missing; {field.metadata.get('help', 'it is required')}")
    values = {
        key: _convert(key, value, hints[key], fields[key].metadata.get("unit"))
        for key, value in table.items()
    }
    return cls(**values)


def _convert(key: str, value: Any, hint: Any, unit: str | None) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType or origin is typing.Union:
        if value is None and type(None) in arguments:
            return None  # TOML has no null, but options written as JSON do
        inner = [argument for argument in arguments if argument is not type(None)]
        if type(value) in inner:
            return value
        return _convert(key, value, inner[0], unit)
    if origin is typing.Literal:
        if value not in arguments:
            choices = ", ".join(repr(argument) for argument in arguments)
            raise OptionsError(f"{key}: {value!r} is not one of {choices}")
        return value
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise OptionsError(f"{key}: a list is wanted, as in [{unit or 'value'}, ...]")
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            kinds: tuple[Any, ...] = (arguments[0],) * len(value)
        elif len(arguments) != len(value):
            raise OptionsError(f"{key}: {len(arguments)} values are wanted, {len(value)} are given")
        else:
            kinds = arguments
        return tuple(
            # Of several tables the message has to say which.
            _convert(f"{key}.{number}" if dataclasses.is_dataclass(kind) else key, item, kind, unit)
            for number, (item, kind) in enumerate(zip(value, kinds, strict=True))
        )
    if origin is collections.abc.Mapping:
        if not isinstance(value, Mapping):
            raise OptionsError(f"{key}: a table of names is wanted, not {value!r}")
        return {
            str(name): _convert(f"{key}.{name}", entry, arguments[1], unit)
            for name, entry in value.items()
        }
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise OptionsError(f"{key}: a table is wanted, not {value!r}")
        try:
            return from_table(typing.cast(type[Any], hint), value)
        except OptionsError as error:
            raise OptionsError(f"{key}.{error}") from error
    if hint is float:
        if unit is None and not isinstance(value, int | float):
            raise OptionsError(f"{key}: a number is wanted, not {value!r}")
        try:
            return to_si(value, unit or "")
        except OptionsError as error:
            raise OptionsError(f"{key}: {error}") from error
    if hint is bool or hint is str or hint is int:
        if type(value) is not hint:
            wanted = {bool: "true or false", str: "a text", int: "a whole number"}[hint]
            raise OptionsError(f"{key}: {wanted} is wanted, not {value!r}")
        return value
    raise OptionsError(f"{key}: options of type {hint} cannot be set from a table")
