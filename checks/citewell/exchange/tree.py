"""The elements of a page, whichever language marks them, with the lines on which they begin."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Union

from citewell.exchange.page import ImportFailure

DEEPEST = 150
"""How deep elements may be nested. No page needs it, and what walks them calls itself."""
MOST = 100_000
"""How many tags a page may have, as they begin and end elements; a chapter has fewer."""


class Words(NamedTuple):
    """Text between tags, and the line on which it begins."""

    text: str
    line: int


@dataclass(eq=False, slots=True)
class Node:
    """An element; ``line`` is where its tag begins."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Union["Node", Words]] = field(default_factory=list)

    def get(self, attribute: str) -> str:
        """The value of *attribute*, stripped; nothing if there is none."""
        return self.attributes.get(attribute, "").strip()

    def nodes(self) -> Iterator["Node"]:
        """The elements right below this one."""
        return (child for child in self.children if isinstance(child, Node))

    def walk(self) -> Iterator["Node"]:
        """This element and all below it, as they stand in the file."""
        yield self
        for child in self.nodes():
            yield from child.walk()

    def all(self, *names: str) -> Iterator["Node"]:
        """The elements below this one that have one of *names*."""
        return (node for node in self.walk() if node.name in names and node is not self)

    def first(self, *names: str) -> "Node | None":
        """The first of :meth:`all`."""
        return next(self.all(*names), None)

    @property
    def text(self) -> str:
        """All words in it, on one line."""
        parts: list[str] = []
        pending: list[Node | Words] = [self]
        while pending:
            part = pending.pop()
            if isinstance(part, Words):
                parts.append(part.text)
            else:
                pending += reversed(part.children)
        return one_line("".join(parts))


class Builder:
    """Makes a tree of tags as they come."""

    def __init__(self) -> None:
        """Begin with a root that has no name."""
        self.root = Node("", 1)
        self.open = [self.root]
        self._count = 0

    def start(self, node: Node) -> None:
        """Begin *node* inside the one that was begun last."""
        self.count()
        if len(self.open) > DEEPEST:
            raise ImportFailure(
                f"line {node.line}: its elements are nested more than {DEEPEST} deep."
            )
        self.open[-1].children.append(node)
        self.open.append(node)

    def count(self) -> None:
        """Count a tag."""
        self._count += 1
        if self._count > MOST:
            raise ImportFailure(f"it has more than {MOST:,} tags: no page has so many.")

    def end(self) -> None:
        """End the element that was begun last."""
        self.open.pop()

    def say(self, text: str, line: int) -> None:
        """Add words to the element that was begun last."""
        self.open[-1].children.append(Words(text, line))


def one_line(text: str) -> str:
    """*text* with each run of white space as one blank, and without soft hyphens."""
    return " ".join(text.replace("\u00ad", "").split())
