"""Work spread over processes."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from citewell.mapping import Map

In = TypeVar("In")
Out = TypeVar("Out")

_SHARE = 32
"""Fewer articles than this for a process cost less than starting it."""
_CHUNK = 8
_SECONDS_BETWEEN_LOOKS = 1.0


def spread(jobs: int) -> Map:
    """A ``map`` over up to *jobs* processes (0: as many as there are processors)."""

    def map_(function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        work = list(items)
        workers = min(jobs or os.cpu_count() or 1, len(work) // _SHARE)
        if workers < 2:
            return map(function, work)
        return _over_processes(workers, function, work)

    return map_


def _over_processes(workers: int, function: Callable[[In], Out], work: list[In]) -> Iterator[Out]:
    from concurrent.futures import ProcessPoolExecutor  # a costly import that few runs need

    executor = ProcessPoolExecutor(workers, initializer=_start_worker, initargs=(os.getpid(),))
    try:
        others = executor.map(function, work[1:], chunksize=_CHUNK)
        yield function(work[0])  # while the processes start, so that what waits for it can begin
        yield from others
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _start_worker(parent: int) -> None:
    """Leave Ctrl-C to the process that the user sees, garbage alone as it does, and end with it."""
    import gc
    import signal
    from threading import Thread

    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process once *parent* is gone: killed, it cannot say so."""
    import time

    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)
