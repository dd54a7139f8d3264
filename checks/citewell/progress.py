"""A bar on a terminal while links are asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Column

from citewell.evidence.scheduler import Progress


@contextmanager
def bar() -> Iterator[Callable[[Progress], None]]:
    """Show a bar on standard error, until the ``with`` block ends; call it to move it."""
    columns = (
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn(
            "{task.fields[told]}",
            markup=False,
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True, expand=True) as shown:
        task = shown.add_task("links", total=None, told="")

        def move(now: Progress) -> None:
            shown.update(task, total=now.total, completed=now.done, told=told(now))

        yield move


def told(now: Progress) -> str:
    """What a bar cannot show: failures, speed, and who keeps us waiting."""
    speed = now.done / now.seconds if now.seconds else 0.0
    slowest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in now.slowest)
    return f"{now.failed} failed, {speed:.0f}/s" + (f", slowest: {slowest}" if slowest else "")
