"""Rules of the group ``corpus``: do the articles agree on what several of them cite?"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from citewell.entry import Entry
from citewell.finding import Remark, Severity
from citewell.identifiers import comparable, page_of, split_url, unidentifying
from citewell.rules.rule import Digest, Policy

_LONGEST = 120  # characters of a value in a message
_MOST_PLACES = 3
_YEARS_APART = 1  # from online to print
_A_YEAR = range(1800, 2200)
_FIELDS = (
    *("title", "authors", "editors", "organization", "container", "edition", "publisher"),
    *("published", "volume", "issue", "pages", "pmid"),
)
_CHANGING = frozenset({"edition", "published", "volume", "issue", "pages"})
"""What a page may have told otherwise on another day."""
_OF_NO_JOURNAL = frozenset({"edition", "publisher"})
_OF_MANY = frozenset(
    {
        *("academic", "academy", "agency", "american", "association", "books", "center", "centre"),
        *("clinic", "college", "department", "foundation", "group", "health", "hospital"),
        *("institute", "international", "medical", "medicine", "national", "office", "press"),
        *("publication", "publications", "publisher", "publishers", "publishing", "service"),
        *("services", "society", "university"),
    }
)
"""Words that the names of many bodies share."""
_NOUNS = {
    "authors": "first author",
    "editors": "first editor",
    "published": "year",
    "pages": "first page",
    "doi": "DOI",
    "pmid": "PubMed number",
}
_CONTAINERS = {"article-journal": "journal", "chapter": "book"}


class _Listed(NamedTuple):
    """An entry, and the file that lists it."""

    file: str
    entry: Entry


_Found = tuple[str, Remark]


def inconsistent_reference(articles: tuple[Digest, ...], _policy: Policy) -> Iterator[_Found]:
    """Articles that cite one work say the same of it.

    What: a work with the same DOI, PubMed number or, where it has neither, the same address
        and title in several articles that give another title, first author, organization,
        journal, book or site, edition, publisher, year, volume, issue, first page, DOI or PubMed
        number of it. It is told where most articles say otherwise; of two views as frequent, each
        is told of the other. Printing counts for nothing: case, subtitles, abbreviations,
        initials; nor does one year between online and print, or what a page may have said on
        another day. As info, a page that was read on different days, at the older one.
    Why: ICMJE Recommendations, IV.A.3.g: references are to be verified against the original
        source. Of two versions of one work, one is wrong; and who corrects or reads it anew
        in one article leaves the others behind.
    Bad:
        # content/one.yaml
        references:
          - {number: 1, type: article-journal, authors: [Roe J], title: A review of tremor,
             container: J Examples, published: 2021, doi: 10.5555/tremor}
        # content/two.yaml
        references:
          - {number: 1, type: article-journal, authors: [Roe J], title: A review of tremor,
             container: J Examples, published: 2012, doi: 10.5555/tremor}
    Good:
        # content/one.yaml
        references:
          - {number: 1, type: article-journal, authors: [Roe J], title: A review of tremor,
             container: J Examples, published: 2021, doi: 10.5555/tremor}
        # content/two.yaml
        references:
          - {number: 1, type: article-journal, authors: [Roe JA], title: A review of tremor.,
             container: Journal of Examples, published: 2021, doi: 10.5555/TREMOR}
    """
    listed = [_Listed(article.file, entry) for article in articles for entry in article.entries]
    order = {article.file: number for number, article in enumerate(articles)}
    found = [*_disagreements(listed), *_readings(listed)]
    return iter(sorted(found, key=lambda each: order[each[0]]))  # each file is read once


def _disagreements(listed: list[_Listed]) -> Iterator[_Found]:
    of_pmid: dict[int, list[_Listed]] = {}
    for each in listed:
        if each.entry.pmid:
            of_pmid.setdefault(each.entry.pmid, []).append(each)
    dois = {pmid: {each.entry.doi for each in own} - {""} for pmid, own in of_pmid.items()}
    known = {pmid: next(iter(own)) for pmid, own in dois.items() if len(own) == 1}
    for pmid, own in of_pmid.items():
        if len(dois[pmid]) > 1:
            yield from _told("doi", own)
    works: dict[tuple[str, ...], list[_Listed]] = {}
    for each in listed:
        if key := _work(each.entry, known.get(each.entry.pmid, "")):
            works.setdefault(key, []).append(each)
    for key, own in works.items():
        is_page = key[0] == "url"
        if len({each.file for each in own}) > 1 and (not is_page or _is_telling(own[0].entry.url)):
            yield from _of_work(own, is_page=is_page)


def _of_work(listed: list[_Listed], *, is_page: bool) -> Iterator[_Found]:
    for field in _FIELDS:
        for group in _by_day(listed) if is_page and field in _CHANGING else (listed,):
            yield from _told(field, group)


def _work(entry: Entry, known_doi: str) -> tuple[str, ...]:
    """What makes the work of *entry* that work; nothing if nobody could tell.

    One address has several works, and so has the DOI of a book the chapters of which are cited:
    these need a title, too. *known_doi* is that of its PubMed number.
    """
    title = comparable(entry.title)
    if doi := entry.doi or known_doi:
        return ("doi", doi, title) if entry.type == "chapter" else ("doi", doi)
    if entry.pmid:
        return ("pmid", str(entry.pmid))
    return ("url", page_of(entry.url), title) if entry.url else ()


def _is_telling(url: str) -> bool:
    """Whether *url* is that of a page which may be a work."""
    return split_url(url) is not None and unidentifying(url) is None


def _by_day(listed: list[_Listed]) -> Iterable[list[_Listed]]:
    """Those who have seen the same state of a page, together."""
    groups: dict[object, list[_Listed]] = {}
    for each in listed:
        groups.setdefault(each.entry.accessed, []).append(each)
    return groups.values()


class _View(NamedTuple):
    """What some articles say in a field, as the first of them prints it, and who says so.

    ``places`` has the first entry of each file.
    """

    example: Entry
    listed: list[_Listed]
    places: dict[str, _Listed]


def _view(listed: list[_Listed]) -> _View:
    places = {each.file: each for each in reversed(listed)}
    return _View(listed[0].entry, listed, dict(reversed(places.items())))


def _told(field: str, listed: list[_Listed]) -> Iterator[_Found]:
    """What is to be said of *field*, in which the entries *listed* for one work may disagree."""
    printed: dict[object, list[_Listed]] = {}
    for each in listed:
        if value := getattr(each.entry, field):
            form = comparable(value) if isinstance(value, str) and field != "doi" else value
            printed.setdefault(form, []).append(each)
    if len(printed) == 1:
        return
    views = sorted(map(_view, printed.values()), key=lambda view: -len(view.places))
    first, rest = _alike(field, views)
    second, others = _alike(field, rest)
    if second is None or first is None:
        return
    if len(second.places) > len(first.places):
        first, second = second, first
    for each in (*second.listed, *(each for view in others for each in view.listed)):
        yield from _said(field, each, first)
    if len(first.places) == len(second.places):
        for each in first.listed:
            yield from _said(field, each, second)


def _alike(field: str, views: list[_View]) -> tuple[_View | None, list[_View]]:
    """The first of *views* with all that may mean the same, and those that do not."""
    if not views:
        return None, []
    example = views[0].example
    rest = [view for view in views[1:] if _differs(field, view.example, example)]
    left = {id(view) for view in rest}
    same = [each for view in views if id(view) not in left for each in view.listed]
    return _view(same), rest


def _said(field: str, each: _Listed, other: _View) -> Iterator[_Found]:
    entry, example = each.entry, other.example
    if each.file in other.places:
        return  # the article itself says both: a matter of duplicate-reference
    if not _differs(field, entry, example):
        return  # what is like two views is none of them
    node = (field, 0) if field in ("authors", "editors") else (field,)
    node = (entry.doi_at,) if field == "doi" else node
    yield (
        each.file,
        Remark(
            (*entry.path, *node),
            f"The {_noun(field, entry)} of reference {entry.number} is '{_value(field, entry)}', "
            f"and '{_value(field, example)}' of the same work in {_where(other.places)}",
            "Look at the work itself, and say the same of it in all articles.",
            detail=field,
            key=f"{_identity(entry)}/{field}",
        ),
    )


def _where(places: dict[str, _Listed]) -> str:
    """The *places*, the first few by name."""
    shown = islice(places.values(), _MOST_PLACES)
    named = [f"{each.file} (reference {each.entry.number})" for each in shown]
    if more := len(places) - len(named):
        return f"{', '.join(named)} and {more:,} more"
    return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))


def _noun(field: str, entry: Entry) -> str:
    if field == "container":
        return _CONTAINERS.get(entry.type, "site")
    return _NOUNS.get(field, field)


def _value(field: str, entry: Entry) -> str:
    text = str(getattr(entry, field))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _identity(entry: Entry) -> str:
    """What the work of *entry* is known by, whatever other articles add."""
    if entry.doi:
        return f"work:doi:{entry.doi}"
    return f"work:pmid:{entry.pmid}" if entry.pmid else f"work:url:{page_of(entry.url)}"


def _differs(field: str, one: Entry, other: Entry) -> bool:
    """Whether two printings of *field* cannot mean the same."""
    if field == "published":
        return abs(one.published - other.published) > _YEARS_APART
    ours, theirs = getattr(one, field), getattr(other, field)
    if field in ("doi", "pmid"):
        return bool(ours != theirs)
    if comparable(ours) == comparable(theirs):
        return False
    is_journal = one.type == other.type == "article-journal"
    if field in _OF_NO_JOURNAL and "article-journal" in (one.type, other.type):
        return False
    if field == "container" and not is_journal:
        if one.type != other.type:
            return False
        field = "book" if one.type == "chapter" else "site"
    return _is_other(field, ours, theirs)


def _is_other(field: str, ours: str, theirs: str) -> bool:
    from citewell.matching import author, imprint, journal, title  # which few runs need

    if field in ("title", "book"):
        alike = (title.Likeness.UNKNOWN, title.Likeness.SAME, title.Likeness.SHORTENED)
        is_other = title.compare(ours, [theirs]) not in alike
        return is_other and not (field == "book" and journal.same(ours, [theirs]))
    if field in ("authors", "editors"):
        return not author.same(ours, theirs)
    if field == "container":
        return journal.same(ours, [theirs]) is False
    if field == "pages":
        return imprint.same_page(ours, [theirs]) is False
    if field in ("volume", "issue", "edition"):
        is_year = any(text.isdecimal() and int(text) in _A_YEAR for text in (ours, theirs))
        return not is_year and imprint.same_number(ours, theirs) is False
    return not _is_like(ours, theirs)


def _is_like(ours: str, theirs: str) -> bool:
    """Whether two names of a body or a site may be one: they share a word of their own."""
    from citewell.matching import journal, title

    if journal.same(ours, [theirs]) is not False:
        return True
    one, other = title.content(ours) - _OF_MANY, title.content(theirs) - _OF_MANY
    return not one or not other or bool(one & other)


def _readings(listed: list[_Listed]) -> Iterator[_Found]:
    """Where a page was read longer ago than in another article; one remark an article and page."""
    pages: dict[str, dict[str, _Listed]] = {}
    for each in listed:
        entry = each.entry
        if entry.accessed and entry.url and not entry.doi:
            own = pages.setdefault(page_of(entry.url), {})
            if each.file not in own or _day(own[each.file]) < _day(each):
                own[each.file] = each
    for own in pages.values():
        newest = max(map(_day, own.values()))
        latest = {file: each for file, each in own.items() if _day(each) == newest}
        if len(latest) == len(own) or not _is_telling(next(iter(own.values())).entry.url):
            continue
        for file, each in own.items():
            if file not in latest:
                yield file, _read_before(each.entry, newest, _where(latest))


def _day(each: _Listed) -> str:
    return str(each.entry.accessed)


def _read_before(entry: Entry, newest: str, where: str) -> Remark:
    return Remark(
        (*entry.path, "accessed"),
        f"The page of reference {entry.number} was read on {entry.accessed} here and on {newest} "
        f"in {where}: one reading serves both",
        "See that the claims here, too, agree with the page as it is now, and write one date.",
        detail="accessed",
        key=f"{_identity(entry)}/accessed",
        at_most=Severity.INFO,
    )
