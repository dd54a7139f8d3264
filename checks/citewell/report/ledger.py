"""What the ledger knows, for people."""

from collections.abc import Iterable, Iterator

from citewell.facts import SERVICES, Answer, Fact, Hop
from citewell.identifiers import shown
from citewell.report.summary import counted


def history(facts: Iterable[Fact]) -> Iterator[str]:
    """A line for each fact about a target, and one below for each of its parts."""
    for fact in facts:
        time = fact.checked_at.strftime("%Y-%m-%d %H:%M:%S")
        if isinstance(fact, Answer):
            holder = SERVICES.get(fact.source, "the page")
            yield f"{time}  {holder} holds {_held(fact)}; SHA-256 {fact.sha256}"
            for record in fact.records:
                yield f"    {record.doi}  {shown(str(record))}"
                for notice in record.notices:
                    yield f"        {shown(str(notice))}"
            for capture in fact.captures:
                yield f"    {capture.captured}  {shown(capture.url)}"
            for quote in fact.quotes:
                reason = f" ({shown(quote.reason)})" if quote.reason else ""
                yield f"    {_FOUND[quote.found]:9}  {shown(quote.text)}{reason}"
            continue
        yield f"{time}  {fact.verdict:11}  {fact.reason}"
        for hop in fact.hops:
            yield f"    {_answer(hop)}  {hop.seconds:.2f} s  {hop.url}"


_FOUND = {True: "found", False: "not found", None: "unclear"}


def _held(answer: Answer) -> str:
    if answer.target.kind == "quotes":
        found = sum(quote.found is True for quote in answer.quotes)
        return f"{found} of {counted(len(answer.quotes), 'quote')}"
    noun = "capture" if answer.target.kind == "capture" else "record"
    number = len(answer.captures or answer.records)
    return counted(number, noun) if number else f"no {noun}"


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
