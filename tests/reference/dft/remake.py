"""
Calculate the stored toy again: ``python tests/reference/dft/remake.py``, some minutes.

Wants the engine, `make dft-engine`. Replaces ``steps`` beside this file by what `papilio dft` makes
of ``one_unit.toml``: of each calculation the result and the arrays that papilio reads.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from papilio.cli import main
from papilio.dft.job import DENSITY

HERE = Path(__file__).parent


def remake() -> int:
    with tempfile.TemporaryDirectory() as name:
        code = main(["dft", str(HERE / "one_unit.toml"), "-o", name])
        if code:
            return code
        shutil.rmtree(HERE / "steps")
        for folder in (Path(name) / "steps").iterdir():
            kept = HERE / "steps" / folder.name
            kept.mkdir(parents=True)
            for file in (folder / "done.json", *folder.glob("*.npz")):
                if file.name != DENSITY:
                    shutil.copy(file, kept)
    return 0


if __name__ == "__main__":
    raise SystemExit(remake())
