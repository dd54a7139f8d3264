"""Where the reference list of a web page is, and what its entries say."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urljoin

from citewell.exchange.html_tree import BLOCKS
from citewell.exchange.inline import line_of, lowered, raised
from citewell.exchange.page import Entry, Note
from citewell.exchange.tree import Node, Words, one_line
from citewell.identifiers import doi_of_url

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLES = re.compile(
    r"\W*(?:show |view |hide |see |our |article |selected |key |medical |list of |cited )*"
    r"(?:references?(?: list)?|sources?|bibliography|works cited|literature(?: cited)?|citations"
    r"|footnotes|endnotes|references and (?:notes|sources|further reading)|sources and references"
    r"|references cited|literaturverzeichnis|literatur|quellen(?:angaben|verzeichnis)?"
    r"|einzelnachweise|références|bibliographie|sources et références|referencias"
    r"|bibliografía|fuentes|bibliografia|riferimenti|fonti|referências|literatuur|bronnen)(?:\s?\[edit\])?\W*",
    re.IGNORECASE,
)
_LONGEST_TITLE = 60
_MOST_TITLES = 5
_WRITTEN = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\bdoi\b|10\.\d{4,}/|https?://|www\.|\bet al\b|\baccessed\b|\bISBN\b",
    re.IGNORECASE,
)
_PRINTED = re.compile(
    r"(?:\[(\d{1,4})\]|\((\d{1,3})\)|(\d{1,4})[.)](?!\d)|(\d{1,4})(?=\s+[^\W\d_]))[.:]?\s*"
)
_MARK = re.compile(r"[\W_]*\d[\W\d_]*")
_ITEMS = frozenset({"li", "dd", "tr", "p", "div"})
_BACK = re.compile(
    r"[\W_]*(?:\d{1,3}|[a-z]{1,2})?[\W_]*"
    r"|\W*(?:(?:jump|go|back|return|skip)\b.{0,40}|up|top)\W*|zurück\W*",
    re.IGNORECASE,
)
_SERVICES = re.compile(
    r"\W*(?:(?:view|find|search|see|read|open|full)?(?: (?:in|on|at|the))? ?"
    r"(?:pubmed(?: central| abstract)?|google scholar|google|crossref|cas|web of science|scopus|ads"
    r"|isi|medline|pmc(?: free article)?|free pmc article|full text(?: pdf)?|article|abstract"
    r"|publisher|free full text|link|doi|external link))\W*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?i)(?:https?://|www\.|doi:|10\.\d{4,}/|(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/|$))\S*(?: \S{1,60})?"
)
_PUBMED = re.compile(
    r"(?i)https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})\b"
)
_MOST_LINKS = 20
_SEARCHES = ("scholar.google.", "scholar_lookup", "google.com/search", "/search?")


class Listed(NamedTuple):
    """The items of a reference list; ``skipped`` are what the page's text is without."""

    items: tuple[Node, ...] = ()
    skipped: frozenset[int] = frozenset()


class References(NamedTuple):
    """The entries, and by the ids that links lead to, the numbers of these."""

    entries: tuple[Entry, ...]
    numbers: dict[str, int]
    skipped: frozenset[int]
    notes: tuple[Note, ...]


def read(body: Node, base: str) -> References:
    """The reference list in *body*; links in it are taken to be relative to *base*."""
    listed = _find(body)
    parts = [_read_item(item, base) for item in listed.items]
    numbers = _numbers(body, listed.items, [part.text for part in parts])
    entries: list[Entry] = []
    targets: dict[str, int] = {}
    notes: list[Note] = []
    for item, part, (number, text) in zip(listed.items, parts, numbers, strict=True):
        words = " ".join([text, *part.links]).strip()
        if not words:
            continue
        entries.append(Entry(number, item.line, words))
        notes += part.notes
        if number is not None:
            for node in item.walk():
                for name in (node.get("id"), node.get("name") if node.name == "a" else ""):
                    if name:
                        targets.setdefault(name, number)
    return References(tuple(entries), targets, listed.skipped, tuple(notes))


def fragment(link: Node) -> str:
    """What *link* has behind ``#``."""
    return unquote(link.get("href").partition("#")[2])


def is_title(text: str) -> bool:
    """Whether *text* can stand above a reference list."""
    return len(text) <= _LONGEST_TITLE and _TITLES.fullmatch(text) is not None


def _find(body: Node) -> Listed:
    """What is below the heading; else what in-text links lead to; else what looks like a list."""
    nodes = [node for node in body.walk() if node is not body]
    inside = _sizes(nodes)
    titled = [
        index
        for index, node in enumerate(nodes)
        if node.name != "nav" and _TITLES.fullmatch(_short(node))
    ]
    for index in reversed([i for i in titled if nodes[i].name in HEADINGS][-_MOST_TITLES:]):
        if found := _below(nodes, index, inside[index]):
            return found
    for index in reversed([i for i in titled if nodes[i].name not in HEADINGS][-_MOST_TITLES:]):
        found = _below(nodes, index, inside[index])
        if found and _look_cited(found.items):
            return found
    return _linked(nodes) or _looking(nodes)


