"""References as JATS marks them: their parts by the fields of an article.

What is marked is taken as it is. A citation of which words stand outside of any mark, or that has
no title, is left to whoever reads references from print.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from citewell.ama.printed_dates import DATE, read_date, read_day
from citewell.exchange.inline import line_of, lowered, raised
from citewell.exchange.names import Person, ama_name
from citewell.exchange.page import Entry, Note
from citewell.exchange.tree import Node, Words, one_line
from citewell.identifiers import bare_doi, doi_of_url, is_doi

CITATIONS = ("element-citation", "mixed-citation", "citation", "nlm-citation")
_MOST_LINKS = 20
_PERSONS = ("name", "string-name", "collab", "etal", "anonymous")
_FORMATS = frozenset(
    {"bold", "italic", "roman", "sans-serif", "sc", "styled-content", "underline", "named-content"}
)
_WRAPPERS = _FORMATS | {"date", "name-alternatives", "collab-alternatives", "conference", "article"}
_TYPES = {
    "journal": "article-journal",
    "preprint": "article-journal",
    "book": "book",
    "confproc": "chapter",
    "conf-proc": "chapter",
    "conference": "chapter",
    "thesis": "book",
    "web": "webpage",
    "webpage": "webpage",
    "website": "webpage",
    "report": "report",
    "gov": "report",
    "government": "report",
    "standard": "report",
    "working-paper": "report",
    "data": "dataset",
    "dataset": "dataset",
    "database": "dataset",
}
# Words of print that say what the marked part beside them is.
_JOINTS = re.compile(
    r"\b(?:in|doi|pmid|pmcid|pp?|vol|volume|no|number|issue|pages?|eds?|edn|editors?|edited by|by"
    r"|accessed|available|retrieved|cited|from|at|on|and|et al|https?|dx|www|org|url|online"
    r"|internet|last)\b|[\W_]+",
    re.IGNORECASE,
)
_ACCESSED = re.compile(
    rf"(?i:\b(?:last )?(?:accessed|cited|retrieved|visited|access date))\W*(?:on )?({DATE})"
)
_ACCESS = re.compile(
    r"(?i)\W*(?:(?:last )?(?:accessed|cited|retrieved|visited|access date))?\W*(?:on )?"
)


def read(ref: Node, number: int) -> tuple[Entry, list[Note]]:
    """The entry that *ref* is, and what has to be said about it."""
    citations = _citations(ref)
    if not citations:
        return Entry(number, ref.line, ref.text), []
    if len(citations) > 1:
        text = " ".join(_print(citation) for citation in citations)
        message = f"reference {number} is {len(citations)} works in one: part them"
        return Entry(number, ref.line, text), [Note(ref.line, message)]
    citation = citations[0]
    found = _Parts()
    found.take(citation)
    stray = _JOINTS.sub(" ", _ACCESSED.sub(" ", " ".join(found.stray))).strip()
    fields = None if stray and citation.name != "element-citation" else _fields(citation, found)
    if fields is None:
        return Entry(number, ref.line, _print(citation)), []
    notes = [one_line(note.text) for note in ref.all("note")]
    extra = [*filter(None, [fields.pop("note", ""), stray, *notes])]
    if extra:
        fields["note"] = "; ".join(extra)
    return Entry(number, ref.line, fields=fields), []


def _citations(ref: Node) -> list[Node]:
    """The works in *ref*; of alternatives, the one with the most marks."""
    found: list[Node] = []
    for child in ref.nodes():
        if child.name in CITATIONS:
            found.append(child)
        elif child.name == "citation-alternatives":
            ways = [node for node in child.nodes() if node.name in CITATIONS]
            found += sorted(ways, key=lambda node: node.name != "element-citation")[:1]
    return found


def _print(citation: Node) -> str:
    """The words of *citation* with their punctuation, and the addresses that it does not print."""
    if citation.name == "element-citation":
        parts = [leaf.text for leaf in citation.nodes()]
        text = ". ".join(part.rstrip(".") for part in parts if part) + "."
    else:
        text = line_of([*_texts(citation)])
    for node in islice(citation.all("ext-link", "uri", "pub-id"), _MOST_LINKS):
        address = node.get("xlink:href")
        if doi := doi_of_url(address):
            address = f"doi:{doi}"
        if address.startswith(("http", "doi:")) and address.removeprefix("doi:") not in text:
            text = f"{text} {address}"
    return text


def _texts(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, Words):
            yield child.text
            continue
        inner: Sequence[Any] = [*_texts(child)]
        if child.name == "sup":
            inner = raised(inner)
        elif child.name == "sub":
            inner = lowered(inner)
        yield from map(str, inner)


class _Parts:
    """The marked parts of a citation by their names, and the words between them."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[str]] = defaultdict(list)
        self.authors: list[str] = []
        self.editors: list[str] = []
        self.bodies: list[str] = []
        self.et_al = False
        self.links: list[str] = []
        self.accessed = ""
        self.stray: list[str] = []
        self.other: list[str] = []

    def take(self, node: Node, role: str = "author") -> None:
        """Take what is marked below *node*; persons are of *role*."""
        readers = {
            "pub-id": self._identifier,
            "object-id": self._identifier,
            "ext-link": self._link,
            "uri": self._link,
            "date-in-citation": self._access,
            "access-date": self._access,
            "comment": self._comment,
        }
        for child in node.children:
            if isinstance(child, Words):
                self.stray.append(child.text)
            elif child.name in _PERSONS:
                self._person(child, role)
            elif child.name == "person-group":
                self.take(child, child.get("person-group-type") or role)
            elif reads := readers.get(child.name):
                reads(child)
            elif child.name in _WRAPPERS and (child.name not in _FORMATS or any(child.nodes())):
                self.take(child, role)
            elif child.name in _FORMATS or child.name in ("x", "label", "sup", "sub"):
                self.stray.append(child.text)
            elif child.text:
                self.by_name[child.name].append(line_of([*_texts(child)]).rstrip(" ,;"))
        if match := _ACCESSED.search(one_line(" ".join(self.stray))):
            self.accessed = self.accessed or read_day(match[1]) or ""

    def pop(self, *names: str) -> str:
        """The first part that has one of *names*; it is taken out."""
        for name in names:
            if self.by_name.get(name):
                return self.by_name[name].pop(0)
        return ""

    def _person(self, node: Node, role: str) -> None:
        if node.name == "etal":
            self.et_al = True
            return
        if node.name == "collab":
            text = node.text
            (self.editors if "editor" in role else self.bodies).append(text)
            return
        name = _name(node)
        if role in ("author", "allauthors", "inventor", "assignee", "all-authors"):
            self.authors.append(name)
        elif "editor" in role:
            self.editors.append(name)
        else:
            self.other.append(f"{role}: {name}")

    def _identifier(self, node: Node) -> None:
        kind, text = node.get("pub-id-type").lower(), node.text
        if kind == "doi" or (not kind and is_doi(bare_doi(text))):
            self.by_name["doi"].append(bare_doi(text))
        elif kind == "pmid" and re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII):
            self.by_name["pmid"].append(text)
        elif text:
            self.other.append(f"{kind.upper()}: {text}" if kind else text)
        if node.get("xlink:href").startswith("http"):
            self.links.append(node.get("xlink:href"))

    def _link(self, node: Node) -> None:
        text = node.text
        address = node.get("xlink:href") or text
        if node.get("ext-link-type") == "pmid" and re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII):
            self.by_name["pmid"].append(text)
        elif is_doi(bare_doi(address)):
            self.by_name["doi"].append(bare_doi(address))
        elif address.startswith(("http://", "https://")):
            self.links.append(address)
        elif address:
            self.other.append(address)
        if text and not re.match(r"(?i)https?:|www\.|10\.\d|doi|[\w.-]+\.[a-z]{2,}(?:/|$)", text):
            self.stray.append(text)

    def _access(self, node: Node) -> None:
        kind = node.get("content-type").lower()
        text = node.text
        parts = [child.text for name in ("year", "month", "day") if (child := node.first(name))]
        printed = _ACCESS.sub("", text, count=1).strip(" .,;()[]")
        days = (read_day(node.get("iso-8601-date")), read_day(printed), _iso(parts))
        day = next((day for day in days if day and len(day) == len("YYYY-MM-DD")), "")
        is_access = "access" in kind or "cited" in kind or kind == "" or _ACCESS.match(text)
        if day and is_access and not self.accessed:
            self.accessed = day
        elif text:
            self.other.append(text)

    def _comment(self, node: Node) -> None:
        for inner in node.all("ext-link", "uri"):
            self._link(inner)
        inner_text = "".join(child.text for child in node.children if isinstance(child, Words))
        match = _ACCESSED.search(one_line(inner_text))
        if match and (day := read_day(match[1])):
            self.accessed = self.accessed or day
            inner_text = _ACCESSED.sub(" ", one_line(inner_text))
        if re.search(r"\w", _JOINTS.sub("", inner_text)):
            self.other.append(one_line(inner_text).strip(" ,;"))


