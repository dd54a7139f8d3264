"""The day of a web page's last review, as its head and its data say it."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from citewell.dates import parse_day
from citewell.exchange import page_date
from citewell.exchange.page import Note
from citewell.exchange.tree import Node

_REVIEWS = frozenset({"lastreviewed", "last-reviewed", "reviewed", "dcterms.valid"})
_CHANGES = frozenset(
    {
        *("article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified"),
        *("datemodified", "last-modified", "revised", "lastupdated"),
    }
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?![\d-])")
_DEEPEST = 20
_LONGEST = 500_000  # characters; what is longer is data and no description


class Stated(NamedTuple):
    """A *day*, *where* the page states it, and whether that says that it is a review's."""

    day: date
    where: str
    line: int
    is_review: bool


def find(root: Node, linked_data: Sequence[str]) -> list[Stated]:
    """The days that the page of *root* states outside of its text."""
    found = [*_of_data(linked_data)]
    for node in root.all("meta", "time"):
        names = [node.get(key).lower() for key in ("itemprop", "name", "property")]
        name = next(filter(None, names), "")
        value = node.get("content") or node.get("datetime") or node.text
        if name in _REVIEWS | _CHANGES and (day := _day(value)):
            where = f"<{node.name}> {name}"
            found.append(Stated(day, where, node.line, name in _REVIEWS))
    times = [node for node in root.all("time") if not node.get("itemprop")]
    if len(times) == 1 and (day := _day(times[0].get("datetime") or times[0].text)):
        found.append(Stated(day, "<time>", times[0].line, is_review=False))
    return found


def best(stated: Sequence[Stated], in_text: date | None) -> tuple[date | None, list[Note]]:
    """The day to take: a stated review's, else what the text says, else that of a change.

    With a note on what it was taken from, unless that says that it is a review's.
    """
    reviews = [each for each in stated if each.is_review]
    if reviews:
        others = {each.day for each in reviews} | ({in_text} if in_text else set())
        note = f"the page states more than one day: {', '.join(map(str, sorted(others)))}"
        notes = [Note(reviews[0].line, note)] if len(others) > 1 else []
        return reviews[0].day, notes
    if in_text or not stated:
        return in_text, []
    first = stated[0]
    message = f"{first.day} is taken from {first.where}, which does not say that it is a review's"
    return first.day, [Note(first.line, message)]


def _of_data(linked_data: Sequence[str]) -> Iterator[Stated]:
    for text in linked_data:
        if len(text) > _LONGEST:
            continue
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for key, is_review in (("lastReviewed", True), ("dateModified", False)):
            for value in _values(data, key, 0):
                if isinstance(value, str) and (day := _day(value)):
                    yield Stated(day, f"{key} of its JSON-LD", 1, is_review)


def _values(data: object, key: str, depth: int) -> Iterator[object]:
    """What *key* has in *data*, and in what is listed there as parts of the page."""
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        yield data.get(key)
        for inner in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _values(data.get(inner), key, depth + 1)
    elif isinstance(data, list):
        for item in data:
            yield from _values(item, key, depth + 1)


def _day(text: str) -> date | None:
    if match := _ISO.match(text.strip()):
        try:
            return parse_day(match[0])
        except ValueError:
            return None
    found = page_date.parse(text)
    return found.day if found else None
