"""A work that is to be added: what its registry holds, or what its page says of it."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from citewell.drafting import draft
from citewell.facts import UNREADABLE, FactsError, Target, TargetFacts, Verdict
from citewell.identifiers import page_of, unidentifying
from citewell.matching.notices import flags, retractions
from citewell.matching.title import Likeness, compare
from citewell.record import Description, Record

if TYPE_CHECKING:
    from citewell.evidence.gathering import Evidence


class RefusedError(Exception):
    """The world says that there is nothing to be added; the message says what came."""


class Found(NamedTuple):
    """The fields of the new reference, all but its number, and what an editor should look at."""

    fields: dict[str, Any]
    remarks: tuple[str, ...]


def look_up(target: Target, evidence: "Evidence") -> Found:
    """What a reference to *target*, a DOI or a page, is to say.

    A :class:`RefusedError` if it is gone or retracted or cannot be told from others; a
    :class:`citewell.facts.FactsError` if nobody could be asked.
    """
    return (_of_doi if target.kind == "doi" else _of_page)(target, evidence)


def _ask(target: Target, evidence: "Evidence") -> TargetFacts:
    """What is known of *target* now; a FactsError if it could not be asked."""
    facts = evidence.gather([[target]])[target]
    if facts.probe is None:
        raise FactsError(f"Nothing was added: {facts.unchecked}.")
    return facts


def _of_doi(target: Target, evidence: "Evidence") -> Found:
    record = _record(target, evidence)
    if record is None:
        raise RefusedError(
            f"{target.text} is registered, but no registry that citewell can read has its record. "
            "Give the address of its page instead."
        )
    return _drafted(record, "its registry", evidence.as_of)


def _record(target: Target, evidence: "Evidence") -> Record | None:
    """What its registry holds of a DOI; None if there is nothing that can be read."""
    facts = _ask(target, evidence)
    assert facts.probe is not None  # noqa: S101 - or it would not have been asked
    if facts.verdict is Verdict.GONE:
        raise RefusedError(f"{target.text} is no DOI that exists: {facts.probe.reason}.")
    if not facts.verdict.stands:
        raise FactsError(f"Nothing was added: {facts.probe.reason}.")
    if facts.unanswered not in ("", UNREADABLE):
        raise FactsError(f"Nothing was added: {facts.unanswered}.")
    return None if facts.unanswered else facts.record


def _drafted(record: Record, teller: str, today: date) -> Found:
    """The reference that *record* tells, unless the work has been retracted."""
    if retracted := retractions(record):
        said = "; ".join(map(str, retracted))
        raise RefusedError(f"{record.doi or 'the work'} has been retracted: {said}.")
    drafted = draft(record, today)
    if not drafted.fields.get("title"):
        raise RefusedError(f"{teller} gives no title of the work, so nobody can tell what it is.")
    remarks = [*drafted.remarks, *(f"there is a notice: {flag}" for flag in flags(record))]
    remarks += [f"it is itself a notice about {doi}" for doi in record.updates]
    return Found(drafted.fields, tuple(remarks))


def _of_page(target: Target, evidence: "Evidence") -> Found:
    facts = _ask(target, evidence)
    probe = facts.probe
    assert probe is not None  # noqa: S101 - or it would not have been asked
    if not facts.verdict.stands:
        raise RefusedError(f"{target.text} is {facts.verdict}: {probe.reason}.")
    told = probe.hops[-1].description
    if told is None:
        raise RefusedError(
            f"{target.text} is no page of HTML, and so does not tell its title. Give its DOI, or "
            "the address of the page that leads to it."
        )
    return _as_told(target, told, facts, evidence)


def _as_told(target: Target, told: Description, facts: TargetFacts, evidence: "Evidence") -> Found:
    """The reference that the page *target* tells; or the registry, if the page names its DOI."""
    more: dict[str, Any] = {"pmid": told.pmid} if told.pmid else {}
    record, remark = _registered(told, evidence) if told.work.doi else (None, "")
    if record is not None:
        found = _drafted(record, "its registry", evidence.as_of)
        return Found(found.fields | more, (*found.remarks, *filter(None, [remark])))
    work = replace(told.work, doi="") if remark else told.work
    found = _drafted(work, "the page", evidence.as_of)
    remarks = [*found.remarks, *filter(None, [remark])]
    if "doi" not in found.fields:  # which needs neither an address nor a day (AMA 3.11.4)
        more["url"] = _address(target, told, facts, evidence)
        more["accessed"] = evidence.as_of.isoformat()
        if kind := unidentifying(more["url"]):
            remarks.append(f"its address leads to {kind}, which names no work")
    fields = {key: value for key, value in found.fields.items() if key != "note"} | more
    return Found(fields, tuple(remarks))


def _registered(told: Description, evidence: "Evidence") -> tuple[Record | None, str]:
    """What its registry holds of the DOI that a page names, and what there is to say of that.

    No record if the DOI is not to be believed: it may be of a work that the page is about.
    """
    doi = told.work.doi
    try:
        record = _record(Target("doi", doi), evidence)
    except RefusedError as error:
        return None, f"the page names a DOI that was left out, as {error}".rstrip(".")
    if record is None or _is_of(told, record):
        return record, ""
    if told.is_own:
        called = f"the page calls itself '{told.work.title}'"
        return record, f"{called}, and is entered as what its own DOI {doi} is registered as"
    return None, f"the page names {doi}, which was left out, as it is of '{record.title}'"


def _is_of(told: Description, record: Record) -> bool:
    titles = [record.title, *record.titles]
    return compare(told.work.title, titles) is not Likeness.OTHER


def _address(target: Target, told: Description, facts: TargetFacts, evidence: "Evidence") -> str:
    """Where the page is: as given, or moved to for good, or as it says itself, if that stands."""
    given, own = target.text, told.address
    if facts.verdict is Verdict.MOVED and facts.probe and facts.probe.final_url:
        return facts.probe.final_url
    if not own or "#" in given or page_of(own) == page_of(given) or unidentifying(own):
        return given
    probe = _ask(Target("url", own), evidence).probe
    stands = probe is not None and probe.verdict is Verdict.OK and probe.final_url == own
    return own if stands else given
