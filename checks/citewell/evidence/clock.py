"""Time, as the scheduler sees it; tests bring a clock of their own."""

from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Clock(Protocol):
    """What tells the time, and waits."""

    def monotonic(self) -> float:
        """Seconds from some moment on, never going back."""

    def now(self) -> datetime:
        """The time of day, in UTC."""

    def wait(self, queue: "SimpleQueue[Item]", seconds: float, idle: bool) -> Item | None:
        """The next item of *queue*; None when *seconds* have passed without one.

        *idle* tells that none can come, so that only time has to pass.
        """


class SystemClock:
    """The clock of this machine."""

    def monotonic(self) -> float:
        """As ``time.monotonic``."""
        return monotonic()

    def now(self) -> datetime:
        """The time of day, in UTC, to the second."""
        return datetime.now(UTC).replace(microsecond=0)

    def wait(self, queue: "SimpleQueue[Item]", seconds: float, idle: bool) -> Item | None:  # noqa: ARG002 - for test clocks
        """As the protocol says; idle or not makes no difference to a clock that runs."""
        try:
            return queue.get(timeout=max(0.0, seconds))
        except Empty:
            return None
