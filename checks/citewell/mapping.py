"""Work that may be spread: the shape of the built-in ``map``, and of an executor's."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


class Map(Protocol):
    """The built-in ``map``, or that of a ``concurrent.futures.Executor``."""

    def __call__(self, function: Callable[[In], Out], items: Iterable[In], /) -> Iterator[Out]:
        """Apply *function* to each of *items*, in order."""
