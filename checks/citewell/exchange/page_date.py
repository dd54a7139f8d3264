"""The day that a page gives as its own: of its last review or update, or its publication."""

import re
from datetime import date
from typing import NamedTuple

from citewell.exchange.boilerplate import is_boilerplate, is_byline
from citewell.exchange.page import Note

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_MONTH} {_DAY},? (?P<year>\d{{4}})",
        rf"{_DAY} {_MONTH},? (?P<year>\d{{4}})",
        # 25/4/2023 and 4/25/2023; what could be either is neither.
        r"(?P<day>1[3-9]|2\d|3[01])[/.](?P<month>0?[1-9]|1[0-2])[/.](?P<year>\d{4})\b",
        r"(?P<month>0?[1-9]|1[0-2])[/.](?P<day>1[3-9]|2\d|3[01])[/.](?P<year>\d{4})\b",
        r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?",
    )
)
_WEEKDAY = re.compile(
    r"(?i)(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?,? "
)
_WHAT = (
    r"(?:(?:portions of )?(?:this |the )?(?:page|content|article|document|topic|information|date) "
    r")?(?:was |were |is )?"
)
_REVIEWED = (
    rf"{_WHAT}(?:last |latest |most recently |medically |full |clinically |editorially |expert )*"
    r"(?:re)?(?:reviewed|review|checked)(?:/(?:revision|revised|updated))?(?: date)?"
)
_UPDATED = (
    rf"{_WHAT}(?:last |latest |most recently )*"
    r"(?:updated|update|revised|revision|modified|edited)(?: date)?"
)
_PUBLISHED = (
    rf"{_WHAT}(?:first |originally )*"
    r"(?:published|publication|posted|created|issued)(?: date)?|date"
)
_LABEL = re.compile(
    rf"(?i)(?:(?P<reviewed>{_REVIEWED})|(?P<updated>{_UPDATED})|(?P<published>{_PUBLISHED}))"
    r"(?: (?:by|on)(?=[ :]))?\s?[:–—-]?\s?(?:on )?"
)
_VAGUE = re.compile(rf"(?:\d{{1,2}}[/.](?:\d{{1,2}}[/.])?\d{{2,4}}|(?:{_MONTH} )?\d{{4}})\W*")
_YEAR = re.compile(r"\d{4}")
_PARTS = re.compile(r" ?[;|] ?| [•·] ")  # between the parts of a byline
_LONGEST = 120  # characters


class PageDate(NamedTuple):
    """A *day*, its *rank*, and what else its line says.

    Rank 3 is that of a review, 2 of a change, 1 of a day that is not said to be anything, and 0 of
    the publication, which tells nothing of a review.
    """

    day: date
    rank: int
    rest: str


def parse(line: str) -> PageDate | None:
    """The day that *line* states as the page's, if that is all it does, but for somebody's name."""
    text = " ".join(line.split()).strip("*_ ")
    if len(text) > _LONGEST or not _YEAR.search(text):
        return None
    parts = _PARTS.split(text)
    dated = [(part, found) for part in parts if (found := _parse(part))]
    told = [each for each in dated if _LABEL.match(each[0])]
    if not told and len(dated) > 1 and dated[0][0] == parts[0]:
        told = dated
    if len(parts) < 2 or not told:
        return _parse(text)
    words, best = max(told, key=lambda each: each[1].rank)
    others = "; ".join(part for part in parts if part != words)
    return best._replace(rest="; ".join(filter(None, [best.rest, others])))


def _parse(text: str) -> PageDate | None:
    label = _LABEL.match(text)
    if label is None:
        return _unlabelled(text)
    rank = {"reviewed": 3, "updated": 2, "published": 0}[label.lastgroup or "published"]
    if label[0].lower().startswith("date"):
        rank = 1
    found = _day_at(text, label.end())
    if found is None:  # Medically reviewed by Jane Roe, MD on June 18, 2022
        if rank != 3 or not re.search(r"\bby\b", label[0]):
            return None
        return _behind_name(text, label.end(), rank)
    rest = text[found[1] :].strip(" .,;|–—-")
    return PageDate(found[0], rank, rest) if len(rest.split()) <= 10 else None


def doubts(line: int, text: str, found: PageDate) -> list[Note]:
    """What there is to say if the day that was *found* in *text* is not stated as a review's."""
    if found.rank == 3:
        return []
    words = " ".join(text.split())
    return [
        Note(line, f"{found.day} is taken from {words!r}, which does not say that it is a review's")
    ]


def is_label(line: str) -> bool:
    """Whether *line* says of which kind a day is that must stand behind it."""
    text = " ".join(line.split()).strip("*_ ")
    return len(text) <= _LONGEST and _LABEL.fullmatch(text) is not None


def _unlabelled(text: str) -> PageDate | None:
    """A day alone, or with a button or a by-line on its line."""
    if found := _day_at(text, 0):
        rest = text[found[1] :].strip(" .,;|–—-")
        return PageDate(found[0], 1, rest) if not rest or is_boilerplate(rest) else None
    if not is_byline(" ".join(text.split()[:2])):
        return None
    found_behind = _behind_name(text, 0, 1)
    return found_behind if found_behind and is_byline(found_behind.rest) else None


def is_vague(line: str) -> bool:
    """Whether *line* gives the page's date, but no day: only a month, or 3/5/2021."""
    text = " ".join(line.split()).strip("*_ ")
    label = _LABEL.match(text[:_LONGEST])
    return label is not None and _VAGUE.fullmatch(text, label.end()) is not None


def _behind_name(text: str, start: int, rank: int) -> PageDate | None:
    for match in re.finditer(r"\b", text[start:]):
        index = start + match.start()
        if (found := _day_at(text, index)) and not text[found[1] :].strip(" .)"):
            rest = re.sub(r"(?i)[ ,;|–—(-]*(?:\bon)?[ ,;:|–—(-]*$", "", text[start:index])
            return PageDate(found[0], rank, rest)
    return None


def _day_at(text: str, index: int) -> tuple[date, int] | None:
    """The date that begins at *index*, and where it ends."""
    if weekday := _WEEKDAY.match(text, index):
        index = weekday.end()
    for pattern in _DATES:
        match = pattern.match(text, index)
        if match is None:
            continue
        month = _month(match["month"])
        try:
            return date(int(match["year"]), month, int(match["day"])), match.end()
        except ValueError:
            return None
    return None


def _month(name: str) -> int:
    if name.isdigit():
        return int(name)
    small = name.lower()
    found = [index for index, month in enumerate(_MONTHS, 1) if month.startswith(small)]
    if small == "sept":
        return 9
    return found[0] if len(found) == 1 else 0
