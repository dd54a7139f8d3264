"""What is known of the work behind a reference, for an audit: pure functions of the facts."""

from collections.abc import Sequence

from citewell.audit import RecordBeside, Standing
from citewell.dates import add_months
from citewell.facts import TargetFacts
from citewell.identifiers import unidentifying
from citewell.inert import fit
from citewell.matching.notices import retractions
from citewell.model import Reference
from citewell.rules.rule import Policy

Known = tuple[Standing, str]
"""A standing, and in words what it rests on."""


def standing(
    work: Reference, own: Sequence[TargetFacts], record: RecordBeside | None, limits: Policy
) -> Known:
    """The worst of what is known of each target of *work*, and of the work itself.

    A DOI that is registered is the work, whatever an address beside it does, unless that is
    proven to be dead. What was found out longer ago than a page of this type may have been
    read says nothing of today.
    """
    if record is not None and record.is_other_work:
        return Standing.CONTRADICTED, "its DOI names another work"
    if any(retractions(known.record) for known in own):
        return Standing.CONTRADICTED, "the work is retracted"
    if not own:
        return Standing.UNTRACEABLE, "it has neither a DOI nor a URL that could be asked"
    found = [_of_target(known, work, record, limits) for known in own]
    if len(own) > 1:
        nouns = ("its DOI" if known.target.kind == "doi" else "its address" for known in own)
        found = [
            (state, why if why.startswith("its ") else f"{noun}: {why}")
            for (state, why), noun in zip(found, nouns, strict=True)
        ]
    worst = min(found, key=lambda each: list(Standing).index(each[0]))
    dois = (each for each, known in zip(found, own, strict=True) if known.target.kind == "doi")
    by_doi = next(dois, worst)
    is_proven = by_doi[0] is Standing.VERIFIED and worst[0] is not Standing.CONTRADICTED
    return by_doi if is_proven else worst


def _of_target(
    known: TargetFacts, work: Reference, record: RecordBeside | None, limits: Policy
) -> Known:
    """What is known of one target; that a page answers proves nothing if it names no work."""
    if known.probe is None:
        is_exempt = known.is_exempt(work.access)
        return (Standing.EXEMPT if is_exempt else Standing.UNCHECKED), fit(known.unchecked)
    day = known.probe.checked_at.date()
    months = limits.accessed.get(work.type, limits.accessed["default"])
    if add_months(day, months) < limits.as_of:
        return Standing.UNCHECKED, f"last asked on {day}, more than {months} months ago"
    state, reason = _of_today(known, work, record)
    return state, f"{fit(reason)} (asked on {day})"


def _of_today(known: TargetFacts, work: Reference, record: RecordBeside | None) -> Known:
    reason = known.probe.reason if known.probe else known.unchecked
    if known.is_exempt(work.access):
        return Standing.EXEMPT, reason
    if not known.verdict.stands:
        return (Standing.CONTRADICTED if known.is_broken else Standing.UNDECIDED), reason
    if known.target.kind == "doi":
        return _compared(record)
    if what := unidentifying(known.target.text):
        return Standing.UNDECIDED, f"its address answers, but is {what}"
    return Standing.VERIFIED, "its page answers; nobody has read it for this report"


def _compared(record: RecordBeside | None) -> Known:
    """What a DOI that is registered says of the work, by the *record* beside the reference."""
    if record is None:
        return Standing.VERIFIED, "its DOI is registered; no record was there to compare"
    differs = {field.field: field.differs for field in record.fields}
    names = differs.get("authors", differs.get("editors"))
    if differs.get("title") and names is not False:
        return Standing.UNDECIDED, f"its DOI is registered; {record.source} has another title"
    if differs.get("title") is None and names is not False:
        return (
            Standing.VERIFIED,
            f"its DOI is registered; {record.source} does not say for which work",
        )
    fields = [field.field for field in record.fields if field.differs]
    but = f", but for {', '.join(fields)}" if fields else ""
    return Standing.VERIFIED, f"its DOI is registered, for this work as {record.source} has it{but}"
