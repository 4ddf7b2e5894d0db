"""Steps of a study shared out to other processes or machines, with dask.distributed."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from papilio import progress
from papilio.errors import OptionsError, PapilioError
from papilio.study.steps import Outcome, Problem, Step, Tell
from papilio.study.store import Store, software

#: Seconds to wait for a scheduler that is said to be somewhere.
PATIENCE = 10.0
#: Settings of dask that long steps need.
_SETTINGS = {
    # A step that holds the interpreter for minutes is no dead worker.
    "distributed.scheduler.worker-ttl": None,
    # Nothing waits at a worker that has something to do: it would be blamed if that one dies.
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.admin.large-graph-warning-threshold": "1 GB",
    "distributed.comm.timeouts.connect": f"{PATIENCE:.0f}s",
}
#: A worker does one step at a time; so must what it calls.
_ONE_THREAD = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


@dataclass
class Pool:
    """
    Workers of a scheduler; called with steps, it does them all.

    Attributes
    ----------
    client : distributed.Client
        Connection to the scheduler.
    stopped : list of set
        For each worker that has stopped since the last look, the keys that dask had given it.
    """

    client: Any
    stopped: list[set[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client.subscribe_topic("all", self._hear)

    def __call__(
        self, steps: Sequence[Step], store: Store | None, tell: Tell
    ) -> Iterator[tuple[Step, Outcome]]:
        """
        Do steps wherever there is room.

        Parameters
        ----------
        steps : sequence of Step
            In any order.
        store : Store or None
            Where findings are kept: by the worker, if it sees the folder, before anybody is told.
        tell : callable
            Told of each step that has ended, and of each worker that has stopped.

        Yields
        ------
        tuple of (Step, Outcome)
            As they end.

        Raises
        ------
        PapilioError
            If the scheduler is lost.
        """
        from distributed import KilledWorker, as_completed
        from distributed.comm import CommClosedError

        if not steps:
            return
        mark = _marked(store)
        work = partial(_work, store=store, mark=mark, told=software())
        # Of one group and sent at once, so that the scheduler keeps those that no worker has begun;
        # with a name of its own, for the same step may have been asked before, and lost since.
        run = f"papilio-{uuid4().hex}"
        keys = [(run, number) for number in range(len(steps))]
        futures = dict(zip(self.client.map(work, steps, key=keys), steps, strict=True))
        tell(f"{len(steps)} steps, {steps[0].words} first")
        ended = as_completed(list(futures))
        for future in ended:
            step = futures.pop(future)
            self._tell_stopped(run, steps, tell)
            try:
                outcome: Outcome = future.result(timeout=PATIENCE)
            except KilledWorker:
                outcome = Outcome(problem=Problem(step.part, _KILLED))
            except TimeoutError:
                # Its worker stopped before it could hand over what it had done; of a step that is
                # kept, the next one finds it.
                tell(f"! a worker stopped; asked once more: {step.part}")
                again = self.client.submit(work, step, key=(f"papilio-{uuid4().hex}", 0))
                futures[again] = step
                ended.add(again)
                continue
            except (CommClosedError, ConnectionError) as error:
                raise PapilioError(_lost(error)) from error
            except (PapilioError, OSError):
                raise
            except Exception as error:
                raise PapilioError(_lost(error)) from error
            tell(f"{step.words}: done")
            yield step, outcome
        self._tell_stopped(run, steps, tell)

    def close(self) -> None:
        """Listen no longer; a scheduler that talks to somebody who has left complains."""
        self.client.unsubscribe_topic("all")

    def _hear(self, event: tuple[float, Any]) -> None:
        """Note what the scheduler says of workers; called from a thread of its own."""
        message = event[1]
        if (
            isinstance(message, dict)
            and message.get("action") == "remove-worker"
            and not message.get("expected")
        ):
            self.stopped.append(set(message["processing-tasks"]))

    def _tell_stopped(self, run: str, steps: Sequence[Step], tell: Tell) -> None:
        while self.stopped:
            begun = self.stopped.pop(0)
            parts = [step.part for number, step in enumerate(steps) if (run, number) in begun]
            tell(f"! a worker stopped; begun once more: {', '.join(parts) or 'nothing'}")


_KILLED = (
    "each worker that did it was stopped from outside, for want of memory perhaps; run again with "
    "fewer workers, or ask for less"
)


def _lost(error: Exception) -> str:
    """What a user can do about an exception that no step raised."""
    if "deserialization" in str(error):
        return "the scheduler does not know this papilio; install the same there, and restart it"
    return (
        f"the workers are lost ({type(error).__name__}); start them again, and the same command, "
        "which goes on from what is finished"
    )


def _work(step: Step, store: Store | None, mark: str, told: str) -> Outcome:
    """Do a step in the process of a worker."""
    if software() != told:
        message = "the worker runs another papilio, or with other libraries; install the same there"
        return Outcome(problem=Problem(step.part, message))
    shared = store if store is not None and (store.folder / mark).exists() else None
    if shared is not None and (
        shared.dataset(step.key) is not None or shared.result(step.key) is not None
    ):
        # A worker finished it and was lost before it could say so.
        return Outcome()
    with progress.silent():
        return step.done(shared)


def _marked(store: Store | None) -> str:
    """Mark the folder, so that a worker knows it from another machine's of the same name."""
    mark = f"run-{uuid4().hex}"
    if store is not None:
        store.folder.mkdir(parents=True, exist_ok=True)
        (store.folder / mark).touch()
    return mark


