"""One article for an audit: what it says, beside what is known of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from citewell import ama, attesting
from citewell.attesting import Bond
from citewell.audit import (
    Access,
    AuditedArticle,
    AuditedAttestation,
    AuditedClaim,
    AuditedReference,
    AuditedSection,
    Coverage,
    RecordBeside,
    Share,
    Standing,
)
from citewell.beside import beside
from citewell.dates import add_months, months_between
from citewell.document import Data
from citewell.facts import Target, TargetFacts
from citewell.finding import ArticleCount, NodePath
from citewell.identifiers import unidentifying
from citewell.inert import fit
from citewell.judging import Kept
from citewell.matching.notices import retractions
from citewell.model import Claim, Reference
from citewell.reading import Cited, Reading
from citewell.rules.rule import Policy

Facts = Mapping[Target, TargetFacts]


def article_audit(
    kept: Kept, cited: Sequence[Cited], count: ArticleCount, facts: Facts, limits: Policy
) -> AuditedArticle:
    """The article that was *kept*, which asks for what it has *cited*, judged by *limits*."""
    reading = kept.reading
    bonds = attesting.standing(reading)
    quotes = {
        path[:-1]: quote.found
        for each in cited
        for path, text in each.quotes
        if (quote := facts[each.target].quotes.get(text))
    }
    data = kept.data if isinstance(kept.data, dict) else {}
    references = tuple(_references(cited, reading, facts, limits))
    review = reading.review
    is_current = (
        None if review is None else _is_current(review.last_reviewed, limits.review, limits)
    )
    return AuditedArticle(
        **asdict(count),
        title=_text(data.get("title")) or count.path,
        language=_text(data.get("language")),
        condition=_text(_at(data, "condition", "name")),
        last_reviewed=review.last_reviewed if review else None,
        reviewers=tuple(map(fit, review.reviewers)) if review else (),
        review_is_current=is_current,
        sha256=kept.sha256,
        coverage=_coverage(count, references, bool(is_current)),
        sections=tuple(_sections(data, reading, attesting.attested_claims(bonds))),
        reference_list=references,
        attestations=tuple(_attestation(bond, quotes.get(bond.path)) for bond in bonds),
    )


def _coverage(
    count: ArticleCount, references: Sequence[AuditedReference], is_reviewed: bool
) -> Coverage:
    standings = Counter(each.standing for each in references)
    read = [each.access for each in references if each.access]
    return Coverage(
        cited=Share(count.cited_claims, count.claims),
        attested=Share(count.attested_claims, count.claims),
        standings={each: standings[each] for each in Standing},
        current=Share(sum(each.is_current for each in read), len(read)),
        reviewed=Share(int(is_reviewed), 1),
    )


def _sections(
    data: dict[str, Data], reading: Reading, attested: frozenset[NodePath]
) -> Iterator[AuditedSection]:
    """The sections as they are written; in those that break the schema, what could be read."""
    claims, known = dict(reading.claims), reading.numbers

    def below(parent: Data, path: NodePath, depth: int) -> Iterator[AuditedSection]:
        listed = parent.get("sections") if isinstance(parent, dict) else None
        for index, section in enumerate(listed if isinstance(listed, list) else []):
            here = (*path, "sections", index)
            own = section.get("claims") if isinstance(section, dict) else None
            places = ((*here, "claims", at) for at in range(len(own or ())))
            yield AuditedSection(
                id=_text(_at(section, "id")),
                heading=_text(_at(section, "heading")),
                depth=depth,
                layout="list" if _at(section, "layout") == "list" else "paragraph",
                lead_in=_text(_at(section, "lead_in")) or None,
                claims=tuple(
                    _claim(claims[at], known, at in attested) for at in places if at in claims
                ),
            )
            yield from below(section, here, depth + 1)

    return below(data, (), 1)


def _claim(claim: Claim, known: frozenset[int], is_attested: bool) -> AuditedClaim:
    numbers = claim.references or ()
    return AuditedClaim(
        id=claim.id,
        kind=claim.kind,
        text=fit(claim.text),
        references=numbers,
        unknown=tuple(number for number in numbers if number not in known),
        locators={number: fit(place) for number, place in claim.locators.items()},
        attested=is_attested,
    )


def _attestation(bond: Bond, quote_found: bool | None) -> AuditedAttestation:
    said = bond.attestation
    return AuditedAttestation(
        claim=said.claim,
        reference=bond.number or next(iter(bond.listed), said.reference),
        by=fit(said.by),
        date=said.date,
        quote=fit(said.quote),
        stands=bond.stands,
        changes=tuple(change.value for change in bond.changes),
        unclear=bond.unclear,
        quote_found=quote_found,
    )


def _references(
    cited: Sequence[Cited], reading: Reading, facts: Facts, limits: Policy
) -> Iterator[AuditedReference]:
    addresses: dict[NodePath, list[Cited]] = {}
    for each in cited:
        if each.target.is_address:
            addresses.setdefault(each.path[:-1], []).append(each)
    resting: dict[int, list[str]] = {}
    for _, claim in reading.claims:
        for number in dict.fromkeys(claim.references or ()):
            resting.setdefault(number, []).append(claim.id)
    for path, work in reading.references:
        own = [facts[each.target] for each in addresses.get(path, ())]
        records = [record for known in own if (record := beside(work, known))]
        standing, why = _standing(work, own, records[0] if records else None)
        shown = _fit(work)
        yield AuditedReference(
            work=shown,
            ama=ama.plain(ama.format_reference(shown)),
            standing=standing,
            why=why,
            targets=tuple(dict.fromkeys(fit(known.target.text) for known in own)),
            cited_by=tuple(resting.get(work.number, ())),
            access=_access(work, limits),
            record=records[0] if records else None,
        )


def _standing(
    work: Reference, own: Sequence[TargetFacts], record: RecordBeside | None
) -> tuple[Standing, str]:
    """The worst of what is known of each target, and of the work; and what that is.

    A DOI that is registered is the work, whatever an address beside it does, unless that is
    proven to be dead.
    """
    if record is not None and record.is_other_work:
        return Standing.CONTRADICTED, "its DOI names another work"
    if any(retractions(known.record) for known in own):
        return Standing.CONTRADICTED, "the work is retracted"
    found = [_of_target(known, work.access, record) for known in own]
    if not found:
        return Standing.UNTRACEABLE, "it has neither a DOI nor a URL that could be asked"
    worst = min(found, key=lambda each: list(Standing).index(each[0]))
    is_registered = any(
        known.target.kind == "doi" and known.verdict.stands and known.probe for known in own
    )
    if is_registered and worst[0] is not Standing.CONTRADICTED:
        return next(
            each for each, known in zip(found, own, strict=True) if known.target.kind == "doi"
        )
    return worst


def _of_target(
    known: TargetFacts, access: str, record: RecordBeside | None
) -> tuple[Standing, str]:
    """What is known of one target; that a page answers proves nothing if it names no work."""
    reason = fit(known.probe.reason if known.probe else known.unchecked)
    if known.is_exempt(access):
        return Standing.EXEMPT, reason
    if known.probe is None:
        return Standing.UNCHECKED, reason
    if not known.verdict.stands:
        return (Standing.CONTRADICTED if known.is_broken else Standing.UNDECIDED), reason
    if known.target.kind == "doi":
        return Standing.VERIFIED, f"its DOI is registered, {_compared(record)}"
    if what := unidentifying(known.target.text):
        return Standing.UNDECIDED, f"its address answers, but is {what}"
    return Standing.VERIFIED, "its page answers; nobody has read it for this report"


def _compared(record: RecordBeside | None) -> str:
    if record is None:
        return "and no record was there to compare"
    number = sum(bool(field.differs) for field in record.fields)
    differing = f"{number} field{'' if number == 1 else 's'} differ{'s' if number == 1 else ''}"
    return f"for this work as {record.source} has it" + (f"; {differing}" if number else "")


def _access(work: Reference, limits: Policy) -> Access | None:
    if work.accessed is None:
        return None
    limit = limits.accessed.get(work.type, limits.accessed["default"])
    age = months_between(work.accessed, limits.as_of)
    return Access(work.accessed, age, limit, _is_current(work.accessed, limit, limits))


def _is_current(day: date, months: int, limits: Policy) -> bool:
    return add_months(day, months) >= limits.as_of


def _fit(work: Reference) -> Reference:
    """*work* with every text in it fit to be shown."""
    changed: dict[str, Any] = {}
    for name, value in work:
        if isinstance(value, str):
            changed[name] = fit(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], str):
            changed[name] = tuple(map(fit, value))
    if work.archive:
        changed["archive"] = work.archive.model_copy(update={"url": fit(work.archive.url)})
    return work.model_copy(update=changed)


def _at(data: Data, *keys: str) -> Data:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _text(data: Data) -> str:
    return fit(data) if isinstance(data, str) else ""
