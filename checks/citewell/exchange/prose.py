"""The lines of a page of plain text as headings, paragraphs and items of lists."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from citewell.exchange import sentences
from citewell.exchange.levels import with_levels
from citewell.exchange.marks import BARE_BEHIND
from citewell.exchange.page import Block

_BULLET = re.compile(
    r"(\s*)(?:[•◦▪‣●○∙⁃■□►▸➢✓✔\uf0b7]\s*|[·*–—-]\s+|o\s+(?=[A-Z]))(?=[^\s•])(\S.*)"
)
_LONE_BULLET = re.compile(r"\s*[•◦▪‣●○∙⁃■□►▸➢✓✔\uf0b7·]\s*")
_STEP = re.compile(r"(\s*)\(?(\d{1,2}|[a-z])[.)]\s+(\S.*)")
_NUMBER = re.compile(r"\d+")
_BOLD = re.compile(r"(\*\*|__)(\S.*)\1")
_RULE = re.compile(r"\s*(?:[*_=~-]\s?){3,}\s*")
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*")
_HASHES = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*?)\s*#*\s*")
# What may hide that a sentence ends: in-text numbers behind its stop.
_MARKS = re.compile(
    r"<sup>[^<]{0,40}</sup>|\[\^?[\d,;–\s-]{1,40}\]|[⁰¹²³⁴-⁹,⁻–-]*[⁰¹²³⁴-⁹]"
    rf"|(?:(?<=[a-z)][.!?])|{BARE_BEHIND})\d[\d,–-]{{0,20}}(?=\s|$)"
    r"|(?<=[.!?])\s?\([\d,–-]{1,20}\)"
)
_SENTENCE_END = (".", "!", ";", ":", ",", "…", "-", "–")
_LONGEST_HEADING = 80  # characters
_MOST_WORDS = 12
_LONGEST_WRAPPED = 130  # characters; nobody wraps lines later
# What ends so introduces a list.
_LEADING_AS_TEXT = (
    "are as by can consider from has have if include includes including into is like may "
    "might of or and the to try when with you your"
)
_LEADING = frozenset(_LEADING_AS_TEXT.split())


class Line(NamedTuple):
    """A line, its number from 1, how many blank ones stand before it, and its words.

    ``is_item`` tells that it begins an item of a list; its words are those behind the bullet.
    ``is_heading`` tells that it certainly is a heading, number included.
    """

    number: int
    text: str
    gap: int
    words: str = ""
    is_item: bool = False
    is_heading: bool = False

    @property
    def indent(self) -> int:
        """How many blanks it begins with."""
        return len(self.text) - len(self.text.lstrip())


def blocks_of(body: Sequence[Line], *, has_title: bool) -> list[Block]:
    """The blocks that the lines of *body* make.

    Without a title from elsewhere, a first line that can be one becomes a heading of level 1.
    """
    return with_levels(list(_blocks(list(_with_items(body)))), has_title=has_title)


def _with_items(body: Sequence[Line]) -> Iterator[Line]:
    """*body*, with those lines marked that begin items.

    A number does so only if it is 1 or the next one: others just happen to begin a line. So does
    a letter, if it is a or the next one.
    """
    last: dict[tuple[int, bool], int] = {}
    lone: Line | None = None
    for line in body:
        if lone:  # a bullet on a line of its own
            text = " " * lone.indent + line.text.strip()
            line, lone = line._replace(text=text, gap=lone.gap, is_item=True), None
            yield line
            continue
        if _LONE_BULLET.fullmatch(line.text):
            lone = line
            continue
        if bullet := _BULLET.fullmatch(line.text):
            yield line._replace(words=bullet[2], is_item=True)
            continue
        step = _STEP.fullmatch(line.text)
        if step is None:
            yield line
            continue
        number, kind = _number(step[2]), (line.indent, step[2].isdigit())
        if number in (1, last.get(kind, 0) + 1):
            last[kind] = number
            line = line._replace(words=step[3], is_item=True)
        yield line


def _number(written: str) -> int:
    return int(written) if written.isdigit() else ord(written) - ord("a") + 1


def _blocks(body: Sequence[Line]) -> Iterator[Block]:
    """Headings, paragraphs, items and wide gaps, in order; levels of headings may be 0."""
    width = _width(body)
    usual = _usual_gap(body)
    groups = list(_groups(list(_with_numbered_headings(body, width))))
    kind = ""
    for group in groups:
        if group[0].gap > usual and group is not groups[0]:
            yield Block("break", "", group[0].number)
        made = list(_group(group, width))
        if group is not groups[0]:
            made = _as_list(made, under_heading=kind == "heading")
        kind = made[-1].kind
        yield from made


def _as_list(made: list[Block], *, under_heading: bool) -> list[Block]:
    """*made* of lines right below each other; as a list if all of them could be headings."""
    if len(made) < 2 or any(block.level or not _can_be_heading(block.text) for block in made[:-1]):
        return made
    if made[-1].kind != "paragraph" or not _can_be_heading(made[-1].text):
        return made
    items = [block._replace(kind="item", level=1) for block in made]
    return items if under_heading else [made[0], *items[1:]]


def _with_numbered_headings(body: Sequence[Line], width: int | None) -> Iterator[Line]:
    """*body*, in which "1. Overview" and "2. Signs" are headings if text stands below each.

    One alone is an item, as is every number of a list that has a 2 without text below.
    """
    count, series = 0, []
    for index, line in enumerate(body):
        if not line.is_item or not line.text.lstrip("( ")[:1].isdigit():
            continue
        number = int(_NUMBER.findall(line.text)[0])
        below = body[index + 1 : index + 2]
        if not (below and _is_headed(line, below[0], width)):
            count = 0
        elif number == 1:
            count = 1
            series.append([index])
        elif count and number == count + 1:
            count += 1
            series[-1].append(index)
        else:
            count = 0
    headings = {index for each in series if len(each) > 1 for index in each}
    for index, line in enumerate(body):
        yield line._replace(is_item=False, is_heading=True) if index in headings else line


def _is_headed(line: Line, below: Line, width: int | None) -> bool:
    """Whether the text *below* the numbered *line* can stand under it as its heading."""
    if below.is_item or not _can_be_heading(line.words):
        return False
    return below.gap > 0 or (below.indent <= line.indent and not _is_wrapped(line, below, width))


def _width(body: Sequence[Line]) -> int | None:
    """How long the lines of the page are at most, if they are wrapped; else None.

    They are if most long lines with another one below them end in the middle of a sentence.
    """
    widest = max((len(line.text) for line in body if len(line.text) <= _LONGEST_WRAPPED), default=0)
    followed = [
        line.text.rstrip()
        for line, below in pairwise(body)
        if not below.gap and not below.is_item and widest * 0.8 <= len(line.text) <= widest
    ]
    open_ended = [text for text in followed if not text.endswith((".", "!", "?", ":"))]
    return widest if len(open_ended) * 2 > len(followed) else None


def _usual_gap(body: Sequence[Line]) -> int:
    """How many blank lines stand between paragraphs; more are a wide gap."""
    gaps = Counter(line.gap for line in body[1:] if line.gap and not line.is_item)
    return max(gaps, key=lambda gap: (gaps[gap], -gap), default=1)


def _groups(body: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines without a blank one between them."""
    group: list[Line] = []
    for line in body:
        if group and line.gap:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _group(group: Sequence[Line], width: int | None) -> Iterator[Block]:
    """What the lines of *group* are; wrapped ones are joined.

    What stands right below unfinished words is no heading.
    """
    index, goes_on = 0, False
    while index < len(group):
        line = group[index]
        end = _end_of(group, index, width)
        text = _joined([line.words, *(each.text for each in group[index + 1 : end])])
        below = group[index + 1].text if index + 1 < len(group) else ""
        if line.is_heading:
            yield Block("heading", _joined([line.text]), line.number, 0)
            end = index + 1
        elif (hashes := _HASHES.fullmatch(line.text)) is not None:
            yield Block("heading", _joined([hashes[2]]), line.number, len(hashes[1]))
        elif (under := _UNDERLINE.fullmatch(below)) and _can_be_heading(line.text, strict=False):
            level = 1 if under[1].startswith("=") else 2
            yield Block("heading", _joined([line.text]), line.number, level)
            end = index + 2
        elif _RULE.fullmatch(line.text):
            yield Block("break", "", line.number)
        elif line.is_item:
            yield Block("item", text, line.number, line.indent + 1)
        elif (
            end == index + 1
            and not goes_on
            and (below or len(group) == 1)
            and _can_be_heading(text)
        ):
            yield Block("heading", _BOLD.sub(r"\2", text), line.number, 0)
        else:
            yield Block("paragraph", text, line.number)
            goes_on = not text.endswith(_SENTENCE_END)
            index = end
            continue
        goes_on = False
        index = end


