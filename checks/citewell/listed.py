"""A reference list beside a work that is to be added: which number is next, which has it already.

The list is looked at as plain data, so that entries that break the schema count, too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from citewell.document import Data
from citewell.identifiers import bare_doi, doi_of_url, is_doi, page_of
from citewell.model import identities, parse_number

_TELLS_PAGE = re.compile(r"^[/!]|=")
"""What a fragment has where it chooses the page, as some sites keep the whole address there."""


class ListError(Exception):
    """The list can take no new entry; the message says why."""


def entries(data: Data) -> list[Data]:
    """The entries of the reference list of an article; a :class:`ListError` if it is no list."""
    if not isinstance(data, dict):
        raise ListError("it is no article")
    found = data.get("references")
    if found in (None, ""):
        return []
    if not isinstance(found, list):
        raise ListError("its 'references' are no list")
    return found


def next_number(data: Data) -> int:
    """The number behind the highest; a :class:`ListError` if one is doubled or cannot be read."""
    numbers = []
    for position, entry in enumerate(entries(data), 1):
        number = number_of(entry)
        if number is None:
            raise ListError(f"entry {position} of its references has no number that can be read")
        numbers.append(number)
    if doubled := sorted(number for number, times in Counter(numbers).items() if times > 1):
        words = ", ".join(map(str, doubled))
        raise ListError(f"several references have the number {words}")
    return max(numbers, default=0) + 1


def number_of(entry: Data) -> int | None:
    """The number of *entry*, if it has one that can be read."""
    told = entry.get("number") if isinstance(entry, dict) else None
    try:
        return parse_number(told) if isinstance(told, str) else None
    except ValueError:
        return None


def listed_as(work: Mapping[str, Any], data: Data) -> int | None:
    """The number under which *work*, by its fields, is listed already.

    Its DOI tells, or else its PubMed number, or the address of its page; or, if one of the two
    has none of these, title, container, first name and year together.
    """
    for entry in entries(data):
        if isinstance(entry, dict) and _is_same(work, entry):
            return number_of(entry)
    return None


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    first, second = dict(_identifiers(one)), dict(_identifiers(other))
    for kind in ("doi", "pmid", "page"):
        if kind in first and kind in second:
            return first[kind] == second[kind]
    return first["work"] == second["work"] and len(first["work"].strip("|").split("|")) > 1


def _identifiers(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    url = str(entry.get("url") or "")
    doi = bare_doi(str(entry.get("doi") or "")) or doi_of_url(url) or ""
    if is_doi(doi):
        yield "doi", doi.lower()
    if pmid := entry.get("pmid"):
        yield "pmid", str(pmid).lstrip("0")
    if url:
        page, _, part = url.partition("#")
        yield "page", page_of(url if _TELLS_PAGE.search(part) else page)
    *_, work = identities(entry)
    yield "work", work.removeprefix("work:")
