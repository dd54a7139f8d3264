"""What is added to a text: an item of a list at the top, and a key of a mapping anywhere."""

import copy
import re
from collections.abc import Mapping

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from citewell.edit.lines import (
    after_line,
    column,
    gap,
    is_on_one_line,
    line_break,
    line_end,
    line_start,
)
from citewell.edit.splicing import Splice, parsed, spliced
from citewell.writing import EditError, Value, as_data, block, block_item, flow, scalar

_REST_OF_LINE = re.compile(r"[ \t]*(#[^\r\n]*)?(?=[\r\n]|\Z)")
_REST_WITH_COMMA = re.compile(r"[ \t]*(,)?[ \t]*(#[^\r\n]*)?(?=[\r\n])")

Item = Mapping[str, Value]
"""A mapping to be written as an item of a list."""


def append(text: str, key: str, item: Item) -> str:
    """*text* with *item* behind the others in the list at the top-level *key*.

    Where there is no such list, one is begun: at the end if the key is missing, or in the place
    of nothing.
    """
    document = parsed(text)
    body, root = document.text, document.root
    if not isinstance(root, MappingNode):
        raise EditError("it is no mapping of keys to values")
    pairs = [pair for pair in root.value if pair[0].value == key]
    if len(pairs) > 1:
        raise EditError(f"the key '{key}' stands there {len(pairs)} times")
    expected = copy.deepcopy(document.data)
    assert isinstance(expected, dict)  # noqa: S101 - as the root is
    old = expected.get(key)
    if not (old is None or isinstance(old, list)):
        raise EditError(f"'{key}' is no list")
    expected[key] = [*(old or ()), as_data(item)]
    if not pairs:
        splices = _new_list(body, root, key, item)
    elif old:
        splices = _next_item(body, pairs[0][1], item)
    else:
        splices = _first_item(body, root, pairs[0], item)
    return spliced(text, document, splices, expected)


def new_key(body: str, mapping: MappingNode, key: str, value: Value) -> list[Splice]:
    """What puts *key* with *value* behind the other keys of *mapping*, laid out as that is."""
    if mapping.flow_style:
        quoted = bool(mapping.value) and mapping.value[-1][0].style == '"'
        return _into_flow(
            body, mapping, f"{flow(key, quoted=quoted)}: {flow(value, quoted=quoted)}"
        )
    indent = column(body, mapping)
    return [_inserted(body, below(body, mapping, indent), [*block({key: value}, indent)])]


def _new_list(body: str, root: MappingNode, key: str, item: Item) -> list[Splice]:
    if root.flow_style:
        quoted = not root.value or root.value[-1][0].style == '"'
        name = flow(key, quoted=quoted)
        return _into_flow(body, root, f"{name}: [{flow(item, quoted=quoted)}]")
    indent = column(body, root)
    lines = [" " * indent + f"{scalar(key)}:", *block_item(item, indent + _offset(body, root))]
    last_key, last = root.value[-1][0], _last_leaf(root)
    spaced = body[: last_key.start_mark.index].rstrip(" ").endswith(("\n\n", "\n\r\n", "\r\r"))
    if spaced and getattr(last, "style", None) not in ("|", ">"):  # there, it might be a value's
        lines.insert(0, "")
    end: int = root.end_mark.index  # the end of the file, or where '...' ends the document
    return [_inserted(body, end, lines)]


def _first_item(
    body: str, root: MappingNode, pair: tuple[ScalarNode, Node], item: Item
) -> list[Splice]:
    """What puts a list of one item in the place of nothing, or of an empty list."""
    key, value = pair
    start, end = value.start_mark.index, value.end_mark.index
    is_list = isinstance(value, SequenceNode)
    written = body[start:end]
    rest = _REST_OF_LINE.match(body, end)
    if root.flow_style or rest is None or not is_on_one_line(written):
        words = flow(item, quoted=key.style == '"')
        if is_list:  # between its brackets there may be comments
            return [Splice(start + 1, start + 1, words)]
        return [Splice(start, end, f"{gap(body, start)}[{words}]")]
    before = len(body[:start].rstrip(" \t"))
    lines = [*block_item(item, column(body, root) + _offset(body, root))]
    below = after_line(body, end)
    return [Splice(before, end, ""), _inserted(body, below, lines)]


def _next_item(body: str, items: CollectionNode, item: Item) -> list[Splice]:
    last = items.value[-1]
    if items.flow_style:
        keys = [key for key, _ in last.value] if isinstance(last, MappingNode) else [last]
        quoted = bool(keys) and getattr(keys[-1], "style", None) == '"'
        return _into_flow(body, items, flow(item, quoted=quoted))
    indent = column(body, items)
    return [_inserted(body, below(body, items, indent), [*block_item(item, indent)])]


def below(body: str, node: CollectionNode, indent: int) -> int:
    """Where the line behind a block at *indent* begins, and behind the comments in it."""
    leaf = _last_leaf(node)
    end: int = leaf.end_mark.index
    if getattr(leaf, "style", None) not in ("|", ">"):  # the blank lines below are these' own
        end = after_line(body, end)
    while re.match(rf"[ ]{{{indent + 1},}}#", line := body[end : line_end(body, end)]):
        end = after_line(body, end + len(line))
    return end


def _into_flow(body: str, node: CollectionNode, new: str) -> list[Splice]:
    """What puts *new* behind the last element of a flow collection, laid out as that is."""
    if not node.value:
        start = node.start_mark.index + 1
        return [Splice(start, start, new)]
    last = node.value[-1]
    first, last = last if isinstance(last, tuple) else (last, last)
    end = last.end_mark.index
    margin = body[line_start(body, first.start_mark.index) : first.start_mark.index]
    rest = _REST_WITH_COMMA.match(body, end)
    if margin.strip(" \t") or rest is None:
        return [Splice(end, end, f", {new}")]
    below = rest.end()
    comma = [] if rest[1] else [Splice(end, end, ",")]
    return [*comma, Splice(below, below, f"{line_break(body)}{margin}{new}")]


def _inserted(body: str, at: int, lines: list[str]) -> Splice:
    """What puts *lines* before the line at *at*; a missing last line break stays missing."""
    new = line_break(body)
    if line_start(body, at) == at:
        return Splice(at, at, "".join(line + new for line in lines))
    return Splice(at, at, "".join(new + line for line in lines))


def _offset(body: str, root: MappingNode) -> int:
    """How far lists are indented below their keys in this file."""
    for _, value in root.value:
        if isinstance(value, SequenceNode) and not value.flow_style:
            return column(body, value) - column(body, root)
    return 2


def _last_leaf(node: Node) -> Node:
    """What ends a block: a scalar, or a collection in brackets."""
    while isinstance(node, CollectionNode) and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    return node
