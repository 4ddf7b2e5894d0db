"""
How fast the Josephson array is: beside pyjjasim, above the floor, with size, threads, memory.

    .venv/bin/python benchmarks/josephson_array.py            # table for people
    .venv/bin/python benchmarks/josephson_array.py --json     # one JSON object
    .venv/bin/python benchmarks/josephson_array.py --docs     # and the page in docs

Ten minutes on a quiet machine. The floor takes scipy's FFT (BSD-3-Clause), the fastest one of a
permissive licence that is installed: FFTW and the package ducc0 are under the GPL. pyjjasim has no
licence: it is run as it is, in an environment of its own (.venv-pyjjasim).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numba
import numpy as np
from reporting import arguments, machine, show
from scipy import fft

from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import advance
from papilio.simulate.josephson_array.functions import fill_normals, fill_sines, seeded
from papilio.simulate.josephson_array.kernels import (
    add_from_modes_along_y,
    divergence,
    solve_modes,
    to_modes_along_y,
)
from papilio.simulate.josephson_array.lattice import room
from papilio.simulate.josephson_array.state import conditions, start

ROOT = Path(__file__).resolve().parents[1]
PEER = ROOT / ".venv-pyjjasim"

MEANING = {
    "speedup_pyjjasim_16": "time per junction and step of pyjjasim 4.0.2 over ours, 16 x 16",
    "speedup_pyjjasim_32": "the same, 32 x 32",
    "speedup_pyjjasim_64": "the same, 64 x 64, float32 (target 12)",
    "speedup_pyjjasim_128": "the same, 128 x 128",
    "speedup_pyjjasim_64_float64": "the same, 64 x 64, float64 (target 7)",
    "speedup_pyjjasim_64_fresh_noise": "pyjjasim handed fresh noise at each step",
    "over_floor_64": "ours over FFT pair + sines + normals of the same run (target 1.5)",
    "over_floor_64_float64": "the same in float64",
    "growth_64_1024": "time per junction and step at 1024 x 1024 over 64 x 64 (target 1.6)",
    "growth_of_floor_64_1024": "the same for the floor: what this machine's caches allow",
    "threads_2_over_1": "one thread's time over two threads', batch of 16 (target 1.8)",
    "threads_2_over_1_of_arithmetic": "the same for arithmetic in cache: what its cores allow",
    "memory_1024_MB": "peak less memory after import, 1024 x 1024, one replica (target 400)",
    "time_to_error_speedup": "time to 1 % of R, pyjjasim with fresh noise over ours (target 20)",
}


def environment() -> Path:
    """Python of the environment that holds pyjjasim and papilio."""
    python = PEER / "bin" / "python"
    mark = PEER / ".complete"
    required = (ROOT / "pyproject.toml").stat().st_mtime
    if not mark.is_file() or mark.stat().st_mtime < required:
        subprocess.run(["python3.11", "-m", "venv", str(PEER)], check=True)
        subprocess.run(
            [
                *(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--constraint", str(ROOT / "constraints.txt")),
                *("--editable", str(ROOT), "pyjjasim==4.0.2"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        mark.touch()
    return python


def stepping(size, batch, precision="single", threads=1):
    """A function that makes so many steps and returns the seconds of one junction and step."""
    array = Array(size, size, step=0.05, scheme="euler", precision=precision)
    exposed = conditions(batch, 0.1, 0.1)
    state = start(array, batch, 1)

    def run(steps: int) -> float:
        nonlocal state
        begin = time.perf_counter()
        state, _ = advance(array, state, exposed, 1, steps, threads=threads)
        return (time.perf_counter() - begin) / (steps * batch * 2 * size * size)

    run(2)
    return run


def median_ratio(first, second, rounds=11):
    """Median of paired ratios in the order A B A B, and the medians of both in ns."""
    one, two = [], []
    for _ in range(rounds):
        one.append(first())
        two.append(second())
    ratio = statistics.median(a / b for a, b in zip(one, two, strict=True))
    return ratio, [round(1e9 * statistics.median(times), 2) for times in (one, two)]


def floor(size, batch, dtype):
    """Seconds of one junction: FFT pair, a sine per junction, a normal deviate per site."""
    field = np.random.default_rng(1).normal(size=(batch, size, size)).astype(dtype)
    turns = np.random.default_rng(2).random(2 * field.size).astype(dtype)
    sines = np.empty_like(turns)
    normals = np.empty(field.size, dtype)
    state = seeded(np.random.SeedSequence(1), dtype)

    def run(repeats: int) -> float:
        begin = time.perf_counter()
        for _ in range(repeats):
            fft.irfft2(fft.rfft2(field, workers=1), s=field.shape[1:], workers=1)
            fill_sines(turns, sines)
            fill_normals(state, normals)
        return (time.perf_counter() - begin) / (repeats * turns.size)

    run(2)
    return run


@numba.njit
def _parts(lattice, work, theta, rates, twist, state, repeats, part):
    """One part of an Euler step, so many times."""
    for _ in range(repeats):
        if part == 0:
            divergence(lattice, theta, twist, 0, 0, 0.1, work.sums, work.row, work.force)
        elif part == 1:
            to_modes_along_y(lattice, work.force, work.strip, work.spare, work.modes)
        elif part == 2:
            solve_modes(lattice, work.modes, 1e-2, 1e-2, state, work.strip, work.spare, work.change)
        else:
            add_from_modes_along_y(
                lattice, work.change, work.strip, work.spare, 0.0, 0.05, rates, theta
            )


PARTS = ("supercurrents", "transform along y", "solution and noise", "back along y")


def profile(size, repeats):
    """Nanoseconds of a junction that each part of an Euler step takes in single precision."""
    array = Array(size, size, step=0.05, scheme="euler", precision="single")
    lattice = array.lattice
    work = room(lattice)
    theta = np.random.default_rng(1).random(size * lattice.stride).astype(np.float32)
    state = seeded(np.random.SeedSequence(1), np.float32)
    spent = {}
    for part, name in enumerate(PARTS):
        seconds = []
        for count in (1, *(9 * [repeats])):
            begin = time.perf_counter()
            _parts(lattice, work, theta, theta[:0], np.zeros(2), state, count, part)
            seconds.append((time.perf_counter() - begin) / count)
        spent[name] = round(statistics.median(seconds[1:]) / (2 * size * size) * 1e9, 2)
    return spent


@numba.njit(nogil=True)
def _multiply(values, rounds):
    for _ in range(rounds):
        for place in range(values.size):
            values[place] = values[place] * np.float32(1.0000001) + np.float32(1e-7)


def arithmetic(threads):
    """Seconds in which each of so many threads does as much vector arithmetic in its own cache."""
    data = [np.ones(4096, np.float32) for _ in range(threads)]
    begin = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda values: _multiply(values, 100_000), data))
    return time.perf_counter() - begin


# The high-water mark of this process alone: getrusage's begins with that of the parent process.
MEMORY_SCRIPT = """
import re
from pathlib import Path
from papilio.simulate.josephson_array.array import Array
from papilio.simulate.josephson_array.dynamics import advance
from papilio.simulate.josephson_array.state import conditions, start
def peak():
    status = Path("/proc/self/status").read_text()
    return int(re.search("VmHWM:\\s+([0-9]+) kB", status)[1]) / 1024
