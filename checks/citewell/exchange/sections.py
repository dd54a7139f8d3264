"""The blocks of a page as the sections of an article."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from citewell.exchange import sentences
from citewell.exchange.marks import Unmarked, unmark
from citewell.exchange.page import Block, ImportFailure, Note
from citewell.exchange.slug import Ids, slug

_MOST_LEVELS = 40
"""Deeper headings and lists are not nested further; an article may be 100 levels deep."""
_MOST_CLAIMS = 20_000
"""More are no article: these alone would be more than a file may have."""
_CLAIM_WORDS = 5
_HEADING_WORDS = 8
_LABEL_WORDS = 6
"""What begins an item and has no more words is its label, and no sentence: "Neck. It hurts." """


class _Claim(NamedTuple):
    text: str
    numbers: tuple[int, ...]


@dataclass(slots=True)
class _Run:
    """What one section of the model can hold: paragraphs, or one list."""

    layout: Literal["paragraph", "list"]
    lead_in: str = ""
    claims: list[_Claim] = field(default_factory=list)
    level: int = 1


@dataclass(slots=True)
class _Part:
    """A heading, what stands right below it, and the parts below that."""

    heading: str
    level: int
    line: int
    runs: list[_Run] = field(default_factory=list)
    parts: list["_Part"] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """Sections as plain data, and what is to be said about them."""

    sections: list[dict[str, object]]
    notes: list[Note]


def outline(blocks: Sequence[Block], known: frozenset[int], title: str) -> Outline:
    """The sections that *blocks* make.

    *known* are the numbers of the references, and *title* is the heading of what stands before
    the first heading, if the page gives one.
    """
    notes: list[Note] = []
    parts = _Builder(known, title, notes).build(blocks)
    sections, claims = Ids(), Ids()
    return Outline([each for part in parts for each in _written(part, sections, claims)], notes)


class _Builder:
    """Takes blocks one by one; the last part, run and list that are open can go on."""

    def __init__(self, known: frozenset[int], title: str, notes: list[Note]) -> None:
        self.known, self.title, self.notes = known, title, notes
        self.unnamed_level = 2
        self.parts: list[_Part] = []
        self.open: list[_Part] = []
        self.run: _Run | None = None
        self.lead_marks: tuple[int, ...] = ()
        self.unnamed = 0
        self.room = _MOST_CLAIMS

    def build(self, blocks: Sequence[Block]) -> list[_Part]:
        if all(block.kind != "break" for block in blocks):
            levels = [block.level for block in blocks if block.kind == "heading"]
            self.unnamed_level = min(levels, default=1)
        last = len(blocks) - 1
        for index, block in enumerate(blocks):
            following = blocks[index + 1] if index < last else None
            if block.kind == "heading":
                self.heading(block)
            elif block.kind == "break":
                self.open, self.run = [], None
            elif block.kind == "item":
                self.item(block, following)
            else:
                self.paragraph(block, following)
        return self.parts

    def spend(self, claims: int, line: int) -> None:
        self.room -= claims
        if self.room < 0:
            raise ImportFailure(
                f"line {line} is as far as {_MOST_CLAIMS:,} sentences and headings reach, and no "
                "article has more: split the page."
            )

    def heading(self, block: Block) -> None:
        if unmark(block.text, self.known).marks:
            self.notes.append(
                Note(block.line, "this heading cites references; a heading of an article cannot")
            )
        self.begin(block.text, block.level, block.line)

    def begin(self, heading: str, level: int, line: int) -> None:
        while self.open and self.open[-1].level >= level:
            self.open.pop()
        del self.open[_MOST_LEVELS:]
        self.spend(1, line)
        part = _Part(heading, level, line)
        (self.open[-1].parts if self.open else self.parts).append(part)
        self.open.append(part)
        self.run = None

    def part(self, line: int) -> _Part:
        """The open part; one without a heading of its own if there is none."""
        if self.open:
            return self.open[-1]
        if self.title and not self.parts:
            self.begin(self.title, self.unnamed_level, line)
        else:
            self.unnamed += 1
            heading = f"Section {self.unnamed}"
            self.notes.append(
                Note(line, f"a part begins here that has no heading; '{heading}' stands for it")
            )
            self.begin(heading, self.unnamed_level, line)
        return self.open[-1]

    def new_run(self, layout: Literal["paragraph", "list"], line: int, lead_in: str = "") -> _Run:
        run = _Run(layout, lead_in)
        self.part(line).runs.append(run)
        self.run, self.lead_marks = run, ()
        return run

    def unmarked(self, block: Block) -> Unmarked:
        """The text of *block* and its marks; what is nothing but marks stays as it is."""
        self.spend(1, block.line)
        found = unmark(block.text, self.known)
        if not found.text.strip():
            return Unmarked(block.text)
        for mark in found.doubtful:
            self.notes.append(Note(block.line, f"the range {mark} runs backwards"))
        return found

    def paragraph(self, block: Block, following: Block | None) -> None:
        claims = list(_claims(self.unmarked(block)))
        lead_in = None
        leads = following is not None and following.kind == "item"
        if claims and leads and not _is_ended(claims[-1].text):
            lead_in = claims.pop()
        if claims:
            run = self.run
            if run is None or run.layout != "paragraph":
                run = self.new_run("paragraph", block.line)
            run.claims += claims
            self.spend(len(claims), block.line)
        if lead_in:
            self.lead(lead_in, block.line)

    def lead(self, words: _Claim, line: int, level: int = 1) -> None:
        """Begin a list with the *words* that introduce it.

        Where an item introduces a list before anything else is listed, both introduce it.
        """
        run, marks = self.run, self.lead_marks
        if run and run.lead_in and not run.claims and level > run.level:
            run.lead_in, run.level = f"{run.lead_in} {words.text}", level
            self.lead_marks = tuple(dict.fromkeys((*marks, *words.numbers)))
        else:
            self.new_run("list", line, words.text).level = level
            self.lead_marks = words.numbers
        if words.numbers:
            cited = ", ".join(map(str, words.numbers))
            self.notes.append(
                Note(
                    line,
                    f"the words that introduce this list cite {cited}; so do now those of its "
                    "items that cite nothing themselves",
                )
            )

    def item(self, block: Block, following: Block | None) -> None:
        claims = _item_claims(self.unmarked(block))
        deeper = following.level if following is not None and following.kind == "item" else 0
        if deeper > block.level and claims and claims[-1].text.endswith((":", "：")):
            lead_in = claims.pop()
            self.list_items(claims, block)
            self.lead(lead_in, block.line, block.level + 1)
        else:
            self.list_items(claims, block)
            if deeper > block.level:
                self.notes.append(
                    Note(block.line, "items are nested below this one; here they stand beside it")
                )

    def list_items(self, claims: list[_Claim], block: Block) -> None:
        if not claims:
            return
        run = self.run
        if run is None or run.layout != "list" or block.level < run.level:
            run = self.new_run("list", block.line)
        for claim in claims:
            run.claims.append(claim if claim.numbers else claim._replace(numbers=self.lead_marks))


def _is_ended(text: str) -> bool:
    return text.rstrip("\"'”’»)]").endswith((".", "!", "?", "…", "。", "！", "？"))


def _claims(found: Unmarked) -> Iterator[_Claim]:
    """Each sentence with the numbers of the marks in it and right behind it."""
    marks = list(found.marks)
    spans = list(sentences.spans(found.text))
    at = 0
    for index, (start, end) in enumerate(spans):
        limit = spans[index + 1][0] if index + 1 < len(spans) else len(found.text) + 1
        numbers: dict[int, None] = {}
        while at < len(marks) and (marks[at].at < limit or marks[at].at == end):
            numbers |= dict.fromkeys(marks[at].numbers)
            at += 1
        text = " ".join(found.text[start:end].split())
        if text:
            yield _Claim(text, tuple(numbers))


def _item_claims(found: Unmarked) -> list[_Claim]:
    """An item as one claim, unless a mark in it would then seem to back what it does not."""
    claims = list(_claims(found))
    if len(claims) < 2:
        return claims
    if not any(claim.numbers for claim in claims[:-1]) or len({c.numbers for c in claims}) == 1:
        return [_Claim(" ".join(found.text.split()), claims[-1].numbers)]
    label, described, *more = claims
    if not label.numbers and len(label.text.split()) <= _LABEL_WORDS:
        return [_Claim(f"{label.text} {described.text}", described.numbers), *more]
    return claims


def _written(part: _Part, sections: Ids, claims: Ids) -> Iterator[dict[str, object]]:
    """The section of the model for *part*; later runs are sections below it."""
    runs = part.runs or [_Run("paragraph")]
    wanted = slug(part.heading, _HEADING_WORDS, "section")
    first = _section(runs[0], part.heading, sections.new(wanted), claims)
    below = [_section(run, part.heading, sections.new(wanted), claims) for run in runs[1:]]
    below += [each for inner in part.parts for each in _written(inner, sections, claims)]
    if below:
        first["sections"] = below
    yield first


def _section(run: _Run, heading: str, id_: str, claims: Ids) -> dict[str, object]:
    section: dict[str, object] = {"id": id_, "heading": heading}
    if run.layout == "list":
        section["layout"] = "list"
    if run.lead_in:
        section["lead_in"] = run.lead_in
    section["claims"] = [_claim(claim, claims) for claim in run.claims]
    return section


def _claim(claim: _Claim, ids: Ids) -> dict[str, object]:
    made: dict[str, object] = {
        "id": ids.new(slug(claim.text, _CLAIM_WORDS, "claim", telling=True)),
        "text": claim.text,
    }
    if claim.numbers:
        made["references"] = list(claim.numbers)
    return made
