"""The command ``citewell add``: a work as a new, complete reference of an article."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from citewell import article_file
from citewell.console import FINDINGS, OK, settings_of, write
from citewell.options import CONFIG, LEDGER, asked_today, asking

if TYPE_CHECKING:
    from citewell.document import Data
    from citewell.evidence.gathering import Evidence
    from citewell.facts import Target, TargetFacts
    from citewell.model import Reference
    from citewell.record import Description, Record


class _RefusedError(Exception):
    """The world says that there is nothing to be added; the message says what came."""


class _Found(NamedTuple):
    """The fields of the new reference, all but its number, and what an editor should look at."""

    fields: dict[str, Any]
    remarks: tuple[str, ...]


@click.command()
@click.argument("article", type=click.Path(path_type=Path))
@click.argument("work", metavar="DOI|URL")
@click.option("--diff", is_flag=True, help="Show what would change, and write nothing.")
@LEDGER
@CONFIG
def add(article: Path, work: str, diff: bool, ledger: Path | None, config: Path | None) -> int:
    """Add a work to the references of an article, with the next number.

    Of a DOI, the registry tells all that is written; of a web address, the page itself does, or
    the registry if the page names its DOI. A page gets today (UTC) as its access date.

    Exit code 1: it was not added, as it is gone, cannot be read, tells no title, or is retracted;
    2: nobody could be asked, it is listed already, or the article cannot take it.
    """
    from citewell.atomic import alone
    from citewell.facts import FactsError

    target = _target(work)
    settings = settings_of(config)
    today = datetime.now(UTC).date()
    document = article_file.read(article)[1]
    _next_number(article, document.data, {target.kind: target.text})
    try:
        with asking(quiet=True):
            evidence = asked_today(settings, ledger, today, describes=True)
            of_target = _of_doi if target.kind == "doi" else _of_page
            found = of_target(target, evidence)
    except FactsError as error:
        raise click.UsageError(str(error)) from None
    except _RefusedError as error:
        click.echo(f"Nothing was added: {_fit(str(error))}", err=True)
        return FINDINGS
    with alone(article):
        old, document = article_file.read(article)
        number = _next_number(article, document.data, found.fields)
        reference = _reference({"number": number} | found.fields)
        text = _appended(article, old.decode(), {"number": number} | found.fields)
        if not diff:
            article_file.replace(article, text, old)
    if diff:
        write(article_file.difference(article, old.decode(), text))
    else:
        click.echo(_said(article, text, document.data, reference))
    remarks = [f"Reference {number}: {remark}" for remark in found.remarks]
    for remark in (*remarks, *_lacking(reference, today)):
        click.echo(f"{_fit(remark)}.", err=True)
    return OK


def _target(work: str) -> "Target":
    """What *work* names: a DOI in any form, or the address of a page."""
    from citewell.facts import Target
    from citewell.identifiers import bare_doi, has_secret, is_doi, split_url, strip_tracking
    from citewell.identifiers import url_fault as fault_of

    work = work.strip()
    if is_doi(doi := bare_doi(work)):
        return Target("doi", doi.lower())
    if has_secret(work):
        raise click.UsageError(
            "The address has a password, a key or a session in it, which must not get into an "
            "article: give it without."
        )
    url = strip_tracking(work)[0]
    if split_url(url):
        return Target("url", url)
    fault = fault_of(url) or "it is a file"
    raise click.UsageError(
        f"'{_fit(work)}' is neither a DOI, such as 10.1000/182, nor a web address: {fault}."
    )


def _next_number(article: Path, data: "Data", fields: dict[str, Any]) -> int:
    """The number of a reference with *fields*, which must not be listed already."""
    from citewell.listed import ListError, listed_as, next_number

    try:
        number = next_number(data)
        before = listed_as(fields, data)
    except ListError as error:
        raise click.UsageError(
            f"{article} can take no reference: {error}. Correct that first."
        ) from None
    if before is not None:
        raise click.UsageError(f"This work is reference {before} of {article} already.")
    return number


def _ask(target: "Target", evidence: "Evidence") -> "TargetFacts":
    """What is known of *target* now; a usage error if it could not be asked."""
    facts = evidence.gather([[target]])[target]
    if facts.probe is None:
        raise click.UsageError(f"Nothing was added: {_fit(facts.unchecked)}.")
    return facts


def _of_doi(target: "Target", evidence: "Evidence") -> _Found:
    record = _record(target, evidence)
    if record is None:
        raise _RefusedError(
            f"{target.text} is registered, but no registry that citewell can read has its record. "
            "Give the address of its page instead."
        )
    return _drafted(record, "its registry", evidence.as_of)


def _record(target: "Target", evidence: "Evidence") -> "Record | None":
    """What its registry holds of a DOI; None if there is nothing that can be read."""
    from citewell.facts import UNREADABLE, Verdict

    facts = _ask(target, evidence)
    assert facts.probe is not None  # noqa: S101 - or it would not have been asked
    if facts.verdict is Verdict.GONE:
        raise _RefusedError(f"{target.text} is no DOI that exists: {facts.probe.reason}.")
    if not facts.verdict.stands:
        raise click.UsageError(f"Nothing was added: {_fit(facts.probe.reason)}.")
    if facts.unanswered not in ("", UNREADABLE):
        raise click.UsageError(f"Nothing was added: {_fit(facts.unanswered)}.")
    return None if facts.unanswered else facts.record


def _drafted(record: "Record", teller: str, today: date) -> _Found:
    """The reference that *record* tells, unless the work has been retracted."""
    from citewell.drafting import draft
    from citewell.matching.notices import flags, retractions

    if retracted := retractions(record):
        said = "; ".join(map(str, retracted))
        raise _RefusedError(f"{record.doi or 'the work'} has been retracted: {said}.")
    drafted = draft(record, today)
    if not drafted.fields.get("title"):
        raise _RefusedError(f"{teller} gives no title of the work, so nobody can tell what it is.")
    remarks = [*drafted.remarks, *(f"there is a notice: {flag}" for flag in flags(record))]
    remarks += [f"it is itself a notice about {doi}" for doi in record.updates]
    return _Found(drafted.fields, tuple(remarks))


def _of_page(target: "Target", evidence: "Evidence") -> _Found:

    facts = _ask(target, evidence)
    probe = facts.probe
    assert probe is not None  # noqa: S101 - or it would not have been asked
    if not facts.verdict.stands:
        raise _RefusedError(f"{target.text} is {facts.verdict}: {probe.reason}.")
    page = probe.hops[-1].page if probe.hops else None
    told = page.description if page else None
    if told is None:
        raise _RefusedError(
            f"{target.text} is no page of HTML, and so does not tell its title. Give its DOI, or "
            "the address of the page that leads to it."
        )
    return _as_told(target, told, facts, evidence)


def _as_told(
    target: "Target", told: "Description", facts: "TargetFacts", evidence: "Evidence"
) -> _Found:
    """The reference that the page *target* tells; or the registry, if the page names its DOI."""
    from dataclasses import replace

    more: dict[str, Any] = {"pmid": told.pmid} if told.pmid else {}
    record, remark = _registered(told, evidence) if told.work.doi else (None, "")
    if record is not None:
        found = _drafted(record, "its registry", evidence.as_of)
        return found._replace(fields=found.fields | more)
    found = _drafted(
        replace(told.work, doi="") if remark else told.work, "the page", evidence.as_of
    )
    if "doi" not in found.fields:  # which needs neither an address nor a day (AMA 3.11.4)
        more["url"] = _address(target, told, facts, evidence)
        more["accessed"] = evidence.as_of.isoformat()
    fields = {key: value for key, value in found.fields.items() if key != "note"} | more
    return _Found(fields, (*found.remarks, *filter(None, [remark])))


def _registered(told: "Description", evidence: "Evidence") -> "tuple[Record | None, str]":
    """What its registry holds of the DOI that a page names, or why that is not to be believed."""
    from citewell.facts import Target
    from citewell.matching.title import Likeness, compare

    doi = told.work.doi
    try:
        record = _record(Target("doi", doi), evidence)
    except _RefusedError as error:
        return None, f"the page names a DOI that was left out, as {error}".rstrip(".")
    if record is None or told.is_own:
        return record, ""
    titles = [record.title, *record.titles]
    if compare(told.work.title, titles) is Likeness.OTHER:  # it is one that the page is about
        return None, f"the page names {doi}, which was left out, as it is of '{record.title}'"
    return record, ""


def _address(
    target: "Target", told: "Description", facts: "TargetFacts", evidence: "Evidence"
) -> str:
    """Where the page is: as given, or moved to for good, or as it says itself, if that stands."""
    from citewell.facts import Target, Verdict
    from citewell.identifiers import bare_page, unidentifying

    given, own = target.text, told.address
    if facts.verdict is Verdict.MOVED and facts.probe and facts.probe.final_url:
        return facts.probe.final_url
    if not own or "#" in given or bare_page(own) == bare_page(given) or unidentifying(own):
        return given
    probe = _ask(Target("url", own), evidence).probe
    stands = probe is not None and probe.verdict is Verdict.OK and probe.final_url == own
    return own if stands else given


def _reference(fields: dict[str, Any]) -> "Reference":
    """The new reference, as it will be read."""
    from pydantic import TypeAdapter, ValidationError

    from citewell.model import AnyReference
    from citewell.writing import as_data

    try:
        return TypeAdapter[Any](AnyReference).validate_python(as_data(fields))  # type: ignore[no-any-return]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise click.UsageError(
            f"Nothing was added: what is told of the work makes no reference ({where}: "
            f"{first['msg']})."
        ) from None


def _appended(article: Path, text: str, fields: dict[str, Any]) -> str:
    from citewell.edit import EditError, append

    try:
        return append(text, "references", fields)
    except EditError as error:
        raise click.UsageError(f"{article} was left as it is: {error}.") from None


def _said(article: Path, text: str, data: "Data", reference: "Reference") -> str:
    """One line about what was written, and where: *data* are those before."""
    from citewell import source
    from citewell.ama import format_reference, plain
    from citewell.listed import entries

    place = source.place(source.parse(text.encode()), ("references", len(entries(data))))
    words = plain(format_reference(reference))
    return _fit(f"{article}:{place.line}: reference {reference.number}: {words}")


def _lacking(reference: "Reference", today: date) -> list[str]:
    """What AMA wants of such a work and nobody has told."""
    from citewell.reading import Reading
    from citewell.rules.references import incomplete_reference
    from citewell.rules.rule import Policy

    reading = Reading(references=((("references", 0), reference),))
    return [remark.message for remark in incomplete_reference(reading, Policy(today, 0, {}, {}))]


def _fit(text: str) -> str:
    from citewell.inert import fit

    return fit(text)
