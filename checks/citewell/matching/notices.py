"""What was said of a work after its publication: retracted, doubted, corrected."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from citewell.dates import parse_partial
from citewell.record import Notice, Record

_RETRACTED = frozenset({"retraction", "withdrawal", "removal"})
_GRAVITY = (
    "partial_retraction",
    "reinstatement",
    "expression_of_concern",
    "correction",
    "corrigendum",
    "erratum",
)
"""What is no retraction, from the gravest; other kinds come last."""
_OF_VERSIONS = frozenset({"new_version", "new_edition"})  # they say nothing against the old one
_TITLE = re.compile(r"(?i)^\W*(retracted|withdrawn|removed)(?: article| chapter)?\s*[:\]]")
_IS_NOTICE = re.compile(
    r"(?i)^\W*(?:(?:author|publisher|notice of) )?(?:retraction|withdrawal|removal|correct"
    r"|corrigend|errat|expression of concern|addend)"
)


def retractions(record: Record | None) -> tuple[Notice, ...]:
    """The notices that the work is retracted; none if that may have been lifted since.

    A title says so, too, unless it is that of a notice about another work.
    """
    if record is None:
        return ()
    found = _merged(_about(record))
    retracted = tuple(notice for notice in found if notice.kind in _RETRACTED)
    lifted = [notice for notice in found if notice.kind == "reinstatement"]
    if retracted:
        stands = all(_is_after(notice, other) for notice in retracted for other in lifted)
        return retracted if stands else ()
    match = next(filter(None, map(_TITLE.match, record.titles)), None)
    if match is None or lifted or record.updates:
        return ()
    return (Notice("retraction", f"the title begins with {match[1]}", "registry", "", ""),)


def _is_after(one: Notice, other: Notice) -> bool:
    """Whether *one* certainly came after *other*."""
    try:
        return is_later(one, parse_partial(other.issued).latest)
    except ValueError:
        return False


def flags(record: Record | None) -> tuple[Notice, ...]:
    """The notices that are no retraction, the gravest first; none beside a retraction."""
    if record is None or retractions(record):
        return ()
    found = (notice for notice in _merged(_about(record)) if notice.kind not in _OF_VERSIONS)
    return tuple(sorted(found, key=_rank))


def is_later(notice: Notice, day: date) -> bool:
    """Whether *notice* certainly came after *day*."""
    try:
        return parse_partial(notice.issued).earliest > day
    except ValueError:
        return False


def _rank(notice: Notice) -> int:
    kinds = ("retraction", *_GRAVITY)
    return kinds.index(notice.kind) if notice.kind in kinds else len(kinds)


def _about(record: Record) -> Iterable[Notice]:
    """The notices about the work itself.

    Some publishers deposit both directions on both works; of the two, the notice is the one
    whose title says so.
    """
    is_notice = any(_IS_NOTICE.match(text) for text in record.titles)
    return (notice for notice in record.notices if not (is_notice and notice.doi in record.updates))


def _merged(found: Iterable[Notice]) -> tuple[Notice, ...]:
    """*found*, with one notice that several have told of as one."""
    merged: dict[tuple[str, str], Notice] = {}
    for notice in found:
        key = notice.kind, notice.doi
        known = merged.get(key)
        if known is None:
            merged[key] = notice
        elif notice.source not in known.source.split(" and "):
            source = f"{known.source} and {notice.source}"
            merged[key] = replace(known, source=source, issued=known.issued or notice.issued)
    return tuple(merged.values())
