"""A reference beside the record of its DOI: field by field, and whether it is one work at all."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from citewell.matching import author, imprint, journal, title
from citewell.model import Reference
from citewell.record import Name, Record

_BOOKS = frozenset(
    {"book", "monograph", "edited-book", "reference-book", "book-set", "book-series"}
)
_PARTS = frozenset({"book-chapter", "book-section", "book-part", "reference-entry", "chapter"})
_FEW = 3
"""Words of a title that many works may have: "Dystonia", "Essential tremor in adults"."""


class Difference(NamedTuple):
    """A field in which reference and record disagree: its name in the model, ours and theirs.

    ``kind`` is ``other``; or, of authors, ``swapped`` or ``not first``; of pages, ``last``.
    ``proper`` is how a name would be right.
    """

    field: str
    ours: str
    theirs: str
    kind: str = "other"
    proper: str = ""


class Comparison(NamedTuple):
    """What differs; and whether the record is of another work."""

    differences: tuple[Difference, ...]
    is_other_work: bool


@lru_cache(maxsize=1 << 14)  # several rules ask
def compare(reference: Reference, record: Record) -> Comparison:
    """How *reference* compares with *record*.

    Another work needs two independent disagreements. Those of date and place count only
    beside one of title or author, or every misprint would be an accusation; and what may be
    a slip of the pen in a title counts for less.
    """
    likeness = _title(reference, record)
    names = _author(reference, record)
    differences = tuple(_differences(reference, record, likeness, names))
    return Comparison(differences, _is_other(reference, record, likeness, names, differences))


def _is_other(
    reference: Reference,
    record: Record,
    likeness: title.Likeness,
    names: author.Likeness,
    differences: tuple[Difference, ...],
) -> bool:
    """Whether what differs proves that the record is of another work.

    On one page of one journal, by one author, there is but one work.
    """
    fields = {each.field for each in differences if each.kind != "last"}
    is_there = _container(reference, record) and imprint.same_page(
        reference.pages or "", record.pages
    )
    if is_there and names is author.Likeness.SAME:
        return False
    place = bool(fields & {"volume", "pages"})
    elsewhere = ("container" in fields) + ("published" in fields) + place
    if names is author.Likeness.OTHER:
        if "title" in fields:
            return True
        is_weak = title.weight(reference.title or "") <= _FEW
        return elsewhere >= (1 if is_weak or likeness is not title.Likeness.SAME else 2)
    if likeness is title.Likeness.UNKNOWN and names is author.Likeness.UNKNOWN:  # another script
        return {"published", "pages"} < fields and bool(fields & {"volume", "issue"})
    if likeness is title.Likeness.OTHER:
        return elsewhere >= 1
    if likeness is title.Likeness.OTHER_WORDS:  # a year may be that of an issue not told of
        return place or "container" in fields or _is_years_off(reference, record)
    is_weak = likeness is title.Likeness.SLIP or title.is_generic(reference.title or "")
    return is_weak and elsewhere >= 2


def _differences(
    reference: Reference, record: Record, likeness: title.Likeness, names: author.Likeness
) -> Iterator[Difference]:
    if likeness in (title.Likeness.SLIP, title.Likeness.OTHER_WORDS, title.Likeness.OTHER):
        yield Difference("title", reference.title or "", record.title)
    if names in (author.Likeness.SWAPPED, author.Likeness.NOT_FIRST, author.Likeness.OTHER):
        field, first = "authors" if reference.authors else "editors", _names(reference, record)[0]
        kind = "other" if names is author.Likeness.OTHER else names.value
        yield Difference(field, getattr(reference, field)[0], str(first), kind, first.brief)
    if _container(reference, record) is False:
        yield Difference("container", reference.container or "", _containers(record)[0])
    if reference.published and record.years and reference.published.year not in record.years:
        years = " or ".join(map(str, sorted(record.years)))
        yield Difference("published", str(reference.published), years)
    for field in ("volume", "issue"):
        ours, theirs = getattr(reference, field) or "", getattr(record, field)
        if theirs.isdecimal() and int(theirs) in record.years:
            continue  # journals that count by years are cited by the issue, too
        if imprint.same_number(ours, theirs) is False:
            yield Difference(field, ours, theirs)
    pages = reference.pages or ""
    is_first_page = imprint.same_page(pages, record.pages)
    if is_first_page is False:
        yield Difference("pages", pages, record.pages[0])
    elif is_first_page and imprint.same_last_page(pages, record.pages) is False:
        yield Difference("pages", pages, record.pages[0], "last")


def _is_whole_book(reference: Reference, record: Record) -> bool:
    """Whether a chapter is cited by the DOI of its book."""
    return reference.type == "chapter" and record.type in _BOOKS


def _containers(record: Record) -> tuple[str, ...]:
    """Where the work stands; for a whole book, that is itself."""
    return (*record.containers, *record.titles) if record.type in _BOOKS else record.containers


def _container(reference: Reference, record: Record) -> bool | None:
    if reference.type == "webpage" or (reference.type == "book" and record.type in _BOOKS):
        return None
    ours, theirs = reference.container or "", _containers(record)
    is_journal = journal.same(ours, theirs)
    if is_journal is False and reference.type == "chapter":
        alike = title.compare(ours, theirs)
        return alike in (title.Likeness.SAME, title.Likeness.SHORTENED)
    return is_journal


def _title(reference: Reference, record: Record) -> title.Likeness:
    if _is_whole_book(reference, record):
        return title.Likeness.UNKNOWN
    theirs = [each for each in record.titles if each]
    if record.subtitle:
        theirs += [f"{each}: {record.subtitle}" for each in theirs]
    likeness = title.compare(reference.title or "", theirs)
    if reference.type == "book" and record.type in _PARTS:
        whole = title.compare(reference.title or "", record.containers)
        if whole in (title.Likeness.SAME, title.Likeness.SHORTENED):
            return title.Likeness.UNKNOWN  # a part of the book that is cited
    return likeness


def _names(reference: Reference, record: Record) -> tuple[Name, ...]:
    """The names that those of *reference* are to be compared with."""
    first, second = record.authors, record.editors
    return (first or second) if reference.authors else (second or first)


def _author(reference: Reference, record: Record) -> author.Likeness:
    if _is_whole_book(reference, record):
        return author.Likeness.UNKNOWN
    ours = reference.authors or reference.editors
    theirs = _names(reference, record)
    if not ours:
        return author.Likeness.UNKNOWN
    likeness = author.compare(ours[0], theirs)
    if likeness is author.Likeness.OTHER and theirs is not record.editors and record.editors:
        among = author.compare(ours[0], record.editors)
        return author.Likeness.UNKNOWN if among is not author.Likeness.OTHER else likeness
    return likeness


def _is_years_off(reference: Reference, record: Record) -> bool:
    """Whether the year is wrong by more than the time from online to print."""
    if not reference.published or not record.years:
        return False
    return min(abs(reference.published.year - year) for year in record.years) > 1


def is_proven(reference: Reference, record: Record) -> bool:
    """Whether *record* is of *reference*: by title, first author and year, and nothing against it.

    A preprint is not the article.
    """
    if record.type not in ("journal-article", "") or not reference.published:
        return False
    same = (
        _title(reference, record) is title.Likeness.SAME,
        _author(reference, record) is author.Likeness.SAME,
        reference.published.year in record.years,
    )
    is_telling = _container(reference, record) or title.weight(reference.title or "") > _FEW
    return all(same) and bool(is_telling) and not compare(reference, record).differences
