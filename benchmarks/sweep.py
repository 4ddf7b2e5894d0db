"""What it costs to share the points of a study out to worker processes, and what it gains.

A study of loops of the virtual cryostat is run from nothing by `papilio.study.run`, with its store,
on one worker process and on two, in turns. Both pools are up, and have compiled, before any clock
runs; what their start takes is told apart, for a study of many points pays it once.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import reporting

from papilio.study import Store, parse, run, steps, workers

MEANING = {
    "workers_2_over_1": "points a second of two workers over those of one (target >= 1.8)",
    "scheduler_overhead": "time of a run on one worker beyond its work, over the work (< 0.05)",
    "overhead_per_point_ms": "the same beyond the work of a point",
    "seconds_per_point": "work of a point",
    "start_s": "start of two workers, once a study",
}

#: Where a worker writes what each point took it; every new process of one imports this module.
LOG = "SWEEP_LOG"


def _timed(prepare):
    def timed(*arguments):
        begin = time.perf_counter()
        made = prepare(*arguments)
        with Path(os.environ[LOG]).open("a") as log:
            log.write(f"{time.perf_counter() - begin}\n")
        return made

    return timed


if LOG in os.environ:
    steps.prepare = _timed(steps.prepare)


def study(points: int, first: int):
    """A study of so many loops, each of a sample of its own."""
    text = f"""
[study]
name = "sweep"
[grids]
seed = {list(range(first, first + points))}
[samples.A]
[measurements."loop_{{seed}}"]
sample = "A"
simulate = "virtual_cryostat.butterfly"
options.seed = "{{seed}}"
"""
    return parse(text, Path("sweep.toml"))


def timed_run(pool, points: int, first: int, log: Path) -> tuple[float, float]:
    """Seconds of a run, and of the work in it."""
    log.write_text("")
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        done = run(study(points, first), Store(Path(folder)), workers=pool)
        passed = time.perf_counter() - begin
    if done.problems or len(done.datasets) != points:
        raise RuntimeError(str(done))
    return passed, sum(map(float, log.read_text().split()))


def main() -> None:
    parser = reporting.arguments(__doc__)
    parser.add_argument("--points", type=int, default=8, help="loops of a run (8)")
    parser.add_argument("--repeats", type=int, default=5, help="pairs of runs (5)")
    options = parser.parse_args()
    # As in the workers that papilio starts, so that one and two differ in number alone.
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        log = Path(folder) / "log"
        os.environ[LOG] = str(log)
        one = stack.enter_context(workers.here(1))
        begin = time.perf_counter()
        two = stack.enter_context(workers.here(2))
        start = time.perf_counter() - begin
        for pool, first in ((one, 0), (two, 10)):
            timed_run(pool, 4, first, log)
        ratios, overheads, per_point, work = [], [], [], []
        for number in range(options.repeats):
            first = 100 * (number + 1)
            alone, busy = timed_run(one, options.points, first, log)
            together, _ = timed_run(two, options.points, first, log)
            ratios.append(alone / together)
            overheads.append((alone - busy) / busy)
            per_point.append(1e3 * (alone - busy) / options.points)
            work.append(busy / options.points)
    figures: dict[str, float | None] = {
        "workers_2_over_1": statistics.median(ratios),
        "scheduler_overhead": statistics.median(overheads),
        "overhead_per_point_ms": statistics.median(per_point),
        "seconds_per_point": statistics.median(work),
        "start_s": start,
    }
    details: dict[str, object] = {
        "points": options.points,
        "workers_2_over_1_each": [round(value, 3) for value in ratios],
        "scheduler_overhead_each": [round(value, 4) for value in overheads],
    }
    reporting.show(figures, as_json=options.json, meaning=MEANING, details=details)


if __name__ == "__main__":
    main()