@contextmanager
def here(number: int, *, threads: bool = False) -> Iterator[Pool]:
    """
    Workers on this machine.

    Parameters
    ----------
    number : int
        How many.
    threads : bool, optional
        Threads of this process instead of processes: they start at once, and share what is
        compiled, but also the interpreter.

    Yields
    ------
    Pool
        The workers; they end with the block.
    """
    if number < 1:
        raise OptionsError(f"--workers: {number} is less than one; give the number of workers")
    import dask
    from distributed import Client, LocalCluster

    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_SETTINGS))
        preload = [*dask.config.get("distributed.worker.preload"), __name__]
        cluster = stack.enter_context(
            LocalCluster(
                n_workers=1 if threads else number,
                threads_per_worker=number if threads else 1,
                processes=not threads,
                memory_limit=0,
                silence_logs=50,
                scheduler_kwargs={
                    # The first death may be bad luck; a step that kills two workers is refused.
                    "allowed_failures": 1,
                    # Any free port, for others may run a study here too; this machine alone.
                    "dashboard": False,
                    "dashboard_address": "127.0.0.1:0",
                },
                **({} if threads else {"env": _ONE_THREAD, "preload": preload}),
            )
        )
        with closing(Pool(stack.enter_context(Client(cluster)))) as pool:
            yield pool


@contextmanager
def at(address: str) -> Iterator[Pool]:
    """
    Workers of a cluster that is there already.

    Parameters
    ----------
    address : str
        Of its scheduler, "tcp://node7:8786" say, or the path of its scheduler file (JSON).

    Yields
    ------
    Pool
        The workers, which go on afterwards.

    Raises
    ------
    OptionsError
        If no scheduler answers there.
    """
    import dask
    from distributed import Client

    with dask.config.set(_SETTINGS):
        where = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
        try:
            client = Client(**where, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise OptionsError(
                f"--scheduler {address}: no scheduler answers there; check that it runs and the "
                "address that it prints"
            ) from error
        with client, closing(Pool(client)) as pool:
            yield pool


def dask_setup(worker: Any) -> None:
    """
    What dask calls in each new process of a worker.

    Parameters
    ----------
    worker : distributed.Worker
        Not looked at.
    """
    del worker
    # Control-C goes to all processes of a terminal; the one with the study ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
