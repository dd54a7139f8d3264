"""The command ``citewell add``: a work as a new, complete reference of an article."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from citewell import article_file
from citewell.console import FINDINGS, OK, settings_of
from citewell.options import CONFIG, LEDGER, asked_today

if TYPE_CHECKING:
    from citewell.document import Data
    from citewell.facts import Target
    from citewell.model import Reference


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
    from citewell.lookup import RefusedError, look_up

    target = _target(work)
    settings = settings_of(config)
    today = datetime.now(UTC).date()
    document = article_file.read(article)[1]
    _next_number(article, document.data, {target.kind: target.text})
    try:
        evidence = asked_today(settings, ledger, today, describes=True)
        found = look_up(target, evidence)
    except FactsError as error:
        raise click.UsageError(_fit(str(error))) from None
    except RefusedError as error:
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
        article_file.show_change(article, old, text)
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
    # Words to be marked on the page are no part of its address (a text fragment of browsers).
    url = strip_tracking(work.partition("#:~:")[0])[0]
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


def _reference(fields: dict[str, Any]) -> "Reference":
    """The new reference, as it will be read."""
    from pydantic import TypeAdapter, ValidationError

    from citewell.model import AnyReference
    from citewell.writing import as_data

    adapter: TypeAdapter[Reference] = TypeAdapter(AnyReference)
    try:
        return adapter.validate_python(as_data(fields))
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