before = peak()
array = Array(1024, 1024)
advance(array, start(array, 1, 1), conditions(1, 0.1, 0.5), 1, 3)
print(peak() - before)
"""


def own_figures() -> tuple[dict[str, float | None], dict[str, object]]:
    """The figures that need no peer."""
    figures: dict[str, float | None] = {}
    details: dict[str, object] = {}
    for name, precision, dtype in (("", "single", np.float32), ("_float64", "double", np.float64)):
        ours, least = stepping(64, 4, precision), floor(64, 4, dtype)
        ratio, ns = median_ratio(lambda: ours(200), lambda: least(200))  # noqa: B023
        figures[f"over_floor_64{name}"] = ratio
        details[f"ns_step_and_floor_64{name}"] = ns
    large, small = stepping(1024, 1), stepping(64, 4)
    figures["growth_64_1024"], ns = median_ratio(lambda: large(6), lambda: small(400), 7)
    details["ns_step_1024_and_64"] = ns
    # What the machine itself loses: the floor at both sizes, and arithmetic without memory on two.
    far, near = floor(1024, 1, np.float32), floor(64, 4, np.float32)
    figures["growth_of_floor_64_1024"], ns = median_ratio(lambda: far(6), lambda: near(400), 7)
    details["ns_floor_1024_and_64"] = ns
    arithmetic(1)
    figures["threads_2_over_1_of_arithmetic"], _ = median_ratio(
        lambda: 2 * arithmetic(1), lambda: arithmetic(2)
    )
    details["ns_by_part"] = {"64": profile(64, 400), "1024": profile(1024, 6)}
    one, two = stepping(64, 16), stepping(64, 16, threads=2)
    figures["threads_2_over_1"], ns = median_ratio(lambda: one(200), lambda: two(200))
    details["ns_one_thread_and_two"] = ns
    # The second run finds the compiled kernels on disk: compiling them is no memory of the array.
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", MEMORY_SCRIPT], check=True, capture_output=True, text=True
        )
    figures["memory_1024_MB"] = float(done.stdout)
    return figures, details


SIZES = (16, 32, 64, 128)


def plot(figures: dict[str, float | None], path: Path) -> None:
    """Speed-up against size."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    # Text stays text, and the same figures make the same file.
    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "papilio"})
    figure, axes = pyplot.subplots(figsize=(5, 3.4), layout="constrained")
    for suffix, label in (
        ("_fresh_noise", "float32, pyjjasim with fresh noise"),
        ("", "float32"),
        ("_float64", "float64"),
    ):
        values = [figures[f"speedup_pyjjasim_{size}{suffix}"] for size in SIZES]
        axes.plot(SIZES, values, "o-", label=label)
    axes.set(
        xscale="log",
        xticks=SIZES,
        xticklabels=[f"{size} x {size}" for size in SIZES],
        xlabel="sites",
        ylabel="time of pyjjasim / time of papilio",
        ylim=(0, None),
    )
    axes.minorticks_off()
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def page(figures: dict[str, float | None], details: dict[str, object]) -> str:
    """The table and the plot as a page of the documentation."""
    about = machine()
    lines = [
        "# How fast the Josephson array is",
        "",
        "Made by `benchmarks/josephson_array.py --docs`: medians of paired runs in the order",
        "A B A B, one thread unless said.",
        "",
        "![Time of pyjjasim over time of papilio against size](josephson_array_speed.svg)",
        "",
        "| figure | value | meaning |",
        "|---|---|---|",
    ]
    for name, value in figures.items():
        shown = "none" if value is None else f"{value:.3g}"
        lines.append(f"| `{name}` | {shown} | {MEANING.get(name, '')} |")
    lines += ["", f"Measured on: {', '.join(f'{name} {value}' for name, value in about.items())}."]
    best = details.get("seconds_step_and_its_error")
    if isinstance(best, dict):
        lines += [
            "",
            "Time to 1 % of R at bias 0.1, T = 1.1, 64 x 64, and the best step of each code:",
            "",
            "| code | seconds | step | error of the step |",
            "|---|---|---|---|",
        ]
        for name, found in best.items():
            row = "none | | " if found is None else "{:.3g} | {:.2g} | {:+.2%}".format(*found)
            lines.append(f"| {name} | {row} |")
    parts = details.get("ns_by_part")
    if isinstance(parts, dict):
        small, large = parts.values()
        lines += [
            "",
            "Where the time of a junction and step goes, in ns. A transform of 1024 has five",
            "passes instead of three, and its strips (2 x 128 KiB) lie in the second cache, not in",
            "the first: that is the growth.",
            "",
            "| part of a step | 64 x 64 | 1024 x 1024 |",
            "|---|---|---|",
            *(f"| {name} | {small[name]} | {large[name]} |" for name in small),
        ]
    return "\n".join(lines) + "\n"


