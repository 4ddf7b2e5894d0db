"""Parameters of a magnet from a file that another part of the project, or the user, wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from papilio.constants import BOHR_MAGNETON
from papilio.errors import OptionsError
from papilio.options import from_table
from papilio.simulate.ferromagnet.options import MagnetOptions
from papilio.storage import sha256, write_text
from papilio.units import to_si

FORMAT = "papilio magnet parameters 1"

Magnet = TypeVar("Magnet", bound=MagnetOptions)


@dataclass(frozen=True)
class Parameter:
    """
    A number, and where it is from.

    Attributes
    ----------
    value : float
        In `unit`.
    unit : str
        Any that the option of this name can be given in.
    source : str
        What was calculated, measured or assumed.
    """

    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class Stored:
    """
    Parameters of a file.

    Attributes
    ----------
    values : mapping of str to float
        Option of `MagnetOptions` and its value in SI.
    sources : mapping of str to str
        Where each is from.
    provenance : mapping of str to object
        Of the file as a whole.
    sha256 : str
        Content hash of the file.
    """

    values: Mapping[str, float]
    sources: Mapping[str, str]
    provenance: Mapping[str, Any]
    sha256: str


def areal_moment(moment: float, area: float, share: float = 1.0) -> float:
    """
    Moment per area of a layer whose cell was calculated.

    Parameters
    ----------
    moment : float
        Of the cell, Bohr magnetons.
    area : float
        Of the cell in the plane, m^2.
    share : float, optional
        Part of the cells that have it: 3.8e17/7.3e18 where the moment goes with the carriers.

    Returns
    -------
    float
        A.
    """
    return share * moment * BOHR_MAGNETON / area


def write(path: Path, parameters: Mapping[str, Parameter], provenance: Mapping[str, Any]) -> None:
    """
    Write a file of parameters.

    Parameters
    ----------
    path : Path
        Where to (``.json``).
    parameters : mapping of str to Parameter
        By the name of the option that they are for.
    provenance : mapping
        Program, version, input hashes, date: whatever made them.
    """
    table = {
        "format": FORMAT,
        "provenance": dict(provenance),
        "parameters": {
            name: {"value": entry.value, "unit": entry.unit, "source": entry.source}
            for name, entry in parameters.items()
        },
    }
    write_text(path, json.dumps(table, indent=1) + "\n")


def read(path: Path) -> Stored:
    """
    Read a file of parameters.

    Parameters
    ----------
    path : Path
        What `write` wrote.

    Returns
    -------
    Stored
        In SI.

    Raises
    ------
    OptionsError
        Naming the file and what is wrong in it.
    """
    known = {field.name: field.metadata["unit"] or "" for field in fields(MagnetOptions)}
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OptionsError(f"{path}: {error.strerror}; check the path") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise OptionsError(f"{path}: {error}; correct the file") from error
    if not isinstance(table, dict) or table.get("format") != FORMAT:
        raise OptionsError(f"{path}: its 'format' is not '{FORMAT}'; write it with papilio")
    values, sources = {}, {}
    for name, entry in table["parameters"].items():
        if name not in known:
            raise OptionsError(f"{path}: {name}: a magnet has no such option; leave it out")
        if not isinstance(entry, dict) or not {"value", "unit", "source"} <= set(entry):
            raise OptionsError(f"{path}: {name}: give it 'value', 'unit' and 'source'")
        try:
            values[name] = to_si(f"{entry['value']} {entry['unit']}", known[name])
        except OptionsError as error:
            raise OptionsError(f"{path}: {name}: {error}") from error
        sources[name] = str(entry["source"])
    return Stored(values, sources, table.get("provenance", {}), sha256(path))


def options_from(cls: type[Magnet], stored: Stored, table: Mapping[str, Any]) -> Magnet:
    """
    Options that take from a table first, then from a file, then their own defaults.

    Parameters
    ----------
    cls : type
        `MagnetOptions` or one of its kind.
    stored : Stored
        Of a file.
    table : mapping
        As in a study.

    Returns
    -------
    MagnetOptions
        Of type `cls`.
    """
    return from_table(cls, {**stored.values, **table})
