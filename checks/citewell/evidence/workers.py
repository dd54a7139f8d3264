"""Threads that end with the process, and where they run."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

Result = TypeVar("Result")


class DaemonThreads(Executor):
    """An executor whose threads keep no process alive.

    Those of ThreadPoolExecutor are waited for at exit, so a host that never answers would
    decide when the command ends.
    """

    def __init__(self, most: int) -> None:
        """Start threads as they are needed, up to *most*."""
        self._most = most
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = 0
        self._unfinished = 0  # only ever counted by who submits, and by the threads when done
        self._done: SimpleQueue[None] = SimpleQueue()

    def submit(
        self, function: Callable[..., Result], /, *arguments: Any, **more: Any
    ) -> "Future[Result]":
        """Run *function* in a thread; the future has what came of it."""
        future: Future[Result] = Future()

        def run() -> None:
            try:
                future.set_result(function(*arguments, **more))
            except BaseException as error:  # noqa: BLE001 - it is for who holds the future
                future.set_exception(error)

        while not self._done.empty():
            self._done.get()
            self._unfinished -= 1
        self._unfinished += 1
        if self._threads < min(self._most, self._unfinished):
            self._threads += 1
            Thread(target=self._labour, daemon=True, name=f"ask {self._threads}").start()
        self._work.put(run)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 - Executor's
        """Let the threads end when all is done; neither argument matters, as nobody waits."""
        for _ in range(self._threads):
            self._work.put(None)

    def _labour(self) -> None:
        while run := self._work.get():
            run()
            self._done.put(None)


@contextmanager
def on_one_processor() -> Iterator[None]:
    """Keep this thread, and those that it starts, on one processor, where the system can.

    Only one of them runs Python at a time; to hand that from one processor to another costs
    as much as a third of the request (``benchmarks/``).
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {allowed[os.getpid() % len(allowed)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