def _sizes(nodes: Sequence[Node]) -> list[int]:
    """How many of the elements that follow each one are inside it."""
    sizes = {id(node): 0 for node in nodes}
    for node in reversed(nodes):
        sizes[id(node)] = sum(1 + sizes[id(child)] for child in node.nodes())
    return [sizes[id(node)] for node in nodes]


def _short(node: Node) -> str:
    """The text of *node*, if it can be a title."""
    count = 0
    parts: list[str] = []
    pending: list[Node | Words] = [node]
    while pending:
        part = pending.pop()
        count += 1
        if isinstance(part, Words):
            parts.append(part.text)
        elif part.name in ("li", "ol", "ul", "table"):
            return ""
        else:
            pending += reversed(part.children)
        if count > 12:
            return ""
    text = one_line("".join(parts)) if sum(map(len, parts)) < 500 else ""
    return text if len(text) <= _LONGEST_TITLE else ""


def _below(nodes: Sequence[Node], index: int, size: int) -> Listed | None:
    """The items between the title at *index* and the next heading that is not below it."""
    title = nodes[index]
    level = int(title.name[1]) if title.name in HEADINGS else len(HEADINGS)
    following: list[Node] = []
    for node in nodes[index + size + 1 :]:
        if node.name in HEADINGS and int(node.name[1]) <= level:
            break
        following.append(node)
    skipped = {id(title)}
    items: list[Node] = []
    seen: set[int] = set()
    for node in following:
        if id(node) in seen or node.name not in ("ol", "ul", "dl", "table"):
            continue
        seen |= {id(inner) for inner in node.walk()}
        if items and node.name not in ("ol", "dl"):
            break
        rows = _rows(node)
        if rows and (not items or _look_cited(rows)):
            items += rows
            skipped.add(id(node))
    if not items:
        items = _leaves(following)
        skipped |= {id(item) for item in items}
    return Listed(tuple(items), frozenset(skipped)) if items else None


def _rows(node: Node) -> list[Node]:
    if node.name in ("ol", "ul"):
        return [child for child in node.nodes() if child.name == "li" and child.text]
    if node.name == "dl":
        return [child for child in node.all("dd") if child.text]
    rows = [row for row in node.all("tr") if row.text]
    return rows if _look_cited(rows) else []


def _leaves(nodes: Sequence[Node]) -> list[Node]:
    """Paragraphs that are entries: those that have a number, an id or the look of one."""
    leaves = [
        node
        for node in nodes
        if node.name in ("p", "div", "li")
        and not any(inner.name in BLOCKS for inner in node.walk() if inner is not node)
        and node.text
    ]
    found: list[Node] = []
    for leaf in leaves:
        if not (_PRINTED.match(leaf.text) or _WRITTEN.search(leaf.text)):
            break
        found.append(leaf)
    return found if _look_cited(found) else []


def _look_cited(items: Iterable[Node]) -> bool:
    """Whether most of *items* look like references."""
    looks = [_WRITTEN.search(item.text[:3000]) is not None for item in items]
    return bool(looks) and sum(looks) * 2 > len(looks)


def _linked(nodes: Sequence[Node]) -> Listed | None:
    """The list that most marks before it lead to."""
    parents = {id(child): node for node in nodes for child in node.nodes()}
    places = {node.get("id"): index for index, node in enumerate(nodes) if node.get("id")}
    lists: dict[int, tuple[int, Node]] = {}
    for index, link in enumerate(nodes):
        if link.name != "a" or "#" not in link.get("href") or not _MARK.fullmatch(_short(link)):
            continue
        place = places.get(fragment(link), -1)
        if place <= index:
            continue
        item: Node | None = nodes[place]
        while item and item.name not in ("li", "dd", "tr"):
            item = parents.get(id(item))
        if item and (parent := parents.get(id(item))):
            count, _ = lists.get(id(parent), (0, parent))
            lists[id(parent)] = (count + 1, parent)
    if not lists:
        return None
    _, parent = max(lists.values(), key=lambda pair: pair[0])
    items = [child for child in parent.nodes() if child.name in _ITEMS and child.text]
    return Listed(tuple(items), frozenset({id(parent)}))


def _looking(nodes: Sequence[Node]) -> Listed:
    lists = [node for node in nodes if node.name == "ol"]
    for node in reversed(lists[-_MOST_TITLES:]):
        if _look_cited(rows := _rows(node)):
            return Listed(tuple(rows), frozenset({id(node)}))
    return Listed()


class _Item(NamedTuple):
    """An entry's words, and the addresses behind them that are not printed."""

    text: str
    links: tuple[str, ...]
    notes: tuple[Note, ...]


