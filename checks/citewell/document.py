"""A file as it was read, before anybody asks what it means."""

from typing import Any, Literal, NamedTuple

from citewell.finding import NodePath, Place

Data = str | None | list["Data"] | dict[str, "Data"]
"""Plain data: text, nothing, lists, and mappings with text as keys."""


class Problem(NamedTuple):
    """Something that is wrong with the file itself; ``path`` leads to a doubled key."""

    kind: Literal["invalid-yaml", "duplicate-key"]
    place: Place
    message: str
    help: str
    path: NodePath = ()


class Document(NamedTuple):
    """A file: its text, its data (None if unreadable), and what is wrong with it.

    ``root`` is the parser's tree, for :func:`citewell.source.place` alone. ``schema`` is
    the way from the file's folder to the schema of articles, as a relative address. ``raw`` are
    the bytes of the file, None if it was not read.
    """

    text: str
    data: Data
    problems: tuple[Problem, ...]
    root: Any = None
    schema: str = ""
    raw: bytes | None = None

    @property
    def unreadable(self) -> bool:
        """Whether there is no data to be understood, as against data that are null."""
        return self.data is None and bool(self.problems)
