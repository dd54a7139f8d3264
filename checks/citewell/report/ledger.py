"""What the ledger knows, for people."""

from collections.abc import Iterable, Iterator

from citewell.facts import Hop, Probe
from citewell.report.summary import counted


def history(probes: Iterable[Probe]) -> Iterator[str]:
    """A line for each probe of a target, and one below for each of its hops."""
    for probe in probes:
        time = probe.checked_at.strftime("%Y-%m-%d %H:%M:%S")
        yield f"{time}  {probe.verdict:11}  {probe.reason}"
        for hop in probe.hops:
            yield f"    {_answer(hop)}  {hop.seconds:.2f} s  {hop.url}"


def _answer(hop: Hop) -> str:
    return str(hop.status) if hop.failure is None else f"{hop.failure}"


def figures(
    facts: int,
    targets: int,
    oldest: str | None,
    newest: str | None,
    verdicts: Iterable[tuple[str, int]],
) -> Iterator[str]:
    """How many facts there are, from when to when, and how many of each verdict."""
    yield f"{counted(facts, 'fact')} about {counted(targets, 'target')}"
    if oldest and newest:
        yield f"from {oldest} to {newest}"
    for verdict, number in verdicts:
        yield f"{number:6}  {verdict}"
