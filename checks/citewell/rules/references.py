"""Rules of the group ``references`` that look at entries: complete, findable, listed once?"""

from collections.abc import Iterator

from citewell.finding import NodePath, Remark
from citewell.identifiers import bare_doi, comparable, is_doi, page_of, split_url
from citewell.model import Reference
from citewell.reading import Reading
from citewell.rules.rule import Policy

# What AMA (Manual of Style, 11th ed., 3.11 journals, 3.12 books, 3.15 electronic) and NLM
# (Citing Medicine, ch. 25) want of each type, in groups of which one field is enough.
# Identifiers and access dates have rules of their own.
_NAMES = ("authors", "organization")
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "article-journal": (_NAMES, ("container",), ("published",), ("volume", "issue"), ("pages",)),
    "chapter": (_NAMES, ("container",), ("publisher",), ("published",), ("pages",)),
    "book": ((*_NAMES, "editors"), ("publisher",), ("published",)),
    "webpage": ((*_NAMES, "container", "publisher"),),
    "entry-encyclopedia": (_NAMES, ("publisher", "container")),
    "report": (_NAMES, ("published",)),
    "dataset": ((*_NAMES, "publisher"),),
    "personal_communication": (("organization",), ("published",)),
}
_NEEDED_AHEAD = (_NAMES, ("container",))
_NEEDED_INTERNAL = ((*_NAMES, "publisher"), ("published",))
_INTERNAL_TYPES = ("entry-encyclopedia", "dataset", "report", "webpage")
_WORDS = {
    "authors": "authors",
    "organization": "organization",
    "container": "container (journal, book or site)",
    "pages": "pages (or an e-locator)",
}
_NAMED_BEFORE_ET_AL = 3


