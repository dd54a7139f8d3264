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
    """The reference list: the sums of the work, or works, at each number."""

    sums: Mapping[int, frozenset[str]]
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
    for path, claim in reading.claims:
        claims.setdefault(claim.id, []).append((path, claim))
    works = _works(reading)
    bonds = []
    for path, attestation in reading.attestations:
        bond = Bond(path, attestation, listed=_listed(works, attestation.reference_sha256))
        if found := claims.get(attestation.claim):
            bond = _bound(bond, found, works)
        elif reading.broken_claims or "claims" in reading.hidden:
            bond = bond._replace(unclear=True)
        else:
            bond = bond._replace(changes=(Change.CLAIM_GONE,))
        bonds.append(bond)
    return tuple(bonds)


def attested_claims(bonds: tuple[Bond, ...]) -> frozenset[NodePath]:
    """The paths of the claims that somebody attested as they and a cited work now stand."""
    return frozenset(bond.claim for bond in bonds if bond.claim is not None and bond.stands)


def _works(reading: Reading) -> _Works:
    sums: dict[int, frozenset[str]] = {}
    for _, reference in reading.references:
        known = sums.get(reference.number, frozenset())
        sums[reference.number] = known | work_sums(reference)
    holders = Counter(number for _, number in reading.entries)
    return _Works(
        sums,
        frozenset(number for number, count in holders.items() if count > 1),
        not reading.broken_references and "references" not in reading.hidden,
    )


def _listed(works: _Works, work: str) -> tuple[int, ...]:
    return tuple(number for number, sums in works.sums.items() if work in sums)


def _bound(bond: Bond, claims: list[tuple[NodePath, Claim]], works: _Works) -> Bond:
    """*bond* with what is to be said of its claim, one of *claims*, and of its work."""

    def is_meant(claim: Claim) -> tuple[bool, bool]:
        cites = not set(bond.listed).isdisjoint(claim.references or ())
        return text_sha256(claim.text) == bond.attestation.claim_sha256, cites

    path, claim = max(claims, key=lambda each: is_meant(each[1]))
    changes = () if is_meant(claim)[0] else (Change.REWORDED,)
    cited = claim.references or ()
    number = next((number for number in cited if number in bond.listed), None)
    if number is not None:
        unclear = number in works.doubled and not changes
        return bond._replace(claim=path, number=number, changes=changes, unclear=unclear)
    if not works.complete and any(number not in works.sums for number in cited):
        # One of the numbers that could not be looked up may be the work.
        return bond._replace(claim=path, changes=changes, unclear=not changes)
    return bond._replace(claim=path, changes=(*changes, _lost(bond, cited, works)))


def _lost(bond: Bond, cited: tuple[int, ...], works: _Works) -> Change:
    """Why a claim that cites *cited* cites no longer the attested work."""
    number = bond.attestation.reference
    if bond.listed:
        return Change.UNCITED
    if number in cited and number in works.sums:
        return Change.REPLACED
    return Change.UNLISTED if works.complete else Change.UNCITED
