"""A new reference, drafted from what a registry holds of a work, or what its page says of it.

Pure. Only what was told is written; what could be taken for something else is remarked on.
"""

import re
from datetime import date
from typing import NamedTuple

from citewell.dates import PartialDate, parse_partial
from citewell.identifiers import comparable, is_doi
from citewell.matching import journal
from citewell.record import Record
from citewell.writing import Value, unquoted

_TYPES = {
    "article-journal": ("article-journal", "journal-article"),
    "chapter": ("book-chapter", "book-part", "book-section", "book-track", "chapter"),
    "book": ("book", "book-set", "edited-book", "monograph", "reference-book"),
    "entry-encyclopedia": ("entry", "entry-dictionary", "entry-encyclopedia", "reference-entry"),
    "report": ("report",),
    "dataset": ("database", "dataset"),
    "webpage": ("webpage",),
}
"""The types of registries (Crossref's, and CSL's, which DataCite gives) by those of articles."""
_NEAREST = {
    "proceedings-article": "chapter",
    "paper-conference": "chapter",
    "proceedings": "book",
    "book-series": "book",
    "software": "dataset",
}
"""Types that an article has no name for; they are called by the nearest, and told in a note."""
_OTHER = "report"  # what was issued by somebody, and is neither journal, book nor page

_EDITED = ("book", "chapter", "entry-encyclopedia", "report")
_NONE = re.compile(r"(?i)n/?a(?:-n/?a)?|no-no|none|null|-+|0+(?:-0+)?")  # instead of no value
_FROM_ONE = re.compile(r"0*1(?:\D|$)")


class Draft(NamedTuple):
    """The ``fields`` of a reference by the article's keys, and what an editor should look at."""

    fields: dict[str, Value]
    remarks: tuple[str, ...]


def draft(record: Record, today: date) -> Draft:
    """What *record* tells, as a reference that lacks its number and the address of a page."""
    remarks: list[str] = []
    kind, note = _kind(record)
    if not record.type:
        remarks.append(f"nobody says what kind of work it is; it was entered as '{kind}'")
    containers = _containers(record)
    if kind in ("chapter", "entry-encyclopedia") and len(containers) > 1:
        others = ", ".join(f"'{each}'" for each in containers[1:])
        remarks.append(f"it is said to be in '{containers[0]}', and in {others}: choose the book")
    organization = "; ".join(name.family for name in record.authors if name.is_group)
    fields: dict[str, Value] = {
        "type": kind,
        "authors": [name.brief for name in record.authors if not name.is_group],
        "organization": organization,
        "et_al": record.et_al,
        "editors": _editors(record, kind),
        "title": title_of(record),
        "container": containers[0] if containers else "",
        "publisher": "" if kind == "article-journal" else record.publisher,
        "volume": unquoted(_value(record.volume)),
        "issue": unquoted(_value(record.issue)),
        "pages": unquoted(_pages(record)),
        "published": unquoted(_published(record, kind, today)),
        "doi": record.doi if is_doi(record.doi) else "",
        "note": note,
    }
    if kind == "webpage":
        _say_once(fields)
    return Draft({key: value for key, value in fields.items() if value}, tuple(remarks))


def title_of(record: Record) -> str:
    """The title with its subtitle, which some registries have in both places."""
    title = record.titles[0] if record.titles else ""
    is_there = comparable(title).endswith(comparable(record.subtitle))
    return title if is_there else record.title


def _kind(record: Record) -> tuple[str, str]:
    """The type in an article, and a note where it has none that is quite the same."""
    for kind, names in _TYPES.items():
        if record.type in names:
            return kind, ""
    if not record.type:
        is_in_issue = record.containers and (record.volume or record.issue)
        return ("article-journal" if is_in_issue else _OTHER), ""
    return _NEAREST.get(record.type, _OTHER), f"Registered as {record.type}"


def _containers(record: Record) -> list[str]:
    """What the work is part of, each once, be it abbreviated as well."""
    found: list[str] = []
    for name in record.containers:
        if not journal.same(name, found):
            found.append(name)
    return found


def _editors(record: Record, kind: str) -> list[Value]:
    """Those of a book, or who stands for authors; the editor of an article is not cited."""
    is_cited = kind in _EDITED or not record.authors
    return [name.brief for name in record.editors] if is_cited else []


def _published(record: Record, kind: str, today: date) -> str:
    """The date to cite; of an issue that is dated ahead its year, which may be the coming one."""
    text = record.issued or (str(record.years[0]) if record.years else "")
    try:
        day = parse_partial(text)
    except ValueError:
        return ""
    if day.earliest <= today:
        return str(day)
    bears_coming_year = kind in ("book", "chapter") or record.volume or record.issue
    past = [year for year in record.years if year <= today.year]
    if day.year <= today.year or (bears_coming_year and day.year == today.year + 1):
        return str(PartialDate(day.year))
    return str(max(past)) if past else ""


def _pages(record: Record) -> str:
    """First and last page; or the number of an article whose own pages begin at 1."""
    found = [value for page in record.pages if (value := _value(page).replace("–", "-"))]
    if len(found) > 1 and _FROM_ONE.match(found[0]):
        return found[1]
    return found[0] if found else ""


def _value(text: str) -> str:
    """*text*, unless it only says that there is nothing to say."""
    return "" if _NONE.fullmatch(text) else text


def _say_once(fields: dict[str, Value]) -> None:
    """Of a page, name a body once that is author, site and publisher at the same time."""
    named: set[str] = set()
    for field in ("organization", "container", "publisher"):
        name = comparable(str(fields[field]))
        if name in named:
            fields[field] = ""
        named.add(name)