def _fields(citation: Node, found: _Parts) -> dict[str, Any] | None:
    """The fields of the work; None if it has no title."""
    kind = (
        citation.get("publication-type")
        or citation.get("citation-type")
        or citation.get("publication-format")
    ).lower()
    part, source = found.pop("article-title", "chapter-title", "part-title", "data-title"), ""
    if found.by_name.get("source"):
        source = found.pop("source")
    title = part or source
    if not title:
        return None
    fields: dict[str, Any] = {"type": _type(kind, found, part=part, source=source)}
    if fields["type"] == "chapter" and not source:
        source = found.pop("conf-name")
    fields |= {
        "authors": found.authors,
        "organization": "; ".join(found.bodies),
        "et_al": found.et_al,
        "editors": found.editors,
        "title": title.rstrip("."),
        "container": source.rstrip(".") if part else "",
        "edition": re.sub(
            r"(?i)\s*\b(?:ed|edn|edition)\b\.?\s*$", "", found.pop("edition", "version")
        ),
        "publisher": found.pop("publisher-name", "institution"),
        "volume": found.pop("volume"),
        "issue": _joined(found.pop("issue"), found.pop("supplement")),
        "pages": _pages(found),
        "published": _iso([found.pop("year"), found.pop("month"), found.pop("day")], found.other),
        "doi": found.pop("doi"),
        "pmid": int(found.pop("pmid") or 0),
        "url": found.links.pop(0) if found.links else "",
        "accessed": found.accessed,
    }
    left = [text for name in found.by_name for text in found.by_name[name]]
    fields["note"] = "; ".join(dict.fromkeys([*left, *found.links, *found.other]))
    return {key: value for key, value in fields.items() if value}


