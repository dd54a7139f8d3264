"""A page as it was read from whatever format, before it becomes an article.

Each format has a reader that gives a :class:`Page`; ``assembly`` makes articles of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

Fields = Mapping[str, Any]
"""What is known of a reference, by the keys that an article has for it, except ``number``.

Values are plain: text, whole numbers (``pmid``), true (``et_al``), lists of names, and for
``archive`` a mapping. Dates are text in ISO 8601, as an article has them.
"""


class ImportFailure(Exception):  # noqa: N818 - the command is called import
    """Nothing can be made of the file; the message says why, and what to do."""


class Block(NamedTuple):
    """A heading, a paragraph, or an item of a list; ``line`` is where it begins, from 1.

    ``level`` is that of a heading (1 for the page's title), or how deep an item is nested (from
    1). The text is on one line, as the page has it, but for white space. In-text numbers stand
    in it as they were written (``[3]``, ``(2-5)``, ``³``); where the format knows that a mark
    is one (a link, an ``xref``, a footnote), the reader writes it as numbers in brackets: ``[3]``.
    ``break`` has no text: a wide gap, after which another section may begin.
    """

    kind: Literal["heading", "paragraph", "item", "break"]
    text: str
    line: int
    level: int = 1


class Entry(NamedTuple):
    """An entry of the reference list: its words, or what the format itself says of its parts.

    ``number`` is the one that it has on the page, None if it has none.
    """

    number: int | None
    line: int
    text: str = ""
    fields: Fields | None = None


class Note(NamedTuple):
    """What somebody has to look after: something that was not understood, or is not there."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says; empty texts and None where it does not say.

    ``subject`` is what a page without a title says otherwise that it is about.
    ``aside`` are words of the page that are no part of the article, such as a copyright notice;
    they are kept as comments.
    """

    blocks: tuple[Block, ...]
    entries: tuple[Entry, ...]
    title: str = ""
    language: str = ""
    reviewed: date | None = None
    notes: tuple[Note, ...] = ()
    aside: tuple[Note, ...] = ()
    subject: str = ""


def text_of(raw: bytes) -> str:
    """The text of a file that must be UTF-8, without a byte order mark; every line ends in LF."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ImportFailure("it is not UTF-8 (it looks like UTF-16): save it as UTF-8.")
    if b"\0" in raw:
        raise ImportFailure("it is no text: it has bytes of 0 in it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ImportFailure(
            f"line {line} is not UTF-8 (0x{raw[error.start]:02X}): save it as UTF-8."
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
