"""
Keep what is small of the output of a study: ``python studies/kto111/dft/keep.py OUTPUT...``.

Of each folder the numbers, the densities of states and bands, the moment for the magnet, and the
checkpoints of calculations that are not finished, into ``results`` beside this file.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
FILES = ("first_principles.json", "densities.nc", "magnet.json")


def keep(output: Path) -> None:
    """Replace what is kept of a folder by what is in it now."""
    target = RESULTS / output.name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in FILES:
        if (output / name).exists():
            shutil.copy(output / name, target)
    for checkpoint in (output / "steps").glob("*/checkpoint.json"):
        folder = checkpoint.parent
        if not (folder / "done.json").exists() and "relax-" in folder.name:
            shutil.copy(checkpoint, target / f"{folder.name}.checkpoint.json")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        keep(Path(argument))
