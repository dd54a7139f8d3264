"""Where in the lines of a text its reference list is, and the entries of that."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from citewell.exchange.boilerplate import is_boilerplate
from citewell.exchange.page import Entry
from citewell.exchange.raised import on_line

_HEADING = re.compile(
    r"(?i)\W{0,6}(?:\d{1,2}[.)] )?"
    r"(?:(?:selected |key |cited |medical |article |list of |our |(?:show|view|hide|see) )*"
    r"(?:references?(?: list)?|sources?|bibliography|works cited|literature(?: cited)?"
    r"|citations?|endnotes?|footnotes?)"
    r"(?: cited| and (?:sources|notes|further reading|references))?"
    r"|literaturverzeichnis|literatur|quellen(?:angaben|verzeichnis)?|einzelnachweise"
    r"|références|bibliographie|sources et références|referencias|bibliografía|fuentes"
    r"|bibliografia|riferimenti|fonti|referências|literatuur|bronnen)(?:\s?\[edit\])?\W{0,6}"
)
_NUMBERED = re.compile(
    r"(?P<margin>[ \t\u00a0]*)(?:\[(?P<square>\d{1,4})\][.:]?|\((?P<round>\d{1,3})\)"
    r"|(?P<plain>\d{1,3})[.)](?!\d))(?:\s+|(?=[^\s\d]))(?P<text>.*)"
)
_LONE_NUMBER = re.compile(r"(?P<margin>[ \t\u00a0]*)\[?(?P<plain>\d{1,3})[.)\]]?\s*")
_BARE_NUMBER = re.compile(r"(?P<margin>[ \t\u00a0]*)(?P<plain>\d{1,3})\s+(?P<text>[^\W\d_a-z].*)")
_RAISED_NUMBER = re.compile(r"(?P<margin>[ \t\u00a0]*)(?P<plain>[⁰¹²³⁴-⁹]{1,3})\s*(?P<text>\S.*)")
_BULLET = re.compile(r"(?P<margin>\s*)(?:[•·◦▪‣●○*–—-])\s+(?P<text>\S.*)")
_BACKLINK = re.compile(r"\s*[\^↑]\s*(?:[a-z] )*")  # to the text, as encyclopedias have it
# What the entries of a reference list show, and steps or facts in a numbered list seldom do.
_BIBLIOGRAPHIC = re.compile(
    r"https?://|www\.|\bdoi\b|\b10\.\d{4,}/|\bet al\b|(?i:\baccessed\b|\bretrieved\b|\bpmid\b"
    r"|\bavailable (?:at|from)\b)|\b(?:19|20)\d\d\s?[;.:)(]|\b(?:19|20)\d\d\.?$|\beds?\.\s"
    r"|[;:]\s?\d+(?:\(\d+\))?:\s?[A-Za-z]?\d+|^[A-Z][\w'’-]+ [A-Z]{1,3}[,.]"
)
_SOON = 6  # lines below a heading in which a numbered list can begin
_MOST_STARTS = 12  # how many numbered lists are looked at, from the last one on
_FARTHEST = 20  # how many numbers a list can leave out


class ReferenceList(NamedTuple):
    """The lines from *start* to before *end*, from 0, heading included; and the entries."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    is_titled: bool


class _Item(NamedTuple):
    """A line that begins an entry, from 0, and in which column its number begins and ends."""

    line: int
    number: int
    text: str
    margin: int
    right: int


def find(lines: Sequence[str]) -> ReferenceList | None:
    """The reference list: what is below its heading, or the last numbered list that looks like one.

    None if there is none.
    """
    for index in range(len(lines) - 1, -1, -1):
        if is_heading(lines[index]) and (found := _below(lines, index)):
            return found
    return _untitled(lines)


def is_heading(line: str) -> bool:
    """Whether *line* is the heading of a reference list."""
    return len(line) <= 60 and _HEADING.fullmatch(line.strip()) is not None