def _joined(words: Sequence[str]) -> str:
    return " ".join(" ".join(words).split())


def _end_of(group: Sequence[Line], start: int, width: int | None) -> int:
    """Where the paragraph or item that begins at *start* ends: wrapped lines belong to it."""
    first = group[start]
    if first.is_heading or _HASHES.fullmatch(first.text) or _RULE.fullmatch(first.text):
        return start + 1
    for index in range(start + 1, len(group)):
        line = group[index]
        is_own = (
            line.is_item
            or line.is_heading
            or _HASHES.fullmatch(line.text)
            or _RULE.fullmatch(line.text)
        )
        if is_own or (index + 1 < len(group) and _UNDERLINE.fullmatch(group[index + 1].text)):
            return index
        if first.is_item and line.indent > first.indent:
            continue
        if not _is_wrapped(group[index - 1], line, width):
            return index
    return len(group)


def _is_wrapped(before: Line, line: Line, width: int | None) -> bool:
    """Whether the words of *line* go on with those of the line *before*."""
    word, ended = line.text.split(None, 1)[0], before.text.rstrip()
    if word[0].islower() and not ended.endswith((".", "!", "?", ":")):
        return True
    return width is not None and width < len(ended) + 1 + len(word) <= _LONGEST_WRAPPED * 2


def _can_be_heading(text: str, *, strict: bool = True) -> bool:
    """Whether *text* is short and no sentence; if not *strict*, it may end as it likes."""
    words = text.split()
    if not (words and len(text.strip()) <= _LONGEST_HEADING and len(words) <= _MOST_WORDS):
        return False
    if not any(map(str.isalpha, text)) or re.search(r"https?://|www\.|@", text):
        return False
    if not strict:
        return True
    if words[-1].lower() in _LEADING:
        return False
    bare = _MARKS.sub("", text)
    if words[0][0].islower() or bare.rstrip("\"'”’)").endswith(_SENTENCE_END):
        return False
    return len(sentences.split(bare)) == 1
