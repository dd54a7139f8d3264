"""The operations of a fix on plain data: what the text is to say after them."""

import copy
from collections.abc import Sequence
from typing import Any

from citewell.document import Data
from citewell.finding import NodePath, Operation
from citewell.writing import EditError, as_data


def patched(data: Data, operations: Sequence[Operation]) -> Data:
    """A copy of *data* after *operations*, which all speak of it as it was before the first.

    So two that take items from one list do not shift each other's places. An EditError if one
    leads nowhere, or is none of data (``insert-line``, which changes nothing, is passed over).
    """
    changed = copy.deepcopy(data)
    removals: list[NodePath] = []
    for step in operations:
        if step.op == "insert-line":
            continue
        path = path_to(data, step.path)
        parent: Any = _parent(changed, path)
        if step.op == "remove":
            removals.append(path)
        elif step.op in ("add", "replace"):
            parent[path[-1]] = as_data(step.value)
        else:
            raise EditError(f"{step.op} is no change of a single place")
    # From behind: what stands before keeps its place.
    for path in sorted(set(removals), key=_position, reverse=True):
        parent = _parent(changed, path)
        del parent[path[-1]]
    return changed


def path_to(data: Data, pointer: str) -> NodePath:
    """The path that a JSON Pointer (RFC 6901) means in *data*, be there anything at its end."""
    path: list[str | int] = []
    node = data
    for part in pointer.split("/")[1:]:
        key: str | int = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list):
            key = int(part) if part.isdecimal() else len(node)
            node = node[key] if key < len(node) else None
        elif isinstance(node, dict):
            node = node.get(str(key))
        else:
            raise EditError(f"there is nothing at {pointer}")
        path.append(key)
    return tuple(path)


def _parent(data: Data, path: NodePath) -> Any:
    if not path:
        raise EditError("the whole file cannot be replaced")
    node: Any = data
    for part in path[:-1]:
        node = node[part]
    return node


def _position(path: NodePath) -> tuple[tuple[bool, int, str], ...]:
    return tuple(
        (isinstance(part, int), part if isinstance(part, int) else 0, str(part)) for part in path
    )
