"""
Whether error bars hold what they promise: bias and coverage of every reported quantity.

Runs each analysis on thousands of synthetic laboratories (`calibration_scenarios`) and compares
what it found with what was planted. The table is stored with a hash of the code that made it;
where the hash still matches, the stored table is shown.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import platform
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import numpy as np
from calibration_scenarios import SCENARIOS
from reporting import arguments, show

import papilio
from papilio.errors import PapilioError
from papilio.progress import track
from papilio.storage import write_text

HERE = Path(__file__).parent
ROOT = HERE.parent
STORED = HERE / "calibration.json"
PAGE = ROOT / "docs" / "calibration.md"
SAMPLES = 2000
#: What the numbers rest on: these sources, and the libraries that fit.
SOURCES = ("analysis", "physics", "fit.py", "sweep.py", "dataset.py")
LIBRARIES = ("numpy", "scipy", "xarray")
#: Half widths of the 68 % and 95 % intervals of a normal number.
SIGMAS = (1.0, 1.959964)


def code_hash(samples: int) -> str:
    """Hash of the scenarios, the analysis and the versions behind the table."""
    digest = hashlib.sha256(f"{samples}".encode())
    package = Path(papilio.__file__).parent
    files = [Path(__file__), HERE / "calibration_scenarios.py"]
    for name in SOURCES:
        place = package / name
        files += [place] if place.is_file() else sorted(place.rglob("*.py"))
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()


#: Quantity, pull (None: failed), whether 68 %, 95 % and (None: there is none) resampling hold.
Row = tuple[str, float | None, bool, bool, bool | None]


def one(task: tuple[str, int]) -> list[Row]:
    """Pull and coverage of each quantity of one synthetic laboratory."""
    name, seed = task
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(len(name),)))
    rows: list[Row] = []
    try:
        for quantity, found, truth in SCENARIOS[name](random):
            if found is None or found.value is None or not found.std:
                rows.append((quantity, None, False, False, None))
                continue
            pull = (found.value - truth) / found.std
            interval = found.interval68
            resampled = None if interval is None else interval[0] < truth < interval[1]
            inside = [abs(pull) < sigma for sigma in SIGMAS]
            rows.append((quantity, pull, inside[0], inside[1], resampled))
    except PapilioError:
        # The analysis refused: every quantity of it failed, which the table must count.
        return [(name, None, False, False, None)]
    return rows


def measure(samples: int) -> dict[str, dict[str, float | None]]:
    """Bias, coverage and failures of each quantity over all synthetic laboratories."""
    tasks = [(name, seed) for name in SCENARIOS for seed in range(samples)]
    collected: dict[str, list[Row]] = defaultdict(list)
    refused: dict[str, int] = defaultdict(int)
    with multiprocessing.Pool(min(2, os.cpu_count() or 1)) as pool:
        done = pool.imap_unordered(one, tasks, chunksize=20)
        for rows in track(done, "synthetic laboratories", total=len(tasks)):
            for row in rows:
                if row[0] in SCENARIOS:
                    refused[row[0]] += 1
                else:
                    collected[row[0]].append(row)
    table: dict[str, dict[str, float | None]] = {}
    for quantity, rows in sorted(collected.items()):
        pulls = np.array([row[1] for row in rows if row[1] is not None])
        resampled = [row[4] for row in rows if row[4] is not None]
        count = len(rows) + refused[quantity.split(".")[0]]
        table[quantity] = {
            "samples": count,
            "bias": float(np.mean(pulls)),
            "coverage68": sum(row[2] for row in rows) / count,
            "coverage95": sum(row[3] for row in rows) / count,
            "coverage68_resampled": float(np.mean(resampled)) if resampled else None,
            "failure_rate": (count - pulls.size) / count,
        }
    return table


def figures(table: dict[str, dict[str, float]]) -> dict[str, float | None]:
    """The figures that the table comes down to."""
    rows = table.values()
    return {
        "quantities": len(table),
        "samples_min": min(row["samples"] for row in rows),
        "coverage68_min": min(row["coverage68"] for row in rows),
        "coverage68_max": max(row["coverage68"] for row in rows),
        "bias_max": max(abs(row["bias"]) for row in rows),
        "failure_rate_max": max(row["failure_rate"] for row in rows),
    }


def page(stored: dict[str, object]) -> str:
    """The table and the ranges behind it, for the documentation."""
    table = stored["table"]
    assert isinstance(table, dict)
    lines = [
        "# Calibration",
        "",
        "Bias (mean pull, in sigma), coverage of the 68 % and 95 % intervals value -+ std, of the",
        "68 % interval from resampling where there is one, failures; each quantity over many",
        "synthetic laboratories drawn from the ranges below. A failed fit counts as not covering.",
        "`make calibration` makes the table anew.",
        "",
        "| quantity | samples | bias | 68 % | 95 % | 68 % resampled | failures |",
        "|---|---|---|---|---|---|---|",
    ]
    for quantity, row in table.items():
        resampled = row["coverage68_resampled"]
        shown = "" if resampled is None else f"{resampled:.3f}"
        lines.append(
            f"| `{quantity}` | {row['samples']} | {row['bias']:+.3f} | {row['coverage68']:.3f} "
            f"| {row['coverage95']:.3f} | {shown} | {row['failure_rate']:.3f} |"
        )
    lines += ["", "## Ranges", ""]
    for name, scenario in SCENARIOS.items():
        words = " ".join((scenario.__doc__ or "").split())
        lines.append(f"- `{name}`: {words}")
    return "\n".join([*lines, ""])


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="laboratories per analysis")
    parser.add_argument(
        "--remake", action="store_true", help="measure even if the table is current"
    )
    options = parser.parse_args()
    digest = code_hash(options.samples)
    stored = json.loads(STORED.read_text("utf-8")) if STORED.is_file() else {}
    if options.remake or stored.get("hash") != digest:
        stored = {
            "hash": digest,
            "command": f"python benchmarks/calibration.py --samples {options.samples}",
            "papilio": papilio.__version__,
            "python": platform.python_version(),
            "table": measure(options.samples),
        }
        write_text(STORED, json.dumps(stored, indent=1) + "\n")
        write_text(PAGE, page(stored))
    show(
        figures(stored["table"]),
        as_json=options.json,
        meaning={
            "coverage68_min": "of the 68 % interval, 0.64 to 0.72 wanted",
            "coverage68_max": "of the 68 % interval, 0.64 to 0.72 wanted",
            "bias_max": "in sigma, below 0.2 wanted",
            "failure_rate_max": "at most 0.05 wanted",
        },
        details={"hash": digest, "table": stored["table"]},
    )


if __name__ == "__main__":
    main()
