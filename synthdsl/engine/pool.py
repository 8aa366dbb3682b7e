"""Worker processes: stretches of rows made side by side, results taken in order.

Every value has an address of its own, so it does not matter which process makes it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE
from synthdsl.engine.failing import RunError
from synthdsl.engine.frame import World
from synthdsl.engine.work import Job, Result, work

AHEAD = 2
"""Stretches in flight for each worker: enough to keep it busy, few enough to keep memory flat."""

_job: Job | None = None
_world: World | None = None


def _start(job: Job) -> None:
    """Once in each worker: its job, and the caches that go with it."""
    import signal

    global _job, _world
    # Ctrl-C is the parent's to answer; it ends the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _job, _world = job, World(job.seed, job.tables)


def _one(start: int, stop: int) -> Result | Diagnostic:
    assert _job is not None and _world is not None
    try:
        return work(_job, _world, start, stop)
    except RunError as error:
        return error.diagnostic


def in_order(job: Job, stretches: Iterable[tuple[int, int]], workers: int) -> Iterator[tuple[tuple[int, int], Result]]:
    """Each stretch with its result, in the order of the stretches. Raises `RunError` as the rows do."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start, initargs=(job,))
    waiting: deque[tuple[tuple[int, int], Future[Result | Diagnostic]]] = deque()
    todo = iter(stretches)
    try:
        for stretch in todo:
            with _shielded():
                waiting.append((stretch, pool.submit(_one, *stretch)))
            if len(waiting) >= workers * AHEAD:
                yield _settled(*waiting.popleft())
        while waiting:
            yield _settled(*waiting.popleft())
    except BrokenProcessPool as error:
        notes = ("It may have been killed for want of memory; try fewer workers.",)
        raise RunError(
            Diagnostic("E0812", "A worker process ended before its work was done.", NOWHERE, notes)
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _shielded() -> Iterator[None]:
    """Ctrl-C waits for a moment: workers are born here, and inherit that it is not theirs to answer."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settled(stretch: tuple[int, int], future: Future[Result | Diagnostic]) -> tuple[tuple[int, int], Result]:
    result = future.result()
    if isinstance(result, Diagnostic):
        raise RunError(result)
    return stretch, result