def _type(kind: str, found: _Parts, *, part: str, source: str) -> str:
    known = _TYPES.get(kind, "")
    if known in ("book", "chapter"):
        return "chapter" if part and source else "book"
    if known:
        return known
    has = {name for name, texts in found.by_name.items() if texts}
    if part and source and (has & {"volume", "issue", "doi", "pmid"}):
        return "article-journal"
    if has & {"publisher-name", "publisher-loc", "edition"}:
        return "chapter" if part and source else "book"
    if found.links:
        return "webpage"
    return "article-journal" if part and source else "report"


def _joined(issue: str, supplement: str) -> str:
    if supplement and not re.match(r"(?i)supp", supplement):
        supplement = f"suppl {supplement}"
    return " ".join(filter(None, (issue, supplement)))


def _pages(found: _Parts) -> str:
    pages, first, last = found.pop("page-range"), found.pop("fpage"), found.pop("lpage")
    if pages:
        return pages
    if first:
        return f"{first}-{last}" if last and last != first else first
    return found.pop("elocation-id")


def _iso(parts: Sequence[str], other: list[str] | None = None) -> str:
    """Year, month and day as ISO 8601, as far as they go; what is no date goes to *other*."""
    words = [part.strip(" .,;()") for part in parts if part]
    if not words:
        return ""
    year = re.match(r"(\d{4})[a-z]?$", words[0])
    numbers = [year[1] if year else words[0], *words[1:]]
    while numbers:
        numeric = all(part.isdecimal() for part in numbers)
        text = "-".join(part.zfill(2) for part in numbers) if numeric else " ".join(numbers)
        if date := read_date(text):
            if other is not None and len(numbers) < len(words):
                other += words[len(numbers) :]
            return date
        numbers.pop()
    if other is not None:
        other.append(" ".join(words))
    return ""


def _name(node: Node) -> str:
    """A person as an article has it: ``Roe JD Jr``."""
    surname, given = node.first("surname"), node.first("given-names")
    if surname is None:
        return node.text
    suffix = node.first("suffix")
    spoken = (given.get("initials") or given.text) if given else ""
    return ama_name(Person(surname.text, spoken, suffix.text if suffix else ""))
