"""What an auditor needs beyond an outcome: the shapes that every format of a report sees.

What is serialised keeps the names of these fields: ``schemas/report.schema.json`` is made
from :class:`Audit`. All text in it is fit to be shown: secrets are masked, and characters
that would steer a screen are spelled out.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from citewell.facts import Seal, Verdict
from citewell.finding import ArticleCount, Finding, Outcome, TargetFact
from citewell.model import Reference

MANY = 10
"""References of one number: with so many, nobody can say which of them a claim rests on."""


class Standing(StrEnum):
    """What is known of the work behind a reference, from bad to good.

    ``contradicted``: it is proven to be gone, another work, or retracted. ``undecided``: it was
    asked, and what came proves nothing. ``unchecked``: nobody has asked, or too long ago.
    ``untraceable``: it has neither DOI nor URL to ask. ``exempt``: the public cannot reach it, and
    the reference says so. ``verified``: its DOI is registered, or its page answers.
    """

    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"
    UNCHECKED = "unchecked"
    UNTRACEABLE = "untraceable"
    EXEMPT = "exempt"
    VERIFIED = "verified"

    @property
    def word(self) -> str:
        """What people read."""
        words = {
            "undecided": "could not tell",
            "unchecked": "not asked",
            "untraceable": "nothing to ask",
        }
        return words.get(self.value, self.value)


@dataclass(frozen=True, slots=True)
class Share:
    """How many, of how many."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the content is sourced and looked after.

    ``standings`` counts references; ``current`` the access dates within the policy's limit,
    of those that there are or should be; ``reviewed`` the articles whose last review is.
    """

    cited: Share
    attested: Share
    standings: dict[Standing, int]
    current: Share
    reviewed: Share


@dataclass(frozen=True, slots=True)
class AuditedClaim:
    """A claim; ``unknown`` are the numbers it cites that no reference has.

    ``sha256`` is the sum that attestations bind it by (see :func:`citewell.model.text_sha256`).
    """

    id: str
    kind: str
    text: str
    sha256: str
    references: tuple[int, ...]
    unknown: tuple[int, ...]
    locators: dict[int, str]
    attested: bool


@dataclass(frozen=True, slots=True)
class AuditedSection:
    """A section without those inside it, which follow; ``depth`` is 1 for the outermost."""

    id: str
    heading: str
    depth: int
    layout: Literal["paragraph", "list"]
    lead_in: str | None
    claims: tuple[AuditedClaim, ...]


@dataclass(frozen=True, slots=True)
class FieldBeside:
    """A field as the reference and the registry's record have it; None: one of them lacks it."""

    field: str
    ours: str
    theirs: str
    differs: bool | None


