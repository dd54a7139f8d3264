"""What a page says in its head of the work that is on it: pure, and linear in the size of the page.

Four vocabularies, from the most to the least exact: Highwire's ``citation_*``, which Google
Scholar reads (https://scholar.google.com/intl/en/scholar/inclusion.html), Dublin Core, schema.org
in JSON-LD, and Open Graph; and the page's title where none of them has one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from html import unescape
from itertools import chain
from typing import NamedTuple
from urllib.parse import urljoin

from citewell.evidence.bylines import read_date, split_name, split_names
from citewell.evidence.crossref import MOST_NAMES
from citewell.evidence.linked_data import Node, find_work
from citewell.evidence.page import decoded, is_html
from citewell.evidence.quotation import REST_OF_TAG
from citewell.identifiers import (
    bare_doi,
    comparable,
    has_secret,
    is_doi,
    registrable_domain,
    split_url,
    strip_tracking,
)
from citewell.markup import plain
from citewell.record import Description, Name, Record

_MOST_TAGS = 2000  # that are looked at
_LONGEST = 1000  # characters of one text
_MARKUP = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>script|style|title|noscript|svg)(?=[\s/>])(?P<told>{REST_OF_TAG})"
    r"(?P<inside>.*?)(?=</(?P=raw)[\s/>]|\Z)"
    rf"|<(?P<tag>/?[a-z][^\s/>]*+)(?P<attributes>{REST_OF_TAG})"
    r"|<[!?/][^>]*+(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=/>\"'<]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']++)))?")
_PREFIX = re.compile(r"^(dc|dcterms|prism):")  # some write a colon for the dot
_AND = re.compile(r"&|\band\b", re.IGNORECASE)
_PARTS = re.compile(r"\s+[|·•»«–—-]\s+|\s*\|\s*|:\s+")

_TYPES = (
    ("citation_journal_title", "journal-article"),
    ("citation_inbook_title", "book-chapter"),
    ("citation_conference_title", "proceedings-article"),
    ("citation_dissertation_institution", "dissertation"),
    ("citation_technical_report_institution", "report"),
)
"""The type that a page has by what its ``citation_*`` name, and so where the work stands."""
_OF_NODE = {"Dataset": "dataset", "Book": "book", "Chapter": "book-chapter", "Report": "report"}
_DATES = (
    *("citation_publication_date", "citation_cover_date", "citation_date", "citation_online_date"),
    *("citation_year", "dcterms.issued", "dc.date.issued", "dc.date", "dcterms.date"),
)
_OWN_DOI = ("citation_doi", "bepress_citation_doi", "prism.doi", "dc.identifier.doi", "doi")
_IDENTIFIER = ("dc.identifier", "dcterms.identifier")


class _Head(NamedTuple):
    """The ``meta`` values by their name in lower case, and what else tells of the page."""

    metas: Mapping[str, Sequence[str]]
    title: str
    canonical: str
    scripts: tuple[str, ...]

    def first(self, *names: str) -> str:
        """The first value of the first of *names* that has any."""
        return next((value for name in names for value in self.metas.get(name, ())), "")

    def every(self, *names: str) -> Sequence[str]:
        """All values of the first of *names* that has any."""
        return next((self.metas[name] for name in names if name in self.metas), ())


def read(body: bytes, content_type: str, url: str) -> Description | None:
    """What the page *body*, which stands at *url*, says of itself; None if it is not HTML."""
    if not is_html(body, content_type):
        return None
    head = _head(decoded(body, content_type))
    site, page_title = head.first("og:site_name"), head.first("og:title") or head.title
    node = find_work(head.scripts, page_title)
    site = site or node.site
    kind, container = _kind(head, node)
    authors, names = _authors(head, node)
    own_doi = _first_doi(value for name in _OWN_DOI for value in head.metas.get(name, ()))
    return Description(
        work=Record(
            doi=own_doi or _first_doi(_identifiers(head, node)),
            sha256=sha256(body).hexdigest(),
            type=kind,
            titles=tuple(filter(None, [_title(head, node, site)])),
            authors=authors,
            containers=tuple(filter(None, [_clean(container or site)])),
            volume=_clean(head.first("citation_volume") or node.volume),
            issue=_clean(head.first("citation_issue") or node.issue),
            pages=tuple(filter(None, [_clean(_pages(head, node))])),
            et_al=0 < len(authors) < names,
            issued=next(filter(None, map(read_date, _dates(head, node))), ""),
            publisher=_clean(
                head.first(
                    "citation_publisher",
                    *(name for name, _ in _TYPES if name.endswith("_institution")),
                    "dc.publisher",
                    "dcterms.publisher",
                )
                or node.publisher
            ),
        ),
        is_own=bool(own_doi),
        pmid=_pmid(head.first("citation_pmid")),
        address=_address(url, head.canonical or head.first("og:url")),
    )


def _head(source: str) -> _Head:
    """What there is in *source*: of the body, only the scripts count, as many stand there."""
    metas: dict[str, list[str]] = {}
    title = canonical = ""
    scripts: list[str] = []
    in_head, tags = True, 0
    for match in _MARKUP.finditer(source):
        raw, tag = (match["raw"] or "").lower(), (match["tag"] or "").lower()
        if raw == "script" and "ld+json" in match["told"].lower():
            scripts.append(match["inside"])
        elif raw == "title" and in_head:
            title = title or _clean(match["inside"])
        elif tag == "body":
            in_head = False
        elif tag in ("meta", "link") and in_head and tags < _MOST_TAGS:
            tags += 1
            told = _attributes(match["attributes"])
            if tag == "meta":
                name = (told.get("name") or told.get("property") or "").strip().lower()
                name = _PREFIX.sub(r"\1.", name)
                value = _clean(told.get("content", ""))
                if name and value:
                    metas.setdefault(name, []).append(value)
            elif "canonical" in told.get("rel", "").lower().split():
                canonical = canonical or unescape(told.get("href", "")).strip()
    return _Head(metas, title, canonical, tuple(scripts))


def _attributes(text: str) -> dict[str, str]:
    """The attributes of a tag, by their names in lower case; of two of one name the first."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = next(filter(None, match.groups()[1:]), "")
        found.setdefault(match[1].lower(), value[:_LONGEST])
    return found


