"""The items of a list in another order: whole texts move, and nothing of them changes."""

import re
from collections.abc import Sequence

from yaml.nodes import Node, SequenceNode

from citewell.edit.growing import below
from citewell.edit.lines import BLANKS, column, line_start
from citewell.edit.splicing import Splice

_COMMENT = re.compile(r"(?P<margin> *)[ \t]*#")


def reordered(body: str, items: SequenceNode, order: Sequence[int]) -> list[Splice] | None:
    """What puts the items in *order*, given by their old indexes; None if that is not clear.

    In a block list, the comment lines directly above an item move with it, and so do comments
    in it and behind it. In brackets, a comment between two items may be about any of them.
    """
    slots = _in_brackets(body, items) if items.flow_style else _in_lines(body, items)
    if slots is None:
        return None
    texts = [body[start:end] for start, end in slots]
    return [
        Splice(start, end, texts[old])
        for (start, end), old, index in zip(slots, order, range(len(order)), strict=True)
        if old != index
    ]


def _in_brackets(body: str, items: SequenceNode) -> list[tuple[int, int]] | None:
    slots = [(item.start_mark.index, item.end_mark.index) for item in items.value]
    bounds = [items.start_mark.index, *(at for slot in slots for at in slot), items.end_mark.index]
    between = (body[end:start] for end, start in zip(bounds[::2], bounds[1::2], strict=True))
    return None if any("#" in text for text in between) else slots


def _in_lines(body: str, items: SequenceNode) -> list[tuple[int, int]] | None:
    """Where each item begins, with the comments above it, and ends, before its line break."""
    margin = column(body, items)
    starts: list[int] = []
    floor = 0
    for item in items.value:
        start = _first_line(body, item, margin, floor)
        if start is None:
            return None
        starts.append(start)
        floor = item.start_mark.index
    ends = [*starts[1:], below(body, items, margin)]
    return [
        (start, start + len(body[start:end].rstrip(BLANKS)))
        for start, end in zip(starts, ends, strict=True)
    ]


def _first_line(body: str, item: Node, margin: int, floor: int) -> int | None:
    """Where the line begins with the dash of *item*, or the first of the comments above it.

    What stands before *floor* is another item's.
    """
    start = line_start(body, item.start_mark.index)
    while body[start : start + margin + 1] != " " * margin + "-":
        if start <= floor:
            return None
        start = line_start(body, start - 1 - (body[start - 2 : start] == "\r\n"))
    while start > floor:
        above = line_start(body, start - 1 - (body[start - 2 : start] == "\r\n"))
        comment = _COMMENT.match(body, above, start)
        if above < floor or comment is None or len(comment["margin"]) > margin:
            break
        start = above
    return start