@dataclass(frozen=True, slots=True)
class RecordBeside:
    """A registry's record beside the reference; ``sha256`` is that of its JSON, keys sorted."""

    source: str
    doi: str
    checked_at: str
    sha256: str
    is_other_work: bool
    fields: tuple[FieldBeside, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """When a page was last read, how old that is, and how old it may be, in months.

    It is current up to the day ``until``, and not before it has come.
    """

    day: date
    age: int
    limit: int
    until: date
    is_current: bool


@dataclass(frozen=True, slots=True)
class AuditedReference:
    """A reference: what it says, what stands behind it, and who rests on it.

    ``ama`` is it in the style of the AMA Manual, ``sha256`` the sum that attestations bind it by
    (see :func:`citewell.model.work_sha256`), ``targets`` are names of ``facts``,
    ``why`` puts the standing in words; ``cited_by`` is empty where ``MANY`` have its number.
    """

    work: Reference
    ama: str
    sha256: str
    standing: Standing
    why: str
    targets: tuple[str, ...]
    cited_by: tuple[str, ...]
    access: Access | None
    record: RecordBeside | None


@dataclass(frozen=True, slots=True)
class AuditedAttestation:
    """Who says that a reference supports a claim, and whether both are still as they were.

    ``reference`` is the present number of the work, or the one that was recorded if that is
    not to be found; the sums are those that were recorded. ``changes`` says what is no longer
    as it was; of ``unclear`` ones nobody can tell. ``quote_found`` is None where nobody could
    look, and ``quote_checked_at`` the time (UTC, ISO 8601) at which somebody did.
    """

    claim: str
    reference: int
    recorded_reference: int
    by: str
    date: date
    quote: str
    claim_sha256: str
    reference_sha256: str
    stands: bool
    changes: tuple[str, ...]
    unclear: bool
    quote_found: bool | None
    quote_checked_at: str | None


@dataclass(frozen=True, slots=True)
class AuditedWaiver:
    """A waiver, wherever it is recorded; ``article`` is the file it is for, None for all.

    ``state`` says what it does: ``used``; ``unused``; ``expired``; ``void`` without a reason;
    ``unproven`` where its rule could not speak.
    """

    path: str
    article: str | None
    rule: str
    target: str
    reason: str
    owner: str
    expires: date
    state: Literal["used", "unused", "expired", "void", "unproven"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedArticle(ArticleCount):
    """One article, with all that it says; what breaks the schema is missing in it."""

    title: str
    language: str
    condition: str
    last_reviewed: date | None
    reviewers: tuple[str, ...]
    review_is_current: bool | None
    sha256: str | None
    coverage: Coverage
    sections: tuple[AuditedSection, ...]
    reference_list: tuple[AuditedReference, ...]
    attestations: tuple[AuditedAttestation, ...]


@dataclass(frozen=True, slots=True)
class PastVerdict:
    """What came of one probe; the time is UTC, in ISO 8601."""

    checked_at: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedFact(TargetFact):
    """What is known of a target, and how it fared: failures in a row, and every probe."""

    last_ok: date | None
    failures: int
    first_failed: date | None
    confirmed: bool
    probes: tuple[PastVerdict, ...]

    @property
    def failed(self) -> int:
        """How many of all probes found nothing there."""
        return sum(Verdict(each.verdict).fails for each in self.probes)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the run was judged by: each rule with its severity, and the house's limits.

    ``dates`` are months; ``ledger`` says when a failing link counts as broken, and ``scope``
    which files are articles, and whom we may ask. ``sha256`` is that of all this as JSON, keys
    sorted.
    """

    sha256: str
    fail_on: str
    rules: dict[str, str]
    dates: dict[str, Any]
    ledger: dict[str, int]
    scope: dict[str, Any]

    @property
    def off(self) -> tuple[str, ...]:
        """The rules that were not put."""
        return tuple(rule for rule, severity in self.rules.items() if severity == "off")


@dataclass(frozen=True, slots=True)
class File:
    """A file, and the SHA-256 of its bytes; None if it could not be read."""

    path: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a report was made of, and how it is made again.

    ``paths``, ``select``, ``ignore``, ``fail_on`` and ``config`` are what was asked for on the
    command line, which ``command`` spells out. ``files`` are all that were read, also those that
    are not reported on: rules over several articles have seen them.
    """

    command: str
    paths: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: str | None
    config: str | None
    policy: Policy
    files: tuple[File, ...]
    ledger: Seal | None

    def without_files(self) -> "Provenance":
        """The same without ``files``, of which there may be thousands."""
        return replace(self, files=())


@dataclass(frozen=True, slots=True)
class Changes:
    """What has become of the findings of an earlier report; each list in its order.

    ``waived`` are those that somebody has decided to live with since; ``untold`` those of
    which nobody could tell this time, because their rule or their article was left out.
    """

    since: date
    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    untold: tuple[Finding, ...]
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit(Outcome):
    """One run as evidence."""

    articles: tuple[AuditedArticle, ...]
    facts: tuple[AuditedFact, ...] = ()
    coverage: Coverage
    waivers: tuple[AuditedWaiver, ...]
    provenance: Provenance
    changes: Changes | None = None
