"""The command ``citewell refresh``: the access date of pages that still stand becomes today."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from citewell import article_file
from citewell.console import FINDINGS, OK, progress, settings_of
from citewell.options import CONFIG, LEDGER, asked_today

if TYPE_CHECKING:
    from citewell.document import Data, Document
    from citewell.facts import Target, TargetFacts
    from citewell.finding import NodePath
    from citewell.model import Reference
    from citewell.reading import Reading
    from citewell.settings import Settings


class _Chosen(NamedTuple):
    """A reference that is looked at; ``target`` is its page, if that is asked, or ``why`` not."""

    path: "NodePath"
    number: int
    accessed: date | None = None
    target: "Target | None" = None
    why: str = ""


class _Result(NamedTuple):
    """What came of a reference: whether its page ``passed``, and what there is to say."""

    chosen: _Chosen
    passed: bool
    said: str


@click.command()
@click.argument("article", type=click.Path(path_type=Path))
@click.argument("numbers", nargs=-1, metavar="[N]...", type=click.IntRange(1))
@click.option("--diff", is_flag=True, help="Show what would change, and write nothing.")
@LEDGER
@CONFIG
def refresh(
    article: Path, numbers: tuple[int, ...], diff: bool, ledger: Path | None, config: Path | None
) -> int:
    """Ask the pages of references, and set the access date of those that stand to today (UTC).

    By default all references are asked that have a web address and an access date, or no DOI;
    with numbers, these. Nobody is asked for internal ones. What does not stand keeps its date.

    Exit code 0: all stand; 1: one does not, or could not be asked; 2: usage.
    """
    from citewell import source
    from citewell.judging import reading_of

    settings = settings_of(config)
    old, document = article_file.read(article)
    reading = reading_of(document)
    ask_internal = settings.network.allow_private
    chosen = _chosen(article, reading, numbers, ask_internal=ask_internal)
    today = datetime.now(UTC).date()
    results = _results(chosen, _facts(chosen, settings, ledger, today), today)
    text = _redated(article, old.decode(), document.data, results, today)
    if diff:
        article_file.show_change(article, old, text)
    else:
        _write(article, text, old)
        document = source.parse(text.encode())
    for line in (*_lines(article, document, results), _summary(results, reading, numbers)):
        click.echo(line, err=diff)  # so that a difference can be applied
    broken = reading.broken_references and not numbers
    return OK if all(each.passed for each in results) and not broken else FINDINGS


def _chosen(
    article: Path, reading: "Reading", numbers: Sequence[int], *, ask_internal: bool
) -> list[_Chosen]:
    """The references to look at, in the order of the article."""
    listed = [number for _, number in reading.entries]
    for number in numbers:
        times = listed.count(number)
        if times > 1:
            raise click.UsageError(f"{times} references have the number {number}: correct that.")
        if not times:
            there = ", ".join(map(str, sorted(set(listed)))) or "none"
            raise click.UsageError(
                f"There is no reference {number} in {article}; there are: {there}."
            )
    works = dict(reading.references)
    found = []
    for path, number in reading.entries:
        work = works.get(path)
        if work is None:
            if not numbers or number in numbers:
                why = "it breaks the schema: 'citewell check' says how"
                found.append(_Chosen(path, number, why=why))
        elif number in numbers or (not numbers and _wants_date(work, ask_internal=ask_internal)):
            found.append(_choose(path, work, ask_internal=ask_internal))
    return found


def _wants_date(work: "Reference", *, ask_internal: bool) -> bool:
    """Whether *work* is looked at though nobody has named it: who has a DOI needs no date."""
    is_asked = ask_internal or work.access != "internal"
    return is_asked and bool(work.url) and bool(work.accessed or not work.doi)


def _choose(path: "NodePath", work: "Reference", *, ask_internal: bool) -> _Chosen:
    """How *work* is looked at."""
    from citewell.facts import INTERNAL
    from citewell.identifiers import url_fault
    from citewell.reading import target_of

    chosen = _Chosen(path, work.number, work.accessed)
    if not work.url:
        return chosen._replace(why="it has no 'url'")
    if work.access == "internal" and not ask_internal:
        return chosen._replace(why=INTERNAL)
    target = target_of("url", work.url)
    if target is None:
        return chosen._replace(why=f"it cannot be asked: {url_fault(work.url) or 'it is a file'}")
    return chosen._replace(target=target)


def _facts(
    chosen: Sequence[_Chosen], settings: "Settings", ledger: Path | None, today: date
) -> "dict[Target, TargetFacts]":
    from citewell.facts import FactsError

    targets = [each.target for each in chosen if each.target]
    if not targets:
        return {}
    try:
        with progress(True) as on_progress:
            evidence = asked_today(settings, ledger, today, on_progress=on_progress)
            return evidence.gather([targets])
    except FactsError as error:
        raise click.UsageError(str(error)) from None


def _results(
    chosen: Sequence[_Chosen], facts: "dict[Target, TargetFacts]", today: date
) -> list[_Result]:
    return [_result(each, facts, today) for each in chosen]


def _result(chosen: _Chosen, facts: "dict[Target, TargetFacts]", today: date) -> _Result:
    before, known = chosen.accessed, facts[chosen.target] if chosen.target else None
    kept = f"kept {before}" if before else "no access date"
    if known is None or known.probe is None:
        return _Result(chosen, False, f"{kept}: {known.unchecked if known else chosen.why}")
    if not known.verdict.stands:
        return _Result(chosen, False, f"{kept}: {known.verdict}: {known.probe.reason}")
    was = "" if before == today else f" (was {before})" if before else " (had none)"
    moved = f"; {known.probe.reason}" if known.verdict == "moved" else ""
    return _Result(chosen, True, f"accessed {today}{was}{moved}")


def _redated(
    article: Path, text: str, data: "Data", results: Sequence[_Result], today: date
) -> str:
    """*text*, which says *data*, with *today* as the access date of what passed."""
    from citewell.edit import EditError, apply
    from citewell.finding import Operation

    steps = []
    for chosen, passed, _ in results:
        if passed and chosen.accessed != today:
            entry: Any = data
            for part in chosen.path:
                entry = entry[part]
            pointer = "/".join(("", *map(str, chosen.path), "accessed"))
            op: Literal["add", "replace"] = "replace" if "accessed" in entry else "add"
            steps.append(Operation(op, pointer, today.isoformat()))
    try:
        return apply(text, steps)
    except EditError as error:
        raise click.UsageError(f"{article} was left as it is: {error}.") from None


def _write(article: Path, text: str, old: bytes) -> None:
    from citewell.atomic import alone

    if text.encode() != old:
        with alone(article):
            article_file.replace(article, text, old)


def _lines(article: Path, document: "Document", results: Sequence[_Result]) -> Iterator[str]:
    """A line about each reference, with its place in *document*."""
    from citewell import source
    from citewell.inert import fit

    for chosen, _, said in results:
        line = source.place(document, chosen.path).line
        yield fit(f"{article}:{line}: reference {chosen.number}: {said}")


def _summary(results: Sequence[_Result], reading: "Reading", numbers: Sequence[int]) -> str:
    passed = sum(each.passed for each in results)
    words = [f"{passed} of {len(results)} references stand and bear today's date"]
    if not results:
        words = ["No reference has a page to be asked"]
    readable = {path for path, _ in reading.references}
    told = sum(path not in readable for path, _ in reading.entries)
    if not numbers and reading.broken_references > told:
        nameless = reading.broken_references - told
        words.append(f"{nameless} without a number that can be read were not looked at")
    return f"{'; '.join(words)}."
