"""Engines as processes of their own: a folder with a job goes in, a result comes out."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papilio.errors import AnalysisError
from papilio.options import option
from papilio.storage import write_text

#: Where the programs that run beside papilio lie; nothing of papilio itself is on their path.
PROGRAMS = Path(__file__).resolve().parents[1]
#: Seconds between two looks at the progress of an engine.
_PATIENCE = 0.2

Announce = Callable[[str], None]


class NotConverged(AnalysisError):
    """Self-consistency was not reached; says how far it came."""


@dataclass(frozen=True)
class Machine:
    """Where and how an engine runs."""

    python: str = option(
        ".venv-dft/bin/python", help="Python of the engine, as `make dft-engine` builds it"
    )
    processes: int = option(1, help="MPI processes")
    launcher: str = option("mpirun", help="starts MPI processes: mpirun, srun")


def run_process(
    command: list[str],
    environment: Mapping[str, str],
    folder: Path,
    job: Mapping[str, Any],
    announce: Announce,
) -> dict[str, Any]:
    """
    Let a program do the job of a folder, and wait for it.

    Parameters
    ----------
    command : list of str
        What to start; the folder is appended.
    environment : mapping
        Variables to set beside those of this process.
    folder : Path
        Receives ``job.json`` and what the program writes; a checkpoint in it is taken up.
    job : mapping
        The job.
    announce : callable
        Told in words where the calculation stands.

    Returns
    -------
    dict
        Content of ``result.json``, and ``command``.

    Raises
    ------
    NotConverged
        If self-consistency was not reached.
    AnalysisError
        If the program fails otherwise, or another papilio works in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder) as lock:
        failure = folder / "failure.json"
        failure.unlink(missing_ok=True)
        table = {**job, "parent": os.getpid()}
        write_text(folder / "job.json", json.dumps(table, indent=1))
        output = folder / "program_output.txt"
        with output.open("w", encoding="utf-8") as stream:
            try:
                process = subprocess.Popen(
                    [*command, str(folder)],
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **environment},
                    # The lock is free when both have gone, papilio and the engine it started.
                    pass_fds=(lock,),
                )
            except OSError as error:
                raise AnalysisError(
                    f"{command[0]}: {error.strerror}; build the engine with `make dft-engine`, or "
                    "give its Python under [machine]"
                ) from error
            try:
                _follow(process, folder / "progress.jsonl", announce)
            finally:
                if process.poll() is None:  # interrupted: the last ionic step is on disk
                    process.terminate()
                    process.wait()
        if (folder / "result.json").exists():
            result: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))
            # Names without folders: the same on every machine.
            words = [Path(word).name if os.sep in word else word for word in command]
            return {**result, "command": shlex.join(words)}
        if failure.exists():
            raise NotConverged(_explanation(folder))
        last = output.read_text("utf-8", errors="replace").strip().splitlines()[-1:]
        raise AnalysisError(
            f"{folder}: the engine stopped with code {process.returncode}: "
            f"{' '.join(last) or 'no message'}; see {output.name} and log.txt there"
        )


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[int]:
    with (folder / "lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AnalysisError(
                f"{folder}: another papilio works here; wait for it or stop it"
            ) from error
        yield stream.fileno()


def _follow(process: subprocess.Popen[bytes], progress: Path, announce: Announce) -> None:
    seen = progress.stat().st_size if progress.exists() else 0
    while True:
        ended = process.poll() is not None
        if progress.exists() and progress.stat().st_size > seen:
            with progress.open("rb") as stream:
                stream.seek(seen)
                fresh = stream.read()
            complete = fresh[: fresh.rfind(b"\n") + 1]
            seen += len(complete)
            lines = complete.decode().splitlines()
            if lines:
                announce(_words(json.loads(lines[-1])))
        if ended:
            return
        time.sleep(_PATIENCE)


def _words(line: Mapping[str, Any]) -> str:
    return (
        f"ionic step {line['step']}, iteration {line['iteration']}: density residual "
        f"{line['density_residual']:.1e}, {line['moment']:+.3f} Bohr magnetons"
    )


def _explanation(folder: Path) -> str:
    """Say how the residual went and what it may mean."""
    progress = folder / "progress.jsonl"
    lines = [json.loads(line) for line in progress.read_text("utf-8").splitlines()]
    last = [line for line in lines if line["step"] == lines[-1]["step"]][-50:]
    residuals = [line["density_residual"] for line in last]
    moments = [line["moment"] for line in last]
    half = len(residuals) // 2
    falls = min(residuals[half:]) < 0.5 * min(residuals[:half] or [float("inf")])
    manner = "still falls: allow more iterations" if falls else "does not fall: charge sloshes"
    if max(moments) - min(moments) > 0.05:
        manner += f", and the moment wanders between {min(moments):.2f} and {max(moments):.2f}"
    return (
        f"{folder}: no self-consistency after {last[-1]['iteration']} iterations; the density "
        f"residual is {residuals[-1]:.1e} and {manner}"
    )
