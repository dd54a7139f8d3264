"""HTML as a tree. What a page does not show (scripts, styles, comments) is not in it.

The standard library's parser takes tags apart; it knows lines and, unlike the HTML parsers in C,
takes no square of anything: not of depth, not of attributes. What could make older versions
of it slow (text that never ends, as of a comment) is taken out before.
"""

import codecs
import re
from html.parser import HTMLParser
from typing import NamedTuple

from citewell.exchange.page import ImportFailure, text_of
from citewell.exchange.tree import Builder, Node

_UNSEEN = re.compile(
    r"<(script|style|textarea|iframe|xmp|noembed|noframes|plaintext)\b.*?(?:</\1\s*+>|\Z)"
    r"|<!--.*?(?:-->|\Z)|<[!?][^>]*+(?:>|\Z)|\bdata:image/[^\"'\s>]{200,}+",
    re.IGNORECASE | re.DOTALL,
)
_LINKED_DATA = re.compile(r"<script\b[^>]{0,500}application/ld\+json[^>]{0,500}>", re.IGNORECASE)
_NO_CHARACTER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")  # Python cannot bear them
_LONGEST = 3_000_000  # characters, without scripts and pictures
_LONGEST_GAP = 500_000
_LINE = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]+)", re.IGNORECASE)

_END = "<wbr>"  # ends a tag that never ends

_VOID = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr"),
    }
)
BLOCKS = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *("dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend"),
        *("li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table"),
        *("tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)
"""Elements that begin on a line of their own."""
_LISTS = frozenset({"ol", "ul", "menu", "dir"})
_CELLS = frozenset({"td", "th", "caption", "table"})
_TABLE = frozenset({"table"})
# What a start tag ends, if it is open, and what shields it: an item in an inner list is another.
_ENDED_BY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), _LISTS | _CELLS),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"}) | _CELLS),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"}) | _CELLS),
    "td": (frozenset({"td", "th"}), frozenset({"tr"}) | _TABLE),
    "th": (frozenset({"td", "th"}), frozenset({"tr"}) | _TABLE),
    "tr": (frozenset({"tr"}), _TABLE),
    "thead": (frozenset({"thead", "tbody", "tfoot"}), _TABLE),
    "tbody": (frozenset({"thead", "tbody", "tfoot"}), _TABLE),
    "tfoot": (frozenset({"thead", "tbody", "tfoot"}), _TABLE),
    "option": (frozenset({"option"}), frozenset({"select"})),
    "a": (frozenset({"a"}), BLOCKS - {"p"}),
    "body": (frozenset({"head"}), frozenset()),
    "main": (frozenset({"head"}), frozenset({"body"})),
}
_P = frozenset({"p"})
_AROUND_P = _CELLS | {"button", "object", "html"}


class Source(NamedTuple):
    """A page as a tree, and the texts of the JSON-LD in it."""

    root: Node
    linked_data: tuple[str, ...]


def parse(raw: bytes) -> Source:
    """The page in *raw*; an ImportFailure if it is none, or one that nobody would write."""
    return parse_text(_decoded(raw))


def parse_text(text: str, *, line_attribute: str = "") -> Source:
    """The page in *text*, as :func:`parse` reads it.

    Where *text* was made of another file, the tags' *line_attribute* says on which line of that
    each stands, and so what follows up to the next one.
    """
    linked_data: list[str] = []

    def lines(unseen: re.Match[str]) -> str:
        if match := _LINKED_DATA.match(unseen[0]):
            linked_data.append(unseen[0][match.end() :].rpartition("</")[0])
        return "\n" * unseen[0].count("\n")

    parser = _Parser(line_attribute)
    text = _NO_CHARACTER.sub("\ufffd", _UNSEEN.sub(lines, text))
    if len(text) > _LONGEST:
        raise ImportFailure(f"it has more than {_LONGEST:,} characters: import it in parts.")
    if max(map(len, text.split(">"))) > _LONGEST_GAP:
        raise ImportFailure(f"it has {_LONGEST_GAP:,} characters without the end of a tag.")
    parser.feed(text + _END)
    parser.close()
    return Source(parser.builder.root, tuple(linked_data))


def _decoded(raw: bytes) -> str:
    """The text of *raw*: in UTF-8, or in the encoding that it names itself."""
    named = _CHARSET.search(raw[:4096])
    try:
        return text_of(raw)
    except ImportFailure:
        if named is None or b"\0" in raw:
            raise
        name = named[1].decode()
        try:
            if name.isascii() and codecs.lookup(name).name in ("utf-8", "punycode", "idna"):
                raise
            text = raw.decode("cp1252" if name.lower() == "iso-8859-1" else name)
        except (LookupError, ValueError):
            raise ImportFailure(
                f"it says that it is in {name}, and it is not: save it as UTF-8."
            ) from None
        return text.replace("\r\n", "\n").replace("\r", "\n")


class _Parser(HTMLParser):
    """Builds the tree; missing end tags are put where HTML's rules would."""

    def __init__(self, line_attribute: str) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = Builder()
        self._line_attribute = line_attribute
        self._offset = 0

    def set_cdata_mode(self, elem: str, **_options: bool) -> None:
        """Nothing: elements whose text is no markup are taken out before."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = tag.lower()
        if tag in BLOCKS:
            self._end(_P, _AROUND_P)
        if tag in _ENDED_BY:
            self._end(*_ENDED_BY[tag])
        attributes = {name: value or "" for name, value in reversed(attrs)}
        if (line := attributes.get(self._line_attribute, "")) and _LINE.fullmatch(line):
            self._offset = int(line) - self.getpos()[0]
        self.builder.start(Node(tag, self.getpos()[0] + self._offset, attributes))
        if tag in _VOID:
            self.builder.end()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # the slash means nothing

    def handle_endtag(self, tag: str) -> None:
        self.builder.count()
        self._end(frozenset({tag.lower()}), frozenset() if tag in BLOCKS else _CELLS)

    def handle_data(self, data: str) -> None:
        self.builder.say(data, self.getpos()[0] + self._offset)

    def _end(self, names: frozenset[str], shields: frozenset[str]) -> None:
        """End the innermost open element that is one of *names*, unless a shield is inside it."""
        opened = self.builder.open
        for depth in range(len(opened) - 1, 0, -1):
            if opened[depth].name in names:
                del opened[depth:]
                return
            if opened[depth].name in shields:
                return
