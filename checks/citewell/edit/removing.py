"""Items that leave a list; the comments beside them stay."""

import re

from yaml.nodes import Node, ScalarNode, SequenceNode

from citewell.edit.lines import after_line, column, line_end, line_start
from citewell.edit.splicing import Splice, node_at
from citewell.finding import NodePath
from citewell.writing import EditError

_COMMA = re.compile(r"[ \t\r\n]*,")
_REST = re.compile(r"[ \t]*(?P<comment>#[^\r\n]*)?(?=[\r\n]|\Z)")


def removal(body: str, root: Node, path: NodePath) -> list[Splice]:
    """What takes the item at *path* out of its list, which keeps others."""
    items, index = node_at(root, path[:-1]), path[-1]
    if not isinstance(items, SequenceNode) or node_at(root, path) is None:
        raise EditError(f"there is no item of a list at {'.'.join(map(str, path))}")
    assert isinstance(index, int)  # noqa: S101 - as it was found in a list
    if items.flow_style:
        return [_from_flow(body, items.value, index)]
    return [_from_block(body, items, index)]


def _from_flow(body: str, items: list[Node], index: int) -> Splice:
    item = items[index]
    start, end = item.start_mark.index, item.end_mark.index
    if index and _is_bare(body, before := items[index - 1].end_mark.index, start):
        return Splice(before, end, "")
    comma = _COMMA.match(body, end)
    if comma is None:
        raise _beside_comment()
    after = items[index + 1].start_mark.index if index + 1 < len(items) else comma.end()
    return Splice(start, after if _is_bare(body, comma.end(), after) else comma.end(), "")


def _from_block(body: str, items: SequenceNode, index: int) -> Splice:
    """What takes the line of an item away, or leaves but the comment behind it."""
    item = items.value[index]
    start, end = item.start_mark.index, item.end_mark.index
    dash = line_start(body, start) + column(body, items)
    rest = _REST.match(body, end)
    if not isinstance(item, ScalarNode) or item.style in ("|", ">") or rest is None:
        raise EditError("the item is more than one value")
    if body[dash : dash + 1] != "-" or body[dash + 1 : start].strip(" \t"):
        raise EditError("the item does not stand on the line of its dash")
    if rest["comment"]:
        return Splice(dash, rest.start("comment"), "")
    first = line_start(body, dash)
    if body[first:dash].strip(" "):  # another list's dash
        raise EditError("two lists begin on the line of the item")
    last = line_end(body, end)
    if last < len(body):
        return Splice(first, after_line(body, end), "")
    before = first - (2 if body[first - 2 : first] == "\r\n" else 1)
    return Splice(before, last, "")  # the last line stays without a line break


def _is_bare(body: str, start: int, end: int) -> bool:
    return "#" not in body[start:end]


def _beside_comment() -> EditError:
    return EditError("a comment stands beside the item, and it is not clear what that is about")
