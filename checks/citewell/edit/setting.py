"""Single values: one is replaced, or put where there is none."""

import copy
import re
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode

from citewell.document import Data
from citewell.edit.growing import new_key
from citewell.edit.lines import BLANKS, gap, line_end
from citewell.edit.splicing import Splice, node_at, parsed, spliced
from citewell.finding import NodePath
from citewell.writing import EditError, Value, as_data, flow

_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
# Plain to every reader, in a block and in brackets, though it holds signs that may mean something
# at other places. It is not what new values are written as, but old ones often are.
_PLAIN_ADDRESS = re.compile(
    r"(?:https?://|10\.\d+/|reference:)[\w.~:/?#@!$&'()*+;=%-]*[\w/~=-]", re.ASCII
)


def replace(text: str, path: NodePath, value: str | int) -> str:
    """*text* with *value* instead of the scalar at *path*, which must be there."""
    document = parsed(text)
    splices = replacement(document.text, node_at(document.root, path), path, value)
    return spliced(text, document, splices, _with(document.data, path, value))


def replacement(body: str, node: Node | None, path: NodePath, value: Value) -> list[Splice]:
    """What puts *value* in the place of the scalar *node* at *path*."""
    if not isinstance(node, ScalarNode):
        raise EditError(f"there is no single value at {_shown(path)}")
    written = _like(node, value)
    start, end = node.start_mark.index, node.end_mark.index
    if node.style not in ("|", ">"):
        return [Splice(start, end, written if end > start else gap(body, start) + written)]
    header = _BLOCK_HEADER.match(body, start)  # a comment may follow it
    assert header is not None  # noqa: S101 - the parser has seen it there
    below = line_end(body, start)
    return [
        Splice(start, header.end(), written),
        Splice(below, max(below, start + len(body[start:end].rstrip(BLANKS))), ""),
    ]


def _like(node: ScalarNode, value: Value) -> str:
    """*value* in the quotes of the old *node*, or without any, where that is safe."""
    if isinstance(value, str) and node.style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, str) and not node.style and _PLAIN_ADDRESS.fullmatch(value):
        return value
    return flow(value, quoted=node.style == '"')


def addition(body: str, root: Node, path: NodePath, value: Value) -> list[Splice]:
    """What puts the key at the end of *path*, which is not there, into its mapping."""
    mapping = node_at(root, path[:-1])
    if not path or not isinstance(mapping, MappingNode):
        raise EditError(f"there is no mapping at {_shown(path[:-1])}")
    return new_key(body, mapping, str(path[-1]), value)


def _with(data: Data, path: NodePath, value: Value) -> Data:
    """A copy of *data* with *value* at *path*."""
    changed = copy.deepcopy(data)
    parent: Any = changed
    for part in path[:-1]:
        parent = parent[part]
    parent[path[-1]] = as_data(value)
    return changed


def _shown(path: NodePath) -> str:
    return ".".join(map(str, path)) or "the top"
