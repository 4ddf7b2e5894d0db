"""
Keep what is small of a study: ``python studies/kto111/dft/keep.py [--light] OUTPUT...``.

Of each folder the numbers, the densities of states and bands, the moment for the magnet, and of
each calculation what another run goes on from: the result, or the checkpoint, and the density. They
go into ``results`` beside this file; copy a folder from there, and `papilio dft` goes on in it.
``--light`` leaves out the densities of what is finished, from which nothing else starts.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
FILES = ("first_principles.json", "densities.nc", "magnet.json")
UNFINISHED = ("checkpoint.json", "hessian.json", "density-unfinished.npz", "density.npz")


def keep(output: Path, light: bool = False) -> None:
    """Replace what is kept of a folder by what is in it now."""
    target = RESULTS / output.name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in FILES:
        if (output / name).exists():
            shutil.copy(output / name, target)
    for folder in (output / "steps").iterdir():
        names = ["done.json"] if light else ["done.json", "density.npz", "hessian.json"]
        if not (folder / "done.json").exists():
            names = [*UNFINISHED, "progress.jsonl"]
        for name in names:
            if (folder / name).exists():
                kept = target / "steps" / folder.name
                kept.mkdir(parents=True, exist_ok=True)
                shutil.copy(folder / name, kept)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    for argument in arguments:
        if argument != "--light":
            keep(Path(argument), "--light" in arguments)