def _below(lines: Sequence[str], heading: int) -> ReferenceList | None:
    start = heading + 1
    if start < len(lines) and re.fullmatch(r"\s*[=~-]{3,}\s*", lines[start]):
        start += 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    if start == len(lines):
        return None
    for pattern in (_NUMBERED, _LONE_NUMBER, _RAISED_NUMBER, _BARE_NUMBER):
        if first := _item(pattern, lines, start):
            found = _list(lines, first, (pattern,), titled=True)
            return found._replace(start=heading, is_titled=True)
    soon = range(start + 1, min(start + _SOON, len(lines)))
    if any((item := _item(_NUMBERED, lines, each)) and item.number == 1 for each in soon):
        return None  # the list begins further below, and has its numbers
    return _unnumbered(lines, heading, start)


def _untitled(lines: Sequence[str]) -> ReferenceList | None:
    patterns = (_NUMBERED, _LONE_NUMBER)
    starts = [
        first
        for index in range(len(lines))
        for pattern in patterns
        if (first := _item(pattern, lines, index)) and first.number == 1
    ]
    best: ReferenceList | None = None
    for first in reversed(starts[-_MOST_STARTS:]):
        found = _list(lines, first, patterns, titled=False)
        shows = [_BIBLIOGRAPHIC.search(entry.text[:2000]) is not None for entry in found.entries]
        if sum(shows) * 2 < len(shows) or not _is_last(lines, found.end):
            continue
        if best is None or found.end == best.end:  # the number 1 may be doubled in one list
            best = found
        elif found.end == best.start:
            best = best._replace(start=found.start, entries=(*found.entries, *best.entries))
        else:
            break
    return best


def _is_last(lines: Sequence[str], end: int) -> bool:
    """Whether there is less text below than a page's body would have."""
    return sum(len(line) > 200 for line in lines[end:]) <= 3


def _item(pattern: re.Pattern[str], lines: Sequence[str], index: int) -> _Item | None:
    match = pattern.fullmatch(lines[index])
    if match is None:
        return None
    groups = match.groupdict()
    if "text" not in groups and not (index + 1 < len(lines) and lines[index + 1].strip()):
        return None
    number = groups.get("plain") or groups.get("square") or groups.get("round") or ""
    text = (groups.get("text") or "").strip()
    right = match.end(next(name for name in ("plain", "square", "round") if groups.get(name)))
    return _Item(index, int(on_line(number)), text, len(match["margin"]), right)


def _list(
    lines: Sequence[str], first: _Item, patterns: tuple[re.Pattern[str], ...], *, titled: bool
) -> ReferenceList:
    entries: list[tuple[_Item, list[str]]] = [(first, [first.text])]
    index, end, gap = first.line + 1, first.line + 1, 0
    while index < len(lines):
        line = lines[index]
        if not line.strip():
            gap += 1
            index += 1
            continue
        item = next((each for each in (_item(p, lines, index) for p in patterns) if each), None)
        last, words = entries[-1]
        if item and item.number == 1 < last.number and item.margin <= first.margin:
            break
        if item and _goes_on(item, last, first, " ".join(words[-1:]), gap):
            entries.append((item, [item.text]))
        elif gap and not _is_continued(line, last, words, titled=titled):
            break
        elif gap or not _begins_something(line, first, words[-1]) or _has_next(lines, index, last):
            words.append(line.strip())
        else:
            break
        index += 1
        end, gap = index, 0
    made = tuple(
        Entry(item.number, item.line + 1, " ".join(" ".join(words).split()))
        for item, words in entries
    )
    return ReferenceList(first.line, end, made, is_titled=False)


def _goes_on(item: _Item, last: _Item, first: _Item, before: str, gap: int) -> bool:
    """Whether *item* is the next entry, and not a wrapped line that begins with a figure."""
    if item.number == last.number + 1:
        return True
    is_aligned = item.margin == first.margin or item.right == last.right
    if not is_aligned or abs(item.number - last.number) > _FARTHEST:
        return False
    return gap > 0 or _is_whole(before)


