"""Splices: what is to stand in a text instead of what, made all at once and proven right."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, NoReturn

from yaml.nodes import MappingNode, Node, SequenceNode

from citewell import source
from citewell.document import Data, Document
from citewell.finding import NodePath
from citewell.writing import EditError


class Splice(NamedTuple):
    """What is to stand instead of the text from *start* to *end*."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=1)
def document_of(text: str) -> Document:
    """*text* taken apart; the last one is kept, as what was changed is often looked at next."""
    return source.parse(text.encode())


def parsed(text: str) -> Document:
    """*text* as a document; an EditError if it has no data."""
    try:
        document = document_of(text)
    except UnicodeEncodeError:
        raise EditError("its text has characters that UTF-8 has not") from None
    if document.unreadable or document.root is None:
        raise EditError("it cannot be read as YAML")
    return document


def node_at(root: Node, path: NodePath) -> Node | None:
    """The node at *path*, if there is one."""
    node: Node | None = root
    for part in path:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            return None
    return node


def spliced(text: str, document: Document, splices: Iterable[Splice], expected: Data) -> str:
    """*text* with *splices*, made in the text of its *document*, if the data are as *expected*.

    Splices at one place stand in their order.
    """
    body = document.text
    pieces = [text[: len(text) - len(body)]]  # a byte order mark
    at = 0
    for splice in sorted(splices, key=lambda splice: splice[:2]):
        if splice.start < at:
            raise EditError("two changes at the same place cannot be made at once")
        pieces += (body[at : splice.start], splice.text)
        at = splice.end
    new = "".join((*pieces, body[at:]))
    if len(new.encode()) > source.MAX_BYTES:
        raise EditError(f"it would have more than {source.MAX_BYTES:,} bytes")
    if document_of(new).data != expected:
        _refuse(body)
    return new


def _refuse(body: str) -> NoReturn:
    hint = "" if body.endswith(("\n", "\r")) else "; end its last line with a line break"
    raise EditError(f"as it is written, it cannot be changed in place without loss{hint}")
