"""What changes in a text, as git shows it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import pairwise

from citewell.identifiers import mask_secrets

_FEW = 250_000
"""Stretches with so many pairs of lines are compared by each; for larger ones that takes long."""


def git_diff(name: str, old: str, new: str) -> Iterator[str]:
    """The lines of a unified diff of the file *name* that ``git apply`` takes; none if equal."""
    before, after = _lines(old), _lines(new)
    if before == after:
        return
    yield f"--- a/{name}"
    yield f"+++ b/{name}"
    for group in _Anchored(before, after).get_grouped_opcodes():
        _, start, _, new_start, _ = group[0]
        _, _, end, _, new_end = group[-1]
        yield f"@@ -{_span(start, end)} +{_span(new_start, new_end)} @@"
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (f" {line}" for line in before[a:b])
                continue
            yield from (f"-{line}" for line in before[a:b])
            yield from (f"+{line}" for line in after[c:d])


def masked(lines: Iterable[str]) -> tuple[list[str], int]:
    """*lines* with secrets shown as ``***``, and how many hold one: these cannot be applied."""
    pairs = [(line, mask_secrets(line)) for line in lines]
    return [shown for _, shown in pairs], sum(line != shown for line, shown in pairs)


def _lines(text: str) -> list[str]:
    """The lines of *text* as git tells them apart, with its note if the last one has no end."""
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def _span(start: int, end: int) -> str:
    """Lines from 1, and how many, as diff has it; of none, the line before them."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + (length > 0)},{length}"


class _Anchored(SequenceMatcher[str]):
    """Compares long texts in short time: lines that both have once part what is compared.

    This is the idea of "patience diff"; difflib alone takes the square of the number of changes.
    """

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, "", "")
        self._old, self._new = old, new

    def get_matching_blocks(self) -> list[Match]:
        """The stretches that both have, in their order, and an empty one at the end."""
        old, new = self._old, self._new
        blocks: list[Match] = []
        anchors = [(-1, -1), *_anchors(old, new), (len(old), len(new))]
        for (a, b), (next_a, next_b) in pairwise(anchors):
            for i, j, size in _between(old[a + 1 : next_a], new[b + 1 : next_b]):
                _add(blocks, Match(a + 1 + i, b + 1 + j, size))
            if next_a < len(old):
                _add(blocks, Match(next_a, next_b, 1))
        return [*blocks, Match(len(old), len(new), 0)]


def _add(blocks: list[Match], block: Match) -> None:
    """Put *block* behind *blocks*, as a part of the last one if it follows at once."""
    if blocks and (last := blocks[-1]).a + last.size == block.a and last.b + last.size == block.b:
        blocks[-1] = Match(last.a, last.b, last.size + block.size)
    elif block.size:
        blocks.append(block)


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """What two stretches without an anchor have in common, by place and length."""
    if len(old) * len(new) <= _FEW:
        yield from SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        return
    head = _common(old, new)
    tail = _common(old[: head - 1 if head else None : -1], new[: head - 1 if head else None : -1])
    yield 0, 0, head
    yield len(old) - tail, len(new) - tail, tail


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are the same from the beginning on."""
    pairs = zip(old, new, strict=False)
    return next(
        (n for n, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new))
    )


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Where lines stand that each has once: the longest row of them in the order of both."""
    counts = Counter(old), Counter(new)
    places = {line: index for index, line in enumerate(new) if counts[1][line] == 1}
    pairs = [(i, places[x]) for i, x in enumerate(old) if counts[0][x] == 1 and x in places]
    ends: list[int] = []  # the least place in which a row of that length may end
    rows: list[int] = []  # which pair that is
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(rows[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        rows[length : length + 1] = [index]
    row: list[tuple[int, int]] = []
    at = rows[-1] if rows else -1
    while at >= 0:
        row.append(pairs[at])
        at = before[at]
    return row[::-1]