def documented(figures: dict[str, float | None], details: dict[str, object]) -> None:
    """Write the page and its plot."""
    plot(figures, ROOT / "docs" / "josephson_array_speed.svg")
    path = ROOT / "docs" / "josephson_array_speed.md"
    path.write_text(page(figures, details), encoding="utf-8", newline="\n")


def main() -> None:
    parser = arguments("Speed of the Josephson array.")
    parser.add_argument("--quick", action="store_true", help="few rounds, for a first look")
    parser.add_argument("--docs", action="store_true", help="write docs/josephson_array_speed.*")
    parser.add_argument(
        "--only", choices=("own", "speed", "error"), help="without peer, speeds, time to 1 %% of R"
    )
    options = parser.parse_args()
    if options.docs and options.only:
        parser.error("--docs needs every figure; leave --only out")
    figures: dict[str, float | None] = {}
    details: dict[str, object] = {}
    if options.only in (None, "own"):
        figures, details = own_figures()
    if options.only != "own":
        peer = beside_peer(options.quick, options.only)
        figures = {**peer["figures"], **figures}
        details.update(peer["details"])
    if options.docs:
        documented(figures, details)
    show(figures, as_json=options.json, meaning=MEANING, details=details)


def beside_peer(quick: bool, only: str | None) -> dict[str, Any]:
    """The figures that need the peer."""
    command = [str(environment()), str(ROOT / "benchmarks" / "josephson_array_peer.py")]
    done = subprocess.run(
        [*command, *(["--quick"] if quick else []), *(["--only", only] if only else [])],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    # pyjjasim may print; the last line is ours.
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


if __name__ == "__main__":
    main()