def _read_item(item: Node, base: str) -> _Item:
    links: list[str] = []
    notes: list[Note] = []
    text = line_of([*_words(item, base, links, notes)])
    different = list(dict.fromkeys(links))
    if len(different) > _MOST_LINKS:
        more = f"this entry has {len(different)} links, of which {_MOST_LINKS} were looked at"
        notes.append(Note(item.line, more))
    missing = [link for link in different[:_MOST_LINKS] if not _says(text, link)]
    return _Item(text, tuple(missing), tuple(notes))


def _says(text: str, link: str) -> bool:
    """Whether *text* has the DOI, the number or the address already."""
    shown = text.casefold()
    _, _, number = link.partition(": ")
    plain = link.removeprefix("doi:").rstrip("/").casefold()
    return plain in shown or (bool(number) and re.search(rf"\b{number}\b", text) is not None)


def _words(node: Node, base: str, links: list[str], notes: list[Note]) -> Iterator[str]:
    """The words of an entry, without the links that lead back or to a service."""
    for child in node.children:
        if isinstance(child, Words):
            yield child.text
        elif child.name in ("style", "script", "button", "template", "noscript"):
            continue
        elif child.name == "a" and child.get("href"):
            yield from _link(child, base, links, notes)
        elif child.name in ("sup", "sub"):
            inner = [*_words(child, base, links, notes)]
            yield from map(str, raised(inner) if child.name == "sup" else lowered(inner))
        elif child.name in BLOCKS or child.name == "br":
            yield " "
            yield from _words(child, base, links, notes)
            yield " "
        else:
            yield from _words(child, base, links, notes)


def _link(link: Node, base: str, links: list[str], notes: list[Note]) -> Iterator[str]:
    text, href = link.text, link.get("href")
    if href.startswith("#") or "backlink" in link.get("role") or "backref" in link.get("class"):
        if not _BACK.fullmatch(text) or _PRINTED.fullmatch(f"{text} "):
            yield from _words(link, base, links, notes)
        return
    try:
        url = urljoin(base, href) if base else href
    except ValueError:  # an address that cannot be taken apart
        url = href
    if not url.startswith(("http://", "https://")):
        if not url.startswith(("mailto:", "javascript:", "tel:")):
            message = f"the link to '{href}' was left out: it names no site"
            notes.append(Note(link.line, message))
        yield from _words(link, base, links, notes)
        return
    is_service = _SERVICES.fullmatch(text) is not None
    is_search = any(sign in url for sign in _SEARCHES)
    if not (is_service and is_search):
        links += _address(text, url, link.line, notes)
    if not is_service:
        yield text if not text.endswith(("…", "...")) or not _ADDRESS.fullmatch(text) else url


def _address(text: str, url: str, line: int, notes: list[Note]) -> Iterator[str]:
    """What *url* adds to the words of an entry."""
    if doi := doi_of_url(url):
        yield f"doi:{doi}"
    elif match := _PUBMED.match(url):
        yield f"PMID: {match[1]}"
    elif not _ADDRESS.fullmatch(text):
        yield url
    elif not text.endswith(("…", "...")) and _bare(text) != _bare(url):
        notes.append(Note(line, f"the address '{text}' is printed, and its link leads to {url}"))


def _bare(url: str) -> str:
    """*url* without what two forms of one address differ in; it may be no proper address."""
    path, _, query = url.partition("#")[0].casefold().partition("?")
    return (path.partition("//")[2] or path).removeprefix("www.").rstrip("/") + f"?{query}"


def _numbers(
    body: Node, items: Sequence[Node], texts: Sequence[str]
) -> list[tuple[int | None, str]]:
    """The number of each item, and its text without it."""
    printed = [_PRINTED.match(text) for text in texts]
    if items and all(printed):
        return [
            (int(next(filter(None, match.groups()))), text[match.end() :])
            for match, text in zip(printed, texts, strict=True)
            if match
        ]
    parents: dict[int, Node] = {}
    terms: dict[int, int] = {}
    for node in body.walk() if items else ():
        term = 0
        for child in node.nodes():
            parents[id(child)] = node
            terms[id(child)] = term
            term = _term(child)
    found: list[tuple[int | None, str]] = []
    last, before = 0, None
    for item, text in zip(items, texts, strict=True):
        parent = parents[id(item)]
        if parent is not before and parent.get("start").isdecimal():
            last = int(parent.get("start")[:6]) - 1
        before = parent
        value = item.get("value")
        term = terms[id(item)]
        if item.name == "li" and value.isdecimal():
            last = int(value[:6])
        elif term:
            last = term
        else:
            last += 1
        is_counted = parent.name == "ol" or bool(term) or bool(item.get("id")) or _has_id(item)
        found.append((last if is_counted else None, text))
    return found


def _has_id(item: Node) -> bool:
    return any(node.get("id") or (node.name == "a" and node.get("name")) for node in item.walk())


def _term(node: Node) -> int:
    """The number that *node* gives to the definition behind it."""
    match = re.fullmatch(r"\W*(\d{1,4})\W*", node.text) if node.name == "dt" else None
    return int(match[1]) if match else 0
