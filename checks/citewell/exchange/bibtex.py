"""BibTeX, in and out, with the types and fields that biblatex has added to it.

bibtexparser takes the file apart, and :mod:`.bibtex_strings` puts in the strings. Of a URL only
single signs are unescaped, for the rest it means what it says. ``crossref`` is not followed.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from citewell.ama.printed_dates import DATE
from citewell.dates import parse_day
from citewell.exchange import latex
from citewell.exchange.bibtex_strings import LONGEST, MONTHS, Strings
from citewell.exchange.draft import Draft, page_of, refuse_too_many
from citewell.exchange.names import Body, Person, persons
from citewell.exchange.page import ImportFailure, Note, Page, text_of
from citewell.exchange.rich_text import plain
from citewell.model import Reference

if TYPE_CHECKING:
    from bibtexparser.model import Entry

CANNOT_HOLD = {
    "authors": "a name that is only 'et al', which says that there are more",
    "url": "braces and backslashes, which become percent-encoded",
    "doi": "braces and backslashes, which become percent-encoded",
    "title": "a tag (<i>) or an entity (&amp;) that is meant as these letters",
    "container": "the same",
}
"""What comes back otherwise than it was, by field."""

_TYPES = {
    "article-journal": "article",
    "chapter": "incollection",
    "book": "book",
    "webpage": "online",
    "entry-encyclopedia": "inreference",
    "report": "report",
    "dataset": "dataset",
    "personal_communication": "letter",
}
_READ_TYPES = {
    **{theirs: ours for ours, theirs in _TYPES.items()},
    **dict.fromkeys(("suppperiodical", "review"), "article-journal"),
    **dict.fromkeys(("inbook", "inproceedings", "conference", "bookinbook"), "chapter"),
    **dict.fromkeys(("suppbook", "suppcollection"), "chapter"),
    **dict.fromkeys(("mvbook", "collection", "mvcollection", "proceedings"), "book"),
    **dict.fromkeys(("mvproceedings", "phdthesis", "mastersthesis", "thesis"), "book"),
    **dict.fromkeys(("booklet", "reference", "mvreference", "periodical"), "book"),
    **dict.fromkeys(("software",), "dataset"),
}
"""The nearest type of ours; what is not here is a webpage if it has an address, or a report."""

_ALIASES = {"techreport": "report", "electronic": "online", "www": "online"}
"""Names of the same types in older files."""

_CONTAINERS = {
    "article-journal": "journal",
    "book": "series",
    "report": "series",
    "webpage": "organization",
    "dataset": "organization",
    "personal_communication": "booktitle",
}
"""Where the container stands, if not in ``booktitle``."""

_READ_CONTAINERS = {
    "article-journal": ("journal", "journaltitle"),
    "book": ("series",),
    "report": ("series",),
    "webpage": ("organization", "journal", "journaltitle", "booktitle"),
    "dataset": ("organization", "booktitle"),
}
_TEXTS = {
    "title": "title",
    "edition": "edition",
    "publisher": "publisher",
    "volume": "volume",
    "number": "issue",
    "pages": "pages",
    "note": "note",
}
_READ_TEXTS = {**_TEXTS, "issue": "issue", "eid": "pages", "school": "publisher"}
_ROLES = {"author": "authors", "editor": "editors"}
_OTHERS = "others"
_LONGEST_VALUE = 100_000  # no abstract has as much
_MOST_FIELDS = 500
_START = re.compile(r"@\w{0,50}[ \t]{0,9}[{(]")
_PLAIN_NAME = re.compile(r"(?!.*\band\b)[^\W\d_][\w'’. -]*", re.IGNORECASE)
_UNSAFE_IN_ADDRESS = re.compile(r"[{}\\]")
_WEB_ADDRESS = re.compile(r"https?://\S+")
_ACCESSED = re.compile(
    rf"(?i)\W*(?:online\W+)?(?:last )?(?:accessed|retrieved|visited|viewed)\W*(?:on )?"
    rf"({DATE}|\d{{1,2}}-[a-z]{{3,9}}-\d{{4}})\W*"
)
_HYPHEN = re.compile(r"-(?=[A-Za-z])|(?<=[A-Za-z])-")  # of a day such as 4-June-2022
_RANGE = re.compile(r"(?<=\w)--(?=\w)")


# Out.


def render(references: Iterable[tuple[str, Reference]]) -> str:
    """*references*, each with a key of its own, as a file of BibTeX."""
    return "\n".join("".join(_entry(key, reference)) for key, reference in references)


def _entry(key: str, reference: Reference) -> Iterator[str]:
    yield f"@{_TYPES[reference.type]}{{{key},\n"
    for field, value in _fields(reference):
        yield f"  {field} = {{{value}}},\n"
    yield "}\n"


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    organization = _line(reference.organization)
    authors = [_name(each) for each in persons(reference.authors)]
    if organization and reference.type != "personal_communication":
        authors.append(f"{{{latex.encoded(organization)}}}")
        organization = ""
    editors = [_name(each) for each in persons(reference.editors)]
    if reference.et_al:
        (editors if editors and not authors else authors).append(_OTHERS)
    texts = {theirs: _line(getattr(reference, ours)) for theirs, ours in _TEXTS.items()}
    title = latex.encoded(texts.pop("title"))
    told = {
        "author": " and ".join(authors),
        "editor": " and ".join(editors),
        "title": title and f"{{{title}}}",  # so that no style changes its capitals
        "institution": latex.encoded(organization),
        _CONTAINERS.get(reference.type, "booktitle"): latex.encoded(_line(reference.container)),
        **{field: latex.encoded(text) for field, text in texts.items()},
        **dict(_dates(reference)),
        "doi": _address(reference.doi),
        "pmid": str(reference.pmid or ""),
        "url": _address(reference.url),
        "urldate": str(reference.accessed or ""),
        "access": "" if reference.access == "open" else reference.access,
        "archiveurl": _address(reference.archive.url if reference.archive else ""),
        "archivedate": str(reference.archive.captured) if reference.archive else "",
    }
    yield from ((field, value) for field, value in told.items() if value)


def _dates(reference: Reference) -> Iterator[tuple[str, str]]:
    """The date as biblatex has it, and the year for those that know only that."""
    if date := reference.published:
        yield "year", str(date.year)
        if date.month:
            yield "date", str(date)


def _name(who: Person) -> str:
    if not who.given:
        return f"{{{latex.encoded(who.family)}}}, {{}}"  # braces alone would make it a body
    family = latex.encoded(who.family)
    family = family if _PLAIN_NAME.fullmatch(who.family) else f"{{{family}}}"
    return ", ".join(part for part in (family, who.suffix, who.given) if part)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _address(text: str | None) -> str:
    return _UNSAFE_IN_ADDRESS.sub(lambda match: f"%{ord(match[0]):02X}", _line(text))


# In.


def read(raw: bytes) -> Page:
    """The references of a file in BibTeX; what cannot be taken apart is reported with its line.

    Raises :class:`ImportFailure` where there is none.
    """
    from bibtexparser.model import (
        DuplicateBlockKeyBlock,
        DuplicateFieldKeyBlock,
        Entry,
        ParsingFailedBlock,
        String,
    )

    strings = Strings()
    drafts: list[Draft] = []
    notes: list[Note] = []
    for block in _blocks(text_of(raw)):
        line = (block.start_line or 0) + 1
        if isinstance(block, (DuplicateBlockKeyBlock, DuplicateFieldKeyBlock)):
            block = block.ignore_error_block
        if isinstance(block, Entry):
            drafts.append(_draft(line, block, strings))
        elif isinstance(block, String):
            strings.define(block.key, block.value)
        elif isinstance(block, ParsingFailedBlock):
            notes.append(Note(line, "Here stands something that is not understood as BibTeX."))
    if not drafts:
        raise ImportFailure("it has no reference: BibTeX has entries such as @article{key, …}.")
    if strings.refused:
        notes.append(Note(1, f"Some strings are longer than {LONGEST:,} characters."))
    return page_of(drafts, notes)


def _blocks(text: str) -> Iterable[Any]:
    from bibtexparser.splitter import Splitter

    refuse_too_many(sum(1 for _ in _START.finditer(text)))
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL + 1)  # we say it ourselves
    return Splitter(text).split().blocks


def _draft(line: int, entry: "Entry", strings: Strings) -> Draft:
    draft = Draft(line)
    told: dict[str, str] = {}
    if len(entry.fields) > _MOST_FIELDS:
        draft.doubt(f"It has {len(entry.fields):,} fields; all but {_MOST_FIELDS} were left out.")
    for field in entry.fields[:_MOST_FIELDS]:
        name = field.key.lower()
        if len(field.value) > _LONGEST_VALUE:
            draft.doubt(f"{name[:50]} has {len(field.value):,} characters and was left out.")
            continue
        value, known = strings.value(field.value)
        if not known:
            draft.doubt(f"In {name} stands a string that nobody has defined: {value[:100]}")
        if name in told:
            draft.aside(name, _text(draft, name, value))
        told.setdefault(name, value)
    _read_howpublished(told)
    original = _ALIASES.get(entry.entry_type.lower(), entry.entry_type.lower())
    kind = _READ_TYPES.get(original) or ("webpage" if "url" in told else "report")
    draft.type(kind, "" if _TYPES[kind] == original else original)
    _read_year(draft, told)
    _read_archive(draft, told)
    containers = _READ_CONTAINERS.get(kind, ("booktitle",))
    for name, value in told.items():
        if name in containers:
            draft.text("container", plain(_text(draft, name, value)), name)
        else:
            _put(draft, name, value, told)
    return draft


def _put(draft: Draft, name: str, value: str, told: Mapping[str, str]) -> None:
    if name in _ROLES:
        draft.names(_ROLES[name], _people(draft, name, value))
    elif name in ("url", "doi", "urldate", "pmid", "eprint", "eprinttype", "access"):
        _put_access(draft, name, value, told)
    elif name == "institution":
        is_said = draft.fields["type"] == "personal_communication"
        draft.text("organization" if is_said else "publisher", _text(draft, name, value), name)
    elif name in _READ_TEXTS:
        draft.text(_READ_TEXTS[name], _field_text(draft, name, value), name)
    else:
        draft.aside(name, _text(draft, name, value))
        if name in ("crossref", "xdata"):
            draft.doubt(f"{name} is not followed: what stands there must be added by hand.")


def _put_access(draft: Draft, name: str, value: str, told: Mapping[str, str]) -> None:
    """What leads to the work, and whether everybody may go there."""
    if name == "doi":
        draft.doi(latex.unescaped(value))
    elif name == "url":
        draft.text("url", latex.unescaped(value), name)
    elif name == "urldate":
        draft.accessed(_text(draft, name, value), name)
    elif name == "pmid" or (name == "eprint" and _is_pubmed(told)):
        draft.pmid(_text(draft, name, value))
    elif name == "access" and value in ("subscription", "internal"):
        draft.fields["access"] = value
    elif name != "eprinttype" or not _is_pubmed(told):
        draft.aside(name, _text(draft, name, value))


def _is_pubmed(told: Mapping[str, str]) -> bool:
    return told.get("eprinttype", "").strip().lower() == "pubmed"


def _field_text(draft: Draft, name: str, value: str) -> str:
    """The words of a field; between pages, two hyphens are a range and no dash."""
    said = _text(draft, name, _RANGE.sub("-", value) if name == "pages" else value)
    return plain(said) if name == "title" else said


def _text(draft: Draft, name: str, value: str) -> str:
    said, unknown = latex.decoded(value)
    if unknown:
        draft.doubt(f"In {name}, {', '.join(unknown[:5])} is not understood and stands as it was.")
    return said


def _read_year(draft: Draft, told: dict[str, str]) -> None:
    """``date``, or ``year`` with ``month`` and ``day``."""
    date, year = (_text(draft, "date", told.pop(name, "")).strip() for name in ("date", "year"))
    month, day = (_text(draft, name, told.pop(name, "")).strip() for name in ("month", "day"))
    draft.published(date)
    if date.startswith(year):
        year = ""
    if year and not date:
        number = _month(month)
        whole = f"{year}-{number}" + (f"-{day:0>2}" if day else "") if number else year
        draft.published(whole, "year")
        month, day = ("", "") if number else (month, day)
    else:
        draft.published(year, "year")
    for label, value in (("month", month), ("day", day)):
        draft.aside(label, value)


def _month(text: str) -> str:
    word = text.strip(". ").lower()
    if word.isdecimal():
        return f"{word:0>2}"
    return f"{MONTHS.index(word[:3]) + 1:02}" if word[:3] in MONTHS else ""


def _read_howpublished(told: dict[str, str]) -> None:
    """An address that stands there, as of a page in plain BibTeX, and the day in the note."""
    address = latex.unescaped(told.get("howpublished", ""))
    if "url" in told or not _WEB_ADDRESS.fullmatch(address):
        return
    told["url"] = told.pop("howpublished")
    if "urldate" not in told and (match := _ACCESSED.fullmatch(told.get("note", ""))):
        told["urldate"] = _HYPHEN.sub(" ", match[1])
        del told["note"]


def _read_archive(draft: Draft, told: dict[str, str]) -> None:
    """A capture, if address and day are both there."""
    url, day = told.get("archiveurl", ""), told.get("archivedate", "").strip()
    try:
        parse_day(day)
    except ValueError:
        return
    if url:
        del told["archiveurl"], told["archivedate"]
        draft.fields["archive"] = {"url": latex.unescaped(url).strip(), "captured": day}


def _people(draft: Draft, field: str, value: str) -> Iterator[Person | Body]:
    from bibtexparser.middlewares.names import (
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    for name in split_multiple_persons_names(value):
        if _is_braced(name):
            yield Body(_text(draft, field, name))
            continue
        parts = parse_single_name_into_parts(name, strict=False)
        words = (" ".join(part) for part in ((*parts.von, *parts.last), parts.first, parts.jr))
        yield Person(*(_text(draft, field, word).strip() for word in words))


def _is_braced(name: str) -> bool:
    """Whether the whole *name* stands in one pair of braces, which makes it a body."""
    if not (name.startswith("{") and name.endswith("}")):
        return False
    depth = 0
    for match in re.finditer(r"(?<!\\)[{}]", name):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end() == len(name)
    return False
