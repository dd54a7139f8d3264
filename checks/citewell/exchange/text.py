"""The reader of plain text: a page as it is when its markup is gone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from citewell.exchange import page_date, reference_list
from citewell.exchange.boilerplate import is_boilerplate
from citewell.exchange.page import Block, ImportFailure, Note, Page, text_of
from citewell.exchange.page_date import PageDate
from citewell.exchange.prose import Line, blocks_of

MAX_BYTES = 500_000
"""A larger text is refused: a long page has some 50 kB."""

_FEW = 8  # lines
_TITLE = re.compile(r"(?i)title\s*:\s*(\S.*)")
_BY = re.compile(
    r"\s*(?:By|Answer(?:ed)?|Written by|Posted by|(?:Medically r|R)eviewed by):? [A-Z]"
)
_ADDRESS = re.compile(r"(?i)(?:url|source(?: url)?|link|original article)\s*:\s*https?://\S+")
# "Tremor care at Ash Clinic" advertises what the page is about.
_OFFER = re.compile(r"(\S.{0,80}?) (?:care|treatment|services) at [A-Z].{0,60}")


@dataclass(slots=True)
class _Sorted:
    """The lines of a page but for its reference list, by what they are."""

    body: list[Line] = field(default_factory=list)
    dates: list[tuple[int, PageDate]] = field(default_factory=list)
    aside: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    title: str = ""


def read(raw: bytes) -> Page:
    """Read a page of plain text; an ImportFailure if it is none, is empty or too long."""
    if len(raw) > MAX_BYTES:
        raise ImportFailure(
            f"it has {len(raw):,} bytes of text, and more than {MAX_BYTES:,} are no page: split it."
        )
    lines = text_of(raw).replace("\ufeff", "").replace("\f", "\n").expandtabs(4).split("\n")
    if not any(map(str.strip, lines)):
        raise ImportFailure("there is nothing in it.")
    listed = reference_list.find(lines)
    found = _sorted(lines, listed)
    made = blocks_of(found.body, has_title=bool(found.title))
    offers = _offers(made)
    blocks = [block for block in made if block not in offers]
    title = found.title or _first_heading(blocks)
    offer = None if title or not offers else offers[-1]
    told = [date for date in found.dates if date[1].rank]
    best = max(told, key=lambda date: (date[1].rank, -date[0])) if told else None
    doubts = page_date.doubts(best[0], lines[best[0] - 1], best[1]) if best else []
    aside = found.aside + [Note(block.line, block.text) for block in offers]
    aside += [
        Note(number, " ".join(lines[number - 1].split()))
        for number, date in found.dates
        if date.rest or (number, date) != best
    ]
    return Page(
        blocks=tuple(blocks),
        entries=listed.entries if listed else (),
        title=title,
        reviewed=best[1].day if best else None,
        notes=(*_notes(lines, listed, offer), *found.notes, *doubts),
        aside=tuple(sorted(aside)),
        subject=_subject(offer) if offer else "",
    )


def _sorted(lines: Sequence[str], listed: reference_list.ReferenceList | None) -> _Sorted:
    start, end = (listed.start, listed.end) if listed else (len(lines), len(lines))
    off = _off_page(lines, end)
    found, gap, above = _Sorted(), 0, 0  # blank lines just above, and above lines left out
    for number, text in enumerate(lines, 1):
        if not text.strip():
            gap += 1
            continue
        named = _TITLE.fullmatch(text.strip()) if not (found.body or found.title) else None
        if start < number <= end or _heads_list(lines, number, start):
            pass
        elif (date := page_date.parse(text)) and not (number in off and found.dates):
            found.dates.append((number, date))
        elif number in off or (
            _begins(found.body, max(gap, above), text) and _is_off_subject(text)
        ):
            found.aside.append(Note(number, " ".join(text.split())))
        elif page_date.is_vague(text):
            found.aside.append(Note(number, " ".join(text.split())))
            found.notes.append(Note(number, "no day can be told for sure from this date"))
        elif named:
            found.title = " ".join(named[1].split())
        else:
            found.body.append(Line(number, text, max(gap, above), text))
            gap = above = 0
            continue
        gap, above = 0, max(gap, above, 1)
    return found


def _is_off_subject(text: str) -> bool:
    return is_boilerplate(text) or _ADDRESS.fullmatch(text.strip()) is not None


def _heads_list(lines: Sequence[str], number: int, start: int) -> bool:
    """Whether the line is the heading of the reference list, with only a date between them."""
    if not number <= start < len(lines) or not reference_list.is_heading(lines[number - 1]):
        return False
    between = lines[number : min(start, number + _FEW)]
    return start - number < _FEW and all(
        not text.strip() or page_date.parse(text) for text in between
    )


def _begins(body: Sequence[Line], gap: int, text: str) -> bool:
    """Whether the line is no wrapped one: a *gap* or a sentence's end is before it, or "By"."""
    return (
        _BY.match(text) is not None
        or gap > 0
        or not body
        or body[-1].text.rstrip().endswith((".", "!", "?"))
    )


def _off_page(lines: Sequence[str], end: int) -> frozenset[int]:
    """The numbers of the lines behind the reference list, if no sentence is among them."""
    below = {number: text for number, text in enumerate(lines[end:], end + 1) if text.strip()}
    has_prose = any(
        len(text.split()) > 5
        and text.rstrip().endswith((".", "!", "?"))
        and not is_boilerplate(text)
        for text in below.values()
    )
    return frozenset() if has_prose else frozenset(below)


def _notes(
    lines: Sequence[str], listed: reference_list.ReferenceList | None, offer: Block | None
) -> Iterator[Note]:
    if listed is None:
        last = max(number for number, text in enumerate(lines, 1) if text.strip())
        yield Note(last, "no reference list was found, so no number in the text is a citation")
    else:
        for line, message in reference_list.numbered_gaps(listed.entries):
            yield Note(line, message)
    if offer:
        yield Note(
            offer.line, f"the page has no title; that it is about {_subject(offer)!r} is said here"
        )


def _first_heading(blocks: Sequence[Block]) -> str:
    """The heading that the page begins with, if it stands above all others."""
    highest = [block for block in blocks if block.kind == "heading" and block.level == 1]
    return highest[0].text if len(highest) == 1 and highest[0] is blocks[0] else ""


def _offers(blocks: Sequence[Block]) -> list[Block]:
    """The headings that only advertise care for what the page is about: nothing is below them."""
    ends = ("heading", "break")
    return [
        block
        for block, below in pairwise([*blocks, Block("break", "", 0)])
        if block.kind == "heading" and below.kind in ends and _OFFER.fullmatch(block.text)
    ]


def _subject(offer: Block) -> str:
    found = _OFFER.fullmatch(offer.text)
    return found[1] if found else ""
