"""Findings, and the outcome they add up to: the shapes that every report format sees.

What is serialised keeps the names of these fields: ``schemas/check.schema.json`` is made
from :class:`Outcome`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Literal, NamedTuple

NodePath = tuple[str | int, ...]
"""Keys and 0-based indexes from the top of a document to one of its nodes."""


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Place(NamedTuple):
    """A stretch of a text file: lines and columns from 1, columns in code points.

    The end column is the first one behind the stretch.
    """

    line: int
    column: int
    end_line: int
    end_column: int


TOP = Place(1, 1, 1, 1)
"""The place of what concerns a file as a whole."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of a fix.

    ``add``, ``remove`` and ``replace`` are those of RFC 6902 (JSON Patch) and ``path`` is
    a JSON Pointer (RFC 6901). Two more say what a patch cannot: ``renumber`` gives
    references new numbers wherever the article uses them (value: old number to new), and
    ``insert-line`` puts a comment line at the top of the file.
    """

    op: Literal["add", "remove", "replace", "renumber", "insert-line"]
    path: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A remedy that can be applied by machine; a safe one cannot change any meaning."""

    safe: bool
    description: str
    operations: tuple[Operation, ...]


class Remark(NamedTuple):
    """What a rule has to say about one node of a document.

    It stands at ``path``, with ``on_key`` at its key there, or at ``place`` if that is given;
    ``about`` leads to what it is about where that is another node.
    ``detail`` tells apart several remarks of one rule on one node, for the fingerprint;
    it never holds a line, or a number that a reference has. ``key`` stands for what it is
    about in the fingerprint, where the order of the nodes decides which of them is blamed.
    ``at_most`` is how grave it can be, whatever the severity of the rule.
    """

    path: NodePath
    message: str
    help: str
    on_key: bool = False
    fix: Fix | None = None
    detail: str = ""
    place: Place | None = None
    about: NodePath | None = None
    key: str = ""
    at_most: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a rule has to say, at one place.

    ``target`` is what it is about: ``article``, ``section:ID``, ``claim:ID`` or
    ``reference:N``. ``fingerprint`` is the same in every run for the same fault,
    however the text around it moves or is renumbered.
    """

    rule: str
    group: str
    severity: Severity
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    target: str
    message: str
    help: str
    fix: Fix | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class AppliedWaiver:
    """The decision that a waived finding rests on; ``path`` is the file that records it."""

    path: str
    rule: str
    target: str
    reason: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivedFinding(Finding):
    """A finding that somebody decided to live with."""

    waiver: AppliedWaiver


@dataclass(frozen=True, slots=True)
class ArticleCount:
    """One article in figures; a claim is cited if a listed reference backs it.

    ``attested_claims`` counts claims with an attestation of exactly this wording.
    """

    path: str
    id: str | None
    claims: int
    cited_claims: int
    attested_claims: int
    references: int


@dataclass(frozen=True, slots=True)
class TargetFact:
    """What is known of one DOI or URL; times are UTC, in ISO 8601."""

    target: str
    kind: Literal["url", "doi"]
    verdict: str
    status: int | None
    final_url: str | None
    checked_at: str | None
    reason: str


LINKS_OFF = "links were not asked for"
CRASHED = "the rule crashed"
"""Reasons why something was not evaluated that others go by."""


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A rule (or a whole group) that could not speak, where, why, and on how many things."""

    rule: str
    path: str | None
    reason: str
    targets: int


@dataclass(frozen=True, slots=True)
class Touched:
    """An article that cites a target that does not stand, by the numbers ``references``.

    ``claims`` are those that cite it, and ``alone`` those of them that cite nothing else.
    """

    path: str
    id: str | None
    references: tuple[int, ...]
    claims: tuple[str, ...]
    alone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """A DOI or URL that is proven to be broken, or the work of which is retracted.

    ``articles`` are all of the configured content that cite it, also those that are not reported
    on; ``claims`` and ``alone`` are how many rest on it there, and how many on it alone.
    """

    target: str
    kind: Literal["url", "doi"]
    state: Literal["broken", "retracted"]
    claims: int
    alone: int
    articles: tuple[Touched, ...]


@dataclass(frozen=True, slots=True)
class TargetCount:
    """The distinct DOIs and URLs of the articles by what is known of them."""

    verified: int = 0
    failing: int = 0
    unverified: int = 0
    exempt: int = 0
    unchecked: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of a run."""

    error: int
    warning: int
    info: int
    waived: int
    claims: int
    cited_claims: int
    attested_claims: int
    targets: TargetCount


@dataclass(frozen=True, slots=True)
class Tool:
    """The program that wrote a report."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that a run found, and all that it did not look at."""

    schema_version: Literal[1] = 1
    tool: Tool
    as_of: date
    links: Literal["off", "cached", "live"] = "off"
    articles: tuple[ArticleCount, ...]
    findings: tuple[Finding, ...]
    waived: tuple[WaivedFinding, ...] = ()
    baselined: int = 0
    facts: tuple[TargetFact, ...] = ()
    blast_radius: tuple[BlastRadius, ...] = ()
    not_evaluated: tuple[NotEvaluated, ...] = ()
    summary: Summary

    @property
    def has_internal_error(self) -> bool:
        """Whether a rule crashed, so that the outcome is incomplete."""
        return any(finding.rule == "internal-error" for finding in self.findings)


def json_pointer(path: NodePath) -> str:
    """*path* as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
