"""Moment per area of a calculated cell, in the file that the simulated magnet reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import papilio
from papilio.dft.cell import Structure
from papilio.simulate.ferromagnet.stored import Parameter, areal_moment, write
from papilio.storage import sha256

#: Square metres in a square angstrom.
_SQUARE_ANGSTROM = 1e-20


def write_magnet(path: Path, source: Path, structure: Structure, values: dict[str, Any]) -> None:
    """
    Write what a magnet may take from a cell.

    The moment is that of the cell as it was calculated, whose vacancies give many times the
    carriers of a film: an upper bound, which the provenance says, with the numbers.

    Parameters
    ----------
    path : Path
        Where to (``.json``).
    source : Path
        ``first_principles.json`` that holds the values; its hash is kept.
    structure : Structure
        The cell; its first two vectors span the plane.
    values : dict
        Of `papilio.dft.summary.summarise`, with a magnetic state.
    """
    square = float(np.linalg.norm(np.cross(structure.cell[0], structure.cell[1])))
    area = square * _SQUARE_ANGSTROM
    moment = abs(values["total_moment"])
    doping = structure.doped_electrons / area
    provenance: dict[str, Any] = {
        "program": f"papilio {papilio.__version__}, papilio dft",
        "file": source.name,
        "sha256": sha256(source),
        "moment_of_cell": {"value": moment, "unit": "mu_B"},
        "area_of_cell": {"value": area, "unit": "m^2"},
        "electrons_per_area": {"value": doping, "unit": "1/m^2"},
    }
    splittings = values.get("splittings", [])
    if splittings:
        largest = max(splittings, key=lambda of: abs(of["moment"]))
        provenance["exchange_splitting"] = {
            "value": largest["splitting"],
            "std": largest["splitting_std"],
            "unit": "eV",
            "of": largest["layer"],
        }
    said = (
        f"first principles: {moment:.3g} Bohr magnetons in a cell of {area:.3g} m^2, whose "
        f"vacancies give {doping:.2g} electrons per m^2; scale it down to the carriers of a film"
    )
    write(path, {"areal_moment": Parameter(areal_moment(moment, area), "A", said)}, provenance)
