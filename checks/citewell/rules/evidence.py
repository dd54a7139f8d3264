"""Rules of the group ``evidence``: does what people attested still stand?"""

from collections.abc import Iterator, Mapping

from citewell.attesting import Bond, Change, attested_claims, breaks_attestations, standing
from citewell.facts import TargetFacts
from citewell.finding import Remark
from citewell.model import text_sha256
from citewell.reading import Cited, Reading
from citewell.rules.rule import Policy

_FIELDS = {
    Change.CLAIM_GONE: "claim",
    Change.REWORDED: "claim_sha256",
    Change.UNCITED: "reference",
    Change.REPLACED: "reference_sha256",
    Change.UNLISTED: "reference",
}
"""The field of an attestation that a change belies."""
_LONGEST = 120  # letters of a quote that a finding shows


def stale_attestation(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """What was attested still stands: the wording of the claim, and the work that it cites.

    What: an attestation whose claim is worded otherwise now, is gone, or cites the work no
        longer; or whose reference is another work now (its DOI, or else PubMed number, or else
        title, container, first name or year changed). Lines that are wrapped anew, another
        number, address or access date, and an archived copy change nothing.
    Why: somebody read that work and found that it says these words. Of other words, or of
        another work, nobody has said so.
    Bad:
        claims:
          - {id: tremor, text: Dystonia always comes with tremor., references: [1]}
        references:
          - {number: 1, type: book, title: Dystonia, doi: 10.1000/182}
        attestations:
          - claim: tremor
            reference: 1
            by: Roe J
            date: 2026-03-02
            quote: Tremor occurs in dystonia.
            claim_sha256: d0e1595ea093d9658e3c1b22a3cd44c9251c0b0ad94a31f85acbc22a1e2d5eec
            reference_sha256: 1365c7772c1131f970323a892ec9a9ddcec35024735c8ab375df7fb16d0bc019
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
        references:
          - {number: 1, type: book, title: Dystonia, doi: 10.1000/182}
        attestations:
          - claim: tremor
            reference: 1
            by: Roe J
            date: 2026-03-02
            quote: Tremor occurs in dystonia.
            claim_sha256: d0e1595ea093d9658e3c1b22a3cd44c9251c0b0ad94a31f85acbc22a1e2d5eec
            reference_sha256: 1365c7772c1131f970323a892ec9a9ddcec35024735c8ab375df7fb16d0bc019
    """
    worded: dict[str, str] = {}  # the first claim of each wording
    for bond in standing(reading):
        if bond.changes:
            if not worded:
                worded = {text_sha256(c.text): c.id for _, c in reversed(reading.claims)}
            attestation = bond.attestation
            changed = ", and ".join(_said(change, bond) for change in bond.changes)
            yield Remark(
                (*bond.path, _FIELDS[bond.changes[0]]),
                f"{attestation.by} attested on {attestation.date} that reference "
                f"{attestation.reference} supports the claim '{attestation.claim}', "
                f"but since then {changed}",
                _remedy(bond, worded),
                # An attestation is known by its sums: its number and its place may change.
                detail="\0".join(
                    (
                        attestation.claim,
                        attestation.by,
                        attestation.claim_sha256,
                        attestation.reference_sha256,
                    )
                ),
                about=bond.claim or (),
            )


def _said(change: Change, bond: Bond) -> str:
    match change:
        case Change.CLAIM_GONE:
            return "that claim has gone"
        case Change.REWORDED:
            return "the wording of the claim has changed"
        case Change.REPLACED:
            return f"reference {bond.attestation.reference} has become another work"
        case Change.UNLISTED:
            return "that work has left the reference list"
        case Change.UNCITED:
            now = f", now reference {bond.listed[0]}," if bond.listed else ""
            return f"the claim has ceased to cite that work{now}".rstrip(",")


def _remedy(bond: Bond, worded: Mapping[str, str]) -> str:
    attestation, last = bond.attestation, bond.changes[-1]
    if last is Change.CLAIM_GONE:
        if namesake := worded.get(attestation.claim_sha256):
            return f"The claim '{namesake}' has that wording: if it is the same, write its id here."
        return "If its id was changed, write the new one here; otherwise remove the attestation."
    if last in (Change.UNCITED, Change.UNLISTED):
        return "Cite that work again if the claim rests on it; otherwise remove the attestation."
    number = attestation.reference if bond.number is None else bond.number
    return (
        "Read the source again. If it supports the claim as both are now: citewell attest ARTICLE "
        f"{attestation.claim} --reference {number} --by NAME --quote TEXT. "
        "If not, correct the claim, or remove the attestation."
    )


def unattested_claim(reading: Reading, _policy: Policy) -> Iterator[Remark]:
    """Somebody has attested that a reference supports the claim.

    What: a claim that cites something, without an attestation that stands. Off unless the
        settings ask for it.
    Why: a number says that somebody put it there, not that the source says so. In medical
        journals, one quotation in four has an error (Jergas and Baethge, PeerJ 2015;3:e1364).
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
        references:
          - {number: 1, type: book, title: Dystonia, doi: 10.1000/182}
        attestations:
          - claim: tremor
            reference: 1
            by: Roe J
            date: 2026-03-02
            quote: Tremor occurs in dystonia.
            claim_sha256: d0e1595ea093d9658e3c1b22a3cd44c9251c0b0ad94a31f85acbc22a1e2d5eec
            reference_sha256: 1365c7772c1131f970323a892ec9a9ddcec35024735c8ab375df7fb16d0bc019
    """
    if breaks_attestations(reading):
        return  # one that cannot be read may be of any claim
    bonds = standing(reading)
    settled = attested_claims(bonds) | {bond.claim for bond in bonds if bond.unclear}
    for path, claim in reading.claims:
        if claim.references and path not in settled:
            yield Remark(
                path,
                f"Nobody has attested that a reference supports the claim '{claim.id}' as it is",
                "Read a source that it cites. If it says so: citewell attest ARTICLE "
                f"{claim.id} --reference N --by NAME --quote TEXT.",
            )


def quote_not_found(cited: Cited, facts: TargetFacts, _policy: Policy) -> Iterator[Remark]:
    """What was quoted from a page is on the page.

    What: the `quote` of an attestation whose source is an open web page, when the page stands and
        does not have these words. White space and punctuation are as they please; an ellipsis
        stands for anything, and marks of references are no words. Nothing is said where it
        cannot be told: of a PDF, a page of more than 1 MB, one that only scripts fill with words,
        or one behind a DOI or a subscription.
    Why: an address may work, and lead to something else: three in four references to the web do
        (doi:10.1371/journal.pone.0167475). An attestation rests on words that readers can find.
    Bad:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor"}
        attestations:
          - claim: tremor
            reference: 1
            by: Roe J
            date: 2026-03-02
            quote: Tremor is rare in dystonia.
            claim_sha256: d0e1595ea093d9658e3c1b22a3cd44c9251c0b0ad94a31f85acbc22a1e2d5eec
            reference_sha256: e218d3ba2ac47759c87ac69b43362f87ac9fc267fa048f7438790683338d64b9
    Good:
        claims:
          - {id: tremor, text: Dystonia can come with tremor., references: [1]}
        references:
          - {number: 1, type: webpage, title: Tremor, url: "https://ash.example/tremor"}
        attestations:
          - claim: tremor
            reference: 1
            by: Roe J
            date: 2026-03-02
            quote: Tremor … may come with dystonia.
            claim_sha256: d0e1595ea093d9658e3c1b22a3cd44c9251c0b0ad94a31f85acbc22a1e2d5eec
            reference_sha256: e218d3ba2ac47759c87ac69b43362f87ac9fc267fa048f7438790683338d64b9
    """
    for path, text in cited.quotes:
        known = facts.quotes.get(text)
        if known is not None and known.found is False:
            yield Remark(
                path,
                f"The page of reference {cited.number} does not have the words that were quoted "
                f"from it: '{_short(text)}'",
                "Read the page again. If it still supports the claim, attest it with other words; "
                "if it does not, change the claim or its source. A page may also show less than "
                "the work, or show it to browsers only.",
                detail=text,
                about=cited.path[:-1],
            )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
