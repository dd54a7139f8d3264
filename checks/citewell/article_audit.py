"""One article for an audit: what it says, beside what is known of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from citewell import ama, attesting
from citewell.attesting import Bond
from citewell.audit import (
    MANY,
    Access,
    AuditedArticle,
    AuditedAttestation,
    AuditedClaim,
    AuditedReference,
    AuditedSection,
    Coverage,
    Share,
    Standing,
)
from citewell.beside import beside
from citewell.dates import add_months, months_between
from citewell.document import Data
from citewell.facts import Target, TargetFacts
from citewell.finding import ArticleCount, NodePath
from citewell.inert import fit
from citewell.judging import Kept
from citewell.model import Claim, Reference, text_sha256, work_sha256
from citewell.reading import Cited, Reading
from citewell.rules.rule import Policy
from citewell.standings import standing

_TIME_ZONES = timedelta(days=1)

Facts = Mapping[Target, TargetFacts]


def article_audit(
    kept: Kept, cited: Sequence[Cited], count: ArticleCount, facts: Facts, limits: Policy
) -> AuditedArticle:
    """The article that was *kept*, which asks for what it has *cited*, judged by *limits*."""
    reading = kept.reading
    bonds = attesting.standing(reading)
    quotes = {
        path[:-1]: (quote.found, f"{known.answer.checked_at:%Y-%m-%dT%H:%M:%SZ}")
        for each in cited
        for path, text in each.quotes
        if (known := facts[each.target]).answer and (quote := known.quotes.get(text))
    }
    data = kept.data if isinstance(kept.data, dict) else {}
    references = tuple(_references(cited, reading, facts, limits))
    review = reading.review
    is_current = None
    if review is not None:
        day = review.last_reviewed
        is_current = day is not None and limits.as_of <= add_months(day, limits.review)
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
        attestations=tuple(
            _attestation(bond, *quotes.get(bond.path, (None, None))) for bond in bonds
        ),
    )


def _coverage(
    count: ArticleCount, references: Sequence[AuditedReference], is_reviewed: bool
) -> Coverage:
    standings = Counter(each.standing for each in references)
    dates = [each.access for each in references if each.access or _needs_date(each.work)]
    return Coverage(
        cited=Share(count.cited_claims, count.claims),
        attested=Share(count.attested_claims, count.claims),
        standings={each: standings[each] for each in Standing},
        current=Share(sum(bool(each and each.is_current) for each in dates), len(dates)),
        reviewed=Share(int(is_reviewed), 1),
    )


def _needs_date(work: Reference) -> bool:
    """Whether only the day on which it was read says what the page was (AMA, 3.11.4 and 3.15)."""
    return bool(work.url) and not work.doi


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
        sha256=text_sha256(claim.text),
        references=numbers,
        unknown=tuple(number for number in numbers if number not in known),
        locators={number: fit(place) for number, place in claim.locators.items()},
        attested=is_attested,
    )


def _attestation(bond: Bond, found: bool | None, checked_at: str | None) -> AuditedAttestation:
    said = bond.attestation
    return AuditedAttestation(
        claim=said.claim,
        reference=bond.number or next(iter(bond.listed), said.reference),
        recorded_reference=said.reference,
        by=fit(said.by),
        date=said.date,
        quote=fit(said.quote),
        claim_sha256=said.claim_sha256,
        reference_sha256=said.reference_sha256,
        stands=bond.stands,
        changes=tuple(change.value for change in bond.changes),
        unclear=bond.unclear,
        quote_found=found,
        quote_checked_at=checked_at,
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
    doubled = Counter(work.number for _, work in reading.references)
    for path, work in reading.references:
        own = [facts[each.target] for each in addresses.get(path, ())]
        records = [record for known in own if (record := beside(work, known))]
        state, why = standing(work, own, records[0] if records else None, limits)
        shown = _fit(work)
        yield AuditedReference(
            work=shown,
            ama=ama.plain(ama.format_reference(shown)),
            sha256=work_sha256(work),
            standing=state,
            why=why,
            targets=tuple(dict.fromkeys(fit(known.target.text) for known in own)),
            cited_by=tuple(resting.get(work.number, ()) if doubled[work.number] < MANY else ()),
            access=_access(work, limits),
            record=records[0] if records else None,
        )


def _access(work: Reference, limits: Policy) -> Access | None:
    if work.accessed is None:
        return None
    limit = limits.accessed.get(work.type, limits.accessed["default"])
    age = months_between(work.accessed, limits.as_of)
    until = add_months(work.accessed, limit)
    is_current = work.accessed - _TIME_ZONES <= limits.as_of <= until
    return Access(work.accessed, age, limit, until, is_current)


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
