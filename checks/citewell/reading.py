"""Plain data as an article: its valid parts, each with its path, and its schema violations.

The whole is validated once. Only where that fails are the nodes without a fault
validated one by one, so that a broken node hides no other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from citewell import model
from citewell.document import Data
from citewell.finding import NodePath
from citewell.model import Attestation, Claim, HouseWaiver, Reference, Section, Waiver
from citewell.violation import Violation, violations

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Citation:
    """The numbers that one claim cites; ``path`` leads to the claim."""

    path: NodePath
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The valid parts of an article in document order, each with the path to it.

    ``citations`` and ``entries`` (paths and numbers of the reference list) include
    what could be read of broken claims and references; ``whole`` tells whether that is
    all of them, so that a rule over the whole list can speak.
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
    whole: bool = True
    violations: tuple[Violation, ...] = ()

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers that the reference list knows."""
        return frozenset(number for _, number in self.entries)


def read_article(data: Data, doubled: tuple[NodePath, ...] = ()) -> Reading:
    """Read *data* as an article; *doubled* are the paths of keys that stand there twice."""
    try:
        article = model.Article.model_validate(data)
    except ValidationError as error:
        return _salvage(data, violations(error), doubled)
    if doubled:
        return _salvage(data, (), doubled)
    sections = tuple(_sections(article.sections, ("sections",)))
    claims = tuple(
        ((*path, "claims", index), claim)
        for path, section in sections
        for index, claim in enumerate(section.claims)
    )
    references = tuple(_numbered("references", article.references))
    return Reading(
        id=article.id,
        review=article.review,
        sections=sections,
        claims=claims,
        references=references,
        attestations=tuple(_numbered("attestations", article.attestations)),
        waivers=tuple(_numbered("waivers", article.waivers)),
        citations=tuple(Citation(path, claim.references or ()) for path, claim in claims),
        entries=tuple((path, reference.number) for path, reference in references),
    )


def read_house_waivers(
    data: Data,
) -> tuple[tuple[tuple[NodePath, HouseWaiver], ...], tuple[Violation, ...]]:
    """Read *data* as the file of house-wide waivers: its valid ones, and what is wrong."""
    try:
        house = model.HouseWaivers.model_validate(data)
    except ValidationError as error:
        found = violations(error)
        sieve = _Sieve(data, tuple(violation.path for violation in found))
        return tuple(sieve.nodes(sieve.paths(("waivers",)), TypeAdapter(HouseWaiver))), found
    return tuple(_numbered("waivers", house.waivers)), ()


def _numbered(key: str, nodes: tuple[Model, ...]) -> Iterator[tuple[NodePath, Model]]:
    return (((key, index), node) for index, node in enumerate(nodes))


def _sections(sections: tuple[Section, ...], path: NodePath) -> Iterator[tuple[NodePath, Section]]:
    for index, section in enumerate(sections):
        yield (*path, index), section
        yield from _sections(section.sections, (*path, index, "sections"))


class _Sieve:
    """Lets through the nodes of a document in and above which there is no fault."""

    def __init__(self, data: Data, faults: tuple[NodePath, ...]) -> None:
        self.data = data
        self.faults = faults

    def at(self, path: NodePath) -> Any:
        node: Any = self.data
        for part in path:
            if isinstance(node, dict) and part in node:
                node = node[str(part)]
            elif isinstance(node, list) and isinstance(part, int) and part < len(node):
                node = node[part]
            else:
                return None
        return node

    def clean(self, path: NodePath) -> bool:
        return not any(
            fault[: len(path)] == path or path[: len(fault)] == fault for fault in self.faults
        )

    def paths(self, path: NodePath) -> Iterator[NodePath]:
        items = self.at(path)
        if isinstance(items, list):
            yield from ((*path, index) for index in range(len(items)))

    def node(self, path: NodePath, adapter: TypeAdapter[Model]) -> Model | None:
        found = self.at(path)
        return adapter.validate_python(found) if found is not None and self.clean(path) else None

    def nodes(
        self, paths: Iterable[NodePath], adapter: TypeAdapter[Model]
    ) -> Iterator[tuple[NodePath, Model]]:
        for path in paths:
            node = self.node(path, adapter)
            if node is not None:
                yield path, node

    def sections(self, path: NodePath = ("sections",)) -> Iterator[NodePath]:
        for section in self.paths(path):
            yield section
            yield from self.sections((*section, "sections"))

    def numbers(self, path: NodePath) -> tuple[int, ...] | None:
        """The numbers at *path*, or the single one; none if nothing is there, None if unclear."""
        if not self.clean(path):
            return None
        found = self.at(path)
        return tuple(map(int, found if isinstance(found, list) else [found] if found else []))

    @property
    def hides_nodes(self) -> bool:
        """Whether a fault stands where whole lists of claims or references were to be."""
        return any(
            path in ((), ("references",))
            or path[-1] in ("sections", "claims")
            or (path[-2:-1] == ("sections",) and isinstance(path[-1], int))
            for path in self.faults
        )


def _salvage(data: Data, found: tuple[Violation, ...], doubled: tuple[NodePath, ...]) -> Reading:
    sieve = _Sieve(data, (*(violation.path for violation in found), *doubled))
    section_paths = tuple(sieve.sections())
    claim_paths = [path for section in section_paths for path in sieve.paths((*section, "claims"))]
    reference_paths = tuple(sieve.paths(("references",)))
    claims = tuple(sieve.nodes(claim_paths, TypeAdapter(Claim)))
    references = tuple(sieve.nodes(reference_paths, TypeAdapter[Reference](model.AnyReference)))
    cited = [(path, sieve.numbers((*path, "references"))) for path in claim_paths]
    entries = [(path, sieve.numbers((*path, "number"))) for path in reference_paths]
    return Reading(
        id=sieve.node(("id",), TypeAdapter[str](model.Id)),
        review=sieve.node(("review",), TypeAdapter(model.Review)),
        sections=tuple(sieve.nodes(section_paths, TypeAdapter(Section))),
        claims=claims,
        references=references,
        attestations=tuple(sieve.nodes(sieve.paths(("attestations",)), TypeAdapter(Attestation))),
        waivers=tuple(sieve.nodes(sieve.paths(("waivers",)), TypeAdapter(Waiver))),
        citations=tuple(Citation(path, numbers) for path, numbers in cited if numbers is not None),
        entries=tuple((path, numbers[0]) for path, numbers in entries if numbers),
        broken_claims=len(claim_paths) - len(claims),
        broken_references=len(reference_paths) - len(references),
        whole=not sieve.hides_nodes and all(numbers is not None for _, numbers in cited + entries),
        violations=found,
    )
