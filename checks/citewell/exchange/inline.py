"""Words and citation marks inside a paragraph, written as a line of text."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from citewell.exchange.raised import subscript, superscript
from citewell.exchange.tree import one_line

_NUMERIC = re.compile(r"(?=.*\d)[\d+\-−=()n,;–\s]*", re.DOTALL)
_RAISED_LIST = re.compile(r"\s*(?:\((\d[\d,;–\s-]{0,99})\)|([\d,;–\s-]*[\d,;–-]))\s*")
_APART = re.compile(
    r"([^\W\d_]{3}|[.,;:!?)]) (?=[⁰¹²³⁴-⁹]{1,3}(?:[,;⁻–-][⁰¹²³⁴-⁹]{1,3}){0,50}(?:[\s.,;:!?)]|\Z))"
)
_LOWERABLE = re.compile(r"[\d+\-−=()]+")
_NO_WORDS = re.compile(r"[\W\d_]*|[\W_]*(?:[a-z]|[ivxl]{2,7})[\W_]*")  # 7, a, [iii]
_BETWEEN = re.compile(r"[\])]?\s*[,;]?\s*[\[(]?")
_TO = re.compile(r"[\])]?\s*[-‐‑–—−]\s*[\[(]?")
_LISTED = re.compile(r"(\d{1,4})(?:\s*[-‐‑–—−]\s*(\d{1,4}))?")
_LONGEST_RANGE = 200
_YEAR = re.compile(r"\W*((?:1[89]|20)\d\d)[a-z]?\W*")
_BRACKETS = {"[": "]", "(": ")"}


class Mark(NamedTuple):
    """A citation, as the numbers of what it cites."""

    numbers: tuple[int, ...]


Piece = str | Mark


class Gathered:
    """The pieces of the line that was begun, and where that is."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.pieces: list[Piece] = []
        self._line = 0

    def add(self, pieces: list[Piece], line: int) -> None:
        """Add *pieces* that begin in *line* of the file; white space begins nothing."""
        if not self._line:
            first = pieces[0] if pieces else ""
            if isinstance(first, str):
                if len(pieces) < 2 and not first.strip():
                    return
                line += first[: len(first) - len(first.lstrip())].count("\n")
            self._line = line
        self.pieces += pieces

    def end(self) -> tuple[str, int]:
        """The text, which may be empty, and its line; from now on there is nothing."""
        text, line = line_of(self.pieces), self._line
        self.pieces, self._line = [], 0
        return text, line


def cited(text: str, *targets: int) -> tuple[list[Piece], bool]:
    """What a link with *text* to the entries *targets* says, and whether its text agrees with that.

    Numbers are a mark ("2-5" that leads to 2 stands for four); words stay, and the mark follows.
    """
    if not _NO_WORDS.fullmatch(text) or _is_year(text, targets):
        return [text, " ", Mark(targets)], True
    printed = tuple(_numbers(text))
    if set(targets) <= set(printed):
        return [Mark(printed)], True
    return [Mark(targets)], not printed


def _is_year(text: str, targets: Sequence[int]) -> bool:
    """Whether *text* is a year as authors and dates are cited by: "Roe (2020)"."""
    match = _YEAR.fullmatch(text)
    return match is not None and int(match[1]) not in targets


def raised(pieces: Sequence[Piece]) -> list[Piece]:
    """*pieces* of a superscript: figures become ³, marks and words stay as they are.

    Of a list of numbers, round brackets and blanks are left out, as it is one mark: ²,⁴.
    """
    if any(isinstance(piece, Mark) for piece in pieces):
        return list(pieces)
    text = "".join(map(str, pieces))
    if listed := _RAISED_LIST.fullmatch(text):
        text = "".join((listed[1] or listed[2]).split())
    return [superscript(text) if _NUMERIC.fullmatch(text) else text]


def lowered(pieces: Sequence[Piece]) -> list[Piece]:
    """*pieces* of a subscript: figures become ₂, the rest stays as it is."""
    return [
        subscript(piece) if isinstance(piece, str) and _LOWERABLE.fullmatch(piece) else piece
        for piece in pieces
    ]


def line_of(pieces: Sequence[Piece]) -> str:
    """*pieces* as one line, each run of marks as numbers in brackets: ``[2,3,4,5]``.

    Raised numbers that a blank parts from their word are moved up to it, where marks stand.
    """
    return _APART.sub(r"\1", one_line("".join(_written(_merged(pieces)))))


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """*pieces* with no two texts beside each other."""
    merged: list[Piece] = []
    words: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            words.append(piece)
            continue
        if words:
            merged.append("".join(words))
        merged.append(piece)
        words = []
    return [*merged, "".join(words)]


def _written(pieces: list[Piece]) -> Iterator[str]:
    index, before = 0, ""
    while index < len(pieces):
        piece = pieces[index]
        if isinstance(piece, str):
            before = piece
            index += 1
            continue
        numbers, index = _run(pieces, index)
        after = pieces[index] if index < len(pieces) else ""
        closing = _BRACKETS.get(before[-1:])
        if closing and isinstance(after, str) and after[:1] == closing:
            before = before[:-1]
            pieces[index] = after[1:]
        yield f"{before}[{','.join(map(str, numbers))}]"
        before = ""
        if index < len(pieces) and isinstance(pieces[index], str):
            before = str(pieces[index])
            index += 1
    yield before


def _run(pieces: Sequence[Piece], index: int) -> tuple[list[int], int]:
    """The numbers of the marks from *index* on that belong together, and what comes after."""
    numbers: dict[int, None] = {}
    last = -1
    is_range = False
    while index < len(pieces) and isinstance(mark := pieces[index], Mark):
        first = mark.numbers[0]
        if is_range and last < first <= last + _LONGEST_RANGE:
            numbers |= dict.fromkeys(range(last + 1, first))
        numbers |= dict.fromkeys(mark.numbers)
        last = mark.numbers[-1]
        index += 1
        between = pieces[index] if index + 1 < len(pieces) else None
        is_range = isinstance(between, str) and _TO.fullmatch(between) is not None
        if isinstance(between, str) and (is_range or _BETWEEN.fullmatch(between)):
            index += 1
    return list(numbers), index


def _numbers(text: str) -> Iterator[int]:
    for match in _LISTED.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        is_range = first <= last <= first + _LONGEST_RANGE
        yield from range(first, last + 1) if is_range else (first, last)
