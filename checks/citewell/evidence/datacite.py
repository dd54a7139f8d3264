"""DataCite's answers, read; their shape is that of https://api.datacite.org."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from citewell.dates import PartialDate, parse_partial
from citewell.evidence.crossref import MOST_NAMES, digest
from citewell.markup import plain
from citewell.record import Name, Record


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Title(_Part):
    title: str | None = None


class _Creator(_Part):
    name: str | None = None
    nameType: str | None = None  # noqa: N815 - DataCite's own name, as those below
    givenName: str | None = None  # noqa: N815
    familyName: str | None = None  # noqa: N815


class _Container(_Part):
    title: str | None = None
    volume: str | int | None = None
    issue: str | int | None = None
    firstPage: str | int | None = None  # noqa: N815
    lastPage: str | int | None = None  # noqa: N815


class _Types(_Part):
    citeproc: str | None = None


class _Attributes(_Part):
    doi: str
    titles: list[_Title] = []
    creators: list[_Creator] = []
    publicationYear: int | str | None = None  # noqa: N815
    container: _Container | None = None
    types: _Types | None = None
    dates: Any = None  # a record is not lost for what only some commands need
    publisher: Any = None


def read(answer: Any) -> tuple[Record, ...] | None:
    """The work that *answer* holds, if it can be understood; None if it holds none."""
    data = answer.get("data") if isinstance(answer, dict) else None
    doi = data.get("id") if isinstance(data, dict) else None
    if data is None or not (isinstance(doi, str) and doi):
        return None
    try:
        work, sha256 = _Attributes.model_validate(data.get("attributes")), digest(data)
    except (ValidationError, RecursionError):
        return ()
    container = work.container or _Container()
    year = str(work.publicationYear or "")
    years = (int(year),) if year.isascii() and year.isdigit() and len(year) == 4 else ()
    authors = tuple(_names(work.creators))
    pages = filter(None, (_clean(container.firstPage), _clean(container.lastPage)))
    record = Record(
        doi=work.doi.strip().lower(),
        sha256=sha256,
        type=(work.types.citeproc if work.types else None) or "",
        titles=tuple(text for each in work.titles if (text := _clean(each.title))),
        authors=authors,
        containers=tuple(filter(None, [_clean(container.title)])),
        years=years,
        volume=_clean(container.volume),
        issue=_clean(container.issue),
        pages=tuple(filter(None, ["-".join(pages) if container.firstPage else ""])),
        et_al=0 < len(authors) < len(work.creators),
        issued=_issued(work.dates, years),
        publisher=_publisher(work.publisher),
    )
    return (record,)


def _issued(dates: Any, years: tuple[int, ...]) -> str:
    """The day of issue, if it lies in the year of publication, or else that year."""
    for each in dates if isinstance(dates, list) else ():
        is_issue = isinstance(each, dict) and each.get("dateType") == "Issued"
        if is_issue and (day := _day(each.get("date"))) and day.year in years:
            return str(day)
    return str(years[0]) if years and years[0] >= 1000 else ""


def _day(text: Any) -> PartialDate | None:
    try:
        return parse_partial(str(text).partition("T")[0])
    except ValueError:
        return None


def _publisher(told: Any) -> str:
    """The publisher's name, be it a text, or an object as in later versions of the API."""
    name = told.get("name") if isinstance(told, dict) else told
    return _clean(name) if isinstance(name, str) else ""


def _clean(value: str | int | None) -> str:
    return "" if value is None else plain(str(value)[:1000])


def _names(creators: list[_Creator]) -> Iterator[Name]:
    for creator in creators[:MOST_NAMES]:
        family, comma, given = _clean(creator.name).partition(", ")
        if creator.nameType == "Organizational":
            yield Name(_clean(creator.name), is_group=True)
        elif creator.familyName:
            yield Name(_clean(creator.familyName), _clean(creator.givenName))
        elif family:
            # Without a comma nobody can tell a person from a body.
            yield Name(family, given, is_group=not comma)
