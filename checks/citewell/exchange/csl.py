"""CSL-JSON, in and out: what citation managers, pandoc and citeproc read.

The format is that of the schema ``csl-data.json`` (version 1.0.2). What it has no variable for,
goes to its object ``custom``: ``access``, ``archive`` and, for a personal communication, the
``organization`` where the person works. That there are more names says a last one, "et al".
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from citewell import inert
from citewell.dates import PartialDate
from citewell.exchange.draft import MOST_ENTRIES, Draft, page_of, refuse_too_many
from citewell.exchange.names import ET_AL, Body, Person, persons
from citewell.exchange.page import ImportFailure, Page, text_of
from citewell.exchange.rich_text import plain
from citewell.model import WORK_TYPES, Reference

CANNOT_HOLD = {
    "authors": "a name that is only 'et al', which says that there are more",
    "title": "a tag (<i>) or an entity (&amp;) that is meant as these letters",
}
"""What comes back otherwise than it was, by field; the title stands for every text."""

_TYPES = {
    **{kind: kind for kind in (*WORK_TYPES, "personal_communication")},
    **dict.fromkeys(("article", "article-magazine", "article-newspaper"), "article-journal"),
    **dict.fromkeys(("review", "review-book"), "article-journal"),
    **dict.fromkeys(("paper-conference",), "chapter"),
    **dict.fromkeys(("entry", "entry-dictionary"), "entry-encyclopedia"),
    **dict.fromkeys(("classic", "collection", "periodical", "thesis"), "book"),
    **dict.fromkeys(("post", "post-weblog"), "webpage"),
    **dict.fromkeys(("software",), "dataset"),
}
"""The nearest type of ours; what is not here is a report."""

_TEXTS = {
    "title": "title",
    "container-title": "container",
    "edition": "edition",
    "publisher": "publisher",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "note": "note",
    "URL": "url",
}
_SERIES = {"container": "collection-title", "volume": "collection-number"}
"""Of a book or report the container is a series, and the volume then one of the series."""

_IN_SERIES = ("book", "report")
_ROLES = {"author": "authors", "editor": "editors"}
_OWN = {"id", "type", "citation-key", "custom"}  # for the file itself, or read apart
_TELLING = {"type", "title", "author"}  # an object with none of them is something else
_BLANKS = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_SEASONS = {"1": "spring", "2": "summer", "3": "autumn", "4": "winter"}


# Out.


def render(references: Iterable[tuple[str, Reference]]) -> str:
    """*references*, each with an id of its own, as a list in CSL-JSON."""
    items = [item(key, reference) for key, reference in references]
    return inert.json(json.dumps(items, ensure_ascii=False, indent=2)) + "\n"


def item(key: str, reference: Reference) -> dict[str, Any]:
    """*reference* as an item of CSL-JSON with the id *key*."""
    series = _SERIES if reference.type in _IN_SERIES and reference.container else {}
    texts = {
        series.get(field, variable): getattr(reference, field) for variable, field in _TEXTS.items()
    }
    day = reference.accessed
    told = {
        "id": key,
        "type": reference.type,
        **dict(_names(reference)),
        **{variable: " ".join(text.split()) for variable, text in texts.items() if text},
        "issued": _date(reference.published),
        "DOI": reference.doi,
        "PMID": str(reference.pmid) if reference.pmid else None,
        "accessed": _date(PartialDate(day.year, day.month, day.day) if day else None),
        "custom": _custom(reference),
    }
    return {variable: value for variable, value in told.items() if value}


def _names(reference: Reference) -> Iterator[tuple[str, list[dict[str, str]]]]:
    authors = [_name(each) for each in persons(reference.authors)]
    if reference.organization and reference.type != "personal_communication":
        authors.append({"literal": " ".join(reference.organization.split())})
    editors = [_name(each) for each in persons(reference.editors)]
    if reference.et_al:
        (editors if editors and not authors else authors).append({"literal": ET_AL})
    yield "author", authors
    yield "editor", editors


def _name(who: Person) -> dict[str, str]:
    return {part: text for part, text in who._asdict().items() if text}


def _date(date: PartialDate | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[part for part in date if part]]} if date else None


def _custom(reference: Reference) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if reference.access != "open":
        told["access"] = reference.access
    if reference.archive:
        told["archive"] = reference.archive.model_dump(mode="json")
    if reference.type == "personal_communication" and reference.organization:
        told["organization"] = " ".join(reference.organization.split())
    return told


# In.


def read(raw: bytes) -> Page:
    """The references of a file in CSL-JSON: a list of items, one item, or an object of ``items``.

    Raises :class:`ImportFailure` where it is none.
    """
    try:
        items = list(islice(_items(text_of(raw)), MOST_ENTRIES + 1))
        refuse_too_many(len(items))
        drafts = [_draft(line, each) for line, each in items]
    except RecursionError:
        raise ImportFailure("it is nested too deeply.") from None
    if not drafts:
        raise ImportFailure("it has no reference: CSL-JSON is a list of objects.")
    if not any(_TELLING & each.keys() for _, each in items):
        raise ImportFailure("nothing in it is a work: no object has a 'type', 'title' or 'author'.")
    return page_of(drafts)


def _items(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each item with its line; the list is taken apart here, as the parser tells no lines."""
    at, line, counted = _skip(text, 0), 1, 0
    is_list = text[at : at + 1] == "["
    at = _skip(text, at + is_list)
    while at < len(text) and not (is_list and text[at] == "]"):
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, at = _DECODER.raw_decode(text, at)
        except ValueError:
            raise ImportFailure(f"from line {line} on it is no JSON.") from None
        listed = value.get("items") if isinstance(value, dict) and not is_list else None
        for each in listed if isinstance(listed, list) else [value]:
            if not isinstance(each, dict):
                raise ImportFailure(f"line {line}: CSL-JSON is a list of objects.")
            yield line, each
        at = _skip(text, at)
        if not is_list:
            break
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            raise ImportFailure(f"from line {line} on it is no JSON: the list does not go on.")
    if _skip(text, at + is_list) < len(text):
        raise ImportFailure("more follows behind its end: CSL-JSON is one list.")


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _draft(line: int, told: Mapping[str, Any]) -> Draft:
    draft = Draft(line)
    original = _words(told.get("type")) or "(none)"
    kind = _TYPES.get(original, "report")
    draft.type(kind, "" if original == kind else original)
    given = dict(told)
    if kind in _IN_SERIES:
        _from_series(given)
    for variable, value in given.items():
        if value is not None and value not in ("", [], {}) and variable not in _OWN:
            _put(draft, variable, value)
    _customs(draft, given.get("custom"))
    return draft


