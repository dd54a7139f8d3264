"""References and claims as several articles are compared by: small, for ways between processes."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from citewell.finding import NodePath
from citewell.identifiers import bare_doi, doi_of_url, is_doi
from citewell.reading import Reading

_TWICE = 2


class Entry(NamedTuple):
    """What one entry of a reference list says of its work; what it does not say is empty.

    ``path`` leads to it, and ``doi_at`` is the field that gives its DOI, which is bare and in
    lower case. ``authors`` and ``editors`` are the first of each, ``published`` is the year.
    """

    path: NodePath
    number: int
    type: str
    doi: str
    doi_at: str
    pmid: int
    url: str
    accessed: date | None
    title: str
    authors: str
    editors: str
    organization: str
    container: str
    edition: str
    publisher: str
    published: int
    volume: str
    issue: str
    pages: str


def entries(reading: Reading) -> Iterator[Entry]:
    """The works that an article lists; what somebody said in private is none."""
    for path, work in reading.references:
        if work.type == "personal_communication":
            continue
        doi, url = bare_doi(work.doi or ""), work.url or ""
        has_doi = is_doi(doi)
        yield Entry(
            path,
            work.number,
            work.type,
            (doi if has_doi else doi_of_url(url) or "").lower(),
            "doi" if has_doi else "url",
            work.pmid or 0,
            url,
            work.accessed,
            work.title,
            next(iter(work.authors), ""),
            next(iter(work.editors), ""),
            work.organization or "",
            work.container or "",
            work.edition or "",
            work.publisher or "",
            work.published.year if work.published else 0,
            work.volume or "",
            work.issue or "",
            work.pages or "",
        )


class Resting(NamedTuple):
    """A claim, and the references it rests on; a number that is doubled stands there twice."""

    claim: str
    numbers: tuple[int, ...]


def resting(reading: Reading) -> Iterator[Resting]:
    """The claims that rest on anything, in the order of the article."""
    listed = Counter(number for _, number in reading.entries)
    for _, claim in reading.claims:
        cited = dict.fromkeys(claim.references or ())
        numbers = tuple(n for number in cited for n in (number,) * min(listed[number], _TWICE))
        if numbers:
            yield Resting(claim.id, numbers)
