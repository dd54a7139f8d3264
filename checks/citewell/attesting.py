"""Which attestations stand: is what each of them binds together still as it was attested?

The rules, the count of attested claims and ``citewell attest`` all ask here, so that they
cannot disagree.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from citewell.finding import NodePath
from citewell.model import Attestation, Claim, text_sha256, work_sums
from citewell.reading import Reading

_MOST_NAMESAKES = 100  # claims of one id; each of them is an error anyway


class Change(StrEnum):
    """What became of one side of an attestation.

    ``UNCITED``: the claim does not cite the work any more. ``REPLACED``: it cites the number
    that the work had, and that is another work now. ``UNLISTED``: the work has left the list.
    """

    CLAIM_GONE = "claim gone"
    REWORDED = "reworded"
    UNCITED = "uncited"
    REPLACED = "replaced"
    UNLISTED = "unlisted"


class Bond(NamedTuple):
    """An attestation, and what is left of what it binds together; ``path`` leads to it.

    ``claim`` is the path to its claim, if that is there. ``number`` is the one by which the claim
    cites the attested work now; ``listed`` are all that the work has. ``unclear`` tells that
    something could not be read, or a number is doubled, so that nothing is proven.
    """

    path: NodePath
    attestation: Attestation
    claim: NodePath | None = None
    number: int | None = None
    listed: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()
    unclear: bool = False

    @property
    def stands(self) -> bool:
        """Whether the claim is worded as attested, and cites the attested work."""
        return self.number is not None and not self.changes and not self.unclear


class _Works(NamedTuple):
    """The reference list: the numbers of each work by its sum, and those that are readable."""

    numbers: Mapping[str, tuple[int, ...]]
    known: frozenset[int]
    doubled: frozenset[int]
    complete: bool


def standing(reading: Reading) -> tuple[Bond, ...]:
    """What is left of each attestation of an article, in document order.

    A claim is known by its id, and among several of one id by its wording; a work by its sum,
    whatever its number is now.
    """
    if not reading.attestations:
        return ()
    claims: dict[str, list[tuple[NodePath, Claim]]] = {}
    worded: dict[tuple[str, str], list[tuple[NodePath, Claim]]] = {}
    for path, claim in reading.claims:
        claims.setdefault(claim.id, []).append((path, claim))
        worded.setdefault((claim.id, text_sha256(claim.text)), []).append((path, claim))
    works = _works(reading)
    bonds = []
    for path, attestation in reading.attestations:
        listed = works.numbers.get(attestation.reference_sha256, ())
        bond = Bond(path, attestation, listed=listed)
        if same := worded.get((attestation.claim, attestation.claim_sha256)):
            bond = _bound(bond, same, works)
        elif found := claims.get(attestation.claim):
            bond = _bound(bond._replace(changes=(Change.REWORDED,)), found, works)
        elif reading.broken_claims or "claims" in reading.hidden:
            bond = bond._replace(unclear=True)
        else:
            bond = bond._replace(changes=(Change.CLAIM_GONE,))
        bonds.append(bond)
    return tuple(bonds)


def breaks_attestations(reading: Reading) -> int:
    """How many faults there are that hide an attestation, or all of them."""
    return sum(each.path[:1] == ("attestations",) for each in reading.violations)


def attested_claims(bonds: tuple[Bond, ...]) -> frozenset[NodePath]:
    """The paths of the claims that somebody attested as they and a cited work now stand."""
    return frozenset(bond.claim for bond in bonds if bond.claim is not None and bond.stands)


def _works(reading: Reading) -> _Works:
    numbers: dict[str, dict[int, None]] = {}
    for _, reference in reading.references:
        for each in work_sums(reference):
            numbers.setdefault(each, {})[reference.number] = None
    holders = Counter(number for _, number in reading.entries)
    return _Works(
        {each: tuple(own) for each, own in numbers.items()},
        frozenset(reference.number for _, reference in reading.references),
        frozenset(number for number, count in holders.items() if count > 1),
        not reading.broken_references and "references" not in reading.hidden,
    )


def _bound(bond: Bond, claims: list[tuple[NodePath, Claim]], works: _Works) -> Bond:
    """*bond* with what is to be said of its claim, the one of *claims* that cites its work."""

    def cites(each: tuple[NodePath, Claim]) -> bool:
        return not set(bond.listed).isdisjoint(each[1].references or ())

    path, claim = next(filter(cites, claims[:_MOST_NAMESAKES]), claims[0])
    cited = claim.references or ()
    number = next((number for number in cited if number in bond.listed), None)
    if number is not None:
        unclear = number in works.doubled and not bond.changes
        return bond._replace(claim=path, number=number, unclear=unclear)
    if not works.complete and any(number not in works.known for number in cited):
        # One of the numbers that could not be looked up may be the work.
        return bond._replace(claim=path, unclear=not bond.changes)
    return bond._replace(claim=path, changes=(*bond.changes, _lost(bond, cited, works)))


def _lost(bond: Bond, cited: tuple[int, ...], works: _Works) -> Change:
    """Why a claim that cites *cited* cites no longer the attested work."""
    number = bond.attestation.reference
    if bond.listed:
        return Change.UNCITED
    if number in cited and number in works.known:
        return Change.REPLACED
    return Change.UNLISTED if works.complete else Change.UNCITED