def _clean(text: str) -> str:
    text = plain(text[:_LONGEST])
    return text if any(map(str.isalnum, text)) and "\ufffd" not in text else ""


def _kind(head: _Head, node: Node) -> tuple[str, str]:
    """The type of the work, and the journal or book that it is part of."""
    for name, kind in _TYPES:
        if value := head.first(name):
            return kind, "" if name.endswith("_institution") else value
    if node.periodical:
        return "journal-article", node.periodical
    return _OF_NODE.get(node.type, "webpage"), node.book


def _title(head: _Head, node: Node, site: str) -> str:
    exact = head.first("citation_title", "dc.title", "dcterms.title") or _clean(node.title)
    return exact or _without(site, head.first("og:title") or head.title)


def _without(site: str, title: str) -> str:
    """*title* without the name of the *site*, which many pages have before or behind it."""
    parts = list(_PARTS.finditer(title))
    if parts and comparable(title[parts[-1].end() :]) == comparable(site):
        return title[: parts[-1].start()]
    if parts and comparable(title[: parts[0].start()]) == comparable(site):
        return title[parts[0].end() :]
    return title


def _authors(head: _Head, node: Node) -> tuple[tuple[Name, ...], int]:
    """The names of those who made the work, and how many there are of them."""
    told = head.every("citation_author", "citation_authors", "dc.creator", "dcterms.creator")
    if not told and node.authors:
        return node.authors[:MOST_NAMES], node.names
    parts = [part for each in told or head.every("article:author") for part in each.split(";")]
    named = [_names(part) for part in parts[:MOST_NAMES] if part.strip()]
    more = len(parts[MOST_NAMES:])
    return tuple(chain.from_iterable(named)), sum(max(1, len(each)) for each in named) + more


def _names(text: str) -> list[Name]:
    """Whom one value names; a comma alone stands between the names of one person."""
    if "," not in text or _AND.search(text):
        return split_names(text)
    name = split_name(text)
    return [name] if name else []


def _dates(head: _Head, node: Node) -> Iterator[str]:
    yield from (head.first(name) for name in _DATES)
    yield node.published
    yield head.first("article:published_time", "og:article:published_time")


def _pages(head: _Head, node: Node) -> str:
    first, last = head.first("citation_firstpage"), head.first("citation_lastpage")
    number = head.first("citation_elocation_id", "citation_article_number")
    span = f"{first}-{last}" if first and last and first != last else first
    return span or number or node.pages


def _identifiers(head: _Head, node: Node) -> Iterator[str]:
    for name in _IDENTIFIER:
        yield from head.metas.get(name, ())
    yield from node.identifiers


def _first_doi(texts: Iterable[str]) -> str:
    return next((doi.lower() for doi in map(bare_doi, texts) if is_doi(doi)), "")


def _pmid(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) or None if is_number else None


def _address(url: str, told: str) -> str:
    """The address *told* by the page at *url*, if it is one of the same owner and has no secret."""
    try:
        told = strip_tracking(urljoin(url, told))[0] if told else ""
    except ValueError:
        return ""
    here, there = split_url(url), split_url(told)
    if here is None or there is None or has_secret(told):
        return ""
    same = registrable_domain(here.hostname or "") == registrable_domain(there.hostname or "")
    is_safe = (here.scheme, there.scheme) != ("https", "http")
    return told if same and is_safe else ""
