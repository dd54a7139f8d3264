"""What can still be judged of a document that breaks its schema: every node without a fault."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from citewell import model
from citewell.document import Data
from citewell.finding import NodePath
from citewell.model import Attestation, Claim, Reference, Section, Waiver
from citewell.reading import Citation, Reading
from citewell.violation import violations

Model = TypeVar("Model")


class Sieve:
    """Lets through the nodes of a document in and above which there is no fault."""

    def __init__(self, data: Data, faults: tuple[NodePath, ...]) -> None:
        """*faults* are the paths to all that is wrong with *data*."""
        self.data = data
        self.faults = frozenset(faults)
        self.faulty = {fault[:end] for fault in faults for end in range(len(fault) + 1)}

    def at(self, path: NodePath) -> Any:
        """What stands at *path*; None if nothing does."""
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
        """Whether there is no fault at, in or above *path*."""
        above = (path[:end] for end in range(len(path)))
        return path not in self.faulty and self.faults.isdisjoint(above)

    def paths(self, path: NodePath) -> Iterator[NodePath]:
        """The paths of the items of the list at *path*; none if there is no list."""
        items = self.at(path)
        if isinstance(items, list):
            yield from ((*path, index) for index in range(len(items)))

    def node(self, path: NodePath, adapter: TypeAdapter[Model]) -> Model | None:
        """The node at *path*, if it is there and clean."""
        found = self.at(path)
        return adapter.validate_python(found) if found is not None and self.clean(path) else None

    def nodes(
        self, paths: Iterable[NodePath], adapter: TypeAdapter[Model]
    ) -> Iterator[tuple[NodePath, Model]]:
        """The clean ones of the nodes at *paths*."""
        for path in paths:
            node = self.node(path, adapter)
            if node is not None:
                yield path, node

    def sections(self, path: NodePath = ("sections",)) -> Iterator[NodePath]:
        """The paths of all sections in document order."""
        for section in self.paths(path):
            yield section
            yield from self.sections((*section, "sections"))

    def numbers(self, path: NodePath) -> tuple[int, ...] | None:
        """The numbers at *path*, or the single one; none if nothing is there, None if unclear."""
        if not self.clean(path):
            return None
        found = self.at(path)
        given = found if isinstance(found, list) else [found] if found else []
        return TypeAdapter(tuple[model.Number, ...]).validate_python(given)

    @property
    def hidden(self) -> tuple[str, ...]:
        """The groups of which a fault hides a whole list."""
        claims = any(
            not path
            or path[-1] in ("sections", "claims")
            or (path[-2:-1] == ("sections",) and isinstance(path[-1], int))
            for path in self.faults
        )
        references = any(path in ((), ("references",)) for path in self.faults)
        return ("claims",) * claims + ("references",) * references


def salvage(data: Data, error: ValidationError | None, doubled: tuple[NodePath, ...]) -> Reading:
    """The valid parts of an article, and what is wrong with it.

    *error* is what breaks its schema, if anything does; *doubled* are the paths of keys that
    stand there twice.
    """
    found = violations(error, model.Article) if error else ()
    sieve = Sieve(data, (*(violation.path for violation in found), *doubled))
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
        hidden=sieve.hidden,
        whole=not sieve.hidden and all(numbers is not None for _, numbers in cited + entries),
        violations=found,
        intact=False,
    )
