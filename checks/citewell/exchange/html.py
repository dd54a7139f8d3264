"""The reader of web pages: their text in blocks, and the reference list below it."""

from collections import defaultdict
from collections.abc import Iterator

from citewell.exchange import html_dates, html_references, html_tree, page_date, reference_list
from citewell.exchange.boilerplate import is_boilerplate
from citewell.exchange.html_references import HEADINGS, References
from citewell.exchange.html_tree import BLOCKS
from citewell.exchange.inline import Gathered, Piece, cited, line_of, lowered, raised
from citewell.exchange.page import Block, ImportFailure, Note, Page
from citewell.exchange.tree import Node, Words
from citewell.identifiers import split_url

_UNSEEN = frozenset({"head", "template", "noscript", "object", "svg", "canvas", "audio", "video"})
_LEFT_OUT = frozenset(
    {"nav", "aside", "form", "button", "input", "select", "dialog", "menu", "search"}
)
_ROLES = frozenset({"navigation", "search", "banner", "contentinfo", "complementary", "dialog"})


def read(raw: bytes) -> Page:
    """Read a web page; an ImportFailure if it is none, or shows nothing."""
    source = html_tree.parse(raw)
    dates = html_dates.find(source.root, source.linked_data)
    page = page_of(source.root, is_dated=any(each.is_review for each in dates))
    reviewed, notes = html_dates.best(dates, page.reviewed)
    return Page(
        page.blocks,
        page.entries,
        page.title,
        page.language,
        reviewed,
        (*page.notes, *notes),
        page.aside,
    )


def page_of(root: Node, *, is_dated: bool = False) -> Page:
    """What the page of which *root* is the tree says; ``reviewed`` is what its text says.

    If it *is_dated* elsewhere, the line of its text that has a date is kept aside.
    """
    body = root.first("body") or root
    references = html_references.read(body, _base(root))
    reader = _Reader(references)
    reader.read(_main(body), body)
    if not (reader.blocks or references.entries):
        raise ImportFailure("there is nothing to read in it: no text outside of tags.")
    aside, doubts = reader.aside, list[Note]()
    if reader.dated and reader.date and not is_dated:
        line, words = reader.dated
        doubts = page_date.doubts(line, words, reader.date)
        if not reader.date.rest:
            aside = [note for note in aside if note is not reader.dated]
    html = root.first("html")
    language = html.get("lang") or html.get("xml:lang") if html else ""
    return Page(
        blocks=tuple(reader.blocks),
        entries=references.entries,
        title=_title(root, reader.blocks),
        language=language,
        reviewed=reader.date.day if reader.date else None,
        notes=(*references.notes, *reader.notes(), *doubts),
        aside=tuple(aside),
    )


def _base(root: Node) -> str:
    """The address that links are relative to, if the page says so."""
    for node in root.all("base", "link"):
        is_own = node.name == "base" or node.get("rel").lower() == "canonical"
        if is_own and split_url(node.get("href")):
            return node.get("href")
    return ""


def _title(root: Node, blocks: list[Block]) -> str:
    """The first heading of level 1, or what the page calls itself in its head."""
    for block in blocks:
        if block.kind == "heading" and block.level == 1:
            return block.text
    for node in root.all("meta"):
        if node.get("property") == "og:title" and node.get("content"):
            return " ".join(node.get("content").split())
    title = root.first("title")
    return title.text if title else ""


def _main(body: Node) -> Node:
    """The one element that is the page's main part and has most of its text; else the body."""
    mains = [node for node in body.walk() if node.name == "main" or node.get("role") == "main"]
    for found in (mains, list(body.all("article"))):
        if len(found) == 1 and len(found[0].text) * 2 >= len(_without(body)):
            return found[0]
    return body


def _without(body: Node) -> str:
    """The text of *body* that is not in its navigation."""
    return " ".join(
        child.text
        for child in body.nodes()
        if not (child.name in ("nav", "aside") or child.get("role") in _ROLES)
    )


def _is_left_out(node: Node) -> bool:
    is_tool = node.get("class") == "mw-editsection"  # "[edit]" behind headings of MediaWiki
    return node.name in _LEFT_OUT or node.get("role") in _ROLES or is_tool


