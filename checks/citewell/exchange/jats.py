"""The reader of articles in JATS, the XML of PubMed Central."""

import re
from collections import defaultdict
from collections.abc import Iterator

from citewell.exchange import jats_citation, xml_tree
from citewell.exchange.inline import Gathered, Piece, cited, line_of, lowered, raised
from citewell.exchange.page import Block, Entry, ImportFailure, Note, Page
from citewell.exchange.tree import Node, Words

_SECTIONS = frozenset({"sec", "abstract", "boxed-text", "app", "ack"})
_BLOCKS = frozenset(
    {
        *(
            "p",
            "title",
            "caption",
            "disp-quote",
            "verse-group",
            "verse-line",
            "attrib",
            "statement",
        ),
        *("speech", "list", "list-item", "def-list", "def-item", "fig", "fig-group", "table-wrap"),
        *("table-wrap-group", "table-wrap-foot", "disp-formula", "disp-formula-group", "fn"),
        *("supplementary-material", "media", "graphic", "preformat", "code", "body", "label"),
        *("fn-group", "array", "chem-struct-wrap", "address"),
    }
)
_LEFT_OUT = frozenset(
    {
        *(
            "back",
            "front-stub",
            "sub-article",
            "response",
            "floats-wrap",
            "tex-math",
            "alternatives",
        ),
        *("processing-meta", "permissions", "object-id", "ref-list", "alt-text", "long-desc"),
    }
)


def read(raw: bytes) -> Page:
    """Read an article in JATS; an ImportFailure if it is none."""
    root = xml_tree.parse(raw)
    article = root if root.name == "article" else root.first("article")
    if article is None:
        raise ImportFailure(f"it is no JATS: it is <{root.name[:40]}>, and has no <article>.")
    entries, numbers, notes = _references(article)
    reader = _Reader(numbers)
    reader.read(article)
    if not (reader.blocks or entries):
        raise ImportFailure("there is nothing to read in it: no title, no text, no references.")
    titles = [block.text for block in reader.blocks if (block.kind, block.level) == ("heading", 1)]
    language = article.get("xml:lang")
    return Page(
        blocks=tuple(reader.blocks),
        entries=tuple(entries),
        title=titles[0] if titles else "",
        language=language,
        notes=(*notes, *reader.notes(), *_published(article)),
    )


def _references(article: Node) -> tuple[list[Entry], dict[str, int], list[Note]]:
    """The entries, the number of each by its id, and what has to be said about them."""
    own = [node for node in _own(article) if node.name == "ref"]
    labels = [_label(ref) for ref in own]
    is_numbered = bool(own) and all(labels) and len(set(labels)) == len(labels)
    entries: list[Entry] = []
    numbers: dict[str, int] = {}
    notes: list[Note] = []
    for position, (ref, label) in enumerate(zip(own, labels, strict=True), 1):
        number = label if is_numbered else position
        if name := ref.get("id"):
            numbers.setdefault(name, number)
        entry, found = jats_citation.read(ref, number)
        if entry.text or entry.fields:
            entries.append(entry)
        else:
            notes.append(Note(ref.line, f"reference {number} is empty"))
        notes += found
    return entries, numbers, notes


def _own(node: Node) -> Iterator[Node]:
    """The elements of an article without those of the articles in it."""
    for child in node.nodes():
        if child.name not in ("sub-article", "response"):
            yield child
            yield from _own(child)


def _label(ref: Node) -> int:
    label = ref.first("label")
    match = re.fullmatch(r"\W*(\d{1,6})\W*", label.text) if label else None
    return int(match[1]) if match else 0


def _published(article: Node) -> Iterator[Note]:
    """JATS has no day of a review; what it has is no substitute."""
    for node in _own(article):
        if node.name == "pub-date":
            parts = [child.text for name in ("year", "month", "day") if (child := node.first(name))]
            shown = "-".join(part.zfill(2) for part in parts)
            message = f"it was published on {shown}, which is not the day of a review"
            yield Note(node.line, message)
            return


