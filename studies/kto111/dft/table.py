"""
Settings beside answers, one row for each kept study: ``python studies/kto111/dft/table.py``.

Without arguments it reads ``results`` beside this file; otherwise the folders that are named. Rows
of `docs/first_principles.md` come from here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
HEAD = (
    "| study | start | k-points | U (eV) | smearing (eV) | cutoff (eV) | E - E(unpolarised) (meV) "
    "| the same, free energy (meV) | moment of the cell | in the spheres of its ions "
    "| of each Ta, by distance from a vacancy | N(E_F) (1/eV) |"
)


def rows(folder: Path) -> list[str]:
    """One row for each magnetic start of a study."""
    content = json.loads((folder / "first_principles.json").read_text(encoding="utf-8"))
    values = content["values"]
    made = []
    for name, start in values.get("magnetic_starts", {}).items():
        if name == "non_magnetic" or start is None or start.get("energy_meV") is None:
            continue
        (record,) = (r for key, r in content["calculations"].items() if key.startswith(f"{name}-"))
        settings = record["settings"]
        made.append(_row(folder.name, name, settings, start, record["values"]["moments"], values))
    dense = values.get("magnetic_energy_meV")
    if dense is not None:
        (record,) = (
            r for key, r in content["calculations"].items() if key.startswith("dense-magnetic-")
        )
        start = {
            "energy_meV": dense["value"],
            "free_energy_meV": dense["free_energy"],
            "total_moment": record["values"]["total_moment"],
        }
        row = _row(
            folder.name, "dense", record["settings"], start, record["values"]["moments"], values
        )
        made.append(row)
    return made


def _of_b_ions(moments: list[float], values: dict[str, Any]) -> str:
    """Moments in the spheres of the B ions, their mean where they are as far from a vacancy."""
    shells: dict[float, list[float]] = {}
    for ion in values["moments"]:
        shells.setdefault(round(ion["distance"] or 0.0, 1), []).append(moments[ion["atom"]])
    return ", ".join(f"{sum(of) / len(of):.3f}" for _, of in sorted(shells.items()))


def _row(
    study: str,
    name: str,
    settings: dict[str, Any],
    start: dict[str, float],
    moments: list[float],
    values: dict[str, Any],
) -> str:
    density = values["fermi_level"]
    # On the densest grid of the study; the error has a part of sampling where there are two.
    known = settings["k_grid"] == density["k_grids"][-1]
    cells = [
        study,
        name,
        " x ".join(map(str, settings["k_grid"])),
        f"{settings['hubbard'].get('Ta-5d', 0):g}",
        f"{settings['smearing']:g}",
        f"{settings['cutoff']:g}",
        f"{start['energy_meV']:.1f}",
        f"{start['free_energy_meV']:.1f}",
        f"{start['total_moment']:.3f}",
        f"{sum(moments):.3f}",
        _of_b_ions(moments, values),
        f"{density['cell']:.1f} ± {density['cell_std']:.1f}" if known else "",
    ]
    return f"| {' | '.join(cells)} |"


def main(folders: list[Path]) -> None:
    """Print the table."""
    print(HEAD)
    print("|---" * HEAD.count(" | ") + "|---|")
    for folder in folders:
        if "magnetic_starts" in (folder / "first_principles.json").read_text(encoding="utf-8"):
            for row in rows(folder):
                print(row)


if __name__ == "__main__":
    main([Path(a) for a in sys.argv[1:]] or sorted(RESULTS.iterdir()))
