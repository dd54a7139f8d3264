"""RIS, in and out: a line for each value, under a tag of two characters.

The format is taken apart here, as the libraries for it tell neither lines nor what they skip.
The tags are those of Reference Manager as today's programs write them; where they differ, what
is written is what all read. For what has no tag there are those that users may define: ``U1``
has the access, ``U2`` the capture in an archive. That there are more names says a last one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from citewell.dates import PartialDate, parse_day
from citewell.exchange.draft import Draft, one_line, page_of, refuse_too_many
from citewell.exchange.names import ET_AL, Body, Person, person, persons
from citewell.exchange.page import ImportFailure, Note, Page, text_of
from citewell.exchange.rich_text import plain
from citewell.model import Reference

CANNOT_HOLD = {
    "authors": "a name that is only 'et al', or that has a comma in it",
    "editors": "a name that has a comma in it",
    "organization": "a name with a comma, or that ends as initials do: it is taken for a person's",
    "title": "a tag (<i>) or an entity (&amp;) that is meant as these letters",
    "container": "the same",
}
"""What comes back otherwise than it was, by field."""

_TYPES = {
    "article-journal": "JOUR",
    "chapter": "CHAP",
    "book": "BOOK",
    "webpage": "ELEC",
    "entry-encyclopedia": "ENCYC",
    "report": "RPRT",
    "dataset": "DATA",
    "personal_communication": "PCOMM",
}
_READ_TYPES = {
    **{theirs: ours for ours, theirs in _TYPES.items()},
    **dict.fromkeys(("EJOUR", "MGZN", "NEWS", "ABST", "INPR"), "article-journal"),
    **dict.fromkeys(("ECHAP", "CPAPER"), "chapter"),
    **dict.fromkeys(("EBOOK", "EDBOOK", "CONF", "SER", "THES", "CLSWK"), "book"),
    **dict.fromkeys(("WEB", "BLOG", "ICOMM"), "webpage"),
    **dict.fromkeys(("DICT",), "entry-encyclopedia"),
    **dict.fromkeys(("COMP", "DBASE", "AGGR"), "dataset"),
}
"""The nearest type of ours; what is not here is a report."""

_SAME = frozenset({"WEB", "EJOUR", "EBOOK", "ECHAP"})
"""Types that say no more than ours does."""

_TEXTS = {
    **dict.fromkeys(("TI", "T1", "CT"), "title"),
    **dict.fromkeys(("T2", "BT", "JO", "JF"), "container"),
    "ET": "edition",
    "PB": "publisher",
    "VL": "volume",
    "IS": "issue",
    "N1": "note",
    "UR": "url",
}
_NAMES = {"AU": "authors", "A1": "authors", "ED": "editors", "A2": "editors"}
_LABELS = {
    **dict.fromkeys(("AB", "N2"), "abstract"),
    **dict.fromkeys(("L1", "L2", "L4"), "file"),
    **dict.fromkeys(("JA", "J1", "J2"), "abbreviation"),
    "A3": "series editor",
    "AD": "address",
    "AN": "accession number",
    "CY": "place",
    "DB": "database",
    "KW": "keyword",
    "LA": "language",
    "SN": "ISBN or ISSN",
    "ST": "short title",
    "T3": "series",
}
"""What a value is called in the note; of other tags it is the tag itself."""

_OWN = frozenset({"ID"})  # what only the file itself needs
_READ_APART = frozenset({*_NAMES, "DA", "PY", "Y1", "Y2", "SP", "EP"})
_DATE_LABELS = {"DA": "date", "PY": "year", "Y1": "date", "Y2": "accessed"}
_PUBMED = frozenset({"pubmed", "medline"})
_LINE = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*))?", re.DOTALL)
_SIMPLE_PAGES = re.compile(r"([^\s,;-]+)-([^\s,;-]+)")
_DATE = re.compile(r"(\d{4})(?:[/-](\d{1,2})?)?(?:[/-](\d{1,2})?)?(?:/(.*))?", re.ASCII | re.DOTALL)
_ACCESS = re.compile(r"access: (subscription|internal)")
_ARCHIVE = re.compile(r"archived (\S+): (\S.*)")


# Out.


def render(references: Iterable[tuple[str, Reference]]) -> str:
    """*references*, each with an id of its own, as a file of RIS."""
    return "\n".join("".join(_record(key, reference)) for key, reference in references)


def _record(key: str, reference: Reference) -> Iterator[str]:
    for tag, value in (("TY", _TYPES[reference.type]), ("ID", key), *_values(reference)):
        if value:
            yield f"{tag}  - {' '.join(value.split())}\n"
    yield "ER  - \n"


def _values(reference: Reference) -> Iterator[tuple[str, str | None]]:
    yield from _names(reference)
    yield "TI", reference.title
    yield "T2", reference.container
    yield "ET", reference.edition
    yield "PB", reference.publisher
    yield from _dates(reference.published)
    yield "VL", reference.volume
    yield "IS", reference.issue
    yield from _pages(reference.pages)
    yield "DO", reference.doi
    yield "UR", reference.url
    if reference.accessed:
        yield "Y2", f"{str(reference.accessed).replace('-', '/')}/"
    if reference.pmid:
        yield "AN", f"PMID: {reference.pmid}"
    yield "N1", reference.note
    yield "U1", "" if reference.access == "open" else f"access: {reference.access}"
    if reference.archive:
        yield "U2", f"archived {reference.archive.captured}: {reference.archive.url}"


def _names(reference: Reference) -> Iterator[tuple[str, str | None]]:
    is_said = reference.type == "personal_communication"
    at_editors = reference.editors and not reference.authors and not reference.organization
    yield from (("AU", _name(each)) for each in persons(reference.authors))
    yield "AD" if is_said else "AU", reference.organization
    if reference.et_al and not at_editors:
        yield "AU", ET_AL
    yield from (("ED", _name(each)) for each in persons(reference.editors))
    if reference.et_al and at_editors:
        yield "ED", ET_AL


def _name(who: Person) -> str:
    """Family, given, suffix; a comma at the end tells a person from a body."""
    parts = ", ".join(part for part in who if part)
    return parts if who.given else f"{parts},"


def _dates(date: PartialDate | None) -> Iterator[tuple[str, str]]:
    if date:
        month, day = (f"{part:02}" if part else "" for part in date[1:])
        yield "PY", str(date.year)
        if month:
            yield "DA", f"{date.year}/{month}/{day}/"


def _pages(pages: str | None) -> Iterator[tuple[str, str]]:
    """First and last page, or the whole where it is no such pair."""
    pages = " ".join((pages or "").split())
    match = _SIMPLE_PAGES.fullmatch(pages)
    yield "SP", match[1] if match else pages
    yield "EP", match[2] if match else ""


# In.


class _Record(NamedTuple):
    """A reference with the line where it begins; a value may go on over several lines."""

    line: int
    values: list[tuple[str, list[str]]]


def read(raw: bytes) -> Page:
    """The references of a file in RIS; what stands in no reference is reported with its line.

    Raises :class:`ImportFailure` where there is none.
    """
    text = text_of(raw)
    refuse_too_many(text.count("\nTY "))
    notes: list[Note] = []
    drafts = [_draft(record) for record in _records(text, notes)]
    if not drafts:
        raise ImportFailure("it has no reference: each begins with a line such as 'TY  - JOUR'.")
    return page_of(drafts, notes)


def _records(text: str, notes: list[Note]) -> Iterator[_Record]:
    """The references of *text*; what stands between them is added to *notes*."""
    record: _Record | None = None
    for number, line in enumerate(text.split("\n"), 1):
        match = _LINE.fullmatch(line.rstrip())
        tag, value = (match[1], match[2] or "") if match else ("", line.strip())
        if record and tag in ("TY", "ER"):
            yield record
            record = None
        if tag == "TY":
            record = _Record(number, [(tag, [value])])
        elif record and tag:
            record.values.append((tag, [value]))
        elif record and value:
            record.values[-1][1].append(value)  # the last value goes on
        elif value or tag not in ("", "ER"):
            notes.append(Note(number, f"This stands in no reference: {line.strip()[:100]}"))
    if record:
        yield record


def _draft(record: _Record) -> Draft:
    draft = Draft(record.line)
    (_, original), *values = ((tag, one_line(" ".join(lines))) for tag, lines in record.values)
    kind = _READ_TYPES.get(original, "report")
    draft.type(kind, "" if original in _SAME or _TYPES[kind] == original else original)
    values = [(tag, value) for tag, value in values if value and tag not in _OWN]
    first = dict(reversed(values))
    _read_dates(draft, values)
    _read_pages(draft, first)
    for tag, value in values:
        if tag in _TEXTS:
            field = _TEXTS[tag]
            text = plain(value) if field in ("title", "container") else value
            draft.text(field, text, _LABELS.get(tag, tag))
        elif tag not in _READ_APART:
            _put(draft, tag, value, first)
    for field in ("authors", "editors"):
        said = (value for tag, value in values if _NAMES.get(tag) == field)
        draft.names(field, map(_who, said))
    return draft


def _put(draft: Draft, tag: str, value: str, first: Mapping[str, str]) -> None:
    """A value of a tag that has no text of ours to itself."""
    kind = draft.fields["type"]
    if tag == "DO":
        draft.doi(value)
    elif tag == "AN" and (value.startswith("PMID") or first.get("DB", "").lower() in _PUBMED):
        draft.pmid(value)
    elif tag == "AD" and kind == "personal_communication":
        draft.text("organization", value, "address")
    elif tag == "C7" and kind == "article-journal":
        draft.text("pages", value, "article number")
    elif tag == "T3" and kind in ("book", "report"):
        draft.text("container", value, "series")
    elif match := _ACCESS.fullmatch(value) if tag == "U1" else None:
        draft.fields["access"] = match[1]
    elif archive := _archive(value) if tag == "U2" else None:
        draft.fields["archive"] = archive
    else:
        draft.aside(_LABELS.get(tag, tag), value)


def _archive(value: str) -> dict[str, str] | None:
    match = _ARCHIVE.fullmatch(value)
    try:
        return {"url": match[2], "captured": str(parse_day(match[1]))} if match else None
    except ValueError:
        return None


def _who(value: str) -> Person | Body:
    """A person, who has a comma or initials, or else a body."""
    if "," not in value:
        who = person(value)
        return who if who.given else Body(value)
    family, given, suffix = (*(part.strip() for part in value.split(",", 2)), "")[:3]
    return Person(family, given, suffix)


def _read_dates(draft: Draft, values: Iterable[tuple[str, str]]) -> None:
    """The date, the year and the day of access; the longest form of a date comes first."""
    dates = [(tag, value) for tag, value in values if tag in ("DA", "PY", "Y1", "Y2")]
    for tag, value in sorted(dates, key=lambda date: -len(_iso(date[1])[0])):
        date, rest = _iso(value)
        draft.aside(_DATE_LABELS[tag], rest)
        if tag == "Y2":
            draft.accessed(date or value)
        elif not date and any(other in ("PY", "Y1") for other, _ in dates):
            draft.aside(_DATE_LABELS[tag], value)
        elif not date or not str(draft.fields.get("published", "")).startswith(date):
            draft.published(date or value, _DATE_LABELS[tag])


def _iso(value: str) -> tuple[str, str]:
    """A date in ISO 8601, and what else is said of it; empty if it is none."""
    match = _DATE.fullmatch(value)
    if match is None:
        return "", ""
    parts = [part for part in match.groups()[:3] if part]
    return "-".join(f"{part:0>2}" for part in parts), (match[4] or "").strip()


def _read_pages(draft: Draft, first: Mapping[str, str]) -> None:
    start, end = first.get("SP", ""), first.get("EP", "")
    if start and end and not start.endswith(f"-{end}"):
        draft.text("pages", f"{start}-{end}")
    else:
        draft.text("pages", start or end)
