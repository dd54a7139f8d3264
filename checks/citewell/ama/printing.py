"""References as the AMA Manual of Style prints them, in its 11th edition.

A reference is a row of sentences. Names, titles and imprint each end in a full stop; what
leads to the work, a DOI or an address, comes last and has none, so that none is copied
along with it (3.15). Every part is printed as the article gives it: journals are not
abbreviated and titles keep their capitals. ``pmid``, ``archive`` and ``note`` have no place
in the style. Numbers in brackets are those of the manual's sections.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from unicodedata import category
from urllib.parse import quote

from citewell.dates import PartialDate
from citewell.identifiers import bare_doi, is_doi, split_url
from citewell.model import Reference

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_MOST_NAMES = 6  # where there are more, only the first few are named (3.7)
_FIRST_NAMES = 3
_STOPS = " .,;:"  # a part brings none of its own: the place where it stands has one
_ENDED = re.compile(r"[?!…]['\"’”]*$|\.['\"’”]+$")
_NUMBERED = re.compile(r"0*(\d{1,3})(?:st|nd|rd|th)?(?: ed(?:n|ition)?)?", re.ASCII | re.IGNORECASE)
_EDITION = re.compile(r"\bed(?:n|ition)\b", re.IGNORECASE)
_VOLUME = re.compile(r"vol(?:ume|\.)?(?![a-z]) *", re.IGNORECASE)
# What RFC 3986 lets stand in a path; the rest of a DOI is percent-encoded.
_PATH = "/:@!$&'()*,;="
_UNSAFE = re.compile(r"[\"<>\\^`{|}]")


class Span(NamedTuple):
    """A stretch of a reference that is set in one way; ``href`` is where it leads, or empty."""

    text: str
    italic: bool = False
    href: str = ""


Sentence = tuple[Span, ...]
"""Spans without the full stop behind them; one without text leaves no trace."""


def format_reference(reference: Reference) -> tuple[Span, ...]:
    """*reference* as it stands in a list of references, without its number.

    An ``href`` is always an http or https address. Control characters are left out;
    characters that steer the direction of writing stay, for the output to deal with.
    """
    sentences = map(_ended, filter(plain, _LAYOUTS[reference.type](reference)))
    spans: list[Span] = []
    for sentence in filter(plain, (*sentences, _location(reference))):
        spans += (Span(" "), *sentence) if spans else sentence
    return _joined(spans)


def plain(spans: Sequence[Span]) -> str:
    """The words of *spans*, as they are copied or searched for."""
    return "".join(span.text for span in spans)


def _ended(sentence: Sentence) -> Sentence:
    """*sentence* with its full stop, unless it ends in another mark."""
    return sentence if _ENDED.search(plain(sentence)) else (*sentence, Span("."))


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """*spans* without empty ones, and with like neighbours made one."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1][1:] == span[1:]:
            joined[-1] = span._replace(text=joined[-1].text + span.text)
        elif span.text:
            joined.append(span)
    return tuple(joined)


# Layouts: the sentences of each type, in their order.


def _article(reference: Reference) -> Iterator[Sentence]:
    """Roe J. Title. *Journal*. 2024;4(2):7-9."""
    yield _words(_byline(reference))
    yield _words(_part(reference.title))
    yield _italic(_part(reference.container))
    yield _words(_issue(reference))


def _book(reference: Reference) -> Iterator[Sentence]:
    """Roe J. *Title*. Vol 2. 3rd ed. Poe E, ed. Publisher; 2024:7-9.

    The container of a book is a series, and the volume then one of the series:
    Roe J. *Title*. Publisher; 2024. Series; vol 4.
    """
    yield _words(_byline(reference))
    yield _italic(_part(reference.title))
    series = _part(reference.container)
    if not series:
        yield _words(_volume("Vol", reference))
    yield _words(_edition(reference.edition))
    if _names(reference):
        yield _words(_editors(reference))
    yield _words(_imprint(reference, _year(reference)))
    if series:
        issue = _part(reference.issue)
        number = f"no {issue}" if issue else ""
        yield _words(_list("; ", series, _volume("vol", reference), number))


def _chapter(reference: Reference) -> Iterator[Sentence]:
    """Roe J. Title. In: Poe E, ed. *Book*. Vol 2. 3rd ed. Publisher; 2024:7-9."""
    editors, book = _editors(reference), _part(reference.container)
    yield _words(_names(reference))
    yield _words(_part(reference.title))
    yield _words(f"In: {editors}" if editors else "")
    yield (Span("" if editors or not book else "In: "), *_italic(book))
    yield _words(_volume("Vol", reference))
    yield _words(_edition(reference.edition))
    yield _words(_imprint(reference, _year(reference)))


def _webpage(reference: Reference) -> Iterator[Sentence]:
    """Organization. Title. Website. April 22, 2024."""
    yield _words(_byline(reference))
    yield _words(_part(reference.title))
    yield _words(_part(reference.container) or _part(reference.publisher))
    yield _words(_date(reference.published))


def _dataset(reference: Reference) -> Iterator[Sentence]:
    """Roe J. Title. Repository. Owner; April 22, 2024."""
    yield _words(_byline(reference))
    yield _words(_part(reference.title))
    yield _words(_part(reference.container))
    yield _words(_imprint(reference, _date(reference.published)))


