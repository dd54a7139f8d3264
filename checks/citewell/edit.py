"""Edits of YAML text: only what changes is touched, and comments, quoting and line ends survive.

An edit is made in the text, at the places that the parser's tree gives; nothing is ever
written out from data. What comes of it is parsed again, and must be the old data with just
that change: otherwise there is an :class:`EditError`, and no new text.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from citewell import source
from citewell.document import Data, Document
from citewell.finding import NodePath
from citewell.writing import EditError as EditError
from citewell.writing import Value, as_data, block_item, flow, scalar

_BREAK = re.compile(r"\r\n|\n|\r")
_REST_OF_LINE = re.compile(r"[ \t]*(#[^\r\n]*)?(?=[\r\n]|\Z)")
_REST_WITH_COMMA = re.compile(r"[ \t]*(,)?[ \t]*(#[^\r\n]*)?(?=[\r\n])")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_BLANKS = " \t\r\n"

Item = Mapping[str, Value]
"""A mapping to be written as an item of a list."""


class _Splice(NamedTuple):
    """What is to stand instead of the text from *start* to *end*."""

    start: int
    end: int
    text: str


def append(text: str, key: str, item: Item) -> str:
    """*text* with *item* behind the others in the list at the top-level *key*.

    Where there is no such list, one is begun: at the end if the key is missing, or in the place
    of nothing.
    """
    document = _parsed(text)
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
        splices = _new_key(body, root, key, item)
    elif old:
        splices = _next_item(body, pairs[0][1], item)
    else:
        splices = _first_item(body, root, pairs[0], item)
    return _spliced(text, body, splices, expected)


def replace(text: str, path: NodePath, value: str | int) -> str:
    """*text* with *value* instead of the scalar at *path*, which must be there."""
    document = _parsed(text)
    body = document.text
    node = _at(document.root, path)
    if not isinstance(node, ScalarNode):
        raise EditError(f"there is no single value at {'.'.join(map(str, path))}")
    written = flow(value, quoted=node.style == '"')
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in ("|", ">"):
        header = _match(_BLOCK_HEADER, body, start)  # a comment may follow it
        below = _line_end(body, start)
        splices = [
            _Splice(start, header.end(), written),
            _Splice(below, max(below, start + len(body[start:end].rstrip(_BLANKS))), ""),
        ]
    else:
        splices = [_Splice(start, end, _gap(body, start) + written)]
    expected = copy.deepcopy(document.data)
    parent: Any = expected
    for part in path[:-1]:
        parent = parent[part]
    parent[path[-1]] = str(value)
    return _spliced(text, body, splices, expected)


def _parsed(text: str) -> Document:
    try:
        document = source.parse(text.encode())
    except UnicodeEncodeError:
        raise EditError("its text has characters that UTF-8 has not") from None
    if document.unreadable or document.root is None:
        raise EditError("it cannot be read as YAML")
    return document


def _spliced(text: str, body: str, splices: list[_Splice], expected: Data) -> str:
    """*text* with *splices*, in their order, made in its *body*, if the data are as *expected*."""
    new = body
    for splice in reversed(splices):
        new = new[: splice.start] + splice.text + new[splice.end :]
    new = text[: len(text) - len(body)] + new  # a byte order mark
    raw = new.encode()
    if len(raw) > source.MAX_BYTES:
        raise EditError(f"it would have more than {source.MAX_BYTES:,} bytes")
    if source.parse(raw).data != expected:
        _refuse(body)
    return new


def _refuse(body: str) -> NoReturn:
    hint = "" if body.endswith(("\n", "\r")) else "; end its last line with a line break"
    raise EditError(f"as it is written, it cannot be changed in place without loss{hint}")


def _at(root: Node, path: NodePath) -> Node | None:
    node: Node | None = root
    for part in path:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            return None
    return node


def _new_key(body: str, root: MappingNode, key: str, item: Item) -> list[_Splice]:
    if root.flow_style:
        quoted = not root.value or root.value[-1][0].style == '"'
        name = flow(key, quoted=quoted)
        return _into_flow(body, root, f"{name}: [{flow(item, quoted=quoted)}]")
    indent = _column(body, root)
    lines = [" " * indent + f"{scalar(key)}:", *block_item(item, indent + _offset(body, root))]
    last_key, last = root.value[-1][0], _last_leaf(root)
    spaced = body[: last_key.start_mark.index].rstrip(" ").endswith(("\n\n", "\n\r\n", "\r\r"))
    if spaced and getattr(last, "style", None) not in ("|", ">"):  # there, it might be a value's
        lines.insert(0, "")
    end: int = root.end_mark.index  # the end of the file, or where '...' ends the document
    return [_inserted(body, end, lines)]


def _first_item(
    body: str, root: MappingNode, pair: tuple[ScalarNode, Node], item: Item
) -> list[_Splice]:
    """What puts a list of one item in the place of nothing, or of an empty list."""
    key, value = pair
    start, end = value.start_mark.index, value.end_mark.index
    is_list = isinstance(value, SequenceNode)
    written = body[start:end]
    rest = _REST_OF_LINE.match(body, end)
    if root.flow_style or rest is None or not _is_on_one_line(written):
        words = flow(item, quoted=key.style == '"')
        if is_list:  # between its brackets there may be comments
            return [_Splice(start + 1, start + 1, words)]
        return [_Splice(start, end, f"{_gap(body, start)}[{words}]")]
    before = len(body[:start].rstrip(" \t"))
    lines = [*block_item(item, _column(body, key) + _offset(body, root))]
    below = _after_line(body, end)
    return [_Splice(before, end, ""), _inserted(body, below, lines)]


def _next_item(body: str, items: CollectionNode, item: Item) -> list[_Splice]:
    last = items.value[-1]
    if items.flow_style:
        keys = [key for key, _ in last.value] if isinstance(last, MappingNode) else [last]
        quoted = bool(keys) and getattr(keys[-1], "style", None) == '"'
        return _into_flow(body, items, flow(item, quoted=quoted))
    indent = _column(body, items)
    leaf = _last_leaf(items)
    end: int = leaf.end_mark.index
    if getattr(leaf, "style", None) not in ("|", ">"):  # the blank lines below are these' own
        end = _after_line(body, end)
        while re.match(rf"[ ]{{{indent + 1},}}#", line := body[end : _line_end(body, end)]):
            end = _after_line(body, end + len(line))
    return [_inserted(body, end, [*block_item(item, indent)])]


def _into_flow(body: str, node: CollectionNode, new: str) -> list[_Splice]:
    """What puts *new* behind the last element of a flow collection, laid out as that is."""
    if not node.value:
        start = node.start_mark.index + 1
        return [_Splice(start, start, new)]
    last = node.value[-1]
    first, last = last if isinstance(last, tuple) else (last, last)
    end = last.end_mark.index
    margin = body[_line_start(body, first.start_mark.index) : first.start_mark.index]
    rest = _REST_WITH_COMMA.match(body, end)
    if margin.strip(" \t") or rest is None:
        return [_Splice(end, end, f", {new}")]
    below = rest.end()
    comma = [] if rest[1] else [_Splice(end, end, ",")]
    return [*comma, _Splice(below, below, f"{_line_break(body)}{margin}{new}")]


def _inserted(body: str, at: int, lines: list[str]) -> _Splice:
    """What puts *lines* before the line at *at*; a missing last line break stays missing."""
    new = _line_break(body)
    if _line_start(body, at) == at:
        return _Splice(at, at, "".join(line + new for line in lines))
    return _Splice(at, at, "".join(new + line for line in lines))


def _offset(body: str, root: MappingNode) -> int:
    """How far lists are indented below their keys in this file."""
    for key, value in root.value:
        if isinstance(value, SequenceNode) and not value.flow_style:
            return _column(body, value) - _column(body, key)
    return 2


def _last_leaf(node: Node) -> Node:
    """What ends a block: a scalar, or a collection in brackets."""
    while isinstance(node, CollectionNode) and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    return node


def _gap(body: str, start: int) -> str:
    """What keeps a value apart from the sign before it."""
    return "" if body[:start].endswith((" ", "\t", "\n", "\r")) else " "


def _is_on_one_line(text: str) -> bool:
    return _BREAK.search(text) is None


def _column(body: str, node: Node) -> int:
    index: int = node.start_mark.index
    return index - _line_start(body, index)


def _line_start(body: str, index: int) -> int:
    return max(body.rfind("\n", 0, index), body.rfind("\r", 0, index)) + 1


def _line_end(body: str, index: int) -> int:
    """Where the line at *index* ends, before its line break."""
    found = _BREAK.search(body, index)
    return found.start() if found else len(body)


def _after_line(body: str, index: int) -> int:
    """Where the line after that at *index* begins, or the end of the text."""
    found = _BREAK.search(body, index)
    return found.end() if found else len(body)


def _line_break(body: str) -> str:
    """The line break that this file uses."""
    found = _BREAK.search(body)
    return found[0] if found else "\n"


def _match(pattern: re.Pattern[str], body: str, index: int) -> re.Match[str]:
    found = pattern.match(body, index)
    assert found is not None  # noqa: S101 - the parser has seen it there
    return found
