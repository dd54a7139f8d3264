"""A reference while it is read from another format: its fields, and what has none.

What an article has no field for goes to the note, as ``label: value``; what could not be
understood is reported with its line as well. So nothing that was there is gone unseen.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from citewell.ama.printed_dates import read_date, read_day
from citewell.dates import parse_day, parse_partial
from citewell.exchange.names import Body, Person, ama_name, is_shortened, says_more
from citewell.exchange.page import Entry, ImportFailure, Note, Page
from citewell.identifiers import bare_doi, is_doi

MISSING_TITLE = "[title missing]"
"""Stands for a title that a reference must have and that the file does not give."""

MOST_ENTRIES = 10_000
"""A file with more is refused: the longest lists of references have some thousand."""

_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?!\d)", re.ASCII)
_PMID = re.compile(r"(?:pmid:? ?)?0{0,9}([1-9]\d{0,8})", re.ASCII | re.IGNORECASE)
_LONGEST_NOTE = 100  # characters of a value in a message
_VISIBLE = re.compile(r"[^\s\u0085\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_LEFT_OUT = {
    "abstract": "An abstract has no place in a reference and was left out",
    "file": "A file attached to a reference was left out",
}


def one_line(text: str) -> str:
    """*text* with each run of white space as one blank, and nothing that UTF-8 has not."""
    return " ".join(_SURROGATE.sub("\ufffd", text).split())


def refuse_too_many(count: int) -> None:
    """Raise an :class:`ImportFailure` if a file has more references than anybody could cite."""
    if count > MOST_ENTRIES:
        raise ImportFailure(f"it has more than {MOST_ENTRIES:,} references: split it.")


class Draft:
    """One reference; each method takes what the file says of one thing, in its words."""

    def __init__(self, line: int) -> None:
        """Begin the reference that stands at *line*."""
        self.line = line
        self.fields: dict[str, Any] = {}
        self.notes: list[Note] = []
        self.left_out: set[str] = set()
        self.shortened = False
        self._asides: list[str] = []

    def doubt(self, message: str) -> None:
        """Report *message*."""
        self.notes.append(Note(self.line, message))

    def aside(self, label: str, value: str) -> None:
        """Keep in the note what has no field; what is too much for that is reported instead."""
        value = one_line(value)
        if label in _LEFT_OUT:
            self.left_out.add(label)
        elif _VISIBLE.search(value):
            self._asides.append(f"{label}: {value}" if label else value)

    def misread(self, label: str, value: str, why: str) -> None:
        """Keep in the note what was not understood, and report *why*."""
        value = one_line(value)
        self.aside(label, value)
        self.doubt(f"{label} '{_cut(value)}' {why}; it is kept in the note.")

    def text(self, field: str, value: str, label: str | None = None) -> None:
        """The *field* that is a text; a second value goes to the note, by its *label*."""
        value = one_line(value)
        if not _VISIBLE.search(value) or self.fields.get(field) == value:
            return
        if field in self.fields:
            self.aside(label or field, value)
        else:
            self.fields[field] = value

    def type(self, kind: str, original: str) -> None:
        """The type of the work; an *original* that is no type of ours is kept in the note."""
        self.fields["type"] = kind
        if original:
            self.aside("type", original)
            self.doubt(f"The type '{_cut(one_line(original))}' was taken for {kind}.")

    def doi(self, value: str) -> None:
        """The DOI; its label and resolver are left out."""
        doi = bare_doi(value.strip())
        self.text("doi", doi if is_doi(doi) else value)

    def pmid(self, value: str) -> None:
        """The PubMed number."""
        match = _PMID.fullmatch(value.strip())
        if match and self.fields.setdefault("pmid", int(match[1])) == int(match[1]):
            return
        self.misread("PMID", value, "is no (or another) PubMed number")

    def published(self, value: str, label: str = "date") -> None:
        """The day of publication as far as known, in ISO 8601; of other words, the only year."""
        value = one_line(value)
        if not value or self.fields.get("published") == value:
            return
        try:
            date = read_date(value) or str(parse_partial(value))
        except ValueError:
            years = set(_YEAR.findall(value))
            date = years.pop() if len(years) == 1 else ""
            if not date or "published" in self.fields:
                self.misread(label, value, "is no date")
                return
            self.aside(label, value)
            self.doubt(f"Of the {label} '{_cut(value)}' only the year is understood.")
        if self.fields.setdefault("published", date) != date:
            self.aside(label, value)

    def accessed(self, value: str, label: str = "accessed") -> None:
        """The day on which somebody read the page, in ISO 8601."""
        value = one_line(value)
        if not value:
            return
        if day := _day(value):
            self.text("accessed", day, label)
        else:
            self.misread(label, value, "is no day")

    def names(self, field: str, names: Iterable[Person | Body]) -> None:
        """Authors or editors; of bodies among the authors the last is the organization."""
        kept: list[str] = []
        body: int | None = None
        for each in names:
            said = one_line(each.name if isinstance(each, Body) else ama_name(each))
            if not _VISIBLE.search(said):
                continue
            if says_more(said):
                self.fields["et_al"] = True
                continue
            if isinstance(each, Body):
                body = len(kept)
            else:
                self.shortened |= is_shortened(each)
            kept.append(said)
        if body is not None and field == "authors" and "organization" not in self.fields:
            self.fields["organization"] = kept.pop(body)
        if kept:
            self.fields[field] = [*self.fields.get(field, []), *kept]

    def entry(self) -> Entry:
        """The reference, valid once it has a number."""
        self._complete()
        if self._asides:
            own = [self.fields["note"]] if "note" in self.fields else []
            self.fields["note"] = "; ".join(own + self._asides)
        return Entry(None, self.line, fields=self.fields)

    def _complete(self) -> None:
        """See to it that what must be there is: a type and a title, or a person who said it."""
        fields = self.fields
        if fields["type"] == "personal_communication":
            if not fields.get("authors") and "organization" in fields:
                fields["authors"] = [fields.pop("organization")]
            if fields.get("authors"):
                return
            self.doubt("A personal communication needs a person; it was taken for a report.")
            self.aside("type", "personal communication")
            fields["type"] = "report"
        if "title" not in fields:
            fields["title"] = MISSING_TITLE
            self.doubt(f"The reference has no title; it says '{MISSING_TITLE}' instead.")


def page_of(drafts: Sequence[Draft], notes: Iterable[Note] = ()) -> Page:
    """A page that is nothing but a list of references."""
    entries = tuple(draft.entry() for draft in drafts)
    told = [*notes, *(note for draft in drafts for note in draft.notes)]
    counts = Counter(label for draft in drafts for label in draft.left_out)
    for label, count in counts.items():
        first = next(draft.line for draft in drafts if label in draft.left_out)
        told.append(Note(first, f"{_LEFT_OUT[label]}, from here on {count} in all."))
    if shortened := [draft.line for draft in drafts if draft.shortened]:
        where = f"from here on in {len(shortened)} of the references"
        told.append(Note(shortened[0], f"Given names were shortened to initials, {where}."))
    return Page((), entries, notes=tuple(sorted(told, key=lambda note: note.line)))


def _day(text: str) -> str | None:
    """*text* in ISO 8601; None if it is no day."""
    try:
        return str(parse_day(text))
    except ValueError:
        return read_day(text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NOTE else text[:_LONGEST_NOTE] + "…"
