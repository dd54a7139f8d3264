"""In-text numbers: what a page cites where, and its text without them.

A mark is what certainly is one (``[3]``, see :mod:`citewell.marker`), or what can be one and
has numbers that the reference list has: ``³``, ``(3)`` at the end of a clause, and a bare number
behind a full stop (``tremor.3 It``), as is left of a raised one when its raising is lost.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from citewell.exchange.raised import on_line
from citewell.marker import marks_in

LONGEST_RANGE = 50
"""What spans more numbers is no citation."""

_LIST = r"[1-9]\d{0,2}(?:\s?[,;–-]\s?[1-9]\d{0,2})*"
# Behind a clause: what follows ends it, or begins the next one.
_ROUND = re.compile(
    rf"(?<=[\w.!?,;:)%\"”’])\s?\(({_LIST}(?:\)\s?\({_LIST})*)\)"
    r"(?=[.,;:!?)\]]|\s*$|\s+(?:and|but|or|which|while|whereas|although|though|because)\b)"
    rf"|(?<=[.!?\"”’])\s?\(({_LIST}(?:\)\s?\({_LIST})*)\)(?=\s+[\"“‘(]?[^\W\d_a-z])"
)
_ENUMERATED = re.compile(r"\(\d{1,3}\)\s+(?!(?:and|but|or|which|while|whereas)\b)[^\W\d_]")
_STOPS = re.compile(r"[.!?;]")
_CLAUSE = 200  # characters; where no stop is near, so much is looked at
BARE_BEHIND = (
    r"(?:(?<=[a-z]{3}[.!?])|(?<=[A-Z]{2}[.!?])|(?<=\w\)[.!?])|(?<=%[.!?])|(?<=[a-z][.!?]\")"
    r"|(?<=[a-z][.!?]”)|(?<= [12]\d\d\d\.)|(?<=[A-Z]\.[A-Z]\.)|(?<=[A-Za-z]\d\.)"
    r"|(?<=[A-Za-z]\d\d\.)|(?<=[A-Za-z]-\d\.)|(?<=[A-Za-z]-\d\d\.)|(?<=\d [CF]\.)"
    r"|(?<= (?:mg|kg|cm|mm|km|mL|dL|Hg|lb|oz|ft)\.))"
)
"""Where a number can be a mark that is raised no more, as a pattern: behind the stop of a word,
an acronym, a year, a unit, a percentage, U.S., B12, COVID-19 or a quotation."""
_BARE = re.compile(
    rf"{BARE_BEHIND}({_LIST})(?=\s+[\"“‘(]?[A-Z]|\s*$)"
    rf"|(?<=[a-z]{{3}}[,;])({_LIST})(?=\s+[a-z])",
    re.ASCII,
)
# "type (2)", "aged 3 (2-5)" and "three (3)" name no reference.
_COUNTED = re.compile(
    r"(?i)(?:\b(?:type|stage|grade|phase|class|level|group|step|category|score|figure|fig|table|box"
    r"|chapter|section|part|age|item|number|no|version|schedule|degree)s?\.?"
    r"|\baged|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"|(?:^|\D)\d{1,3})\s?$"
)
# "doi:10.5555/example.2" ends with a number of its own.
_ADDRESS = re.compile(r"(?i)(?:https?://|doi:|www\.|10\.\d{4,9}/)\S*$")
_LONGEST_ADDRESS = 200  # characters
_BEFORE = 20  # characters that tell what a number in round brackets counts
_BETWEEN = re.compile(r"\s?([,;–-]?)\s?")
_NUMBERS = re.compile(r"(\d+)(?:\s?[–-]\s?(\d+))?")
_SIGNS = re.compile(r"[\[<(⁰¹²³⁴-⁹]|[.!?\"”,;]\d")


class Mark(NamedTuple):
    """Numbers that are cited, and before which character of the text without marks."""

    at: int
    numbers: tuple[int, ...]


class Unmarked(NamedTuple):
    """A text without its marks; ``doubtful`` are those whose numbers are no proper list."""

    text: str
    marks: tuple[Mark, ...] = ()
    doubtful: tuple[str, ...] = ()


class _Found(NamedTuple):
    start: int
    end: int
    written: tuple[str, ...]


def unmark(text: str, known: frozenset[int]) -> Unmarked:
    """*text* without the marks in it, if there are references, and these have *known* numbers."""
    if not known or not _SIGNS.search(text):
        return Unmarked(text)
    parts: list[str] = []
    marks: list[Mark] = []
    doubtful: list[str] = []
    length = done = 0
    for found in _joined(_found(text, known), text):
        written = "".join(map(_plain, found.written))
        numbers = _numbers(written)
        if not numbers:
            continue
        if _is_reversed(written):
            doubtful.append(text[found.start : found.end])
        before = text[done : found.start].rstrip()
        parts.append(before)
        length += len(before)
        marks.append(Mark(length, numbers))
        done = found.end
        gap = _gap(before, text, done)
        if gap:
            parts.append(gap)
            length += 1
        if gap or not length:
            done = _behind_blanks(text, done)
    parts.append(text[done:])
    return Unmarked("".join(parts), tuple(marks), tuple(doubtful))


def _gap(before: str, text: str, done: int) -> str:
    """The blank that must stand where a mark was taken out."""
    if done >= len(text) or not before:
        return ""
    following = text[done]
    if following.isspace():
        rest = text[done : done + 2].strip()
        return "" if rest and rest[0] in ".,;:!?" else " "
    return " " if following.isalnum() or following in "([“‘¿¡" else ""


def _behind_blanks(text: str, index: int) -> int:
    while index < len(text) and text[index].isspace():
        index += 1
    return index


def _found(text: str, known: frozenset[int]) -> Iterator[_Found]:
    """Marks as they stand in *text*, in order, none within another."""
    found = [
        _Found(*match.span(), (match[0],))
        for match in marks_in(text)
        if (_numbers(_plain(match[0])) if match[0][0] == "[" else _all_known(match[0], known))
    ]
    if "(" in text:
        found += _round(text, known)
    found += [
        _Found(*match.span(), (match[0],))
        for match in _BARE.finditer(text)
        if _all_known(match[0], known) and not _ends_address(text, match.start())
    ]
    end = 0
    for mark in sorted(found):
        if mark.start >= end:
            yield mark
            end = mark.end


def _ends_address(text: str, end: int) -> bool:
    """Whether the word in which *end* is, is an address or a DOI."""
    words = text[max(0, end - _LONGEST_ADDRESS) : end].split()
    return bool(words) and _ADDRESS.search(words[-1]) is not None


def _round(text: str, known: frozenset[int]) -> Iterator[_Found]:
    for match in _ROUND.finditer(text):
        written = re.sub(r"\)\s?\(", ",", match[1] or match[2])
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if not _all_known(written, known) or _COUNTED.search(before):
            continue
        if not _is_enumerated(text, match):
            yield _Found(*match.span(), (written,))


def _is_enumerated(text: str, found: re.Match[str]) -> bool:
    """Whether in the same clause there is something like "(1) this or (2) that"."""
    before = text[max(0, found.start() - _CLAUSE) : found.start()]
    if stops := list(_STOPS.finditer(before)):
        before = before[stops[-1].end() :]
    after = text[found.end() : found.end() + _CLAUSE]
    if stop := _STOPS.search(after):
        after = after[: stop.start()]
    clause = before.lstrip()
    # What opens the clause is the mark of the one before.
    return _ENUMERATED.search(clause, 1) is not None or _ENUMERATED.search(after) is not None


def _joined(found: Iterator[_Found], text: str) -> Iterator[_Found]:
    """Marks that stand together as one: ``[3],[4]`` and ``[2]–[5]``; brackets go along."""
    start = end = -1
    written: list[str] = []
    for mark in found:
        between = _BETWEEN.fullmatch(text, end, mark.start) if written else None
        if between:
            written += [between[1] or ",", *mark.written]
        else:
            if written:
                yield _Found(*_with_brackets(text, start, end), tuple(written))
            start, written = mark.start, list(mark.written)
        end = mark.end
    if written:
        yield _Found(*_with_brackets(text, start, end), tuple(written))


def _with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """*start* and *end*, widened where a bracket would be left that has nothing in it."""
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        return start - 1, end + 1
    return start, end


def _all_known(written: str, known: frozenset[int]) -> bool:
    numbers = _numbers(_plain(written))
    return bool(numbers) and known.issuperset(numbers)


def _plain(written: str) -> str:
    """A mark as figures, commas and dashes."""
    return re.sub(r"</?sup>|[\[\]^()]", "", on_line(written))


def _is_reversed(written: str) -> bool:
    pairs = _NUMBERS.findall(written)
    return any(last and int(last) < int(first) for first, last in pairs)


@lru_cache(maxsize=4096)
def _numbers(written: str) -> tuple[int, ...]:
    """The numbers of a mark, each once, ranges expanded; none if a range is no citation."""
    numbers: dict[int, None] = {}
    for first, last in _NUMBERS.findall(written):
        low, high = int(first), int(last or first)
        if high - low >= LONGEST_RANGE:
            return ()
        numbers |= dict.fromkeys(range(low, high + 1) if low <= high else (low, high))
    numbers.pop(0, None)
    return tuple(numbers)
