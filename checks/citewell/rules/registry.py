"""Rules of the group ``registry``: is the work what the reference says, and does it still stand?

The examples speak of what the tests' registry holds: under 10.5555/tremor, "A review of tremor"
by Jane Roe, Journal of Examples, 2024; and so on.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from citewell.facts import SERVICES, TargetFacts
from citewell.finding import Fix, Operation, Remark, json_pointer
from citewell.model import Reference
from citewell.reading import Cited
from citewell.rules.rule import Policy

if TYPE_CHECKING:  # what compares works is imported where it is used: nothing offline needs it
    from citewell.matching.work import Comparison, Difference
    from citewell.record import Capture, Notice, Record

_LONGEST = 200  # characters of a work in a message
_NOUNS = {
    "authors": "first author",
    "editors": "first editor",
    "container": "journal",
    "published": "year",
    "pages": "first page",
}


def wrong_work(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """A DOI names the work that is cited.

    What: a DOI whose registry describes another work: the title and the first author disagree,
        or one of them and the journal, the date or the pages. Printing counts for nothing:
        subtitles, abbreviations, spelling, accents, dashes.
    Why: ICMJE Recommendations, IV.A.3.g: references are to be verified against the original
        source. A DOI that is mistyped or made up leads the reader to something else.
    Bad:
        references:
          - {number: 1, type: article-journal, authors: [Doe A], title: Stroke in the young,
             container: Annals of Examples, published: 2020, doi: 10.5555/tremor}
    Good:
        references:
          - {number: 1, type: article-journal, authors: [Roe J], title: A review of tremor,
             container: J Examples, published: 2024, doi: 10.5555/tremor}
    """
    work, found = cited.work, _compared(cited, facts)
    if work is None or found is None or not found.is_other_work:
        return
    nouns = ", ".join(_noun(work, each) for each in found.differences)
    yield Remark(
        cited.path,
        f"The DOI of reference {cited.number} names another work: {nouns} disagree. "
        f"Ours: {_short(_line(work))}. {_registry(facts)}'s: {_short(str(facts.record))}",
        "Copy the DOI from the work itself; check that the work exists.",
    )


def metadata_mismatch(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """A reference agrees with the registry's record, field by field.

    What: a title, first author, year, journal, volume, issue or first page that is not that of
        the record, though the work is the same. The year may be that of print or online, and
        the journal full or abbreviated; a title may lack its subtitle.
    Why: ICMJE Recommendations, IV.A.3.g; one reference in three has an error in a field
        (doi:10.1197/jamia.M1683), and readers without the DOI find nothing by it.
    Bad:
        references:
          - {number: 1, type: article-journal, authors: [Jane R], title: A review of tremor,
             container: J Examples, published: 2024, doi: 10.5555/tremor}
    Good:
        references:
          - {number: 1, type: article-journal, authors: [Roe J], title: A review of tremor,
             container: J Examples, published: 2024, doi: 10.5555/tremor}
    """
    work, found = cited.work, _compared(cited, facts)
    if work is None or found is None or found.is_other_work:
        return
    for each in found.differences:
        node = (each.field, 0) if each.field in ("authors", "editors") else (each.field,)
        yield Remark(
            (*cited.path[:-1], *node),
            f"The {_noun(work, each)} of reference {cited.number} is '{each.ours}', "
            f"and in {_registry(facts)}'s record '{each.theirs}'{_KINDS.get(each.kind, '')}",
            _advice(each),
            detail=each.field,
        )


_KINDS = {
    "swapped": ": given and family name seem to be swapped",
    "not first": ": an author of the work, but not the first",
}


def retracted_reference(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """No work is cited that was retracted.

    What: a DOI whose record carries a notice of retraction, withdrawal or removal (`updated-by`),
        or a title that begins with RETRACTED or WITHDRAWN. A retraction in part, or one that
        was lifted, is a matter of `flagged-reference`.
    Why: ICMJE Recommendations, III.B and IV.A.3.g: retracted articles are not to be cited,
        unless the citation says so.
    Bad:
        references:
          - {number: 1, type: article-journal, title: A trial of sugar, doi: 10.5555/sugar}
    Good:
        references:
          - {number: 1, type: article-journal, title: A review of tremor, doi: 10.5555/tremor}
    """
    from citewell.matching.notices import retractions

    if found := retractions(_own_record(cited, facts)):
        yield Remark(
            cited.path,
            f"Reference {cited.number} was retracted: {_told(found)}{_review(cited, found)}",
            "Replace it by a work that stands, and look again at every claim that rests on it. "
            "If it is cited because it was retracted, say so in the text, and waive this.",
        )


def flagged_reference(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """Notices about a work that is cited are known.

    What: a DOI whose record carries an expression of concern, a retraction in part or one that
        was lifted, a correction, or another notice. The gravest is told first.
    Why: ICMJE Recommendations, III.A: corrections are part of the record. What a claim rests on
        may be the very thing that was corrected.
    Bad:
        references:
          - {number: 1, type: article-journal, title: A trial of salt, doi: 10.5555/salt}
    Good:
        references:
          - {number: 1, type: article-journal, title: A review of tremor, doi: 10.5555/tremor}
    """
    from citewell.matching.notices import flags

    if found := flags(_own_record(cited, facts)):
        yield Remark(
            cited.path,
            f"Reference {cited.number} has a notice: {_told(found)}{_review(cited, found)}",
            "Read it: does every claim that rests on the work still hold? Then say so in a waiver.",
        )


def missing_doi(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """A journal article has its DOI.

    What: an article without a DOI, for which Crossref knows one: title, first author and year of
        the record all agree with the reference, and no field of it disagrees.
    Why: AMA Manual of Style, 11th ed., 3.11.4, prefers the DOI, which outlives addresses; and
        by it a retraction would be known.
    Bad:
        references:
          - {number: 1, type: article-journal, authors: [Roe J], title: A review of tremor,
             container: J Examples, published: 2024}
    Good:
        references:
          - {number: 1, type: article-journal, authors: [Roe J], title: A review of tremor,
             container: J Examples, published: 2024, doi: 10.5555/tremor}
    """
    from citewell.matching.work import is_proven

    work = cited.work
    if cited.target.kind != "work" or work is None or facts.answer is None:
        return
    proven = {record.doi: record for record in facts.answer.records if is_proven(work, record)}
    if len(proven) != 1:
        return  # two that agree in all of it cannot be told apart
    ((doi, record),) = proven.items()
    step = Operation("add", json_pointer((*cited.path, "doi")), doi)
    yield Remark(
        (*cited.path, "title"),
        f"Crossref knows a DOI for reference {cited.number}: {doi}",
        f"Compare, and write doi: {doi}. Crossref's record: {record}",
        fix=Fix(False, "Write the DOI", (step,)),
    )


def missing_archive(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """A page that fails is replaced by what was read.

    What: a `url` that is gone, gives no answer, or no longer shows the work, of which a web
        archive has a capture: the nearest before the day on which it was read, or else the
        nearest after. Not where the reference has an `archive` already.
    Why: AMA Manual of Style, 11th ed., 3.15: the reader is to be able to find what was cited;
        seven in ten articles that cite the web have lost some of it
        (doi:10.1371/journal.pone.0115253).
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/gone",
             accessed: 2026-04-22}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/gone",
             accessed: 2026-04-22, archive:
               {url: "https://archive.example/web/20260420101010/https://ash.example/gone",
                captured: 2026-04-20}}
    """
    if cited.target.kind != "capture" or facts.answer is None or not facts.answer.captures:
        return
    read = date.fromisoformat(cited.target.day)
    capture = _nearest(facts.answer.captures, read)
    days = (read - capture.captured).days
    span = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    when = f"{span} {'before' if days > 0 else 'after'}" if days else "on the day"
    value = {"url": capture.url, "captured": str(capture.captured)}
    step = Operation("add", json_pointer((*cited.path[:-1], "archive")), value)
    yield Remark(
        cited.path,
        f"The page of reference {cited.number} fails, and a web archive has a capture of "
        f"{capture.captured}, {when} it was read",
        f"Look whether it shows the work, and give it as archive: {capture.url}",
        fix=Fix(False, "Write the capture", (step,)),
    )


def _nearest(captures: "Iterable[Capture]", day: date) -> "Capture":
    """The last capture up to *day*, or else the first after it."""
    ordered = sorted(captures, key=lambda capture: capture.captured)
    before = [capture for capture in ordered if capture.captured <= day]
    return before[-1] if before else ordered[0]


def _compared(cited: Cited, facts: TargetFacts) -> "Comparison | None":
    """The reference beside the record of its DOI, if there are both.

    What a search for a work without a DOI has found may be any other work.
    """
    if cited.target.kind != "doi" or cited.work is None or facts.record is None:
        return None
    from citewell.matching.work import compare

    return compare(cited.work, facts.record)


def _own_record(cited: Cited, facts: TargetFacts) -> "Record | None":
    """The record of the work that is cited; what befell another one is no matter of ours."""
    found = _compared(cited, facts)
    return None if found is None or found.is_other_work else facts.record


def _told(found: "tuple[Notice, ...]") -> str:
    return "; ".join(map(str, found))


def _review(cited: Cited, found: "tuple[Notice, ...]") -> str:
    """That nobody who reviewed the page can have known of it, if that is certain."""
    from citewell.matching.notices import is_later

    if cited.reviewed is None or not is_later(found[0], cited.reviewed):
        return ""
    return f"; the article was last reviewed on {cited.reviewed}, before that"


def _registry(facts: TargetFacts) -> str:
    if facts.answer is None:
        return "its registry"
    known = f" (of {facts.answer.checked_at:%Y-%m-%d})" if facts.unanswered else ""
    return SERVICES[facts.answer.source] + known


def _noun(work: Reference, difference: "Difference") -> str:
    if difference.field == "container" and work.type != "article-journal":
        return "book"
    if difference.kind == "last":
        return "last page"
    return _NOUNS.get(difference.field, difference.field)


def _advice(difference: "Difference") -> str:
    if difference.kind == "swapped":
        return f"Look at the work itself; if the registry is right, write {difference.proper}"
    return "Look at the work itself, and correct the reference; registries can be wrong, too."


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _line(work: Reference) -> str:
    """The reference in one line, as records are shown."""
    names = work.authors or work.editors or filter(None, [work.organization])
    year = str(work.published.year) if work.published else ""
    parts = (next(iter(names), ""), work.title or "", work.container or "", year)
    return ". ".join(part.rstrip(".") for part in parts if part)
