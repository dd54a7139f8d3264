"""What the JSON-LD of a page says of the work on it, in the words of https://schema.org."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from citewell.evidence.bylines import split_names
from citewell.identifiers import comparable
from citewell.markup import plain
from citewell.record import Name

_RANKS = (
    ("ScholarlyArticle", "MedicalScholarlyArticle"),
    ("Dataset", "Book", "Chapter", "Report"),
    ("MedicalWebPage",),
    (
        *("Article", "NewsArticle", "TechArticle", "BlogPosting", "SocialMediaPosting"),
        *("AdvertiserContentArticle", "SatiricalArticle", "AnalysisNewsArticle"),
    ),
    ("WebPage", "AboutPage", "FAQPage", "ItemPage", "QAPage"),
)
"""The types of nodes that describe the work on a page, from the most to the least exact."""
_BODIES = frozenset({"CollegeOrUniversity", "Consortium", "Corporation", "Hospital", "NGO"})
_ITSELF = ("@graph", "mainEntity", "mainEntityOfPage")  # below these keys the page itself is told
_MOST_NODES = 500
_MOST_PARENTS = 5  # article, issue, volume, journal
_LONGEST = 1000  # characters of one text


class Node(NamedTuple):
    """A work as it is told; what is not told is empty. ``names`` is the number of its authors."""

    type: str = ""
    title: str = ""
    authors: tuple[Name, ...] = ()
    names: int = 0
    publisher: str = ""
    site: str = ""
    periodical: str = ""
    book: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    published: str = ""
    identifiers: tuple[str, ...] = ()


def find_work(scripts: Sequence[str], title: str) -> Node:
    """The work that *scripts* tell of; of several alike the one that the page's *title* names.

    Nothing is known of a page whose JSON-LD cannot be read, or tells of several works.
    """
    nodes = [node for script in scripts for node in _nodes(_parsed(script))][:_MOST_NODES]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    site = next((_text(node.get("name")) for node in nodes if "WebSite" in _types(node)), "")
    for rank in _RANKS:
        found = [node for node in nodes if _types(node) & set(rank) and _title(node)]
        if len({_title(node) for node in found}) > 1:
            found = [node for node in found if _is_named(_title(node), title)]
        if found:
            return _read(found[0], by_id, site)
    return Node(site=site)


def _parsed(script: str) -> Any:
    script = script.strip().removeprefix("//<![CDATA[").removesuffix("//]]>")
    try:
        return json.loads(script, strict=False)  # line breaks within texts are common
    except (ValueError, RecursionError):
        return None


def _nodes(top: Any) -> Iterator[dict[str, Any]]:
    """The nodes about the page itself: not those that it lists, cites or belongs to."""
    waiting = [top]
    for number, node in enumerate(waiting):
        if number > _MOST_NODES:
            return
        if isinstance(node, list):
            waiting += node[:_MOST_NODES]
        elif isinstance(node, dict):
            yield node
            waiting += [node[key] for key in _ITSELF if key in node]


def _types(node: dict[str, Any]) -> set[str]:
    told = node.get("@type")
    types = told if isinstance(told, list) else [told]
    return {each.rpartition("/")[2].rpartition(":")[2] for each in types if isinstance(each, str)}


def _title(node: dict[str, Any]) -> str:
    return _text(node.get("headline")) or _text(node.get("name"))


def _is_named(own: str, title: str) -> bool:
    one, other = comparable(own), comparable(title)
    return bool(one and other) and (one in other or other in one)


def _read(node: dict[str, Any], by_id: dict[str, dict[str, Any]], site: str) -> Node:
    authors = _listed(node.get("author") or node.get("creator"))
    found = [_names(each, by_id) for each in authors[:_MOST_NODES]]
    type_ = next(each for rank in _RANKS for each in rank if each in _types(node))
    told = Node(
        type=type_,
        title=_title(node),
        authors=tuple(name for names in found for name in names),
        names=sum(max(1, len(names)) for names in found),
        publisher=_text(_resolved(node.get("publisher"), by_id)),
        site=site,
        pages=_pages(node),
        published=_text(node.get("datePublished")),
        identifiers=tuple(_identifiers(node)),
    )
    return _with_parents(told, node, by_id)


def _with_parents(told: Node, node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> Node:
    """*told* with what the issue, the volume, the journal, book or site say of which it is part."""
    parent: Any = node
    for _ in range(_MOST_PARENTS):
        listed = _listed(parent.get("isPartOf"))
        parent = _resolved(listed[0] if listed else None, by_id)
        if not isinstance(parent, dict):
            break
        name, types = _text(parent.get("name")), _types(parent)
        told = told._replace(
            volume=told.volume or _text(parent.get("volumeNumber")),
            issue=told.issue or _text(parent.get("issueNumber")),
        )
        if types & {"Periodical", "Journal"}:
            told = told._replace(periodical=told.periodical or name)
        elif "Book" in types:
            told = told._replace(book=told.book or name)
        elif "WebSite" in types:
            told = told._replace(site=told.site or name)
    return told


def _resolved(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    """What *value* stands for, if it only names a node that is told of elsewhere."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _names(value: Any, by_id: dict[str, dict[str, Any]]) -> list[Name]:
    """Whom a node or a byline names; most often it is one."""
    value = _resolved(value, by_id)
    if isinstance(value, dict):
        family, given = _text(value.get("familyName")), _text(value.get("givenName"))
        if family:
            return [Name(family, given)]
        is_body = any(each in _BODIES or each.endswith("Organization") for each in _types(value))
        if is_body and _text(value):
            return [Name(_text(value), is_group=True)]
    return split_names(_text(value))


def _pages(node: dict[str, Any]) -> str:
    first, last = _text(node.get("pageStart")), _text(node.get("pageEnd"))
    span = f"{first}-{last}" if first and last and first != last else first
    return span or _text(node.get("pagination"))


def _identifiers(node: dict[str, Any]) -> Iterator[str]:
    """All that may be a DOI; those of other works are under other keys."""
    for key in ("identifier", "sameAs", "@id", "url"):
        for each in _listed(node.get(key))[:_MOST_NODES]:
            value = each.get("value") or each.get("@id") if isinstance(each, dict) else each
            if isinstance(value, str):
                yield value[:_LONGEST]


def _text(value: Any) -> str:
    """*value* on one line: a text, a number, the name of a node, or the first of several."""
    for _ in range(_MOST_PARENTS):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
        return str(value)
    return plain(value[:_LONGEST]) if isinstance(value, str) else ""