class _Reader:
    """Walks over title, abstract and body, and makes a block whenever one ends."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self.blocks: list[Block] = []
        self._numbers = numbers
        self._left_out: dict[str, list[int]] = defaultdict(list)
        self._doubts: list[Note] = []
        self._gathered = Gathered()
        self._kind: tuple[str, int] = ("paragraph", 1)
        self._level = 1
        self._depth = 0

    def read(self, article: Node) -> None:
        """Read what *article* says before its references."""
        own = list(_own(article))
        meta = next((node for node in own if node.name == "article-meta"), None)
        if meta:
            self._front(meta)
        for child in article.nodes():
            if child.name == "body" or child.name == "floats-group":
                self._walk(child)
                self._flush()
            elif child.name == "back":
                self._back(child)
            elif child.name not in ("front", "processing-meta"):
                self._leave(child)

    def notes(self) -> Iterator[Note]:
        """What was left out or could not be understood."""
        for name, lines in sorted(self._left_out.items()):
            shown = ", ".join(map(str, lines[:10])) + (" and more" if len(lines) > 10 else "")
            yield Note(lines[0], f"<{name}> was left out (line {shown})")
        yield from self._doubts

    def _front(self, meta: Node) -> None:
        for group in meta.nodes():
            if group.name == "title-group":
                for node in group.nodes():
                    if node.name == "article-title":
                        self._heading(node, 1)
                    elif node.name != "alt-title":
                        self._leave(node)
            elif group.name == "abstract":
                self._section(group, "Abstract")
            elif group.name == "trans-abstract":
                self._leave(group)

    def _back(self, back: Node) -> None:
        for child in back.nodes():
            if child.name == "app-group":
                self._walk(child)
                self._flush()
            elif child.name == "sec":
                self._section(child)
            elif child.name != "ref-list":
                self._leave(child)

    def _leave(self, node: Node) -> None:
        if node.text:
            self._left_out[node.name].append(node.line)

    def _section(self, node: Node, heading: str = "") -> None:
        self._flush()
        before, self._level = self._level, self._level + 1
        if heading and node.text and not any(child.name == "title" for child in node.nodes()):
            self.blocks.append(Block("heading", heading, node.line, self._level))
        self._walk(node)
        self._flush()
        self._level = before

    def _heading(self, node: Node, level: int) -> None:
        self._flush()
        if text := line_of(self._inline(node)):
            self.blocks.append(Block("heading", text, node.line, level))

    def _walk(self, node: Node) -> None:
        special = {
            "table": self._table,
            "def-item": self._definition,
            "fig": self._captioned,
            "table-wrap": self._captioned,
        }
        for child in node.children:
            if isinstance(child, Words):
                self._gathered.add([child.text], child.line)
            elif child.name in _SECTIONS:
                self._section(child)
            elif child.name == "title" and node.name in _SECTIONS:
                self._heading(child, self._level)
            elif child.name == "label" and node.name in _SECTIONS | {"list-item", "fn"}:
                continue  # "1." before a title, a bullet
            elif makes := special.get(child.name):
                makes(child)
            elif child.name in _BLOCKS:
                self._block(child)
            elif child.name in _LEFT_OUT:
                self._leave(child)
            else:
                self._gathered.add(self._element(child), child.line)

    def _block(self, node: Node) -> None:
        self._flush()
        kind, depth = self._kind, self._depth
        if node.name == "list":
            self._depth += 1
        elif node.name == "list-item":
            self._kind = ("item", max(1, depth))
        self._walk(node)
        self._flush()
        self._kind, self._depth = kind, depth

    def _captioned(self, node: Node) -> None:
        """A figure or a table: its label and its caption are one paragraph."""
        self._flush()
        parts = [child for child in node.nodes() if child.name in ("label", "caption")]
        text = " ".join(line_of(self._inline(part)) for part in parts)
        if text:
            self.blocks.append(Block("paragraph", text, parts[0].line))
        rest = [
            child
            for child in node.children
            if isinstance(child, Words) or child.name not in ("label", "caption")
        ]
        self._walk(Node(node.name, node.line, children=rest))
        self._flush()

    def _table(self, table: Node) -> None:
        self._flush()
        for row in table.all("tr"):
            cells = [line_of(self._inline(cell)) for cell in row.nodes()]
            if text := " | ".join(filter(None, cells)):
                self.blocks.append(Block("item", text, row.line))
        message = "the table that begins here was read row by row: make sentences of its cells"
        self._doubts.append(Note(table.line, message))

    def _definition(self, item: Node) -> None:
        self._flush()
        terms, meanings = (
            " ".join(line_of(self._inline(part)) for part in item.nodes() if part.name == name)
            for name in ("term", "def")
        )
        if text := ": ".join(filter(None, (terms, meanings))):
            self.blocks.append(Block("item", text, item.line))

    def _inline(self, node: Node) -> list[Piece]:
        pieces: list[Piece] = []
        for child in node.children:
            if isinstance(child, Words):
                pieces.append(child.text)
            elif child.name in _LEFT_OUT:
                self._leave(child)
            else:
                inner = self._element(child)
                pieces += [" ", *inner, " "] if child.name in _BLOCKS | {"break"} else inner
        return pieces

    def _element(self, node: Node) -> list[Piece]:
        """The words and marks of *node*, which is part of a line."""
        if node.name == "xref" and node.get("ref-type") in ("fn", "table-fn", "author-notes"):
            self._leave(node)
            return []
        if node.name == "xref" and node.get("ref-type") in ("bibr", ""):
            return self._citation(node)
        if node.name == "break":
            return [" "]
        if node.name == "sup":
            return raised(self._inline(node))
        return lowered(self._inline(node)) if node.name == "sub" else self._inline(node)

    def _citation(self, xref: Node) -> list[Piece]:
        names = xref.get("rid").split()
        numbers = [self._numbers[name] for name in names if name in self._numbers]
        if not numbers:
            if xref.get("ref-type") == "bibr":
                message = f"the mark '{xref.text}' leads to no reference"
                self._doubts.append(Note(xref.line, message))
            return self._inline(xref)
        pieces, agrees = cited(xref.text, *numbers)
        if not agrees:
            shown = ", ".join(map(str, numbers))
            message = f"the mark '{xref.text}' leads to reference {shown}, which was taken"
            self._doubts.append(Note(xref.line, message))
        return pieces

    def _flush(self) -> None:
        text, line = self._gathered.end()
        if text and self._kind[0] == "item":
            self.blocks.append(Block("item", text, line, self._kind[1]))
        elif text:
            self.blocks.append(Block("paragraph", text, line))