def _communication(reference: Reference) -> Iterator[Sentence]:
    """Roe J. Title. Personal communication. Organization. April 22, 2024.

    The manual wants these in the text and not in the list (3.13.10); the order is the one
    that it has there. The organization is where the person works, and no second author.
    """
    yield _words(_people(reference.authors, reference.et_al))
    yield _words(_part(reference.title))
    yield _words("Personal communication")
    yield _words(_part(reference.organization) or _part(reference.publisher))
    yield _words(_date(reference.published))


_LAYOUTS: dict[str, Callable[[Reference], Iterator[Sentence]]] = {
    "article-journal": _article,
    "chapter": _chapter,
    "book": _book,
    "webpage": _webpage,
    "entry-encyclopedia": _chapter,
    "report": _book,
    "dataset": _dataset,
    "personal_communication": _communication,
}


# Sentences, and the parts they are made of; a part that is missing is an empty text.


def _words(text: str) -> Sentence:
    return (Span(text),)


def _italic(text: str) -> Sentence:
    return (Span(text, italic=True),)


def _part(text: str | None) -> str:
    """A field on one line, without control characters and the stops around it."""
    return _clean(text).lstrip(" ,;:").rstrip(_STOPS)


def _clean(text: str | None) -> str:
    """*text* on one line: any white space is one blank, and other control characters go."""
    text = text or ""
    if not text.isprintable():
        text = "".join(each for each in text if each.isspace() or category(each) != "Cc")
    return " ".join(text.split())


def _list(delimiter: str, *parts: str) -> str:
    return delimiter.join(filter(None, parts))


def _byline(reference: Reference) -> str:
    """Who made the work: its authors, or else its editors."""
    return _names(reference) or _editors(reference)


def _names(reference: Reference) -> str:
    """The authors, persons before the body: Roe J, Poe E; Example Study Group (3.7)."""
    persons = _people(reference.authors, reference.et_al)
    body = _part(reference.organization)
    if body and not persons and reference.et_al:
        return f"{body}, et al"
    return _list("; ", persons, body)


def _editors(reference: Reference) -> str:
    """The editors: Roe J, ed; or Roe J, Poe E, eds.

    ``et_al`` says that names are missing, and means those that stand first in the entry.
    """
    others = reference.et_al and not _names(reference)
    people = _people(reference.editors, others)
    if not people:
        return ""
    return f"{people}, {'eds' if others or len(reference.editors) > 1 else 'ed'}"


def _people(names: Sequence[str], others: bool) -> str:
    """Names in a row; *others* says that there are more than these."""
    people = [name for name in map(_part, names) if name]
    if people and len(people) + others > _MOST_NAMES:
        people, others = people[:_FIRST_NAMES], True
    return ", ".join([*people, "et al"] if people and others else people)


def _issue(reference: Reference) -> str:
    """Year, volume, issue and pages: 2024;4(2):7-9.

    A journal without volumes has the date of the issue instead. A day with no pages is the
    one on which an article appeared ahead of its issue; with less to go by, nothing is said
    of that, as the volume may just be missing here.
    """
    issue, pages = _part(reference.issue), _pages(reference)
    volume = _part(reference.volume) + (f"({issue})" if issue else "")
    if volume:
        return _list(":", _list(";", _year(reference), volume), pages)
    date = _date(reference.published)
    if reference.published and reference.published.day and not pages:
        return f"Published online {date}"
    return _list(":", date, pages)


def _imprint(reference: Reference, date: str) -> str:
    """Publisher, date and pages: Publisher; 2024:7-9."""
    return _list(":", _list("; ", _part(reference.publisher), date), _pages(reference))


def _pages(reference: Reference) -> str:
    """The pages, with a hyphen between first and last."""
    return _part(reference.pages).replace("–", "-")


def _edition(text: str | None) -> str:
    """The edition: 7th ed, or 2024 ed. The first is not mentioned (3.12.1)."""
    edition = _part(text)
    if match := _NUMBERED.fullmatch(edition):
        number = int(match[1])
        return "" if number == 1 else f"{_ordinal(number)} ed"
    return f"{edition} ed" if edition.isdecimal() else _EDITION.sub("ed", edition)


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def _volume(label: str, reference: Reference) -> str:
    volume = _part(_VOLUME.sub("", _part(reference.volume), count=1))
    return f"{label} {volume}" if volume else ""


def _year(reference: Reference) -> str:
    return str(reference.published.year) if reference.published else ""


def _date(date: PartialDate | None) -> str:
    """As much of *date* as is known: 2024, April 2024 or April 22, 2024."""
    if date is None:
        return ""
    if date.month is None:
        return str(date.year)
    month = _MONTHS[date.month - 1]
    return f"{month} {date.year}" if date.day is None else f"{month} {date.day}, {date.year}"


# What leads to the work.


def _location(reference: Reference) -> Sentence:
    """The DOI; or the address, with the day it was read; or a DOI that is none, unlinked."""
    doi = bare_doi(_clean(reference.doi))
    if is_doi(doi):
        return (Span(f"doi:{doi}", href=f"https://doi.org/{quote(doi, safe=_PATH)}"),)
    if url := _clean(reference.url):
        day = reference.accessed
        read = f"Accessed {_date(PartialDate(day.year, day.month, day.day))}. " if day else ""
        return (Span(read), Span(url, href=_href(url)))
    return _words(f"doi:{doi}" if doi else "")


def _href(url: str) -> str:
    """*url* as a link may hold it, or empty where it is no web address."""
    parts = split_url(url)
    if parts is None:
        return ""
    rest = url[len(parts.scheme) :]
    return parts.scheme + _UNSAFE.sub(lambda match: quote(match[0]), rest)