def _from_series(given: dict[str, Any]) -> None:
    """Let the series of a book be its container, as the article has it."""
    if given.get("collection-title") and not given.get("container-title"):
        given["container-title"] = given.pop("collection-title")
        if given.get("collection-number") and not given.get("volume"):
            given["volume"] = given.pop("collection-number")


def _put(draft: Draft, variable: str, value: Any) -> None:
    if variable in _TEXTS:
        draft.text(_TEXTS[variable], _words(value), variable)
    elif variable in _ROLES:
        draft.names(_ROLES[variable], _people(draft, variable, value))
    elif variable == "DOI":
        draft.doi(_words(value))
    elif variable == "PMID":
        draft.pmid(_words(value))
    elif variable == "issued":
        _read_date(draft, variable, value, draft.published)
    elif variable == "accessed":
        _read_date(draft, variable, value, draft.accessed)
    elif variable == "number" and draft.fields["type"] == "article-journal":
        draft.text("pages", _words(value), variable)  # an e-locator
    else:
        draft.aside(variable, _said(value))


def _words(value: Any) -> str:
    """A text without the markup that CSL-JSON allows in it; figures are text, too."""
    text = value if isinstance(value, str) else "" if value is None else _json(value)
    return plain(text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _said(value: Any) -> str:
    """A value of any kind in words, for the note."""
    if isinstance(value, dict) and set(value) & {"family", "literal", "given"}:
        parts = (value.get(part) for part in ("given", "family", "suffix", "literal"))
        return " ".join(_words(part) for part in parts if part)
    if isinstance(value, dict) and isinstance(value.get("date-parts"), list):
        return _iso(value["date-parts"]) or _json(value)
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    return _words(value)


def _people(draft: Draft, variable: str, value: Any) -> Iterator[Person | Body]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict) and each.get("family"):
            parts = ("dropping-particle", "non-dropping-particle", "family")
            family = " ".join(_words(each[part]) for part in parts if each.get(part))
            yield Person(family, _words(each.get("given")), _words(each.get("suffix")))
        elif isinstance(each, dict) and (each.get("literal") or each.get("given")):
            name = _words(each.get("literal"))
            yield Body(name) if name else Person(_words(each["given"]))
        else:
            draft.misread(variable, _said(each), "is no name")


def _read_date(draft: Draft, variable: str, value: Any, put: Any) -> None:
    """The date of *variable*; what makes it less than a date is kept in the note."""
    if not isinstance(value, dict):
        put(_words(value), variable)
        return
    parts = value.get("date-parts")
    date = _iso(parts[:1]) if isinstance(parts, list) else ""
    for form in ("edtf", "raw", "literal"):
        if value.get(form) and not date:
            date = _words(value[form])
        elif value.get(form):
            draft.aside(f"{variable}, {form}", _words(value[form]))
    put(date, variable)
    if isinstance(parts, list) and (len(parts) > 1 or not date):
        draft.misread(variable, _iso(parts) or _json(parts), "is a range or no date")
    if value.get("season"):
        season = _words(value["season"])
        draft.aside("season", _SEASONS.get(season, season))
    if value.get("circa"):
        draft.misread(variable, f"circa {date}", "is not exact")


def _iso(ranges: Any) -> str:
    """Date parts in ISO 8601, a range with a slash; empty if they are none."""
    if not all(isinstance(parts, list) and any(parts) for parts in ranges):
        return ""
    dates = ([_words(part) for part in parts if part not in (None, "")] for parts in ranges)
    return "/".join("-".join([f"{y:0>4}", *(f"{n:0>2}" for n in rest)]) for y, *rest in dates)


def _customs(draft: Draft, custom: Any) -> None:
    if not isinstance(custom, dict):
        if custom:
            draft.aside("custom", _said(custom))
        return
    for name, value in custom.items():
        if name == "access" and value in ("open", "subscription", "internal"):
            if value != "open":
                draft.fields["access"] = value
        elif name == "archive" and _is_archive(value):
            draft.fields["archive"] = dict(value)
        elif name == "organization" and draft.fields["type"] == "personal_communication":
            draft.text("organization", _words(value))
        else:
            draft.aside(name, _said(value))


def _is_archive(value: Any) -> bool:
    from pydantic import ValidationError

    from citewell.model import Archive

    try:
        Archive.model_validate(value)
    except ValidationError:
        return False
    return True