def _is_whole(before: str) -> bool:
    """Whether an entry can end so: with a stop, a year, or what may be an address."""
    return before.endswith((".", "/")) or re.search(r"\S{12}$|\d{4}$", before[-12:]) is not None


def _is_continued(line: str, last: _Item, words: list[str], *, titled: bool) -> bool:
    """Whether *line* behind a blank one still belongs to the entry before it."""
    if not any(words):
        return True
    indented = len(line) - len(line.lstrip()) > last.right
    unfinished = not words[-1].endswith((".", "/")) and line.strip()[:1].islower()
    address = re.match(r"\s*(?:https?://|doi:)", line) is not None
    return address or (titled and (indented or unfinished))


def _has_next(lines: Sequence[str], index: int, last: _Item) -> bool:
    """Whether soon below the line at *index* there is the entry behind the *last* one."""
    soon = range(index + 1, min(index + _SOON, len(lines)))
    found = (_item(_NUMBERED, lines, each) for each in soon)
    return any(
        item and item.number == last.number + 1 and item.right - last.right in (0, 1)
        for item in found
    )


def _begins_something(line: str, first: _Item, before: str) -> bool:
    """Whether *line*, right below an entry, is no part of it."""
    if not _is_whole(before):
        return False
    return len(line) - len(line.lstrip()) < first.margin or is_boilerplate(line)


def _unnumbered(lines: Sequence[str], heading: int, start: int) -> ReferenceList | None:
    """Entries without numbers: bullets, or paragraphs, or lines."""
    groups: list[list[int]] = []
    end = start
    for index in range(start, len(lines)):
        line = lines[index]
        if not line.strip():
            continue
        after_gap = index > start and not lines[index - 1].strip()
        if after_gap and _ends_list(line):
            break
        bullet = _BULLET.match(line) is not None
        if not groups or after_gap or bullet or _is_new_line(lines, groups[-1], index):
            groups.append([index])
        else:
            groups[-1].append(index)
        end = index + 1
    entries = tuple(_unnumbered_entry(lines, group) for group in groups)
    if not any(_BIBLIOGRAPHIC.search(entry.text[:2000]) for entry in entries):
        return None
    return ReferenceList(heading, end, entries, is_titled=True)


def _unnumbered_entry(lines: Sequence[str], group: list[int]) -> Entry:
    bullet = _BULLET.match(lines[group[0]])
    first = _BACKLINK.sub("", bullet["text"] if bullet else lines[group[0]])
    words = [first, *(lines[each] for each in group[1:])]
    return Entry(None, group[0] + 1, " ".join(" ".join(words).split()))


def _is_new_line(lines: Sequence[str], group: list[int], index: int) -> bool:
    """Whether the line at *index* is an entry of its own, and no wrapped one."""
    if _BULLET.match(lines[group[0]]):
        return False
    first, line, before = lines[group[0]], lines[index], lines[index - 1].rstrip()
    if len(line) - len(line.lstrip()) > len(first) - len(first.lstrip()):
        return False
    whole = before.endswith(".") or re.search(r"(?:https?://|doi)\S*$|\d{4}$", before) is not None
    return whole and not line.strip()[:1].islower() and not re.match(r"\s*(?:https?:|doi)", line)


def _ends_list(line: str) -> bool:
    """Whether *line*, behind a blank one, is no entry any more."""
    if is_boilerplate(line) or line.lstrip().startswith("#"):
        return True
    is_short = len(line.strip()) < 60 and not re.search(r"[.\d/]\s*$", line)
    return is_short and not _BIBLIOGRAPHIC.search(line)


def numbered_gaps(entries: Sequence[Entry]) -> Iterator[tuple[int, str]]:
    """Lines at which the numbers of a list do not go on by one, and what is wrong."""
    last: int | None = None
    for entry in entries:
        if entry.number is None:
            continue
        if last is not None and entry.number != last + 1:
            yield entry.line, f"number {entry.number} follows number {last} in the reference list"
        last = entry.number
