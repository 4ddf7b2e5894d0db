"""Facts of a first-principles cell from the file that `papilio dft` wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from papilio.errors import OptionsError
from papilio.ledger.facts import OutsideFacts

#: Square metres in a square angstrom.
_SQUARE_ANGSTROM = 1e-20


def with_first_principles(path: Path, facts: OutsideFacts | None) -> OutsideFacts:
    """
    Facts, completed by those of a calculated cell.

    Parameters
    ----------
    path : Path
        ``first_principles.json`` of `papilio dft`, with a magnetic state.
    facts : OutsideFacts or None
        What the study states itself, which goes before.

    Returns
    -------
    OutsideFacts
        Moment, area and electrons of the cell, its magnetic ions and those of them that have the
        least distance from a vacancy, N(E_F) of the cell and of the d states of one spin of the ion
        with the largest moment, and the Stoner parameter and splitting of that ion.

    Raises
    ------
    OptionsError
        Naming the file and what is missing in it.
    """
    try:
        found = _facts(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise OptionsError(f"{path}: {error.strerror}; check the path") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise OptionsError(
            f"{path} is not the first_principles.json of a cell with a magnetic state ({error}); "
            "let `papilio dft` make it"
        ) from error
    given = facts or OutsideFacts()
    default = OutsideFacts()
    return replace(
        given,
        **{
            name: value
            for name, value in found.items()
            if value is not None and getattr(given, name) == getattr(default, name)
        },
    )


def _facts(content: dict[str, Any]) -> dict[str, float | None]:
    values, structure = content["values"], content["structure"]
    (ax, ay, _), (bx, by, _) = structure["cell"][:2]
    moments = values["moments"]
    stoner = values["stoner"]
    (ion,) = (of for of in values["splittings"] if of["atom"] == stoner["atom"])
    (states,) = (of for of in values["fermi_level"]["atoms"] if of["atom"] == stoner["atom"])
    made = {
        "cell_moment": abs(values["total_moment"]),
        "moment_in_spheres": _inside(values),
        "cell_area": abs(ax * by - ay * bx) * _SQUARE_ANGSTROM,
        "cell_electrons": structure["doped_electrons"],
        "cell_atoms": float(len(moments)),
        "density_of_states": values["fermi_level"]["cell"],
        # As the moment is counted, within the sphere, for their ratio is the exchange parameter.
        "projected_density_of_states": states["d_per_spin"]
        * (ion["moment"] / ion.get("projected_moment", ion["moment"])),
        "stoner_parameter": stoner["exchange_parameter"][0],
        "exchange_splitting": ion["splitting"],
        "moment_per_atom": abs(ion["moment"]),
    }
    if moments[0]["distance"] is not None:
        nearest = min(of["distance"] for of in moments)
        made["cell_vacancy_atoms"] = float(sum(of["distance"] < nearest + 0.1 for of in moments))
    return made


def _inside(values: dict[str, Any]) -> float | None:
    """Of the moment of the cell what lies in spheres; None where it points the other way."""
    # Written since only lately: older files have no such value.
    inside = float(values.get("moment_in_spheres", 0.0))
    return abs(inside) if inside * values["total_moment"] > 0 else None