def _defining(node: Node) -> Iterator[Node]:
    """The terms and definitions of a list, without those of a list in one of them."""
    for child in node.nodes():
        if child.name in ("dt", "dd"):
            yield child
        else:
            yield from _defining(child)


def _is_hidden(node: Node) -> bool:
    style = node.get("style").replace(" ", "").lower()
    return (
        "hidden" in node.attributes
        or "display:none" in style
        or (node.get("aria-hidden") == "true" and node.name in ("i", "span", "svg"))
    )


class _Reader:
    """Walks over the main part, and makes a block whenever one ends."""

    def __init__(self, references: References) -> None:
        self.blocks: list[Block] = []
        self.aside: list[Note] = []
        self.date: page_date.PageDate | None = None
        self.dated: Note | None = None  # the line that the date is from
        self._references = references
        self._left_out: dict[str, list[int]] = defaultdict(list)
        self._tables: list[int] = []
        self._doubts: list[Note] = []
        self._gathered = Gathered()
        self._kind: tuple[str, int] = ("paragraph", 1)
        self._level = 1
        self._depth = 0
        self._is_main = False

    def read(self, main: Node, body: Node) -> None:
        """Read *main*, and note what else there is in *body*."""
        self._is_main = main is not body
        self._walk(main)
        self._flush()
        if main is not body:
            self._pass_over(body, main)

    def notes(self) -> Iterator[Note]:
        """What was left out or turned into something else."""
        if self._left_out:
            parts = "; ".join(
                f"{name} ({_lines(lines)})" for name, lines in sorted(self._left_out.items())
            )
            line = min(min(lines) for lines in self._left_out.values())
            yield Note(line, f"left out, as no part of the text: {parts}")
        for line in self._tables:
            yield Note(
                line, "the table that begins here was read row by row: make sentences of its cells"
            )
        for block in self.blocks:
            if block.kind == "heading" and reference_list.is_heading(block.text):
                message = f"what is below '{block.text}' was read as text, not as references"
                yield Note(block.line, message)
        yield from self._doubts

    def _pass_over(self, node: Node, main: Node) -> None:
        """Note the outermost elements beside *main* that have words."""
        for child in node.nodes():
            if child is main or id(child) in self._references.skipped or child.name in _UNSEEN:
                continue
            if any(inner is main for inner in child.walk()):
                self._pass_over(child, main)
            elif child.text and not any(
                id(inner) in self._references.skipped for inner in child.walk()
            ):
                self._left_out[child.get("role") or child.name].append(child.line)

    def _walk(self, node: Node) -> None:
        for child in node.children:
            if isinstance(child, Words):
                self._gathered.add([child.text], child.line)
            elif not self._is_skipped(child):
                self._element(child)

    def _is_skipped(self, node: Node) -> bool:
        if id(node) in self._references.skipped:
            self._flush()
            return True
        if node.name in _UNSEEN or _is_hidden(node):
            if node.name != "head" and node.text:
                self._left_out["hidden"].append(node.line)
            return True
        is_frame = node.name in ("header", "footer") and not self._is_main
        if node.name == "img" and node.get("alt"):
            self._left_out["texts of pictures"].append(node.line)
        if not is_frame and not _is_left_out(node):
            return False
        if node.name == "button" and self._kind[0] == "heading":
            return False  # it opens what is below the heading, and has its words
        if (is_frame or node.name == "form") and node.first("h1", "main", "article"):
            return False  # some systems put a form around the whole page
        if node.text:
            self._left_out[node.get("role") or node.name].append(node.line)
        return True

    def _element(self, node: Node) -> None:
        if node.name in ("sup", "sub"):
            self._gathered.add(self._inline(node), node.line)
        elif node.name == "br":
            if self._gathered.pieces and self._gathered.pieces[-1] == "\n":
                self._flush()
            elif self._gathered.pieces:
                self._gathered.pieces.append("\n")
        elif node.name == "a" and (pieces := self._citation(node)):
            self._gathered.add(pieces, node.line)
        elif node.name == "table":
            self._table(node)
        elif node.name == "dl":
            self._definitions(node)
        elif node.name in BLOCKS:
            self._block(node)
        else:
            self._walk(node)

    def _block(self, node: Node) -> None:
        self._flush()
        kind, depth, level = self._kind, self._depth, self._level
        if node.name in HEADINGS:
            self._level = int(node.name[1])
            self._kind = ("heading", self._level)
        elif node.get("role") == "heading" or node.name == "summary":
            self._kind = ("heading", min(6, level + 1))
        elif node.name in ("ol", "ul"):
            self._depth += 1
        elif node.name == "li":
            self._kind = ("item", max(1, depth))
        elif node.name == "hr" and self.blocks and self.blocks[-1].kind != "break":
            self.blocks.append(Block("break", "", node.line))
        self._walk(node)
        self._flush()
        self._kind, self._depth = kind, depth

    def _table(self, table: Node) -> None:
        """A paragraph for the caption, and an item for each row of more than one cell."""
        self._flush()
        rows = [row for row in table.all("tr") if row.text]
        if table.first("table") or all(len(list(row.nodes())) < 2 for row in rows):
            self._walk(table)  # it only places things
            self._flush()
            return
        for child in table.children:
            if isinstance(child, Node) and child.name == "caption":
                self._element(child)
        for row in rows:
            cells = [line_of(self._inline(cell)) for cell in row.nodes()]
            text = " | ".join(filter(None, cells))
            if text:
                self.blocks.append(Block("item", text, row.line))
        if rows:
            self._tables.append(table.line)

    def _definitions(self, node: Node) -> None:
        """An item for each definition, behind what it defines."""
        self._flush()
        term = ""
        for child in _defining(node):
            if child.name == "dt":
                term = " ".join(filter(None, (term, line_of(self._inline(child)))))
            elif child.name == "dd":
                stop = "" if not term or term[-1] in ".:?!–—" else ":"
                text = f"{term}{stop} {line_of(self._inline(child))}".strip()
                self.blocks.append(Block("item", text, child.line, self._depth + 1))
                term = ""
        if term:
            self.blocks.append(Block("item", term, node.line, self._depth + 1))

    def _inline(self, node: Node) -> list[Piece]:
        """The words and marks of *node*, whatever blocks are in it."""
        pieces: list[Piece] = []
        for child in node.children:
            if isinstance(child, Words):
                pieces.append(child.text)
            elif not self._is_skipped(child):
                citation = self._citation(child) if child.name == "a" else []
                inner = citation or self._inline(child)
                pieces += [" ", *inner, " "] if child.name in BLOCKS | {"br"} else inner
        if node.name == "sup":
            return raised(pieces)
        return lowered(pieces) if node.name == "sub" else pieces

    def _citation(self, link: Node) -> list[Piece]:
        """What *link* is in the text, if it leads to an entry."""
        number = self._references.numbers.get(html_references.fragment(link))
        if number is None:
            return []
        pieces, agrees = cited(link.text, number)
        if not agrees:
            message = f"the mark '{link.text}' leads to reference {number}, which was taken"
            self._doubts.append(Note(link.line, message))
        return pieces

    def _flush(self) -> None:
        """End the block that was begun, if it has words."""
        text, line = self._gathered.end()
        if not text:
            return
        kind, level = self._kind
        if kind == "heading":
            self.blocks.append(Block("heading", text, line, level))
        elif is_boilerplate(text):
            self.aside.append(Note(line, text))
        elif found := page_date.parse(text):
            self._dated(text, line, found)
        elif kind == "item":
            self.blocks.append(Block("item", text, line, level))
        else:
            self.blocks.append(Block("paragraph", text, line))

    def _dated(self, text: str, line: int, found: page_date.PageDate) -> None:
        """Take a day as the page's; what stands alone before it may say of which kind it is."""
        if self.blocks and page_date.is_label(self.blocks[-1].text):
            label = self.blocks.pop()
            text, line = f"{label.text} {text}", label.line
            found = page_date.parse(text) or found
        self.aside.append(Note(line, text))
        if found.rank > (self.date.rank if self.date else 0):
            self.date, self.dated = found, self.aside[-1]


def _lines(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return f"{'lines' if len(numbers) > 1 else 'line'} {shown}{more}"
