"""The command ``citewell attest``: a person's word that a reference supports a claim."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from citewell import article_file
from citewell.console import OK

if TYPE_CHECKING:
    from citewell.attesting import Bond
    from citewell.document import Data
    from citewell.finding import NodePath
    from citewell.model import Attestation, Claim, Reference
    from citewell.reading import Reading

_TIME_ZONES = timedelta(days=1)
"""Where the day after today (UTC) may have begun."""


class _Statement(NamedTuple):
    """What is to be recorded, by the fields of an attestation."""

    claim: str
    reference: int
    by: str
    date: str
    quote: str
    claim_sha256: str
    reference_sha256: str


class _Change(NamedTuple):
    """The new *text* of an article, where in it the attestation is, and which it replaces."""

    text: str
    path: "NodePath"
    renewed: "Attestation | None" = None


def _words(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """*value* with each run of white space as one blank; something visible must be in it."""
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise click.BadParameter("it is not UTF-8.")
    value = " ".join(value.split())
    if not any(character.isprintable() and character != " " for character in value):
        raise click.BadParameter("it is empty.")
    return value


def _past_day(_context: click.Context, _option: click.Parameter, value: datetime | None) -> date:
    today = datetime.now(UTC).date()
    day = value.date() if value else today
    if day - today > _TIME_ZONES:
        raise click.BadParameter(f"{day} is in the future; today is {today} (UTC).")
    return day


@click.command()
@click.argument("article", type=click.Path(path_type=Path))
@click.argument("claim")
@click.option(
    "--reference", "number", type=click.IntRange(1), required=True, help="One that CLAIM cites."
)
@click.option("--by", required=True, callback=_words, help="Who has read it there, by name.")
@click.option(
    "--quote",
    required=True,
    callback=_words,
    help="The words in the source; line breaks and other white space become blanks.",
)
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_past_day,
    help="The day of the reading; today (UTC) by default.",
)
@click.option("--diff", is_flag=True, help="Show what would change, and write nothing.")
def attest(
    article: Path, claim: str, number: int, by: str, quote: str, day: date, diff: bool
) -> int:
    """Record that somebody has read in a reference what a claim says.

    ARTICLE is a file, and CLAIM the id of a claim in it. The attestation is bound to the wording
    of the claim and to the work; when one of them changes, it is stale. One of the same person
    about the same claim and work that is stale is replaced.

    Exit code 0: done; 2: nothing was recorded.
    """
    from citewell.atomic import alone
    from citewell.edit import EditError
    from citewell.identifiers import shown
    from citewell.judging import reading_of

    with alone(article):
        old, document = article_file.read(article)
        reading = reading_of(document)
        statement = _statement(reading, claim, number, by, quote, day)
        try:
            change = _change(old.decode(), document.data, reading, statement)
        except EditError as error:
            raise click.UsageError(f"{article} was left as it is: {error}.") from None
        if diff:
            article_file.show_change(article, old, change.text)
            return OK
        changed = change.text.encode() != old
        if changed:
            article_file.replace(article, change.text, old)
    click.echo(shown(_said(article, change, statement, changed=changed)))
    return OK


def _statement(
    reading: "Reading", claim_id: str, number: int, by: str, quote: str, day: date
) -> _Statement:
    from citewell.model import text_sha256, work_sha256

    claim = _claim(reading, claim_id)
    work = _reference(reading, number)
    if number not in (claim.references or ()):
        cited = ", ".join(map(str, claim.references or ())) or "nothing"
        raise click.UsageError(
            f"The claim '{claim.id}' does not cite reference {number}; it cites {cited}."
        )
    return _Statement(
        claim=claim.id,
        reference=number,
        by=by,
        date=day.isoformat(),
        quote=quote,
        claim_sha256=text_sha256(claim.text),
        reference_sha256=work_sha256(work),
    )


def _claim(reading: "Reading", claim_id: str) -> "Claim":
    """The only claim of that id."""
    from citewell.identifiers import shown
    from citewell.spelling import did_you_mean

    found = [claim for _, claim in reading.claims if claim.id == claim_id]
    if len(found) > 1:
        raise click.UsageError(f"{len(found)} claims have the id '{claim_id}': give each its own.")
    if found:
        return found[0]
    guess = did_you_mean(claim_id, (claim.id for _, claim in reading.claims))
    if not guess and (reading.broken_claims or "claims" in reading.hidden):
        guess = "Some claims break the schema and cannot be read: 'citewell check' says which."
    raise click.UsageError(f"There is no claim '{shown(claim_id)}'. {guess}".rstrip())


def _reference(reading: "Reading", number: int) -> "Reference":
    """The only reference of that number."""
    listed = [each for _, each in reading.entries if each == number]
    found = [reference for _, reference in reading.references if reference.number == number]
    if len(listed) > 1:
        raise click.UsageError(f"{len(listed)} references have the number {number}: correct that.")
    if found:
        return found[0]
    if listed:
        raise click.UsageError(
            f"Reference {number} breaks the schema: 'citewell check' says how. Mend it first."
        )
    raise click.UsageError(f"There is no reference {number}.")


def _change(text: str, data: "Data", reading: "Reading", statement: _Statement) -> _Change:
    """What becomes of the article; nothing, if the attestation is there already."""
    from citewell.attesting import standing
    from citewell.edit import append, replace

    own = [bond for bond in standing(reading) if _is_of(bond, statement)]
    for bond in own:
        if bond.stands and _quotes(bond, statement):
            return _Change(text, bond.path)
    stale = [bond for bond in own if bond.changes]
    if not stale:
        listed = data.get("attestations") if isinstance(data, dict) else None
        index = len(listed) if isinstance(listed, list) else 0
        text = append(text, "attestations", statement._asdict())
        return _Change(text, ("attestations", index))
    bond = next((bond for bond in stale if _quotes(bond, statement)), stale[0])
    for field, value in _news(bond.attestation, statement):
        text = replace(text, (*bond.path, field), value)
    return _Change(text, bond.path, bond.attestation)


def _is_of(bond: "Bond", statement: _Statement) -> bool:
    """Whether *bond* is by the same person, about the same claim and the same work or number.

    A number counts only where it has become another work's, and so its old one is not listed.
    """
    from citewell.attesting import Change

    attestation, number = bond.attestation, statement.reference
    was_replaced = attestation.reference == number and Change.REPLACED in bond.changes
    return (
        attestation.claim == statement.claim
        and " ".join(attestation.by.split()) == statement.by
        and (number in bond.listed or was_replaced)
    )


def _quotes(bond: "Bond", statement: _Statement) -> bool:
    return " ".join(bond.attestation.quote.split()) == statement.quote


def _news(old: "Attestation", new: _Statement) -> Iterator[tuple[str, str | int]]:
    """The fields in which *new* says something else than *old*, and what."""
    for field, value in new._asdict().items():
        before = getattr(old, field)
        if isinstance(before, int):
            if before != value:
                yield field, value
        elif " ".join(str(before).split()) != value:
            yield field, value


def _said(path: Path, change: _Change, statement: _Statement, *, changed: bool) -> str:
    """One line about what was written, and where."""
    from citewell import source

    place = source.place(source.parse(change.text.encode()), change.path)
    at = f"{path}:{place.line}"
    what = f"that reference {statement.reference} supports '{statement.claim}'"
    if not changed:
        return f"{at}: {statement.by} has attested {what} already, so nothing was written"
    if change.renewed:
        return (
            f"{at}: {statement.by} attests anew {what}; the attestation of "
            f"{change.renewed.date} was stale and has been replaced"
        )
    return f"{at}: {statement.by} attests {what}"
