"""Crossref's answers, read: a work, or a list of works.

Their shape is that of https://api.crossref.org; a work of another shape is not understood,
and so says nothing.
"""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from citewell.dates import PartialDate
from citewell.markup import is_garbled, plain
from citewell.record import Name, Notice, Record

FIELDS = (
    *("DOI", "type", "title", "subtitle", "original-title", "short-title", "author", "editor"),
    *("container-title", "short-container-title", "issued", "published", "published-print"),
    *("published-online", "volume", "issue", "page", "article-number", "update-to", "updated-by"),
    "publisher",
)
"""All that is read of a work; lists can be told to hold nothing else."""
MOST_NAMES = 50
"""Of the authors of a work; some have thousands."""
_LONGEST = 1000  # characters of one text

Text = Annotated[str, Field(max_length=20_000)]
Texts = list[Text | None]


class _Part(BaseModel):
    model_config = ConfigDict(
        strict=True, alias_generator=lambda name: name.replace("_", "-"), frozen=True
    )


class _Date(_Part):
    date_parts: list[list[int | None]] = []


class _Person(_Part):
    family: Text | None = None
    given: Text | None = None
    name: Text | None = None


class _Update(_Part):
    doi: Text = Field("", alias="DOI")
    type: Text = Field(min_length=1)  # or nobody can tell what it says of the work
    label: Text = ""
    source: Text = "publisher"
    updated: _Date | None = None


class _Work(_Part):
    doi: Text = Field(alias="DOI")
    type: Text | None = None
    title: Texts | None = None
    subtitle: Texts | None = None
    original_title: Texts | None = None
    short_title: Texts | None = None
    author: list[_Person] | None = None
    editor: list[_Person] | None = None
    container_title: Texts | None = None
    short_container_title: Texts | None = None
    issued: _Date | None = None
    published: _Date | None = None
    published_print: _Date | None = None
    published_online: _Date | None = None
    volume: str | int | None = None
    issue: str | int | None = None
    page: str | int | None = None
    article_number: str | int | None = None
    publisher: Text | None = None
    update_to: list[_Update] | None = None
    updated_by: list[_Update] | None = None


def read_work(answer: Any) -> tuple[Record, ...] | None:
    """The work that *answer* holds, if it can be understood; None if it holds none."""
    work = answer.get("message") if isinstance(answer, dict) else None
    doi = work.get("DOI") if isinstance(work, dict) else None
    if not (isinstance(doi, str) and doi):
        return None
    record = _record(work)
    return () if record is None else (record,)


def read_list(answer: Any) -> tuple[Record, ...] | None:
    """The works that *answer* lists, as far as they can be understood; None if it is no list."""
    message = answer.get("message") if isinstance(answer, dict) else None
    items = message.get("items") if isinstance(message, dict) else None
    if not isinstance(items, list):
        return None
    found = tuple(record for item in items if (record := _record(item)))
    return found if found or not items else None


def _record(item: Any) -> Record | None:
    try:
        work, sha256_ = _Work.model_validate(item), digest(item)
    except (ValidationError, RecursionError):
        return None
    dates = (work.issued, work.published, work.published_print, work.published_online)
    authors, editors = tuple(_names(work.author)), tuple(_names(work.editor))
    named, listed = (authors, work.author) if authors else (editors, work.editor)
    return Record(
        doi=_doi(work.doi),
        sha256=sha256_,
        type=_clean(work.type or ""),
        titles=_texts(work.title, work.original_title, work.short_title),
        subtitle=next(iter(_texts(work.subtitle)), ""),
        authors=authors,
        editors=editors,
        containers=_texts(work.container_title, work.short_container_title),
        years=tuple(dict.fromkeys(day.year for each in dates if (day := _day(each)))),
        volume=_clean(str(work.volume or "")),
        issue=_clean(str(work.issue or "")),
        pages=_texts([str(each) for each in (work.page, work.article_number) if each]),
        notices=tuple(_notices(work)),
        updates=tuple(_doi(update.doi) for update in work.update_to or () if update.doi),
        et_al=0 < len(named) < len(listed or ()),
        # What is cited is the issue, be the work online before; "issued" is the first of both.
        issued=str(_day(work.published_print) or next(filter(None, map(_day, dates)), "")),
        publisher=_clean(work.publisher or ""),
    )


def digest(part: Any) -> str:
    """The SHA-256 of a part of a JSON answer, whatever the order of its keys."""
    canonical = json.dumps(part, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def _doi(text: str) -> str:
    """A DOI as targets have it; what looks like markup is part of a SICI."""
    return text.strip().lower()


def _clean(text: str) -> str:
    return plain(text[:_LONGEST])


def _texts(*lists: Sequence[str | None] | None) -> tuple[str, ...]:
    cleaned = (_clean(text) for texts in lists for text in texts or () if text)
    return tuple(dict.fromkeys(text for text in cleaned if text and not is_garbled(text)))


def _names(people: list[_Person] | None) -> Iterator[Name]:
    """The names of *people*; nothing if the first cannot be read, which all depends on."""
    for index, person in enumerate((people or [])[:MOST_NAMES]):
        family, given = _clean(person.family or ""), _clean(person.given or "")
        group = _clean(person.name or "")
        lost = is_garbled(family + given) or "&" in family  # of "&NA;", and of "G&auml"
        if not lost and any(map(str.isalpha, family or given)):
            yield Name(family, given) if family else Name(given)
        elif group:
            yield Name(group, is_group=True)
        elif index == 0:
            return


def _notices(work: _Work) -> Iterator[Notice]:
    for update in work.updated_by or ():
        yield Notice(
            kind=_clean(update.type).lower().replace("-", "_").replace(" ", "_"),
            label=_clean(update.label) or _clean(update.type).replace("_", " ").capitalize(),
            source=_clean(update.source),
            issued=str(_day(update.updated) or ""),
            doi=_doi(update.doi),
        )


def _day(when: _Date | None) -> PartialDate | None:
    """The date as far as it is known; None if it is no date."""
    parts = (when.date_parts[0] if when and when.date_parts else [])[:3]
    while parts and parts[-1] is None:
        parts = parts[:-1]
    if not parts or None in parts or 0 in parts:
        return None
    day = PartialDate(*(part for part in parts if part is not None))
    try:
        whole = day.earliest  # a ValueError if there is no such day
    except (ValueError, OverflowError):
        return None
    return day if 1000 <= whole.year <= 9999 else None