def incomplete_reference(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """A reference has all that its type of work needs to be found and cited.

    What: fields that are missing for the type: for an article in a journal authors,
        container, year, volume (or issue) and pages, but neither of these for one that is
        online ahead of its issue, with a DOI and a whole date; for a chapter authors,
        container, publisher, year and pages; for a book authors or editors, publisher and
        year; for a web page its author or site; for a topic of a reference work author and
        publisher; for a report author and year; for a dataset who made it; for an internal
        source its owner and year; for a personal communication affiliation and date.
    Why: AMA Manual of Style, 11th ed., 3.11, 3.12 and 3.15, and NLM, Citing Medicine,
        ch. 25: a title and an address alone do not say what was read.
    Bad:
        references:
          - {number: 1, type: article-journal, authors: [Roe J], title: Tremor,
             container: J Ash, published: 2021, doi: 10.1000/182}
    Good:
        references:
          - {number: 1, type: article-journal, authors: [Roe J], title: Tremor,
             container: J Ash, published: 2021, volume: 4, pages: 7-9, doi: 10.1000/182}
    """
    for path, reference in reading.references:
        missing = [
            " or ".join(_WORDS.get(field, field) for field in fields)
            for fields in _needed(reference)
            if not any(getattr(reference, field) for field in fields)
        ]
        if missing:
            yield Remark(
                path,
                f"Reference {reference.number} ({reference.type}) lacks: {', '.join(missing)}",
                "Add what is missing from the work itself or its registry record.",
            )


def _needed(reference: Reference) -> tuple[tuple[str, ...], ...]:
    if reference.access == "internal" and reference.type in _INTERNAL_TYPES:
        return _NEEDED_INTERNAL
    if reference.type == "article-journal" and not reference.volume and not reference.issue:
        published = reference.published
        if reference.doi and published and published.day:  # online ahead of its issue
            return _NEEDED_AHEAD
    return _NEEDED[reference.type]


def no_identifier(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """A published work has a DOI, a PubMed number or an address.

    What: a reference with none of `doi`, `pmid` and `url` that is neither internal nor a
        personal communication.
    Why: without an identifier neither a reader nor a machine can tell whether the work
        exists and still stands. AMA Manual of Style, 11th ed., 3.11.4, prefers a DOI.
    Bad:
        references:
          - {number: 1, type: report, title: Tremor, organization: Ash Institute,
             published: 2021}
    Good:
        references:
          - {number: 1, type: report, title: Tremor, organization: Ash Institute,
             published: 2021, doi: 10.1000/182}
    """
    for path, reference in reading.references:
        hidden = reference.access == "internal" or reference.type == "personal_communication"
        if not (hidden or reference.doi or reference.pmid or reference.url):
            yield Remark(
                path,
                f"Reference {reference.number} has no DOI, PubMed number or address",
                "Add 'doi', 'pmid' or 'url'; if the public cannot reach it, 'access: internal'.",
            )


def missing_access_date(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """A reference that is found by its address alone says when it was read.

    What: a `url` without a `doi` and without `accessed`.
    Why: AMA Manual of Style, 11th ed., 3.15: pages change, and only the access date says
        which state of the page backed the claim. With a DOI none is needed (3.11.4).
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, organization: Ash Institute,
             url: "https://ash.example/tremor"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, organization: Ash Institute,
             url: "https://ash.example/tremor", accessed: 2026-06-01}
    """
    for path, reference in reading.references:
        if reference.url and not reference.doi and not reference.accessed:
            yield Remark(
                (*path, "url"),
                f"Reference {reference.number} has an address and no access date",
                "Read the page, see that it still says what the claims say, and add 'accessed:' "
                "with that day.",
            )


def duplicate_reference(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """A work is listed once.

    What: two entries with the same DOI or PubMed number, or with the same type and title
        where nothing that both state differs: first name, year, container, edition, volume,
        issue, pages, address.
    Why: AMA Manual of Style, 11th ed., 3.6: a reference keeps its number. A work under two
        numbers looks like two sources.
    Bad:
        references:
          - {number: 1, type: article-journal, title: Tremor, doi: 10.1000/182}
          - {number: 2, type: article-journal, title: On tremor, doi: 10.1000/182}
    Good:
        references:
          - {number: 1, type: article-journal, title: Tremor, doi: 10.1000/182}
          - {number: 2, type: article-journal, title: On tremor, doi: 10.1000/183}
    """
    before: dict[tuple[str, object], list[Reference]] = {}
    for path, reference in reading.references:
        keys = tuple(_likeness(reference))
        alike = (other for key in keys for other in before.get(key, ()))
        first = next((other for other in alike if _same_work(reference, other)), None)
        for key in keys:
            before.setdefault(key, []).append(reference)
        if first is not None:
            yield Remark(
                path,
                f"Reference {reference.number} is the same work as reference {first.number}",
                f"Keep one of them, and let the claims that cite {reference.number} cite it.",
                key=_alike(reference, first),
            )


def _likeness(reference: Reference) -> Iterator[tuple[str, object]]:
    """What two entries have in common if they may be the same work."""
    if reference.doi and is_doi(bare_doi(reference.doi)):
        yield "doi", bare_doi(reference.doi).lower()
    if reference.pmid:
        yield "pmid", reference.pmid
    if reference.title:
        yield reference.type, comparable(reference.title)


def _alike(one: Reference, other: Reference) -> str:
    ours = tuple(_likeness(other))
    return "works:" + next(
        f"{kind}:{value}" for kind, value in _likeness(one) if (kind, value) in ours
    )


def _same_work(one: Reference, other: Reference) -> bool:
    """Whether two entries that are alike are the same work: nothing both state differs."""
    ours, theirs = dict(_likeness(one)), dict(_likeness(other))
    for identifier in ("doi", "pmid"):
        if identifier in ours and identifier in theirs:
            return ours[identifier] == theirs[identifier]
    stated = [pair for pair in zip(_stated(one), _stated(other), strict=True) if all(pair)]
    return bool(stated) and all(mine == yours for mine, yours in stated)


def _stated(reference: Reference) -> tuple[str, ...]:
    names = reference.authors or reference.editors or (reference.organization or "",)
    year = str(reference.published.year) if reference.published else ""
    told = (reference.container, reference.edition, reference.volume, reference.issue)
    texts = (names[0], year, reference.pages, *told)
    return (_page(reference), *(comparable(text or "") for text in texts))


def _page(reference: Reference) -> str:
    """The page that its address leads to."""
    return page_of(reference.url or "")


def shared_url(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Each work has an address of its own.

    What: a `url` that several entries for different works give.
    Why: HONcode principle 4: references lead to the item. One address for several works
        leads to at most one of them.
    Bad:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/a"}
          - {number: 2, type: webpage, title: Pain, url: "https://ash.example/a"}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/a"}
          - {number: 2, type: webpage, title: Pain, url: "https://ash.example/b"}
    """
    sharing: dict[str, list[tuple[NodePath, Reference]]] = {}
    for path, reference in reading.references:
        if reference.url and split_url(reference.url):
            sharing.setdefault(_page(reference), []).append((path, reference))
    for entries in sharing.values():
        for path, reference in entries:
            title = comparable(reference.title or "")
            others = [
                str(other.number) for _, other in entries if comparable(other.title or "") != title
            ]
            if not others:
                continue
            yield Remark(
                (*path, "url"),
                f"Reference {reference.number} has the same address as {_listed(others)}, "
                f"{'which are other works' if len(others) > 1 else 'which is another work'}",
                "Give the address of this very work.",
            )


def _listed(numbers: list[str]) -> str:
    if len(numbers) == 1:
        return f"reference {numbers[0]}"
    return f"references {', '.join(numbers[:-1])} and {numbers[-1]}"


def hidden_authors(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Names are not hidden behind "et al" too early.

    What: `et_al` after fewer than three names.
    Why: AMA Manual of Style, 11th ed., ch. 3: up to six authors are all named; of more, the
        first three, then "et al".
    Bad:
        references:
          - {number: 1, type: book, title: Tremor, authors: [Roe J], et_al: true}
    Good:
        references:
          - {number: 1, type: book, title: Tremor, authors: [Roe J, Poe E, Low A], et_al: true}
    """
    for path, reference in reading.references:
        names = reference.authors or reference.editors
        if reference.et_al and len(names) < _NAMED_BEFORE_ET_AL:
            who = "author" if reference.authors or not reference.editors else "editor"
            count = f"{len(names)} {who}{'' if len(names) == 1 else 's'}"
            yield Remark(
                (*path, "et_al"),
                f"Reference {reference.number} names {count} before 'et al'",
                "Name all of up to six, or the first three of more.",
            )


def personal_communication_listed(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Personal communications are given in the text, not in the list.

    What: an entry of type `personal_communication`.
    Why: AMA Manual of Style, 11th ed., 3.13.10: what a person said or wrote privately
        cannot be looked up, so it is named in the text, with the person's consent.
    Bad:
        references:
          - {number: 1, type: personal_communication, authors: [Roe J],
             organization: Ash Clinic, published: 2026-05-02}
    Good:
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor"}
    """
    for path, reference in reading.references:
        if reference.type == "personal_communication":
            yield Remark(
                path,
                f"Reference {reference.number} is a personal communication, which AMA style "
                "does not list",
                "Name person, affiliation and date in the text, or cite a published source.",
            )
