"""A page as an article: plain data, and notes on what somebody has to look after."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from citewell.exchange.draft import MOST_ENTRIES
from citewell.exchange.page import Block, Entry, Fields, ImportFailure, Note, Page
from citewell.exchange.sections import outline
from citewell.exchange.slug import slug
from citewell.identifiers import comparable
from citewell.model import AnyReference, Id, Language
from citewell.writing import as_data, unquoted

_TITLE_WORDS = 8
_WORD = re.compile(r"[^\W\d_]{4,}")
# Words of an entry that its fields stand for: names of months, and what tells dates apart.
_LABELS = frozenset(
    {"january", "february", "march", "april", "june", "july", "august", "september", "sept"}
    | {"october", "november", "december", "accessed", "available", "cited", "deposited", "editor"}
    | {"editors", "edition", "email", "from", "homepage", "https", "http", "internet", "last"}
    | {"online", "pages", "pmid", "posted", "published", "pubmed", "retrieved", "reviewed", "site"}
    | {"updated", "viewed", "visited", "website", "acessed"}
)
_MOST_TEXT = 500_000  # characters: a long page has some 50,000
_MOST_PRINTED = 5_000  # references that have to be read word by word: the longest have some 1,000
_HIGHEST_NUMBER = 999_999_999
_REFERENCE: TypeAdapter[Any] = TypeAdapter(AnyReference)
_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)
_ID: TypeAdapter[str] = TypeAdapter(Id)


class Wanted(NamedTuple):
    """What was said on the command line; empty where nothing was."""

    id: str = ""
    title: str = ""
    condition: str = ""
    language: str = ""


class Assembled(NamedTuple):
    """An article as plain data; ``aside`` is what of the page is in no field of it."""

    article: dict[str, Any]
    notes: tuple[Note, ...]
    aside: tuple[Note, ...]


def assemble(page: Page, stem: str, wanted: Wanted) -> Assembled:
    """The article that *page* makes; its file is called *stem*, which may have to name it.

    An ImportFailure if it is so long that it cannot be one page.
    """
    _refuse_too_much(page)
    notes = list(page.notes)
    aside = list(page.aside)
    notes += [Note(line, f"this is no part of the article: {words!r}") for line, words in aside]
    references = list(_references(page.entries, notes))
    known = frozenset(reference["number"] for reference in references)
    blocks = _without_title(page, wanted, notes, aside)
    made = outline(blocks, known, page.title)
    notes += made.notes
    title = wanted.title or page.title or page.subject
    if not title:
        title = _as_title(stem)
        notes.append(Note(1, f"the page has no title, so it is called after its file: {title!r}"))
    if page.reviewed is None and page.blocks:
        message = "no date of a review was found, so 'review.last_reviewed' is left out"
        notes.append(Note(1, message))
    article = {
        "schema_version": 1,
        "id": wanted.id or _id(page, stem, wanted),
        "title": title,
        "language": wanted.language or _language(page, notes),
        "condition": {"name": wanted.condition or title},
        "review": _review(page),
        "sections": made.sections,
        "references": references,
    }
    return Assembled(article, tuple(sorted(notes)), tuple(sorted(aside)))


def _refuse_too_much(page: Page) -> None:
    """Raise an ImportFailure if *page* is so long that it cannot be one."""
    if len(page.entries) > MOST_ENTRIES:
        raise ImportFailure(f"it has more than {MOST_ENTRIES:,} references: split it.")
    size = sum(len(block.text) for block in page.blocks)
    size += sum(len(entry.text) for entry in page.entries if entry.fields is None)
    if size > _MOST_TEXT:
        raise ImportFailure(
            f"it has {size:,} characters of text, and more than {_MOST_TEXT:,} are no page: "
            "split it."
        )
    printed = sum(entry.fields is None for entry in page.entries)
    if printed > _MOST_PRINTED:
        raise ImportFailure(
            f"it has {printed:,} references in print, and more than {_MOST_PRINTED:,} are no page: "
            "split it."
        )


def _without_title(page: Page, wanted: Wanted, notes: list[Note], aside: list[Note]) -> list[Block]:
    """The blocks of *page* without the heading that is its title."""
    heading = next((block for block in page.blocks if block.kind == "heading"), None)
    others = [block for block in page.blocks if block is not heading]
    is_alone = all(block.kind != "heading" or block.level > 1 for block in others)
    if heading is None or heading.level > 1 or not page.title or not is_alone:
        return list(page.blocks)
    if comparable(heading.text) != comparable(wanted.title or page.title):
        aside.append(Note(heading.line, heading.text))
        notes.append(Note(heading.line, f"the page's own heading is {heading.text!r}"))
    return others


def _as_title(stem: str) -> str:
    """The name of a file as words: ``dystonia-care`` is "Dystonia care"."""
    if stem[:1].isdigit() or not any(map(str.isalnum, stem)):
        return stem
    words = " ".join(re.sub(r"[-_]+", " ", stem).split())
    return words[:1].upper() + words[1:]


def _id(page: Page, stem: str, wanted: Wanted) -> str:
    """An id of the title that the page or the command gives, or else of its file's name."""
    if title := wanted.title or page.title:
        return slug(title, _TITLE_WORDS, "page")
    if not re.fullmatch(r"[_.-]*[A-Za-z0-9][A-Za-z0-9_.-]*", stem):
        return slug(stem, _TITLE_WORDS, "page")
    kept = stem if "_" in stem else stem.lower()
    try:
        return str(_ID.validate_python(kept))
    except ValidationError:
        return f"page-{kept.lstrip('-._')}"


