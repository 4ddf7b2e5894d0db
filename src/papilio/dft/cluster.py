"""A study as a job of a cluster: a script from a template, handed to the queue."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from string import Template

from papilio.errors import OptionsError
from papilio.storage import write_text

#: For SLURM. A job that is cut off by its time limit is started again by the same command and goes
#: on from its last ionic step.
SLURM = """\
#!/bin/bash
#SBATCH --job-name=$name
#SBATCH --ntasks=$processes
#SBATCH --cpus-per-task=1
#SBATCH --time=24:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=$output/queue.txt
export OMP_NUM_THREADS=1
$command
"""
#: What a template has to hold.
_NEEDED = "command"


@dataclass(frozen=True)
class ClusterJob:
    """
    What a template is filled with.

    Attributes
    ----------
    name : str
        Of the job.
    output : Path
        Folder of the study.
    processes : int
        MPI processes of each calculation.
    command : tuple of str
        What runs on the cluster.
    """

    name: str
    output: Path
    processes: int
    command: tuple[str, ...]


def script(job: ClusterJob, template: str = SLURM) -> str:
    """
    Text of the script.

    Parameters
    ----------
    job : ClusterJob
        What to run.
    template : str, optional
        With $name, $output, $processes and $command; other words with a dollar stay as they are.

    Returns
    -------
    str
        For the queue.

    Raises
    ------
    OptionsError
        If the template would not run the study.
    """
    filled = Template(template)
    if _NEEDED not in filled.get_identifiers():
        raise OptionsError("the template lacks $command, the line that runs the study: add it")
    return filled.safe_substitute(
        name=job.name,
        output=str(job.output),
        processes=job.processes,
        command=shlex.join(job.command),
    )


def submit(job: ClusterJob, template: Path | None = None, queue: str = "sbatch") -> str:
    """
    Write the script as ``submit.sh`` into the folder of the study and hand it to the queue.

    Parameters
    ----------
    job : ClusterJob
        What to run.
    template : Path, optional
        Instead of `SLURM`.
    queue : str
        Program that takes a script.

    Returns
    -------
    str
        What the queue answers, with the number of the job.

    Raises
    ------
    OptionsError
        Naming the template, or where the script lies if the queue does not take it.
    """
    text = SLURM
    if template is not None:
        try:
            text = template.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise OptionsError(f"{template}: cannot be read ({error}); check the path") from error
    try:
        filled = script(job, text)
    except OptionsError as error:
        raise OptionsError(f"{template}: {error}") from error
    place = job.output / "submit.sh"
    write_text(place, filled)
    try:
        answer = subprocess.run([queue, str(place)], capture_output=True, text=True, check=False)
    except OSError as error:
        raise OptionsError(
            f"{queue}: {error.strerror}; the script is {place}, submit it where the queue is"
        ) from error
    if answer.returncode:
        raise OptionsError(
            f"{queue} refuses {place}: {answer.stderr.strip()}; correct the template"
        )
    return answer.stdout.strip()
