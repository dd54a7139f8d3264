"""A registry's record beside the reference it belongs to, field by field."""

from collections.abc import Iterator

from citewell.audit import FieldBeside, RecordBeside
from citewell.facts import SERVICES, TargetFacts
from citewell.inert import fit
from citewell.matching.notices import flags, retractions
from citewell.matching.work import compare
from citewell.model import Reference
from citewell.record import Name, Record

_MOST_NAMES = 3


def beside(work: Reference, facts: TargetFacts) -> RecordBeside | None:
    """What the registry of a DOI holds, beside *work*; None if that is not known."""
    record = facts.record
    if record is None or facts.answer is None:
        return None
    found = compare(work, record)
    differing = {each.field for each in found.differences}
    return RecordBeside(
        source=SERVICES[facts.answer.source],
        doi=fit(record.doi),
        checked_at=f"{facts.answer.checked_at:%Y-%m-%dT%H:%M:%SZ}",
        sha256=record.sha256,
        is_other_work=found.is_other_work,
        fields=tuple(_fields(work, record, differing)),
        notices=tuple(fit(str(each)) for each in (*retractions(record), *flags(record))),
    )


def _fields(work: Reference, record: Record, differing: set[str]) -> Iterator[FieldBeside]:
    """Each field that either of them has; whether they differ is known where both do."""
    names = "authors" if work.authors or record.authors else "editors"
    rows = (
        ("title", work.title, record.title),
        (names, _listed(getattr(work, names)), _named(getattr(record, names))),
        ("container", work.container, "; ".join(record.containers)),
        ("published", work.published, " or ".join(map(str, sorted(record.years)))),
        ("volume", work.volume, record.volume),
        ("issue", work.issue, record.issue),
        ("pages", work.pages, "; ".join(record.pages)),
    )
    for field, given, theirs in rows:
        ours = fit(str(given or ""))
        if ours or theirs:
            differs = field in differing if ours and theirs else None
            yield FieldBeside(field, ours, fit(theirs), differs)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")


def _named(names: tuple[Name, ...]) -> str:
    return _listed(tuple(each.brief for each in names))
