"""Articles in JSON-LD with the vocabulary of schema.org, for search engines and other machines.

An article is a ``MedicalWebPage`` about a ``MedicalCondition``; its sections are elements of the
page, their parts the claims, and each ``Claim`` cites references of the page by their ``@id``.
An ``@id`` is relative: ``ARTICLE#claim-ID``. What the vocabulary has no property for is left out:
access dates, notes, that there are more authors, and codes that do not match exactly.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from citewell import inert
from citewell.exchange.publishing import fit, unique
from citewell.finding import NodePath
from citewell.identifiers import bare_doi, is_doi, split_url
from citewell.model import Claim, Condition, Reference, Review, Section

_TYPES = {
    "article-journal": "ScholarlyArticle",
    "chapter": "Chapter",
    "book": "Book",
    "webpage": "WebPage",
    "entry-encyclopedia": "Article",
    "report": "Report",
    "dataset": "Dataset",
    "personal_communication": "CreativeWork",
}
_CONTAINERS = {
    "chapter": "Book",
    "book": "BookSeries",
    "webpage": "WebSite",
    "report": "CreativeWorkSeries",
    "dataset": "DataCatalog",
}
"""What a work of a type is part of; a journal is spelt out with its volume and issue."""

_PAGED = frozenset({"ScholarlyArticle", "Chapter", "Article", "Report"})
_PATH = "/:@!$&'()*,;="
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class Sheet(NamedTuple):
    """What is to be told of one article; None or nothing where that could not be read."""

    key: str
    title: str | None
    language: str | None
    condition: Condition | None
    review: Review | None
    sections: tuple[tuple[NodePath, Section], ...]
    claims: tuple[tuple[NodePath, Claim], ...]
    references: tuple[tuple[str, Reference], ...]


def render(sheets: Sequence[Sheet]) -> str:
    """*sheets* as a document in JSON-LD, which may stand within ``<script>``."""
    pages = [_page(sheet) for sheet in sheets]
    told = pages[0] if len(pages) == 1 else {"@graph": pages}
    text = json.dumps({"@context": "https://schema.org"} | told, ensure_ascii=False, indent=2)
    return inert.json(text.translate(_ESCAPES)) + "\n"


def _page(sheet: Sheet) -> dict[str, Any]:
    return _node(
        "MedicalWebPage",
        sheet.key,
        name=_line(sheet.title),
        inLanguage=sheet.language,
        lastReviewed=_day(sheet.review),
        reviewedBy=[_person(name) for name in sheet.review.reviewers] if sheet.review else (),
        about=_condition(sheet.condition) if sheet.condition else None,
        hasPart=_parts(sheet),
        citation=[_work(sheet.key, key, reference) for key, reference in sheet.references],
    )


def _node(kind: str, identity: str | None = None, /, **properties: Any) -> dict[str, Any]:
    """A thing of a type with those *properties* that it has."""
    head = {"@type": kind} | ({"@id": identity} if identity else {})
    return head | {name: value for name, value in properties.items() if value}


def _day(review: Review | None) -> str | None:
    return str(review.last_reviewed) if review and review.last_reviewed else None


def _condition(condition: Condition) -> dict[str, Any]:
    codes = [
        _node("MedicalCode", codeValue=_line(code.code), codingSystem=_line(code.system))
        for code in condition.codes
        if code.match == "exact"
    ]
    return _node("MedicalCondition", name=_line(condition.name), code=codes)


def _parts(sheet: Sheet) -> list[dict[str, Any]]:
    """The sections, each with its claims and the sections below it."""
    keys: defaultdict[int, list[str]] = defaultdict(list)
    for key, reference in sheet.references:
        keys[reference.number].append(key)
    taken: Counter[str] = Counter()
    made: dict[NodePath, dict[str, Any]] = {}
    top: list[dict[str, Any]] = []
    below: list[tuple[list[dict[str, Any]], dict[str, Any]]] = []
    for path, section in sheet.sections:
        element = _node(
            "WebPageElement",
            unique(f"{sheet.key}#section-{section.id}", taken),
            name=_line(section.heading),
            description=_line(section.lead_in),
        )
        made[path] = element
        above = made.get(path[:-2])
        below.append((top if above is None else above.setdefault("hasPart", []), element))
    for path, claim in sheet.claims:
        place = made.get(path[:-2])
        told = _claim(sheet.key, unique(f"{sheet.key}#claim-{claim.id}", taken), claim, keys)
        (top if place is None else place.setdefault("hasPart", [])).append(told)
    for parts, element in below:  # a section's own claims come before the sections in it
        parts.append(element)
    return top


def _claim(
    page: str, identity: str, claim: Claim, keys: Mapping[int, Iterable[str]]
) -> dict[str, Any]:
    cited = [{"@id": _id(page, key)} for n in claim.references or () for key in keys.get(n, ())]
    return _node(
        "Claim",
        identity,
        text=_line(claim.text),
        appearance={"@id": page},
        citation=cited,
    )


def _id(page: str, key: str) -> str:
    return f"{page}#reference-{key.removeprefix(f'{page}.')}"


def _work(page: str, key: str, reference: Reference) -> dict[str, Any]:
    """A reference."""
    kind = _TYPES[reference.type]
    doi = bare_doi(reference.doi or "")
    link = f"https://doi.org/{quote(doi, safe=_PATH)}" if is_doi(doi) else None
    pmid = str(reference.pmid or "")
    work = _node(
        kind,
        _id(page, key),
        name=_line(reference.title),
        author=[
            *map(_person, reference.authors),
            *map(_organization, filter(None, [_body(reference)])),
        ],
        editor=[_person(name) for name in reference.editors],
        datePublished=str(reference.published or ""),
        pagination=_line(reference.pages) if kind in _PAGED else None,
        bookEdition=_line(reference.edition) if kind == "Book" else None,
        publisher=_organization(reference.publisher) if reference.publisher else None,
        isPartOf=_container(reference),
        identifier=[
            _node("PropertyValue", propertyID=name, value=value)
            for name, value in (("doi", doi if link else ""), ("pmid", pmid))
            if value
        ],
        sameAs=link,
        url=_web(reference.url),
        archivedAt=_web(reference.archive.url) if reference.archive else None,
        conditionsOfAccess="" if reference.access == "open" else reference.access,
    )
    return {name: value for name, value in work.items() if value}


def _body(reference: Reference) -> str | None:
    """The organization, if it is an author and not where a person works."""
    return None if reference.type == "personal_communication" else reference.organization


def _container(reference: Reference) -> dict[str, Any] | None:
    """The journal with volume and issue, the book with its edition, the series, or the site."""
    name = _line(reference.container)
    if reference.type == "article-journal":
        whole = _node("Periodical", name=name) if name else None
        for kind, number, value in (
            ("PublicationVolume", "volumeNumber", _line(reference.volume)),
            ("PublicationIssue", "issueNumber", _line(reference.issue)),
        ):
            if value:
                whole = _node(kind, isPartOf=whole) | {number: value}
        return whole
    if not name:
        return None
    kind = _CONTAINERS.get(reference.type, "CreativeWork")
    return _node(kind, name=name, bookEdition=_line(reference.edition) if kind == "Book" else None)


def _person(name: str) -> dict[str, Any]:
    return _node("Person", name=_line(name))


def _organization(name: str) -> dict[str, Any]:
    return _node("Organization", name=_line(name))


def _web(url: str | None) -> str | None:
    """*url* if it is a web address."""
    return url if url and split_url(url) else None


def _line(text: str | None) -> str:
    return fit(text or "")
