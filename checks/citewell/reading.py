"""Plain data as an article: what the rules of articles look at."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple, TypeVar

from citewell import model
from citewell.document import Data
from citewell.facts import Target, capture_of
from citewell.finding import NodePath
from citewell.identifiers import bare_doi, doi_of_url, has_secret, is_doi, is_public, split_url
from citewell.model import Attestation, Claim, Reference, Section, Waiver

Model = TypeVar("Model")


class Violation(NamedTuple):
    """One way in which a document breaks the schema.

    ``path`` leads to the fault, be it to a key that is missing.
    """

    path: NodePath
    on_key: bool
    message: str
    help: str


class Citation(NamedTuple):
    """The numbers that one claim cites; ``path`` leads to the claim."""

    path: NodePath
    numbers: tuple[int, ...]


class Cited(NamedTuple):
    """What is asked for a reference: ``path`` leads to the field of the document that gives it.

    ``work`` is the reference itself where what comes is compared with it, and
    ``reviewed`` the day of the article's last review. ``archived`` tells that it gives a capture.
    ``quotes`` are those that the target is about, each with the path to it.
    """

    target: Target
    path: NodePath
    number: int
    access: model.Access
    archived: bool = False
    work: Reference | None = None
    reviewed: date | None = None
    quotes: tuple[tuple[NodePath, str], ...] = ()

    @property
    def is_compared(self) -> bool:
        """Whether a rule needs what a registry or an archive holds on it, or a page says."""
        return self.work is not None or not self.target.is_address


class Reading(NamedTuple):
    """The valid parts of an article in document order, each with the path to it.

    ``citations`` and ``entries`` (paths and numbers of the reference list) include
    what could be read of broken claims and references; ``whole`` tells whether that is
    all of them, so that a rule over the whole list can speak. ``hidden`` names the groups
    of which a whole list could not be read. ``intact`` tells that nothing was left out: no
    violation, no doubled key.
    """

    id: str | None = None
    review: model.Review | None = None
    sections: tuple[tuple[NodePath, Section], ...] = ()
    claims: tuple[tuple[NodePath, Claim], ...] = ()
    references: tuple[tuple[NodePath, Reference], ...] = ()
    attestations: tuple[tuple[NodePath, Attestation], ...] = ()
    waivers: tuple[tuple[NodePath, Waiver], ...] = ()
    citations: tuple[Citation, ...] = ()
    entries: tuple[tuple[NodePath, int], ...] = ()
    broken_claims: int = 0
    broken_references: int = 0
    hidden: tuple[str, ...] = ()
    whole: bool = True
    violations: tuple[Violation, ...] = ()
    intact: bool = True

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers that the reference list knows."""
        return frozenset(number for _, number in self.entries)


def cited_targets(reading: Reading) -> Iterator[Cited]:
    """The DOIs and URLs that could be asked, each as often as a reference gives it."""
    for path, reference in reading.references:
        for field in ("doi", "url"):
            if target := target_of(field, getattr(reference, field)):
                where = (*path, field)
                archived = reference.archive is not None
                yield Cited(target, where, reference.number, reference.access, archived)


def questions(reading: Reading, needs: Collection[str]) -> Iterator[Cited]:
    """The DOIs and URLs, and what rules need to know beyond whether these stand.

    *needs* may hold ``doi`` (the record of each DOI), ``work`` (which DOI is missing) and
    ``capture`` (of pages). Neither a registry nor an archive is told of what is not public;
    but ``inside`` says that the archive is our own, and may know of pages within the house.
    """
    reviewed = reading.review.last_reviewed if reading.review else None
    works = dict(reading.references)
    for cited in cited_targets(reading):
        work = works[cited.path[:-1]]
        if cited.target.kind == "doi":
            is_second = cited.path[-1] == "url" and work.doi  # and told of as that
            is_compared = "doi" in needs and not is_second
            yield cited._replace(work=work, reviewed=reviewed) if is_compared else cited
            continue
        yield cited
        wanted = "capture" in needs and not cited.archived and work.access != "internal"
        if wanted and work.accessed and _may_be_told(cited.target.text, "inside" in needs):
            yield cited._replace(target=capture_of(cited.target.text, work.accessed))
    for path, work in reading.references:
        words = _search_words(work) if "work" in needs and work.access != "internal" else ""
        if words:
            yield Cited(Target("work", words), path, work.number, work.access, work=work)


def _may_be_told(url: str, inside: bool) -> bool:
    """Whether an archive may know of *url*: no secret, and public unless it is *inside*."""
    return not has_secret(url) and (inside or is_public(url))


def _search_words(work: Reference) -> str:
    """What to look for a DOI with; nothing unless title, author and year could prove it."""
    lacks = work.type == "article-journal" and not work.doi and not doi_of_url(work.url or "")
    if not (lacks and work.title and work.authors and work.published):
        return ""
    parts = (work.authors[0], work.title, work.container, str(work.published.year))
    return " ".join(part for part in parts if part)


def target_of(field: str, text: str | None) -> Target | None:
    """What a `doi` or `url` of a reference gives to ask about; None if that cannot be asked."""
    if not text:
        return None
    doi = bare_doi(text) if field == "doi" else doi_of_url(text)
    if doi and is_doi(doi):
        return Target("doi", doi.lower())
    return Target("url", text) if field == "url" and split_url(text) else None


def read_article(data: Data) -> Reading:
    """Read *data* as an article; pydantic's ValidationError if anything breaks the schema."""
    article = model.Article.model_validate(data)
    sections = tuple(_sections(article.sections, ("sections",)))
    claims = tuple(
        ((*path, "claims", index), claim)
        for path, section in sections
        for index, claim in enumerate(section.claims)
    )
    references = tuple(numbered("references", article.references))
    return Reading(
        id=article.id,
        review=article.review,
        sections=sections,
        claims=claims,
        references=references,
        attestations=tuple(numbered("attestations", article.attestations)),
        waivers=tuple(numbered("waivers", article.waivers)),
        citations=tuple(Citation(path, claim.references or ()) for path, claim in claims),
        entries=tuple((path, reference.number) for path, reference in references),
    )


def numbered(key: str, nodes: tuple[Model, ...]) -> Iterator[tuple[NodePath, Model]]:
    """The *nodes* of the list at *key*, each with its path."""
    return (((key, index), node) for index, node in enumerate(nodes))


def _sections(sections: tuple[Section, ...], path: NodePath) -> Iterator[tuple[NodePath, Section]]:
    for index, section in enumerate(sections):
        yield (*path, index), section
        yield from _sections(section.sections, (*path, index, "sections"))
