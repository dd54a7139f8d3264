"""New numbers for references, wherever an article uses them."""

import copy
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from citewell.document import Data, Document
from citewell.edit.ordering import reordered
from citewell.edit.setting import replacement
from citewell.edit.splicing import Splice, node_at, parsed, spliced
from citewell.model import parse_number
from citewell.writing import EditError

_TARGET = "reference:"


def renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """*text* with new *numbers* for its references: in their list, and in claims, locators,
    attestations and the targets of waivers.

    The numbers of each claim are put in ascending order. So is the list of references, if it was
    before; an entry moves as a whole, with the comment lines directly above it. A list that
    cannot be put in order without parting a comment from what it is about stays in the old one.
    An EditError if two numbers would become one.
    """
    document = parsed(text)
    if document.problems:
        raise EditError("a key stands there twice")
    moves = _Moves(numbers)
    was_ascending = _ascends(_listed(document.data))
    expected = moves.data(document.data)
    text = spliced(text, document, moves.splices(document), expected)
    return _in_order(text, with_list=was_ascending)


class _Moves:
    """What becomes of each number, and that no two become one."""

    def __init__(self, numbers: Mapping[int, int]) -> None:
        self._numbers = numbers
        self._origins: dict[int, int] = {}

    def number(self, written: Any) -> Any:
        """A number as it is *written* after the move; what is none, or stays, is as it was."""
        old = _number(written)
        if old is None:
            return written
        new = self._numbers.get(old, old)
        if self._origins.setdefault(new, old) != old:
            raise EditError(f"reference {old} and another would both get the number {new}")
        return written if new == old else str(new)

    def target(self, written: Any) -> Any:
        """The target of a waiver after the move."""
        if not (isinstance(written, str) and written.startswith(_TARGET)):
            return written
        return _TARGET + str(self.number(written.removeprefix(_TARGET)))

    def data(self, data: Data) -> Data:
        """A copy of *data* with all numbers moved; none changes its place."""
        data = copy.deepcopy(data)
        for claim in _claims(data):
            if isinstance(claim.get("references"), list):
                claim["references"] = [self.number(each) for each in claim["references"]]
            if isinstance(claim.get("locators"), dict):
                claim["locators"] = {self.number(k): v for k, v in claim["locators"].items()}
        for key, field, moved in self._fields():
            for each in _mappings(data, key):
                if field in each:
                    each[field] = moved(each[field])
        return data

    def splices(self, document: Document) -> Iterator[Splice]:
        """What moves all numbers in the text of *document*."""
        body, root = document.text, document.root
        for claim in _claim_nodes(root):
            listed, located = node_at(claim, ("references",)), node_at(claim, ("locators",))
            if isinstance(listed, SequenceNode):
                for item in listed.value:
                    yield from _rewritten(body, item, self.number)
            if isinstance(located, MappingNode):
                for key, _ in located.value:
                    yield from _rewritten(body, key, self.number)
        for key, field, moved in self._fields():
            nodes = node_at(root, (key,))
            for each in nodes.value if isinstance(nodes, SequenceNode) else ():
                yield from _rewritten(body, node_at(each, (field,)), moved)

    def _fields(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("references", "number", self.number),
            ("attestations", "reference", self.number),
            ("waivers", "target", self.target),
        )


def _rewritten(body: str, node: Node | None, moved: Any) -> list[Splice]:
    if not isinstance(node, ScalarNode) or (new := moved(node.value)) == node.value:
        return []
    is_quoted = node.style in ("'", '"')
    return replacement(body, node, (), int(new) if new.isdecimal() and not is_quoted else new)


def _in_order(text: str, *, with_list: bool) -> str:
    """*text* with the numbers of each claim in ascending order, and the references if wanted."""
    document = parsed(text)
    for claims, references in ((True, with_list), (True, False), (False, with_list)):
        expected = copy.deepcopy(document.data)
        splices: list[Splice] = []
        if claims:
            pairs = zip(_claim_nodes(document.root), _claims(expected), strict=True)
            for node, claim in pairs:
                splices += _sorted(document.text, node, claim, _number)
        if references:
            splices += _sorted(document.text, document.root, expected, _number_of_entry)
        if not splices:
            continue
        try:
            return spliced(text, document, splices, expected)
        except EditError:
            continue
    return text


def _sorted(body: str, holder: Node, data: Any, number: Any) -> list[Splice]:
    """What sorts ``references`` of *holder*, where that can be done; and *data* is, too."""
    items, listed = node_at(holder, ("references",)), data.get("references")
    if not (isinstance(items, SequenceNode) and isinstance(listed, list)):
        return []
    keys = [number(each) for each in listed]
    if None in keys:
        return []
    order = sorted(range(len(keys)), key=keys.__getitem__)
    splices = reordered(body, items, order) if order != list(range(len(keys))) else None
    if splices is None:
        return []
    data["references"] = [listed[index] for index in order]
    return splices


def _ascends(numbers: list[int | None]) -> bool:
    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) and all(a < b for a, b in pairwise(known))


def _listed(data: Data) -> list[int | None]:
    return [_number_of_entry(entry) for entry in _mappings(data, "references")]


def _number_of_entry(entry: Any) -> int | None:
    return _number(entry.get("number")) if isinstance(entry, dict) else None


def _number(written: Any) -> int | None:
    try:
        return parse_number(written) if isinstance(written, str) else None
    except ValueError:
        return None


def _mappings(data: Any, key: str) -> Iterator[dict[str, Any]]:
    """The mappings in the list at *key*."""
    listed = data.get(key) if isinstance(data, dict) else None
    return (
        (each for each in listed if isinstance(each, dict))
        if isinstance(listed, list)
        else iter(())
    )


def _claims(data: Any) -> Iterator[dict[str, Any]]:
    for section in _mappings(data, "sections"):
        yield from _mappings(section, "claims")
        yield from _claims(section)


def _claim_nodes(node: Node) -> Iterator[MappingNode]:
    for section in _mapping_nodes(node, "sections"):
        yield from _mapping_nodes(section, "claims")
        yield from _claim_nodes(section)


def _mapping_nodes(node: Node, key: str) -> Iterator[MappingNode]:
    listed = node_at(node, (key,))
    items = listed.value if isinstance(listed, SequenceNode) else ()
    return (each for each in items if isinstance(each, MappingNode))
