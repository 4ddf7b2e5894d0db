"""
Whether error bars hold what they promise: bias and coverage of every reported quantity.

Runs each analysis on thousands of synthetic laboratories (`scenarios`) and compares what it found
with what was planted. The table is stored with a hash of the code that made it; where the hash
still matches, the stored table is shown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import platform
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from imported_sources import imported_sources
from reporting import arguments, show
from scenarios import SCENARIOS

import papilio
from papilio.errors import PapilioError
from papilio.progress import track
from papilio.result import Quantity
from papilio.storage import write_text

HERE = Path(__file__).parent
ROOT = HERE.parent
STORED = HERE / "calibration.json"
#: What an interrupted run had done; a run of the same hash goes on from there.
UNFINISHED = HERE / "calibration.unfinished"
PAGE = ROOT / "docs" / "calibration.md"
SAMPLES = 2000
#: First seed of the stored table. Nothing is developed on these laboratories.
SEED_BASE = 7_000_000
#: First seed of every other run.
DEVELOPMENT_SEED_BASE = 1_000_000
#: Libraries that fit.
LIBRARIES = ("numpy", "scipy", "xarray")
#: Half widths of the 68 % and 95 % intervals of a normal number.
SIGMAS = (1.0, 1.959964)
#: Laboratories that a process works through at a time.
CHUNK = 20
PROCESSES = min(2, os.cpu_count() or 1)

#: Quantity, pull (None: not found, or a limit), whether its `interval68` or its limit holds (None:
#: it has none).
Row = tuple[str, float | None, bool | None]
#: Analysis, seed, seconds of one core, what it found; nothing where the analysis refused.
Laboratory = tuple[str, int, float, list[Row]]


def code_hash(samples: int, seed_base: int) -> str:
    """Hash of the scenarios, the analysis and the versions behind the table."""
    digest = hashlib.sha256(f"{samples} {seed_base}".encode())
    for file in sources():
        digest.update(f"{file.parent.name}/{file.name} ".encode() + file.read_bytes())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()


def sources() -> list[Path]:
    """Every file that the table rests on."""
    scenarios = sorted((HERE / "scenarios").rglob("*.py"))
    return [Path(__file__), *scenarios, *imported_sources([Path(__file__), *scenarios])]


def one(task: tuple[str, int]) -> Laboratory:
    """Pull of each quantity of one synthetic laboratory."""
    name, seed = task
    key = zlib.crc32(name.encode())  # by name: a new analysis leaves the others' draws alone
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))
    begin = time.process_time()
    rows: list[Row] = []
    try:
        rows = [_row(*found) for found in SCENARIOS[name](random)]
    except PapilioError:
        rows = []  # the analysis refused: it found none of its quantities
    except Exception as error:
        raise RuntimeError(f"the laboratory of {name} with seed {seed} broke") from error
    return name, seed, time.process_time() - begin, rows


def _row(quantity: str, found: Quantity | None, truth: float) -> Row:
    if found is None or found.value is None:
        return quantity, None, None
    if found.limit is not None:
        return quantity, None, bool((found.value > truth) == (found.limit == "upper"))
    interval = found.interval68
    if found.std:
        sigma = found.std
    elif interval is not None:
        # Without a standard deviation: the side of the interval that looks to the truth.
        sigma = interval[1] - found.value if truth > found.value else found.value - interval[0]
    else:
        return quantity, None, None
    if not (np.isfinite(sigma) and sigma > 0):
        return quantity, None, None
    pull = float((found.value - truth) / sigma)
    return quantity, pull, None if interval is None else bool(interval[0] < truth < interval[1])


def run(
    tasks: Sequence[tuple[str, int]], digest: str | None, processes: int
) -> Iterator[Laboratory]:
    """Every laboratory; with a digest those of an unfinished run are taken over."""
    done = _unfinished(digest) if digest else []
    known = {(name, seed) for name, seed, _, _ in done}
    left = [task for task in tasks if task not in known]
    # Processes that start afresh with one thread each: two libraries' threads on two cores fight.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        results = pool.imap_unordered(one, left, chunksize=CHUNK)
        yield from done
        for number, laboratory in enumerate(track(results, "laboratories", total=len(left)), 1):
            yield laboratory
            done.append(laboratory)
            if digest and number % 1000 == 0:
                write_text(UNFINISHED, json.dumps({"hash": digest, "done": done}))


def _unfinished(digest: str) -> list[Laboratory]:
    if not UNFINISHED.is_file():
        return []
    stored = json.loads(UNFINISHED.read_text("utf-8"))
    if stored["hash"] != digest:
        return []
    return [
        (name, seed, seconds, [(row[0], row[1], row[2]) for row in rows])
        for name, seed, seconds, rows in stored["done"]
    ]


def measure(
    names: Sequence[str],
    samples: int,
    seed_base: int,
    digest: str | None = None,
    processes: int = PROCESSES,
) -> dict[str, Any]:
    """Bias, coverage and failures of each quantity, and seconds per laboratory of each analysis."""
    tasks = [(name, seed_base + number) for name in names for number in range(samples)]
    collected: dict[str, dict[str, list[Row]]] = {name: defaultdict(list) for name in names}
    seconds: dict[str, float] = dict.fromkeys(names, 0.0)
    for name, _, spent, rows in run(tasks, digest, processes):
        seconds[name] += spent
        for row in rows:
            collected[name][row[0]].append(row)
    table = {
        quantity: summary(rows, samples)
        for name in names
        for quantity, rows in sorted(collected[name].items())
    }
    return {
        "table": table,
        "seconds_per_laboratory": {name: spent / samples for name, spent in seconds.items()},
    }


def summary(rows: Sequence[Row], samples: int) -> dict[str, float | None]:
    """What the pulls of one quantity say; laboratories without it count as not covering."""
    limits = [row[2] for row in rows if row[1] is None and row[2] is not None]
    if limits:
        # A limit at 95 % confidence: how often it holds where one is given.
        return {
            "samples": samples,
            "limit_holds": float(np.mean(limits)),
            "failure_rate": (samples - len(limits)) / samples,
        }
    pulls = np.array([row[1] for row in rows if row[1] is not None])
    # The interval that a reader is given: `interval68`, where there is none value -+ std.
    given = [abs(row[1]) < 1 if row[2] is None else row[2] for row in rows if row[1] is not None]
    intervals = any(row[2] is not None for row in rows)
    inside = [int((np.abs(pulls) < sigma).sum()) / samples for sigma in SIGMAS]
    return {
        "samples": samples,
        "bias": float(np.mean(pulls)) if pulls.size else float("nan"),
        "coverage68": inside[0],
        "coverage95": inside[1],
        "coverage68_interval": sum(given) / samples if intervals else None,
        "failure_rate": (samples - pulls.size) / samples,
    }


def figures(table: dict[str, dict[str, Any]]) -> dict[str, float | None]:
    """The figures that the table comes down to."""
    rows = [row for row in table.values() if "limit_holds" not in row]
    return {
        "quantities": len(table),
        "samples_min": min(row["samples"] for row in rows),
        "coverage68_min": min(row["coverage68"] for row in rows),
        "coverage68_max": max(row["coverage68"] for row in rows),
        "bias_max": max(abs(row["bias"]) for row in rows),
        "failure_rate_max": max(row["failure_rate"] for row in rows),
    }


def page(stored: dict[str, Any]) -> str:
    """The table and the ranges behind it, for the documentation."""
    lines = [
        "# Calibration",
        "",
        "Bias (mean pull, in sigma), coverage of the 68 % and 95 % intervals value -+ std, of the",
        "68 % interval that a quantity carries beside them (from resampling, or Student's where",
        "the scatter gave the error bars; value -+ std in laboratories without one), and failures,",
        "over many synthetic laboratories drawn from the ranges below. Where a number is not",
        "normal (a percolation density, lines from the scatter of few points) its 68 % interval",
        "stands for the standard deviation. A failed fit counts as not covering. Limits at 95 %",
        "confidence: how often they hold, under 95 %, where they are given; elsewhere a value was",
        "found, which is counted under failures. A limit that has to hold for the largest effect",
        "that goes unseen holds more often for smaller ones, and one of a search at every field",
        "more often still. `make calibration` makes the table anew.",
        "",
        *_rows(stored["table"]),
        "",
        "## Ranges",
        "",
    ]
    for name, scenario in SCENARIOS.items():
        words = " ".join((scenario.__doc__ or "").split())
        lines.append(f"- `{name}`: {words}")
    return "\n".join([*lines, ""])


def _rows(table: dict[str, dict[str, Any]]) -> list[str]:
    lines = [
        "| quantity | samples | bias | 68 % | 95 % | interval | failures |",
        "|---|---|---|---|---|---|---|",
    ]
    for quantity, row in table.items():
        if "limit_holds" in row:
            lines.append(
                f"| `{quantity}` | {row['samples']} | | | {row['limit_holds']:.3f} | "
                f"| {row['failure_rate']:.3f} |"
            )
            continue
        interval = row["coverage68_interval"]
        shown = "" if interval is None else f"{interval:.3f}"
        lines.append(
            f"| `{quantity}` | {row['samples']} | {row['bias']:+.3f} | {row['coverage68']:.3f} "
            f"| {row['coverage95']:.3f} | {shown} | {row['failure_rate']:.3f} |"
        )
    return lines


def stored_table(digest: str) -> dict[str, Any] | None:
    """The stored table; None where there is none or other code made it."""
    if not STORED.is_file():
        return None
    stored: dict[str, Any] = json.loads(STORED.read_text("utf-8"))
    return stored if stored.get("hash") == digest else None


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = arguments(__doc__ or "")
    parser.add_argument(
        "--remake", action="store_true", help="measure even if the table is current"
    )
    parser.add_argument(
        "--only", action="append", choices=SCENARIOS, help="this analysis alone; stores nothing"
    )
    parser.add_argument(
        "--samples",
        type=int,
        help=f"laboratories per analysis instead of {SAMPLES}; stores nothing",
    )
    parser.add_argument(
        "--seed-base",
        type=int,
        help=f"first seed; stores nothing. {SEED_BASE} for the stored table, else "
        f"{DEVELOPMENT_SEED_BASE}",
    )
    parser.add_argument("--processes", type=int, default=PROCESSES, help="at a time")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    options = _options(argv)
    complete = options.only is None and options.samples is None and options.seed_base is None
    if complete:
        digest = code_hash(SAMPLES, SEED_BASE)
        stored = None if options.remake else stored_table(digest)
        if stored is None:
            stored = {
                "hash": digest,
                "command": "python benchmarks/calibration.py --remake",
                "papilio": papilio.__version__,
                "python": platform.python_version(),
                "seed_base": SEED_BASE,
                **measure(list(SCENARIOS), SAMPLES, SEED_BASE, digest, options.processes),
            }
            write_text(STORED, json.dumps(stored, indent=1) + "\n")
            write_text(PAGE, page(stored))
            UNFINISHED.unlink(missing_ok=True)
    else:
        stored = measure(
            options.only or list(SCENARIOS),
            options.samples or SAMPLES,
            DEVELOPMENT_SEED_BASE if options.seed_base is None else options.seed_base,
            processes=options.processes,
        )
    if not options.json:
        print("\n".join(_rows(stored["table"])))
    details = {key: value for key, value in stored.items() if key != "table" or options.json}
    show(
        figures(stored["table"]),
        as_json=options.json,
        meaning={
            "coverage68_min": "of the 68 % interval, 0.64 to 0.72 wanted",
            "coverage68_max": "of the 68 % interval, 0.64 to 0.72 wanted",
            "bias_max": "in sigma, below 0.2 wanted",
            "failure_rate_max": "at most 0.05 wanted",
        },
        details=details,
    )


if __name__ == "__main__":
    main()