def _language(page: Page, notes: list[Note]) -> str:
    language = page.language.replace("_", "-")
    if not language:
        notes.append(Note(1, "the page does not say its language, so 'en' stands for it"))
        return "en"
    try:
        return _LANGUAGE.validate_python(language)
    except ValidationError:
        notes.append(Note(1, f"{page.language!r} is no language tag; 'en' stands for it"))
        return "en"


def _review(page: Page) -> dict[str, object]:
    reviewed = {} if page.reviewed is None else {"last_reviewed": page.reviewed.isoformat()}
    return {**reviewed, "reviewers": []}


def _references(entries: tuple[Entry, ...], notes: list[Note]) -> Iterator[dict[str, Any]]:
    given = [entry.number for entry in entries if _is_number(entry.number)]
    following = max((number for number in given if number is not None), default=0)
    for entry in entries:
        number = entry.number
        if number is None or not _is_number(number):
            following += 1
            if entry.number is not None or given:
                was = "no number" if number is None else f"the number {number}"
                notes.append(Note(entry.line, f"this reference has {was}; it gets {following}"))
            number = following
        yield {"number": number, **_fields(entry, number, notes)}


def _is_number(number: int | None) -> bool:
    return number is not None and 0 < number <= _HIGHEST_NUMBER


def _fields(entry: Entry, number: int, notes: list[Note]) -> Fields:
    """What is known of a reference; what is not understood of it is in its note."""
    if entry.fields is not None:
        if _is_valid(entry.fields):
            return _in_order(entry.fields)
        notes.append(
            Note(
                entry.line,
                f"reference {number} is none that an article can have: all of it is in its note",
            )
        )
        return _as_it_is(entry, number)
    from citewell.ama import parse_reference
    from citewell.ama.parsing import NO_TITLE

    fields, rest = parse_reference(entry.text)
    fields = dict(fields)
    kept = [words for words in rest if words != NO_TITLE]
    if _loses_words(entry.text, fields, rest):
        kept = [entry.text]
    if kept:
        fields["note"] = "; ".join([*filter(None, [fields.get("note")]), *kept])
        words = "; ".join(kept)
        notes.append(Note(entry.line, f"of reference {number} this is kept in its note: {words!r}"))
    if NO_TITLE in rest:
        notes.append(Note(entry.line, f"of reference {number} no title was found"))
    return _in_order(fields)


def _loses_words(text: str, fields: Fields, rest: Sequence[str]) -> bool:
    """Whether a word of the entry *text* that says something is nowhere in what was made of it."""
    made = set(_WORD.findall(f"{fields} {rest}".lower()))
    return not made.issuperset(set(_WORD.findall(text.lower())) - _LABELS)


def _as_it_is(entry: Entry, number: int) -> Fields:
    """A reference that keeps the words of *entry*, whatever they are."""
    fields = entry.fields or {}
    words = entry.text or "; ".join(f"{key}: {each}" for key, each in fields.items())
    title = " ".join(str(fields.get("title") or entry.text).split()) or f"Reference {number}"
    return {"type": "webpage", "title": title, "note": words or title}


def _is_valid(fields: Fields) -> bool:
    try:
        _REFERENCE.validate_python({"number": "1", **_as_text(fields)})
    except ValidationError:
        return False
    return True


def _as_text(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: as_data(each) for key, each in fields.items()}


_ORDER = (
    *("type", "access", "authors", "organization", "et_al", "editors", "title", "container"),
    *("edition", "publisher", "volume", "issue", "pages", "published", "doi", "pmid", "url"),
    *("accessed", "archive", "note"),
)


def _in_order(fields: Fields) -> dict[str, Any]:
    """*fields* in the order of the model; what may be a number is one, and needs no quotes."""
    known = {key: fields[key] for key in _ORDER if key in fields}
    for key in ("published", "volume", "issue", "pages"):
        if key in known:
            known[key] = unquoted(str(known[key]))
    return {**known, **{key: each for key, each in fields.items() if key not in known}}
