"""Does a study that is killed again and again go on where it was? Kills it and looks.

A study of many cheap points runs on two worker processes, in a process group that gets SIGKILL at
random moments (seeded): while it starts, or some time after some more steps have begun. Each
worker writes down the key of each step as it begins, in a file that only grows. What was finished
before a kill, that is stands in the store, must be there still after the next run, with the same
bytes, and must never have begun again. Once a run has ended, its outputs must have the bytes of an
undisturbed run in one process; then a fresh folder is begun, until there were enough kills.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import reporting

from papilio.report import run_study
from papilio.storage import sha256

MEANING = {
    "kills": "times that all processes of the run were killed",
    "kills_at_work": "of these, while steps were being done",
    "finished_lost": "finished steps that were gone, or had other bytes, after a kill (target 0)",
    "finished_repeated": "finished steps that began once more (target 0)",
    "begun_and_cut": "steps that a kill cut short, which had to begin once more",
    "runs_completed": "runs that came to their end",
    "completed_with_other_bytes": "of these, with outputs unlike the undisturbed (target 0)",
}

#: The command `papilio`, which writes down each step; every new process of a worker imports it.
SCRIPT = """
import os
import sys

from papilio.study import steps

def done(self, store, whole=steps.Step.done):
    log = os.open(os.environ["RESUME_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, (self.key + "\\n").encode())
    os.close(log)
    return whole(self, store)

steps.Step.done = done

if __name__ == "__main__":
    from papilio.cli import main

    sys.exit(main())
"""


def study(points: int) -> str:
    """Text of a study of so many cheap points, a question on every fourth."""
    asked = list(range(0, points, 4))
    return f"""
[study]
name = "resume"
[grids]
seed = {list(range(points))}
asked = {asked}
[samples.A]
[measurements."hall_{{seed}}"]
sample = "A"
simulate = "twin.hall"
options.seed = "{{seed}}"
[questions."density_{{asked}}"]
analysis = "hall"
data = "hall_{{asked}}"
"""


@dataclass
class Trial:
    """One folder in which the study is run, killed and run again."""

    place: Path
    points: int
    #: Processes that do the steps; none does them in the process of the study.
    workers: int
    #: Finished step -> hash of its file, as it was when it was first seen.
    finished: dict[str, str] = field(default_factory=dict)
    read: int = 0

    def start(self) -> subprocess.Popen[bytes]:
        """The run, in a process group of its own."""
        file = self.file()
        script = self.place / "papilio_with_log.py"
        script.write_text(SCRIPT)
        environment = {
            # Workers that compile papilio anew at each start are busy with nothing else.
            **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            "RESUME_LOG": str(self.log),
        }
        command = [sys.executable, str(script), "run", str(file), "-o", str(self.place / "out")]
        command += ["--workers", str(self.workers)] if self.workers else []
        with (self.place / "told").open("ab") as told:
            return subprocess.Popen(
                command, env=environment, start_new_session=True, stdout=told, stderr=told
            )

    def file(self) -> Path:
        """The study, written down."""
        self.place.mkdir(exist_ok=True)
        path = self.place / "resume.toml"
        path.write_text(study(self.points))
        return path

    @property
    def log(self) -> Path:
        """File with the keys of all steps that ever began."""
        return self.place / "begun"

    def begun(self) -> list[str]:
        """Keys of all steps that ever began, in order."""
        return self.log.read_text().split() if self.log.is_file() else []

    def stored(self) -> dict[str, str]:
        """Finished steps in the store and hashes of their files."""
        parts = self.place / "out" / ".papilio" / "parts"
        files = [*parts.glob("[!.]*.nc"), *parts.glob("*/result.json")]
        return {
            (file.parent.name if file.name == "result.json" else file.stem): sha256(file)
            for file in files
        }

    def look(self) -> tuple[int, int, int]:
        """Steps lost, repeated and cut since the last look; no process of the run may be left."""
        stored, begun = self.stored(), self.begun()
        new, self.read = begun[self.read :], len(begun)
        lost = sum(stored.get(key) != value for key, value in self.finished.items())
        repeated = sum(key in self.finished for key in new) + len(new) - len(set(new))
        cut = len(set(new) - set(stored))
        self.finished = stored
        return lost, repeated, cut

    def outputs(self) -> dict[str, str]:
        """Hash of everything that a complete run wrote for its user."""
        out = self.place / "out"
        files = [f for f in out.rglob("*") if f.is_file() and ".papilio" not in f.parts]
        return {str(file.relative_to(out)): sha256(file) for file in files}


def kill(process: subprocess.Popen[bytes]) -> None:
    """End all processes of the group at once, and wait until none is left."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while _alive(process.pid):
        time.sleep(0.01)


def _alive(group: int) -> bool:
    """Whether a process of the group still runs; a dead one that nobody waits for does not."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = entry.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state not in "ZX":
            return True
    return False


def disturbed(
    place: Path, kills: int, points: int, *, seed: int = 1, workers: int = 2
) -> dict[str, float | None]:
    """Kill the study so often; figures of what was lost and repeated."""
    draw = random.Random(seed)
    whole = Trial(place / "whole", points, 0)
    # Here, in one process: what workers make has to be that too.
    run_study(whole.file(), whole.place / "out")
    expected = whole.outputs()
    figures = dict.fromkeys(MEANING, 0.0)
    number = 0
    while figures["kills"] < kills:
        trial, ended = Trial(place / f"trial{number}", points, workers), False
        number += 1
        while not ended:
            last = figures["kills"] >= kills
            process = trial.start()
            ended = _left_alone(process) if last else _ended_before_kill(process, trial, draw)
            figures["kills"] += not ended
            figures["kills_at_work"] += not ended and len(trial.begun()) > trial.read
            lost, repeated, cut = trial.look()
            figures["finished_lost"] += lost
            figures["finished_repeated"] += repeated
            figures["begun_and_cut"] += cut
            print(f"{figures['kills']:.0f} kills, {len(trial.finished)} finished", file=sys.stderr)
        figures["runs_completed"] += 1
        figures["completed_with_other_bytes"] += trial.outputs() != expected
    return dict(figures)


def _left_alone(process: subprocess.Popen[bytes]) -> bool:
    if process.wait() != 0:
        raise RuntimeError("the last run did not end well")
    return True


def _ended_before_kill(process: subprocess.Popen[bytes], trial: Trial, draw: random.Random) -> bool:
    """Kill the run at a random moment; whether it came to its end before that."""
    if draw.random() < 0.15:  # while it starts
        until, more = time.monotonic() + 3 * draw.random(), 10**9
    else:
        until, more = float("inf"), draw.randint(1, 8)
    while process.poll() is None:
        if time.monotonic() > until or len(trial.begun()) - trial.read >= more:
            time.sleep(0.1 * draw.random())
            break
        time.sleep(0.002)
    if process.poll() is None:
        kill(process)
        return False
    if process.returncode != 0:
        raise RuntimeError((trial.place / "told").read_text())
    return True


def main() -> None:
    parser = reporting.arguments(__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how often (100)")
    parser.add_argument("--points", type=int, default=400, help="measurements of the study (400)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (1)")
    parser.add_argument(
        "--workers", type=int, default=2, help="processes that do the steps; 0: that of the study"
    )
    options = parser.parse_args()
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        figures = disturbed(
            Path(folder), options.kills, options.points, seed=options.seed, workers=options.workers
        )
    details: dict[str, object] = {"seconds": round(time.perf_counter() - begin)}
    reporting.show(figures, as_json=options.json, meaning=MEANING, details=details)
    wrong = ("finished_lost", "finished_repeated", "completed_with_other_bytes")
    raise SystemExit(any(figures[name] for name in wrong))


if __name__ == "__main__":
    main()
